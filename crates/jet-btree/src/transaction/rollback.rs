//! The bad end of levels: every change is undone, newest first, each logged before it is done.

use jet_log::Lgpos;
use jet_log::record::transaction::Rollback;
use jet_log::record::{Dbid, Record};
use jet_pages::Pgno;

use super::change::Undo;
use super::held::Held;
use super::trees::{Garbage, Left};
use super::{ChangeError, Done, Transaction, Trees};
use crate::edit::node::Undoing;
use crate::version::Change;

impl Transaction {
    /// Undoes the innermost level and ends it.
    ///
    /// # Errors
    /// [`ChangeError`]: the level is still open, and a part of it may be undone.
    pub fn roll_back(&mut self, trees: &Trees) -> Result<(), ChangeError> {
        let Some(to) = self.level.checked_sub(1) else {
            return Ok(());
        };
        let mut left = Vec::new();
        while let Some(done) = self.done.pop_if(|done| done.level > to) {
            match self.undo(trees, &done) {
                Ok(undone) => left.extend(left_of(undone, done)),
                Err(error) => {
                    self.done.push(done);
                    return Err(error);
                }
            }
        }
        if !left.is_empty() {
            let committed = None;
            trees.garbage.lock().push_back(Garbage { committed, left });
        }
        if let Some(logged) = self.logged.as_mut().filter(|logged| logged.levels > to) {
            let levels = logged.levels - to;
            let session = self.session;
            trees
                .log
                .append(&[Record::Rollback(Rollback { session, levels })])?;
            logged.levels = to;
        }
        if to == 0 {
            self.close(trees);
        } else {
            self.level = to;
        }
        Ok(())
    }

    /// Undoes the changes of one piece of work, newest first, whatever else the transaction did. Nobody has changed the same
    /// nodes since.
    ///
    /// # Errors
    /// [`ChangeError`]: a part of it may be undone.
    pub fn undo_work(&mut self, trees: &Trees, work: u32) -> Result<(), ChangeError> {
        let mut left = Vec::new();
        let mut at = self.done.len();
        while let Some(before) = at.checked_sub(1) {
            at = before;
            if self.done.get(at).is_none_or(|done| done.work != work) {
                continue;
            }
            let done = self.done.remove(at);
            match self.undo(trees, &done) {
                Ok(undone) => left.extend(left_of(undone, done)),
                Err(error) => {
                    self.done.insert(at, done);
                    return Err(error);
                }
            }
        }
        if !left.is_empty() {
            let committed = None;
            trees.garbage.lock().push_back(Garbage { committed, left });
        }
        Ok(())
    }

    /// Undoes one change; returns what it was.
    fn undo(&mut self, trees: &Trees, done: &Done) -> Result<Option<Change>, ChangeError> {
        let page = done.held.map(|pgno| (done.entered.node.database(), pgno));
        let hold = page.and_then(|page| Some((page, trees.held.take(page, done.entered.number)?)));
        let change = trees.versions.change(&done.entered);
        let undone = match &change {
            Some(Change::Node(undoing)) => Undo::run(self, trees, done, undoing.clone()),
            _ => {
                trees.versions.remove(&done.entered);
                Ok(())
            }
        };
        match (undone, hold) {
            (Ok(()), Some((page, _))) => release(trees, page),
            (Ok(()), None) => {}
            (Err(error), hold) => {
                if let Some((page, held)) = hold {
                    trees.held.add(page, held);
                }
                return Err(error);
            }
        }
        Ok(change)
    }

    /// Takes the entries of all held pages out: nothing of this transaction goes to the log as old data any more.
    pub(super) fn take_holds(&self, trees: &Trees) -> Holds {
        let held = self.done.iter().filter_map(|done| {
            let page = (done.entered.node.database(), done.held?);
            Some((page, trees.held.take(page, done.entered.number)?))
        });
        Holds {
            pages: held.collect(),
        }
    }
}

/// Pages that a transaction holds.
#[must_use]
pub(super) struct Holds {
    pages: Vec<((Dbid, Pgno), Held)>,
}

impl Holds {
    /// The end of the transaction was not logged: it is open as before.
    pub(super) fn put_back(self, trees: &Trees) {
        for (page, held) in self.pages {
            trees.held.add(page, held);
        }
    }

    /// Lets the pages be written when the end of the transaction, which stands at `at`, is durable: without it the old data
    /// would be asked for.
    pub(super) fn release_after(self, trees: &Trees, at: Lgpos) {
        for ((database, pgno), _) in self.pages {
            if let Some(store) = trees.store(database) {
                store.release_after(pgno, at);
            }
        }
    }
}

fn release(trees: &Trees, (database, pgno): (Dbid, Pgno)) {
    if let Some(store) = trees.store(database) {
        store.release(pgno);
    }
}

/// What an undone change leaves: an inserted node is a deleted one now, which nobody ever saw.
fn left_of(undone: Option<Change>, done: Done) -> Option<Left> {
    let is_deleted = matches!(undone, Some(Change::Node(Undoing::Insert)));
    is_deleted.then_some(Left {
        entered: done.entered,
        is_deleted,
    })
}
