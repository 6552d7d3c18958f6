//! What a new database holds, compared with what the engines of Windows and the open-source engine made.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use jet_isam::catalog::bootstrap::{
    DATABASE, LAST_OBJID, LOCALES, NewDatabase, NewSpace, NewTree, OBJIDS, Step, transactions,
};
use jet_isam::catalog::{CATALOG, CatalogRow, NAME_INDEX, ROOT_OBJECTS, SHADOW_CATALOG, store};
use jet_pages::{PageFlags, PageSize, Pgno};
use jet_test::fixtures;
use support::database::{Database, Nodes};
use support::{hex, unhex};

/// What the open-source engine made at format 1568.20.0, in its order; see `vectors/README.md`.
const CREATION_ORDER: &str = include_str!("vectors/creation_order.txt");

fn steps(database: &NewDatabase) -> Vec<Step> {
    transactions(database).unwrap().into_iter().flatten().collect()
}

/// The nodes of each tree, by root.
fn contents(database: &NewDatabase) -> BTreeMap<Pgno, BTreeMap<Vec<u8>, Vec<u8>>> {
    let mut trees: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
    for step in steps(database) {
        match step {
            Step::Create(NewTree { tree, .. }) => {
                trees.insert(tree.root, BTreeMap::new());
            }
            Step::Insert(insert) => {
                let nodes = trees.get_mut(&insert.tree.root).expect("made before");
                assert_eq!(nodes.insert(insert.key, insert.data), None, "keys are unique");
            }
        }
    }
    trees
}

/// Whether a node of a tree belongs to a system table: its key, or for RootObjects its data, begins with the objid.
fn is_system(root: Pgno, key: &[u8], data: &[u8]) -> bool {
    let bytes = if root == ROOT_OBJECTS.root { data } else { key };
    let objid = u32::from_be_bytes(bytes[1..5].try_into().unwrap()) ^ 0x8000_0000;
    root == LOCALES.root || objid <= LAST_OBJID.0
}

fn compare(
    new: &NewDatabase,
    root: Pgno,
    stored: impl Iterator<Item = (Vec<u8>, Vec<u8>)>,
    context: &str,
) -> usize {
    let made: BTreeSet<_> = contents(new)[&root]
        .iter()
        .map(|(key, data)| (hex(key), hex(data)))
        .collect();
    let stored: BTreeSet<_> = stored
        .filter(|(key, data)| is_system(root, key, data))
        .map(|(key, data)| (hex(&key), hex(&data)))
        .collect();
    let surplus: Vec<_> = made.difference(&stored).collect();
    let missing: Vec<_> = stored.difference(&made).collect();
    assert!(
        surplus.is_empty() && missing.is_empty(),
        "{context}, page {root}: made {surplus:#?}, stored {missing:#?}"
    );
    made.len()
}

/// A time that stands for all others: rows of a file differ in it by what lies between them.
const TIME: u64 = 1;

/// A row of the catalog, its time replaced by [`TIME`].
fn with_time(record: Vec<u8>, large_page: bool) -> Vec<u8> {
    let mut row = CatalogRow::parse(&record, large_page).unwrap();
    if row.set_time.is_none() {
        return record;
    }
    row.set_time = Some(TIME);
    row.encode(large_page).unwrap()
}

/// A node of a vector file.
fn node(value: &serde_json::Value, data: &str) -> (Vec<u8>, Vec<u8>) {
    (
        unhex(value["key_hex"].as_str().unwrap()),
        unhex(value[data].as_str().unwrap()),
    )
}

#[test]
fn rows_are_those_of_a_small_database_of_windows() {
    let (Some(rows), Some(trees)) = (
        support::vectors("catalog.json"),
        support::vectors("system_trees.json"),
    ) else {
        return;
    };
    let new = NewDatabase::new(PageSize::K4);
    for root in [CATALOG.root, SHADOW_CATALOG.root] {
        let rows = rows.iter().map(|row| node(row, "record_hex"));
        assert_eq!(compare(&new, root, rows, "catalog.json"), 72);
    }
    let mut compared = 0;
    for tree in &trees {
        let root = Pgno(tree["root"].as_u64().unwrap() as u32);
        let nodes = tree["nodes"].as_array().unwrap();
        compared += compare(
            &new,
            root,
            nodes.iter().map(|value| node(value, "data_hex")),
            "system_trees.json",
        );
    }
    assert_eq!(compared, 72 + 4 + 6 + 7);
}

#[test]
fn rows_of_revision_300_have_a_time_and_the_later_store() {
    let Some(rows) = support::vectors("catalog_rev300.json") else {
        return;
    };
    let new = NewDatabase {
        revision: 300,
        set_time: Some(TIME),
        ..NewDatabase::new(PageSize::K16)
    };
    let rows = rows.iter().map(|row| {
        let (key, data) = node(row, "record_hex");
        (key, with_time(data, true))
    });
    assert_eq!(compare(&new, CATALOG.root, rows, "catalog_rev300.json"), 76);
}

/// The files of Windows 8.1 and Server 2012 gave the shadow 9 pages; everything behind lies 4 pages later there.
#[test]
fn system_rows_are_those_of_real_files() {
    let (mut files, mut rows) = (Vec::new(), 0);
    for fixture in fixtures::clean() {
        let database = Database::open(fixture.bytes().to_vec()).unwrap();
        let large_page = database.page_size.is_large();
        let catalog = database.tree(CATALOG.root).unwrap();
        let Some(new) = new_database(fixture, &catalog) else {
            continue;
        };
        for place in [CATALOG, SHADOW_CATALOG, NAME_INDEX, ROOT_OBJECTS, OBJIDS] {
            let has_records = [CATALOG, SHADOW_CATALOG].contains(&place);
            let nodes = database.tree(place.root).unwrap().into_iter().map(|(key, data)| {
                let data = if has_records {
                    with_time(data, large_page)
                } else {
                    data
                };
                (key, data)
            });
            rows += compare(&new, place.root, nodes, fixture.name());
        }
        let stored: BTreeMap<_, _> = database.tree(LOCALES.root).unwrap().into_iter().collect();
        for (key, data) in &contents(&new)[&LOCALES.root] {
            assert_eq!(hex(&stored[key]), hex(data), "{}", fixture.name());
        }
        files.push((new.page_size.bytes(), new.revision, fixture.name()));
    }
    println!("{rows} rows of {files:#?}");
    let sizes: BTreeSet<_> = files.iter().map(|(size, ..)| *size).collect();
    assert!(sizes.len() >= 2 && files.len() >= 5, "{files:?}");
}

/// A database like `fixture` when it was new; `None` for one whose shadow was made larger.
///
/// The open-source engine describes the column of the later revisions at any revision.
fn new_database(fixture: &fixtures::Fixture, catalog: &Nodes) -> Option<NewDatabase> {
    let large_page = fixture.page_size().is_large();
    let rows: Vec<_> = catalog
        .iter()
        .map(|(_, data)| CatalogRow::parse(data, large_page).unwrap())
        .collect();
    let objids = rows.iter().find(|row| row.name == "MSysObjids")?;
    let has_column = rows.iter().any(|row| row.name == "PgnoFDPLastSetTime");
    let revision = fixture.header().update_major.get();
    (objids.column_type_or_root == OBJIDS.root.0).then_some(NewDatabase {
        revision: if has_column { revision.max(230) } else { revision },
        set_time: objids.set_time.map(|_| TIME),
        ..NewDatabase::new(fixture.page_size())
    })
}

/// Revision 230 without times is what the open-source engine makes at revision 20.
#[test]
fn steps_come_in_the_order_of_the_genuine_engine() {
    let new = NewDatabase {
        revision: 230,
        page_count: 46,
        ..NewDatabase::new(PageSize::K4)
    };
    let mut found = Vec::new();
    for transaction in transactions(&new).unwrap() {
        found.extend(transaction.iter().map(line));
        found.push("commit".to_owned());
    }
    let expected: Vec<_> = CREATION_ORDER.lines().collect();
    assert_eq!(found, expected);
}

fn line(step: &Step) -> String {
    match step {
        Step::Create(new) => {
            let form = if new.space == NewSpace::Single { "S" } else { "M" };
            format!(
                "create {form} {} {} parent {} flags {:x} pages {}",
                new.tree.objid.0,
                new.tree.root.0,
                new.parent.0,
                new.page_flags.bits(),
                new.page_count
            )
        }
        Step::Insert(insert) => {
            let node = [&insert.key[..], &insert.data].concat();
            format!("insert {} {}", insert.tree.objid.0, hex(&node[..16]))
        }
    }
}

/// Free pages are taken from the low end of the parent's space.
#[test]
fn roots_are_where_the_low_end_of_the_free_space_is() {
    for page_size in [PageSize::K4, PageSize::K8, PageSize::K16, PageSize::K32] {
        let mut free: BTreeMap<Pgno, std::ops::Range<u32>> = BTreeMap::new();
        free.insert(Pgno(0), 1..255);
        for step in steps(&NewDatabase::new(page_size)) {
            let Step::Create(new) = step else { continue };
            let space = free.get_mut(&new.parent).expect("the parent was made before");
            assert_eq!(new.tree.root.0, space.start, "{new:?}");
            space.start += new.page_count;
            let own = new.tree.root.0 + if new.space == NewSpace::Single { 1 } else { 3 };
            let end = space.start;
            free.insert(new.tree.root, own..end);
            assert_eq!(
                new.page_flags.contains(PageFlags::INDEX),
                new.parent == CATALOG.root
            );
        }
        let rest = |tree: jet_isam::table::TreeDef| free[&tree.root].clone();
        assert_eq!(rest(DATABASE), 31..255);
        assert_eq!(rest(CATALOG), 13..24);
        assert_eq!(rest(SHADOW_CATALOG), 27..29);
        for tree in [NAME_INDEX, ROOT_OBJECTS, OBJIDS, LOCALES] {
            assert!(rest(tree).is_empty());
        }
    }
}

#[test]
fn the_store_is_marked_as_consistent_last() {
    let done = transactions(&NewDatabase::new(PageSize::K8)).unwrap();
    let [Step::Insert(last)] = &done.last().unwrap()[..] else {
        panic!("{done:?}");
    };
    let row = store::StoreRow::parse(&last.data, false).unwrap().unwrap();
    assert_eq!((row.name.as_str(), row.value), (store::CONSISTENT, 1));
}
