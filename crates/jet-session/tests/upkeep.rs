//! The engine beneath the sessions: what upkeep does to logs, what a full log leaves, and what an engine leaves that is dropped.

#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::sync::Arc;

use jet_btree::change::Bookmark;
use jet_btree::redo::Memory;
use jet_btree::space::NewTree;
use jet_btree::transaction::{Flushing, Reader, Transaction};
use jet_io::fs_sim::Failure;
use jet_io::{Faults, FileSystem, SimFs};
use jet_log::outside::{SeededRandom, SteppingClock};
use jet_log::record::SessionId;
use jet_log::recovery::Surroundings;
use jet_pages::{PageFlags, PageSize, Pgno};
use jet_session::storage::{AttachedDatabase, Fill, NewDatabase, Setup, Storage, StorageError};

const DATABASE: &str = "/data/new.edb";
const SESSION: SessionId = SessionId(1);

#[derive(Default)]
struct OneTree(Option<Pgno>);

impl Fill for OneTree {
    fn fill(
        &mut self,
        engine: &Storage,
        database: &AttachedDatabase,
        transaction: &mut Transaction,
    ) -> Result<(), StorageError> {
        transaction.begin(engine.trees(), false);
        let author = transaction.author(engine.trees())?;
        database.store().create_root(&author, 254)?;
        let new = NewTree {
            page_count: 1,
            has_space_trees: false,
            is_unique: true,
            flags: PageFlags::default(),
        };
        self.0 = Some(database.store().create_tree(&author, Pgno(1), new)?.root());
        transaction.commit(engine.trees(), Flushing::Lazy)?;
        Ok(())
    }
}

fn setup(fs: &SimFs, is_circular: bool) -> Setup {
    let around = Surroundings {
        fs: Arc::new(fs.clone()),
        clock: Arc::new(SteppingClock::new(1_700_000_000_000, 7)),
        random: Arc::new(SeededRandom::new(5)),
    };
    let mut setup = Setup::in_folder(around, Path::new("/data"), PageSize::K4);
    setup.log_sectors = 16;
    setup.memory = Memory {
        soft_bytes: 1 << 20,
        hard_bytes: 4 << 20,
    };
    setup.checkpoint_depth = 100_000;
    setup.params.flags = u8::from(is_circular);
    setup
}

/// A disk on which an engine with a database works.
fn engine(is_circular: bool) -> (SimFs, Storage, Arc<AttachedDatabase>, Pgno) {
    let fs = SimFs::new();
    fs.create_dir_all(Path::new("/data")).unwrap();
    fs.sync_dir(Path::new("/")).unwrap();
    let storage = Storage::start(setup(&fs, is_circular), &mut |_| {})
        .unwrap()
        .engine;
    let mut made = OneTree::default();
    let new = NewDatabase {
        path: Path::new(DATABASE),
        pages_max: 0,
        replaces: false,
    };
    let database = storage.create(SESSION, new, &mut made).unwrap();
    (fs, storage, database, made.0.unwrap())
}

fn insert(storage: &Storage, database: &AttachedDatabase, root: Pgno, numbers: core::ops::Range<u32>) {
    let tree = database.store().open_tree(root, None).unwrap();
    let mut transaction = Transaction::new(SESSION);
    for number in numbers {
        let row = Bookmark {
            key: &number.to_be_bytes(),
            data: &[7; 1000],
        };
        transaction.begin(storage.trees(), false);
        transaction
            .insert(storage.trees(), database.store(), &tree, &row)
            .unwrap();
        transaction.commit(storage.trees(), Flushing::Durable).unwrap();
    }
}

fn count(storage: &Storage, database: &AttachedDatabase, root: Pgno) -> u32 {
    let tree = database.store().open_tree(root, None).unwrap();
    let view = Transaction::new(SESSION).view(storage.trees());
    let mut reader = Reader::new(storage.trees(), database.store(), &tree, view).unwrap();
    let (mut count, mut is_on_row) = (0, reader.first().unwrap());
    while is_on_row {
        count += 1;
        is_on_row = reader.next().unwrap();
    }
    count
}

/// Files whose names end so.
fn files(fs: &SimFs, end: &str) -> Vec<String> {
    let entries = fs.list(Path::new("/data")).unwrap().into_iter();
    let names = entries.map(|entry| entry.name.to_string_lossy().into_owned());
    names.filter(|name| name.ends_with(end)).collect()
}

#[test]
fn with_circular_logging_old_logs_go_and_recovery_needs_none_of_them() {
    let (fs, storage, database, root) = engine(true);
    for first in (0..200).step_by(10) {
        insert(&storage, &database, root, first..first + 10);
        storage.upkeep().unwrap();
        // The power may fail at any moment, and a checkpoint that comes back must find its log.
        let image = fs.durable_image();
        let again = Storage::start(setup(&image, true), &mut |_| {}).unwrap().engine;
        let attached = again.attach(SESSION, Path::new(DATABASE), 0).unwrap();
        assert_eq!(count(&again, &attached, root), first + 10);
    }
    let generation = storage.log().generation().0;
    let logs = files(&fs, ".log").len();
    assert!(
        generation > 10 && logs < 5,
        "{logs} logs, generation {generation}"
    );
}

#[test]
fn without_it_every_log_stays() {
    let (fs, storage, database, root) = engine(false);
    for first in (0..100).step_by(10) {
        insert(&storage, &database, root, first..first + 10);
        storage.upkeep().unwrap();
    }
    let generation = usize::try_from(storage.log().generation().0).unwrap();
    let logs = files(&fs, ".log");
    let made_ahead = usize::from(logs.iter().any(|name| name == "edbtmp.log"));
    assert_eq!(logs.len() - made_ahead, generation);
    assert!(generation > 5);
}

#[test]
fn a_start_makes_the_reserve_logs() {
    let (fs, ..) = engine(false);
    assert_eq!(files(&fs, ".jrs"), ["edbres00001.jrs", "edbres00002.jrs"]);
}

#[test]
fn an_engine_that_is_dropped_lets_go_of_its_files() {
    let (fs, storage, database, root) = engine(false);
    insert(&storage, &database, root, 0..20);
    drop((storage, database));
    let storage = Storage::start(setup(&fs, false), &mut |_| {}).unwrap().engine;
    let database = storage.attach(SESSION, Path::new(DATABASE), 0).unwrap();
    assert_eq!(count(&storage, &database, root), 20);
}

#[test]
fn a_checkpoint_never_stands_in_a_generation_that_is_not_there() {
    // Wherever the log ends, a checkpoint taken there can be used.
    let (fs, storage, database, root) = engine(false);
    for number in 0..60 {
        insert(&storage, &database, root, number..number + 1);
        storage.log().flush(storage.log().position()).unwrap();
        database.store().flush().unwrap();
        storage.move_checkpoint().unwrap();
        let image = fs.durable_image();
        let again = Storage::start(setup(&image, false), &mut |_| {});
        assert!(again.is_ok(), "{number}: {:?}", again.err());
    }
}

/// Commits rows until the log refuses one.
fn fill_log(storage: &Storage, database: &AttachedDatabase, root: Pgno) {
    let tree = database.store().open_tree(root, None).unwrap();
    let mut transaction = Transaction::new(SessionId(3));
    for number in 1000..2000_u32 {
        transaction.begin(storage.trees(), false);
        let row = Bookmark {
            key: &number.to_be_bytes(),
            data: &[9; 1000],
        };
        let inserted = transaction.insert(storage.trees(), database.store(), &tree, &row);
        if inserted.is_err() || transaction.commit(storage.trees(), Flushing::Durable).is_err() {
            return;
        }
    }
    panic!("the log never fills");
}

#[test]
fn a_page_whose_change_a_full_log_does_not_end_is_written_when_there_is_space_again() {
    for is_commit in [true, false] {
        let (fs, storage, database, root) = engine(false);
        // So many that those which fill the log leave the page of the first one alone.
        insert(&storage, &database, root, 0..40);
        assert_eq!(database.store().flush().unwrap().held, 0);
        let tree = database.store().open_tree(root, None).unwrap();
        let mut open = Transaction::new(SessionId(2));
        open.begin(storage.trees(), false);
        let row = Bookmark {
            key: &0_u32.to_be_bytes(),
            data: &[8; 900],
        };
        let replaced = open.replace(storage.trees(), database.store(), &tree, &row);
        replaced.unwrap();
        let next = fs.operations() + 1;
        fs.set_faults(Faults::new(0).fail_from(next, Failure::DiskFull));
        fill_log(&storage, &database, root);
        let is_refused = match is_commit {
            true => open.commit(storage.trees(), Flushing::Lazy).is_err(),
            false => open.roll_back(storage.trees()).is_err(),
        };
        assert!(is_refused, "is_commit: {is_commit}");
        assert!(
            database.store().flush().unwrap().held > 0,
            "its old data are in no log"
        );

        fs.set_faults(Faults::default());
        storage.log().restore_reserves().unwrap();
        storage.trees().log_old_data(database.number()).unwrap();
        assert_eq!(
            database.store().flush().unwrap().held,
            0,
            "is_commit: {is_commit}"
        );
    }
}
