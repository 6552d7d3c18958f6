//! Tables.

use jet_isam::column::ColumnRef;
use jet_isam::cursor::Access;
use jet_isam::error::{IsamError, Refusal};
use jet_isam::schema::{NewTable, Progress};
use jet_session::Entry;

use super::columns::ColumnSpec;
use super::indexes::IndexSpec;
use crate::engine::tables::{TableId, columns};
use crate::engine::{Engine, Handle, ThreadId};
use crate::error::isam;
use crate::{JetCode, JetError};

/// JET_bitTableCreateFixedDDL.
const CREATE_FIXED: u32 = 0x1;
/// JET_bitTableCreateTemplateTable.
const CREATE_TEMPLATE: u32 = 0x2;
/// JET_bitTableCreateNoFixedVarColumnsInDerivedTables.
const CREATE_NO_FIXED: u32 = 0x4;
/// JET_bitTableCreateSystemTable.
const CREATE_SYSTEM: u32 = 0x8000_0000;

const DENY_WRITE: u32 = 0x1;
const DENY_READ: u32 = 0x2;
const READ_ONLY: u32 = 0x4;
const UPDATABLE: u32 = 0x8;
const PERMIT_DDL: u32 = 0x10;
/// JET_bitTableDelete, JET_bitTableCreate.
const INTERNAL: u32 = 0x3000_0000;

/// JET_TABLECREATE.
#[derive(Clone, Debug, Default)]
pub struct TableSpec<'s> {
    /// Its name.
    pub name: &'s str,
    /// Table whose columns and indexes it has too.
    pub template: Option<&'s str>,
    /// Pages that it begins with.
    pub pages: u32,
    /// How full its pages are made, in percent.
    pub density: u32,
    /// Option bits.
    pub bits: u32,
    /// Its columns.
    pub columns: Vec<ColumnSpec<'s>>,
    /// Its indexes.
    pub indexes: Vec<IndexSpec<'s>>,
}

/// What JetCreateTableColumnIndex writes, also after errors.
#[derive(Clone, Debug, Default)]
pub struct TableCreated {
    /// Table, columns and indexes that were made.
    pub made: u32,
    /// Error or warning of each column that was come to, and its number.
    pub columns: Vec<(JetCode, u32)>,
    /// Error of each index that was come to.
    pub indexes: Vec<JetCode>,
}

impl Engine {
    /// JetCreateTableColumnIndex. `created` tells how far it came.
    ///
    /// # Errors
    /// `InvalidDatabaseId`, `PermissionDenied`, `CannotNestDDL`, `InvalidGrbit`, `InvalidName`, `DensityInvalid`,
    /// `TableDuplicate`, ...
    pub fn create_table(
        &self,
        caller: (Handle, ThreadId),
        database: u32,
        table: &TableSpec<'_>,
        created: &mut TableCreated,
    ) -> Result<TableId, JetError> {
        self.on_database(caller, database, "creating a table", |on, database| {
            if database.is_read_only() {
                return Err(Refusal::PermissionDenied.into());
            }
            let new = new_table(table)?;
            let mut progress = Progress::default();
            let made = on
                .tables
                .create_table(&mut on.work, database, &new, &mut progress);
            created.made = progress.made;
            created.columns = progress
                .columns
                .iter()
                .map(|column| match column {
                    Ok(made) if made.is_cut => {
                        (JetCode::WARN_COLUMN_MAX_TRUNCATED, number(table, made.column))
                    }
                    Ok(made) => (JetCode::SUCCESS, number(table, made.column)),
                    Err(refusal) => (isam::code(&(*refusal).into()), 0),
                })
                .collect();
            created.indexes = progress
                .indexes
                .iter()
                .map(|index| match index {
                    Ok(()) => JetCode::SUCCESS,
                    Err(refusal) => isam::code(&(*refusal).into()),
                })
                .collect();
            Ok(on.number(made?))
        })
    }

    /// JetOpenTable.
    ///
    /// # Errors
    /// `InvalidDatabaseId`, `InvalidGrbit`, `InvalidName`, `ObjectNotFound`, `TableLocked`, `TableInUse`.
    pub fn open_table(
        &self,
        caller: (Handle, ThreadId),
        database: u32,
        name: &str,
        bits: u32,
    ) -> Result<TableId, JetError> {
        self.on_database(caller, database, "opening a table", |on, database| {
            let cursor = on.tables.open_table(&on.work, database, name, access(bits)?)?;
            Ok(on.number(cursor))
        })
    }

    /// JetCloseTable.
    ///
    /// # Errors
    /// `InvalidTableId`.
    pub fn close_table(&self, caller: (Handle, ThreadId), table: TableId) -> Result<(), JetError> {
        self.on_tables(caller, Entry::AfterStop, "closing a table", |on| {
            let id = on.id(table)?;
            on.tables.close_in(&mut on.work, id)
        })
    }

    /// JetDeleteTable.
    ///
    /// # Errors
    /// `InvalidDatabaseId`, `InvalidName`, `ObjectNotFound`, `TableInUse`, `TableLocked`, `CannotDeleteSystemTable`,
    /// `CannotDeleteTemplateTable`.
    pub fn delete_table(
        &self,
        caller: (Handle, ThreadId),
        database: u32,
        name: &str,
    ) -> Result<(), JetError> {
        self.on_database(caller, database, "deleting a table", |on, database| {
            on.tables.delete_table(&mut on.work, database, name)
        })
    }

    /// JetRenameTable.
    ///
    /// # Errors
    /// `InvalidDatabaseId`, `InvalidName`, `ObjectNotFound`, `FixedDDL`, `KeyDuplicate`.
    pub fn rename_table(
        &self,
        caller: (Handle, ThreadId),
        database: u32,
        (name, new): (&str, &str),
    ) -> Result<(), JetError> {
        self.on_database(caller, database, "renaming a table", |on, database| {
            on.tables.rename_table(&mut on.work, database, name, new)
        })
    }
}

fn new_table(table: &TableSpec<'_>) -> Result<NewTable, IsamError> {
    let has = |bit| table.bits & bit != 0;
    if has(CREATE_TEMPLATE) && table.template.is_some() {
        return Err(Refusal::CannotNestDdl.into());
    }
    if has(CREATE_NO_FIXED) || has(CREATE_SYSTEM) {
        return Err(Refusal::InvalidOptions.into());
    }
    let indexes: Result<Vec<_>, _> = table.indexes.iter().map(IndexSpec::to_new).collect();
    Ok(NewTable {
        name: table.name.to_owned(),
        template: table.template.map(str::to_owned),
        is_template: has(CREATE_TEMPLATE),
        is_fixed: has(CREATE_FIXED),
        pages: table.pages,
        density: table.density,
        columns: table.columns.iter().map(|column| column.to_new()).collect(),
        indexes: indexes?,
        ..NewTable::default()
    })
}

/// The number of a column of the table.
fn number(table: &TableSpec<'_>, column: ColumnRef) -> u32 {
    let bit = match table.bits & CREATE_TEMPLATE {
        0 => 0,
        _ => columns::OF_TEMPLATE,
    };
    u32::from(column.id.0) | bit
}

fn access(bits: u32) -> Result<Access, Refusal> {
    let has = |bit| bits & bit != 0;
    if has(INTERNAL) {
        return Err(Refusal::InvalidOptions);
    }
    let is_bad = match has(PERMIT_DDL) {
        true => !has(DENY_READ),
        false => has(DENY_READ) && has(READ_ONLY),
    };
    if is_bad {
        return Err(Refusal::InvalidOptions);
    }
    Ok(Access {
        is_read_only: has(READ_ONLY),
        denies_write: has(DENY_WRITE),
        denies_read: has(DENY_READ),
        insists_on_update: has(UPDATABLE),
        permits_ddl: has(PERMIT_DDL),
    })
}
