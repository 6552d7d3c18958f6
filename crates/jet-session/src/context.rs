//! Session contexts, and to which thread a transaction belongs.
//!
//! A transaction belongs to the thread that began its first level, or, when a context was set then, to that context:
//! whoever has set the same value may continue it. At level 0 a session belongs to nobody.

use crate::engine::Engine;
use crate::error::{Argument, SessionError};
use crate::outside::ThreadId;
use crate::session::{Call, Context, SessionState};

/// To whom a transaction belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// To a thread.
    Thread(ThreadId),
    /// To whoever has set this context.
    Context(u64),
}

impl<T> SessionState<T> {
    /// To whom a transaction belongs that `thread` begins now.
    pub(crate) fn new_owner(&self, thread: ThreadId) -> Owner {
        match self.context {
            Some(context) => Owner::Context(context.value),
            None => Owner::Thread(thread),
        }
    }

    /// Whether `thread` may work in the open transaction, if there is one. Calls that change something ask.
    ///
    /// # Errors
    /// [`SessionError::SharingViolation`] when it may not.
    pub fn check_owner(&self, thread: ThreadId) -> Result<(), SessionError> {
        let is_owner = match (self.transaction.owner(), self.context) {
            (None, _) => true,
            // A context that is set later does not take over a transaction that a thread began.
            (Some(Owner::Thread(owner)), _) => owner == thread,
            (Some(Owner::Context(value)), Some(context)) => {
                value == context.value && thread == context.set_by
            }
            (Some(Owner::Context(_)), None) => false,
        };
        is_owner.then_some(()).ok_or(SessionError::SharingViolation)
    }

    /// Whether `thread` may end the session, which has no context now. A transaction whose context was reset is nobody's.
    pub(crate) fn check_end(&self, thread: ThreadId) -> Result<(), SessionError> {
        match self.transaction.owner() {
            Some(Owner::Thread(owner)) if owner != thread => Err(SessionError::SharingViolation),
            _ => Ok(()),
        }
    }
}

impl<E: Engine> Call<'_, E> {
    /// Whether the thread may work in more than one transaction level: a context that is set belongs to the thread that set it.
    ///
    /// # Errors
    /// [`SessionError::SharingViolation`].
    pub(crate) fn check_context(&self) -> Result<(), SessionError> {
        match self.state.context {
            Some(context) if context.set_by != self.thread => Err(SessionError::SharingViolation),
            _ => Ok(()),
        }
    }

    /// Sets the session's context.
    ///
    /// # Errors
    /// [`SessionError::InvalidParameter`] for 0 and for all ones, [`SessionError::ContextAlreadySet`].
    pub fn set_context(&mut self, value: u64) -> Result<(), SessionError> {
        if value == 0 || value == u64::MAX {
            return Err(SessionError::InvalidParameter(Argument::Context));
        }
        if self.state.context.is_some() {
            return Err(SessionError::ContextAlreadySet);
        }
        self.state.context = Some(Context {
            value,
            set_by: self.thread,
        });
        Ok(())
    }

    /// Takes the session's context away.
    ///
    /// # Errors
    /// [`SessionError::ContextNotSetByThisThread`].
    pub fn reset_context(&mut self) -> Result<(), SessionError> {
        match self.state.context {
            Some(context) if context.set_by == self.thread => {
                self.state.context = None;
                Ok(())
            }
            _ => Err(SessionError::ContextNotSetByThisThread),
        }
    }
}
