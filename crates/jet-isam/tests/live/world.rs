//! An engine on a simulated disk with one database, and sessions that work with its tables.

use std::path::Path;
use std::sync::Arc;

use jet_btree::transaction::{Flushing, Transaction};
use jet_io::SimFs;
use jet_isam::catalog::CatalogOfNewDatabase;
use jet_isam::column::ColumnType;
use jet_isam::database::Database;
use jet_isam::error::Result;
use jet_isam::schema::{IndexOptions, NewColumn, NewIndex, NewTable, Progress};
use jet_isam::session::{CursorId, TableSession};
use jet_isam::work::Work;
use jet_log::Lgpos;
use jet_log::outside::{SeededRandom, SteppingClock};
use jet_log::record::SessionId;
use jet_log::recovery::Surroundings;
use jet_pages::PageSize;
use jet_session::storage::{Companion, NewDatabase, NewTemporary, Storage};
use jet_test::written;

pub(crate) struct World {
    pub(crate) storage: Storage,
    pub(crate) database: Arc<Database>,
}

/// A session as the engine runs one.
pub(crate) struct Session<'w> {
    pub(crate) world: &'w World,
    pub(crate) transaction: Transaction,
    pub(crate) tables: TableSession,
    last_commit: Option<Lgpos>,
}

impl World {
    pub(crate) fn new(page_size: PageSize) -> Self {
        let folder = Path::new("/data");
        let fs = SimFs::new();
        jet_io::FileSystem::create_dir_all(&fs, folder).unwrap();
        let around = Surroundings {
            fs: Arc::new(fs),
            clock: Arc::new(SteppingClock::new(1_700_000_000_000, 1)),
            random: Arc::new(SeededRandom::new(1)),
        };
        let setup = written::setup(around, folder, page_size);
        let storage = Storage::start(setup, &mut |_| {}).unwrap().engine;
        let temporary = NewTemporary {
            path: &folder.join("tmp.edb"),
            pages: 0,
            sorts_max: 4,
        };
        storage.create_temporary(temporary).unwrap();
        let new = NewDatabase {
            path: &folder.join("one.edb"),
            pages_max: 0,
            replaces: false,
        };
        let made = storage.create(SessionId(1), new, &mut CatalogOfNewDatabase);
        let attached = made.unwrap();
        let database = Database::of(&attached);
        Self { storage, database }
    }

    pub(crate) fn session(&self, number: u16) -> Session<'_> {
        Session {
            world: self,
            transaction: Transaction::new(SessionId(number)),
            tables: TableSession::default(),
            last_commit: None,
        }
    }
}

impl Session<'_> {
    /// What a call gets.
    pub(crate) fn parts(&mut self) -> (&mut TableSession, Work<'_>) {
        let work = Work {
            storage: &self.world.storage,
            transaction: &mut self.transaction,
            last_commit: &mut self.last_commit,
            flushing: Flushing::Durable,
        };
        (&mut self.tables, work)
    }

    pub(crate) fn begin(&mut self) {
        let storage = &self.world.storage;
        self.transaction.begin(storage.trees(), false);
        let level = self.transaction.level();
        self.tables.began(storage, &self.transaction, level);
    }

    pub(crate) fn commit(&mut self) {
        let (storage, level) = (&self.world.storage, self.transaction.level());
        self.transaction
            .commit(storage.trees(), Flushing::Durable)
            .unwrap();
        self.tables.committed(storage, &mut self.transaction, level);
    }

    pub(crate) fn roll_back(&mut self) {
        let (storage, level) = (&self.world.storage, self.transaction.level());
        self.transaction.roll_back(storage.trees()).unwrap();
        self.tables.rolled_back(storage, &mut self.transaction, level);
    }
}

/// A table with a number as its key, a text in code page 1252 and a long text, and an index by the short text.
pub(crate) fn people() -> NewTable {
    let column = |name: &str, column_type, max_len| NewColumn {
        name: name.to_owned(),
        column_type: Some(column_type),
        max_len,
        ..NewColumn::default()
    };
    let index = |name: &str, options, key: &str| NewIndex {
        name: name.to_owned(),
        options,
        key: key.into(),
        ..NewIndex::default()
    };
    NewTable {
        name: "People".to_owned(),
        columns: vec![
            column("Id", ColumnType::Long, 0),
            column("Name", ColumnType::Text, 50),
            column("Story", ColumnType::LongText, 0),
        ],
        indexes: vec![
            index("ById", IndexOptions::PRIMARY, "+Id\0\0"),
            index("ByName", IndexOptions::default(), "+Name\0\0"),
        ],
        ..NewTable::default()
    }
}

impl Session<'_> {
    pub(crate) fn create(&mut self, new: &NewTable) -> Result<CursorId> {
        let database = &self.world.database;
        let (tables, mut work) = self.parts();
        tables.create_table(&mut work, database, new, &mut Progress::default())
    }
}
