//! The row that a cursor stands on.

use jet_btree::transaction::Reader;

use super::Cursor;
use super::currency::Position;
use crate::error::{Refusal, Result};
use crate::temporary::Stage;
use crate::work::Work;

impl Cursor {
    /// Makes sure that the cursor stands on a row, which may be gone by now: a cursor that was just opened looks for the first
    /// one. The name of the row is the bookmark of the currency then.
    ///
    /// # Errors
    /// [`Refusal::NoCurrentRecord`].
    pub(crate) fn stand(&mut self, work: &Work<'_>) -> Result<()> {
        match self.currency.row.position {
            Position::On => return Ok(()),
            Position::Opened => {}
            Position::BeforeFirst | Position::Near | Position::AfterLast => {
                return Err(Refusal::NoCurrentRecord.into());
            }
        }
        let mut walk = self.walk(work)?;
        if !walk.reader.first()? {
            return Err(Refusal::NoCurrentRecord.into());
        }
        walk.arrive()
    }

    /// Whether a copy of a row is read in its place.
    pub fn reads_a_copy(&self) -> bool {
        self.update.as_ref().is_some_and(|update| update.is_for_reading())
    }

    /// Shows `look` the record of the row with the key `bookmark`; none when the session sees no such row.
    ///
    /// # Errors
    /// What reading the tree gives, and what `look` gives.
    pub(crate) fn read_row<T>(
        &mut self,
        work: &Work<'_>,
        bookmark: &[u8],
        look: impl FnOnce(&[u8]) -> Result<T>,
    ) -> Result<Option<T>> {
        let definition = self.definition()?;
        let store = self.database.store();
        let tree = definition.rows.open(store)?;
        let mut reader = Reader::of(work.trees(), store, tree, work.view());
        if !reader.seek_row(bookmark, &[])? {
            return Ok(None);
        }
        reader.row()?.map(|(_, record)| look(record)).transpose()
    }

    /// Shows `look` the record of the row that the cursor stands on.
    ///
    /// # Errors
    /// [`Refusal::NoCurrentRecord`], [`Refusal::RecordDeleted`], what reading the tree gives, and what `look` gives.
    pub(crate) fn read_current<T>(
        &mut self,
        work: &Work<'_>,
        look: impl FnOnce(&[u8]) -> Result<T>,
    ) -> Result<T> {
        self.look_at_current(work, |_, record| look(record))
    }

    /// The same, with a look at the cursor.
    pub(super) fn look_at_current<T>(
        &mut self,
        work: &Work<'_>,
        look: impl FnOnce(&Self, &[u8]) -> Result<T>,
    ) -> Result<T> {
        if let Stage::Reading(sort) = &self.stage {
            return look(self, sort.row()?.1);
        }
        self.stand(work)?;
        self.refresh()?;
        let this = &*self;
        let store = this.database.store();
        let tree = this.definition.rows.open(store)?;
        let mut reader = Reader::of(work.trees(), store, tree, work.view());
        let row = &this.currency.row;
        let is_there = match row.spot {
            Some(spot) if reader.resume(spot) => reader.is_seen()?,
            _ => reader.seek_row(&row.key, &[])?,
        };
        if !is_there {
            return Err(Refusal::RecordDeleted.into());
        }
        let spot = reader.spot();
        let (_, record) = reader.row()?.ok_or(Refusal::RecordDeleted)?;
        let seen = look(this, record);
        drop(reader);
        self.currency.row.spot = spot;
        seen
    }
}
