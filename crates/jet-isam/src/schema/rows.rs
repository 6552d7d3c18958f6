//! Rows of the system tables, written in the transaction that changes a definition.

use jet_btree::change::Bookmark;
use jet_pages::Objid;

use crate::catalog::bootstrap::OBJIDS;
use crate::catalog::{CatalogRow, Insert, RowKind, objids};
use crate::database::Database;
use crate::error::Result;
use crate::work::Work;

/// Inserts a row of the catalog into all its trees.
pub(crate) fn insert(work: &mut Work<'_>, database: &Database, row: &CatalogRow) -> Result<()> {
    let is_large = database.store().page_size().is_large();
    for insert in row.entry(is_large)?.inserts() {
        insert_node(work, database, &insert)?;
    }
    Ok(())
}

/// Inserts the row of MSysObjids that says what the tree `objid` is.
pub(crate) fn insert_objid(
    work: &mut Work<'_>,
    database: &Database,
    objid: Objid,
    table: Objid,
    kind: RowKind,
) -> Result<()> {
    let is_large = database.store().page_size().is_large();
    let (key, data) = objids::row(objid, table, kind, is_large)?;
    let insert = Insert {
        tree: OBJIDS,
        key,
        data,
    };
    insert_node(work, database, &insert)
}

fn insert_node(work: &mut Work<'_>, database: &Database, insert: &Insert) -> Result<()> {
    let store = database.store();
    let tree = store.open_tree(insert.tree.root, Some(insert.tree.objid))?;
    let row = Bookmark {
        key: &insert.key,
        data: &insert.data,
    };
    work.transaction.insert(work.trees(), store, &tree, &row)?;
    Ok(())
}
