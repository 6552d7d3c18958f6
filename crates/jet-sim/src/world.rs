//! One world: a simulated disk, the engine on it, sessions, and the model beside them.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail, ensure};
use jet_btree::change::Bookmark;
use jet_btree::space::NewTree;
use jet_btree::store::{OpenTree, Store};
use jet_btree::transaction::{ChangeError, Flushing, Reader, Transaction};
use jet_btree::version::VersionError;
use jet_btree::{Seek, SeekTarget};
use jet_io::{FileSystem, SimFs};
use jet_log::record::SessionId;
use jet_pages::{Objid, PageFlags, PageSize, Pgno};
use jet_session::storage::{AttachedDatabase, Fill, NewDatabase, Storage, StorageError};

use crate::left::{Left, setup};
use crate::model::{Answer, Model, Name};
use crate::random::Random;
use crate::tell;

/// How a world is built.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Size of pages.
    pub page_size: PageSize,
    /// Memory for pages.
    pub cache_pages: usize,
    /// Sectors of a log.
    pub log_sectors: u16,
    /// Sessions.
    pub sessions: usize,
    /// Keys of each tree.
    pub keys: u64,
    /// Bytes of data, at most.
    pub data_bytes: u64,
    /// Bytes of log behind the checkpoint.
    pub checkpoint_depth: u64,
}

impl Shape {
    /// A shape that follows from a seed.
    pub fn of(random: &mut Random) -> Self {
        let page_size = [PageSize::K4, PageSize::K8, PageSize::K32][random.index(3)];
        Self {
            page_size,
            cache_pages: 32 + random.index(100),
            log_sectors: 16 + u16::try_from(random.below(48)).unwrap_or(0),
            sessions: 1 + random.index(5),
            keys: 8 << random.below(7),
            data_bytes: [20, 200, 1200][random.index(3)],
            checkpoint_depth: 10_000 << random.below(5),
        }
    }
}

/// Trees of every world: unique rows, rows named by key and data, counters.
pub const ROWS: usize = 0;
/// See [`ROWS`].
pub const ENTRIES: usize = 1;
/// See [`ROWS`].
pub const COUNTERS: usize = 2;

pub(crate) const DATABASE: &str = "/data/world.edb";
pub(crate) const FOLDER: &str = "/data";
const DATABASE_ROOT: Pgno = Pgno(1);
const FIRST_PAGES: u32 = 254;
const COUNTER_COUNT: u64 = 4;

/// The engine and what is open in it.
#[derive(Debug)]
pub struct World {
    /// The disk.
    pub fs: SimFs,
    shape: Shape,
    engine: Storage,
    database: Arc<AttachedDatabase>,
    trees: Vec<OpenTree>,
    sessions: Vec<Transaction>,
    /// What must be there.
    pub model: Model,
    /// Commits up to here must outlive a crash.
    pub durable: u64,
}

#[derive(Default)]
struct Trees {
    roots: Vec<(Pgno, Objid)>,
}

impl Fill for Trees {
    fn fill(
        &mut self,
        engine: &Storage,
        database: &AttachedDatabase,
        transaction: &mut Transaction,
    ) -> Result<(), StorageError> {
        transaction.begin(engine.trees(), false);
        let author = transaction.author(engine.trees())?;
        database.store().create_root(&author, FIRST_PAGES)?;
        for is_unique in [true, false, true] {
            let new = NewTree {
                page_count: 1,
                has_space_trees: false,
                is_unique,
                flags: PageFlags::default(),
            };
            let made = database.store().create_tree(&author, DATABASE_ROOT, new)?;
            self.roots.push((made.root(), made.objid()));
        }
        transaction.commit(engine.trees(), Flushing::Lazy)?;
        Ok(())
    }
}

impl World {
    /// A new world on an empty disk, with its counters made.
    ///
    /// # Errors
    /// What the engine refuses.
    pub fn new(fs: &SimFs, shape: Shape, seed: u64) -> anyhow::Result<Self> {
        fs.create_dir_all(Path::new(FOLDER))?;
        fs.sync_dir(Path::new("/"))?;
        let engine = Storage::start(setup(fs, &shape, seed), &mut |_| {})?.engine;
        let mut made = Trees::default();
        let new = NewDatabase {
            path: Path::new(DATABASE),
            pages_max: 0,
            replaces: false,
        };
        let database = engine.create(SessionId(1), new, &mut made)?;
        let mut world = Self::with(fs, shape, engine, database, &made.roots)?;
        world.make_counters()?;
        Ok(world)
    }

    pub(crate) fn with(
        fs: &SimFs,
        shape: Shape,
        engine: Storage,
        database: Arc<AttachedDatabase>,
        roots: &[(Pgno, Objid)],
    ) -> anyhow::Result<Self> {
        let store = database.store();
        let trees = roots
            .iter()
            .map(|&(root, objid)| store.open_tree(root, Some(objid)))
            .collect::<Result<Vec<_>, _>>()?;
        let numbers = 1..=u16::try_from(shape.sessions)?;
        Ok(Self {
            fs: fs.clone(),
            engine,
            database,
            trees,
            sessions: numbers
                .map(|number| Transaction::new(SessionId(number)))
                .collect(),
            model: Model::new(shape.sessions),
            durable: 0,
            shape,
        })
    }

    /// What is known of it when the engine is gone.
    pub fn left(&self) -> Left {
        Left {
            shape: self.shape.clone(),
            roots: self
                .trees
                .iter()
                .map(|tree| (tree.root(), tree.objid()))
                .collect(),
            model: self.model.clone(),
            durable: self.durable,
        }
    }

    /// Ends the engine well, and starts it again.
    ///
    /// # Errors
    /// What it refuses.
    pub fn stop_and_start(mut self, seed: u64) -> anyhow::Result<Self> {
        for session in 0..self.sessions.len() {
            while self.model.level(session) > 0 {
                self.roll_back(session)?;
            }
        }
        self.engine.stop()?;
        self.durable = self.model.commits();
        let (fs, left) = (self.fs.clone(), self.left());
        // Its files are locked until the engine is gone.
        drop(self);
        left.restarted(&fs, seed)
    }

    fn make_counters(&mut self) -> anyhow::Result<()> {
        self.begin(0);
        for number in 0..COUNTER_COUNT {
            let name = (COUNTERS, number.to_be_bytes().to_vec(), Vec::new());
            self.insert(0, name, vec![0; 8])?;
        }
        self.commit(0, Flushing::Durable)
    }

    fn store(&self) -> &Store {
        self.database.store()
    }

    /// One step of the work.
    ///
    /// # Errors
    /// What the engine refuses without reason, and every answer that is not the model's.
    pub fn step(&mut self, random: &mut Random) -> anyhow::Result<()> {
        let session = random.index(self.sessions.len());
        if self.model.level(session) == 0 {
            return match random.below(12) {
                0 => self.scan(session, random),
                1 => self.seek(session, random),
                2 => self.keep_up(random),
                _ => {
                    self.begin(session);
                    Ok(())
                }
            };
        }
        match random.below(24) {
            0 | 1 => self.commit(session, Flushing::Durable),
            2 => self.commit(session, Flushing::Lazy),
            3 => self.roll_back(session),
            4 if self.model.level(session) < 7 => {
                self.begin(session);
                Ok(())
            }
            5 => self.scan(session, random),
            6 | 7 => self.seek(session, random),
            8 => self.keep_up(random),
            9 => self.add(session, random),
            10..=13 => {
                let name = self.row_name(random);
                let data = self.data(random);
                self.replace(session, name, data)
            }
            14..=17 => {
                let name = self.any_name(random);
                self.delete(session, name)
            }
            _ => {
                let name = self.any_name(random);
                let data = if name.0 == ENTRIES {
                    name.2.clone()
                } else {
                    self.data(random)
                };
                self.insert(session, name, data)
            }
        }
    }

    /// What goes on beside the sessions: upkeep, and pages written at any moment.
    fn keep_up(&self, random: &mut Random) -> anyhow::Result<()> {
        match random.below(4) {
            0 => {
                self.store().flush()?;
            }
            1 => {
                self.engine.trees().log_old_data(self.database.number())?;
                self.store().flush()?;
            }
            2 => self.engine.move_checkpoint()?,
            _ => self.engine.upkeep()?,
        }
        Ok(())
    }

    fn key(&self, random: &mut Random) -> Vec<u8> {
        let number = random.below(self.shape.keys);
        let mut key = (number * 0x0101).to_be_bytes()[4..].to_vec();
        // Some keys are long, always the same ones.
        let more = usize::try_from(number % 7 * 9).unwrap_or(0);
        key.extend(std::iter::repeat_n(b'k', more));
        key
    }

    fn data(&self, random: &mut Random) -> Vec<u8> {
        let len = 1 + random.index(usize::try_from(self.shape.data_bytes).unwrap_or(1));
        let fill = u8::try_from(random.below(256)).unwrap_or(0);
        vec![fill; len]
    }

    fn row_name(&self, random: &mut Random) -> Name {
        (ROWS, self.key(random), Vec::new())
    }

    fn any_name(&self, random: &mut Random) -> Name {
        if random.one_in(3) {
            let data = random.below(6).to_be_bytes().to_vec();
            (ENTRIES, self.key(random), data)
        } else {
            self.row_name(random)
        }
    }

    fn begin(&mut self, session: usize) {
        tell(|| format!("{session} begin"));
        self.model.begin(session);
        self.sessions[session].begin(self.engine.trees(), false);
    }

    fn commit(&mut self, session: usize, flushing: Flushing) -> anyhow::Result<()> {
        // Noted before: a commit that fails may be there after a crash.
        let made = self.model.commit(session);
        tell(|| format!("{session} commit {flushing:?} {}", self.model.commits()));
        self.sessions[session].commit(self.engine.trees(), flushing)?;
        if made && flushing == Flushing::Durable {
            // The log is one: whatever committed before is durable, too.
            self.durable = self.model.commits();
        }
        Ok(())
    }

    fn roll_back(&mut self, session: usize) -> anyhow::Result<()> {
        self.model.roll_back(session);
        tell(|| format!("{session} rollback"));
        Ok(self.sessions[session].roll_back(self.engine.trees())?)
    }

    fn insert(&mut self, session: usize, name: Name, data: Vec<u8>) -> anyhow::Result<()> {
        let row = Bookmark {
            key: &name.1,
            data: &data,
        };
        let made = self.sessions[session].insert(
            self.engine.trees(),
            self.database.store(),
            &self.trees[name.0],
            &row,
        );
        tell(|| format!("{session} insert {} {:02x?}: {made:?}", name.0, &name.1[2..4]));
        let made = answer(made)?;
        let expected = self.model.insert(session, name.clone(), data.clone());
        ensure!(
            made == expected,
            "insert {name:?} by {session}: {made:?}, not {expected:?}"
        );
        Ok(())
    }

    fn replace(&mut self, session: usize, name: Name, data: Vec<u8>) -> anyhow::Result<()> {
        let row = Bookmark {
            key: &name.1,
            data: &data,
        };
        let made = self.sessions[session].replace(
            self.engine.trees(),
            self.database.store(),
            &self.trees[name.0],
            &row,
        );
        tell(|| format!("{session} replace {} {:02x?}: {made:?}", name.0, &name.1[2..4]));
        let made = answer(made)?;
        let expected = self.model.change(session, name.clone(), Some(data));
        ensure!(
            made == expected,
            "replace {name:?} by {session}: {made:?}, not {expected:?}"
        );
        Ok(())
    }

    fn delete(&mut self, session: usize, name: Name) -> anyhow::Result<()> {
        let row = Bookmark {
            key: &name.1,
            data: &name.2,
        };
        let made = self.sessions[session].delete(
            self.engine.trees(),
            self.database.store(),
            &self.trees[name.0],
            &row,
        );
        tell(|| format!("{session} delete {} {:02x?}: {made:?}", name.0, &name.1[2..4]));
        let made = answer(made)?;
        let expected = self.model.change(session, name.clone(), None);
        ensure!(
            made == expected,
            "delete {name:?} by {session}: {made:?}, not {expected:?}"
        );
        Ok(())
    }

    fn add(&mut self, session: usize, random: &mut Random) -> anyhow::Result<()> {
        let name = (
            COUNTERS,
            random.below(COUNTER_COUNT).to_be_bytes().to_vec(),
            Vec::new(),
        );
        let number = i32::try_from(random.below(1000))? - 500;
        let row = Bookmark {
            key: &name.1,
            data: &[],
        };
        let made = self.sessions[session].add(
            self.engine.trees(),
            self.database.store(),
            &self.trees[COUNTERS],
            &row,
            (0, number),
        );
        let made = answer(made)?;
        let expected = self.model.add(session, name.clone(), number.into());
        ensure!(
            made == expected,
            "add to {name:?} by {session}: {made:?}, not {expected:?}"
        );
        Ok(())
    }

    fn reader(&self, session: usize, tree: usize) -> anyhow::Result<Reader<'_>> {
        let view = self.sessions[session].view(self.engine.trees());
        Ok(Reader::new(
            self.engine.trees(),
            self.store(),
            &self.trees[tree],
            view,
        )?)
    }

    /// Compares all rows of a tree, forwards or backwards.
    fn scan(&self, session: usize, random: &mut Random) -> anyhow::Result<()> {
        let (tree, backwards) = (random.index(3), random.one_in(2));
        let mut expected = self.model.scan(session, tree);
        let mut reader = self.reader(session, tree)?;
        let mut found = Vec::new();
        let mut is_on_row = if backwards {
            reader.last()?
        } else {
            reader.first()?
        };
        while is_on_row {
            let (key, data) = reader.row()?.context("a row")?;
            found.push((key.to_vec(), data.to_vec()));
            is_on_row = if backwards {
                reader.previous()?
            } else {
                reader.next()?
            };
        }
        if backwards {
            expected.reverse();
        }
        if found != expected {
            bail!(
                "session {session} sees other rows of tree {tree}: {}",
                difference(&found, &expected)
            );
        }
        Ok(())
    }

    fn seek(&self, session: usize, random: &mut Random) -> anyhow::Result<()> {
        let name = self.row_name(random);
        let rows = self.model.scan(session, ROWS);
        let mut reader = self.reader(session, ROWS)?;
        let target = [
            SeekTarget::Equal,
            SeekTarget::GreaterOrEqual,
            SeekTarget::Greater,
            SeekTarget::LessOrEqual,
            SeekTarget::Less,
        ][random.index(5)];
        let at = rows.partition_point(|row| row.0 < name.1);
        let behind = rows.partition_point(|row| row.0 <= name.1);
        let expected = match target {
            SeekTarget::Equal => rows.get(at).filter(|_| behind > at),
            SeekTarget::GreaterOrEqual => rows.get(at),
            SeekTarget::Greater => rows.get(behind),
            SeekTarget::LessOrEqual => behind.checked_sub(1).and_then(|at| rows.get(at)),
            SeekTarget::Less => at.checked_sub(1).and_then(|at| rows.get(at)),
        };
        let found = reader.seek(&name.1, target)?;
        let row = reader.row()?.map(|(key, data)| (key.to_vec(), data.to_vec()));
        ensure!(
            (found == Seek::NotFound) == row.is_none() && row.as_ref() == expected,
            "session {session} looks for {target:?} {:?} and finds {found:?}",
            name.1
        );
        Ok(())
    }

    /// What a tree holds for everybody who comes now.
    ///
    /// # Errors
    /// What reading gives.
    pub fn rows(&self, tree: usize) -> anyhow::Result<Vec<(Vec<u8>, Vec<u8>)>> {
        let mut reader = self.reader(0, tree)?;
        let mut found = Vec::new();
        let mut is_on_row = reader.first()?;
        while is_on_row {
            let (key, data) = reader.row()?.context("a row")?;
            found.push((key.to_vec(), data.to_vec()));
            is_on_row = reader.next()?;
        }
        Ok(found)
    }

    /// The engine.
    pub const fn engine(&self) -> &Storage {
        &self.engine
    }
}

fn answer(made: Result<(), ChangeError>) -> anyhow::Result<Answer> {
    match made {
        Ok(()) => Ok(Answer::Done),
        Err(ChangeError::KeyTaken) => Ok(Answer::Taken),
        Err(ChangeError::NoNode) => Ok(Answer::Missing),
        Err(ChangeError::Version(VersionError::Conflict(_))) => Ok(Answer::Conflict),
        Err(error) => Err(error.into()),
    }
}

/// The first row in which two scans differ.
pub fn difference(found: &[(Vec<u8>, Vec<u8>)], expected: &[(Vec<u8>, Vec<u8>)]) -> String {
    let at = found
        .iter()
        .zip(expected)
        .take_while(|(left, right)| left == right)
        .count();
    format!(
        "{} rows, not {}; row {at} is {:02x?}, not {:02x?}",
        found.len(),
        expected.len(),
        found.get(at),
        expected.get(at)
    )
}
