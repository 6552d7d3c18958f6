//! The temporary database of an engine: nothing of it is logged, transactions cover it, and it goes with the engine.

#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::sync::Arc;

use jet_btree::change::Bookmark;
use jet_btree::redo::{DecompressError, Memory};
use jet_btree::space::NewTree;
use jet_btree::store::{OpenTree, Store};
use jet_btree::transaction::{Flushing, Limits, Reader, Transaction};
use jet_io::{FileSystem, OpenMode, SimFs};
use jet_log::names::LogNames;
use jet_log::outside::{SeededRandom, SteppingClock};
use jet_log::record::SessionId;
use jet_log::recovery::Surroundings;
use jet_pages::{PageFlags, PageSize, Pgno};
use jet_session::storage::{FoundRules, NewTemporary, Setup, Storage, TEMPORARY};

const FILE: &str = "/data/tmp.edb";

fn storage(fs: &SimFs) -> Storage {
    let setup = Setup {
        around: Surroundings {
            fs: Arc::new(fs.clone()),
            clock: Arc::new(SteppingClock::new(1_700_000_000_000, 7)),
            random: Arc::new(SeededRandom::new(5)),
        },
        log_folder: "/data".into(),
        system_folder: "/data".into(),
        names: LogNames {
            base: "edb".into(),
            has_old_extensions: true,
            has_five_digits: true,
        },
        page_size: PageSize::K4,
        log_sectors: 16,
        memory: Memory {
            soft_bytes: 64 * 4096,
            hard_bytes: 128 * 4096,
        },
        limits: Limits {
            version_bytes: 64 << 20,
            version_entry_bytes: 1 << 20,
        },
        checkpoint_depth: 1 << 20,
        growth_pages: 16,
        decompress: |_, _| Err(DecompressError("there are none".into())),
        params: zerocopy::FromZeros::new_zeroed(),
        found: FoundRules::default(),
    };
    let storage = Storage::start(setup, &mut |_| {}).unwrap().engine;
    let new = NewTemporary {
        path: Path::new(FILE),
        pages: 0,
        sorts_max: 2,
    };
    storage.create_temporary(new).unwrap();
    storage
}

fn disk() -> SimFs {
    let fs = SimFs::new();
    fs.create_dir_all(Path::new("/data")).unwrap();
    fs
}

/// A tree in the temporary database.
fn tree(storage: &Storage, transaction: &mut Transaction) -> OpenTree {
    let store = store(storage);
    transaction.begin(storage.trees(), true);
    let author = transaction.author_in(storage.trees(), store).unwrap();
    let new = NewTree {
        page_count: 1,
        has_space_trees: false,
        is_unique: true,
        flags: PageFlags::default(),
    };
    let tree = store.create_tree(&author, Pgno(1), new).unwrap();
    transaction.commit(storage.trees(), Flushing::Durable).unwrap();
    tree
}

fn store(storage: &Storage) -> &Arc<Store> {
    storage.temporary().unwrap().store()
}

fn count(storage: &Storage, tree: &OpenTree, transaction: &Transaction) -> u32 {
    let view = transaction.view(storage.trees());
    let mut reader = Reader::new(storage.trees(), store(storage), tree, view).unwrap();
    let mut count = 0;
    let mut is_there = reader.first().unwrap();
    while is_there {
        count += 1;
        is_there = reader.next().unwrap();
    }
    count
}

fn insert(storage: &Storage, tree: &OpenTree, transaction: &mut Transaction, numbers: core::ops::Range<u32>) {
    for number in numbers {
        let row = Bookmark {
            key: &number.to_be_bytes(),
            data: &[7; 400],
        };
        let store = store(storage);
        transaction.insert(storage.trees(), store, tree, &row).unwrap();
    }
}

#[test]
fn changes_are_undone_by_rollback_and_logged_nowhere() {
    let storage = storage(&disk());
    let mut transaction = Transaction::new(SessionId(1));
    let tree = tree(&storage, &mut transaction);
    let before = storage.log().position();
    // Also what only reads may change it.
    transaction.begin(storage.trees(), true);
    insert(&storage, &tree, &mut transaction, 0..10);
    transaction.begin(storage.trees(), true);
    insert(&storage, &tree, &mut transaction, 10..20);
    assert_eq!(count(&storage, &tree, &transaction), 20);
    transaction.roll_back(storage.trees()).unwrap();
    assert_eq!(count(&storage, &tree, &transaction), 10);
    let end = transaction.commit(storage.trees(), Flushing::Durable).unwrap();
    assert_eq!(end, None);
    assert_eq!(count(&storage, &tree, &transaction), 10);
    storage.clean().unwrap();
    assert_eq!(storage.log().position(), before);
}

#[test]
fn pages_leave_the_cache_while_their_transaction_is_open() {
    let storage = storage(&disk());
    let mut transaction = Transaction::new(SessionId(1));
    let tree = tree(&storage, &mut transaction);
    transaction.begin(storage.trees(), false);
    // Four times what the cache holds.
    insert(&storage, &tree, &mut transaction, 0..4_000);
    for number in 0_u32..4_000 {
        let row = Bookmark {
            key: &number.to_be_bytes(),
            data: &[8; 400],
        };
        let store = store(&storage);
        transaction.replace(storage.trees(), store, &tree, &row).unwrap();
    }
    assert_eq!(count(&storage, &tree, &transaction), 4_000);
    transaction.roll_back(storage.trees()).unwrap();
    assert_eq!(count(&storage, &tree, &transaction), 0);
    storage.upkeep().unwrap();
}

#[test]
fn a_tree_that_goes_leaves_nothing_to_its_successor() {
    let storage = storage(&disk());
    let trees = storage.trees();
    let mut transaction = Transaction::new(SessionId(1));
    let first = tree(&storage, &mut transaction);
    transaction.begin(trees, false);
    insert(&storage, &first, &mut transaction, 0..10);
    transaction.commit(trees, Flushing::Lazy).unwrap();
    transaction.begin(trees, false);
    let row = Bookmark {
        key: &3_u32.to_be_bytes(),
        data: &[],
    };
    transaction.delete(trees, store(&storage), &first, &row).unwrap();
    transaction.forget_trees(trees, TEMPORARY, &[first.root()]);
    let author = transaction.author_in(trees, store(&storage)).unwrap();
    store(&storage).free_tree(&first, &author).unwrap();
    assert_eq!(trees.version_bytes(), 0);
    transaction.roll_back(trees).unwrap();
    assert_eq!(storage.clean().unwrap(), 0);
    let second = tree(&storage, &mut transaction);
    assert_eq!(count(&storage, &second, &transaction), 0);
}

#[test]
fn its_file_is_there_while_the_engine_is_and_no_run_finds_that_of_another() {
    let fs = disk();
    let old = fs.open(Path::new(FILE), OpenMode::CreateNew).unwrap();
    old.write_at(b"of an earlier run", 0).unwrap();
    drop(old);
    let storage = storage(&fs);
    assert!(fs.exists(Path::new(FILE)).unwrap());
    assert!(storage.databases().is_empty());
    storage.stop().unwrap();
    drop(storage);
    assert!(!fs.exists(Path::new(FILE)).unwrap());
}

#[test]
fn there_are_no_more_sorts_than_allowed() {
    let storage = storage(&disk());
    let temporary = storage.temporary().unwrap();
    let first = temporary.permit_sort().unwrap();
    let _second = temporary.permit_sort().unwrap();
    assert!(temporary.permit_sort().is_none());
    drop(first);
    assert!(temporary.permit_sort().is_some());
}
