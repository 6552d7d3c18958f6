//! The update done: rows inserted and replaced.

use jet_btree::change::Bookmark;
use jet_btree::transaction::ChangeError;

use super::entries::Entries;
use super::values::Expand;
use super::{Kind, Scratch, Update};
use crate::column::{ColumnFlags, ColumnRef};
use crate::cursor::Cursor;
use crate::definition::Definition;
use crate::error::{Refusal, Result};
use crate::key::{IndexFlags, Nulls};
use crate::record::{Field, Record};
use crate::work::Work;

/// What a program wants with the update.
#[derive(Clone, Copy, Debug, Default)]
pub struct Finish {
    /// Room for the key of a new row; none when it is not wanted.
    pub room: Option<usize>,
    /// Indexes that are unique when they are asked to be are unique.
    pub enforces_optional: bool,
    /// No versions are kept, which only a table has that nobody else sees.
    pub is_unversioned: bool,
}

impl Cursor {
    /// Does the update that is prepared. `bookmark` gets the key of a new row as soon as the row is in, also when its entries
    /// in indexes are refused; that of a replaced row at once.
    ///
    /// # Errors
    /// [`Refusal`]; the update is still prepared then.
    pub fn update(&mut self, work: &mut Work<'_>, how: Finish, bookmark: &mut Option<Vec<u8>>) -> Result<()> {
        let mut update = self.update.take().ok_or(Refusal::UpdateNotPrepared)?;
        if how.is_unversioned && self.is_seen_by_others() {
            self.update = Some(update);
            return Err(Refusal::UpdateMustVersion.into());
        }
        let mut scratch = core::mem::take(&mut self.scratch);
        let done = match update.kind {
            _ if self.is_sort() => self.add_to_sort(work, &update, &mut scratch.value),
            Kind::Insert { .. } | Kind::InsertCopy | Kind::InsertCopyDeleteOriginal => {
                self.insert(work, how, &mut update, &mut scratch, bookmark)
            }
            Kind::Replace | Kind::ReplaceNoLock => {
                if how.room.is_some_and(|room| room > 0) {
                    *bookmark = Some(self.currency.bookmark().to_vec());
                }
                self.replace(work, how, &mut update, &mut scratch)
            }
            Kind::ReadOnly => Err(Refusal::UpdateNotPrepared.into()),
        };
        self.scratch = scratch;
        match done {
            Ok(()) => self.scratch.record = update.record,
            Err(_) => self.update = Some(update),
        }
        done
    }

    fn insert(
        &mut self,
        work: &mut Work<'_>,
        how: Finish,
        update: &mut Update,
        scratch: &mut Scratch,
        bookmark: &mut Option<Vec<u8>>,
    ) -> Result<()> {
        let definition = self.definition()?;
        work.atomically(|work| {
            if update.kind == Kind::InsertCopyDeleteOriginal {
                self.delete_row(work, &definition, scratch, Some(&update.record))?;
            }
            self.check_nulls(&definition, update)?;
            if let Some(column) = definition.version.filter(|column| !update.set.has(*column)) {
                self.set_number(&definition, update, column, 0)?;
            }
            let building = self.table().building.read();
            let (database, table, def) = (self.database(), self.table(), &definition.def);
            let store = database.store();
            let rows = definition.rows.open(store)?;
            let key = match &definition.primary {
                Some(index) => {
                    let expand = Expand::new(work, database, table, def);
                    let keys = index.keys()?;
                    let record = &update.record;
                    let (key, nulls) = expand.first_key(keys, &index.layout, record, &mut scratch.value)?;
                    if nulls != Nulls::None && index.def.flags.contains(IndexFlags::DISALLOW_NULL) {
                        return Err(Refusal::NullKeyDisallowed.into());
                    }
                    key
                }
                None => table.next_row(store, rows)?.to_vec(),
            };
            if how.room.is_some_and(|room| room < key.len()) {
                return Err(Refusal::BufferTooSmall.into());
            }
            let row = Bookmark {
                key: &key,
                data: &update.record,
            };
            match work.transaction.insert(work.trees(), store, rows, &row) {
                Err(ChangeError::KeyTaken) => return Err(Refusal::KeyDuplicate.into()),
                done => done?,
            }
            let key: &[u8] = bookmark.insert(key);
            let entries = Entries {
                database,
                table,
                def,
                bookmark: key,
                enforces_optional: how.enforces_optional,
            };
            entries.insert(work, &update.record, scratch)?;
            drop(building);
            Ok(())
        })
    }

    fn replace(
        &mut self,
        work: &mut Work<'_>,
        how: Finish,
        update: &mut Update,
        scratch: &mut Scratch,
    ) -> Result<()> {
        let definition = self.definition()?;
        work.atomically(|work| {
            if update.kind == Kind::ReplaceNoLock {
                self.lock_row(work, true)?;
            }
            let mut old = core::mem::take(&mut scratch.old);
            old.clear();
            self.read_current(work, |row| {
                old.extend_from_slice(row);
                Ok(())
            })?;
            let was_copied_outside = !update.before.is_empty();
            if update.kind == Kind::ReplaceNoLock && was_copied_outside && update.before != old {
                return Err(Refusal::WriteConflict.into());
            }
            if update.set.is_empty() {
                scratch.old = old;
                return Ok(());
            }
            let building = self.table().building.read();
            self.check_key(work, &definition, update, scratch)?;
            if let Some(column) = definition.version {
                let record = Record::parse(&old, self.database().store().page_size().is_large())?;
                let last = record.fixed(definition.layout(), column.id)?.value();
                let last = last.map_or(0, super::counters::number);
                self.set_number(&definition, update, column, last.wrapping_add(1))?;
            }
            let (database, table, def) = (self.database(), self.table(), &definition.def);
            let entries = Entries {
                database,
                table,
                def,
                bookmark: self.currency.bookmark(),
                enforces_optional: how.enforces_optional,
            };
            entries.replace(work, (&old, &update.record), &update.set, scratch)?;
            // Not before: the keys of the old record are made of them.
            self.release_long_values(work, &definition, &old, Some(&update.record))?;
            let store = database.store();
            let row = Bookmark {
                key: self.currency.bookmark(),
                data: &update.record,
            };
            let rows = definition.rows.open(store)?;
            work.transaction.replace(work.trees(), store, rows, &row)?;
            drop(building);
            scratch.old = old;
            Ok(())
        })
    }

    /// Whether the table is not only being made.
    fn is_seen_by_others(&self) -> bool {
        !self.table().is_being_made()
    }

    /// The key of a row does not change.
    fn check_key(
        &self,
        work: &Work<'_>,
        definition: &Definition,
        update: &Update,
        scratch: &mut Scratch,
    ) -> Result<()> {
        let Some(index) = &definition.primary else {
            return Ok(());
        };
        let mut columns = index.def.segments.iter().map(|segment| segment.column);
        if !columns.any(|column| update.set.has(column)) {
            return Ok(());
        }
        let expand = Expand::new(work, self.database(), self.table(), &definition.def);
        let record = &update.record;
        let (key, _) = expand.first_key(index.keys()?, &index.layout, record, &mut scratch.value)?;
        if key != self.currency.bookmark() {
            return Err(Refusal::RecordPrimaryChanged.into());
        }
        Ok(())
    }

    /// Columns that take no NULL have values.
    fn check_nulls(&self, definition: &Definition, update: &Update) -> Result<()> {
        let store = self.database().store();
        let rules = definition.row_rules(store.page_size())?;
        let record = Record::parse(&update.record, store.page_size().is_large())?;
        let layout = definition.layout();
        let is_null = |column: ColumnRef| -> Result<bool> {
            Ok(match record.get(layout, column)? {
                Field::Value(_) => false,
                Field::Null => true,
                Field::Absent => layout.get(column).is_none_or(|def| {
                    def.default.is_none() && !def.flags.contains(ColumnFlags::USER_DEFINED_DEFAULT)
                }),
            })
        };
        for column in &rules.not_null {
            if is_null(*column)? {
                return Err(Refusal::NullInvalid.into());
            }
        }
        if update.kind == (Kind::Insert { sets_number: true })
            && let Some(column) = definition.auto_increment
            && is_null(column)?
        {
            return Err(Refusal::AutoIncrementNotSet.into());
        }
        Ok(())
    }

    /// Sets a column that the engine counts in.
    fn set_number(
        &self,
        definition: &Definition,
        update: &mut Update,
        column: ColumnRef,
        number: u64,
    ) -> Result<()> {
        let rules = definition.row_rules(self.database().store().page_size())?;
        let bytes = number.to_le_bytes();
        let bytes = bytes.get(..super::counters::column_bytes(definition, column));
        rules
            .edit(definition.layout())
            .set_fixed(&mut update.record, column.id, bytes)
            .map_err(super::set::edit_error)?;
        update.set.add(column);
        Ok(())
    }
}
