//! Several threads change and read one tree at once.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::thread;

use jet_btree::change::Bookmark;
use jet_btree::space::NewTree;
use jet_btree::{Cursor, OpenTree, Seek, SeekTarget, Store, Tree};
use jet_io::MemFs;
use jet_pages::{PageFlags, PageSize, Pgno};

use crate::model::Dice;
use crate::plant::{FIRST_PAGES, author, check, plant, put, rows, take};
use crate::redone::assert_redone;

const THREADS: u16 = 4;

fn keys_backwards(store: &Store, tree: &OpenTree) -> Vec<Vec<u8>> {
    let mut cursor = Cursor::new(Tree::open(store.pages(), tree.root(), None).unwrap());
    let mut keys = Vec::new();
    let mut found = cursor.last().unwrap();
    while found {
        keys.push(cursor.node().unwrap().unwrap().key.to_vec());
        found = cursor.previous().unwrap();
    }
    keys
}

#[test]
fn threads_see_what_they_wrote_and_leave_a_sound_tree() {
    for (seed, is_unique) in [(1, true), (2, false), (3, true)] {
        let fs = MemFs::new();
        let store = plant(&fs, PageSize::K4, 200);
        store.create_root(&author(1), FIRST_PAGES).unwrap();
        let new = NewTree {
            page_count: 1,
            has_space_trees: false,
            is_unique,
            flags: PageFlags::default(),
        };
        let tree = store.create_tree(&author(1), Pgno(1), new).unwrap();
        let expected = Mutex::new(BTreeMap::new());
        thread::scope(|scope| {
            for who in 0..THREADS {
                let (store, tree, expected) = (&store, &tree, &expected);
                scope.spawn(move || {
                    let mut dice = Dice::new(seed * 100 + u64::from(who));
                    let mut mine = BTreeMap::<Vec<u8>, Vec<u8>>::new();
                    for _ in 0..2500 {
                        // Rows of all threads lie side by side.
                        let key = format!("{:05}-{who}", dice.below(2000)).into_bytes();
                        match dice.below(5) {
                            0..3 if is_unique || !mine.contains_key(&key) => {
                                let data = vec![who as u8 + 1; dice.below(300) + 1];
                                assert_eq!(put(store, tree, who, &key, &data), mine.insert(key, data));
                            }
                            0..4 => {
                                let data = mine.remove(&key);
                                let name = data.clone().unwrap_or_default();
                                assert_eq!(take(store, tree, who, (&key, &name), dice.below(2) == 0), data);
                                let data = if is_unique { &[][..] } else { &name };
                                let bookmark = Bookmark { key: &key, data };
                                store
                                    .clean_page(tree, &author(who), &bookmark, &mut |node| {
                                        node.flags.is_deleted()
                                    })
                                    .unwrap();
                            }
                            _ => {
                                let view = Tree::open(store.pages(), tree.root(), None).unwrap();
                                let mut cursor = Cursor::new(view);
                                let found = cursor.seek(&key, SeekTarget::Equal).unwrap() == Seek::Exact;
                                let data = cursor.node().unwrap().map(|node| node.data.to_vec());
                                assert_eq!((found, data), (mine.contains_key(&key), mine.get(&key).cloned()));
                            }
                        }
                    }
                    expected.lock().unwrap().extend(mine);
                });
            }
            let (store, tree) = (&store, &tree);
            scope.spawn(move || {
                for _ in 0..40 {
                    let found = rows(store, tree);
                    assert!(found.is_sorted_by(|a, b| a.0 < b.0));
                    assert!(keys_backwards(store, tree).is_sorted_by(|a, b| a > b));
                    store.flush().unwrap();
                }
            });
        });
        let expected: Vec<_> = expected.into_inner().unwrap().into_iter().collect();
        assert!(rows(&store, &tree) == expected);
        check(&store, &[tree.root()]);
        assert_redone(&fs, &store);
    }
}
