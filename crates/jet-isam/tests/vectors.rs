//! Records and keys cut from real files, with what they mean.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

mod support;

use jet_isam::column::{ColumnDef, ColumnFlags, ColumnId, ColumnLayout, ColumnRef, ColumnType, OffsetSource};
use jet_isam::key::{IndexDef, IndexFlags, KeyBuilder, Segment};
use jet_isam::record::{Field, Record, RecordBuilder, StoredValue, Values};
use serde_json::Value;
use support::manifest::{number, text};
use support::{hex, unhex};

fn column(id: u16, column: &Value) -> ColumnDef {
    ColumnDef {
        id: ColumnId(id),
        name: column["name"].as_str().unwrap_or_default().to_owned(),
        column_type: ColumnType::from_number(number(&column["coltyp"]) as u32),
        code_page: number(&column["codepage"]) as u16,
        max_len: column["size"].as_u64().unwrap_or(255) as u32,
        flags: ColumnFlags::default(),
        default: column["default_hex"].as_str().map(unhex),
        record_offset: 0,
        derived: false,
    }
}

/// A value as the vectors write it.
fn written(value: &StoredValue<'_>) -> String {
    match value {
        StoredValue::Inline {
            bytes, compressed, ..
        } => {
            format!("{}{}", if *compressed { "compressed:" } else { "" }, hex(bytes))
        }
        StoredValue::Separated { id, .. } => {
            let mut bytes = Vec::new();
            id.append_to_record(&mut bytes);
            format!("lid:{}", hex(&bytes))
        }
    }
}

/// The place a vector states, as far as a reader can know it.
fn place(column: ColumnId, values: &Values<'_>) -> &'static str {
    match values {
        Field::Absent => "absent",
        _ if column.is_fixed() => "fixed",
        _ if column.is_variable() => "variable",
        _ => "tagged",
    }
}

#[test]
fn records_of_real_files() {
    let Some(cases) = support::vectors("records.json") else {
        return;
    };
    let mut compared = 0;
    for case in &cases {
        let columns = case["columns"].as_array().unwrap();
        let defs = columns
            .iter()
            .map(|value| column(number(&value["id"]) as u16, value))
            .collect();
        let layout = ColumnLayout::new(defs, OffsetSource::RunningSum).unwrap();
        let bytes = unhex(text(&case["record_hex"]));
        let large_page = text(&case["file"]) == "Windows.edb" || text(&case["file"]) == "large.edb";
        let record = Record::parse(&bytes, large_page).unwrap();
        record.verify(&layout).unwrap();
        let last = |id: Option<ColumnId>, none| id.map_or(none, |id| u64::from(id.0));
        assert_eq!(last(record.last_fixed(), 0), number(&case["fidFixedLast"]));
        assert_eq!(last(record.last_variable(), 127), number(&case["fidVarLast"]));
        for expected in columns {
            let id = ColumnId(number(&expected["id"]) as u16);
            let values = record.get(&layout, ColumnRef::own(id)).unwrap();
            let context = format!("{case} {id}");
            assert!(
                text(&expected["where"]).starts_with(place(id, &values)),
                "{context}"
            );
            let found: Vec<String> = match values {
                Field::Value(values) => values.iter().map(|value| written(&value.unwrap())).collect(),
                Field::Absent | Field::Null => Vec::new(),
            };
            let told: Vec<_> = expected["values"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(|value| value.get(0).unwrap_or(value).as_str())
                .collect();
            let found: Vec<_> = found.iter().map(String::as_str).collect();
            let is_default = values == Field::Absent && expected["default_hex"].is_string();
            assert_eq!(if is_default { told.clone() } else { found }, told, "{context}");
            compared += 1;
        }
        let mut again = Vec::new();
        RecordBuilder::from_record(&layout, &record)
            .unwrap()
            .encode(&mut again)
            .unwrap();
        assert_eq!(again, bytes);
    }
    println!("{} records, {compared} columns", cases.len());
    assert!(compared >= 500, "{compared}");
}

/// Rebuilds every key of a vector file from its segments' values.
fn keys(name: &str) -> usize {
    const DESCENDING: u64 = 0x40;
    let Some(cases) = support::vectors(name) else {
        return 0;
    };
    for case in &cases {
        let values = case["segments"].as_array().unwrap();
        let defs: Vec<_> = values
            .iter()
            .map(|value| column(number(&value["columnid"]) as u16, value))
            .collect();
        let segments = values.iter().zip(&defs).map(|(value, def)| Segment {
            column: def.reference(),
            descending: number(&value["segflags"]) & DESCENDING != 0,
        });
        let flags = u32::from_str_radix(text(&case["flags"]).trim_start_matches("0x"), 16).unwrap();
        let mut index = IndexDef::plain(text(&case["index"]), IndexFlags(flags), segments.collect());
        index.key_most = number(&case["keyMost"]) as u16;
        let layout = ColumnLayout::new(defs, OffsetSource::RunningSum).unwrap();
        let builder = KeyBuilder::new(&index, &layout, None).unwrap();
        let mut key = Vec::new();
        for (segment, value) in values.iter().enumerate() {
            let value = value["value_hex"].as_str().map(unhex);
            builder
                .append_segment(segment, value.as_deref(), 0, &mut key)
                .unwrap();
        }
        assert_eq!(hex(&key), text(&case["key_hex"]), "{case}");
    }
    cases.len()
}

#[test]
fn keys_of_real_files() {
    let found = (keys("keys.json"), keys("keys_descending.json"));
    assert!(found == (0, 0) || found.0 >= 185 && found.1 >= 31, "{found:?}");
}
