//! What `jetutil dump` prints, and values from elsewhere in the same form.

use serde_json::{Map, Value as Json, json};
use sha2::{Digest, Sha256};

pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Map<String, Json>>,
}

pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) code_page: u64,
}

/// The user tables of a database.
pub(crate) fn tables(bytes: &[u8]) -> Vec<Table> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("input.edb");
    std::fs::write(&file, bytes).unwrap();
    let output = crate::jetutil(&["dump", "--user"], &file);
    let mut tables: Vec<Table> = Vec::new();
    for line in std::str::from_utf8(&output.stdout).unwrap().lines().skip(1) {
        let line: Json = serde_json::from_str(line).unwrap();
        if let Json::Object(row) = &line["row"] {
            tables.last_mut().unwrap().rows.push(row.clone());
            continue;
        }
        let head = &line["table"];
        let columns = head["columns"].as_array().unwrap().iter().map(|column| Column {
            name: column["name"].as_str().unwrap().to_owned(),
            kind: column["type"].as_str().unwrap().to_owned(),
            code_page: column["cp"].as_u64().unwrap_or(0),
        });
        tables.push(Table {
            name: head["name"].as_str().unwrap().to_owned(),
            columns: columns.collect(),
            rows: Vec::new(),
        });
    }
    tables
}

impl Column {
    pub(crate) fn is_text(&self) -> bool {
        self.kind == "Text" || self.kind == "LongText"
    }

    pub(crate) fn is_binary(&self) -> bool {
        self.kind == "Binary" || self.kind == "LongBinary"
    }

    /// Text as the dump has it: its hash when it is long as stored.
    pub(crate) fn text(&self, text: &str) -> Json {
        let stored: Vec<u8> = if self.code_page == 1200 {
            text.encode_utf16().flat_map(u16::to_le_bytes).collect()
        } else {
            text.chars()
                .map(|character| jet_isam::text::ansi_byte(character).unwrap())
                .collect()
        };
        digest(&stored).unwrap_or_else(|| text.into())
    }
}

/// Bytes as the dump has them: in hexadecimal, or their hash when they are many.
pub(crate) fn bytes(bytes: &[u8]) -> Json {
    digest(bytes).unwrap_or_else(|| hex(bytes).into())
}

/// Bytes that are no value of their column's type.
pub(crate) fn malformed(bytes: &[u8]) -> Json {
    digest(bytes).unwrap_or_else(|| json!({ "hex": hex(bytes) }))
}

fn digest(bytes: &[u8]) -> Option<Json> {
    (bytes.len() > 4096).then(|| json!({ "len": bytes.len(), "sha256": hex(&Sha256::digest(bytes)) }))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn unhex(text: &str) -> Vec<u8> {
    let digits = text.as_bytes().chunks(2);
    digits
        .map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap())
        .collect()
}

/// The stored bits of a date, as the dump has them.
pub(crate) fn date(bits: i64) -> Json {
    hex(&bits.to_le_bytes()).into()
}

pub(crate) fn single(number: f32) -> Json {
    if number.is_finite() {
        serde_json::from_str(ryu::Buffer::new().format_finite(number)).unwrap()
    } else {
        special(number.into())
    }
}

pub(crate) fn double(number: f64) -> Json {
    if number.is_finite() {
        json!(number)
    } else {
        special(number)
    }
}

fn special(number: f64) -> Json {
    Json::from(match number {
        n if n.is_nan() => "NaN",
        n if n > 0.0 => "Infinity",
        _ => "-Infinity",
    })
}

/// Asserts that the rows of a table are those of the dump. `expect` changes an expected value to what the format can
/// hold; `None` for NULL.
pub(crate) fn compare(
    context: &str,
    table: &Table,
    report: &Json,
    found: &[Map<String, Json>],
    expect: impl Fn(&Column, Json) -> Option<Json>,
) {
    assert_eq!(found.len(), table.rows.len(), "{context}");
    assert_eq!(report["rows_written"], table.rows.len(), "{context}");
    for (at, (row, found)) in table.rows.iter().zip(found).enumerate() {
        let mut expected = Map::new();
        for (column, report) in table.columns.iter().zip(report["columns"].as_array().unwrap()) {
            assert_eq!(report["name"], column.name, "{context}");
            let Some(value) = row.get(&column.name) else {
                continue;
            };
            let is_list = report["is_list"] == true;
            let value = match value {
                Json::Array(values) => {
                    let values = values
                        .iter()
                        .map(|value| expect(column, value.clone()).unwrap_or(Json::Null));
                    Some(Json::Array(values.collect()))
                }
                value => {
                    expect(column, value.clone()).map(|value| if is_list { json!([value]) } else { value })
                }
            };
            if let Some(value) = value {
                expected.insert(column.name.clone(), value);
            }
        }
        // As text, since numbers compare equal whatever the sign of their zero.
        assert_eq!(
            Json::from(found.clone()).to_string(),
            Json::from(expected).to_string(),
            "{context} row {}",
            at + 1
        );
    }
}
