//! Tables of an open database.

use jet_isam::cursor::Access;
use jet_isam::error::IsamError;
use jet_isam::session::CursorId;
use jet_session::Entry;

use super::{ColumnSpec, IndexSpec, TableCursor, TableSpec};
use crate::JetError;
use crate::engine::OnTables;
use crate::instance::OpenDatabase;

impl<'s> OpenDatabase<'s> {
    /// Makes a table and opens it; nobody else can open it until the cursor is dropped. Within a transaction it is undone with
    /// it.
    ///
    /// # Errors
    /// `TableDuplicate`, `InvalidName`, and what is against a column or an index.
    pub fn create_table(&self, table: TableSpec) -> Result<TableCursor<'s>, JetError> {
        let (engine, caller) = self.session().caller();
        let id = engine.on_database(caller, self.number(), "making a table", |on, database| {
            let made = on
                .tables
                .create_table(&mut on.work, database, &table.new, &mut Default::default())?;
            Ok(on.number(made))
        })?;
        Ok(TableCursor::new(self.session(), id))
    }

    /// Opens a table by its name, without regard to case.
    ///
    /// # Errors
    /// `ObjectNotFound`, `TableLocked` while somebody has it for himself.
    pub fn open_table(&self, name: &str) -> Result<TableCursor<'s>, JetError> {
        let (engine, caller) = self.session().caller();
        let id = engine.on_database(caller, self.number(), "opening a table", |on, database| {
            let opened = on
                .tables
                .open_table(&on.work, database, name, Access::default())?;
            Ok(on.number(opened))
        })?;
        Ok(TableCursor::new(self.session(), id))
    }

    /// Deletes a table.
    ///
    /// # Errors
    /// `ObjectNotFound`, `TableInUse` while anybody has it open.
    pub fn delete_table(&self, name: &str) -> Result<(), JetError> {
        let (engine, caller) = self.session().caller();
        engine.on_database(caller, self.number(), "deleting a table", |on, database| {
            on.tables.delete_table(&mut on.work, database, name)
        })
    }

    /// Names of the tables that the session sees, those of the engine left out.
    ///
    /// # Errors
    /// When the catalog cannot be read.
    pub fn table_names(&self) -> Result<Vec<String>, JetError> {
        let (engine, caller) = self.session().caller();
        engine.on_database(caller, self.number(), "listing the tables", |on, database| {
            let sight = on.work.sight();
            let tables = database.tables()?;
            let seen = tables.iter().filter_map(|table| table.definition(&sight));
            let mut names: Vec<_> = seen
                .filter(|definition| !definition.def.is_system())
                .map(|definition| definition.def.name.clone())
                .collect();
            names.sort_unstable();
            Ok(names)
        })
    }
}

impl TableCursor<'_> {
    /// Makes an index; rows that are there have entries in it at once.
    ///
    /// # Errors
    /// `IndexDuplicate`, `KeyDuplicate` when rows that are there have the same key, `WriteConflict` while another session has changed rows
    /// and is not over; no index is made then.
    pub fn create_index(&mut self, index: IndexSpec) -> Result<(), JetError> {
        self.on_schema("making an index", |on, cursor| {
            on.tables.create_indexes(&mut on.work, cursor, &[index.new])
        })
    }

    /// Deletes an index.
    ///
    /// # Errors
    /// `IndexNotFound`, `IndexInUse` while a cursor goes by it, `IndexMustStay` for the primary one.
    pub fn delete_index(&mut self, name: &str) -> Result<(), JetError> {
        self.on_schema("deleting an index", |on, cursor| {
            on.tables.delete_index(&mut on.work, cursor, name)
        })
    }

    /// Adds a column. Rows that are there show its default, or NULL.
    ///
    /// # Errors
    /// `ColumnDuplicate`, `TooManyColumns`, and what is against the column.
    pub fn add_column(&mut self, column: ColumnSpec) -> Result<(), JetError> {
        self.on_schema("adding a column", |on, cursor| {
            on.tables
                .add_column(&mut on.work, cursor, &column.finish())
                .map(|_| ())
        })
    }

    fn on_schema<T>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&mut OnTables<'_>, CursorId) -> Result<T, IsamError>,
    ) -> Result<T, JetError> {
        let (engine, caller) = self.session().caller();
        engine.on_tables(caller, Entry::Service, doing, |on| {
            let cursor = on.id(self.id())?;
            work(on, cursor)
        })
    }
}

impl Drop for TableCursor<'_> {
    fn drop(&mut self) {
        let (engine, caller) = self.session().caller();
        let id = self.id();
        // One that was closed with its level is gone already.
        let _ = engine.on_tables(caller, Entry::AfterStop, "closing a table", |on| {
            let cursor = on.id(id)?;
            on.tables.close(cursor)
        });
    }
}
