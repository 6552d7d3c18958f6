//! Rows deleted.

use jet_btree::change::Bookmark;

use super::entries::Entries;
use super::{Kind, Scratch};
use crate::cursor::Cursor;
use crate::definition::Definition;
use crate::error::{Refusal, Result};
use crate::work::Work;

impl Cursor {
    /// Deletes the row that the cursor stands on; it stands between the neighbours of the row then.
    ///
    /// # Errors
    /// [`Refusal::PermissionDenied`], [`Refusal::TransactionReadOnly`], [`Refusal::AlreadyPrepared`] when a copy of the row
    /// is to take its place, [`Refusal::NoCurrentRecord`], [`Refusal::RecordDeleted`], and conflicts.
    pub fn delete(&mut self, work: &mut Work<'_>) -> Result<()> {
        self.check_writable(work)?;
        if let Some(update) = &self.update {
            if update.kind == Kind::InsertCopyDeleteOriginal {
                return Err(Refusal::AlreadyPrepared.into());
            }
            self.drop_update(work)?;
        }
        let definition = self.definition()?;
        let mut scratch = core::mem::take(&mut self.scratch);
        let done = work.atomically(|work| self.delete_row(work, &definition, &mut scratch, None));
        self.scratch = scratch;
        done
    }

    /// Deletes the row with all that hangs on it, in the open level. `successor`: the record that has its long values now.
    pub(super) fn delete_row(
        &mut self,
        work: &mut Work<'_>,
        definition: &Definition,
        scratch: &mut Scratch,
        successor: Option<&[u8]>,
    ) -> Result<()> {
        self.lock_row(work, true)?;
        let mut old = core::mem::take(&mut scratch.old);
        old.clear();
        self.read_current(work, |row| {
            old.extend_from_slice(row);
            Ok(())
        })?;
        let building = self.table().building.read();
        let entries = Entries {
            database: self.database(),
            table: self.table(),
            def: &definition.def,
            bookmark: self.currency.bookmark(),
            enforces_optional: false,
        };
        entries.delete(work, &old, scratch)?;
        self.release_long_values(work, definition, &old, successor)?;
        let store = self.database().store();
        let row = Bookmark {
            key: self.currency.bookmark(),
            data: &[],
        };
        let rows = definition.rows.open(store)?;
        work.transaction.delete(work.trees(), store, rows, &row)?;
        drop(building);
        scratch.old = old;
        Ok(())
    }
}
