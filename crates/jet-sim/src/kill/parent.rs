//! Rounds: a worker is started, killed, and what it left is recovered and compared.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use serde::Serialize;

use super::Scene;
use super::check::{Known, Told};
use super::engine::Engine;
use super::worker::READY;
use crate::random::Random;

/// What is to be done.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The program whose worker is killed: called with `Plan::arguments`.
    pub program: PathBuf,
    /// Folder for databases, empty; those of a failed round stay.
    pub folder: PathBuf,
    /// All times and all work follow from it, but not what threads do to each other.
    pub seed: u64,
    /// Kills.
    pub rounds: u32,
    /// Threads of the worker that commit.
    pub threads: u8,
    /// Bytes of pages, in turns: one size for each database. 4096 if there is none.
    pub page_bytes: Vec<u32>,
}

/// What was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Killed {
    /// Kills, each with a recovery.
    pub rounds: u32,
    /// Of these, kills before the worker's own start was over.
    pub early: u32,
    /// Commits that the workers told of.
    pub commits: u64,
    /// Of these, durable ones.
    pub durable: u64,
    /// Lazy commits told of that were not there.
    pub lost: u64,
    /// Transactions that recovery rolled back.
    pub undone: u64,
    /// Milliseconds of the longest recovery, the comparison not included.
    pub recovery_ms_max: u64,
}

/// Rounds with one database at most; then another one is made.
const ROUNDS_OF_SCENE: u32 = 50;
/// Longer than any start takes.
const START_MAX: Duration = Duration::from_secs(60);

impl Plan {
    /// Few enough that each size of pages has its turn.
    fn rounds_of_scene(&self) -> u32 {
        let sizes = u32::try_from(self.page_bytes.len()).unwrap_or(u32::MAX).max(1);
        self.rounds.div_ceil(sizes).clamp(1, ROUNDS_OF_SCENE)
    }

    /// Arguments with which the program is a worker.
    fn arguments(folder: &Path, scene: &Scene) -> [std::ffi::OsString; 5] {
        [
            "--worker".into(),
            folder.into(),
            format!("--seed={}", scene.seed).into(),
            format!("--threads={}", scene.threads).into(),
            format!("--page-bytes={}", scene.page_bytes).into(),
        ]
    }
}

/// Kills as often as planned; `tell` hears of each round.
///
/// # Errors
/// A worker that ended by itself, a start that failed, and every row that is not as it was acknowledged.
pub fn run(plan: &Plan, tell: &mut dyn FnMut(&Killed)) -> anyhow::Result<Killed> {
    let (mut random, mut killed) = (Random::new(plan.seed), Killed::default());
    let mut page_bytes = plan.page_bytes.iter().copied().cycle();
    while killed.rounds < plan.rounds {
        let scene = Scene {
            seed: random.next(),
            threads: plan.threads,
            page_bytes: page_bytes.next().unwrap_or(4096),
        };
        let folder = plan.folder.join(format!("from-{}", killed.rounds));
        std::fs::create_dir_all(&folder)?;
        Engine::create(&folder, &scene)?;
        let mut known = Known::new(scene);
        for _ in 0..plan.rounds_of_scene().min(plan.rounds - killed.rounds) {
            round(plan, &folder, &scene, &mut known, &mut random, &mut killed)
                .with_context(|| format!("round {} in {}", killed.rounds, folder.display()))?;
            tell(&killed);
        }
        std::fs::remove_dir_all(&folder)?;
    }
    Ok(killed)
}

fn round(
    plan: &Plan,
    folder: &Path,
    scene: &Scene,
    known: &mut Known,
    random: &mut Random,
    killed: &mut Killed,
) -> anyhow::Result<()> {
    let told = let_work(plan, folder, scene, known.told(), random, killed)?;
    let begin = Instant::now();
    let engine = Engine::start(folder, scene)?;
    let took = u64::try_from(begin.elapsed().as_millis())?;
    killed.recovery_ms_max = killed.recovery_ms_max.max(took);
    let undone = engine.recovery.as_ref().map_or(0, |report| report.undone.0);
    killed.undone += u64::try_from(undone)?;
    killed.lost += known.compare(&engine, &told)?;
    killed.rounds += 1;
    // What was found must be found again after a good end.
    if random.one_in(10) {
        engine.storage.stop()?;
        drop(engine);
        let engine = Engine::start(folder, scene).context("after a good end")?;
        known.compare(&engine, &known.told())?;
    }
    Ok(())
}

/// Lets a worker work for a while and kills it; returns what it told.
fn let_work(
    plan: &Plan,
    folder: &Path,
    scene: &Scene,
    mut told: Vec<Told>,
    random: &mut Random,
    killed: &mut Killed,
) -> anyhow::Result<Vec<Told>> {
    let mut worker = Worker(
        Command::new(&plan.program)
            .args(Plan::arguments(folder, scene))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", plan.program.display()))?,
    );
    let pipe = worker.0.stdout.take().context("a pipe")?;
    let (lines, heard) = mpsc::channel();
    let listener = std::thread::spawn(move || listen(pipe, &lines));
    // Some are killed while they start.
    let mut is_ready = false;
    if !random.one_in(5) {
        let first = heard.recv_timeout(START_MAX);
        ensure!(
            first.as_deref() == Ok(READY),
            "the worker did not start: {first:?}"
        );
        is_ready = true;
    }
    std::thread::sleep(Duration::from_micros(20_000 + random.below(280_000)));
    worker.0.kill()?;
    let status = worker.0.wait()?;
    ensure!(
        status.code().is_none_or(|_| cfg!(windows)),
        "the worker ended by itself: {status}"
    );
    if listener.join().is_err() {
        bail!("the listener panicked");
    }
    for line in heard {
        if line == READY {
            is_ready = true;
            continue;
        }
        note(&line, &mut told, killed).with_context(|| format!("the worker told {line:?}"))?;
    }
    killed.early += u32::from(!is_ready);
    Ok(told)
}

/// Passes complete lines on.
fn listen(pipe: ChildStdout, lines: &mpsc::Sender<String>) {
    let mut pipe = BufReader::new(pipe);
    let mut line = String::new();
    while pipe.read_line(&mut line).is_ok() && line.ends_with('\n') {
        line.pop();
        if lines.send(core::mem::take(&mut line)).is_err() {
            return;
        }
    }
}

/// Notes a line like `2 17 durable`: transaction 17 of thread 2.
fn note(line: &str, told: &mut [Told], killed: &mut Killed) -> anyhow::Result<()> {
    let mut words = line.split(' ');
    let mut next = || words.next().context("a word is missing");
    let (thread, number, how) = (next()?.parse::<usize>()?, next()?.parse()?, next()?);
    let told = told.get_mut(thread).context("no such thread")?;
    ensure!(number == told.last + 1, "after {told:?}");
    told.last = number;
    killed.commits += 1;
    if how == "durable" {
        told.durable = number;
        killed.durable += 1;
    }
    Ok(())
}

/// A worker that does not outlive its parent's interest in it.
struct Worker(Child);

impl Drop for Worker {
    fn drop(&mut self) {
        // It may be gone already.
        _ = self.0.kill();
        _ = self.0.wait();
    }
}
