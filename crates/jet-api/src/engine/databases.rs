//! Calls on databases. Their numbers are good in sessions that have them open.

use jet_log::record::Dbid;
use jet_session::storage::StorageError;
use jet_session::{CallError, DatabaseError, Entry, SessionError};

use super::{AttachBits, Attached, CreateBits, Engine, Handle, OpenBits, ResizeBits, ThreadId};
use crate::{JetCode, JetError};

impl Engine {
    /// JetCreateDatabase2: creates, attaches and opens. `pages_max` 0: no limit.
    ///
    /// # Errors
    /// `InTransaction`, `DatabaseInvalidPath`, `DatabaseDuplicate`, `DatabaseInvalidPages`, `TooManyAttachedDatabases`, ...
    pub fn create_database(
        &self,
        session: Handle,
        thread: ThreadId,
        path: &str,
        pages_max: u32,
        bits: CreateBits,
    ) -> Result<u32, JetError> {
        self.inside(session, thread, Entry::Service, |call| {
            let made = call.create_database(path, pages_max, bits);
            made.map(|number| number.0.into())
                .map_err(|error| JetError::of_call(error, "creating a database"))
        })
    }

    /// JetAttachDatabase2: success, or `JET_wrnDatabaseAttached`.
    ///
    /// # Errors
    /// `InTransaction`, `FileNotFound`, `DatabaseDirtyShutdown`, `DatabaseSharingViolation`, `PageSizeMismatch`, ...
    pub fn attach_database(
        &self,
        session: Handle,
        thread: ThreadId,
        path: &str,
        pages_max: u32,
        bits: AttachBits,
    ) -> Result<JetCode, JetError> {
        self.inside(session, thread, Entry::Service, |call| {
            let attached = call.attach_database(path, pages_max, bits);
            match attached.map_err(|error| JetError::of_call(error, "attaching a database"))? {
                Attached::New => Ok(JetCode::SUCCESS),
                Attached::Already => Ok(JetCode::WARN_DATABASE_ATTACHED),
            }
        })
    }

    /// JetOpenDatabase: the number of the database, and success or `JET_wrnFileOpenReadOnly`.
    ///
    /// # Errors
    /// `DatabaseInvalidPath`, `OneDatabasePerSession`, `DatabaseNotFound`, `DatabaseLocked`, `DatabaseInUse`.
    pub fn open_database(
        &self,
        session: Handle,
        thread: ThreadId,
        path: &str,
        bits: OpenBits,
    ) -> Result<(u32, JetCode), JetError> {
        self.inside(session, thread, Entry::Service, |call| {
            let opened = call.open_database(path, bits);
            let opened = opened.map_err(|error| JetError::of_call(error, "opening a database"))?;
            let code = match opened.is_only_readable {
                true => JetCode::WARN_FILE_OPEN_READ_ONLY,
                false => JetCode::SUCCESS,
            };
            Ok((opened.number.0.into(), code))
        })
    }

    /// JetCloseDatabase.
    ///
    /// # Errors
    /// `InvalidDatabaseId`.
    pub fn close_database(&self, session: Handle, thread: ThreadId, database: u32) -> Result<(), JetError> {
        self.inside(session, thread, Entry::AfterStop, |call| {
            let closed = number(database).and_then(|number| call.close_database(number));
            closed
                .map(|_| ())
                .map_err(|error| JetError::of_call(error, "closing a database"))
        })
    }

    /// JetDetachDatabase; all databases without a path.
    ///
    /// # Errors
    /// `InTransaction`, `DatabaseNotFound`, `DatabaseInUse`.
    pub fn detach_database(
        &self,
        session: Handle,
        thread: ThreadId,
        path: Option<&str>,
    ) -> Result<(), JetError> {
        self.inside(session, thread, Entry::AfterStop, |call| {
            let detached = call.detach_database(path);
            detached.map_err(|error| JetError::of_call(error, "detaching a database"))
        })
    }

    /// JetResizeDatabase: how many pages the file has afterwards, the two of the header counted.
    ///
    /// # Errors
    /// `InvalidGrbit`, `InvalidDatabaseId`, `FeatureNotAvailable` when databases are not to shrink, `DatabaseFileReadOnly`, ...
    pub fn resize_database(
        &self,
        session: Handle,
        thread: ThreadId,
        database: u32,
        pages: u32,
        bits: ResizeBits,
    ) -> Result<u32, JetError> {
        self.inside(session, thread, Entry::Service, |call| {
            let resized = number(database).and_then(|number| call.resize_database(number, pages, bits));
            resized.map_err(|error| JetError::of_call(error, "resizing a database"))
        })
    }

    /// JetGrowDatabase: [`Engine::resize_database`] that never shrinks.
    ///
    /// # Errors
    /// As there.
    pub fn grow_database(
        &self,
        session: Handle,
        thread: ThreadId,
        database: u32,
        pages: u32,
    ) -> Result<u32, JetError> {
        self.resize_database(session, thread, database, pages, ResizeBits::ONLY_GROW)
    }

    /// JetSetDatabaseSize: makes the file of a database longer that is attached nowhere; how many pages it has afterwards, the
    /// header left out.
    ///
    /// # Errors
    /// `DatabaseInvalidPath`, `InvalidParameter`, `FileNotFound`, `DatabaseDirtyShutdown`, ...
    pub fn set_database_size(
        &self,
        session: Handle,
        thread: ThreadId,
        path: &str,
        pages: u32,
    ) -> Result<u32, JetError> {
        self.inside(session, thread, Entry::Service, |call| {
            let set = call.set_database_size(path, pages);
            set.map_err(|error| JetError::of_call(error, "setting the size of a database"))
        })
    }
}

/// The number of a database; no session has one open whose number is too large.
fn number(database: u32) -> Result<Dbid, CallError<StorageError>> {
    u8::try_from(database)
        .map(Dbid)
        .map_err(|_| CallError::Session(SessionError::Database(DatabaseError::NotOpen)))
}
