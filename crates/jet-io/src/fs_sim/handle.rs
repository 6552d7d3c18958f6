//! An open file of a simulated file system.

use std::path::Path;
use std::sync::Arc;

use parking_lot::{Mutex, MutexGuard};

use super::state::{FileNumber, State};
use super::trace::SimOperationKind;
use crate::fs::{File, LockKind};
use crate::{IoError, IoErrorKind, Operation};

/// One open file. It counts as a handle of its file from its making to its drop.
pub(super) struct SimFile {
    state: Arc<Mutex<State>>,
    number: FileNumber,
    path: Arc<Path>,
    writable: bool,
    held: Mutex<Option<LockKind>>,
}

impl SimFile {
    /// A handle for a file that `state` has counted it for.
    pub(super) fn new(
        state: &Arc<Mutex<State>>,
        number: FileNumber,
        path: Arc<Path>,
        writable: bool,
    ) -> Self {
        Self {
            state: Arc::clone(state),
            number,
            path,
            writable,
            held: Mutex::default(),
        }
    }

    /// The state, unless the power is off.
    fn powered(&self, operation: Operation) -> Result<MutexGuard<'_, State>, IoError> {
        let state = self.state.lock();
        state.check_power(&self.path, operation)?;
        Ok(state)
    }

    /// The state, unless the power is off or the handle may not change the file.
    fn writable(&self, operation: Operation) -> Result<MutexGuard<'_, State>, IoError> {
        let state = self.powered(operation)?;
        if self.writable {
            Ok(state)
        } else {
            Err(IoError::of_kind(&self.path, operation, IoErrorKind::ReadOnly))
        }
    }
}

impl File for SimFile {
    fn path(&self) -> &Path {
        &self.path
    }

    fn read_at(&self, buf: &mut [u8], offset: u64) -> Result<usize, IoError> {
        let wanted = buf.len();
        self.powered(Operation::Read)
            .and_then(|mut state| state.read(self.number, &self.path, buf, offset))
            .map_err(|error| error.at(offset, wanted))
    }

    fn write_at(&self, data: &[u8], offset: u64) -> Result<(), IoError> {
        let write = |mut state: MutexGuard<'_, State>| {
            if data.is_empty() {
                return Ok(());
            }
            state.write(self.number, &self.path, data, offset)
        };
        self.writable(Operation::Write)
            .and_then(write)
            .map_err(|error| error.at(offset, data.len()))
    }

    fn len(&self) -> Result<u64, IoError> {
        Ok(self.powered(Operation::Metadata)?.file(self.number).now().len())
    }

    fn set_len(&self, len: u64) -> Result<(), IoError> {
        self.writable(Operation::SetLen)
            .and_then(|mut state| state.set_len(self.number, &self.path, len))
            .map_err(|error| IoError {
                offset: Some(len),
                ..error
            })
    }

    fn sync_data(&self) -> Result<(), IoError> {
        self.powered(Operation::Sync)?
            .sync(self.number, &self.path, SimOperationKind::SyncData)
    }

    fn sync_all(&self) -> Result<(), IoError> {
        self.powered(Operation::Sync)?
            .sync(self.number, &self.path, SimOperationKind::SyncAll)
    }

    fn try_lock(&self, kind: LockKind) -> Result<(), IoError> {
        let mut state = self.powered(Operation::Lock)?;
        state
            .file(self.number)
            .locks
            .try_take(&mut self.held.lock(), kind)
            .map_err(|kind| IoError::of_kind(&self.path, Operation::Lock, kind))
    }
}

impl Drop for SimFile {
    fn drop(&mut self) {
        let mut state = self.state.lock();
        let file = state.file(self.number);
        file.locks.release(*self.held.get_mut());
        file.handle_count -= 1;
    }
}

impl core::fmt::Debug for SimFile {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("SimFile")
            .field("path", &self.path)
            .field("writable", &self.writable)
            .finish_non_exhaustive()
    }
}
