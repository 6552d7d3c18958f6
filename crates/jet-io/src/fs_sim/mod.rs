//! A file system in memory that fails and crashes as told: the ground of all crash tests.
//!
//! A run works on a [`SimFs`]. Every operation that changes something is counted; a plan ([`Faults`]) says
//! which of them fail, and where the power goes off. From any moment, the power on or off,
//! [`SimFs::crash_image`] makes the file system that a restart could find.
//!
//! Invariants:
//! - What a successful sync has covered is in every image: bytes and length of a file after `sync_data` or
//!   `sync_all` through any handle, names after `sync_dir` of their directory. Neither implies the other.
//! - What was not synced is kept, lost or torn by the seed; nothing else ever appears. A sync that fails
//!   proves nothing, and neither does trying again: the writes before it may be lost for good.
//! - Names of one directory survive in the order in which they changed. A file that no name leads to is gone;
//!   content follows its file through a rename.
//! - The same operations with the same plan and seed give the same outcome and the same image.
//!
//! Directories come and go by their names alone, so one whose creation is lost takes all that is in it along.

mod bytes;
mod content;
mod crash;
mod faults;
mod handle;
mod journal;
mod rng;
mod state;
mod trace;

use core::fmt;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::{Mutex, MutexGuard};

pub use crash::{CrashModel, Tear};
pub use faults::{Failure, Faults, ReadFailure, SimulatedFault};
pub use trace::{Outcome, SimOperation, SimOperationKind};

use crate::error::shared_path;
use crate::fs::{DirEntry, File, FileKind, FileSystem, Metadata, OpenMode};
use crate::fs_names::{Node, absolute, resolve};
use crate::{IoError, IoErrorKind, Operation};
use bytes::Bytes;
use content::{Change, Content};
use handle::SimFile;
use journal::FileNames;
use state::State;

/// A file system in memory that fails and crashes as told. Clones share the state.
///
/// ```
/// use jet_io::{FileSystem, OpenMode, SimFs};
/// let fs = SimFs::from_files([("a.edb", b"old".to_vec())]);
/// let file = fs.open("a.edb".as_ref(), OpenMode::ReadWrite)?;
/// file.write_at(b"new", 0)?;
/// assert_eq!(fs.durable_image().contents("a.edb".as_ref())?, b"old");
/// file.sync_data()?;
/// assert_eq!(fs.crash_image(7).contents("a.edb".as_ref())?, b"new");
/// # Ok::<(), jet_io::IoError>(())
/// ```
#[derive(Clone, Default)]
pub struct SimFs {
    state: Arc<Mutex<State>>,
}

/// Making file systems, and the images of this one.
impl SimFs {
    /// An empty file system.
    pub fn new() -> Self {
        Self::default()
    }

    /// A file system with these files, all durable; the directories above them are created.
    pub fn from_files<P: AsRef<Path>>(files: impl IntoIterator<Item = (P, Vec<u8>)>) -> Self {
        let mut names = FileNames::default();
        let mut contents = BTreeMap::new();
        for (number, (path, bytes)) in (0..).zip(files) {
            names.insert_with_parents(resolve(path.as_ref()), number);
            contents.insert(number, Content::durable(Bytes::of(&bytes)));
        }
        Self::of(State::new(names, contents))
    }

    /// A file system of its own in the same state, with what is pending: no handles, no faults, the power on,
    /// nothing counted yet. Contents are copied when one of the two changes them.
    #[must_use]
    pub fn fork(&self) -> Self {
        Self::of(self.state().fork())
    }

    /// What a crash could leave, by the default [`CrashModel`].
    #[must_use]
    pub fn crash_image(&self, seed: u64) -> Self {
        self.crash_image_by(CrashModel::default(), seed)
    }

    /// What a crash could leave: all that is durable, and of what is pending a choice by `model` and `seed`.
    /// In the image nothing is pending, locked or planned.
    #[must_use]
    pub fn crash_image_by(&self, model: CrashModel, seed: u64) -> Self {
        let state = self.state();
        let names = crash::surviving_names(&state.journal, seed);
        Self::of(state.image(names, |number, content| {
            crash::surviving_bytes(content, model, seed, number)
        }))
    }

    /// The image with all that is pending lost.
    #[must_use]
    pub fn durable_image(&self) -> Self {
        let state = self.state();
        let names = state.journal.image(|_| 0);
        Self::of(state.image(names, |_, content| content.image(|_, _| {})))
    }

    /// The image with all that is pending kept, as after the end of the process alone.
    #[must_use]
    pub fn written_image(&self) -> Self {
        let state = self.state();
        Self::of(state.image(state.names.clone(), |_, content| content.now().clone()))
    }

    fn of(state: State) -> Self {
        Self {
            state: Arc::new(Mutex::new(state)),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }
}

/// Faults.
impl SimFs {
    /// Replaces the plan of faults. Its numbers count from the making of this file system, not from now.
    pub fn set_faults(&self, faults: Faults) {
        self.state().faults = faults;
    }

    /// Turns the power off now: everything fails from here on.
    pub fn cut_power(&self) {
        self.state().is_off = true;
    }

    /// Inverts bit `bit` (0 to 7) of the byte at `offset`, as damage of the medium: durable at once, and
    /// not counted. Writes that are pending are damaged with it: no image is without.
    ///
    /// # Errors
    /// `NotFound`, `IsDirectory`, or `ShortRead` when the file ends before.
    pub fn flip_bit(&self, path: &Path, offset: u64, bit: u8) -> Result<(), IoError> {
        self.corrupt(path, offset, &[1 << (bit & 7)])
    }

    /// Inverts the bits of `mask` in the bytes from `offset` on; otherwise as [`SimFs::flip_bit`].
    ///
    /// # Errors
    /// As [`SimFs::flip_bit`].
    pub fn corrupt(&self, path: &Path, offset: u64, mask: &[u8]) -> Result<(), IoError> {
        self.damage(path, |len| {
            let there = usize::try_from(len.saturating_sub(offset)).unwrap_or(usize::MAX);
            if there < mask.len() {
                let kind = IoErrorKind::ShortRead { got: there };
                return Err(IoError::of_kind(path, Operation::Write, kind).at(offset, mask.len()));
            }
            let mask = Arc::from(mask);
            Ok(Change::Flip { offset, mask })
        })
    }

    /// Cuts a file to `len` bytes unless it is shorter, as damage of the medium: durable at once.
    ///
    /// # Errors
    /// `NotFound` or `IsDirectory`.
    pub fn truncate(&self, path: &Path, len: u64) -> Result<(), IoError> {
        self.damage(path, |_| Ok(Change::Cut(len)))
    }

    fn damage(
        &self,
        path: &Path,
        change: impl FnOnce(u64) -> Result<Change, IoError>,
    ) -> Result<(), IoError> {
        let mut state = self.state();
        let number = state
            .names
            .file(&resolve(path))
            .map_err(|kind| IoError::of_kind(path, Operation::Write, kind))?;
        let file = state.file(number);
        let change = change(file.now().len())?;
        file.damage(change);
        Ok(())
    }
}

/// Looking at it from outside: never counted, never failing by plan, the power on or off.
impl SimFs {
    /// Number of operations so far that change something, failed ones included.
    pub fn operations(&self) -> u64 {
        self.state().operations()
    }

    /// These operations, in order.
    pub fn trace(&self) -> Vec<SimOperation> {
        self.state().trace.clone()
    }

    /// Number of reads so far, failed ones included.
    pub fn reads(&self) -> u64 {
        self.state().read_count
    }

    /// Whether the power is off.
    pub fn is_off(&self) -> bool {
        self.state().is_off
    }

    /// A copy of the bytes of the file at `path`, as a reader would see them.
    ///
    /// # Errors
    /// `NotFound`, `IsDirectory`, or `OutOfMemory`.
    pub fn contents(&self, path: &Path) -> Result<Vec<u8>, IoError> {
        let failed = |kind| IoError::of_kind(path, Operation::Read, kind);
        let mut state = self.state();
        let number = state.names.file(&resolve(path)).map_err(failed)?;
        let bytes = state.file(number).now().to_vec();
        bytes.map_err(|_| failed(IoErrorKind::OutOfMemory))
    }

    /// All files by their full paths, with their bytes.
    ///
    /// # Errors
    /// `OutOfMemory`.
    pub fn files(&self) -> Result<BTreeMap<PathBuf, Vec<u8>>, IoError> {
        let paths: Vec<PathBuf> = self.state().names.files().map(|(key, _)| absolute(key)).collect();
        let with_bytes = |path: PathBuf| self.contents(&path).map(|bytes| (path, bytes));
        paths.into_iter().map(with_bytes).collect()
    }
}

impl FileSystem for SimFs {
    fn open(&self, path: &Path, mode: OpenMode) -> Result<Arc<dyn File>, IoError> {
        let mut state = self.powered(path, Operation::Open)?;
        let key = resolve(path);
        let path = shared_path(path);
        let found = state
            .names
            .to_open(&key, mode)
            .map_err(|kind| IoError::of_kind(&path, Operation::Open, kind))?;
        let create = SimOperation::new(SimOperationKind::Create, &path);
        let number = match found {
            None => {
                state.step_whole(create, Some(0), Operation::Open)?;
                let number = state.new_file();
                state.rename(vec![(key, Some(Node::File(number)))]);
                number
            }
            Some(number) if mode == OpenMode::CreateOrReplace => {
                state.step_whole(create, None, Operation::Open)?;
                state.file(number).change(Change::SetLen(0));
                number
            }
            Some(number) => number,
        };
        state.file(number).handle_count += 1;
        drop(state);
        Ok(Arc::new(SimFile::new(
            &self.state,
            number,
            path,
            mode.is_writable(),
        )))
    }

    fn metadata(&self, path: &Path) -> Result<Metadata, IoError> {
        let mut state = self.powered(path, Operation::Metadata)?;
        match state.names.get(&resolve(path)) {
            Some(Node::Directory) => Ok(Metadata {
                kind: FileKind::Directory,
                len: 0,
            }),
            Some(Node::File(number)) => Ok(Metadata {
                kind: FileKind::File,
                len: state.file(number).now().len(),
            }),
            None => Err(IoError::of_kind(path, Operation::Metadata, IoErrorKind::NotFound)),
        }
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<(), IoError> {
        let mut state = self.powered(from, Operation::Rename)?;
        let number = state.names.to_rename(from, to)?;
        let (from_key, to_key) = (resolve(from), resolve(to));
        if from_key == to_key {
            return Ok(());
        }
        let step = SimOperation {
            to: Some(shared_path(to)),
            ..SimOperation::new(SimOperationKind::Rename, &shared_path(from))
        };
        state.step_whole(step, None, Operation::Rename)?;
        state.rename(vec![(from_key, None), (to_key, Some(Node::File(number)))]);
        Ok(())
    }

    fn remove(&self, path: &Path) -> Result<(), IoError> {
        let mut state = self.powered(path, Operation::Remove)?;
        let key = resolve(path);
        state
            .names
            .file(&key)
            .map_err(|kind| IoError::of_kind(path, Operation::Remove, kind))?;
        let step = SimOperation::new(SimOperationKind::Remove, &shared_path(path));
        state.step_whole(step, None, Operation::Remove)?;
        state.rename(vec![(key, None)]);
        Ok(())
    }

    fn remove_dir(&self, path: &Path) -> Result<(), IoError> {
        let mut state = self.powered(path, Operation::Remove)?;
        state.names.to_remove_dir(path)?;
        let step = SimOperation::new(SimOperationKind::Remove, &shared_path(path));
        state.step_whole(step, None, Operation::Remove)?;
        state.rename(vec![(resolve(path), None)]);
        Ok(())
    }

    fn create_dir_all(&self, path: &Path) -> Result<(), IoError> {
        let mut state = self.powered(path, Operation::CreateDir)?;
        let missing = state
            .names
            .missing_dirs(&resolve(path))
            .map_err(|kind| IoError::of_kind(path, Operation::CreateDir, kind))?;
        if missing.is_empty() {
            return Ok(());
        }
        let step = SimOperation::new(SimOperationKind::CreateDir, &shared_path(path));
        state.step_whole(step, Some(0), Operation::CreateDir)?;
        for dir in missing {
            state.rename(vec![(dir, Some(Node::Directory))]);
        }
        Ok(())
    }

    fn list(&self, dir: &Path) -> Result<Vec<DirEntry>, IoError> {
        self.powered(dir, Operation::List)?
            .names
            .list(&resolve(dir))
            .map_err(|kind| IoError::of_kind(dir, Operation::List, kind))
    }

    fn sync_dir(&self, dir: &Path) -> Result<(), IoError> {
        let mut state = self.powered(dir, Operation::SyncDir)?;
        let key = resolve(dir);
        state
            .names
            .check_dir(&key)
            .map_err(|kind| IoError::of_kind(dir, Operation::SyncDir, kind))?;
        let step = SimOperation::new(SimOperationKind::SyncDir, &shared_path(dir));
        state.step_whole(step, None, Operation::SyncDir)?;
        state.sync_dir(&key);
        Ok(())
    }

    fn full_path(&self, path: &Path) -> Result<PathBuf, IoError> {
        let state = self.powered(path, Operation::Resolve)?;
        let key = resolve(path);
        state
            .names
            .check_parent(&key)
            .map_err(|kind| IoError::of_kind(path, Operation::Resolve, kind))?;
        Ok(absolute(&key))
    }
}

impl SimFs {
    /// The state, unless the power is off.
    fn powered(&self, path: &Path, operation: Operation) -> Result<MutexGuard<'_, State>, IoError> {
        let state = self.state();
        state.check_power(path, operation)?;
        Ok(state)
    }
}

impl fmt::Debug for SimFs {
    /// Counts only: contents would bury a message, and waiting for the state could hang one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("SimFs");
        if let Some(state) = self.state.try_lock() {
            out.field("operations", &state.operations())
                .field("reads", &state.read_count)
                .field("is_off", &state.is_off)
                .field("faults", &state.faults);
        }
        out.finish_non_exhaustive()
    }
}
