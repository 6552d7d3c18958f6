//! The row that a cursor stands on.

use jet_btree::transaction::Reader;

use super::Cursor;
use super::currency::Position;
use crate::error::{Refusal, Result};
use crate::work::Work;

impl Cursor {
    /// Makes sure that the cursor stands on a row: a cursor that was just opened looks for the first one.
    ///
    /// # Errors
    /// [`Refusal::NoCurrentRecord`].
    pub(crate) fn stand(&mut self, work: &Work<'_>) -> Result<()> {
        match self.currency.position {
            Position::On => return Ok(()),
            Position::Opened => {}
            Position::BeforeFirst | Position::Near | Position::AfterLast => {
                return Err(Refusal::NoCurrentRecord.into());
            }
        }
        let definition = self.definition()?;
        let store = self.database.store();
        let index = self.currency.index.as_ref();
        let tree = index.map_or(&definition.rows, |index| &index.tree).open(store)?;
        let mut reader = Reader::new(work.trees(), store, tree, work.view())?;
        if !reader.first()? {
            return Err(Refusal::NoCurrentRecord.into());
        }
        let currency = &mut self.currency;
        currency.key.clear();
        currency.bookmark.clear();
        if let Some((key, data)) = reader.row()? {
            key.append_to(&mut currency.key);
            match currency.index {
                Some(_) => currency.bookmark.extend_from_slice(data),
                None => currency.bookmark.extend_from_slice(&currency.key),
            }
        }
        currency.position = Position::On;
        Ok(())
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
        let mut reader = Reader::new(work.trees(), store, tree, work.view())?;
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
        self.stand(work)?;
        let bookmark = core::mem::take(&mut self.currency.bookmark);
        let read = self.read_row(work, &bookmark, look);
        self.currency.bookmark = bookmark;
        read?.ok_or_else(|| Refusal::RecordDeleted.into())
    }
}
