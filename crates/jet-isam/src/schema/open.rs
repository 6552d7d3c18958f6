//! Opening tables, and who may.

use std::sync::Arc;

use jet_log::record::SessionId;

use super::name;
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
    /// [`Refusal::InvalidName`], [`Refusal::ObjectNotFound`], [`Refusal::InvalidOptions`], [`Refusal::TableLocked`], [`Refusal::TableInUse`].
    pub fn open_table(
        &mut self,
        work: &Work<'_>,
        database: &Arc<Database>,
        name: &str,
        access: Access,
    ) -> Result<CursorId> {
        let name = name::checked(name)?;
        let table = database.table(&name, &work.sight())?;
        let table = table.ok_or(Refusal::ObjectNotFound)?;
        if access.is_read_only && access.insists_on_update {
            return Err(Refusal::InvalidOptions.into());
        }
        let cursor = Cursor::open(
            database,
            &table,
            work.session(),
            self.eyes(),
            work.level(),
            access,
        )?;
        Ok(self.add(cursor))
    }
}

impl Uses {
    /// A session opens the table.
    ///
    /// # Errors
    /// [`Refusal::TableLocked`], [`Refusal::TableInUse`].
    pub(crate) fn open(&mut self, session: SessionId, access: Access) -> Result<()> {
        self.check_open(session, access)?;
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

    /// Whether a session may open the table so.
    ///
    /// # Errors
    /// [`Refusal::TableLocked`], [`Refusal::TableInUse`].
    pub(crate) fn check_open(&self, session: SessionId, access: Access) -> Result<()> {
        let others =
            |uses: &std::collections::BTreeMap<SessionId, u32>| uses.keys().any(|other| *other != session);
        if self.is_deleted || self.deny_read.is_some_and(|(owner, _)| owner != session) {
            return Err(Refusal::TableLocked.into());
        }
        if access.insists_on_update && self.deny_write.is_some_and(|owner| owner != session) {
            return Err(Refusal::TableLocked.into());
        }
        if access.denies_write && (self.deny_write.is_some() || others(&self.updaters)) {
            return Err(Refusal::TableInUse.into());
        }
        if access.denies_read && others(&self.cursors) {
            return Err(Refusal::TableInUse.into());
        }
        if access.permits_ddl && !self.cursors.is_empty() {
            return Err(Refusal::TableInUse.into());
        }
        Ok(())
    }

    /// A session is to delete the table, which nobody opens from now on.
    ///
    /// # Errors
    /// [`Refusal::TableLocked`], [`Refusal::TableInUse`].
    pub(crate) fn delete(&mut self, session: SessionId) -> Result<()> {
        let only = Access {
            denies_read: true,
            ..Access::default()
        };
        self.check_open(session, only)?;
        if !self.cursors.is_empty() {
            return Err(Refusal::TableInUse.into());
        }
        self.is_deleted = true;
        Ok(())
    }

    /// Whether nobody but the session has the table open, and nobody may open it.
    pub(crate) fn is_exclusive(&self, session: SessionId) -> bool {
        self.deny_read.is_some_and(|(owner, _)| owner == session)
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
