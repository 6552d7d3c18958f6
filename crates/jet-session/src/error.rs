//! The errors of this crate. Each says what happened in words of its own; their numbers are known to `jet-api` alone.

use crate::params::ParamId;

/// Why a call was refused before it reached the engine, or what it found there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SessionError {
    /// An argument has a value that makes no sense.
    #[error("invalid {0}")]
    InvalidParameter(Argument),
    /// Option bits that are unknown or do not go together.
    #[error("unknown option bits or bits that exclude one another")]
    InvalidOptions,
    /// The handle is no live session.
    #[error("no such session")]
    InvalidSession,
    /// The handle is no live instance, in a call on parameters.
    #[error("no such instance")]
    InvalidInstance,
    /// The process works with one nameless instance.
    #[error("the process runs in single-instance mode")]
    SingleInstanceMode,
    /// The process works with several instances.
    #[error("the process runs in multi-instance mode")]
    MultiInstanceMode,
    /// Another instance has this name.
    #[error("another instance has this name")]
    NameInUse,
    /// The process has as many instances as it may.
    #[error("the process has as many instances as it may ({limit})")]
    TooManyInstances {
        /// How many that are.
        limit: u64,
    },
    /// Two initialised instances would use one path.
    #[error("another instance uses this {0}")]
    PathInUse(PathRole),
    /// Multi-instance mode was entered before, with these values.
    #[error("these parameters are set already")]
    ParametersAlreadySet,
    /// Multi-instance mode was entered before, with other values.
    #[error("multi-instance mode was entered with other parameters")]
    ParameterConflict,
    /// There is no initialised instance.
    #[error("not initialised")]
    NotInitialized,
    /// It is initialised, or too late for this change.
    #[error("initialised already")]
    AlreadyInitialized,
    /// The instance is being initialised.
    #[error("initialisation is in progress")]
    InitInProgress,
    /// The instance is being ended.
    #[error("termination is in progress")]
    TermInProgress,
    /// The instance is being restored.
    #[error("a restore is in progress")]
    RestoreInProgress,
    /// The instance was told to stop service.
    #[error("the client has asked for service to stop")]
    ServiceStopped,
    /// The instance met an error from which it cannot go on.
    #[error("the instance is unavailable since {0}")]
    Unavailable(Fatal),
    /// A transaction is open.
    #[error("a session has an open transaction")]
    TooManyActiveUsers,
    /// A backup is running.
    #[error("a backup is running")]
    BackupInProgress {
        /// It runs on a surrogate's behalf.
        is_surrogate: bool,
    },
    /// The instance has gone, and its databases need recovery.
    #[error("ended dirty: the databases need recovery")]
    DirtyShutdown,
    /// As many sessions as may be are open.
    #[error("as many sessions as may be are open ({limit})")]
    OutOfSessions {
        /// How many that are.
        limit: u64,
    },
    /// Memory ran out.
    #[error("out of memory")]
    OutOfMemory,
    /// Another thread is inside a call with the session, or its transaction belongs to another thread.
    #[error("the session is used by another thread")]
    SharingViolation,
    /// A session context is set.
    #[error("the session has a context")]
    SessionInUse,
    /// A session context is set already.
    #[error("the session has a context already")]
    ContextAlreadySet,
    /// No context is set, or another thread has set it.
    #[error("this thread has not set the session's context")]
    ContextNotSetByThisThread,
    /// The session has no open transaction.
    #[error("not in a transaction")]
    NotInTransaction,
    /// The session has an open transaction.
    #[error("in a transaction")]
    InTransaction,
    /// As many levels as may be are open.
    #[error("transactions are nested too deep")]
    TransactionTooDeep,
    /// The transaction reads only.
    #[error("the transaction is read-only")]
    TransactionReadOnly,
    /// An update failed in a way that only a rollback mends.
    #[error("the transaction must be rolled back")]
    MustRollback,
    /// A rollback failed; the session can only be ended with its instance.
    #[error("an earlier rollback failed")]
    RollbackFailed,
    /// There is no such session parameter.
    #[error("no such session parameter")]
    InvalidSessionParameter,
    /// The value or buffer has the wrong size.
    #[error("the size of the buffer is not that of the value ({expected} bytes)")]
    InvalidBufferSize {
        /// The right size.
        expected: usize,
    },
    /// The buffer is smaller than the value.
    #[error("the buffer is smaller than the value ({needed} bytes)")]
    BufferTooSmall {
        /// The size that would do.
        needed: usize,
    },
    /// The operation exists in name only.
    #[error("not available")]
    NotAvailable,
    /// The rules of databases refuse.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The format version is older than what is written here.
    #[error("format version {0} is no longer supported")]
    FormatVersionTooLow(u64),
    /// The format version is newer than what is known here.
    #[error("format version {0} is not supported yet")]
    FormatVersionTooHigh(u64),
}

/// Why a call on a database is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseError {
    /// The path is empty, or cannot be one.
    #[error("no path of a database")]
    InvalidPath,
    /// No database can have so many pages.
    #[error("no database can have so many pages")]
    InvalidPages,
    /// Changes without versions need a database without logs.
    #[error("a database cannot do without versions")]
    NeedsVersions,
    /// It is not attached to the instance.
    #[error("the database is not attached")]
    NotAttached,
    /// This session has no database of this number open.
    #[error("the session has no such database open")]
    NotOpen,
    /// A session opens one database at a time, as was wanted for the instance.
    #[error("the session has another database open, and may have one")]
    OnePerSession,
    /// Another session has it for itself.
    #[error("another session has the database for itself")]
    Locked,
    /// It is open, or being detached.
    #[error("the database is in use")]
    InUse,
    /// It was attached to be read only.
    #[error("the database can only be read")]
    ReadOnly,
}

/// Which argument is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument {
    /// The instance.
    Instance,
    /// Where the result should go.
    Output,
    /// The number of pages.
    Pages,
    /// The number of a system parameter.
    ParameterNumber(u32),
    /// The value of a system parameter.
    ParameterValue(ParamId),
    /// The value of a session parameter.
    SessionParameterValue,
    /// The session context.
    Context,
    /// The delay of a commit that is not lazy.
    Delay,
    /// A count of elements without the elements.
    Count,
}

impl core::fmt::Display for Argument {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Instance => f.write_str("instance"),
            Self::Output => f.write_str("output pointer"),
            Self::Pages => f.write_str("number of pages"),
            Self::ParameterNumber(number) => write!(f, "system parameter number {number}"),
            Self::ParameterValue(id) => write!(f, "value of {id}"),
            Self::SessionParameterValue => f.write_str("value of a session parameter"),
            Self::Context => f.write_str("session context"),
            Self::Delay => f.write_str("delay for a commit that is not lazy"),
            Self::Count => f.write_str("count without elements"),
        }
    }
}

/// The path that two instances would share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathRole {
    /// Temporary database.
    Temp,
    /// Folder of the checkpoint.
    System,
    /// Folder of the logs.
    Log,
}

impl core::fmt::Display for PathRole {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Temp => "temporary database",
            Self::System => "system folder",
            Self::Log => "log folder",
        })
    }
}

/// Why an instance cannot go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fatal {
    /// Memory and files may not agree: a log or page could not be written, or a rollback failed.
    Failure,
    /// The disk of the logs is full beyond its reserve.
    LogDiskFull,
}

impl core::fmt::Display for Fatal {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Failure => "a fatal error",
            Self::LogDiskFull => "the log disk is full",
        })
    }
}

/// An error of this crate or of the engine below.
#[derive(Debug, thiserror::Error)]
pub enum CallError<E> {
    /// The rules of instances and sessions refused the call.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// The engine failed.
    #[error(transparent)]
    Engine(E),
}

impl<E> CallError<E> {
    /// The rule that refused, if one did.
    pub const fn refusal(&self) -> Option<SessionError> {
        match self {
            Self::Session(error) => Some(*error),
            Self::Engine(_) => None,
        }
    }
}
