//! What a format does: takes one table after another, each row by row.

use anyhow::Result;

use super::notes::Notes;
use super::plan::{Cells, ColumnPlan, TablePlan};

/// A format, writing into a folder of its own.
pub(super) trait Sink {
    /// Starts a table; returns the name of the file that it goes into, `None` when it gets none.
    fn begin(&mut self, table: &TablePlan<'_>, notes: &mut Notes) -> Result<Option<String>>;

    /// Writes a row. What it cannot hold goes into the notes; an error is one of writing.
    fn row(&mut self, table: &TablePlan<'_>, cells: &Cells<'_, '_>, notes: &mut Notes) -> Result<()>;

    /// Ends the table.
    fn end(&mut self, table: &TablePlan<'_>, notes: &mut Notes) -> Result<Written>;

    /// Ends the output, after the last table.
    fn finish(&mut self) -> Result<()>;

    /// The type that a column has in the output.
    fn type_name(&self, column: &ColumnPlan<'_>) -> String;
}

/// Where a table went within its file.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// Name of the table in the file, in a format whose files have several.
    pub(super) table: Option<String>,
    /// Tables with the values of multi-valued columns: name of the column, name of the table.
    pub(super) side_tables: Vec<(String, String)>,
}
