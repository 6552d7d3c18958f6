//! Trees that come and go, and the pages that they get and give back. Source: `docs/format/log-records.md`.

use jet_pages::{Dbtime, Objid, Pgno};

use super::codec::layout;
use super::node::PageChange;
use super::{Dbid, SessionId, TrxTime};

layout! {
    /// A tree is made with space trees of its own.
    CreateMultipleExtentTree = 56 {
        /// The root.
        1 change: PageChange,
        /// The tree.
        32 tree: Objid,
        /// Root of its owned space.
        36 owned_root: Pgno,
        /// Root of its free space.
        40 available_root: Pgno,
        /// Root of the tree that gave the space; 0: the database.
        44 parent_root: Pgno,
        /// Pages of its first extent.
        48 page_count: i32,
        /// Page flags.
        52 page_flags: u32,
    }
}

layout! {
    /// A tree is made in one extent.
    CreateSingleExtentTree = 48 {
        /// The root.
        1 change: PageChange,
        /// The tree.
        32 tree: Objid,
        /// Root of the tree that gave the space.
        36 parent_root: Pgno,
        /// Pages of its extent.
        40 page_count: i32,
        /// Page flags.
        44 page_flags: u32,
    }
}

layout! {
    /// A tree in one extent gets space trees.
    ConvertTree = 68 {
        /// The root.
        1 change: PageChange,
        /// The tree.
        32 tree: Objid,
        /// Root of its owned space.
        36 owned_root: Pgno,
        /// Root of its free space.
        40 available_root: Pgno,
        /// Root of the tree that gave the space.
        44 parent_root: Pgno,
        /// First page of its second extent.
        48 second_extent: Pgno,
        /// Pages of its first extent.
        52 first_page_count: i32,
        /// Pages of its second extent.
        56 second_page_count: i32,
        /// Bit *i*: page root + 1 + *i* of the first extent is free.
        60 free_bits: u32,
        /// Page flags.
        64 page_flags: u32,
    }
}

layout! {
    /// A tree is gone: forget what is kept in memory of it.
    FreeTree<'a> = 15 {
        /// The database.
        5 database: Dbid,
        /// Its root.
        6 root: Pgno,
        /// Number of the commit that deleted it.
        10 committed: TrxTime,
        /// 1 a table, 2 an index.
        14 tree_kind: u8,
    } lengths(record) {
        1 body_bytes: u32 = record.extra.len() + 10,
    } tail {
        /// Bytes of a later version.
        extra: &'a [u8] = body_bytes.checked_sub(10) => core::convert::identity,
    }
}

layout! {
    /// A page was allocated: it is empty and has this database time.
    NewPage = 20 {
        /// Who.
        1 session: SessionId,
        /// The database.
        3 database: Dbid,
        /// The page.
        4 page: Pgno,
        /// The tree.
        8 tree: Objid,
        /// Its database time.
        12 dbtime: Dbtime,
    }
}

layout! {
    /// Pages were given back.
    ExtentFreed = 11 {
        /// The database.
        1 database: Dbid,
        /// First page.
        2 first_page: Pgno,
        /// Number of pages.
        6 page_count: i32,
        /// 1 of the root of a table, 2 an empty page of a deleted tree.
        10 freed_flags: u8,
    }
}

layout! {
    /// Pages were given back.
    ExtentFreed2 = 19 {
        /// The database.
        1 database: Dbid,
        /// First page.
        2 first_page: Pgno,
        /// Number of pages.
        6 page_count: i32,
        /// 1 of the root of a table, 2 an empty page of a deleted tree.
        10 freed_flags: u8,
        /// Database time.
        11 dbtime: Dbtime,
    }
}
