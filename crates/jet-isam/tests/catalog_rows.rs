//! Every row of the system tables of real files is read, made again from what was read, and found in every tree of the
//! catalog, byte for byte.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

mod support;

use std::collections::BTreeMap;

use jet_isam::catalog::store::StoreRow;
use jet_isam::catalog::{
    CATALOG, Catalog, CatalogRow, NAME_INDEX, ROOT_OBJECTS, RowKind, SHADOW_CATALOG, objids,
};
use jet_pages::Objid;
use jet_test::{fixtures, fixtures::Fixture, open_pages};
use support::database::{Database, Nodes};
use support::hex;

/// A file whose catalog can be read without its logs. Temporary databases have none.
fn database(fixture: &Fixture) -> Option<Database> {
    if fixture.name().starts_with("temp-") {
        return None;
    }
    let database = Database::open(fixture.bytes().to_vec())?;
    database.tree(CATALOG.root).ok()?;
    Some(database)
}

fn rows(nodes: &Nodes, large_page: bool) -> Vec<CatalogRow> {
    nodes
        .iter()
        .map(|(_, data)| CatalogRow::parse(data, large_page).unwrap())
        .collect()
}

#[test]
fn rows_of_the_catalog_are_written_as_they_were() {
    let mut compared = 0;
    for fixture in fixtures::all() {
        let Some(database) = database(fixture) else {
            continue;
        };
        let large_page = database.page_size.is_large();
        for place in [CATALOG, SHADOW_CATALOG] {
            let Ok(nodes) = database.tree(place.root) else {
                continue;
            };
            for (key, data) in &nodes {
                let row = CatalogRow::parse(data, large_page).unwrap();
                let entry = row.entry(large_page).unwrap();
                let context = format!("{}: {row:?}", fixture.name());
                assert_eq!(hex(&entry.id_key), hex(key), "{context}");
                assert_eq!(hex(&entry.record), hex(data), "{context}");
                compared += 1;
            }
        }
    }
    println!("{compared} rows");
    assert!(compared > 5_000, "{compared}");
}

#[test]
fn rows_have_their_entries_in_both_indexes() {
    let mut compared = 0;
    for fixture in fixtures::clean() {
        let database = database(fixture).unwrap();
        let large_page = database.page_size.is_large();
        let (mut names, mut roots) = (Nodes::new(), Nodes::new());
        for row in rows(&database.tree(CATALOG.root).unwrap(), large_page) {
            let entry = row.entry(large_page).unwrap();
            roots.extend(entry.root_objects_key.map(|key| (key, entry.id_key.clone())));
            names.push((entry.name_key, entry.id_key));
        }
        names.sort();
        roots.sort();
        compared += names.len() + roots.len();
        assert!(
            names == database.tree(NAME_INDEX.root).unwrap(),
            "{}",
            fixture.name()
        );
        assert!(
            roots == database.tree(ROOT_OBJECTS.root).unwrap(),
            "{}",
            fixture.name()
        );
    }
    assert!(compared > 2_000, "{compared}");
}

/// What definitions leave out.
fn without_extras(row: CatalogRow) -> CatalogRow {
    CatalogRow {
        set_time: None,
        stats: None,
        space_hints: None,
        lv_space_hints: None,
        ..row
    }
}

#[test]
fn definitions_give_the_rows_they_were_read_from() {
    let mut compared = 0;
    for fixture in fixtures::clean() {
        let database = database(fixture).unwrap();
        let nodes = database.tree(CATALOG.root).unwrap();
        let mut stored: BTreeMap<u32, Vec<CatalogRow>> = BTreeMap::new();
        for row in rows(&nodes, database.page_size.is_large()) {
            if row.kind != RowKind::Callback {
                stored
                    .entry(row.objid_table)
                    .or_default()
                    .push(without_extras(row));
            }
        }
        let catalog = Catalog::read(&open_pages(fixture.bytes())).unwrap();
        for table in &catalog.tables {
            let made: Vec<_> = CatalogRow::rows_of(table).collect();
            assert_eq!(
                made,
                stored[&table.tree.objid.0],
                "{} {}",
                fixture.name(),
                table.name
            );
            compared += made.len();
        }
    }
    println!("{compared} rows");
    assert!(compared > 2_000, "{compared}");
}

#[test]
fn every_tree_has_its_row_in_msysobjids() {
    let mut compared = 0;
    for fixture in fixtures::clean() {
        let database = database(fixture).unwrap();
        let large_page = database.page_size.is_large();
        let catalog = Catalog::read(&open_pages(fixture.bytes())).unwrap();
        let Some(table) = catalog.table("MSysObjids") else {
            continue;
        };
        let mut made = Nodes::new();
        for row in rows(&database.tree(CATALOG.root).unwrap(), large_page) {
            let is_tree = match row.kind {
                RowKind::Table | RowKind::LongValue => true,
                RowKind::Index => row.id != row.objid_table,
                _ => false,
            };
            if is_tree {
                made.push(objids::row(Objid(row.id), Objid(row.objid_table), row.kind, large_page).unwrap());
            }
        }
        made.sort();
        let stored = database.tree(table.tree.root).unwrap();
        assert!(made == stored, "{}", fixture.name());
        compared += made.len();
    }
    println!("{compared} rows");
    assert!(compared > 200, "{compared}");
}

#[test]
fn rows_of_msyslocales_are_written_as_they_were() {
    let (mut compared, mut counts) = (0, 0);
    for fixture in fixtures::clean() {
        let database = database(fixture).unwrap();
        let large_page = database.page_size.is_large();
        let catalog = Catalog::read(&open_pages(fixture.bytes())).unwrap();
        let Some(table) = catalog.table("MSysLocales") else {
            continue;
        };
        let indexes = catalog.tables.iter().flat_map(|table| &table.indexes);
        let names: Vec<_> = indexes.map(|index| StoreRow::count_of(index, 0).name).collect();
        for (key, data) in database.tree(table.tree.root).unwrap() {
            let row = StoreRow::parse(&data, large_page).unwrap().unwrap();
            let (own_key, record) = row.entry(large_page).unwrap();
            assert_eq!(hex(&own_key), hex(&key), "{} {row:?}", fixture.name());
            assert_eq!(hex(&record), hex(&data), "{} {row:?}", fixture.name());
            if names.contains(&row.name) {
                counts += 1;
            }
            compared += 1;
        }
    }
    println!("{compared} rows, {counts} of them counts of indexes");
    assert!(compared > 70 && counts > 3, "{compared} {counts}");
}
