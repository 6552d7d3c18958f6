//! Positions as parts of the whole, guessed from the pages on the way down: all children of a page count alike.

use jet_pages::{Page, Pgno};

use super::{Cursor, Place};
use crate::tree::{LEVELS_MAX, Route, choose_child, partition};
use crate::{PageRef, Tree, TreeError};

/// A part of the rows of a tree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fraction {
    /// Rows before the place.
    pub before: u64,
    /// All rows.
    pub all: u64,
}

impl<'c> Tree<'c> {
    /// About how many rows are before the first one that is not less than `key`, in trees that are not unique a key with data
    /// behind it; and how many there are.
    ///
    /// # Errors
    /// What reading the way down gives.
    pub fn fraction_before(&self, key: &[u8]) -> Result<Fraction, TreeError> {
        let mut fraction = Fraction { before: 0, all: 1 };
        let mut note = |node: usize, count: usize| {
            let [node, count] = [node, count].map(|number| u64::try_from(number).unwrap_or(u64::MAX));
            fraction.before = fraction.before.saturating_mul(count).saturating_add(node);
            fraction.all = fraction.all.saturating_mul(count);
        };
        let is_unique = self.is_unique();
        let leaf = self.way_down(|page| {
            let node = choose_child(page, &Route::Lower(key))?;
            note(node, page.node_count());
            Ok(node)
        })?;
        let page = leaf.view();
        let node = partition(page.node_count(), |node| {
            let node = page.node(node)?;
            Ok(match is_unique {
                true => node.key.cmp_bytes(key).is_lt(),
                false => [&node.key.to_vec(), node.data].concat()[..] < *key,
            })
        })?;
        note(node, page.node_count());
        Ok(fraction)
    }

    /// Goes down to a leaf as `choose` says.
    fn way_down(
        &self,
        mut choose: impl FnMut(&Page<'_>) -> Result<usize, TreeError>,
    ) -> Result<PageRef<'c>, TreeError> {
        let mut guard = self.pages().read(self.root())?;
        for _ in 0..LEVELS_MAX {
            let page = guard.view();
            if page.is_leaf() {
                return Ok(guard);
            }
            let child: Pgno = page.child(choose(&page)?)?;
            guard = self.read_page(child)?;
        }
        Err(TreeError::TooDeep {
            root: self.root(),
            levels: LEVELS_MAX,
        })
    }
}

impl Cursor<'_> {
    /// Goes about so far into the tree, to a row or the one behind it; false, and nowhere, when there is none.
    ///
    /// # Errors
    /// What reading the tree gives.
    pub fn go_into(&mut self, fraction: Fraction) -> Result<bool, TreeError> {
        self.place = None;
        self.steps = 0;
        let mut rest = Fraction {
            before: fraction.before.min(fraction.all),
            all: fraction.all.max(1),
        };
        let leaf = self.tree.way_down(|page| Ok(rest.descend(page.node_count())))?;
        let node = rest.descend(leaf.view().node_count());
        self.place = Some(Place { leaf, node });
        self.settle(super::Direction::Next)
    }
}

impl Fraction {
    /// The child that lies so far into `count` of them; what is left is the part of the child.
    fn descend(&mut self, count: usize) -> usize {
        if self.before >= self.all {
            return count.saturating_sub(1);
        }
        let wide = u128::from(self.before) * u128::try_from(count).unwrap_or_default();
        let all = u128::from(self.all);
        // Both are less than what they are divided by.
        self.before = u64::try_from(wide % all).unwrap_or_default();
        usize::try_from(wide / all).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fraction_is_spread_over_the_levels() {
        let mut fraction = Fraction { before: 89, all: 100 };
        assert_eq!([fraction.descend(10), fraction.descend(20)], [8, 18]);
        let mut end = Fraction { before: 7, all: 7 };
        assert_eq!([end.descend(10), end.descend(20)], [9, 19]);
        let mut begin = Fraction { before: 0, all: 7 };
        assert_eq!([begin.descend(10), begin.descend(20)], [0, 0]);
    }
}
