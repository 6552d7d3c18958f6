//! What rows in ascending order leave behind.

use jet_btree::space::NewTree;
use jet_btree::walk::LeafWalk;
use jet_btree::{OpenTree, Store, Tree};
use jet_io::MemFs;
use jet_pages::{PageFlags, PageSize, Pgno};

use crate::plant::{FIRST_PAGES, author, check, plant, put};
use crate::redone::assert_redone;

/// Free bytes of the leaves, in order.
fn free_bytes(store: &Store, tree: &OpenTree) -> Vec<usize> {
    let tree = Tree::open(store.pages(), tree.root(), None).unwrap();
    LeafWalk::new(tree)
        .map(|leaf| leaf.unwrap().view().header().free_bytes.get().into())
        .collect()
}

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

#[test]
fn rows_at_the_end_fill_pages_up_to_the_wanted_density() {
    let fs = MemFs::new();
    let store = plant(&fs, PageSize::K32, 100);
    let tree = new_tree(&store).with_density(80);
    for number in 0..5000_u32 {
        put(&store, &tree, 1, &number.to_be_bytes(), &[1; 90]);
    }
    let free = free_bytes(&store, &tree);
    let (_, full) = free.split_last().unwrap();
    // The number is that of the format's description.
    assert!(
        full.iter().all(|free| (6553..6553 + 110).contains(free)),
        "{full:?}"
    );
    check(&store, &[tree.root()]);
    assert_redone(&fs, &store);
}

#[test]
fn rows_that_ascend_in_the_middle_fill_pages_as_well() {
    let fs = MemFs::new();
    let store = plant(&fs, PageSize::K4, 300);
    let tree = new_tree(&store);
    for key in [b"a", b"z"] {
        for number in 0..100_u32 {
            put(
                &store,
                &tree,
                1,
                &[&key[..], &number.to_be_bytes()].concat(),
                &[1; 90],
            );
        }
    }
    for number in 0..3000_u32 {
        put(
            &store,
            &tree,
            1,
            &[&b"m"[..], &number.to_be_bytes()].concat(),
            &[1; 90],
        );
    }
    let free = free_bytes(&store, &tree);
    let full = free.iter().filter(|&&free| free < 110).count();
    assert!(
        full * 10 > free.len() * 9,
        "{full} of {} pages are full",
        free.len()
    );
    check(&store, &[tree.root()]);
    assert_redone(&fs, &store);
}
