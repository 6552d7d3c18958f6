//! A position among the rows of a tree.
//!
//! A cursor holds the leaf that it stands on under a read latch, so keys and data are borrowed from the page without a
//! copy. Deleted nodes are passed over. After an error the cursor stands nowhere.
//!
//! Where others change the tree meanwhile, latches are waited for downwards and to the right only, as those who change it do;
//! and deleted nodes may be rows that somebody still sees ([`Cursor::live`]).

mod fraction;
mod spot;

use core::cmp::Ordering;

pub use fraction::Fraction;
use jet_pages::{Node, Page, PageFlags, Pgno};

pub use spot::Spot;

use crate::tree::{Route, Tree, partition};
use crate::{PageRef, TreeError};

/// What to look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeekTarget {
    /// The row with the key itself; the first of them where several have it.
    Equal,
    /// The first row with the key or a greater one.
    GreaterOrEqual,
    /// The first row with a greater key.
    Greater,
    /// The last row with the key or a smaller one.
    LessOrEqual,
    /// The last row with a smaller key.
    Less,
}

/// Where a seek ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seek {
    /// On a row with the key.
    Exact,
    /// On a row with a greater key.
    Greater,
    /// On a row with a smaller key.
    Less,
    /// There is no such row; the cursor stands nowhere.
    NotFound,
}

/// A position in one tree.
#[derive(Debug)]
pub struct Cursor<'c> {
    tree: Tree<'c>,
    place: Option<Place<'c>>,
    /// Sibling links followed since the last descent; more than the file has pages means a circle.
    steps: u32,
    is_live: bool,
}

#[derive(Debug)]
struct Place<'c> {
    leaf: PageRef<'c>,
    node: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Next,
    Previous,
}

impl<'c> Cursor<'c> {
    /// A cursor that stands nowhere yet.
    pub const fn new(tree: Tree<'c>) -> Self {
        Self {
            tree,
            place: None,
            steps: 0,
            is_live: false,
        }
    }

    /// A cursor in a tree that others change meanwhile: deleted nodes are rows like others.
    pub fn live(tree: Tree<'c>) -> Self {
        let mut cursor = Self::new(tree);
        cursor.is_live = true;
        cursor
    }

    /// Goes to the first row; false when there is none.
    ///
    /// # Errors
    /// What reading the tree gives.
    pub fn first(&mut self) -> Result<bool, TreeError> {
        self.go(&Route::Leftmost, |_| Ok(0))?;
        self.settle(Direction::Next)
    }

    /// Goes to the last row; false when there is none.
    ///
    /// # Errors
    /// What reading the tree gives.
    pub fn last(&mut self) -> Result<bool, TreeError> {
        self.go(&Route::Rightmost, |page| Ok(page.node_count()))?;
        self.step_back()
    }

    /// Goes to the next row; false, and nowhere, behind the last one.
    ///
    /// # Errors
    /// What reading the tree gives.
    #[expect(
        clippy::should_implement_trait,
        reason = "a row borrows from the cursor, which an iterator cannot say"
    )]
    pub fn next(&mut self) -> Result<bool, TreeError> {
        if let Some(place) = &mut self.place {
            place.node += 1;
        }
        self.settle(Direction::Next)
    }

    /// Goes to the previous row; false, and nowhere, before the first one.
    ///
    /// # Errors
    /// What reading the tree gives.
    pub fn previous(&mut self) -> Result<bool, TreeError> {
        self.step_back()
    }

    /// Looks for `key`.
    ///
    /// # Errors
    /// What reading the tree gives.
    pub fn seek(&mut self, key: &[u8], target: SeekTarget) -> Result<Seek, TreeError> {
        let found = match target {
            SeekTarget::Equal | SeekTarget::GreaterOrEqual => self.lower_bound(key)?,
            SeekTarget::Greater => self.upper_bound(key)?,
            SeekTarget::LessOrEqual if self.tree.is_unique() => {
                self.just_before(&Route::Upper(key), Ordering::is_le, key)?
            }
            SeekTarget::Less if self.tree.is_unique() => {
                self.just_before(&Route::Lower(key), Ordering::is_lt, key)?
            }
            SeekTarget::LessOrEqual => {
                let found = self.upper_bound(key)?;
                self.back_from(found)?
            }
            SeekTarget::Less => {
                let found = self.lower_bound(key)?;
                self.back_from(found)?
            }
        };
        let order = match self.node()? {
            Some(node) if found => node.key.cmp_bytes(key),
            _ => return Ok(Seek::NotFound),
        };
        match (order, target) {
            (Ordering::Equal, _) => Ok(Seek::Exact),
            (_, SeekTarget::Equal) => {
                self.place = None;
                Ok(Seek::NotFound)
            }
            (Ordering::Greater, _) => Ok(Seek::Greater),
            (Ordering::Less, _) => Ok(Seek::Less),
        }
    }

    /// Looks for the one row with this key, and in non-unique trees this data; false, and nowhere, if there is none.
    ///
    /// # Errors
    /// What reading the tree gives.
    pub fn seek_entry(&mut self, key: &[u8], data: &[u8]) -> Result<bool, TreeError> {
        self.go_to_name(key, data, false)?;
        let node = self.node()?;
        let found = node.is_some_and(|node| node.key.cmp_bytes(key).is_eq() && node.data == data);
        if !found {
            self.place = None;
        }
        Ok(found)
    }

    /// Goes to the first row whose name is not less: its key, and in non-unique trees key and data. [`Seek::Exact`],
    /// [`Seek::Greater`] or [`Seek::NotFound`].
    ///
    /// # Errors
    /// What reading the tree gives.
    pub fn seek_name(&mut self, key: &[u8], data: &[u8]) -> Result<Seek, TreeError> {
        let is_unique = self.tree.is_unique();
        self.go_to_name(key, data, is_unique)?;
        let Some(node) = self.node()? else {
            return Ok(Seek::NotFound);
        };
        let is_named = node.key.cmp_bytes(key).is_eq() && (is_unique || node.data == data);
        Ok(if is_named { Seek::Exact } else { Seek::Greater })
    }

    fn go_to_name(&mut self, key: &[u8], data: &[u8], by_key: bool) -> Result<(), TreeError> {
        let whole;
        let target = if self.tree.is_unique() || data.is_empty() {
            key
        } else {
            whole = [key, data].concat();
            &whole[..]
        };
        self.go(&Route::Lower(target), |page| {
            partition(page.node_count(), |node| {
                let node = page.node(node)?;
                let order = node.key.cmp_bytes(key);
                Ok(match by_key {
                    true => order,
                    false => order.then_with(|| node.data.cmp(data)),
                }
                .is_lt())
            })
        })?;
        self.settle(Direction::Next)?;
        Ok(())
    }

    /// The row that the cursor stands on, borrowed from its page.
    ///
    /// # Errors
    /// [`TreeError::Page`] when the node is damaged.
    pub fn node(&self) -> Result<Option<Node<'_>>, TreeError> {
        match &self.place {
            Some(place) => Ok(Some(place.leaf.view().node(place.node)?)),
            None => Ok(None),
        }
    }

    /// Stands nowhere, and holds nothing.
    pub(crate) fn leave(&mut self) {
        self.place = None;
    }

    /// The leaf that the cursor stands on, and the number of the node there.
    pub fn position(&self) -> Option<(Pgno, usize)> {
        self.place.as_ref().map(|place| (place.leaf.pgno(), place.node))
    }

    /// The leaf that the cursor stands on.
    pub fn leaf(&self) -> Option<Page<'_>> {
        self.place.as_ref().map(|place| place.leaf.view())
    }

    /// The tree.
    pub const fn tree(&self) -> Tree<'c> {
        self.tree
    }

    /// Goes to the first row whose key is not less.
    fn lower_bound(&mut self, key: &[u8]) -> Result<bool, TreeError> {
        let found = self.just_at(&Route::Lower(key), Ordering::is_lt, key)?;
        if self.tree.is_unique() || !found {
            return Ok(found);
        }
        // Separators of a non-unique tree are pieces of key and data, so they lead into the midst of the rows whose key
        // begins the one looked for. No stored key begins another one there: the place is behind all of them.
        let shorter = self.node()?.filter(|node| node.key.cmp_bytes(key).is_lt());
        match shorter.map(|node| node.key.to_vec()) {
            Some(shorter) => self.just_at(&Route::Upper(&shorter), Ordering::is_le, &shorter),
            None => Ok(true),
        }
    }

    /// Goes to the first row whose key is greater.
    fn upper_bound(&mut self, key: &[u8]) -> Result<bool, TreeError> {
        // A separator of a non-unique tree that begins with `key` may be a piece of `key` and data, so that rows with
        // `key` lie on both sides; or a piece of a longer key, and then the place is to the left. Whether there is a row
        // with `key` tells which.
        if !self.tree.is_unique() {
            let found = self.lower_bound(key)?;
            if !found || self.node()?.is_some_and(|node| node.key.cmp_bytes(key).is_gt()) {
                return Ok(found);
            }
        }
        self.just_at(&Route::Upper(key), Ordering::is_le, key)
    }

    /// Goes to the row at or behind the first node whose comparison with `key` is not `is_before`.
    fn just_at(
        &mut self,
        route: &Route<'_>,
        is_before: fn(Ordering) -> bool,
        key: &[u8],
    ) -> Result<bool, TreeError> {
        self.go(route, |page| first_not(page, is_before, key))?;
        self.settle(Direction::Next)
    }

    /// Goes to the row before the first node whose comparison with `key` is not `is_before`.
    fn just_before(
        &mut self,
        route: &Route<'_>,
        is_before: fn(Ordering) -> bool,
        key: &[u8],
    ) -> Result<bool, TreeError> {
        self.go(route, |page| first_not(page, is_before, key))?;
        self.step_back()
    }

    /// Goes to the row before the present one, or to the last one when there is none.
    fn back_from(&mut self, is_on_row: bool) -> Result<bool, TreeError> {
        if is_on_row { self.step_back() } else { self.last() }
    }

    /// Descends to a leaf and stands before the node that `choose` names, which may be behind the last one.
    fn go(
        &mut self,
        route: &Route<'_>,
        choose: impl FnOnce(&Page<'_>) -> Result<usize, TreeError>,
    ) -> Result<(), TreeError> {
        self.place = None;
        self.steps = 0;
        let (leaf, _) = self.tree.descend(route)?;
        let node = choose(&leaf.view())?;
        self.place = Some(Place { leaf, node });
        Ok(())
    }

    fn step_back(&mut self) -> Result<bool, TreeError> {
        match &mut self.place {
            None => Ok(false),
            Some(place) if place.node > 0 => {
                place.node -= 1;
                self.settle(Direction::Previous)
            }
            Some(_) => self
                .cross(Direction::Previous)?
                .map_or(Ok(false), |()| self.settle(Direction::Previous)),
        }
    }

    /// From a place that may be behind the last node or on a deleted one to the nearest row in `direction`.
    fn settle(&mut self, direction: Direction) -> Result<bool, TreeError> {
        loop {
            let Some(place) = &mut self.place else {
                return Ok(false);
            };
            let page = place.leaf.view();
            // Whoever looks at the node finds out whether it is damaged.
            if self.is_live && place.node < page.node_count() {
                return Ok(true);
            }
            while place.node < page.node_count() {
                match page.node(place.node) {
                    Ok(node) if !node.flags.is_deleted() => return Ok(true),
                    Ok(_) => {}
                    Err(error) => {
                        self.place = None;
                        return Err(error.into());
                    }
                }
                match direction {
                    Direction::Next => place.node += 1,
                    Direction::Previous if place.node == 0 => break,
                    Direction::Previous => place.node -= 1,
                }
            }
            if self.cross(direction)?.is_none() {
                return Ok(false);
            }
        }
    }

    /// Goes to the neighbouring leaf, onto its first or last node; `None`, and nowhere, at the end.
    fn cross(&mut self, direction: Direction) -> Result<Option<()>, TreeError> {
        // Taken out first: after an error the cursor stands nowhere.
        let Some(Place { leaf, .. }) = self.place.take() else {
            return Ok(None);
        };
        let (pgno, header) = (leaf.pgno(), leaf.view().header());
        let sibling = if direction == Direction::Next {
            header.next()
        } else {
            header.prev()
        };
        if !sibling.is_some() {
            return Ok(None);
        }
        self.steps += 1;
        if self.steps > self.tree.pages().count() {
            return Err(TreeError::Circle {
                root: self.tree.root(),
                pgno,
            });
        }
        let is_against_order = direction == Direction::Previous && self.tree.pages().is_changing();
        let guard = match is_against_order {
            true => match self.tree.page_at_hand(sibling) {
                Some(guard) => guard?,
                None => return self.cross_back_by_name(leaf, sibling),
            },
            false => self.tree.read_page(sibling)?,
        };
        let page = guard.view();
        if !page.flags().contains(PageFlags::LEAF) {
            return Err(TreeError::WrongKind {
                pgno: sibling,
                expected: "leaf",
                flags: page.flags().bits(),
            });
        }
        let back = if direction == Direction::Next {
            page.header().prev()
        } else {
            page.header().next()
        };
        if back != pgno {
            return Err(TreeError::Sibling { pgno, sibling, back });
        }
        let count = page.node_count();
        let node = match direction {
            Direction::Next => 0,
            // An empty leaf: one behind nothing, so that the search goes on to the left.
            Direction::Previous => count.saturating_sub(1),
        };
        self.place = Some(Place { leaf: guard, node });
        Ok(Some(()))
    }

    /// Goes to the node before the first one of `leaf`, whose left sibling would have to be waited for. Whoever changes
    /// pages latches them from left to right, so nothing is kept latched while waiting; then the way down is taken anew.
    fn cross_back_by_name(&mut self, leaf: PageRef<'c>, sibling: Pgno) -> Result<Option<()>, TreeError> {
        // The step was not taken.
        let steps = self.steps.saturating_sub(1);
        let Some(first) = leaf.view().nodes().next().transpose()? else {
            return Ok(None);
        };
        let (key, data) = (first.key.to_vec(), first.data.to_vec());
        drop(leaf);
        // It is waited for, no more: by now it may be no page of the tree.
        drop(self.tree.read_page(sibling));
        let is_unique = self.tree.is_unique();
        let whole = if is_unique {
            key.clone()
        } else {
            [&key[..], &data].concat()
        };
        self.go(&Route::Lower(&whole), |page| {
            partition(page.node_count(), |node| {
                let node = page.node(node)?;
                let order = node.key.cmp_bytes(&key);
                Ok(match is_unique {
                    true => order,
                    false => order.then_with(|| node.data.cmp(&data[..])),
                }
                .is_lt())
            })
        })?;
        self.steps = steps;
        match &mut self.place {
            Some(place) if place.node > 0 => {
                place.node -= 1;
                Ok(Some(()))
            }
            _ => self.cross(Direction::Previous),
        }
    }
}

fn first_not(page: &Page<'_>, is_before: impl Fn(Ordering) -> bool, key: &[u8]) -> Result<usize, TreeError> {
    Ok(page.find(key, |node| is_before(node.order))?)
}
