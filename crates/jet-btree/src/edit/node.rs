//! One node, or the external header, of one page.

use core::borrow::Borrow;

use jet_log::record::difference;
use jet_log::record::node::{
    Delta, Delta64, FlagInsertAndReplaceData, Insert, NodeChange, PageChange, Replace, ReplaceDifference,
    UndoneOperation,
};
use jet_pages::{Key, NodeFlags, PageMut};

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
    change_flags(page, node, NodeFlags::DELETED.0, versioned(&node.change))
}

/// Brings a deleted node to life with other data.
///
/// # Errors
/// [`ApplyError::Edit`].
pub fn flag_insert_and_replace(
    page: &mut PageMut<'_>,
    record: &FlagInsertAndReplaceData<'_>,
) -> Result<(), ApplyError> {
    page.replace_data(line(&record.node), record.data)?;
    flag_insert(page, &record.node)
}

/// Gives the node the deleted flag.
///
/// # Errors
/// [`ApplyError::Edit`].
pub fn flag_delete(page: &mut PageMut<'_>, node: &NodeChange) -> Result<(), ApplyError> {
    change_flags(page, node, 0, NodeFlags::DELETED.0 | versioned(&node.change))
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
    page.replace_data(line(&record.node), record.data)?;
    change_flags(page, &record.node, 0, versioned(&record.node.change))
}

/// Replaces the data of the node by what the difference makes of them.
///
/// # Errors
/// [`ApplyError::Difference`], [`ApplyError::Edit`].
pub fn replace_difference(page: &mut PageMut<'_>, record: &ReplaceDifference<'_>) -> Result<(), ApplyError> {
    let line = line(&record.node);
    let view = page.view()?;
    let old = view.node(line)?.data;
    let (new_bytes, pgno) = (usize::from(record.new_data_bytes), page.pgno());
    let new = difference::apply(old, record.difference, record.is_wide, new_bytes)
        .map_err(|source| ApplyError::Difference { pgno, line, source })?;
    page.replace_data(line, &new)?;
    change_flags(page, &record.node, 0, versioned(&record.node.change))
}

/// Raises a 32-bit number in the data of the node.
///
/// # Errors
/// [`ApplyError::Offset`], [`ApplyError::Edit`].
pub fn delta(page: &mut PageMut<'_>, record: &Delta<'_>) -> Result<(), ApplyError> {
    let change = record.delta;
    add_32(page, line(&record.node), record.offset.into(), change)?;
    change_flags(page, &record.node, 0, versioned(&record.node.change))
}

/// Raises a 64-bit number in the data of the node.
///
/// # Errors
/// [`ApplyError::Offset`], [`ApplyError::Edit`].
pub fn delta64(page: &mut PageMut<'_>, record: &Delta64<'_>) -> Result<(), ApplyError> {
    add_64(page, line(&record.node), record.offset.into(), record.delta)?;
    change_flags(page, &record.node, 0, versioned(&record.node.change))
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
    match undoing {
        Undoing::Insert => set_flags(page, line, 0, NodeFlags::DELETED.0),
        Undoing::FlagDelete => set_flags(page, line, NodeFlags::DELETED.0, 0),
        Undoing::Replace(old) => Ok(page.replace_data(line, old.borrow())?),
        Undoing::Delta { offset, delta } => add_32(page, line, (*offset).into(), delta.wrapping_neg()),
        Undoing::Delta64 { offset, delta } => add_64(page, line, (*offset).into(), delta.wrapping_neg()),
    }
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

fn change_flags(page: &mut PageMut<'_>, node: &NodeChange, clear: u8, set: u8) -> Result<(), ApplyError> {
    set_flags(page, line(node), clear, set)
}

fn set_flags(page: &mut PageMut<'_>, line: usize, clear: u8, set: u8) -> Result<(), ApplyError> {
    let old = page.node_flags(line)?.0;
    let new = old & !clear | set;
    if new != old {
        page.set_node_flags(line, NodeFlags(new))?;
    }
    Ok(())
}

fn add_32(page: &mut PageMut<'_>, line: usize, offset: usize, delta: i32) -> Result<(), ApplyError> {
    let number = number_at::<4>(page, line, offset)?;
    *number = i32::from_le_bytes(*number).wrapping_add(delta).to_le_bytes();
    Ok(())
}

fn add_64(page: &mut PageMut<'_>, line: usize, offset: usize, delta: i64) -> Result<(), ApplyError> {
    let number = number_at::<8>(page, line, offset)?;
    *number = i64::from_le_bytes(*number).wrapping_add(delta).to_le_bytes();
    Ok(())
}

fn number_at<'p, const N: usize>(
    page: &'p mut PageMut<'_>,
    line: usize,
    offset: usize,
) -> Result<&'p mut [u8; N], ApplyError> {
    let pgno = page.pgno();
    let data = page.data_mut(line)?;
    let outside = ApplyError::Offset {
        pgno,
        line,
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
