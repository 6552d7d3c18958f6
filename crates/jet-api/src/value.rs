//! Values of columns in Rust types.

use std::borrow::Cow;
use std::fmt;

use jet_isam::column::{CODE_PAGE_UNICODE, ColumnDef, ColumnType};
use jet_isam::text;

/// A value that is not NULL, decoded by the type of its column. Text and binary are borrowed where the file has them as
/// they are.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'v> {
    /// A truth value.
    Bit(bool),
    /// `JET_coltypUnsignedByte`.
    U8(u8),
    /// `JET_coltypShort`.
    I16(i16),
    /// `JET_coltypUnsignedShort`.
    U16(u16),
    /// `JET_coltypLong`.
    I32(i32),
    /// `JET_coltypUnsignedLong`.
    U32(u32),
    /// `JET_coltypCurrency` and `JET_coltypLongLong`.
    I64(i64),
    /// `JET_coltypUnsignedLongLong`.
    U64(u64),
    /// `JET_coltypIEEESingle`.
    F32(f32),
    /// `JET_coltypIEEEDouble`.
    F64(f64),
    /// `JET_coltypDateTime`: the stored bits. By the type's definition they are days since 1899-12-30 as a double;
    /// many programs store a FILETIME there, 100 ns units since 1601-01-01.
    DateTime(u64),
    /// `JET_coltypGUID`, in the usual order of its groups.
    Guid(Guid),
    /// Text that is valid in the column's code page.
    Text(Cow<'v, str>),
    /// Binary data.
    Bytes(Cow<'v, [u8]>),
    /// Bytes that are no value of the column's type: odd or broken UTF-16, or a length that the type does not have.
    Malformed(Cow<'v, [u8]>),
}

/// A GUID; prints as `4d36e96e-e325-11ce-bfc1-08002be10318`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Guid(pub [u8; 16]);

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g, h, i, rest @ ..] = self.0;
        let first = u32::from_le_bytes([a, b, c, d]);
        let (second, third) = (u16::from_le_bytes([e, g]), u16::from_le_bytes([h, i]));
        let [j, k, node @ ..] = rest;
        write!(f, "{first:08x}-{second:04x}-{third:04x}-{j:02x}{k:02x}-")?;
        node.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl<'v> Value<'v> {
    /// Decodes the plain bytes of a value of `column`.
    pub fn decode(column: &ColumnDef, bytes: Cow<'v, [u8]>) -> Self {
        let Some(column_type) = column.column_type else {
            return Self::Malformed(bytes);
        };
        match column_type {
            ColumnType::Text | ColumnType::LongText => decode_text(column.code_page, bytes),
            ColumnType::Binary | ColumnType::LongBinary | ColumnType::ObsoleteStream => Self::Bytes(bytes),
            _ => decode_number(column_type, &bytes).unwrap_or(Self::Malformed(bytes)),
        }
    }

    /// The value as a signed number, if it is one that fits.
    pub fn as_i64(&self) -> Option<i64> {
        Some(match self {
            Self::Bit(bit) => i64::from(*bit),
            Self::U8(n) => i64::from(*n),
            Self::I16(n) => i64::from(*n),
            Self::U16(n) => i64::from(*n),
            Self::I32(n) => i64::from(*n),
            Self::U32(n) => i64::from(*n),
            Self::I64(n) => *n,
            Self::U64(n) => i64::try_from(*n).ok()?,
            _ => return None,
        })
    }

    /// The value as floating point, if it is a number.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::F32(n) => Some(f64::from(*n)),
            Self::F64(n) => Some(*n),
            Self::DateTime(bits) => Some(f64::from_bits(*bits)),
            Self::I64(_) | Self::U64(_) => None, // a double does not hold them all
            _ => self.as_i64().and_then(|n| i32::try_from(n).ok()).map(f64::from),
        }
    }

    /// The value as text.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value as bytes: binary values, and those that are malformed.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Bytes(bytes) | Self::Malformed(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The same value, independent of where it came from.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Self::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Self::Bytes(bytes) => Value::Bytes(Cow::Owned(bytes.into_owned())),
            Self::Malformed(bytes) => Value::Malformed(Cow::Owned(bytes.into_owned())),
            Self::Bit(v) => Value::Bit(v),
            Self::U8(v) => Value::U8(v),
            Self::I16(v) => Value::I16(v),
            Self::U16(v) => Value::U16(v),
            Self::I32(v) => Value::I32(v),
            Self::U32(v) => Value::U32(v),
            Self::I64(v) => Value::I64(v),
            Self::U64(v) => Value::U64(v),
            Self::F32(v) => Value::F32(v),
            Self::F64(v) => Value::F64(v),
            Self::DateTime(v) => Value::DateTime(v),
            Self::Guid(v) => Value::Guid(v),
        }
    }

    /// The bytes that a record of `column` would hold for this value, to search for it; `None` when the value is none
    /// of the column's type.
    pub fn encode(&self, column: &ColumnDef) -> Option<Vec<u8>> {
        let column_type = column.column_type?;
        Some(match (self, column_type) {
            (Self::Text(text), _) if column_type.is_text() => encode_text(column.code_page, text)?,
            (Self::Bytes(bytes) | Self::Malformed(bytes), _) => bytes.to_vec(),
            (Self::Guid(guid), ColumnType::Guid) => guid.0.to_vec(),
            (Self::DateTime(bits), ColumnType::DateTime) => bits.to_le_bytes().to_vec(),
            (Self::F32(n), ColumnType::IeeeSingle) => n.to_le_bytes().to_vec(),
            (_, ColumnType::IeeeDouble) => self.as_f64()?.to_le_bytes().to_vec(),
            (_, ColumnType::DateTime) => self.as_f64()?.to_le_bytes().to_vec(),
            (Self::U64(n), ColumnType::UnsignedLongLong) => n.to_le_bytes().to_vec(),
            (_, ColumnType::Bit) => vec![if self.as_i64()? == 0 { 0 } else { 0xff }],
            (_, ColumnType::UnsignedByte) => u8::try_from(self.as_i64()?).ok()?.to_le_bytes().to_vec(),
            (_, ColumnType::Short) => i16::try_from(self.as_i64()?).ok()?.to_le_bytes().to_vec(),
            (_, ColumnType::UnsignedShort) => u16::try_from(self.as_i64()?).ok()?.to_le_bytes().to_vec(),
            (_, ColumnType::Long) => i32::try_from(self.as_i64()?).ok()?.to_le_bytes().to_vec(),
            (_, ColumnType::UnsignedLong) => u32::try_from(self.as_i64()?).ok()?.to_le_bytes().to_vec(),
            (_, ColumnType::Currency | ColumnType::LongLong) => self.as_i64()?.to_le_bytes().to_vec(),
            (_, ColumnType::UnsignedLongLong) => u64::try_from(self.as_i64()?).ok()?.to_le_bytes().to_vec(),
            _ => return None,
        })
    }
}

/// As people read it: numbers, text as it is, bytes in hexadecimal, a date and time as its stored number of days.
impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bit(v) => v.fmt(f),
            Self::U8(v) => v.fmt(f),
            Self::I16(v) => v.fmt(f),
            Self::U16(v) => v.fmt(f),
            Self::I32(v) => v.fmt(f),
            Self::U32(v) => v.fmt(f),
            Self::I64(v) => v.fmt(f),
            Self::U64(v) => v.fmt(f),
            Self::F32(v) => v.fmt(f),
            Self::F64(v) => v.fmt(f),
            Self::DateTime(bits) => f64::from_bits(*bits).fmt(f),
            Self::Guid(v) => v.fmt(f),
            Self::Text(v) => f.write_str(v),
            Self::Bytes(v) | Self::Malformed(v) => v.iter().try_for_each(|byte| write!(f, "{byte:02x}")),
        }
    }
}

macro_rules! from_numbers {
    ($($type:ty => $variant:ident),*) => {
        $(impl From<$type> for Value<'_> {
            fn from(number: $type) -> Self {
                Self::$variant(number)
            }
        })*
    };
}

from_numbers!(bool => Bit, u8 => U8, i16 => I16, u16 => U16, i32 => I32, u32 => U32, i64 => I64, u64 => U64,
    f32 => F32, f64 => F64, Guid => Guid);

impl<'v> From<&'v str> for Value<'v> {
    fn from(text: &'v str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'v> From<&'v [u8]> for Value<'v> {
    fn from(bytes: &'v [u8]) -> Self {
        Self::Bytes(Cow::Borrowed(bytes))
    }
}

/// A Rust type that values can be read as, see [`Row::get_as`](crate::Row::get_as).
pub trait FromValue<'v>: Sized {
    /// The value as this type; `None` when it is of another one, or does not fit.
    fn from_value(value: Value<'v>) -> Option<Self>;
}

macro_rules! integers_from_value {
    ($($type:ty),*) => {
        $(impl FromValue<'_> for $type {
            fn from_value(value: Value<'_>) -> Option<Self> {
                match value {
                    Value::Bit(_) => None,
                    Value::U64(number) => number.try_into().ok(),
                    value => value.as_i64()?.try_into().ok(),
                }
            }
        })*
    };
}

integers_from_value!(u8, i16, u16, i32, u32, i64, u64, i128);

impl FromValue<'_> for bool {
    fn from_value(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Bit(bit) => Some(bit),
            _ => None,
        }
    }
}

impl FromValue<'_> for f32 {
    fn from_value(value: Value<'_>) -> Option<Self> {
        match value {
            Value::F32(number) => Some(number),
            _ => None,
        }
    }
}

impl FromValue<'_> for f64 {
    fn from_value(value: Value<'_>) -> Option<Self> {
        value.as_f64()
    }
}

impl FromValue<'_> for Guid {
    fn from_value(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Guid(guid) => Some(guid),
            _ => None,
        }
    }
}

impl<'v> FromValue<'v> for Cow<'v, str> {
    fn from_value(value: Value<'v>) -> Option<Self> {
        match value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl FromValue<'_> for String {
    fn from_value(value: Value<'_>) -> Option<Self> {
        Cow::<str>::from_value(value).map(Cow::into_owned)
    }
}

impl<'v> FromValue<'v> for Cow<'v, [u8]> {
    fn from_value(value: Value<'v>) -> Option<Self> {
        match value {
            Value::Bytes(bytes) | Value::Malformed(bytes) => Some(bytes),
            _ => None,
        }
    }
}

impl FromValue<'_> for Vec<u8> {
    fn from_value(value: Value<'_>) -> Option<Self> {
        Cow::<[u8]>::from_value(value).map(Cow::into_owned)
    }
}

impl<'v> FromValue<'v> for Value<'v> {
    fn from_value(value: Value<'v>) -> Option<Self> {
        Some(value)
    }
}

fn decode_number<'v>(column_type: ColumnType, bytes: &[u8]) -> Option<Value<'v>> {
    fn array<const N: usize>(bytes: &[u8]) -> Option<[u8; N]> {
        bytes.try_into().ok()
    }
    Some(match column_type {
        ColumnType::Bit => Value::Bit(array::<1>(bytes)? != [0]),
        ColumnType::UnsignedByte => Value::U8(u8::from_le_bytes(array(bytes)?)),
        ColumnType::Short => Value::I16(i16::from_le_bytes(array(bytes)?)),
        ColumnType::UnsignedShort => Value::U16(u16::from_le_bytes(array(bytes)?)),
        ColumnType::Long => Value::I32(i32::from_le_bytes(array(bytes)?)),
        ColumnType::UnsignedLong => Value::U32(u32::from_le_bytes(array(bytes)?)),
        ColumnType::Currency | ColumnType::LongLong => Value::I64(i64::from_le_bytes(array(bytes)?)),
        ColumnType::UnsignedLongLong => Value::U64(u64::from_le_bytes(array(bytes)?)),
        ColumnType::IeeeSingle => Value::F32(f32::from_le_bytes(array(bytes)?)),
        ColumnType::IeeeDouble => Value::F64(f64::from_le_bytes(array(bytes)?)),
        ColumnType::DateTime => Value::DateTime(u64::from_le_bytes(array(bytes)?)),
        ColumnType::Guid => Value::Guid(Guid(array(bytes)?)),
        _ => return None,
    })
}

fn decode_text(code_page: u16, bytes: Cow<'_, [u8]>) -> Value<'_> {
    if code_page == CODE_PAGE_UNICODE {
        return match text::decode_utf16(&bytes) {
            Some(text) => Value::Text(Cow::Owned(text)),
            None => Value::Malformed(bytes),
        };
    }
    Value::Text(match bytes {
        Cow::Borrowed(bytes) => text::decode_ansi(bytes),
        Cow::Owned(bytes) => Cow::Owned(text::from_ansi(&bytes)),
    })
}

fn encode_text(code_page: u16, text: &str) -> Option<Vec<u8>> {
    if code_page == CODE_PAGE_UNICODE {
        return Some(text.encode_utf16().flat_map(u16::to_le_bytes).collect());
    }
    text.chars().map(jet_isam::text::ansi_byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_what_they_fit() {
        assert_eq!(i64::from_value(Value::U8(7)), Some(7));
        assert_eq!(u8::from_value(Value::I32(300)), None);
        assert_eq!(u64::from_value(Value::U64(u64::MAX)), Some(u64::MAX));
        assert_eq!(i64::from_value(Value::U64(u64::MAX)), None);
        assert_eq!(i32::from_value(Value::from("7")), None);
        assert_eq!(f64::from_value(Value::DateTime(1.5_f64.to_bits())), Some(1.5));
        assert_eq!(String::from_value(Value::from("seven")), Some("seven".to_owned()));
        assert_eq!(Vec::from_value(Value::from(&b"ab"[..])), Some(b"ab".to_vec()));
    }

    #[test]
    fn guids_print_their_groups() {
        let bytes = [
            0x6e, 0xe9, 0x36, 0x4d, 0x25, 0xe3, 0xce, 0x11, 0xbf, 0xc1, 0x08, 0x00, 0x2b, 0xe1, 0x03, 0x18,
        ];
        assert_eq!(Guid(bytes).to_string(), "4d36e96e-e325-11ce-bfc1-08002be10318");
    }
}
