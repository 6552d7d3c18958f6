//! Which value a parameter call means, and what follows from setting it.

use std::sync::Arc;

use super::{Mode, Process, World};
use crate::engine::Engine;
use crate::error::{Argument, SessionError};
use crate::gate::Phase;
use crate::handle::Handle;
use crate::instance::Instance;
use crate::params::{ParamId, Parameters, Scope, Settable, Situation, Value};
use crate::session::Session;

/// What a call addresses.
struct Address<E: Engine> {
    /// The instance; none for the process.
    instance: Option<Arc<Instance<E>>>,
    session: Option<Arc<Session<E>>>,
}

impl<E: Engine> Process<E> {
    /// Sets a system parameter: of the process, or of the instance that is named or that the named session has. Numbers are
    /// taken from `value`, texts from `text`.
    ///
    /// # Errors
    /// [`SessionError::InvalidSession`] and `InvalidInstance` for handles; what is in progress;
    /// [`SessionError::InvalidParameter`] for no parameter; those of [`Parameters::set`].
    pub fn set_parameter(
        &self,
        instance: Handle,
        session: Handle,
        number: u32,
        value: u64,
        text: Option<&str>,
    ) -> Result<(), SessionError> {
        let folder = self.outside.current_folder();
        let mut world = self.world.lock();
        let address = self.address(&world, instance, session)?;
        let id = ParamId::new(number)?;
        let is_global = id.parameter().scope == Scope::Global || address.instance.is_none();
        let situation = world.situation(&address, is_global, &folder);
        let Some(instance) = address.instance.filter(|_| !is_global) else {
            world.parameters.set(id, value, text, &situation)?;
            let changed = world.parameters.stored(id).clone();
            let instances: Vec<_> = world.instances.iter().cloned().collect();
            drop(world);
            // What belongs to the process concerns every engine in it.
            if id.parameter().scope == Scope::Global && id.parameter().settable == Settable::Any {
                tell(instances.iter(), id, &changed);
            }
            return Ok(());
        };
        if let (ParamId::COMMIT_DEFAULT, Some(session)) = (id, address.session) {
            // The rules are those of the instance's value; what is left of it counts for the session alone.
            let mut checked = instance.parameters.lock().clone();
            checked.set(id, value, text, &situation)?;
            session.settings().commit_default = u32::try_from(checked.number(id)).unwrap_or_default();
            return Ok(());
        }
        // Still under the world's lock: initialisation, which fixes most of them, cannot begin in between.
        let mut parameters = instance.parameters.lock();
        parameters.set(id, value, text, &situation)?;
        let changed = parameters.stored(id).clone();
        drop(parameters);
        drop(world);
        tell(core::iter::once(&instance), id, &changed);
        Ok(())
    }

    /// The value of a system parameter.
    ///
    /// # Errors
    /// As [`Process::set_parameter`], and [`SessionError::InvalidParameter`] for one that has no value now. The text
    /// of an error is in the table of codes, not here.
    pub fn parameter(&self, instance: Handle, session: Handle, number: u32) -> Result<Value, SessionError> {
        let world = self.world.lock();
        let address = self.address(&world, instance, session)?;
        let id = ParamId::new(number)?;
        let none = SessionError::InvalidParameter(Argument::ParameterValue(id));
        match (id, &address.session) {
            (ParamId::TRANSACTION_LEVEL, session) => {
                let session = session.as_ref().ok_or(none)?;
                return Ok(Value::Number(session.level().into()));
            }
            (ParamId::COMMIT_DEFAULT, Some(session)) => {
                return Ok(Value::Number(session.settings().commit_default.into()));
            }
            (ParamId::RECOVERY_CURRENT_LOGFILE, _) => {
                let engine = address.instance.as_ref().and_then(|instance| instance.engine());
                let log = engine.and_then(|engine| engine.current_log());
                return log.map(Value::Number).ok_or(none);
            }
            _ => {}
        }
        let page_bytes = world.page_bytes();
        match &address.instance {
            Some(instance) if id.parameter().scope != Scope::Global => {
                instance.parameters.lock().get(id, page_bytes)
            }
            _ => world.parameters.get(id, page_bytes),
        }
    }

    /// The values of a process or of an instance, those of the process among them, as they are now.
    ///
    /// # Errors
    /// [`SessionError::InvalidInstance`].
    pub fn parameters(&self, instance: Handle) -> Result<Parameters, SessionError> {
        let world = self.world.lock();
        let address = self.address(&world, instance, Handle::NONE)?;
        Ok(match address.instance {
            Some(instance) => instance.parameters.lock().with_global(&world.parameters),
            None => world.parameters.clone(),
        })
    }

    fn address(
        &self,
        world: &World<E>,
        instance: Handle,
        session: Handle,
    ) -> Result<Address<E>, SessionError> {
        let mut address = Address {
            instance: None,
            session: None,
        };
        if world.mode == Mode::NotSet {
            return Ok(address);
        }
        if !session.is_nil() {
            address.session = Some(self.session(session)?);
        }
        if !instance.is_nil() && world.instances.get(instance).is_none() {
            return Err(SessionError::InvalidInstance);
        }
        address.instance = match &address.session {
            Some(session) => Some(Arc::clone(session.instance())),
            None => world.instance(instance).ok(),
        };
        if let Some(instance) = &address.instance {
            instance.gate.check_unlocked()?;
        }
        Ok(address)
    }
}

impl<E: Engine> World<E> {
    fn situation<'a>(&self, address: &Address<E>, is_process: bool, folder: &'a str) -> Situation<'a> {
        let instance = address.instance.as_ref();
        let is_advanced_enabled = instance.map_or_else(
            || self.parameters.is_on(ParamId::ENABLE_ADVANCED),
            |instance| instance.number(ParamId::ENABLE_ADVANCED) != 0,
        );
        let own = instance.filter(|_| !is_process);
        Situation {
            is_process,
            is_mode_set: self.mode != Mode::NotSet,
            is_initialized: own.is_some_and(|instance| instance.phase() == Phase::Running),
            is_attached: own
                .and_then(|instance| instance.engine())
                .is_some_and(|engine| engine.is_attached()),
            is_advanced_enabled,
            current_folder: folder,
            page_bytes: self.page_bytes(),
        }
    }
}

/// Tells engines in service of a value that may change while they are.
fn tell<'a, E: Engine>(instances: impl Iterator<Item = &'a Arc<Instance<E>>>, id: ParamId, value: &Value) {
    for engine in instances.filter_map(|instance| instance.engine()) {
        engine.parameter_changed(id, value);
    }
}
