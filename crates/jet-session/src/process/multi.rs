//! How the process enters multi-instance mode with parameters of its own.

use super::{Mode, Process, World};
use crate::engine::Engine;
use crate::error::{Argument, SessionError};
use crate::params::{ParamId, Settable, Situation, Value};

/// A parameter to be set.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    /// Its number.
    pub number: u32,
    /// Its value, when that is a number.
    pub value: u64,
    /// Its value, when that is a text.
    pub text: Option<&'a str>,
}

impl<E: Engine> Process<E> {
    /// Sets parameters of the process in order and enters multi-instance mode. `settings` are as many as the caller said;
    /// none for a count without elements.
    ///
    /// The answer of each setting that was tried goes into `answers`; the first failure is the last of them, and
    /// what was set before stays.
    ///
    /// # Errors
    /// That failure; [`SessionError::SingleInstanceMode`]; [`SessionError::ParametersAlreadySet`] in multi-instance mode
    /// with the same settings as before, [`SessionError::ParameterConflict`] with others.
    pub fn enable_multi_instance(
        &self,
        settings: Option<&[Setting<'_>]>,
        answers: &mut Vec<Result<(), SessionError>>,
    ) -> Result<(), SessionError> {
        let settings = settings.ok_or(SessionError::InvalidParameter(Argument::Count))?;
        let folder = self.outside.current_folder();
        let mut world = self.world.lock();
        match world.mode {
            Mode::Single => Err(SessionError::SingleInstanceMode),
            Mode::Multi if world.has_all(settings) => Err(SessionError::ParametersAlreadySet),
            Mode::Multi => Err(SessionError::ParameterConflict),
            Mode::NotSet => {
                for setting in settings {
                    let answer = world.set_global(setting, &folder);
                    answers.push(answer);
                    answer?;
                }
                world.given = start_only(settings).collect();
                world.instances_max = world.parameters.number(ParamId::MAX_INSTANCES);
                world.mode = Mode::Multi;
                Ok(())
            }
        }
    }
}

/// The parameters among `settings` that can be set before there is an instance only.
fn start_only(settings: &[Setting<'_>]) -> impl Iterator<Item = ParamId> {
    let ids = settings
        .iter()
        .filter_map(|setting| ParamId::new(setting.number).ok());
    ids.filter(|id| id.parameter().settable == Settable::Start)
}

impl<E: Engine> World<E> {
    fn set_global(&mut self, setting: &Setting<'_>, folder: &str) -> Result<(), SessionError> {
        let situation = Situation {
            is_process: true,
            is_mode_set: false,
            is_initialized: false,
            is_attached: false,
            is_advanced_enabled: self.parameters.is_on(ParamId::ENABLE_ADVANCED),
            current_folder: folder,
            page_bytes: self.page_bytes(),
        };
        let id = ParamId::new(setting.number)?;
        self.parameters.set(id, setting.value, setting.text, &situation)
    }

    /// Whether all settings say what is so already, and name the start-only parameters that were named before.
    fn has_all(&self, settings: &[Setting<'_>]) -> bool {
        let is_equal = |setting: &Setting<'_>| {
            let stored = ParamId::new(setting.number).map(|id| self.parameters.stored(id));
            match stored {
                Ok(Value::Number(number)) => *number == setting.value,
                Ok(Value::Text(text)) => **text == *setting.text.unwrap_or_default(),
                Err(_) => false,
            }
        };
        settings.iter().all(is_equal)
            && start_only(settings).collect::<std::collections::BTreeSet<_>>() == self.given
    }
}
