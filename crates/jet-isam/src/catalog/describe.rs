//! From definitions to the rows that state them: the reverse of reading the catalog.
//!
//! What a definition does not have, such as statistics and space hints, is `None` in the row and may be set there.

use jet_pages::Objid;

use super::{CatalogRow, RowKind};
use crate::column::{ColumnDef, ColumnType};
use crate::key::{IndexDef, IndexFlags, KEY_MOST_DEFAULT};
use crate::table::{TableDef, TreeDef};

/// Name of the row of every long-value tree.
const LONG_VALUES: &str = "LV";
/// How full pages of long values are made, in percent.
const LONG_VALUES_DENSITY: u32 = 100;

impl CatalogRow {
    /// The row of a table; its columns, indexes and long values have rows of their own.
    #[must_use]
    pub fn table(def: &TableDef) -> Self {
        Self {
            column_type_or_root: def.tree.root.0,
            space_usage: def.density,
            flags: def.flags.0,
            pages_or_locale: def.initial_pages,
            lv_chunk_max: def.lv_chunk_max,
            template: def.template.clone(),
            separate_lv: def.separate_lv.map(|bytes| bytes.to_le_bytes().to_vec()),
            ..Self::blank(def.tree.objid, RowKind::Table, def.tree.objid.0, &def.name)
        }
    }

    /// The row of a column of `table`.
    #[must_use]
    pub fn column(table: Objid, def: &ColumnDef) -> Self {
        Self {
            column_type_or_root: def.column_type.map_or(0, ColumnType::number),
            space_usage: def.max_len,
            flags: def.flags.0,
            pages_or_locale: def.code_page.into(),
            record_offset: def.record_offset,
            default: def.default.clone(),
            ..Self::blank(table, RowKind::Column, def.id.0.into(), &def.name)
        }
    }

    /// The row of an index of `table`, with full column ids whatever its flags say.
    ///
    /// Sort version and identity are stated for localised indexes alone.
    #[must_use]
    pub fn index(table: Objid, def: &IndexDef) -> Self {
        let is_localised = def.flags.contains(IndexFlags::LOCALISED);
        let mut key_columns = Vec::new();
        def.segments
            .iter()
            .for_each(|segment| segment.append_to(&mut key_columns));
        let mut conditional = Vec::new();
        def.conditions
            .iter()
            .for_each(|condition| condition.append_to(&mut conditional));
        let locale = def.locale.encode_utf16().flat_map(u16::to_le_bytes).collect();
        Self {
            column_type_or_root: def.root,
            space_usage: def.density,
            flags: def.flags.with(IndexFlags::EXTENDED_IDS).0,
            lcmap_flags: def.lcmap_flags,
            key_most: Some(def.key_most).filter(|most| usize::from(*most) != KEY_MOST_DEFAULT),
            key_columns,
            var_seg_mac: def.segment_most.map(|most| most.to_le_bytes().to_vec()),
            conditional,
            tuple_limits: def.tuple.map(|limits| {
                let mut bytes = Vec::new();
                limits.append_to(&mut bytes);
                bytes
            }),
            sort_version: is_localised.then(|| def.sort_version.to_le_bytes().to_vec()),
            sort_id: is_localised.then(|| def.sort_id.to_vec()),
            locale_name: Some(locale).filter(|name: &Vec<u8>| !name.is_empty()),
            ..Self::blank(table, RowKind::Index, def.objid.0, &def.name)
        }
    }

    /// The row of the long-value tree of `table`.
    #[must_use]
    pub fn long_values(table: Objid, tree: TreeDef) -> Self {
        Self {
            column_type_or_root: tree.root.0,
            space_usage: LONG_VALUES_DENSITY,
            pages_or_locale: 1,
            ..Self::blank(table, RowKind::LongValue, tree.objid.0, LONG_VALUES)
        }
    }

    /// The rows of a table and all that belongs to it, in the order of the catalog. Columns of a template have none.
    pub fn rows_of(def: &TableDef) -> impl Iterator<Item = Self> {
        let objid = def.tree.objid;
        let columns = def.columns.columns().iter().filter(|column| !column.derived);
        let indexes = def.indexes.iter();
        std::iter::once(Self::table(def))
            .chain(columns.map(move |column| Self::column(objid, column)))
            .chain(indexes.map(move |index| Self::index(objid, index)))
            .chain(def.long_values.map(|tree| Self::long_values(objid, tree)))
    }

    pub(crate) fn blank(table: Objid, kind: RowKind, id: u32, name: &str) -> Self {
        Self {
            objid_table: table.0,
            kind,
            id,
            column_type_or_root: 0,
            space_usage: 0,
            flags: 0,
            pages_or_locale: 0,
            record_offset: 0,
            lcmap_flags: 0,
            key_most: None,
            lv_chunk_max: None,
            set_time: None,
            name: name.to_owned(),
            stats: None,
            template: None,
            default: None,
            key_columns: Vec::new(),
            var_seg_mac: None,
            conditional: Vec::new(),
            tuple_limits: None,
            sort_version: None,
            sort_id: None,
            callback_data: None,
            callback_dependencies: None,
            separate_lv: None,
            space_hints: None,
            lv_space_hints: None,
            locale_name: None,
        }
    }
}
