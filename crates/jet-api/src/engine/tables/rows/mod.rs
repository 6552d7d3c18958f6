//! Rows set, read, changed and deleted.
//!
//! | module | what |
//! |---|---|
//! | `set` | columns set in the copy of a row |
//! | `retrieve` | values of columns |
//! | `enumerate` | all columns of a row, and how much room they take |

mod enumerate;
mod retrieve;
mod set;

use jet_isam::error::Refusal;
use jet_isam::temporary::Verb;
use jet_isam::update::{Escrow, Finish, Preparation};
use jet_session::Entry;

use super::{TableId, columns};
use crate::JetError;
use crate::engine::{Engine, Handle, ThreadId};

pub use self::enumerate::{EnumeratedColumn, EnumeratedValue};
pub use self::retrieve::{RetrieveInfo, RetrieveItem};
pub use self::set::{SetInfo, SetValue};

/// JET_bitUpdateNoVersion.
const NO_VERSION: u32 = 2;
/// JET_bitUpdateEnforceOptionallyUniqueIndices.
const ENFORCE_OPTIONAL: u32 = 4;
/// JET_bitEscrowNoRollback.
const NO_ROLLBACK: u32 = 1;
/// JET_prepCancel.
const CANCEL: u32 = 3;

impl Engine {
    /// JetPrepareUpdate.
    ///
    /// # Errors
    /// `InvalidParameter`, `PermissionDenied`, `TransReadOnly`, `AlreadyPrepared`, `UpdateNotPrepared`, `NoCurrentRecord`,
    /// `RecordDeleted`, `WriteConflict`, `NotInTransaction`, `IllegalOperation`.
    pub fn prepare_update(
        &self,
        caller: (Handle, ThreadId),
        table: TableId,
        mode: u32,
    ) -> Result<(), JetError> {
        let how = match mode {
            0 => Some(Preparation::Insert),
            2 => Some(Preparation::Replace),
            4 => Some(Preparation::ReplaceNoLock),
            5 => Some(Preparation::InsertCopy),
            7 => Some(Preparation::InsertCopyDeleteOriginal),
            8 => Some(Preparation::ReadOnlyCopy),
            9 => Some(Preparation::InsertCopyReplaceOriginal),
            10 => Some(Preparation::InsertMustSetAutoIncrement),
            _ => None,
        };
        self.on_tables(caller, Entry::Service, "preparing an update", |on| {
            let (cursor, work) = on.cursor_for(table, Verb::PrepareUpdate)?;
            match (how, mode) {
                (Some(how), _) => cursor.prepare_update(work, how),
                (None, CANCEL) => cursor.cancel_update(work),
                (None, _) => Err(Refusal::InvalidParameter.into()),
            }
        })
    }

    /// JetUpdate2. `room`: of the buffer for the key of the row, if there is one; `bookmark` gets the whole key, also after
    /// errors that came when the row was in.
    ///
    /// # Errors
    /// `UpdateNotPrepared`, `NullInvalid`, `KeyDuplicate`, `NullKeyDisallowed`, `KeyTruncated`, `BufferTooSmall`,
    /// `RecordPrimaryChanged`, `WriteConflict`, `UpdateMustVersion`.
    pub fn update(
        &self,
        caller: (Handle, ThreadId),
        table: TableId,
        room: Option<usize>,
        bits: u32,
        bookmark: &mut Option<Vec<u8>>,
    ) -> Result<(), JetError> {
        self.on_tables(caller, Entry::Service, "updating a row", |on| {
            let (cursor, work) = on.cursor_for(table, Verb::Update)?;
            let how = Finish {
                room,
                enforces_optional: bits & ENFORCE_OPTIONAL != 0,
                is_unversioned: bits & NO_VERSION != 0,
            };
            cursor.update(work, how, bookmark)
        })
    }

    /// JetDelete.
    ///
    /// # Errors
    /// `PermissionDenied`, `TransReadOnly`, `AlreadyPrepared`, `NoCurrentRecord`, `RecordDeleted`, `WriteConflict`.
    pub fn delete_row(&self, caller: (Handle, ThreadId), table: TableId) -> Result<(), JetError> {
        self.on_tables(caller, Entry::Service, "deleting a row", |on| {
            let (cursor, work) = on.cursor_for(table, Verb::Delete)?;
            cursor.delete(work)
        })
    }

    /// JetGetLock.
    ///
    /// # Errors
    /// `InvalidGrbit`, `NotInTransaction`, `NoCurrentRecord`, `RecordDeleted`, `WriteConflict`, `PermissionDenied`.
    pub fn get_lock(&self, caller: (Handle, ThreadId), table: TableId, bits: u32) -> Result<(), JetError> {
        self.on_tables(caller, Entry::Service, "locking a row", |on| {
            let (cursor, work) = on.cursor(table)?;
            cursor.get_lock(work, bits & 1 != 0, bits & 2 != 0)
        })
    }

    /// JetEscrowUpdate: the number as it stood in the row. `room`: of the buffer for it, if there is one.
    ///
    /// # Errors
    /// `NotInTransaction`, `PermissionDenied`, `TransReadOnly`, `BadColumnId`, `ColumnNotFound`, `AlreadyPrepared`,
    /// `InvalidBufferSize`, `InvalidOperation`, `NoCurrentRecord`, `RecordDeleted`, `WriteConflict`.
    pub fn escrow_update(
        &self,
        caller: (Handle, ThreadId),
        table: TableId,
        (column, delta): (u32, &[u8]),
        room: Option<usize>,
        bits: u32,
    ) -> Result<Vec<u8>, JetError> {
        self.on_tables(caller, Entry::Service, "adding to a number", |on| {
            let (cursor, work) = on.cursor_for(table, Verb::EscrowUpdate)?;
            cursor.check_escrow(work)?;
            let column = columns::column(&*cursor.definition()?, column)?;
            let escrow = Escrow {
                column,
                delta,
                room,
                is_for_good: bits & NO_ROLLBACK != 0,
            };
            cursor.escrow(work, &escrow)
        })
    }
}
