//! Single records as text or JSON, one per line.

use std::io::{self, Write};

use jet_api::JetError;
use jet_log::record::{DBTIME_NONE, FieldValue};
use jet_log::words::Words;
use jet_log::{Entry, LogFile};
use serde_json::{Map, Value, json};

use crate::render;

/// Writes a record.
pub(super) fn print(
    out: &mut impl Write,
    entry: &Entry<'_>,
    file: &LogFile,
    is_json: bool,
) -> io::Result<()> {
    if is_json {
        let mut fields = Map::new();
        entry.record.fields(|name, value| {
            fields.insert(name.to_owned(), as_json(&value));
        });
        let record = json!({
            "lgpos": entry.lgpos.to_string(),
            "file": file.path().display().to_string(),
            "offset": entry.offset,
            "bytes": entry.bytes.len(),
            "number": entry.record.kind().number(),
            "type": entry.record.kind().name(),
            "fields": fields,
        });
        writeln!(out, "{record}")
    } else {
        writeln!(out, "{:16}  {}", entry.lgpos.to_string(), Words(&entry.record))
    }
}

/// Writes what is wrong, behind the records.
pub(super) fn print_problem(out: &mut impl Write, problem: &JetError, is_json: bool) -> io::Result<()> {
    if is_json {
        writeln!(out, "{}", json!({ "problem": problem.to_json() }))
    } else {
        writeln!(out, "problem: {problem}")
    }
}

fn as_json(value: &FieldValue<'_>) -> Value {
    match value {
        FieldValue::Unsigned(number) => (*number).into(),
        FieldValue::Signed(number) => (*number).into(),
        FieldValue::Page(page) => page.0.into(),
        FieldValue::Pages(pages) => pages.iter().map(|page| page.0).collect(),
        FieldValue::Tree(tree) => tree.0.into(),
        FieldValue::Dbtime(dbtime) if *dbtime == DBTIME_NONE => Value::Null,
        FieldValue::Dbtime(dbtime) => dbtime.0.into(),
        FieldValue::Session(session) => session.0.into(),
        FieldValue::Database(database) => database.0.into(),
        FieldValue::Transaction(transaction) => transaction.0.into(),
        FieldValue::Lgpos(lgpos) => lgpos.is_some().then(|| lgpos.to_string()).into(),
        FieldValue::Time(time) => time.is_set().then(|| time.to_string()).into(),
        FieldValue::Signature(signature) => signature.is_set().then(|| signature.to_string()).into(),
        FieldValue::Bytes(bytes) => render::hex(bytes).into(),
        FieldValue::Text(text) => text.as_str().into(),
    }
}
