//! Opening tables, and who may.

use std::sync::Arc;

use jet_log::record::SessionId;

use crate::cursor::{Access, Cursor};
use crate::database::Database;
use crate::error::{Refusal, Result};
use crate::session::{CursorId, TableSession};
use crate::shared::Uses;
use crate::work::Work;

impl TableSession {
    /// Opens a table by name.
    ///
    /// # Errors
    /// [`Refusal::ObjectNotFound`], [`Refusal::TableLocked`], [`Refusal::TableInUse`].
    pub fn open_table(
        &mut self,
        work: &Work<'_>,
        database: &Arc<Database>,
        name: &str,
        access: Access,
    ) -> Result<CursorId> {
        let table = database.table(name, work.session())?;
        let table = table.ok_or(Refusal::ObjectNotFound)?;
        let cursor = Cursor::open(database, &table, work.session(), work.level(), access)?;
        Ok(self.add(cursor))
    }
}

impl Uses {
    /// A session opens the table.
    ///
    /// # Errors
    /// [`Refusal::TableLocked`], [`Refusal::TableInUse`].
    pub(crate) fn open(&mut self, session: SessionId, access: Access) -> Result<()> {
        let others =
            |uses: &std::collections::BTreeMap<SessionId, u32>| uses.keys().any(|other| *other != session);
        if self.deny_read.is_some_and(|(owner, _)| owner != session) {
            return Err(Refusal::TableLocked.into());
        }
        if !access.is_read_only && self.deny_write.is_some_and(|owner| owner != session) {
            return Err(Refusal::TableLocked.into());
        }
        if access.denies_write && (self.deny_write.is_some() || others(&self.updaters)) {
            return Err(Refusal::TableInUse.into());
        }
        if access.denies_read && others(&self.cursors) {
            return Err(Refusal::TableInUse.into());
        }
        if access.denies_write {
            self.deny_write = Some(session);
        }
        if access.denies_read {
            let count = self.deny_read.map_or(0, |(_, count)| count);
            self.deny_read = Some((session, count + 1));
        }
        *self.cursors.entry(session).or_default() += 1;
        if !access.is_read_only {
            *self.updaters.entry(session).or_default() += 1;
        }
        Ok(())
    }

    /// A session closes a cursor that it opened so.
    pub(crate) fn close(&mut self, session: SessionId, access: Access) {
        let take = |uses: &mut std::collections::BTreeMap<SessionId, u32>| {
            if let Some(count) = uses.get_mut(&session) {
                *count -= 1;
                if *count == 0 {
                    uses.remove(&session);
                }
            }
        };
        take(&mut self.cursors);
        if !access.is_read_only {
            take(&mut self.updaters);
        }
        if access.denies_write {
            self.deny_write = None;
        }
        if access.denies_read {
            self.deny_read = self
                .deny_read
                .map(|(owner, count)| (owner, count.saturating_sub(1)))
                .filter(|(_, count)| *count > 0);
        }
    }
}
