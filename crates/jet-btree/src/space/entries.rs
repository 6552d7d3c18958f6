//! The entries of space trees: looked up and changed. The space mutex of their owner is held.

use jet_pages::space::{Extent, SpaceNode};
use jet_pages::{Node, Pgno};

use super::buffers::BufferPages;
use crate::change::{Actor, Applied, Bookmark, Decision, Edit, Leaf, Outcome};
use crate::store::{Author, OpenTree, Store, StoreError};
use crate::{Cursor, Seek, SeekTarget, Tree, TreeError};

/// The two space trees of an owner.
#[derive(Clone, Debug)]
pub(super) struct SpaceTrees {
    pub(super) owned: OpenTree,
    pub(super) available: OpenTree,
}

/// What is done to an entry.
#[derive(Clone, Copy, Debug)]
enum Change {
    /// It comes in, or a deleted one with its key comes to life.
    Enter,
    /// It gets another number of pages.
    Resize,
    /// It leaves.
    Remove,
}

struct Changer {
    change: Change,
    data: [u8; 4],
}

impl Actor for Changer {
    type Error = StoreError;

    fn decide(&mut self, leaf: &Leaf<'_>) -> Result<Decision<'_>, StoreError> {
        let node = leaf.node()?;
        let data = &self.data;
        let edit = match (self.change, node) {
            (Change::Enter, None) => Edit::Insert { data },
            (Change::Enter, Some(node)) if node.flags.is_deleted() => Edit::FlagInsertAndReplace {
                data,
                replace_version: 0,
                longest: 0,
            },
            (Change::Enter, Some(_)) => return Err(StoreError::Exists { pgno: leaf.pgno() }),
            (Change::Resize, _) => Edit::Replace { data, longest: 0 },
            (Change::Remove, _) => Edit::Delete,
        };
        Ok(Decision::unversioned(edit))
    }

    fn done(&mut self, _: &Applied<'_>) {}
}

impl Store {
    pub(super) fn enter(&self, tree: &OpenTree, author: &Author, extent: Extent) -> Result<(), StoreError> {
        self.change_entry(tree, author, extent, Change::Enter)
    }

    /// Gives the entry that ends with the same page another length.
    pub(super) fn resize(&self, tree: &OpenTree, author: &Author, extent: Extent) -> Result<(), StoreError> {
        self.change_entry(tree, author, extent, Change::Resize)
    }

    pub(super) fn remove(&self, tree: &OpenTree, author: &Author, extent: Extent) -> Result<(), StoreError> {
        self.change_entry(tree, author, extent, Change::Remove)
    }

    fn change_entry(
        &self,
        tree: &OpenTree,
        author: &Author,
        extent: Extent,
        change: Change,
    ) -> Result<(), StoreError> {
        let (key, data) = SpaceNode { extent, pool: 0 }.to_bytes();
        let bookmark = Bookmark { key: &key, data: &[] };
        let mut changer = Changer { change, data };
        let mut pages = BufferPages {
            store: self,
            tree,
            author,
        };
        let outcome: Outcome = self.edit_with(tree, author, &bookmark, &mut changer, &mut pages)?;
        debug_assert!(matches!(outcome, Outcome::Changed(_)) || matches!(change, Change::Remove));
        Ok(())
    }

    /// Takes `count` pages from the low end of an entry of free pages.
    pub(super) fn cut_off(
        &self,
        available: &OpenTree,
        author: &Author,
        extent: Extent,
        count: u32,
    ) -> Result<Extent, StoreError> {
        let taken = Extent {
            first: extent.first,
            count: count.min(extent.count),
        };
        if taken.count == extent.count {
            self.remove(available, author, extent)?;
        } else {
            let left = Extent {
                first: Pgno(extent.first.0 + taken.count),
                count: extent.count - taken.count,
            };
            self.resize(available, author, left)?;
        }
        Ok(taken)
    }

    /// The first entry that ends with page `from` or a later one and passes `accept`. Entries of special pools, whose keys
    /// come last, are left alone.
    pub(super) fn find_entry(
        &self,
        tree: &OpenTree,
        from: Pgno,
        mut accept: impl FnMut(Extent) -> bool,
    ) -> Result<Option<Extent>, StoreError> {
        let mut cursor = Cursor::new(self.view(tree)?);
        let mut found = cursor.seek(&from.0.to_be_bytes(), SeekTarget::GreaterOrEqual)? != Seek::NotFound;
        while found {
            match cursor.node()?.map(|node| entry(tree, &node)).transpose()? {
                Some(Some(extent)) if accept(extent) => return Ok(Some(extent)),
                Some(Some(_)) => found = cursor.next()?,
                _ => break,
            }
        }
        Ok(None)
    }

    /// The last entry of owned pages, which have no special pools.
    pub(super) fn last_entry(&self, tree: &OpenTree) -> Result<Option<Extent>, StoreError> {
        let mut cursor = Cursor::new(self.view(tree)?);
        cursor.last()?;
        Ok(cursor
            .node()?
            .map(|node| entry(tree, &node))
            .transpose()?
            .flatten())
    }

    pub(super) fn view(&self, tree: &OpenTree) -> Result<Tree<'_>, StoreError> {
        Ok(Tree::open(self.pages(), tree.root(), Some(tree.objid()))?)
    }
}

/// The run of pages of an entry; `None` for one of a special pool.
fn entry(tree: &OpenTree, node: &Node<'_>) -> Result<Option<Extent>, StoreError> {
    let found = SpaceNode::parse(node).map_err(|source| {
        StoreError::Tree(TreeError::Space {
            pgno: tree.root(),
            source,
        })
    })?;
    Ok((found.pool == 0).then_some(found.extent))
}
