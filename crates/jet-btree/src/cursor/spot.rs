//! Places that a cursor can come back to without a descent, as long as nobody changes the page.

use jet_pages::{Dbtime, PageFlags, Pgno};

use super::{Cursor, Place};

/// Where a row stood: good until its page changes. A page never has the same time of change twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    leaf: Pgno,
    node: usize,
    changed_at: Dbtime,
}

impl Cursor<'_> {
    /// Where the row stands that the cursor stands on.
    pub fn spot(&self) -> Option<Spot> {
        let place = self.place.as_ref()?;
        Some(Spot {
            leaf: place.leaf.pgno(),
            node: place.node,
            changed_at: place.leaf.view().header().changed_at(),
        })
    }

    /// Goes to `spot`; false, and nowhere, when the row may stand elsewhere by now, or the page is not at hand.
    pub fn resume(&mut self, spot: Spot) -> bool {
        self.place = None;
        self.steps = 0;
        let Some(leaf) = self.tree.pages().at_hand(spot.leaf) else {
            return false;
        };
        let page = leaf.view();
        let header = page.header();
        let is_same = header.changed_at() == spot.changed_at
            && header.tree() == self.tree.objid()
            && page.flags().contains(PageFlags::LEAF)
            && spot.node < page.node_count();
        if is_same {
            self.place = Some(Place {
                leaf,
                node: spot.node,
            });
        }
        is_same
    }
}
