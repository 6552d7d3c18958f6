//! `core_speed FOLDER RUNS`: what the running engine does in a second, as one line of JSON.
//!
//! Files lie in FOLDER. Each run measures everything once, in turns, so that other work on the machine falls on all: one entry per run.
//! `syncs`: 4096 bytes overwritten in a file and synced, without an engine. `durable`: commits of one row each that wait for the
//! disk, by number of threads. `lazy`: the same without waiting. `lookups`: rows of 100 bytes found by their key among 100,000 in the
//! cache, by number of threads; `lookups_kept` with a reader that is kept. `scanned`: rows of a scan. Memory, as the system tells it: `session_bytes`
//! for a session with an open transaction, `version_bytes` for the version of an inserted row, `counted_bytes` as the engine counts it.

#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::error::Error;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use jet_btree::change::Bookmark;
use jet_btree::redo::Memory;
use jet_btree::space::NewTree;
use jet_btree::store::OpenTree;
use jet_btree::transaction::{Flushing, Reader, Transaction};
use jet_io::{FileSystem, OpenMode, OsFs};
use jet_log::outside::{SystemClock, SystemRandom};
use jet_log::record::SessionId;
use jet_log::recovery::Surroundings;
use jet_pages::{PageFlags, PageSize, Pgno};
use jet_session::storage::{AttachedDatabase, Fill, NewDatabase, Setup, Storage, StorageError};
use jet_sim::random::Random;

type Failure = Box<dyn Error + Send + Sync>;

const SLICE: Duration = Duration::from_millis(700);
const ROWS: u64 = 100_000;
const DATA: [u8; 100] = [7; 100];
const SESSIONS: u16 = 20_000;
const VERSIONS: u64 = 50_000;

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("which folder?")?);
    let runs: u32 = arguments.next().ok_or("how many runs?")?.parse()?;
    let engine = Engine::create(&folder)?;
    let sessions = memory_of_sessions(&engine)?;
    let (version, counted) = memory_of_versions(&engine)?;
    for first in (0..ROWS).step_by(1000) {
        engine.insert(SessionId(1), first..first + 1000, Flushing::Lazy)?;
    }
    engine.storage.upkeep()?;
    let mut found: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for _ in 0..runs {
        let mut note = |name: String, rate: f64| found.entry(name).or_default().push(rate);
        note("syncs".into(), syncs(&folder)?);
        for threads in [1, 2, 4, 8] {
            note(
                format!("durable {threads}"),
                engine.commits(threads, Flushing::Durable)?,
            );
        }
        for threads in [1, 2] {
            note(
                format!("lazy {threads}"),
                engine.commits(threads, Flushing::Lazy)?,
            );
            note(format!("lookups {threads}"), engine.lookups(threads, false)?);
            note(format!("lookups_kept {threads}"), engine.lookups(threads, true)?);
        }
        note("scanned 1".into(), engine.scan()?);
    }
    println!(
        "{}",
        serde_json::json!({
            "rates": found, "session_bytes": sessions, "version_bytes": version, "counted_bytes": counted,
        })
    );
    Ok(())
}

/// Overwrites of one page, each synced, in a second.
fn syncs(folder: &Path) -> Result<f64, Failure> {
    let file = OsFs.open(&folder.join("plain"), OpenMode::CreateOrReplace)?;
    let page = [1; 4096];
    for number in 0..1280 {
        file.write_at(&page, number * 4096)?;
    }
    file.sync_all()?;
    let (begin, mut count) = (Instant::now(), 0);
    while begin.elapsed() < SLICE {
        file.write_at(&page, count % 1280 * 4096)?;
        file.sync_data()?;
        count += 1;
    }
    Ok(count as f64 / begin.elapsed().as_secs_f64())
}

/// Memory that this process has, in bytes; Linux only.
fn resident() -> Result<f64, Failure> {
    let told = std::fs::read_to_string("/proc/self/statm")?;
    let pages: f64 = told.split(' ').nth(1).ok_or("no resident pages")?.parse()?;
    Ok(pages * 4096.0)
}

fn memory_of_sessions(engine: &Engine) -> Result<f64, Failure> {
    let before = resident()?;
    let trees = engine.storage.trees();
    let mut sessions: Vec<_> = (0..SESSIONS)
        .map(|number| Transaction::new(SessionId(number)))
        .collect();
    sessions
        .iter_mut()
        .for_each(|session| session.begin(trees, false));
    let bytes = (resident()? - before) / f64::from(SESSIONS);
    for session in &mut sessions {
        session.roll_back(trees)?;
    }
    Ok(bytes)
}

/// What one takes, and what is counted for it.
fn memory_of_versions(engine: &Engine) -> Result<(f64, f64), Failure> {
    let keys = || 10 * ROWS..10 * ROWS + VERSIONS;
    let trees = engine.storage.trees();
    // Few at a time: what they leave free in memory would hide what comes then.
    for first in keys().step_by(200) {
        engine.insert(SessionId(1), first..first + 200, Flushing::Lazy)?;
        engine.storage.clean()?;
    }
    // The rows are there and their pages in memory: what is new is versions alone.
    let (before, counted) = (resident()?, trees.version_bytes());
    let mut transaction = Transaction::new(SessionId(1));
    transaction.begin(trees, false);
    for number in keys() {
        let row = Bookmark {
            key: &key(number),
            data: &[],
        };
        transaction.delete(trees, engine.database.store(), &engine.tree, &row)?;
    }
    let count = VERSIONS as f64;
    let taken = (
        (resident()? - before) / count,
        (trees.version_bytes() - counted) as f64 / count,
    );
    transaction.commit(trees, Flushing::Lazy)?;
    while engine.storage.clean()? > 0 {}
    Ok(taken)
}

/// Neighbours by number are none in the tree.
fn key(number: u64) -> [u8; 8] {
    number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes()
}

struct Engine {
    storage: Storage,
    database: Arc<AttachedDatabase>,
    tree: OpenTree,
    next: AtomicU64,
}

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
        transaction.commit(engine.trees(), Flushing::Durable)?;
        Ok(())
    }
}

impl Engine {
    fn create(folder: &Path) -> Result<Self, Failure> {
        let storage = Storage::start(setup(folder), &mut |_| {})?.engine;
        let mut made = OneTree::default();
        let new = NewDatabase {
            path: &folder.join("core.edb"),
            pages_max: 0,
            replaces: true,
        };
        let database = storage.create(SessionId(1), new, &mut made)?;
        let tree = database
            .store()
            .open_tree(made.0.ok_or("a tree was made")?, None)?;
        Ok(Self {
            storage,
            database,
            tree,
            next: AtomicU64::new(100 * ROWS),
        })
    }

    /// One transaction.
    fn insert(
        &self,
        session: SessionId,
        numbers: std::ops::Range<u64>,
        flushing: Flushing,
    ) -> Result<(), Failure> {
        let (trees, store) = (self.storage.trees(), self.database.store());
        let mut transaction = Transaction::new(session);
        transaction.begin(trees, false);
        for number in numbers {
            let row = Bookmark {
                key: &key(number),
                data: &DATA,
            };
            transaction.insert(trees, store, &self.tree, &row)?;
        }
        transaction.commit(trees, flushing)?;
        Ok(())
    }

    /// Commits of one row each in a second, beside upkeep.
    fn commits(&self, threads: u16, flushing: Flushing) -> Result<f64, Failure> {
        let is_over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let upkeep = scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    self.storage.upkeep()?;
                    std::thread::sleep(Duration::from_millis(50));
                }
                Ok::<_, Failure>(())
            });
            let rate = together(threads, |thread| {
                let number = self.next.fetch_add(1, Ordering::Relaxed);
                self.insert(SessionId(thread), number..number + 1, flushing)
            });
            is_over.store(true, Ordering::Relaxed);
            upkeep.join().map_err(|_| "upkeep panicked")??;
            rate
        })
    }

    /// Rows found in a second.
    fn lookups(&self, threads: u16, keeps: bool) -> Result<f64, Failure> {
        const BATCH: u64 = 100;
        let trees = self.storage.trees();
        let reader = || {
            let view = Transaction::new(SessionId(1)).view(trees);
            Reader::new(trees, self.database.store(), &self.tree, view)
        };
        let rate = together(threads, |thread| {
            let start = self.next.fetch_add(1, Ordering::Relaxed) << 8 | u64::from(thread);
            let mut random = Random::new(start);
            let mut kept = reader()?;
            for _ in 0..BATCH {
                if !keeps {
                    kept = reader()?;
                }
                if !kept.seek_row(&key(random.below(ROWS)), &[])? {
                    return Err("a row is missing".into());
                }
                black_box(kept.row()?);
            }
            Ok(())
        })?;
        Ok(rate * BATCH as f64)
    }

    /// Rows of a scan in a second.
    fn scan(&self) -> Result<f64, Failure> {
        let trees = self.storage.trees();
        let view = Transaction::new(SessionId(1)).view(trees);
        let mut reader = Reader::new(trees, self.database.store(), &self.tree, view)?;
        let (begin, mut count) = (Instant::now(), 0);
        let mut is_on_row = reader.first()?;
        while is_on_row {
            black_box(reader.row()?);
            count += 1;
            is_on_row = reader.next()?;
        }
        Ok(f64::from(count) / begin.elapsed().as_secs_f64())
    }
}

/// How often several threads together do something in a second.
fn together(threads: u16, work: impl Fn(u16) -> Result<(), Failure> + Send + Sync) -> Result<f64, Failure> {
    let work = &work;
    let begin = Instant::now();
    let done = std::thread::scope(|scope| {
        let spawned: Vec<_> = (1..=threads)
            .map(|thread| {
                scope.spawn(move || {
                    let mut count = 0_u64;
                    while begin.elapsed() < SLICE {
                        work(thread)?;
                        count += 1;
                    }
                    Ok::<_, Failure>(count)
                })
            })
            .collect();
        let counts = spawned
            .into_iter()
            .map(|thread| thread.join().map_err(|_| "a thread panicked")?);
        counts.sum::<Result<u64, Failure>>()
    })?;
    Ok(done as f64 / begin.elapsed().as_secs_f64())
}

fn setup(folder: &Path) -> Setup {
    let around = Surroundings {
        fs: Arc::new(OsFs),
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
    };
    let mut setup = Setup::in_folder(around, folder, PageSize::K8);
    setup.names.has_old_extensions = false;
    setup.names.has_five_digits = false;
    setup.log_sectors = 1280;
    setup.memory = Memory {
        soft_bytes: 512 << 20,
        hard_bytes: 1 << 30,
    };
    setup.limits.version_bytes = 64 << 20;
    setup.checkpoint_depth = 20 << 20;
    setup.growth_pages = 2048;
    // Circular logging: the folder stays small.
    setup.params.flags = 1;
    setup
}
