//! Records: the bytes of one row, cut into columns without copying.
//!
//! - A record is a header of 4 bytes, the fixed area with its null bitmap, the variable area and the tagged area.
//!   [`Record::parse`] looks at the header alone; every other place is checked when it is used, so any bytes are
//!   safe to ask.
//! - A column can be *absent* (the record ends before it: the default counts), *NULL*, or have a value; the three
//!   are told apart by [`Field`]. Defaults are applied by the caller, who knows the definitions.
//! - Long values kept elsewhere and compressed or encrypted bytes are named as such in a [`StoredValue`], and left
//!   to others.
//!
//! Source: `docs/format/record.md`.

mod build;
mod edit;
mod error;
mod fixed;
mod multi;
mod tagged;
mod variable;

pub use build::{BuildError, RecordBuilder, StoredInstance, max_record_bytes};
pub use edit::{EditError, RecordEdit, TaggedChange};
pub use error::RecordError;
pub use multi::{Instances, LongValueId, StoredValue};
pub use tagged::{TaggedArea, TaggedColumns, TaggedField};

use crate::column::{ColumnId, ColumnLayout, ColumnRef};

/// What a record holds for one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field<T> {
    /// Nothing: the column's default counts, or NULL when it has none.
    Absent,
    /// NULL, whatever the default is.
    Null,
    /// A value.
    Value(T),
}

impl<T> Field<T> {
    /// The value, if there is one.
    #[must_use]
    pub fn value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// Converts the value.
    #[must_use]
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Field<U> {
        match self {
            Self::Absent => Field::Absent,
            Self::Null => Field::Null,
            Self::Value(value) => Field::Value(convert(value)),
        }
    }
}

/// Values of a column of whatever area: fixed and variable columns have one, tagged ones may have several.
pub type Values<'a> = Field<Instances<'a>>;

/// Offsets in a record, checked once.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    bytes: &'a [u8],
    last_fixed: u8,
    last_variable: u8,
    /// Offset of the variable offsets: end of the null bitmap.
    fixed_end: usize,
    /// Offset of variable data.
    variable_data: usize,
    /// Offset of the tagged area.
    tagged: usize,
    large_page: bool,
}

/// Columns and bytes of a record that are not tagged.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Areas {
    pub(crate) fixed_columns: usize,
    pub(crate) fixed_data: usize,
    pub(crate) bitmap: usize,
    pub(crate) variable_columns: usize,
    pub(crate) variable_offsets: usize,
    pub(crate) variable_data: usize,
}

/// Length of the record header.
const HEADER_BYTES: usize = 4;
/// Highest variable id of a record without variable columns.
const NO_VARIABLE: u8 = 127;

impl<'a> Record<'a> {
    /// Reads the header of a record and finds its areas.
    ///
    /// `large_page` says whether the page is of 16 or 32 KiB: tagged columns are marked differently there.
    ///
    /// # Errors
    /// [`RecordError`] when the header names places outside the record.
    pub fn parse(bytes: &'a [u8], large_page: bool) -> Result<Self, RecordError> {
        let Some((&[last_fixed, last_variable, end_low, end_high], _)) = bytes.split_first_chunk() else {
            return Err(RecordError::Truncated { len: bytes.len() });
        };
        let fixed_end = usize::from(u16::from_le_bytes([end_low, end_high]));
        if u16::from(last_fixed) > ColumnId::LAST_FIXED.0 {
            return Err(RecordError::LastFixed { found: last_fixed });
        }
        if last_variable < NO_VARIABLE {
            return Err(RecordError::LastVariable { found: last_variable });
        }
        if fixed_end < HEADER_BYTES + bitmap_bytes(last_fixed) {
            return Err(RecordError::FixedEnd {
                fixed_end,
                last_fixed,
            });
        }
        let variable_count = usize::from(last_variable - NO_VARIABLE);
        let variable_data = fixed_end + 2 * variable_count;
        if variable_data > bytes.len() {
            return Err(RecordError::VariableOffsets {
                end: variable_data,
                len: bytes.len(),
            });
        }
        let mut record = Self {
            bytes,
            last_fixed,
            last_variable,
            fixed_end,
            variable_data,
            tagged: 0,
            large_page,
        };
        let variable_len = match variable_count.checked_sub(1) {
            Some(last) => record.variable_entry(last)?.end,
            None => 0,
        };
        record.tagged = variable_data + variable_len;
        if record.tagged > bytes.len() {
            return Err(RecordError::VariableData {
                column: ColumnId(last_variable.into()),
                end: record.tagged,
                len: bytes.len(),
            });
        }
        Ok(record)
    }

    /// All bytes of the record.
    #[must_use]
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Highest fixed column in the record; `None` when it has none.
    #[must_use]
    pub fn last_fixed(&self) -> Option<ColumnId> {
        (self.last_fixed != 0).then_some(ColumnId(self.last_fixed.into()))
    }

    /// Highest variable column in the record; `None` when it has none.
    #[must_use]
    pub fn last_variable(&self) -> Option<ColumnId> {
        (self.last_variable != NO_VARIABLE).then_some(ColumnId(self.last_variable.into()))
    }

    /// Whether the record is in the form of 16 and 32 KiB pages.
    #[must_use]
    pub const fn large_page(&self) -> bool {
        self.large_page
    }

    /// How long the parts of the record are that are not tagged.
    pub(crate) fn areas(&self) -> Areas {
        let variable_columns = usize::from(self.last_variable.saturating_sub(NO_VARIABLE));
        Areas {
            fixed_columns: self.last_fixed.into(),
            fixed_data: self.bitmap_offset() - HEADER_BYTES,
            bitmap: bitmap_bytes(self.last_fixed),
            variable_columns,
            variable_offsets: self.variable_data - self.fixed_end,
            variable_data: self.tagged - self.variable_data,
        }
    }

    /// The values of `column`, whatever its area.
    ///
    /// # Errors
    /// [`RecordError`] when the column's bytes lie outside the record or the layout, or contradict themselves.
    pub fn get(&self, layout: &ColumnLayout, column: ColumnRef) -> Result<Values<'a>, RecordError> {
        if column.id.is_fixed() {
            Ok(self.fixed(layout, column.id)?.map(Instances::plain))
        } else if column.id.is_variable() {
            Ok(self.variable(column.id)?.map(Instances::plain))
        } else {
            self.tagged_area()?.find(column)
        }
    }

    /// Checks every place of the record: each fixed and variable column, each tagged column and the order of
    /// these, each instance.
    ///
    /// # Errors
    /// The first [`RecordError`].
    pub fn verify(&self, layout: &ColumnLayout) -> Result<(), RecordError> {
        for id in 1..=u16::from(self.last_fixed) {
            if layout.fixed_slot(ColumnId(id)).is_some() {
                self.fixed_bytes(layout, ColumnId(id))?;
            }
        }
        for id in ColumnId::FIRST_VARIABLE.0..=u16::from(self.last_variable) {
            self.variable(ColumnId(id))?;
        }
        self.tagged_area()?.verify()
    }

    /// The tagged area.
    ///
    /// # Errors
    /// [`RecordError::TaggedCount`] when the first entry gives no possible number of entries.
    pub fn tagged_area(&self) -> Result<TaggedArea<'a>, RecordError> {
        let bytes = self.bytes.get(self.tagged..).unwrap_or_default();
        TaggedArea::parse(bytes, self.tagged, self.large_page)
    }
}

/// Bytes of the null bitmap of a record whose highest fixed column is `last_fixed`.
const fn bitmap_bytes(last_fixed: u8) -> usize {
    (last_fixed as usize).div_ceil(8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_record_has_no_columns() {
        let record = Record::parse(&[0, 127, 4, 0], false).unwrap();
        assert_eq!(record.last_fixed(), None);
        assert_eq!(record.last_variable(), None);
        assert_eq!(record.variable(ColumnId(128)).unwrap(), Field::Absent);
        assert!(record.tagged_area().unwrap().is_empty());
    }

    #[test]
    fn a_null_column_needs_its_place_too() {
        let long = |id| crate::column::ColumnDef {
            id: ColumnId(id),
            name: String::new(),
            column_type: Some(crate::column::ColumnType::Long),
            code_page: 0,
            max_len: 4,
            flags: crate::column::ColumnFlags::default(),
            default: None,
            record_offset: 4 * id,
            derived: false,
        };
        let layout =
            ColumnLayout::new(vec![long(1), long(2)], crate::column::OffsetSource::Recorded).unwrap();
        let record = Record::parse(&[2, 127, 9, 0, 1, 2, 3, 4, 0xFE], false).unwrap();
        assert_eq!(record.fixed(&layout, ColumnId(2)), Ok(Field::Null));
        assert_eq!(
            record.verify(&layout),
            Err(RecordError::FixedColumn {
                column: ColumnId(2),
                end: 12,
                limit: 8
            })
        );
    }

    #[test]
    fn impossible_headers_are_refused() {
        let parse = |bytes: &[u8]| Record::parse(bytes, false).err();
        assert_eq!(parse(&[0, 127, 4]), Some(RecordError::Truncated { len: 3 }));
        assert_eq!(
            parse(&[128, 127, 40, 0]),
            Some(RecordError::LastFixed { found: 128 })
        );
        assert_eq!(
            parse(&[0, 126, 4, 0]),
            Some(RecordError::LastVariable { found: 126 })
        );
        assert_eq!(
            parse(&[9, 127, 5, 0, 0]),
            Some(RecordError::FixedEnd {
                fixed_end: 5,
                last_fixed: 9
            })
        );
        assert_eq!(
            parse(&[0, 128, 4, 0]),
            Some(RecordError::VariableOffsets { end: 6, len: 4 })
        );
        assert_eq!(
            parse(&[0, 128, 4, 0, 9, 0]),
            Some(RecordError::VariableData {
                column: ColumnId(128),
                end: 15,
                len: 6
            })
        );
    }
}
