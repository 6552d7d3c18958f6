//! What a session keeps of tables: its cursors, and the definitions that it has changed.

use core::any::Any;
use std::sync::Arc;

use jet_btree::transaction::Transaction;
use jet_log::record::Dbid;
use jet_session::storage::{Companion, Storage};
use parking_lot::Mutex;

use crate::cursor::Cursor;
use crate::database::Database;
use crate::error::{Refusal, Result};
use crate::history::Sight;
use crate::shared::Table;
use crate::work::Work;

/// What a session keeps of tables.
#[derive(Debug, Default)]
pub struct TableSession {
    eyes: Arc<Eyes>,
    cursors: Vec<Slot>,
    /// Temporary tables with trees that cursors were closed on: they go when none is left.
    pub(crate) temporary: Vec<Arc<Table>>,
    /// Tables whose definition the session has changed in the open transaction.
    changed: Vec<(Arc<Database>, Arc<Table>)>,
    level: u8,
}

/// A cursor of a session; good until the cursor is closed, and never good for another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CursorId {
    /// Its place among those of the session.
    pub slot: u32,
    /// How many cursors had the place before.
    pub generation: u32,
}

/// What a session sees, for its cursors.
#[derive(Debug, Default)]
pub(crate) struct Eyes(Mutex<Sight>);

impl Eyes {
    pub(crate) fn sight(&self) -> Sight {
        self.0.lock().clone()
    }
}

#[derive(Debug, Default)]
struct Slot {
    generation: u32,
    cursor: Option<Box<Cursor>>,
}

impl TableSession {
    /// What a session keeps of tables; none when something else is kept for it.
    pub fn of(companion: &mut dyn Companion) -> Option<&mut Self> {
        companion.as_any().downcast_mut()
    }

    /// What the session sees.
    pub(crate) const fn eyes(&self) -> &Arc<Eyes> {
        &self.eyes
    }

    /// Keeps a cursor.
    pub(crate) fn add(&mut self, cursor: Cursor) -> CursorId {
        let free = self.cursors.iter().position(|slot| slot.cursor.is_none());
        let slot = free.unwrap_or_else(|| {
            self.cursors.push(Slot::default());
            self.cursors.len() - 1
        });
        let mut generation = 0;
        if let Some(place) = self.cursors.get_mut(slot) {
            place.cursor = Some(Box::new(cursor));
            generation = place.generation;
        }
        CursorId {
            slot: u32::try_from(slot).unwrap_or(u32::MAX),
            generation,
        }
    }

    /// A cursor.
    ///
    /// # Errors
    /// [`Refusal::InvalidTable`] when the session has no such cursor.
    pub fn cursor(&mut self, id: CursorId) -> Result<&mut Cursor> {
        let slot = usize::try_from(id.slot)
            .ok()
            .and_then(|slot| self.cursors.get_mut(slot));
        let slot = slot.filter(|slot| slot.generation == id.generation);
        let cursor = slot.and_then(|slot| slot.cursor.as_deref_mut());
        cursor.ok_or_else(|| Refusal::InvalidTable.into())
    }

    /// All cursors.
    pub fn cursors(&mut self) -> impl Iterator<Item = &mut Cursor> {
        self.cursors
            .iter_mut()
            .filter_map(|slot| slot.cursor.as_deref_mut())
    }

    /// Closes a cursor.
    ///
    /// # Errors
    /// [`Refusal::InvalidTable`] when the session has no such cursor.
    pub fn close(&mut self, id: CursorId) -> Result<()> {
        self.cursor(id)?;
        self.close_where(|slot, _| slot == id.slot);
        Ok(())
    }

    /// Closes a cursor; a temporary table that has no other one goes.
    ///
    /// # Errors
    /// [`Refusal::InvalidTable`] when the session has no such cursor.
    pub fn close_in(&mut self, work: &mut Work<'_>, id: CursorId) -> Result<()> {
        self.close(id)?;
        self.free_temporary(work.storage, work.transaction);
        Ok(())
    }

    /// The definition of a table was changed by this session.
    pub(crate) fn note_change(&mut self, work: &Work<'_>, database: &Arc<Database>, table: &Arc<Table>) {
        if work.level() == 0 {
            database.note_open(table);
        } else if !self.changed.iter().any(|(_, known)| Arc::ptr_eq(known, table)) {
            self.changed.push((Arc::clone(database), Arc::clone(table)));
        }
    }

    /// A level is over: with the first one, the transaction.
    fn over(&mut self, level: u8) {
        if level == 1 {
            self.changed.clear();
            *self.eyes.0.lock() = Sight::COMMITTED;
            for cursor in self.cursors() {
                cursor.see_again();
            }
        }
    }

    fn close_where(&mut self, is_to_go: impl Fn(u32, &Cursor) -> bool) {
        for (number, slot) in (0_u32..).zip(&mut self.cursors) {
            if slot
                .cursor
                .as_deref()
                .is_some_and(|cursor| is_to_go(number, cursor))
            {
                // Dropping it tells its table.
                let closed = slot.cursor.take();
                let temporary = closed.as_ref().and_then(|cursor| cursor.temporary_tree());
                if let Some(table) =
                    temporary.filter(|table| !self.temporary.iter().any(|known| Arc::ptr_eq(known, table)))
                {
                    self.temporary.push(Arc::clone(table));
                }
                slot.generation = slot.generation.wrapping_add(1);
            }
        }
    }
}

impl Companion for TableSession {
    fn began(&mut self, storage: &Storage, transaction: &Transaction, level: u8) {
        self.level = level;
        if level == 1 {
            *self.eyes.0.lock() = Sight::of(transaction.view(storage.trees()));
        }
    }

    fn committed(&mut self, _: &Storage, transaction: &mut Transaction, level: u8) {
        self.level = level - 1;
        for cursor in self.cursors() {
            cursor.level = cursor.level.min(level - 1);
            if let Some(update) = &mut cursor.update {
                update.committed_into(level - 1);
            }
        }
        for (database, table) in &self.changed {
            table.commit(transaction.session(), level);
            if level == 1 {
                database.note_open(table);
            }
        }
        self.over(level);
    }

    fn rolled_back(&mut self, storage: &Storage, transaction: &mut Transaction, level: u8) {
        self.level = level - 1;
        self.close_where(|_, cursor| cursor.level >= level);
        for cursor in self.cursors() {
            cursor.undone(level);
        }
        self.free_temporary(storage, transaction);
        for (database, table) in &self.changed {
            let outcome = table.roll_back(transaction.session(), level);
            database.leave(storage.trees().now(), outcome.trees);
            if outcome.is_gone {
                // The catalog was read when the table was made.
                let _ = database.forget(table.objid());
            }
        }
        self.over(level);
    }

    fn closed(&mut self, _: &Storage, _: &mut Transaction, database: Dbid) {
        self.close_where(|_, cursor| cursor.database().number() == database);
    }

    fn ended(&mut self, storage: &Storage, transaction: &mut Transaction) {
        self.close_where(|_, _| true);
        self.free_temporary(storage, transaction);
    }

    fn as_any(&mut self) -> &mut dyn Any {
        self
    }
}
