//! Appends records to a log stream, makes them durable, and begins the next generation.
//!
//! Invariants:
//! - records are appended in order; [`LogWriter::durable`] only grows, and everything before it outlives a crash
//! - a segment is written once, except one that [`LogWriter::write_lazily`] wrote partly filled
//! - nothing is written behind segments that are not synced
//! - the current log is whole and synced before the next one gets its name; at any moment the files on the disk are a
//!   stream that can be read, or one whose current log is missing and can be made anew
//! - after a failed write or sync nothing is written any more
//! - at most about [`PENDING_BYTES_MAX`] wait in memory
//!
//! One thread at a time. [`Log`](crate::Log) takes the writer apart for many: the front, where records are laid in, behind
//! a lock that is held for moments; the rest for the one that writes.

mod back;
mod error;
mod front;
mod generation;

use std::path::PathBuf;
use std::sync::Arc;

use jet_io::{File, OpenMode};

use back::Back;
pub use error::LogWriteError;
pub(crate) use front::{Batch, Encoded, Front};
pub(crate) use generation::FLAG_RESERVE;
pub use generation::{LogEngine, LogFolder, LogPhase, NewStream, RollInfo};
use generation::{first_header, mend, next_header};

use crate::log::Appended;
use crate::names::{self, FileRole};
use crate::pack::Place;
use crate::record::Record;
use crate::segment::SEGMENT_BYTES;
use crate::{Generation, Lgpos, LogError, LogFile, LogHeader};

/// With so many bytes of complete segments in memory they are written.
pub const PENDING_BYTES_MAX: usize = 1 << 20;

/// The header of a generation to come, and the name that the one before gets.
#[derive(Debug)]
pub(crate) struct NextGeneration {
    pub(crate) header: Box<LogHeader>,
    closed: PathBuf,
}

/// The end of a log stream, where records are appended.
#[derive(Debug)]
pub struct LogWriter {
    folder: LogFolder,
    engine: LogEngine,
    /// The current log.
    path: PathBuf,
    file: Arc<dyn File>,
    header: Box<LogHeader>,
    front: Front,
    back: Back,
    durable: Lgpos,
    records: Encoded,
    is_down: bool,
}

impl LogWriter {
    /// Begins a new stream with generation 1.
    ///
    /// # Errors
    /// [`LogWriteError::Exists`] when there is a current log, [`LogWriteError::FileSize`], [`LogWriteError::Io`].
    pub fn create(folder: LogFolder, stream: &NewStream<'_>) -> Result<Self, LogWriteError> {
        let mut header = first_header(stream)?;
        let path = folder.check_free(folder.file(folder.names.current()))?;
        folder.prepare(&mut header)?;
        let file = folder.install()?;
        let engine = LogEngine::in_phase(LogPhase::Running);
        Ok(Self::at_end(folder, engine, path, file, header, 0, 0))
    }

    /// Goes on with a stream that ends with `last`, in the segment behind its last one.
    ///
    /// Segments of `last` that were mended in memory are written back, and what lies behind the last one is cleared:
    /// that damage there may be dropped is for the caller to judge (see [`LogFile::check`]). When `last` is a closed
    /// log, or has no room, the next generation begins as `roll` says.
    ///
    /// # Errors
    /// [`LogWriteError::Name`], [`LogWriteError::Log`] when `last` holds something that is no record, and as
    /// [`LogWriter::roll`].
    pub fn resume(
        folder: LogFolder,
        last: &LogFile,
        engine: LogEngine,
        roll: &RollInfo<'_>,
    ) -> Result<Self, LogWriteError> {
        let path = last.path().to_owned();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_current = match names::parse(&name) {
            Some((_, FileRole::Current)) => true,
            Some((_, FileRole::Closed(_))) => false,
            _ => return Err(LogWriteError::Name { path }),
        };
        let filler = filler_behind(last)?;
        let next = if is_current {
            None
        } else {
            folder.check_free(folder.file(folder.names.current()))?;
            let mut next = next_header(last.header(), &engine, roll)?;
            next.previous_checksum = last.scan().accumulated_checksum.into();
            Some(next)
        };
        let file = folder.fs.open(&path, OpenMode::ReadWrite)?;
        mend(&*file, last)?;
        folder.fs.sync_dir(&folder.path)?;
        let scan = last.scan();
        let (end, sum) = (scan.last_segment, scan.accumulated_checksum);
        let header = Box::new(last.header().clone());
        let mut writer = Self::at_end(folder, engine, path, file, header, end, sum);
        if let Some(mut next) = next {
            writer.folder.prepare(&mut next)?;
            writer.begin(next)?;
        } else if writer.front.has_room() {
            writer.front.set_filler(filler);
            writer.durable = writer.position();
        } else {
            writer.roll(roll)?;
        }
        Ok(writer)
    }

    /// A writer behind segment `end` of a file, whose segments have the accumulated checksum `sum`.
    fn at_end(
        folder: LogFolder,
        engine: LogEngine,
        path: PathBuf,
        file: Arc<dyn File>,
        header: Box<LogHeader>,
        end: u16,
        sum: u64,
    ) -> Self {
        let place = Place { sector: end, byte: 0 }.next_segment();
        let front = Front::new(header.generation(), header.file_sectors.get(), place);
        Self {
            durable: front.position(),
            folder,
            engine,
            path,
            file,
            header,
            front,
            back: Back::new(sum),
            records: Encoded::default(),
            is_down: false,
        }
    }

    /// Appends a record; returns its position.
    ///
    /// # Errors
    /// As [`LogWriter::append_together`].
    pub fn append(&mut self, record: &Record<'_>) -> Result<Lgpos, LogWriteError> {
        Ok(self.append_together(std::slice::from_ref(record))?.first)
    }

    /// Appends records that must lie in one file, one behind the other.
    ///
    /// # Errors
    /// [`LogWriteError::Full`] when they have no room in this generation, and [`LogWriteError::TooLarge`],
    /// [`LogWriteError::Record`]: nothing was appended then. [`LogWriteError::Io`], [`LogWriteError::Down`].
    pub fn append_together(&mut self, records: &[Record<'_>]) -> Result<Appended, LogWriteError> {
        self.guarded(|writer| {
            writer.records.set(records)?;
            let appended = writer.front.put(&writer.records, &*writer.folder.clock)?;
            if writer.front.complete() * SEGMENT_BYTES >= PENDING_BYTES_MAX {
                writer.write_complete()?;
            }
            Ok(appended)
        })
    }

    /// Makes everything appended so far durable, so that the segment being filled is written once: a filler record
    /// takes the rest of it. Returns the position up to which all is durable.
    ///
    /// # Errors
    /// [`LogWriteError::Io`], [`LogWriteError::Down`].
    pub fn flush(&mut self) -> Result<Lgpos, LogWriteError> {
        self.guarded(|writer| {
            if writer.durable < writer.position() {
                writer.front.fill_segment();
                writer.write_complete()?;
            }
            Ok(writer.durable)
        })
    }

    /// Makes everything appended so far durable, and leaves the rest of the segment for more: it is written twice,
    /// and once more when it is complete. Returns the position up to which all is durable.
    ///
    /// # Errors
    /// [`LogWriteError::Io`], [`LogWriteError::Down`].
    pub fn write_lazily(&mut self) -> Result<Lgpos, LogWriteError> {
        self.guarded(|writer| {
            if writer.durable < writer.position() {
                writer.write_complete()?;
                writer.back.write_partial(&*writer.file, &mut writer.front)?;
                writer.durable = writer.position();
            }
            Ok(writer.durable)
        })
    }

    /// Closes the current log and begins the next generation.
    ///
    /// # Errors
    /// [`LogWriteError::SequenceEnd`], [`LogWriteError::Attachments`], and [`LogWriteError::Exists`] when the name of
    /// the closed log is taken: nothing was changed then. [`LogWriteError::Io`], [`LogWriteError::Down`].
    pub fn roll(&mut self, info: &RollInfo<'_>) -> Result<(), LogWriteError> {
        self.guarded(|writer| {
            let mut next = writer.next_generation(info)?;
            writer.front.end_segment();
            writer.write_complete()?;
            // Without a current log the next one tells that nothing is missing.
            next.header.previous_checksum = writer.back.accumulated().into();
            writer.folder.prepare(&mut next.header)?;
            writer.install(next)
        })
    }

    /// What the next generation is going to be, if everything is written by now.
    ///
    /// # Errors
    /// As [`LogWriter::roll`].
    pub(crate) fn next_generation(&self, info: &RollInfo<'_>) -> Result<NextGeneration, LogWriteError> {
        let mut header = next_header(&self.header, &self.engine, info)?;
        header.previous_checksum = self.back.accumulated().into();
        let folder = &self.folder;
        let closed = folder.check_free(folder.file(folder.names.closed(self.header.generation())))?;
        Ok(NextGeneration { header, closed })
    }

    /// Closes the current log, and begins the generation whose file has the temporary name.
    ///
    /// # Errors
    /// [`LogWriteError::Io`]; what has which name is not known then.
    pub(crate) fn install(&mut self, next: NextGeneration) -> Result<(), LogWriteError> {
        self.folder.fs.rename(&self.path, &next.closed)?;
        // The next log takes the name: the old one must not have it alone any more, whatever comes first to disk.
        self.folder.fs.sync_dir(&self.folder.path)?;
        self.begin(next.header)
    }

    /// Begins the generation that was prepared; no log has the name of the current one.
    fn begin(&mut self, header: Box<LogHeader>) -> Result<(), LogWriteError> {
        self.file = self.folder.install()?;
        self.path = self.folder.file(self.folder.names.current());
        self.front = Front::new(header.generation(), header.file_sectors.get(), Place::START);
        self.back = Back::new(0);
        self.header = header;
        self.durable = self.position();
        Ok(())
    }

    /// Writes and syncs the complete segments in memory.
    fn write_complete(&mut self) -> Result<(), LogWriteError> {
        let mut batch = self.front.take_complete(Vec::new());
        self.write(&mut batch)?;
        self.durable = self.durable.max(self.front.complete_position());
        Ok(())
    }

    /// Writes and syncs segments that follow those written before.
    ///
    /// # Errors
    /// [`LogWriteError::Io`].
    pub(crate) fn write(&mut self, batch: &mut Batch) -> Result<(), LogWriteError> {
        Ok(self.back.write(&*self.file, batch)?)
    }

    /// Gives away the front: from now on only [`LogWriter::write`], [`LogWriter::next_generation`] and
    /// [`LogWriter::install`] are for use, with what comes from it.
    pub(crate) fn take_front(&mut self) -> Front {
        let (generation, file_sectors) = (self.header.generation(), self.header.file_sectors.get());
        std::mem::replace(
            &mut self.front,
            Front::new(generation, file_sectors, Place::START),
        )
    }

    /// Where the stream lies.
    pub(crate) const fn folder(&self) -> &LogFolder {
        &self.folder
    }

    /// Does nothing when the writer is down, and takes it down when the system refuses something.
    fn guarded<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, LogWriteError>,
    ) -> Result<T, LogWriteError> {
        if self.is_down {
            return Err(LogWriteError::Down);
        }
        let done = work(self);
        self.is_down = matches!(done, Err(LogWriteError::Io(_)));
        done
    }

    /// Says by what the generations after this one are created.
    pub fn set_engine(&mut self, engine: LogEngine) {
        self.engine = engine;
    }

    /// Whether records of these lengths, appended together, have no room in this generation.
    pub fn needs_roll(&self, lengths: &[usize]) -> bool {
        self.front.needs_roll(lengths)
    }

    /// Where the next record stands, if it has room in this generation; the start of the next one when nothing has.
    pub fn position(&self) -> Lgpos {
        self.front.position()
    }

    /// All records before this position outlive a crash.
    pub fn durable(&self) -> Lgpos {
        self.durable
    }

    /// The generation being written.
    pub fn generation(&self) -> Generation {
        self.header.generation()
    }

    /// Header of the current log.
    pub fn header(&self) -> &LogHeader {
        &self.header
    }

    /// Whether a write or a sync failed.
    pub fn is_down(&self) -> bool {
        self.is_down
    }
}

/// The position of a filler that ends the last segment of a log, which is that of the next record.
fn filler_behind(last: &LogFile) -> Result<Option<Lgpos>, LogError> {
    let mut records = last.records();
    loop {
        match records.next() {
            Ok(Some(_)) => {}
            // What is damaged lies behind the end, and was given up.
            Ok(None) | Err(LogError::Sector { .. }) => return Ok(records.filler_behind()),
            Err(error) => return Err(error),
        }
    }
}
