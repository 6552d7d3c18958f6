//! The process that is killed: threads that commit, and one for upkeep.

use std::io::Write;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jet_btree::change::Bookmark;
use jet_btree::transaction::{ChangeError, Flushing, Reader, Transaction};
use jet_log::record::SessionId;

use super::Scene;
use super::deed::{Deed, Step, data, deed, key, key_of_thread};
use super::engine::Engine;

/// Said when the engine runs.
pub(super) const READY: &str = "ready";
const UPKEEP_PAUSE: Duration = Duration::from_millis(5);
/// Number of transactions whose rows must never be seen.
const ROLLED_BACK: u64 = u64::MAX;

/// Works until it is killed. What was committed goes to `told`: one line, one write.
///
/// # Errors
/// What the engine refuses, and that nobody listens any more.
pub fn work(folder: &Path, scene: &Scene, told: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    let engine = Engine::start(folder, scene)?;
    let told = Mutex::new(told);
    tell(&told, READY)?;
    let is_over = AtomicBool::new(false);
    let workers = (0..scene.threads)
        .map(|number| Thread::new(&engine, scene, number))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let (engine, told, is_over) = (&engine, &told, &is_over);
    std::thread::scope(|scope| {
        let upkeep = || {
            std::thread::sleep(UPKEEP_PAUSE);
            Ok(engine.storage.upkeep()?)
        };
        let mut threads = vec![scope.spawn(move || repeat(is_over, upkeep))];
        for mut thread in workers {
            threads.push(scope.spawn(move || repeat(is_over, || thread.next(told))));
        }
        let ends = threads.into_iter().map(|thread| match thread.join() {
            Ok(end) => end,
            Err(_) => anyhow::bail!("a thread panicked"),
        });
        // All are waited for, then the first error counts.
        ends.collect::<Vec<_>>().into_iter().collect()
    })
}

/// Does its part until it fails, or that of another thread does.
fn repeat(is_over: &AtomicBool, mut part: impl FnMut() -> anyhow::Result<()>) -> anyhow::Result<()> {
    let mut done = Ok(());
    while done.is_ok() && !is_over.load(Ordering::Relaxed) {
        done = part();
    }
    is_over.store(true, Ordering::Relaxed);
    done
}

fn tell(told: &Mutex<&mut (dyn Write + Send)>, line: &str) -> anyhow::Result<()> {
    let mut told = told.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    told.write_all(format!("{line}\n").as_bytes())?;
    Ok(told.flush()?)
}

/// One that commits.
struct Thread<'e> {
    engine: &'e Engine,
    scene: &'e Scene,
    number: u8,
    transaction: Transaction,
    /// The last transaction that is there.
    last: u64,
}

impl<'e> Thread<'e> {
    fn new(engine: &'e Engine, scene: &'e Scene, number: u8) -> anyhow::Result<Self> {
        let transaction = Transaction::new(SessionId(u16::from(number) + 1));
        let trees = engine.storage.trees();
        let mut reader = Reader::new(
            trees,
            engine.database.store(),
            &engine.tree,
            transaction.view(trees),
        )?;
        reader.seek_row(&key_of_thread(number), &[])?;
        let row = reader.row()?;
        let last = row.and_then(|(_, data)| data.first_chunk()).copied();
        Ok(Self {
            engine,
            scene,
            number,
            transaction,
            last: last.map_or(0, u64::from_le_bytes),
        })
    }

    /// The next transaction.
    fn next(&mut self, told: &Mutex<&mut (dyn Write + Send)>) -> anyhow::Result<()> {
        let number = self.last + 1;
        let deed = deed(self.scene, self.number, number);
        if deed.follows_rollback {
            self.perform(&deed, ROLLED_BACK)?;
            self.transaction.roll_back(self.engine.storage.trees())?;
        }
        self.perform(&deed, number)?;
        let flushing = match deed.is_durable {
            true => Flushing::Durable,
            false => Flushing::Lazy,
        };
        self.transaction.commit(self.engine.storage.trees(), flushing)?;
        self.last = number;
        let how = if deed.is_durable { "durable" } else { "lazy" };
        tell(told, &format!("{} {number} {how}", self.number))
    }

    fn perform(&mut self, deed: &Deed, number: u64) -> anyhow::Result<()> {
        self.transaction.begin(self.engine.storage.trees(), false);
        for step in &deed.steps {
            match *step {
                Step::Put { slot } => {
                    self.put(&key(self.number, slot), &data(self.number, slot, number))?;
                }
                Step::Drop { slot } => self.drop(&key(self.number, slot))?,
            }
        }
        self.put(&key_of_thread(self.number), &number.to_le_bytes())
    }

    fn put(&mut self, key: &[u8], data: &[u8]) -> anyhow::Result<()> {
        let (trees, store, tree) = (
            self.engine.storage.trees(),
            self.engine.database.store(),
            &self.engine.tree,
        );
        let row = Bookmark { key, data };
        match self.transaction.insert(trees, store, tree, &row) {
            Err(ChangeError::KeyTaken) => Ok(self.transaction.replace(trees, store, tree, &row)?),
            inserted => Ok(inserted?),
        }
    }

    fn drop(&mut self, key: &[u8]) -> anyhow::Result<()> {
        let (trees, store) = (self.engine.storage.trees(), self.engine.database.store());
        let row = Bookmark { key, data: &[] };
        match self.transaction.delete(trees, store, &self.engine.tree, &row) {
            Err(ChangeError::NoNode) => Ok(()),
            deleted => Ok(deleted?),
        }
    }
}
