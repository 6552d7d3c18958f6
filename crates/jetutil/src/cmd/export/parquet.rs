//! Parquet: one file per table, Snappy-compressed, every column optional.
//!
//! - A column that may have several values is a `LIST` of three levels.
//! - Rows are gathered by column and written as a row group when they take [`GROUP_BYTES`], so memory is bounded
//!   whatever the size of the table; one row is the least that is held.

mod column;

use std::fs::File;
use std::io::BufWriter;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use parquet::basic::Compression;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;

use self::column::{Buffer, column_type};
use super::notes::{Notes, Reason};
use super::plan::{Cells, ColumnPlan, TablePlan};
use super::sink::{Sink, Written};
use super::text::Place;

/// Gathered bytes that make a row group. Writing a column takes at most about as much again.
const GROUP_BYTES: usize = 24 << 20;
/// Most bytes that a row may take: its values may be many that stand for one long value.
const ROW_BYTES_MAX: usize = 1 << 30;
/// Rows that make one, whatever their size.
const GROUP_ROWS: u64 = 1 << 20;

pub(super) struct Parquet {
    folder: PathBuf,
    out: Option<SerializedFileWriter<BufWriter<File>>>,
    buffers: Vec<Buffer>,
    bytes: usize,
    rows: u64,
}

impl Parquet {
    pub(super) const fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            out: None,
            buffers: Vec::new(),
            bytes: 0,
            rows: 0,
        }
    }

    fn write_group(&mut self) -> Result<()> {
        if self.rows == 0 {
            return Ok(());
        }
        let out = self.out.as_mut().context("no table was begun")?;
        let mut group = out.next_row_group()?;
        for buffer in &mut self.buffers {
            let mut column = group
                .next_column()?
                .context("the schema has fewer columns than the table")?;
            buffer.write(&mut column)?;
            column.close()?;
        }
        group.close()?;
        (self.bytes, self.rows) = (0, 0);
        Ok(())
    }
}

impl Sink for Parquet {
    fn begin(&mut self, table: &TablePlan<'_>, notes: &mut Notes) -> Result<Option<String>> {
        if table.columns.is_empty() {
            notes.table(Reason::NoColumns, || {
                format!("{} rows without columns", table.rows)
            });
            return Ok(None);
        }
        let name = format!("{}.parquet", table.stem);
        let path = self.folder.join(&name);
        let file = File::create_new(&path).with_context(|| format!("creating {}", path.display()))?;
        let fields = table
            .columns
            .iter()
            .map(|column| column_type(column).map(Arc::new));
        let schema = Type::group_type_builder("schema")
            .with_fields(fields.collect::<Result<Vec<_>, _>>()?)
            .build()?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_offset_index_disabled(true)
            .set_created_by(concat!("jetutil version ", env!("CARGO_PKG_VERSION")).to_owned())
            .set_key_value_metadata(Some(vec![KeyValue::new(
                "jet.table".to_owned(),
                table.def.name.clone(),
            )]));
        let out = SerializedFileWriter::new(
            BufWriter::new(file),
            Arc::new(schema),
            Arc::new(properties.build()),
        )?;
        self.out = Some(out);
        self.buffers = table.columns.iter().map(Buffer::new).collect();
        Ok(Some(name))
    }

    fn row(&mut self, table: &TablePlan<'_>, cells: &Cells<'_, '_>, notes: &mut Notes) -> Result<()> {
        if self.out.is_none() {
            return Ok(());
        }
        let mut row_bytes = 0;
        for ((at, column, cell), buffer) in cells.columns(table).zip(&mut self.buffers) {
            let mut place = Place {
                column: at,
                row: cells.number,
                notes,
            };
            row_bytes += buffer.add(column, cell, ROW_BYTES_MAX.saturating_sub(row_bytes), &mut place);
        }
        self.bytes += row_bytes;
        self.rows += 1;
        if self.bytes >= GROUP_BYTES || self.rows >= GROUP_ROWS {
            self.write_group()?;
        }
        Ok(())
    }

    fn end(&mut self, _: &TablePlan<'_>, _: &mut Notes) -> Result<Written> {
        if self.out.is_some() {
            self.write_group()?;
        }
        if let Some(out) = self.out.take() {
            out.close()?;
        }
        self.buffers.clear();
        Ok(Written::default())
    }

    fn finish(&mut self) -> Result<()> {
        Ok(())
    }

    fn type_name(&self, column: &ColumnPlan<'_>) -> String {
        column::type_name(column)
    }
}
