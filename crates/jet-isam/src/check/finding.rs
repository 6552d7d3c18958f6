//! What the check of a table can find.

use core::fmt;

use jet_btree::TreeError;

use crate::key::KeyError;
use crate::long_value::LongValueError;
use crate::record::{LongValueId, RecordError};
use crate::retrieve::ValueError;

/// Bytes shown as hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hex(pub Box<[u8]>);

impl From<&[u8]> for Hex {
    fn from(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }
}

impl fmt::Display for Hex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Why a key of an index was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A key column is NULL and the index allows none.
    #[error("a key column is NULL, which the index does not allow")]
    Null,
    /// The key is longer than the index allows.
    #[error("the key is longer than {most} bytes, and the index does not allow to cut it")]
    Cut {
        /// Longest key.
        most: usize,
    },
    /// More keys than a record can have.
    #[error("the row has more keys than any row can have")]
    TooMany,
    /// A value of a length that its type does not have.
    #[error("the value of {column} cannot be part of a key")]
    Value {
        /// Name of the column.
        column: crate::column::ColumnRef,
    },
}

impl Refusal {
    pub(super) fn of<E: std::error::Error + 'static>(error: &KeyError<E>) -> Option<Self> {
        match *error {
            KeyError::NullDisallowed => Some(Self::Null),
            KeyError::Truncated { most } => Some(Self::Cut { most }),
            KeyError::TooManyKeys => Some(Self::TooMany),
            KeyError::Normalise { column, .. } => Some(Self::Value { column }),
            KeyError::Source(_) => None,
        }
    }
}

/// Something about a table that should not be. Rows are named by their key, indexes by name.
#[derive(Debug, thiserror::Error)]
pub enum TableFinding {
    /// A record contradicts itself or its table.
    #[error("row {row}: {source}")]
    Record {
        /// The row.
        row: Hex,
        /// Why.
        source: RecordError,
    },
    /// A value cannot be read.
    #[error("row {row}, column {column:?}: {source}")]
    Value {
        /// The row.
        row: Hex,
        /// The column.
        column: String,
        /// Why.
        source: ValueError,
    },
    /// A value of a length that its type does not have.
    #[error("row {row}, column {column:?}: a value of {len} bytes where {expected} are needed")]
    ValueLength {
        /// The row.
        row: Hex,
        /// The column.
        column: String,
        /// Length found.
        len: usize,
        /// Length of the type.
        expected: usize,
    },
    /// NULL in a column that must have a value.
    #[error("row {row}: column {column:?} is NULL, but must have a value")]
    Null {
        /// The row.
        row: Hex,
        /// The column.
        column: String,
    },
    /// The key of a row is not what its values give.
    #[error("row {row}: its values make the key {expected}")]
    RowKey {
        /// The row.
        row: Hex,
        /// The key by its values.
        expected: Hex,
    },
    /// The key of a row of a table without a primary index is no row number.
    #[error("row {row}: the table has no primary index, and the key is no number of four bytes")]
    RowNumber {
        /// The row.
        row: Hex,
    },
    /// A row that the index cannot have.
    #[error("row {row}: {refusal}")]
    Refused {
        /// The row.
        row: Hex,
        /// The index.
        index: String,
        /// Why.
        refusal: Refusal,
    },
    /// A definition that does not fit the table.
    #[error("the definition does not fit the table: {source}")]
    Definition {
        /// The index.
        index: String,
        /// Why.
        source: crate::key::IndexError,
    },
    /// The tree of an index allows equal keys and its definition does not, or the other way.
    #[error(
        "the definition says {}, the tree is made {}",
        if *defined_unique { "unique" } else { "not unique" },
        if *defined_unique { "for equal keys" } else { "without equal keys" }
    )]
    Uniqueness {
        /// The index.
        index: String,
        /// What the definition says.
        defined_unique: bool,
    },
    /// An entry that a row should have.
    #[error("row {row} has no entry with key {key}")]
    MissingEntry {
        /// The index.
        index: String,
        /// The row.
        row: Hex,
        /// The key.
        key: Hex,
    },
    /// A row has fewer or more entries than it should; the keys cannot be made.
    #[error("row {row} should have {expected} entries, but has {found} (keys of its text are not made here)")]
    EntryCount {
        /// The index.
        index: String,
        /// The row.
        row: Hex,
        /// Entries that it should have.
        expected: u64,
        /// Entries found.
        found: u64,
    },
    /// An entry that no row should have.
    #[error("the entry with key {key} for row {row} should not be there: {why}")]
    ExtraEntry {
        /// The index.
        index: String,
        /// The row that it names.
        row: Hex,
        /// Its key.
        key: Hex,
        /// What is wrong with it.
        why: ExtraReason,
    },
    /// Rows and entries differ, and which of them cannot be told.
    #[error("rows make {keys} keys, the index has {entries} entries that differ from them")]
    IndexDiffers {
        /// The index.
        index: String,
        /// Keys made.
        keys: u64,
        /// Entries compared with them.
        entries: u64,
    },
    /// Damage keeps a part from being compared.
    #[error("{unreadable} parts of {part} cannot be read; what they hold was not compared")]
    Incomplete {
        /// The index; none when it is the rows or long values.
        index: Option<String>,
        /// What cannot be read.
        part: &'static str,
        /// How many pages or nodes.
        unreadable: u64,
    },
    /// A long value is damaged.
    #[error("{0}")]
    LongValue(LongValueError),
    /// A key of the long-value tree that names neither value nor piece.
    #[error("the key {key} of the long-value tree names no value")]
    LongValueKey {
        /// The key.
        key: Hex,
    },
    /// Pieces of a value that has no root.
    #[error("pieces of long value {id:?} have no root")]
    OrphanChunk {
        /// The value.
        id: LongValueId,
    },
    /// Rows refer to a value that does not exist.
    #[error("{references} columns refer to long value {id}, which does not exist")]
    LongValueMissing {
        /// The value, as keys have it.
        id: Hex,
        /// How many columns.
        references: u64,
    },
    /// More or fewer columns refer to a value than it counts.
    #[error("{references} columns refer to long value {id}, which counts {counted}")]
    ReferenceCount {
        /// The value, as keys have it.
        id: Hex,
        /// Columns found.
        references: u64,
        /// Its count.
        counted: u64,
    },
    /// References and counts differ, and which of them cannot be told.
    #[error("references and counts of long values differ")]
    ReferencesDiffer,
    /// Two trees that should be the same differ.
    #[error("row {row} is {}", if *only_first { "not in the shadow catalog, or different there" } else { "in the shadow catalog only, or different there" })]
    ShadowDiffers {
        /// Key of the row.
        row: Hex,
        /// Which of them has it.
        only_first: bool,
    },
    /// A tree cannot be opened; said with the other findings about its structure, too.
    #[error("{0}")]
    Tree(TreeError),
}

/// Why an entry should not be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExtraReason {
    /// No row has this key.
    #[error("there is no such row")]
    NoRow,
    /// The row makes other keys.
    #[error("the row makes no such key")]
    OtherKey,
    /// The entry stands there more than once.
    #[error("it is there more than once")]
    Twice,
}

impl TableFinding {
    /// Stable identifier of this kind of finding.
    pub const fn id(&self) -> &'static str {
        match self {
            Self::Record { .. } => "row-record",
            Self::Value { .. } => "row-value",
            Self::ValueLength { .. } => "row-value-length",
            Self::Null { .. } => "row-null",
            Self::RowKey { .. } | Self::RowNumber { .. } => "row-key",
            Self::Refused { .. } => "index-row-refused",
            Self::Definition { .. } => "index-definition",
            Self::Uniqueness { .. } => "index-uniqueness",
            Self::MissingEntry { .. } => "index-missing-entry",
            Self::EntryCount { expected, found, .. } => {
                if *expected > *found {
                    "index-missing-entry"
                } else {
                    "index-extra-entry"
                }
            }
            Self::ExtraEntry { .. } => "index-extra-entry",
            Self::IndexDiffers { .. } => "index-differs",
            Self::Incomplete { .. } => "compare-incomplete",
            Self::LongValue(error) => match error {
                LongValueError::Gap { .. } => "lv-gap",
                LongValueError::Root { .. } => "lv-root",
                LongValueError::Missing { .. } | LongValueError::NoTree { .. } => "lv-missing",
                LongValueError::Tree(_) => "tree-page-unreadable",
                LongValueError::ChunkTooLong { .. }
                | LongValueError::ChunkTooShort { .. }
                | LongValueError::Compressed { .. }
                | LongValueError::NoKey { .. }
                | LongValueError::Encrypted { .. } => "lv-chunk",
            },
            Self::LongValueKey { .. } => "lv-key",
            Self::OrphanChunk { .. } => "lv-orphan-chunk",
            Self::LongValueMissing { .. } => "lv-missing",
            Self::ReferenceCount { references: 0, .. } => "lv-unreferenced",
            Self::ReferenceCount { .. } | Self::ReferencesDiffer => "lv-refcount",
            Self::ShadowDiffers { .. } => "catalog-shadow-differs",
            Self::Tree(_) => "tree-root",
        }
    }

    /// The index that the finding is about.
    pub fn index(&self) -> Option<&str> {
        match self {
            Self::Refused { index, .. }
            | Self::Definition { index, .. }
            | Self::Uniqueness { index, .. }
            | Self::MissingEntry { index, .. }
            | Self::EntryCount { index, .. }
            | Self::ExtraEntry { index, .. }
            | Self::IndexDiffers { index, .. } => Some(index),
            Self::Incomplete { index, .. } => index.as_deref(),
            _ => None,
        }
    }
}
