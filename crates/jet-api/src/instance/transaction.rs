//! Transactions as guards: what is not committed is undone.

use std::time::Duration;

use super::session::{CALLER, Session};
use crate::JetError;
use crate::engine::{BeginBits, CommitBits, CommitId, RollbackBits};

/// An open transaction, or a level nested in one. Dropped without a commit, it is rolled back.
///
/// ```
/// # let folder = tempfile::tempdir().unwrap();
/// let instance = jet_api::Instance::builder().folder(folder.path()).start()?;
/// let session = instance.session()?;
/// let mut outer = session.begin()?;
/// let inner = outer.begin()?;
/// drop(inner); // Only what was done since then is undone.
/// outer.commit()?;
/// # Ok::<(), jet_api::JetError>(())
/// ```
///
/// While a nested one is open, the outer one cannot be used:
///
/// ```compile_fail
/// fn both(session: &jet_api::Session) -> Result<(), jet_api::JetError> {
///     let mut outer = session.begin()?;
///     let inner = outer.begin()?;
///     outer.commit()?;
///     inner.commit()?;
///     Ok(())
/// }
/// ```
#[derive(Debug)]
#[must_use = "a transaction that is dropped is rolled back"]
pub struct Transaction<'s> {
    session: &'s Session,
    /// Its level; less once it has ended.
    level: u8,
}

impl<'s> Transaction<'s> {
    pub(super) fn begin_level(session: &'s Session, bits: BeginBits) -> Result<Self, JetError> {
        let engine = &session.core().engine;
        engine.begin_transaction(session.handle(), CALLER, bits)?;
        let level = session.level();
        Ok(Self { session, level })
    }

    /// Begins a level within this one.
    ///
    /// # Errors
    /// `TransTooDeep` for the eighth level.
    pub fn begin(&mut self) -> Result<Transaction<'_>, JetError> {
        Transaction::begin_level(self.session, BeginBits::default())
    }

    /// The session.
    pub const fn session(&self) -> &'s Session {
        self.session
    }

    /// Its level, from 1.
    pub const fn level(&self) -> u8 {
        self.level
    }

    /// Commits. The first level returns when its changes outlive a crash, and tells where that is in the log, if anything was
    /// changed; others give their changes to the level below.
    ///
    /// # Errors
    /// When the log cannot be written: everything of this level is undone.
    pub fn commit(self) -> Result<Option<CommitId>, JetError> {
        self.end(CommitBits::default(), 0)
    }

    /// Commits without waiting for the disk. Changes are seen by others at once, and outlive a crash when `within` has passed at
    /// the latest, or all together after [`Session::wait_for_commits`] or a later commit that waits.
    ///
    /// # Errors
    /// As [`Transaction::commit`].
    pub fn commit_lazily(self, within: Option<Duration>) -> Result<Option<CommitId>, JetError> {
        let delay_ms = within.map_or(0, |within| {
            u32::try_from(within.as_millis()).unwrap_or(u32::MAX).max(1)
        });
        let session = self.session;
        let id = self.end(CommitBits::LAZY, delay_ms)?;
        if let (Some(within), Some(upkeep)) = (within, &session.core().upkeep) {
            upkeep.want(within);
        }
        Ok(id)
    }

    /// Undoes everything of this level.
    ///
    /// # Errors
    /// When changes cannot be undone: the instance is unavailable then, and the next start undoes them.
    pub fn roll_back(mut self) -> Result<(), JetError> {
        self.undo()
    }

    fn end(mut self, bits: CommitBits, delay_ms: u32) -> Result<Option<CommitId>, JetError> {
        self.undo_to(self.level)?;
        let engine = &self.session.core().engine;
        let id = engine.commit(self.session.handle(), CALLER, bits, delay_ms)?;
        self.level = 0;
        Ok(id)
    }

    fn undo(&mut self) -> Result<(), JetError> {
        let level = core::mem::take(&mut self.level);
        match level.checked_sub(1) {
            Some(below) => self.undo_to(below),
            None => Ok(()),
        }
    }

    /// Undoes the levels above `level`: those that were forgotten, too.
    fn undo_to(&self, level: u8) -> Result<(), JetError> {
        let engine = &self.session.core().engine;
        while self.session.level() > level {
            engine.roll_back(self.session.handle(), CALLER, RollbackBits::default())?;
        }
        Ok(())
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        // A failure makes the instance unavailable, which the next call tells.
        let _ = self.undo();
    }
}
