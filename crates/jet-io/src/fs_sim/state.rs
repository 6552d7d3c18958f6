//! The state behind all handles: names, files, the plan of faults and the count of operations.
//!
//! Invariants:
//! - A file stays as long as a name, a handle, or a crash that takes back a change of names can lead to it.
//! - An operation is checked first, as any file system does; what would fail anyway is not counted. Then it
//!   is counted and the plan asked; only then something changes.
//! - Once the power is off nothing is counted and nothing changes.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::bytes::Bytes;
use super::content::{Change, Content};
use super::faults::{Faults, ReadFailure, SimulatedFault};
use super::journal::{FileNames, Journal};
use super::trace::{Outcome, SimOperation, SimOperationKind};
use crate::fs_names::Node;
use crate::{IoError, Operation};

/// What tells files apart, whatever their names.
pub(super) type FileNumber = u64;

/// A whole simulated file system.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) names: FileNames,
    pub(super) journal: Journal,
    pub(super) faults: Faults,
    pub(super) trace: Vec<SimOperation>,
    pub(super) read_count: u64,
    pub(super) is_off: bool,
    files: BTreeMap<FileNumber, Content>,
    next_number: FileNumber,
}

impl State {
    /// These files under these names, all durable, before the first operation.
    pub(super) fn new(names: FileNames, files: BTreeMap<FileNumber, Content>) -> Self {
        Self {
            journal: Journal::of(names.clone()),
            names,
            next_number: files.keys().next_back().map_or(0, |last| last + 1),
            files,
            ..Self::default()
        }
    }

    /// The same names and files, with what is pending, as another run starts with them.
    pub(super) fn fork(&self) -> Self {
        let files = self.files.iter();
        let mut fork = Self {
            names: self.names.clone(),
            journal: self.journal.clone(),
            files: files
                .map(|(number, file)| (*number, file.without_handles()))
                .collect(),
            next_number: self.next_number,
            ..Self::default()
        };
        fork.drop_unreachable();
        fork
    }

    /// A file system of `names`, each file with the bytes that `choose` finds for it.
    pub(super) fn image(&self, names: FileNames, choose: impl Fn(FileNumber, &Content) -> Bytes) -> Self {
        let numbers = names.files().map(|(_, number)| *number);
        let contents = numbers.filter_map(|number| {
            let file = self.files.get(&number)?;
            Some((number, Content::durable(choose(number, file))))
        });
        let files = contents.collect();
        Self::new(names, files)
    }

    /// The file; each number that a handle or a name has is one.
    pub(super) fn file(&mut self, number: FileNumber) -> &mut Content {
        self.files.entry(number).or_default()
    }

    /// A new, empty file.
    pub(super) fn new_file(&mut self) -> FileNumber {
        let number = self.next_number;
        self.next_number += 1;
        self.files.insert(number, Content::default());
        number
    }

    /// Gives or takes names, all in one step, now and as a pending change.
    pub(super) fn rename(&mut self, edits: Vec<(PathBuf, Option<Node<FileNumber>>)>) {
        for (key, node) in &edits {
            match node {
                Some(node) => self.names.insert(key.clone(), *node),
                None => self.names.remove(key),
            }
        }
        self.journal.push(edits);
    }

    /// Makes the names of a directory durable.
    pub(super) fn sync_dir(&mut self, dir: &Path) {
        self.journal.sync(dir);
        self.drop_unreachable();
    }

    /// Fails when the power is off.
    pub(super) fn check_power(&self, path: &Path, operation: Operation) -> Result<(), IoError> {
        if self.is_off {
            Err(simulated(path, operation, SimulatedFault::PowerLoss))
        } else {
            Ok(())
        }
    }

    /// Counts an operation and says what becomes of it. `growth` is the number of bytes by which files get
    /// longer, `None` for what needs no space.
    pub(super) fn step(&mut self, mut operation: SimOperation, growth: Option<u64>) -> Outcome {
        let mut outcome = self.faults.on_operation(self.operations(), growth.is_some());
        if outcome == Outcome::Done && growth.is_some_and(|growth| growth > 0 && growth > self.room()) {
            outcome = Outcome::DiskFull;
        }
        self.is_off = outcome == Outcome::PowerLost;
        operation.outcome = outcome;
        self.trace.push(operation);
        outcome
    }

    /// [`State::step`] for an operation that takes place as a whole or not at all.
    pub(super) fn step_whole(
        &mut self,
        step: SimOperation,
        growth: Option<u64>,
        operation: Operation,
    ) -> Result<(), IoError> {
        let path = Arc::clone(&step.path);
        self.step(step, growth).result(&path, operation)
    }

    /// Writes to a file; `path` is the name for messages. A write that fails may have got to a part.
    pub(super) fn write(
        &mut self,
        number: FileNumber,
        path: &Arc<Path>,
        data: &[u8],
        offset: u64,
    ) -> Result<(), IoError> {
        let len = data.len() as u64;
        let end = checked_end(offset, len).ok_or_else(|| disk_full(path, Operation::Write))?;
        let old_len = self.file(number).now().len();
        let growth = end.saturating_sub(old_len);
        let fitting_end = old_len.saturating_add(self.room());
        let step = SimOperation {
            offset,
            len,
            ..SimOperation::new(SimOperationKind::Write, path)
        };
        let n = self.operations();
        let outcome = self.step(step, (growth > 0).then_some(growth));
        let fitting = usize::try_from(fitting_end.saturating_sub(offset)).unwrap_or(usize::MAX);
        let written = match outcome {
            Outcome::Done => data.len(),
            _ => self.faults.part(n, offset, data.len().min(fitting)),
        };
        if let Some(data) = data.get(..written).filter(|data| !data.is_empty()) {
            let data = Arc::from(data);
            self.file(number).change(Change::Write { offset, data });
        }
        outcome.result(path, Operation::Write)
    }

    /// Cuts or grows a file.
    pub(super) fn set_len(&mut self, number: FileNumber, path: &Arc<Path>, len: u64) -> Result<(), IoError> {
        checked_end(len, 0).ok_or_else(|| disk_full(path, Operation::SetLen))?;
        let growth = len.saturating_sub(self.file(number).now().len());
        let step = SimOperation {
            len,
            ..SimOperation::new(SimOperationKind::SetLen, path)
        };
        self.step_whole(step, (growth > 0).then_some(growth), Operation::SetLen)?;
        self.file(number).change(Change::SetLen(len));
        Ok(())
    }

    /// Makes the bytes of a file durable, or leaves them in doubt when the sync fails.
    pub(super) fn sync(
        &mut self,
        number: FileNumber,
        path: &Arc<Path>,
        kind: SimOperationKind,
    ) -> Result<(), IoError> {
        let outcome = self.step(SimOperation::new(kind, path), None);
        match outcome {
            Outcome::Done => self.file(number).sync(),
            Outcome::DeviceFailed | Outcome::DiskFull => self.file(number).sync_failed(),
            Outcome::PowerLost => {}
        }
        outcome.result(path, Operation::Sync)
    }

    /// Reads from a file, as the plan lets it.
    pub(super) fn read(
        &mut self,
        number: FileNumber,
        path: &Path,
        buf: &mut [u8],
        offset: u64,
    ) -> Result<usize, IoError> {
        let n = self.read_count;
        self.read_count += 1;
        let failure = self.faults.on_read(n);
        if failure == Some(ReadFailure::Device) {
            return Err(simulated(path, Operation::Read, SimulatedFault::Device));
        }
        let count = self.file(number).now().read(buf, offset);
        let mut rng = self.faults.read_rng(n);
        match failure {
            Some(ReadFailure::Short) => Ok(rng.up_to_count(count.saturating_sub(1))),
            Some(ReadFailure::FlipBit) => {
                let at = rng.up_to_count(count.saturating_sub(1));
                if let Some(byte) = buf.get_mut(..count).and_then(|bytes| bytes.get_mut(at)) {
                    *byte ^= 1 << rng.up_to(7);
                }
                Ok(count)
            }
            Some(ReadFailure::Device) | None => Ok(count),
        }
    }

    /// Number of operations so far.
    pub(super) fn operations(&self) -> u64 {
        self.trace.len() as u64
    }

    /// How many bytes files may still grow by.
    fn room(&self) -> u64 {
        let Some(capacity) = self.faults.capacity_bytes() else {
            return u64::MAX;
        };
        let named: BTreeSet<FileNumber> = self.names.files().map(|(_, number)| *number).collect();
        let used = self
            .files
            .iter()
            .filter(|(number, file)| file.handle_count > 0 || named.contains(number));
        let used_bytes = used.fold(0_u64, |sum, (_, file)| sum.saturating_add(file.now().len()));
        capacity.saturating_sub(used_bytes)
    }

    /// Forgets files that neither names nor handles nor a crash lead to.
    fn drop_unreachable(&mut self) {
        let mut reachable: BTreeSet<FileNumber> = self.journal.files().collect();
        reachable.extend(self.names.files().map(|(_, number)| *number));
        self.files
            .retain(|number, file| file.handle_count > 0 || reachable.contains(number));
    }
}

impl Outcome {
    fn result(self, path: &Path, operation: Operation) -> Result<(), IoError> {
        match self {
            Self::Done => Ok(()),
            Self::DeviceFailed => Err(simulated(path, operation, SimulatedFault::Device)),
            Self::PowerLost => Err(simulated(path, operation, SimulatedFault::PowerLoss)),
            Self::DiskFull => Err(disk_full(path, operation)),
        }
    }
}

/// End of a range of bytes, which no file goes beyond.
fn checked_end(offset: u64, len: u64) -> Option<u64> {
    offset.checked_add(len).filter(|end| *end <= LEN_MAX)
}

fn disk_full(path: &Path, operation: Operation) -> IoError {
    IoError::new(path, operation, io::ErrorKind::StorageFull.into())
}

fn simulated(path: &Path, operation: Operation, fault: SimulatedFault) -> IoError {
    IoError::new(path, operation, io::Error::other(fault))
}

/// Largest length of a file, that of a signed file offset.
const LEN_MAX: u64 = i64::MAX as u64;
