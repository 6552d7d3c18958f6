//! Columns set in the copy of a row.

use super::{Kind, Update};
use crate::column::{ColumnDef, ColumnFlags, ColumnRef, ColumnType};
use crate::cursor::Cursor;
use crate::definition::Definition;
use crate::error::{IsamError, Refusal, Result};
use crate::record::{BuildError, EditError, StoredValue, TaggedChange};
use crate::work::Work;

/// What a column is to become.
#[derive(Clone, Copy, Debug)]
pub struct SetColumn<'v> {
    /// The column.
    pub column: ColumnRef,
    /// The bytes; none for a program without any.
    pub data: Option<&'v [u8]>,
    /// The length that is told, which counts alone where a value is to get a length.
    pub len: u32,
    /// Number of the value, from 1; 0 for a further one.
    pub instance: u32,
    /// Where in a long value.
    pub offset: u32,
    /// No bytes are an empty value, not NULL.
    pub is_empty_value: bool,
    /// NULL is the default again.
    pub reverts: bool,
    /// What happens to a long value.
    pub change: LongChange,
    /// Where a long value goes.
    pub place: WhereLong,
    /// Whether other values of the column may be equal.
    pub uniqueness: Uniqueness,
    /// Whether it is compressed; as the column says if nothing is said.
    pub compresses: Option<bool>,
}

/// What happens to a long value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LongChange {
    /// It is replaced.
    #[default]
    Whole,
    /// It goes on.
    Append,
    /// A part is written over.
    Overwrite,
    /// It gets a length.
    Resize,
    /// A part is written over, and it ends there.
    OverwriteToEnd,
}

/// Where a long value goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WhereLong {
    /// By its length.
    #[default]
    ByLength,
    /// Out of the record.
    Separate,
    /// Out of the record, to pages that follow each other.
    SeparateContiguous,
    /// Into the record, if there is room.
    Inside,
}

/// Whether the values of a column may be equal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Uniqueness {
    /// They may.
    #[default]
    None,
    /// Not byte by byte.
    Bytes,
    /// Not as keys.
    Keys,
}

/// How it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WasSet {
    /// As wished.
    Whole,
    /// The value was longer than the column allows, and cut.
    Cut,
}

/// Longest value.
const LONGEST: u32 = i32::MAX as u32;

impl Cursor {
    /// Whether columns can be set: the first checks of every call that does.
    ///
    /// # Errors
    /// [`Refusal::PermissionDenied`], [`Refusal::TransactionReadOnly`], [`Refusal::InvalidParameter`] for a value that is
    /// too long, [`Refusal::UpdateNotPrepared`].
    pub fn check_settable(&self, work: &Work<'_>, longest: u32) -> Result<()> {
        self.check_writable(work)?;
        if longest > LONGEST {
            return Err(Refusal::InvalidParameter.into());
        }
        match &self.update {
            Some(update) if update.kind != Kind::ReadOnly => Ok(()),
            _ => Err(Refusal::UpdateNotPrepared.into()),
        }
    }

    /// Sets a column.
    ///
    /// # Errors
    /// Those of [`Cursor::check_settable`], then [`Refusal::InvalidOptions`], [`Refusal::InvalidBufferSize`],
    /// [`Refusal::ColumnNotFound`], [`Refusal::InvalidColumnType`], [`Refusal::NullInvalid`], [`Refusal::ColumnTooBig`],
    /// [`Refusal::ColumnNoChunk`], [`Refusal::MultiValuedDuplicate`], [`Refusal::NotInTransaction`] and
    /// [`Refusal::RecordTooBig`].
    pub fn set_column(&mut self, work: &mut Work<'_>, set: SetColumn<'_>) -> Result<WasSet> {
        self.check_settable(work, set.len)?;
        let definition = self.definition()?;
        let mut update = self.update.take().ok_or(Refusal::UpdateNotPrepared)?;
        let done = self.set_in(work, &definition, &mut update, set);
        self.update = Some(update);
        done
    }

    fn set_in(
        &mut self,
        work: &mut Work<'_>,
        definition: &Definition,
        update: &mut Update,
        mut set: SetColumn<'_>,
    ) -> Result<WasSet> {
        self.check_options(&set)?;
        let def = definition.layout().get(set.column);
        let def = def.ok_or(Refusal::ColumnNotFound)?;
        let kind = def.column_type.ok_or(Refusal::ColumnNotFound)?;
        if set.data.is_none() && set.change != LongChange::Resize {
            set.len = 0;
        }
        if set.column.id.is_fixed() {
            if def.flags.contains(ColumnFlags::VERSION)
                && matches!(update.kind, Kind::Replace | Kind::ReplaceNoLock)
            {
                return Err(Refusal::InvalidColumnType.into());
            }
            if def.flags.contains(ColumnFlags::AUTO_INCREMENT)
                && update.kind != (Kind::Insert { sets_number: true })
            {
                return Err(Refusal::InvalidColumnType.into());
            }
        } else if kind.is_long() {
            return self.set_long(work, definition, update, &set);
        }
        match self.set_short(work, definition, update, def, &set) {
            Err(error) if error.refusal() == Some(Refusal::RecordTooBig) => {
                self.make_room(work, definition, update, |cursor, work, update, _| {
                    cursor.set_short(work, definition, update, def, &set)
                })
            }
            done => done,
        }
    }

    /// Whether the options go together.
    ///
    /// # Errors
    /// [`Refusal::InvalidOptions`], [`Refusal::InvalidBufferSize`].
    pub fn check_options(&self, set: &SetColumn<'_>) -> Result<()> {
        if set.uniqueness != Uniqueness::None && !matches!(set.change, LongChange::Whole) {
            return Err(Refusal::InvalidOptions.into());
        }
        let page_bytes = self.database().store().page_size().bytes_u32();
        if set.place == WhereLong::SeparateContiguous && set.len < page_bytes {
            return Err(Refusal::InvalidBufferSize.into());
        }
        Ok(())
    }

    /// Sets a column that is no long value.
    fn set_short(
        &mut self,
        work: &Work<'_>,
        definition: &Definition,
        update: &mut Update,
        def: &ColumnDef,
        set: &SetColumn<'_>,
    ) -> Result<WasSet> {
        let column = set.column;
        let len = usize::try_from(set.len).unwrap_or(usize::MAX);
        let bytes = set.data.unwrap_or_default();
        let bytes = bytes.get(..len).unwrap_or(bytes);
        let value = (!bytes.is_empty() || set.is_empty_value).then_some(bytes);
        if column.id.is_fixed() {
            self.set_fixed(definition, update, def, value.filter(|value| !value.is_empty()))
        } else if column.id.is_variable() {
            self.set_variable(definition, update, def, value)
        } else {
            self.set_tagged(work, definition, update, (def, set), value)
        }
    }

    fn set_fixed(
        &mut self,
        definition: &Definition,
        update: &mut Update,
        def: &ColumnDef,
        value: Option<&[u8]>,
    ) -> Result<WasSet> {
        let counts = def.flags.contains(ColumnFlags::AUTO_INCREMENT);
        match value {
            None if def.flags.contains(ColumnFlags::NOT_NULL) => return Err(Refusal::NullInvalid.into()),
            None if counts && def.default.is_none() => return Err(Refusal::AutoIncrementNotSet.into()),
            _ => {}
        }
        update.set.add(def.reference());
        let store = self.database().store();
        let rules = definition.row_rules(store.page_size())?;
        let edit = rules.edit(definition.layout());
        edit.reach_fixed(&mut update.record, def.id).map_err(edit_error)?;
        let slot = definition.layout().fixed_slot(def.id);
        if let (Some(value), Some(slot)) = (value, slot)
            && !def.accepts_fixed(value.len(), slot)
        {
            return Err(Refusal::InvalidBufferSize.into());
        }
        if let Some(value) = value.filter(|_| counts) {
            let next = self.table().peek_number(store, definition, def.reference())?;
            match super::counters::number(value) {
                0 => return Err(Refusal::InvalidParameter.into()),
                number if number >= next => return Err(Refusal::SetAutoIncrementTooHigh.into()),
                _ => {}
            }
        }
        let value = value.map(|value| true_bits(def, value));
        edit.set_fixed(&mut update.record, def.id, value)
            .map_err(edit_error)?;
        Ok(WasSet::Whole)
    }

    fn set_variable(
        &mut self,
        definition: &Definition,
        update: &mut Update,
        def: &ColumnDef,
        value: Option<&[u8]>,
    ) -> Result<WasSet> {
        update.set.add(def.reference());
        if value.is_none() && def.flags.contains(ColumnFlags::NOT_NULL) {
            return Err(Refusal::NullInvalid.into());
        }
        let most = usize::try_from(def.max_len).unwrap_or(usize::MAX);
        let cut = value.map(|value| value.get(..most).unwrap_or(value));
        let rules = definition.row_rules(self.database().store().page_size())?;
        rules
            .edit(definition.layout())
            .set_variable(&mut update.record, def.id, cut)
            .map_err(edit_error)?;
        Ok(if cut.map(<[u8]>::len) == value.map(<[u8]>::len) {
            WasSet::Whole
        } else {
            WasSet::Cut
        })
    }

    fn set_tagged(
        &mut self,
        work: &Work<'_>,
        definition: &Definition,
        update: &mut Update,
        (def, set): (&ColumnDef, &SetColumn<'_>),
        value: Option<&[u8]>,
    ) -> Result<WasSet> {
        if value.is_none() && def.flags.contains(ColumnFlags::NOT_NULL) {
            return Err(Refusal::NullInvalid.into());
        }
        update.set.add(def.reference());
        let len = value.map_or(0, <[u8]>::len);
        if def.max_len > 0 && len > usize::try_from(def.max_len).unwrap_or(usize::MAX) {
            return Err(Refusal::ColumnTooBig.into());
        }
        let type_bytes = def.column_type.and_then(ColumnType::fixed_bytes);
        if len > 0 && type_bytes.is_some_and(|bytes| bytes != len) {
            return Err(Refusal::InvalidBufferSize.into());
        }
        let value = value.map(|value| true_bits(def, value));
        if let Some(value) = value {
            self.check_unique(work, definition, update, def, value, set)?;
        }
        let rules = definition.row_rules(self.database().store().page_size())?;
        let change = TaggedChange {
            column: set.column,
            instance: usize::try_from(set.instance).unwrap_or(usize::MAX),
            value: value.map(StoredValue::plain),
            reverts: set.reverts,
        };
        rules
            .edit(definition.layout())
            .set_tagged(&mut update.record, &mut self.scratch.tagged, &change)
            .map_err(edit_error)?;
        Ok(WasSet::Whole)
    }
}

/// A truth value as records hold it.
fn true_bits<'v>(def: &ColumnDef, value: &'v [u8]) -> &'v [u8] {
    match (def.column_type, value) {
        (Some(ColumnType::Bit), [0]) => &[0],
        (Some(ColumnType::Bit), [_]) => &[0xFF],
        _ => value,
    }
}

/// The rule that a change of a record broke.
pub(super) fn edit_error(error: EditError) -> IsamError {
    match error {
        EditError::TooBig { .. } | EditError::Build(BuildError::Offset { .. }) => {
            Refusal::RecordTooBig.into()
        }
        EditError::Build(BuildError::Record(error)) => error.into(),
        EditError::Build(BuildError::FixedLength { .. }) => Refusal::InvalidBufferSize.into(),
        EditError::Build(BuildError::UnknownColumn { .. }) => Refusal::ColumnNotFound.into(),
        EditError::Build(error) => error.into(),
    }
}
