//! Transaction levels: begin, commit, rollback, and what is done instead of a commit.
//!
//! Invariants:
//! - the level is 0 to 7, and changes only when the engine has done its part
//! - after a failed rollback no level is opened, committed or rolled back any more

use crate::context::Owner;
use crate::engine::{Begin, Commit, Durable, Engine};
use crate::error::{Argument, SessionError};
use crate::instance::CallResult;
use crate::options::{BeginBits, CommitBits, RollbackBits};
use crate::session::{Call, SessionState};

/// Highest level.
pub const LEVEL_MAX: u8 = 7;

/// The transaction of a session.
#[derive(Debug, Default)]
pub(crate) struct Transaction {
    level: u8,
    is_read_only: bool,
    owner: Option<Owner>,
    must_roll_back: bool,
    has_rollback_failed: bool,
}

impl Transaction {
    pub(crate) const fn level(&self) -> u8 {
        self.level
    }

    pub(crate) const fn owner(&self) -> Option<Owner> {
        self.owner
    }
}

impl<T> SessionState<T> {
    /// The transaction level, 0 for none.
    pub const fn level(&self) -> u8 {
        self.transaction.level
    }

    /// Whether the open transaction may change something; without one it may.
    ///
    /// # Errors
    /// [`SessionError::TransactionReadOnly`].
    pub const fn check_update(&self) -> Result<(), SessionError> {
        if self.transaction.is_read_only {
            return Err(SessionError::TransactionReadOnly);
        }
        Ok(())
    }

    /// Whether a transaction is open.
    ///
    /// # Errors
    /// [`SessionError::NotInTransaction`].
    pub const fn check_in_transaction(&self) -> Result<(), SessionError> {
        if self.transaction.level == 0 {
            return Err(SessionError::NotInTransaction);
        }
        Ok(())
    }

    /// Whether no transaction is open.
    ///
    /// # Errors
    /// [`SessionError::InTransaction`].
    pub const fn check_outside_transaction(&self) -> Result<(), SessionError> {
        if self.transaction.level > 0 {
            return Err(SessionError::InTransaction);
        }
        Ok(())
    }

    /// A change went wrong that has no versions: only rolling back to level 0 mends it.
    pub const fn require_rollback(&mut self) {
        self.transaction.must_roll_back = self.transaction.level > 0;
    }
}

impl<E: Engine> Call<'_, E> {
    /// Opens a transaction level.
    ///
    /// # Errors
    /// [`SessionError::TransactionTooDeep`], `SharingViolation` when the transaction belongs to another thread,
    /// `RollbackFailed`, or the engine's.
    pub fn begin(&mut self, bits: BeginBits) -> CallResult<(), E> {
        if self.state.level() >= LEVEL_MAX {
            return Err(SessionError::TransactionTooDeep.into());
        }
        self.state.check_owner(self.thread)?;
        self.check_rollback()?;
        let level = self.state.level() + 1;
        let is_first = level == 1;
        let is_read_only = match is_first {
            true => bits.has(BeginBits::READ_ONLY),
            false => self.state.transaction.is_read_only,
        };
        let begin = Begin { level, is_read_only };
        let (engine, own) = self.parts();
        let begun = engine.begin(own, begin);
        begun.map_err(|error| self.judge(error))?;
        if is_first {
            let owner = self.state.new_owner(self.thread);
            self.state.transaction.owner = Some(owner);
            self.state.transaction.is_read_only = is_read_only;
        }
        self.set_level(level);
        Ok(())
    }

    /// Commits the innermost level, or does what the bits say instead. `delay_ms` is for lazy commits only. Bits that the
    /// session's default has count, too.
    ///
    /// Returns where the commit is in the log, when the last level was committed and something was written.
    ///
    /// # Errors
    /// [`SessionError::InvalidOptions`], `NotInTransaction`, `MustRollback`, `RollbackFailed`, `SharingViolation`,
    /// `InvalidParameter`, or the engine's; the level is still open.
    pub fn commit(&mut self, bits: CommitBits, delay_ms: u32) -> CallResult<Option<E::CommitId>, E> {
        if bits.has_unknown() {
            return Err(SessionError::InvalidOptions.into());
        }
        for (alone, what) in [
            (CommitBits::NEW_LOG, Durable::NewLog),
            (CommitBits::WAIT_ALL, Durable::All),
            (CommitBits::WAIT_OWN, Durable::Own),
        ] {
            if bits == alone {
                let (engine, own) = self.parts();
                let made = engine.make_durable(own, what);
                return made.map(|()| None).map_err(|error| self.judge(error));
            }
            if bits.has(alone) {
                return Err(SessionError::InvalidOptions.into());
            }
        }
        self.state.check_in_transaction()?;
        self.check_rollback()?;
        if self.state.transaction.must_roll_back {
            return Err(SessionError::MustRollback.into());
        }
        self.state.check_owner(self.thread)?;
        if delay_ms != 0 && !bits.has(CommitBits::LAZY) {
            return Err(SessionError::InvalidParameter(Argument::Delay).into());
        }
        let default = CommitBits(self.session().settings().commit_default);
        let commit = Commit {
            level: self.state.level(),
            is_lazy: (bits | default).has(CommitBits::LAZY),
            delay_ms,
            has_redo_callback: bits.has(CommitBits::REDO_CALLBACK),
        };
        let (engine, own) = self.parts();
        let id = engine.commit(own, commit);
        let id = id.map_err(|error| self.judge(error))?;
        self.set_level(commit.level - 1);
        Ok(id)
    }

    /// Rolls back the innermost level, or all.
    ///
    /// # Errors
    /// [`SessionError::InvalidOptions`], `NotInTransaction`, `RollbackFailed` when an earlier rollback did,
    /// `SharingViolation`, or the engine's; the session can do nothing more then.
    pub fn roll_back(&mut self, bits: RollbackBits) -> CallResult<(), E> {
        if bits.has_unknown() {
            return Err(SessionError::InvalidOptions.into());
        }
        self.state.check_in_transaction()?;
        self.check_rollback()?;
        self.state.check_owner(self.thread)?;
        let is_all = bits.has(RollbackBits::ALL);
        self.roll_back_to(if is_all { 0 } else { self.state.level() - 1 })
    }

    /// Rolls back level by level, whoever the transaction belongs to.
    pub(crate) fn roll_back_to(&mut self, target: u8) -> CallResult<(), E> {
        self.check_rollback()?;
        while self.state.level() > target {
            let level = self.state.level();
            let (engine, own) = self.parts();
            if let Err(error) = engine.roll_back(own, level) {
                self.state.transaction.has_rollback_failed = true;
                return Err(self.judge(error));
            }
            self.set_level(level - 1);
        }
        Ok(())
    }

    fn check_rollback(&self) -> Result<(), SessionError> {
        if self.state.transaction.has_rollback_failed {
            return Err(SessionError::RollbackFailed);
        }
        Ok(())
    }

    fn judge(&self, error: E::Error) -> crate::CallError<E::Error> {
        self.session().instance().judge(error)
    }

    fn set_level(&mut self, level: u8) {
        let transaction = &mut self.state.transaction;
        transaction.level = level;
        if level == 0 {
            transaction.owner = None;
            transaction.is_read_only = false;
            transaction.must_roll_back = false;
        }
        self.session().set_level(level);
    }
}
