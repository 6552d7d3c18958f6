//! Cleaning: deleted nodes leave their page, and a page with few or no rows left leaves its tree.
//!
//! A page is emptied into a sibling under the same parent, or leaves when no row is left on it. What cannot be done with the
//! pages at hand is left for another time: cleaning never has to succeed. The last pointer of a level leads to all that is
//! greater; an internal page that has it and nothing else stays.

mod log;
mod plan;

use jet_pages::{Node, PageFlags, Pgno};

use self::plan::Above;
use crate::change::{Bookmark, Decision, Edit, target};
use crate::store::{Author, Latched, OpenTree, Store, StoreError};

/// What cleaning a page came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cleaned {
    /// Nodes that left.
    pub nodes: usize,
    /// Pages that left the tree.
    pub pages: usize,
}

/// The pages of a merge, each latched; the leaf is there when it is to leave its tree.
pub(crate) struct MergeLatches<'s> {
    /// From the top down; the parent of the leaf last.
    above: Vec<Latched<'s>>,
    left: Option<Latched<'s>>,
    leaf: Latched<'s>,
    right: Option<Latched<'s>>,
}

impl Store {
    /// Cleans the leaf where `bookmark` belongs: nodes with the deleted flag that `may_delete` lets go leave it, and the
    /// page leaves the tree if little or nothing is left. `may_delete` is called under the latch of the leaf, and
    /// may be asked about the same node again.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn clean_page(
        &self,
        tree: &OpenTree,
        author: &Author,
        bookmark: &Bookmark<'_>,
        may_delete: &mut dyn FnMut(&Node<'_>) -> bool,
    ) -> Result<Cleaned, StoreError> {
        let target = target(tree, bookmark);
        let mut cleaned = Cleaned::default();
        let mut leaf = self.latch_leaf(tree, &target)?;
        cleaned.nodes = self.delete_marked(tree, author, &mut leaf, may_delete)?;
        let is_sparse = is_sparse(&leaf)?;
        drop(leaf);
        if is_sparse {
            cleaned.pages = self.merge(tree, author, &target, may_delete)?;
        }
        Ok(cleaned)
    }

    /// Removes deleted nodes from a leaf, but for the last one of a page below a root.
    fn delete_marked(
        &self,
        tree: &OpenTree,
        author: &Author,
        leaf: &mut Latched<'_>,
        may_delete: &mut dyn FnMut(&Node<'_>) -> bool,
    ) -> Result<usize, StoreError> {
        let mut count = 0;
        for line in (0..leaf.page()?.node_count()).rev() {
            let page = leaf.page()?;
            if page.node_count() == 1 && !page.is_root() {
                break;
            }
            let node = page.node(line)?;
            if !node.flags.is_deleted() || !may_delete(&node) {
                continue;
            }
            let key = node.key.to_vec();
            let uncommitted = page.header().uncommitted_free_bytes.get().into();
            let bookmark = Bookmark { key: &key, data: &[] };
            let decision = Decision::unversioned(Edit::Delete);
            self.perform(tree, author, &bookmark, &decision, leaf, line, uncommitted)?;
            count += 1;
        }
        Ok(count)
    }

    /// Lets the leaf where `target` belongs leave the tree if it can; returns how many pages left.
    fn merge(
        &self,
        tree: &OpenTree,
        author: &Author,
        target: &[u8],
        may_delete: &mut dyn FnMut(&Node<'_>) -> bool,
    ) -> Result<usize, StoreError> {
        let _structure = tree.state.structure.lock();
        let path = self.path(tree, target)?;
        let Some((&leaf, above)) = path.split_last() else {
            return Ok(0);
        };
        // As few levels as possible: most merges end at the parent.
        for levels in 1..=above.len() {
            let changing = above.get(above.len() - levels..).unwrap_or_default();
            let mut latches = self.latch_for_merge(tree, changing, leaf)?;
            match self.plan_merge(&latches, tree, may_delete)? {
                Above::HigherUp => {}
                Above::Never => return Ok(0),
                Above::Plan(plan) => {
                    // Rows that move may be undecided.
                    let holds = self.reserves().log_old_data(leaf)?;
                    let gone = self.log_merge(tree, author, &mut latches, &plan)?;
                    self.release_all(leaf, holds);
                    drop(latches);
                    for &pgno in &gone {
                        self.free_page(tree, author, pgno)?;
                    }
                    return Ok(gone.len());
                }
            }
        }
        Ok(0)
    }

    /// Latches pages `changing` from the top down, then the leaf and its siblings from left to right. The siblings are known
    /// beforehand, since only the holder of the structure mutex changes them.
    fn latch_for_merge(
        &self,
        tree: &OpenTree,
        changing: &[Pgno],
        leaf: Pgno,
    ) -> Result<MergeLatches<'_>, StoreError> {
        let (prev, next) = {
            let page = self.read(leaf)?;
            let view = page.view();
            (view.header().prev(), view.header().next())
        };
        let above = self.latch_down(tree, changing)?;
        let sibling = |pgno: Pgno| match pgno.is_some() {
            true => self.latch(tree, pgno).map(Some),
            false => Ok(None),
        };
        Ok(MergeLatches {
            above,
            left: sibling(prev)?,
            leaf: self.latch(tree, leaf)?,
            right: sibling(next)?,
        })
    }
}

/// Whether a leaf below a root has no rows, or so few that it should leave.
fn is_sparse(leaf: &Latched<'_>) -> Result<bool, StoreError> {
    let page = leaf.page()?;
    if page.is_root() || !page.flags().contains(PageFlags::LEAF) {
        return Ok(false);
    }
    let mut live = 0;
    for node in page.nodes() {
        live += usize::from(!node?.flags.is_deleted());
    }
    let free = usize::from(page.header().free_bytes.get());
    Ok(live == 0 || free >= leaf.bytes().len() / 4 * 3)
}
