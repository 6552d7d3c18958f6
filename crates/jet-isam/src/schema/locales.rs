//! How many indexes were made with each order of text: numbers in MSysLocales.

use jet_btree::change::Bookmark;
use jet_btree::transaction::{ChangeError, Reader};

use super::rows;
use crate::catalog::Insert;
use crate::catalog::store::{StoreRow, VALUE_OFFSET};
use crate::database::Database;
use crate::error::{IsamError, Result};
use crate::key::{IndexDef, IndexFlags};
use crate::work::Work;

/// An index comes (1) or goes (-1). Indexes without Unicode text are not counted.
pub(super) fn count(work: &mut Work<'_>, database: &Database, index: &IndexDef, change: i32) -> Result<()> {
    if !index.flags.contains(IndexFlags::LOCALISED) {
        return Ok(());
    }
    let Some(place) = database.system_tree("MSysLocales")? else {
        return Ok(());
    };
    let store = database.store();
    let is_large = store.page_size().is_large();
    let (key, data) = StoreRow::count_of(index, change).entry(is_large)?;
    let tree = rows::open(database, place)?;
    let is_there = Reader::new(work.trees(), store, &tree, work.view())?.seek_row(&key, &[])?;
    if !is_there {
        // Indexes that went without being counted are of older engines.
        if change < 0 {
            return Ok(());
        }
        let insert = Insert {
            tree: place,
            key: key.clone(),
            data,
        };
        match rows::insert_node(work, database, &insert) {
            Err(IsamError::Change(ChangeError::KeyTaken)) => {}
            done => return done,
        }
    }
    let row = Bookmark { key: &key, data: &[] };
    work.transaction
        .add(work.trees(), store, &tree, &row, (VALUE_OFFSET, change))?;
    Ok(())
}
