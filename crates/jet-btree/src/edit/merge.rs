//! One level of a merge: nodes go to a sibling, an emptied page leaves the tree, the pointers above follow.
//! Source: `docs/format/log-records.md`.

use jet_log::record::structure::{Merge, MergeKind};
use jet_pages::{Dbtime, Key, NodeFlags, Page, PageMut, Pgno};

use super::give_up::empty_page;
use super::{ApplyError, contradiction};

/// The leaves of a merge that need the change.
#[derive(Debug, Default)]
pub struct MergePages<'a, 'p> {
    /// The page whose nodes leave.
    pub merged: Option<&'a mut PageMut<'p>>,
    /// Left sibling.
    pub left: Option<&'a mut PageMut<'p>>,
    /// Right sibling.
    pub right: Option<&'a mut PageMut<'p>>,
}

/// Merges the leaves. `before`: the page whose nodes leave as it was before, needed when the page that takes them does.
///
/// # Errors
/// [`ApplyError`].
pub fn merge_leaves(
    mut pages: MergePages<'_, '_>,
    before: Option<&Page<'_>>,
    record: &Merge<'_>,
    dbtime: Dbtime,
) -> Result<(), ApplyError> {
    let kind = kind_of(record)?;
    let limit = usize::from(record.merge_line);
    let destination = match kind {
        MergeKind::FullRight | MergeKind::PartialRight => pages.right.as_deref_mut(),
        MergeKind::FullLeft | MergeKind::PartialLeft => pages.left.as_deref_mut(),
        _ => None,
    };
    if let Some(page) = destination {
        let missing = contradiction(
            record.change.page,
            "there is no image of the page whose nodes leave",
        );
        move_nodes(page, before.ok_or(missing)?, kind, limit)?;
        page.set_uncommitted_free(record.uncommitted_free.into());
    }
    if let Some(page) = pages.merged.as_deref_mut() {
        match kind {
            MergeKind::PartialRight => page.delete_from(limit),
            MergeKind::PartialLeft => {
                for line in (0..=limit).rev() {
                    page.delete(line)?;
                }
            }
            _ => {}
        }
        if record.empties_page() {
            empty_page(page)?;
        }
        page.stamp(dbtime);
    }
    let leaves_tree = !matches!(kind, MergeKind::PartialRight | MergeKind::PartialLeft);
    if let Some(page) = pages.left {
        if leaves_tree {
            page.header_mut().pgno_next = record.right_page.0.into();
        }
        page.stamp(dbtime);
    }
    if let Some(page) = pages.right {
        if leaves_tree {
            page.header_mut().pgno_prev = record.left_page.0.into();
        }
        page.stamp(dbtime);
    }
    Ok(())
}

/// Changes a page above the leaves. `leaf`: the record of the leaf.
///
/// # Errors
/// [`ApplyError`].
pub fn merge_internal(
    page: &mut PageMut<'_>,
    record: &Merge<'_>,
    leaf: &Merge<'_>,
    dbtime: Dbtime,
) -> Result<(), ApplyError> {
    let kind = kind_of(leaf)?;
    let line = usize::from(record.change.line);
    let before = || {
        line.checked_sub(1)
            .ok_or(contradiction(page.pgno(), "no pointer stands before the first"))
    };
    match (record.deletes_parent_pointer(), record.changes_parent_key()) {
        // Two pointers become one with the key of the second and the page of the first.
        (true, true) if kind == MergeKind::FullLeft => {
            let before = before()?;
            page.replace_data(line, &leaf.left_page.0.to_le_bytes())?;
            page.delete(before)?;
        }
        (true, _) => delete_pointer(page, line)?,
        (false, true) => {
            let line = if kind == MergeKind::PartialLeft {
                before()?
            } else {
                line
            };
            change_key(page, line, leaf.separator)?;
        }
        (false, false) => {}
    }
    if record.empties_page() {
        empty_page(page)?;
    }
    page.stamp(dbtime);
    Ok(())
}

/// Whether redo needs the page whose nodes leave as it was before.
pub fn moves_nodes(record: &Merge<'_>) -> bool {
    matches!(
        record.kind(),
        Some(MergeKind::FullRight | MergeKind::PartialRight | MergeKind::FullLeft | MergeKind::PartialLeft)
    )
}

/// The page that takes the nodes that leave.
pub fn destination(record: &Merge<'_>) -> Option<Pgno> {
    match record.kind()? {
        MergeKind::FullRight | MergeKind::PartialRight => Some(record.right_page),
        MergeKind::FullLeft | MergeKind::PartialLeft => Some(record.left_page),
        _ => None,
    }
}

fn kind_of(record: &Merge<'_>) -> Result<MergeKind, ApplyError> {
    record
        .kind()
        .ok_or(contradiction(record.change.page, "an unknown kind of merge"))
}

/// Copies the nodes that leave, deleted ones left out, before the first or behind the last node of `page`.
fn move_nodes(
    page: &mut PageMut<'_>,
    before: &Page<'_>,
    kind: MergeKind,
    limit: usize,
) -> Result<(), ApplyError> {
    let (lines, at) = match kind {
        MergeKind::FullRight | MergeKind::PartialRight => (limit..before.node_count(), 0),
        _ => (0..(limit + 1).min(before.node_count()), page.node_count()),
    };
    let prefix = page.view()?.prefix_key().to_vec();
    for line in lines.rev() {
        let node = before.node(line)?;
        if !node.flags.is_deleted() {
            page.insert(
                at,
                node.flags,
                node.key,
                node.key.useful_prefix(&prefix),
                node.data,
            )?;
        }
    }
    Ok(())
}

/// Deletes the pointer at `line`; if it was the last one and led to everything greater, the one before does so then.
fn delete_pointer(page: &mut PageMut<'_>, line: usize) -> Result<(), ApplyError> {
    let view = page.view()?;
    let was_infinite = line + 1 == view.node_count() && view.node(line)?.key.is_empty();
    page.delete(line)?;
    match line.checked_sub(1) {
        Some(last) if was_infinite => change_key(page, last, &[]),
        _ => Ok(()),
    }
}

/// Gives the pointer at `line` another key.
fn change_key(page: &mut PageMut<'_>, line: usize, key: &[u8]) -> Result<(), ApplyError> {
    let view = page.view()?;
    let pointer = view.child(line)?.0.to_le_bytes();
    let key = Key::whole(key);
    let prefix_len = page.prefix_for(key);
    page.delete(line)?;
    Ok(page.insert(line, NodeFlags::default(), key, prefix_len, &pointer)?)
}
