//! What was done to a simulated file system, for messages and for choosing where it shall fail.

use core::fmt;
use std::path::Path;
use std::sync::Arc;

/// An operation that changes something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimOperation {
    /// What was done.
    pub kind: SimOperationKind,
    /// The file or directory, as the caller named it.
    pub path: Arc<Path>,
    /// The new name, for [`SimOperationKind::Rename`].
    pub to: Option<Arc<Path>>,
    /// First byte written; 0 for all but writes.
    pub offset: u64,
    /// Number of bytes written, or the new length; otherwise 0.
    pub len: u64,
    /// What became of it.
    pub outcome: Outcome,
}

/// The kinds of operations that change something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SimOperationKind {
    /// Opening that creates or empties a file.
    Create,
    /// Writing at least one byte.
    Write,
    /// Setting the length.
    SetLen,
    /// Bringing bytes to the disk.
    SyncData,
    /// Bringing bytes and metadata to the disk.
    SyncAll,
    /// Giving a file another name.
    Rename,
    /// Removing a file.
    Remove,
    /// Creating at least one directory.
    CreateDir,
    /// Bringing the names of a directory to the disk.
    SyncDir,
}

/// What became of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It was done.
    Done,
    /// The device reported an error.
    DeviceFailed,
    /// No space was left.
    DiskFull,
    /// The power went off.
    PowerLost,
}

impl SimOperation {
    pub(super) fn new(kind: SimOperationKind, path: &Arc<Path>) -> Self {
        Self {
            kind,
            path: Arc::clone(path),
            to: None,
            offset: 0,
            len: 0,
            outcome: Outcome::Done,
        }
    }
}

impl fmt::Display for SimOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.path.display())?;
        match self.kind {
            SimOperationKind::Write => write!(f, ", {} bytes at {}", self.len, self.offset)?,
            SimOperationKind::SetLen => write!(f, " to {} bytes", self.len)?,
            _ => {}
        }
        if let Some(to) = &self.to {
            write!(f, " to {}", to.display())?;
        }
        f.write_str(match self.outcome {
            Outcome::Done => "",
            Outcome::DeviceFailed => ": device failed",
            Outcome::DiskFull => ": disk full",
            Outcome::PowerLost => ": power lost",
        })
    }
}

impl fmt::Display for SimOperationKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Create => "create",
            Self::Write => "write",
            Self::SetLen => "set length of",
            Self::SyncData => "sync data of",
            Self::SyncAll => "sync all of",
            Self::Rename => "rename",
            Self::Remove => "remove",
            Self::CreateDir => "create directory",
            Self::SyncDir => "sync directory",
        })
    }
}
