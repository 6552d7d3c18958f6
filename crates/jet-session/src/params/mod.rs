//! System parameters: what each is, the values of a process or an instance, and the rules of setting them.
//!
//! | module | what |
//! |---|---|
//! | `table` | every parameter with kind, default, range and scope; generated |
//! | [`Parameters`] | one set of values, and the order of checks when one is set |
//! | `rules` | what single parameters check beyond their range |
//! | `configuration` | sets of values under one name |
//! | `paths` | folders and files as absolute paths |
//! | [`Quotas`] | what initialising an instance fixes |
//! | [`derived`] | values that follow from the page size |
//!
//! Source: `docs/reference/params.toml`.

mod configuration;
pub mod derived;
mod init;
pub(crate) mod paths;
mod rules;
mod table;
mod values;

use std::sync::Arc;

use crate::error::{Argument, SessionError};

pub use init::Quotas;
pub use rules::{DEFAULT_FORMAT_VERSION, FORMAT_VERSIONS};
pub use values::{Parameters, Situation};

/// Number of a system parameter that exists; the constants are named as in the C header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ParamId(u16);

impl ParamId {
    /// The parameter of this number.
    ///
    /// # Errors
    /// [`SessionError::InvalidParameter`] when there is none.
    pub fn new(number: u32) -> Result<Self, SessionError> {
        let missing = SessionError::InvalidParameter(Argument::ParameterNumber(number));
        let id = u16::try_from(number).map(Self).map_err(|_| missing)?;
        id.find().map(|_| id).ok_or(missing)
    }

    /// Its number in calls.
    pub const fn number(self) -> u16 {
        self.0
    }

    /// What is known of it.
    pub fn parameter(self) -> &'static Parameter {
        self.row().1
    }

    /// Place in the table and what is there. The constants of this type are made from the table, and
    /// [`ParamId::new`] looks there.
    fn row(self) -> (usize, &'static Parameter) {
        self.find().expect("ids are made from the table")
    }

    fn find(self) -> Option<(usize, &'static Parameter)> {
        let index = table::TABLE.binary_search_by_key(&self, |row| row.id).ok()?;
        table::TABLE.get(index).map(|row| (index, row))
    }
}

impl core::fmt::Display for ParamId {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.find().map_or("an unknown parameter", |(_, row)| row.name))
    }
}

/// What is known of a parameter.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its number.
    pub id: ParamId,
    /// Its name in the C header.
    pub name: &'static str,
    /// What values it has.
    pub kind: Kind,
    /// Value in a new process.
    pub default: Initial,
    /// Value in the small configurations.
    pub small: Initial,
    /// Smallest number, or shortest text in UTF-16 units.
    pub min: u64,
    /// Largest number, or longest text in UTF-16 units.
    pub max: u64,
    /// What has a value of its own.
    pub scope: Scope,
    /// Until when it can be set.
    pub settable: Settable,
    /// Setting it does nothing while `JET_paramEnableAdvanced` is off.
    pub is_advanced: bool,
    /// It is stored and given back, without any effect.
    pub is_ignored: bool,
}

impl Parameter {
    /// Every parameter, by ascending number.
    pub fn all() -> &'static [Self] {
        &table::TABLE
    }
}

/// What values a parameter has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A number.
    Integer,
    /// 0 or 1; any other number in range counts as 1.
    Boolean,
    /// Option bits.
    Bits,
    /// A number with one bit set.
    PowerOfTwo,
    /// Something of the program: the number is only kept.
    Pointer,
    /// Text.
    Text,
    /// A folder, kept as an absolute path that ends in a separator.
    Folder,
    /// A file, kept as an absolute path unless it is a bare name.
    Path,
    /// A number that cannot be set.
    Fixed,
    /// A number that follows from others and cannot be set.
    Computed,
    /// Locale in the low half, flags in the high half.
    Unicode,
    /// The text of an error; the table of codes answers.
    ErrorText,
    /// Takes any value and has none.
    Nothing,
}

impl Kind {
    /// Whether values are text.
    pub const fn is_text(self) -> bool {
        matches!(self, Self::Text | Self::Folder | Self::Path | Self::Nothing)
    }
}

/// A value to begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Initial {
    /// None: the parameter is computed.
    Absent,
    /// A number.
    Number(u64),
    /// A text.
    Text(&'static str),
}

/// What has a value of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The process.
    Global,
    /// Each instance.
    Instance,
    /// Each session.
    Session,
}

/// Until when a parameter can be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settable {
    /// The process has no instance yet.
    Start,
    /// The instance is not initialised yet.
    Init,
    /// No database is attached yet.
    Attach,
    /// Always.
    Any,
    /// Never.
    Never,
}

/// Value of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A number.
    Number(u64),
    /// A text.
    Text(Arc<str>),
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<Initial> for Value {
    fn from(initial: Initial) -> Self {
        match initial {
            Initial::Absent => Self::Number(0),
            Initial::Number(number) => Self::Number(number),
            Initial::Text(text) => Self::Text(text.into()),
        }
    }
}
