//! Rows and entries by their names.

use super::Cursor;
use super::currency::Position;
use crate::error::{Refusal, Result};
use crate::temporary::Stage;
use crate::work::Work;

impl Cursor {
    /// The name of the row that the cursor stands on.
    ///
    /// # Errors
    /// [`Refusal::NoCurrentRecord`], also when the cursor was just opened.
    pub fn bookmark(&self) -> Result<&[u8]> {
        if let Stage::Reading(sort) = &self.stage {
            return sort.bookmark();
        }
        match self.currency.row.position {
            Position::On => Ok(self.currency.bookmark()),
            _ => Err(Refusal::NoCurrentRecord.into()),
        }
    }

    /// Shows `look` the key of the entry that the cursor stands on, and the name of its row.
    ///
    /// # Errors
    /// [`Refusal::NoCurrentIndex`] when it is on no secondary index, [`Refusal::NoCurrentRecord`], [`Refusal::RecordDeleted`].
    pub fn index_bookmark<T>(&mut self, work: &Work<'_>, look: impl FnOnce(&[u8], &[u8]) -> T) -> Result<T> {
        if self.currency.index.is_none() {
            return Err(Refusal::NoCurrentIndex.into());
        }
        let mut walk = self.walk(work)?;
        walk.get()?;
        walk.take()?;
        Ok(look(&walk.place.key, &walk.place.data))
    }

    /// Shows `look` the key of the entry that the cursor stands on.
    ///
    /// # Errors
    /// [`Refusal::NoCurrentRecord`], [`Refusal::RecordDeleted`].
    pub fn key<T>(&mut self, work: &Work<'_>, look: impl FnOnce(&[u8]) -> T) -> Result<T> {
        match &self.stage {
            Stage::Tree => {}
            Stage::Reading(sort) => return Ok(look(sort.row()?.0)),
            _ => return Err(Refusal::NoCurrentRecord.into()),
        }
        let mut walk = self.walk(work)?;
        walk.get()?;
        Ok(look(&walk.place.key))
    }

    /// Goes to the entry of a secondary index with this key, of the row of this name. In an index whose keys are unique the
    /// row is only compared, if it is given. With `stays_near` the cursor stands where the entry was when it is gone.
    ///
    /// # Errors
    /// [`Refusal::NoCurrentIndex`], [`Refusal::InvalidBookmark`], [`Refusal::RecordDeleted`].
    pub fn go_to_index_bookmark(
        &mut self,
        work: &mut Work<'_>,
        key: &[u8],
        bookmark: &[u8],
        stays_near: bool,
    ) -> Result<()> {
        let Some(index) = &self.currency.index else {
            return Err(Refusal::NoCurrentIndex.into());
        };
        let is_unique = index.get().def.is_unique();
        if key.is_empty() || !is_unique && bookmark.is_empty() {
            return Err(Refusal::InvalidBookmark.into());
        }
        self.drop_update(work)?;
        self.currency.drop_range();
        self.currency.row.search.forget();
        self.currency.entry.search.forget();
        let mut walk = self.walk(work)?;
        let data = if is_unique { &[] } else { bookmark };
        if !walk.reader.seek_row(key, data)? {
            if stays_near {
                walk.place.set_near(key, data);
                walk.stand_at(Position::Near);
            }
            return Err(Refusal::RecordDeleted.into());
        }
        walk.arrive()?;
        if is_unique && !bookmark.is_empty() && walk.place.data != bookmark {
            return Err(Refusal::RecordDeleted.into());
        }
        Ok(())
    }
}
