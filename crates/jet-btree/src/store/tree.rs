//! A tree that is open to be changed.

use std::sync::Arc;

use jet_log::record::node::PageChange;
use jet_pages::{Objid, PageFlags, Pgno};
use parking_lot::Mutex;

use crate::Tree;

/// A tree that is open to be changed. Clones share what is kept in memory of it.
#[derive(Clone, Debug)]
pub struct OpenTree {
    root: Pgno,
    objid: Objid,
    is_unique: bool,
    is_space: bool,
    density: u8,
    pub(crate) state: Arc<TreeState>,
}

/// What is kept in memory of a tree.
#[derive(Debug, Default)]
pub(crate) struct TreeState {
    /// Held by whoever splits or merges pages of the tree.
    pub(crate) structure: Mutex<()>,
    /// Held by whoever changes what pages the tree owns, or which of them are free.
    pub(crate) space: Mutex<()>,
}

impl OpenTree {
    pub(super) fn new(tree: &Tree<'_>, flags: PageFlags, state: Arc<TreeState>) -> Self {
        let is_space = flags.contains(PageFlags::SPACE_TREE);
        Self {
            root: tree.root(),
            objid: tree.objid(),
            is_unique: tree.is_unique(),
            is_space,
            density: 100,
            state,
        }
    }

    /// The same tree, whose leaves are filled up to so many hundredths when rows come in ascending.
    #[must_use]
    pub fn with_density(mut self, percent: u8) -> Self {
        self.density = percent.clamp(20, 100);
        self
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

    /// Whether it is one of the space trees of another.
    pub const fn is_space(&self) -> bool {
        self.is_space
    }

    /// Bytes that rows in ascending order leave free on a leaf of `page_bytes`.
    pub(crate) fn slack(&self, page_bytes: usize) -> usize {
        page_bytes * usize::from(100 - self.density) / 100
    }

    /// What the records of its changes say of it.
    pub(crate) const fn record_flags(&self) -> u8 {
        let unique = if self.is_unique { PageChange::UNIQUE } else { 0 };
        let space = if self.is_space { PageChange::SPACE } else { 0 };
        unique | space
    }
}
