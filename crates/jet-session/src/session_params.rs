//! Session parameters: small values of a session that programs set and read as bytes.
//!
//! Reading needs no turn: another thread may ask while a call is inside.

use crate::engine::Engine;
use crate::error::{Argument, SessionError};
use crate::gate::Entry;
use crate::session::{Call, Session};

/// Most bytes of a commit context.
const COMMIT_CONTEXT_BYTES_MAX: usize = 30_000;
/// Most bytes of a description, its final zero among them.
const DESCRIPTION_BYTES_MAX: usize = 256;
/// Highest cache priority, in percent.
const CACHE_PRIORITY_MAX: u32 = 1000;
/// Bits of an I/O priority: low, background, the class of the client, maintenance.
const IO_PRIORITY_BITS: u32 = 0x1 | 0x0f00_0000 | 0x4000_0000;

/// The values of a session.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) commit_default: u32,
    commit_context: Vec<u8>,
    operation_context: [u8; 8],
    correlation_id: u32,
    cache_priority: u32,
    /// Component, action, and context of the action, for traces.
    descriptions: [Vec<u8>; 3],
    activity_id: [u8; 16],
    trace_flags: u32,
    io_priority: u32,
    has_customer_data: u32,
    needs_callback_before_commit: u32,
}

impl Settings {
    /// The values of a new session; both come from the instance, and nothing from another session.
    pub(crate) const fn new(commit_default: u32, io_priority: u32) -> Self {
        Self {
            commit_default,
            commit_context: Vec::new(),
            operation_context: [0, 0, 0, 0x80, 0, 0, 0, 0],
            correlation_id: 0,
            cache_priority: 100,
            descriptions: [Vec::new(), Vec::new(), Vec::new()],
            activity_id: [0; 16],
            trace_flags: 0,
            io_priority,
            has_customer_data: 1,
            needs_callback_before_commit: 0,
        }
    }
}

/// A session parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionParam {
    /// Bits added to every commit.
    CommitDefault,
    /// Bytes logged with a commit.
    CommitContext,
    /// The transaction level; read-only.
    TransactionLevel,
    /// On whose behalf work is done.
    OperationContext,
    /// A number for traces.
    CorrelationId,
    /// How long pages stay in the cache, in percent.
    CachePriority,
    /// Text for traces: the component, the action, or the context of the action.
    Description(Description),
    /// Sixteen bytes for traces.
    ActivityId,
    /// Bits for traces.
    TraceFlags,
    /// Bits for the order of input and output.
    IoPriority,
    /// The commit context holds data of a customer.
    HasCustomerData,
    /// Replay calls back before the commit, too.
    NeedsCallbackBeforeCommit,
}

/// Which text for traces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Description {
    /// The component of the client.
    Component,
    /// What it does.
    Action,
    /// In which context.
    ActionContext,
}

impl SessionParam {
    /// The parameter of this number.
    ///
    /// # Errors
    /// [`SessionError::InvalidSessionParameter`] when there is none.
    pub const fn new(number: u32) -> Result<Self, SessionError> {
        Ok(match number {
            4097 => Self::CommitDefault,
            4098 => Self::CommitContext,
            4099 => Self::TransactionLevel,
            4100 => Self::OperationContext,
            4101 => Self::CorrelationId,
            4102 => Self::CachePriority,
            4103 => Self::Description(Description::Component),
            4104 => Self::Description(Description::Action),
            4105 => Self::Description(Description::ActionContext),
            4106 => Self::ActivityId,
            4107 => Self::TraceFlags,
            4108 => Self::IoPriority,
            4109 => Self::HasCustomerData,
            4110 => Self::NeedsCallbackBeforeCommit,
            _ => return Err(SessionError::InvalidSessionParameter),
        })
    }

    /// Which buffers a value is read into.
    const fn fit(self) -> Fit {
        match self {
            Self::CommitDefault | Self::TransactionLevel | Self::IoPriority => Fit::Exact,
            Self::CommitContext | Self::Description(_) => Fit::Variable,
            _ => Fit::AtLeast,
        }
    }
}

/// Which buffers a value is read into.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fit {
    /// Those of its size.
    Exact,
    /// Those of its size or more.
    AtLeast,
    /// As the former; the size varies, so another error tells it.
    Variable,
}

/// Bytes that a program passed.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// No address, and how many bytes should have been there.
    Missing(usize),
    /// The bytes.
    Bytes(&'a [u8]),
}

impl<E: Engine> Call<'_, E> {
    /// Sets a session parameter.
    ///
    /// # Errors
    /// [`SessionError::InvalidParameter`] for bytes that are not there or a value out of range,
    /// `InvalidSessionParameter`, `InvalidBufferSize`, `InvalidOptions`, and `NotAvailable` for the transaction level.
    pub fn set_parameter(&mut self, number: u32, input: Input<'_>) -> Result<(), SessionError> {
        let bytes = match input {
            Input::Missing(0) => &[],
            Input::Missing(_) => return Err(SessionError::InvalidParameter(Argument::SessionParameterValue)),
            Input::Bytes(bytes) => bytes,
        };
        let param = SessionParam::new(number)?;
        let mut settings = self.session().settings();
        match param {
            SessionParam::CommitDefault => settings.commit_default = number_of(bytes)?,
            SessionParam::CommitContext => {
                if bytes.len() > COMMIT_CONTEXT_BYTES_MAX {
                    settings.commit_context.clear();
                    return Err(SessionError::InvalidBufferSize {
                        expected: COMMIT_CONTEXT_BYTES_MAX,
                    });
                }
                settings.commit_context = bytes.to_vec();
            }
            SessionParam::TransactionLevel => return Err(SessionError::NotAvailable),
            SessionParam::OperationContext => settings.operation_context = *array(bytes)?,
            SessionParam::CorrelationId => settings.correlation_id = number_of(bytes)?,
            SessionParam::CachePriority => {
                let priority = number_of(bytes)?;
                if priority > CACHE_PRIORITY_MAX {
                    return Err(SessionError::InvalidParameter(Argument::SessionParameterValue));
                }
                settings.cache_priority = priority;
            }
            SessionParam::Description(which) => {
                let text: Vec<u8> = bytes.iter().copied().take_while(|&byte| byte != 0).collect();
                if text.len() >= DESCRIPTION_BYTES_MAX {
                    return Err(SessionError::InvalidBufferSize {
                        expected: DESCRIPTION_BYTES_MAX,
                    });
                }
                *settings.description(which) = text;
            }
            SessionParam::ActivityId => settings.activity_id = *array(bytes)?,
            SessionParam::TraceFlags => settings.trace_flags = number_of(bytes)?,
            SessionParam::IoPriority => {
                let bits = number_of(bytes)?;
                if bits & !IO_PRIORITY_BITS != 0 {
                    return Err(SessionError::InvalidOptions);
                }
                settings.io_priority = bits;
            }
            SessionParam::HasCustomerData => settings.has_customer_data = number_of(bytes)?.min(1),
            SessionParam::NeedsCallbackBeforeCommit => {
                settings.needs_callback_before_commit = number_of(bytes)?.min(1);
            }
        }
        Ok(())
    }
}

impl<E: Engine> Session<E> {
    /// A session parameter as bytes. `room` is the size of the program's buffer; without one only the size is asked for,
    /// and every size will do.
    ///
    /// # Errors
    /// Those of entering but `SharingViolation`; [`SessionError::InvalidSessionParameter`]; `InvalidBufferSize` and
    /// `BufferTooSmall`, which tell the right size.
    pub fn parameter(&self, number: u32, room: Option<usize>) -> Result<Vec<u8>, SessionError> {
        self.check(Entry::Service)?;
        let param = SessionParam::new(number)?;
        let mut settings = self.settings();
        let value = match param {
            SessionParam::CommitDefault => settings.commit_default.to_le_bytes().to_vec(),
            SessionParam::CommitContext => settings.commit_context.clone(),
            SessionParam::TransactionLevel => u32::from(self.level()).to_le_bytes().to_vec(),
            SessionParam::OperationContext => settings.operation_context.to_vec(),
            SessionParam::CorrelationId => settings.correlation_id.to_le_bytes().to_vec(),
            SessionParam::CachePriority => settings.cache_priority.to_le_bytes().to_vec(),
            SessionParam::Description(which) => {
                let mut text = settings.description(which).clone();
                text.push(0);
                text
            }
            SessionParam::ActivityId => settings.activity_id.to_vec(),
            SessionParam::TraceFlags => settings.trace_flags.to_le_bytes().to_vec(),
            SessionParam::IoPriority => settings.io_priority.to_le_bytes().to_vec(),
            SessionParam::HasCustomerData => settings.has_customer_data.to_le_bytes().to_vec(),
            SessionParam::NeedsCallbackBeforeCommit => {
                settings.needs_callback_before_commit.to_le_bytes().to_vec()
            }
        };
        let size = value.len();
        match (param.fit(), room) {
            (Fit::Exact, Some(room)) if room != size => {
                Err(SessionError::InvalidBufferSize { expected: size })
            }
            (Fit::AtLeast, Some(room)) if room < size => {
                Err(SessionError::InvalidBufferSize { expected: size })
            }
            (Fit::Variable, Some(room)) if room < size => Err(SessionError::BufferTooSmall { needed: size }),
            _ => Ok(value),
        }
    }
}

impl Settings {
    const fn description(&mut self, which: Description) -> &mut Vec<u8> {
        let [component, action, context] = &mut self.descriptions;
        match which {
            Description::Component => component,
            Description::Action => action,
            Description::ActionContext => context,
        }
    }
}

fn array<const N: usize>(bytes: &[u8]) -> Result<&[u8; N], SessionError> {
    let array = bytes.try_into();
    array.map_err(|_| SessionError::InvalidBufferSize { expected: N })
}

fn number_of(bytes: &[u8]) -> Result<u32, SessionError> {
    array(bytes).map(|bytes| u32::from_le_bytes(*bytes))
}
