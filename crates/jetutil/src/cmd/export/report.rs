//! What an export says of itself: `report.json` in its folder, and a few lines for people.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::Value as Json;

use super::dates::DateForm;
use super::notes::Note;
use super::output::OutputFile;

/// Name of the report in the output folder.
pub(super) const FILE: &str = "report.json";

/// The whole report.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    /// Version of this form: `jet-export-1`.
    pub(super) format: &'static str,
    pub(super) to: &'static str,
    pub(super) source: Source,
    pub(super) options: Json,
    /// Whether something of the input is missing in the output.
    pub(super) is_damaged: bool,
    /// What of the catalog could not be read; tables may be missing.
    pub(super) catalog_problems: Vec<String>,
    pub(super) tables: Vec<TableReport>,
    pub(super) names_changed: Vec<NameChange>,
    /// All files but this one.
    pub(super) files: Vec<OutputFile>,
}

/// The input.
#[derive(Debug, Serialize)]
pub(super) struct Source {
    pub(super) file: String,
    pub(super) bytes: u64,
    pub(super) page_size: usize,
    pub(super) state: &'static str,
}

/// A table.
#[derive(Debug, Serialize)]
pub(super) struct TableReport {
    pub(super) name: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) is_system: bool,
    /// File that it was written into.
    pub(super) file: Option<String>,
    /// Its name in that file, where a file has several tables.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) table: Option<String>,
    pub(super) rows_written: u64,
    /// Of these, rows that end in damage: columns may be missing.
    pub(super) rows_damaged: u64,
    /// Places where rows are missing because nothing can be read there.
    pub(super) unreadable_parts: u64,
    pub(super) columns: Vec<ColumnReport>,
    pub(super) notes: Vec<Note>,
}

/// A column.
#[derive(Debug, Serialize)]
pub(super) struct ColumnReport {
    /// Name in the output.
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) written_as: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) is_list: bool,
    /// What the values of a `DateTime` column were taken for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) dates: Option<DateForm>,
    /// Table that holds the values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) side_table: Option<String>,
}

/// A name that is not the same in the output.
#[derive(Debug, Serialize)]
pub(super) struct NameChange {
    /// `file`, `table` or `column`.
    pub(super) what: &'static str,
    /// The table of a column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) of: Option<String>,
    pub(super) from: String,
    pub(super) to: String,
}

impl Report {
    /// The report in a few lines.
    pub(super) fn text(&self, out: &str) -> String {
        let mut text = String::new();
        // Writing to a string does not fail.
        for table in &self.tables {
            let file = table.file.as_deref().unwrap_or("no file");
            _ = writeln!(text, "{}: {} rows -> {file}", table.name, table.rows_written);
            for note in &table.notes {
                let mark = if note.is_loss { "MISSING" } else { "note" };
                let column = note
                    .column
                    .as_deref()
                    .map(|name| format!(" in {name}"))
                    .unwrap_or_default();
                let reason = serde_json::to_value(note.reason).unwrap_or_default();
                let reason = reason.as_str().unwrap_or_default();
                let example = if note.example.is_empty() { "" } else { ": " };
                _ = writeln!(
                    text,
                    "  {mark}: {reason} x {}{column}{example}{}",
                    note.count, note.example
                );
            }
        }
        for problem in &self.catalog_problems {
            _ = writeln!(text, "MISSING: catalog: {problem}");
        }
        let rows: u64 = self.tables.iter().map(|table| table.rows_written).sum();
        let bytes: u64 = self.files.iter().map(|file| file.bytes).sum();
        let state = if self.is_damaged {
            "; something is missing, see above"
        } else {
            ""
        };
        _ = writeln!(
            text,
            "{} tables, {rows} rows, {bytes} bytes in {} files in {out}{state}",
            self.tables.len(),
            self.files.len()
        );
        text
    }
}
