//! An instance: its parameters, its engine while it is in service, its sessions.

use core::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::engine::{Engine, SessionNumber};
use crate::error::{CallError, Fatal, SessionError};
use crate::gate::{Census, Entry, Gate, Phase};
use crate::handle::Handle;
use crate::options::StopBits;
use crate::outside::Outside;
use crate::params::{ParamId, Parameters};
use crate::session::Session;

/// What a call of this crate gives back.
pub type CallResult<T, E> = Result<T, CallError<<E as Engine>::Error>>;

/// An instance. Calls come from all threads.
#[derive(Debug)]
pub struct Instance<E: Engine> {
    handle: Handle,
    name: String,
    pub(crate) outside: Arc<dyn Outside>,
    pub(crate) census: Arc<Census>,
    pub(crate) gate: Gate,
    pub(crate) parameters: Mutex<Parameters>,
    pub(crate) service: Mutex<InService<E>>,
    is_backup_refused: AtomicBool,
}

/// What an instance has while it is in service.
#[derive(Debug)]
pub(crate) struct InService<E: Engine> {
    pub(crate) engine: Option<Arc<E>>,
    pub(crate) sessions: BTreeMap<SessionNumber, Arc<Session<E>>>,
    pub(crate) sessions_max: u64,
    /// Parts of the service that were stopped and can go on.
    pub(crate) stopped: StopBits,
}

impl<E: Engine> Instance<E> {
    pub(crate) fn new(
        handle: Handle,
        name: &str,
        parameters: Parameters,
        outside: Arc<dyn Outside>,
        census: Arc<Census>,
    ) -> Self {
        census.add();
        Self {
            handle,
            name: name.to_owned(),
            outside,
            census,
            gate: Gate::new(),
            parameters: Mutex::new(parameters),
            service: Mutex::new(InService {
                engine: None,
                sessions: BTreeMap::new(),
                sessions_max: 0,
                stopped: StopBits(0),
            }),
            is_backup_refused: AtomicBool::new(false),
        }
    }

    /// Its handle.
    pub const fn handle(&self) -> Handle {
        self.handle
    }

    /// Its name; empty when it has none.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it is in its life.
    pub fn phase(&self) -> Phase {
        self.gate.phase()
    }

    /// Its engine while it is in service.
    pub fn engine(&self) -> Option<Arc<E>> {
        self.service.lock().engine.clone()
    }

    /// Number of open sessions.
    pub fn session_count(&self) -> usize {
        self.service.lock().sessions.len()
    }

    /// Whether a failed end keeps backups from beginning, for the rest of the instance's life.
    pub fn is_backup_refused(&self) -> bool {
        self.is_backup_refused.load(SeqCst)
    }

    pub(crate) fn refuse_backup(&self) {
        self.is_backup_refused.store(true, SeqCst);
    }

    /// Memory and files can no longer be trusted to agree: all calls are refused from now on but the one that ends the
    /// instance. The first reason stays.
    pub fn fail(&self, fatal: Fatal) {
        self.gate.fail(fatal);
    }

    /// Passes an error of the engine on, and remembers when it was fatal.
    pub(crate) fn judge(&self, error: E::Error) -> CallError<E::Error> {
        if let Some(fatal) = E::fatal(&error) {
            self.fail(fatal);
        }
        CallError::Engine(error)
    }

    /// Goes inside for a call that names the instance.
    ///
    /// # Errors
    /// The reason why it may not, as [`SessionError::ServiceStopped`], `Unavailable`, `TermInProgress`,
    /// `RestoreInProgress`, `NotInitialized`.
    pub fn enter(&self) -> Result<InstanceCall<'_, E>, SessionError> {
        self.gate.check(Entry::Service)?;
        self.gate.enter();
        // From here on the end waits; unless it began in between.
        let call = InstanceCall { instance: self };
        self.gate.check_phase()?;
        Ok(call)
    }

    /// Tells who ends the instance to look again.
    pub(crate) fn left(&self) {
        if self.gate.phase() == Phase::Terminating {
            self.outside.notify();
        }
    }

    /// The present value of a number among its own parameters.
    pub(crate) fn number(&self, id: ParamId) -> u64 {
        self.parameters.lock().number(id)
    }
}

/// A call by instance that is inside: the instance does not end before it has left.
#[derive(Debug)]
pub struct InstanceCall<'a, E: Engine> {
    instance: &'a Instance<E>,
}

impl<E: Engine> InstanceCall<'_, E> {
    /// The instance.
    pub const fn instance(&self) -> &Instance<E> {
        self.instance
    }
}

impl<E: Engine> Drop for InstanceCall<'_, E> {
    fn drop(&mut self) {
        self.instance.gate.leave();
        self.instance.left();
    }
}
