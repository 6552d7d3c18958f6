//! A process with the storage engine on a simulated disk.

#![allow(dead_code, clippy::unwrap_used)]

use std::path::Path;
use std::sync::Arc;

use jet_btree::change::Bookmark;
use jet_btree::redo::DecompressError;
use jet_btree::space::NewTree;
use jet_btree::store::OpenTree;
use jet_btree::transaction::{ChangeError, Flushing, Reader, Transaction};
use jet_io::{FileSystem, SimFs};
use jet_log::outside::{SeededRandom, SteppingClock};
use jet_log::record::Dbid;
use jet_log::recovery::Surroundings;
use jet_pages::{PageFlags, Pgno};
use jet_session::options::{BeginBits, CommitBits, CreateBits, TermBits};
use jet_session::params::ParamId;
use jet_session::storage::{
    AttachedDatabase, CommitId, CommitObserver, Companion, Contents, EngineSetup, Fill, InitOptions, Storage,
    StorageEngine, StorageError,
};
use jet_session::{Call, CallError, Entry, Handle, Process, Session, SessionError, SystemOutside, ThreadId};

pub(crate) const MAIN: ThreadId = ThreadId::from_number(1_000_001);
pub(crate) const DATABASE: &str = "/data/one.edb";

/// One tree of rows.
#[derive(Debug)]
struct OneTree;

impl Contents for OneTree {
    fn filler(&self) -> Box<dyn Fill> {
        Box::new(Self)
    }

    fn companion(&self) -> Box<dyn Companion> {
        Box::new(Alone)
    }
}

/// Nothing is kept for a session.
#[derive(Debug)]
struct Alone;

impl Companion for Alone {
    fn began(&mut self, _: &Storage, _: &Transaction, _: u8) {}

    fn committed(&mut self, _: &Storage, _: &mut Transaction, _: u8) {}

    fn rolled_back(&mut self, _: &Storage, _: &mut Transaction, _: u8) {}

    fn closed(&mut self, _: &Storage, _: &mut Transaction, _: Dbid) {}

    fn ended(&mut self, _: &Storage, _: &mut Transaction) {}

    fn as_any(&mut self) -> &mut dyn core::any::Any {
        self
    }
}

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
        let made = database.store().create_tree(&author, Pgno(1), new)?;
        assert_eq!(made.root(), TREE);
        transaction.commit(engine.trees(), Flushing::Lazy)?;
        Ok(())
    }
}

/// Root of the one tree: behind the three pages of the database's own.
const TREE: Pgno = Pgno(4);

pub(crate) type Answer<T> = Result<T, CallError<StorageError>>;

pub(crate) struct World {
    pub(crate) fs: SimFs,
    pub(crate) process: Arc<Process<StorageEngine>>,
}

/// An empty disk with a few folders.
pub(crate) fn disk() -> SimFs {
    let fs = SimFs::new();
    for folder in ["/data", "/logs", "/more"] {
        fs.create_dir_all(Path::new(folder)).unwrap();
    }
    fs.sync_dir(Path::new("/")).unwrap();
    fs
}

/// A process on this disk.
pub(crate) fn world_on(fs: &SimFs, observer: Option<Arc<dyn CommitObserver>>) -> World {
    let setup = EngineSetup {
        around: Surroundings {
            fs: Arc::new(fs.clone()),
            clock: Arc::new(SteppingClock::new(1_000_000, 1)),
            random: Arc::new(SeededRandom::new(7)),
        },
        decompress: |_, _| Err(DecompressError("nothing is compressed here".into())),
        contents: Arc::new(OneTree),
        observer,
    };
    World {
        fs: fs.clone(),
        process: Arc::new(Process::new(setup, Arc::new(SystemOutside::default()))),
    }
}

pub(crate) fn world() -> World {
    world_on(&disk(), None)
}

impl World {
    /// An instance that is not initialised, with small logs.
    pub(crate) fn instance(&self, name: &str, folder: &str) -> Handle {
        let instance = self.process.create_instance(name).unwrap();
        for id in [ParamId::SYSTEM_PATH, ParamId::LOG_FILE_PATH, ParamId::TEMP_PATH] {
            self.set(instance, id, 0, Some(folder));
        }
        self.set(instance, ParamId::LOG_FILE_SIZE, 64, None);
        instance
    }

    pub(crate) fn set(&self, instance: Handle, id: ParamId, value: u64, text: Option<&str>) {
        let number = id.number().into();
        self.process
            .set_parameter(instance, Handle::NONE, number, value, text)
            .unwrap();
    }

    pub(crate) fn init(&self, instance: Handle) -> Answer<()> {
        self.process
            .init(Some(instance), &InitOptions::default())
            .map(|_| ())
    }

    /// An instance in service.
    pub(crate) fn running(&self, name: &str, folder: &str) -> Handle {
        let instance = self.instance(name, folder);
        self.init(instance).unwrap();
        instance
    }

    pub(crate) fn session(&self, instance: Handle) -> Arc<Session<StorageEngine>> {
        self.process.begin_session(instance).unwrap()
    }

    pub(crate) fn term(&self, instance: Handle, bits: TermBits) -> Answer<()> {
        self.process.term(instance, bits)
    }

    /// A session with a new database open.
    pub(crate) fn with_database(&self, instance: Handle) -> (Arc<Session<StorageEngine>>, Dbid) {
        let session = self.session(instance);
        let made = call(&session).create_database(DATABASE, 0, CreateBits::default());
        (session, made.unwrap())
    }
}

pub(crate) fn call(session: &Session<StorageEngine>) -> Call<'_, StorageEngine> {
    session.enter(MAIN, Entry::Service).unwrap()
}

/// What a rule refused.
pub(crate) fn refusal<T: std::fmt::Debug>(answer: Answer<T>) -> SessionError {
    answer.unwrap_err().refusal().unwrap()
}

/// What the engine refused.
pub(crate) fn failure<T: std::fmt::Debug>(answer: Answer<T>) -> StorageError {
    match answer.unwrap_err() {
        CallError::Engine(error) => error,
        CallError::Session(refusal) => panic!("the engine was not asked: {refusal}"),
    }
}

fn tree(call: &mut Call<'_, StorageEngine>, database: Dbid) -> (Arc<AttachedDatabase>, OpenTree) {
    let database = call.database(database).unwrap();
    let tree = database.store().open_tree(TREE, None).unwrap();
    (database, tree)
}

/// Inserts a row in the open transaction.
pub(crate) fn insert(
    call: &mut Call<'_, StorageEngine>,
    database: Dbid,
    key: &[u8],
) -> Result<(), ChangeError> {
    let (database, tree) = tree(call, database);
    let (engine, session) = call.parts();
    let row = Bookmark { key, data: b"row" };
    let storage = engine.storage().unwrap();
    session
        .transaction()
        .insert(storage.trees(), database.store(), &tree, &row)
}

/// Deletes a row in the open transaction.
pub(crate) fn delete(
    call: &mut Call<'_, StorageEngine>,
    database: Dbid,
    key: &[u8],
) -> Result<(), ChangeError> {
    let (database, tree) = tree(call, database);
    let (engine, session) = call.parts();
    let row = Bookmark { key, data: &[] };
    let storage = engine.storage().unwrap();
    session
        .transaction()
        .delete(storage.trees(), database.store(), &tree, &row)
}

/// Inserts a row in a transaction of its own.
pub(crate) fn commit(
    session: &Session<StorageEngine>,
    database: Dbid,
    key: &[u8],
    bits: CommitBits,
) -> Answer<CommitId> {
    let mut call = call(session);
    call.begin(BeginBits::default()).unwrap();
    insert(&mut call, database, key).unwrap();
    call.commit(bits, 0).map(|id| id.unwrap())
}

/// The keys that the session sees.
pub(crate) fn keys(session: &Session<StorageEngine>, database: Dbid) -> Vec<Vec<u8>> {
    let mut call = call(session);
    let (database, tree) = tree(&mut call, database);
    let (engine, session) = call.parts();
    let storage = engine.storage().unwrap();
    let view = session.transaction().view(storage.trees());
    let mut reader = Reader::new(storage.trees(), database.store(), &tree, view).unwrap();
    let mut keys = Vec::new();
    let mut is_there = reader.first().unwrap();
    while is_there {
        keys.push(reader.row().unwrap().unwrap().0.to_vec());
        is_there = reader.next().unwrap();
    }
    keys
}
