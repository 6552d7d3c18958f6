//! From the files of a folder to a running engine.

use core::sync::atomic::{AtomicU32, AtomicU64};
use std::sync::{Arc, OnceLock};

use jet_btree::redo::Redo;
use jet_btree::transaction::Trees;
use jet_io::cache::Cache;
use jet_log::record::instance::Init2;
use jet_log::record::{Record, TrxTime};
use jet_log::recovery::{self, Options, Places, Progress, RecoveryError, Report};
use jet_log::{
    Checkpoint, Lgpos, Log, LogEngine, LogFile, LogFolder, LogObserver, LogPhase, LogVersion, LogWriter,
    NewStream, RESERVE_LOGS, RollInfo,
};
use jet_pages::dbheader::Signature;
use parking_lot::Mutex;

use super::rolling::Slots;
use super::{Setup, Storage, StorageError, found};

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
        let recovery = match found::own_logs(&setup)? {
            Some(_) => Some(recover(&setup, progress)?),
            None => None,
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
            growth_pages: AtomicU32::new(setup.growth_pages),
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
    let mut options = Options::new(found::folders(setup));
    options.page_size = Some(setup.page_size);
    options.ignore_missing = setup.found.ignores_missing;
    // The log is the own one: its writes are synced before anybody is told, and before the next one.
    options.accepts_torn_end = true;
    options.databases.entries = found::database_places(setup, &options, &places(setup))?;
    let mut redo = Redo::new(setup.memory, setup.decompress);
    recovery::recover(&places(setup), &options, &setup.around, &mut redo, progress)
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
    if !found::is_continued(setup, &last)? {
        found::remove_logs(setup)?;
        return create(setup);
    }
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
