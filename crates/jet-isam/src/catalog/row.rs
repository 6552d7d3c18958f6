//! One row of the catalog, MSysObjects, with its columns by name.
//!
//! The layout of the catalog is part of the format: the rows that describe the catalog's own columns state a wrong
//! offset, so the places are the running sum of the sizes here. Source: `docs/format/catalog.md`.

use std::sync::LazyLock;

use crate::column::{
    CODE_PAGE_ANSI, ColumnDef, ColumnFlags, ColumnId, ColumnLayout, ColumnRef, ColumnType, OffsetSource,
};
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
    /// Name of what is described.
    pub name: String,
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
    /// Longest long value that stays in the record.
    pub separate_lv: Option<Vec<u8>>,
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
            name: fields.text(128)?.unwrap_or_default(),
            template: fields.text(130)?.filter(|name| !name.is_empty()),
            default: fields.bytes(131)?,
            key_columns: fields.bytes(132)?.unwrap_or_default(),
            var_seg_mac: fields.bytes(133)?,
            conditional: fields.bytes(134)?.unwrap_or_default(),
            tuple_limits: fields.bytes(135)?,
            sort_version: fields.bytes(136)?,
            sort_id: fields.bytes(137)?,
            separate_lv: fields.bytes(258)?,
            locale_name: fields.bytes(261)?,
        })
    }
}

/// Columns of the catalog: id, name, type, size in bytes.
#[rustfmt::skip]
const COLUMNS: [(u16, &str, ColumnType, u32); 29] = [
    (1, "ObjidTable", ColumnType::Long, 4),
    (2, "Type", ColumnType::Short, 2),
    (3, "Id", ColumnType::Long, 4),
    (4, "ColtypOrPgnoFDP", ColumnType::Long, 4),
    (5, "SpaceUsage", ColumnType::Long, 4),
    (6, "Flags", ColumnType::Long, 4),
    (7, "PagesOrLocale", ColumnType::Long, 4),
    (8, "RootFlag", ColumnType::Bit, 1),
    (9, "RecordOffset", ColumnType::Short, 2),
    (10, "LCMapFlags", ColumnType::Long, 4),
    (11, "KeyMost", ColumnType::UnsignedShort, 2),
    (12, "LVChunkMax", ColumnType::Long, 4),
    (13, "PgnoFDPLastSetTime", ColumnType::DateTime, 8),
    (128, "Name", ColumnType::Text, 255),
    (129, "Stats", ColumnType::Binary, 255),
    (130, "TemplateTable", ColumnType::Text, 255),
    (131, "DefaultValue", ColumnType::Binary, 255),
    (132, "KeyFldIDs", ColumnType::Binary, 255),
    (133, "VarSegMac", ColumnType::Binary, 255),
    (134, "ConditionalColumns", ColumnType::Binary, 255),
    (135, "TupleLimits", ColumnType::Binary, 255),
    (136, "Version", ColumnType::Binary, 255),
    (137, "SortID", ColumnType::Binary, 255),
    (256, "CallbackData", ColumnType::LongBinary, 0),
    (257, "CallbackDependencies", ColumnType::LongBinary, 0),
    (258, "SeparateLV", ColumnType::LongBinary, 0),
    (259, "SpaceHints", ColumnType::LongBinary, 0),
    (260, "SpaceDeferredLVHints", ColumnType::LongBinary, 0),
    (261, "LocaleName", ColumnType::LongBinary, 0),
];

static LAYOUT: LazyLock<ColumnLayout> = LazyLock::new(|| {
    let columns = COLUMNS.map(|(id, name, column_type, max_len)| ColumnDef {
        id: ColumnId(id),
        name: name.to_owned(),
        column_type: Some(column_type),
        code_page: CODE_PAGE_ANSI,
        max_len,
        flags: ColumnFlags(0),
        default: None,
        record_offset: 0,
        derived: false,
    });
    #[expect(
        clippy::expect_used,
        reason = "a table of constants; every test that reads a file runs it"
    )]
    ColumnLayout::new(columns.into(), OffsetSource::RunningSum).expect("the catalog's own columns")
});

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
