//! Columns.

use jet_isam::error::Refusal;
use jet_isam::schema::NewColumn;
use jet_session::Entry;

use super::bits;
use crate::engine::tables::{TableId, columns};
use crate::engine::{Engine, Handle, ThreadId};
use crate::{JetCode, JetError};

/// JET_bitDeleteColumnIgnoreTemplateColumns.
const IGNORES_TEMPLATE: u32 = 0x1;
/// JET_bitColumnRenameConvertToPrimaryIndexPlaceholder.
const BECOMES_PLACEHOLDER: u32 = 0x1;

/// JET_COLUMNDEF and JET_COLUMNCREATE.
#[derive(Clone, Copy, Debug, Default)]
pub struct ColumnSpec<'s> {
    /// Its name.
    pub name: &'s str,
    /// JET_coltyp.
    pub column_type: u32,
    /// Option bits.
    pub bits: u32,
    /// Longest value in bytes.
    pub max_len: u32,
    /// Code page of text.
    pub code_page: u32,
    /// Default value.
    pub default: Option<&'s [u8]>,
}

impl ColumnSpec<'_> {
    pub(super) fn to_new(self) -> NewColumn {
        NewColumn {
            name: self.name.to_owned(),
            column_type: bits::column_type(self.column_type),
            code_page: self.code_page,
            max_len: self.max_len,
            flags: bits::column_flags(self.bits),
            is_fixed: self.bits & bits::FIXED != 0,
            is_tagged: self.bits & bits::TAGGED != 0,
            is_unversioned: self.bits & bits::COLUMN_UNVERSIONED != 0,
            default: self.default.map(<[u8]>::to_vec),
        }
    }
}

impl Engine {
    /// JetAddColumn: the number of the column, and success or `JET_wrnColumnMaxTruncated`.
    ///
    /// # Errors
    /// `PermissionDenied`, `TransReadOnly`, `FixedDDL`, `InTransaction`, `InvalidName`, `ColumnDuplicate`, ...
    pub fn add_column(
        &self,
        caller: (Handle, ThreadId),
        table: TableId,
        column: ColumnSpec<'_>,
    ) -> Result<(u32, JetCode), JetError> {
        self.on_tables(caller, Entry::Service, "adding a column", |on| {
            on.cursor(table)?;
            let id = on.id(table)?;
            let is_computed = column.bits & bits::USER_DEFINED_DEFAULT != 0;
            if is_computed && bits::is_output_only(column.bits) {
                return Err(Refusal::InvalidOptions.into());
            }
            let made = on.tables.add_column(&mut on.work, id, &column.to_new())?;
            let definition = on.tables.cursor(id)?.definition()?;
            let number = columns::number(&definition, made.column);
            Ok(match made.is_cut {
                true => (number, JetCode::WARN_COLUMN_MAX_TRUNCATED),
                false => (number, JetCode::SUCCESS),
            })
        })
    }

    /// JetDeleteColumn2.
    ///
    /// # Errors
    /// `InvalidName`, `PermissionDenied`, `TransReadOnly`, `FixedDDL`, `FixedInheritedDDL`, `ColumnNotFound`, `ColumnInUse`.
    pub fn delete_column(
        &self,
        caller: (Handle, ThreadId),
        table: TableId,
        name: &str,
        bits: u32,
    ) -> Result<(), JetError> {
        self.on_tables(caller, Entry::Service, "deleting a column", |on| {
            on.cursor(table)?;
            let id = on.id(table)?;
            let looks_past = bits & IGNORES_TEMPLATE != 0;
            on.tables.delete_column(&mut on.work, id, name, looks_past)
        })
    }

    /// JetRenameColumn.
    ///
    /// # Errors
    /// `InTransaction`, `InvalidName`, `ColumnNotFound`, `ColumnDuplicate`.
    pub fn rename_column(
        &self,
        caller: (Handle, ThreadId),
        table: TableId,
        (name, new): (&str, &str),
        bits: u32,
    ) -> Result<(), JetError> {
        self.on_tables(caller, Entry::Service, "renaming a column", |on| {
            on.cursor(table)?;
            let id = on.id(table)?;
            let becomes = bits & BECOMES_PLACEHOLDER != 0;
            on.tables.rename_column(&mut on.work, id, name, new, becomes)
        })
    }

    /// JetSetColumnDefaultValue.
    ///
    /// # Errors
    /// `InvalidName`, `NullInvalid`, `ObjectNotFound`, `TableInUse`, `TableLocked`, `ColumnNotFound`, `ColumnInUse`.
    pub fn set_column_default(
        &self,
        caller: (Handle, ThreadId),
        database: u32,
        (table, column): (&str, &str),
        default: Option<&[u8]>,
    ) -> Result<(), JetError> {
        self.on_database(caller, database, "setting a default", |on, database| {
            let place = (table, column);
            on.tables
                .set_column_default(&mut on.work, database, place, default)
        })
    }
}
