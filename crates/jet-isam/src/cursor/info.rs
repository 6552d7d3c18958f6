//! What is known of a cursor, and cursors like it.

use jet_btree::transaction::Reader;

use super::currency::Position;
use super::{Access, Cursor};
use crate::error::{Refusal, Result};
use crate::session::{CursorId, TableSession};
use crate::work::Work;

impl Cursor {
    /// Whether nobody else changes the row that the cursor stands on.
    ///
    /// # Errors
    /// [`Refusal::WriteConflict`] when somebody does, [`Refusal::NoCurrentRecord`], also when the cursor was just opened,
    /// [`Refusal::RecordDeleted`].
    pub fn check_unchanged(&mut self, work: &Work<'_>) -> Result<()> {
        if self.currency.row.position != Position::On {
            return Err(Refusal::NoCurrentRecord.into());
        }
        let definition = self.definition()?;
        let store = self.database.store();
        let tree = definition.rows.open(store)?;
        let mut reader = Reader::of(work.trees(), store, tree, work.view());
        if !reader.seek_row(self.currency.bookmark(), &[])? {
            return Err(Refusal::RecordDeleted.into());
        }
        if reader.is_changed_by_other()? {
            return Err(Refusal::WriteConflict.into());
        }
        Ok(())
    }
}

impl TableSession {
    /// Opens another cursor on the table of `id`, in the order of its rows, on the first one.
    ///
    /// # Errors
    /// [`Refusal::InvalidTable`].
    pub fn dup_cursor(&mut self, work: &Work<'_>, id: CursorId) -> Result<CursorId> {
        let cursor = self.cursor(id)?;
        if cursor.is_sort() {
            return self.duplicate_sort(work, id);
        }
        let access = Access {
            is_read_only: cursor.access.is_read_only,
            ..Access::default()
        };
        let (database, table) = (cursor.database.clone(), cursor.table.clone());
        let cursor = Cursor::open(
            &database,
            &table,
            work.session(),
            self.eyes(),
            work.level(),
            access,
        )?;
        Ok(self.add(cursor))
    }
}
