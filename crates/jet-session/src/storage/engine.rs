//! The storage engine as the engine of sessions.
//!
//! Invariants:
//! - nobody else works in the folders of an engine while it runs
//! - once stopped it has no file open, whoever still holds it
//! - upkeep does nothing between [`Engine::settle`] and [`Engine::unsettle`], nor after the end

use core::sync::atomic::{AtomicBool, Ordering::SeqCst};
use core::time::Duration;
use std::path::PathBuf;
use std::sync::Arc;

use jet_btree::redo::Decompress;
use jet_btree::transaction::{Flushing, Transaction};
use jet_io::FileKind;
use jet_log::record::{Dbid, SessionId};
use jet_log::recovery::Surroundings;
use jet_log::{Lgpos, LogState, RESERVE_LOGS, RESERVE_LOGS_AGGRESSIVE};
use parking_lot::{Mutex, RwLock};

use super::commit_id::{CommitId, CommitObserver, Teller};
use super::companion::Companion;
use super::create::Contents;
use super::folders::FolderLocks;
use super::temporary::NewTemporary;
use super::{Storage, StorageError, settings};
use crate::databases::Usage;
use crate::engine::{
    Backup, Begin, Commit, Durable, End, Engine, InitNote, Service, SessionNumber, Start, Started,
};
use crate::error::Fatal;
use crate::params::{ParamId, Value};

/// A lazy commit that says nothing else is on the disk after so long.
const LAZY: Duration = Duration::from_secs(1);
/// The temporary database in a folder that is given for it.
const TEMPORARY_FILE: &str = "tmp.edb";
/// Bytes that the checkpoint may lie behind while caches are kept nearly clean.
const QUIET_DEPTH: u64 = 16_384;

/// What all engines of a process are made of.
#[derive(Clone, Debug)]
pub struct EngineSetup {
    /// Files, time, identities.
    pub around: Surroundings,
    /// Decompresses images of pages, see [`jet_btree::redo`].
    pub decompress: Decompress,
    /// What new databases hold.
    pub contents: Arc<dyn Contents>,
    /// Is told how far commits are durable.
    pub observer: Option<Arc<dyn CommitObserver>>,
}

/// How an engine recovers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InitOptions {
    /// Databases that the log tells of and that are not found are no error.
    pub ignores_missing: bool,
    /// Databases that lie elsewhere now: the path, or the name alone, that the log knows, and the file.
    pub moved: Vec<(String, PathBuf)>,
}

/// The engine of one instance.
#[derive(Debug)]
pub struct StorageEngine {
    /// None after the end.
    running: RwLock<Option<Running>>,
    contents: Arc<dyn Contents>,
    usage: Mutex<Usage>,
    upkeep: Mutex<Upkeep>,
    is_quiet: AtomicBool,
    /// Bytes that the checkpoint may lie behind as the parameter says.
    depth: Mutex<u64>,
    is_circular: bool,
}

#[derive(Debug)]
struct Running {
    // Dropped in this order: the folders are free when all files are closed.
    storage: Arc<Storage>,
    _folders: FolderLocks,
}

/// Whether upkeep is done. Locked while it is.
#[derive(Debug)]
struct Upkeep {
    is_paused: bool,
    /// As [`Service::Background`] says.
    is_on: bool,
}

/// What the engine keeps for a session.
#[derive(Debug)]
pub struct StorageSession {
    pub(crate) number: SessionNumber,
    transaction: Transaction,
    last_commit: Option<Lgpos>,
    companion: Box<dyn Companion>,
}

/// What a session has, each by itself.
#[derive(Debug)]
pub struct SessionParts<'s> {
    /// Its transaction, to read and to change rows in. Levels that the call does not end are ended by calls alone.
    pub transaction: &'s mut Transaction,
    /// What the floor above keeps.
    pub companion: &'s mut dyn Companion,
    /// End of its last commit in the log.
    pub last_commit: &'s mut Option<Lgpos>,
}

impl StorageSession {
    /// Its number in the log.
    pub const fn id(&self) -> SessionId {
        self.transaction.session()
    }

    /// Its transaction, to read and to change rows in. Levels are opened and ended by calls alone.
    pub const fn transaction(&mut self) -> &mut Transaction {
        &mut self.transaction
    }

    /// All that it has.
    pub fn parts(&mut self) -> SessionParts<'_> {
        SessionParts {
            transaction: &mut self.transaction,
            companion: &mut *self.companion,
            last_commit: &mut self.last_commit,
        }
    }

    /// The session has a database no longer open.
    pub(crate) fn closed(&mut self, storage: &Storage, database: Dbid) {
        self.companion.closed(storage, &mut self.transaction, database);
    }
}

impl StorageEngine {
    /// The engine itself.
    ///
    /// # Errors
    /// [`StorageError::Stopped`].
    pub fn storage(&self) -> Result<Arc<Storage>, StorageError> {
        let running = self.running.read();
        let storage = running.as_ref().map(|running| Arc::clone(&running.storage));
        storage.ok_or(StorageError::Stopped)
    }

    /// Does what is due: flushes that lazy commits asked for, clean-up, pages, checkpoint, old logs. To be called about once a
    /// second, by one thread or several; does nothing when the engine is about to end or has ended.
    ///
    /// # Errors
    /// Of what failed first; the rest is done with the next call.
    pub fn upkeep(&self) -> Result<(), StorageError> {
        let upkeep = self.upkeep.lock();
        let Ok(storage) = self.storage() else {
            return Ok(());
        };
        let now = storage.setup().around.clock.unix_milliseconds();
        storage.log().tick(now)?;
        if upkeep.is_paused || !upkeep.is_on {
            return Ok(());
        }
        storage.upkeep()?;
        storage.log().prepare_next()?;
        if self.is_circular {
            storage.log().remove_before(storage.oldest_needed())?;
        }
        Ok(())
    }

    pub(crate) const fn contents(&self) -> &Arc<dyn Contents> {
        &self.contents
    }

    pub(crate) const fn usage(&self) -> &Mutex<Usage> {
        &self.usage
    }

    /// Gives the checkpoint the depth that holds now.
    fn adjust_depth(&self) {
        let wanted = *self.depth.lock();
        let depth = match self.is_quiet.load(SeqCst) {
            true => wanted.min(QUIET_DEPTH),
            false => wanted,
        };
        if let Ok(storage) = self.storage() {
            storage.set_checkpoint_depth(depth);
        }
    }
}

impl Engine for StorageEngine {
    type Setup = EngineSetup;
    type InitOptions = InitOptions;
    type Session = StorageSession;
    type CommitId = CommitId;
    type Error = StorageError;

    fn start(
        means: &EngineSetup,
        start: &Start<'_>,
        options: &InitOptions,
    ) -> Result<Started<Self>, StorageError> {
        let parameters = start.parameters;
        let setup = settings::setup(means, start, options)?;
        let fs = &means.around.fs;
        let folders = [&*setup.system_folder, &*setup.log_folder];
        let creates_folders = parameters.is_on(ParamId::CREATE_PATH_IF_NOT_EXIST);
        if creates_folders {
            for folder in folders {
                fs.create_dir_all(folder)?;
            }
        }
        let folders = FolderLocks::take(&**fs, &setup.names.base, folders)?;
        let depth = setup.checkpoint_depth;
        let mut observe = |stream| {
            let observer = Arc::clone(means.observer.as_ref()?);
            let instance = start.name.to_owned();
            Some(Arc::new(Teller {
                observer,
                instance,
                stream,
            }) as _)
        };
        let storage = Storage::start_observed(setup, &mut observe, &mut |_| {})?.engine;
        storage
            .log()
            .make_reserves(match parameters.is_on(ParamId::AGGRESSIVE_LOG_ROLLOVER) {
                true => RESERVE_LOGS_AGGRESSIVE,
                false => RESERVE_LOGS,
            })?;
        if start.quotas.temp_tables > 0 {
            let mut path = PathBuf::from(parameters.text(ParamId::TEMP_PATH));
            if let Some(folder) = path.parent().filter(|_| creates_folders) {
                fs.create_dir_all(folder)?;
            }
            if fs
                .metadata(&path)
                .is_ok_and(|found| found.kind == FileKind::Directory)
            {
                path.push(TEMPORARY_FILE);
            }
            storage.create_temporary(NewTemporary {
                path: &path,
                pages: u32::try_from(parameters.number(ParamId::PAGE_TEMP_DB_MIN)).unwrap_or(u32::MAX),
                sorts_max: usize::try_from(start.quotas.temp_tables).unwrap_or(usize::MAX),
            })?;
        }
        let engine = Self {
            running: RwLock::new(Some(Running {
                storage: Arc::new(storage),
                _folders: folders,
            })),
            contents: Arc::clone(&means.contents),
            usage: Mutex::new(Usage::new(parameters.is_on(ParamId::ONE_DATABASE_PER_SESSION))),
            upkeep: Mutex::new(Upkeep {
                is_paused: false,
                is_on: true,
            }),
            is_quiet: AtomicBool::new(false),
            depth: Mutex::new(depth),
            is_circular: parameters.is_on(ParamId::CIRCULAR_LOG),
        };
        // What is lost makes recovery fail: there is no leave to lose anything.
        let note = InitNote::Complete;
        Ok(Started { engine, note })
    }

    fn begin_session(&self, number: SessionNumber) -> Result<StorageSession, StorageError> {
        let id = u16::try_from(number.0).map_err(|_| StorageError::SessionNumber { number: number.0 })?;
        self.storage()?;
        Ok(StorageSession {
            number,
            transaction: Transaction::new(SessionId(id)),
            last_commit: None,
            companion: self.contents.companion(),
        })
    }

    fn end_session(&self, session: &mut StorageSession) -> Result<(), StorageError> {
        if let Ok(storage) = self.storage() {
            session.companion.ended(&storage, &mut session.transaction);
        }
        self.usage.lock().close_all(session.number);
        Ok(())
    }

    fn begin(&self, session: &mut StorageSession, begin: Begin) -> Result<(), StorageError> {
        let storage = self.storage()?;
        if begin.level == 1 && !begin.is_read_only {
            check_log(&storage)?;
        }
        session.transaction.begin(storage.trees(), begin.is_read_only);
        session
            .companion
            .began(&storage, &session.transaction, begin.level);
        Ok(())
    }

    fn commit(&self, session: &mut StorageSession, commit: Commit) -> Result<Option<CommitId>, StorageError> {
        let storage = self.storage()?;
        let flushing = match commit.is_lazy {
            true => Flushing::Lazy,
            false => Flushing::Durable,
        };
        let end = session.transaction.commit(storage.trees(), flushing)?;
        let StorageSession {
            transaction,
            companion,
            ..
        } = session;
        companion.committed(&storage, transaction, commit.level);
        let Some(end) = end else {
            return Ok(None);
        };
        session.last_commit = Some(end);
        if commit.is_lazy {
            let within = match commit.delay_ms {
                0 => LAZY,
                delay => Duration::from_millis(delay.into()),
            };
            storage.log().flush_within(end, within);
        }
        let stream = *storage.stream();
        Ok(Some(CommitId { stream, end }))
    }

    fn roll_back(&self, session: &mut StorageSession, level: u8) -> Result<(), StorageError> {
        let storage = self.storage()?;
        let rolled = session.transaction.roll_back(storage.trees());
        rolled.map_err(StorageError::rollback)?;
        let StorageSession {
            transaction,
            companion,
            ..
        } = session;
        companion.rolled_back(&storage, transaction, level);
        Ok(())
    }

    fn make_durable(&self, session: &mut StorageSession, what: Durable) -> Result<(), StorageError> {
        let storage = self.storage()?;
        let log = storage.log();
        match what {
            Durable::Own => {
                if let Some(end) = session.last_commit {
                    log.flush(end)?;
                }
            }
            Durable::All => {
                log.force_write(session.id())?;
            }
            Durable::NewLog => {
                log.force_new_generation(session.id(), "asked for by a session")?;
            }
        }
        Ok(())
    }

    fn settle(&self, is_complete: bool) -> Result<(), StorageError> {
        // Whoever is at it finishes first.
        self.upkeep.lock().is_paused = true;
        if is_complete {
            let storage = self.storage()?;
            while storage.clean()? > 0 {}
        }
        Ok(())
    }

    fn unsettle(&self) {
        self.upkeep.lock().is_paused = false;
    }

    fn stop(&self, end: End) -> Result<(), StorageError> {
        self.upkeep.lock().is_paused = true;
        let Some(running) = self.running.write().take() else {
            return Ok(());
        };
        let storage = &running.storage;
        let stopped = match end {
            End::Clean => storage.stop(),
            End::Dirty => {
                let log = storage.log();
                log.flush(log.position()).map_err(StorageError::from)
            }
            End::AfterError => Ok(()),
        };
        storage.close();
        stopped
    }

    fn fatal(error: &StorageError) -> Option<Fatal> {
        error.fatal()
    }

    fn set_service(&self, part: Service, is_on: bool) {
        match part {
            Service::Background => self.upkeep.lock().is_on = is_on,
            Service::Caches => {
                self.is_quiet.store(!is_on, SeqCst);
                self.adjust_depth();
            }
            // No log data are emitted to anybody.
            Service::EmitLog => {}
        }
    }

    fn backup(&self) -> Option<Backup> {
        None
    }

    fn abort_backup(&self) {}

    fn is_attached(&self) -> bool {
        self.storage()
            .is_ok_and(|storage| !storage.databases().is_empty())
    }

    fn current_log(&self) -> Option<u64> {
        let storage = self.storage().ok()?;
        Some(storage.log().generation().0.into())
    }

    fn parameter_changed(&self, id: ParamId, value: &Value) {
        let Value::Number(number) = value else { return };
        match id {
            ParamId::CHECKPOINT_DEPTH_MAX => {
                *self.depth.lock() = *number;
                self.adjust_depth();
            }
            ParamId::DB_EXTENSION_SIZE => {
                if let Ok(storage) = self.storage() {
                    storage.set_growth_pages(u32::try_from(*number).unwrap_or(u32::MAX));
                }
            }
            _ => {}
        }
    }
}

/// Whether a transaction may begin that changes something.
fn check_log(storage: &Storage) -> Result<(), StorageError> {
    let log = storage.log();
    let state = match log.state() {
        LogState::DiskFull => log.restore_reserves()?,
        state => state,
    };
    match state {
        LogState::Running => Ok(()),
        LogState::DiskFull => Err(StorageError::LogDiskFull),
        LogState::SequenceEnd => Err(StorageError::LogSequenceEnd),
        LogState::Down(_) => Err(jet_log::LogWriteError::Down.into()),
    }
}
