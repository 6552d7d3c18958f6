//! Columns by name, or looked up once.

use jet_isam::column::{ColumnDef, ColumnFlags, ColumnId, ColumnType};
use jet_isam::cursor::Cursor;
use jet_isam::error::{Refusal, Result};

/// A column that was looked up, see [`super::TableCursor::column`]: naming it so costs nothing.
#[derive(Clone, Debug)]
pub struct Column {
    def: ColumnDef,
}

/// What names a column: its name, or what was looked up by it.
pub trait ColumnName {
    /// Shows `look` the column's definition.
    ///
    /// # Errors
    /// When the table has no such column; what `look` gives.
    #[doc(hidden)]
    fn find<T>(
        &self,
        cursor: &mut Cursor,
        look: impl FnOnce(&mut Cursor, &ColumnDef) -> Result<T>,
    ) -> Result<T>;
}

impl Column {
    pub(super) const fn new(def: ColumnDef) -> Self {
        Self { def }
    }

    /// What the catalog says of it.
    pub const fn definition(&self) -> &ColumnDef {
        &self.def
    }
}

impl ColumnName for &Column {
    fn find<T>(
        &self,
        cursor: &mut Cursor,
        look: impl FnOnce(&mut Cursor, &ColumnDef) -> Result<T>,
    ) -> Result<T> {
        look(cursor, &self.def)
    }
}

impl ColumnName for &str {
    fn find<T>(
        &self,
        cursor: &mut Cursor,
        look: impl FnOnce(&mut Cursor, &ColumnDef) -> Result<T>,
    ) -> Result<T> {
        let definition = cursor.definition()?;
        let column = definition.def.column(self).ok_or(Refusal::ColumnNotFound)?;
        look(cursor, column)
    }
}

/// A column of a type, as far as the form of its values depends on it.
pub(super) fn of_type(column_type: ColumnType, code_page: u16) -> ColumnDef {
    ColumnDef {
        id: ColumnId(0),
        name: String::new(),
        column_type: Some(column_type),
        code_page,
        max_len: 0,
        flags: ColumnFlags::default(),
        default: None,
        record_offset: 0,
        derived: false,
    }
}
