//! Begin, duplicate and end a session.
//!
//! Both ways of beginning one share one quota, counted in sessions of clients alone. A refused call leaves no trace.

use std::sync::Arc;

use super::Process;
use crate::engine::{Engine, SessionNumber};
use crate::error::SessionError;
use crate::gate::Entry;
use crate::handle::Handle;
use crate::instance::{CallResult, InService, Instance};
use crate::outside::ThreadId;
use crate::params::ParamId;
use crate::session::Session;
use crate::session_params::Settings;

/// Bits of the instance's I/O priority that concern its own writing, not that of sessions.
const SYSTEM_PRIORITIES: u32 = 0x2 | 0x4;

impl<E: Engine> Process<E> {
    /// Begins a session with an instance.
    ///
    /// # Errors
    /// [`SessionError::InvalidParameter`] for no instance; `ServiceStopped`, `Unavailable`, `TermInProgress`,
    /// `RestoreInProgress`, `NotInitialized`; `OutOfSessions`, `OutOfMemory`; the engine's.
    pub fn begin_session(&self, instance: Handle) -> CallResult<Arc<Session<E>>, E> {
        let instance = self.instance(instance)?;
        let _call = instance.enter()?;
        self.add_session(&instance)
    }

    /// Begins a further session with the instance of `session`. Nothing of that session is copied, nor its transaction
    /// looked at.
    ///
    /// # Errors
    /// [`SessionError::InvalidSession`]; those of [`Session::enter`]; `OutOfSessions`, `OutOfMemory`; the engine's.
    pub fn dup_session(&self, session: Handle, thread: ThreadId) -> CallResult<Arc<Session<E>>, E> {
        self.dup(&*self.session(session)?, thread)
    }

    /// As [`Process::dup_session`], for a session at hand.
    ///
    /// # Errors
    /// As there.
    pub fn dup(&self, session: &Session<E>, thread: ThreadId) -> CallResult<Arc<Session<E>>, E> {
        let call = session.enter(thread, Entry::Service)?;
        self.add_session(call.session().instance())
    }

    /// Ends a session: rolls back, closes its databases and cursors, and forgets it. Works after a full stop.
    ///
    /// # Errors
    /// [`SessionError::InvalidSession`]; those of [`Session::enter`] but `ServiceStopped`; `SessionInUse` when it has a
    /// context; `SharingViolation` when its transaction belongs to another thread; the engine's. It is usable then.
    pub fn end_session(&self, session: Handle, thread: ThreadId) -> CallResult<(), E> {
        let session = self.session(session)?;
        let mut call = session.enter(thread, Entry::AfterStop)?;
        call.end()?;
        session
            .instance()
            .service
            .lock()
            .sessions
            .remove(&session.number());
        self.sessions.write().remove(session.handle());
        Ok(())
    }

    /// Adds a session to an instance that somebody is inside of.
    fn add_session(&self, instance: &Arc<Instance<E>>) -> CallResult<Arc<Session<E>>, E> {
        let mut service = instance.service.lock();
        let limit = service.sessions_max;
        if service.sessions.len() as u64 >= limit {
            return Err(SessionError::OutOfSessions { limit }.into());
        }
        self.check_memory(size_of::<Session<E>>() + size_of::<E::Session>())?;
        let engine = service
            .engine
            .as_ref()
            .map(Arc::clone)
            .ok_or(SessionError::NotInitialized)?;
        let number = service.free_number();
        let mut own = engine
            .begin_session(number)
            .map_err(|error| instance.judge(error))?;
        // Both parameters are checked to have 32 bits when they are set.
        let [commit_default, io_priority] = [ParamId::COMMIT_DEFAULT, ParamId::IO_PRIORITY]
            .map(|id| u32::try_from(instance.number(id)).unwrap_or_default());
        let settings = Settings::new(commit_default, io_priority & !SYSTEM_PRIORITIES);
        let mut sessions = self.sessions.write();
        let mut added = None;
        let owner = Arc::clone(instance);
        if let Err(error) = sessions.reserve() {
            // What the engine began is of no use; its own error would only hide the reason.
            let _ = engine.end_session(&mut own);
            return Err(error.into());
        }
        sessions.insert_with(|handle| {
            let session = Arc::new(Session::new(handle, number, owner, engine, own, settings));
            added = Some(Arc::clone(&session));
            session
        })?;
        let session = added.ok_or(SessionError::OutOfMemory)?;
        service.sessions.insert(number, Arc::clone(&session));
        Ok(session)
    }
}

impl<E: Engine> InService<E> {
    /// The lowest number that no session has.
    fn free_number(&self) -> SessionNumber {
        let mut free = 1;
        for number in self.sessions.keys() {
            if number.0 != free {
                break;
            }
            free += 1;
        }
        SessionNumber(free)
    }
}
