//! Tables that go or get another name.

use std::sync::Arc;

use super::rows::RowPlace;
use super::{locales, name, rows};
use crate::catalog::RowKind;
use crate::database::Database;
use crate::error::{Refusal, Result};
use crate::history::Edit;
use crate::session::TableSession;
use crate::shared::Table;
use crate::table::{TableDef, TableFlags};
use crate::work::Work;

impl TableSession {
    /// Deletes a table that nobody has open.
    ///
    /// # Errors
    /// What is against it.
    pub fn delete_table(&mut self, work: &mut Work<'_>, database: &Arc<Database>, name: &str) -> Result<()> {
        if work.transaction.is_read_only() {
            return Err(Refusal::TransactionReadOnly.into());
        }
        let name = name::checked(name)?;
        if database.is_read_only() {
            return Err(Refusal::DatabaseFileReadOnly.into());
        }
        database.tidy(work)?;
        let _changing = database.changing.lock();
        let table = database.table(&name, &work.sight())?;
        let table = table.ok_or(Refusal::ObjectNotFound)?;
        let definition = table.definition(&work.sight()).ok_or(Refusal::ObjectNotFound)?;
        let def = &definition.def;
        if def.is_system() {
            return Err(Refusal::CannotDeleteSystemTable.into());
        }
        table.uses().delete(work.session())?;
        let deleted = if def.flags.contains(TableFlags::TEMPLATE) {
            Err(Refusal::CannotDeleteTemplateTable.into())
        } else {
            work.atomically(|work| {
                delete_rows(work, database, &table, def)?;
                work.state()
            })
        };
        let deleted = deleted.and_then(|by| {
            let trees = table.trees_of(def);
            table.change(by, work.level(), Edit::Delete(trees))
        });
        if deleted.is_err() {
            table.uses().is_deleted = false;
        }
        deleted?;
        self.note_change(work, database, &table);
        Ok(())
    }

    /// Gives a table another name. Others may have it open.
    ///
    /// # Errors
    /// What is against it.
    pub fn rename_table(
        &mut self,
        work: &mut Work<'_>,
        database: &Arc<Database>,
        name: &str,
        new: &str,
    ) -> Result<()> {
        if work.transaction.is_read_only() {
            return Err(Refusal::TransactionReadOnly.into());
        }
        let (name, new) = (name::checked(name)?, name::checked(new)?);
        if database.is_read_only() {
            return Err(Refusal::DatabaseFileReadOnly.into());
        }
        database.tidy(work)?;
        let _changing = database.changing.lock();
        let table = database.table(&name, &work.sight())?;
        let table = table.ok_or(Refusal::ObjectNotFound)?;
        let definition = table.definition(&work.sight()).ok_or(Refusal::ObjectNotFound)?;
        let flags = definition.def.flags;
        if definition.def.is_system() || flags.contains(TableFlags::FIXED_DDL) {
            return Err(Refusal::FixedDdl.into());
        }
        let by = work.atomically(|work| {
            let place = RowPlace::table(table.objid());
            rows::change(work, database, place, Refusal::ObjectNotFound, |row| {
                row.name.clone_from(&new);
            })?;
            work.state()
        })?;
        database.note(&new, &table)?;
        table.change(by, work.level(), Edit::Rename(new))?;
        self.note_change(work, database, &table);
        Ok(())
    }
}

/// All rows of a table in the system tables.
fn delete_rows(work: &mut Work<'_>, database: &Database, shared: &Table, def: &TableDef) -> Result<()> {
    let table = def.tree.objid;
    let place = |kind, id| RowPlace { table, kind, id };
    rows::delete(work, database, RowPlace::table(table), Refusal::ObjectNotFound)?;
    for column in def.columns.columns().iter().filter(|column| !column.derived) {
        let place = place(RowKind::Column, column.id.0.into());
        rows::delete(work, database, place, Refusal::CatalogCorrupted)?;
    }
    for index in &def.indexes {
        let place = place(RowKind::Index, index.objid.0);
        rows::delete(work, database, place, Refusal::CatalogCorrupted)?;
        locales::count(work, database, index, -1)?;
    }
    for tree in shared.trees_of(def) {
        let is_index = def.indexes.iter().any(|index| index.objid == tree.objid);
        let kind = match tree.objid {
            objid if objid == table => RowKind::Table,
            _ if is_index => RowKind::Index,
            _ => RowKind::LongValue,
        };
        if kind == RowKind::LongValue {
            let place = place(kind, tree.objid.0);
            rows::delete(work, database, place, Refusal::CatalogCorrupted)?;
        }
        rows::delete_objid(work, database, tree.objid, table, kind)?;
    }
    Ok(())
}
