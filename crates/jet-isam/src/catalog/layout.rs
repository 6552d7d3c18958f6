//! What the catalog is itself: its columns, their places in records, its indexes.
//!
//! All of it is part of the format. The rows that describe these columns state a wrong offset, so the places are the
//! running sum of the sizes here. Source: `docs/format/catalog.md`.

use std::sync::LazyLock;

use super::{CATALOG, NAME_INDEX, ROOT_OBJECTS};
use crate::column::{
    CODE_PAGE_ANSI, ColumnDef, ColumnFlags, ColumnId, ColumnLayout, ColumnRef, ColumnType, OffsetSource,
};
use crate::key::{IndexDef, IndexFlags, KeyBuilder, Segment};
use crate::table::TreeDef;

/// Locale that the catalog notes for an index whose maker gave none.
pub const LOCALE_DEFAULT: &str = "en-US";
/// Mapping flags that the catalog notes for such an index: sort key without regard to case, kana type and width.
pub const LCMAP_FLAGS_DEFAULT: u32 = 0x0003_0401;

/// Columns of the catalog: id, name, type, size in bytes. In the order in which a new database gets their rows.
#[rustfmt::skip]
const COLUMNS: [(u16, &str, ColumnType, u32); 29] = [
    (1, "ObjidTable", ColumnType::Long, 4),
    (2, "Type", ColumnType::Short, 2),
    (3, "Id", ColumnType::Long, 4),
    (128, "Name", ColumnType::Text, 255),
    (4, "ColtypOrPgnoFDP", ColumnType::Long, 4),
    (5, "SpaceUsage", ColumnType::Long, 4),
    (6, "Flags", ColumnType::Long, 4),
    (7, "PagesOrLocale", ColumnType::Long, 4),
    (129, "Stats", ColumnType::Binary, 255),
    (8, "RootFlag", ColumnType::Bit, 1),
    (130, "TemplateTable", ColumnType::Text, 255),
    (9, "RecordOffset", ColumnType::Short, 2),
    (131, "DefaultValue", ColumnType::Binary, 255),
    (132, "KeyFldIDs", ColumnType::Binary, 255),
    (133, "VarSegMac", ColumnType::Binary, 255),
    (134, "ConditionalColumns", ColumnType::Binary, 255),
    (10, "LCMapFlags", ColumnType::Long, 4),
    (11, "KeyMost", ColumnType::UnsignedShort, 2),
    (135, "TupleLimits", ColumnType::Binary, 255),
    (136, "Version", ColumnType::Binary, 255),
    (137, "SortID", ColumnType::Binary, 255),
    (256, "CallbackData", ColumnType::LongBinary, 0),
    (257, "CallbackDependencies", ColumnType::LongBinary, 0),
    (258, "SeparateLV", ColumnType::LongBinary, 0),
    (259, "SpaceHints", ColumnType::LongBinary, 0),
    (260, "SpaceDeferredLVHints", ColumnType::LongBinary, 0),
    (261, "LocaleName", ColumnType::LongBinary, 0),
    (12, "LVChunkMax", ColumnType::Long, 4),
    (13, "PgnoFDPLastSetTime", ColumnType::DateTime, 8),
];

/// The columns as their rows describe them, in the order of [`COLUMNS`].
pub(super) fn columns() -> impl Iterator<Item = ColumnDef> {
    COLUMNS.into_iter().map(|(id, name, column_type, max_len)| {
        let is_needed = id <= 7 || id == 128;
        ColumnDef {
            id: ColumnId(id),
            name: name.to_owned(),
            column_type: Some(column_type),
            code_page: CODE_PAGE_ANSI,
            max_len,
            flags: if is_needed {
                ColumnFlags::NOT_NULL
            } else {
                ColumnFlags::default()
            },
            default: None,
            record_offset: if ColumnId(id).is_fixed() { 4 } else { 0 },
            derived: false,
        }
    })
}

/// Places of the columns.
pub(super) static LAYOUT: LazyLock<ColumnLayout> = LazyLock::new(|| {
    #[expect(
        clippy::expect_used,
        reason = "a table of constants; every test that reads a file runs it"
    )]
    ColumnLayout::new(columns().collect(), OffsetSource::RunningSum).expect("the catalog's own columns")
});

/// The primary index of MSysObjects and of its shadow, whose tree is `tree`.
pub(super) fn id_index(tree: TreeDef) -> IndexDef {
    let flags = IndexFlags::PRIMARY.with(IndexFlags::DISALLOW_NULL);
    index("Id", tree, flags, &[1, 2, 3])
}

/// The index by table, kind and name.
pub(super) fn name_index() -> IndexDef {
    index("Name", NAME_INDEX, IndexFlags::DISALLOW_NULL, &[1, 2, 128])
}

/// The index of the tables by name: rows without RootFlag have no entry.
pub(super) fn root_objects_index() -> IndexDef {
    index(
        "RootObjects",
        ROOT_OBJECTS,
        IndexFlags::ALLOW_SOME_NULLS,
        &[8, 128],
    )
}

fn index(name: &str, tree: TreeDef, flags: IndexFlags, columns: &[u16]) -> IndexDef {
    let flags = flags.with(IndexFlags::UNIQUE).with(IndexFlags::EXTENDED_IDS);
    system_index(name, tree, flags, columns, 80)
}

/// An index of a system table, in ascending order.
pub(super) fn system_index(
    name: &str,
    tree: TreeDef,
    flags: IndexFlags,
    columns: &[u16],
    density: u32,
) -> IndexDef {
    let segment = |&id| Segment {
        column: ColumnRef::own(ColumnId(id)),
        descending: false,
    };
    IndexDef {
        objid: tree.objid,
        root: tree.root.0,
        locale: LOCALE_DEFAULT.to_owned(),
        lcmap_flags: LCMAP_FLAGS_DEFAULT,
        density,
        ..IndexDef::plain(name, flags, columns.iter().map(segment).collect())
    }
}

/// Makers of the catalog's keys.
pub(super) struct CatalogKeys {
    pub(super) id: KeyBuilder,
    pub(super) name: KeyBuilder,
    pub(super) root_objects: KeyBuilder,
}

/// The catalog's keys; its shadow has the first one only.
pub(super) static KEYS: LazyLock<CatalogKeys> = LazyLock::new(|| CatalogKeys {
    id: key_builder(&id_index(CATALOG), &LAYOUT),
    name: key_builder(&name_index(), &LAYOUT),
    root_objects: key_builder(&root_objects_index(), &LAYOUT),
});

#[expect(
    clippy::expect_used,
    reason = "constants of the system tables; every test that makes a row runs it"
)]
pub(super) fn key_builder(index: &IndexDef, layout: &ColumnLayout) -> KeyBuilder {
    KeyBuilder::new(index, layout, None).expect("an index of a system table")
}
