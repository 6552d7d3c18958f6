//! The database file grows.

use jet_log::record::Record;
use jet_log::record::database::ExtendDatabase;
use jet_pages::Pgno;
use jet_pages::space::Extent;

use super::entries::SpaceTrees;
use crate::store::{Author, OpenTree, Store, StoreError};

/// Pages of a file before page 1: the header and its shadow.
pub(super) const HEADER_PAGES: u32 = 2;

impl Store {
    /// Lets the file grow by an extent of at least `count` pages, which become free ones of the database. Its space mutex is
    /// held.
    ///
    /// The log tells of it durably before the file is longer.
    pub(super) fn grow_file(
        &self,
        root: &OpenTree,
        trees: &SpaceTrees,
        author: &Author,
        count: u32,
    ) -> Result<(), StoreError> {
        let last = self.last_entry(&trees.owned)?.map_or(0, |extent| extent.last().0);
        let growth = self.growth();
        let full = StoreError::Full {
            pages: count,
            pages_max: growth.pages_max,
        };
        let first_extent = self.root_header(root)?.page_count;
        let step = growth.extension_pages.max(1);
        let wanted = count.max(step).max(first_extent / 4);
        let rounded = wanted.checked_next_multiple_of(step);
        let end = rounded.and_then(|wanted| last.checked_add(wanted));
        let Some(end) = end.filter(|&end| end <= growth.pages_max) else {
            return Err(full);
        };
        // The length of the file, not of the extent, becomes a multiple.
        let beyond = (end + HEADER_PAGES) % step;
        let end = if end - last >= count + beyond {
            end - beyond
        } else {
            end
        };
        let record = Record::ExtendDatabase(ExtendDatabase {
            database: self.database(),
            last_page: Pgno(end),
            extra: &[],
        });
        let (appended, _) = self.append(author, &[record])?;
        if let Some(log) = self.log() {
            log.flush(appended.end)?;
            self.resized(appended.first)?;
        }
        let file = self.pages().file();
        let size = self.page_size();
        let bytes = Pgno(end).file_offset(size) + size.bytes() as u64;
        if file.len()? < bytes {
            file.set_len(bytes)?;
        }
        self.pages().grown(Pgno(end));
        let extent = Extent {
            first: Pgno(last + 1),
            count: end - last,
        };
        self.enter(&trees.owned, author, extent)?;
        self.enter(&trees.available, author, extent)
    }
}
