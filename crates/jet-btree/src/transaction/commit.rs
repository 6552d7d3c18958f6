//! The good end of a level, and of a transaction.

use jet_log::record::Record;
use jet_log::record::transaction::{CommitLevel, CommitTransaction};
use jet_log::{Lgpos, LogWriteError};

use super::trees::{Garbage, Left};
use super::{Transaction, Trees};
use crate::edit::node::Undoing;
use crate::version::Change;

/// When a commit returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flushing {
    /// When it outlives a crash.
    Durable,
    /// At once.
    Lazy,
}

impl Transaction {
    /// Ends the innermost level well. At the last one the changes are seen by whoever begins from now on; returns the position
    /// behind the commit in the log then, if anything was logged.
    ///
    /// # Errors
    /// [`LogWriteError`]: the level is still open, and must be rolled back. Whether a recovery finds it committed is open.
    pub fn commit(&mut self, trees: &Trees, flushing: Flushing) -> Result<Option<Lgpos>, LogWriteError> {
        match self.level {
            0 => Ok(None),
            1 => self.commit_all(trees, flushing),
            _ => self.commit_level(trees).map(|()| None),
        }
    }

    fn commit_level(&mut self, trees: &Trees) -> Result<(), LogWriteError> {
        let to_level = self.level - 1;
        if let Some(logged) = self.logged.as_mut().filter(|logged| logged.levels > to_level) {
            let session = self.session;
            trees
                .log
                .append(&[Record::Commit(CommitLevel { session, to_level })])?;
            logged.levels = to_level;
        }
        for done in self
            .done
            .iter_mut()
            .rev()
            .take_while(|done| done.level > to_level)
        {
            done.level = to_level;
            if let Some(pgno) = done.held {
                let page = (done.entered.node.database(), pgno);
                trees.held.set_level(page, done.entered.number, to_level);
            }
        }
        self.level = to_level;
        Ok(())
    }

    fn commit_all(&mut self, trees: &Trees, flushing: Flushing) -> Result<Option<Lgpos>, LogWriteError> {
        let holds = self.take_holds(trees);
        let (mut at, mut end) = (Lgpos::NONE, None);
        if self.logged.is_some() {
            let session = self.session;
            let appended = trees.log.append_made(&mut || {
                Record::Commit0(CommitTransaction {
                    session,
                    to_level: 0,
                    committed: trees.clock.next(),
                })
            });
            let appended = match appended {
                Ok(appended) => appended,
                Err(error) => {
                    holds.put_back(trees);
                    return Err(error);
                }
            };
            if flushing == Flushing::Durable {
                trees.log.flush(appended.end)?;
            }
            (at, end) = (appended.last, Some(appended.end));
        }
        if let Some(begun) = &self.begun
            && !self.done.is_empty()
        {
            let committed = trees.clock.commit(&begun.state);
            let left = self.done.drain(..).map(|done| Left {
                is_deleted: matches!(
                    trees.versions.change(&done.entered),
                    Some(Change::Node(Undoing::FlagDelete))
                ),
                entered: done.entered,
            });
            let left = left.collect();
            trees.garbage.lock().push_back(Garbage {
                committed: Some(committed),
                left,
            });
        }
        holds.release_after(trees, at);
        self.close(trees);
        Ok(end)
    }

    /// Nothing is open any more.
    pub(super) fn close(&mut self, trees: &Trees) {
        if let Some(begun) = self.begun.take() {
            trees.clock.end(&begun);
        }
        if self.logged.take().is_some() {
            trees.forget_begin(self.session);
        }
        self.level = 0;
        self.is_read_only = false;
    }
}
