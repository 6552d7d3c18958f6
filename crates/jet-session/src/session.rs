//! A session: who works with an instance, one call at a time.
//!
//! Invariants:
//! - at most one [`Call`] is inside a session; who comes meanwhile is refused and never waits
//! - the instance does not end while a call is inside
//! - an ended session refuses every call, whoever still holds it

use core::sync::atomic::{AtomicBool, AtomicU8, Ordering::SeqCst};
use std::sync::Arc;

use parking_lot::{Mutex, MutexGuard};

use crate::engine::{Engine, SessionNumber};
use crate::error::SessionError;
use crate::gate::Entry;
use crate::handle::Handle;
use crate::instance::Instance;
use crate::outside::ThreadId;
use crate::session_params::Settings;
use crate::transaction::Transaction;

/// A session of an instance.
#[derive(Debug)]
pub struct Session<E: Engine> {
    handle: Handle,
    number: SessionNumber,
    instance: Arc<Instance<E>>,
    engine: Arc<E>,
    is_inside: AtomicBool,
    is_ended: AtomicBool,
    /// The transaction level, for those who only look.
    level: AtomicU8,
    state: Mutex<SessionState<E::Session>>,
    settings: Mutex<Settings>,
}

/// What belongs to a session while a call is inside.
#[derive(Debug)]
pub struct SessionState<T> {
    /// What the engine keeps.
    pub own: T,
    pub(crate) transaction: Transaction,
    pub(crate) context: Option<Context>,
}

/// A session context: several threads may continue one transaction, each setting the same value first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Context {
    pub(crate) value: u64,
    pub(crate) set_by: ThreadId,
}

impl<E: Engine> Session<E> {
    pub(crate) fn new(
        handle: Handle,
        number: SessionNumber,
        instance: Arc<Instance<E>>,
        engine: Arc<E>,
        own: E::Session,
        settings: Settings,
    ) -> Self {
        Self {
            handle,
            number,
            instance,
            engine,
            is_inside: AtomicBool::new(false),
            is_ended: AtomicBool::new(false),
            level: AtomicU8::new(0),
            state: Mutex::new(SessionState {
                own,
                transaction: Transaction::default(),
                context: None,
            }),
            settings: Mutex::new(settings),
        }
    }

    /// Its handle.
    pub const fn handle(&self) -> Handle {
        self.handle
    }

    /// Its number in the instance.
    pub const fn number(&self) -> SessionNumber {
        self.number
    }

    /// Its instance.
    pub const fn instance(&self) -> &Arc<Instance<E>> {
        &self.instance
    }

    /// Its transaction level, 0 for none; may be asked while a call is inside.
    pub fn level(&self) -> u8 {
        self.level.load(SeqCst)
    }

    /// Goes inside for a call.
    ///
    /// # Errors
    /// The first reason why it may not: [`SessionError::InvalidSession`] for an ended session, `NotInitialized` or
    /// `TermInProgress` when no instance is left that goes on, `ServiceStopped`, `Unavailable`, `TermInProgress`,
    /// `SharingViolation` when a call is inside already, by this thread or another.
    pub fn enter(&self, thread: ThreadId, entry: Entry) -> Result<Call<'_, E>, SessionError> {
        self.check(entry)?;
        if self.is_inside.swap(true, SeqCst) {
            return Err(SessionError::SharingViolation);
        }
        let inside = Inside { session: self };
        // The session may have ended, and the end of the instance may have begun, before this call was seen inside.
        if self.is_ended.load(SeqCst) {
            return Err(SessionError::InvalidSession);
        }
        self.instance.gate.check_phase()?;
        Ok(Call {
            state: self.state.lock(),
            thread,
            inside,
        })
    }

    /// Whether a call may look at what needs no turn of its own.
    pub(crate) fn check(&self, entry: Entry) -> Result<(), SessionError> {
        if self.is_ended.load(SeqCst) {
            return Err(SessionError::InvalidSession);
        }
        self.instance.gate.check_session(entry, &self.instance.census)
    }

    pub(crate) fn is_inside(&self) -> bool {
        self.is_inside.load(SeqCst)
    }

    pub(crate) fn settings(&self) -> MutexGuard<'_, Settings> {
        self.settings.lock()
    }

    pub(crate) fn set_level(&self, level: u8) {
        self.level.store(level, SeqCst);
    }

    /// What belongs to the session, for the end of the instance, when no call can be inside.
    pub(crate) fn state(&self) -> MutexGuard<'_, SessionState<E::Session>> {
        self.state.lock()
    }
}

/// A call by session that is inside.
#[derive(Debug)]
pub struct Call<'a, E: Engine> {
    // Dropped in this order: the state is free before the session is.
    pub(crate) state: MutexGuard<'a, SessionState<E::Session>>,
    pub(crate) thread: ThreadId,
    inside: Inside<'a, E>,
}

/// Says that a call is inside.
#[derive(Debug)]
struct Inside<'a, E: Engine> {
    session: &'a Session<E>,
}

impl<E: Engine> Drop for Inside<'_, E> {
    fn drop(&mut self) {
        self.session.is_inside.store(false, SeqCst);
        self.session.instance.left();
    }
}

impl<'a, E: Engine> Call<'a, E> {
    /// The session.
    pub const fn session(&self) -> &'a Session<E> {
        self.inside.session
    }

    /// The engine.
    pub fn engine(&self) -> &'a E {
        &self.inside.session.engine
    }

    /// Who calls.
    pub const fn thread(&self) -> ThreadId {
        self.thread
    }

    /// What the engine keeps for the session, together with the engine.
    pub fn parts(&mut self) -> (&'a E, &mut E::Session) {
        (self.engine(), &mut self.state.own)
    }

    /// What belongs to the session.
    pub fn state(&mut self) -> &mut SessionState<E::Session> {
        &mut self.state
    }

    /// Ends the session: rolls back what is open, and lets the engine close what it has. Nobody gets inside again.
    ///
    /// # Errors
    /// [`SessionError::SessionInUse`] when a context is set, [`SessionError::SharingViolation`] when the open
    /// transaction belongs to another thread; nothing was done then. Errors of the engine leave the session usable.
    pub(crate) fn end(&mut self) -> crate::CallResult<(), E> {
        if self.state.context.is_some() {
            return Err(SessionError::SessionInUse.into());
        }
        if self.state.transaction.level() > 0 {
            self.state.check_end(self.thread)?;
            self.roll_back_to(0)?;
        }
        let (engine, own) = self.parts();
        let ended = engine.end_session(own);
        ended.map_err(|error| self.session().instance.judge(error))?;
        self.session().is_ended.store(true, SeqCst);
        Ok(())
    }
}
