//! The folder in which copies are recovered before they are delivered: made in the output folder, so that delivering is
//! renaming, and removed with all that is left in it.

use std::path::{Path, PathBuf};

use jet_io::{FileSystem, IoError, OpenMode};

/// A folder of work in an output folder.
#[derive(Debug)]
pub(super) struct WorkFolder<'f> {
    fs: &'f dyn FileSystem,
    path: PathBuf,
    /// Folders that had to be made for it, the innermost first.
    made: Vec<PathBuf>,
}

impl<'f> WorkFolder<'f> {
    /// Makes the folder, and the output folder if it is not there. `number` tells it from others.
    pub(super) fn create(fs: &'f dyn FileSystem, out: &Path, number: u32) -> Result<Self, IoError> {
        let mut made = Vec::new();
        for level in out.ancestors().filter(|level| !level.as_os_str().is_empty()) {
            if fs.exists(level)? {
                break;
            }
            made.push(level.to_owned());
        }
        let path = out.join(format!(".jet-recover-{number:08x}"));
        let work = Self { fs, path, made };
        match fs.create_dir_all(&work.path) {
            Ok(()) => Ok(work),
            Err(error) => {
                work.discard();
                Err(error)
            }
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Removes the folder; those above it stay.
    pub(super) fn remove(&self) -> Result<(), IoError> {
        for entry in self.fs.list(&self.path)? {
            self.fs.remove(&self.path.join(entry.name))?;
        }
        self.fs.remove_dir(&self.path)
    }

    /// Removes the folder and those that were made for it, as far as that is possible: something failed before, and that
    /// is what is told.
    pub(super) fn discard(&self) {
        _ = self.remove();
        for folder in &self.made {
            _ = self.fs.remove_dir(folder);
        }
    }

    /// Brings the names of the output folder, and of those made for it, to the disk.
    pub(super) fn sync_out(&self, out: &Path) -> Result<(), IoError> {
        self.fs.sync_dir(out)?;
        for folder in &self.made {
            if let Some(parent) = folder.parent() {
                self.fs.sync_dir(parent)?;
            }
        }
        Ok(())
    }
}

/// Copies a file to a place where there is none, and brings the copy to the disk. `advance` gets the number of bytes done.
pub(super) fn copy_file(
    fs: &dyn FileSystem,
    from: &Path,
    to: &Path,
    mut advance: impl FnMut(u64),
) -> Result<(), IoError> {
    let source = fs.open(from, OpenMode::Read)?;
    let copy = fs.open(to, OpenMode::CreateNew)?;
    let mut buffer = vec![0; COPY_BYTES];
    let mut offset = 0;
    loop {
        let got = source.read_at(&mut buffer, offset)?;
        let Some(bytes) = buffer.get(..got).filter(|bytes| !bytes.is_empty()) else {
            break;
        };
        copy.write_at(bytes, offset)?;
        offset += got as u64;
        advance(got as u64);
    }
    copy.sync_data()
}

/// Bytes copied at once.
const COPY_BYTES: usize = 1 << 20;
