//! From an instance that is made to one in service.
//!
//! Order: phase, paths and those of others, quotas, engine (recovery is in it), in service. Any failure but "it is too
//! late" takes the instance with it.

use std::sync::Arc;

use super::{Mode, Process, World};
use crate::engine::{Engine, InitNote, Start, Started};
use crate::error::SessionError;
use crate::gate::Phase;
use crate::handle::Handle;
use crate::instance::{CallResult, Instance};
use crate::options::StopBits;
use crate::params::{ParamId, Parameters, Quotas};

impl<E: Engine> Process<E> {
    /// Brings an instance into service; without a handle the one of single-instance mode, made here.
    ///
    /// # Errors
    /// [`SessionError::AlreadyInitialized`], `InitInProgress`, `TermInProgress`, `RestoreInProgress`,
    /// `MultiInstanceMode`, and `InvalidParameter` for no instance leave everything as it was. After
    /// [`SessionError::PathInUse`], `OutOfMemory` and errors of the engine the instance is gone.
    pub fn init(
        &self,
        handle: Option<Handle>,
        options: &E::InitOptions,
    ) -> CallResult<(Handle, InitNote), E> {
        let folder = self.outside.current_folder();
        let mut world = self.world.lock();
        let instance = self.instance_to_init(&mut world, handle)?;
        let advanced = instance.gate.advance(Phase::Allocated, Phase::Initializing);
        if let Err(phase) = advanced {
            return Err(too_late(phase).into());
        }
        let quotas = instance.parameters.lock().fix_for_init(&folder);
        let shared = world.check_paths(&instance);
        let merged = instance.parameters.lock().with_global(&world.parameters);
        drop(world);
        let started = match shared {
            Ok(()) => self.start(&instance, &merged, quotas, options),
            Err(error) => Err(error.into()),
        };
        match started {
            Ok(note) => Ok((instance.handle(), note)),
            Err(error) => {
                let _ = instance.gate.advance(Phase::Initializing, Phase::Gone);
                self.remove_instance(&instance);
                Err(error)
            }
        }
    }

    fn instance_to_init(
        &self,
        world: &mut World<E>,
        handle: Option<Handle>,
    ) -> Result<Arc<Instance<E>>, SessionError> {
        match (world.mode, handle) {
            (Mode::Multi, None) => Err(SessionError::MultiInstanceMode),
            (Mode::NotSet, handle) if handle.is_none_or(Handle::is_nil) => {
                let instance = self.add_instance(world, "")?;
                world.mode = Mode::Single;
                Ok(instance)
            }
            (_, handle) => world.instance(handle.unwrap_or(Handle::NONE)),
        }
    }

    fn start(
        &self,
        instance: &Instance<E>,
        parameters: &Parameters,
        quotas: Quotas,
        options: &E::InitOptions,
    ) -> CallResult<InitNote, E> {
        let start = Start {
            name: instance.name(),
            parameters,
            quotas,
        };
        let Started { engine, note } =
            E::start(&self.setup, &start, options).map_err(|error| instance.judge(error))?;
        let mut service = instance.service.lock();
        service.engine = Some(Arc::new(engine));
        service.sessions_max = quotas.sessions;
        service.stopped = StopBits(0);
        drop(service);
        // Nobody else leaves the phase of initialisation.
        let _ = instance.gate.advance(Phase::Initializing, Phase::Running);
        Ok(note)
    }
}

impl<E: Engine> World<E> {
    /// Whether no other instance that is or comes into service has one of the paths.
    fn check_paths(&self, instance: &Instance<E>) -> Result<(), SessionError> {
        let own = instance.parameters.lock();
        for other in self.instances.iter() {
            let has_paths = !matches!(other.phase(), Phase::Allocated | Phase::Restoring | Phase::Gone);
            if other.handle() == instance.handle() || !has_paths {
                continue;
            }
            if let Some(role) = own.shared_path(&other.parameters.lock()) {
                return Err(SessionError::PathInUse(role));
            }
        }
        Ok(())
    }

    /// Page size of the process, in bytes.
    pub(super) fn page_bytes(&self) -> u64 {
        self.parameters.number(ParamId::DATABASE_PAGE_SIZE)
    }
}

const fn too_late(phase: Phase) -> SessionError {
    match phase {
        Phase::Initializing => SessionError::InitInProgress,
        Phase::Restoring => SessionError::RestoreInProgress,
        Phase::Terminating => SessionError::TermInProgress,
        Phase::Allocated | Phase::Running | Phase::Gone => SessionError::AlreadyInitialized,
    }
}
