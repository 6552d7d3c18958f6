//! JSON lines: one file per table, one object per row, values typed as `jetutil dump` has them but of any length.
//!
//! A NULL column is left out; a column with several values has a list; a value that cannot be read is
//! `{"error":...}`.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use super::notes::{Notes, Reason};
use super::plan::{Cells, ColumnPlan, TablePlan};
use super::sink::{Sink, Written};
use super::text::{self, BinaryText, Place};
use crate::json;

/// What is held of a row before it is handed on; a longer value makes it longer.
const BUFFER_BYTES: usize = 1 << 16;

pub(super) struct Jsonl {
    folder: PathBuf,
    binary: BinaryText,
    out: Option<BufWriter<File>>,
    buffer: Vec<u8>,
}

impl Jsonl {
    pub(super) const fn new(folder: PathBuf, binary: BinaryText) -> Self {
        Self {
            folder,
            binary,
            out: None,
            buffer: Vec::new(),
        }
    }

    fn write(&mut self) -> Result<()> {
        if let Some(out) = &mut self.out {
            out.write_all(&self.buffer)?;
        }
        self.buffer.clear();
        // What one huge value took is given back.
        self.buffer.shrink_to(2 * BUFFER_BYTES);
        Ok(())
    }
}

impl Sink for Jsonl {
    fn begin(&mut self, table: &TablePlan<'_>, _: &mut Notes) -> Result<Option<String>> {
        let name = format!("{}.jsonl", table.stem);
        let path = self.folder.join(&name);
        let file = File::create_new(&path).with_context(|| format!("creating {}", path.display()))?;
        self.out = Some(BufWriter::new(file));
        Ok(Some(name))
    }

    fn row(&mut self, table: &TablePlan<'_>, cells: &Cells<'_, '_>, notes: &mut Notes) -> Result<()> {
        self.buffer.push(b'{');
        let mut is_first = true;
        for (at, column, cell) in cells.columns(table) {
            let Some(cell) = cell else { continue };
            if !std::mem::take(&mut is_first) {
                self.buffer.push(b',');
            }
            json::string(&mut self.buffer, &column.name);
            self.buffer.push(b':');
            let is_list = cell.len() > 1;
            if is_list {
                self.buffer.push(b'[');
            }
            for (index, value) in cell.values().enumerate() {
                if index > 0 {
                    self.buffer.push(b',');
                }
                let mut place = Place {
                    column: at,
                    row: cells.number,
                    notes,
                };
                match value {
                    Ok(value) => text::json_value(&mut self.buffer, &value, column, self.binary, &mut place),
                    Err(error) => {
                        place.note(Reason::Unreadable, || error.to_string());
                        self.buffer.extend_from_slice(b"{\"error\":");
                        json::string(&mut self.buffer, &error.to_string());
                        self.buffer.push(b'}');
                    }
                }
                if self.buffer.len() >= BUFFER_BYTES {
                    self.write()?;
                }
            }
            if is_list {
                self.buffer.push(b']');
            }
        }
        self.buffer.extend_from_slice(b"}\n");
        self.write()
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
        use jet_api::ColumnType as T;
        let name = match column.kind() {
            T::Bit => "boolean",
            T::DateTime | T::Guid => "string",
            kind if kind.is_text() || kind.is_binary() => "string",
            T::ObsoleteStream => "string",
            _ => "number",
        };
        String::from(name)
    }
}
