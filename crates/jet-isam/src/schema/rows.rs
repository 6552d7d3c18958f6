//! Rows of the system tables, written in the transaction that changes a definition.

use jet_btree::change::Bookmark;
use jet_btree::transaction::{ChangeError, Reader};
use jet_pages::Objid;

use crate::catalog::{CATALOG, CatalogEntry, CatalogRow, Insert, RowKind, SHADOW_CATALOG, objids};
use crate::database::Database;
use crate::error::{IsamError, Refusal, Result};
use crate::table::TreeDef;
use crate::work::Work;

/// Inserts a row of the catalog into all its trees.
///
/// # Errors
/// `taken` when there is a row of that name or number.
pub(crate) fn insert(
    work: &mut Work<'_>,
    database: &Database,
    row: &CatalogRow,
    taken: Refusal,
) -> Result<()> {
    let is_large = database.store().page_size().is_large();
    for insert in row.entry(is_large)?.inserts() {
        insert_node(work, database, &insert).map_err(|error| taken_as(error, taken))?;
    }
    Ok(())
}

/// Deletes a row of the catalog from all its trees.
///
/// # Errors
/// `missing` when the session does not see it.
pub(crate) fn delete(
    work: &mut Work<'_>,
    database: &Database,
    place: RowPlace,
    missing: Refusal,
) -> Result<()> {
    let is_large = database.store().page_size().is_large();
    let row = read(work, database, place)?.ok_or(missing)?;
    for insert in row.entry(is_large)?.inserts() {
        delete_node(work, database, &insert)?;
    }
    Ok(())
}

/// Changes a row of the catalog in all its trees.
///
/// # Errors
/// `missing` when the session does not see it, [`ChangeError::KeyTaken`] when its new name is that of another row.
pub(crate) fn change(
    work: &mut Work<'_>,
    database: &Database,
    place: RowPlace,
    missing: Refusal,
    change: impl FnOnce(&mut CatalogRow),
) -> Result<()> {
    let is_large = database.store().page_size().is_large();
    let mut row = read(work, database, place)?.ok_or(missing)?;
    let before = row.entry(is_large)?;
    change(&mut row);
    let after = row.entry(is_large)?;
    for tree in [CATALOG, SHADOW_CATALOG] {
        let opened = database.store().open_tree(tree.root, Some(tree.objid))?;
        let row = Bookmark {
            key: &after.id_key,
            data: &after.record,
        };
        work.transaction
            .replace(work.trees(), database.store(), &opened, &row)?;
    }
    rename_entries(work, database, before, after)
}

/// The entries of a row that got another name.
fn rename_entries(
    work: &mut Work<'_>,
    database: &Database,
    before: CatalogEntry,
    after: CatalogEntry,
) -> Result<()> {
    let is_entry = |insert: &Insert| ![CATALOG, SHADOW_CATALOG].contains(&insert.tree);
    let old = before.inserts().into_iter().filter(is_entry);
    let new = after.inserts().into_iter().filter(is_entry);
    for (old, new) in old.zip(new) {
        if old != new {
            delete_node(work, database, &old)?;
            insert_node(work, database, &new)?;
        }
    }
    Ok(())
}

/// Where a row of the catalog is found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RowPlace {
    pub(crate) table: Objid,
    pub(crate) kind: RowKind,
    pub(crate) id: u32,
}

impl RowPlace {
    /// The row of a table itself.
    pub(crate) const fn table(table: Objid) -> Self {
        Self {
            table,
            kind: RowKind::Table,
            id: table.0,
        }
    }

    fn key(self, is_large: bool) -> Result<Vec<u8>> {
        let row = CatalogRow::blank(self.table, self.kind, self.id, "");
        Ok(row.entry(is_large)?.id_key)
    }
}

/// Keeps others from deleting what a row of the catalog tells of, until the transaction is over.
///
/// # Errors
/// A conflict, when somebody does so.
pub(crate) fn lock(work: &mut Work<'_>, database: &Database, place: RowPlace) -> Result<()> {
    let store = database.store();
    let key = place.key(store.page_size().is_large())?;
    let tree = store.open_tree(CATALOG.root, Some(CATALOG.objid))?;
    let row = Bookmark { key: &key, data: &[] };
    work.transaction.lock(work.trees(), store, &tree, &row, false)?;
    Ok(())
}

/// A row of the catalog as the session sees it.
pub(crate) fn read(work: &Work<'_>, database: &Database, place: RowPlace) -> Result<Option<CatalogRow>> {
    let store = database.store();
    let is_large = store.page_size().is_large();
    let key = place.key(is_large)?;
    let tree = store.open_tree(CATALOG.root, Some(CATALOG.objid))?;
    let mut reader = Reader::new(work.trees(), store, &tree, work.view())?;
    if !reader.seek_row(&key, &[])? {
        return Ok(None);
    }
    let row = reader.row()?;
    let row = row
        .map(|(_, data)| CatalogRow::parse(data, is_large))
        .transpose()?;
    Ok(row)
}

/// Inserts the row of MSysObjids that says what the tree `objid` is.
pub(crate) fn insert_objid(
    work: &mut Work<'_>,
    database: &Database,
    objid: Objid,
    table: Objid,
    kind: RowKind,
) -> Result<()> {
    match objid_node(database, objid, table, kind)? {
        Some(node) => insert_node(work, database, &node),
        None => Ok(()),
    }
}

/// Deletes the row of MSysObjids of a tree. Old databases have none.
pub(crate) fn delete_objid(
    work: &mut Work<'_>,
    database: &Database,
    objid: Objid,
    table: Objid,
    kind: RowKind,
) -> Result<()> {
    let Some(node) = objid_node(database, objid, table, kind)? else {
        return Ok(());
    };
    match delete_node(work, database, &node) {
        Err(IsamError::Change(ChangeError::NoNode)) => Ok(()),
        done => done,
    }
}

/// None in a database that keeps no such rows.
fn objid_node(database: &Database, objid: Objid, table: Objid, kind: RowKind) -> Result<Option<Insert>> {
    let Some(tree) = database.system_tree("MSysObjids")? else {
        return Ok(None);
    };
    let is_large = database.store().page_size().is_large();
    let (key, data) = objids::row(objid, table, kind, is_large)?;
    Ok(Some(Insert { tree, key, data }))
}

pub(super) fn insert_node(work: &mut Work<'_>, database: &Database, insert: &Insert) -> Result<()> {
    let store = database.store();
    let tree = open(database, insert.tree)?;
    let row = Bookmark {
        key: &insert.key,
        data: &insert.data,
    };
    work.transaction.insert(work.trees(), store, &tree, &row)?;
    Ok(())
}

fn delete_node(work: &mut Work<'_>, database: &Database, node: &Insert) -> Result<()> {
    let store = database.store();
    let tree = open(database, node.tree)?;
    let row = Bookmark {
        key: &node.key,
        data: &node.data,
    };
    work.transaction.delete(work.trees(), store, &tree, &row)?;
    Ok(())
}

pub(super) fn open(database: &Database, tree: TreeDef) -> Result<jet_btree::store::OpenTree> {
    Ok(database.store().open_tree(tree.root, Some(tree.objid))?)
}

/// A key that is taken is this refusal.
fn taken_as(error: IsamError, taken: Refusal) -> IsamError {
    match error {
        IsamError::Change(ChangeError::KeyTaken) => taken.into(),
        other => other,
    }
}
