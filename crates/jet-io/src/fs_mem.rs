//! A file system in memory: the ground of tests, and of databases that need no disk.
//!
//! Invariants:
//! - Clones share the contents; so do several handles of one file.
//! - A removed or replaced file lives on for its open handles, as on Unix.
//! - Paths are resolved by their text alone: `.` and `..` are worked off, relative paths start at the root.
//! - Nothing is ever lost: a sync does nothing. Crashes belong to a simulated file system.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use parking_lot::{Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::error::shared_path;
use crate::fs::{DirEntry, File, FileKind, FileSystem, LockKind, Metadata, OpenMode};
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
    nodes: Arc<Mutex<BTreeMap<PathBuf, Node>>>,
}

/// What a path names. The root is no entry: it is always there.
#[derive(Clone, Debug)]
enum Node {
    Directory,
    File(Arc<Content>),
}

/// The bytes of one file, shared by its handles.
#[derive(Debug, Default)]
struct Content {
    bytes: RwLock<Vec<u8>>,
    locks: Mutex<Locks>,
}

/// Which locks are held on one file.
#[derive(Debug, Default)]
struct Locks {
    shared: usize,
    exclusive: bool,
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
            let mut nodes = fs.nodes();
            for (path, bytes) in files {
                let path = resolve(path.as_ref());
                for above in path
                    .ancestors()
                    .skip(1)
                    .filter(|above| !above.as_os_str().is_empty())
                {
                    nodes.insert(above.to_path_buf(), Node::Directory);
                }
                let content = Content {
                    bytes: RwLock::new(bytes),
                    locks: Mutex::default(),
                };
                nodes.insert(path, Node::File(Arc::new(content)));
            }
        }
        fs
    }

    /// A copy of the bytes of the file at `path`.
    ///
    /// # Errors
    /// `NotFound`, or `IsDirectory`.
    pub fn contents(&self, path: &Path) -> Result<Vec<u8>, IoError> {
        match self.nodes().get(&resolve(path)) {
            Some(Node::File(content)) => Ok(read_lock(content).clone()),
            Some(Node::Directory) => Err(IoError::of_kind(path, Operation::Read, IoErrorKind::IsDirectory)),
            None => Err(IoError::of_kind(path, Operation::Read, IoErrorKind::NotFound)),
        }
    }

    fn nodes(&self) -> MutexGuard<'_, BTreeMap<PathBuf, Node>> {
        // No code below can panic between two steps of a change, so a poisoned map is a sound one.
        self.nodes.lock()
    }
}

impl FileSystem for MemFs {
    fn open(&self, path: &Path, mode: OpenMode) -> Result<Arc<dyn File>, IoError> {
        let failed = |kind| IoError::of_kind(path, Operation::Open, kind);
        let mut nodes = self.nodes();
        let key = resolve(path);
        let content = match (node_at(&nodes, &key), mode) {
            (Some(Node::Directory), _) => return Err(failed(IoErrorKind::IsDirectory)),
            (Some(Node::File(_)), OpenMode::CreateNew) => return Err(failed(IoErrorKind::AlreadyExists)),
            (Some(Node::File(content)), _) => content,
            (None, OpenMode::Read | OpenMode::ReadWrite) => return Err(failed(IoErrorKind::NotFound)),
            (None, OpenMode::CreateNew | OpenMode::CreateOrReplace) => {
                check_parent(&nodes, &key).map_err(failed)?;
                let content = Arc::new(Content::default());
                nodes.insert(key, Node::File(Arc::clone(&content)));
                content
            }
        };
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
        match node_at(&self.nodes(), &resolve(path)) {
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
        let mut nodes = self.nodes();
        let (from_key, to_key) = (resolve(from), resolve(to));
        let node =
            file_at(&nodes, &from_key).map_err(|kind| IoError::of_kind(from, Operation::Rename, kind))?;
        let target = match file_at(&nodes, &to_key) {
            Err(IoErrorKind::NotFound) => check_parent(&nodes, &to_key),
            found => found.map(drop),
        };
        target.map_err(|kind| IoError::of_kind(to, Operation::Rename, kind))?;
        nodes.remove(&from_key);
        nodes.insert(to_key, Node::File(node));
        Ok(())
    }

    fn remove(&self, path: &Path) -> Result<(), IoError> {
        let mut nodes = self.nodes();
        let key = resolve(path);
        file_at(&nodes, &key).map_err(|kind| IoError::of_kind(path, Operation::Remove, kind))?;
        nodes.remove(&key);
        Ok(())
    }

    fn create_dir_all(&self, path: &Path) -> Result<(), IoError> {
        let mut nodes = self.nodes();
        let key = resolve(path);
        let levels = || key.ancestors().filter(|level| !level.as_os_str().is_empty());
        if levels().any(|level| matches!(nodes.get(level), Some(Node::File(_)))) {
            return Err(IoError::of_kind(
                path,
                Operation::CreateDir,
                IoErrorKind::NotADirectory,
            ));
        }
        for level in levels() {
            nodes.insert(level.to_path_buf(), Node::Directory);
        }
        Ok(())
    }

    fn list(&self, dir: &Path) -> Result<Vec<DirEntry>, IoError> {
        let nodes = self.nodes();
        let key = resolve(dir);
        check_dir(&nodes, &key).map_err(|kind| IoError::of_kind(dir, Operation::List, kind))?;
        let children = nodes.iter().filter(|(path, _)| path.parent() == Some(&key));
        let entry = |(path, node): (&PathBuf, &Node)| DirEntry {
            name: path.file_name().unwrap_or(OsStr::new("")).to_os_string(),
            is_dir: matches!(node, Node::Directory),
        };
        Ok(children.map(entry).collect())
    }

    fn sync_dir(&self, dir: &Path) -> Result<(), IoError> {
        check_dir(&self.nodes(), &resolve(dir))
            .map_err(|kind| IoError::of_kind(dir, Operation::SyncDir, kind))
    }

    fn full_path(&self, path: &Path) -> Result<PathBuf, IoError> {
        let key = resolve(path);
        check_parent(&self.nodes(), &key).map_err(|kind| IoError::of_kind(path, Operation::Resolve, kind))?;
        Ok(Path::new("/").join(key))
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
        let mut held = self.held.lock();
        let mut locks = self.content.locks.lock();
        locks.release(*held);
        let free = match kind {
            LockKind::Shared => !locks.exclusive,
            LockKind::Exclusive => !locks.exclusive && locks.shared == 0,
        };
        let outcome = if free { Some(kind) } else { *held };
        locks.take(outcome);
        *held = outcome;
        if free {
            Ok(())
        } else {
            Err(IoError::of_kind(&self.path, Operation::Lock, IoErrorKind::Locked))
        }
    }
}

impl Drop for MemFile {
    fn drop(&mut self) {
        let held = *self.held.get_mut();
        self.content.locks.lock().release(held);
    }
}

impl Locks {
    fn take(&mut self, kind: Option<LockKind>) {
        match kind {
            Some(LockKind::Shared) => self.shared += 1,
            Some(LockKind::Exclusive) => self.exclusive = true,
            None => {}
        }
    }

    fn release(&mut self, kind: Option<LockKind>) {
        match kind {
            Some(LockKind::Shared) => self.shared -= 1,
            Some(LockKind::Exclusive) => self.exclusive = false,
            None => {}
        }
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

/// The key of a path: components only, without root, `.` and `..`. The root has the empty key.
fn resolve(path: &Path) -> PathBuf {
    let mut key = PathBuf::new();
    for component in path.components() {
        match component {
            Component::Normal(name) => key.push(name),
            Component::ParentDir => {
                key.pop();
            }
            Component::Prefix(_) | Component::RootDir | Component::CurDir => {}
        }
    }
    key
}

fn node_at(nodes: &BTreeMap<PathBuf, Node>, key: &Path) -> Option<Node> {
    if key.as_os_str().is_empty() {
        Some(Node::Directory)
    } else {
        nodes.get(key).cloned()
    }
}

fn file_at(nodes: &BTreeMap<PathBuf, Node>, key: &Path) -> Result<Arc<Content>, IoErrorKind> {
    match node_at(nodes, key) {
        Some(Node::File(content)) => Ok(content),
        Some(Node::Directory) => Err(IoErrorKind::IsDirectory),
        None => Err(IoErrorKind::NotFound),
    }
}

fn check_dir(nodes: &BTreeMap<PathBuf, Node>, key: &Path) -> Result<(), IoErrorKind> {
    match node_at(nodes, key) {
        Some(Node::Directory) => Ok(()),
        Some(Node::File(_)) => Err(IoErrorKind::NotADirectory),
        None => Err(IoErrorKind::NotFound),
    }
}

fn check_parent(nodes: &BTreeMap<PathBuf, Node>, key: &Path) -> Result<(), IoErrorKind> {
    key.parent().map_or(Ok(()), |parent| check_dir(nodes, parent))
}
