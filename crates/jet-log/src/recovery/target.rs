//! What recovery asks of the trees of databases: redo and undo. Implemented above this crate.

use std::sync::Arc;

use jet_io::{File, IoError};
use jet_pages::{Dbtime, Objid, PageSize, Pgno};

use crate::record::{Dbid, Record, SessionId, TrxTime};
use crate::writer::LogWriteError;
use crate::{Generation, Lgpos};

/// A database file that recovery brings up to date.
#[derive(Clone, Debug)]
pub struct TargetFile {
    /// The file, open for reading and writing.
    pub file: Arc<dyn File>,
    /// Size of its pages.
    pub page_size: PageSize,
    /// Where it was attached: changes logged up to here are in the file.
    pub attached: Lgpos,
    /// Where its length was last changed: changes of the length logged before are in the file. `None`: its header does not
    /// tell.
    pub resized: Option<Lgpos>,
    /// No page of the file has changes of a later generation.
    pub newest: Generation,
    /// Highest numbers handed out so far.
    pub marks: Marks,
    /// Asked before pages are written.
    pub barrier: Arc<dyn Barrier>,
}

/// Stands before every write of pages of one database.
pub trait Barrier: core::fmt::Debug + Send + Sync {
    /// Brings the log up to `modified` to the disk, and the header of the database to what a page with a change of that
    /// generation asks of it.
    ///
    /// # Errors
    /// When that fails; nothing of the page may be written then.
    fn before_write(&self, modified: Lgpos) -> Result<(), IoError>;

    /// Takes down that the file is about to get the length that the durable record at `at` tells.
    ///
    /// # Errors
    /// When that fails; the length must stay as it is then.
    fn resized(&self, _at: Lgpos) -> Result<(), IoError> {
        Ok(())
    }
}

/// Highest numbers that a database has handed out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Database time.
    pub dbtime: Dbtime,
    /// Identity of a tree.
    pub objid: Objid,
}

/// Where a record stands, and in which transaction.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The record.
    pub at: Lgpos,
    /// Begin of its transaction.
    pub begun: Lgpos,
    /// Its transaction began before redo did: all its changes are on disk, and only the highest numbers count.
    pub is_old: bool,
}

/// A transaction that was not committed when the log ended.
#[derive(Clone, Copy, Debug)]
pub struct OpenTransaction {
    /// Whose.
    pub session: SessionId,
    /// Its number.
    pub begun: TrxTime,
    /// Where it began.
    pub begun_at: Lgpos,
    /// Levels open.
    pub level: u8,
}

/// Takes the records that undoing makes.
pub trait RecordSink {
    /// Logs a record; it need not be on the disk yet.
    ///
    /// # Errors
    /// [`LogWriteError`]; what the record tells must not be done then.
    fn append(&mut self, record: &Record<'_>) -> Result<Lgpos, LogWriteError>;
}

/// The trees of all databases of a log stream.
///
/// Calls come in the order of the log. After an error no further call is made.
pub trait Target {
    /// Why a change cannot be redone or undone.
    type Error: core::error::Error + Send + Sync + 'static;

    /// A database comes in.
    ///
    /// # Errors
    /// When its pages cannot be made available.
    fn attach(&mut self, database: Dbid, file: TargetFile) -> Result<(), Self::Error>;

    /// Writes all changed pages of a database, and syncs its file. Pages that must wait for the end of a transaction stay;
    /// there are none when all are at their end.
    ///
    /// # Errors
    /// When a page cannot be written.
    fn flush(&mut self, database: Dbid) -> Result<(), Self::Error>;

    /// A database leaves; what was not flushed is lost.
    fn detach(&mut self, database: Dbid);

    /// Highest numbers of a database, those of records passed over included.
    fn marks(&self, database: Dbid) -> Marks;

    /// Does again what a record outside a macro says, as far as it is missing. Records of databases that are not attached
    /// are passed over.
    ///
    /// # Errors
    /// When the record does not fit the pages.
    fn redo(&mut self, place: Place, record: &Record<'_>) -> Result<(), Self::Error>;

    /// A record about node `line` of this page comes next, unless it is passed over: its memory may be asked for. A hint.
    fn expect(&mut self, database: Dbid, page: Pgno, line: u16) {
        let _ = (database, page, line);
    }

    /// Does again a macro: all its records or none.
    ///
    /// # Errors
    /// As [`Target::redo`].
    fn redo_macro(&mut self, place: Place, records: &[Record<'_>]) -> Result<(), Self::Error>;

    /// A level of a transaction ended well; it is now part of level `to`.
    fn commit_level(&mut self, session: SessionId, to: u8);

    /// A transaction ended well.
    fn commit(&mut self, session: SessionId);

    /// Levels above `to` were rolled back; every change of theirs was undone by a record.
    ///
    /// # Errors
    /// When a change is left.
    fn roll_back(&mut self, place: Place, session: SessionId, to: u8) -> Result<(), Self::Error>;

    /// The generation at hand is above what every page of every file may have: pages missing until now are missing.
    ///
    /// # Errors
    /// For the first missing page that no record made good.
    fn reached(&mut self, generation: Generation) -> Result<(), Self::Error>;

    /// Undoes a transaction, newest change first, each logged before it is done.
    ///
    /// # Errors
    /// When a change cannot be logged or undone.
    fn undo(&mut self, transaction: OpenTransaction, log: &mut dyn RecordSink) -> Result<usize, Self::Error>;
}
