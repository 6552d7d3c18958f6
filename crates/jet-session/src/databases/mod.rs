//! Databases as sessions see them: created, attached, opened, closed, detached.
//!
//! Attaching is for the instance, opening for a session: the number of a database is the same for all sessions and good
//! only in those that have it open. Each open needs a close.
//!
//! The order of checks: transaction level, path, options, then what the database is and who has it.

mod sizes;
mod usage;

use std::path::PathBuf;
use std::sync::Arc;

use jet_io::IoErrorKind;
use jet_log::record::Dbid;

pub use self::sizes::DatabaseSpace;
pub(crate) use self::usage::Usage;
use crate::engine::{Engine, SessionNumber};
use crate::error::{CallError, DatabaseError, SessionError};
use crate::instance::CallResult;
use crate::options::{AttachBits, CreateBits, OpenBits};
use crate::params::{ParamId, paths};
use crate::session::Call;
use crate::storage::{AttachedDatabase, NewDatabase, Storage, StorageEngine, StorageError};

/// Most pages that a database can be limited to.
pub const PAGES_LIMIT_MAX: u32 = 2_147_483_646;

/// What became of attaching a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attached {
    /// It is attached now.
    New,
    /// The instance had it attached already.
    Already,
}

/// A database that a session has open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Its number.
    pub number: Dbid,
    /// It may only be read, although that was not asked for.
    pub is_only_readable: bool,
}

type Answer<T> = CallResult<T, StorageEngine>;

impl Call<'_, StorageEngine> {
    /// Creates a database, attaches it and opens it in this session. `pages_max` 0: no limit.
    ///
    /// # Errors
    /// [`SessionError::InTransaction`], [`DatabaseError::InvalidPath`], `InvalidOptions`, [`DatabaseError::InvalidPages`],
    /// [`DatabaseError::NeedsVersions`], [`DatabaseError::OnePerSession`], `SharingViolation` when another thread has set the
    /// session's context; the engine's, the file is removed then.
    pub fn create_database(&mut self, path: &str, pages_max: u32, bits: CreateBits) -> Answer<Dbid> {
        self.state().check_outside_transaction()?;
        let path = self.complete(path)?;
        if bits.has_unknown() {
            return Err(SessionError::InvalidOptions.into());
        }
        if pages_max > PAGES_LIMIT_MAX {
            return refused(DatabaseError::InvalidPages);
        }
        if bits.has(CreateBits::NO_VERSIONS) && !bits.has(CreateBits::NO_RECOVERY) {
            return refused(DatabaseError::NeedsVersions);
        }
        let (engine, session) = self.parts();
        let (number, id) = (session.number, session.id());
        engine
            .usage()
            .lock()
            .check_another(number, None)
            .map_err(SessionError::from)?;
        let new = NewDatabase {
            path: &path,
            pages_max,
            replaces: bits.has(CreateBits::REPLACE),
        };
        let mut filler = engine.contents().filler();
        let storage = self.storage()?;
        if let Err(refusal) = self.check_context() {
            self.did(storage.check_new(&new))?;
            return Err(refusal.into());
        }
        let database = self.did(storage.create(id, new, &mut *filler))?.number();
        self.open(number, database, false)?;
        Ok(database)
    }

    /// Attaches a database to the instance. `pages_max` 0: no limit.
    ///
    /// # Errors
    /// [`SessionError::InTransaction`], [`DatabaseError::InvalidPath`], `InvalidOptions`, [`DatabaseError::InvalidPages`],
    /// `BackupInProgress`; the engine's.
    pub fn attach_database(&mut self, path: &str, pages_max: u32, bits: AttachBits) -> Answer<Attached> {
        self.state().check_outside_transaction()?;
        let path = self.complete(path)?;
        let is_read_only = bits.has(AttachBits::READ_ONLY);
        if bits.has_unknown() || (is_read_only && bits.has(AttachBits::DELETE_UNICODE_INDEXES)) {
            return Err(SessionError::InvalidOptions.into());
        }
        if pages_max > PAGES_LIMIT_MAX {
            return refused(DatabaseError::InvalidPages);
        }
        self.check_backup()?;
        let id = self.parts().1.id();
        let storage = self.storage()?;
        let attached = match is_read_only {
            true => storage.attach_read_only(&path),
            false => storage.attach(id, &path, pages_max),
        };
        match attached {
            Err(StorageError::Attached { .. }) => Ok(Attached::Already),
            attached => self.did(attached).map(|_| Attached::New),
        }
    }

    /// Opens an attached database in this session.
    ///
    /// # Errors
    /// [`DatabaseError::InvalidPath`], `InvalidOptions`, [`DatabaseError::OnePerSession`],
    /// [`DatabaseError::NotAttached`], [`DatabaseError::Locked`], [`DatabaseError::InUse`]; the engine's.
    pub fn open_database(&mut self, path: &str, bits: OpenBits) -> Answer<Opened> {
        let path = self.complete(path)?;
        if bits.has_unknown() {
            return Err(SessionError::InvalidOptions.into());
        }
        let number = self.parts().1.number;
        let storage = self.storage()?;
        let attached = storage.attached(&path);
        let wanted = attached.as_ref().map(|database| database.number());
        let usage = self.engine().usage();
        usage
            .lock()
            .check_another(number, wanted)
            .map_err(SessionError::from)?;
        let Some(database) = attached else {
            return refused(DatabaseError::NotAttached);
        };
        self.open(number, database.number(), bits.has(OpenBits::EXCLUSIVE))?;
        // It may have been detached in between: what has its number now may be another one.
        let is_same = storage
            .attached(&path)
            .is_some_and(|now| Arc::ptr_eq(&now, &database));
        if !is_same {
            let _ = usage.lock().close(number, database.number());
            return refused(DatabaseError::NotAttached);
        }
        Ok(Opened {
            number: database.number(),
            is_only_readable: database.is_read_only() && !bits.has(OpenBits::READ_ONLY),
        })
    }

    /// A database that this session has open.
    ///
    /// # Errors
    /// [`DatabaseError::NotOpen`] when it has not; the engine's.
    pub fn database(&mut self, number: Dbid) -> Answer<Arc<AttachedDatabase>> {
        let (engine, session) = self.parts();
        engine
            .usage()
            .lock()
            .check_open(session.number, number)
            .map_err(SessionError::from)?;
        let databases = self.storage()?.databases();
        let found = databases.into_iter().find(|database| database.number() == number);
        found.ok_or_else(|| SessionError::from(DatabaseError::NotOpen).into())
    }

    /// Closes a database once; returns whether the session has it no longer open.
    ///
    /// # Errors
    /// [`DatabaseError::NotOpen`].
    pub fn close_database(&mut self, number: Dbid) -> Answer<bool> {
        let (engine, session) = self.parts();
        let closed = engine.usage().lock().close(session.number, number);
        let is_last = closed.map_err(SessionError::from)?;
        if is_last && let Ok(storage) = engine.storage() {
            session.closed(&storage, number);
        }
        Ok(is_last)
    }

    /// Detaches a database from the instance, or all: afterwards they are complete without logs.
    ///
    /// # Errors
    /// [`SessionError::InTransaction`], `BackupInProgress`, [`DatabaseError::NotAttached`], [`DatabaseError::InUse`]
    /// when one is open anywhere; the engine's. Of all databases those before the failure are detached.
    pub fn detach_database(&mut self, path: Option<&str>) -> Answer<()> {
        self.state().check_outside_transaction()?;
        let path = match path {
            Some(path) if !path.is_empty() => Some(self.complete(path)?),
            _ => None,
        };
        self.check_backup()?;
        let id = self.parts().1.id();
        let storage = self.storage()?;
        let mut leaving = storage.databases();
        if let Some(path) = path {
            leaving.retain(|database| database.path() == path);
            if leaving.is_empty() {
                return refused(DatabaseError::NotAttached);
            }
        }
        let numbers: Vec<_> = leaving.iter().map(|database| database.number()).collect();
        let usage = self.engine().usage();
        usage.lock().leave(&numbers).map_err(SessionError::from)?;
        let detached = leaving
            .iter()
            .try_for_each(|database| storage.detach(id, database.path()));
        usage.lock().end_leaving(&numbers);
        match detached {
            // Somebody else was faster.
            Err(StorageError::NotAttached { .. }) => refused(DatabaseError::NotAttached),
            detached => self.did(detached),
        }
    }

    fn open(&self, session: SessionNumber, database: Dbid, is_exclusive: bool) -> Answer<()> {
        let opened = self.engine().usage().lock().open(session, database, is_exclusive);
        Ok(opened.map_err(SessionError::from)?)
    }

    /// A path as the engine knows databases by: absolute, and one for each file.
    fn complete(&self, path: &str) -> Answer<PathBuf> {
        if path.is_empty() || path.contains('\0') {
            return refused(DatabaseError::InvalidPath);
        }
        let instance = self.session().instance();
        let path = PathBuf::from(paths::complete(&instance.outside.current_folder(), path));
        let storage = self.storage()?;
        let fs = &storage.setup().around.fs;
        if let Some(folder) = path
            .parent()
            .filter(|_| instance.number(ParamId::CREATE_PATH_IF_NOT_EXIST) != 0)
        {
            self.did(fs.create_dir_all(folder).map_err(StorageError::from))?;
        }
        match fs.full_path(&path) {
            Err(error) if matches!(error.kind, IoErrorKind::NotFound | IoErrorKind::NotADirectory) => {
                let folder = path.parent().unwrap_or(&path).to_owned();
                self.did(Err(StorageError::NoFolder { folder }))
            }
            full => self.did(full.map_err(StorageError::from)),
        }
    }

    fn check_backup(&self) -> Result<(), SessionError> {
        match self.engine().backup() {
            Some(backup) => Err(SessionError::BackupInProgress {
                is_surrogate: backup.is_surrogate,
            }),
            None => Ok(()),
        }
    }

    fn storage(&self) -> Answer<Arc<Storage>> {
        self.engine().storage().map_err(CallError::Engine)
    }

    /// What the engine did; a fatal error is remembered.
    fn did<T>(&self, done: Result<T, StorageError>) -> Answer<T> {
        done.map_err(|error| self.session().instance().judge(error))
    }
}

fn refused<T>(error: DatabaseError) -> Answer<T> {
    Err(SessionError::Database(error).into())
}
