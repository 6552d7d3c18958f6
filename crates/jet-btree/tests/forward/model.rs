//! Random rows in trees of all kinds, against a map.

use std::collections::BTreeMap;

use jet_btree::change::Bookmark;
use jet_btree::merge::Cleaned;
use jet_btree::space::NewTree;
use jet_btree::{OpenTree, Store, Tree};
use jet_io::MemFs;
use jet_pages::{PageFlags, PageSize, Pgno};

use crate::plant::{FIRST_PAGES, author, check, plant, put, rows, take};
use crate::redone::{Seen, assert_redone};

/// Numbers from a seed.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }
}

const SIZES: [PageSize; 3] = [PageSize::K4, PageSize::K8, PageSize::K32];

fn tree_of(is_unique: bool, page_count: u32) -> NewTree {
    NewTree {
        page_count,
        has_space_trees: page_count > 2,
        is_unique,
        flags: PageFlags::default(),
    }
}

/// A key that begins no other one.
fn key_of(dice: &mut Dice, spread: usize, longest: usize) -> Vec<u8> {
    let number = dice.below(spread);
    let mut key = format!("row {number:06}").into_bytes();
    // The rest follows from the number, so that keys come again.
    key.resize(key.len() + number * 7919 % longest.max(1), b'.');
    key.push(0);
    key
}

fn data_of(dice: &mut Dice, longest: usize) -> Vec<u8> {
    let len = match dice.below(20) {
        0 => longest,
        1..4 => dice.below(longest) + 1,
        _ => dice.below(longest / 20 + 1) + 1,
    };
    vec![dice.next() as u8; len]
}

/// Lets most rows go, and cleans behind them.
fn empty(store: &Store, tree: &OpenTree, model: &mut BTreeMap<(Vec<u8>, Vec<u8>), Vec<u8>>, dice: &mut Dice) {
    let before = depth(store, tree);
    let names: Vec<_> = model.keys().cloned().collect();
    let mut cleaned = 0;
    for name in names {
        if dice.below(50) > 0 {
            take(store, tree, 1, (&name.0, &name.1), false);
            model.remove(&name);
        }
        cleaned += clean(store, tree, &name).pages;
    }
    assert!(
        before == 1 || cleaned > 0,
        "no page of a tree of {before} levels left it"
    );
}

fn clean(store: &Store, tree: &OpenTree, (key, data): &(Vec<u8>, Vec<u8>)) -> Cleaned {
    let bookmark = Bookmark { key, data };
    store
        .clean_page(tree, &author(2), &bookmark, &mut |node| node.flags.is_deleted())
        .unwrap()
}

fn depth(store: &Store, tree: &OpenTree) -> usize {
    Tree::open(store.pages(), tree.root(), None)
        .unwrap()
        .depth()
        .unwrap()
}

fn run(size: PageSize, is_unique: bool, page_count: u32, seed: u64, operations: usize) -> Seen {
    let fs = MemFs::new();
    let store = plant(&fs, size, 400);
    store.create_root(&author(1), FIRST_PAGES).unwrap();
    let tree = store
        .create_tree(&author(1), Pgno(1), tree_of(is_unique, page_count))
        .unwrap();
    let mut dice = Dice::new(seed);
    let mut model = BTreeMap::<(Vec<u8>, Vec<u8>), Vec<u8>>::new();
    let largest = size.bytes() - size.header_bytes() - 4 - 8;
    let ascends = seed.is_multiple_of(3);
    for number in 0..operations {
        let key = match ascends {
            true if dice.below(4) > 0 => format!("row {number:06}~\0").into_bytes(),
            _ => key_of(&mut dice, operations, size.bytes() / 20),
        };
        // A separator, which has key and data, must have room on a page with another one.
        let longest = if is_unique {
            largest - key.len()
        } else {
            size.bytes() / 8
        };
        if dice.below(4) > 0 {
            let data = data_of(&mut dice, longest);
            let name = (key.clone(), if is_unique { Vec::new() } else { data.clone() });
            let before = put(&store, &tree, 1, &key, &data);
            assert_eq!(before, model.insert(name, data));
        } else {
            let name = (key.clone(), Vec::new());
            let Some((name, _)) = model
                .range(name..)
                .next()
                .map(|(name, data)| (name.clone(), data))
            else {
                continue;
            };
            let found = take(&store, &tree, 1, (&name.0, &name.1), dice.below(2) == 0);
            assert_eq!(found, model.remove(&name));
            if dice.below(3) == 0 {
                clean(&store, &tree, &name);
            }
        }
    }
    if !seed.is_multiple_of(2) {
        empty(&store, &tree, &mut model, &mut dice);
    }
    let expected: Vec<_> = model.into_iter().map(|((key, _), data)| (key, data)).collect();
    let found = rows(&store, &tree);
    assert_eq!(found.len(), expected.len());
    assert!(found == expected);
    check(&store, &[tree.root()]);
    assert_redone(&fs, &store)
}

#[test]
fn trees_hold_what_a_map_holds_and_redo_makes_them_again() {
    let mut seen = Seen::new();
    for (index, size) in SIZES.into_iter().enumerate() {
        for (is_unique, page_count) in [(true, 1), (true, 16), (false, 1), (false, 3)] {
            for seed in 0..3 {
                seen.extend(run(size, is_unique, page_count, seed + 100 * index as u64, 3000));
            }
        }
    }
    let missing: Vec<_> = WAYS.iter().filter(|way| !seen.contains(**way)).collect();
    assert!(missing.is_empty(), "{missing:?} are not among {seen:?}");
}

/// Ways of splitting and merging that these rows must lead to. Flags of merges: 1 key changes, 2 pointer deleted, 4 page
/// leaves.
const WAYS: &[&str] = &[
    "leaf Vertical None",
    "leaf Append Insert",
    "leaf Right Insert",
    "leaf Right Replace",
    "leaf Right FlagInsertAndReplaceData",
    "leaf Right None",
    "internal Vertical None",
    "internal Right Insert",
    "EmptyPage 4",
    "FullRight 4",
    "FullLeft 4",
    "None 2",
    "None 3",
];
