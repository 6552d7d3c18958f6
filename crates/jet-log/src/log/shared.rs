//! What the threads of a log share, and the turn to write.

use core::ops::{Deref, DerefMut};

use jet_io::{IoError, IoErrorKind, Operation};
use jet_pages::dbheader::{LogTime, Signature};

use super::Log;
use crate::segment::SEGMENT_BYTES;
use crate::sync::{MutexGuard, lock, wait};
use crate::writer::{Front, LogPhase, LogWriteError, LogWriter};
use crate::{Generation, Lgpos, LogHeader, LogVersion};

/// Generations that are kept for transactions under way to end, when the numbers run out.
const SEQUENCE_SPARE: u32 = 16;

/// Whether a log can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogState {
    /// It can.
    Running,
    /// The disk is full, and reserve logs were used: transactions under way should end, no others should begin.
    DiskFull,
    /// The numbers of generations are almost used up: likewise.
    SequenceEnd,
    /// A write or a sync failed in this way: nothing is logged any more.
    Down(IoErrorKind),
}

/// What the header of the current log says: needed for commit ids, checkpoints and headers of databases.
#[derive(Clone, Copy, Debug)]
pub struct LogFacts {
    /// Identity of the stream.
    pub signature: Signature,
    /// The generation being written.
    pub generation: Generation,
    /// When it was created.
    pub created: LogTime,
    /// Sectors of a file.
    pub file_sectors: u16,
    /// What records it may hold.
    pub version: LogVersion,
}

impl LogFacts {
    fn of(header: &LogHeader) -> Self {
        Self {
            signature: header.signature,
            generation: header.generation(),
            created: header.created,
            file_sectors: header.file_sectors.get(),
            version: header.version(),
        }
    }
}

/// A flush that was asked for and that nobody waits for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Due {
    /// Up to where.
    pub(super) end: Lgpos,
    /// When at the latest, in milliseconds since 1970.
    pub(super) at: u64,
    /// When it was asked for.
    pub(super) noted: u64,
}

/// What the threads share.
#[derive(Debug)]
pub(super) struct Shared {
    /// Where records are laid in.
    pub(super) front: Front,
    /// Who takes it has the turn to write.
    pub(super) writer: Option<Box<LogWriter>>,
    /// Everything before is on the disk.
    pub(super) durable: Lgpos,
    /// A generation is about to begin: nobody may append.
    pub(super) is_rolling: bool,
    pub(super) due: Option<Due>,
    /// Why no transaction should begin.
    pub(super) shortage: Option<LogState>,
    /// The first failure.
    pub(super) down: Option<IoError>,
    pub(super) facts: LogFacts,
    /// What the observer does not know yet.
    news: News,
    /// Memory of segments that are written.
    pub(super) spare: Vec<[u8; SEGMENT_BYTES]>,
}

impl Shared {
    pub(super) fn new(mut writer: LogWriter) -> Self {
        let mut shared = Self {
            durable: writer.durable(),
            front: writer.take_front(),
            is_rolling: false,
            due: None,
            shortage: None,
            down: None,
            facts: LogFacts::of(writer.header()),
            news: News::default(),
            spare: Vec::new(),
            writer: None,
        };
        shared.note_sequence_end();
        shared.writer = Some(Box::new(writer));
        shared
    }

    /// # Errors
    /// The first cause when the log is down.
    pub(super) fn check(&self) -> Result<(), LogWriteError> {
        self.down
            .clone()
            .map_or(Ok(()), |cause| Err(LogWriteError::Io(cause)))
    }

    pub(super) fn state(&self) -> LogState {
        let down = self.down.as_ref().map(|cause| LogState::Down(cause.kind));
        down.or(self.shortage).unwrap_or(LogState::Running)
    }

    /// Everything before `end` is on the disk.
    pub(super) fn reach(&mut self, end: Lgpos) {
        if self.durable < end {
            self.durable = end;
            self.news.durable = Some(end);
        }
        self.due = self.due.filter(|due| due.end > self.durable);
    }

    /// When the system refused something, the log is down from now on.
    pub(super) fn note_failure(&mut self, error: &LogWriteError) {
        if let LogWriteError::Io(cause) = error {
            self.fail(cause);
        }
    }

    fn fail(&mut self, cause: &IoError) {
        if self.down.is_none() {
            self.down = Some(cause.clone());
            self.news.down = Some(cause.clone());
        }
    }

    /// The writer stands at the start of a generation.
    pub(super) fn begin(&mut self) {
        let Some(writer) = &mut self.writer else {
            return;
        };
        self.front = writer.take_front();
        self.facts = LogFacts::of(writer.header());
        let durable = writer.durable();
        self.reach(durable);
        self.note_sequence_end();
    }

    fn note_sequence_end(&mut self) {
        let last = LogPhase::Running
            .highest_generation()
            .0
            .saturating_sub(SEQUENCE_SPARE);
        if self.facts.generation.0 >= last {
            self.shortage = Some(LogState::SequenceEnd);
        }
    }
}

/// What an observer is told.
#[derive(Debug, Default)]
struct News {
    durable: Option<Lgpos>,
    down: Option<IoError>,
}

/// The shared state, locked. Whoever unlocks it tells the observer what happened.
#[derive(Debug)]
pub(super) struct Locked<'l> {
    log: &'l Log,
    shared: Option<MutexGuard<'l, Shared>>,
}

impl<'l> Locked<'l> {
    pub(super) fn new(log: &'l Log) -> Self {
        Self {
            log,
            shared: Some(lock(&log.shared)),
        }
    }

    /// Waits until somebody gives back the turn; without a reason, too.
    pub(super) fn wait(mut self) -> Self {
        self.shared = self.shared.take().map(|shared| wait(&self.log.moved, shared));
        self
    }

    /// Ends a turn. What it brought about is to be noted before the lock is given up.
    pub(super) fn give_back(&mut self, writer: Box<LogWriter>) {
        self.writer = Some(writer);
        self.log.moved.notify_all();
    }
}

impl Deref for Locked<'_> {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        self.shared.as_ref().expect(LOCKED)
    }
}

impl DerefMut for Locked<'_> {
    fn deref_mut(&mut self) -> &mut Shared {
        self.shared.as_mut().expect(LOCKED)
    }
}

impl Drop for Locked<'_> {
    fn drop(&mut self) {
        let news = self
            .shared
            .take()
            .map(|mut shared| core::mem::take(&mut shared.news));
        let Some((news, observer)) = news.zip(self.log.observer.as_ref()) else {
            return;
        };
        if let Some(end) = news.durable {
            observer.durable(end);
        }
        if let Some(cause) = news.down {
            observer.down(&cause);
        }
    }
}

/// The turn to write: one thread has it at a time.
///
/// A thread that panics with it takes the log down, so that nobody waits for ever.
#[derive(Debug)]
pub(super) struct Turn<'l> {
    log: &'l Log,
    writer: Option<Box<LogWriter>>,
}

impl<'l> Turn<'l> {
    /// With the writer that was taken from the shared state.
    pub(super) const fn new(log: &'l Log, writer: Box<LogWriter>) -> Self {
        Self {
            log,
            writer: Some(writer),
        }
    }

    /// The writer.
    pub(super) fn writer(&mut self) -> &mut LogWriter {
        self.writer.as_mut().expect("only the end of the turn takes it")
    }

    /// Ends the turn.
    pub(super) fn end(mut self) -> Locked<'l> {
        let mut shared = self.log.lock();
        if let Some(writer) = self.writer.take() {
            shared.give_back(writer);
        }
        shared
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if let Some(writer) = self.writer.take() {
            let cause = IoError::of_kind(&writer.folder().path, Operation::Write, IoErrorKind::Other);
            let mut shared = self.log.lock();
            shared.fail(&cause);
            shared.is_rolling = false;
            shared.give_back(writer);
        }
    }
}

const LOCKED: &str = "only waiting takes it, and puts it back";
