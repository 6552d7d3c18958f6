//! Indexes of tables that are there: they come and go.

use std::sync::Arc;

use super::build;
use super::columns::Changed;
use super::create::add_index;
use super::index::{IndexOptions, NewIndex};
use super::rows::{self, RowPlace};
use super::{locales, name};
use crate::catalog::RowKind;
use crate::column::ColumnRef;
use crate::definition::LiveIndex;
use crate::error::{Refusal, Result};
use crate::history::Edit;
use crate::key::{IndexDef, IndexFlags};
use crate::session::{CursorId, TableSession};
use crate::table::TableFlags;
use crate::work::Work;

impl TableSession {
    /// Makes indexes on the table of a cursor, with entries for all its rows: all or none of them.
    ///
    /// # Errors
    /// What is against one of them.
    pub fn create_indexes(&mut self, work: &mut Work<'_>, cursor: CursorId, new: &[NewIndex]) -> Result<()> {
        let access = self.cursor(cursor)?.access();
        let is_unversioned = |index: &NewIndex| index.options.contains(IndexOptions::UNVERSIONED);
        let is_alone = new.len() > 1 || new.iter().any(is_unversioned) && !access.denies_read;
        if is_alone && work.level() > 0 {
            return Err(Refusal::InTransaction.into());
        }
        let changed = self.changed(work, cursor)?;
        let flags = changed.definition.def.flags;
        let is_fixed = flags.contains(TableFlags::FIXED_DDL);
        if is_fixed && (!access.permits_ddl || flags.contains(TableFlags::TEMPLATE)) {
            return Err(Refusal::FixedDdl.into());
        }
        let _changing = changed.table.changing.lock();
        // Nobody changes a row between the reading of the rows and the moment from which on he finds the index.
        let building = changed.table.building.write();
        let (indexes, by) = work.atomically(|work| {
            let mut made = Vec::new();
            for index in new {
                made.push(create_index(work, &changed, index)?);
            }
            Ok((made, work.state()?))
        })?;
        for index in indexes {
            let edit = Edit::AddIndex(Box::new(index));
            changed.table.change(Arc::clone(&by), work.level(), edit)?;
        }
        drop(building);
        self.note_change(work, &changed.database, &changed.table);
        Ok(())
    }

    /// Deletes an index of the table of a cursor.
    ///
    /// # Errors
    /// What is against it.
    pub fn delete_index(&mut self, work: &mut Work<'_>, cursor: CursorId, name: &str) -> Result<()> {
        let name = name::checked(name)?;
        let changed = self.changed(work, cursor)?;
        let def = &changed.definition.def;
        if def.flags.contains(TableFlags::FIXED_DDL) {
            return Err(Refusal::FixedDdl.into());
        }
        let index = def.index(&name).ok_or(Refusal::IndexNotFound)?;
        if index.flags.contains(IndexFlags::DERIVED) {
            return Err(Refusal::FixedInheritedDdl.into());
        }
        if index.is_primary() {
            return Err(Refusal::IndexMustStay.into());
        }
        let _changing = changed.table.changing.lock();
        let (objid, table) = (index.objid, def.tree.objid);
        let place = RowPlace {
            table,
            kind: RowKind::Index,
            id: objid.0,
        };
        let by = work.atomically(|work| {
            rows::delete(work, &changed.database, place, Refusal::IndexNotFound)?;
            if changed.table.uses().has_index(objid) {
                return Err(Refusal::IndexInUse.into());
            }
            rows::delete_objid(work, &changed.database, objid, table, RowKind::Index)?;
            locales::count(work, &changed.database, index, -1)?;
            work.state()
        })?;
        changed.table.change(by, work.level(), Edit::DeleteIndex(objid))?;
        self.note_change(work, &changed.database, &changed.table);
        Ok(())
    }
}

fn create_index(work: &mut Work<'_>, changed: &Changed, new: &NewIndex) -> Result<IndexDef> {
    let def = &changed.definition.def;
    let checked = new.checked(changed.database.store().page_size(), def.density)?;
    let is_empty = checked.is_empty;
    let mut index = checked.resolve(|name| def.column(name))?;
    if !changed.table.uses().is_exclusive(work.session()) {
        lock_columns(work, changed, &index)?;
    }
    if index.is_primary() {
        if def.primary_index().is_some() {
            return Err(Refusal::IndexHasPrimary.into());
        }
        changed.check_empty(work)?;
    }
    add_index(work, &changed.database, def, &mut index)?;
    if !index.is_primary() && !is_empty {
        let live = LiveIndex::new(index.clone(), &Arc::new(def.columns.clone()))?;
        build::fill(work, changed, &live)?;
    }
    Ok(index)
}

/// Nobody deletes the columns of an index while it is made.
fn lock_columns(work: &mut Work<'_>, changed: &Changed, index: &IndexDef) -> Result<()> {
    let segments = index.segments.iter().map(|segment| segment.column);
    let conditions = index.conditions.iter().map(|condition| condition.column);
    let own = segments.chain(conditions).filter(|column| !column.derived);
    let own: Vec<ColumnRef> = own.collect();
    for column in own {
        let place = RowPlace {
            table: changed.table.objid(),
            kind: RowKind::Column,
            id: column.id.0.into(),
        };
        rows::lock(work, &changed.database, place)?;
    }
    Ok(())
}
