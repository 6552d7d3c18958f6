//! The error of every file operation: which file, which operation, which bytes, and what the system said.
//!
//! One struct rather than an enum: each failure has the same facts, and callers decide by [`IoErrorKind`].
//! It is `Clone`, since several threads may wait for one read.

use core::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::fs_sim::SimulatedFault;

/// A file operation that failed.
#[derive(Clone, Debug, thiserror::Error)]
pub struct IoError {
    /// The file or directory, as the caller named it.
    pub path: Arc<Path>,
    /// What was being done.
    pub operation: Operation,
    /// What went wrong, in the terms that callers decide by.
    pub kind: IoErrorKind,
    /// First byte concerned, for reads and writes; the wanted length for [`Operation::SetLen`].
    pub offset: Option<u64>,
    /// Number of bytes concerned, for reads and writes.
    pub len: Option<usize>,
    /// What the system said.
    #[source]
    pub source: Arc<io::Error>,
}

impl IoError {
    /// An error of `operation` on `path`; the kind follows from `source`.
    pub fn new(path: &Path, operation: Operation, source: io::Error) -> Self {
        let kind = IoErrorKind::of(&source);
        Self {
            path: Arc::from(path),
            operation,
            kind,
            offset: None,
            len: None,
            source: Arc::new(source),
        }
    }

    /// An error that this crate found by itself, without an error of the system.
    pub fn of_kind(path: &Path, operation: Operation, kind: IoErrorKind) -> Self {
        let source = io::Error::other(kind.to_string());
        Self {
            path: Arc::from(path),
            operation,
            kind,
            offset: None,
            len: None,
            source: Arc::new(source),
        }
    }

    /// Whether the power of a simulated file system is off. The kind is `Other` then: an engine cannot tell
    /// it from a device that failed, a test can.
    pub fn is_power_loss(&self) -> bool {
        self.simulated_fault() == Some(SimulatedFault::PowerLoss)
    }

    /// The fault of a simulated file system that this error stands for, other than a full disk.
    pub fn simulated_fault(&self) -> Option<SimulatedFault> {
        self.source.get_ref()?.downcast_ref().copied()
    }

    /// The same error with the bytes that it concerns.
    #[must_use]
    pub fn at(mut self, offset: u64, len: usize) -> Self {
        self.offset = Some(offset);
        self.len = Some(len);
        self
    }
}

impl fmt::Display for IoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot {} {}", self.operation, self.path.display())?;
        match (self.offset, self.len) {
            (Some(offset), Some(len)) => write!(f, " ({len} bytes at offset {offset})")?,
            (Some(offset), None) => write!(f, " (offset {offset})")?,
            _ => {}
        }
        match self.kind {
            IoErrorKind::Other => write!(f, ": {}", self.source),
            kind => write!(f, ": {kind}"),
        }
    }
}

/// What was being done when an [`IoError`] arose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// Opening or creating a file.
    Open,
    /// Asking for length or kind.
    Metadata,
    /// Reading bytes.
    Read,
    /// Writing bytes.
    Write,
    /// Changing the length.
    SetLen,
    /// Bringing written bytes to the disk.
    Sync,
    /// Bringing the entries of a directory to the disk.
    SyncDir,
    /// Taking a lock on an open file.
    Lock,
    /// Renaming a file.
    Rename,
    /// Removing a file.
    Remove,
    /// Creating a directory.
    CreateDir,
    /// Listing a directory.
    List,
    /// Resolving a path to its full form.
    Resolve,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "open",
            Self::Metadata => "examine",
            Self::Read => "read",
            Self::Write => "write",
            Self::SetLen => "set the length of",
            Self::Sync => "sync",
            Self::SyncDir => "sync directory",
            Self::Lock => "lock",
            Self::Rename => "rename",
            Self::Remove => "remove",
            Self::CreateDir => "create directory",
            Self::List => "list directory",
            Self::Resolve => "resolve",
        })
    }
}

/// What went wrong, independent of the operating system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IoErrorKind {
    /// No such file, or a directory on the way is missing.
    NotFound,
    /// The file to be created is already there.
    AlreadyExists,
    /// The user may not do this.
    PermissionDenied,
    /// The file was opened for reading only, or lies on a read-only file system.
    ReadOnly,
    /// A directory where a file was wanted.
    IsDirectory,
    /// A file where a directory was wanted.
    NotADirectory,
    /// A pipe, socket or character device where a file was wanted.
    NotAFile,
    /// A file of no bytes where content was wanted.
    Empty,
    /// The file ends before the wanted bytes do.
    ShortRead {
        /// Bytes that were there.
        got: usize,
    },
    /// No space left, a quota used up, or the file system's size limit reached.
    DiskFull,
    /// Another handle holds a lock that excludes this one.
    Locked,
    /// Too many open files.
    TooManyFiles,
    /// Memory ran out.
    OutOfMemory,
    /// Anything else; the source tells.
    Other,
}

impl IoErrorKind {
    fn of(source: &io::Error) -> Self {
        #[cfg(unix)]
        if let Some(rustix::io::Errno::MFILE | rustix::io::Errno::NFILE) =
            rustix::io::Errno::from_io_error(source)
        {
            return Self::TooManyFiles;
        }
        match source.kind() {
            io::ErrorKind::NotFound => Self::NotFound,
            io::ErrorKind::AlreadyExists => Self::AlreadyExists,
            io::ErrorKind::PermissionDenied => Self::PermissionDenied,
            io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            io::ErrorKind::IsADirectory => Self::IsDirectory,
            io::ErrorKind::NotADirectory => Self::NotADirectory,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
                Self::DiskFull
            }
            io::ErrorKind::WouldBlock | io::ErrorKind::ResourceBusy => Self::Locked,
            io::ErrorKind::OutOfMemory => Self::OutOfMemory,
            _ => Self::Other,
        }
    }
}

impl fmt::Display for IoErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => f.write_str("no such file"),
            Self::AlreadyExists => f.write_str("it already exists"),
            Self::PermissionDenied => f.write_str("permission denied"),
            Self::ReadOnly => f.write_str("it is open for reading only or lies on a read-only file system"),
            Self::IsDirectory => f.write_str("it is a directory"),
            Self::NotADirectory => f.write_str("it is not a directory"),
            Self::NotAFile => f.write_str("it is not a regular file"),
            Self::Empty => f.write_str("the file is empty"),
            Self::ShortRead { got } => write!(f, "the file ends after {got} of these bytes"),
            Self::DiskFull => f.write_str("no space left"),
            Self::Locked => f.write_str("it is in use by another"),
            Self::TooManyFiles => f.write_str("too many open files"),
            Self::OutOfMemory => f.write_str("out of memory"),
            Self::Other => f.write_str("the system reported an error"),
        }
    }
}

/// Path in the form that errors and file handles share.
pub(crate) fn shared_path(path: &Path) -> Arc<Path> {
    Arc::from(PathBuf::from(path))
}
