//! Columns: their types, ids and flags, and the definition a table keeps of each.
//!
//! - A column id also says where a record keeps the value: 1-127 fixed, 128-255 variable, 256 and up tagged.
//! - A table derived from a template has the template's columns too; a tagged one of them and one of the table's
//!   own may have the same id, so a tagged column is named by a [`ColumnRef`].
//!
//! Where values lie in a record is the business of [`ColumnLayout`]; rows of the catalog are read elsewhere.
//! Source: `docs/format/record.md`.

mod layout;

use std::borrow::Cow;
use std::fmt;

pub use layout::{ColumnLayout, FixedSlot, LayoutError, OffsetSource};

/// Code page of UTF-16LE text.
pub const CODE_PAGE_UNICODE: u16 = 1200;
/// Code page of single-byte text, "ASCII" in the engine's terms.
pub const CODE_PAGE_ANSI: u16 = 1252;

/// Type of a column's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ColumnType {
    /// Truth value: 1 byte, 0xFF or 0x00; any other non-zero byte reads as true.
    Bit,
    /// Unsigned integer of 1 byte.
    UnsignedByte,
    /// Signed integer of 2 bytes.
    Short,
    /// Signed integer of 4 bytes.
    Long,
    /// Signed integer of 8 bytes, by convention ten-thousandths.
    Currency,
    /// Floating point of 4 bytes.
    IeeeSingle,
    /// Floating point of 8 bytes.
    IeeeDouble,
    /// Days since 1899-12-30 as floating point of 8 bytes.
    DateTime,
    /// Up to 255 bytes.
    Binary,
    /// Up to 255 bytes of text.
    Text,
    /// Bytes, possibly kept outside the record.
    LongBinary,
    /// Text, possibly kept outside the record.
    LongText,
    /// Obsolete streaming value; no engine of the format's present revisions writes one.
    ObsoleteStream,
    /// Unsigned integer of 4 bytes.
    UnsignedLong,
    /// Signed integer of 8 bytes.
    LongLong,
    /// GUID of 16 bytes, first three groups little-endian.
    Guid,
    /// Unsigned integer of 2 bytes.
    UnsignedShort,
    /// Unsigned integer of 8 bytes.
    UnsignedLongLong,
}

impl ColumnType {
    /// The type the catalog stores as `number`; `None` for 0 (a deleted column) and unknown numbers.
    #[must_use]
    pub const fn from_number(number: u32) -> Option<Self> {
        Some(match number {
            1 => Self::Bit,
            2 => Self::UnsignedByte,
            3 => Self::Short,
            4 => Self::Long,
            5 => Self::Currency,
            6 => Self::IeeeSingle,
            7 => Self::IeeeDouble,
            8 => Self::DateTime,
            9 => Self::Binary,
            10 => Self::Text,
            11 => Self::LongBinary,
            12 => Self::LongText,
            13 => Self::ObsoleteStream,
            14 => Self::UnsignedLong,
            15 => Self::LongLong,
            16 => Self::Guid,
            17 => Self::UnsignedShort,
            18 => Self::UnsignedLongLong,
            _ => return None,
        })
    }

    /// The number the catalog stores.
    #[must_use]
    pub const fn number(self) -> u32 {
        match self {
            Self::Bit => 1,
            Self::UnsignedByte => 2,
            Self::Short => 3,
            Self::Long => 4,
            Self::Currency => 5,
            Self::IeeeSingle => 6,
            Self::IeeeDouble => 7,
            Self::DateTime => 8,
            Self::Binary => 9,
            Self::Text => 10,
            Self::LongBinary => 11,
            Self::LongText => 12,
            Self::ObsoleteStream => 13,
            Self::UnsignedLong => 14,
            Self::LongLong => 15,
            Self::Guid => 16,
            Self::UnsignedShort => 17,
            Self::UnsignedLongLong => 18,
        }
    }

    /// The name dumps use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bit => "Bit",
            Self::UnsignedByte => "UnsignedByte",
            Self::Short => "Short",
            Self::Long => "Long",
            Self::Currency => "Currency",
            Self::IeeeSingle => "IEEESingle",
            Self::IeeeDouble => "IEEEDouble",
            Self::DateTime => "DateTime",
            Self::Binary => "Binary",
            Self::Text => "Text",
            Self::LongBinary => "LongBinary",
            Self::LongText => "LongText",
            Self::ObsoleteStream => "SLV",
            Self::UnsignedLong => "UnsignedLong",
            Self::LongLong => "LongLong",
            Self::Guid => "GUID",
            Self::UnsignedShort => "UnsignedShort",
            Self::UnsignedLongLong => "UnsignedLongLong",
        }
    }

    /// Size in bytes that every value of the type has; `None` for text and binary.
    #[must_use]
    pub const fn fixed_bytes(self) -> Option<usize> {
        match self {
            Self::Bit | Self::UnsignedByte => Some(1),
            Self::Short | Self::UnsignedShort => Some(2),
            Self::Long | Self::UnsignedLong | Self::IeeeSingle => Some(4),
            Self::Currency | Self::LongLong | Self::UnsignedLongLong | Self::IeeeDouble | Self::DateTime => {
                Some(8)
            }
            Self::Guid => Some(16),
            Self::Binary | Self::Text | Self::LongBinary | Self::LongText | Self::ObsoleteStream => None,
        }
    }

    /// Whether values are text in the column's code page.
    #[must_use]
    pub const fn is_text(self) -> bool {
        matches!(self, Self::Text | Self::LongText)
    }

    /// Whether values are bytes without meaning to the engine.
    #[must_use]
    pub const fn is_binary(self) -> bool {
        matches!(self, Self::Binary | Self::LongBinary)
    }

    /// Whether values may be kept outside the record.
    #[must_use]
    pub const fn is_long(self) -> bool {
        matches!(self, Self::LongBinary | Self::LongText)
    }
}

impl fmt::Display for ColumnType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Number of a column within its table, "fid" in the engine's terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ColumnId(pub u16);

impl ColumnId {
    /// Lowest id of a fixed column.
    pub const FIRST_FIXED: Self = Self(1);
    /// Highest id of a fixed column.
    pub const LAST_FIXED: Self = Self(127);
    /// Lowest id of a variable column.
    pub const FIRST_VARIABLE: Self = Self(128);
    /// Highest id of a variable column.
    pub const LAST_VARIABLE: Self = Self(255);
    /// Lowest id of a tagged column.
    pub const FIRST_TAGGED: Self = Self(256);
    /// Highest id of a tagged column.
    pub const LAST_TAGGED: Self = Self(0xFEE0);

    /// Whether the value lies in the fixed area of a record.
    #[must_use]
    pub const fn is_fixed(self) -> bool {
        self.0 >= Self::FIRST_FIXED.0 && self.0 <= Self::LAST_FIXED.0
    }

    /// Whether the value lies in the variable area of a record.
    #[must_use]
    pub const fn is_variable(self) -> bool {
        self.0 >= Self::FIRST_VARIABLE.0 && self.0 <= Self::LAST_VARIABLE.0
    }

    /// Whether values lie in the tagged area of a record.
    #[must_use]
    pub const fn is_tagged(self) -> bool {
        self.0 >= Self::FIRST_TAGGED.0
    }
}

impl fmt::Display for ColumnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A column as records and index definitions name it: its id, and whether it comes from the template table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ColumnRef {
    /// Number of the column.
    pub id: ColumnId,
    /// Inherited from the template table.
    pub derived: bool,
}

impl ColumnRef {
    /// A column of the table itself.
    #[must_use]
    pub const fn own(id: ColumnId) -> Self {
        Self { id, derived: false }
    }

    /// A column inherited from the template table.
    #[must_use]
    pub const fn derived(id: ColumnId) -> Self {
        Self { id, derived: true }
    }

    /// Order of tagged columns in a record: inherited ones first, then by id.
    #[must_use]
    pub const fn tagged_order(self) -> (bool, u16) {
        (!self.derived, self.id.0)
    }
}

impl fmt::Display for ColumnRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = if self.derived { " of the template" } else { "" };
        write!(f, "column {}{of}", self.id)
    }
}

/// Flags of a column as the catalog keeps them; unknown bits are preserved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ColumnFlags(pub u32);

impl ColumnFlags {
    /// No NULL allowed.
    pub const NOT_NULL: Self = Self(0x1);
    /// Incremented by each update of the record.
    pub const VERSION: Self = Self(0x2);
    /// Numbered by the engine on insertion.
    pub const AUTO_INCREMENT: Self = Self(0x4);
    /// Multi-valued: an index makes an entry for each value.
    pub const MULTI_VALUED: Self = Self(0x8);
    /// Has a default value.
    pub const HAS_DEFAULT: Self = Self(0x10);
    /// Changed by deltas, without a lock on the record.
    pub const ESCROW: Self = Self(0x20);
    /// Something happens when the escrow column reaches zero.
    pub const FINALIZE: Self = Self(0x40);
    /// The default is computed by a callback.
    pub const USER_DEFINED_DEFAULT: Self = Self(0x80);
    /// Column of a template table whose tagged values carry the derived mark.
    pub const TEMPLATE_MARKED: Self = Self(0x100);
    /// The record is deleted when the escrow column reaches zero.
    pub const DELETE_ON_ZERO: Self = Self(0x200);
    /// First column of a primary index that only reserves the place.
    pub const PLACEHOLDER: Self = Self(0x800);
    /// Values may be stored compressed.
    pub const COMPRESSED: Self = Self(0x1000);
    /// Values are stored encrypted.
    pub const ENCRYPTED: Self = Self(0x2000);

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

/// Definition of one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnDef {
    /// Number of the column.
    pub id: ColumnId,
    /// Name, unique within the table without regard to case.
    pub name: String,
    /// Type of the values; `None` for a deleted column that still takes its place in records.
    pub column_type: Option<ColumnType>,
    /// 1252 or 1200 for text; other types have 0 (or anything) here.
    pub code_page: u16,
    /// Longest value in bytes, 0 for no limit; the exact length of fixed binary and text.
    pub max_len: u32,
    /// Properties.
    pub flags: ColumnFlags,
    /// Value of a column that a record does not hold.
    pub default: Option<Vec<u8>>,
    /// Offset in the record that the catalog states; fixed columns only, 0 for others.
    pub record_offset: u16,
    /// Inherited from the template table. False for a tagged column of a template without
    /// [`ColumnFlags::TEMPLATE_MARKED`]: records do not mark those.
    pub derived: bool,
}

impl ColumnDef {
    /// How records and index definitions name the column.
    #[must_use]
    pub const fn reference(&self) -> ColumnRef {
        ColumnRef {
            id: self.id,
            derived: self.derived,
        }
    }

    /// Bytes the column takes in the fixed area of a record; `None` when it is not a fixed column or its
    /// declared length is out of range.
    #[must_use]
    pub fn fixed_bytes(&self) -> Option<usize> {
        if !self.id.is_fixed() {
            return None;
        }
        match self.column_type.and_then(ColumnType::fixed_bytes) {
            Some(bytes) => Some(bytes),
            None => usize::try_from(self.max_len)
                .ok()
                .filter(|len| *len <= MAX_FIXED_BYTES),
        }
    }

    /// Whether a value of `len` bytes can be set in the column's place: text and binary may be shorter.
    pub(crate) fn accepts_fixed(&self, len: usize, slot: FixedSlot) -> bool {
        let place = usize::from(slot.len);
        let fills_up = self.column_type.is_some_and(|kind| kind.fixed_bytes().is_none());
        len == place || fills_up && len < place
    }

    /// What follows a shorter value up to the end of the column's place, from byte `offset` of the value on.
    pub(crate) fn filler(&self, offset: usize) -> u8 {
        let is_text = self.column_type.is_some_and(ColumnType::is_text);
        if is_text && (self.code_page != CODE_PAGE_UNICODE || offset.is_multiple_of(2)) {
            b' '
        } else {
            0
        }
    }

    /// The default as a record would hold it: fixed text and binary filled up, a true bit as 0xFF.
    ///
    /// `None` when the column has no default, or one that does not fit a fixed column.
    #[must_use]
    pub fn stored_default(&self) -> Option<Cow<'_, [u8]>> {
        let default = self.default.as_deref()?;
        let Some(place) = self.fixed_bytes() else {
            return Some(Cow::Borrowed(default));
        };
        let slot = FixedSlot {
            offset: 0,
            len: u16::try_from(place).ok()?,
        };
        if default.is_empty() || !self.accepts_fixed(default.len(), slot) {
            return None;
        }
        if self.column_type == Some(ColumnType::Bit) {
            return Some(Cow::Borrowed(if default == [0] { &[0] } else { &[0xFF] }));
        }
        if default.len() == place {
            return Some(Cow::Borrowed(default));
        }
        let filler = (default.len()..place).map(|offset| self.filler(offset));
        Some(Cow::Owned(default.iter().copied().chain(filler).collect()))
    }

    /// Whether values are UTF-16LE text.
    #[must_use]
    pub fn is_unicode(&self) -> bool {
        self.column_type.is_some_and(ColumnType::is_text) && self.code_page == CODE_PAGE_UNICODE
    }
}

/// Longest fixed text or binary column.
const MAX_FIXED_BYTES: usize = 255;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn type_numbers_round_trip() {
        for number in 0..64 {
            match ColumnType::from_number(number) {
                Some(column_type) => assert_eq!(column_type.number(), number),
                None => assert!(number == 0 || number > 18),
            }
        }
    }

    #[test]
    fn an_id_belongs_to_one_area() {
        for id in 0..=u16::MAX {
            let id = ColumnId(id);
            let areas = u8::from(id.is_fixed()) + u8::from(id.is_variable()) + u8::from(id.is_tagged());
            assert_eq!(areas, u8::from(id.0 != 0), "{id}");
        }
    }

    #[test]
    fn inherited_tagged_columns_come_first() {
        let mut columns = [ColumnRef::own(ColumnId(256)), ColumnRef::derived(ColumnId(300))];
        columns.sort_by_key(|column| column.tagged_order());
        assert_eq!(columns[0], ColumnRef::derived(ColumnId(300)));
    }
}
