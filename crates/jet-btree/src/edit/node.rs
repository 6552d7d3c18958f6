//! One node, or the external header, of one page.
//!
//! Functions that end in `_at` are given the node as it was found, by who looked at it already.

use core::borrow::Borrow;

use jet_log::record::difference;
use jet_log::record::node::{
    Delta, Delta64, FlagInsertAndReplaceData, Insert, NodeChange, PageChange, Replace, ReplaceDifference,
    UndoneOperation,
};
use jet_pages::{Key, NodeAt, NodeFlags, PageMut};

use super::{ApplyError, contradiction};

/// Inserts the node.
///
/// # Errors
/// [`ApplyError::Edit`].
pub fn insert(page: &mut PageMut<'_>, record: &Insert<'_>) -> Result<(), ApplyError> {
    let key = Key {
        prefix: record.prefix,
        suffix: record.suffix,
    };
    let flags = NodeFlags(versioned(&record.node.change));
    Ok(page.insert(line(&record.node), flags, key, record.prefix.len(), record.data)?)
}

/// Brings a deleted node to life.
///
/// # Errors
/// [`ApplyError::Edit`].
pub fn flag_insert(page: &mut PageMut<'_>, node: &NodeChange) -> Result<(), ApplyError> {
    let at = page.node_at(line(node))?;
    page.set_flags_at(&at, revived(&at, node));
    Ok(())
}

/// Brings a deleted node to life with other data.
///
/// # Errors
/// [`ApplyError::Edit`].
pub fn flag_insert_and_replace(
    page: &mut PageMut<'_>,
    record: &FlagInsertAndReplaceData<'_>,
) -> Result<(), ApplyError> {
    let at = page.node_at(line(&record.node))?;
    flag_insert_and_replace_at(page, &at, record)
}

/// As [`flag_insert_and_replace`].
pub(crate) fn flag_insert_and_replace_at(
    page: &mut PageMut<'_>,
    at: &NodeAt,
    record: &FlagInsertAndReplaceData<'_>,
) -> Result<(), ApplyError> {
    Ok(page.replace_data_at(at, record.data, revived(at, &record.node))?)
}

/// Gives the node the deleted flag.
///
/// # Errors
/// [`ApplyError::Edit`].
pub fn flag_delete(page: &mut PageMut<'_>, node: &NodeChange) -> Result<(), ApplyError> {
    let at = page.node_at(line(node))?;
    flag_delete_at(page, &at, node);
    Ok(())
}

/// As [`flag_delete`].
pub(crate) fn flag_delete_at(page: &mut PageMut<'_>, at: &NodeAt, node: &NodeChange) {
    let flags = changed(at.flags(), 0, NodeFlags::DELETED.0 | versioned(&node.change));
    page.set_flags_at(at, flags);
}

/// Removes the node.
///
/// # Errors
/// [`ApplyError::Edit`].
pub fn delete(page: &mut PageMut<'_>, node: &NodeChange) -> Result<(), ApplyError> {
    Ok(page.delete(line(node))?)
}

/// Replaces the data of the node.
///
/// # Errors
/// [`ApplyError::Edit`].
pub fn replace(page: &mut PageMut<'_>, record: &Replace<'_>) -> Result<(), ApplyError> {
    let at = page.node_at(line(&record.node))?;
    replace_at(page, &at, record)
}

/// As [`replace`].
pub(crate) fn replace_at(
    page: &mut PageMut<'_>,
    at: &NodeAt,
    record: &Replace<'_>,
) -> Result<(), ApplyError> {
    Ok(page.replace_data_at(at, record.data, kept(at, &record.node))?)
}

/// Replaces the data of the node by what the difference makes of them.
///
/// # Errors
/// [`ApplyError::Difference`], [`ApplyError::Edit`].
pub fn replace_difference(page: &mut PageMut<'_>, record: &ReplaceDifference<'_>) -> Result<(), ApplyError> {
    let at = page.node_at(line(&record.node))?;
    replace_difference_at(page, &at, record)
}

/// As [`replace_difference`].
pub(crate) fn replace_difference_at(
    page: &mut PageMut<'_>,
    at: &NodeAt,
    record: &ReplaceDifference<'_>,
) -> Result<(), ApplyError> {
    let (new_bytes, pgno, line) = (usize::from(record.new_data_bytes), page.pgno(), at.index());
    let wrong = |source| ApplyError::Difference { pgno, line, source };
    let (difference, is_wide) = (record.difference, record.is_wide);
    // Most differences keep the length: no byte moves then.
    if new_bytes > 0
        && difference::overwrite(page.data_at_mut(at), difference, is_wide, new_bytes).map_err(wrong)?
    {
        page.set_flags_at(at, kept(at, &record.node));
        return Ok(());
    }
    let new = difference::apply(page.data(at), difference, is_wide, new_bytes).map_err(wrong)?;
    Ok(page.replace_data_at(at, &new, kept(at, &record.node))?)
}

/// Raises a 32-bit number in the data of the node.
///
/// # Errors
/// [`ApplyError::Offset`], [`ApplyError::Edit`].
pub fn delta(page: &mut PageMut<'_>, record: &Delta<'_>) -> Result<(), ApplyError> {
    let at = page.node_at(line(&record.node))?;
    add_32(page, &at, record.offset.into(), record.delta)?;
    page.set_flags_at(&at, kept(&at, &record.node));
    Ok(())
}

/// Raises a 64-bit number in the data of the node.
///
/// # Errors
/// [`ApplyError::Offset`], [`ApplyError::Edit`].
pub fn delta64(page: &mut PageMut<'_>, record: &Delta64<'_>) -> Result<(), ApplyError> {
    let at = page.node_at(line(&record.node))?;
    add_64(page, &at, record.offset.into(), record.delta)?;
    page.set_flags_at(&at, kept(&at, &record.node));
    Ok(())
}

/// What must be known to undo a change of a node. `D`: where the old data are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undoing<D> {
    /// The node was inserted: it becomes a deleted one.
    Insert,
    /// The data were replaced: these come back.
    Replace(D),
    /// The node was deleted: it comes to life.
    FlagDelete,
    /// A 32-bit number at this offset was raised by so much.
    Delta {
        /// Where in the data.
        offset: u16,
        /// By how much.
        delta: i32,
    },
    /// A 64-bit number at this offset was raised by so much.
    Delta64 {
        /// Where in the data.
        offset: u16,
        /// By how much.
        delta: i64,
    },
}

impl<D> Undoing<D> {
    /// The operation as records name it.
    pub const fn operation(&self) -> UndoneOperation {
        match self {
            Self::Insert => UndoneOperation::Insert,
            Self::Replace(_) => UndoneOperation::Replace,
            Self::FlagDelete => UndoneOperation::FlagDelete,
            Self::Delta { .. } => UndoneOperation::Delta,
            Self::Delta64 { .. } => UndoneOperation::Delta64,
        }
    }
}

/// Undoes a change of node `line`.
///
/// # Errors
/// [`ApplyError::Offset`], [`ApplyError::Edit`].
pub fn undo<D: Borrow<[u8]>>(
    page: &mut PageMut<'_>,
    line: usize,
    undoing: &Undoing<D>,
) -> Result<(), ApplyError> {
    let at = page.node_at(line)?;
    match undoing {
        Undoing::Insert => page.set_flags_at(&at, changed(at.flags(), 0, NodeFlags::DELETED.0)),
        Undoing::FlagDelete => page.set_flags_at(&at, changed(at.flags(), NodeFlags::DELETED.0, 0)),
        Undoing::Replace(old) => page.replace_data_at(&at, old.borrow(), at.flags())?,
        Undoing::Delta { offset, delta } => {
            add_32(page, &at, (*offset).into(), delta.wrapping_neg())?;
        }
        Undoing::Delta64 { offset, delta } => {
            add_64(page, &at, (*offset).into(), delta.wrapping_neg())?;
        }
    }
    Ok(())
}

/// Replaces the external header.
///
/// # Errors
/// [`ApplyError::Edit`].
pub fn set_external_header(page: &mut PageMut<'_>, data: &[u8]) -> Result<(), ApplyError> {
    Ok(page.set_external_header(data)?)
}

/// The line that a record is about.
pub(crate) fn line(node: &NodeChange) -> usize {
    node.change.line.into()
}

/// The flag of versioned nodes, if the record makes the node one.
pub(crate) const fn versioned(change: &PageChange) -> u8 {
    if change.has(PageChange::VERSIONED) {
        NodeFlags::VERSIONED.0
    } else {
        0
    }
}

/// Flags of a node that changes and stays as deleted as it is.
fn kept(at: &NodeAt, node: &NodeChange) -> NodeFlags {
    changed(at.flags(), 0, versioned(&node.change))
}

/// Flags of a deleted node that comes to life.
fn revived(at: &NodeAt, node: &NodeChange) -> NodeFlags {
    changed(at.flags(), NodeFlags::DELETED.0, versioned(&node.change))
}

const fn changed(flags: NodeFlags, clear: u8, set: u8) -> NodeFlags {
    NodeFlags(flags.0 & !clear | set)
}

fn add_32(page: &mut PageMut<'_>, at: &NodeAt, offset: usize, delta: i32) -> Result<(), ApplyError> {
    let number = number_at::<4>(page, at, offset)?;
    *number = i32::from_le_bytes(*number).wrapping_add(delta).to_le_bytes();
    Ok(())
}

fn add_64(page: &mut PageMut<'_>, at: &NodeAt, offset: usize, delta: i64) -> Result<(), ApplyError> {
    let number = number_at::<8>(page, at, offset)?;
    *number = i64::from_le_bytes(*number).wrapping_add(delta).to_le_bytes();
    Ok(())
}

fn number_at<'p, const N: usize>(
    page: &'p mut PageMut<'_>,
    at: &NodeAt,
    offset: usize,
) -> Result<&'p mut [u8; N], ApplyError> {
    let pgno = page.pgno();
    let data = page.data_at_mut(at);
    let outside = ApplyError::Offset {
        pgno,
        line: at.index(),
        offset,
        len: data.len(),
    };
    data.get_mut(offset..)
        .and_then(|rest| rest.first_chunk_mut())
        .ok_or(outside)
}

/// The operation that a record undoes.
///
/// # Errors
/// [`ApplyError::Record`] for a number that means nothing.
pub fn undone_operation(node: &NodeChange, number: u16) -> Result<UndoneOperation, ApplyError> {
    UndoneOperation::from_number(number)
        .ok_or_else(|| contradiction(node.change.page, "it undoes an unknown operation"))
}
