//! Which pages a tree owns, and which of them are free; how that changes.
//!
//! | module | what |
//! |---|---|
//! | `take` | one page taken or given back |
//! | `extent` | runs of pages from parent to child, and back |
//! | `file` | the file grows |
//! | `resize` | the file made longer or shorter on request |
//! | `create` | trees that come and go |
//! | `entries`, `buffers` | entries of space trees, and the pages for splits of these |
//!
//! Whoever changes the space of a tree holds its space mutex, and no latch.

mod buffers;
mod create;
mod entries;
mod extent;
mod file;
mod resize;
mod take;

use jet_pages::Pgno;
use jet_pages::space::{Extent, SpaceLayout, SpaceNode, split_buffers};

pub use self::create::NewTree;
use crate::walk::LeafWalk;
use crate::{Tree, TreeError};

/// The space of one tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TreeSpace {
    /// Runs of pages that belong to the tree, ascending, in the pieces in which they were granted.
    pub owned: Vec<Extent>,
    /// Runs of pages that are free, ascending, with the pool that each is in.
    pub available: Vec<SpaceNode>,
    /// Runs kept for splits of the space trees themselves: neither free nor in use.
    pub split_buffers: Vec<Extent>,
    /// Roots of the trees of owned and of available extents, where the tree has them.
    pub space_trees: Option<[Pgno; 2]>,
    /// Root of the tree that this one takes its space from; 0 for the database root.
    pub parent: Pgno,
}

impl TreeSpace {
    /// Reads the space of `tree`: bitmap or space trees. Runs of no pages (markers of pools) are left out.
    ///
    /// # Errors
    /// The first thing that cannot be read; a part of the space would be no answer.
    pub fn read(tree: Tree<'_>) -> Result<Self, TreeError> {
        let header = tree.root_header()?;
        let mut space = Self {
            parent: header.parent,
            ..Self::default()
        };
        match header.layout {
            SpaceLayout::Single {
                page_count,
                free_bitmap,
            } => {
                space.read_bitmap(tree.root(), page_count, free_bitmap)?;
            }
            SpaceLayout::Multiple {
                pgno_owned,
                pgno_avail,
            } => {
                space.space_trees = Some([pgno_owned, pgno_avail]);
                let owned = Tree::open(tree.pages(), pgno_owned, Some(tree.objid()))?;
                let available = Tree::open(tree.pages(), pgno_avail, Some(tree.objid()))?;
                each_extent(owned, |node| space.owned.push(node.extent))?;
                each_extent(available, |node| space.available.push(node))?;
                // Searches rely on the order, also where the keys of a damaged page do not ascend.
                space.owned.sort_unstable();
                // Pools have key ranges of their own.
                space.available.sort_unstable_by_key(|node| node.extent);
                for root in [owned, available] {
                    space.read_split_buffers(root)?;
                }
            }
        }
        Ok(space)
    }

    /// Pages owned.
    pub fn owned_pages(&self) -> u64 {
        self.owned.iter().map(|extent| u64::from(extent.count)).sum()
    }

    /// Pages free.
    pub fn available_pages(&self) -> u64 {
        self.available
            .iter()
            .map(|node| u64::from(node.extent.count))
            .sum()
    }

    fn read_bitmap(&mut self, root: Pgno, page_count: u32, free_bitmap: u32) -> Result<(), TreeError> {
        let last = Pgno(root.0.saturating_add(page_count.saturating_sub(1)));
        let extent =
            Extent::ending_at(last, page_count).map_err(|source| TreeError::Space { pgno: root, source })?;
        self.owned.push(extent);
        // Pages beyond those that the bitmap can tell of are free.
        let is_free = |place: u32| place >= 32 || free_bitmap >> place & 1 == 1;
        let mut place = 0;
        while place + 1 < page_count {
            let start = place;
            while place + 1 < page_count && is_free(place) {
                // Far behind the bitmap nothing changes any more.
                place = if place >= 32 { page_count - 1 } else { place + 1 };
            }
            if place > start {
                let extent = Extent {
                    first: Pgno(root.0 + 1 + start),
                    count: place - start,
                };
                self.available.push(SpaceNode { extent, pool: 0 });
            }
            place += 1;
        }
        Ok(())
    }

    fn read_split_buffers(&mut self, tree: Tree<'_>) -> Result<(), TreeError> {
        let page = tree.pages().read(tree.root())?;
        let buffers = split_buffers(page.view().external_header()?).map_err(|source| TreeError::Space {
            pgno: tree.root(),
            source,
        })?;
        self.split_buffers.extend(buffers.into_iter().flatten());
        Ok(())
    }
}

fn each_extent(tree: Tree<'_>, mut take: impl FnMut(SpaceNode)) -> Result<(), TreeError> {
    for leaf in LeafWalk::new(tree) {
        let leaf = leaf?;
        for node in leaf.view().nodes() {
            let node = node?;
            if node.flags.is_deleted() {
                continue;
            }
            let parsed = SpaceNode::parse(&node).map_err(|source| TreeError::Space {
                pgno: leaf.pgno(),
                source,
            })?;
            if parsed.extent.count > 0 {
                take(parsed);
            }
        }
    }
    Ok(())
}
