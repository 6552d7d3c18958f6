//! The log of a running engine: one end of a stream, appended to by many threads.
//!
//! Invariants:
//! - records appended together lie in one file, one behind the other, and get ascending positions
//! - a position that [`Log::flush`] returned for outlives a crash, and so does everything before it
//! - when a generation is full the next one begins within the call that found it so
//! - at most about [`PENDING_BYTES_MAX`] wait in memory, and as much is on its way to the disk; who finds more writes it
//! - after a failed write or sync nothing is written any more, and everybody is told the first cause
//!
//! | file | what |
//! |---|---|
//! | here | appending |
//! | `shared` | what the threads share; the turn to write |
//! | `flush` | group commit: one writes and syncs for all that wait |
//! | `roll` | the next generation |
//! | `files` | the file of the next generation made ahead, old logs, reserve logs |
//!
//! Records are encoded before the lock is taken, and sealed and written after it is given up; between, they are copied under
//! it. Measured on one core of a small machine, a record of 150 bytes takes 230 ns to encode and 76 ns under the lock: 31 for the arithmetic
//! of places, which is needed there in any case, the rest for copying and for a new segment now and then; 8000 bytes take 1.6 µs. To copy
//! outside costs a second lock or an ordered store for each segment touched (7 ns and more, with nobody in the way) and a wait
//! of whoever writes for those who still copy. For such records there is little to be won.
//!
//! Locks: that of the shared state is held for moments and never during input and output; whoever writes has the
//! turn instead. That of the files is held while files are made, and may be asked for with the turn. No thread waits
//! for the turn with the lock of the files.

mod files;
mod flush;
#[cfg(all(test, loom))]
mod loom_tests;
mod roll;
mod shared;

use std::sync::Arc;

use jet_io::IoError;
use jet_pages::dbheader::LogTime;

pub use files::{RESERVE_LOGS, RESERVE_LOGS_AGGRESSIVE};
pub use shared::{LogFacts, LogState};

use self::files::Files;
use self::shared::{Locked, Shared};
use crate::attach::Attachment;
use crate::outside::Clock;
use crate::record::Record;
use crate::segment::SEGMENT_BYTES;
use crate::sync::{Condvar, Mutex};
use crate::writer::{Encoded, LogEngine, LogWriteError, LogWriter, PENDING_BYTES_MAX};
use crate::{Generation, Lgpos};

/// Where records went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appended {
    /// Position of the first record.
    pub first: Lgpos,
    /// Position of the last record: what a page changed by them is stamped with.
    pub last: Lgpos,
    /// Behind the last record: durable up to here, they outlive a crash.
    pub end: Lgpos,
}

/// What the log asks its engine when a generation begins.
///
/// Called while nobody else can append, so neither method may append or flush.
pub trait Rolling: core::fmt::Debug + Send + Sync {
    /// The databases attached now, and the checkpoint: they go into the header of the new generation.
    fn state(&self) -> RollState;

    /// A generation has begun.
    fn begun(&self, generation: Generation, created: LogTime);
}

/// What the header of a new generation says of the engine.
#[derive(Clone, Debug)]
pub struct RollState {
    /// When it is created.
    pub created: LogTime,
    /// The databases attached.
    pub attachments: Vec<Attachment>,
    /// The checkpoint.
    pub checkpoint: Lgpos,
}

/// Is told what becomes of the log, by the thread that brought it about. No lock is held meanwhile, and everything may be
/// called; a panic goes to that thread.
pub trait LogObserver: core::fmt::Debug + Send + Sync {
    /// Everything before `end` outlives a crash. Calls of several threads may overtake one another: the highest counts.
    fn durable(&self, end: Lgpos);

    /// A write failed: nothing is written any more. Told once.
    fn down(&self, cause: &IoError);
}

/// The log of a running engine.
#[derive(Debug)]
pub struct Log {
    shared: Mutex<Shared>,
    /// The turn is free, or more is durable, or appending goes on, or the log is down.
    moved: Condvar,
    files: Mutex<Files>,
    clock: Arc<dyn Clock>,
    rolling: Arc<dyn Rolling>,
    observer: Option<Arc<dyn LogObserver>>,
}

impl Log {
    /// Goes on where `writer` stands.
    pub fn new(writer: LogWriter, rolling: Arc<dyn Rolling>) -> Self {
        let folder = writer.folder().clone();
        Self {
            clock: Arc::clone(&folder.clock),
            files: Mutex::new(Files::new(folder, writer.header())),
            shared: Mutex::new(Shared::new(writer)),
            moved: Condvar::new(),
            rolling,
            observer: None,
        }
    }

    /// The same with somebody who is told what becomes of it.
    #[must_use]
    pub fn with_observer(mut self, observer: Arc<dyn LogObserver>) -> Self {
        self.observer = Some(observer);
        self
    }

    /// Appends records that must lie in one file. They are not durable yet.
    ///
    /// # Errors
    /// [`LogWriteError`]; nothing was appended then that counts. [`LogWriteError::Io`] is the first cause when the log is
    /// down, and a full disk when there is no room for another generation; [`Log::state`] tells which.
    pub fn append(&self, records: &[Record<'_>]) -> Result<Appended, LogWriteError> {
        let records = Encoded::of(records)?;
        self.put(self.admitted()?, &records).map(|(_, appended)| appended)
    }

    /// Appends one record that is made while nobody else can append: numbers in such records ascend in the log.
    ///
    /// `make` is called once, and may neither append nor flush.
    ///
    /// # Errors
    /// As [`Log::append`]; a number that was drawn is lost then.
    pub fn append_made(&self, make: &mut dyn FnMut() -> Record<'static>) -> Result<Appended, LogWriteError> {
        let shared = self.admitted()?;
        let records = Encoded::of(&[make()])?;
        self.put(shared, &records).map(|(_, appended)| appended)
    }

    /// Waits until records may be appended, and keeps everybody else from it.
    fn admitted(&self) -> Result<Locked<'_>, LogWriteError> {
        let mut shared = self.lock();
        loop {
            shared.check()?;
            let is_full = shared.front.complete() * SEGMENT_BYTES >= PENDING_BYTES_MAX;
            if shared.is_rolling {
                shared = shared.wait();
            } else if is_full {
                shared = self.write_or_wait(shared);
            } else {
                return Ok(shared);
            }
        }
    }

    /// Lays records in; in a new generation when this one has no room. Nobody appends in between.
    fn put<'l>(
        &'l self,
        mut shared: Locked<'l>,
        records: &Encoded,
    ) -> Result<(Locked<'l>, Appended), LogWriteError> {
        let put = match shared.front.put(records, &*self.clock) {
            Err(LogWriteError::Full { .. }) => {
                shared = self.roll(shared)?;
                shared.front.put(records, &*self.clock)
            }
            put => put,
        };
        put.map(|appended| (shared, appended))
    }

    /// Says by what the generations after this one are created.
    pub fn set_engine(&self, engine: LogEngine) {
        let mut shared = self.lock();
        loop {
            if let Some(writer) = &mut shared.writer {
                writer.set_engine(engine);
                return;
            }
            shared = shared.wait();
        }
    }

    /// Everything before this position is durable.
    pub fn durable(&self) -> Lgpos {
        self.lock().durable
    }

    /// Where the next record will stand.
    pub fn position(&self) -> Lgpos {
        self.lock().front.position()
    }

    /// The generation being written.
    pub fn generation(&self) -> Generation {
        self.lock().front.generation()
    }

    /// What the header of the current log says.
    pub fn facts(&self) -> LogFacts {
        self.lock().facts
    }

    /// Whether the log can be relied on.
    pub fn state(&self) -> LogState {
        self.lock().state()
    }

    /// Why the log is down, if it is.
    pub fn down_cause(&self) -> Option<IoError> {
        self.lock().down.clone()
    }

    fn lock(&self) -> Locked<'_> {
        Locked::new(self)
    }
}
