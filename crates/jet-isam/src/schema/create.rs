//! New tables.

use std::sync::Arc;

use jet_btree::space;
use jet_pages::{PageFlags, Pgno};

use super::rows;
use crate::catalog::bootstrap::DATABASE;
use crate::catalog::{CatalogRow, RowKind};
use crate::column::{ColumnDef, ColumnLayout, OffsetSource};
use crate::cursor::{Access, Cursor};
use crate::database::Database;
use crate::definition::Definition;
use crate::error::{Refusal, Result};
use crate::key::IndexDef;
use crate::session::{CursorId, TableSession};
use crate::shared::Table;
use crate::table::{TableDef, TableFlags, TreeDef};
use crate::work::Work;

/// What a new table is to be like.
#[derive(Clone, Debug)]
pub struct NewTable {
    /// Its name.
    pub name: String,
    /// Pages that it begins with.
    pub pages: u32,
    /// How full its pages are made, in percent.
    pub density: u32,
    /// Its columns, whose ids and offsets are given already.
    pub columns: Vec<ColumnDef>,
    /// Its indexes; trees are given to them here.
    pub indexes: Vec<IndexDef>,
}

impl TableSession {
    /// Makes a table and opens it for this session alone.
    ///
    /// # Errors
    /// [`Refusal::TableDuplicate`]; nothing is left of the table then.
    pub fn create_table(
        &mut self,
        work: &mut Work<'_>,
        database: &Arc<Database>,
        new: NewTable,
    ) -> Result<CursorId> {
        if database.is_read_only() {
            return Err(Refusal::DatabaseFileReadOnly.into());
        }
        if database.table(&new.name, work.session())?.is_some() {
            return Err(Refusal::TableDuplicate.into());
        }
        let def = work.atomically(|work| make(work, database, new))?;
        let (session, level) = (work.session(), work.level());
        let name = def.name.clone();
        let definition = Definition::new(def, None)?;
        let table = Arc::new(match level {
            0 => Table::committed(database.number(), definition),
            level => Table::being_made(database.number(), definition, session, level),
        });
        database.note(&name, &table)?;
        if level > 0 {
            self.note_change(database, &table);
        }
        let access = Access {
            denies_read: true,
            ..Access::default()
        };
        Ok(self.add(Cursor::open(database, &table, session, level, access)?))
    }
}

/// The trees of a new table, and its rows in the catalog.
fn make(work: &mut Work<'_>, database: &Database, new: NewTable) -> Result<TableDef> {
    let store = database.store();
    let author = work.author()?;
    let tree = |parent: Pgno, page_count, is_unique, flags| {
        let new = space::NewTree {
            page_count,
            has_space_trees: page_count > 1,
            is_unique,
            flags,
        };
        store.create_tree(&author, parent, new)
    };
    let rows = tree(DATABASE.root, new.pages.max(1), true, PageFlags::default())?;
    let mut indexes = new.indexes;
    for index in &mut indexes {
        let made = match index.is_primary() {
            true => rows.clone(),
            false => tree(rows.root(), 1, index.is_unique(), PageFlags::INDEX)?,
        };
        index.objid = made.objid();
        index.root = made.root().0;
    }
    let def = TableDef {
        name: new.name,
        tree: TreeDef {
            objid: rows.objid(),
            root: rows.root(),
        },
        flags: TableFlags::default(),
        density: new.density,
        initial_pages: new.pages.max(1),
        columns: ColumnLayout::new(new.columns, OffsetSource::Recorded)?,
        indexes,
        long_values: None,
        lv_chunk_max: None,
        separate_lv: None,
        template: None,
    };
    for row in CatalogRow::rows_of(&def) {
        rows::insert(work, database, &row)?;
    }
    rows::insert_objid(work, database, def.tree.objid, def.tree.objid, RowKind::Table)?;
    for index in def.indexes.iter().filter(|index| !index.is_primary()) {
        rows::insert_objid(work, database, index.objid, def.tree.objid, RowKind::Index)?;
    }
    Ok(def)
}
