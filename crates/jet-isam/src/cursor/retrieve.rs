//! Values of the row that a cursor stands on.

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
    /// Defaults are not there.
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retrieved {
    /// Length of the value from the offset on, whatever fitted; none for NULL.
    pub len: Option<usize>,
    /// The column.
    pub column: Option<ColumnRef>,
}

impl Cursor {
    /// Reads a value into `out`, as much of it as fits. Without a column all values of tagged columns are walked through, and
    /// the number says which.
    ///
    /// # Errors
    /// [`Refusal::BadItagSequence`], [`Refusal::ColumnNotFound`], [`Refusal::NoCurrentRecord`], [`Refusal::RecordDeleted`],
    /// and what keeps the value from being read.
    pub fn retrieve(
        &mut self,
        work: &Work<'_>,
        column: Option<ColumnRef>,
        how: &Retrieve,
        out: &mut [u8],
    ) -> Result<Retrieved> {
        let definition = self.definition()?;
        if let Some(column) = column {
            live(&definition, column)?;
        }
        self.look_at_row(work, how.whence, |cursor, record| {
            let record = Record::parse(record, cursor.database.store().page_size().is_large())?;
            let values = RowValues {
                definition: &definition,
                expand: Expand::new(work, &cursor.database, &cursor.table, &definition.def),
                record,
            };
            match column {
                Some(column) => values.retrieve(column, how, out),
                None => values.walk(how, out),
            }
        })
    }

    /// How many values a column has.
    ///
    /// # Errors
    /// As [`Cursor::retrieve`].
    pub fn count_values(&mut self, work: &Work<'_>, column: ColumnRef, whence: Whence) -> Result<usize> {
        let definition = self.definition()?;
        let def = live(&definition, column)?;
        self.look_at_row(work, whence, |cursor, record| {
            let record = Record::parse(record, cursor.database.store().page_size().is_large())?;
            Ok(match record.get(definition.layout(), column)? {
                Field::Value(values) => values.len(),
                Field::Null => 0,
                Field::Absent => usize::from(def.default.is_some()),
            })
        })
    }

    /// Shows `look` the row, or the copy that is to take its place.
    fn look_at_row<T>(
        &mut self,
        work: &Work<'_>,
        whence: Whence,
        look: impl FnOnce(&Self, &[u8]) -> Result<T>,
    ) -> Result<T> {
        if whence == Whence::Copy
            && let Some(update) = &self.update
        {
            return look(self, update.record());
        }
        self.look_at_current(work, look)
    }
}

/// The definition of a column that is not deleted.
fn live(definition: &Definition, column: ColumnRef) -> Result<&ColumnDef> {
    let def = definition.layout().get(column);
    let def = def.filter(|def| def.column_type.is_some());
    def.ok_or_else(|| Refusal::ColumnNotFound.into())
}

/// The values of one row.
pub(super) struct RowValues<'v, 'a> {
    pub(super) definition: &'v Definition,
    pub(super) expand: Expand<'v, 'a>,
    pub(super) record: Record<'v>,
}

impl RowValues<'_, '_> {
    fn retrieve(&self, column: ColumnRef, how: &Retrieve, out: &mut [u8]) -> Result<Retrieved> {
        let def = live(self.definition, column)?;
        let instance = if column.id.is_tagged() {
            usize::try_from(how.instance).unwrap_or(usize::MAX)
        } else {
            1
        };
        if instance == 0 {
            return Err(Refusal::BadItagSequence.into());
        }
        let len = match self.record.get(self.definition.layout(), column)? {
            Field::Value(values) => match values.get(instance)? {
                Some(value) => Some(self.fill(def, &value, how.offset, out)?),
                None => None,
            },
            Field::Null => None,
            Field::Absent if instance == 1 && !how.ignores_default => match default(def) {
                Some(value) => Some(self.fill(def, &StoredValue::plain(&value), how.offset, out)?),
                None => None,
            },
            Field::Absent => None,
        };
        Ok(Retrieved {
            len,
            column: Some(column),
        })
    }

    /// Walks through all values of tagged columns.
    fn walk(&self, how: &Retrieve, out: &mut [u8]) -> Result<Retrieved> {
        let _ = (how, out);
        Err(Refusal::BadItagSequence.into())
    }

    /// Fills `out` with a value from `offset` on; returns the length of all that there is from there.
    fn fill(&self, def: &ColumnDef, value: &StoredValue<'_>, offset: u32, out: &mut [u8]) -> Result<usize> {
        let is_long = def.column_type.is_some_and(ColumnType::is_long);
        let offset = if is_long { offset } else { 0 };
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
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
                let part = ValuePart {
                    offset: 0,
                    max_len: usize::MAX,
                };
                self.expand.append(value, part, &mut plain)?;
                let bytes = plain.get(start..).unwrap_or_default();
                copy(bytes, out);
                Ok(bytes.len())
            }
            StoredValue::Separated { id, .. } => {
                let mut reader = self.expand.long(*id)?;
                let size = usize::try_from(reader.root(*id)?.size).unwrap_or(usize::MAX);
                let left = size.saturating_sub(start);
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
}

/// The default of a column that a record does not hold. What a program computes is not known here.
pub(super) fn default(def: &ColumnDef) -> Option<std::borrow::Cow<'_, [u8]>> {
    if def.flags.contains(ColumnFlags::USER_DEFINED_DEFAULT) {
        return None;
    }
    def.stored_default()
}

/// Copies as much as fits; returns how much that was.
fn copy(bytes: &[u8], out: &mut [u8]) -> usize {
    let len = bytes.len().min(out.len());
    if let (Some(to), Some(from)) = (out.get_mut(..len), bytes.get(..len)) {
        to.copy_from_slice(from);
    }
    len
}
