//! Sessions, and the databases that they have open.

use core::cell::Cell;
use core::marker::PhantomData;
use std::path::Path;
use std::sync::Arc;

use jet_session::{Call, Entry};

use super::Core;
use super::transaction::Transaction;
use crate::engine::{
    AttachBits, BeginBits, CommitBits, CreateBits, Engine, Handle, OpenBits, StorageEngine, ThreadId,
};
use crate::{JetCode, JetError, Location};

/// A session: who works with an instance, one thing at a time. It may go from thread to thread while no transaction is open,
/// and is not shared.
///
/// ```compile_fail
/// fn is_shared<T: Sync>() {}
/// is_shared::<jet_api::Session>();
/// ```
#[derive(Debug)]
pub struct Session {
    core: Arc<Core>,
    handle: Handle,
    session: Arc<jet_session::Session<StorageEngine>>,
    not_shared: PhantomData<Cell<()>>,
}

/// Who makes all calls here: the borrow checker knows better than the engine which thread may.
pub(super) const CALLER: ThreadId = ThreadId::from_number(u64::MAX);

impl Session {
    pub(super) fn new(core: Arc<Core>, handle: Handle) -> Result<Self, JetError> {
        let session = core.engine.process().session(handle)?;
        Ok(Self {
            core,
            handle,
            session,
            not_shared: PhantomData,
        })
    }

    /// Begins a further session with the same instance, as JetDupSession does. Nothing of this one is copied, nor its
    /// transaction looked at.
    ///
    /// ```
    /// # let folder = tempfile::tempdir().unwrap();
    /// use jet_api::{Instance, JetCode};
    ///
    /// let instance = Instance::builder().folder(folder.path()).max_sessions(2).start()?;
    /// let session = instance.session()?;
    /// let twin = session.duplicate()?;
    /// assert_eq!(session.duplicate().unwrap_err().code(), JetCode::OUT_OF_SESSIONS);
    /// drop(session);
    /// let next = twin.duplicate()?;
    /// # Ok::<(), jet_api::JetError>(())
    /// ```
    ///
    /// # Errors
    /// `OutOfSessions`, `OutOfMemory`, and `InstanceUnavailable` when the instance cannot go on.
    pub fn duplicate(&self) -> Result<Self, JetError> {
        let handle = self.core.engine.dup_session(self.handle, CALLER)?;
        Self::new(Arc::clone(&self.core), handle)
    }

    /// Begins a transaction. It sees what is committed now, and its own changes.
    ///
    /// # Errors
    /// `InTransaction` when one is open: [`Transaction::begin`] nests. `LogDiskFull`.
    pub fn begin(&self) -> Result<Transaction<'_>, JetError> {
        self.begin_with(BeginBits::default())
    }

    /// Begins a transaction that changes nothing.
    ///
    /// # Errors
    /// As [`Session::begin`].
    pub fn begin_read_only(&self) -> Result<Transaction<'_>, JetError> {
        self.begin_with(BeginBits::READ_ONLY)
    }

    fn begin_with(&self, bits: BeginBits) -> Result<Transaction<'_>, JetError> {
        if self.session.level() > 0 {
            return Err(JetError::new(JetCode::IN_TRANSACTION, "beginning a transaction"));
        }
        Transaction::begin_level(self, bits)
    }

    /// Waits until all lazy commits of this session outlive a crash.
    ///
    /// # Errors
    /// When the log cannot be written.
    pub fn wait_for_commits(&self) -> Result<(), JetError> {
        let engine = &self.core.engine;
        engine
            .commit(self.handle, CALLER, CommitBits::WAIT_OWN, 0)
            .map(|_| ())
    }

    /// Creates a database, attaches it to the instance and opens it.
    ///
    /// # Errors
    /// `DatabaseDuplicate` when there is such a file, `InTransaction`, `TooManyAttachedDatabases`, ...
    pub fn create_database(&self, path: impl AsRef<Path>) -> Result<OpenDatabase<'_>, JetError> {
        self.create_database_with(path, 0, CreateBits::default())
    }

    /// As [`Session::create_database`], with most pages (0: no limit) and options.
    ///
    /// # Errors
    /// As there.
    pub fn create_database_with(
        &self,
        path: impl AsRef<Path>,
        pages_max: u32,
        bits: CreateBits,
    ) -> Result<OpenDatabase<'_>, JetError> {
        let path = text(path.as_ref())?;
        let engine = &self.core.engine;
        let number = engine.create_database(self.handle, CALLER, path, pages_max, bits)?;
        Ok(OpenDatabase {
            session: self,
            number,
            is_only_readable: false,
        })
    }

    /// Attaches a database to the instance, unless it is.
    ///
    /// # Errors
    /// `FileNotFound`, `DatabaseDirtyShutdown`, `DatabaseSharingViolation` when another instance has it, ...
    pub fn attach_database(&self, path: impl AsRef<Path>) -> Result<(), JetError> {
        self.attach_database_with(path, AttachBits::default())
    }

    /// As [`Session::attach_database`], with options: [`AttachBits::READ_ONLY`] never changes the file.
    ///
    /// # Errors
    /// As there.
    pub fn attach_database_with(&self, path: impl AsRef<Path>, bits: AttachBits) -> Result<(), JetError> {
        let path = text(path.as_ref())?;
        let engine = &self.core.engine;
        engine
            .attach_database(self.handle, CALLER, path, 0, bits)
            .map(|_| ())
    }

    /// Opens an attached database.
    ///
    /// # Errors
    /// `DatabaseNotFound` when it is not attached, `DatabaseLocked`.
    pub fn open_database(&self, path: impl AsRef<Path>) -> Result<OpenDatabase<'_>, JetError> {
        self.open_database_with(path, OpenBits::default())
    }

    /// As [`Session::open_database`], with options: [`OpenBits::EXCLUSIVE`] keeps all other sessions out.
    ///
    /// # Errors
    /// As there, and `DatabaseInUse`.
    pub fn open_database_with(
        &self,
        path: impl AsRef<Path>,
        bits: OpenBits,
    ) -> Result<OpenDatabase<'_>, JetError> {
        let path = text(path.as_ref())?;
        let engine = &self.core.engine;
        let (number, code) = engine.open_database(self.handle, CALLER, path, bits)?;
        Ok(OpenDatabase {
            session: self,
            number,
            is_only_readable: code == JetCode::WARN_FILE_OPEN_READ_ONLY,
        })
    }

    /// Detaches a database from the instance: it is complete without logs then.
    ///
    /// # Errors
    /// `DatabaseInUse` while anybody has it open, `DatabaseNotFound` when it is not attached.
    pub fn detach_database(&self, path: impl AsRef<Path>) -> Result<(), JetError> {
        let path = text(path.as_ref())?;
        self.core.engine.detach_database(self.handle, CALLER, Some(path))
    }

    /// Goes inside, for layers that work with trees.
    ///
    /// # Errors
    /// States of the instance; `SessionSharingViolation` when a call is inside already.
    pub fn enter(&self) -> Result<Call<'_, StorageEngine>, JetError> {
        Ok(self.session.enter(CALLER, Entry::Service)?)
    }

    /// Its handle, for calls by handles.
    pub const fn handle(&self) -> Handle {
        self.handle
    }

    /// The engine, and who calls.
    pub(crate) fn caller(&self) -> (&Engine, (Handle, ThreadId)) {
        (&self.core.engine, (self.handle, CALLER))
    }

    /// Levels that are open.
    pub(crate) fn level(&self) -> u8 {
        self.session.level()
    }

    pub(super) fn core(&self) -> &Core {
        &self.core
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // One that cannot end is ended with its instance.
        let _ = self.core.engine.end_session(self.handle, CALLER);
    }
}

/// A database that a session has open, until this is dropped.
#[derive(Debug)]
pub struct OpenDatabase<'s> {
    session: &'s Session,
    number: u32,
    is_only_readable: bool,
}

impl<'s> OpenDatabase<'s> {
    /// The session.
    pub const fn session(&self) -> &'s Session {
        self.session
    }

    /// Its number, the same in all sessions that have it open.
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// Whether it may only be read, although that was not asked for.
    pub const fn is_only_readable(&self) -> bool {
        self.is_only_readable
    }
}

impl Drop for OpenDatabase<'_> {
    fn drop(&mut self) {
        let engine = &self.session.core.engine;
        // The only reason to fail is an instance that is gone or unavailable, and its databases with it.
        let _ = engine.close_database(self.session.handle, CALLER, self.number);
    }
}

/// A path as calls have it.
fn text(path: &Path) -> Result<&str, JetError> {
    path.to_str().ok_or_else(|| {
        JetError::new(JetCode::DATABASE_INVALID_PATH, "reading the path of a database")
            .at(Location::file(path))
    })
}
