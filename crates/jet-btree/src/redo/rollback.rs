//! Undoing the transactions that were open when the log ended.

use jet_log::record::Record;
use jet_log::record::node::{NodeChange, PageChange, Undo};
use jet_log::recovery::{OpenTransaction, Place, RecordSink};
use jet_pages::{Page, Pgno};

use super::database::Database;
use super::node::apply;
use super::{Redo, RedoError};
use crate::TreeError;
use crate::edit::node;
use crate::tree::{LEVELS_MAX, Route, choose_child, partition};
use crate::undo::{Change, Changes};

impl Redo {
    /// Undoes all changes of a transaction, newest first; returns how many there were. Each is logged before it is done.
    pub(super) fn undo_all(
        &mut self,
        transaction: OpenTransaction,
        log: &mut dyn RecordSink,
    ) -> Result<usize, RedoError> {
        let Some(changes) = self.transactions.get_mut(transaction.session) else {
            return Ok(0);
        };
        let mut changes = core::mem::take(changes);
        let mut count = 0;
        while let Some(change) = changes.newest() {
            if let Some(database) = self.databases.get(change.database) {
                undo_one(database, transaction, &changes, change, log)
                    .map_err(|error| database.located(error, None))?;
                count += 1;
                if let Some(pgno) = change.held {
                    database.release(pgno);
                }
            }
            let version = change.version;
            changes.remove(version);
        }
        Ok(count)
    }
}

fn undo_one(
    database: &Database,
    transaction: OpenTransaction,
    changes: &Changes,
    change: &Change,
    log: &mut dyn RecordSink,
) -> Result<(), RedoError> {
    let (key, bookmark_data) = (changes.key(change), changes.bookmark_data(change));
    let (leaf, line) = find(database, change, key, bookmark_data)?;
    let mut page = database.page_in_use(leaf, transaction.begun_at)?;
    let (found, newest) = (page.header().changed_at(), database.marks().dbtime);
    if found > newest {
        // A time that goes down would let later recoveries take the page for an older one.
        return Err(RedoError::BeyondMarks {
            pgno: leaf,
            found,
            newest,
        });
    }
    let about = PageChange {
        session: transaction.session,
        database: change.database,
        page: leaf,
        dbtime: database.next_dbtime(),
        dbtime_before: found,
        transaction: transaction.begun,
        level: change.level,
        line: u16::try_from(line).unwrap_or(u16::MAX),
        flags: if change.is_unique { PageChange::UNIQUE } else { 0 },
    };
    let undoing = changes.undoing(change);
    let record = Undo {
        node: NodeChange {
            change: about,
            version: change.version,
            root: change.root,
            tree: change.tree,
        },
        operation: undoing.operation().number(),
        undone_level: change.level,
        key,
        bookmark_data,
    };
    let at = log.append(&Record::Undo(record))?;
    let place = Place {
        at,
        begun: transaction.begun_at,
        is_old: false,
    };
    apply(&mut page, place, &about, |page| node::undo(page, line, &undoing))
}

/// The leaf and the line of the node of a change, wherever splits and merges have brought it.
fn find(
    database: &Database,
    change: &Change,
    key: &[u8],
    bookmark_data: &[u8],
) -> Result<(Pgno, usize), RedoError> {
    let gone = || RedoError::NoNode {
        version: change.version,
        root: change.root,
    };
    let whole = [key, bookmark_data].concat();
    let mut pgno = change.root;
    for _ in 0..LEVELS_MAX {
        let guard = database.read(pgno)?;
        let page = Page::new(&guard, pgno, database.size()).map_err(|_| gone())?;
        if page.header().tree() != change.tree {
            return Err(gone());
        }
        if !page.is_leaf() {
            let line = choose_child(&page, &Route::Lower(&whole)).map_err(|_| gone())?;
            pgno = page.child(line).map_err(|_| gone())?;
            continue;
        }
        let line = partition(page.node_count(), |line| {
            let node = page.node(line).map_err(TreeError::Page)?;
            let order = node.key.cmp_bytes(key);
            Ok(if change.is_unique {
                order
            } else {
                order.then_with(|| node.data.cmp(bookmark_data))
            }
            .is_lt())
        })
        .map_err(|_| gone())?;
        let node = page.node(line).map_err(|_| gone())?;
        let is_same = node.key.cmp_bytes(key).is_eq() && (change.is_unique || node.data == bookmark_data);
        return if is_same { Ok((pgno, line)) } else { Err(gone()) };
    }
    Err(RedoError::TooDeep { root: change.root })
}
