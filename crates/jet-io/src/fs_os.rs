//! Real files: the only file of the engine that names an operating system.
//!
//! Invariants:
//! - Positioned reads and writes go to the end of the request or of the file; an interrupted or partial
//!   system call is continued here.
//! - Large pages are written past the page cache of the system where there is a way, see `direct`.
//! - A file opened to read is never changed. On Linux its access time stays as it is, too, unless the user
//!   is not its owner; then the mount options decide (`relatime` updates it at most once a day).
//! - Syncing a directory is a no-op on Windows, where the file system journals names by itself.

#[cfg(any(target_os = "linux", target_os = "android"))]
mod direct;

use std::fs::{self, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::shared_path;
use crate::fs::{DirEntry, File, FileKind, FileSystem, LockKind, Metadata, OpenMode};
use crate::{IoError, IoErrorKind, Operation};

/// The file system of the operating system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OsFs;

impl FileSystem for OsFs {
    fn open(&self, path: &Path, mode: OpenMode) -> Result<Arc<dyn File>, IoError> {
        // Asked before opening: opening a pipe would wait for a writer, and a directory opened to write
        // reports different errors on different systems.
        match fs::metadata(path) {
            Ok(found) => match kind_of(&found) {
                FileKind::File => {}
                FileKind::Directory => {
                    return Err(kind_error(path, Operation::Open, IoErrorKind::IsDirectory));
                }
                FileKind::Other => return Err(kind_error(path, Operation::Open, IoErrorKind::NotAFile)),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(IoError::new(path, Operation::Open, error)),
        }
        let file = open_handle(path, mode).map_err(|error| IoError::new(path, Operation::Open, error))?;
        Ok(Arc::new(OsFile {
            file,
            path: shared_path(path),
            writable: mode.is_writable(),
            #[cfg(any(target_os = "linux", target_os = "android"))]
            direct: direct::Direct::default(),
        }))
    }

    fn metadata(&self, path: &Path) -> Result<Metadata, IoError> {
        let found = fs::metadata(path).map_err(|error| IoError::new(path, Operation::Metadata, error))?;
        Ok(Metadata {
            kind: kind_of(&found),
            len: found.len(),
        })
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<(), IoError> {
        for path in [from, to] {
            if path.is_dir() {
                return Err(kind_error(path, Operation::Rename, IoErrorKind::IsDirectory));
            }
        }
        fs::rename(from, to).map_err(|error| IoError::new(from, Operation::Rename, error))
    }

    fn remove(&self, path: &Path) -> Result<(), IoError> {
        if path.is_dir() {
            return Err(kind_error(path, Operation::Remove, IoErrorKind::IsDirectory));
        }
        fs::remove_file(path).map_err(|error| IoError::new(path, Operation::Remove, error))
    }

    fn remove_dir(&self, path: &Path) -> Result<(), IoError> {
        fs::remove_dir(path).map_err(|error| IoError::new(path, Operation::Remove, error))
    }

    fn create_dir_all(&self, path: &Path) -> Result<(), IoError> {
        fs::create_dir_all(path).map_err(|error| IoError::new(path, Operation::CreateDir, error))
    }

    fn list(&self, dir: &Path) -> Result<Vec<DirEntry>, IoError> {
        let failed = |error| IoError::new(dir, Operation::List, error);
        let mut entries = Vec::new();
        for entry in fs::read_dir(dir).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            // A link that leads nowhere is still an entry, and no directory.
            let is_dir = fs::metadata(entry.path()).is_ok_and(|found| found.is_dir());
            entries.push(DirEntry {
                name: entry.file_name(),
                is_dir,
            });
        }
        entries.sort_unstable();
        Ok(entries)
    }

    fn sync_dir(&self, dir: &Path) -> Result<(), IoError> {
        // The directory of a plain file name is the current one.
        let dir = if dir.as_os_str().is_empty() {
            Path::new(".")
        } else {
            dir
        };
        if !fs::metadata(dir)
            .map_err(|error| IoError::new(dir, Operation::SyncDir, error))?
            .is_dir()
        {
            return Err(kind_error(dir, Operation::SyncDir, IoErrorKind::NotADirectory));
        }
        sync_dir(dir).map_err(|error| IoError::new(dir, Operation::SyncDir, error))
    }

    fn full_path(&self, path: &Path) -> Result<PathBuf, IoError> {
        let failed = |error| IoError::new(path, Operation::Resolve, error);
        match fs::canonicalize(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let Some(name) = path.file_name() else {
                    return Err(failed(error));
                };
                let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
                let parent = fs::canonicalize(parent.unwrap_or(Path::new("."))).map_err(failed)?;
                Ok(parent.join(name))
            }
            found => found.map_err(failed),
        }
    }
}

/// One open file of the operating system.
#[derive(Debug)]
struct OsFile {
    file: fs::File,
    path: Arc<Path>,
    writable: bool,
    #[cfg(any(target_os = "linux", target_os = "android"))]
    direct: direct::Direct,
}

impl OsFile {
    fn failed(&self, operation: Operation) -> impl FnOnce(io::Error) -> IoError + '_ {
        move |error| IoError::new(&self.path, operation, error)
    }

    fn check_writable(&self, operation: Operation) -> Result<(), IoError> {
        if self.writable {
            Ok(())
        } else {
            Err(kind_error(&self.path, operation, IoErrorKind::ReadOnly))
        }
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
impl OsFile {
    /// Writes some of `pages`, which are not empty; returns the number of bytes.
    fn write_some_pages(&self, pages: &[io::IoSlice<'_>], offset: u64) -> rustix::io::Result<usize> {
        // One call takes a limited number of buffers.
        let pages = pages.get(..MAX_BUFFERS).unwrap_or(pages);
        if let Some(direct) = self.direct.handle_for(&self.file, pages) {
            match rustix::io::pwritev(direct, pages, offset) {
                Err(error) if self.direct.refuses(error) => {}
                outcome => return outcome,
            }
        }
        rustix::io::pwritev(&self.file, pages, offset)
    }
}

impl File for OsFile {
    fn path(&self) -> &Path {
        &self.path
    }

    fn read_at(&self, buf: &mut [u8], offset: u64) -> Result<usize, IoError> {
        let wanted = buf.len();
        let mut rest = buf;
        let mut position = offset;
        while !rest.is_empty() {
            match read_some_at(&self.file, rest, position) {
                Ok(0) => break,
                Ok(got) => {
                    rest = rest.get_mut(got..).unwrap_or_default();
                    position += got as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.failed(Operation::Read)(error).at(offset, wanted)),
            }
        }
        Ok(wanted - rest.len())
    }

    #[cfg(any(target_os = "linux", target_os = "android"))]
    fn read_vectored_at(&self, bufs: &mut [io::IoSliceMut<'_>], offset: u64) -> Result<usize, IoError> {
        let wanted = bufs.iter().map(|buf| buf.len()).sum();
        let mut rest = bufs;
        let mut done = 0;
        while rest.iter().any(|buf| !buf.is_empty()) {
            // One call takes a limited number of buffers.
            let batch = rest.len().min(MAX_BUFFERS);
            let (batch, _) = rest.split_at_mut(batch);
            match rustix::io::preadv(&self.file, batch, offset + done as u64) {
                Ok(0) => break,
                Ok(got) => {
                    done += got;
                    io::IoSliceMut::advance_slices(&mut rest, got);
                }
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(self.failed(Operation::Read)(error.into()).at(offset, wanted)),
            }
        }
        Ok(done)
    }

    fn write_at(&self, data: &[u8], offset: u64) -> Result<(), IoError> {
        self.check_writable(Operation::Write)
            .map_err(|error| error.at(offset, data.len()))?;
        let mut rest = data;
        let mut position = offset;
        while !rest.is_empty() {
            let outcome = match write_some_at(&self.file, rest, position) {
                Ok(0) => Err(io::ErrorKind::WriteZero.into()),
                outcome => outcome,
            };
            match outcome {
                Ok(put) => {
                    rest = rest.get(put..).unwrap_or_default();
                    position += put as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.failed(Operation::Write)(error).at(offset, data.len())),
            }
        }
        Ok(())
    }

    #[cfg(any(target_os = "linux", target_os = "android"))]
    fn write_pages_at(&self, pages: &mut [io::IoSlice<'_>], offset: u64) -> Result<(), IoError> {
        let wanted = pages.iter().map(|page| page.len()).sum();
        self.check_writable(Operation::Write)
            .map_err(|error| error.at(offset, wanted))?;
        let mut rest = pages;
        let mut done = 0;
        while done < wanted {
            let outcome = match self.write_some_pages(rest, offset + done as u64) {
                Ok(0) => Err(io::ErrorKind::WriteZero.into()),
                outcome => outcome.map_err(io::Error::from),
            };
            match outcome {
                Ok(put) => {
                    done += put;
                    io::IoSlice::advance_slices(&mut rest, put);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.failed(Operation::Write)(error).at(offset, wanted)),
            }
        }
        Ok(())
    }

    fn len(&self) -> Result<u64, IoError> {
        let found = self.file.metadata().map_err(self.failed(Operation::Metadata))?;
        if found.is_file() {
            Ok(found.len())
        } else {
            device_len(&self.file).map_err(self.failed(Operation::Metadata))
        }
    }

    fn set_len(&self, len: u64) -> Result<(), IoError> {
        let with_len = |error| IoError {
            offset: Some(len),
            ..error
        };
        self.check_writable(Operation::SetLen).map_err(with_len)?;
        self.file
            .set_len(len)
            .map_err(self.failed(Operation::SetLen))
            .map_err(with_len)
    }

    fn sync_data(&self) -> Result<(), IoError> {
        self.file.sync_data().map_err(self.failed(Operation::Sync))
    }

    fn sync_all(&self) -> Result<(), IoError> {
        self.file.sync_all().map_err(self.failed(Operation::Sync))
    }

    fn try_lock(&self, kind: LockKind) -> Result<(), IoError> {
        let outcome = match kind {
            LockKind::Shared => self.file.try_lock_shared(),
            LockKind::Exclusive => self.file.try_lock(),
        };
        outcome.map_err(|error| match error {
            TryLockError::WouldBlock => kind_error(&self.path, Operation::Lock, IoErrorKind::Locked),
            TryLockError::Error(error) => self.failed(Operation::Lock)(error),
        })
    }

    #[cfg(any(target_os = "linux", target_os = "android"))]
    fn advise(&self, advice: crate::Advice, offset: u64, len: u64) {
        let advice = match advice {
            crate::Advice::Sequential => rustix::fs::Advice::Sequential,
            crate::Advice::Random => rustix::fs::Advice::Random,
            crate::Advice::WillNeed => rustix::fs::Advice::WillNeed,
            crate::Advice::DontNeed => rustix::fs::Advice::DontNeed,
        };
        // A refused hint changes nothing but speed.
        let _ = rustix::fs::fadvise(&self.file, offset, core::num::NonZeroU64::new(len), advice);
    }
}

fn kind_error(path: &Path, operation: Operation, kind: IoErrorKind) -> IoError {
    IoError::of_kind(path, operation, kind)
}

fn open_handle(path: &Path, mode: OpenMode) -> io::Result<fs::File> {
    let mut options = OpenOptions::new();
    options.read(true);
    match mode {
        OpenMode::Read => return open_to_read(path, &mut options),
        OpenMode::ReadWrite => options.write(true),
        OpenMode::CreateNew => options.write(true).create_new(true),
        OpenMode::CreateOrReplace => options.write(true).create(true).truncate(true),
    };
    options.open(path)
}

/// Opens to read without touching the access time, where the system has that and the user may ask for it.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn open_to_read(path: &Path, options: &mut OpenOptions) -> io::Result<fs::File> {
    use std::os::unix::fs::OpenOptionsExt;
    let no_access_time = rustix::fs::OFlags::NOATIME.bits().cast_signed();
    match options.custom_flags(no_access_time).open(path) {
        // Only the owner may ask; others get a plain handle.
        Err(error) if rustix::io::Errno::from_io_error(&error) == Some(rustix::io::Errno::PERM) => {
            options.custom_flags(0).open(path)
        }
        outcome => outcome,
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn open_to_read(path: &Path, options: &mut OpenOptions) -> io::Result<fs::File> {
    options.open(path)
}

#[cfg(unix)]
fn kind_of(found: &fs::Metadata) -> FileKind {
    use std::os::unix::fs::FileTypeExt;
    if found.is_dir() {
        FileKind::Directory
    } else if found.is_file() || found.file_type().is_block_device() {
        FileKind::File
    } else {
        FileKind::Other
    }
}

#[cfg(not(unix))]
fn kind_of(found: &fs::Metadata) -> FileKind {
    if found.is_dir() {
        FileKind::Directory
    } else if found.is_file() {
        FileKind::File
    } else {
        FileKind::Other
    }
}

/// Length of a block device, whose metadata has none: where its end lies. No reader uses the cursor.
fn device_len(mut file: &fs::File) -> io::Result<u64> {
    use std::io::Seek;
    file.seek(io::SeekFrom::End(0))
}

#[cfg(unix)]
fn read_some_at(file: &fs::File, buf: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buf, offset)
}

#[cfg(unix)]
fn write_some_at(file: &fs::File, data: &[u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::write_at(file, data, offset)
}

#[cfg(windows)]
fn read_some_at(file: &fs::File, buf: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buf, offset)
}

#[cfg(windows)]
fn write_some_at(file: &fs::File, data: &[u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_write(file, data, offset)
}

#[cfg(unix)]
fn sync_dir(dir: &Path) -> io::Result<()> {
    fs::File::open(dir)?.sync_all()
}

#[cfg(windows)]
fn sync_dir(_dir: &Path) -> io::Result<()> {
    Ok(())
}

/// Buffers that one vectored read or write takes at most (the smallest limit among the systems).
#[cfg(any(target_os = "linux", target_os = "android"))]
const MAX_BUFFERS: usize = 1024;
