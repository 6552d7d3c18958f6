//! The copy of a row that is to be changed, or the beginning of a new one.

use jet_btree::change::Bookmark;

use super::counters::{column_bytes, number};
use super::{Kind, Update};
use crate::cursor::Cursor;
use crate::error::{IsamError, Refusal, Result};
use crate::work::Work;

/// What is to be prepared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preparation {
    /// A new row.
    Insert,
    /// A new row whose number the program sets.
    InsertMustSetAutoIncrement,
    /// Changing the row, which others are kept from from now on.
    Replace,
    /// Changing the row.
    ReplaceNoLock,
    /// A new row that begins as a copy of this one.
    InsertCopy,
    /// The same, and this one goes.
    InsertCopyDeleteOriginal,
    /// The same, and the new one has the number of this one.
    InsertCopyReplaceOriginal,
    /// A copy of the row to be read.
    ReadOnlyCopy,
}

impl Cursor {
    /// Prepares an update.
    ///
    /// # Errors
    /// [`Refusal::PermissionDenied`], [`Refusal::TransactionReadOnly`], [`Refusal::AlreadyPrepared`],
    /// [`Refusal::NotInTransaction`], [`Refusal::IllegalOperation`], [`Refusal::NoCurrentRecord`],
    /// [`Refusal::RecordDeleted`], and conflicts.
    pub fn prepare_update(&mut self, work: &mut Work<'_>, how: Preparation) -> Result<()> {
        if how != Preparation::ReadOnlyCopy {
            self.check_writable(work)?;
        }
        if self.update.is_some() {
            return Err(Refusal::AlreadyPrepared.into());
        }
        match how {
            Preparation::Insert => self.prepare_insert(work, false),
            Preparation::InsertMustSetAutoIncrement => self.prepare_insert(work, true),
            Preparation::Replace if work.level() > 0 => {
                self.lock_row(work, true)?;
                self.prepare_copy(work, Kind::Replace)
            }
            Preparation::Replace | Preparation::ReplaceNoLock => self.prepare_copy(work, Kind::ReplaceNoLock),
            Preparation::InsertCopy => self.prepare_insert_copy(work, true, Kind::InsertCopy),
            Preparation::InsertCopyDeleteOriginal => {
                self.lock_row(work, true)?;
                self.prepare_insert_copy(work, true, Kind::InsertCopyDeleteOriginal)
            }
            Preparation::InsertCopyReplaceOriginal => {
                self.lock_row(work, true)?;
                self.prepare_insert_copy(work, false, Kind::InsertCopyDeleteOriginal)
            }
            Preparation::ReadOnlyCopy if work.level() == 0 => Err(Refusal::NotInTransaction.into()),
            Preparation::ReadOnlyCopy => self.prepare_copy(work, Kind::ReadOnly),
        }
    }

    /// Gives the prepared update up.
    ///
    /// # Errors
    /// [`Refusal::UpdateNotPrepared`].
    pub fn cancel_update(&mut self, work: &mut Work<'_>) -> Result<()> {
        if self.update.is_none() {
            return Err(Refusal::UpdateNotPrepared.into());
        }
        self.drop_update(work)
    }

    /// Gives an update up, if one is prepared.
    ///
    /// # Errors
    /// When what it did to long values cannot be undone.
    pub(crate) fn drop_update(&mut self, work: &mut Work<'_>) -> Result<()> {
        let Some(update) = self.update.take() else {
            return Ok(());
        };
        if update.long_level > 0 {
            let trees = work.trees();
            let undone = work.transaction.undo_work(trees, update.work);
            undone.map_err(IsamError::rollback)?;
        }
        self.scratch.record = update.record;
        Ok(())
    }

    /// Whether rows may be changed through the cursor, in this transaction.
    pub(super) fn check_writable(&self, work: &Work<'_>) -> Result<()> {
        self.check_updatable()?;
        if work.level() > 0 && work.transaction.is_read_only() && !self.database().is_temporary() {
            return Err(Refusal::TransactionReadOnly.into());
        }
        Ok(())
    }

    /// Keeps others from changing the row that the cursor stands on, until the transaction is over.
    ///
    /// # Errors
    /// [`Refusal::NotInTransaction`], [`Refusal::NoCurrentRecord`], [`Refusal::RecordDeleted`], and conflicts.
    pub fn lock_row(&mut self, work: &mut Work<'_>, is_to_write: bool) -> Result<()> {
        self.stand(work)?;
        if work.level() == 0 {
            return Err(Refusal::NotInTransaction.into());
        }
        let definition = self.definition()?;
        let store = self.database().store();
        let tree = definition.rows.open(store)?;
        let row = Bookmark {
            key: self.currency.bookmark(),
            data: &[],
        };
        let trees = work.trees();
        Ok(work.transaction.lock(trees, store, tree, &row, is_to_write)?)
    }

    /// Locks the row that the cursor stands on as a program asks: to read or to write, one of the two.
    ///
    /// # Errors
    /// [`Refusal::InvalidOptions`], [`Refusal::PermissionDenied`], [`Refusal::TransactionReadOnly`], and those of
    /// [`Cursor::lock_row`].
    pub fn get_lock(&mut self, work: &mut Work<'_>, to_read: bool, to_write: bool) -> Result<()> {
        if work.level() == 0 {
            return Err(Refusal::NotInTransaction.into());
        }
        if to_read == to_write {
            return Err(Refusal::InvalidOptions.into());
        }
        if to_write {
            self.check_writable(work)?;
        }
        self.lock_row(work, to_write)
    }

    fn prepare_insert(&mut self, work: &mut Work<'_>, sets_number: bool) -> Result<()> {
        let definition = self.definition()?;
        let rules = definition.row_rules(self.database().store().page_size())?;
        if sets_number {
            let column = definition.auto_increment.ok_or(Refusal::IllegalOperation)?;
            if definition
                .layout()
                .get(column)
                .is_none_or(|def| def.default.is_some())
            {
                return Err(Refusal::IllegalOperation.into());
            }
            self.table()
                .peek_number(self.database().store(), &definition, column)?;
        }
        let record = core::mem::take(&mut self.scratch.record);
        let mut update = Update::new(work, Kind::Insert { sets_number }, record);
        update.record.clear();
        update.record.extend_from_slice(&rules.new_row);
        if !sets_number {
            self.number_row(&mut update)?;
        }
        self.update = Some(update);
        Ok(())
    }

    fn prepare_copy(&mut self, work: &mut Work<'_>, kind: Kind) -> Result<()> {
        let mut record = core::mem::take(&mut self.scratch.record);
        record.clear();
        self.read_current(work, |row| {
            record.extend_from_slice(row);
            Ok(())
        })?;
        let mut update = Update::new(work, kind, record);
        if kind == Kind::ReplaceNoLock && work.level() == 0 {
            update.before.clone_from(&update.record);
        }
        self.update = Some(update);
        Ok(())
    }

    fn prepare_insert_copy(&mut self, work: &mut Work<'_>, is_numbered: bool, kind: Kind) -> Result<()> {
        if work.level() == 0 {
            // After the row: who stands on none is told that first.
            self.stand(work)?;
            return Err(Refusal::NotInTransaction.into());
        }
        self.prepare_copy(work, kind)?;
        let Some(mut update) = self.update.take() else {
            return Ok(());
        };
        if is_numbered {
            self.number_row(&mut update)?;
        }
        if kind == Kind::InsertCopy {
            let definition = self.definition()?;
            self.share_long_values(work, &definition, &mut update)?;
        }
        self.update = Some(update);
        Ok(())
    }

    /// Sets the number of a new row.
    fn number_row(&mut self, update: &mut Update) -> Result<()> {
        let definition = self.definition()?;
        let Some(column) = definition.auto_increment else {
            return Ok(());
        };
        let store = self.database().store();
        let next = self.table().next_number(store, &definition, column)?;
        let rules = definition.row_rules(store.page_size())?;
        let bytes = next.to_le_bytes();
        let bytes = bytes.get(..column_bytes(&definition, column));
        let edit = rules.edit(definition.layout());
        edit.set_fixed(&mut update.record, column.id, bytes)
            .map_err(super::set::edit_error)?;
        update.set.add(column);
        debug_assert_eq!(number(bytes.unwrap_or_default()), next);
        Ok(())
    }
}
