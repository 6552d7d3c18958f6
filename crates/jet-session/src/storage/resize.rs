//! Databases made longer or shorter on request. Lengths are in pages of the file, with the two of the header.

use std::path::Path;

use jet_btree::store::Author;
use jet_log::dbfile;

use super::{AttachedDatabase, Storage, StorageError};

/// Pages of a file before page 1: the header and its shadow.
const HEADER_PAGES: u64 = 2;

impl Storage {
    /// Lets a database grow to `pages` at least; returns how many it has then.
    ///
    /// # Errors
    /// What growing gives, [`jet_btree::store::Store::grow_to`].
    pub fn grow_database(
        &self,
        author: &Author,
        database: &AttachedDatabase,
        pages: u32,
    ) -> Result<u32, StorageError> {
        Ok(database.store().grow_to(author, pages)?)
    }

    /// Lets a database give up the free pages at its end beyond `pages`; returns how many it has then.
    ///
    /// # Errors
    /// What shrinking gives, [`jet_btree::store::Store::shrink_to`].
    pub fn shrink_database(
        &self,
        author: &Author,
        database: &AttachedDatabase,
        pages: u32,
    ) -> Result<u32, StorageError> {
        self.trees.log_old_data(database.number())?;
        let left = database.store().shrink_to(author, pages)?;
        database.file().file().sync_data()?;
        Ok(left)
    }

    /// Makes the file of a database longer that is complete and that nobody uses; the new pages belong to nobody until it grows.
    /// Returns how many the file has, without the header; a file that has as many is left alone.
    ///
    /// # Errors
    /// [`StorageError::NotFound`], [`StorageError::Open`], [`StorageError::State`], [`StorageError::PageSize`]; what the system
    /// refuses.
    pub fn lengthen_file(&self, path: &Path, pages: u32) -> Result<u32, StorageError> {
        let _changing = self.changing.lock();
        let found = dbfile::open(&*self.setup.around.fs, path)?;
        let found = found.ok_or_else(|| StorageError::NotFound {
            path: path.to_owned(),
        })?;
        self.check_clean(path, &found.read)?;
        let page_bytes = self.setup.page_size.bytes() as u64;
        let has = (found.file.len()? / page_bytes).saturating_sub(HEADER_PAGES);
        if has >= u64::from(pages) {
            return Ok(u32::try_from(has).unwrap_or(u32::MAX));
        }
        found
            .file
            .set_len((u64::from(pages) + HEADER_PAGES) * page_bytes)?;
        found.file.sync_data()?;
        Ok(pages)
    }
}
