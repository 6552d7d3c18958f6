//! The tagged area: a sorted array of entries, one per column that is present, then the values.
//!
//! - Entries are 4 bytes: column id, then an offset that carries marks in its upper bits. The first offset is the
//!   length of the array, so the number of entries is known without a count.
//! - Inherited columns come first, then ids ascend: a column is found by binary search.
//! - On small pages a value has a header byte only when its entry says so, and NULL is a mark of the entry; on
//!   large pages every value has one and NULL is a bit of it.

use super::multi::{Header, Instances};
use super::{Field, RecordError, Values};
use crate::column::{ColumnId, ColumnRef};

/// Length of one entry.
pub(super) const ENTRY_BYTES: usize = 4;
/// Mark of an inherited column, on pages of both kinds.
pub(super) const DERIVED: u16 = 0x8000;
/// Small pages: a header byte precedes the value.
pub(super) const SMALL_HEADER: u16 = 0x4000;
/// Small pages: NULL.
pub(super) const SMALL_NULL: u16 = 0x2000;
/// Bits of the offset on small pages.
pub(super) const SMALL_OFFSET: u16 = 0x1FFF;
/// Bits of the offset on large pages.
pub(super) const LARGE_OFFSET: u16 = 0x7FFF;

/// The tagged columns of a record.
#[derive(Clone, Copy, Debug)]
pub struct TaggedArea<'a> {
    /// Entries and values.
    bytes: &'a [u8],
    entries: &'a [[u8; ENTRY_BYTES]],
    /// Offset of the area in the record, for errors.
    offset: usize,
    large_page: bool,
}

/// One tagged column of a record.
#[derive(Clone, Copy, Debug)]
pub struct TaggedField<'a> {
    /// The column.
    pub column: ColumnRef,
    /// Its values, or NULL; never absent.
    pub values: Values<'a>,
}

/// One tagged column as its bytes stand in a record.
#[derive(Clone, Copy)]
pub(super) struct RawField<'a> {
    pub(super) id: [u8; 2],
    /// The bits of the entry's second word that are no offset.
    pub(super) marks: u16,
    /// Header byte, if there is one, and values.
    pub(super) bytes: &'a [u8],
}

#[derive(Clone, Copy)]
struct Entry {
    column: ColumnRef,
    start: usize,
    has_header: bool,
    is_null: bool,
}

impl<'a> TaggedArea<'a> {
    /// `bytes` is the rest of a record from `offset` on.
    pub(super) fn parse(bytes: &'a [u8], offset: usize, large_page: bool) -> Result<Self, RecordError> {
        let Some(first) = bytes.first_chunk() else {
            return if bytes.is_empty() {
                Ok(Self {
                    bytes,
                    entries: &[],
                    offset,
                    large_page,
                })
            } else {
                Err(RecordError::TaggedCount {
                    offset,
                    first: bytes.len(),
                })
            };
        };
        let first = Entry::read(*first, large_page).start;
        let (array, _) = bytes
            .split_at_checked(first)
            .filter(|_| first >= ENTRY_BYTES)
            .ok_or(RecordError::TaggedCount { offset, first })?;
        match array.as_chunks() {
            (entries, []) => Ok(Self {
                bytes,
                entries,
                offset,
                large_page,
            }),
            _ => Err(RecordError::TaggedCount { offset, first }),
        }
    }

    /// Number of tagged columns in the record.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether the record has no tagged column.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The values of `column`, found by binary search.
    ///
    /// # Errors
    /// [`RecordError`] when the column's bytes lie outside the area or have impossible marks.
    pub fn find(&self, column: ColumnRef) -> Result<Values<'a>, RecordError> {
        match self.position(column) {
            Ok(index) => Ok(self.get(index)?.map_or(Field::Absent, |field| field.values)),
            Err(_) => Ok(Field::Absent),
        }
    }

    /// Tagged column number `index`, from 0, in the order of the record; `None` behind the last.
    ///
    /// # Errors
    /// As [`TaggedArea::find`].
    pub fn get(&self, index: usize) -> Result<Option<TaggedField<'a>>, RecordError> {
        let Some(entry) = self.entry(index) else {
            return Ok(None);
        };
        let end = self.entry(index + 1).map_or(self.bytes.len(), |next| next.start);
        let bytes = self
            .bytes
            .get(entry.start..end)
            .filter(|_| entry.start >= self.entries.len() * ENTRY_BYTES)
            .ok_or(RecordError::TaggedData {
                column: entry.column,
                offset: self.offset + index * ENTRY_BYTES,
                start: entry.start,
                end,
            })?;
        let values = entry.values(bytes, self.offset + entry.start)?;
        Ok(Some(TaggedField {
            column: entry.column,
            values,
        }))
    }

    /// Index of `column`, or where it would be.
    pub(super) fn position(&self, column: ColumnRef) -> Result<usize, usize> {
        self.entries
            .binary_search_by_key(&column.tagged_order(), |entry| {
                Entry::read(*entry, self.large_page).column.tagged_order()
            })
    }

    /// Column number `index` as its bytes stand there: the id, the marks of its offset, header byte and values.
    pub(super) fn raw(&self, index: usize) -> Result<Option<RawField<'a>>, RecordError> {
        let Some([id_low, id_high, low, high]) = self.entries.get(index).copied() else {
            return Ok(None);
        };
        let offset_mask = if self.large_page {
            LARGE_OFFSET
        } else {
            SMALL_OFFSET
        };
        let Some(entry) = self.entry(index) else {
            return Ok(None);
        };
        let end = self.entry(index + 1).map_or(self.bytes.len(), |next| next.start);
        let bytes = self.bytes.get(entry.start..end).ok_or(RecordError::TaggedData {
            column: entry.column,
            offset: self.offset + index * ENTRY_BYTES,
            start: entry.start,
            end,
        })?;
        Ok(Some(RawField {
            id: [id_low, id_high],
            marks: u16::from_le_bytes([low, high]) & !offset_mask,
            bytes,
        }))
    }

    /// All tagged columns in the order of the record.
    #[must_use]
    pub const fn iter(&self) -> TaggedColumns<'a> {
        TaggedColumns { area: *self, next: 0 }
    }

    /// Checks every column, every value and the order of columns.
    ///
    /// # Errors
    /// The first [`RecordError`].
    pub fn verify(&self) -> Result<(), RecordError> {
        let mut previous = None;
        for (index, field) in self.iter().enumerate() {
            let field = field?;
            let order = Some(field.column.tagged_order());
            if previous >= order || !field.column.id.is_tagged() {
                let offset = self.offset + index * ENTRY_BYTES;
                return Err(RecordError::TaggedOrder {
                    column: field.column,
                    offset,
                });
            }
            previous = order;
            if let Field::Value(instances) = field.values {
                for instance in 1..=instances.len() {
                    instances.get(instance)?;
                }
            }
        }
        Ok(())
    }

    fn entry(&self, index: usize) -> Option<Entry> {
        self.entries
            .get(index)
            .map(|entry| Entry::read(*entry, self.large_page))
    }
}

impl Entry {
    fn read([id_low, id_high, low, high]: [u8; ENTRY_BYTES], large_page: bool) -> Self {
        let word = u16::from_le_bytes([low, high]);
        let id = ColumnId(u16::from_le_bytes([id_low, id_high]));
        let column = ColumnRef {
            id,
            derived: word & DERIVED != 0,
        };
        if large_page {
            let start = usize::from(word & LARGE_OFFSET);
            Self {
                column,
                start,
                has_header: true,
                is_null: false,
            }
        } else {
            Self {
                column,
                start: usize::from(word & SMALL_OFFSET),
                has_header: word & SMALL_HEADER != 0,
                is_null: word & SMALL_NULL != 0,
            }
        }
    }

    fn values<'a>(&self, bytes: &'a [u8], offset: usize) -> Result<Values<'a>, RecordError> {
        if self.is_null {
            return Ok(Field::Null);
        }
        if !self.has_header {
            return Ok(Field::Value(Instances::plain(bytes)));
        }
        let (header, bytes) = bytes.split_first().ok_or(RecordError::TaggedHeader {
            column: self.column,
            offset,
        })?;
        let header = Header(*header);
        if header.has(Header::NULL) {
            return Ok(Field::Null);
        }
        Instances::parse(self.column, header, bytes, offset).map(Field::Value)
    }
}

/// Iterator over the tagged columns of a record; ends after the first error.
#[derive(Clone, Debug)]
pub struct TaggedColumns<'a> {
    area: TaggedArea<'a>,
    next: usize,
}

impl<'a> Iterator for TaggedColumns<'a> {
    type Item = Result<TaggedField<'a>, RecordError>;

    fn next(&mut self) -> Option<Self::Item> {
        let item = self.area.get(self.next).transpose()?;
        self.next = if item.is_ok() { self.next + 1 } else { usize::MAX };
        Some(item)
    }
}

impl<'a> IntoIterator for &TaggedArea<'a> {
    type Item = Result<TaggedField<'a>, RecordError>;
    type IntoIter = TaggedColumns<'a>;

    fn into_iter(self) -> TaggedColumns<'a> {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::super::StoredValue;
    use super::*;

    /// Own columns 256 and 258 and inherited 300, whose values are "xy", NULL and "i".
    fn area_bytes(large_page: bool) -> Vec<u8> {
        let entry = |id: u16, word: u16| [id.to_le_bytes(), word.to_le_bytes()].concat();
        if large_page {
            let entries = [entry(300, DERIVED | 12), entry(256, 14), entry(258, 17)].concat();
            [&entries[..], b"\0i\0xy\x20"].concat()
        } else {
            let entries = [
                entry(300, DERIVED | 12),
                entry(256, 13),
                entry(258, SMALL_NULL | 15),
            ]
            .concat();
            [&entries[..], b"ixy"].concat()
        }
    }

    fn plain<'a>(values: Values<'a>) -> Field<Option<StoredValue<'a>>> {
        values.map(|values| values.get(1).unwrap())
    }

    #[test]
    fn both_page_kinds_give_the_same_columns() {
        for large_page in [false, true] {
            let bytes = area_bytes(large_page);
            let area = TaggedArea::parse(&bytes, 0, large_page).unwrap();
            area.verify().unwrap();
            let value = |bytes| Field::Value(Some(StoredValue::plain(bytes)));
            assert_eq!(
                plain(area.find(ColumnRef::derived(ColumnId(300))).unwrap()),
                value(b"i")
            );
            assert_eq!(
                plain(area.find(ColumnRef::own(ColumnId(256))).unwrap()),
                value(b"xy")
            );
            assert_eq!(
                plain(area.find(ColumnRef::own(ColumnId(258))).unwrap()),
                Field::Null
            );
            assert_eq!(
                plain(area.find(ColumnRef::own(ColumnId(300))).unwrap()),
                Field::Absent
            );
            assert_eq!(area.iter().count(), 3);
        }
    }

    #[test]
    fn a_first_offset_that_is_no_array_length_is_refused() {
        for first in [0u8, 2, 5, 200] {
            let bytes = [0, 1, first, 0, 0, 0, 0];
            let found = TaggedArea::parse(&bytes, 40, false);
            let first = usize::from(first);
            assert_eq!(found.err(), Some(RecordError::TaggedCount { offset: 40, first }));
        }
        assert!(TaggedArea::parse(&[0, 1, 4], 40, false).is_err());
    }

    #[test]
    fn entries_out_of_order_fail_verification() {
        let mut bytes = area_bytes(false);
        bytes[4] = 9;
        bytes[8] = 2;
        let area = TaggedArea::parse(&bytes, 10, false).unwrap();
        let column = ColumnRef::own(ColumnId(258));
        assert_eq!(
            area.verify(),
            Err(RecordError::TaggedOrder { column, offset: 18 })
        );
    }

    #[test]
    fn a_missing_header_byte_is_an_error() {
        let bytes = [0, 1, 4, 0x40];
        let area = TaggedArea::parse(&bytes, 0, false).unwrap();
        let column = ColumnRef::own(ColumnId(256));
        assert_eq!(
            area.find(column).err(),
            Some(RecordError::TaggedHeader { column, offset: 4 })
        );
    }
}
