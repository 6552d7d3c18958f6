//! Rows of the reference engine that are part of the project: records with their values, and the keys of each in
//! every index that does not need Windows' sort tables. See `fixtures/README.md`.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

mod support;

use jet_isam::column::{ColumnDef, ColumnFlags, ColumnId, ColumnLayout, ColumnType, OffsetSource};
use jet_isam::key::{Condition, IndexDef, IndexFlags, KeyBuilder, KeySet, Segment, TupleLimits};
use jet_isam::record::{Field, Record, RecordBuilder};
use serde_json::{Value, json};
use support::database::{Database, LongValues, Table};
use support::manifest::{number, text};
use support::{hex, unhex};

const FIXTURE: &str = include_str!("fixtures/golden_rows.json");

fn column(value: &Value) -> ColumnDef {
    ColumnDef {
        id: ColumnId(number(&value["id"]) as u16),
        name: text(&value["name"]).to_owned(),
        column_type: ColumnType::from_number(number(&value["type"]) as u32),
        code_page: number(&value["code_page"]) as u16,
        max_len: number(&value["max_len"]) as u32,
        flags: ColumnFlags(number(&value["flags"]) as u32),
        default: value["default"].as_str().map(unhex),
        record_offset: number(&value["offset"]) as u16,
        derived: value["derived"].as_bool().unwrap(),
    }
}

fn index(value: &Value) -> IndexDef {
    let segments = Segment::parse_list(&unhex(text(&value["segments"])), true).unwrap();
    IndexDef {
        conditions: Condition::parse_list(&unhex(text(&value["conditions"])), true).unwrap(),
        key_most: number(&value["key_most"]) as u16,
        segment_most: value["segment_most"].as_u64().map(|most| most as u16),
        tuple: value["tuple"]
            .as_str()
            .map(|bytes| TupleLimits::parse(&unhex(bytes)).unwrap()),
        ..IndexDef::plain(
            text(&value["name"]),
            IndexFlags(number(&value["flags"]) as u32),
            segments,
        )
    }
}

/// Values of every column of a record, absent ones left out and NULL as an empty list.
fn values(record: &Record<'_>, layout: &ColumnLayout) -> Value {
    let mut values = serde_json::Map::new();
    for def in layout.columns() {
        let plain = match record.get(layout, def.reference()).unwrap() {
            Field::Absent => continue,
            Field::Null => Vec::new(),
            Field::Value(values) => values
                .iter()
                .map(|value| value.unwrap().as_plain().map_or("kept elsewhere".into(), hex))
                .collect(),
        };
        values.insert(def.name.clone(), plain.into());
    }
    values.into()
}

#[test]
fn rows_have_their_values_and_keys() {
    let fixture: Value = serde_json::from_str(FIXTURE).unwrap();
    let (mut rows, mut entries) = (0, 0);
    for table in fixture["tables"].as_array().unwrap() {
        let columns = table["columns"].as_array().unwrap().iter().map(column).collect();
        let layout = ColumnLayout::new(columns, OffsetSource::Recorded).unwrap();
        let large_page = table["large_page"].as_bool().unwrap();
        let indexes: Vec<_> = table["indexes"].as_array().unwrap().iter().map(index).collect();
        for row in table["rows"].as_array().unwrap() {
            let bytes = unhex(text(&row["record"]));
            let record = Record::parse(&bytes, large_page).unwrap();
            record.verify(&layout).unwrap();
            assert_eq!(values(&record, &layout), row["values"], "{table} {row}");
            let mut again = Vec::new();
            RecordBuilder::from_record(&layout, &record)
                .unwrap()
                .encode(&mut again)
                .unwrap();
            assert_eq!(hex(&again), hex(&bytes));
            for index in &indexes {
                let found = keys(index, &layout, record);
                assert_eq!(found, row["keys"][&index.name], "{index:?} {row}");
                entries += found.as_array().unwrap().len();
            }
            rows += 1;
        }
    }
    assert!(rows >= 60 && entries >= 300, "{rows} {entries}");
}

fn keys(index: &IndexDef, layout: &ColumnLayout, record: Record<'_>) -> Value {
    let builder = KeyBuilder::new(index, layout, None).unwrap();
    let no_long_values = LongValues::default();
    let mut set = KeySet::new();
    builder
        .keys(&mut no_long_values.source(record, layout), &mut set)
        .unwrap();
    set.iter().map(hex).collect::<Vec<_>>().into()
}

/// With `JET_WRITE_FIXTURES` set, writes the fixture anew.
#[test]
fn the_fixture_is_what_the_reference_sets_give() {
    let mut tables = Vec::new();
    for set in ["clean/full_p4096", "clean/full_p16384"] {
        let Some(file) = support::golden(set, "corpus.edb") else {
            println!("the reference sets are not here");
            return;
        };
        let database = Database::open(file).unwrap();
        let unwanted = |table: &Table| table.name.starts_with("MSys") || table.name == "ManyCols";
        for table in database.tables().unwrap().iter().filter(|table| !unwanted(table)) {
            tables.extend(table_value(&database, table));
        }
    }
    let fixture = serde_json::to_string(&json!({ "tables": tables })).unwrap();
    let fixture = fixture.replace("},{", "},\n{") + "\n";
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/golden_rows.json");
    if std::env::var_os("JET_WRITE_FIXTURES").is_some() {
        std::fs::write(&path, &fixture).unwrap();
    }
    assert!(
        std::fs::read_to_string(path).unwrap() == fixture,
        "the fixture is of other reference sets"
    );
}

/// Some short rows of a table: what the catalog says of it, the records, and what its index trees hold of them.
fn table_value(database: &Database, table: &Table) -> Option<Value> {
    const ROWS: usize = 4;
    const RECORD_BYTES: usize = 500;
    let is_plain = |index: &&IndexDef| {
        let mut columns = index
            .segments
            .iter()
            .map(|segment| table.layout.get(segment.column).unwrap());
        columns.all(|column| !column.is_unicode())
    };
    let indexes: Vec<_> = table.indexes.iter().filter(is_plain).collect();
    let trees: Vec<_> = indexes
        .iter()
        .map(|index| database.tree(jet_pages::Pgno(index.root)).unwrap())
        .collect();
    let large_page = database.page_size.is_large();
    let mut rows = Vec::new();
    let nodes = database.tree(table.root).unwrap();
    let short = nodes.iter().filter(|(_, data)| {
        let record = Record::parse(data, large_page).unwrap();
        data.len() < RECORD_BYTES && !values(&record, &table.layout).to_string().contains("elsewhere")
    });
    let step = (nodes.len() / ROWS).max(1);
    for (bookmark, data) in short.step_by(step).take(ROWS) {
        let record = Record::parse(data, large_page).unwrap();
        let mut keys = serde_json::Map::new();
        for (index, tree) in indexes.iter().zip(&trees) {
            let own: Vec<_> = if index.is_primary() {
                vec![hex(bookmark)]
            } else {
                tree.iter()
                    .filter(|(_, data)| data == bookmark)
                    .map(|(key, _)| hex(key))
                    .collect()
            };
            keys.insert(index.name.clone(), own.into());
        }
        let values = values(&record, &table.layout);
        rows.push(json!({ "record": hex(data), "values": values, "keys": keys }));
    }
    let columns: Vec<_> = table.layout.columns().iter().map(column_value).collect();
    let indexes: Vec<_> = indexes.into_iter().map(index_value).collect();
    (!rows.is_empty()).then(|| {
        json!({ "name": table.name, "large_page": large_page, "columns": columns, "indexes": indexes, "rows": rows })
    })
}

fn column_value(def: &ColumnDef) -> Value {
    json!({
        "id": def.id.0, "name": def.name, "type": def.column_type.map_or(0, ColumnType::number),
        "code_page": def.code_page, "max_len": def.max_len, "flags": def.flags.0,
        "default": def.default.as_deref().map(hex), "offset": def.record_offset, "derived": def.derived,
    })
}

fn index_value(index: &IndexDef) -> Value {
    let bytes = |append: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = Vec::new();
        append(&mut bytes);
        hex(&bytes)
    };
    json!({
        "name": index.name, "flags": index.flags.0,
        "segments": bytes(&|out| index.segments.iter().for_each(|segment| segment.append_to(out))),
        "conditions": bytes(&|out| index.conditions.iter().for_each(|condition| condition.append_to(out))),
        "key_most": index.key_most, "segment_most": index.segment_most,
        "tuple": index.tuple.map(|tuple| bytes(&|out| tuple.append_to(out))),
    })
}
