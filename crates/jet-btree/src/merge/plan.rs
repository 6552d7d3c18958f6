//! What a merge does on each level, found under the latches of all pages that it will change.

use jet_log::record::structure::MergeKind;
use jet_pages::{Key, Node, NodeFlags, Page, Pgno};

use super::MergeLatches;
use crate::change::node_bytes;
use crate::store::{Latched, OpenTree, Store, StoreError};

/// A merge.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) kind: MergeKind,
    /// Bytes of the nodes that move, tags left out.
    pub(super) moved_bytes: usize,
    /// Bytes that rollbacks may need on the page that takes them.
    pub(super) uncommitted: usize,
    /// New key for the pages above the one that loses its last pointer.
    pub(super) separator: Vec<u8>,
    /// The pages above, from the parent of the leaf up.
    pub(super) levels: Vec<LevelChange>,
}

/// What becomes of a page above the leaf.
#[derive(Clone, Copy, Debug)]
pub(super) struct LevelChange {
    /// Line of the pointer to the page below.
    pub(super) line: usize,
    pub(super) deletes_pointer: bool,
    pub(super) changes_key: bool,
    pub(super) empties: bool,
}

/// What comes of planning.
pub(super) enum Above {
    Plan(Plan),
    /// A page above those at hand would have to change, too.
    HigherUp,
    /// The leaf stays.
    Never,
}

impl Store {
    pub(super) fn plan_merge(
        &self,
        latches: &MergeLatches<'_>,
        tree: &OpenTree,
        may_delete: &mut dyn FnMut(&Node<'_>) -> bool,
    ) -> Result<Above, StoreError> {
        let (page, Some(parent)) = (latches.leaf.page()?, latches.above.last()) else {
            return Ok(Above::Never);
        };
        let mut live = Vec::with_capacity(page.node_count());
        for node in page.nodes() {
            let node = node?;
            if !node.flags.is_deleted() {
                live.push(node);
            } else if !may_delete(&node) {
                return Ok(Above::Never);
            }
        }
        if live.is_empty() {
            return self.plan_removal(latches, page.pgno());
        }
        let parent = parent.page()?;
        let Some(line) = pointer_to(&parent, page.pgno())? else {
            return Ok(Above::Never);
        };
        let has_right = line + 1 < parent.node_count();
        let pointer = LevelChange {
            line,
            deletes_pointer: true,
            changes_key: false,
            empties: false,
        };
        let right = latches.right.as_ref().filter(|_| has_right);
        if let Some((moved_bytes, uncommitted)) = self.takes_all(tree, right, &live)? {
            return Ok(Above::Plan(Plan {
                kind: MergeKind::FullRight,
                moved_bytes,
                uncommitted,
                separator: Vec::new(),
                levels: vec![pointer],
            }));
        }
        let left = latches.left.as_ref().filter(|_| line > 0);
        if let Some((moved_bytes, uncommitted)) = self.takes_all(tree, left, &live)? {
            let changes_key = true;
            return Ok(Above::Plan(Plan {
                kind: MergeKind::FullLeft,
                moved_bytes,
                uncommitted,
                separator: Vec::new(),
                levels: vec![LevelChange {
                    changes_key,
                    ..pointer
                }],
            }));
        }
        Ok(Above::Never)
    }

    /// Whether a sibling has room for all these nodes, and some more then; their bytes there, and what rollbacks may need.
    fn takes_all(
        &self,
        tree: &OpenTree,
        sibling: Option<&Latched<'_>>,
        nodes: &[Node<'_>],
    ) -> Result<Option<(usize, usize)>, StoreError> {
        let Some(sibling) = sibling else { return Ok(None) };
        let page = sibling.page()?;
        let mut moved = 0;
        let mut uncommitted = usize::from(page.header().uncommitted_free_bytes.get());
        for node in nodes {
            moved += node_bytes(node.key, page.prefix_key(), node.data.len());
            if node.flags.0 & NodeFlags::VERSIONED.0 != 0 {
                uncommitted += self.reserves().reserved(tree.root(), node.key, node.data);
            }
        }
        let room = usize::from(page.header().free_bytes.get());
        let spare = sibling.bytes().len() / 8;
        let has_tags = page.header().tag_count() + nodes.len() <= 0x0fff;
        let fits = has_tags && moved + uncommitted + spare <= room;
        Ok(fits.then_some((moved, uncommitted)))
    }

    /// How a page without rows leaves.
    fn plan_removal(&self, latches: &MergeLatches<'_>, leaf: Pgno) -> Result<Above, StoreError> {
        let mut plan = Plan {
            kind: MergeKind::EmptyPage,
            moved_bytes: 0,
            uncommitted: 0,
            separator: Vec::new(),
            levels: Vec::new(),
        };
        let mut child = leaf;
        let mut is_child_gone = true;
        for above in latches.above.iter().rev() {
            let page = above.page()?;
            let Some(line) = pointer_to(&page, child)? else {
                return Ok(Above::Never);
            };
            let last = page.node_count() - 1;
            let is_last_key = line == last && !page.node(line)?.key.is_empty();
            let is_only = last == 0;
            if is_child_gone && is_only && (page.is_root() || !is_last_key) {
                return Ok(Above::Never);
            }
            let empties = is_child_gone && is_only;
            let deletes_pointer = is_child_gone && !is_only;
            if deletes_pointer && is_last_key {
                plan.separator = page.node(line - 1)?.key.to_vec();
            }
            if !is_child_gone && !takes_key(&page, line, &plan.separator)? {
                return Ok(Above::Never);
            }
            plan.levels.push(LevelChange {
                line,
                deletes_pointer,
                changes_key: !is_child_gone,
                empties,
            });
            if !empties && !is_last_key {
                return Ok(Above::Plan(plan));
            }
            is_child_gone = empties;
            child = page.pgno();
        }
        Ok(Above::HigherUp)
    }
}

/// Line of the pointer to a page.
fn pointer_to(page: &Page<'_>, child: Pgno) -> Result<Option<usize>, StoreError> {
    for line in 0..page.node_count() {
        if page.child(line)? == child {
            return Ok(Some(line));
        }
    }
    Ok(None)
}

/// Whether the pointer at `line` can get another key.
fn takes_key(page: &Page<'_>, line: usize, key: &[u8]) -> Result<bool, StoreError> {
    let old = page.node(line)?;
    let prefix = page.prefix_key();
    // What the node takes from the prefix now is what its key shares with it, or less.
    let freed = match old.key.prefix.len() {
        0 => 2 + old.key.len() + 4,
        shared => 4 + old.key.len() - shared + 4,
    };
    let needed = node_bytes(Key::whole(key), prefix, 4) - jet_pages::tag::TAG_BYTES;
    Ok(needed <= freed + usize::from(page.header().free_bytes.get()))
}
