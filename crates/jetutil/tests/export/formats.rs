//! Each format, read back whole.

use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::record::Field;
use rusqlite::types::ValueRef;
use serde_json::{Map, Value as Json, json};

use crate::dump::{self, Column, Table};
use crate::{Exported, chosen, export};

/// A value of a text format in the form of the dump.
fn from_text(column: &Column, text: &str) -> Json {
    let malformed: Option<Json> = text
        .starts_with("{\"hex\":")
        .then(|| serde_json::from_str(text).unwrap());
    if let Some(malformed) = malformed {
        return dump::malformed(&dump::unhex(malformed["hex"].as_str().unwrap()));
    }
    match column.kind.as_str() {
        "Text" | "LongText" => column.text(text),
        "Binary" | "LongBinary" => dump::bytes(&dump::unhex(text)),
        "GUID" => text.into(),
        "DateTime" => dump::date(text.parse().unwrap()),
        "IEEESingle" => dump::single(text.parse().unwrap()),
        "IEEEDouble" => dump::double(text.parse().unwrap()),
        _ => serde_json::from_str(text).unwrap(),
    }
}

/// A value of JSON lines, where only the long ones differ from the dump.
fn from_json(column: &Column, value: Json) -> Json {
    match value {
        Json::Array(values) => values.into_iter().map(|value| from_json(column, value)).collect(),
        Json::String(text) if column.is_text() => column.text(&text),
        Json::String(text) if column.is_binary() => dump::bytes(&dump::unhex(&text)),
        Json::Object(malformed) => dump::malformed(&dump::unhex(malformed["hex"].as_str().unwrap())),
        other => other,
    }
}

/// Formats without a place for a value that a file has: a fixed UTF-16 column of odd length is no text.
const MISSING: [(&str, &str); 1] = [("parquet", "text.edb")];

fn each(
    to: &str,
    read: impl Fn(&Exported, &Table, &Json) -> Vec<Map<String, Json>>,
    expect: fn(&Column, Json) -> Option<Json>,
) {
    for fixture in chosen() {
        let options = ["--to", to, "--datetime", "raw", "--null", "\\N"];
        let exported = export(fixture.bytes(), &options);
        let is_whole = !MISSING.contains(&(to, fixture.name()));
        assert_eq!(
            exported.output.status.code(),
            Some(i32::from(!is_whole)),
            "{}: {:?}",
            fixture.name(),
            exported.output
        );
        let tables = dump::tables(fixture.bytes());
        assert_eq!(exported.tables().len(), tables.len());
        for table in &tables {
            let report = exported.table(&table.name);
            if table.columns.is_empty() {
                continue;
            }
            let found = read(&exported, table, report);
            let context = format!("{} {to} {}", fixture.name(), table.name);
            dump::compare(&context, table, report, &found, expect);
        }
    }
}

#[test]
fn csv_reads_back() {
    each("csv", read_csv, |_, value| Some(value));
}

fn read_csv(exported: &Exported, table: &Table, report: &Json) -> Vec<Map<String, Json>> {
    let mut reader = csv::Reader::from_path(exported.file(report["file"].as_str().unwrap())).unwrap();
    let names: Vec<_> = table.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>(), names);
    let rows = reader.records().map(|record| {
        let record = record.unwrap();
        let mut row = Map::new();
        for ((column, report), text) in table
            .columns
            .iter()
            .zip(report["columns"].as_array().unwrap())
            .zip(&record)
        {
            if text == "\\N" {
                continue;
            }
            let value = if report["is_list"] == true {
                match from_json(column, serde_json::from_str(text).unwrap()) {
                    // Numbers as stored are hexadecimal in JSON, like in the dump.
                    Json::Array(values) => Json::Array(values),
                    other => panic!("{other}"),
                }
            } else {
                from_text(column, text)
            };
            row.insert(column.name.clone(), value);
        }
        row
    });
    rows.collect()
}

#[test]
fn jsonl_reads_back() {
    each("jsonl", read_jsonl, |_, value| Some(value));
}

fn read_jsonl(exported: &Exported, table: &Table, report: &Json) -> Vec<Map<String, Json>> {
    let text = std::fs::read_to_string(exported.file(report["file"].as_str().unwrap())).unwrap();
    let rows = text.lines().map(|line| {
        let Json::Object(row) = serde_json::from_str(line).unwrap() else {
            panic!("{line}")
        };
        let mut found = Map::new();
        for (column, report) in table.columns.iter().zip(report["columns"].as_array().unwrap()) {
            let Some(value) = row.get(&column.name) else {
                continue;
            };
            let value = from_json(column, value.clone());
            let is_single = report["is_list"] == true && !value.is_array();
            found.insert(
                column.name.clone(),
                if is_single { json!([value]) } else { value },
            );
        }
        assert_eq!(found.len(), row.len());
        found
    });
    rows.collect()
}

#[test]
fn sqlite_reads_back() {
    // SQLite stores whole numbers of a column of floats as integers, which have no negative zero.
    each("sqlite", read_sqlite, |_, value| {
        Some(if value.as_f64() == Some(0.0) && value.is_f64() {
            json!(0.0)
        } else {
            value
        })
    });
}

fn read_sqlite(exported: &Exported, table: &Table, report: &Json) -> Vec<Map<String, Json>> {
    let db = rusqlite::Connection::open(exported.file(report["file"].as_str().unwrap())).unwrap();
    let sqlite_name = report["table"].as_str().unwrap();
    let columns = table.columns.iter().zip(report["columns"].as_array().unwrap());
    let (aside, main): (Vec<_>, Vec<_>) = columns.partition(|(_, report)| report["side_table"].is_string());
    let mut names: Vec<_> = main
        .iter()
        .map(|(column, _)| format!("\"{}\"", column.name))
        .collect();
    names.push(String::from(if aside.is_empty() { "NULL" } else { "row_id" }));
    let mut select = db
        .prepare(&format!(
            "SELECT {} FROM \"{sqlite_name}\" ORDER BY rowid",
            names.join(",")
        ))
        .unwrap();
    let mut sides: Vec<_> = aside
        .iter()
        .map(|(column, report)| {
            let side = report["side_table"].as_str().unwrap();
            let sql = format!("SELECT value, itag FROM \"{side}\" WHERE row_id = ? ORDER BY itag");
            (*column, db.prepare(&sql).unwrap())
        })
        .collect();
    let mut found = Vec::new();
    let mut rows = select.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let mut values = Map::new();
        for (at, (column, _)) in main.iter().enumerate() {
            values.extend(
                from_sqlite(column, row.get_ref(at).unwrap()).map(|value| (column.name.clone(), value)),
            );
        }
        for (column, side) in &mut sides {
            let row_id: i64 = row.get(main.len()).unwrap();
            let list = side.query_map([row_id], |row| {
                let value = from_sqlite(column, row.get_ref(0).unwrap()).unwrap_or(Json::Null);
                Ok((value, row.get::<_, u32>(1).unwrap()))
            });
            let list: Vec<_> = list.unwrap().map(Result::unwrap).collect();
            assert!(
                list.iter()
                    .zip(1..)
                    .all(|((_, itag), expected)| *itag == expected)
            );
            if !list.is_empty() {
                let list = list.into_iter().map(|(value, _)| value).collect();
                values.insert(column.name.clone(), list);
            }
        }
        // In the order of the columns.
        let ordered = table
            .columns
            .iter()
            .filter_map(|column| values.remove_entry(&column.name));
        found.push(ordered.collect());
    }
    found
}

fn from_sqlite(column: &Column, value: ValueRef<'_>) -> Option<Json> {
    let text = |text: &[u8]| String::from_utf8(text.to_vec()).unwrap();
    Some(match (column.kind.as_str(), value) {
        (_, ValueRef::Null) => return None,
        ("Bit", ValueRef::Integer(n)) => json!([false, true][usize::try_from(n).unwrap()]),
        ("DateTime", ValueRef::Integer(n)) => dump::date(n),
        ("IEEESingle", ValueRef::Real(n)) => {
            assert!(n.is_infinite() || f64::from(n as f32).to_bits() == n.to_bits());
            dump::single(n as f32)
        }
        ("IEEEDouble", ValueRef::Real(n)) => dump::double(n),
        ("IEEESingle" | "IEEEDouble", ValueRef::Text(b"NaN")) => "NaN".into(),
        ("UnsignedLongLong", ValueRef::Text(n)) => {
            let number: u64 = text(n).parse().unwrap();
            assert!(i64::try_from(number).is_err());
            json!(number)
        }
        ("GUID", ValueRef::Text(guid)) => text(guid).into(),
        ("Text" | "LongText", ValueRef::Text(value)) => column.text(&text(value)),
        ("Binary" | "LongBinary", ValueRef::Blob(bytes)) => dump::bytes(bytes),
        (_, ValueRef::Blob(bytes)) => dump::malformed(bytes),
        (
            "UnsignedByte" | "Short" | "UnsignedShort" | "Long" | "UnsignedLong" | "Currency" | "LongLong"
            | "UnsignedLongLong",
            ValueRef::Integer(n),
        ) => json!(n),
        (kind, other) => panic!("{kind}: {other:?}"),
    })
}

#[test]
fn parquet_reads_back() {
    // What is no value of its column's type has no place; the report says so.
    each("parquet", read_parquet, |column, value| match value {
        Json::Object(object) if object.contains_key("hex") || !column.is_text() && !column.is_binary() => {
            None
        }
        value => Some(value),
    });
}

fn read_parquet(exported: &Exported, table: &Table, report: &Json) -> Vec<Map<String, Json>> {
    let file = std::fs::File::open(exported.file(report["file"].as_str().unwrap())).unwrap();
    let reader = SerializedFileReader::new(file).unwrap();
    let rows = reader.get_row_iter(None).unwrap().map(|row| {
        let row = row.unwrap();
        let mut found = Map::new();
        assert_eq!(row.len(), table.columns.len());
        for (column, (name, field)) in table.columns.iter().zip(row.get_column_iter()) {
            assert_eq!(name, &column.name);
            found.extend(from_parquet(column, field).map(|value| (name.clone(), value)));
        }
        found
    });
    rows.collect()
}

fn from_parquet(column: &Column, field: &Field) -> Option<Json> {
    Some(match (column.kind.as_str(), field) {
        (_, Field::Null) => return None,
        (_, Field::ListInternal(list)) => {
            let values = list
                .elements()
                .iter()
                .map(|value| from_parquet(column, value).unwrap_or(Json::Null));
            Json::Array(values.collect())
        }
        ("Bit", Field::Bool(bit)) => json!(bit),
        ("UnsignedByte", Field::UByte(n)) => json!(n),
        ("Short", Field::Short(n)) => json!(n),
        ("UnsignedShort", Field::UShort(n)) => json!(n),
        ("Long", Field::Int(n)) => json!(n),
        ("UnsignedLong", Field::UInt(n)) => json!(n),
        ("Currency" | "LongLong", Field::Long(n)) => json!(n),
        ("UnsignedLongLong", Field::ULong(n)) => json!(n),
        ("IEEESingle", Field::Float(n)) => dump::single(*n),
        ("IEEEDouble", Field::Double(n)) => dump::double(*n),
        ("DateTime", Field::Long(n)) => dump::date(*n),
        ("GUID", Field::Bytes(bytes)) => {
            let digits = dump::hex(bytes.data());
            let groups = [0..8, 8..12, 12..16, 16..20, 20..32].map(|group| &digits[group]);
            groups.join("-").into()
        }
        ("Text" | "LongText", Field::Str(text)) => column.text(text),
        ("Binary" | "LongBinary", Field::Bytes(bytes)) => dump::bytes(bytes.data()),
        (kind, other) => panic!("{kind}: {other:?}"),
    })
}
