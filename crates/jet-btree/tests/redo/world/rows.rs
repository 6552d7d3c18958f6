//! Rows: where they lie, what they hold, and how the model undoes a change of one.

use std::collections::BTreeMap;

use jet_btree::edit::node::Undoing;
use jet_pages::{Objid, Page, Pgno};

use super::{Done, OTHER_ROOT, OTHER_TREE, SEPARATOR, SIZE};
use crate::bench::TREE;

/// What names a row: in the tree that is not unique, key and data.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Row {
    Unique(u8),
    Pair(u8, u8),
}

impl Row {
    pub(super) fn key(&self) -> Vec<u8> {
        match self {
            Self::Unique(key) | Self::Pair(key, _) => vec![b'k', *key],
        }
    }

    pub(super) fn bookmark_data(&self) -> Vec<u8> {
        match self {
            Self::Unique(_) => Vec::new(),
            Self::Pair(_, data) => vec![*data; 3],
        }
    }

    pub(super) fn page(&self) -> u32 {
        match self {
            Self::Unique(key) if *key < SEPARATOR => 2,
            Self::Unique(_) => 3,
            Self::Pair(..) => OTHER_ROOT,
        }
    }

    pub(super) fn tree(&self) -> (Pgno, Objid) {
        match self {
            Self::Unique(_) => (Pgno(1), TREE),
            Self::Pair(..) => (Pgno(OTHER_ROOT), OTHER_TREE),
        }
    }

    /// Data of a row that is put in: two numbers, then as many bytes as `value` says.
    pub(super) fn data(&self, value: u8) -> Vec<u8> {
        match self {
            Self::Unique(_) => vec![value; 12 + usize::from(value % 16)],
            Self::Pair(..) => self.bookmark_data(),
        }
    }

    pub(super) fn of(key: &[u8], data: &[u8], page: u32) -> Self {
        if page == OTHER_ROOT {
            Self::Pair(key[1], data[0])
        } else {
            Self::Unique(key[1])
        }
    }
}

pub(super) fn undo_in(rows: &mut BTreeMap<Row, Vec<u8>>, done: &Done) {
    match &done.undoing {
        Undoing::Delta { .. } | Undoing::Delta64 { .. } => {
            raise_in(rows.get_mut(&done.row).unwrap(), &done.undoing, true);
        }
        _ => match &done.before {
            Some(before) => drop(rows.insert(done.row.clone(), before.clone())),
            None => drop(rows.remove(&done.row)),
        },
    }
}

pub(super) fn raise_in(data: &mut [u8], undoing: &Undoing<Vec<u8>>, back: bool) {
    match *undoing {
        Undoing::Delta { offset, delta } => {
            let at = &mut data[usize::from(offset)..][..4];
            let old = i32::from_le_bytes(at.try_into().unwrap());
            let new = if back {
                old.wrapping_sub(delta)
            } else {
                old.wrapping_add(delta)
            };
            at.copy_from_slice(&new.to_le_bytes());
        }
        Undoing::Delta64 { offset, delta } => {
            let at = &mut data[usize::from(offset)..][..8];
            let old = i64::from_le_bytes(at.try_into().unwrap());
            let new = if back {
                old.wrapping_sub(delta)
            } else {
                old.wrapping_add(delta)
            };
            at.copy_from_slice(&new.to_le_bytes());
        }
        _ => unreachable!("no number"),
    }
}

/// The live rows of pages.
pub(crate) fn live_rows(pages: &[Vec<u8>]) -> BTreeMap<Row, Vec<u8>> {
    let mut rows = BTreeMap::new();
    for pgno in 2..=OTHER_ROOT {
        let page = Page::new(&pages[pgno as usize - 1], Pgno(pgno), SIZE).unwrap();
        assert_eq!(jet_pages::findings::check(&page), [], "page {pgno}");
        for node in page
            .nodes()
            .map(Result::unwrap)
            .filter(|node| !node.flags.is_deleted())
        {
            rows.insert(Row::of(&node.key.to_vec(), node.data, pgno), node.data.to_vec());
        }
    }
    rows
}
