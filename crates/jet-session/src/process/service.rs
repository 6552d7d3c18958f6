//! Stop and resume of service, and restore.

use std::sync::Arc;

use super::{Mode, Process};
use crate::engine::{Engine, Service};
use crate::error::{Argument, SessionError};
use crate::gate::Phase;
use crate::handle::Handle;
use crate::instance::{CallResult, Instance};
use crate::options::StopBits;
use crate::params::{ParamId, Value};

/// How deep the checkpoint may be when service was stopped: bytes of log.
const STOPPED_CHECKPOINT_BYTES: u64 = 16_384;

const RESUMABLE: StopBits = StopBits(StopBits::BACKGROUND.0 | StopBits::CACHES.0);

impl<E: Engine> Process<E> {
    /// Stops all service of the one instance of single-instance mode.
    ///
    /// # Errors
    /// [`SessionError::InvalidParameter`] when there is none, [`SessionError::MultiInstanceMode`].
    pub fn stop_single_service(&self) -> Result<(), SessionError> {
        match self.mode() {
            Mode::NotSet => Err(SessionError::InvalidParameter(Argument::Instance)),
            Mode::Multi => Err(SessionError::MultiInstanceMode),
            Mode::Single => self.stop_all_service(Handle::NONE),
        }
    }

    /// Stops all service of an instance, whatever its phase, for good. Its checkpoint depth stays small.
    ///
    /// # Errors
    /// [`SessionError::InvalidParameter`] for no instance.
    pub fn stop_all_service(&self, handle: Handle) -> Result<(), SessionError> {
        let instance = self.instance(handle)?;
        let depth = Value::Number(STOPPED_CHECKPOINT_BYTES);
        instance
            .parameters
            .lock()
            .store(ParamId::CHECKPOINT_DEPTH_MAX, depth.clone());
        if let Some(engine) = instance.engine() {
            engine.parameter_changed(ParamId::CHECKPOINT_DEPTH_MAX, &depth);
        }
        stop_all(&instance);
        Ok(())
    }

    /// Stops parts of the service of an instance or lets them go on. No bit stops all of it for good: later calls are
    /// refused but those that close and undo.
    ///
    /// # Errors
    /// [`SessionError::InvalidParameter`] for no instance, `InvalidOptions`, and `ServiceStopped` when what should go
    /// on was stopped for good.
    pub fn stop_service(&self, handle: Handle, bits: StopBits) -> Result<(), SessionError> {
        let instance = self.instance(handle)?;
        let parts = StopBits(bits.0 & !StopBits::RESUME.0);
        if bits.has_unknown() || (bits.has(StopBits::EMIT_LOG) && bits != StopBits::EMIT_LOG) {
            return Err(SessionError::InvalidOptions);
        }
        if bits.has(StopBits::RESUME) {
            return resume(&instance, parts);
        }
        if parts == StopBits(0) {
            stop_all(&instance);
        } else {
            instance.service.lock().stopped.0 |= parts.0;
            set_service(&instance, parts, false);
        }
        Ok(())
    }

    /// Begins to restore an instance that is not in service; it cannot be used before the result is dropped.
    ///
    /// # Errors
    /// [`SessionError::InvalidParameter`] for no instance, [`SessionError::AlreadyInitialized`], or what is in progress.
    pub fn begin_restore(&self, handle: Handle) -> CallResult<Restoring<E>, E> {
        let instance = self.instance(handle)?;
        if instance.gate.advance(Phase::Allocated, Phase::Restoring).is_err() {
            let locked = instance.gate.check_unlocked().err();
            return Err(locked.unwrap_or(SessionError::AlreadyInitialized).into());
        }
        Ok(Restoring { instance })
    }
}

/// An instance that is being restored.
#[derive(Debug)]
pub struct Restoring<E: Engine> {
    instance: Arc<Instance<E>>,
}

impl<E: Engine> Restoring<E> {
    /// The instance.
    pub const fn instance(&self) -> &Arc<Instance<E>> {
        &self.instance
    }
}

impl<E: Engine> Drop for Restoring<E> {
    fn drop(&mut self) {
        let _ = self.instance.gate.advance(Phase::Restoring, Phase::Allocated);
    }
}

/// Nothing takes this back.
fn stop_all<E: Engine>(instance: &Instance<E>) {
    set_service(instance, RESUMABLE, false);
    instance.gate.stop();
}

fn resume<E: Engine>(instance: &Instance<E>, parts: StopBits) -> Result<(), SessionError> {
    let mut service = instance.service.lock();
    // Without a part all that was stopped is meant, and a full stop is never taken back.
    let is_all = parts == StopBits(0);
    let parts = if is_all { service.stopped } else { parts };
    if (is_all && instance.gate.is_stopped()) || parts.has(StopBits::EMIT_LOG) {
        return Err(SessionError::ServiceStopped);
    }
    service.stopped.0 &= !parts.0;
    drop(service);
    set_service(instance, parts, true);
    Ok(())
}

fn set_service<E: Engine>(instance: &Instance<E>, parts: StopBits, is_on: bool) {
    let Some(engine) = instance.engine() else {
        return;
    };
    for (bit, part) in [
        (StopBits::BACKGROUND, Service::Background),
        (StopBits::CACHES, Service::Caches),
        (StopBits::EMIT_LOG, Service::EmitLog),
    ] {
        if parts.has(bit) {
            engine.set_service(part, is_on);
        }
    }
}
