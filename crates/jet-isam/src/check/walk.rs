//! Every node of a tree in order, going on behind damage and counting it.

use jet_btree::walk::LeafWalk;
use jet_btree::{PageRef, Tree};
use jet_pages::{Node, Page};

/// Calls `visit` for each node of `tree`, deleted ones too, and `leaf_done` after each leaf. Returns how many pages and
/// nodes could not be read.
pub(super) fn each_node(
    tree: Tree<'_>,
    leaf_done: &mut dyn FnMut(),
    visit: &mut dyn FnMut(&Page<'_>, &Node<'_>),
) -> u64 {
    let mut unreadable = 0;
    for leaf in LeafWalk::new(tree) {
        match leaf {
            Ok(leaf) => unreadable += each_node_of(&leaf, visit),
            Err(_) => unreadable += 1,
        }
        leaf_done();
    }
    unreadable
}

fn each_node_of(leaf: &PageRef<'_>, visit: &mut dyn FnMut(&Page<'_>, &Node<'_>)) -> u64 {
    let page = leaf.view();
    let mut unreadable = 0;
    for node in page.nodes() {
        match node {
            Ok(node) => visit(&page, &node),
            Err(_) => unreadable += 1,
        }
    }
    unreadable
}
