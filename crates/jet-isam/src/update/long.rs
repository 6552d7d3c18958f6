//! Long values set in the copy of a row.
//!
//! A value that the row has outside is left as it is until the update is done: what the copy is to have is another value, made
//! in the tree at once. So the row is still what it was for whoever reads it, and giving the update up undoes what it made.
//! Only what the update made itself, and very long values that nobody shares, are changed where they lie.
//! When the record is full, `room` moves values out of it.

use super::set::{WasSet, edit_error};
use super::{Kind, LongChange, SetColumn, Uniqueness, Update, WhereLong};
use crate::column::{ColumnDef, ColumnFlags};
use crate::compress::{self, Place, Rules};
use crate::cursor::Cursor;
use crate::definition::Definition;
use crate::error::{Refusal, Result};
use crate::key::ValuePart;
use crate::long::{Base, Content, LongWriter, piece_bytes};
use crate::record::{Field, LongValueId, Record, StoredValue, TaggedChange};
use crate::update::Expand;
use crate::work::Work;

/// What is done to a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operation {
    Nothing,
    Null,
    Empty,
    /// A new value.
    Put,
    /// Zeros.
    Zeros,
    Append,
    Resize,
    Overwrite,
    OverwriteToEnd,
}

/// The value that is there.
#[derive(Debug)]
enum Old {
    None,
    Inside(Vec<u8>),
    Outside(LongValueId),
}

/// Longest value.
const LONGEST: u32 = i32::MAX as u32;
/// Longest value that stays in the record by itself.
const INSIDE_MOST: u32 = 1023;
/// Bytes of a number of a long value.
pub(super) const ID_BYTES: u32 = 4;
/// What a record with one long value has besides the value.
const AROUND_ONE: usize = 9;
/// Values with more chunks are changed where they lie, when nobody shares them.
const COPIED_CHUNKS: u32 = 16;

impl Operation {
    fn of(set: &SetColumn<'_>, is_new: bool) -> Result<Self> {
        let has_no_bytes = set.len == 0;
        let into_nothing = || match (is_new, set.offset) {
            (true, 1..) => Err(Refusal::ColumnNoChunk),
            _ => Ok(()),
        };
        Ok(match (set.change, has_no_bytes) {
            (LongChange::Append, true) if is_new => Self::Empty,
            (LongChange::Append, true) => Self::Nothing,
            (LongChange::Append, false) if is_new => Self::Put,
            (LongChange::Append, false) => Self::Append,
            (LongChange::Overwrite, true) => {
                into_nothing()?;
                if is_new { Self::Empty } else { Self::Nothing }
            }
            (LongChange::Overwrite, false) => {
                into_nothing()?;
                if is_new { Self::Put } else { Self::Overwrite }
            }
            (LongChange::OverwriteToEnd, false) => {
                into_nothing()?;
                if is_new { Self::Put } else { Self::OverwriteToEnd }
            }
            (LongChange::Resize, false) if is_new => Self::Zeros,
            (LongChange::Resize, false) => Self::Resize,
            (LongChange::OverwriteToEnd, true) => Self::Null,
            (LongChange::Resize | LongChange::Whole, true) if set.is_empty_value => Self::Empty,
            (LongChange::Resize | LongChange::Whole, true) => Self::Null,
            (LongChange::Whole, false) => Self::Put,
        })
    }

    /// Whether the value that is there counts no longer.
    const fn is_whole(self) -> bool {
        matches!(self, Self::Null | Self::Empty | Self::Put | Self::Zeros)
    }

    /// Where bytes are written, and the length of the value then.
    fn shape(self, set: &SetColumn<'_>, old: u32) -> Result<(u32, u32)> {
        let sum = |at: u32| at.checked_add(set.len).ok_or(Refusal::ColumnTooBig);
        Ok(match self {
            Self::Append => (old, sum(old)?),
            Self::Overwrite if set.offset > old => return Err(Refusal::ColumnNoChunk.into()),
            Self::OverwriteToEnd if set.offset > old => return Err(Refusal::ColumnNoChunk.into()),
            Self::Overwrite => (set.offset, sum(set.offset)?.max(old)),
            Self::OverwriteToEnd => (set.offset, sum(set.offset)?),
            _ => (0, set.len),
        })
    }
}

impl Cursor {
    /// Sets a long value.
    pub(super) fn set_long(
        &mut self,
        work: &mut Work<'_>,
        definition: &Definition,
        update: &mut Update,
        set: &SetColumn<'_>,
    ) -> Result<WasSet> {
        let def = definition.layout().get(set.column);
        let def = def.ok_or(Refusal::ColumnNotFound)?;
        if def.flags.contains(ColumnFlags::ENCRYPTED) {
            return Err(Refusal::FeatureNotAvailable.into());
        }
        if set.uniqueness != Uniqueness::None && (set.len > 0 || set.is_empty_value) {
            let bytes = set.data.unwrap_or_default();
            self.check_unique(work, definition, update, def, bytes, set)?;
        }
        if work.level() == 0 {
            return Err(Refusal::NotInTransaction.into());
        }
        update.set.add(set.column);
        let page = self.database().store().page_size().bytes_u32();
        match self.set_long_within(work, definition, update, (def, set), page / 2) {
            Err(error) if error.refusal() == Some(Refusal::RecordTooBig) => {
                self.make_room(work, definition, update, |cursor, work, update, threshold| {
                    cursor.set_long_within(work, definition, update, (def, set), threshold)
                })
            }
            done => done,
        }
    }

    /// Sets a long value whole or not at all. `threshold`: when the record is full, values that are longer go out of it.
    fn set_long_within(
        &mut self,
        work: &mut Work<'_>,
        definition: &Definition,
        update: &mut Update,
        (def, set): (&ColumnDef, &SetColumn<'_>),
        threshold: u32,
    ) -> Result<WasSet> {
        let made = update.made.clone();
        let owner = work.transaction.set_work(update.work);
        let done = work.atomically(|work| self.change_long(work, definition, update, (def, set), threshold));
        work.transaction.set_work(owner);
        match done {
            Ok(()) => Ok(WasSet::Whole),
            Err(error) => {
                update.made = made;
                Err(error)
            }
        }
    }

    fn change_long(
        &mut self,
        work: &mut Work<'_>,
        definition: &Definition,
        update: &mut Update,
        (def, set): (&ColumnDef, &SetColumn<'_>),
        threshold: u32,
    ) -> Result<()> {
        let old = self.old_value(work, definition, update, (def, set))?;
        let is_new = matches!(old, Old::None);
        let operation = Operation::of(set, is_new)?;
        if set.place == WhereLong::SeparateContiguous && !(operation == Operation::Put && is_new) {
            return Err(Refusal::InvalidParameter.into());
        }
        let data = match set.change {
            LongChange::Resize => &[],
            _ => set.data.unwrap_or_default(),
        };
        let data = data.get(..size(set.len)).unwrap_or(data);
        // First what can be taken back by the transaction alone: the copy itself is changed last.
        if let Old::Outside(id) = old
            && operation.is_whole()
            && update.owns(id)
        {
            self.long_writer(definition).refer(work, id, false)?;
            update.made.retain(|made| *made != id);
        }
        match operation {
            Operation::Nothing => return Ok(()),
            Operation::Null => self.put_value(definition, update, (def, set), None)?,
            Operation::Empty => {
                self.put_value(definition, update, (def, set), Some(StoredValue::plain(&[])))?;
            }
            _ => {
                let base = match &old {
                    _ if operation.is_whole() => Base::Bytes(&[]),
                    Old::None => Base::Bytes(&[]),
                    Old::Inside(bytes) => Base::Bytes(bytes),
                    Old::Outside(id) => {
                        let expand = Expand::new(work, self.database(), self.table(), &definition.def);
                        Base::Value(*id, expand.long(*id)?.root(*id)?.size)
                    }
                };
                let base_len = match base {
                    Base::Bytes(bytes) => u32::try_from(bytes.len()).unwrap_or(u32::MAX),
                    Base::Value(_, len) => len,
                };
                let (offset, len) = operation.shape(set, base_len)?;
                if len > LONGEST || def.max_len > 0 && len > def.max_len {
                    return Err(Refusal::ColumnTooBig.into());
                }
                let content = Content {
                    base,
                    offset,
                    data,
                    len,
                    compresses: set
                        .compresses
                        .unwrap_or_else(|| def.flags.contains(ColumnFlags::COMPRESSED)),
                };
                self.put_content(work, definition, update, (def, set), &content, threshold)?;
            }
        }
        Ok(())
    }

    /// Puts the content of a value into the record or out of it, or changes the value that is there where it lies.
    fn put_content(
        &mut self,
        work: &mut Work<'_>,
        definition: &Definition,
        update: &mut Update,
        (def, set): (&ColumnDef, &SetColumn<'_>),
        content: &Content<'_>,
        threshold: u32,
    ) -> Result<()> {
        if let Base::Value(id, len) = content.base {
            let expand = Expand::new(work, self.database(), self.table(), &definition.def);
            let root = expand.long(id)?.root(id)?;
            let piece = piece_bytes(self.database().store(), &definition.def);
            let is_own = update.owns(id);
            if root.reference_count == 1 && (is_own || len / piece > COPIED_CHUNKS) {
                // Nobody shares it from now on.
                let writer = self.long_writer(definition);
                writer.lock(work, id)?;
                writer.change(work, id, &root, content)?;
                update.long_level = update.long_level.max(work.level().saturating_sub(1));
                return Ok(());
            }
            if is_own {
                self.long_writer(definition).refer(work, id, false)?;
            }
        } else if content.len <= self.inside_most(definition, set)? {
            match self.put_inside(definition, update, (def, set), content) {
                Err(error) if error.refusal() == Some(Refusal::RecordTooBig) && content.len > threshold => {}
                done => return done,
            }
        }
        let id = self.long_writer(definition).create(work, content)?;
        update.made.push(id);
        update.long_level = update.long_level.max(work.level().saturating_sub(1));
        let value = StoredValue::Separated { id, encrypted: false };
        self.put_value(definition, update, (def, set), Some(value))
    }

    fn put_inside(
        &mut self,
        definition: &Definition,
        update: &mut Update,
        (def, set): (&ColumnDef, &SetColumn<'_>),
        content: &Content<'_>,
    ) -> Result<()> {
        let is_plain = content.offset == 0 && content.data.len() == size(content.len);
        let mut put_together = Vec::new();
        let bytes = if is_plain {
            content.data
        } else {
            if let Base::Bytes(base) = content.base {
                put_together.extend_from_slice(base.get(..size(content.len)).unwrap_or(base));
            }
            put_together.resize(size(content.len), 0);
            let place = put_together.get_mut(size(content.offset)..).unwrap_or_default();
            place
                .iter_mut()
                .zip(content.data)
                .for_each(|(to, from)| *to = *from);
            &put_together
        };
        let stream = if content.compresses && self.may_compress(definition, update, set)? {
            let lid_bytes = size(ID_BYTES);
            compress::choose(bytes, &Rules::new(Place::Intrinsic { lid_bytes }))
        } else {
            None
        };
        if let Some(stream) = stream {
            let value = StoredValue::Inline {
                bytes: &stream,
                compressed: true,
                encrypted: false,
            };
            if self
                .put_value(definition, update, (def, set), Some(value))
                .is_ok()
            {
                return Ok(());
            }
        }
        self.put_value(definition, update, (def, set), Some(StoredValue::plain(bytes)))
    }

    /// Of several values only the first is compressed.
    fn may_compress(&self, definition: &Definition, update: &Update, set: &SetColumn<'_>) -> Result<bool> {
        if set.instance > 1 {
            return Ok(false);
        }
        let record = Record::parse(&update.record, self.database().store().page_size().is_large())?;
        let values = record.get(definition.layout(), set.column)?;
        Ok(set.instance == 1 || !matches!(values, Field::Value(_)))
    }

    /// The value that is there, its default included.
    fn old_value(
        &self,
        work: &Work<'_>,
        definition: &Definition,
        update: &Update,
        (def, set): (&ColumnDef, &SetColumn<'_>),
    ) -> Result<Old> {
        if set.instance == 0 {
            return Ok(Old::None);
        }
        let record = Record::parse(&update.record, self.database().store().page_size().is_large())?;
        let value = match record.get(definition.layout(), set.column)? {
            Field::Value(values) => values.get(size(set.instance))?,
            Field::Absent if set.instance == 1 && !def.flags.contains(ColumnFlags::USER_DEFINED_DEFAULT) => {
                let default = def.default.as_deref();
                return Ok(default.map_or(Old::None, |default| Old::Inside(default.to_vec())));
            }
            Field::Absent | Field::Null => None,
        };
        Ok(match value {
            None => Old::None,
            Some(StoredValue::Separated { id, .. }) => Old::Outside(id),
            Some(value) => {
                let part = ValuePart {
                    offset: 0,
                    max_len: usize::MAX,
                };
                let mut bytes = Vec::new();
                Expand::new(work, self.database(), self.table(), &definition.def)
                    .append(&value, part, &mut bytes)?;
                Old::Inside(bytes)
            }
        })
    }

    /// Longest value that goes into the record.
    fn inside_most(&self, definition: &Definition, set: &SetColumn<'_>) -> Result<u32> {
        let rules = definition.row_rules(self.database().store().page_size())?;
        let most = u32::try_from(rules.most.saturating_sub(AROUND_ONE)).unwrap_or(u32::MAX);
        let by_length = definition.def.separate_lv.unwrap_or(INSIDE_MOST);
        Ok(match set.place {
            WhereLong::Separate | WhereLong::SeparateContiguous => ID_BYTES,
            WhereLong::Inside => most,
            WhereLong::ByLength => by_length.max(ID_BYTES).min(most),
        })
    }

    fn put_value(
        &mut self,
        definition: &Definition,
        update: &mut Update,
        (def, set): (&ColumnDef, &SetColumn<'_>),
        value: Option<StoredValue<'_>>,
    ) -> Result<()> {
        if value.is_none() && def.flags.contains(ColumnFlags::NOT_NULL) {
            return Err(Refusal::NullInvalid.into());
        }
        let rules = definition.row_rules(self.database().store().page_size())?;
        let change = TaggedChange {
            column: set.column,
            instance: size(set.instance),
            value,
            reverts: set.reverts,
        };
        rules
            .edit(definition.layout())
            .set_tagged(&mut update.record, &mut self.scratch.tagged, &change)
            .map_err(edit_error)
    }

    /// Changes the long values of the table.
    pub(super) fn long_writer<'t>(&'t self, definition: &'t Definition) -> LongWriter<'t> {
        LongWriter {
            database: self.database(),
            table: self.table(),
            definition,
        }
    }

    pub(super) fn is_large(&self) -> bool {
        self.database().store().page_size().is_large()
    }

    /// All values outside that the copy has are referred to once more.
    pub(super) fn share_long_values(
        &mut self,
        work: &mut Work<'_>,
        definition: &Definition,
        update: &mut Update,
    ) -> Result<()> {
        let ids = outside_values(&update.record, self.is_large())?;
        if ids.is_empty() {
            return Ok(());
        }
        let owner = work.transaction.set_work(update.work);
        let done = work.atomically(|work| {
            let writer = self.long_writer(definition);
            ids.iter().try_for_each(|id| writer.refer(work, *id, true))
        });
        work.transaction.set_work(owner);
        done?;
        update.long_level = update.long_level.max(work.level());
        Ok(())
    }

    /// The values outside that `old` has and `new` has not are no longer referred to by the row.
    pub(super) fn release_long_values(
        &self,
        work: &mut Work<'_>,
        definition: &Definition,
        old: &[u8],
        new: Option<&[u8]>,
    ) -> Result<()> {
        let is_large = self.is_large();
        let mut kept = match new {
            Some(new) => outside_values(new, is_large)?,
            None => Vec::new(),
        };
        let writer = self.long_writer(definition);
        for id in outside_values(old, is_large)? {
            match kept.iter().position(|kept| *kept == id) {
                Some(at) => {
                    kept.swap_remove(at);
                }
                None => writer.refer(work, id, false)?,
            }
        }
        Ok(())
    }
}

impl Update {
    /// Whether the copy has a reference of its own to the value, not the row's.
    fn owns(&self, id: LongValueId) -> bool {
        self.kind == Kind::InsertCopy || self.made.contains(&id)
    }
}

/// The numbers of the values of a record that lie elsewhere, as often as they stand there.
fn outside_values(record: &[u8], is_large: bool) -> Result<Vec<LongValueId>> {
    let mut found = Vec::new();
    for field in &Record::parse(record, is_large)?.tagged_area()? {
        let Field::Value(values) = field?.values else {
            continue;
        };
        if !values.is_long() {
            continue;
        }
        for value in values.iter() {
            if let StoredValue::Separated { id, .. } = value? {
                found.push(id);
            }
        }
    }
    Ok(found)
}

pub(super) fn size(bytes: u32) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}
