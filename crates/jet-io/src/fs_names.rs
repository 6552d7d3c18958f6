//! Names and locks of the file systems that live in memory.
//!
//! Invariants:
//! - Paths are resolved by their text alone: `.` and `..` are worked off, relative paths start at the root.
//! - The root is no entry: it is always there, and has the empty key.
//! - Each rule about names is checked here, before anything changes; what a file holds is left to others.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use crate::fs::{DirEntry, LockKind, OpenMode};
use crate::{IoError, IoErrorKind, Operation};

/// What a path names; `F` stands for the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Node<F> {
    Directory,
    File(F),
}

/// The names of a file system, by key.
#[derive(Clone, Debug)]
pub(crate) struct Names<F> {
    nodes: BTreeMap<PathBuf, Node<F>>,
}

impl<F> Default for Names<F> {
    fn default() -> Self {
        Self {
            nodes: BTreeMap::new(),
        }
    }
}

impl<F: Clone> Names<F> {
    /// Gives `key` a node, in place of the one that it has.
    pub(crate) fn insert(&mut self, key: PathBuf, node: Node<F>) {
        self.nodes.insert(key, node);
    }

    /// Adds a file and the directories above it.
    pub(crate) fn insert_with_parents(&mut self, key: PathBuf, file: F) {
        for above in levels(&key).skip(1) {
            self.nodes.insert(above.to_path_buf(), Node::Directory);
        }
        self.nodes.insert(key, Node::File(file));
    }

    pub(crate) fn remove(&mut self, key: &Path) {
        self.nodes.remove(key);
    }

    /// Removes all that lies in a directory that is not there.
    pub(crate) fn remove_orphans(&mut self) {
        // A directory sorts before what is in it, so each is judged after the one above it.
        let mut kept = Self::default();
        for (key, node) in std::mem::take(&mut self.nodes) {
            if kept.check_parent(&key).is_ok() {
                kept.nodes.insert(key, node);
            }
        }
        *self = kept;
    }

    pub(crate) fn get(&self, key: &Path) -> Option<Node<F>> {
        if is_root(key) {
            Some(Node::Directory)
        } else {
            self.nodes.get(key).cloned()
        }
    }

    /// The files with their keys, ordered.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&Path, &F)> {
        self.nodes.iter().filter_map(|(key, node)| match node {
            Node::File(file) => Some((key.as_path(), file)),
            Node::Directory => None,
        })
    }

    pub(crate) fn file(&self, key: &Path) -> Result<F, IoErrorKind> {
        match self.get(key) {
            Some(Node::File(file)) => Ok(file),
            Some(Node::Directory) => Err(IoErrorKind::IsDirectory),
            None => Err(IoErrorKind::NotFound),
        }
    }

    pub(crate) fn check_dir(&self, key: &Path) -> Result<(), IoErrorKind> {
        match self.get(key) {
            Some(Node::Directory) => Ok(()),
            Some(Node::File(_)) => Err(IoErrorKind::NotADirectory),
            None => Err(IoErrorKind::NotFound),
        }
    }

    pub(crate) fn check_parent(&self, key: &Path) -> Result<(), IoErrorKind> {
        key.parent().map_or(Ok(()), |parent| self.check_dir(parent))
    }

    /// The file that opening `key` finds, or `None` when it has to be created.
    pub(crate) fn to_open(&self, key: &Path, mode: OpenMode) -> Result<Option<F>, IoErrorKind> {
        match (self.get(key), mode) {
            (Some(Node::Directory), _) => Err(IoErrorKind::IsDirectory),
            (Some(Node::File(_)), OpenMode::CreateNew) => Err(IoErrorKind::AlreadyExists),
            (Some(Node::File(file)), _) => Ok(Some(file)),
            (None, OpenMode::Read | OpenMode::ReadWrite) => Err(IoErrorKind::NotFound),
            (None, OpenMode::CreateNew | OpenMode::CreateOrReplace) => self.check_parent(key).map(|()| None),
        }
    }

    /// The file that is to be renamed, when it can be; errors name the path that is at fault.
    pub(crate) fn to_rename(&self, from: &Path, to: &Path) -> Result<F, IoError> {
        let failed = |path: &Path, kind| IoError::of_kind(path, Operation::Rename, kind);
        let file = self.file(&resolve(from)).map_err(|kind| failed(from, kind))?;
        let to_key = resolve(to);
        let target = match self.file(&to_key) {
            Err(IoErrorKind::NotFound) => self.check_parent(&to_key),
            found => found.map(drop),
        };
        target.map_err(|kind| failed(to, kind))?;
        Ok(file)
    }

    /// Whether a directory can be removed: it is there, and nothing is in it.
    pub(crate) fn to_remove_dir(&self, path: &Path) -> Result<(), IoError> {
        let key = resolve(path);
        let entries = self
            .list(&key)
            .map_err(|kind| IoError::of_kind(path, Operation::Remove, kind))?;
        if entries.is_empty() && !is_root(&key) {
            return Ok(());
        }
        let source = std::io::ErrorKind::DirectoryNotEmpty.into();
        Err(IoError::new(path, Operation::Remove, source))
    }

    /// The directories that are missing for `key` to be one, the uppermost first.
    pub(crate) fn missing_dirs(&self, key: &Path) -> Result<Vec<PathBuf>, IoErrorKind> {
        let mut missing = Vec::new();
        for level in levels(key) {
            match self.nodes.get(level) {
                Some(Node::File(_)) => return Err(IoErrorKind::NotADirectory),
                Some(Node::Directory) => {}
                None => missing.push(level.to_path_buf()),
            }
        }
        missing.reverse();
        Ok(missing)
    }

    /// The entries of a directory, ordered by name.
    pub(crate) fn list(&self, dir: &Path) -> Result<Vec<DirEntry>, IoErrorKind> {
        self.check_dir(dir)?;
        let children = self.nodes.iter().filter(|(key, _)| key.parent() == Some(dir));
        let entry = |(key, node): (&PathBuf, &Node<F>)| DirEntry {
            name: key.file_name().unwrap_or(OsStr::new("")).to_os_string(),
            is_dir: matches!(node, Node::Directory),
        };
        Ok(children.map(entry).collect())
    }
}

/// Which locks are held on one file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Locks {
    shared: usize,
    exclusive: bool,
}

impl Locks {
    /// Takes a lock for the handle that has `held`; without success the handle keeps what it has.
    pub(crate) fn try_take(
        &mut self,
        held: &mut Option<LockKind>,
        kind: LockKind,
    ) -> Result<(), IoErrorKind> {
        self.release(*held);
        let free = match kind {
            LockKind::Shared => !self.exclusive,
            LockKind::Exclusive => !self.exclusive && self.shared == 0,
        };
        if free {
            *held = Some(kind);
        }
        self.take(*held);
        if free { Ok(()) } else { Err(IoErrorKind::Locked) }
    }

    /// Gives up the lock of a handle.
    pub(crate) fn release(&mut self, held: Option<LockKind>) {
        match held {
            Some(LockKind::Shared) => self.shared -= 1,
            Some(LockKind::Exclusive) => self.exclusive = false,
            None => {}
        }
    }

    fn take(&mut self, kind: Option<LockKind>) {
        match kind {
            Some(LockKind::Shared) => self.shared += 1,
            Some(LockKind::Exclusive) => self.exclusive = true,
            None => {}
        }
    }
}

/// The key of a path: components only, without root, `.` and `..`. The root has the empty key.
pub(crate) fn resolve(path: &Path) -> PathBuf {
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

/// The absolute path of a key.
pub(crate) fn absolute(key: &Path) -> PathBuf {
    Path::new("/").join(key)
}

/// A key and those above it, without the root.
fn levels(key: &Path) -> impl Iterator<Item = &Path> {
    key.ancestors().filter(|level| !is_root(level))
}

fn is_root(key: &Path) -> bool {
    key.as_os_str().is_empty()
}
