//! Columns set in the copy of a row.

use jet_isam::error::{IsamError, Refusal};
use jet_isam::temporary::Verb;
use jet_isam::update::{LongChange, SetColumn, Uniqueness, WasSet, WhereLong};
use jet_session::Entry;

use super::super::columns;
use super::super::{OnTables, TableId};
use crate::engine::{Engine, Handle, ThreadId};
use crate::error::isam;
use crate::{JetCode, JetError};

/// JET_SETINFO: which value, and where in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetInfo {
    /// Number of the value, from 1; 0 for a further one.
    pub tag: u32,
    /// Offset in the value in bytes.
    pub offset: u32,
}

/// A value for a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetValue<'v> {
    /// Id of the column.
    pub column: u32,
    /// The bytes; `None` is the null pointer.
    pub data: Option<&'v [u8]>,
    /// The length, which counts where there are no bytes.
    pub len: u32,
    /// Option bits.
    pub bits: u32,
    /// Which value.
    pub info: SetInfo,
}

const APPEND: u32 = 0x1;
const OVERWRITE: u32 = 0x4;
const SIZE: u32 = 0x8;
const ZERO_LENGTH: u32 = 0x20;
const SEPARATE: u32 = 0x40;
const UNIQUE: u32 = 0x80;
const UNIQUE_NORMALISED: u32 = 0x100;
const REVERT: u32 = 0x200;
const INTRINSIC: u32 = 0x400;
const UNCOMPRESSED: u32 = 0x1_0000;
const COMPRESSED: u32 = 0x2_0000;
const CONTIGUOUS: u32 = 0x4_0000;
/// Bits of the engine itself.
const INTERNAL: u32 = 0xF000_0000;

impl Engine {
    /// JetSetColumn: success, or `JET_wrnColumnMaxTruncated`. Without `info` the first value is set.
    ///
    /// # Errors
    /// `PermissionDenied`, `TransReadOnly`, `InvalidParameter`, `UpdateNotPrepared`, `InvalidGrbit`, `InvalidBufferSize`,
    /// `BadColumnId`, `ColumnNotFound`, `InvalidColumnType`, `NullInvalid`, `ColumnTooBig`, `ColumnNoChunk`, ...
    pub fn set_column(
        &self,
        caller: (Handle, ThreadId),
        table: TableId,
        value: SetValue<'_>,
    ) -> Result<JetCode, JetError> {
        self.on_tables(caller, Entry::Service, "setting a column", |on| {
            set(on, table, &value)
        })
    }

    /// JetSetColumns: the answer for each column goes into `codes`, up to the first that fails.
    ///
    /// # Errors
    /// As [`Engine::set_column`].
    pub fn set_columns(
        &self,
        caller: (Handle, ThreadId),
        table: TableId,
        values: &[SetValue<'_>],
        codes: &mut Vec<JetCode>,
    ) -> Result<JetCode, JetError> {
        self.on_tables(caller, Entry::Service, "setting columns", |on| {
            let longest = values.iter().map(|value| value.len).max().unwrap_or(0);
            let (cursor, work) = on.cursor_for(table, Verb::PrepareUpdate)?;
            // Whether an update is prepared is asked before the lengths are.
            cursor.check_settable(work, 0)?;
            cursor.check_settable(work, longest)?;
            let mut last = JetCode::SUCCESS;
            for value in values {
                let done = set(on, table, value);
                codes.push(match &done {
                    Ok(code) => *code,
                    Err(error) => isam::code(error),
                });
                last = done?;
            }
            Ok(last)
        })
    }
}

fn set(on: &mut OnTables<'_>, table: TableId, value: &SetValue<'_>) -> Result<JetCode, IsamError> {
    let (cursor, work) = on.cursor_for(table, Verb::PrepareUpdate)?;
    cursor.check_settable(work, value.len)?;
    let bits = value.bits;
    let uniqueness = match (bits & UNIQUE_NORMALISED != 0, bits & UNIQUE != 0) {
        (true, _) => Uniqueness::Keys,
        (_, true) => Uniqueness::Bytes,
        _ => Uniqueness::None,
    };
    if uniqueness != Uniqueness::None && bits & (APPEND | OVERWRITE | SIZE) != 0 {
        return Err(Refusal::InvalidOptions.into());
    }
    if bits & CONTIGUOUS != 0 && bits & SEPARATE == 0 {
        return Err(Refusal::InvalidOptions.into());
    }
    let place = match () {
        () if bits & CONTIGUOUS != 0 => WhereLong::SeparateContiguous,
        () if bits & SEPARATE != 0 => WhereLong::Separate,
        () if bits & INTRINSIC != 0 => WhereLong::Inside,
        () => WhereLong::ByLength,
    };
    let mut set = SetColumn {
        column: jet_isam::column::ColumnRef::own(jet_isam::column::ColumnId(0)),
        data: value.data,
        len: value.len,
        instance: value.info.tag,
        offset: value.info.offset,
        is_empty_value: bits & ZERO_LENGTH != 0,
        reverts: bits & REVERT != 0,
        change: change(bits),
        place,
        uniqueness,
        compresses: match (bits & COMPRESSED != 0, bits & UNCOMPRESSED != 0) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        },
    };
    cursor.check_options(&set)?;
    if bits & INTERNAL != 0 {
        return Err(Refusal::InvalidOptions.into());
    }
    set.column = columns::column(&*cursor.definition()?, value.column)?;
    Ok(match cursor.set_column(work, set)? {
        WasSet::Whole => JetCode::SUCCESS,
        WasSet::Cut => JetCode::WARN_COLUMN_MAX_TRUNCATED,
    })
}

/// Bits that have no meaning together are no bits.
const fn change(bits: u32) -> LongChange {
    match bits & (APPEND | OVERWRITE | SIZE | ZERO_LENGTH) {
        APPEND => LongChange::Append,
        OVERWRITE => LongChange::Overwrite,
        SIZE => LongChange::Resize,
        both if both == SIZE | ZERO_LENGTH => LongChange::Resize,
        both if both == OVERWRITE | SIZE => LongChange::OverwriteToEnd,
        _ => LongChange::Whole,
    }
}
