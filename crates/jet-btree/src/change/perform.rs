//! Logs the change of one node and makes it.

use jet_log::Appended;
use jet_log::record::Record;
use jet_log::record::node::{
    Delta, Delta64, FlagInsert, FlagInsertAndReplaceData, Insert, NodeChange, NodeMark, PageChange, Replace,
    ReplaceDifference, SetExternalHeader, Undo,
};
use jet_pages::{Key, PageFlags};

use super::{Bookmark, Decision, Edit, apply, difference};
use crate::edit::node::Undoing;
use crate::edit::{ApplyError, contradiction};
use crate::store::{Author, Latched, OpenTree, Store, StoreError};

impl Store {
    /// What the record of a change of node `line` begins with.
    pub(crate) fn about_node(
        &self,
        tree: &OpenTree,
        decision: &Decision<'_>,
        about: PageChange,
        line: usize,
    ) -> Result<NodeChange, StoreError> {
        let mut change = about;
        change.line = narrow(line)?;
        if decision.version != 0 {
            change.flags |= PageChange::VERSIONED;
        }
        if decision.is_concurrent_index {
            change.flags |= PageChange::CONCURRENT_INDEX;
        }
        Ok(NodeChange {
            change,
            version: decision.version,
            root: tree.root(),
            tree: tree.objid(),
        })
    }

    /// Logs the change of node `line`, for which there is room, and makes it.
    #[expect(
        clippy::too_many_arguments,
        reason = "who, where and what: a bundle of them would have no meaning of its own"
    )]
    pub(crate) fn perform(
        &self,
        tree: &OpenTree,
        author: &Author,
        bookmark: &Bookmark<'_>,
        decision: &Decision<'_>,
        leaf: &mut Latched<'_>,
        line: usize,
        uncommitted: usize,
    ) -> Result<Appended, StoreError> {
        let page = leaf.page()?;
        let old = match decision.edit {
            Edit::Insert { .. } => Vec::new(),
            _ => page.node(line)?.data.to_vec(),
        };
        let prefix_bytes = Key::whole(bookmark.key).useful_prefix(page.prefix_key());
        check_offset(leaf, line, &decision.edit, old.len())?;
        let (before, dbtime) = (leaf.dbtime()?, self.next_dbtime());
        let about = self.about(author, leaf.pgno(), before, dbtime, tree.record_flags());
        let node = self.about_node(tree, decision, about, line)?;
        let is_wide = self.page_size().is_large();
        let shorter = match decision.edit {
            Edit::Replace { data, .. } => difference::between(&old, data, is_wide),
            _ => None,
        };
        let record = record(
            bookmark,
            decision,
            node,
            &old,
            prefix_bytes,
            shorter.as_deref(),
            is_wide,
        )?;
        let undoing = match &decision.edit {
            Edit::Undo { undoing, .. } => Some(undoing),
            _ => None,
        };
        self.log_and_apply(author, leaf, &record, undoing, decision.holds, Some(uncommitted))
    }

    /// Logs a record about one node or the external header of a page, and applies it.
    pub(crate) fn log_and_apply(
        &self,
        author: &Author,
        latched: &mut Latched<'_>,
        record: &Record<'_>,
        undoing: Option<&Undoing<&[u8]>>,
        holds: bool,
        uncommitted: Option<usize>,
    ) -> Result<Appended, StoreError> {
        let about = record.page_change();
        let Some(dbtime) = about.map(|about| about.dbtime) else {
            return Err(contradiction(latched.pgno(), "no record of a page").into());
        };
        let (appended, stamp) = self.append(author, std::slice::from_ref(record))?;
        if holds {
            latched.hold();
        }
        let mut page = self.logged(latched.change(stamp))?;
        self.logged(apply(&mut page, record, undoing))?;
        if let Some(uncommitted) = uncommitted {
            page.set_uncommitted_free(uncommitted);
        }
        page.stamp(dbtime);
        Ok(appended)
    }

    /// Replaces the external header of the root of a tree. The caller keeps what must stay in it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn set_external_header(
        &self,
        tree: &OpenTree,
        author: &Author,
        change: &mut dyn FnMut(&[u8]) -> Option<Vec<u8>>,
    ) -> Result<(), StoreError> {
        let mut root = self.latch(tree, tree.root())?;
        let page = root.page()?;
        if !page.flags().contains(PageFlags::ROOT) {
            return Err(crate::store::wrong_kind(&page, "root"));
        }
        let old = page.external_header()?;
        let Some(data) = change(old) else {
            return Ok(());
        };
        let free = usize::from(page.header().free_bytes.get()) + old.len();
        if data.len() > free {
            return Err(StoreError::NodeTooLarge {
                key_bytes: 0,
                data_bytes: data.len(),
            });
        }
        let (before, dbtime) = (page.header().changed_at(), self.next_dbtime());
        let about = self.about(author, tree.root(), before, dbtime, tree.record_flags());
        let record = Record::SetExternalHeader(SetExternalHeader {
            node: NodeChange {
                change: about,
                version: 0,
                root: tree.root(),
                tree: tree.objid(),
            },
            data: &data,
        });
        self.log_and_apply(author, &mut root, &record, None, false, None)?;
        Ok(())
    }
}

/// The record of a change outside a macro.
fn record<'r>(
    bookmark: &Bookmark<'r>,
    decision: &Decision<'r>,
    node: NodeChange,
    old: &'r [u8],
    prefix_bytes: usize,
    shorter: Option<&'r [u8]>,
    is_wide: bool,
) -> Result<Record<'r>, StoreError> {
    let (key, is_unique) = (bookmark.key, node.change.has(PageChange::UNIQUE));
    let bookmark_data = if is_unique { &[][..] } else { bookmark.data };
    Ok(match decision.edit {
        Edit::Nothing => {
            return Err(StoreError::NoNode {
                pgno: node.change.page,
            });
        }
        Edit::Insert { data } => {
            let (prefix, suffix) = key.split_at_checked(prefix_bytes).unwrap_or((&[], key));
            Record::Insert(Insert {
                node,
                prefix,
                suffix,
                data,
            })
        }
        Edit::FlagInsert => Record::FlagInsert(FlagInsert { node, key, data: old }),
        Edit::FlagInsertAndReplace {
            data,
            replace_version,
            ..
        } => Record::FlagInsertAndReplaceData(FlagInsertAndReplaceData {
            node,
            replace_version,
            key,
            data,
        }),
        Edit::Replace { data, .. } => {
            let (old_data_bytes, new_data_bytes) = (narrow(old.len())?, narrow(data.len())?);
            match shorter {
                Some(difference) => Record::ReplaceDifference(ReplaceDifference {
                    node,
                    old_data_bytes,
                    new_data_bytes,
                    is_wide,
                    difference,
                }),
                None => Record::Replace(Replace {
                    node,
                    old_data_bytes,
                    new_data_bytes,
                    data,
                }),
            }
        }
        Edit::FlagDelete => Record::FlagDelete(NodeMark { node }),
        Edit::Delete => Record::Delete(NodeMark { node }),
        Edit::Delta { offset, delta } => Record::Delta(Delta {
            node,
            delta,
            offset,
            key,
            bookmark_data,
        }),
        Edit::Delta64 { offset, delta } => Record::Delta64(Delta64 {
            node,
            delta,
            offset,
            key,
            bookmark_data,
        }),
        Edit::Undo { undoing, level, .. } => Record::Undo(Undo {
            node,
            operation: undoing.operation().number(),
            undone_level: level,
            key,
            bookmark_data,
        }),
    })
}

/// Refuses to raise a number that lies outside the data, before it is logged.
fn check_offset(leaf: &Latched<'_>, line: usize, edit: &Edit<'_>, len: usize) -> Result<(), StoreError> {
    let (offset, width) = match *edit {
        Edit::Delta { offset, .. } => (usize::from(offset), 4),
        Edit::Delta64 { offset, .. } => (usize::from(offset), 8),
        Edit::Undo { undoing, .. } => match undoing {
            Undoing::Delta { offset, .. } => (usize::from(offset), 4),
            Undoing::Delta64 { offset, .. } => (usize::from(offset), 8),
            _ => return Ok(()),
        },
        _ => return Ok(()),
    };
    if offset + width <= len {
        return Ok(());
    }
    Err(StoreError::Apply(ApplyError::Offset {
        pgno: leaf.pgno(),
        line,
        offset,
        len,
    }))
}

/// A line or length on a page.
pub(crate) fn narrow(n: usize) -> Result<u16, StoreError> {
    u16::try_from(n).map_err(|_| StoreError::NodeTooLarge {
        key_bytes: 0,
        data_bytes: n,
    })
}
