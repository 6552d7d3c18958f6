//! What can be wrong with the bytes of a record.

use crate::column::{ColumnId, ColumnRef};

/// A record whose bytes contradict themselves or its table. Offsets count from the start of the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// Shorter than a record header.
    #[error("record of {len} bytes has no header")]
    Truncated {
        /// Length of the record.
        len: usize,
    },
    /// The highest fixed column is not a fixed column.
    #[error("highest fixed column {found}")]
    LastFixed {
        /// Id found.
        found: u8,
    },
    /// The highest variable column is not a variable column.
    #[error("highest variable column {found}")]
    LastVariable {
        /// Id found.
        found: u8,
    },
    /// The fixed area ends before its null bitmap.
    #[error("fixed area of {last_fixed} columns ends at {fixed_end}")]
    FixedEnd {
        /// Offset of the end.
        fixed_end: usize,
        /// Highest fixed column.
        last_fixed: u8,
    },
    /// A fixed column's place reaches into the null bitmap.
    #[error("fixed column {column} ends at {end}, behind the fixed area's {limit}")]
    FixedColumn {
        /// The column.
        column: ColumnId,
        /// Offset of its end.
        end: usize,
        /// Offset of the null bitmap.
        limit: usize,
    },
    /// A fixed column in the record that the table does not define.
    #[error("fixed column {column} is not defined")]
    UnknownFixed {
        /// The column.
        column: ColumnId,
    },
    /// The offsets of variable columns reach behind the record.
    #[error("variable offsets end at {end} of {len}")]
    VariableOffsets {
        /// Offset of their end.
        end: usize,
        /// Length of the record.
        len: usize,
    },
    /// A variable column's data ends behind the variable area.
    #[error("variable column {column} ends at {end} of {len}")]
    VariableData {
        /// The column.
        column: ColumnId,
        /// Offset of its end.
        end: usize,
        /// Offset of the area's end.
        len: usize,
    },
    /// A variable column ends before it starts.
    #[error("variable column {column} runs from {start} to {end}")]
    VariableOrder {
        /// The column.
        column: ColumnId,
        /// Start relative to variable data.
        start: usize,
        /// End relative to variable data.
        end: usize,
    },
    /// The first tagged entry's offset is no possible length of the entries.
    #[error("tagged area at {offset} starts its data at {first}")]
    TaggedCount {
        /// Offset of the area.
        offset: usize,
        /// First data offset, relative to the area.
        first: usize,
    },
    /// A tagged column's data leaves the area.
    #[error("tagged {column} at {offset} runs from {start} to {end}")]
    TaggedData {
        /// The column.
        column: ColumnRef,
        /// Offset of its entry.
        offset: usize,
        /// Start relative to the area.
        start: usize,
        /// End relative to the area.
        end: usize,
    },
    /// Tagged entries out of order, or two for one column.
    #[error("tagged {column} at {offset} is out of order")]
    TaggedOrder {
        /// The column.
        column: ColumnRef,
        /// Offset of its entry.
        offset: usize,
    },
    /// A tagged column has too few bytes for the header byte its entry promises.
    #[error("tagged {column} at {offset} lacks its header byte")]
    TaggedHeader {
        /// The column.
        column: ColumnRef,
        /// Offset of its data.
        offset: usize,
    },
    /// Header bits that exclude each other.
    #[error("tagged {column} at {offset} has header {header:#04x}")]
    TaggedBits {
        /// The column.
        column: ColumnRef,
        /// Offset of its data.
        offset: usize,
        /// The header byte.
        header: u8,
    },
    /// Offsets inside a multi-valued column that lead out of it or backwards.
    #[error("value {instance} of tagged {column} at {offset} runs from {start} to {end} of {len}")]
    Instance {
        /// The column.
        column: ColumnRef,
        /// Offset of its data.
        offset: usize,
        /// Which value, from 1; 0 when the number of values itself is impossible.
        instance: usize,
        /// Start of the value, relative to the column's values.
        start: usize,
        /// End of the value.
        end: usize,
        /// Length of the column's values.
        len: usize,
    },
    /// A long-value id that is neither 4 nor 8 bytes long.
    #[error("long-value id of {len} bytes in tagged {column} at {offset}")]
    LongValueId {
        /// The column.
        column: ColumnRef,
        /// Offset of its data.
        offset: usize,
        /// Bytes found.
        len: usize,
    },
}
