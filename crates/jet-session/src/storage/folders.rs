//! One instance at a time in a folder: an empty file beside logs and checkpoint is kept locked while the engine runs.
//!
//! Logs change their names and the checkpoint is written through other handles, which on some systems a lock would keep
//! out; so the lock has a file of its own. It stays when the engine ends: to remove it would let two in that come at the same
//! time. The lock ends with its process, whatever becomes of that.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jet_io::{File, FileSystem, IoError, IoErrorKind, LockKind, OpenMode};

use super::StorageError;

/// The locked folders of an instance, until this is dropped.
#[derive(Debug)]
pub(super) struct FolderLocks {
    _files: Vec<Arc<dyn File>>,
}

impl FolderLocks {
    /// Locks the folders of the checkpoint and of the logs for the streams with this base name.
    ///
    /// # Errors
    /// [`StorageError::FolderInUse`] when another instance has one of them, [`StorageError::NoFolder`], [`StorageError::Io`].
    pub(super) fn take(fs: &dyn FileSystem, base: &str, folders: [&Path; 2]) -> Result<Self, StorageError> {
        let mut paths: Vec<PathBuf> = Vec::new();
        for folder in folders {
            let full = fs.full_path(folder).map_err(|error| no_folder(folder, error))?;
            if !paths.contains(&full) {
                paths.push(full);
            }
        }
        let files = paths.iter().map(|folder| lock(fs, folder, base));
        Ok(Self {
            _files: files.collect::<Result<_, _>>()?,
        })
    }
}

fn lock(fs: &dyn FileSystem, folder: &Path, base: &str) -> Result<Arc<dyn File>, StorageError> {
    let path = folder.join(format!("{base}.lck"));
    let file = match fs.open(&path, OpenMode::ReadWrite) {
        Err(error) if error.kind == IoErrorKind::NotFound => match fs.open(&path, OpenMode::CreateNew) {
            // Somebody else has just made it.
            Err(error) if error.kind == IoErrorKind::AlreadyExists => fs.open(&path, OpenMode::ReadWrite),
            created => created,
        },
        opened => opened,
    };
    let file = file.map_err(|error| no_folder(folder, error))?;
    match file.try_lock(LockKind::Exclusive) {
        Err(error) if error.kind == IoErrorKind::Locked => Err(StorageError::FolderInUse {
            folder: folder.to_owned(),
        }),
        locked => Ok(locked.map(|()| file)?),
    }
}

fn no_folder(folder: &Path, error: IoError) -> StorageError {
    match error.kind {
        IoErrorKind::NotFound | IoErrorKind::NotADirectory => StorageError::NoFolder {
            folder: folder.to_owned(),
        },
        _ => error.into(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use jet_io::MemFs;

    use super::*;

    #[test]
    fn a_folder_has_one_owner_per_base_name_until_the_lock_is_dropped() {
        let fs = MemFs::default();
        for folder in ["/a", "/b"] {
            fs.create_dir_all(Path::new(folder)).unwrap();
        }
        let [a, b] = [Path::new("/a"), Path::new("/b")];
        let first = FolderLocks::take(&fs, "edb", [a, a]).unwrap();
        let refused = FolderLocks::take(&fs, "edb", [b, a]).unwrap_err();
        assert!(matches!(refused, StorageError::FolderInUse { folder } if folder == a));
        FolderLocks::take(&fs, "sru", [a, b]).unwrap();
        drop(first);
        FolderLocks::take(&fs, "edb", [b, a]).unwrap();
    }

    #[test]
    fn a_missing_folder_is_named() {
        let fs = MemFs::default();
        let missing = Path::new("/none/here");
        let refused = FolderLocks::take(&fs, "edb", [missing, missing]).unwrap_err();
        assert!(matches!(refused, StorageError::NoFolder { folder } if folder == missing));
    }
}
