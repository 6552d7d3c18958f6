//! MSysObjids: each object id of the database, with the table that its tree belongs to and the kind of the tree.
//!
//! Tables, secondary indexes and long-value trees have a row; a primary index has none, since it is its table's tree.
//! Source: `docs/format/catalog.md`.

use std::sync::LazyLock;

use jet_pages::Objid;

use super::encode::{key_of, plain};
use super::layout::{key_builder, system_index};
use super::{RowError, RowKind};
use crate::column::{ColumnDef, ColumnFlags, ColumnId, ColumnLayout, ColumnRef, ColumnType, OffsetSource};
use crate::key::{IndexDef, IndexFlags, KeyBuilder};
use crate::record::{Record, RecordBuilder};
use crate::table::{TableDef, TableFlags, TreeDef};

const OBJID: ColumnId = ColumnId(256);
const OBJID_TABLE: ColumnId = ColumnId(257);
const KIND: ColumnId = ColumnId(258);

/// How full pages are made, in percent.
const DENSITY: u32 = 100;

struct Objids {
    layout: ColumnLayout,
    keys: KeyBuilder,
}

static OBJIDS: LazyLock<Objids> = LazyLock::new(|| {
    let layout = layout();
    let keys = key_builder(&index(TreeDef::default()), &layout);
    Objids { layout, keys }
});

/// The definition of the table, with its tree at `tree`.
#[must_use]
pub fn definition(tree: TreeDef) -> TableDef {
    TableDef {
        name: "MSysObjids".to_owned(),
        tree,
        flags: TableFlags::SYSTEM
            .with(TableFlags::FIXED_DDL)
            .with(TableFlags::DYNAMIC_SYSTEM),
        density: DENSITY,
        initial_pages: 0,
        columns: layout(),
        indexes: vec![index(tree)],
        long_values: None,
        lv_chunk_max: None,
        separate_lv: None,
        template: None,
    }
}

/// Key and record of the row of a tree: `objid` of a tree of the given kind, which belongs to `table`.
///
/// # Errors
/// None in practice; [`RowError`] keeps a mistake in the definitions here from being a panic.
pub fn row(
    objid: Objid,
    table: Objid,
    kind: RowKind,
    large_page: bool,
) -> Result<(Vec<u8>, Vec<u8>), RowError> {
    let Objids { layout, keys } = &*OBJIDS;
    let (id, table, kind) = (
        objid.0.to_le_bytes(),
        table.0.to_le_bytes(),
        kind.number().to_le_bytes(),
    );
    let mut builder = RecordBuilder::new(layout, large_page);
    builder.set_tagged(ColumnRef::own(OBJID), vec![plain(&id)])?;
    builder.set_tagged(ColumnRef::own(OBJID_TABLE), vec![plain(&table)])?;
    builder.set_tagged(ColumnRef::own(KIND), vec![plain(&kind)])?;
    let mut record = Vec::new();
    builder.encode(&mut record)?;
    let key = key_of(keys, layout, Record::parse(&record, large_page)?)?;
    Ok((key.unwrap_or_default(), record))
}

fn layout() -> ColumnLayout {
    let column = |id, name: &str, column_type, max_len| ColumnDef {
        id,
        name: name.to_owned(),
        column_type: Some(column_type),
        code_page: 0,
        max_len,
        flags: ColumnFlags::default(),
        default: None,
        record_offset: 0,
        derived: false,
    };
    let columns = vec![
        column(OBJID, "objid", ColumnType::Long, 4),
        column(OBJID_TABLE, "objidTable", ColumnType::Long, 4),
        column(KIND, "type", ColumnType::Short, 2),
    ];
    #[expect(
        clippy::expect_used,
        reason = "a table of constants; every test that makes a row runs it"
    )]
    ColumnLayout::new(columns, OffsetSource::Recorded).expect("columns of MSysObjids")
}

fn index(tree: TreeDef) -> IndexDef {
    let flags = IndexFlags::PRIMARY
        .with(IndexFlags::UNIQUE)
        .with(IndexFlags::ALLOW_ALL_NULLS)
        .with(IndexFlags::ALLOW_FIRST_NULL)
        .with(IndexFlags::ALLOW_SOME_NULLS)
        .with(IndexFlags::EXTENDED_IDS);
    system_index("primary", tree, flags, &[OBJID.0], DENSITY)
}
