//! Each error of a lower layer and its JET code: one exhaustive match per layer, so that a new error asks for its
//! number at once.

use jet_btree::TreeError;
use jet_io::IoErrorKind;
use jet_isam::long_value::LongValueError;
use jet_isam::retrieve::ValueError;
use jet_log::LogError;
use jet_log::chain::ChainError;
use jet_log::checkpoint::CheckpointError;
use jet_log::header::{LogHeaderError, StreamMismatch};
use jet_log::record::RecordError;
use jet_pages::PageError;
use jet_pages::checksum::ChecksumError;
use jet_pages::dbheader::{CopyError, HeaderError};
use jet_session::{DatabaseError, Fatal, PathRole, SessionError};

use super::JetCode;

/// Code of an error of the operating system.
pub(crate) const fn io(kind: &IoErrorKind) -> JetCode {
    match kind {
        IoErrorKind::NotFound => JetCode::FILE_NOT_FOUND,
        IoErrorKind::AlreadyExists => JetCode::FILE_ALREADY_EXISTS,
        IoErrorKind::PermissionDenied | IoErrorKind::Locked => JetCode::FILE_ACCESS_DENIED,
        IoErrorKind::ReadOnly => JetCode::DATABASE_FILE_READ_ONLY,
        IoErrorKind::IsDirectory | IoErrorKind::NotADirectory | IoErrorKind::NotAFile => {
            JetCode::INVALID_PATH
        }
        IoErrorKind::Empty | IoErrorKind::ShortRead { .. } => JetCode::FILE_IO_BEYOND_EOF,
        IoErrorKind::DiskFull => JetCode::DISK_FULL,
        IoErrorKind::TooManyFiles => JetCode::OUT_OF_FILE_HANDLES,
        IoErrorKind::OutOfMemory => JetCode::OUT_OF_MEMORY,
        IoErrorKind::Other => JetCode::DISK_IO,
    }
}

/// Code of a header that cannot be used.
pub(crate) const fn header(error: &HeaderError) -> JetCode {
    match error.primary {
        CopyError::Missing | CopyError::NoMagic => JetCode::DATABASE_CORRUPTED,
        CopyError::Checksum => JetCode::READ_VERIFY_FAILURE,
        CopyError::OtherFile { .. } => JetCode::FILE_INVALID_TYPE,
        CopyError::Version { .. } => JetCode::INVALID_DATABASE_VERSION,
    }
}

/// Code of a log or checkpoint that cannot be read. Restores have codes of their own for the same damage.
pub(crate) const fn log(error: &LogError) -> JetCode {
    match error {
        LogError::Io(error) => io(&error.kind),
        LogError::Header { source, .. } => match source {
            LogHeaderError::Truncated { .. }
            | LogHeaderError::Checksum { .. }
            | LogHeaderError::Field { .. } => JetCode::LOG_FILE_CORRUPT,
            LogHeaderError::OtherFile { .. } => JetCode::FILE_INVALID_TYPE,
            LogHeaderError::Version { .. } => JetCode::BAD_LOG_VERSION,
        },
        LogError::Stream { source, .. } => match source {
            StreamMismatch::Signature => JetCode::BAD_LOG_SIGNATURE,
            StreamMismatch::PageSize { .. } => JetCode::PAGE_SIZE_MISMATCH,
            StreamMismatch::FileSize { .. } | StreamMismatch::WantedSize { .. } => {
                JetCode::LOG_FILE_SIZE_MISMATCH
            }
        },
        LogError::Record {
            source: RecordError::Obsolete { .. },
            ..
        } => JetCode::BAD_LOG_VERSION,
        LogError::Sector { .. } | LogError::Record { .. } | LogError::Fragment { .. } => {
            JetCode::LOG_FILE_CORRUPT
        }
        LogError::Chain { source, .. } => match source {
            ChainError::Gap { .. } => JetCode::MISSING_LOG_FILE,
            ChainError::Name { .. } => JetCode::LOG_GENERATION_MISMATCH,
            ChainError::Signature { .. } => JetCode::BAD_LOG_SIGNATURE,
            ChainError::PreviousTime { .. } => JetCode::INVALID_LOG_SEQUENCE,
            ChainError::PreviousChecksum { .. } => JetCode::LOG_SEQUENCE_CHECKSUM_MISMATCH,
            ChainError::Version { .. } => JetCode::BAD_LOG_VERSION,
        },
        LogError::Checkpoint { source, .. } => match source {
            CheckpointError::Damaged { .. } => JetCode::CHECKPOINT_CORRUPT,
            CheckpointError::OtherFile { .. } => JetCode::FILE_INVALID_TYPE,
            CheckpointError::Signature => JetCode::BAD_CHECKPOINT_SIGNATURE,
        },
    }
}

/// Code of a damaged page.
pub(crate) const fn page(error: &PageError) -> JetCode {
    match error {
        PageError::Truncated { .. } => JetCode::FILE_IO_BEYOND_EOF,
        PageError::NotInitialized { .. } => JetCode::PAGE_NOT_INITIALIZED,
        PageError::TagCount { .. } | PageError::TagOutOfBounds { .. } => JetCode::PAGE_TAG_CORRUPTED,
        PageError::NoSuchNode { .. } | PageError::NodeMalformed { .. } => JetCode::NODE_CORRUPTED,
        PageError::NoChild { .. } => JetCode::BAD_PARENT_PAGE_LINK,
        PageError::Space { .. } => JetCode::SP_OWN_EXT_CORRUPTED,
    }
}

/// Code of a page whose bytes are damaged.
pub(crate) const fn checksum(error: &ChecksumError) -> JetCode {
    match error {
        ChecksumError::Misplaced { .. } => JetCode::READ_PGNO_VERIFY_FAILURE,
        ChecksumError::Truncated { .. } => JetCode::FILE_IO_BEYOND_EOF,
        ChecksumError::Mismatch { .. } | ChecksumError::BitFlip { .. } => JetCode::READ_VERIFY_FAILURE,
    }
}

/// Code of a tree that cannot be read.
pub(crate) const fn tree(error: &TreeError) -> JetCode {
    match error {
        TreeError::Io { source, .. } => io(&source.kind),
        TreeError::CacheExhausted { .. } => JetCode::OUT_OF_BUFFERS,
        TreeError::Checksum(error) => checksum(error),
        TreeError::BeyondFile { .. } => JetCode::FILE_IO_BEYOND_EOF,
        TreeError::Page(error) => page(error),
        TreeError::Space { .. } => JetCode::SP_OWN_EXT_CORRUPTED,
        TreeError::OtherTree { .. } | TreeError::Sibling { .. } | TreeError::Circle { .. } => {
            JetCode::BAD_PAGE_LINK
        }
        TreeError::WrongKind { .. } | TreeError::TooDeep { .. } => JetCode::BAD_PARENT_PAGE_LINK,
    }
}

/// Code of a value that cannot be read.
pub(crate) const fn value(error: &ValueError) -> JetCode {
    match error {
        ValueError::Record(_) => JetCode::NODE_CORRUPTED,
        ValueError::LongValue(error) => long_value(error),
        ValueError::Compressed(_) => JetCode::DECOMPRESSION_FAILED,
        ValueError::Encrypted(_) => JetCode::DECRYPTION_FAILED,
        ValueError::NoKey => JetCode::COLUMN_NO_ENCRYPTION_KEY,
    }
}

pub(crate) const fn long_value(error: &LongValueError) -> JetCode {
    match error {
        LongValueError::Tree(error) => tree(error),
        LongValueError::NoTree { .. }
        | LongValueError::Missing { .. }
        | LongValueError::Root { .. }
        | LongValueError::Gap { .. }
        | LongValueError::ChunkTooShort { .. }
        | LongValueError::ChunkTooLong { .. } => JetCode::LV_CORRUPTED,
        LongValueError::NoKey { .. } => JetCode::COLUMN_NO_ENCRYPTION_KEY,
        LongValueError::Compressed { .. } => JetCode::DECOMPRESSION_FAILED,
        LongValueError::Encrypted { .. } => JetCode::DECRYPTION_FAILED,
    }
}

/// Code of a call that the rules of instances and sessions refuse.
pub(crate) const fn session(error: &SessionError) -> JetCode {
    match error {
        SessionError::InvalidParameter(_) => JetCode::INVALID_PARAMETER,
        SessionError::InvalidOptions => JetCode::INVALID_GRBIT,
        SessionError::InvalidSession => JetCode::INVALID_SESID,
        SessionError::InvalidInstance => JetCode::INVALID_INSTANCE,
        SessionError::SingleInstanceMode => JetCode::RUNNING_IN_ONE_INSTANCE_MODE,
        SessionError::MultiInstanceMode => JetCode::RUNNING_IN_MULTI_INSTANCE_MODE,
        SessionError::NameInUse => JetCode::INSTANCE_NAME_IN_USE,
        SessionError::TooManyInstances { .. } => JetCode::TOO_MANY_INSTANCES,
        SessionError::PathInUse(PathRole::System) => JetCode::SYSTEM_PATH_IN_USE,
        SessionError::PathInUse(PathRole::Log) => JetCode::LOG_FILE_PATH_IN_USE,
        SessionError::PathInUse(PathRole::Temp) => JetCode::TEMP_PATH_IN_USE,
        SessionError::ParametersAlreadySet => JetCode::SYSTEM_PARAMS_ALREADY_SET,
        SessionError::ParameterConflict => JetCode::SYSTEM_PARAMETER_CONFLICT,
        SessionError::NotInitialized => JetCode::NOT_INITIALIZED,
        SessionError::AlreadyInitialized => JetCode::ALREADY_INITIALIZED,
        SessionError::InitInProgress => JetCode::INIT_IN_PROGRESS,
        SessionError::TermInProgress => JetCode::TERM_IN_PROGRESS,
        SessionError::RestoreInProgress => JetCode::RESTORE_IN_PROGRESS,
        SessionError::ServiceStopped => JetCode::CLIENT_REQUEST_TO_STOP_JET_SERVICE,
        SessionError::Unavailable(Fatal::Failure) => JetCode::INSTANCE_UNAVAILABLE,
        SessionError::Unavailable(Fatal::LogDiskFull) => {
            JetCode::INSTANCE_UNAVAILABLE_DUE_TO_FATAL_LOG_DISK_FULL
        }
        SessionError::TooManyActiveUsers => JetCode::TOO_MANY_ACTIVE_USERS,
        SessionError::BackupInProgress { is_surrogate: false } => JetCode::BACKUP_IN_PROGRESS,
        SessionError::BackupInProgress { is_surrogate: true } => JetCode::SURROGATE_BACKUP_IN_PROGRESS,
        SessionError::DirtyShutdown => JetCode::DIRTY_SHUTDOWN,
        SessionError::OutOfSessions { .. } => JetCode::OUT_OF_SESSIONS,
        SessionError::OutOfMemory => JetCode::OUT_OF_MEMORY,
        SessionError::SharingViolation => JetCode::SESSION_SHARING_VIOLATION,
        SessionError::SessionInUse => JetCode::SESSION_IN_USE,
        SessionError::ContextAlreadySet => JetCode::SESSION_CONTEXT_ALREADY_SET,
        SessionError::ContextNotSetByThisThread => JetCode::SESSION_CONTEXT_NOT_SET_BY_THIS_THREAD,
        SessionError::NotInTransaction => JetCode::NOT_IN_TRANSACTION,
        SessionError::InTransaction => JetCode::IN_TRANSACTION,
        SessionError::TransactionTooDeep => JetCode::TRANS_TOO_DEEP,
        SessionError::TransactionReadOnly => JetCode::TRANS_READ_ONLY,
        SessionError::MustRollback => JetCode::MUST_ROLLBACK,
        SessionError::RollbackFailed => JetCode::ROLLBACK_ERROR,
        SessionError::InvalidSessionParameter => JetCode::INVALID_SESPARAM_ID,
        SessionError::InvalidBufferSize { .. } => JetCode::INVALID_BUFFER_SIZE,
        SessionError::BufferTooSmall { .. } => JetCode::BUFFER_TOO_SMALL,
        SessionError::NotAvailable => JetCode::FEATURE_NOT_AVAILABLE,
        SessionError::Database(error) => database(error),
        SessionError::FormatVersionTooLow(_) => JetCode::ENGINE_FORMAT_VERSION_NO_LONGER_SUPPORTED_TOO_LOW,
        SessionError::FormatVersionTooHigh(_) => JetCode::ENGINE_FORMAT_VERSION_NOT_YET_IMPLEMENTED_TOO_HIGH,
    }
}

/// Code of a call on a database that the rules of sessions refuse.
const fn database(error: &DatabaseError) -> JetCode {
    match error {
        DatabaseError::InvalidPath => JetCode::DATABASE_INVALID_PATH,
        DatabaseError::InvalidPages => JetCode::DATABASE_INVALID_PAGES,
        DatabaseError::NeedsVersions => JetCode::CANNOT_DISABLE_VERSIONING,
        DatabaseError::NotAttached => JetCode::DATABASE_NOT_FOUND,
        DatabaseError::NotOpen => JetCode::INVALID_DATABASE_ID,
        DatabaseError::OnePerSession => JetCode::ONE_DATABASE_PER_SESSION,
        DatabaseError::Locked => JetCode::DATABASE_LOCKED,
        DatabaseError::InUse => JetCode::DATABASE_IN_USE,
        DatabaseError::ReadOnly => JetCode::DATABASE_FILE_READ_ONLY,
    }
}
