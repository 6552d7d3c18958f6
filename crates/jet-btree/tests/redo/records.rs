//! Builders of records.

use jet_log::record::node::{NodeChange, PageChange};
use jet_log::record::{DBTIME_NONE, SessionId, TrxTime};
use jet_pages::{Dbtime, Page, PageSize, Pgno};

use crate::bench::{AFTER, DATABASE, TREE};

pub(crate) const SESSION: SessionId = SessionId(3);

/// A change of `page` from time `before` to [`AFTER`], not versioned.
pub(crate) fn change(page: u32, before: u64) -> PageChange {
    PageChange {
        session: SESSION,
        database: DATABASE,
        page: Pgno(page),
        dbtime: AFTER,
        dbtime_before: Dbtime(before),
        transaction: TrxTime(9),
        level: 1,
        line: 0,
        flags: PageChange::UNIQUE,
    }
}

/// A change within a macro.
pub(crate) fn in_macro(page: u32) -> PageChange {
    PageChange {
        dbtime_before: DBTIME_NONE,
        ..change(page, 0)
    }
}

/// A change of node `line` of `page`.
pub(crate) fn node(page: u32, before: u64, line: u16) -> NodeChange {
    NodeChange {
        change: PageChange {
            line,
            ..change(page, before)
        },
        version: 0,
        root: Pgno(page),
        tree: TREE,
    }
}

/// The same, with a version.
pub(crate) fn versioned(mut node: NodeChange, version: u32) -> NodeChange {
    node.change.flags |= PageChange::VERSIONED;
    node.version = version;
    node
}

/// Flags, key and data of every node of a page.
pub(crate) fn nodes_of(bytes: &[u8], pgno: u32, size: PageSize) -> Vec<(u8, Vec<u8>, Vec<u8>)> {
    let page = Page::new(bytes, Pgno(pgno), size).unwrap();
    assert_eq!(jet_pages::findings::check(&page), [], "page {pgno}");
    let nodes = page.nodes().map(Result::unwrap);
    nodes
        .map(|node| (node.flags.0 & 3, node.key.to_vec(), node.data.to_vec()))
        .collect()
}
