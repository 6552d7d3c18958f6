//! Rows of a tree as one view sees them.

mod place;

use crate::cursor::{Cursor, Seek, SeekTarget};
use crate::store::{OpenTree, Store};
use crate::transaction::Trees;
use crate::version::{NodeRef, Seen, View};
use crate::{Tree, TreeError};

/// A position among the rows of a tree that a view sees.
///
/// It holds the leaf that it stands on under a read latch, so it lives no longer than a call, and its owner changes nothing as
/// long as it does. To go on later, keep the name of the row and look for it again.
#[derive(Debug)]
pub struct Reader<'s> {
    trees: &'s Trees,
    store: &'s Store,
    view: View,
    cursor: Cursor<'s>,
    /// The data of the row, when the page has others by now.
    old: Option<Vec<u8>>,
}

#[derive(Clone, Copy)]
enum Direction {
    Next,
    Previous,
}

impl<'s> Reader<'s> {
    /// A reader that stands nowhere yet.
    ///
    /// # Errors
    /// What opening the tree gives.
    pub fn new(trees: &'s Trees, store: &'s Store, tree: &OpenTree, view: View) -> Result<Self, TreeError> {
        Tree::open(store.pages(), tree.root(), Some(tree.objid()))?;
        Ok(Self::of(trees, store, tree, view))
    }

    /// The same, when the root needs no look before a descent meets it.
    pub fn of(trees: &'s Trees, store: &'s Store, tree: &OpenTree, view: View) -> Self {
        Self {
            trees,
            store,
            view,
            cursor: Cursor::live(Tree::of(store.pages(), tree)),
            old: None,
        }
    }

    /// Whether no two rows have equal keys.
    pub const fn is_unique(&self) -> bool {
        self.cursor.tree().is_unique()
    }

    /// Goes to the first row; false when there is none.
    ///
    /// # Errors
    /// What reading the tree gives.
    pub fn first(&mut self) -> Result<bool, TreeError> {
        let found = self.cursor.first()?;
        self.settle(found, Direction::Next)
    }

    /// Goes to the last row; false when there is none.
    ///
    /// # Errors
    /// What reading the tree gives.
    pub fn last(&mut self) -> Result<bool, TreeError> {
        let found = self.cursor.last()?;
        self.settle(found, Direction::Previous)
    }

    /// Goes to the next row; false, and nowhere, behind the last one.
    ///
    /// # Errors
    /// What reading the tree gives.
    #[expect(
        clippy::should_implement_trait,
        reason = "a row borrows from the reader, which an iterator cannot say"
    )]
    pub fn next(&mut self) -> Result<bool, TreeError> {
        let found = self.cursor.next()?;
        self.settle(found, Direction::Next)
    }

    /// Goes to the previous row; false, and nowhere, before the first one.
    ///
    /// # Errors
    /// What reading the tree gives.
    pub fn previous(&mut self) -> Result<bool, TreeError> {
        let found = self.cursor.previous()?;
        self.settle(found, Direction::Previous)
    }

    /// Looks for `key`.
    ///
    /// # Errors
    /// What reading the tree gives.
    pub fn seek(&mut self, key: &[u8], target: SeekTarget) -> Result<Seek, TreeError> {
        let (near, direction) = match target {
            SeekTarget::Equal | SeekTarget::GreaterOrEqual => (SeekTarget::GreaterOrEqual, Direction::Next),
            SeekTarget::Greater => (target, Direction::Next),
            SeekTarget::LessOrEqual | SeekTarget::Less => (target, Direction::Previous),
        };
        let found = self.cursor.seek(key, near)? != Seek::NotFound;
        if !self.settle(found, direction)? {
            return Ok(Seek::NotFound);
        }
        let order = self.row()?.map(|row| row.0.cmp_bytes(key));
        Ok(match order {
            None => Seek::NotFound,
            Some(core::cmp::Ordering::Equal) => Seek::Exact,
            Some(_) if target == SeekTarget::Equal => {
                self.cursor.leave();
                Seek::NotFound
            }
            Some(core::cmp::Ordering::Greater) => Seek::Greater,
            Some(core::cmp::Ordering::Less) => Seek::Less,
        })
    }

    /// Looks for the row of this name; false, and nowhere, when the view does not see it. `bookmark_data`: its data in trees
    /// that are not unique.
    ///
    /// # Errors
    /// What reading the tree gives.
    pub fn seek_row(&mut self, key: &[u8], bookmark_data: &[u8]) -> Result<bool, TreeError> {
        let found = if self.cursor.tree().is_unique() {
            self.cursor.seek(key, SeekTarget::Equal)? == Seek::Exact
        } else {
            self.cursor.seek_entry(key, bookmark_data)?
        };
        let is_seen = found && self.look()?;
        if !is_seen {
            self.cursor.leave();
        }
        Ok(is_seen)
    }

    /// Key and data of the row that it stands on.
    ///
    /// # Errors
    /// [`TreeError::Page`] when the node is damaged.
    pub fn row(&self) -> Result<Option<(jet_pages::Key<'_>, &[u8])>, TreeError> {
        let Some(node) = self.cursor.node()? else {
            return Ok(None);
        };
        Ok(Some((node.key, self.old.as_deref().unwrap_or(node.data))))
    }

    /// Whether the row has versions: somebody changed it and not everybody sees that.
    ///
    /// # Errors
    /// [`TreeError::Page`] when the node is damaged.
    pub fn is_versioned(&self) -> Result<bool, TreeError> {
        Ok(self.cursor.node()?.is_some_and(|node| node.flags.is_versioned()))
    }

    /// Whether another transaction has changed the row, or reserved it, and is open.
    ///
    /// # Errors
    /// [`TreeError::Page`] when the node is damaged.
    pub fn is_changed_by_other(&self) -> Result<bool, TreeError> {
        let Some(node) = self.cursor.node()? else {
            return Ok(false);
        };
        Ok(self
            .trees
            .versions
            .is_changed_by_other(self.name_of(&node), &self.view))
    }

    /// From a node, if there is one, to the nearest row that the view sees.
    fn settle(&mut self, mut is_on_node: bool, direction: Direction) -> Result<bool, TreeError> {
        while is_on_node {
            if self.look()? {
                return Ok(true);
            }
            is_on_node = match direction {
                Direction::Next => self.cursor.next()?,
                Direction::Previous => self.cursor.previous()?,
            };
        }
        self.old = None;
        Ok(false)
    }

    /// Whether the view sees the node that the cursor stands on; takes its data down if the page has others.
    fn look(&mut self) -> Result<bool, TreeError> {
        self.old = None;
        let Some(node) = self.cursor.node()? else {
            return Ok(false);
        };
        // The usual case in one branch: nothing about the node is undecided.
        if !node.flags.is_versioned() {
            return Ok(!node.flags.is_deleted());
        }
        let name = self.name_of(&node);
        let seen = self
            .trees
            .versions
            .see(name, &self.view, node.data, node.flags.is_deleted());
        Ok(match seen {
            Seen::Page => true,
            Seen::Nothing => false,
            Seen::Old(data) => {
                self.old = Some(data);
                true
            }
        })
    }

    fn name_of<'n>(&self, node: &jet_pages::Node<'n>) -> NodeRef<'n> {
        let tree = self.cursor.tree();
        NodeRef {
            database: self.store.database(),
            root: tree.root(),
            key: node.key,
            bookmark_data: if tree.is_unique() { &[] } else { node.data },
        }
    }
}
