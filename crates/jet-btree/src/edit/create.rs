//! Roots of new trees and of their space trees. Source: `docs/format/btree.md`, `docs/format/log-records.md`.

use jet_log::record::node::PageChange;
use jet_log::record::space::{ConvertTree, CreateMultipleExtentTree, CreateSingleExtentTree};
use jet_pages::space::{
    Extent, ExternalHeader, MULTIPLE_EXTENTS, NON_UNIQUE, RawSpaceHeader, SPLIT_BUFFER_BYTES, SpaceLayout,
    SpaceNode,
};
use jet_pages::{Dbtime, NodeFlags, Objid, PageError, PageFlags, PageMut, PageSize, Pgno};
use zerocopy::FromBytes;

use super::{ApplyError, contradiction};

/// Pages behind a root that the bitmap of a tree in one extent tells of.
const BITMAP_PAGES: u32 = 32;
/// Pages of a new tree with space trees that are taken: its root and those of its space trees.
const ROOTS: u32 = 3;

/// The page flags of a tree, and what makes a page of it a root.
#[derive(Clone, Copy, Debug)]
struct Style {
    size: PageSize,
    tree: Objid,
    flags: PageFlags,
    dbtime: Dbtime,
}

impl Style {
    /// The style that a record gives.
    const fn new(size: PageSize, tree: Objid, flags: u32, change: &PageChange) -> Self {
        Self {
            size,
            tree,
            flags: PageFlags::from_bits(flags),
            dbtime: change.dbtime,
        }
    }

    /// Makes `bytes` the root of the tree, or with `kind` of one of its space trees.
    fn root<'p>(&self, bytes: &'p mut [u8], pgno: Pgno, kind: PageFlags) -> Result<PageMut<'p>, ApplyError> {
        let own = self.flags.without(PageFlags::FLUSH_TYPE | PageFlags::PRE_INIT);
        let flags = own | kind | PageFlags::ROOT | PageFlags::LEAF | PageFlags::NEW_RECORD_FORMAT;
        let mut page = PageMut::format(bytes, pgno, self.size, self.tree, flags)?;
        page.stamp(self.dbtime);
        Ok(page)
    }

    /// Makes `bytes` the root of a space tree with these extents, laid down in this order.
    fn space_root(&self, bytes: &mut [u8], pgno: Pgno, extents: &[Extent]) -> Result<(), ApplyError> {
        let mut page = self.root(bytes, pgno, PageFlags::SPACE_TREE)?;
        page.set_external_header(&[0; SPLIT_BUFFER_BYTES])?;
        for (count, &extent) in extents.iter().enumerate() {
            let line = extents
                .iter()
                .take(count)
                .filter(|other| other.last() < extent.last())
                .count();
            let (key, data) = SpaceNode { extent, pool: 0 }.to_bytes();
            page.insert(line, NodeFlags::default(), &key, 0, &data)?;
        }
        Ok(())
    }
}

/// One of the pages that a record makes, and the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The root of the tree.
    Root,
    /// The root of its owned extents.
    Owned,
    /// The root of its available extents.
    Available,
}

/// Makes one page of a tree that gets space trees at once.
///
/// # Errors
/// [`ApplyError`].
pub fn multiple(
    bytes: &mut [u8],
    size: PageSize,
    record: &CreateMultipleExtentTree,
    part: Part,
) -> Result<(), ApplyError> {
    let style = Style::new(size, record.tree, record.page_flags, &record.change);
    let root = record.change.page;
    let count = page_count(root, record.page_count)?;
    let extent = |pages| extent_ending(root, root.0.wrapping_add(count).wrapping_sub(1), pages);
    match part {
        Part::Root => {
            let header = ExternalHeader {
                page_count: count,
                parent: record.parent_root,
                flags: MULTIPLE_EXTENTS | uniqueness(&record.change),
                layout: SpaceLayout::Multiple {
                    pgno_owned: record.owned_root,
                    pgno_avail: record.available_root,
                },
                auto_increment: None,
            };
            let mut page = style.root(bytes, root, PageFlags::default())?;
            Ok(page.set_external_header(&header.to_bytes())?)
        }
        Part::Owned => style.space_root(bytes, record.owned_root, &[extent(count)?]),
        Part::Available => {
            let free = count.checked_sub(ROOTS);
            let free = free.ok_or(contradiction(root, "no room for the roots of the space trees"))?;
            let extents = if free == 0 {
                Vec::new()
            } else {
                vec![extent(free)?]
            };
            style.space_root(bytes, record.available_root, &extents)
        }
    }
}

/// Makes the root of a tree in one extent.
///
/// # Errors
/// [`ApplyError`].
pub fn single(bytes: &mut [u8], size: PageSize, record: &CreateSingleExtentTree) -> Result<(), ApplyError> {
    let style = Style::new(size, record.tree, record.page_flags, &record.change);
    let root = record.change.page;
    let count = page_count(root, record.page_count)?;
    let free = count.saturating_sub(1);
    let free_bitmap = if free >= BITMAP_PAGES {
        u32::MAX
    } else {
        (1 << free) - 1
    };
    let header = ExternalHeader {
        page_count: count,
        parent: record.parent_root,
        flags: uniqueness(&record.change),
        layout: SpaceLayout::Single {
            page_count: count,
            free_bitmap,
        },
        auto_increment: None,
    };
    let mut page = style.root(bytes, root, PageFlags::default())?;
    Ok(page.set_external_header(&header.to_bytes())?)
}

/// Makes the root of one of the space trees that a tree in one extent gets.
///
/// # Errors
/// [`ApplyError`].
pub fn converted_space(
    bytes: &mut [u8],
    size: PageSize,
    record: &ConvertTree,
    part: Part,
) -> Result<(), ApplyError> {
    let style = Style::new(size, record.tree, record.page_flags, &record.change);
    let root = record.change.page;
    let first_count = page_count(root, record.first_page_count)?;
    let second_count = page_count(root, record.second_page_count)?;
    let first_last = root.0.wrapping_add(first_count).wrapping_sub(1);
    let second_last = record.second_extent.0.wrapping_add(second_count).wrapping_sub(1);
    if part == Part::Owned {
        let extents = [
            extent_ending(root, second_last, second_count)?,
            extent_ending(root, first_last, first_count)?,
        ];
        return style.space_root(bytes, record.owned_root, &extents);
    }
    let mut extents = Vec::new();
    match second_count.checked_sub(2) {
        Some(0) => {}
        Some(free) => extents.push(extent_ending(root, second_last, free)?),
        None => return Err(contradiction(root, "no room for the roots of the space trees")),
    }
    extents.extend(free_runs(root, first_count, record.free_bits));
    style.space_root(bytes, record.available_root, &extents)
}

/// Lets the root of a tree in one extent name its space trees.
///
/// # Errors
/// [`ApplyError`].
pub fn convert_root(page: &mut PageMut<'_>, record: &ConvertTree) -> Result<(), ApplyError> {
    let count = page_count(record.change.page, record.first_page_count)?;
    let header = ExternalHeader {
        page_count: count,
        parent: record.parent_root,
        flags: MULTIPLE_EXTENTS | uniqueness(&record.change),
        layout: SpaceLayout::Multiple {
            pgno_owned: record.owned_root,
            pgno_avail: record.available_root,
        },
        auto_increment: page.view()?.root_header()?.auto_increment,
    };
    page.set_external_header(&header.to_bytes())?;
    page.stamp(record.change.dbtime);
    Ok(())
}

/// Lets a root that moved name the new root of its owned space; that of its free space lies behind it.
///
/// # Errors
/// [`ApplyError`].
pub fn name_owned_root(page: &mut PageMut<'_>, owned: Pgno) -> Result<(), ApplyError> {
    change_space(page, |raw| raw.bitmap_or_pgno = owned.0.into())
}

/// Gives a root another space header; what else its external header holds stays.
///
/// # Errors
/// [`ApplyError`].
pub fn set_space_header(page: &mut PageMut<'_>, header: &[u8]) -> Result<(), ApplyError> {
    let wrong = contradiction(page.pgno(), "a space header of another length");
    let header = RawSpaceHeader::read_from_bytes(header).map_err(|_| wrong)?;
    change_space(page, |raw| *raw = header)
}

fn change_space(page: &mut PageMut<'_>, change: impl FnOnce(&mut RawSpaceHeader)) -> Result<(), ApplyError> {
    let pgno = page.pgno();
    let stored = page.view()?.external_header()?;
    let changed = ExternalHeader::change_space(stored, change);
    let bytes = changed.map_err(|source| PageError::Space { pgno, source })?;
    Ok(page.set_external_header(&bytes)?)
}

/// The runs of free pages behind the root of a tree in one extent.
fn free_runs(root: Pgno, page_count: u32, free_bits: u32) -> Vec<Extent> {
    let mut runs: Vec<Extent> = Vec::new();
    let mut add = |first: u32, count: u32| match runs.last_mut() {
        Some(run) if run.last().0.wrapping_add(1) == first => run.count += count,
        _ => runs.push(Extent {
            first: Pgno(first),
            count,
        }),
    };
    for bit in (0..BITMAP_PAGES).filter(|bit| free_bits >> bit & 1 == 1) {
        add(root.0.wrapping_add(1 + bit), 1);
    }
    if let Some(beyond) = page_count
        .checked_sub(1 + BITMAP_PAGES)
        .filter(|&beyond| beyond > 0)
    {
        add(root.0.wrapping_add(1 + BITMAP_PAGES), beyond);
    }
    runs
}

fn extent_ending(root: Pgno, last: u32, count: u32) -> Result<Extent, ApplyError> {
    Extent::ending_at(Pgno(last), count).map_err(|_| contradiction(root, "an extent begins before page 1"))
}

fn page_count(root: Pgno, stored: i32) -> Result<u32, ApplyError> {
    match u32::try_from(stored) {
        Ok(count) if count > 0 => Ok(count),
        _ => Err(contradiction(root, "an extent without pages")),
    }
}

const fn uniqueness(change: &PageChange) -> u32 {
    if change.has(PageChange::UNIQUE) {
        0
    } else {
        NON_UNIQUE
    }
}
