//! Pages that lose their content: emptied trees and pages, moved pages, scrubbed pages.
//! Source: `docs/format/log-records.md`.

use jet_log::record::node::Scrub;
use jet_log::record::structure::PageMove;
use jet_pages::{Dbtime, NodeFlags, PageFlags, PageMut, PageSize};

use super::{ApplyError, contradiction};

/// Makes a page that leaves its tree an empty one: without prefix key and nodes.
///
/// # Errors
/// [`ApplyError::Edit`].
pub fn empty_page(page: &mut PageMut<'_>) -> Result<(), ApplyError> {
    page.clear()?;
    page.set_flags(page.header().page_flags() | PageFlags::EMPTY);
    Ok(())
}

/// Makes the root of a tree whose other pages are given up an empty leaf.
///
/// # Errors
/// [`ApplyError::Edit`].
pub fn empty_root(page: &mut PageMut<'_>, dbtime: Dbtime) -> Result<(), ApplyError> {
    page.delete_from(0);
    let flags = page.header().page_flags();
    page.set_flags(flags.without(PageFlags::PARENT_OF_LEAF) | PageFlags::LEAF);
    page.stamp(dbtime);
    Ok(())
}

/// The page that a moved page was, from the record: with the old number and the database time of the move.
///
/// # Errors
/// [`ApplyError::Record`] when its pieces are longer than a page.
pub fn moved_page(record: &PageMove<'_>, size: PageSize) -> Result<Vec<u8>, ApplyError> {
    let (start, end) = (record.page_start, record.page_end);
    let gap = size.bytes().checked_sub(start.len() + end.len());
    let gap = gap.ok_or(contradiction(
        record.change.page,
        "the moved page is longer than a page",
    ))?;
    let mut page = Vec::with_capacity(size.bytes());
    page.extend_from_slice(start);
    page.resize(start.len() + gap, 0);
    page.extend_from_slice(end);
    Ok(page)
}

/// What is done to one node when its page is scrubbed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ScrubOperation {
    None,
    /// A deleted node: its data are overwritten.
    Data,
    /// A piece of a long value that no row refers to.
    LongValue,
}

/// Overwrites what is deleted or unused on a page.
///
/// # Errors
/// [`ApplyError`].
pub fn scrub(page: &mut PageMut<'_>, record: &Scrub<'_>) -> Result<(), ApplyError> {
    page.stamp(record.node.change.dbtime);
    let flags = page.header().page_flags() | PageFlags::SCRUBBED;
    if record.scrub_flags & SCRUB_UNUSED_PAGE != 0 {
        page.delete_from(0);
        page.overwrite_unused(b'U');
        page.set_flags(flags);
        return Ok(());
    }
    let wrong = |what| contradiction(record.node.change.page, what);
    let count = usize::try_from(record.operation_count).unwrap_or(usize::MAX);
    let operations = record
        .operations
        .get(..count)
        .filter(|_| count == page.node_count())
        .ok_or(wrong("the scrubbing is that of another number of nodes"))?;
    for (line, &number) in operations.iter().enumerate() {
        let operation = match number {
            0 => ScrubOperation::None,
            1 => ScrubOperation::Data,
            2 => ScrubOperation::LongValue,
            _ => return Err(wrong("an unknown way of scrubbing a node")),
        };
        scrub_node(page, line, operation)?;
    }
    page.overwrite_unused(b'Z');
    page.set_flags(flags);
    Ok(())
}

fn scrub_node(page: &mut PageMut<'_>, line: usize, operation: ScrubOperation) -> Result<(), ApplyError> {
    match operation {
        ScrubOperation::None => return Ok(()),
        ScrubOperation::Data => page.data_mut(line)?.fill(b'D'),
        ScrubOperation::LongValue => {
            // The first byte says "scrubbed" to whoever would decompress the piece.
            let data = page.data_mut(line)?;
            data.fill(b'L');
            if let Some(first) = data.first_mut() {
                *first = SCRUBBED_PIECE;
            }
        }
    }
    let flags = page.view()?.node(line)?.flags.0;
    Ok(page.set_node_flags(line, NodeFlags(flags & !NodeFlags::VERSIONED.0))?)
}

const SCRUB_UNUSED_PAGE: u32 = 1;
/// Compression scheme 4 in the upper bits, as overwritten pieces of long values bear it.
const SCRUBBED_PIECE: u8 = 4 << 3;
