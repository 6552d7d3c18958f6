//! Room that rollbacks may need back.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jet_btree::change::{Actor, Applied, Bookmark, Decision, Edit, Leaf, Outcome};
use jet_btree::edit::node::Undoing;
use jet_btree::space::NewTree;
use jet_btree::store::Reserves;
use jet_btree::{OpenTree, Store, StoreError, Tree};
use jet_io::MemFs;
use jet_log::LogWriteError;
use jet_pages::{Key, PageFlags, PageSize, Pgno};

use crate::plant::{FIRST_PAGES, author, check, plant_with, put, rows};

const OLD: usize = 1500;
const NEW: usize = 100;
const SHRUNK: &[u8] = b"m";

/// The row [`SHRUNK`] may become longer again, as long as its transaction is open.
#[derive(Debug)]
struct Shrunk {
    longest: AtomicUsize,
}

impl Reserves for Shrunk {
    fn reserved(&self, _: Pgno, key: Key<'_>, data: &[u8]) -> usize {
        match key.to_vec() == SHRUNK {
            true => self.longest.load(Ordering::Relaxed).saturating_sub(data.len()),
            false => 0,
        }
    }

    fn log_old_data(&self, _: Pgno) -> Result<usize, LogWriteError> {
        Ok(0)
    }
}

struct Once<'e>(Decision<'e>);

impl Actor for Once<'_> {
    type Error = StoreError;

    fn decide(&mut self, _: &Leaf<'_>) -> Result<Decision<'_>, StoreError> {
        Ok(self.0)
    }

    fn done(&mut self, _: &Applied<'_>) {}
}

fn change(store: &Store, tree: &OpenTree, decision: Decision<'_>) {
    let bookmark = Bookmark {
        key: SHRUNK,
        data: &[],
    };
    let outcome = store
        .edit(tree, &author(1), &bookmark, &mut Once(decision))
        .unwrap();
    assert!(matches!(outcome, Outcome::Changed(_)));
}

fn depth(store: &Store, tree: &OpenTree) -> usize {
    Tree::open(store.pages(), tree.root(), None)
        .unwrap()
        .depth()
        .unwrap()
}

/// A tree whose only page has a row that has shrunk, and what tells of it.
fn shrunk() -> (Arc<Store>, OpenTree, Arc<Shrunk>) {
    let reserves = Arc::new(Shrunk {
        longest: AtomicUsize::new(OLD),
    });
    let told: Arc<dyn Reserves> = reserves.clone();
    let store = plant_with(&MemFs::new(), PageSize::K4, 100, told, 1024);
    store.create_root(&author(1), FIRST_PAGES).unwrap();
    let new = NewTree {
        page_count: 1,
        has_space_trees: false,
        is_unique: true,
        flags: PageFlags::default(),
    };
    let tree = store.create_tree(&author(1), Pgno(1), new).unwrap();
    put(&store, &tree, 1, SHRUNK, &[1; OLD]);
    let edit = Edit::Replace {
        data: &[2; NEW],
        longest: 0,
    };
    change(&store, &tree, Decision::versioned(edit, 5));
    let root = store.read(tree.root()).unwrap();
    let header = root.view().header();
    assert_eq!(usize::from(header.uncommitted_free_bytes.get()), OLD - NEW);
    drop(root);
    (store, tree, reserves)
}

fn rows_before_a_split(store: &Store, tree: &OpenTree) -> usize {
    let mut count = 0;
    while depth(store, tree) == 1 {
        put(store, tree, 2, format!("n{count:03}").as_bytes(), &[3; 200]);
        count += 1;
    }
    count - 1
}

#[test]
fn a_row_that_shrank_gets_its_room_back_when_that_is_undone() {
    let (store, tree, reserves) = shrunk();
    assert_eq!(rows_before_a_split(&store, &tree), (4052 - OLD - 7) / 210);
    for count in 0..300 {
        put(&store, &tree, 2, format!("l{count:03}").as_bytes(), &[4; 90]);
        put(&store, &tree, 2, format!("m{count:03}").as_bytes(), &[4; 90]);
    }
    let before = [1; OLD];
    let edit = Edit::Undo {
        undoing: Undoing::Replace(&before[..]),
        level: 1,
        longest: OLD,
        longest_left: 0,
    };
    let pages = store.marks();
    change(&store, &tree, Decision::versioned(edit, 5));
    assert_eq!(store.marks().dbtime.0, pages.dbtime.0 + 1, "one change, no split");
    reserves.longest.store(0, Ordering::Relaxed);
    let found = rows(&store, &tree);
    let found = found.into_iter().find(|(key, _)| key == SHRUNK);
    assert_eq!(found.unwrap().1, before);
    check(&store, &[tree.root()]);
}

#[test]
fn after_a_commit_the_room_is_for_all() {
    let (store, tree, reserves) = shrunk();
    reserves.longest.store(0, Ordering::Relaxed);
    assert_eq!(rows_before_a_split(&store, &tree), (4052 - NEW - 7) / 210);
    check(&store, &[tree.root()]);
}
