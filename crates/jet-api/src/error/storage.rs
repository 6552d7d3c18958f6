//! Errors of the running engine with their code and place.

use jet_btree::store::StoreError;
use jet_btree::transaction::ChangeError;
use jet_btree::version::VersionError;
use jet_io::cache::{CacheSetupError, FlushError};
use jet_io::{IoError, IoErrorKind};
use jet_log::dbfile::OpenDatabaseError;
use jet_pages::dbheader::DbState;
use jet_session::storage::StorageError;
use jet_session::{CallError, SessionError};

use super::recovery::{self, log_write};
use super::{JetCode, JetError, Location, map};

impl From<StorageError> for JetError {
    fn from(error: StorageError) -> Self {
        Self::of_storage(error, "working with the engine")
    }
}

impl From<CallError<StorageError>> for JetError {
    fn from(error: CallError<StorageError>) -> Self {
        Self::of_call(error, "entering a call")
    }
}

impl JetError {
    /// What a call met, and what it was about.
    pub(crate) fn of_call(error: CallError<StorageError>, doing: &'static str) -> Self {
        match error {
            CallError::Session(error) => Self::refused(error, doing),
            CallError::Engine(error) => Self::of_storage(error, doing),
        }
    }

    /// A call that the rules refused, and what it was about.
    pub(crate) fn refused(error: SessionError, doing: &'static str) -> Self {
        Self::new(map::session(&error), doing).with_source(error)
    }

    fn of_storage(error: StorageError, doing: &'static str) -> Self {
        if let StorageError::Recovery(error) = error {
            return (*error).into();
        }
        let told = Self::new(code(&error), doing);
        let told = match location(&error) {
            Some(location) => told.at(location),
            None => told,
        };
        told.with_source(error)
    }
}

/// Code of an error of the running engine.
pub(super) fn code(error: &StorageError) -> JetCode {
    match error {
        StorageError::Io(error) => map::io(&error.kind),
        StorageError::LogRead(error) => map::log(error),
        StorageError::LogWrite(error) => log_write(error),
        StorageError::Recovery(error) => recovery::code(error),
        StorageError::Cache(CacheSetupError::TooSmall { .. }) => JetCode::INVALID_SETTINGS,
        StorageError::Cache(CacheSetupError::OutOfMemory { .. }) => JetCode::OUT_OF_MEMORY,
        StorageError::Flush(error) => flush(error),
        StorageError::Store(error) => store(error),
        StorageError::Change(error) => change(error),
        StorageError::Rollback(error) => change(error),
        StorageError::Open(OpenDatabaseError::Io(error)) => match error.kind {
            IoErrorKind::Locked => JetCode::DATABASE_SHARING_VIOLATION,
            ref kind => map::io(kind),
        },
        StorageError::Open(OpenDatabaseError::Header { source, .. }) => match map::header(source) {
            // An engine that is asked to work with the file says more than one that reads it.
            JetCode::READ_VERIFY_FAILURE => JetCode::DATABASE_CORRUPTED,
            code => code,
        },
        StorageError::NotFound { .. } => JetCode::FILE_NOT_FOUND,
        StorageError::Exists { .. } | StorageError::Attached { .. } => JetCode::DATABASE_DUPLICATE,
        StorageError::NotAttached { .. } => JetCode::DATABASE_NOT_FOUND,
        StorageError::TooManyDatabases { .. } => JetCode::TOO_MANY_ATTACHED_DATABASES,
        StorageError::State { state, .. } => match state {
            DbState::IncrementalReseedInProgress => JetCode::DATABASE_INCOMPLETE_INCREMENTAL_RESEED,
            DbState::RevertInProgress => JetCode::DATABASE_INCOMPLETE_REVERT,
            _ => JetCode::DATABASE_DIRTY_SHUTDOWN,
        },
        StorageError::PageSize { .. } => JetCode::PAGE_SIZE_MISMATCH,
        StorageError::LogSize { .. } => JetCode::LOG_FILE_SIZE_MISMATCH_DATABASES_CONSISTENT,
        StorageError::Contents(_) => JetCode::INTERNAL_ERROR,
        StorageError::Busy { .. } | StorageError::Latched { .. } => JetCode::DATABASE_IN_USE,
        StorageError::HalfDone { source, .. } => code(source),
        StorageError::LogDiskFull => JetCode::LOG_DISK_FULL,
        StorageError::LogSequenceEnd => JetCode::LOG_SEQUENCE_END,
        StorageError::FolderInUse { .. } => JetCode::FILE_ACCESS_DENIED,
        StorageError::NoFolder { .. } => JetCode::INVALID_PATH,
        StorageError::Setting { .. } => JetCode::INVALID_SETTINGS,
        StorageError::SessionNumber { .. } => JetCode::OUT_OF_SESSIONS,
        StorageError::Stopped => JetCode::NOT_INITIALIZED,
    }
}

const fn flush(error: &FlushError) -> JetCode {
    match error {
        FlushError::Barrier { source, .. } => match source.kind {
            IoErrorKind::DiskFull => JetCode::LOG_DISK_FULL,
            _ => JetCode::LOG_WRITE_FAIL,
        },
        FlushError::Write { source, .. } => map::io(&source.kind),
    }
}

/// Code of a change of a row that is not made.
pub(super) fn change(error: &ChangeError) -> JetCode {
    match error {
        ChangeError::NoTransaction => JetCode::NOT_IN_TRANSACTION,
        ChangeError::ReadOnly => JetCode::TRANS_READ_ONLY,
        ChangeError::NoDatabase => JetCode::INVALID_DATABASE_ID,
        ChangeError::KeyTaken => JetCode::KEY_DUPLICATE,
        ChangeError::NoNode => JetCode::RECORD_DELETED,
        ChangeError::Version(VersionError::Conflict(_)) => JetCode::WRITE_CONFLICT,
        ChangeError::Version(VersionError::Full { .. }) => JetCode::VERSION_STORE_OUT_OF_MEMORY,
        ChangeError::Version(VersionError::EntryTooLong { .. }) => JetCode::VERSION_STORE_ENTRY_TOO_BIG,
        ChangeError::Store(error) => store(error),
        ChangeError::Log(error) => log_write(error),
    }
}

/// Code of a change of a tree that is not made.
pub(super) fn store(error: &StoreError) -> JetCode {
    match error {
        StoreError::Tree(error) => map::tree(error),
        StoreError::Log(error) => log_write(error),
        StoreError::File(error) => map::io(&error.kind),
        StoreError::Flush(error) => flush(error),
        StoreError::Unsound { .. }
        | StoreError::Apply(_)
        | StoreError::OtherData { .. }
        | StoreError::NoSeparator { .. } => JetCode::DATABASE_CORRUPTED,
        StoreError::Down => JetCode::INSTANCE_UNAVAILABLE,
        StoreError::Exists { .. } => JetCode::KEY_DUPLICATE,
        StoreError::NoNode { .. } => JetCode::RECORD_DELETED,
        StoreError::NodeTooLarge { .. } | StoreError::TooManyLevels { .. } => JetCode::RECORD_TOO_BIG,
        StoreError::NoData => JetCode::INTERNAL_ERROR,
        StoreError::Full { .. } => JetCode::OUT_OF_DATABASE_SPACE,
        StoreError::Space { .. } => JetCode::SP_OWN_EXT_CORRUPTED,
    }
}

fn location(error: &StorageError) -> Option<Location> {
    match error {
        StorageError::Io(error) | StorageError::Open(OpenDatabaseError::Io(error)) => Some(of_io(error)),
        StorageError::NotFound { path }
        | StorageError::Exists { path }
        | StorageError::Attached { path }
        | StorageError::NotAttached { path }
        | StorageError::State { path, .. }
        | StorageError::PageSize { path, .. }
        | StorageError::HalfDone { path, .. }
        | StorageError::LogSize { path, .. }
        | StorageError::Open(OpenDatabaseError::Header { database: path, .. })
        | StorageError::FolderInUse { folder: path }
        | StorageError::NoFolder { folder: path } => Some(Location::file(path)),
        _ => None,
    }
}

fn of_io(error: &IoError) -> Location {
    match error.offset {
        Some(offset) => Location::offset(&error.path, offset),
        None => Location::file(&error.path),
    }
}
