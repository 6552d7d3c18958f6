//! A file system in memory: the ground of tests, and of databases that need no disk.
//!
//! Invariants:
//! - Clones share the contents; so do several handles of one file.
//! - A removed or replaced file lives on for its open handles, as on Unix.
//! - Nothing is ever lost: a sync does nothing. Crashes belong to [`SimFs`](crate::SimFs).

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::{Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::error::shared_path;
use crate::fs::{DirEntry, File, FileKind, FileSystem, LockKind, Metadata, OpenMode};
use crate::fs_names::{Locks, Names, Node, absolute, resolve};
use crate::{IoError, IoErrorKind, Operation};

/// A file system in memory.
///
/// ```
/// use jet_io::{File, FileSystem, MemFs, OpenMode};
/// let fs = MemFs::from_files([("db/a.edb", b"content".to_vec())]);
/// let file = fs.open("db/a.edb".as_ref(), OpenMode::Read)?;
/// let mut bytes = [0; 3];
/// file.read_exact_at(&mut bytes, 4)?;
/// assert_eq!(&bytes, b"ent");
/// # Ok::<(), jet_io::IoError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct MemFs {
    names: Arc<Mutex<Names<Arc<Content>>>>,
}

/// The bytes of one file, shared by its handles.
#[derive(Debug, Default)]
struct Content {
    bytes: RwLock<Vec<u8>>,
    locks: Mutex<Locks>,
}

impl MemFs {
    /// An empty file system.
    pub fn new() -> Self {
        Self::default()
    }

    /// A file system with these files; the directories above them are created.
    pub fn from_files<P: AsRef<Path>>(files: impl IntoIterator<Item = (P, Vec<u8>)>) -> Self {
        let fs = Self::new();
        {
            let mut names = fs.names();
            for (path, bytes) in files {
                let content = Content {
                    bytes: RwLock::new(bytes),
                    locks: Mutex::default(),
                };
                names.insert_with_parents(resolve(path.as_ref()), Arc::new(content));
            }
        }
        fs
    }

    /// A copy of the bytes of the file at `path`.
    ///
    /// # Errors
    /// `NotFound`, or `IsDirectory`.
    pub fn contents(&self, path: &Path) -> Result<Vec<u8>, IoError> {
        let content = self.names().file(&resolve(path));
        let content = content.map_err(|kind| IoError::of_kind(path, Operation::Read, kind))?;
        Ok(read_lock(&content).clone())
    }

    fn names(&self) -> MutexGuard<'_, Names<Arc<Content>>> {
        // No code below can panic between two steps of a change, so a poisoned map is a sound one.
        self.names.lock()
    }
}

impl FileSystem for MemFs {
    fn open(&self, path: &Path, mode: OpenMode) -> Result<Arc<dyn File>, IoError> {
        let mut names = self.names();
        let key = resolve(path);
        let found = names
            .to_open(&key, mode)
            .map_err(|kind| IoError::of_kind(path, Operation::Open, kind))?;
        let content = found.unwrap_or_else(|| {
            let content = Arc::new(Content::default());
            names.insert(key, Node::File(Arc::clone(&content)));
            content
        });
        if mode == OpenMode::CreateOrReplace {
            write_lock(&content).clear();
        }
        Ok(Arc::new(MemFile {
            content,
            path: shared_path(path),
            writable: mode.is_writable(),
            held: Mutex::default(),
        }))
    }

    fn metadata(&self, path: &Path) -> Result<Metadata, IoError> {
        match self.names().get(&resolve(path)) {
            Some(Node::Directory) => Ok(Metadata {
                kind: FileKind::Directory,
                len: 0,
            }),
            Some(Node::File(content)) => Ok(Metadata {
                kind: FileKind::File,
                len: read_lock(&content).len() as u64,
            }),
            None => Err(IoError::of_kind(path, Operation::Metadata, IoErrorKind::NotFound)),
        }
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<(), IoError> {
        let mut names = self.names();
        let content = names.to_rename(from, to)?;
        names.remove(&resolve(from));
        names.insert(resolve(to), Node::File(content));
        Ok(())
    }

    fn remove(&self, path: &Path) -> Result<(), IoError> {
        let mut names = self.names();
        let key = resolve(path);
        names
            .file(&key)
            .map_err(|kind| IoError::of_kind(path, Operation::Remove, kind))?;
        names.remove(&key);
        Ok(())
    }

    fn remove_dir(&self, path: &Path) -> Result<(), IoError> {
        let mut names = self.names();
        names.to_remove_dir(path)?;
        names.remove(&resolve(path));
        Ok(())
    }

    fn create_dir_all(&self, path: &Path) -> Result<(), IoError> {
        let mut names = self.names();
        let missing = names
            .missing_dirs(&resolve(path))
            .map_err(|kind| IoError::of_kind(path, Operation::CreateDir, kind))?;
        for dir in missing {
            names.insert(dir, Node::Directory);
        }
        Ok(())
    }

    fn list(&self, dir: &Path) -> Result<Vec<DirEntry>, IoError> {
        self.names()
            .list(&resolve(dir))
            .map_err(|kind| IoError::of_kind(dir, Operation::List, kind))
    }

    fn sync_dir(&self, dir: &Path) -> Result<(), IoError> {
        self.names()
            .check_dir(&resolve(dir))
            .map_err(|kind| IoError::of_kind(dir, Operation::SyncDir, kind))
    }

    fn full_path(&self, path: &Path) -> Result<PathBuf, IoError> {
        let key = resolve(path);
        self.names()
            .check_parent(&key)
            .map_err(|kind| IoError::of_kind(path, Operation::Resolve, kind))?;
        Ok(absolute(&key))
    }
}

/// One open file in memory.
#[derive(Debug)]
struct MemFile {
    content: Arc<Content>,
    path: Arc<Path>,
    writable: bool,
    held: Mutex<Option<LockKind>>,
}

impl MemFile {
    fn change(&self, operation: Operation) -> Result<(), IoError> {
        if self.writable {
            Ok(())
        } else {
            Err(IoError::of_kind(&self.path, operation, IoErrorKind::ReadOnly))
        }
    }

    fn disk_full(&self, operation: Operation) -> IoError {
        IoError::new(&self.path, operation, io::ErrorKind::StorageFull.into())
    }
}

impl File for MemFile {
    fn path(&self) -> &Path {
        &self.path
    }

    fn read_at(&self, buf: &mut [u8], offset: u64) -> Result<usize, IoError> {
        let bytes = read_lock(&self.content);
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        let there = bytes.get(start..).unwrap_or_default();
        let count = there.len().min(buf.len());
        if let (Some(to), Some(from)) = (buf.get_mut(..count), there.get(..count)) {
            to.copy_from_slice(from);
        }
        Ok(count)
    }

    fn write_at(&self, data: &[u8], offset: u64) -> Result<(), IoError> {
        self.change(Operation::Write)
            .map_err(|error| error.at(offset, data.len()))?;
        if data.is_empty() {
            return Ok(());
        }
        let full = || self.disk_full(Operation::Write).at(offset, data.len());
        let start = usize::try_from(offset).map_err(|_| full())?;
        let end = start.checked_add(data.len()).ok_or_else(full)?;
        let mut bytes = write_lock(&self.content);
        if end > bytes.len() {
            resize(&mut bytes, end).map_err(|_| full())?;
        }
        if let Some(to) = bytes.get_mut(start..end) {
            to.copy_from_slice(data);
        }
        Ok(())
    }

    fn len(&self) -> Result<u64, IoError> {
        Ok(read_lock(&self.content).len() as u64)
    }

    fn set_len(&self, len: u64) -> Result<(), IoError> {
        let with_len = |error| IoError {
            offset: Some(len),
            ..error
        };
        self.change(Operation::SetLen).map_err(with_len)?;
        let full = || with_len(self.disk_full(Operation::SetLen));
        let len = usize::try_from(len).map_err(|_| full())?;
        resize(&mut write_lock(&self.content), len).map_err(|_| full())
    }

    fn sync_data(&self) -> Result<(), IoError> {
        Ok(())
    }

    fn sync_all(&self) -> Result<(), IoError> {
        Ok(())
    }

    fn try_lock(&self, kind: LockKind) -> Result<(), IoError> {
        let mut locks = self.content.locks.lock();
        locks
            .try_take(&mut self.held.lock(), kind)
            .map_err(|kind| IoError::of_kind(&self.path, Operation::Lock, kind))
    }
}

impl Drop for MemFile {
    fn drop(&mut self) {
        let held = *self.held.get_mut();
        self.content.locks.lock().release(held);
    }
}

fn read_lock(content: &Content) -> RwLockReadGuard<'_, Vec<u8>> {
    content.bytes.read()
}

fn write_lock(content: &Content) -> RwLockWriteGuard<'_, Vec<u8>> {
    content.bytes.write()
}

fn resize(bytes: &mut Vec<u8>, len: usize) -> Result<(), std::collections::TryReserveError> {
    bytes.try_reserve(len.saturating_sub(bytes.len()))?;
    bytes.resize(len, 0);
    Ok(())
}
