//! How an instance is to be.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jet_io::FileSystem;
use jet_log::outside::{Clock, Random};
use jet_log::recovery::Surroundings;
use jet_session::params::ParamId;
use jet_session::storage::Contents;

use super::upkeep::Upkeep;
use super::{Core, Instance};
use crate::engine::{CommitObserver, Engine, EngineSetup, Handle, InitOptions, SystemOutside, system_setup};
use crate::{JetCode, JetError};

/// An instance to be started. What is not said is as JET has it.
#[derive(Debug)]
#[must_use]
pub struct InstanceBuilder {
    setup: EngineSetup,
    name: String,
    settings: Vec<(ParamId, Setting)>,
    /// A path that is no text.
    refused: Option<PathBuf>,
    options: InitOptions,
    has_thread: bool,
}

/// Value of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    /// A number.
    Number(u64),
    /// A text.
    Text(String),
}

impl From<u64> for Setting {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Setting {
    fn from(is_on: bool) -> Self {
        Self::Number(is_on.into())
    }
}

impl From<&str> for Setting {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl InstanceBuilder {
    pub(super) fn new() -> Self {
        Self {
            setup: system_setup(),
            name: String::new(),
            settings: Vec::new(),
            refused: None,
            options: InitOptions::default(),
            has_thread: true,
        }
    }

    /// Logs, checkpoint and temporary database lie here. Without it: in the current folder.
    pub fn folder(self, folder: impl AsRef<Path>) -> Self {
        let folder = folder.as_ref();
        // An empty last part says that it is a folder.
        let temp = folder.join("");
        self.path(ParamId::SYSTEM_PATH, folder)
            .path(ParamId::LOG_FILE_PATH, folder)
            .path(ParamId::TEMP_PATH, &temp)
    }

    /// Logs lie here.
    pub fn log_folder(self, folder: impl AsRef<Path>) -> Self {
        self.path(ParamId::LOG_FILE_PATH, folder.as_ref())
    }

    /// Name of the instance, for those who are told of it.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// What the names of logs and of the checkpoint begin with, three characters.
    pub fn base_name(self, base: &str) -> Self {
        self.parameter(ParamId::BASE_NAME, base)
    }

    /// Bytes of a page of all databases: 4096, 8192, 16384 or 32768.
    pub fn page_size(self, bytes: u32) -> Self {
        self.parameter(ParamId::DATABASE_PAGE_SIZE, u64::from(bytes))
    }

    /// Most sessions at a time.
    pub fn max_sessions(self, count: u32) -> Self {
        self.parameter(ParamId::MAX_SESSIONS, u64::from(count))
    }

    /// Most pages in memory, beyond which only such are kept that cannot be written yet.
    pub fn cache_pages(self, count: u32) -> Self {
        self.parameter(ParamId::CACHE_SIZE_MAX, u64::from(count))
    }

    /// Size of a log file in KiB.
    pub fn log_file_kib(self, size: u32) -> Self {
        self.parameter(ParamId::LOG_FILE_SIZE, u64::from(size))
    }

    /// Old logs are removed as soon as no recovery needs them.
    pub fn circular_logging(self, is_on: bool) -> Self {
        self.parameter(ParamId::CIRCULAR_LOG, is_on)
    }

    /// Folders that are missing are made.
    pub fn create_folders(self, is_on: bool) -> Self {
        self.parameter(ParamId::CREATE_PATH_IF_NOT_EXIST, is_on)
    }

    /// Any system parameter. The last value counts.
    pub fn parameter(mut self, id: ParamId, value: impl Into<Setting>) -> Self {
        self.settings.push((id, value.into()));
        self
    }

    /// Databases that the logs tell of and that are not found are no error.
    pub fn ignore_missing_databases(mut self) -> Self {
        self.options.ignores_missing = true;
        self
    }

    /// A database lies elsewhere now than the logs say: `logged` is its path there, or the name of its file alone.
    pub fn moved_database(mut self, logged: &str, path: impl Into<PathBuf>) -> Self {
        self.options.moved.push((logged.to_owned(), path.into()));
        self
    }

    /// Works on this file system, with this time and these random numbers.
    pub fn surroundings(
        mut self,
        fs: Arc<dyn FileSystem>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Self {
        self.setup.around = Surroundings { fs, clock, random };
        self
    }

    /// Whoever is told how far commits are durable.
    pub fn commit_observer(mut self, observer: Arc<dyn CommitObserver>) -> Self {
        self.setup.observer = Some(observer);
        self
    }

    /// What new databases hold, in place of the catalog.
    pub fn contents(mut self, contents: Arc<dyn Contents>) -> Self {
        self.setup.contents = contents;
        self
    }

    /// No thread does what is due: [`Instance::upkeep`] is called. For simulations.
    pub const fn without_thread(mut self) -> Self {
        self.has_thread = false;
        self
    }

    /// Recovers what an earlier run left, and begins service.
    ///
    /// # Errors
    /// Those of parameters; `FileAccessDenied` when another instance works in the folder; those of recovery.
    pub fn start(self) -> Result<Instance, JetError> {
        if let Some(path) = self.refused {
            return Err(
                JetError::new(JetCode::INVALID_PATH, "starting an instance").at(crate::Location::file(&path))
            );
        }
        let engine = Arc::new(Engine::new(self.setup, Arc::new(SystemOutside::default())));
        for (id, setting) in &self.settings {
            let (number, text) = match setting {
                Setting::Number(number) => (*number, None),
                Setting::Text(text) => (0, Some(text.as_str())),
            };
            engine.set_parameter(Handle::NONE, Handle::NONE, id.number().into(), number, text)?;
        }
        let handle = engine.create_instance(&self.name)?;
        engine.init(Some(handle), &self.options)?;
        let mut core = Core {
            engine,
            handle,
            upkeep: None,
            is_ended: false,
        };
        if self.has_thread {
            core.upkeep = Some(Upkeep::start(&core.engine, handle)?);
        }
        Ok(Instance { core: Arc::new(core) })
    }

    fn path(mut self, id: ParamId, path: &Path) -> Self {
        match path.to_str() {
            Some(text) => self.parameter(id, text),
            None => {
                self.refused = Some(path.to_owned());
                self
            }
        }
    }
}
