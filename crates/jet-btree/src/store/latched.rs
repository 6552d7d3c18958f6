//! A page latched exclusively, and the ways to one.

use jet_io::cache::{PageGuardMut, Stamp};
use jet_pages::{Dbtime, Page, PageError, PageFlags, PageMut, PageSize, Pgno};

use super::{OpenTree, Store, StoreError};
use crate::TreeError;
use crate::tree::{LEVELS_MAX, Route, choose_child};

/// A page latched exclusively.
pub(crate) struct Latched<'s> {
    guard: PageGuardMut<'s>,
    pgno: Pgno,
    size: PageSize,
}

impl Latched<'_> {
    pub(crate) const fn pgno(&self) -> Pgno {
        self.pgno
    }

    /// The page as it is.
    pub(crate) fn page(&self) -> Result<Page<'_>, PageError> {
        Page::new(&self.guard, self.pgno, self.size)
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.guard
    }

    pub(crate) fn dbtime(&self) -> Result<Dbtime, PageError> {
        Ok(self.page()?.header().changed_at())
    }

    /// The page, to be changed as the record at `stamp` says.
    pub(crate) fn change(&mut self, stamp: Stamp) -> Result<PageMut<'_>, PageError> {
        PageMut::resume(self.guard.change(stamp), self.pgno, self.size)
    }

    /// The bytes of a page that is made anew.
    pub(crate) fn overwrite(&mut self, stamp: Stamp) -> &mut [u8] {
        self.guard.change(stamp)
    }

    /// The page is not written before [`Store::release`].
    pub(crate) fn hold(&mut self) {
        self.guard.hold();
    }
}

impl Store {
    /// Page `pgno` of `tree`, latched exclusively and fit to be changed: the first change since it was read checks it as a
    /// whole.
    pub(crate) fn latch(&self, tree: &OpenTree, pgno: Pgno) -> Result<Latched<'_>, StoreError> {
        let guard = self.pages.page_mut(pgno)?;
        let size = self.page_size();
        if !guard.is_dirty() {
            PageMut::check(&guard, pgno, size).map_err(|finding| StoreError::Unsound { pgno, finding })?;
        }
        let latched = Latched { guard, pgno, size };
        check_belongs(tree, &latched.page()?)?;
        Ok(latched)
    }

    /// Page `pgno`, latched exclusively, to be made anew.
    pub(crate) fn latch_new(&self, pgno: Pgno) -> Result<Latched<'_>, StoreError> {
        Ok(Latched {
            guard: self.pages.new_page(pgno)?,
            pgno,
            size: self.page_size(),
        })
    }

    /// The leaf where `target` belongs, latched exclusively. Its parent was latched shared until then.
    pub(crate) fn latch_leaf(&self, tree: &OpenTree, target: &[u8]) -> Result<Latched<'_>, StoreError> {
        'down: loop {
            let mut page = self.pages.read(tree.root())?;
            check_belongs(tree, &page.view())?;
            if page.view().is_leaf() {
                drop(page);
                let root = self.latch(tree, tree.root())?;
                if root.page()?.is_leaf() {
                    return Ok(root);
                }
                // It was split in between.
                continue 'down;
            }
            for _ in 0..LEVELS_MAX {
                let view = page.view();
                let child = view.child(choose_child(&view, &Route::Lower(target))?)?;
                if child == tree.root() {
                    return Err(TreeError::Circle {
                        root: tree.root(),
                        pgno: view.pgno(),
                    }
                    .into());
                }
                if view.flags().contains(PageFlags::PARENT_OF_LEAF) {
                    let leaf = self.latch(tree, child)?;
                    return if leaf.page()?.is_leaf() {
                        Ok(leaf)
                    } else {
                        Err(wrong_kind(&leaf.page()?, "leaf"))
                    };
                }
                let below = self.pages.read(child)?;
                check_belongs(tree, &below.view())?;
                page = below;
            }
            return Err(too_deep(tree));
        }
    }

    /// The pages from the root to the leaf where `target` belongs. For the holder of the structure mutex, in whose hands
    /// they stay what they are.
    pub(crate) fn path(&self, tree: &OpenTree, target: &[u8]) -> Result<Vec<Pgno>, StoreError> {
        let mut path = vec![tree.root()];
        let mut page = self.pages.read(tree.root())?;
        while path.len() <= LEVELS_MAX {
            let view = page.view();
            check_belongs(tree, &view)?;
            if view.is_leaf() {
                return Ok(path);
            }
            let child = view.child(choose_child(&view, &Route::Lower(target))?)?;
            if path.contains(&child) {
                return Err(TreeError::Circle {
                    root: tree.root(),
                    pgno: child,
                }
                .into());
            }
            path.push(child);
            page = self.pages.read(child)?;
        }
        Err(too_deep(tree))
    }
}

fn check_belongs(tree: &OpenTree, page: &Page<'_>) -> Result<(), StoreError> {
    let (found, flags) = (page.header().tree(), page.flags());
    if found != tree.objid() {
        return Err(TreeError::OtherTree {
            pgno: page.pgno(),
            expected: tree.objid(),
            found,
        }
        .into());
    }
    if flags.contains(PageFlags::EMPTY) || flags.contains(PageFlags::SPACE_TREE) != tree.is_space() {
        return Err(wrong_kind(page, "page of the tree"));
    }
    Ok(())
}

pub(crate) fn wrong_kind(page: &Page<'_>, expected: &'static str) -> StoreError {
    StoreError::Tree(TreeError::WrongKind {
        pgno: page.pgno(),
        expected,
        flags: page.flags().bits(),
    })
}

fn too_deep(tree: &OpenTree) -> StoreError {
    StoreError::Tree(TreeError::TooDeep {
        root: tree.root(),
        levels: LEVELS_MAX,
    })
}
