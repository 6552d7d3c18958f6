//! One page for a tree, and one page back.

use jet_pages::Pgno;
use jet_pages::space::{Extent, ExternalHeader, SpaceLayout};

use super::entries::SpaceTrees;
use crate::store::{Author, OpenTree, Store, StoreError};

/// Pages behind a root that the bitmap of a tree in one extent tells of.
const BITMAP_PAGES: u32 = 32;

impl Store {
    /// A free page for `tree`: the nearest one not before `near`, else any; the tree grows when it has none.
    ///
    /// Nothing of the tree or its space may be latched by the caller.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::Full`] when the database may not grow.
    pub fn take_page(&self, tree: &OpenTree, author: &Author, near: Pgno) -> Result<Pgno, StoreError> {
        let _space = tree.state.space.lock();
        let header = self.root_header(tree)?;
        if let SpaceLayout::Single { .. } = header.layout {
            if let Some(pgno) = self.take_bit(tree, author, near)? {
                return Ok(pgno);
            }
            self.convert(tree, author)?;
        }
        let trees = self.space_trees(tree)?;
        self.secure(tree, &trees, author)?;
        let found = match self.find_entry(&trees.available, near, |extent| extent.count > 0)? {
            Some(extent) => Some(extent),
            None => self.find_entry(&trees.available, Pgno(0), |extent| extent.count > 0)?,
        };
        match found {
            Some(extent) => Ok(self.cut_off(&trees.available, author, extent, 1)?.first),
            None => Ok(self.grow(tree, &trees, author, 1, 0)?.first),
        }
    }

    /// Gives a page of `tree` back to its free ones.
    ///
    /// Nothing of the tree or its space may be latched by the caller, and nothing may lead to the page any more.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::Space`] when the page is not the tree's, or free already.
    pub fn free_page(&self, tree: &OpenTree, author: &Author, pgno: Pgno) -> Result<(), StoreError> {
        let _space = tree.state.space.lock();
        match self.root_header(tree)?.layout {
            SpaceLayout::Single { .. } => self.give_bit(tree, author, pgno),
            SpaceLayout::Multiple { .. } => {
                let extent = Extent {
                    first: pgno,
                    count: 1,
                };
                self.free_within(tree, author, extent)
            }
        }
    }

    pub(super) fn root_header(&self, tree: &OpenTree) -> Result<ExternalHeader, StoreError> {
        Ok(self.view(tree)?.root_header()?)
    }

    /// The space trees of a tree that has some.
    pub(super) fn space_trees(&self, tree: &OpenTree) -> Result<SpaceTrees, StoreError> {
        match self.root_header(tree)?.layout {
            SpaceLayout::Multiple {
                pgno_owned,
                pgno_avail,
            } => Ok(SpaceTrees {
                owned: self.open_tree(pgno_owned, Some(tree.objid()))?,
                available: self.open_tree(pgno_avail, Some(tree.objid()))?,
            }),
            SpaceLayout::Single { .. } => Err(StoreError::Space {
                root: tree.root(),
                pgno: tree.root(),
            }),
        }
    }

    fn take_bit(&self, tree: &OpenTree, author: &Author, near: Pgno) -> Result<Option<Pgno>, StoreError> {
        let mut taken = None;
        self.change_bits(tree, author, &mut |bits| {
            let pgno = |bit: u32| Pgno(tree.root().0 + 1 + bit);
            let mut free = (0..BITMAP_PAGES).filter(|bit| bits >> bit & 1 == 1);
            let bit = free
                .clone()
                .find(|&bit| pgno(bit) >= near)
                .or_else(|| free.next())?;
            taken = Some(pgno(bit));
            Some(bits & !(1 << bit))
        })?;
        Ok(taken)
    }

    fn give_bit(&self, tree: &OpenTree, author: &Author, pgno: Pgno) -> Result<(), StoreError> {
        let bit = pgno
            .0
            .checked_sub(tree.root().0 + 1)
            .filter(|&bit| bit < BITMAP_PAGES);
        let wrong = StoreError::Space {
            root: tree.root(),
            pgno,
        };
        let Some(bit) = bit else { return Err(wrong) };
        let mut is_given = false;
        self.change_bits(tree, author, &mut |bits| {
            is_given = bits >> bit & 1 == 0;
            is_given.then_some(bits | 1 << bit)
        })?;
        if is_given { Ok(()) } else { Err(wrong) }
    }

    fn change_bits(
        &self,
        tree: &OpenTree,
        author: &Author,
        change: &mut dyn FnMut(u32) -> Option<u32>,
    ) -> Result<(), StoreError> {
        self.set_external_header(tree, author, &mut |header| {
            let SpaceLayout::Single { free_bitmap, .. } = ExternalHeader::parse(header).ok()?.layout else {
                return None;
            };
            let bits = change(free_bitmap)?;
            ExternalHeader::change_space(header, |raw| raw.bitmap_or_pgno = bits.into()).ok()
        })
    }
}
