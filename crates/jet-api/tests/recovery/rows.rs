//! The rows of user tables in the form of `recovered.json`: every column is a list of its values in hex, long ones as digest.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use jet_api::verify::{NoProgress, Verifier};
use jet_api::{ColumnValues, Database, JetError, OpenOptions, Row};
use jet_io::SimFs;
use sha2::{Digest as _, Sha256};

/// Values longer than this stand as digest.
const WHOLE_MOST: usize = 600;

/// The values of a row by column.
pub(crate) type Values = BTreeMap<String, Vec<String>>;
/// Rows in key order by table.
pub(crate) type Tables = BTreeMap<String, Vec<Values>>;

fn options(fs: &SimFs) -> OpenOptions {
    Database::options().file_system(Arc::new(fs.clone()))
}

/// The user tables of a database.
pub(crate) fn tables(fs: &SimFs, path: &str) -> Tables {
    let db = options(fs).open(path).unwrap_or_else(|error| panic!("{error}"));
    let user = db.tables().filter(|table| !table.is_system());
    let names: Vec<_> = user.map(|table| table.name.clone()).collect();
    let read = |name: &String| {
        let table = db.open_table(name).unwrap_or_else(|error| panic!("{error}"));
        let mut rows = table.rows();
        let mut all = Vec::new();
        while let Some(row) = rows.next() {
            all.push(values(&row.unwrap_or_else(|error| panic!("{error}"))));
        }
        (name.clone(), all)
    };
    names.iter().map(read).collect()
}

fn values(row: &Row<'_, '_>) -> Values {
    let mut all = Values::new();
    row.each_column(|column, values| {
        let mut list = Vec::new();
        match values {
            ColumnValues::Default(bytes) => list.push(shown(&bytes)),
            ColumnValues::Stored(values) => {
                for value in values.iter() {
                    let value = value.map_err(|error| row.value_error(column, error.into()))?;
                    list.push(shown(&row.plain(column, value)?));
                }
            }
        }
        all.insert(column.name.clone(), list);
        Ok::<(), JetError>(())
    })
    .unwrap_or_else(|error| panic!("{error}"));
    all
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn shown(bytes: &[u8]) -> String {
    if bytes.len() > WHOLE_MOST {
        format!("sha256:{}:{}", hex(&Sha256::digest(bytes)), bytes.len())
    } else {
        hex(bytes)
    }
}

/// The tables of a `recovered.json`.
pub(crate) fn recorded(json: &[u8]) -> Tables {
    let json: serde_json::Value = serde_json::from_slice(json).unwrap();
    serde_json::from_value(json["tables"].clone()).unwrap()
}

/// Fails at anything that is wrong with a database, or when it is not clean.
pub(crate) fn assert_sound(fs: &SimFs, path: &str) {
    let mut found = Vec::new();
    let report = Verifier::new(options(fs))
        .run(
            Path::new(path),
            &mut |finding| found.push(finding.to_json().to_string()),
            &mut NoProgress,
        )
        .unwrap_or_else(|error| panic!("{error}"));
    assert!(report.is_sound() && report.is_clean, "{}", found.join("\n"));
}
