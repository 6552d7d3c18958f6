//! From the files of a folder to a running engine.

use core::sync::atomic::{AtomicU32, AtomicU64};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use jet_btree::redo::Redo;
use jet_btree::transaction::Trees;
use jet_io::IoErrorKind;
use jet_io::cache::Cache;
use jet_log::record::instance::Init2;
use jet_log::record::{Record, TrxTime};
use jet_log::recovery::{
    self, DatabaseMap, Options, Places, Plan, Progress, RecoveryError, Report, file_name,
};
use jet_log::{
    Checkpoint, Lgpos, Log, LogEngine, LogFile, LogFolder, LogObserver, LogPhase, LogSet, LogVersion,
    LogWriter, NewStream, RESERVE_LOGS, RollInfo,
};
use jet_pages::dbheader::Signature;
use parking_lot::Mutex;

use super::rolling::Slots;
use super::{Setup, Storage, StorageError};

/// A running engine, and what its start did.
#[derive(Debug)]
pub struct Started {
    /// The engine.
    pub engine: Storage,
    /// The recovery, if there were logs.
    pub recovery: Option<Report>,
}

/// Newest format that this engine writes; says nothing to a reader.
const ENGINE_FORMAT: u32 = 8920;

impl Storage {
    /// Recovers what an earlier run left, or begins a new log stream. No database is attached afterwards.
    ///
    /// # Errors
    /// [`StorageError`]. Files are such that the next start can begin anew.
    pub fn start(setup: Setup, progress: &mut dyn FnMut(Progress)) -> Result<Started, StorageError> {
        Self::start_observed(setup, &mut |_| None, progress)
    }

    /// As [`Storage::start`], with somebody who is told what becomes of the log, made for the identity of its stream.
    ///
    /// # Errors
    /// As there.
    pub fn start_observed(
        setup: Setup,
        observe: &mut dyn FnMut(Signature) -> Option<Arc<dyn LogObserver>>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Started, StorageError> {
        let cache = Cache::with_limits(setup.page_size, setup.memory.soft_bytes, setup.memory.hard_bytes)?;
        let recovery = if has_logs(&setup)? {
            Some(recover(&setup, progress)?)
        } else {
            None
        };
        let writer = match recovery {
            Some(_) => resume(&setup)?,
            None => create(&setup)?,
        };
        let (stream, generation) = (writer.header().signature, writer.generation());
        let created = writer.header().created;
        let slots = Arc::new(Slots::new(
            &setup.around,
            writer.position(),
            (generation, created),
        ));
        let log = Log::new(writer, Arc::clone(&slots) as _);
        let log = Arc::new(match observe(stream) {
            Some(observer) => log.with_observer(observer),
            None => log,
        });
        let init = Init2 {
            params: &setup.params,
            time: setup.around.clock.now(),
        };
        log.make_reserves(RESERVE_LOGS)?;
        let began = log.append(&[Record::Init2(init)])?;
        log.flush(began.end)?;
        // Numbers of versions and transactions are compared within one run: each begins anew behind its Init2.
        let trees = Arc::new(Trees::new(Arc::clone(&log), setup.limits, TrxTime(0), 0));
        let checkpoint = Box::new(Checkpoint::new(stream, setup.params.clone()));
        let engine = Self {
            log,
            trees,
            cache,
            slots,
            temporary: OnceLock::new(),
            stream,
            checkpoint_depth: AtomicU64::new(setup.checkpoint_depth),
            began: began.first,
            oldest_kept: AtomicU32::new(0),
            changing: Mutex::new(()),
            checkpoint: Mutex::new(checkpoint),
            setup,
        };
        engine.move_checkpoint()?;
        Ok(Started { engine, recovery })
    }
}

fn has_logs(setup: &Setup) -> Result<bool, StorageError> {
    let sets = match LogSet::find(&*setup.around.fs, &setup.log_folder) {
        Ok(sets) => sets,
        Err(jet_log::LogError::Io(error)) if error.kind == IoErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error.into()),
    };
    let own = sets.iter().find(|set| set.base == setup.names.base);
    Ok(own.is_some_and(LogSet::has_logs))
}

fn places(setup: &Setup) -> Places {
    Places {
        logs: setup.log_folder.clone(),
        checkpoint: setup.system_folder.clone(),
        output: setup.log_folder.clone(),
        base: Some(setup.names.base.clone()),
    }
}

fn recover(
    setup: &Setup,
    progress: &mut dyn FnMut(Progress),
) -> Result<Report, RecoveryError<jet_btree::redo::RedoError>> {
    let mut options = Options::new(DatabaseMap::in_folder(&setup.log_folder));
    options.page_size = Some(setup.page_size);
    options.ignore_missing = setup.ignores_missing;
    // The log is the own one: its writes are synced before anybody is told, and before the next one.
    options.accepts_torn_end = true;
    options.databases.entries = logged_places(setup, &options)?;
    let mut redo = Redo::new(setup.memory, setup.decompress);
    recovery::recover(&places(setup), &options, &setup.around, &mut redo, progress)
}

/// Where the databases lie that the log tells of: where it says, or beside the logs when all was moved together.
fn logged_places(
    setup: &Setup,
    options: &Options,
) -> Result<Vec<(String, PathBuf)>, RecoveryError<jet_btree::redo::RedoError>> {
    let fs = &*setup.around.fs;
    let plan = Plan::make(fs, &places(setup), options)?;
    let mut places = Vec::new();
    for told in plan.told_databases(fs, plan.start.generation) {
        let path = Path::new(&told.logged);
        let beside = setup.log_folder.join(file_name(&told.logged));
        let is_there = path.is_absolute() && (fs.exists(path)? || !fs.exists(&beside)?);
        if is_there {
            places.push((told.logged.clone(), path.to_owned()));
        }
    }
    Ok(places)
}

fn folder(setup: &Setup) -> LogFolder {
    LogFolder {
        fs: Arc::clone(&setup.around.fs),
        clock: Arc::clone(&setup.around.clock),
        path: setup.log_folder.clone(),
        names: setup.names.clone(),
    }
}

fn create(setup: &Setup) -> Result<LogWriter, StorageError> {
    let checkpoint = setup.system_folder.join(setup.names.checkpoint());
    // That of another stream, whose logs are gone.
    if setup.around.fs.exists(&checkpoint)? {
        setup.around.fs.remove(&checkpoint)?;
    }
    let created = setup.around.clock.now();
    let stream = NewStream {
        signature: Signature::new(setup.around.random.next_u32(), created),
        created,
        page_size: setup.page_size,
        file_sectors: setup.log_sectors,
        version: LogVersion::COMMON,
        params: &setup.params,
        engine_format_max: ENGINE_FORMAT,
    };
    Ok(LogWriter::create(folder(setup), &stream)?)
}

fn resume(setup: &Setup) -> Result<LogWriter, StorageError> {
    let current = setup.log_folder.join(setup.names.current());
    let last = LogFile::open(&*setup.around.fs, &current)?;
    let engine = LogEngine {
        phase: LogPhase::Running,
        params: Some(Box::new(setup.params.clone())),
        version: Some(LogVersion::COMMON),
    };
    let roll = RollInfo {
        created: setup.around.clock.now(),
        attachments: &[],
        checkpoint: Lgpos {
            generation: last.generation(),
            sector: 1,
            byte: 0,
        },
    };
    Ok(LogWriter::resume(folder(setup), &last, engine, &roll)?)
}
