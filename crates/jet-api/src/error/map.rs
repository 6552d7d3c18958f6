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

const fn long_value(error: &LongValueError) -> JetCode {
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
