//! Every index of the reference sets is rebuilt from the rows that were written, and compared with the keys and
//! bookmarks that the reference engine gave back. Indexes on Unicode text are left out: their sort tables are not
//! those of any Windows version.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

mod support;

use std::collections::HashMap;

use jet_isam::column::{ColumnDef, ColumnLayout, ColumnRef};
use jet_isam::key::{IndexDef, KeyBuilder, KeySet, Segment};
use jet_isam::record::{Field, Record};
use serde_json::Value;
use support::database::{Database, LongValues};
use support::hex;
use support::manifest::{Row, index, rows, table, text};

#[derive(Debug, Default)]
struct Counts {
    indexes: usize,
    entries: usize,
    unknown_rows: usize,
}

/// Rebuilds one table's indexes. Unknown rows are those with key values that the manifest only has digests of.
fn rebuild(table_value: &Value, counts: &mut Counts) {
    let table = table(&table_value["columns"]);
    let name = text(&table_value["name"]);
    let mut rows = rows(&table, &table_value["rows"]);
    let indexes = table_value["indexes"].as_array().unwrap();
    let definitions: Vec<_> = indexes.iter().map(|value| index(&table, value)).collect();
    let bookmarks = bookmarks(&table.layout, &definitions, &mut rows);
    let mut set = KeySet::new();
    for (definition, value) in definitions.iter().zip(indexes) {
        let segments = definition.segments.iter();
        if segments
            .clone()
            .any(|segment| table.layout.get(segment.column).unwrap().is_unicode())
        {
            continue;
        }
        let builder = KeyBuilder::new(definition, &table.layout, None).unwrap();
        let mut unknown = Vec::new();
        let mut found = Vec::new();
        for (row, bookmark) in rows.iter_mut().zip(&bookmarks) {
            let digest = |segment: &Segment| row.values.get(&segment.column).is_some_and(Option::is_none);
            if segments.clone().any(digest) {
                unknown.push(hex(bookmark));
                continue;
            }
            builder.keys(row, &mut set).unwrap();
            found.extend(set.iter().map(|key| (hex(key), hex(bookmark))));
        }
        found.sort();
        let observed: Vec<_> = value["observed_key_and_primary_bookmark"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| (text(&entry[0]).to_owned(), text(&entry[1]).to_owned()))
            .filter(|(_, bookmark)| !unknown.contains(bookmark))
            .collect();
        let missing = observed.iter().find(|entry| found.binary_search(entry).is_err());
        assert_eq!(missing, None, "{name}.{} lacks an entry", definition.name);
        let surplus = found.iter().find(|entry| !observed.contains(entry));
        assert_eq!(surplus, None, "{name}.{} has an entry too many", definition.name);
        assert_eq!(found, observed, "{name}.{}", definition.name);
        counts.indexes += 1;
        counts.entries += found.len();
        counts.unknown_rows += unknown.len();
    }
}

/// Primary keys, or the numbers of rows without one.
fn bookmarks(layout: &ColumnLayout, definitions: &[IndexDef], rows: &mut [Row<'_>]) -> Vec<Vec<u8>> {
    let primary = definitions.iter().find(|index| index.is_primary());
    let primary = primary.map(|index| KeyBuilder::new(index, layout, None).unwrap());
    let bookmark = |(number, row): (usize, &mut Row<'_>)| {
        let Some(primary) = &primary else {
            return (number as u32 + 1).to_be_bytes().to_vec();
        };
        let mut bookmark = Vec::new();
        primary.first_key(row, &mut Vec::new(), &mut bookmark).unwrap();
        bookmark
    };
    rows.iter_mut().enumerate().map(bookmark).collect()
}

const SETS: [&str; 4] = [
    "clean/full_p4096",
    "clean/full_p16384",
    "clean/basic_p4096_efv8020",
    "clean/basic_p4096_efv8920",
];

/// Values of `column` as the database has them; empty for NULL.
fn values(
    record: &Record<'_>,
    layout: &ColumnLayout,
    column: ColumnRef,
    long_values: &LongValues,
) -> Vec<Vec<u8>> {
    match record.get(layout, column).unwrap() {
        Field::Value(values) => values
            .iter()
            .map(|value| {
                let value = value.unwrap();
                let plain = value.as_plain().map(<[u8]>::to_vec);
                plain.unwrap_or_else(|| long_values.expand(column, value).unwrap())
            })
            .collect(),
        Field::Absent => {
            let default = layout.get(column).and_then(ColumnDef::stored_default);
            default.map(std::borrow::Cow::into_owned).into_iter().collect()
        }
        Field::Null => Vec::new(),
    }
}

#[test]
fn records_of_the_reference_sets_hold_what_was_written() {
    for set in SETS {
        let Some(manifest) = support::manifest(set) else {
            return;
        };
        let database = Database::open(support::golden(set, "corpus.edb").unwrap()).unwrap();
        let stored = database.tables().unwrap();
        let mut compared = 0;
        for table_value in manifest["tables"].as_array().unwrap() {
            let name = text(&table_value["name"]);
            let table = table(&table_value["columns"]);
            let mut rows = rows(&table, &table_value["rows"]);
            let indexes = table_value["indexes"].as_array().unwrap();
            let definitions: Vec<_> = indexes.iter().map(|value| index(&table, value)).collect();
            let bookmarks = bookmarks(&table.layout, &definitions, &mut rows);
            let found = stored.iter().find(|table| table.name == name).unwrap();
            let records: HashMap<_, _> = database.tree(found.root).unwrap().into_iter().collect();
            let long_values = LongValues::read(&database, found).unwrap();
            assert_eq!(records.len(), rows.len(), "{set} {name}");
            for (row, bookmark) in rows.iter().zip(&bookmarks) {
                let record = Record::parse(&records[bookmark], database.page_size.is_large()).unwrap();
                for (column, expected) in &row.values {
                    let Some(expected) = expected else { continue };
                    let stored = values(&record, &found.layout, *column, &long_values);
                    assert_eq!(&stored, expected, "{set} {name} {} {column}", hex(bookmark));
                    compared += 1;
                }
            }
        }
        println!("{set}: {compared} columns");
        assert!(compared > 3_000, "{set}: {compared}");
    }
}

#[test]
fn indexes_of_the_reference_sets_are_rebuilt() {
    for set in SETS {
        let Some(manifest) = support::manifest(set) else {
            return;
        };
        let mut counts = Counts::default();
        for table in manifest["tables"].as_array().unwrap() {
            rebuild(table, &mut counts);
        }
        println!("{set}: {counts:?}");
        assert!(counts.indexes >= 50, "{set}: {counts:?}");
    }
}
