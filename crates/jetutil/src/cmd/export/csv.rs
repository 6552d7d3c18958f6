//! CSV by RFC 4180: one file per table, a line of names first, lines ended by CR LF, UTF-8.
//!
//! NULL is the text of `--null` without quotes (nothing, by default); a value that reads the same stands in quotes, so
//! an empty text is `""`. A column that may have several values has a JSON array in every cell.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use super::notes::{Notes, Reason};
use super::plan::{Cell, Cells, ColumnPlan, TablePlan};
use super::sink::{Sink, Written};
use super::text::{self, BinaryText, Place};

/// What is held of a line before it is handed on; a longer value makes it longer.
const BUFFER_BYTES: usize = 1 << 16;

pub(super) struct Csv {
    folder: PathBuf,
    null: Vec<u8>,
    has_bom: bool,
    binary: BinaryText,
    out: Option<BufWriter<File>>,
    cell: Vec<u8>,
    line: Vec<u8>,
}

impl Csv {
    pub(super) fn new(folder: PathBuf, null: &str, has_bom: bool, binary: BinaryText) -> Self {
        Self {
            folder,
            null: null.as_bytes().to_vec(),
            has_bom,
            binary,
            out: None,
            cell: Vec::new(),
            line: Vec::new(),
        }
    }

    /// Hands on what is held of the line.
    fn write(&mut self) -> Result<()> {
        if let Some(out) = &mut self.out {
            out.write_all(&self.line)?;
        }
        self.line.clear();
        // What one huge value took is given back.
        self.line.shrink_to(2 * BUFFER_BYTES);
        self.cell.shrink_to(2 * BUFFER_BYTES);
        Ok(())
    }

    fn end_line(&mut self) -> Result<()> {
        self.line.extend_from_slice(b"\r\n");
        self.write()
    }

    /// All values as a JSON array, which always stands in quotes.
    fn list(&mut self, cell: Cell<'_, '_, '_>, column: &ColumnPlan<'_>, place: &mut Place<'_>) -> Result<()> {
        self.line.extend_from_slice(b"\"[");
        for (index, value) in cell.values().enumerate() {
            if index > 0 {
                self.line.push(b',');
            }
            self.cell.clear();
            text::json_item(&mut self.cell, value, column, self.binary, place);
            append_doubled(&mut self.line, &self.cell);
            // Few values can be many bytes: many may stand for one long value.
            if self.line.len() >= BUFFER_BYTES {
                self.write()?;
            }
        }
        self.line.extend_from_slice(b"]\"");
        Ok(())
    }

    fn single(&mut self, cell: Cell<'_, '_, '_>, column: &ColumnPlan<'_>, place: &mut Place<'_>) {
        if cell.len() > 1 {
            place.note(Reason::MoreValues, String::new);
        }
        self.cell.clear();
        match cell.values().next() {
            Some(Ok(value)) => {
                text::plain_value(&mut self.cell, &value, column, self.binary, place);
                append_cell(&mut self.line, &self.cell, &self.null);
            }
            Some(Err(error)) => {
                place.note(Reason::Unreadable, || error.to_string());
                self.line.extend_from_slice(&self.null);
            }
            None => self.line.extend_from_slice(&self.null),
        }
    }
}

impl Sink for Csv {
    fn begin(&mut self, table: &TablePlan<'_>, _: &mut Notes) -> Result<Option<String>> {
        let name = format!("{}.csv", table.stem);
        let path = self.folder.join(&name);
        let file = File::create_new(&path).with_context(|| format!("creating {}", path.display()))?;
        let mut out = BufWriter::new(file);
        if self.has_bom {
            out.write_all("\u{feff}".as_bytes())?;
        }
        self.out = Some(out);
        for (at, column) in table.columns.iter().enumerate() {
            if at > 0 {
                self.line.push(b',');
            }
            append_cell(&mut self.line, column.name.as_bytes(), &self.null);
        }
        self.end_line()?;
        Ok(Some(name))
    }

    fn row(&mut self, table: &TablePlan<'_>, cells: &Cells<'_, '_>, notes: &mut Notes) -> Result<()> {
        for (at, column, cell) in cells.columns(table) {
            if at > 0 {
                self.line.push(b',');
            }
            let mut place = Place {
                column: at,
                row: cells.number,
                notes,
            };
            match cell {
                None => self.line.extend_from_slice(&self.null),
                Some(cell) if column.is_list => self.list(cell, column, &mut place)?,
                Some(cell) => self.single(cell, column, &mut place),
            }
            if self.line.len() >= BUFFER_BYTES {
                self.write()?;
            }
        }
        self.end_line()
    }

    fn end(&mut self, _: &TablePlan<'_>, _: &mut Notes) -> Result<Written> {
        if let Some(mut out) = self.out.take() {
            out.flush()?;
        }
        Ok(Written::default())
    }

    fn finish(&mut self) -> Result<()> {
        Ok(())
    }

    fn type_name(&self, column: &ColumnPlan<'_>) -> String {
        String::from(if column.is_list { "JSON array" } else { "text" })
    }
}

/// Appends a value, in quotes where it must stand in them, or would read as NULL.
fn append_cell(line: &mut Vec<u8>, value: &[u8], null: &[u8]) {
    let needs_quotes =
        value.is_empty() || value == null || value.iter().any(|byte| b",\"\r\n".contains(byte));
    if !needs_quotes {
        line.extend_from_slice(value);
        return;
    }
    line.push(b'"');
    append_doubled(line, value);
    line.push(b'"');
}

/// Appends text that stands in quotes: quotes within are doubled.
fn append_doubled(line: &mut Vec<u8>, text: &[u8]) {
    for (at, part) in text.split(|&byte| byte == b'"').enumerate() {
        if at > 0 {
            line.extend_from_slice(b"\"\"");
        }
        line.extend_from_slice(part);
    }
}

/// Whether `null` can stand for NULL: it must need no quotes.
pub(super) fn is_null_text(null: &str) -> bool {
    !null.contains([',', '"', '\r', '\n'])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn cells_read_back(
            cells in prop::collection::vec("[ab,\"\r\n ;äNUL\u{feff}-]{0,6}|\\PC{0,12}", 1..6),
            null in "|NULL|-|a| ",
        ) {
            let mut line = Vec::new();
            for (at, cell) in cells.iter().enumerate() {
                if at > 0 {
                    line.push(b',');
                }
                append_cell(&mut line, cell.as_bytes(), null.as_bytes());
            }
            // A line with nothing on it is skipped by readers; no written value makes one.
            prop_assert!(!line.is_empty());
            line.extend_from_slice(b"\r\n");
            // The reader takes a mark of byte order off the file, which here would be off the first cell.
            prop_assume!(!line.starts_with("\u{feff}".as_bytes()));
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(&line[..]);
            let records: Vec<_> = reader.records().collect::<Result<_, _>>().unwrap();
            prop_assert_eq!(records.len(), 1);
            prop_assert_eq!(records[0].iter().collect::<Vec<_>>(), cells.iter().map(String::as_str).collect::<Vec<_>>());
        }

        #[test]
        fn a_value_never_reads_as_null(value in "|NULL|a|null", null in "|NULL|a") {
            let mut line = Vec::new();
            append_cell(&mut line, value.as_bytes(), null.as_bytes());
            prop_assert_ne!(line, null.as_bytes());
        }
    }
}
