//! One row of the catalog, MSysObjects, with its columns by name.
//!
//! Every column of the catalog has its place here, so that a row that was read can be written again as it was.
//! Source: `docs/format/catalog.md`.

use super::layout::LAYOUT;
use crate::column::{ColumnId, ColumnRef};
use crate::record::{Field, Record, RecordError};
use crate::text;

/// What a row of the catalog describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowKind {
    /// 1: a table.
    Table,
    /// 2: a column.
    Column,
    /// 3: an index.
    Index,
    /// 4: the long-value tree of a table.
    LongValue,
    /// 5: a callback.
    Callback,
    /// Any other number.
    Unknown(i16),
}

impl RowKind {
    /// The number that stands for the kind.
    #[must_use]
    pub const fn number(self) -> i16 {
        match self {
            Self::Table => 1,
            Self::Column => 2,
            Self::Index => 3,
            Self::LongValue => 4,
            Self::Callback => 5,
            Self::Unknown(number) => number,
        }
    }
}

/// A row of the catalog. What the record leaves out is `None`, or 0 where that says the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogRow {
    /// The table that the row belongs to.
    pub objid_table: u32,
    /// What it describes.
    pub kind: RowKind,
    /// Object id, or column id.
    pub id: u32,
    /// Type of a column, root page of anything else.
    pub column_type_or_root: u32,
    /// Longest value of a column, density of anything else.
    pub space_usage: u32,
    /// Flags, of a meaning that depends on the kind.
    pub flags: u32,
    /// Code page of a column, initial pages of a table, locale of an old index.
    pub pages_or_locale: u32,
    /// Offset of a fixed column.
    pub record_offset: u16,
    /// Mapping flags of an index.
    pub lcmap_flags: u32,
    /// Longest key of an index.
    pub key_most: Option<u16>,
    /// Size of the chunks of long values.
    pub lv_chunk_max: Option<u32>,
    /// When the root page was set, in 100 ns since 1601-01-01; files of revision 230 and later.
    pub set_time: Option<u64>,
    /// Name of what is described.
    pub name: String,
    /// Statistics of an index or a table.
    pub stats: Option<Vec<u8>>,
    /// Name of the template table; of a callback, library and function.
    pub template: Option<String>,
    /// Default value of a column.
    pub default: Option<Vec<u8>>,
    /// Columns of an index.
    pub key_columns: Vec<u8>,
    /// Segment limit of an index.
    pub var_seg_mac: Option<Vec<u8>>,
    /// Conditions of an index.
    pub conditional: Vec<u8>,
    /// Limits of a tuple index.
    pub tuple_limits: Option<Vec<u8>>,
    /// Sort version of a localised index.
    pub sort_version: Option<Vec<u8>>,
    /// Sort of a localised index.
    pub sort_id: Option<Vec<u8>>,
    /// What a callback is given.
    pub callback_data: Option<Vec<u8>>,
    /// Columns that a callback depends on.
    pub callback_dependencies: Option<Vec<u8>>,
    /// Longest long value that stays in the record.
    pub separate_lv: Option<Vec<u8>>,
    /// How the space of a table or an index grows.
    pub space_hints: Option<Vec<u8>>,
    /// How the space of the long values of a table will grow, once there are some.
    pub lv_space_hints: Option<Vec<u8>>,
    /// Locale name of an index.
    pub locale_name: Option<Vec<u8>>,
}

impl CatalogRow {
    /// Reads the record of a catalog row.
    ///
    /// # Errors
    /// [`RecordError`] when the record is damaged.
    pub fn parse(bytes: &[u8], large_page: bool) -> Result<Self, RecordError> {
        let record = Record::parse(bytes, large_page)?;
        let fields = Fields { record };
        let kind = match fields.number(2)?.unwrap_or(0) {
            1 => RowKind::Table,
            2 => RowKind::Column,
            3 => RowKind::Index,
            4 => RowKind::LongValue,
            5 => RowKind::Callback,
            other => RowKind::Unknown(i16::try_from(other).unwrap_or(-1)),
        };
        let short = |number: Option<u32>| number.and_then(|number| u16::try_from(number).ok());
        Ok(Self {
            objid_table: fields.number(1)?.unwrap_or(0),
            kind,
            id: fields.number(3)?.unwrap_or(0),
            column_type_or_root: fields.number(4)?.unwrap_or(0),
            space_usage: fields.number(5)?.unwrap_or(0),
            flags: fields.number(6)?.unwrap_or(0),
            pages_or_locale: fields.number(7)?.unwrap_or(0),
            record_offset: short(fields.number(9)?).unwrap_or(0),
            lcmap_flags: fields.number(10)?.unwrap_or(0),
            key_most: short(fields.number(11)?),
            lv_chunk_max: fields.number(12)?.filter(|&bytes| bytes != 0),
            set_time: fields
                .bytes(13)?
                .and_then(|bytes| bytes.first_chunk().map(|eight| u64::from_le_bytes(*eight))),
            name: fields.text(128)?.unwrap_or_default(),
            stats: fields.bytes(129)?,
            template: fields.text(130)?.filter(|name| !name.is_empty()),
            default: fields.bytes(131)?,
            key_columns: fields.bytes(132)?.unwrap_or_default(),
            var_seg_mac: fields.bytes(133)?,
            conditional: fields.bytes(134)?.unwrap_or_default(),
            tuple_limits: fields.bytes(135)?,
            sort_version: fields.bytes(136)?,
            sort_id: fields.bytes(137)?,
            callback_data: fields.bytes(256)?,
            callback_dependencies: fields.bytes(257)?,
            separate_lv: fields.bytes(258)?,
            space_hints: fields.bytes(259)?,
            lv_space_hints: fields.bytes(260)?,
            locale_name: fields.bytes(261)?,
        })
    }
}

struct Fields<'r> {
    record: Record<'r>,
}

impl Fields<'_> {
    /// A fixed column of at most four bytes, as an unsigned number.
    fn number(&self, id: u16) -> Result<Option<u32>, RecordError> {
        let value = self.record.fixed(&LAYOUT, ColumnId(id))?.value();
        Ok(value.map(|bytes| {
            bytes
                .iter()
                .rev()
                .fold(0, |number, &byte| number << 8 | u32::from(byte))
        }))
    }

    fn text(&self, id: u16) -> Result<Option<String>, RecordError> {
        Ok(self.record.variable(ColumnId(id))?.value().map(text::from_ansi))
    }

    fn bytes(&self, id: u16) -> Result<Option<Vec<u8>>, RecordError> {
        let field = self.record.get(&LAYOUT, ColumnRef::own(ColumnId(id)))?;
        let Field::Value(values) = field else {
            return Ok(None);
        };
        Ok(values
            .get(1)?
            .and_then(|value| value.as_plain())
            .map(<[u8]>::to_vec))
    }
}
