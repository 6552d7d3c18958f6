//! Columns of tables that are there: they come, go, and change their names and defaults.

use std::sync::Arc;

use super::column::{CheckedColumn, Kind, NewColumn, check_default};
use super::create::MadeColumn;
use super::rows::RowPlace;
use super::{name, rows};
use crate::catalog::{CatalogRow, RowKind};
use crate::column::{ColumnDef, ColumnFlags, ColumnRef};
use crate::cursor::{Access, Cursor};
use crate::database::Database;
use crate::definition::Definition;
use crate::error::{Refusal, Result};
use crate::history::{Edit, stub_name};
use crate::record::max_record_bytes;
use crate::session::{CursorId, TableSession};
use crate::shared::Table;
use crate::table::{TableDef, TableFlags};
use crate::work::Work;

/// What a change of a table works with.
pub(super) struct Changed {
    pub(super) database: Arc<Database>,
    pub(super) table: Arc<Table>,
    pub(super) definition: Arc<Definition>,
    pub(super) access: Access,
}

impl TableSession {
    /// The table of a cursor, whose definition is to be changed.
    ///
    /// # Errors
    /// [`Refusal::PermissionDenied`], [`Refusal::TransactionReadOnly`].
    pub(super) fn changed(&mut self, work: &mut Work<'_>, cursor: CursorId) -> Result<Changed> {
        let cursor = self.cursor(cursor)?;
        cursor.check_updatable()?;
        if work.transaction.is_read_only() {
            return Err(Refusal::TransactionReadOnly.into());
        }
        let changed = Changed {
            database: Arc::clone(cursor.database()),
            table: Arc::clone(cursor.table()),
            definition: cursor.definition()?,
            access: cursor.access(),
        };
        changed.database.tidy(work)?;
        Ok(changed)
    }

    /// Adds a column to the table of a cursor, which stands before the first row then.
    ///
    /// # Errors
    /// What is against the column.
    pub fn add_column(
        &mut self,
        work: &mut Work<'_>,
        cursor: CursorId,
        new: &NewColumn,
    ) -> Result<MadeColumn> {
        let changed = self.changed(work, cursor)?;
        let def = &changed.definition.def;
        if def.flags.contains(TableFlags::FIXED_DDL) && !changed.access.permits_ddl {
            return Err(Refusal::FixedDdl.into());
        }
        if new.is_unversioned && !changed.access.denies_read && work.level() > 0 {
            return Err(Refusal::InTransaction.into());
        }
        new.check_length()?;
        let name = name::checked(&new.name)?;
        if def.column(&name).is_some_and(|column| column.derived) {
            return Err(Refusal::ColumnDuplicate.into());
        }
        let is_exclusive = changed.table.uses().is_exclusive(work.session());
        let mut column = new.checked(name, is_exclusive)?;
        if def.flags.contains(TableFlags::TEMPLATE) {
            if column.kind != Kind::Tagged {
                return Err(Refusal::FixedDdl.into());
            }
            column.def.flags = column.def.flags.with(ColumnFlags::TEMPLATE_MARKED);
        }
        if column.def.flags.contains(ColumnFlags::ESCROW) {
            changed.check_empty(work)?;
        }
        if def.column(&column.def.name).is_some() {
            return Err(Refusal::ColumnDuplicate.into());
        }
        let _changing = changed.table.changing.lock();
        let everything = changed.table.everything()?;
        let everything = everything.as_ref().unwrap_or(def);
        changed.take_place(&mut column, everything)?;
        self.cursor(cursor)?.stand_before_first();
        // The number is taken, whatever becomes of the column.
        column.check_default()?;
        let by = work.atomically(|work| {
            let row = CatalogRow::column(def.tree.objid, &column.def);
            rows::insert(work, &changed.database, &row, Refusal::ColumnDuplicate)?;
            if column.def.flags.contains(ColumnFlags::AUTO_INCREMENT) {
                changed.number_rows(work, &column.def)?;
            }
            work.state()
        })?;
        let made = MadeColumn {
            column: column.def.reference(),
            is_cut: column.is_cut,
        };
        let edit = Edit::AddColumn(Box::new(column.def));
        changed.table.change(by, work.level(), edit)?;
        self.note_change(work, &changed.database, &changed.table);
        Ok(made)
    }

    /// Deletes a column of the table of a cursor, which stands before the first row then. The rows stay as they are.
    /// `looks_past_template`: columns of the template are not meant.
    ///
    /// # Errors
    /// What is against it.
    pub fn delete_column(
        &mut self,
        work: &mut Work<'_>,
        cursor: CursorId,
        name: &str,
        looks_past_template: bool,
    ) -> Result<()> {
        let name = name::checked(name)?;
        let changed = self.changed(work, cursor)?;
        let def = &changed.definition.def;
        if def.flags.contains(TableFlags::FIXED_DDL) {
            return Err(Refusal::FixedDdl.into());
        }
        let mut columns = def.live_columns();
        if !looks_past_template
            && columns.any(|column| column.derived && column.name.eq_ignore_ascii_case(&name))
        {
            return Err(Refusal::FixedInheritedDdl.into());
        }
        let column = own_column(def, &name)?;
        let _changing = changed.table.changing.lock();
        let reference = column.reference();
        let place = changed.column_row(column);
        let stub = stub_name(def.tree.objid, column.id);
        let by = work.atomically(|work| {
            let missing = Refusal::ColumnNotFound;
            rows::change(work, &changed.database, place, missing, |row| {
                row.column_type_or_root = 0;
                row.name = stub;
            })?;
            changed.check_not_indexed(work, reference)?;
            work.state()
        })?;
        changed
            .table
            .change(by, work.level(), Edit::DeleteColumn(reference))?;
        self.note_change(work, &changed.database, &changed.table);
        self.cursor(cursor)?.stand_before_first();
        Ok(())
    }

    /// Gives a column of the table of a cursor another name.
    ///
    /// # Errors
    /// What is against it.
    pub fn rename_column(
        &mut self,
        work: &mut Work<'_>,
        cursor: CursorId,
        name: &str,
        new: &str,
        becomes_placeholder: bool,
    ) -> Result<()> {
        if work.level() > 0 {
            return Err(Refusal::InTransaction.into());
        }
        let (name, new) = (name::checked(name)?, name::checked(new)?);
        let changed = self.changed(work, cursor)?;
        let def = &changed.definition.def;
        let column = own_column(def, &name)?;
        let mut renamed = column.clone();
        renamed.name.clone_from(&new);
        if becomes_placeholder {
            let primary = def.primary_index().map_or(&[][..], |index| &index.segments);
            let is_first = primary.len() > 1
                && primary
                    .first()
                    .is_some_and(|first| first.column == column.reference());
            if !is_first
                || column.column_type != Some(crate::column::ColumnType::Bit)
                || !column.id.is_fixed()
            {
                return Err(Refusal::InvalidParameter.into());
            }
            renamed.flags = renamed.flags.with(ColumnFlags::PLACEHOLDER);
        }
        if def
            .live_columns()
            .any(|other| other.reference() != column.reference() && other.name.eq_ignore_ascii_case(&new))
        {
            return Err(Refusal::ColumnDuplicate.into());
        }
        let _changing = changed.table.changing.lock();
        let place = changed.column_row(column);
        let by = work.atomically(|work| {
            let missing = Refusal::ColumnNotFound;
            rows::change(work, &changed.database, place, missing, |row| {
                row.name.clone_from(&new);
                row.flags = renamed.flags.0;
            })?;
            work.state()
        })?;
        let edit = Edit::ChangeColumn(Box::new(renamed));
        changed.table.change(by, work.level(), edit)?;
        self.note_change(work, &changed.database, &changed.table);
        Ok(())
    }

    /// Sets the value that rows without one of their own show in a column of a table that nobody else has open.
    ///
    /// # Errors
    /// What is against it.
    pub fn set_column_default(
        &mut self,
        work: &mut Work<'_>,
        database: &Arc<Database>,
        (table, column): (&str, &str),
        default: Option<&[u8]>,
    ) -> Result<()> {
        let column = name::checked(column)?;
        let default = default
            .filter(|bytes| !bytes.is_empty())
            .ok_or(Refusal::NullInvalid)?;
        let access = Access {
            denies_read: true,
            ..Access::default()
        };
        let cursor = self.open_table(work, database, table, access)?;
        let set = self.set_default_of(work, cursor, &column, default);
        self.close(cursor)?;
        set
    }

    fn set_default_of(
        &mut self,
        work: &mut Work<'_>,
        cursor: CursorId,
        name: &str,
        default: &[u8],
    ) -> Result<()> {
        let opened = self.cursor(cursor)?;
        let changed = Changed {
            database: Arc::clone(opened.database()),
            table: Arc::clone(opened.table()),
            definition: opened.definition()?,
            access: opened.access(),
        };
        let column = own_column(&changed.definition.def, name)?;
        changed.check_not_indexed(work, column.reference())?;
        self.changed(work, cursor)?;
        if default.len() > DEFAULT_MOST {
            return Err(Refusal::DefaultValueTooBig.into());
        }
        let mut altered = column.clone();
        altered.default = Some(default.to_vec());
        altered.flags = altered.flags.with(ColumnFlags::HAS_DEFAULT);
        let place = changed.column_row(column);
        let _changing = changed.table.changing.lock();
        let by = work.atomically(|work| {
            let missing = Refusal::ColumnNotFound;
            rows::change(work, &changed.database, place, missing, |row| {
                row.default = Some(default.to_vec());
                row.flags = altered.flags.0;
            })?;
            check_default(&altered)?;
            check_room(&altered)?;
            work.state()
        })?;
        let edit = Edit::ChangeColumn(Box::new(altered));
        changed.table.change(by, work.level(), edit)?;
        self.note_change(work, &changed.database, &changed.table);
        Ok(())
    }
}

/// A column of the table itself.
fn own_column<'d>(def: &'d TableDef, name: &str) -> Result<&'d ColumnDef> {
    let mut columns = def.live_columns();
    let column = columns.find(|column| !column.derived && column.name.eq_ignore_ascii_case(name));
    column.ok_or_else(|| Refusal::ColumnNotFound.into())
}

/// # Errors
/// [`Refusal::ColumnTooBig`]: the default is longer than the column allows.
fn check_room(column: &ColumnDef) -> Result<()> {
    let most = usize::try_from(column.max_len).unwrap_or(usize::MAX);
    let len = column.default.as_ref().map_or(0, Vec::len);
    if most > 0 && len > most {
        return Err(Refusal::ColumnTooBig.into());
    }
    Ok(())
}

/// Longest default that the catalog has a place for.
const DEFAULT_MOST: usize = 255;

impl Changed {
    fn column_row(&self, column: &ColumnDef) -> RowPlace {
        RowPlace {
            table: self.table.objid(),
            kind: RowKind::Column,
            id: column.id.0.into(),
        }
    }

    /// Gives a column its number, which is taken then.
    fn take_place(&self, column: &mut CheckedColumn, everything: &TableDef) -> Result<()> {
        let page_size = self.database.store().page_size();
        let primary = self.definition.def.primary_index();
        let key_most = primary.map_or(4, |index| index.key_most.into());
        let mut taken = self.table.taken.lock();
        let mut next = *taken;
        let len = column.def.max_len;
        column.place(&mut next, len, max_record_bytes(page_size, key_most))?;
        column.check_single(everything.columns.columns().iter())?;
        *taken = next;
        Ok(())
    }

    /// # Errors
    /// [`Refusal::ColumnInUse`]: an index that is there, or may be there again, needs the column.
    fn check_not_indexed(&self, work: &Work<'_>, column: ColumnRef) -> Result<()> {
        let definition = self.table.definition(&work.sight());
        let primary = definition
            .as_ref()
            .and_then(|definition| definition.primary.as_ref());
        let maintained = self.table.maintained();
        // An index that this session has deleted goes with the column.
        let is_own_deletion = |objid| {
            definition
                .as_ref()
                .is_some_and(|definition| !definition.secondary.iter().any(|index| index.def.objid == objid))
                && self.table.is_deleted_by(work.session(), objid)
        };
        let uses = |index: &&Arc<crate::definition::LiveIndex>| {
            let mut segments = index.def.segments.iter();
            let mut conditions = index.def.conditions.iter();
            segments.any(|segment| segment.column == column)
                || conditions.any(|condition| condition.column == column)
        };
        let mut indexes = primary.into_iter().chain(maintained.iter()).filter(uses);
        if indexes.any(|index| !is_own_deletion(index.def.objid)) {
            return Err(Refusal::ColumnInUse.into());
        }
        Ok(())
    }
}

impl Cursor {
    /// It stands before the first entry of its index.
    pub(super) fn stand_before_first(&mut self) {
        self.currency
            .stand_at(crate::cursor::currency::Position::BeforeFirst);
    }
}
