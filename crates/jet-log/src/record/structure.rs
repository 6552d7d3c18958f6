//! Splits, merges, moved and emptied pages. Source: `docs/format/log-records.md`.

use core::convert::identity;

use jet_pages::{Dbtime, Objid, Pgno};
use zerocopy::little_endian::{U32, U64};
use zerocopy::{FromBytes, Immutable, KnownLayout, Unaligned};

use super::codec::layout;
use super::node::{NodeChange, PageChange};
use super::{Dbid, SessionId};

/// How a page is split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SplitKind {
    /// 0: the root moves all its nodes to a new page and becomes its parent; the tree grows a level.
    Vertical,
    /// 1: the nodes from a line on go to a new page on the right.
    Right,
    /// 2: none moves; a new page is added on the right.
    Append,
}

/// The change for which a page was split; its own record follows in the macro.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SplitOperation {
    /// 0: none.
    None,
    /// 1: a node is inserted.
    Insert,
    /// 2: the data of a node are replaced.
    Replace,
    /// 3: a deleted node comes to life with other data.
    FlagInsertAndReplaceData,
}

layout! {
    /// One level of a split, or the parent of a split page.
    ///
    /// Lines are counted as if the operation of the macro were done: with the node to be inserted in its place.
    Split<'a> = 110 {
        /// The page that is split, or the parent above.
        1 change: PageChange,
        /// The new page; 0: this page only gets a pointer to the new page below it.
        32 new_page: Pgno,
        /// Right sibling before; 0: none.
        36 right_page: Pgno,
        /// Its database time before.
        40 right_dbtime_before: Dbtime,
        /// Parent; 0 when the root is split.
        48 parent_page: Pgno,
        /// Its database time before.
        52 parent_dbtime_before: Dbtime,
        /// Root of the tree.
        60 root: Pgno,
        /// The tree.
        64 tree: Objid,
        /// See [`Split::kind`].
        68 split_kind: u8,
        /// See [`Split::operation`].
        69 split_operation: u8,
        /// Line of the operation.
        70 operation_line: u16,
        /// First line that goes to the new page.
        72 split_line: u16,
        /// Number of lines.
        74 line_count: u16,
        /// Page flags of the new page.
        76 new_page_flags: u32,
        /// Page flags of the split page afterwards.
        80 split_page_flags: u32,
        /// Free bytes of the split page that a rollback may need back.
        84 uncommitted_free_source: i16,
        /// The same of the new page.
        86 uncommitted_free_new: i16,
        /// Line whose key becomes the prefix of the split page; -1: none.
        88 prefix_line_source: i32,
        /// Line, counted from `split_line`, whose key becomes the prefix of the new page; -1: none.
        92 prefix_line_new: i32,
        /// 1 the image lacks its gap, 2 it is compressed.
        102 image_flags: u32,
    } lengths(record) {
        96 prefix_old_bytes: u16 = record.prefix_old.len(),
        98 prefix_new_bytes: u16 = record.prefix_new.len(),
        100 separator_bytes: u16 = record.separator.len(),
        106 image_bytes: u32 = record.image.len(),
    } tail {
        /// Key that parts the pages, for the parent.
        separator: &'a [u8] = Some(separator_bytes) => identity,
        /// Prefix of the split page before.
        prefix_old: &'a [u8] = Some(prefix_old_bytes) => identity,
        /// Prefix of the split page afterwards.
        prefix_new: &'a [u8] = Some(prefix_new_bytes) => identity,
        /// The page before the split, see [`page_image`](crate::page_image); empty when redo needs none.
        image: &'a [u8] = Some(image_bytes) => identity,
    }
}

impl Split<'_> {
    /// How the page is split; `None` for a number that means nothing.
    pub const fn kind(&self) -> Option<SplitKind> {
        match self.split_kind {
            0 => Some(SplitKind::Vertical),
            1 => Some(SplitKind::Right),
            2 => Some(SplitKind::Append),
            _ => None,
        }
    }

    /// For what; `None` for a number that means nothing.
    pub const fn operation(&self) -> Option<SplitOperation> {
        match self.split_operation {
            0 => Some(SplitOperation::None),
            1 => Some(SplitOperation::Insert),
            2 => Some(SplitOperation::Replace),
            3 => Some(SplitOperation::FlagInsertAndReplaceData),
            _ => None,
        }
    }
}

/// What a merge does at one level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MergeKind {
    /// 0: the page only loses or changes a pointer.
    None,
    /// 1: the page is empty and leaves the tree.
    EmptyPage,
    /// 2: all nodes go to the right page.
    FullRight,
    /// 3: some nodes go to the right page.
    PartialRight,
    /// 4: the tree is emptied.
    EmptyTree,
    /// 5: all nodes go to the left page.
    FullLeft,
    /// 6: some nodes go to the left page.
    PartialLeft,
    /// 7: the page moves.
    PageMove,
}

layout! {
    /// One level of a merge.
    Merge<'a> = 96 {
        /// The page whose nodes leave, or a parent above.
        1 change: PageChange,
        /// Right sibling; 0: none.
        32 right_page: Pgno,
        /// Its database time before.
        36 right_dbtime_before: Dbtime,
        /// Left sibling; 0: none.
        44 left_page: Pgno,
        /// Its database time before.
        48 left_dbtime_before: Dbtime,
        /// Parent.
        56 parent_page: Pgno,
        /// Its database time before.
        60 parent_dbtime_before: Dbtime,
        /// Root of the tree.
        68 root: Pgno,
        /// The tree.
        72 tree: Objid,
        /// Bytes of the nodes that move.
        76 moved_bytes: u16,
        /// The same with bytes reserved for rollbacks.
        78 moved_bytes_max: u16,
        /// Free bytes of the destination that a rollback may need back.
        80 uncommitted_free: u16,
        /// First line that moves to the right, last that moves to the left.
        82 merge_line: u16,
        /// 1 the key above changes, 2 the pointer above is deleted, 4 the page becomes empty.
        84 merge_flags: u8,
        /// See [`Merge::kind`].
        85 merge_kind: u8,
        /// 1 the image lacks its gap, 2 it is compressed.
        88 image_flags: u32,
    } lengths(record) {
        86 separator_bytes: u16 = record.separator.len(),
        92 image_bytes: u32 = record.image.len(),
    } tail {
        /// New key above.
        separator: &'a [u8] = Some(separator_bytes) => identity,
        /// The page before, see [`page_image`](crate::page_image); empty when no nodes move.
        image: &'a [u8] = Some(image_bytes) => identity,
    }
}

impl Merge<'_> {
    /// What is done; `None` for a number that means nothing.
    pub const fn kind(&self) -> Option<MergeKind> {
        match self.merge_kind {
            0 => Some(MergeKind::None),
            1 => Some(MergeKind::EmptyPage),
            2 => Some(MergeKind::FullRight),
            3 => Some(MergeKind::PartialRight),
            4 => Some(MergeKind::EmptyTree),
            5 => Some(MergeKind::FullLeft),
            6 => Some(MergeKind::PartialLeft),
            7 => Some(MergeKind::PageMove),
            _ => None,
        }
    }

    /// The key above changes.
    pub const fn changes_parent_key(&self) -> bool {
        self.merge_flags & 1 != 0
    }

    /// The pointer above is deleted.
    pub const fn deletes_parent_pointer(&self) -> bool {
        self.merge_flags & 2 != 0
    }

    /// The page becomes empty.
    pub const fn empties_page(&self) -> bool {
        self.merge_flags & 4 != 0
    }
}

layout! {
    /// A page moves to another place in the file.
    PageMove<'a> = 96 {
        /// The page that is left.
        1 change: PageChange,
        /// The page that is taken.
        32 destination: Pgno,
        /// Left sibling; 0: none.
        36 left_page: Pgno,
        /// Right sibling; 0: none.
        40 right_page: Pgno,
        /// Parent.
        44 parent_page: Pgno,
        /// Database time of the left sibling before.
        48 left_dbtime_before: Dbtime,
        /// Database time of the right sibling before.
        56 right_dbtime_before: Dbtime,
        /// Database time of the parent before.
        64 parent_dbtime_before: Dbtime,
        /// Root of the tree.
        72 root: Pgno,
        /// The tree.
        76 tree: Objid,
        /// Line of the pointer in the parent.
        80 parent_line: i32,
        /// 1 root of the tree, 2 root of its owned space, 4 root of its free space.
        84 move_flags: u32,
    } lengths(record) {
        88 page_start_bytes: u32 = record.page_start.len(),
        92 page_end_bytes: u32 = record.page_end.len(),
    } tail {
        /// The page up to its gap.
        page_start: &'a [u8] = Some(page_start_bytes) => identity,
        /// The page behind its gap: the tags.
        page_end: &'a [u8] = Some(page_end_bytes) => identity,
    }
}

layout! {
    /// A root moves; the records of the macro say the rest.
    RootPageMove = 16 {
        /// Database time of the macro.
        1 dbtime: Dbtime,
        /// The database.
        9 database: Dbid,
        /// The tree.
        10 tree: Objid,
        /// Who.
        14 session: SessionId,
    }
}

layout! {
    /// A tree is emptied: its root becomes an empty leaf.
    EmptyTree<'a> = 46 {
        /// The root.
        1 node: NodeChange,
    } lengths(record) {
        44 list_bytes: u16 = record.list.len(),
    } tail {
        /// The other pages, see [`EmptyTree::pages`].
        list: &'a [u8] = Some(list_bytes) => identity,
    }
}

/// A page of a tree that is emptied.
#[derive(Clone, Copy, Debug, FromBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub struct EmptiedPage {
    /// Its database time before.
    pub dbtime_before: U64,
    /// The page.
    pub page: U32,
    /// Its flags.
    pub flags: U32,
}

impl<'a> EmptyTree<'a> {
    /// The pages that become empty, without the root.
    pub fn pages(&self) -> &'a [EmptiedPage] {
        let whole = self.list.len() - self.list.len() % size_of::<EmptiedPage>();
        let entries = self.list.get(..whole).unwrap_or_default();
        <[EmptiedPage]>::ref_from_bytes(entries).unwrap_or_default()
    }
}
