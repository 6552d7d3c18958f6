//! Every leaf of a tree from left to right, by way of the parents, so that damage costs only what hangs below it.
//!
//! A cursor follows sibling links and stops at the first broken one. A walk reads the children that each parent names,
//! returns an error for those that cannot be read, and goes on with the next. The pages below one parent are asked for
//! ahead of time, in large reads.

use jet_pages::{PageFlags, Pgno};

use crate::tree::LEVELS_MAX;
use crate::{PageRef, Tree, TreeError};

/// How many children are asked for ahead of the walk at once.
const READ_AHEAD: usize = 64;

/// Iterator over the leaves of a tree; after an error the walk goes on behind the part that cannot be read.
#[derive(Debug)]
pub struct LeafWalk<'c> {
    tree: Tree<'c>,
    levels: Vec<Level<'c>>,
    state: State,
    visited: u32,
}

#[derive(Debug)]
struct Level<'c> {
    page: PageRef<'c>,
    next_child: usize,
    asked_for: usize,
}

#[derive(Debug, PartialEq, Eq)]
enum State {
    AtRoot,
    Below,
    Done,
}

impl<'c> LeafWalk<'c> {
    /// A walk over all leaves of `tree`.
    pub const fn new(tree: Tree<'c>) -> Self {
        Self {
            tree,
            levels: Vec::new(),
            state: State::AtRoot,
            visited: 0,
        }
    }

    /// Enters a page: a leaf is returned, the children of an internal page are next.
    fn enter(&mut self, page: PageRef<'c>) -> Result<Option<PageRef<'c>>, TreeError> {
        self.visited += 1;
        if self.visited > self.tree.pages().count() {
            self.state = State::Done;
            return Err(TreeError::Circle {
                root: self.tree.root(),
                pgno: page.pgno(),
            });
        }
        if page.view().is_leaf() {
            return Ok(Some(page));
        }
        if self.levels.len() + 1 >= LEVELS_MAX {
            return Err(TreeError::TooDeep {
                root: self.tree.root(),
                levels: LEVELS_MAX,
            });
        }
        self.levels.push(Level {
            page,
            next_child: 0,
            asked_for: 0,
        });
        Ok(None)
    }

    /// The next child of the lowest level that has one left.
    fn next_child(&mut self) -> Option<Result<Pgno, TreeError>> {
        loop {
            let pages = self.tree.pages();
            let level = self.levels.last_mut()?;
            let view = level.page.view();
            if level.next_child >= view.node_count() {
                self.levels.pop();
                continue;
            }
            if level.next_child >= level.asked_for && view.flags().contains(PageFlags::PARENT_OF_LEAF) {
                let ahead = level.next_child..view.node_count().min(level.next_child + READ_AHEAD);
                level.asked_for = ahead.end;
                let pgnos: Vec<Pgno> = ahead.filter_map(|node| view.child(node).ok()).collect();
                pages.prefetch(&pgnos);
            }
            let child = view.child(level.next_child).map_err(TreeError::from);
            level.next_child += 1;
            return Some(child);
        }
    }
}

impl<'c> Iterator for LeafWalk<'c> {
    type Item = Result<PageRef<'c>, TreeError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let page = match self.state {
                State::Done => return None,
                State::AtRoot => {
                    self.state = State::Below;
                    self.tree.pages().read(self.tree.root())
                }
                State::Below => match self.next_child() {
                    None => {
                        self.state = State::Done;
                        return None;
                    }
                    Some(child) => child.and_then(|pgno| self.tree.read_page(pgno)),
                },
            };
            match page.and_then(|page| self.enter(page)) {
                Ok(Some(leaf)) => return Some(Ok(leaf)),
                Ok(None) => {}
                Err(error) => return Some(Err(error)),
            }
        }
    }
}
