//! Values of the row that a cursor stands on.

use std::borrow::Cow;

use super::Cursor;
use crate::column::{ColumnDef, ColumnFlags, ColumnRef, ColumnType};
use crate::definition::Definition;
use crate::error::{Refusal, Result};
use crate::key::ValuePart;
use crate::record::{Field, Record, StoredValue};
use crate::update::Expand;
use crate::work::Work;

/// What is wanted of a column.
#[derive(Clone, Copy, Debug, Default)]
pub struct Retrieve {
    /// Where the row is read.
    pub whence: Whence,
    /// Number of the value, from 1.
    pub instance: u32,
    /// Where in a long value.
    pub offset: u32,
    /// Defaults of tagged columns are not there.
    pub ignores_default: bool,
    /// Explicit NULLs count when all columns are walked through.
    pub counts_null: bool,
}

/// Where a row is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Whence {
    /// As the transaction sees it.
    #[default]
    Row,
    /// In the copy, when an update is prepared.
    Copy,
}

/// What was there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retrieved {
    /// Length of the value from the offset on, whatever fitted; none for NULL.
    pub len: Option<usize>,
    /// The column; none when there are no more values.
    pub column: Option<ColumnRef>,
    /// An explicit NULL was counted.
    pub is_explicit_null: bool,
}

/// Longest part of values.
const WHOLE: ValuePart = ValuePart {
    offset: 0,
    max_len: usize::MAX,
};

impl Cursor {
    /// Reads a value into `out`, as much of it as fits. Without a column all values of tagged columns are walked through, and
    /// the number says which.
    ///
    /// # Errors
    /// [`Refusal::BadItagSequence`], [`Refusal::ColumnNotFound`], [`Refusal::NoCurrentRecord`], [`Refusal::RecordDeleted`],
    /// [`Refusal::InvalidBufferSize`], and what keeps the value from being read.
    pub fn retrieve(
        &mut self,
        work: &Work<'_>,
        column: Option<ColumnRef>,
        how: &Retrieve,
        out: &mut [u8],
    ) -> Result<Retrieved> {
        self.look_at_values(work, how.whence, |values| {
            if column.is_none_or(|column| column.id.is_tagged()) && how.instance == 0 {
                return Err(Refusal::BadItagSequence.into());
            }
            match column {
                Some(column) => values.retrieve(column, how, out),
                None => values.walk(how, out),
            }
        })
    }

    /// How many values a column has; without a column, how many all tagged ones have.
    ///
    /// # Errors
    /// As [`Cursor::retrieve`].
    pub fn count_values(
        &mut self,
        work: &Work<'_>,
        column: Option<ColumnRef>,
        how: &Retrieve,
    ) -> Result<usize> {
        self.look_at_values(work, how.whence, |values| match column {
            Some(column) => values.count(column),
            None => values.count_all(how),
        })
    }

    /// Shows `look` the values of the row, or of the copy that is to take its place.
    ///
    /// # Errors
    /// [`Refusal::NoCurrentRecord`], [`Refusal::RecordDeleted`], what reading the tree gives, and what `look` gives.
    pub(crate) fn look_at_values<T>(
        &mut self,
        work: &Work<'_>,
        whence: Whence,
        look: impl FnOnce(&RowValues<'_, '_>) -> Result<T>,
    ) -> Result<T> {
        let definition = self.definition()?;
        let update = self.update.as_ref();
        if let Some(update) = update.filter(|update| whence == Whence::Copy || update.is_for_reading()) {
            let is_new = update.is_insert();
            return look(&self.values(work, &definition, update.record(), is_new)?);
        }
        let is_new = update.is_some_and(|update| update.is_insert());
        self.look_at_current(work, |cursor, record| {
            look(&cursor.values(work, &definition, record, is_new)?)
        })
    }

    fn values<'v, 'a>(
        &'v self,
        work: &'v Work<'a>,
        definition: &'v Definition,
        record: &'v [u8],
        is_new: bool,
    ) -> Result<RowValues<'v, 'a>> {
        Ok(RowValues {
            definition,
            expand: Expand::new(work, &self.database, &self.table, &definition.def),
            record: Record::parse(record, self.database.store().page_size().is_large())?,
            is_new,
        })
    }
}

/// The definition of a column that is not deleted.
pub(crate) fn live(definition: &Definition, column: ColumnRef) -> Result<&ColumnDef> {
    let def = definition.layout().get(column);
    let def = def.filter(|def| def.column_type.is_some());
    def.ok_or_else(|| Refusal::ColumnNotFound.into())
}

/// The values of one row.
pub(crate) struct RowValues<'v, 'a> {
    pub(crate) definition: &'v Definition,
    pub(crate) expand: Expand<'v, 'a>,
    pub(crate) record: Record<'v>,
    /// A new row is being made.
    pub(crate) is_new: bool,
}

impl RowValues<'_, '_> {
    fn retrieve(&self, column: ColumnRef, how: &Retrieve, out: &mut [u8]) -> Result<Retrieved> {
        let def = live(self.definition, column)?;
        let is_tagged = column.id.is_tagged();
        let instance = if is_tagged { size(how.instance) } else { 1 };
        let ignores_default = how.ignores_default && is_tagged;
        let len = match self.record.get(self.definition.layout(), column)? {
            Field::Value(values) => match values.get(instance)? {
                Some(value) => Some(self.fill(def, &value, how.offset, out)?),
                None => None,
            },
            Field::Null => None,
            Field::Absent if instance == 1 && !ignores_default => match default(def)? {
                Some(value) => Some(self.fill(def, &StoredValue::plain(&value), how.offset, out)?),
                None => None,
            },
            Field::Absent => None,
        };
        // Sums are made for whole numbers alone.
        if def.flags.contains(ColumnFlags::ESCROW) && !self.is_new && len.is_some_and(|len| len > out.len()) {
            return Err(Refusal::InvalidBufferSize.into());
        }
        Ok(Retrieved {
            len,
            column: Some(column),
            is_explicit_null: false,
        })
    }

    /// Walks through all values of tagged columns, in the order of records, to number `how.instance`.
    fn walk(&self, how: &Retrieve, out: &mut [u8]) -> Result<Retrieved> {
        let mut left = size(how.instance);
        for def in self.tagged() {
            let column = def.reference();
            let mut found = Retrieved {
                column: Some(column),
                ..Retrieved::default()
            };
            match self.record.get(self.definition.layout(), column)? {
                Field::Value(values) => {
                    if let Some(value) = values.get(left)? {
                        found.len = Some(self.fill(def, &value, how.offset, out)?);
                        return Ok(found);
                    }
                    left -= values.len();
                }
                Field::Null if !how.counts_null => {}
                Field::Null if left == 1 => {
                    found.is_explicit_null = true;
                    return Ok(found);
                }
                Field::Null => left -= 1,
                Field::Absent if how.ignores_default || !has_default(def) => {}
                Field::Absent if left == 1 => {
                    if let Some(value) = default(def)? {
                        let value = StoredValue::plain(&value);
                        found.len = Some(self.fill(def, &value, how.offset, out)?);
                    }
                    return Ok(found);
                }
                Field::Absent => left -= 1,
            }
        }
        Ok(Retrieved::default())
    }

    fn count(&self, column: ColumnRef) -> Result<usize> {
        let def = live(self.definition, column)?;
        Ok(match self.record.get(self.definition.layout(), column)? {
            Field::Value(values) => values.len(),
            Field::Null => 0,
            Field::Absent => usize::from(has_default(def)),
        })
    }

    fn count_all(&self, how: &Retrieve) -> Result<usize> {
        let mut count = 0;
        for def in self.tagged() {
            count += match self.record.get(self.definition.layout(), def.reference())? {
                Field::Value(values) => values.len(),
                Field::Null => usize::from(how.counts_null),
                Field::Absent => usize::from(!how.ignores_default && has_default(def)),
            };
        }
        Ok(count)
    }

    fn tagged(&self) -> impl Iterator<Item = &ColumnDef> {
        let columns = self.definition.def.live_columns();
        columns.filter(|def| def.id.is_tagged())
    }

    /// Fills `out` with a value from `offset` on; returns the length of all that there is from there.
    pub(super) fn fill(
        &self,
        def: &ColumnDef,
        value: &StoredValue<'_>,
        offset: u32,
        out: &mut [u8],
    ) -> Result<usize> {
        let is_long = def.column_type.is_some_and(ColumnType::is_long);
        let offset = if is_long { offset } else { 0 };
        let start = size(offset);
        match value {
            StoredValue::Inline {
                bytes,
                compressed: false,
                encrypted: false,
            } => {
                let bytes = bytes.get(start..).unwrap_or_default();
                copy(bytes, out);
                Ok(bytes.len())
            }
            StoredValue::Inline { .. } => {
                let mut plain = Vec::new();
                self.expand.append(value, WHOLE, &mut plain)?;
                let bytes = plain.get(start..).unwrap_or_default();
                copy(bytes, out);
                Ok(bytes.len())
            }
            StoredValue::Separated { id, .. } => {
                let mut reader = self.expand.long(*id)?;
                let left = size(reader.root(*id)?.size).saturating_sub(start);
                let wanted = out.len().min(left);
                let mut filled = 0;
                if wanted > 0 {
                    reader.pieces(*id, offset, |piece| {
                        let room = out.get_mut(filled..wanted).unwrap_or_default();
                        filled += copy(piece, room);
                        filled < wanted
                    })?;
                }
                Ok(left)
            }
        }
    }

    /// A value, at most `most` bytes of it; the length of all.
    pub(super) fn plain(&self, value: &StoredValue<'_>, most: usize) -> Result<(Vec<u8>, usize)> {
        let mut bytes = Vec::new();
        match value {
            StoredValue::Separated { id, .. } => {
                let mut reader = self.expand.long(*id)?;
                let len = size(reader.root(*id)?.size);
                reader.append(*id, 0, most.min(len), &mut bytes)?;
                Ok((bytes, len))
            }
            _ => {
                self.expand.append(value, WHOLE, &mut bytes)?;
                let len = bytes.len();
                bytes.truncate(most);
                Ok((bytes, len))
            }
        }
    }
}

/// Whether a record that does not hold the column has a value for it all the same.
pub(super) fn has_default(def: &ColumnDef) -> bool {
    def.default.is_some() || def.flags.contains(ColumnFlags::USER_DEFINED_DEFAULT)
}

/// The default of a column that a record does not hold.
///
/// # Errors
/// [`Refusal::CallbackFailed`]: no program is asked here for what it computes.
pub(super) fn default(def: &ColumnDef) -> Result<Option<Cow<'_, [u8]>>> {
    if def.flags.contains(ColumnFlags::USER_DEFINED_DEFAULT) {
        return Err(Refusal::CallbackFailed.into());
    }
    Ok(def.stored_default())
}

/// Copies as much as fits; returns how much that was.
fn copy(bytes: &[u8], out: &mut [u8]) -> usize {
    let len = bytes.len().min(out.len());
    if let (Some(to), Some(from)) = (out.get_mut(..len), bytes.get(..len)) {
        to.copy_from_slice(from);
    }
    len
}

fn size(bytes: u32) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}
