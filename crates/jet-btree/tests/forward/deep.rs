//! Trees of many levels that grow and shrink.

use jet_btree::change::Bookmark;
use jet_btree::space::NewTree;
use jet_btree::{OpenTree, Store, Tree};
use jet_io::MemFs;
use jet_pages::{PageFlags, PageSize, Pgno};

use crate::model::Dice;
use crate::plant::{FIRST_PAGES, author, check, plant, put, rows, take};
use crate::redone::{Seen, assert_redone};

const ROWS: usize = 700;

/// Keys that differ in their first bytes: separators are short.
fn key(number: usize) -> Vec<u8> {
    let mut key = format!("{number:04}").into_bytes();
    key.resize(500, b'k');
    key
}

/// Keys that share much with their neighbours and little with all others: separators are long, and no prefix key helps.
fn name(number: usize) -> Vec<u8> {
    let mut key = format!("{:04}", number / 4).into_bytes();
    key.resize(400, b'a' + (number / 4 % 20) as u8);
    key.extend_from_slice(format!("{number:04}").as_bytes());
    key
}

fn shuffled(dice: &mut Dice) -> Vec<usize> {
    let mut numbers: Vec<usize> = (0..ROWS).collect();
    for index in (1..ROWS).rev() {
        numbers.swap(index, dice.below(index + 1));
    }
    numbers
}

fn levels(store: &Store, tree: &OpenTree) -> usize {
    Tree::open(store.pages(), tree.root(), None)
        .unwrap()
        .depth()
        .unwrap()
}

fn grow_and_shrink(key: fn(usize) -> Vec<u8>, order: usize, data_bytes: usize, levels_min: usize) -> Seen {
    let fs = MemFs::new();
    let store = plant(&fs, PageSize::K4, 300);
    store.create_root(&author(1), FIRST_PAGES).unwrap();
    let new = NewTree {
        page_count: 1,
        has_space_trees: false,
        is_unique: true,
        flags: PageFlags::default(),
    };
    let tree = store.create_tree(&author(1), Pgno(1), new).unwrap();
    let mut dice = Dice::new(order as u64);
    for number in shuffled(&mut dice) {
        put(&store, &tree, 1, &key(number), &vec![number as u8; data_bytes]);
    }
    assert!(levels(&store, &tree) >= levels_min);
    assert_eq!(rows(&store, &tree).len(), ROWS);
    check(&store, &[tree.root()]);
    let numbers: Vec<usize> = match order {
        0 => (0..ROWS).collect(),
        1 => (0..ROWS).rev().collect(),
        _ => shuffled(&mut dice),
    };
    for (count, number) in numbers.into_iter().enumerate() {
        let key = key(number);
        take(&store, &tree, 1, (&key, &[]), false);
        let bookmark = Bookmark { key: &key, data: &[] };
        store
            .clean_page(&tree, &author(1), &bookmark, &mut |node| node.flags.is_deleted())
            .unwrap();
        if count % 40 == 0 {
            assert_eq!(rows(&store, &tree).len(), ROWS - count - 1);
            check(&store, &[tree.root()]);
        }
    }
    check(&store, &[tree.root()]);
    assert_redone(&fs, &store)
}

#[test]
fn deep_trees_shrink_to_hardly_any_page() {
    let mut seen = Seen::new();
    for order in 0..4 {
        seen.extend(grow_and_shrink(key, order, 900, 2));
        seen.extend(grow_and_shrink(name, order, 2500, 4));
    }
    for way in ["None 1", "None 2", "None 4", "internal Right Insert"] {
        assert!(seen.contains(way), "{way} is not among {seen:?}");
    }
}
