//! An open tree: its root page, and the way from there to a leaf.

use jet_pages::space::ExternalHeader;
use jet_pages::{Objid, Page, PageFlags, Pgno};

use crate::store::OpenTree;
use crate::{PageRef, Pages, TreeError};

/// Levels that a tree can have. The engine stops at 8; a circle of child links is noticed at twice that.
pub(crate) const LEVELS_MAX: usize = 16;

/// An open tree. Copying it copies three numbers.
#[derive(Clone, Copy, Debug)]
pub struct Tree<'c> {
    pages: &'c Pages,
    root: Pgno,
    objid: Objid,
    is_unique: bool,
    is_space: bool,
}

/// Which way to take on an internal page: greater-or-equal to everything left of the first node for which it is true.
pub(crate) enum Route<'k> {
    Leftmost,
    Rightmost,
    /// To the first place whose key is not less than this one.
    Lower(&'k [u8]),
    /// To the first place whose key is greater than this one; in non-unique trees, than all that begin with it.
    Upper(&'k [u8]),
}

impl<'c> Tree<'c> {
    /// Opens the tree whose root is page `root`. `objid`: the tree that the page must belong to, if known.
    ///
    /// # Errors
    /// [`TreeError::WrongKind`] when the page is no root, [`TreeError::OtherTree`] when it is that of another tree, and
    /// what reading it gives.
    pub fn open(pages: &'c Pages, root: Pgno, objid: Option<Objid>) -> Result<Self, TreeError> {
        let guard = pages.read(root)?;
        let page = guard.view();
        let flags = page.flags();
        if !flags.contains(PageFlags::ROOT) || flags.contains(PageFlags::EMPTY) {
            return Err(TreeError::WrongKind {
                pgno: root,
                expected: "root",
                flags: flags.bits(),
            });
        }
        let found = page.header().tree();
        if let Some(expected) = objid
            && expected != found
        {
            return Err(TreeError::OtherTree {
                pgno: root,
                expected,
                found,
            });
        }
        let is_space = flags.contains(PageFlags::SPACE_TREE);
        // Entries of space trees are unique by key also where those of their owner are not.
        let is_unique = !flags.contains(PageFlags::NON_UNIQUE) || is_space;
        Ok(Self {
            pages,
            root,
            objid: found,
            is_unique,
            is_space,
        })
    }

    /// The tree that is open to be changed as `tree`: its root was looked at when it was opened.
    pub(crate) const fn of(pages: &'c Pages, tree: &OpenTree) -> Self {
        Self {
            pages,
            root: tree.root(),
            objid: tree.objid(),
            is_unique: tree.is_unique(),
            is_space: tree.is_space(),
        }
    }

    /// Root page.
    pub const fn root(&self) -> Pgno {
        self.root
    }

    /// Identity of the tree.
    pub const fn objid(&self) -> Objid {
        self.objid
    }

    /// Whether no two rows have equal keys.
    pub const fn is_unique(&self) -> bool {
        self.is_unique
    }

    /// The pages of the file.
    pub const fn pages(&self) -> &'c Pages {
        self.pages
    }

    /// The external header of the root: space, and the auto-increment maximum where it is kept there.
    ///
    /// # Errors
    /// What reading the root page gives.
    pub fn root_header(&self) -> Result<ExternalHeader, TreeError> {
        Ok(self.pages.read(self.root)?.view().root_header()?)
    }

    /// Number of levels; 1 when the root is a leaf.
    ///
    /// # Errors
    /// What reading the way down gives.
    pub fn depth(&self) -> Result<usize, TreeError> {
        Ok(self.descend(&Route::Leftmost)?.1)
    }

    /// Goes down to the leaf on `route`; returns it and the number of levels.
    pub(crate) fn descend(&self, route: &Route<'_>) -> Result<(PageRef<'c>, usize), TreeError> {
        let mut guard = self.vet(self.pages.read(self.root)?)?;
        for level in 1..=LEVELS_MAX {
            let page = guard.view();
            if page.is_leaf() {
                return Ok((guard, level));
            }
            let child = page.child(choose_child(&page, route)?)?;
            guard = self.read_page(child)?;
        }
        Err(TreeError::TooDeep {
            root: self.root,
            levels: LEVELS_MAX,
        })
    }

    /// Reads a page that must be one of this tree below its root.
    ///
    /// The flag of a root is no hindrance: repair by Windows puts a new root above an old one and leaves its flag.
    pub(crate) fn read_page(&self, pgno: Pgno) -> Result<PageRef<'c>, TreeError> {
        if pgno == self.root {
            return Err(TreeError::Circle {
                root: self.root,
                pgno,
            });
        }
        self.vet(self.pages.read(pgno)?)
    }

    /// As [`Tree::read_page`], but only if nobody has to be waited for.
    pub(crate) fn page_at_hand(&self, pgno: Pgno) -> Option<Result<PageRef<'c>, TreeError>> {
        let guard = self.pages.at_hand(pgno).filter(|_| pgno != self.root)?;
        Some(self.vet(guard))
    }

    /// Refuses a page that is none of this tree.
    fn vet(&self, guard: PageRef<'c>) -> Result<PageRef<'c>, TreeError> {
        let (pgno, page) = (guard.pgno(), guard.view());
        let (found, flags) = (page.header().tree(), page.flags());
        if found != self.objid {
            return Err(TreeError::OtherTree {
                pgno,
                expected: self.objid,
                found,
            });
        }
        let is_of_other_kind = flags.contains(PageFlags::SPACE_TREE) != self.is_space;
        if flags.contains(PageFlags::EMPTY) || is_of_other_kind {
            return Err(TreeError::WrongKind {
                pgno,
                expected: "page below a root",
                flags: flags.bits(),
            });
        }
        Ok(guard)
    }
}

/// Number of the node whose child lies on the route.
pub(crate) fn choose_child(page: &Page<'_>, route: &Route<'_>) -> Result<usize, TreeError> {
    let last = page.node_count().saturating_sub(1);
    let flags = page.flags();
    let non_unique = flags.contains(PageFlags::NON_UNIQUE) && !flags.contains(PageFlags::SPACE_TREE);
    let found = match route {
        Route::Leftmost => 0,
        Route::Rightmost => last,
        // A child holds what is less than its separator, so the first greater separator leads to the place.
        Route::Lower(target) => page.find(target, |node| !node.is_empty && node.order.is_le())?,
        // A separator of a non-unique tree may be a key and a piece of the data behind it.
        Route::Upper(target) if non_unique => page.find(target, |node| {
            !node.is_empty && (node.order.is_le() || node.begins_with_target())
        })?,
        Route::Upper(target) => page.find(target, |node| !node.is_empty && node.order.is_le())?,
    };
    // Behind the last separator of a damaged page lies nothing: the last child is the best there is.
    Ok(found.min(last))
}

/// First of `count` places for which `is_before` is false; true places come first.
pub(crate) fn partition(
    count: usize,
    mut is_before: impl FnMut(usize) -> Result<bool, TreeError>,
) -> Result<usize, TreeError> {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low + (high - low) / 2;
        if is_before(middle)? {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(low)
}
