//! Where the new pages of a split come from, and where those go that were not needed.

use jet_pages::Pgno;

use crate::store::{Author, OpenTree, Store, StoreError};

/// Gives pages.
pub(crate) trait PageSource {
    /// A page that is free, best near this one.
    fn take(&mut self, near: Pgno) -> Result<Pgno, StoreError>;

    /// Takes back the page that it gave last of those that it has not got back.
    fn give_back(&mut self, pgno: Pgno) -> Result<(), StoreError>;
}

/// Pages out of the space of a tree.
pub(crate) struct TreePages<'s> {
    store: &'s Store,
    tree: &'s OpenTree,
    author: &'s Author,
}

impl<'s> TreePages<'s> {
    pub(crate) const fn new(store: &'s Store, tree: &'s OpenTree, author: &'s Author) -> Self {
        Self { store, tree, author }
    }
}

impl PageSource for TreePages<'_> {
    fn take(&mut self, near: Pgno) -> Result<Pgno, StoreError> {
        self.store.take_page(self.tree, self.author, near)
    }

    fn give_back(&mut self, pgno: Pgno) -> Result<(), StoreError> {
        self.store.free_page(self.tree, self.author, pgno)
    }
}

/// Pages in hand. Those that are not taken go back when this is dropped.
pub(super) struct Spare<'s> {
    source: &'s mut dyn PageSource,
    pages: Vec<Pgno>,
}

impl<'s> Spare<'s> {
    pub(super) const fn new(source: &'s mut dyn PageSource) -> Self {
        Self {
            source,
            pages: Vec::new(),
        }
    }

    /// Sees to it that so many pages are in hand.
    pub(super) fn fill(&mut self, count: usize, near: Pgno) -> Result<(), StoreError> {
        while self.pages.len() < count {
            self.pages.push(self.source.take(near)?);
        }
        Ok(())
    }

    /// One of the pages in hand: the first that came, so that the others can go back.
    pub(super) fn take(&mut self) -> Option<Pgno> {
        (!self.pages.is_empty()).then(|| self.pages.remove(0))
    }

    /// Pages that were taken and are not used, the last first.
    pub(super) fn put_back(&mut self, pages: impl Iterator<Item = Pgno>) {
        for pgno in pages {
            self.pages.insert(0, pgno);
        }
    }
}

impl Drop for Spare<'_> {
    fn drop(&mut self) {
        while let Some(pgno) = self.pages.pop() {
            if let Err(error) = self.source.give_back(pgno) {
                tracing::warn!(target: "jet::btree::space", %pgno, %error, "a page that was not needed is lost");
            }
        }
    }
}
