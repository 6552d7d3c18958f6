//! The door to the outside: [`FileSystem`] opens, lists, renames; [`File`] reads and writes at positions.
//!
//! Invariants:
//! - Every byte that the engine reads or writes passes through these two traits, so a file system that
//!   injects faults, or stops at a chosen sync, can stand under all of it.
//! - Both are object safe, `Send` and `Sync`: handles are shared between threads, and no method takes
//!   `&mut self`; there is no file cursor.
//! - What was written is only sure to survive a crash after [`File::sync_data`] or [`File::sync_all`];
//!   a created, renamed or removed name only after [`FileSystem::sync_dir`] of its directory.
//!
//! Provided methods are defined by the required ones alone; implementations override them for speed.

use core::fmt;
use std::ffi::OsString;
use std::io::{IoSlice, IoSliceMut};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::{IoError, IoErrorKind, Operation};

/// Names and directories: where files are opened, created, renamed and removed.
pub trait FileSystem: fmt::Debug + Send + Sync {
    /// Opens the file at `path`.
    ///
    /// # Errors
    /// `NotFound` for a missing file or directory on the way, `AlreadyExists` for [`OpenMode::CreateNew`]
    /// of an existing one, `IsDirectory` or `NotAFile` where `path` is no regular file or block device,
    /// `PermissionDenied` and `ReadOnly` as the system says.
    fn open(&self, path: &Path, mode: OpenMode) -> Result<Arc<dyn File>, IoError>;

    /// Kind and length of what `path` names, following symbolic links.
    ///
    /// # Errors
    /// `NotFound` when there is nothing.
    fn metadata(&self, path: &Path) -> Result<Metadata, IoError>;

    /// Whether `path` names anything.
    ///
    /// # Errors
    /// When that cannot be found out, such as for lack of permission.
    fn exists(&self, path: &Path) -> Result<bool, IoError> {
        match self.metadata(path) {
            Ok(_) => Ok(true),
            Err(error) if matches!(error.kind, IoErrorKind::NotFound | IoErrorKind::NotADirectory) => {
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// Gives a file another name in one step; a file of that name is replaced. Open handles stay good.
    ///
    /// # Errors
    /// `NotFound` when `from` or the directory of `to` is missing, `IsDirectory` when either is a directory.
    fn rename(&self, from: &Path, to: &Path) -> Result<(), IoError>;

    /// Removes a file. Open handles stay good where the system allows it.
    ///
    /// # Errors
    /// `NotFound` when it is missing, `IsDirectory` when it is a directory.
    fn remove(&self, path: &Path) -> Result<(), IoError>;

    /// Removes a directory, which must be empty.
    ///
    /// # Errors
    /// `NotFound`, `NotADirectory`, or `Other` when something is in it.
    fn remove_dir(&self, path: &Path) -> Result<(), IoError>;

    /// Creates a directory and those above it; one that exists is no error.
    ///
    /// # Errors
    /// `NotADirectory` or `AlreadyExists` when a file stands in the way.
    fn create_dir_all(&self, path: &Path) -> Result<(), IoError>;

    /// The entries of a directory, ordered by name.
    ///
    /// # Errors
    /// `NotFound` or `NotADirectory`.
    fn list(&self, dir: &Path) -> Result<Vec<DirEntry>, IoError>;

    /// Brings names created, renamed and removed in `dir` to the disk.
    ///
    /// # Errors
    /// `NotFound`, `NotADirectory`, or what the disk reports.
    fn sync_dir(&self, dir: &Path) -> Result<(), IoError>;

    /// `path` as an absolute path with symbolic links resolved, so that two names of one file compare
    /// equal. The last component need not exist.
    ///
    /// # Errors
    /// `NotFound` when the directory of `path` is missing.
    fn full_path(&self, path: &Path) -> Result<PathBuf, IoError>;
}

/// An open file: positioned reads and writes, shared between threads. Dropping it closes it and gives up
/// its lock; what was not synced may be lost in a crash.
pub trait File: fmt::Debug + Send + Sync {
    /// The path that it was opened by.
    fn path(&self) -> &Path;

    /// Reads at `offset` until `buf` is full or the file ends; returns the number of bytes read, which is
    /// less than `buf.len()` only at the end of the file.
    ///
    /// # Errors
    /// What the system reports; then the content of `buf` is unspecified.
    fn read_at(&self, buf: &mut [u8], offset: u64) -> Result<usize, IoError>;

    /// Fills `buf` from `offset`.
    ///
    /// # Errors
    /// `ShortRead` when the file ends too early; otherwise as [`File::read_at`].
    fn read_exact_at(&self, buf: &mut [u8], offset: u64) -> Result<(), IoError> {
        let wanted = buf.len();
        let got = self.read_at(buf, offset)?;
        if got == wanted {
            return Ok(());
        }
        let kind = IoErrorKind::ShortRead { got };
        Err(IoError::of_kind(self.path(), Operation::Read, kind).at(offset, wanted))
    }

    /// Reads neighbouring bytes into several buffers, one after the other; otherwise as [`File::read_at`].
    /// The slices in `bufs` may be left shortened.
    ///
    /// # Errors
    /// As [`File::read_at`].
    fn read_vectored_at(&self, bufs: &mut [IoSliceMut<'_>], offset: u64) -> Result<usize, IoError> {
        let mut total = 0;
        let mut position = offset;
        for buf in bufs {
            let got = self.read_at(buf, position)?;
            total += got;
            if got < buf.len() {
                break;
            }
            position += got as u64;
        }
        Ok(total)
    }

    /// Writes all of `data` at `offset`, growing the file where needed; a gap reads as zeros.
    ///
    /// # Errors
    /// `ReadOnly` for a handle opened to read, `DiskFull`, or what the system reports; a part may have been
    /// written then.
    fn write_at(&self, data: &[u8], offset: u64) -> Result<(), IoError>;

    /// Writes neighbouring pages, one behind the other, none of which is torn when the process is killed meanwhile: each is
    /// in the file as it was or as it was to be. Systems keep that as well as they can, see `docs/limits.md`; a crash of
    /// the system itself may still tear pages. Pages over 4 KiB must lie in memory aligned to that.
    /// The slices in `pages` may be left shortened.
    ///
    /// # Errors
    /// As [`File::write_at`].
    fn write_pages_at(&self, pages: &mut [IoSlice<'_>], offset: u64) -> Result<(), IoError> {
        match pages {
            [page] => self.write_at(page, offset),
            _ => {
                let parts: Vec<&[u8]> = pages.iter().map(|page| &**page).collect();
                self.write_at(&parts.concat(), offset)
            }
        }
    }

    /// Length in bytes.
    ///
    /// # Errors
    /// What the system reports.
    fn len(&self) -> Result<u64, IoError>;

    /// Whether the file has no bytes.
    ///
    /// # Errors
    /// As [`File::len`].
    fn is_empty(&self) -> Result<bool, IoError> {
        Ok(self.len()? == 0)
    }

    /// Cuts the file, or grows it by zeros, to `len` bytes.
    ///
    /// # Errors
    /// `ReadOnly`, `DiskFull`, or what the system reports.
    fn set_len(&self, len: u64) -> Result<(), IoError>;

    /// Brings written bytes to the disk, with the length where it is needed to read them.
    ///
    /// # Errors
    /// What the system reports; what was written since the last sync is then in an unknown state, and
    /// trying again proves nothing.
    fn sync_data(&self) -> Result<(), IoError>;

    /// Brings written bytes and all metadata to the disk.
    ///
    /// # Errors
    /// As [`File::sync_data`].
    fn sync_all(&self) -> Result<(), IoError>;

    /// Takes a lock on the whole file without waiting, held until the handle is dropped. Locks exclude
    /// other handles, of this process too; a handle that locks twice has the later lock.
    ///
    /// # Errors
    /// `Locked` when another handle stands in the way.
    fn try_lock(&self, kind: LockKind) -> Result<(), IoError>;

    /// Says how bytes are about to be used; `len` 0 means "to the end". A hint: nothing may depend on it.
    fn advise(&self, advice: Advice, offset: u64, len: u64) {
        let _ = (advice, offset, len);
    }
}

/// How a file is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OpenMode {
    /// An existing file, never to be changed: neither its bytes nor, where the system allows it, its times.
    Read,
    /// An existing file, to read and write.
    ReadWrite,
    /// A file that must not exist yet, to read and write.
    CreateNew,
    /// A file to read and write, created or emptied.
    CreateOrReplace,
}

impl OpenMode {
    /// Whether the handle may change the file.
    pub const fn is_writable(self) -> bool {
        !matches!(self, Self::Read)
    }
}

/// What a path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// A regular file or a block device.
    File,
    /// A directory.
    Directory,
    /// A pipe, socket or character device: nothing that the engine can work on.
    Other,
}

/// Kind and length of what a path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Metadata {
    /// What it is.
    pub kind: FileKind,
    /// Length in bytes; meaningful for files.
    pub len: u64,
}

/// One entry of a directory.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DirEntry {
    /// Name without the directory.
    pub name: OsString,
    /// Whether it is a directory.
    pub is_dir: bool,
}

/// Who else may hold a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LockKind {
    /// Others may hold shared locks.
    Shared,
    /// Nobody else may hold a lock.
    Exclusive,
}

/// How bytes of a file are about to be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Advice {
    /// Once, from front to back.
    Sequential,
    /// In no order.
    Random,
    /// Soon.
    WillNeed,
    /// No more.
    DontNeed,
}

/// Opens a file that is expected to have content, such as a database given by a user.
///
/// # Errors
/// `Empty` for a file of no bytes; otherwise as [`FileSystem::open`].
pub fn open_input(fs: &dyn FileSystem, path: &Path, mode: OpenMode) -> Result<Arc<dyn File>, IoError> {
    let file = fs.open(path, mode)?;
    if file.is_empty()? {
        return Err(IoError::of_kind(path, Operation::Open, IoErrorKind::Empty));
    }
    Ok(file)
}
