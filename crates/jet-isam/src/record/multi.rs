//! The values of one tagged column: one, two, or an array; in the record or elsewhere.

use super::RecordError;
use crate::column::ColumnRef;

/// Identity of a long value within its table's long-value tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LongValueId {
    /// 4 bytes: revisions below 70.
    Narrow(u32),
    /// 8 bytes, upper bit set in every valid one.
    Wide(u64),
}

impl LongValueId {
    /// Reads the id as records hold it: little-endian, 4 or 8 bytes.
    #[must_use]
    pub fn from_record(bytes: &[u8]) -> Option<Self> {
        if let Ok(narrow) = bytes.try_into() {
            Some(Self::Narrow(u32::from_le_bytes(narrow)))
        } else {
            bytes
                .try_into()
                .ok()
                .map(|wide| Self::Wide(u64::from_le_bytes(wide)))
        }
    }

    /// Length of the id in a record.
    #[must_use]
    pub const fn record_bytes(self) -> usize {
        match self {
            Self::Narrow(_) => 4,
            Self::Wide(_) => 8,
        }
    }

    /// Appends the id as records hold it.
    pub fn append_to_record(self, out: &mut Vec<u8>) {
        match self {
            Self::Narrow(id) => out.extend_from_slice(&id.to_le_bytes()),
            Self::Wide(id) => out.extend_from_slice(&id.to_le_bytes()),
        }
    }
}

/// One value of a column, as the record stores it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoredValue<'a> {
    /// The bytes stand in the record.
    Inline {
        /// What stands there.
        bytes: &'a [u8],
        /// The bytes are a compressed stream.
        compressed: bool,
        /// The bytes are encrypted (after compression, if both).
        encrypted: bool,
    },
    /// The value is in the table's long-value tree.
    Separated {
        /// Its id there.
        id: LongValueId,
        /// Its chunks are encrypted.
        encrypted: bool,
    },
}

impl<'a> StoredValue<'a> {
    /// Bytes that are the value.
    #[must_use]
    pub const fn plain(bytes: &'a [u8]) -> Self {
        Self::Inline {
            bytes,
            compressed: false,
            encrypted: false,
        }
    }

    /// The value, when the record holds it as it is.
    #[must_use]
    pub const fn as_plain(&self) -> Option<&'a [u8]> {
        match self {
            Self::Inline {
                bytes,
                compressed: false,
                encrypted: false,
            } => Some(bytes),
            _ => None,
        }
    }
}

/// Header byte of a tagged column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Header(pub(super) u8);

impl Header {
    pub(super) const LONG: u8 = 0x01;
    pub(super) const COMPRESSED: u8 = 0x02;
    pub(super) const SEPARATED: u8 = 0x04;
    pub(super) const MULTI: u8 = 0x08;
    pub(super) const TWO: u8 = 0x10;
    pub(super) const NULL: u8 = 0x20;
    pub(super) const ENCRYPTED: u8 = 0x40;

    pub(super) const fn has(self, bit: u8) -> bool {
        self.0 & bit != 0
    }
}

/// Mask of the offset in an entry of a value array; the remaining bit marks a long-value id.
pub(super) const INSTANCE_OFFSET: u16 = 0x7FFF;

/// The values of a column that is not NULL: at least one. Numbers count from 1, as in the whole interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instances<'a> {
    bytes: &'a [u8],
    header: Header,
    form: Form<'a>,
    /// For errors.
    column: ColumnRef,
    /// For errors: offset of the column's data in the record.
    offset: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form<'a> {
    One,
    /// Length of the first value, then both.
    Two,
    /// End of the previous value, relative to the array, for each value.
    Array(&'a [[u8; 2]]),
}

impl<'a> Instances<'a> {
    /// One plain value.
    pub(super) const fn plain(bytes: &'a [u8]) -> Self {
        let column = ColumnRef::own(crate::column::ColumnId(0));
        Self {
            bytes,
            header: Header(0),
            form: Form::One,
            column,
            offset: 0,
        }
    }

    /// Reads what follows the header byte of `column`.
    pub(super) fn parse(
        column: ColumnRef,
        header: Header,
        bytes: &'a [u8],
        offset: usize,
    ) -> Result<Self, RecordError> {
        let impossible = RecordError::TaggedBits {
            column,
            offset,
            header: header.0,
        };
        let form = match (header.has(Header::MULTI), header.has(Header::TWO)) {
            (false, false) => Form::One,
            (false, true) => return Err(impossible),
            (true, _) if header.has(Header::SEPARATED) => return Err(impossible),
            (true, true) if header.has(Header::LONG) => return Err(impossible),
            (true, true) => Form::Two,
            (true, false) => Form::Array(array(column, bytes, offset)?),
        };
        Ok(Self {
            bytes,
            header,
            form,
            column,
            offset,
        })
    }

    /// Number of values; never 0.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "never empty")]
    pub const fn len(&self) -> usize {
        match self.form {
            Form::One => 1,
            Form::Two => 2,
            Form::Array(entries) => entries.len(),
        }
    }

    /// Whether the column is marked as one of long values.
    #[must_use]
    pub const fn is_long(&self) -> bool {
        self.header.has(Header::LONG)
    }

    /// Whether the values stand in an array, the form of three and more.
    pub(crate) const fn is_array(&self) -> bool {
        matches!(self.form, Form::Array(_))
    }

    /// Whether two values share one length.
    pub(crate) const fn is_two(&self) -> bool {
        matches!(self.form, Form::Two)
    }

    /// Value number `instance`, from 1; `None` for 0 and behind the last.
    ///
    /// # Errors
    /// [`RecordError::Instance`] when the value lies nowhere, [`RecordError::LongValueId`] when an id has an
    /// impossible length.
    pub fn get(&self, instance: usize) -> Result<Option<StoredValue<'a>>, RecordError> {
        if instance == 0 || instance > self.len() {
            return Ok(None);
        }
        let (bytes, separated) = match self.form {
            Form::One => (self.bytes, self.header.has(Header::SEPARATED)),
            Form::Two => (self.one_of_two(instance)?, false),
            Form::Array(entries) => self.one_of_array(entries, instance)?,
        };
        let encrypted = self.header.has(Header::ENCRYPTED);
        if separated {
            let id = LongValueId::from_record(bytes).ok_or(RecordError::LongValueId {
                column: self.column,
                offset: self.offset,
                len: bytes.len(),
            })?;
            return Ok(Some(StoredValue::Separated { id, encrypted }));
        }
        let compressed = self.header.has(Header::COMPRESSED) && instance == 1;
        Ok(Some(StoredValue::Inline {
            bytes,
            compressed,
            encrypted,
        }))
    }

    /// All values in order.
    pub fn iter(&self) -> impl Iterator<Item = Result<StoredValue<'a>, RecordError>> + use<'a> {
        let instances = *self;
        (1..=self.len()).filter_map(move |instance| instances.get(instance).transpose())
    }

    fn one_of_two(&self, instance: usize) -> Result<&'a [u8], RecordError> {
        let first_len = self.bytes.first().copied().map_or(0, usize::from);
        let (start, end) = if instance == 1 {
            (1, 1 + first_len)
        } else {
            (1 + first_len, self.bytes.len())
        };
        self.slice(instance, start, end)
    }

    fn one_of_array(&self, entries: &'a [[u8; 2]], instance: usize) -> Result<(&'a [u8], bool), RecordError> {
        let word = |index: usize| entries.get(index).map(|entry| u16::from_le_bytes(*entry));
        let offset = |word: u16| usize::from(word & INSTANCE_OFFSET);
        let entry = word(instance - 1).unwrap_or_default();
        let end = word(instance).map_or(self.bytes.len(), offset);
        let bytes = self.slice(instance, offset(entry), end)?;
        Ok((bytes, entry & !INSTANCE_OFFSET != 0))
    }

    fn slice(&self, instance: usize, start: usize, end: usize) -> Result<&'a [u8], RecordError> {
        self.bytes.get(start..end).ok_or(RecordError::Instance {
            column: self.column,
            offset: self.offset,
            instance,
            start,
            end,
            len: self.bytes.len(),
        })
    }
}

/// The offsets at the start of a multi-valued column; their first is their length.
fn array(column: ColumnRef, bytes: &[u8], offset: usize) -> Result<&[[u8; 2]], RecordError> {
    let first = bytes
        .first_chunk()
        .map_or(0, |word| u16::from_le_bytes(*word) & INSTANCE_OFFSET);
    let end = usize::from(first);
    bytes
        .get(..end)
        .map(<[u8]>::as_chunks)
        .filter(|(entries, rest)| rest.is_empty() && !entries.is_empty())
        .map(|(entries, _)| entries)
        .ok_or(RecordError::Instance {
            column,
            offset,
            instance: 0,
            start: 0,
            end,
            len: bytes.len(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::column::ColumnId;

    const COLUMN: ColumnRef = ColumnRef::own(ColumnId(256));

    fn values(header: u8, bytes: &[u8]) -> Result<Vec<StoredValue<'_>>, RecordError> {
        Instances::parse(COLUMN, Header(header), bytes, 10)?
            .iter()
            .collect()
    }

    #[test]
    fn two_values_share_one_length() {
        let plain = |bytes| StoredValue::plain(bytes);
        assert_eq!(values(0x18, b"\x02abc"), Ok(vec![plain(b"ab"), plain(b"c")]));
        assert_eq!(values(0x18, b"\0"), Ok(vec![plain(b""), plain(b"")]));
        assert!(matches!(
            values(0x18, b"\x04abc"),
            Err(RecordError::Instance {
                instance: 1,
                end: 5,
                ..
            })
        ));
        assert!(matches!(
            values(0x18, b""),
            Err(RecordError::Instance { instance: 1, .. })
        ));
    }

    #[test]
    fn only_the_first_of_an_array_is_compressed() {
        let found = values(0x0B, &[6, 0, 7, 0x80, 11, 0, 9, 1, 2, 3, 4, 8]).unwrap();
        assert_eq!(
            found,
            [
                StoredValue::Inline {
                    bytes: &[9],
                    compressed: true,
                    encrypted: false
                },
                StoredValue::Separated {
                    id: LongValueId::Narrow(0x0403_0201),
                    encrypted: false
                },
                StoredValue::plain(&[8]),
            ]
        );
    }

    #[test]
    fn long_value_ids_are_of_two_lengths() {
        let wide = [1, 0, 0, 0x80, 0, 0, 0, 0x80];
        let id = LongValueId::Wide(0x8000_0000_8000_0001);
        assert_eq!(
            values(0x45, &wide),
            Ok(vec![StoredValue::Separated { id, encrypted: true }])
        );
        let mut bytes = Vec::new();
        id.append_to_record(&mut bytes);
        assert_eq!(bytes, wide);
        assert_eq!(
            values(5, &[1, 2, 3]),
            Err(RecordError::LongValueId {
                column: COLUMN,
                offset: 10,
                len: 3
            })
        );
    }

    #[test]
    fn impossible_arrays_are_refused() {
        for bytes in [&[][..], &[2], &[0, 0], &[3, 0, 0], &[4, 0, 9]] {
            assert!(
                matches!(values(8, bytes), Err(RecordError::Instance { instance: 0, .. })),
                "{bytes:?}"
            );
        }
        assert!(matches!(
            values(8, &[4, 0, 3, 0, 1]),
            Err(RecordError::Instance {
                instance: 1,
                start: 4,
                end: 3,
                ..
            })
        ));
        for header in [0x10, 0x0C, 0x19] {
            assert_eq!(
                values(header, &[2, 0]),
                Err(RecordError::TaggedBits {
                    column: COLUMN,
                    offset: 10,
                    header
                })
            );
        }
    }
}
