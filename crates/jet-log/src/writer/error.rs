//! Why something is not logged.

use std::path::PathBuf;

use jet_io::{IoError, IoErrorKind};

use crate::attach::AttachListWriteError;
use crate::record::RecordError;
use crate::{Generation, LogError};

/// Why records are not appended or not durable, or why there is no next generation.
#[derive(Debug, thiserror::Error)]
pub enum LogWriteError {
    /// The system refused. The writer is down from now on.
    #[error(transparent)]
    Io(#[from] IoError),
    /// A write or a sync failed before: what the files hold is not known until the stream is read anew.
    #[error("the log is down since an earlier write failed")]
    Down,
    /// The records have no room in this generation. Nothing was appended; the next generation takes them.
    #[error("{len} bytes of records have no room in generation {generation}")]
    Full {
        /// The generation being written.
        generation: Generation,
        /// Bytes of the records.
        len: usize,
    },
    /// The records have no room in any file of this stream.
    #[error("{len} bytes of records have no room in a log file of {file_bytes} bytes")]
    TooLarge {
        /// Bytes of the records.
        len: usize,
        /// Bytes of a log file.
        file_bytes: u64,
    },
    /// A record cannot be written.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The attached databases have no room in the header.
    #[error(transparent)]
    Attachments(#[from] AttachListWriteError),
    /// The generation numbers are used up.
    #[error("generation {highest} is the last one possible")]
    SequenceEnd {
        /// The highest generation.
        highest: Generation,
    },
    /// A log of this name is there already, and is not replaced.
    #[error("{} already exists", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// A new stream was asked for with files of a size that no stream has.
    #[error("log files cannot have {file_sectors} sectors")]
    FileSize {
        /// Sectors asked for.
        file_sectors: u16,
    },
    /// The log to go on with does not have the name of a log that is being written or closed.
    #[error("{} is not the name of a log that can be continued", path.display())]
    Name {
        /// The file.
        path: PathBuf,
    },
    /// The log to go on with holds something that is no record.
    #[error(transparent)]
    Log(#[from] LogError),
}

impl LogWriteError {
    /// Whether there is no space left on the disk.
    pub fn is_disk_full(&self) -> bool {
        matches!(self, Self::Io(error) if error.kind == IoErrorKind::DiskFull)
    }
}
