//! What a call on tables and rows works with.

use std::sync::Arc;

use jet_btree::store::Author;
use jet_btree::transaction::{ChangeError, Flushing, Transaction, Trees};
use jet_btree::version::{TransactionState, View};
use jet_log::Lgpos;
use jet_log::record::SessionId;
use jet_session::storage::Storage;

use crate::error::{IsamError, Result};
use crate::history::Sight;

/// What a call on tables and rows works with: the engine, and the transaction of the session that calls.
#[derive(Debug)]
pub struct Work<'a> {
    /// The engine.
    pub storage: &'a Storage,
    /// The transaction of the session, at any level or at none.
    pub transaction: &'a mut Transaction,
    /// End of the session's last commit in the log.
    pub last_commit: &'a mut Option<Lgpos>,
    /// How a change outside of transactions is committed.
    pub flushing: Flushing,
}

impl<'a> Work<'a> {
    /// All trees.
    pub fn trees(&self) -> &'a Trees {
        self.storage.trees()
    }

    /// Who calls.
    pub const fn session(&self) -> SessionId {
        self.transaction.session()
    }

    /// Levels that are open.
    pub const fn level(&self) -> u8 {
        self.transaction.level()
    }

    /// What the session sees.
    pub fn view(&self) -> View {
        self.transaction.view(self.trees())
    }

    /// Which definitions the session sees.
    pub fn sight(&self) -> Sight {
        match self.level() {
            0 => Sight::COMMITTED,
            _ => Sight::of(self.view()),
        }
    }

    /// The transaction that is open.
    ///
    /// # Errors
    /// When none is.
    pub(crate) fn state(&self) -> Result<Arc<TransactionState>> {
        Ok(self.view().own.ok_or(ChangeError::NoTransaction)?)
    }

    /// Who makes the next change that has no version.
    ///
    /// # Errors
    /// When the begin of the transaction cannot be logged.
    pub fn author(&mut self) -> Result<Author> {
        let trees = self.trees();
        Ok(self.transaction.author(trees)?)
    }

    /// Does something whole or not at all: in a level of its own, which is committed when it succeeds.
    ///
    /// # Errors
    /// Those of `work`, and of the end of the level.
    pub fn atomically<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let trees = self.trees();
        let is_read_only = self.transaction.is_read_only();
        self.transaction.begin(trees, is_read_only);
        let level = self.level();
        let done = work(self).and_then(|value| {
            let end = self.transaction.commit(trees, self.flushing)?;
            if end.is_some() {
                *self.last_commit = end;
            }
            Ok(value)
        });
        if done.is_err() {
            while self.level() >= level {
                self.transaction.roll_back(trees).map_err(IsamError::rollback)?;
            }
        }
        done
    }
}
