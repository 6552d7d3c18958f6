//! Going on from a place that is known by its name, or as a part of the whole.

use super::{Direction, Reader};
use crate::TreeError;
use crate::cursor::{Fraction, Seek, SeekTarget, Spot};

impl Reader<'_> {
    /// Where the row stands that it stands on, for [`Reader::resume`].
    pub fn spot(&self) -> Option<Spot> {
        self.cursor.spot()
    }

    /// Goes to `spot` without a descent, whether the view sees the row there or not; false, and nowhere, when the row may
    /// stand elsewhere by now.
    pub fn resume(&mut self, spot: Spot) -> bool {
        self.old = None;
        self.cursor.resume(spot)
    }

    /// Whether the view sees the row that it stands on.
    ///
    /// # Errors
    /// [`TreeError::Page`] when the node is damaged.
    pub fn is_seen(&mut self) -> Result<bool, TreeError> {
        self.look()
    }

    /// Goes to the first row behind the one of this name, which may be gone; false, and nowhere, when there is none.
    /// `bookmark_data`: its data in trees that are not unique.
    ///
    /// # Errors
    /// What reading the tree gives.
    pub fn after(&mut self, key: &[u8], bookmark_data: &[u8]) -> Result<bool, TreeError> {
        let found = if self.cursor.tree().is_unique() {
            self.cursor.seek(key, SeekTarget::Greater)? != Seek::NotFound
        } else {
            match self.cursor.seek_name(key, bookmark_data)? {
                Seek::Exact => self.cursor.next()?,
                found => found != Seek::NotFound,
            }
        };
        self.settle(found, Direction::Next)
    }

    /// Goes to the last row before the one of this name, which may be gone; false, and nowhere, when there is none.
    ///
    /// # Errors
    /// What reading the tree gives.
    pub fn before(&mut self, key: &[u8], bookmark_data: &[u8]) -> Result<bool, TreeError> {
        let found = if self.cursor.tree().is_unique() {
            self.cursor.seek(key, SeekTarget::Less)? != Seek::NotFound
        } else {
            match self.cursor.seek_name(key, bookmark_data)? {
                Seek::NotFound => self.cursor.last()?,
                _ => self.cursor.previous()?,
            }
        };
        self.settle(found, Direction::Previous)
    }

    /// Whether another node, seen or not, has the key of the row that it stands on; it stands on that other one then, or on
    /// the next key.
    ///
    /// # Errors
    /// What reading the tree gives.
    pub fn key_goes_on(&mut self, key: &[u8]) -> Result<bool, TreeError> {
        self.old = None;
        if !self.cursor.next()? {
            return Ok(false);
        }
        Ok(self
            .cursor
            .node()?
            .is_some_and(|node| node.key.cmp_bytes(key).is_eq()))
    }

    /// Goes about so far into the tree: to a row that the view sees near the place; false, and nowhere, when there is none.
    ///
    /// # Errors
    /// What reading the tree gives.
    pub fn go_into(&mut self, fraction: Fraction) -> Result<bool, TreeError> {
        let found = self.cursor.go_into(fraction)?;
        if self.settle(found, Direction::Next)? {
            return Ok(true);
        }
        self.last()
    }

    /// About how many rows are before the one of this name, and in all: what the pages on the way there let guess, whatever the
    /// view sees.
    ///
    /// # Errors
    /// What reading the tree gives.
    pub fn fraction_before(&self, key: &[u8], bookmark_data: &[u8]) -> Result<Fraction, TreeError> {
        let tree = self.cursor.tree();
        if tree.is_unique() {
            tree.fraction_before(key)
        } else {
            tree.fraction_before(&[key, bookmark_data].concat())
        }
    }
}
