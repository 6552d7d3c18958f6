//! Splits: a change whose leaf has no room makes it, in one macro with its own record.
//!
//! Whoever splits holds the structure mutex of the tree. It takes the pages that may be needed before it latches anything,
//! then latches the leaf and those above it that may change, from the top down, and looks again. When more levels turn out
//! to be full than it has pages and latches for, it lets all go and comes back with one more. A root that would have to be
//! split first gets a level below it, in a macro of its own.

mod choose;
pub(crate) mod image;
mod log;
mod plan;
mod prefix;
pub(crate) mod source;

use jet_log::record::Record;
use jet_log::record::node::{NodeChange, SetExternalHeader};
use jet_pages::{Page, PageError, Pgno};

use self::plan::Planned;
use self::source::{PageSource, Spare};
use crate::TreeError;
use crate::change::{Actor, Applied, Bookmark, Decision, Edit, Outcome, find, target};
use crate::store::{Author, Latched, OpenTree, Store, StoreError};

/// Levels that a tree may have.
const LEVELS_MAX: usize = 8;

impl Store {
    /// Changes a node of a leaf that had no room for it a moment ago.
    pub(crate) fn edit_splitting<A: Actor>(
        &self,
        tree: &OpenTree,
        author: &Author,
        bookmark: &Bookmark<'_>,
        actor: &mut A,
        source: &mut dyn PageSource,
    ) -> Result<Outcome, A::Error> {
        let _structure = tree.state.structure.lock();
        let target = target(tree, bookmark);
        let mut spare = Spare::new(source);
        // Levels that may be split, the leaf's counted.
        let mut splitting = 1;
        loop {
            let path = self.path(tree, &target)?;
            spare.fill(splitting, path.last().copied().unwrap_or(tree.root()))?;
            if path.len() <= splitting {
                self.add_level(tree, author, path.len(), &mut spare)?;
                continue;
            }
            let changing = path.get(path.len() - 1 - splitting..).unwrap_or_default();
            match self.edit_or_split(tree, author, bookmark, actor, changing, &mut spare)? {
                Round::Done(outcome) => return Ok(outcome),
                Round::Split => splitting = 1,
                Round::HigherUp => splitting += 1,
            }
        }
    }

    /// Changes the node if there is room by now; else splits the leaf, the last of the pages `changing`, and those above it
    /// as needed, the first of them only to get a pointer.
    fn edit_or_split<A: Actor>(
        &self,
        tree: &OpenTree,
        author: &Author,
        bookmark: &Bookmark<'_>,
        actor: &mut A,
        changing: &[Pgno],
        spare: &mut Spare<'_>,
    ) -> Result<Round, A::Error> {
        let mut latched = self.latch_down(tree, changing)?;
        let Some(leaf) = latched.last_mut() else {
            return Ok(Round::HigherUp);
        };
        if let Some(outcome) = self.edit_leaf(tree, author, bookmark, actor, leaf)? {
            return Ok(Round::Done(outcome));
        }
        let Some(leaf) = latched.last() else {
            return Ok(Round::HigherUp);
        };
        let mut right = self.right_sibling(tree, leaf)?;
        let page = leaf.page().map_err(StoreError::from)?;
        let place = find(tree, page, bookmark)?;
        let decision = actor.decide(&place)?;
        if let Some(used) = idle_prefix(&page, &decision).map_err(StoreError::from)? {
            drop(right);
            let Some(leaf) = latched.last_mut() else {
                return Ok(Round::HigherUp);
            };
            self.cut_prefix(tree, author, leaf, used)?;
            return Ok(Round::Split);
        }
        let levels = match self.plan(tree, &latched, &place, bookmark, &decision)? {
            Planned::Split(levels) => levels,
            Planned::HigherUp => return Ok(Round::HigherUp),
        };
        let mut new = Vec::with_capacity(levels.len());
        for _ in &levels {
            let Some(pgno) = spare.take() else {
                return Ok(Round::HigherUp);
            };
            new.push(self.latch_new(pgno)?);
        }
        let made = self.log_split(
            tree,
            author,
            log::Cause {
                bookmark,
                decision: &decision,
            },
            log::Pages {
                latched: &mut latched,
                new: &mut new,
                right: right.as_mut(),
            },
            &levels,
        );
        if made.is_err() && !self.is_down() {
            let unused = new.drain(..).rev().map(|page| page.pgno());
            spare.put_back(unused);
        }
        let made = made?;
        let (Some(appended), Some(leaf_level)) = (made.operation, levels.first()) else {
            return Ok(Round::Split);
        };
        let (on, line) = match leaf_level.operation_line.checked_sub(leaf_level.split_line) {
            Some(line) => (new.first(), line),
            None => (latched.last(), leaf_level.operation_line),
        };
        if let Some(on) = on {
            let page = on.page().map_err(StoreError::from)?;
            actor.done(&Applied {
                page,
                line,
                dbtime: made.dbtime,
                appended,
            });
        }
        Ok(Round::Done(Outcome::Changed(appended)))
    }

    /// Leaves of the prefix key of a leaf only the first `used` bytes.
    fn cut_prefix(
        &self,
        tree: &OpenTree,
        author: &Author,
        leaf: &mut Latched<'_>,
        used: usize,
    ) -> Result<(), StoreError> {
        let prefix = leaf.page()?.prefix_key().to_vec();
        let about = self.about(
            author,
            leaf.pgno(),
            leaf.dbtime()?,
            self.next_dbtime(),
            tree.record_flags(),
        );
        let record = Record::SetExternalHeader(SetExternalHeader {
            node: NodeChange {
                change: about,
                version: 0,
                root: tree.root(),
                tree: tree.objid(),
            },
            data: prefix.get(..used).unwrap_or_default(),
        });
        self.log_and_apply(author, leaf, &record, None, false, None)?;
        Ok(())
    }

    /// Latches pages of which each is the parent of the next.
    pub(crate) fn latch_down(&self, tree: &OpenTree, pages: &[Pgno]) -> Result<Vec<Latched<'_>>, StoreError> {
        pages.iter().map(|&pgno| self.latch(tree, pgno)).collect()
    }

    /// The leaf on the right, if there is one.
    fn right_sibling(&self, tree: &OpenTree, leaf: &Latched<'_>) -> Result<Option<Latched<'_>>, StoreError> {
        let sibling = leaf.page()?.header().next();
        if !sibling.is_some() {
            return Ok(None);
        }
        if sibling == leaf.pgno() || sibling == tree.root() {
            return Err(TreeError::Circle {
                root: tree.root(),
                pgno: sibling,
            }
            .into());
        }
        let right = self.latch(tree, sibling)?;
        let back = right.page()?.header().prev();
        match back == leaf.pgno() {
            true => Ok(Some(right)),
            false => Err(TreeError::Sibling {
                pgno: leaf.pgno(),
                sibling,
                back,
            }
            .into()),
        }
    }
}

/// The only node of a page cannot leave it to make room for itself. How many bytes of the prefix key it uses, when that has
/// more and the node is to grow.
fn idle_prefix(page: &Page<'_>, decision: &Decision<'_>) -> Result<Option<usize>, PageError> {
    let grows = matches!(
        decision.edit,
        Edit::Replace { .. } | Edit::FlagInsertAndReplace { .. } | Edit::Undo { .. }
    );
    if !grows || page.node_count() != 1 || page.is_root() {
        return Ok(None);
    }
    let used = page.node(0)?.key.prefix.len();
    Ok((used < page.prefix_key().len()).then_some(used))
}

/// How an attempt to split ended.
enum Round {
    /// The change is made, or the actor wants none any more.
    Done(Outcome),
    /// The leaf was split without the change, which had no room on either side.
    Split,
    /// One level more is full than was reckoned with.
    HigherUp,
}
