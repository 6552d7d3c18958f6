//! Changing one node of a tree: find its leaf, ask what to do there, log it, do it.
//!
//! [`Store::edit`] is what inserting, replacing, deleting and undoing are built on. Who knows of versions and transactions
//! is an [`Actor`]: it sees the place under the exclusive latch of the leaf and decides. A leaf without room is split, and
//! the change is part of that.

mod difference;
pub(crate) mod perform;
mod room;

use jet_log::Appended;
use jet_log::record::Record;
use jet_pages::{Dbtime, Key, Node, NodeFlags, Page, PageError, Pgno};

pub(crate) use self::room::{Fit, node_bytes};
use crate::edit::node::Undoing;
use crate::edit::split::Operation;
use crate::split::source::{PageSource, TreePages};
use crate::store::{Author, Latched, OpenTree, Store, StoreError};
use crate::tree::partition;

/// What names a node: its key, in trees that are not unique its data too.
#[derive(Clone, Copy, Debug)]
pub struct Bookmark<'k> {
    /// Its key.
    pub key: &'k [u8],
    /// Its data; nothing where the key alone names it.
    pub data: &'k [u8],
}

/// Decides what is done to a node.
pub trait Actor {
    /// Why it refuses.
    type Error: From<StoreError>;

    /// What is to be done at this place. Called under the exclusive latch of the leaf; again when the leaf had no room and
    /// was split, or changed before it could be. Only the last decision counts, so deciding must do nothing that could not
    /// be taken back; that is for [`Actor::done`].
    ///
    /// # Errors
    /// The actor's own; nothing is changed then.
    fn decide(&mut self, leaf: &Leaf<'_>) -> Result<Decision<'_>, Self::Error>;

    /// The change is logged and made; its page is still latched.
    fn done(&mut self, applied: &Applied<'_>);
}

/// The place of a node on its leaf.
#[derive(Clone, Copy, Debug)]
pub struct Leaf<'p> {
    page: Page<'p>,
    line: usize,
    is_exact: bool,
}

impl<'p> Leaf<'p> {
    /// The leaf.
    pub const fn page(&self) -> Page<'p> {
        self.page
    }

    /// Its number.
    pub const fn pgno(&self) -> Pgno {
        self.page.pgno()
    }

    /// Line of the node, or of the first one that is greater.
    pub const fn line(&self) -> usize {
        self.line
    }

    /// The node of that name, deleted or not.
    ///
    /// # Errors
    /// When the node is damaged.
    pub fn node(&self) -> Result<Option<Node<'p>>, PageError> {
        match self.is_exact {
            true => self.page.node(self.line).map(Some),
            false => Ok(None),
        }
    }
}

/// A change of a node.
#[derive(Clone, Copy, Debug)]
pub enum Edit<'e> {
    /// None.
    Nothing,
    /// The node comes in. In a tree that is not unique its data are those of its name.
    Insert {
        /// Its data.
        data: &'e [u8],
    },
    /// The node, which is deleted, comes to life.
    FlagInsert,
    /// The node, which is deleted, comes to life with other data.
    FlagInsertAndReplace {
        /// Its new data.
        data: &'e [u8],
        /// Version of the replacement.
        replace_version: u32,
        /// As of [`Edit::Replace`].
        longest: usize,
    },
    /// The data are replaced.
    Replace {
        /// The new data.
        data: &'e [u8],
        /// Length of the longest data that undoing earlier undecided replacements of the node may bring back; 0: none.
        longest: usize,
    },
    /// The node gets the deleted flag.
    FlagDelete,
    /// The node leaves its page; the only one of a page that is not a root gets the deleted flag instead.
    Delete,
    /// A 32-bit number in the data is raised.
    Delta {
        /// Where in the data.
        offset: u16,
        /// By how much.
        delta: i32,
    },
    /// A 64-bit number in the data is raised.
    Delta64 {
        /// Where in the data.
        offset: u16,
        /// By how much.
        delta: i64,
    },
    /// A change is undone.
    Undo {
        /// What undoes it.
        undoing: Undoing<&'e [u8]>,
        /// Level of the change.
        level: u8,
        /// As of [`Edit::Replace`], with the change that is undone among the undecided ones.
        longest: usize,
        /// The same without it.
        longest_left: usize,
    },
}

/// What is to be done.
#[derive(Clone, Copy, Debug)]
pub struct Decision<'e> {
    /// The change.
    pub edit: Edit<'e>,
    /// Number of its version; 0: it has none.
    pub version: u32,
    /// It is made for an index that is being built while others change the table.
    pub is_concurrent_index: bool,
    /// The page is not written before [`Store::release`] was called for it as often.
    pub holds: bool,
}

impl<'e> Decision<'e> {
    /// A change without a version.
    pub const fn unversioned(edit: Edit<'e>) -> Self {
        Self::versioned(edit, 0)
    }

    /// A change with a version.
    pub const fn versioned(edit: Edit<'e>, version: u32) -> Self {
        Self {
            edit,
            version,
            is_concurrent_index: false,
            holds: false,
        }
    }

    /// The change as a split takes it; `None` for those that no split takes.
    pub(crate) fn operation<'a>(&self, bookmark: &Bookmark<'a>) -> Option<Operation<'a>>
    where
        'e: 'a,
    {
        let versioned = if self.version == 0 {
            0
        } else {
            NodeFlags::VERSIONED.0
        };
        match self.edit {
            Edit::Insert { data } => Some(Operation::Insert {
                key: Key::whole(bookmark.key),
                data,
                versioned,
            }),
            Edit::FlagInsertAndReplace { data, .. } => Some(Operation::Replace {
                data,
                versioned,
                revives: true,
            }),
            Edit::Replace { data, .. } => Some(Operation::Replace {
                data,
                versioned,
                revives: false,
            }),
            _ => None,
        }
    }
}

/// A change that was made.
#[derive(Clone, Copy, Debug)]
pub struct Applied<'p> {
    /// The page where the node lies now.
    pub page: Page<'p>,
    /// Its line there; that of its successor if it left.
    pub line: usize,
    /// Database time of the change.
    pub dbtime: Dbtime,
    /// Where its records are.
    pub appended: Appended,
}

/// How an edit ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The actor wanted nothing, or there was nothing to do.
    Nothing,
    /// The change is logged and made.
    Changed(Appended),
}

impl Store {
    /// Changes the node that `bookmark` names, as `actor` decides. The caller has no page of the tree latched.
    ///
    /// # Errors
    /// Those of the actor, and [`StoreError`].
    pub fn edit<A: Actor>(
        &self,
        tree: &OpenTree,
        author: &Author,
        bookmark: &Bookmark<'_>,
        actor: &mut A,
    ) -> Result<Outcome, A::Error> {
        let mut pages = TreePages::new(self, tree, author);
        self.edit_with(tree, author, bookmark, actor, &mut pages)
    }

    /// As [`Store::edit`], with the pages for splits from `source`.
    pub(crate) fn edit_with<A: Actor>(
        &self,
        tree: &OpenTree,
        author: &Author,
        bookmark: &Bookmark<'_>,
        actor: &mut A,
        source: &mut dyn PageSource,
    ) -> Result<Outcome, A::Error> {
        let target = target(tree, bookmark);
        let mut leaf = self.latch_leaf(tree, &target)?;
        if let Some(outcome) = self.edit_leaf(tree, author, bookmark, actor, &mut leaf)? {
            return Ok(outcome);
        }
        drop(leaf);
        self.edit_splitting(tree, author, bookmark, actor, source)
    }

    /// Changes a node of a latched leaf; `None` when the leaf has no room for it.
    pub(crate) fn edit_leaf<A: Actor>(
        &self,
        tree: &OpenTree,
        author: &Author,
        bookmark: &Bookmark<'_>,
        actor: &mut A,
        leaf: &mut Latched<'_>,
    ) -> Result<Option<Outcome>, A::Error> {
        let page = leaf.page().map_err(StoreError::from)?;
        let place = find(tree, page, bookmark)?;
        let decision = actor.decide(&place)?;
        let line = place.line;
        let made = match self.fit(tree, &place, bookmark, &decision)? {
            Fit::Nothing => return Ok(Some(Outcome::Nothing)),
            Fit::Full => return Ok(None),
            Fit::Fits(edit, uncommitted) => {
                let decision = Decision { edit, ..decision };
                self.perform(tree, author, bookmark, &decision, leaf, line, uncommitted)?
            }
        };
        let page = leaf.page().map_err(StoreError::from)?;
        actor.done(&Applied {
            page,
            line,
            dbtime: page.header().changed_at(),
            appended: made,
        });
        Ok(Some(Outcome::Changed(made)))
    }
}

/// What the way down goes by.
pub(crate) fn target(tree: &OpenTree, bookmark: &Bookmark<'_>) -> Vec<u8> {
    match tree.is_unique() {
        true => bookmark.key.to_vec(),
        false => [bookmark.key, bookmark.data].concat(),
    }
}

/// The place of a node on its leaf.
pub(crate) fn find<'p>(
    tree: &OpenTree,
    page: Page<'p>,
    bookmark: &Bookmark<'_>,
) -> Result<Leaf<'p>, StoreError> {
    let order = |node: &Node<'_>| {
        let order = node.key.cmp_bytes(bookmark.key);
        match tree.is_unique() {
            true => order,
            false => order.then_with(|| node.data.cmp(bookmark.data)),
        }
    };
    let line = match tree.is_unique() {
        true => page.find(bookmark.key, |node| node.order.is_lt())?,
        false => partition(page.node_count(), |line| Ok(order(&page.node(line)?).is_lt()))?,
    };
    let is_exact = line < page.node_count() && order(&page.node(line)?).is_eq();
    Ok(Leaf { page, line, is_exact })
}

/// Applies the record of one node to its page.
pub(crate) fn apply(
    page: &mut jet_pages::PageMut<'_>,
    record: &Record<'_>,
    undoing: Option<&Undoing<&[u8]>>,
) -> Result<(), crate::edit::ApplyError> {
    use crate::edit::{contradiction, node};
    match (record, undoing) {
        (Record::Insert(record), _) => node::insert(page, record),
        (Record::FlagInsert(record), _) => node::flag_insert(page, &record.node),
        (Record::FlagInsertAndReplaceData(record), _) => node::flag_insert_and_replace(page, record),
        (Record::Replace(record), _) => node::replace(page, record),
        (Record::ReplaceDifference(record), _) => node::replace_difference(page, record),
        (Record::FlagDelete(record), _) => node::flag_delete(page, &record.node),
        (Record::Delete(record), _) => node::delete(page, &record.node),
        (Record::Delta(record), _) => node::delta(page, record),
        (Record::Delta64(record), _) => node::delta64(page, record),
        (Record::SetExternalHeader(record), _) => node::set_external_header(page, record.data),
        (Record::Undo(record), Some(undoing)) => node::undo(page, node::line(&record.node), undoing),
        _ => Err(contradiction(page.pgno(), "no record of one node")),
    }
}
