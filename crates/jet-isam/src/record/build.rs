//! Writing records: columns in, the bytes of a record out.
//!
//! - [`RecordBuilder`] borrows the values it is given; a record that is changed in one column is taken over with
//!   [`RecordBuilder::from_record`] and keeps the bytes of all the others, also those under its NULL columns.
//! - Setting a fixed or variable column makes every lower one of the area present: by its default, else NULL.
//! - Whether a value is compressed, encrypted or kept elsewhere is decided before; see [`StoredInstance`].

mod encode;

use super::{Field, HEADER_BYTES, Record, RecordError, StoredValue};
use crate::column::{ColumnId, ColumnLayout, ColumnRef, ColumnType};
use jet_pages::PageSize;

/// One value of a tagged column as it shall stand in the record.
pub type StoredInstance<'a> = StoredValue<'a>;

/// Values that cannot be put into a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// The table has no such column in the area asked for.
    #[error("{column} is not such a column of the table")]
    UnknownColumn {
        /// The column.
        column: ColumnRef,
    },
    /// A fixed column was given a value of another length.
    #[error("fixed column {column} takes {expected} bytes, not {found}")]
    FixedLength {
        /// The column.
        column: ColumnId,
        /// Length of the column.
        expected: usize,
        /// Length of the value.
        found: usize,
    },
    /// A variable column was given more than 255 bytes.
    #[error("variable column {column} takes at most 255 bytes, not {found}")]
    VariableLength {
        /// The column.
        column: ColumnId,
        /// Length of the value.
        found: usize,
    },
    /// Several values where the form allows only plain ones, or none at all.
    #[error("{column} cannot hold these values together")]
    Instances {
        /// The column.
        column: ColumnRef,
    },
    /// An area grows beyond what its offsets can express.
    #[error("offset {offset} exceeds {limit}")]
    Offset {
        /// Offset needed.
        offset: usize,
        /// Highest possible one.
        limit: usize,
    },
    /// The record taken over is damaged.
    #[error(transparent)]
    Record(#[from] RecordError),
}

/// Longest value of a variable column.
const VARIABLE_MOST: usize = 255;

#[derive(Clone, Copy, Debug)]
enum FixedCell<'a> {
    /// As in the record taken over, not NULL.
    Kept,
    /// NULL, over whatever bytes stand there.
    Null,
    /// The column's default, or NULL without one.
    Default,
    Value(&'a [u8]),
}

#[derive(Clone, Debug)]
pub(super) struct TaggedCell<'a> {
    pub(super) column: ColumnRef,
    pub(super) is_long: bool,
    /// An array also where two values would fit a shorter form: what a longer array shrinks to.
    pub(super) as_array: bool,
    /// Empty for an explicit NULL.
    pub(super) values: Vec<StoredInstance<'a>>,
}

/// Collects the columns of one record.
#[derive(Clone, Debug)]
pub struct RecordBuilder<'a> {
    layout: &'a ColumnLayout,
    large_page: bool,
    /// Column `i + 1`.
    fixed: Vec<FixedCell<'a>>,
    /// Fixed data, without header and bitmap, of the record taken over.
    old_fixed: &'a [u8],
    /// Column `i + 128`.
    variable: Vec<Option<&'a [u8]>>,
    /// In the order of the record.
    tagged: Vec<TaggedCell<'a>>,
}

impl<'a> RecordBuilder<'a> {
    /// A record without columns, for a page of the given kind.
    #[must_use]
    pub const fn new(layout: &'a ColumnLayout, large_page: bool) -> Self {
        Self {
            layout,
            large_page,
            fixed: Vec::new(),
            old_fixed: &[],
            variable: Vec::new(),
            tagged: Vec::new(),
        }
    }

    /// The columns of `record`, for a page of its kind.
    ///
    /// # Errors
    /// [`BuildError::Record`] when the record is damaged.
    pub fn from_record(layout: &'a ColumnLayout, record: &Record<'a>) -> Result<Self, BuildError> {
        // The order of tagged columns too: what is taken over is written as it stands.
        record.verify(layout)?;
        let mut builder = Self::new(layout, record.large_page());
        let last_fixed = record.last_fixed().map_or(0, |id| id.0);
        for id in (1..=last_fixed).map(ColumnId) {
            let is_null = record.fixed_is_null(id);
            builder
                .fixed
                .push(if is_null { FixedCell::Null } else { FixedCell::Kept });
        }
        builder.old_fixed = record
            .bytes()
            .get(HEADER_BYTES..record.bitmap_offset())
            .unwrap_or_default();
        let last_variable = record.last_variable().map_or(0, |id| id.0);
        for id in ColumnId::FIRST_VARIABLE.0..=last_variable {
            builder.variable.push(record.variable(ColumnId(id))?.value());
        }
        for field in record.tagged_area()?.iter() {
            let field = field?;
            let cell = match field.values {
                Field::Value(values) => TaggedCell {
                    column: field.column,
                    is_long: values.is_long(),
                    as_array: values.is_array(),
                    values: values.iter().collect::<Result<_, _>>()?,
                },
                Field::Absent | Field::Null => TaggedCell {
                    column: field.column,
                    is_long: is_long(layout, field.column),
                    as_array: false,
                    values: Vec::new(),
                },
            };
            builder.tagged.push(cell);
        }
        Ok(builder)
    }

    /// Sets fixed column `id` to `value`; NULL when `None` or empty.
    ///
    /// Binary and text may be shorter than the column: they are filled up with 0x00 and with blanks.
    ///
    /// # Errors
    /// [`BuildError::UnknownColumn`] or [`BuildError::FixedLength`].
    pub fn set_fixed(&mut self, id: ColumnId, value: Option<&'a [u8]>) -> Result<(), BuildError> {
        let unknown = BuildError::UnknownColumn {
            column: ColumnRef::own(id),
        };
        let slot = self.layout.fixed_slot(id).ok_or(unknown)?;
        let def = self.layout.get(ColumnRef::own(id)).ok_or(unknown)?;
        let cell = match value.filter(|value| !value.is_empty()) {
            None => FixedCell::Null,
            Some(value) if def.accepts_fixed(value.len(), slot) => FixedCell::Value(value),
            Some(value) => {
                let (expected, found) = (slot.len.into(), value.len());
                return Err(BuildError::FixedLength {
                    column: id,
                    expected,
                    found,
                });
            }
        };
        let index = usize::from(id.0) - 1;
        while self.fixed.len() <= index {
            self.fixed.push(FixedCell::Default);
        }
        if let Some(place) = self.fixed.get_mut(index) {
            *place = cell;
        }
        Ok(())
    }

    /// Sets variable column `id` to `value`, NULL when `None`.
    ///
    /// # Errors
    /// [`BuildError::UnknownColumn`] or [`BuildError::VariableLength`].
    pub fn set_variable(&mut self, id: ColumnId, value: Option<&'a [u8]>) -> Result<(), BuildError> {
        let column = ColumnRef::own(id);
        if !id.is_variable() || self.layout.get(column).is_none() {
            return Err(BuildError::UnknownColumn { column });
        }
        if let Some(value) = value
            && value.len() > VARIABLE_MOST
        {
            return Err(BuildError::VariableLength {
                column: id,
                found: value.len(),
            });
        }
        let index = usize::from(id.0 - ColumnId::FIRST_VARIABLE.0);
        while self.variable.len() <= index {
            let filled = ColumnId(ColumnId::FIRST_VARIABLE.0.saturating_add(self.variable_count()));
            let layout = self.layout;
            let default = layout
                .get(ColumnRef::own(filled))
                .and_then(|def| def.default.as_deref());
            self.variable.push(default);
        }
        if let Some(cell) = self.variable.get_mut(index) {
            *cell = value;
        }
        Ok(())
    }

    /// Sets tagged column `column` to `values`, in this order; an explicit NULL when there are none.
    ///
    /// # Errors
    /// [`BuildError::UnknownColumn`].
    pub fn set_tagged(
        &mut self,
        column: ColumnRef,
        values: Vec<StoredInstance<'a>>,
    ) -> Result<(), BuildError> {
        if !column.id.is_tagged() || self.layout.get(column).is_none() {
            return Err(BuildError::UnknownColumn { column });
        }
        let is_long = is_long(self.layout, column);
        let cell = TaggedCell {
            column,
            is_long,
            as_array: false,
            values,
        };
        match self.find_tagged(column) {
            Ok(index) => {
                if let Some(place) = self.tagged.get_mut(index) {
                    *place = cell;
                }
            }
            Err(index) => self.tagged.insert(index, cell),
        }
        Ok(())
    }

    /// Takes tagged column `column` out of the record, so that its default counts again.
    pub fn remove_tagged(&mut self, column: ColumnRef) {
        if let Ok(index) = self.find_tagged(column) {
            self.tagged.remove(index);
        }
    }

    fn find_tagged(&self, column: ColumnRef) -> Result<usize, usize> {
        self.tagged
            .binary_search_by_key(&column.tagged_order(), |cell| cell.column.tagged_order())
    }

    fn variable_count(&self) -> u16 {
        u16::try_from(self.variable.len()).unwrap_or(u16::MAX)
    }
}

fn is_long(layout: &ColumnLayout, column: ColumnRef) -> bool {
    layout
        .get(column)
        .and_then(|def| def.column_type)
        .is_some_and(ColumnType::is_long)
}

/// Longest record of a table: `key_most` is the key limit of its primary index, 4 when it has none.
///
/// Source: `docs/format/record.md`, "Limits"; not checked on real files.
#[must_use]
pub const fn max_record_bytes(page_size: PageSize, key_most: usize) -> usize {
    let node = page_size.bytes() - page_size.header_bytes();
    if page_size.is_large() {
        node.saturating_sub(8 + 4 + key_most)
    } else {
        let key = if 2 + key_most > 255 { 2 + key_most } else { 255 };
        node.saturating_sub(8 + 2 + key)
    }
}

#[cfg(test)]
mod tests;
