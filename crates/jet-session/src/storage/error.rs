//! Why an engine does not start, or a database does not come or go.

use std::path::PathBuf;

use jet_btree::redo::RedoError;
use jet_btree::store::StoreError;
use jet_btree::transaction::ChangeError;
use jet_io::cache::{CacheSetupError, FlushError};
use jet_io::{IoError, IoErrorKind};
use jet_log::dbfile::OpenDatabaseError;
use jet_log::recovery::RecoveryError;
use jet_log::{LogError, LogWriteError};
use jet_pages::dbheader::DbState;

use crate::error::Fatal;
use crate::params::ParamId;

/// Why the engine cannot do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The system refuses.
    #[error(transparent)]
    Io(#[from] IoError),
    /// The logs cannot be read.
    #[error(transparent)]
    LogRead(#[from] LogError),
    /// The log cannot be written.
    #[error(transparent)]
    LogWrite(#[from] LogWriteError),
    /// The databases of an earlier run cannot be recovered.
    #[error(transparent)]
    Recovery(#[from] Box<RecoveryError<RedoError>>),
    /// There is no memory for pages.
    #[error(transparent)]
    Cache(#[from] CacheSetupError),
    /// Pages cannot be written.
    #[error(transparent)]
    Flush(#[from] FlushError),
    /// A tree cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A node cannot be changed.
    #[error(transparent)]
    Change(#[from] ChangeError),
    /// The file of a database cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenDatabaseError),
    /// There is no such file.
    #[error("{} does not exist", path.display())]
    NotFound {
        /// The file.
        path: PathBuf,
    },
    /// There is a file where a database is to be created.
    #[error("{} exists already", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The database is attached already.
    #[error("{} is attached already", path.display())]
    Attached {
        /// The file.
        path: PathBuf,
    },
    /// The database is not attached.
    #[error("{} is not attached", path.display())]
    NotAttached {
        /// The file.
        path: PathBuf,
    },
    /// As many databases as may be are attached.
    #[error("{count} databases are attached, which is the most")]
    TooManyDatabases {
        /// How many.
        count: usize,
    },
    /// The database needs recovery, or worse.
    #[error("{} is in state {state:?}: it cannot be attached", path.display())]
    State {
        /// The file.
        path: PathBuf,
        /// Its state.
        state: DbState,
    },
    /// The pages of the database have another size than those of the instance.
    #[error("the pages of {} have {found} bytes, those of the instance {expected}", path.display())]
    PageSize {
        /// The file.
        path: PathBuf,
        /// Bytes of its pages.
        found: u32,
        /// Bytes of the pages of the instance.
        expected: u32,
    },
    /// The logs have another size than new ones are to have, and are not to be removed.
    #[error("{} has {found} sectors, new logs are to have {expected}", path.display())]
    LogSize {
        /// The log.
        path: PathBuf,
        /// Its sectors.
        found: u16,
        /// Sectors of new logs.
        expected: u16,
    },
    /// What every new database holds cannot be made.
    #[error("a new database cannot be filled: {0}")]
    Contents(#[source] Box<dyn core::error::Error + Send + Sync>),
    /// Transactions are open.
    #[error("{count} transactions, or changes of theirs, are open")]
    Busy {
        /// How many transactions, or changes in a database.
        count: usize,
    },
    /// A rollback failed: what is in memory is half undone.
    #[error("a rollback failed: {0}")]
    Rollback(Box<ChangeError>),
    /// A database is half attached or half detached: the log tells of it, its header does not.
    #[error("{} was left half attached or half detached: {source}", path.display())]
    HalfDone {
        /// The file.
        path: PathBuf,
        /// What failed.
        source: Box<Self>,
    },
    /// The log has used its reserves, and there is still no space: nothing new is begun.
    #[error("the disk of the log is full")]
    LogDiskFull,
    /// The numbers of log files are almost used up: nothing new is begun.
    #[error("the numbers of log files are used up")]
    LogSequenceEnd,
    /// Another instance works in the folder.
    #[error("another instance works in {}", folder.display())]
    FolderInUse {
        /// The folder.
        folder: PathBuf,
    },
    /// There is no such folder.
    #[error("there is no folder {}", folder.display())]
    NoFolder {
        /// The folder.
        folder: PathBuf,
    },
    /// A parameter of the instance has a value that no engine can work with.
    #[error("no engine can work with {value} for {parameter}")]
    Setting {
        /// The parameter.
        parameter: ParamId,
        /// Its value.
        value: u64,
    },
    /// A session has a number that logs cannot tell.
    #[error("logs have no place for session number {number}")]
    SessionNumber {
        /// The number.
        number: u32,
    },
    /// The engine has ended.
    #[error("the engine has ended")]
    Stopped,
    /// Pages stay in use, or may not be written.
    #[error("{pages} pages cannot be written: they are in use")]
    Latched {
        /// How many.
        pages: usize,
    },
}

impl From<RecoveryError<RedoError>> for StorageError {
    fn from(error: RecoveryError<RedoError>) -> Self {
        Self::Recovery(Box::new(error))
    }
}

impl StorageError {
    /// What keeps a new database from being filled.
    pub fn contents(why: impl core::error::Error + Send + Sync + 'static) -> Self {
        Self::Contents(Box::new(why))
    }

    pub(crate) fn rollback(error: ChangeError) -> Self {
        Self::Rollback(Box::new(error))
    }

    /// Why the engine cannot go on after this, if it cannot.
    pub fn fatal(&self) -> Option<Fatal> {
        match self {
            Self::LogWrite(error) => log_fatal(error),
            Self::Store(error) => store_fatal(error),
            Self::Change(error) => change_fatal(error),
            Self::Rollback(error) => change_fatal(error).or(Some(Fatal::Failure)),
            Self::HalfDone { source, .. } => source.fatal().or(Some(Fatal::Failure)),
            // What stands before pages is the log. A page that cannot be written is tried again.
            Self::Flush(FlushError::Barrier { source, .. }) => Some(match source.kind {
                IoErrorKind::DiskFull => Fatal::LogDiskFull,
                _ => Fatal::Failure,
            }),
            _ => None,
        }
    }
}

fn log_fatal(error: &LogWriteError) -> Option<Fatal> {
    match error {
        // The reserve logs are used up by then: not even a rollback can be logged.
        _ if error.is_disk_full() => Some(Fatal::LogDiskFull),
        LogWriteError::Io(_) | LogWriteError::Down => Some(Fatal::Failure),
        _ => None,
    }
}

fn store_fatal(error: &StoreError) -> Option<Fatal> {
    match error {
        StoreError::Log(error) => log_fatal(error),
        StoreError::Apply(_) | StoreError::Down => Some(Fatal::Failure),
        _ => None,
    }
}

fn change_fatal(error: &ChangeError) -> Option<Fatal> {
    match error {
        ChangeError::Log(error) => log_fatal(error),
        ChangeError::Store(error) => store_fatal(error),
        _ => None,
    }
}
