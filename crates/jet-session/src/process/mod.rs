//! The world of one process: its mode, its instances, the parameters that all share, its handles.
//!
//! A value, not a hidden global: a program may have several that know nothing of each other.
//!
//! | module | what |
//! |---|---|
//! | `init` | from an instance that is made to one in service |
//! | `term` | the end of an instance |
//! | `service` | stop and resume of service, restore |
//! | `sessions` | begin, duplicate and end a session |
//! | `parameters` | which value a parameter call means |
//! | `multi` | how the process enters multi-instance mode |
//!
//! Invariants:
//! - the mode is set while there is an instance, and single only while there is exactly one
//! - the world's lock is never held while an engine works or somebody waits, only while it is asked how it stands; locks are taken in the order world,
//!   instance, sessions

mod init;
mod multi;
mod parameters;
mod service;
mod sessions;
mod term;

use std::collections::BTreeSet;
use std::sync::Arc;

use parking_lot::{Mutex, RwLock};

use crate::engine::Engine;
use crate::error::{Argument, SessionError};
use crate::gate::Census;
use crate::handle::{Handle, HandleKind, HandleTable};
use crate::instance::Instance;
use crate::outside::Outside;
use crate::params::{ParamId, Parameters};
use crate::session::Session;

pub use multi::Setting;
pub use service::Restoring;

/// How many instances the process works with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Not decided: there is none.
    NotSet,
    /// One nameless instance, which no call needs to name.
    Single,
    /// Several instances, named in each call.
    Multi,
}

/// The world of one process: its mode, its instances, the parameters that all share, its handles. Calls come from all
/// threads.
#[derive(Debug)]
pub struct Process<E: Engine> {
    setup: E::Setup,
    outside: Arc<dyn Outside>,
    census: Arc<Census>,
    world: Mutex<World<E>>,
    sessions: RwLock<HandleTable<Arc<Session<E>>>>,
}

#[derive(Debug)]
struct World<E: Engine> {
    mode: Mode,
    /// Most instances; fixed when the mode becomes multi.
    instances_max: u64,
    parameters: Parameters,
    /// Start-only parameters that were given when multi-instance mode was entered.
    given: BTreeSet<ParamId>,
    instances: HandleTable<Arc<Instance<E>>>,
}

impl<E: Engine> Process<E> {
    /// A process without instances, whose engines get `setup`.
    pub fn new(setup: E::Setup, outside: Arc<dyn Outside>) -> Self {
        Self {
            setup,
            outside,
            census: Arc::default(),
            world: Mutex::new(World {
                mode: Mode::NotSet,
                instances_max: 0,
                parameters: Parameters::default(),
                given: BTreeSet::new(),
                instances: HandleTable::new(HandleKind::Instance),
            }),
            sessions: RwLock::new(HandleTable::new(HandleKind::Session)),
        }
    }

    /// How many instances it works with.
    pub fn mode(&self) -> Mode {
        self.world.lock().mode
    }

    /// Makes an instance, which copies the present parameters of the process. An empty name is none.
    ///
    /// # Errors
    /// [`SessionError::SingleInstanceMode`], `TooManyInstances`, `NameInUse`, `OutOfMemory`.
    pub fn create_instance(&self, name: &str) -> Result<Handle, SessionError> {
        let mut world = self.world.lock();
        if world.mode == Mode::Single {
            return Err(SessionError::SingleInstanceMode);
        }
        let limit = match world.mode {
            Mode::Multi => world.instances_max,
            _ => world.parameters.number(ParamId::MAX_INSTANCES),
        };
        if world.instances.len() as u64 >= limit {
            return Err(SessionError::TooManyInstances { limit });
        }
        if world.instances.iter().any(|other| other.name() == name) {
            return Err(SessionError::NameInUse);
        }
        let instance = self.add_instance(&mut world, name)?;
        if world.mode == Mode::NotSet {
            world.mode = Mode::Multi;
            world.instances_max = limit;
        }
        Ok(instance.handle())
    }

    /// The instance that a call means by `handle`: the only one in single-instance mode, where "none" will do.
    ///
    /// # Errors
    /// [`SessionError::InvalidParameter`] when it means none.
    pub fn instance(&self, handle: Handle) -> Result<Arc<Instance<E>>, SessionError> {
        self.world.lock().instance(handle)
    }

    /// The session of a handle.
    ///
    /// # Errors
    /// [`SessionError::InvalidSession`] for every number that is not the handle of a living session.
    pub fn session(&self, handle: Handle) -> Result<Arc<Session<E>>, SessionError> {
        let sessions = self.sessions.read();
        sessions
            .get(handle)
            .map(Arc::clone)
            .ok_or(SessionError::InvalidSession)
    }

    fn add_instance(&self, world: &mut World<E>, name: &str) -> Result<Arc<Instance<E>>, SessionError> {
        self.check_memory(size_of::<Instance<E>>())?;
        let World {
            instances,
            parameters,
            ..
        } = world;
        let handle = instances.insert_with(|handle| {
            let parameters = parameters.clone();
            Arc::new(Instance::new(
                handle,
                name,
                parameters,
                Arc::clone(&self.outside),
                Arc::clone(&self.census),
            ))
        })?;
        instances
            .get(handle)
            .map(Arc::clone)
            .ok_or(SessionError::OutOfMemory)
    }

    /// Forgets an instance that is gone. The mode is open again when it was the last.
    fn remove_instance(&self, instance: &Instance<E>) {
        let mut world = self.world.lock();
        if world.instances.remove(instance.handle()).is_none() {
            return;
        }
        self.census.remove();
        if world.instances.is_empty() {
            world.mode = Mode::NotSet;
            world.given.clear();
        }
    }

    fn check_memory(&self, bytes: usize) -> Result<(), SessionError> {
        if !self.outside.has_memory(bytes) {
            return Err(SessionError::OutOfMemory);
        }
        Ok(())
    }
}

/// A process that is forgotten without ending its instances leaves their files as a crash does, but keeps none open.
impl<E: Engine> Drop for Process<E> {
    fn drop(&mut self) {
        for instance in self.world.get_mut().instances.iter() {
            let mut service = instance.service.lock();
            service.engine = None;
            service.sessions.clear();
        }
    }
}

impl<E: Engine> World<E> {
    fn instance(&self, handle: Handle) -> Result<Arc<Instance<E>>, SessionError> {
        let named = self.instances.get(handle);
        let meant = match self.mode {
            Mode::Single if handle.is_nil() || named.is_some() => self.instances.iter().next(),
            Mode::Multi => named,
            Mode::Single | Mode::NotSet => None,
        };
        meant
            .map(Arc::clone)
            .ok_or(SessionError::InvalidParameter(Argument::Instance))
    }
}

/// The check of a place that a call must have for its result, before anything else is done.
///
/// # Errors
/// [`SessionError::InvalidParameter`] when there is none.
pub const fn check_output<T>(output: Option<T>) -> Result<T, SessionError>
where
    T: Copy,
{
    match output {
        Some(output) => Ok(output),
        None => Err(SessionError::InvalidParameter(Argument::Output)),
    }
}
