//! Why a recovery did not come to its end: which log, which database, and what is missing.

use std::path::PathBuf;

use jet_io::IoError;
use jet_pages::dbheader::{DbState, HeaderError};

use crate::attach::AttachListError;
use crate::dbfile::OpenDatabaseError;
use crate::writer::LogWriteError;
use crate::{Generation, Lgpos, LogError};

/// Why a recovery did not come to its end. `E`: what redo and undo inside a database can fail with.
#[derive(Debug, thiserror::Error)]
pub enum RecoveryError<E> {
    /// The system refused.
    #[error(transparent)]
    Io(#[from] IoError),
    /// A log is damaged, foreign or of another kind; the recovery needs it.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The log of the recovery itself could not be written.
    #[error(transparent)]
    Write(#[from] LogWriteError),
    /// A record could not be done again, or a change not undone.
    #[error(transparent)]
    Target(E),
    /// There are no logs.
    #[error("there are no logs with the base name {base:?} in {}", folder.display())]
    NoLogs {
        /// Where.
        folder: PathBuf,
        /// Base name.
        base: String,
    },
    /// The log being written when the system stopped is not there.
    #[error("the current log {} is missing; the newest closed log is generation {newest}", path.display())]
    NoCurrentLog {
        /// Its path.
        path: PathBuf,
        /// The newest log there is.
        newest: Generation,
    },
    /// The log in which redo must start is not there.
    #[error("redo starts in generation {generation}, whose log is missing in {}", folder.display())]
    NoStart {
        /// The generation.
        generation: Generation,
        /// Where it should be.
        folder: PathBuf,
    },
    /// A generation is missing in the middle of the logs.
    #[error("generation {missing} is missing in {}: generation {before} comes before it, {found} after it", folder.display())]
    Gap {
        /// The missing generation.
        missing: Generation,
        /// The last one before.
        before: Generation,
        /// The next one there is.
        found: Generation,
        /// Where.
        folder: PathBuf,
    },
    /// Without these logs the database cannot be used.
    #[error("{} needs the logs of generations {first} to {last}; recovery {got}", database.display())]
    RequiredLogsMissing {
        /// The database.
        database: PathBuf,
        /// First generation that it needs.
        first: Generation,
        /// Last generation that it needs.
        last: Generation,
        /// What there was of them.
        got: LogsGot,
    },
    /// The database can be used without these logs, but they hold transactions that were committed.
    #[error("{} has transactions in the logs up to generation {last}, the last one here is {reached}", database.display())]
    CommittedLogsMissing {
        /// The database.
        database: PathBuf,
        /// Last generation that it has.
        last: Generation,
        /// Last generation that there is.
        reached: Generation,
    },
    /// A log is damaged that the database can be used without, but that holds transactions that were committed.
    #[error(
        "generation {generation} holds only transactions that no database needs to be usable, but it is damaged: {source}"
    )]
    CommittedLogDamaged {
        /// The generation.
        generation: Generation,
        /// What is wrong.
        source: LogError,
    },
    /// A database is not the one that the log tells of.
    #[error("{} is not what the log says at {at}: {why}", database.display())]
    Mismatch {
        /// The database.
        database: PathBuf,
        /// The record, or the start of redo.
        at: Lgpos,
        /// Why.
        why: Mismatch,
    },
    /// A database that the log tells of was not there at the end.
    #[error("the database that the log knows as {logged:?} was not recovered: {why}")]
    NotAttached {
        /// Path in the log.
        logged: String,
        /// Why.
        why: Deferral,
    },
    /// The header of a database cannot be read.
    #[error("{}: {source}", database.display())]
    Header {
        /// The database.
        database: PathBuf,
        /// Why.
        source: HeaderError,
    },
    /// The database is in a state from which logs do not help.
    #[error("{} is in state {state:?}, which no log changes", database.display())]
    State {
        /// The database.
        database: PathBuf,
        /// Its state.
        state: DbState,
    },
    /// The database comes from a streaming backup that was not restored.
    #[error("{} comes from a backup and must be restored with its logs of generations {first} and later", database.display())]
    Backup {
        /// The database.
        database: PathBuf,
        /// First generation of the backup.
        first: Generation,
    },
    /// The pages of the database have another size than the logs say.
    #[error("{} has pages of {found} bytes, its logs are of pages of {expected}", database.display())]
    PageSize {
        /// The database.
        database: PathBuf,
        /// Size of its pages.
        found: u32,
        /// Size in the log.
        expected: u32,
    },
    /// A database is created in a way that is not known.
    #[error("the database created at {at} has version {major}.{minor} of its creation, known is 2.0")]
    CreateVersion {
        /// The record.
        at: Lgpos,
        /// Version.
        major: u16,
        /// Minor part.
        minor: u16,
    },
    /// A list of attached databases cannot be read.
    #[error("generation {generation}: {source}")]
    Attachments {
        /// The log, or that of the checkpoint.
        generation: Generation,
        /// Why.
        source: AttachListError,
    },
    /// Two options contradict each other.
    #[error("{0}")]
    Options(&'static str),
    /// All is well with the databases, but the logs have another size than wanted.
    #[error("recovery is complete, but the logs have {found} bytes instead of {expected}")]
    LogSize {
        /// Bytes of the logs.
        found: u64,
        /// Bytes wanted.
        expected: u64,
    },
}

impl<E> RecoveryError<E> {
    /// The file of the database that this is about, to name another one: that of which it is a copy.
    pub fn database_mut(&mut self) -> Option<&mut PathBuf> {
        match self {
            Self::RequiredLogsMissing { database, .. }
            | Self::CommittedLogsMissing { database, .. }
            | Self::Mismatch { database, .. }
            | Self::Header { database, .. }
            | Self::State { database, .. }
            | Self::Backup { database, .. }
            | Self::PageSize { database, .. } => Some(database),
            _ => None,
        }
    }
}

/// What recovery got of the logs that a database needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogsGot {
    /// It began behind the first.
    #[error("began in generation {0}")]
    From(Generation),
    /// It ended before the last.
    #[error("ended with generation {0}")]
    Until(Generation),
    /// It had a log of that number, but another one.
    #[error("had another log of generation {0}")]
    Other(Generation),
}

/// How a database differs from what the log tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    /// It was last attached elsewhere.
    #[error("it was attached at {found}, not at {expected}")]
    Attached {
        /// By its header.
        found: Lgpos,
        /// By the log.
        expected: Lgpos,
    },
    /// It was last consistent elsewhere.
    #[error("it was consistent at {found}, not at {expected}")]
    Consistent {
        /// By its header.
        found: Lgpos,
        /// By the log.
        expected: Lgpos,
    },
}

impl Mismatch {
    /// Whether the database is older than the log says, and not newer.
    pub fn is_older(&self) -> bool {
        let (Self::Attached { found, expected } | Self::Consistent { found, expected }) = self;
        found < expected
    }
}

/// Why a database was not attached where the log tells of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Deferral {
    /// There is no such file.
    #[error("no such file was found")]
    Missing,
    /// The system does not let it be opened.
    #[error("it may not be opened")]
    AccessDenied,
    /// The name is that of a log or a checkpoint, which no database may take the place of.
    #[error("its name is that of a log or a checkpoint")]
    LogName,
    /// It was last used with another log stream.
    #[error("it belongs to another log stream")]
    OtherStream,
    /// It is another database.
    #[error("the file there is another database")]
    OtherDatabase,
    /// It was attached again later.
    #[error("it was attached later in the log")]
    AttachedLater,
    /// It is newer than this place in the log.
    #[error("it has everything up to a later place in the log")]
    Newer,
    /// Its creation was not completed.
    #[error("its creation was not completed")]
    JustCreated,
}

impl<E> From<OpenDatabaseError> for RecoveryError<E> {
    fn from(error: OpenDatabaseError) -> Self {
        match error {
            OpenDatabaseError::Io(error) => Self::Io(error),
            OpenDatabaseError::Header { database, source } => Self::Header { database, source },
        }
    }
}
