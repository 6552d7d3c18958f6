//! Why an engine does not start, or a database does not come or go.

use std::path::PathBuf;

use jet_btree::redo::RedoError;
use jet_btree::store::StoreError;
use jet_btree::transaction::ChangeError;
use jet_io::IoError;
use jet_io::cache::{CacheSetupError, FlushError};
use jet_log::dbfile::OpenDatabaseError;
use jet_log::recovery::RecoveryError;
use jet_log::{LogError, LogWriteError};
use jet_pages::dbheader::DbState;

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
    /// What every new database holds cannot be made.
    #[error("a new database cannot be filled: {0}")]
    Contents(#[source] Box<dyn core::error::Error + Send + Sync>),
    /// Transactions are open.
    #[error("{count} transactions are open")]
    Busy {
        /// How many.
        count: usize,
    },
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
}
