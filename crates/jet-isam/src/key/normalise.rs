//! One segment of a key: the bytes of one column value.

use super::binary;
use super::text::{self, TextCollation, UnicodeForm, UnsupportedText};
use crate::column::{CODE_PAGE_UNICODE, ColumnDef, ColumnType};

/// First byte of NULL.
const NULL: u8 = 0x00;
/// First byte of NULL in an index where NULL sorts high.
const NULL_HIGH: u8 = 0xC0;
/// The whole segment of an empty value.
const EMPTY: u8 = 0x40;
/// First byte of a value.
pub(super) const DATA: u8 = 0x7F;

/// Whether a segment holds its whole value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// Everything, or as much as the index's limit for segments lets in.
    Whole,
    /// Cut by the limit of the key.
    Cut,
}

/// Values that have no segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NormaliseError {
    /// A value of another length than its type has.
    #[error("{column_type} value of {len} bytes")]
    Length {
        /// Type of the column.
        column_type: ColumnType,
        /// Length of the value.
        len: usize,
    },
    /// Unicode text of one byte.
    #[error("half a character of text")]
    HalfCharacter,
    /// The collation does not know the text, or there is none.
    #[error(transparent)]
    Text(#[from] UnsupportedText),
    /// Upper-case text that does not fit: the engine leaves the key undefined.
    #[error("upper-case text of {needed} bytes with room for {room}")]
    UpperCaseRoom {
        /// Bytes of the text with its terminator.
        needed: usize,
        /// Bytes there are.
        room: usize,
    },
    /// A column of the obsolete streaming type.
    #[error("columns of type {column_type} have no keys")]
    Type {
        /// Type of the column.
        column_type: ColumnType,
    },
}

/// How long a segment may be.
#[derive(Clone, Copy, Debug)]
pub struct SegmentLimits {
    /// Bytes left in the key; at least 1.
    pub room: usize,
    /// Longest key of the index.
    pub key_most: usize,
    /// Longest segment of text and binary, when below `key_most`.
    pub segment_most: Option<usize>,
}

impl SegmentLimits {
    /// Bytes behind the first byte of a text segment.
    pub(super) fn segment_room(&self) -> usize {
        self.segment_most
            .unwrap_or(self.room)
            .min(self.room)
            .saturating_sub(1)
    }

    /// What a text segment is that was cut to `room` bytes behind its first.
    pub(super) fn cut(&self, room: usize) -> Fit {
        if self.segment_most == Some(room + 1) {
            Fit::Whole
        } else {
            Fit::Cut
        }
    }

    /// The length that a binary segment of `len` bytes is cut to.
    pub(super) fn fit(&self, len: usize) -> (usize, Fit) {
        let len = self.segment_most.map_or(len, |most| most.min(len));
        if len > self.room {
            (self.room, Fit::Cut)
        } else {
            (len, Fit::Whole)
        }
    }
}

/// What the segment of a column depends on, besides the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SegmentKind {
    column_type: ColumnType,
    is_fixed: bool,
    unicode: Option<UnicodeForm>,
    dot_net_guid: bool,
}

impl SegmentKind {
    /// The kind of `column` in an index with these mapping flags and GUID order; `None` for a deleted column.
    #[must_use]
    pub fn new(column: &ColumnDef, lcmap_flags: u32, dot_net_guid: bool) -> Option<Self> {
        let column_type = column.column_type?;
        let is_unicode = column_type.is_text() && column.code_page == CODE_PAGE_UNICODE;
        let unicode = is_unicode.then(|| UnicodeForm::of_flags(lcmap_flags));
        Some(Self {
            column_type,
            is_fixed: column.id.is_fixed(),
            unicode,
            dot_net_guid,
        })
    }

    /// Type of the column.
    #[must_use]
    pub const fn column_type(&self) -> ColumnType {
        self.column_type
    }

    /// Bytes of one character, as tuples count.
    pub(super) const fn unit_bytes(&self) -> usize {
        if self.unicode.is_some() { 2 } else { 1 }
    }
}

/// Appends the ascending segment of NULL.
pub fn append_null(nulls_high: bool, out: &mut Vec<u8>) {
    out.push(if nulls_high { NULL_HIGH } else { NULL });
}

/// Appends the ascending segment of `value`. For types of one length it may be longer than `limits`: the caller
/// cuts the key.
///
/// # Errors
/// [`NormaliseError`]; `out` may have grown.
pub fn append_value(
    kind: &SegmentKind,
    value: &[u8],
    collation: Option<&dyn TextCollation>,
    limits: &SegmentLimits,
    out: &mut Vec<u8>,
) -> Result<Fit, NormaliseError> {
    let column_type = kind.column_type;
    if column_type.is_text() || column_type.is_binary() {
        if value.is_empty() {
            out.push(EMPTY);
            return Ok(Fit::Whole);
        }
        return match kind.unicode {
            Some(form) => text::append_unicode(value, form, collation, limits, out),
            None if column_type.is_text() => Ok(text::append_ansi(value, limits, out)),
            None if kind.is_fixed => Ok(binary::append_fixed(value, limits, out)),
            None => Ok(binary::append_chunks(value, limits, out)),
        };
    }
    append_number(kind, value, out).map(|()| Fit::Whole)
}

/// Types of one length: big-endian, so arranged that unsigned order is the order of values.
fn append_number(kind: &SegmentKind, value: &[u8], out: &mut Vec<u8>) -> Result<(), NormaliseError> {
    /// Offset in the stored GUID of each byte of the key: the order of the printed form, read from its end.
    const GUID_ORDER: [usize; 16] = [10, 11, 12, 13, 14, 15, 8, 9, 6, 7, 4, 5, 0, 1, 2, 3];
    const DOT_NET_GUID_ORDER: [usize; 16] = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
    let column_type = kind.column_type;
    let wrong = NormaliseError::Length {
        column_type,
        len: value.len(),
    };
    if column_type.fixed_bytes() != Some(value.len()) {
        return Err(if column_type.fixed_bytes().is_none() {
            NormaliseError::Type { column_type }
        } else {
            wrong
        });
    }
    out.push(DATA);
    let start = out.len();
    match column_type {
        ColumnType::Bit => out.push(if value == [0] { 0x00 } else { 0xFF }),
        ColumnType::Guid => {
            let order = if kind.dot_net_guid {
                DOT_NET_GUID_ORDER
            } else {
                GUID_ORDER
            };
            out.extend(order.iter().filter_map(|offset| value.get(*offset)));
        }
        _ => out.extend(value.iter().rev()),
    }
    let Some((first, rest)) = out.get_mut(start..).and_then(<[u8]>::split_first_mut) else {
        return Err(wrong);
    };
    match column_type {
        ColumnType::Short | ColumnType::Long | ColumnType::Currency | ColumnType::LongLong => *first ^= 0x80,
        ColumnType::IeeeSingle | ColumnType::IeeeDouble | ColumnType::DateTime => {
            if *first & 0x80 == 0 {
                *first ^= 0x80;
            } else {
                *first = !*first;
                rest.iter_mut().for_each(|byte| *byte = !*byte);
            }
        }
        _ => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(column_type: ColumnType, dot_net_guid: bool, value: &[u8]) -> Result<Vec<u8>, NormaliseError> {
        let kind = SegmentKind {
            column_type,
            is_fixed: true,
            unicode: None,
            dot_net_guid,
        };
        let limits = SegmentLimits {
            room: 255,
            key_most: 255,
            segment_most: None,
        };
        let mut out = Vec::new();
        append_value(&kind, value, None, &limits, &mut out)?;
        Ok(out)
    }

    #[test]
    fn numbers_are_big_endian_with_the_sign_turned() {
        let key = |column_type, value: &[u8]| segment(column_type, false, value).unwrap();
        assert_eq!(key(ColumnType::Long, &[2, 0, 0, 0]), [0x7F, 0x80, 0, 0, 2]);
        assert_eq!(
            key(ColumnType::Long, &[0xFE, 0xFF, 0xFF, 0xFF]),
            [0x7F, 0x7F, 0xFF, 0xFF, 0xFE]
        );
        assert_eq!(key(ColumnType::UnsignedShort, &[1, 2]), [0x7F, 2, 1]);
        assert_eq!(
            key(ColumnType::IeeeSingle, &(-1.0f32).to_le_bytes()),
            [0x7F, 0x40, 0x7F, 0xFF, 0xFF]
        );
        assert_eq!(
            key(ColumnType::IeeeSingle, &1.0f32.to_le_bytes()),
            [0x7F, 0xBF, 0x80, 0, 0]
        );
        assert_eq!(key(ColumnType::Bit, &[1]), [0x7F, 0xFF]);
        assert_eq!(key(ColumnType::UnsignedByte, &[0x80]), [0x7F, 0x80]);
    }

    #[test]
    fn guids_have_two_orders() {
        let value: Vec<u8> = (0..16).collect();
        let key = |dot_net| segment(ColumnType::Guid, dot_net, &value).unwrap();
        assert_eq!(
            key(false),
            [0x7F, 10, 11, 12, 13, 14, 15, 8, 9, 6, 7, 4, 5, 0, 1, 2, 3]
        );
        assert_eq!(
            key(true),
            [0x7F, 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]
        );
    }

    #[test]
    fn a_value_of_wrong_length_has_no_key() {
        let column_type = ColumnType::Long;
        assert_eq!(
            segment(column_type, false, &[1, 2]),
            Err(NormaliseError::Length { column_type, len: 2 })
        );
        assert_eq!(
            segment(ColumnType::ObsoleteStream, false, &[]),
            Err(NormaliseError::Type {
                column_type: ColumnType::ObsoleteStream
            })
        );
    }
}
