//! Where pages come from and go to.

use jet_btree::space::{NewTree, TreeSpace};
use jet_btree::{OpenTree, Store, StoreError, Tree};
use jet_io::MemFs;
use jet_pages::space::{Extent, SpaceLayout};
use jet_pages::{PageFlags, PageSize, Pgno};

use crate::model::Dice;
use crate::plant::{FIRST_PAGES, author, check, plant, put};
use crate::redone::assert_redone;

fn new_tree(page_count: u32, has_space_trees: bool) -> NewTree {
    NewTree {
        page_count,
        has_space_trees,
        is_unique: true,
        flags: PageFlags::default(),
    }
}

fn space(store: &Store, root: Pgno) -> TreeSpace {
    TreeSpace::read(Tree::open(store.pages(), root, None).unwrap()).unwrap()
}

fn runs(extents: &[Extent]) -> Vec<(u32, u32)> {
    extents
        .iter()
        .map(|extent| (extent.last().0, extent.count))
        .collect()
}

fn free_runs(space: &TreeSpace) -> Vec<(u32, u32)> {
    let free: Vec<Extent> = space.available.iter().map(|node| node.extent).collect();
    runs(&free)
}

#[test]
fn a_new_database_gives_its_pages_out_from_the_front() {
    let fs = MemFs::new();
    let store = plant(&fs, PageSize::K4, 300);
    store.create_root(&author(1), 254).unwrap();
    // The system tables as the format tells of them: the catalog, two indexes in it, its shadow, two single pages.
    let catalog = store
        .create_tree(&author(1), Pgno(1), new_tree(20, true))
        .unwrap();
    let shadow = store.create_tree(&author(1), Pgno(1), new_tree(5, true)).unwrap();
    let objids = store
        .create_tree(&author(1), Pgno(1), new_tree(1, false))
        .unwrap();
    let locales = store
        .create_tree(&author(1), Pgno(1), new_tree(1, false))
        .unwrap();
    let roots = [&catalog, &shadow, &objids, &locales].map(OpenTree::root);
    assert_eq!(roots, [4, 24, 29, 30].map(Pgno));
    assert_eq!(runs(&space(&store, Pgno(1)).owned), [(254, 254)]);
    assert_eq!(free_runs(&space(&store, Pgno(1))), [(254, 224)]);
    assert_eq!(free_runs(&space(&store, Pgno(4))), [(23, 17)]);
    check(&store, &roots);
    assert_redone(&fs, &store);
}

#[test]
fn a_tree_of_one_page_gets_space_trees_when_it_needs_a_second() {
    let fs = MemFs::new();
    let store = plant(&fs, PageSize::K4, 300);
    store.create_root(&author(1), FIRST_PAGES).unwrap();
    let tree = store
        .create_tree(&author(1), Pgno(1), new_tree(1, false))
        .unwrap();
    assert_eq!(tree.root(), Pgno(4));
    let pgno = store.take_page(&tree, &author(1), Pgno(0)).unwrap();
    assert_eq!(pgno, Pgno(7));
    let header = Tree::open(store.pages(), tree.root(), None)
        .unwrap()
        .root_header();
    let header = header.unwrap();
    assert_eq!((header.page_count, header.flags), (1, 1));
    assert!(matches!(
        header.layout,
        SpaceLayout::Multiple {
            pgno_owned: Pgno(5),
            pgno_avail: Pgno(6)
        }
    ));
    let found = space(&store, tree.root());
    assert_eq!(
        (runs(&found.owned), free_runs(&found)),
        (vec![(4, 1), (8, 4)], vec![(8, 1)])
    );
    store.free_page(&tree, &author(1), pgno).unwrap();
    assert_eq!(free_runs(&space(&store, tree.root())), [(8, 2)]);
    check(&store, &[tree.root()]);
    let again = store.free_page(&tree, &author(1), pgno);
    assert!(matches!(again, Err(StoreError::Space { pgno: Pgno(7), .. })));
}

#[test]
fn a_database_grows_on_request_and_gives_its_free_end_up() {
    let fs = MemFs::new();
    let store = plant(&fs, PageSize::K4, 300);
    store.create_root(&author(1), FIRST_PAGES).unwrap();
    let tree = store
        .create_tree(&author(1), Pgno(1), new_tree(1, false))
        .unwrap();
    let file_pages = || store.pages().file().len().unwrap() / 4096;
    assert_eq!(store.file_pages().unwrap(), FIRST_PAGES + 2);
    let grown = store.grow_to(&author(1), 1000).unwrap();
    assert_eq!((grown, file_pages()), (1024, 1024));
    assert_eq!(
        store.grow_to(&author(1), 1000).unwrap(),
        1024,
        "it is long enough"
    );

    // In the midst of the new extent; then down to the last page in use.
    assert_eq!(store.shrink_to(&author(1), 600).unwrap(), 600);
    assert_eq!(file_pages(), 600);
    for number in 0..200_u32 {
        put(&store, &tree, 1, &number.to_be_bytes(), &[7; 400]);
    }
    let owned = space(&store, Pgno(1)).owned_pages();
    assert_eq!(owned, 598, "what is given up belongs to nobody");
    let left = store.shrink_to(&author(1), 0).unwrap();
    let free = space(&store, Pgno(1)).available;
    assert!(left < 256, "{left}");
    assert!(
        free.iter().all(|node| node.extent.last().0 + 2 < left),
        "{free:?}"
    );
    assert_eq!(file_pages(), u64::from(left));
    check(&store, &[tree.root()]);

    // Pages given up come back as new ones.
    for number in 200..2000_u32 {
        put(&store, &tree, 1, &number.to_be_bytes(), &[8; 400]);
    }
    assert!(store.file_pages().unwrap() > left);
    check(&store, &[tree.root()]);
    assert_redone(&fs, &store);
}

#[test]
fn trees_that_are_gone_leave_no_page_behind() {
    let fs = MemFs::new();
    let store = plant(&fs, PageSize::K4, 300);
    store.create_root(&author(1), FIRST_PAGES).unwrap();
    let before = free_runs(&space(&store, Pgno(1)));
    let table = store
        .create_tree(&author(1), Pgno(1), new_tree(1, false))
        .unwrap();
    let index = store
        .create_tree(&author(1), table.root(), new_tree(1, false))
        .unwrap();
    let pieces = store
        .create_tree(&author(1), table.root(), new_tree(8, true))
        .unwrap();
    for tree in [&table, &index, &pieces] {
        for number in 0..200_u32 {
            put(&store, tree, 1, &number.to_be_bytes(), &[7; 400]);
        }
    }
    check(&store, &[table.root(), index.root(), pieces.root()]);
    for tree in [index, pieces, table] {
        store.free_tree(&tree, &author(1)).unwrap();
    }
    check(&store, &[]);
    assert_eq!(free_runs(&space(&store, Pgno(1))), before);
    assert_redone(&fs, &store);
}

/// Pages taken from two trees in turn lie scattered, so that the space trees grow to several levels.
#[test]
fn space_trees_are_split_with_the_pages_set_aside_for_it() {
    let fs = MemFs::new();
    let store = plant(&fs, PageSize::K4, 500);
    store.create_root(&author(1), FIRST_PAGES).unwrap();
    let trees = [(); 2].map(|()| {
        store
            .create_tree(&author(1), Pgno(1), new_tree(1, false))
            .unwrap()
    });
    let mut dice = Dice::new(5);
    let mut taken: Vec<(usize, Pgno)> = Vec::new();
    for round in 0..6000 {
        let index = round % 2;
        taken.push((
            index,
            store.take_page(&trees[index], &author(1), Pgno(0)).unwrap(),
        ));
    }
    let mut kept = Vec::new();
    for (number, (index, pgno)) in taken.into_iter().enumerate() {
        if number / 2 % 2 == 0 {
            store.free_page(&trees[index], &author(1), pgno).unwrap();
        } else {
            kept.push((index, pgno));
        }
    }
    let depths = trees.each_ref().map(|tree| {
        let header = Tree::open(store.pages(), tree.root(), None)
            .unwrap()
            .root_header();
        let SpaceLayout::Multiple { pgno_avail, .. } = header.unwrap().layout else {
            panic!("the tree has no space trees");
        };
        Tree::open(store.pages(), pgno_avail, None)
            .unwrap()
            .depth()
            .unwrap()
    });
    assert!(depths.iter().all(|&depth| depth >= 2), "{depths:?}");
    while !kept.is_empty() {
        let (index, pgno) = kept.swap_remove(dice.below(kept.len()));
        store.free_page(&trees[index], &author(1), pgno).unwrap();
    }
    check(&store, &trees.each_ref().map(OpenTree::root));
    assert_redone(&fs, &store);
}
