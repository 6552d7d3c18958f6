//! Definition of an index, and the parts of it that the catalog keeps as bytes.
//!
//! Source: `docs/format/keys.md`, "Index definitions".

use super::{KEY_MOST_DEFAULT, SEGMENTS_MOST};
use crate::column::{ColumnId, ColumnRef};
use jet_pages::Objid;

/// Flags of an index as the catalog keeps them: 16 bits of the engine's first flag word, then 16 of its second.
/// Unknown bits are preserved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct IndexFlags(pub u32);

impl IndexFlags {
    /// No two entries with one key.
    pub const UNIQUE: Self = Self(0x1);
    /// Records whose key columns are all NULL have an entry.
    pub const ALLOW_ALL_NULLS: Self = Self(0x2);
    /// Records whose first key column is NULL have an entry.
    pub const ALLOW_FIRST_NULL: Self = Self(0x4);
    /// Records with a NULL key column, but the first, have an entry.
    pub const ALLOW_SOME_NULLS: Self = Self(0x8);
    /// A NULL key column is an error.
    pub const DISALLOW_NULL: Self = Self(0x10);
    /// The table's own order.
    pub const PRIMARY: Self = Self(0x20);
    /// The locale was given for this index.
    pub const LOCALE_SET: Self = Self(0x40);
    /// A key column is multi-valued.
    pub const MULTI_VALUED: Self = Self(0x80);
    /// Index of a template table.
    pub const TEMPLATE: Self = Self(0x100);
    /// Index inherited from a template table.
    pub const DERIVED: Self = Self(0x200);
    /// A key column is Unicode text: keys depend on the sort version.
    pub const LOCALISED: Self = Self(0x400);
    /// NULL sorts behind every value.
    pub const NULLS_HIGH: Self = Self(0x800);
    /// All combinations of the values of multi-valued columns.
    pub const CROSS_PRODUCT: Self = Self(0x2000);
    /// A key that must be cut is an error.
    pub const DISALLOW_TRUNCATION: Self = Self(0x4000);
    /// The first values of all multi-valued columns together, then the second ones, and so on.
    pub const NESTED_TABLE: Self = Self(0x8000);
    /// Segments are stored with full column ids: 4 bytes each.
    pub const EXTENDED_IDS: Self = Self(0x1_0000);
    /// GUIDs sort by their groups.
    pub const DOT_NET_GUID: Self = Self(0x2_0000);
    /// Entries are added later.
    pub const DEFERRED: Self = Self(0x4_0000);
    /// The caller promises uniqueness.
    pub const OPTIONALLY_UNIQUE: Self = Self(0x8_0000);

    /// Whether all bits of `other` are set.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The bits of both.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// One column of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The column.
    pub column: ColumnRef,
    /// Highest value first.
    pub descending: bool,
}

/// A condition that a record must meet to have entries in an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The column.
    pub column: ColumnRef,
    /// The column must be NULL; otherwise it must not be.
    pub must_be_null: bool,
}

/// How a tuple index cuts the value of its first column. Lengths count characters: two bytes each in UTF-16 text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TupleLimits {
    /// Shortest piece that is indexed.
    pub min_len: u32,
    /// Longest piece.
    pub max_len: u32,
    /// Most pieces of one value.
    pub max_count: u32,
    /// Characters from one piece's start to the next one's.
    pub step: u32,
    /// Start of the first piece.
    pub start: u32,
}

impl Default for TupleLimits {
    fn default() -> Self {
        Self {
            min_len: 3,
            max_len: 10,
            max_count: 0x7FFF,
            step: 1,
            start: 0,
        }
    }
}

/// Definition of one index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexDef {
    /// Name, unique within the table without regard to case.
    pub name: String,
    /// Identity of its tree; the table's own for a primary index.
    pub objid: Objid,
    /// Root page of its tree; the table's own for a primary index.
    pub root: u32,
    /// Properties.
    pub flags: IndexFlags,
    /// Columns of the key, most significant first.
    pub segments: Vec<Segment>,
    /// Conditions, all of which must hold.
    pub conditions: Vec<Condition>,
    /// Longest key in bytes.
    pub key_most: u16,
    /// Longest segment of a text or binary column that is not fixed, in bytes; `None` for no such limit.
    pub segment_most: Option<u16>,
    /// Present in a tuple index.
    pub tuple: Option<TupleLimits>,
    /// Locale of Unicode text.
    pub locale: String,
    /// Flags that the Windows mapping function is given for Unicode text.
    pub lcmap_flags: u32,
    /// Version of the sort tables that the keys were made with: defined version, and NLS version in the upper half.
    pub sort_version: u64,
    /// Identity of the sort tables.
    pub sort_id: [u8; 16],
    /// How full pages are made when keys arrive in order, in percent.
    pub density: u32,
}

impl IndexDef {
    /// Whether this is the table's own order.
    #[must_use]
    pub const fn is_primary(&self) -> bool {
        self.flags.contains(IndexFlags::PRIMARY)
    }

    /// Whether keys are unique.
    #[must_use]
    pub const fn is_unique(&self) -> bool {
        self.flags.contains(IndexFlags::UNIQUE)
    }

    /// An index on `segments` with the engine's defaults: ascending order, every record has entries.
    #[must_use]
    pub fn plain(name: &str, flags: IndexFlags, segments: Vec<Segment>) -> Self {
        Self {
            name: name.to_owned(),
            objid: Objid::default(),
            root: 0,
            flags,
            segments,
            conditions: Vec::new(),
            key_most: KEY_MOST_DEFAULT.try_into().unwrap_or(u16::MAX),
            segment_most: None,
            tuple: None,
            locale: String::new(),
            lcmap_flags: 0,
            sort_version: 0,
            sort_id: [0; 16],
            density: 80,
        }
    }
}

/// Catalog bytes that are no definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DefinitionError {
    /// Not a whole number of items, or none or too many.
    #[error("{len} bytes of items of {item} bytes")]
    Length {
        /// Bytes found.
        len: usize,
        /// Bytes of one item.
        item: usize,
    },
    /// A negative column id where no sign is allowed, or id 0.
    #[error("column id {id} in item {item}")]
    ColumnId {
        /// Item number, from 0.
        item: usize,
        /// Id found.
        id: i16,
    },
}

const COLUMN_OF_TEMPLATE: u8 = 0x80;
const DESCENDING: u8 = 0x40;
const MUST_BE_NULL: u8 = 0x20;
/// Length of an item with full column ids.
const ITEM_BYTES: usize = 4;
/// Length of an item of the first revisions.
const OLD_ITEM_BYTES: usize = 2;

impl Segment {
    /// Reads the catalog's list of key columns. `extended` is [`IndexFlags::EXTENDED_IDS`].
    ///
    /// # Errors
    /// [`DefinitionError`].
    pub fn parse_list(bytes: &[u8], extended: bool) -> Result<Vec<Self>, DefinitionError> {
        if bytes.is_empty() {
            return Err(DefinitionError::Length {
                len: 0,
                item: ITEM_BYTES,
            });
        }
        parse_list(bytes, extended, |flags, column| Self {
            column,
            descending: flags & DESCENDING != 0,
        })
    }

    /// Appends the segment in the form with full column ids.
    pub fn append_to(&self, out: &mut Vec<u8>) {
        append_item(self.column, if self.descending { DESCENDING } else { 0 }, out);
    }
}

impl Condition {
    /// Reads the catalog's list of conditions, which may be empty. `extended` is [`IndexFlags::EXTENDED_IDS`];
    /// a negative id of the old form means "must be NULL".
    ///
    /// # Errors
    /// [`DefinitionError`].
    pub fn parse_list(bytes: &[u8], extended: bool) -> Result<Vec<Self>, DefinitionError> {
        let null = if extended { MUST_BE_NULL } else { DESCENDING };
        parse_list(bytes, extended, |flags, column| Self {
            column,
            must_be_null: flags & null != 0,
        })
    }

    /// Appends the condition in the form with full column ids.
    pub fn append_to(&self, out: &mut Vec<u8>) {
        append_item(self.column, if self.must_be_null { MUST_BE_NULL } else { 0 }, out);
    }
}

impl TupleLimits {
    /// Reads the catalog's 5 numbers, or the 3 of an older form.
    ///
    /// # Errors
    /// [`DefinitionError::Length`].
    pub fn parse(bytes: &[u8]) -> Result<Self, DefinitionError> {
        let wrong = DefinitionError::Length {
            len: bytes.len(),
            item: 4,
        };
        let (numbers, []) = bytes.as_chunks() else {
            return Err(wrong);
        };
        let number = |bytes: [u8; 4]| u32::from_le_bytes(bytes);
        match *numbers {
            [min_len, max_len, max_count] => Ok(Self {
                min_len: number(min_len),
                max_len: number(max_len),
                max_count: number(max_count),
                ..Self::default()
            }),
            [min_len, max_len, max_count, step, start] => Ok(Self {
                min_len: number(min_len),
                max_len: number(max_len),
                max_count: number(max_count),
                step: number(step),
                start: number(start),
            }),
            _ => Err(wrong),
        }
    }

    /// Appends the 5 numbers.
    pub fn append_to(&self, out: &mut Vec<u8>) {
        for number in [self.min_len, self.max_len, self.max_count, self.step, self.start] {
            out.extend_from_slice(&number.to_le_bytes());
        }
    }
}

fn append_item(column: ColumnRef, flags: u8, out: &mut Vec<u8>) {
    let flags = if column.derived {
        flags | COLUMN_OF_TEMPLATE
    } else {
        flags
    };
    let [low, high] = column.id.0.to_le_bytes();
    out.extend_from_slice(&[flags, 0, low, high]);
}

fn parse_list<T>(
    bytes: &[u8],
    extended: bool,
    make: impl Fn(u8, ColumnRef) -> T,
) -> Result<Vec<T>, DefinitionError> {
    let item_bytes = if extended { ITEM_BYTES } else { OLD_ITEM_BYTES };
    if !bytes.len().is_multiple_of(item_bytes) || bytes.len() / item_bytes > SEGMENTS_MOST {
        return Err(DefinitionError::Length {
            len: bytes.len(),
            item: item_bytes,
        });
    }
    bytes
        .chunks_exact(item_bytes)
        .enumerate()
        .map(|(item, bytes)| {
            let (flags, id) = match *bytes {
                [flags, _, low, high] => (flags, u16::from_le_bytes([low, high])),
                [low, high] => {
                    let id = i16::from_le_bytes([low, high]);
                    (if id < 0 { DESCENDING } else { 0 }, id.unsigned_abs())
                }
                _ => (0, 0),
            };
            if id == 0 {
                return Err(DefinitionError::ColumnId { item, id: 0 });
            }
            Ok(make(
                flags,
                ColumnRef {
                    id: ColumnId(id),
                    derived: flags & COLUMN_OF_TEMPLATE != 0,
                },
            ))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_of_both_forms() {
        let id = |id| ColumnRef::own(ColumnId(id));
        let bytes = [0, 0, 1, 0, 0xC0, 0, 0, 1];
        let segments = Segment::parse_list(&bytes, true).unwrap();
        assert_eq!(
            segments,
            [
                Segment {
                    column: id(1),
                    descending: false
                },
                Segment {
                    column: ColumnRef::derived(ColumnId(256)),
                    descending: true
                },
            ]
        );
        let mut again = Vec::new();
        segments.iter().for_each(|segment| segment.append_to(&mut again));
        assert_eq!(again, bytes);
        let segments = Segment::parse_list(&[0xFE, 0xFF], false).unwrap();
        assert_eq!(
            segments,
            [Segment {
                column: id(2),
                descending: true
            }]
        );
    }

    #[test]
    fn damaged_lists_are_refused() {
        let parse = |bytes: &[u8]| Segment::parse_list(bytes, true).unwrap_err();
        assert_eq!(parse(&[]), DefinitionError::Length { len: 0, item: 4 });
        assert_eq!(parse(&[0; 6]), DefinitionError::Length { len: 6, item: 4 });
        assert_eq!(parse(&[1; 68]), DefinitionError::Length { len: 68, item: 4 });
        assert_eq!(parse(&[0; 4]), DefinitionError::ColumnId { item: 0, id: 0 });
    }

    #[test]
    fn conditions_know_null() {
        let conditions = Condition::parse_list(&[0x20, 0, 5, 0, 0, 0, 6, 0], true).unwrap();
        assert_eq!(
            conditions.iter().map(|c| c.must_be_null).collect::<Vec<_>>(),
            [true, false]
        );
    }

    #[test]
    fn tuple_limits_of_both_lengths() {
        let limits = TupleLimits {
            min_len: 2,
            max_len: 4,
            max_count: 20,
            step: 3,
            start: 1,
        };
        let mut bytes = Vec::new();
        limits.append_to(&mut bytes);
        assert_eq!(TupleLimits::parse(&bytes), Ok(limits));
        let old = TupleLimits {
            step: 1,
            start: 0,
            ..limits
        };
        assert_eq!(TupleLimits::parse(&bytes[..12]), Ok(old));
        assert!(TupleLimits::parse(&bytes[..13]).is_err());
    }
}
