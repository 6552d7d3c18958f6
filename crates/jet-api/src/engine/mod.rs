//! The calls of JET by handles: what a program in C, or a recorded run, asks for. Rust programs have
//! [`Instance`](crate::Instance).
//!
//! Invariants:
//! - no number makes a call go wrong: one that is not the handle of a living object is refused
//! - a call that gives a [`JetCode`] back has succeeded: that is success or a warning
//! - who calls is told with each call that is bound to a thread, so that a recorded run can be repeated by one

mod databases;
mod sessions;
mod tables;

use std::sync::Arc;

use jet_io::OsFs;
use jet_isam::session::TableSession;
pub use jet_isam::text::{ansi_byte, from_ansi};
use jet_log::outside::{SystemClock, SystemRandom};
use jet_log::recovery::Surroundings;
pub use jet_session::databases::{Attached, Opened};
use jet_session::engine::InitNote;
pub use jet_session::options::{
    AttachBits, BeginBits, CommitBits, CreateBits, OpenBits, ResizeBits, RollbackBits, StopBits, TermBits,
};
use jet_session::params::ParamId;
pub use jet_session::params::Value as ParameterValue;
pub use jet_session::storage::{CommitId, CommitObserver, EngineSetup, InitOptions, StorageEngine};
use jet_session::storage::{Companion, Contents, Fill};
pub use jet_session::{Handle, Input, Outside, Setting, SystemOutside, ThreadId};
use jet_session::{Process, Session};

pub(crate) use self::tables::OnTables;
pub use self::tables::{
    ColumnFacts, ColumnSpec, ConditionSpec, EnumeratedColumn, EnumeratedValue, IndexColumn, IndexSpec,
    ObjectFacts, RetrieveInfo, RetrieveItem, SetInfo, SetValue, TableCreated, TableId, TableSpec, TempColumn,
    TempLocale, TempTable,
};
use crate::{JetCode, JetError};
pub use jet_isam::cursor::{Fraction, IndexId};

/// All instances of a process. A program may have several of these that know nothing of each other.
#[derive(Debug)]
pub struct Engine {
    process: Process<StorageEngine>,
}

/// What the floor of tables gives to the storage engine: the catalog of new databases, and what sessions keep of tables.
#[derive(Clone, Copy, Debug, Default)]
pub struct Catalog;

impl Contents for Catalog {
    fn filler(&self) -> Box<dyn Fill> {
        Box::new(jet_isam::catalog::CatalogOfNewDatabase)
    }

    fn companion(&self) -> Box<dyn Companion> {
        Box::new(TableSession::default())
    }
}

/// An engine's setup with the files, the time and the random numbers of the system.
pub fn system_setup() -> EngineSetup {
    EngineSetup {
        around: Surroundings {
            fs: Arc::new(OsFs),
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
        },
        decompress: crate::recover::decompress,
        contents: Arc::new(Catalog),
        observer: None,
    }
}

impl Engine {
    /// A process without instances.
    pub fn new(setup: EngineSetup, outside: Arc<dyn Outside>) -> Self {
        Self {
            process: Process::new(setup, outside),
        }
    }

    /// JetCreateInstance: an instance that is not initialised. An empty name is none.
    ///
    /// # Errors
    /// `RunningInOneInstanceMode`, `TooManyInstances`, `InstanceNameInUse`, `OutOfMemory`.
    pub fn create_instance(&self, name: &str) -> Result<Handle, JetError> {
        let made = self.process.create_instance(name);
        made.map_err(|error| JetError::refused(error, "creating an instance"))
    }

    /// JetInit: recovers what an earlier run left and begins service; without a handle in single-instance mode.
    ///
    /// # Errors
    /// `AlreadyInitialized` and what is in progress leave the instance; after all others it is gone.
    pub fn init(
        &self,
        instance: Option<Handle>,
        options: &InitOptions,
    ) -> Result<(Handle, JetCode), JetError> {
        let begun = self.process.init(instance, options);
        let (handle, note) = begun.map_err(|error| JetError::of_call(error, "initialising an instance"))?;
        let code = match note {
            InitNote::Complete => JetCode::SUCCESS,
            InitNote::LogsLost => JetCode::WARN_COMMITTED_LOG_FILES_LOST,
            InitNote::LogsRemoved => JetCode::WARN_COMMITTED_LOG_FILES_REMOVED,
        };
        Ok((handle, code))
    }

    /// JetTerm2.
    ///
    /// # Errors
    /// `TermInProgress`, `TooManyActiveUsers` and the like leave the instance in service; after `DirtyShutdown` and
    /// failures it is gone.
    pub fn term(&self, instance: Handle, bits: TermBits) -> Result<(), JetError> {
        let ended = self.process.term(instance, bits);
        ended.map_err(|error| JetError::of_call(error, "ending an instance"))
    }

    /// JetStopServiceInstance2.
    ///
    /// # Errors
    /// `InvalidParameter`, `InvalidGrbit`, `ClientRequestToStopJetService`.
    pub fn stop_service(&self, instance: Handle, bits: StopBits) -> Result<(), JetError> {
        let stopped = self.process.stop_service(instance, bits);
        stopped.map_err(|error| JetError::refused(error, "stopping service"))
    }

    /// JetEnableMultiInstance. The answer of each setting that was tried goes into `answers`.
    ///
    /// # Errors
    /// Of the first setting that fails; `SystemParamsAlreadySet`, `SystemParameterConflict`, `RunningInOneInstanceMode`.
    pub fn enable_multi_instance(
        &self,
        settings: Option<&[Setting<'_>]>,
        answers: &mut Vec<Result<(), JetError>>,
    ) -> Result<(), JetError> {
        const DOING: &str = "entering multi-instance mode";
        let mut tried = Vec::new();
        let enabled = self.process.enable_multi_instance(settings, &mut tried);
        let told = tried
            .into_iter()
            .map(|answer| answer.map_err(|error| JetError::refused(error, DOING)));
        answers.extend(told);
        enabled.map_err(|error| JetError::refused(error, DOING))
    }

    /// JetSetSystemParameter. Numbers are taken from `value`, texts from `text`.
    ///
    /// # Errors
    /// `InvalidSesid`, `InvalidInstance`, `InvalidParameter`, `AlreadyInitialized` and those of single parameters.
    pub fn set_parameter(
        &self,
        instance: Handle,
        session: Handle,
        number: u32,
        value: u64,
        text: Option<&str>,
    ) -> Result<(), JetError> {
        let set = self.process.set_parameter(instance, session, number, value, text);
        set.map_err(|error| JetError::refused(error, "setting a system parameter"))
    }

    /// JetGetSystemParameter. `asked`: for the text of an error, its number.
    ///
    /// # Errors
    /// `InvalidSesid`, `InvalidInstance`, `InvalidParameter`.
    pub fn parameter(
        &self,
        instance: Handle,
        session: Handle,
        number: u32,
        asked: i32,
    ) -> Result<ParameterValue, JetError> {
        if number == u32::from(ParamId::ERROR_TO_STRING.number()) {
            return Ok(ParameterValue::Text(
                error_text(JetCode::from_number(asked)).into(),
            ));
        }
        let value = self.process.parameter(instance, session, number);
        value.map_err(|error| JetError::refused(error, "reading a system parameter"))
    }

    /// Does what is due in an instance, see [`StorageEngine::upkeep`]; nothing when it is not in service.
    ///
    /// # Errors
    /// Of what failed first. One that leaves nothing to go on with makes the instance unavailable.
    pub fn upkeep(&self, instance: Handle) -> Result<(), JetError> {
        let Ok(instance) = self.process.instance(instance) else {
            return Ok(());
        };
        let kept = instance.engine().map_or(Ok(()), |engine| engine.upkeep());
        kept.map_err(|error| {
            if let Some(fatal) = error.fatal() {
                instance.fail(fatal);
            }
            JetError::of_call(jet_session::CallError::Engine(error), "keeping the engine up")
        })
    }

    /// The instances and sessions themselves.
    pub const fn process(&self) -> &Process<StorageEngine> {
        &self.process
    }

    fn session(&self, handle: Handle) -> Result<Arc<Session<StorageEngine>>, JetError> {
        let session = self.process.session(handle);
        session.map_err(|error| JetError::refused(error, "looking for a session"))
    }
}

/// `NAME, MEANING` of a code.
fn error_text(code: JetCode) -> String {
    match (code.name(), code.meaning()) {
        (Some(name), Some(meaning)) => format!("{name}, {meaning}"),
        // As every program knows it.
        _ => "Unknown Error, Unknown Error".to_owned(),
    }
}
