//! Runs of pages: from a parent to its child, and back.

use jet_pages::space::{Extent, ExternalHeader, SpaceLayout, V2};
use jet_pages::{Objid, Pgno};

use super::entries::SpaceTrees;
use crate::store::{Author, OpenTree, Store, StoreError};

/// A tree that owns fewer pages grows in steps of [`GROWTH_SMALL`].
const SMALL_TREE_PAGES: u32 = 16;
const GROWTH_SMALL: u32 = 4;
const GROWTH: u32 = 16;
/// The database leaves no run behind that is shorter.
const REMAINDER_MIN: u32 = 4;
/// In a database of fewer pages, runs that begin below [`PACKED_BELOW`] are used up to the last page.
const PACKED_DATABASE_PAGES: u32 = 254;
const PACKED_BELOW: Pgno = Pgno(128);

/// MSysObjects and its shadow: their indexes lie in their own first extents.
const CATALOGS: [Objid; 2] = [Objid(2), Objid(3)];

impl Store {
    /// Gives `tree`, whose space mutex is held, `needed` new pages, and others into its free ones; `more`: so many at
    /// the least.
    pub(super) fn grow(
        &self,
        tree: &OpenTree,
        trees: &SpaceTrees,
        author: &Author,
        needed: u32,
        more: u32,
    ) -> Result<Extent, StoreError> {
        let header = self.root_header(tree)?;
        if !header.parent.is_some() {
            let extent = self.database_extent(tree, trees, author, needed)?;
            return self.keep_rest(trees, author, extent, needed);
        }
        let wanted = self.growth_pages(trees, &header, needed)? + more;
        let parent = self.open_tree(header.parent, None)?;
        let extent = self.extent_from(&parent, author, wanted)?;
        if extent.count != header.page_count {
            self.set_external_header(tree, author, &mut |stored| {
                ExternalHeader::change_space(stored, |raw| {
                    raw.page_count = extent.count.into();
                    raw.flags = (raw.flags.get() | V2).into();
                })
                .ok()
            })?;
        }
        self.enter(&trees.owned, author, extent)?;
        let taken = self.keep_rest(trees, author, extent, needed)?;
        self.fill_buffers(trees, author)?;
        Ok(taken)
    }

    /// The first pages of an extent; the others become free ones.
    fn keep_rest(
        &self,
        trees: &SpaceTrees,
        author: &Author,
        extent: Extent,
        needed: u32,
    ) -> Result<Extent, StoreError> {
        let taken = Extent {
            first: extent.first,
            count: needed.min(extent.count),
        };
        if taken.count < extent.count {
            let rest = Extent {
                first: Pgno(extent.first.0 + taken.count),
                count: extent.count - taken.count,
            };
            self.enter(&trees.available, author, rest)?;
        }
        Ok(taken)
    }

    /// By how many pages a tree grows that needs `needed`.
    fn growth_pages(
        &self,
        trees: &SpaceTrees,
        header: &ExternalHeader,
        needed: u32,
    ) -> Result<u32, StoreError> {
        let mut owned = 0;
        self.find_entry(&trees.owned, Pgno(0), |extent| {
            owned += extent.count;
            owned >= SMALL_TREE_PAGES
        })?;
        if owned < SMALL_TREE_PAGES {
            return Ok(needed.max(GROWTH_SMALL));
        }
        // The first field is the size of the first extent, or of the last one granted.
        let by_size = match header.flags & V2 {
            0 => header.page_count / 4,
            _ => header.page_count,
        };
        Ok(needed.max(by_size).max(GROWTH))
    }

    /// A run of at least `count` pages out of the space of `parent`, for a child of it.
    ///
    /// The database gives of its free pages, and so do the catalogs while they have any. Any other tree asks on, and owns what
    /// it passes on.
    pub(super) fn extent_from(
        &self,
        parent: &OpenTree,
        author: &Author,
        count: u32,
    ) -> Result<Extent, StoreError> {
        let _space = parent.state.space.lock();
        let header = self.root_header(parent)?;
        if let SpaceLayout::Single { .. } = header.layout {
            self.convert(parent, author)?;
        }
        let trees = self.space_trees(parent)?;
        self.secure(parent, &trees, author)?;
        if !header.parent.is_some() {
            return self.database_extent(parent, &trees, author, count);
        }
        if CATALOGS.contains(&parent.objid())
            && let Some(found) = self.find_entry(&trees.available, Pgno(0), |extent| extent.count >= count)?
        {
            return self.cut_off(&trees.available, author, found, count);
        }
        let grandparent = self.open_tree(header.parent, None)?;
        let extent = self.extent_from(&grandparent, author, count)?;
        self.enter(&trees.owned, author, extent)?;
        Ok(extent)
    }

    /// A run of at least `count` free pages of the database, whose space mutex is held.
    fn database_extent(
        &self,
        root: &OpenTree,
        trees: &SpaceTrees,
        author: &Author,
        count: u32,
    ) -> Result<Extent, StoreError> {
        let found = match self.find_entry(&trees.available, Pgno(0), |extent| extent.count >= count)? {
            Some(extent) => extent,
            None => {
                self.grow_file(root, trees, author, count)?;
                self.fill_buffers(trees, author)?;
                self.find_entry(&trees.available, Pgno(0), |extent| extent.count >= count)?
                    .ok_or(StoreError::Space {
                        root: root.root(),
                        pgno: root.root(),
                    })?
            }
        };
        let is_packed = self.pages().count() < PACKED_DATABASE_PAGES + 1 && found.first < PACKED_BELOW;
        let count = match found.count - count {
            0..REMAINDER_MIN if !is_packed => found.count,
            _ => count,
        };
        self.cut_off(&trees.available, author, found, count)
    }

    /// Gives pages of `tree`, whose space mutex is held, back to its free ones. An extent that is free as a whole goes back
    /// to the parent.
    pub(super) fn free_within(
        &self,
        tree: &OpenTree,
        author: &Author,
        extent: Extent,
    ) -> Result<(), StoreError> {
        let trees = self.space_trees(tree)?;
        self.secure(tree, &trees, author)?;
        let Some(whole) = self.free_entry(tree, &trees, author, extent)? else {
            return Ok(());
        };
        let parent = self.open_tree(self.root_header(tree)?.parent, None)?;
        self.free_extent(&parent, author, whole)
    }

    /// Gives pages back to `parent` that a child of it owned.
    pub(super) fn free_extent(
        &self,
        parent: &OpenTree,
        author: &Author,
        extent: Extent,
    ) -> Result<(), StoreError> {
        let _space = parent.state.space.lock();
        self.free_within(parent, author, extent)
    }

    /// Enters free pages, joined with their neighbours within the extent in which they were granted. When all of that is
    /// free and is not the database's, it is taken out of both trees and returned.
    fn free_entry(
        &self,
        tree: &OpenTree,
        trees: &SpaceTrees,
        author: &Author,
        extent: Extent,
    ) -> Result<Option<Extent>, StoreError> {
        let wrong = || StoreError::Space {
            root: tree.root(),
            pgno: extent.first,
        };
        let owned = self.find_entry(&trees.owned, extent.last(), |_| true)?;
        let owned = owned
            .filter(|owned| owned.first <= extent.first)
            .ok_or_else(wrong)?;
        let right = self.find_entry(&trees.available, extent.first, |free| free.count > 0)?;
        if right.is_some_and(|right| right.first <= extent.last()) {
            return Err(wrong());
        }
        let right =
            right.filter(|right| right.first.0 == extent.last().0 + 1 && right.last() <= owned.last());
        let before = Pgno(extent.first.0 - 1);
        let left = match before >= owned.first {
            true => self.find_entry(&trees.available, before, |_| true)?,
            false => None,
        };
        let left = left.filter(|left| left.last() == before);
        let first = left.map_or(extent.first, |left| left.first);
        let last = right.map_or(extent.last(), |right| right.last());
        let joined = Extent {
            first,
            count: last.0 - first.0 + 1,
        };
        let goes_back = joined == owned && self.root_header(tree)?.parent.is_some();
        // What a crash in between leaves belongs to nobody, which is better than to two.
        if let Some(left) = left {
            self.remove(&trees.available, author, left)?;
        }
        match right {
            Some(right) if goes_back => self.remove(&trees.available, author, right)?,
            Some(_) => self.resize(&trees.available, author, joined)?,
            None if !goes_back => self.enter(&trees.available, author, joined)?,
            None => {}
        }
        if !goes_back {
            return Ok(None);
        }
        self.remove(&trees.owned, author, owned)?;
        Ok(Some(owned))
    }
}
