//! The end of an instance.
//!
//! Order: new calls are shut out; wait until nobody is inside; backup; background work and versions; open transactions;
//! from there on no way back: sessions, engine, handles. What is refused before that point leaves the instance in
//! service.

use std::sync::Arc;

use super::Process;
use crate::engine::{End, Engine};
use crate::error::SessionError;
use crate::gate::Phase;
use crate::handle::Handle;
use crate::instance::{CallResult, Instance};
use crate::options::TermBits;
use crate::session::Session;

impl<E: Engine> Process<E> {
    /// Ends an instance. One that was never initialised is only forgotten.
    ///
    /// # Errors
    /// [`SessionError::InvalidParameter`] for no instance, `TermInProgress`, `RestoreInProgress`, `NotInitialized`,
    /// `BackupInProgress` and `TooManyActiveUsers` leave the instance as it was. After [`SessionError::DirtyShutdown`]
    /// and errors of the engine it is gone.
    pub fn term(&self, handle: Handle, bits: TermBits) -> CallResult<(), E> {
        let instance = self.instance(handle)?;
        if instance.gate.advance(Phase::Allocated, Phase::Gone).is_ok() {
            self.remove_instance(&instance);
            return Ok(());
        }
        if instance.gate.advance(Phase::Running, Phase::Terminating).is_err() {
            let locked = instance.gate.check_phase().err();
            return Err(locked.unwrap_or(SessionError::TermInProgress).into());
        }
        self.census.begin_end();
        self.end(&instance, bits)
    }

    fn end(&self, instance: &Arc<Instance<E>>, bits: TermBits) -> CallResult<(), E> {
        let sessions = wait_until_empty(instance);
        let Some(engine) = instance.engine() else {
            // In service without an engine: there is nothing to end.
            self.forget(instance);
            return Ok(());
        };
        let end = match prepare(instance, &engine, &sessions, bits) {
            Ok(end) => end,
            Err(refusal) => {
                instance.refuse_backup();
                self.census.finish_end();
                let _ = instance.gate.advance(Phase::Terminating, Phase::Running);
                return Err(refusal.into());
            }
        };
        let result = finish(&*engine, &sessions, end);
        self.forget(instance);
        match (result, end.as_dirty()) {
            (Err(error), _) => Err(instance.judge(error)),
            (Ok(()), true) => Err(SessionError::DirtyShutdown.into()),
            (Ok(()), false) => Ok(()),
        }
    }

    /// All handles of the instance find nothing from now on.
    fn forget(&self, instance: &Instance<E>) {
        let _ = instance.gate.advance(Phase::Terminating, Phase::Gone);
        let mut service = instance.service.lock();
        service.engine = None;
        let sessions = core::mem::take(&mut service.sessions);
        drop(service);
        let mut handles = self.sessions.write();
        for session in sessions.values() {
            handles.remove(session.handle());
        }
        drop(handles);
        self.census.finish_end();
        self.remove_instance(instance);
    }
}

/// Waits until no call is inside, and tells the sessions that there are then. New calls are refused, so none comes in
/// afterwards.
fn wait_until_empty<E: Engine>(instance: &Instance<E>) -> Vec<Arc<Session<E>>> {
    let sessions = || -> Vec<_> { instance.service.lock().sessions.values().cloned().collect() };
    loop {
        let ticket = instance.outside.ticket();
        let is_calm = instance.gate.calls() == 0 && !sessions().iter().any(|session| session.is_inside());
        if is_calm {
            // Asked again: a call that has just left may have begun a session that the first look did not see.
            return sessions();
        }
        instance.outside.wait(ticket);
    }
}

/// Everything up to the point of no return. Tells how the engine is to end.
fn prepare<E: Engine>(
    instance: &Instance<E>,
    engine: &E,
    sessions: &[Arc<Session<E>>],
    bits: TermBits,
) -> Result<End, SessionError> {
    let is_fatal = instance.gate.fatal().is_some();
    let is_forced = is_fatal || bits.has(TermBits::DIRTY);
    if bits.has(TermBits::ABRUPT) || bits.has(TermBits::STOP_BACKUP) {
        engine.abort_backup();
    } else if let Some(backup) = engine.backup().filter(|_| !is_forced) {
        return Err(SessionError::BackupInProgress {
            is_surrogate: backup.is_surrogate,
        });
    }
    let is_complete = !is_forced && !bits.has(TermBits::ABRUPT);
    let settled = engine.settle(is_complete);
    let has_open = sessions.iter().any(|session| session.level() > 0);
    if has_open && !is_forced {
        engine.unsettle();
        return Err(SessionError::TooManyActiveUsers);
    }
    Ok(if is_fatal || (is_complete && settled.is_err()) {
        End::AfterError
    } else if bits.has(TermBits::DIRTY) {
        End::Dirty
    } else {
        End::Clean
    })
}

/// Closes what sessions have, and stops the engine. The first error is told, and makes the end one after an error.
fn finish<E: Engine>(engine: &E, sessions: &[Arc<Session<E>>], end: End) -> Result<(), E::Error> {
    if end != End::Clean {
        return engine.stop(end);
    }
    for session in sessions {
        if let Err(error) = engine.end_session(&mut session.state().own) {
            // The reason is what counts; that the engine stops uneasily then is no news.
            let _ = engine.stop(End::AfterError);
            return Err(error);
        }
    }
    engine.stop(End::Clean)
}

impl End {
    /// Whether databases are left to recovery.
    const fn as_dirty(self) -> bool {
        matches!(self, Self::Dirty | Self::AfterError)
    }
}
