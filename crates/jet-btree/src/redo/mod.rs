//! Redo and undo of what logs tell of pages, for all databases of a log stream.
//!
//! [`Redo`] is the [`Target`] that recovery drives. A record is applied only to pages that lack it, which their database
//! times tell: at the time before, the change is missing; at the time after or later it is there; anything else means
//! that a write was lost or that the file is another one.
//!
//! - Changes that may have to be undone are remembered ([`crate::undo`]) whether or not the page needed them. The old data
//!   of a replacement are on the page only, so such a page is held: it is not written before the change is at its end, or
//!   the log has the old data.
//! - Pages that a later record cuts off, empties or makes anew may be missing or of the future; see `redo/database.rs`.
//! - A page is checked as a whole before its first change after it was read; from then on it is trusted.

mod database;
mod databases;
mod error;
pub(crate) mod gate;
mod macros;
mod merge;
mod moved;
mod node;
mod page;
mod rollback;
mod split;
mod trees;

use jet_io::cache::{Cache, LogPosition, Stamp};
use jet_log::record::{Dbid, Record, SessionId};
use jet_log::recovery::{Marks, OpenTransaction, Place, RecordSink, Target, TargetFile};
use jet_log::{Generation, Lgpos};
use jet_pages::{PageSize, Pgno};

use self::database::Database;
use self::databases::Databases;
pub use self::error::{Missing, RedoError};
use crate::undo::Transactions;

/// Decompresses the image of a page in a record: the stored bytes, and the most bytes that the result may have.
pub type Decompress = fn(&[u8], usize) -> Result<Vec<u8>, DecompressError>;

/// Why an image of a page cannot be decompressed.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct DecompressError(pub String);

/// Redo and undo for the trees of all databases of a log stream.
#[derive(Debug)]
pub struct Redo {
    cache: Option<Cache>,
    memory: Memory,
    mends: bool,
    databases: Databases,
    transactions: Transactions,
    decompress: Decompress,
}

/// Memory for pages.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    /// Bytes wanted.
    pub soft_bytes: usize,
    /// Most bytes, needed only when so many pages must wait for the end of transactions.
    pub hard_bytes: usize,
}

impl Redo {
    /// Redo with this much memory for pages.
    pub fn new(memory: Memory, decompress: Decompress) -> Self {
        Self {
            cache: None,
            memory,
            mends: false,
            databases: Databases::default(),
            transactions: Transactions::default(),
            decompress,
        }
    }

    /// Takes a page for good in which one flipped bit explains the checksum, and writes it back mended.
    ///
    /// Not done unless asked: in a page that was torn when it was written, a mark missing at an odd number of nodes looks
    /// the same, and the page would be mended into one that never was.
    #[must_use]
    pub const fn mend_flipped_bits(mut self, mends: bool) -> Self {
        self.mends = mends;
        self
    }

    fn cache(&mut self, size: PageSize) -> Result<Cache, RedoError> {
        if let Some(cache) = self.cache.as_ref().filter(|cache| cache.page_size() == size) {
            return Ok(cache.clone());
        }
        let cache = Cache::with_limits(size, self.memory.soft_bytes, self.memory.hard_bytes)?;
        self.cache = Some(cache.clone());
        Ok(cache)
    }

    /// An error with the file and page that these records are about.
    fn located(&self, error: RedoError, records: &[Record<'_>]) -> RedoError {
        let change = records.iter().find_map(Record::page_change);
        match change.and_then(|change| Some((change, self.databases.get(change.database)?))) {
            Some((change, database)) => database.located(error, Some(change.page)),
            None => error,
        }
    }
}

impl Target for Redo {
    type Error = RedoError;

    fn attach(&mut self, number: Dbid, file: TargetFile) -> Result<(), RedoError> {
        let cache = self.cache(file.page_size)?;
        self.databases
            .set(number, Some(Database::new(&cache, file, self.mends)?));
        Ok(())
    }

    fn flush(&mut self, number: Dbid) -> Result<(), RedoError> {
        let Some(database) = self.databases.get(number) else {
            return Ok(());
        };
        database.flush().map_err(|error| database.located(error, None))
    }

    fn detach(&mut self, number: Dbid) {
        self.databases.set(number, None);
    }

    fn marks(&self, number: Dbid) -> Marks {
        self.databases
            .get(number)
            .map_or(Marks::default(), Database::marks)
    }

    fn redo(&mut self, place: Place, record: &Record<'_>) -> Result<(), RedoError> {
        self.redo_record(place, record)
            .map_err(|error| self.located(error, core::slice::from_ref(record)))
    }

    fn expect(&mut self, number: Dbid, page: Pgno, line: u16) {
        if let Some(database) = self.databases.get(number) {
            database.bring_near(page, line.into());
        }
    }

    fn redo_macro(&mut self, place: Place, records: &[Record<'_>]) -> Result<(), RedoError> {
        self.redo_group(place, records)
            .map_err(|error| self.located(error, records))
    }

    fn commit_level(&mut self, session: SessionId, to: u8) {
        if let Some(changes) = self.transactions.get_mut(session) {
            changes.commit_to(to);
        }
    }

    fn commit(&mut self, session: SessionId) {
        let Some(changes) = self.transactions.get_mut(session) else {
            return;
        };
        for change in changes.drain() {
            // Pages that waited for the end of these changes may be written now.
            if let (Some(pgno), Some(database)) = (change.held, self.databases.get(change.database)) {
                database.release(pgno);
            }
        }
    }

    fn roll_back(&mut self, place: Place, session: SessionId, to: u8) -> Result<(), RedoError> {
        let Some(changes) = self.transactions.get(session) else {
            return Ok(());
        };
        if let Some(change) = changes.has_above(to) {
            return Err(RedoError::NotUndone {
                at: place.at,
                session,
                version: change.version,
            });
        }
        if to == 0 {
            self.commit(session);
        }
        Ok(())
    }

    fn reached(&mut self, generation: Generation) -> Result<(), RedoError> {
        self.databases.iter().try_for_each(|database| {
            let reached = database.reached(generation);
            reached.map_err(|error| database.located(error, None))
        })
    }

    fn undo(&mut self, transaction: OpenTransaction, log: &mut dyn RecordSink) -> Result<usize, RedoError> {
        self.undo_all(transaction, log)
    }
}

/// A log position as the page cache knows it: generation, sector, byte, as one number.
pub(crate) fn log_position(at: Lgpos) -> LogPosition {
    LogPosition(u64::from(at.generation.0) << 32 | u64::from(at.sector) << 16 | u64::from(at.byte))
}

/// The position that [`log_position`] made a number of.
#[expect(
    clippy::cast_possible_truncation,
    reason = "each part was shifted to where it is cut out"
)]
pub(crate) const fn lgpos(position: LogPosition) -> Lgpos {
    Lgpos {
        generation: Generation((position.0 >> 32) as u32),
        sector: (position.0 >> 16) as u16,
        byte: position.0 as u16,
    }
}

fn stamp(place: Place) -> Stamp {
    Stamp {
        modified: log_position(place.at),
        begun: log_position(place.begun),
    }
}
