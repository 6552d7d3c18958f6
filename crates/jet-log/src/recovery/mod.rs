//! Recovery: brings the databases of a log stream to the state of their last committed transactions.
//!
//! | step | module |
//! |---|---|
//! | analysis: which logs there are, where redo starts | [`Plan`] |
//! | redo: every record in order, each log checked before it is used | `redo`, `sequence` |
//! | which file is which database, in what state | `databases`, `identity`, `database` |
//! | the end: is all there that the databases need? | `end` |
//! | undo of what was not committed, logged like a rollback | `undo` |
//!
//! What a change means to a page is left to a [`Target`]. Nothing is written before it must be: pages when memory is short
//! and at the end, each after the log and the header that it needs. A crash at any point leaves files from which the next
//! recovery comes to the same end.
//! Source: `docs/format/recovery.md`.

mod databases;
mod end;
mod error;
mod identity;
mod options;
mod plan;
mod redo;
mod sequence;
mod sessions;
mod survey;
mod target;
mod undo;

use std::path::PathBuf;
use std::sync::Arc;

use jet_pages::PageSize;
use parking_lot::Mutex;

pub use self::databases::Ended;
use self::databases::{Databases, SlotState};
pub use self::error::{Deferral, LogsGot, Mismatch, RecoveryError};
pub use self::options::{DatabaseMap, Mapped, Options, Places, Progress, Surroundings, Until, file_name};
pub use self::plan::{Plan, StartReason};
use self::redo::Redoing;
pub use self::survey::ToldDatabase;
pub use self::target::{Barrier, Marks, OpenTransaction, Place, RecordSink, Target, TargetFile};
use self::undo::Ending;
use crate::writer::LogWriter;
use crate::{Generation, Lgpos, LogFile};

/// The log of a recovery, shared with what stands before writes of pages.
pub(crate) type SharedWriter = Arc<Mutex<LogWriter>>;

/// What a recovery did.
#[derive(Clone, Debug)]
pub struct Report {
    /// Where redo started.
    pub start: Lgpos,
    /// Why there.
    pub reason: StartReason,
    /// The last record that was looked at.
    pub end: Lgpos,
    /// Logs read.
    pub logs: usize,
    /// Records looked at.
    pub records: u64,
    /// Nothing was to be done: the stream was ended well.
    pub was_ended: bool,
    /// The stream had been ended well: no database was in use when it ended, and nothing was to be undone.
    pub ended_well: bool,
    /// Transactions undone, and changes of theirs.
    pub undone: (usize, usize),
    /// Committed transactions were lost with logs that are missing or damaged, from this generation on.
    pub lost: Option<Generation>,
    /// What became of the databases that the log told of.
    pub databases: Vec<DatabaseReport>,
}

/// What became of a database.
#[derive(Clone, Debug)]
pub struct DatabaseReport {
    /// Its path in the log.
    pub logged: String,
    /// The file; `None` when it was not found or left alone.
    pub path: Option<PathBuf>,
    /// How it ended; an error says why it was not recovered.
    pub outcome: Result<Ended, Deferral>,
}

/// Recovers the databases of a log stream.
///
/// # Errors
/// [`RecoveryError`]. Files that were changed until then are such that the next recovery can begin.
pub fn recover<T: Target>(
    places: &Places,
    options: &Options,
    around: &Surroundings,
    target: &mut T,
    progress: &mut dyn FnMut(Progress),
) -> Result<Report, RecoveryError<T::Error>> {
    if options.until.is_some() && !options.without_undo && places.is_in_place() {
        return Err(RecoveryError::Options(
            "a recovery that ends before its log does, and undoes, needs another place for what it writes",
        ));
    }
    let plan = Plan::make(&*around.fs, places, options)?;
    let mut report = Report::new(&plan);
    if plan.is_ended {
        report.was_ended = true;
        check_log_size(&plan, options, around)?;
        return Ok(report);
    }
    if places.is_in_place() {
        sync_logs(&plan, around)?;
    }
    let page_size = plan_page_size(&plan, around)?;
    let databases = Databases::new(options, around, plan.signature, page_size);
    let redoing = Redoing::new(&plan, options, databases, around);
    let redone = redoing.run(target, progress, &mut report)?;
    Ending {
        plan: &plan,
        places,
        options,
        around,
        redone,
    }
    .run(target, progress, &mut report)?;
    check_log_size(&plan, options, around)?;
    Ok(report)
}

impl Report {
    fn new(plan: &Plan) -> Self {
        Self {
            start: plan.start,
            reason: plan.reason,
            end: plan.start,
            logs: 0,
            records: 0,
            was_ended: false,
            ended_well: plan.is_ended,
            undone: (0, 0),
            lost: None,
            databases: Vec::new(),
        }
    }

    /// Takes down what became of the databases. `deferred`: those that were never found or attached.
    fn note(&mut self, databases: &Databases<'_>, deferred: Vec<DatabaseReport>) {
        let ended = databases
            .ended
            .iter()
            .map(|(path, (logged, ended))| DatabaseReport {
                logged: logged.clone(),
                path: Some(path.clone()),
                outcome: Ok(*ended),
            });
        self.databases = ended.chain(deferred).collect();
    }
}

/// The databases that redo could not attach. Ending the recovery detaches all and forgets these, so it is asked before.
fn deferred(databases: &Databases<'_>) -> Vec<DatabaseReport> {
    let reports = databases.slots().filter_map(|slot| match slot.state {
        SlotState::Deferred(why) => Some(DatabaseReport {
            logged: slot.logged.clone(),
            path: None,
            outcome: Err(why),
        }),
        _ => None,
    });
    reports.collect()
}

/// What is read of the logs must be on the disk before pages with their changes are.
fn sync_logs<E>(plan: &Plan, around: &Surroundings) -> Result<(), RecoveryError<E>> {
    let newest = plan.set.closed.last().map(|(_, path)| path);
    for path in [newest, plan.set.current.as_ref()].into_iter().flatten() {
        around.fs.open(path, jet_io::OpenMode::ReadWrite)?.sync_data()?;
    }
    Ok(around.fs.sync_dir(&plan.folder)?)
}

fn plan_page_size<E>(plan: &Plan, around: &Surroundings) -> Result<PageSize, RecoveryError<E>> {
    let generation = plan.start.generation;
    let folder = || plan.folder.clone();
    let path = plan.log_of(generation).ok_or_else(|| RecoveryError::NoStart {
        generation,
        folder: folder(),
    })?;
    let header = LogFile::open(&*around.fs, path)?;
    Ok(header.header().named_page_size().unwrap_or(PageSize::K4))
}

fn check_log_size<E>(plan: &Plan, options: &Options, around: &Surroundings) -> Result<(), RecoveryError<E>> {
    let Some(expected) = options.log_bytes else {
        return Ok(());
    };
    let logs = || {
        plan.set
            .current
            .iter()
            .chain(plan.set.closed.last().map(|(_, path)| path))
    };
    match logs().next().map(|path| around.fs.metadata(path)) {
        Some(found) if found.as_ref().is_ok_and(|found| found.len != expected) => {
            Err(RecoveryError::LogSize {
                found: found?.len,
                expected,
            })
        }
        _ => Ok(()),
    }
}
