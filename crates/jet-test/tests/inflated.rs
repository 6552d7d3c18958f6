//! Inflated databases are as sound as what they were made of.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use jet_io::{FileSystem, MemFs, OpenMode};
use jet_isam::catalog::Catalog;
use jet_test::build::{Amount, Inflated, inflate_into};
use jet_test::check::check;
use jet_test::{fixtures, open_pages};

fn inflate(fixture: &str, table: &str, amount: Amount) -> (Inflated, Vec<u8>) {
    let fs = MemFs::new();
    let path = Path::new("/large.edb");
    let file = fs.open(path, OpenMode::CreateNew).unwrap();
    let made = inflate_into(
        fixtures::named(fixture).bytes(),
        Some(table),
        amount,
        file.as_ref(),
    )
    .unwrap();
    assert_eq!(made.file_bytes, file.len().unwrap());
    (made, fs.contents(path).unwrap())
}

/// Tables on every page size: without primary index, with one; of one extent, of several.
const TABLES: &[(&str, &str)] = &[
    ("alltypes.edb", "TestTable"),
    ("compress7bit.edb", "test_table"),
    ("full_p16384.edb", "One"),
    ("full_p16384.edb", "Auto64"),
    ("full_p16384.edb", "ManyCols"),
    ("basic_p4096_efv8920.edb", "DelCol"),
    ("wsearch-win10-repaired.edb", "SystemIndex_1"),
];

#[test]
fn inflated_tables_are_sound_and_complete() {
    for &(fixture, table) in TABLES {
        let before = check(fixtures::named(fixture).bytes());
        for rows in [0, 1, 40, 30_000] {
            let (made, bytes) = inflate(fixture, table, Amount::Rows(rows));
            assert_eq!(check(&bytes), before, "{fixture}, {table}, {rows} rows");
            let pages = open_pages(&bytes);
            let catalog = Catalog::read(&pages).unwrap();
            let tree = catalog.table(table).unwrap().open(&pages).unwrap();
            let mut cursor = jet_btree::Cursor::new(tree);
            let (mut count, mut is_on_row) = (0, cursor.first().unwrap());
            while is_on_row {
                count += 1;
                is_on_row = cursor.next().unwrap();
            }
            assert_eq!(count, made.rows, "{fixture}, {table}");
            assert!(made.rows > rows);
        }
    }
}

#[test]
fn three_levels_come_of_many_rows() {
    let (made, bytes) = inflate("compress7bit.edb", "test_table", Amount::FileBytes(120 << 20));
    assert!(made.file_bytes >= 120 << 20 && made.file_bytes < 121 << 20);
    assert_eq!(check(&bytes), []);
    let pages = open_pages(&bytes);
    let tree = jet_btree::Tree::open(&pages, made.tree.root, Some(made.tree.objid)).unwrap();
    assert_eq!(tree.depth().unwrap(), 3);
}
