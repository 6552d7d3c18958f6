//! Entries of an index on a table that has rows.
//!
//! The entries have no versions: nobody sees the tree yet. So no row may be there that somebody else has changed in a transaction that
//! is open: nothing would take its entry out again if that is undone.

use jet_btree::change::{Actor, Applied, Bookmark, Decision, Edit, Leaf};
use jet_btree::store::OpenTree;
use jet_btree::transaction::{ChangeError, Reader};
use jet_btree::{Cursor, Tree};

use super::columns::Changed;
use crate::column::{ColumnDef, ColumnLayout, OffsetSource};
use crate::definition::LiveIndex;
use crate::error::{Refusal, Result};
use crate::key::KeySet;
use crate::record::{RecordEdit, max_record_bytes};
use crate::update::Expand;
use crate::work::Work;

/// Gives an index entries for all rows.
///
/// # Errors
/// [`Refusal::WriteConflict`] when another session has changed rows and is not over; [`Refusal::KeyDuplicate`],
/// [`Refusal::NullKeyDisallowed`] and others of making keys.
pub(super) fn fill(work: &mut Work<'_>, changed: &Changed, index: &LiveIndex) -> Result<()> {
    let store = changed.database.store();
    let mut entries = Vec::new();
    read_rows(work, changed, index, &mut entries)?;
    entries.sort_unstable();
    let is_unique = index.def.is_unique();
    let is_twice = entries
        .windows(2)
        .any(|pair| matches!(pair, [(first, _), (second, _)] if first == second));
    if is_unique && is_twice {
        return Err(Refusal::KeyDuplicate.into());
    }
    let author = work.author()?;
    let tree = index.tree.open(store)?;
    for (key, bookmark) in &entries {
        let name = Bookmark {
            key,
            data: if is_unique { &[] } else { bookmark },
        };
        store.edit(tree, &author, &name, &mut Putting { data: bookmark })?;
    }
    Ok(())
}

/// Key of an entry, and the key of its row.
type Entry = (Vec<u8>, Vec<u8>);

/// Makes entries for the rows as they lie there.
fn read_rows(work: &Work<'_>, changed: &Changed, index: &LiveIndex, entries: &mut Vec<Entry>) -> Result<()> {
    let store = changed.database.store();
    let rows = changed.definition.rows.open(store)?;
    let mut keys = KeySet::new();
    let mut cursor = Cursor::live(Tree::open(store.pages(), rows.root(), Some(rows.objid()))?);
    let mut is_on_row = cursor.first()?;
    while is_on_row {
        if let Some(node) = cursor.node()? {
            let bookmark = node.key.to_vec();
            if node.flags.is_versioned() && is_changed_by_others(work, changed, rows, &bookmark) {
                return Err(Refusal::WriteConflict.into());
            }
            if !node.flags.is_deleted() {
                append(work, changed, index, (&bookmark, node.data), &mut keys, entries)?;
            }
        }
        is_on_row = cursor.next()?;
    }
    Ok(())
}

fn is_changed_by_others(work: &Work<'_>, changed: &Changed, rows: &OpenTree, key: &[u8]) -> bool {
    let changer = work.trees().changer(changed.database.number(), rows.root(), key);
    changer.is_some_and(|session| session != work.session())
}

/// The entries of a row: its key and record.
fn append(
    work: &Work<'_>,
    changed: &Changed,
    index: &LiveIndex,
    (bookmark, record): (&[u8], &[u8]),
    keys: &mut KeySet,
    entries: &mut Vec<Entry>,
) -> Result<()> {
    let expand = Expand::new(work, &changed.database, &changed.table, &changed.definition.def);
    expand.keys(index.keys()?, &index.layout, record, keys)?;
    entries.extend(keys.iter().map(|key| (key.to_vec(), bookmark.to_vec())));
    Ok(())
}

/// Puts an entry that is not there.
struct Putting<'e> {
    data: &'e [u8],
}

impl Actor for Putting<'_> {
    type Error = ChangeError;

    fn decide(&mut self, leaf: &Leaf<'_>) -> core::result::Result<Decision<'_>, ChangeError> {
        match leaf.node().map_err(jet_btree::TreeError::Page)? {
            Some(_) => Err(ChangeError::KeyTaken),
            None => Ok(Decision::unversioned(Edit::Insert { data: self.data })),
        }
    }

    fn done(&mut self, _: &Applied<'_>) {}
}

impl Changed {
    /// # Errors
    /// [`Refusal::TableNotEmpty`]: there is a row, even one that was deleted and is not cleaned up.
    pub(super) fn check_empty(&self, _: &Work<'_>) -> Result<()> {
        let store = self.database.store();
        let rows = self.definition.rows.open(store)?;
        let tree = Tree::open(store.pages(), rows.root(), Some(rows.objid()))?;
        match Cursor::live(tree).first()? {
            true => Err(Refusal::TableNotEmpty.into()),
            false => Ok(()),
        }
    }

    /// Numbers all rows in their order, from 1. Nobody else has the table open.
    pub(super) fn number_rows(&self, work: &mut Work<'_>, column: &ColumnDef) -> Result<()> {
        let store = self.database.store();
        let rows = self.definition.rows.open(store)?.clone();
        let columns = self.definition.def.columns.columns().iter().cloned();
        let columns = columns.chain([column.clone()]).collect();
        let layout = ColumnLayout::new(columns, OffsetSource::Recorded)?;
        let page_size = store.page_size();
        let primary = self.definition.def.primary_index();
        let edit = RecordEdit {
            layout: &layout,
            large_page: page_size.is_large(),
            most: max_record_bytes(page_size, primary.map_or(4, |index| index.key_most.into())),
        };
        let bytes = usize::try_from(column.max_len).unwrap_or(4);
        let mut last: Option<Vec<u8>> = None;
        for number in 1_u64.. {
            let Some((key, mut record)) = self.row_behind(work, &rows, last.as_deref())? else {
                break;
            };
            let value = number.to_le_bytes();
            let set = edit.set_fixed(&mut record, column.id, value.get(..bytes));
            set.map_err(|_| Refusal::RecordTooBig)?;
            let row = Bookmark {
                key: &key,
                data: &record,
            };
            work.transaction.replace(work.trees(), store, &rows, &row)?;
            last = Some(key);
        }
        *self.table.counters.auto_increment.lock() = None;
        Ok(())
    }

    fn row_behind(&self, work: &Work<'_>, rows: &OpenTree, key: Option<&[u8]>) -> Result<Option<Entry>> {
        let store = self.database.store();
        let mut reader = Reader::new(work.trees(), store, rows, work.view())?;
        let is_there = match key {
            None => reader.first()?,
            Some(key) => reader.seek(key, jet_btree::SeekTarget::Greater)? != jet_btree::Seek::NotFound,
        };
        let row = if is_there { reader.row()? } else { None };
        Ok(row.map(|(key, data)| (key.to_vec(), data.to_vec())))
    }
}
