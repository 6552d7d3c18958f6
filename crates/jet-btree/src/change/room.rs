//! Whether a leaf has room for a change, with what rollbacks may need left alone.
//!
//! The header of a page counts the bytes that rollbacks may need. It only errs on the high side: a commit gives nothing back
//! there. So when it leaves no room, [`crate::store::Reserves`] is asked for every versioned node, and the count is put
//! right with the change.

use jet_pages::tag::TAG_BYTES;
use jet_pages::{Key, NodeFlags, Page, PageError};

use super::{Bookmark, Decision, Edit, Leaf};
use crate::edit::node::Undoing;
use crate::store::{OpenTree, Store, StoreError};

/// Tags that a page can count.
const TAGS_MAX: usize = 0x0fff;

/// What comes of a decision on a leaf.
pub(crate) enum Fit<'e> {
    /// There is nothing to do.
    Nothing,
    /// There is no room.
    Full,
    /// This is to be done, and then rollbacks may need so many bytes.
    Fits(Edit<'e>, usize),
}

/// Bytes of a node on a page with this prefix key, its tag included.
pub(crate) fn node_bytes(key: Key<'_>, prefix: &[u8], data_bytes: usize) -> usize {
    let whole = 2 + key.len() + data_bytes + TAG_BYTES;
    match key.useful_prefix(prefix) {
        0 => whole,
        shared => whole + 2 - shared,
    }
}

/// Bytes that rollbacks may need on `page`, node `but` left out.
fn reserved_on(
    store: &Store,
    tree: &OpenTree,
    page: &Page<'_>,
    but: Option<usize>,
) -> Result<usize, PageError> {
    let mut sum = 0;
    for (line, node) in page.nodes().enumerate() {
        let node = node?;
        if Some(line) != but && node.flags.0 & NodeFlags::VERSIONED.0 != 0 {
            sum += store.reserves().reserved(tree.root(), node.key, node.data);
        }
    }
    Ok(sum)
}

/// What a change does to the room of its page.
#[derive(Clone, Copy, Default)]
struct Effect {
    /// Bytes that come to be used.
    taken: usize,
    /// Bytes that come to be free.
    freed: usize,
    /// What rollbacks may need for the node, before and after.
    reserved_before: usize,
    reserved_after: usize,
}

impl Effect {
    fn of_replacement(old: usize, new: usize, longest: usize, longest_after: usize) -> Self {
        Self {
            taken: new.saturating_sub(old),
            freed: old.saturating_sub(new),
            reserved_before: longest.saturating_sub(old),
            reserved_after: longest_after.saturating_sub(new),
        }
    }
}

impl Store {
    /// Whether the leaf has room for the change, which is checked as far as its place goes.
    pub(crate) fn fit<'e>(
        &self,
        tree: &OpenTree,
        leaf: &Leaf<'_>,
        bookmark: &Bookmark<'_>,
        decision: &Decision<'e>,
    ) -> Result<Fit<'e>, StoreError> {
        let (page, pgno) = (leaf.page(), leaf.pgno());
        let node = leaf.node()?;
        let old = match decision.edit {
            Edit::Nothing => return Ok(Fit::Nothing),
            Edit::Insert { .. } if node.is_some() => return Err(StoreError::Exists { pgno }),
            Edit::Insert { .. } => 0,
            _ => node.ok_or(StoreError::NoNode { pgno })?.data.len(),
        };
        self.check_data(tree, bookmark, decision, node.map(|node| node.key))?;
        let with_version = |longest: usize| match decision.version {
            0 => longest,
            _ => longest.max(old),
        };
        let effect = match decision.edit {
            Edit::Insert { data } => Effect {
                taken: node_bytes(Key::whole(bookmark.key), page.prefix_key(), data.len()),
                ..Effect::default()
            },
            Edit::Replace { data, longest } | Edit::FlagInsertAndReplace { data, longest, .. } => {
                Effect::of_replacement(old, data.len(), longest, with_version(longest))
            }
            Edit::Undo {
                undoing: Undoing::Replace(data),
                longest,
                longest_left,
                ..
            } => Effect::of_replacement(old, data.len(), longest, longest_left),
            Edit::Delete if page.node_count() == 1 && !page.is_root() => {
                let is_marked = node.is_some_and(|node| node.flags.is_deleted());
                let uncommitted = page.header().uncommitted_free_bytes.get().into();
                return Ok(match is_marked {
                    true => Fit::Nothing,
                    false => Fit::Fits(Edit::FlagDelete, uncommitted),
                });
            }
            _ => Effect::default(),
        };
        if matches!(decision.edit, Edit::Insert { .. }) && !self.takes_another(tree, leaf, effect.taken) {
            return Ok(Fit::Full);
        }
        let free = usize::from(page.header().free_bytes.get()) + effect.freed;
        let Some(free) = free.checked_sub(effect.taken) else {
            return Ok(Fit::Full);
        };
        let counted = usize::from(page.header().uncommitted_free_bytes.get());
        let uncommitted = counted.saturating_sub(effect.reserved_before) + effect.reserved_after;
        if uncommitted <= free {
            return Ok(Fit::Fits(decision.edit, uncommitted));
        }
        let but = node.is_some().then_some(leaf.line());
        let uncommitted = reserved_on(self, tree, &page, but)? + effect.reserved_after;
        // What comes back in a rollback was reserved for it.
        let is_due = matches!(decision.edit, Edit::Undo { .. });
        match uncommitted <= free || is_due {
            true => Ok(Fit::Fits(decision.edit, uncommitted)),
            false => Ok(Fit::Full),
        }
    }

    /// Whether the leaf takes another node of so many bytes as far as tags and the wanted density go.
    fn takes_another(&self, tree: &OpenTree, leaf: &Leaf<'_>, taken: usize) -> bool {
        let page = leaf.page();
        let is_appended =
            leaf.line() == page.node_count() && page.node_count() > 0 && !page.header().next().is_some();
        let slack = match is_appended {
            true => tree.slack(self.page_size().bytes()),
            false => 0,
        };
        page.header().tag_count() < TAGS_MAX && taken + slack <= usize::from(page.header().free_bytes.get())
    }

    /// Refuses data that no node can have.
    fn check_data(
        &self,
        tree: &OpenTree,
        bookmark: &Bookmark<'_>,
        decision: &Decision<'_>,
        key: Option<Key<'_>>,
    ) -> Result<(), StoreError> {
        let (Edit::Insert { data } | Edit::Replace { data, .. } | Edit::FlagInsertAndReplace { data, .. }) =
            decision.edit
        else {
            return Ok(());
        };
        if data.is_empty() {
            return Err(StoreError::NoData);
        }
        if !tree.is_unique() && data != bookmark.data {
            return Err(StoreError::OtherData { root: tree.root() });
        }
        let key = key.unwrap_or(Key::whole(bookmark.key));
        let size = self.page_size();
        let room = size.bytes() - size.header_bytes() - TAG_BYTES;
        // Alone on a page it may have its key as the prefix key, which costs two bytes.
        if node_bytes(key, &[], data.len()) + 2 <= room && key.len() <= 0x1fff {
            Ok(())
        } else {
            Err(StoreError::NodeTooLarge {
                key_bytes: key.len(),
                data_bytes: data.len(),
            })
        }
    }
}
