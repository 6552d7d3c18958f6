//! One set of parameter values: that of the process, which later instances copy, or that of an instance.
//!
//! Invariants:
//! - every number lies in the range of its parameter, every text has a length in it, every folder is absolute once set
//! - a refused [`Parameters::set`] changes nothing

use super::rules::{self, USE_DEFAULT};
use super::{Initial, Kind, ParamId, Parameter, Scope, Settable, Value, derived, paths};
use crate::error::{Argument, SessionError};

/// Values of all parameters. Those of another scope are there too, and nobody looks at them.
#[derive(Clone, Debug)]
pub struct Parameters {
    /// In the order of the table.
    entries: Vec<Entry>,
    /// Configuration bits that were set one after another.
    pub(super) configuration: u64,
}

#[derive(Clone, Debug)]
struct Entry {
    value: Value,
    /// The program has set it: what the engine would choose by itself is not wanted.
    is_written: bool,
}

/// What setting a parameter depends on besides its value.
#[derive(Clone, Copy, Debug)]
pub struct Situation<'a> {
    /// The values are those of the process.
    pub is_process: bool,
    /// The process has an instance, or will have several.
    pub is_mode_set: bool,
    /// The values are those of an initialised instance.
    pub is_initialized: bool,
    /// A database is attached to that instance.
    pub is_attached: bool,
    /// `JET_paramEnableAdvanced` is on.
    pub is_advanced_enabled: bool,
    /// Where relative paths begin.
    pub current_folder: &'a str,
    /// Page size of the process, in bytes.
    pub page_bytes: u64,
}

impl Default for Parameters {
    /// The values of a new process.
    fn default() -> Self {
        let entry = |row: &Parameter| Entry {
            value: row.default.into(),
            is_written: false,
        };
        Self {
            entries: Parameter::all().iter().map(entry).collect(),
            configuration: 1,
        }
    }
}

impl Parameters {
    /// These values of an instance with those of the process where they count.
    #[must_use]
    pub fn with_global(&self, process: &Self) -> Self {
        let mut merged = self.clone();
        for (entry, row) in merged.entries.iter_mut().zip(Parameter::all()) {
            if row.scope == Scope::Global {
                *entry = process.entry(row.id).clone();
            }
        }
        merged
    }

    /// The value as it was stored, for the engine: computed ones have none of their own.
    pub fn stored(&self, id: ParamId) -> &Value {
        &self.entry(id).value
    }

    /// The number as it was stored; 0 for a text.
    pub fn number(&self, id: ParamId) -> u64 {
        match self.stored(id) {
            Value::Number(number) => *number,
            Value::Text(_) => 0,
        }
    }

    /// Whether a number is not 0.
    pub fn is_on(&self, id: ParamId) -> bool {
        self.number(id) != 0
    }

    /// The text as it was stored; empty for a number.
    pub fn text(&self, id: ParamId) -> &str {
        match self.stored(id) {
            Value::Text(text) => text,
            Value::Number(_) => "",
        }
    }

    /// Whether the program has set it.
    pub fn is_written(&self, id: ParamId) -> bool {
        self.entry(id).is_written
    }

    /// The value as a program asks for it. Those of sessions and of a running log come from there.
    ///
    /// # Errors
    /// [`SessionError::InvalidParameter`] when there is none here.
    pub fn get(&self, id: ParamId, page_bytes: u64) -> Result<Value, SessionError> {
        let number = match id {
            ParamId::KEY_MOST => derived::key_bytes_max(page_bytes),
            ParamId::LV_CHUNK_SIZE_MOST => derived::long_value_chunk_bytes(page_bytes),
            ParamId::RECORD_SIZE_MOST => derived::record_bytes_max(page_bytes),
            ParamId::ENGINE_FORMAT_VERSION if self.number(id) == USE_DEFAULT => rules::DEFAULT_FORMAT_VERSION,
            _ => match id.parameter().kind {
                Kind::Computed | Kind::ErrorText => return Err(refused(id)),
                Kind::Nothing => return Ok(Value::Text("".into())),
                _ => return Ok(self.stored(id).clone()),
            },
        };
        Ok(Value::Number(number))
    }

    /// Sets a parameter: numbers are taken from `number`, texts from `text`, none being an empty one.
    ///
    /// # Errors
    /// [`SessionError::AlreadyInitialized`] when it is too late, [`SessionError::InvalidParameter`] when it cannot be
    /// set at all or not to this value, and what single parameters have of their own: `InvalidOptions`,
    /// `FormatVersionTooLow`, `FormatVersionTooHigh`.
    pub fn set(
        &mut self,
        id: ParamId,
        number: u64,
        text: Option<&str>,
        situation: &Situation<'_>,
    ) -> Result<(), SessionError> {
        let row = id.parameter();
        if row.is_advanced && !situation.is_advanced_enabled {
            return Ok(());
        }
        let value = match id {
            ParamId::CONFIGURATION => return self.configure(number, situation),
            ParamId::COMMIT_DEFAULT => rules::commit_default(number)?,
            ParamId::ENABLE_SHRINK_DATABASE => {
                let bits = rules::shrink(number)?;
                return self.set_number(row, bits, situation);
            }
            ParamId::ENGINE_FORMAT_VERSION => {
                let version = rules::format_version(number)?;
                check_time(row, situation)?;
                version
            }
            _ => match row.kind {
                Kind::Fixed | Kind::Computed | Kind::ErrorText => return Err(refused(id)),
                Kind::Nothing => return Ok(()),
                Kind::Text | Kind::Folder | Kind::Path => {
                    return self.set_text(row, text.unwrap_or_default(), situation);
                }
                Kind::Unicode if number == 0 => {
                    check_time(row, situation)?;
                    self.reset(id, row.default);
                    return Ok(());
                }
                _ => return self.set_number(row, number, situation),
            },
        };
        self.store(id, Value::Number(value));
        Ok(())
    }

    fn set_number(
        &mut self,
        row: &Parameter,
        number: u64,
        situation: &Situation<'_>,
    ) -> Result<(), SessionError> {
        if self.number(row.id) == number {
            return Ok(());
        }
        check_time(row, situation)?;
        let is_in_range = row.kind == Kind::Unicode || (row.min..=row.max).contains(&number);
        if !is_in_range || (row.kind == Kind::PowerOfTwo && !number.is_power_of_two()) {
            return Err(refused(row.id));
        }
        let is_boolean = row.kind == Kind::Boolean;
        self.store(
            row.id,
            Value::Number(if is_boolean { 1.min(number) } else { number }),
        );
        Ok(())
    }

    fn set_text(
        &mut self,
        row: &Parameter,
        text: &str,
        situation: &Situation<'_>,
    ) -> Result<(), SessionError> {
        check_time(row, situation)?;
        check_length(row, text)?;
        let current = situation.current_folder;
        let value = match row.kind {
            Kind::Folder => paths::complete_folder(current, text),
            Kind::Path if !paths::is_bare_name(text) => paths::complete(current, text),
            _ => text.to_owned(),
        };
        check_length(row, &value)?;
        self.store(row.id, Value::Text(value.into()));
        Ok(())
    }

    /// Stores what was checked.
    pub(crate) fn store(&mut self, id: ParamId, value: Value) {
        *self.entry_mut(id) = Entry {
            value,
            is_written: true,
        };
    }

    /// Back to a value that counts as not set.
    pub(super) fn reset(&mut self, id: ParamId, initial: Initial) {
        *self.entry_mut(id) = Entry {
            value: initial.into(),
            is_written: false,
        };
    }

    /// A value that the engine chose, unless the program has chosen.
    pub(crate) fn choose(&mut self, id: ParamId, number: u64) {
        if !self.is_written(id) {
            self.reset(id, Initial::Number(number));
        }
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "there is an entry for each row of the table"
    )]
    fn entry(&self, id: ParamId) -> &Entry {
        &self.entries[id.row().0]
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "there is an entry for each row of the table"
    )]
    fn entry_mut(&mut self, id: ParamId) -> &mut Entry {
        &mut self.entries[id.row().0]
    }
}

/// Whether it is not too late to change the parameter.
fn check_time(row: &Parameter, situation: &Situation<'_>) -> Result<(), SessionError> {
    let is_late = match row.settable {
        Settable::Start => situation.is_mode_set,
        Settable::Init => situation.is_initialized,
        Settable::Attach => situation.is_attached,
        Settable::Any | Settable::Never => false,
    };
    if is_late {
        return Err(SessionError::AlreadyInitialized);
    }
    Ok(())
}

fn check_length(row: &Parameter, text: &str) -> Result<(), SessionError> {
    // Long enough to be refused for every parameter is long enough to stop counting.
    let units = text.encode_utf16().take(1 << 16).count() as u64;
    if !(row.min..=row.max).contains(&units) || text.contains('\0') {
        return Err(refused(row.id));
    }
    Ok(())
}

pub(super) const fn refused(id: ParamId) -> SessionError {
    SessionError::InvalidParameter(Argument::ParameterValue(id))
}
