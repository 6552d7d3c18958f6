//! Changes that cannot be logged, or that no page can take, change nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use jet_btree::change::Bookmark;
use jet_btree::space::NewTree;
use jet_btree::store::NoReserves;
use jet_btree::{OpenTree, Store, StoreError};
use jet_io::MemFs;
use jet_log::LogWriteError;
use jet_pages::{PageFlags, PageSize, Pgno};

use crate::plant::{FIRST_PAGES, Row, author, check, plant, plant_with, rows};
use crate::redone::assert_redone;

fn new_tree(store: &Store) -> OpenTree {
    store.create_root(&author(1), FIRST_PAGES).unwrap();
    let new = NewTree {
        page_count: 1,
        has_space_trees: false,
        is_unique: true,
        flags: PageFlags::default(),
    };
    store.create_tree(&author(1), Pgno(1), new).unwrap()
}

fn try_put(store: &Store, tree: &OpenTree, key: &[u8], data: &[u8]) -> Result<(), StoreError> {
    let mut row = Row {
        data: Some(data),
        is_physical: false,
        found: None,
    };
    let bookmark = Bookmark { key, data: &[] };
    store.edit(tree, &author(1), &bookmark, &mut row).map(drop)
}

/// Keys that share much with some others and nothing with most: separators are long.
fn key(number: usize) -> Vec<u8> {
    let mut key = format!("{:03}", number / 4).into_bytes();
    key.resize(1500, b'k');
    key.extend_from_slice(format!("{number:03}").as_bytes());
    key
}

#[test]
fn a_split_for_which_the_log_has_no_room_changes_nothing() {
    let fs = MemFs::new();
    // The images of a leaf and of its parent are more than a log file takes.
    let store = plant_with(&fs, PageSize::K32, 100, Arc::new(NoReserves), 16);
    let tree = new_tree(&store);
    let mut model = BTreeMap::new();
    let mut refused = 0;
    for number in 0..300 {
        // Rows come in here and there.
        let key = key(number * 89 % 300);
        match try_put(&store, &tree, &key, &[number as u8; 12_000]) {
            Ok(()) => {
                model.insert(key, vec![number as u8; 12_000]);
            }
            Err(StoreError::Log(LogWriteError::TooLarge { .. })) => refused += 1,
            Err(error) => panic!("{error}"),
        }
    }
    assert!(refused > 0);
    assert!(!store.is_down());
    assert!(rows(&store, &tree) == model.into_iter().collect::<Vec<_>>());
    check(&store, &[tree.root()]);
    assert_redone(&fs, &store);
}

#[test]
fn nodes_that_no_page_takes_are_refused() {
    let fs = MemFs::new();
    let store = plant(&fs, PageSize::K4, 100);
    let tree = new_tree(&store);
    let largest = 4096 - 40 - 4 - 8 - 3;
    let before = store.log().unwrap().position();
    let too_large = try_put(&store, &tree, b"key", &vec![1; largest + 1]);
    assert!(matches!(
        too_large,
        Err(StoreError::NodeTooLarge { key_bytes: 3, .. })
    ));
    assert!(matches!(
        try_put(&store, &tree, b"key", &[]),
        Err(StoreError::NoData)
    ));
    assert_eq!(store.log().unwrap().position(), before);
    for key in [b"key", b"kez", b"kex"] {
        try_put(&store, &tree, key, &vec![1; largest]).unwrap();
    }
    check(&store, &[tree.root()]);
    assert_redone(&fs, &store);
}
