//! The database file made longer on request, or shorter by the free pages at its end.
//!
//! Lengths are in pages of the file, with the two of the header. Each step is logged durably before the file changes.

use jet_log::record::Record;
use jet_log::record::database::ShrinkDatabase;
use jet_pages::Pgno;
use jet_pages::space::Extent;

use super::TreeSpace;
use super::create::DATABASE_ROOT;
use super::entries::SpaceTrees;
use super::file::HEADER_PAGES;
use crate::store::{Author, Store, StoreError};

impl Store {
    /// Pages of the file that the database owns, the header counted.
    ///
    /// # Errors
    /// When its space cannot be read.
    pub fn file_pages(&self) -> Result<u32, StoreError> {
        let root = self.open_tree(DATABASE_ROOT, None)?;
        let _space = root.state.space.lock();
        self.owned_end(&self.space_trees(&root)?)
    }

    /// The space of the database itself, while nobody changes it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn space(&self) -> Result<TreeSpace, StoreError> {
        let root = self.open_tree(DATABASE_ROOT, None)?;
        let _space = root.state.space.lock();
        Ok(TreeSpace::read(self.view(&root)?)?)
    }

    /// Lets the file grow to `pages` pages at least, in steps as it always grows; returns how many it has then. The new pages are
    /// free ones of the database.
    ///
    /// # Errors
    /// [`StoreError::Full`] when it may not have so many; what logging and the system refuse.
    pub fn grow_to(&self, author: &Author, pages: u32) -> Result<u32, StoreError> {
        let root = self.open_tree(DATABASE_ROOT, None)?;
        let _space = root.state.space.lock();
        let trees = self.space_trees(&root)?;
        self.secure(&root, &trees, author)?;
        let lacking = pages.saturating_sub(self.owned_end(&trees)?);
        if lacking > 0 {
            self.grow_file(&root, &trees, author, lacking)?;
            self.fill_buffers(&trees, author)?;
        }
        self.owned_end(&trees)
    }

    /// Gives up the free pages at the end of the file until it has no more than `pages`, or a page in use is the last; returns
    /// how many it has then. No change of a free page may be waiting for old data to be logged.
    ///
    /// A crash in between can leave pages to nobody.
    ///
    /// # Errors
    /// What logging and the system refuse.
    pub fn shrink_to(&self, author: &Author, pages: u32) -> Result<u32, StoreError> {
        let root = self.open_tree(DATABASE_ROOT, None)?;
        let _space = root.state.space.lock();
        let trees = self.space_trees(&root)?;
        self.secure(&root, &trees, author)?;
        // Who holds the space mutex keeps free pages from being changed: afterwards the end of the file has none to be written.
        self.flush()?;
        let wanted = Pgno(pages.saturating_sub(HEADER_PAGES));
        let last = self.last_owned(&trees)?;
        let mut end = last;
        while let Some((owned, free)) = self.free_end(&trees)?.filter(|_| end > wanted) {
            let kept = Pgno(free.first.0 - 1).max(wanted);
            self.give_up(&trees, author, owned, free, kept)?;
            end = kept;
        }
        if end < last {
            self.cut_file(author, last, end)?;
        }
        self.owned_end(&trees)
    }

    fn last_owned(&self, trees: &SpaceTrees) -> Result<Pgno, StoreError> {
        let last = self.last_entry(&trees.owned)?;
        Ok(last.map_or(Pgno(0), |extent| extent.last()))
    }

    fn owned_end(&self, trees: &SpaceTrees) -> Result<u32, StoreError> {
        Ok(self.last_owned(trees)?.0.saturating_add(HEADER_PAGES))
    }

    /// The last extent, and the free pages at its end, if there are any.
    fn free_end(&self, trees: &SpaceTrees) -> Result<Option<(Extent, Extent)>, StoreError> {
        let Some(owned) = self.last_entry(&trees.owned)? else {
            return Ok(None);
        };
        let free = self.find_entry(&trees.available, owned.last(), |_| true)?;
        let free = free.filter(|free| free.last() == owned.last() && free.first >= owned.first);
        Ok(free.filter(|free| free.count > 0).map(|free| (owned, free)))
    }

    /// Takes the pages behind `kept` out of the entries `owned` and `free`, which end with the same page.
    fn give_up(
        &self,
        trees: &SpaceTrees,
        author: &Author,
        owned: Extent,
        free: Extent,
        kept: Pgno,
    ) -> Result<(), StoreError> {
        let until = |first: Pgno| Extent {
            first,
            count: (kept.0 + 1).saturating_sub(first.0),
        };
        self.remove(&trees.available, author, free)?;
        // Pages in use must belong to the database at every moment.
        if until(owned.first).count > 0 {
            self.enter(&trees.owned, author, until(owned.first))?;
        }
        self.remove(&trees.owned, author, owned)?;
        if until(free.first).count > 0 {
            self.enter(&trees.available, author, until(free.first))?;
        }
        Ok(())
    }

    /// Cuts the file, whose last page is `last`, behind page `end`.
    fn cut_file(&self, author: &Author, last: Pgno, end: Pgno) -> Result<(), StoreError> {
        let record = Record::ShrinkDatabase(ShrinkDatabase {
            database: self.database(),
            last_page: end,
            page_count: i32::try_from(last.0 - end.0).unwrap_or(i32::MAX),
        });
        let (appended, _) = self.append(author, &[record])?;
        if let Some(log) = self.log() {
            log.flush(appended.end)?;
        }
        self.logged(self.pages().cut(end))?;
        self.resized(appended.first)?;
        let bytes = Pgno(end.0 + 1).file_offset(self.page_size());
        let file = self.pages().file();
        if file.len()? > bytes {
            file.set_len(bytes)?;
        }
        Ok(())
    }
}
