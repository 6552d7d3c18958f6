//! Appends records to a log stream, makes them durable, and begins the next generation.
//!
//! Invariants:
//! - records are appended in order; [`LogWriter::durable`] only grows, and everything before it outlives a crash
//! - a segment is written once, except one that [`LogWriter::write_lazily`] wrote partly filled
//! - the current log is whole and synced before the next one gets its name; at any moment the files on the disk are a
//!   stream that can be read, or one whose current log is missing and can be made anew
//! - after a failed write or sync nothing is written any more
//! - at most about [`PENDING_BYTES_MAX`] wait in memory
//!
//! One thread at a time; what many threads need, the arithmetic of places, is in [`pack`].

mod error;
mod generation;
mod pending;

use std::path::PathBuf;
use std::sync::Arc;

use jet_io::{File, OpenMode};

pub use error::LogWriteError;
pub use generation::{LogEngine, LogFolder, LogPhase, NewStream, RollInfo};
use generation::{first_header, mend, next_header};
use pending::Pending;

use crate::log::Appended;
use crate::names::{self, FileRole};
use crate::pack::{self, Place};
use crate::record::Record;
use crate::segment::SEGMENT_BYTES;
use crate::{Generation, Lgpos, LogError, LogFile, LogHeader};

/// With so many bytes of complete segments in memory they are written, without a sync.
pub const PENDING_BYTES_MAX: usize = 1 << 20;
/// Sectors of a file that records which belong together must leave free, besides the header.
const SPARE_SECTORS: u16 = 4;

/// The end of a log stream, where records are appended.
#[derive(Debug)]
pub struct LogWriter {
    folder: LogFolder,
    engine: LogEngine,
    /// The current log.
    path: PathBuf,
    file: Arc<dyn File>,
    header: Box<LogHeader>,
    pending: Pending,
    place: Place,
    /// Where the next record stands, when a filler that is written already lies before it.
    filler: Option<Lgpos>,
    durable: Lgpos,
    /// Bytes of the records being appended, and the length of each.
    records: Vec<u8>,
    lengths: Vec<usize>,
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
            Some(next_header(last.header(), &engine, roll)?)
        };
        let file = folder.fs.open(&path, OpenMode::ReadWrite)?;
        mend(&*file, last)?;
        folder.fs.sync_dir(&folder.path)?;
        let scan = last.scan();
        let (end, sum) = (scan.last_segment, scan.accumulated_checksum);
        let header = Box::new(last.header().clone());
        let mut writer = Self::at_end(folder, engine, path, file, header, end, sum);
        if let Some(next) = next {
            let next = writer.prepare(next)?;
            writer.begin(next)?;
        } else if pack::has_room(writer.place, writer.file_sectors()) {
            writer.filler = filler;
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
        let mut writer = Self {
            folder,
            engine,
            path,
            file,
            pending: Pending::new(header.generation(), place.sector, sum),
            header,
            place,
            filler: None,
            durable: Lgpos::NONE,
            records: Vec::new(),
            lengths: Vec::new(),
            is_down: false,
        };
        writer.durable = writer.position();
        writer
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
            writer.encode(records)?;
            writer.check_room()?;
            let first = writer.position();
            let mut last = first;
            let mut rest = writer.records.as_slice();
            for &len in &writer.lengths {
                let (record, behind) = rest.split_at(len);
                last = writer.position();
                writer.place = writer.pending.put(writer.place, record, &*writer.folder.clock);
                writer.filler = None;
                rest = behind;
            }
            if writer.pending.complete(writer.place) * SEGMENT_BYTES >= PENDING_BYTES_MAX {
                writer.pending.write_complete(&*writer.file, writer.place)?;
            }
            let end = writer.position();
            Ok(Appended { first, last, end })
        })
    }

    /// Puts the bytes of the records one behind the other.
    fn encode(&mut self, records: &[Record<'_>]) -> Result<(), LogWriteError> {
        self.records.clear();
        self.lengths.clear();
        for record in records {
            let start = self.records.len();
            record.encode(&mut self.records)?;
            self.lengths.push(self.records.len() - start);
        }
        Ok(())
    }

    fn check_room(&self) -> Result<(), LogWriteError> {
        let len = self.records.len();
        let most = self.file_sectors().saturating_sub(1 + SPARE_SECTORS);
        if end_of_all(Place::START, &self.lengths).sector > most {
            let file_bytes = self.header.file_bytes();
            return Err(LogWriteError::TooLarge { len, file_bytes });
        }
        if self.needs_roll(&self.lengths) {
            let generation = self.generation();
            return Err(LogWriteError::Full { generation, len });
        }
        Ok(())
    }

    /// Makes everything appended so far durable, so that the segment being filled is written once: a filler record
    /// takes the rest of it. Returns the position up to which all is durable.
    ///
    /// # Errors
    /// [`LogWriteError::Io`], [`LogWriteError::Down`].
    pub fn flush(&mut self) -> Result<Lgpos, LogWriteError> {
        self.guarded(|writer| {
            if writer.durable < writer.position() {
                writer.fill_segment();
                writer.pending.write_complete(&*writer.file, writer.place)?;
                writer.sync()?;
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
                writer.pending.write_all(&*writer.file, writer.place)?;
                writer.sync()?;
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
            let header = next_header(&writer.header, &writer.engine, info)?;
            let folder = &writer.folder;
            let closed = folder.check_free(folder.file(folder.names.closed(writer.header.generation())))?;
            writer.end_segment();
            writer.pending.write_complete(&*writer.file, writer.place)?;
            writer.file.sync_data()?;
            // Without a current log the next one tells that nothing is missing.
            let header = writer.prepare(header)?;
            writer.folder.fs.rename(&writer.path, &closed)?;
            // The next log takes the name: the old one must not have it alone any more, whatever comes first to disk.
            writer.folder.fs.sync_dir(&writer.folder.path)?;
            writer.begin(header)
        })
    }

    /// Makes the file of the next generation, under the temporary name.
    fn prepare(&self, mut header: Box<LogHeader>) -> Result<Box<LogHeader>, LogWriteError> {
        header.previous_checksum = self.pending.accumulated().into();
        self.folder.prepare(&mut header)?;
        Ok(header)
    }

    /// Begins the generation that was prepared; no log has the name of the current one.
    fn begin(&mut self, header: Box<LogHeader>) -> Result<(), LogWriteError> {
        self.file = self.folder.install()?;
        self.path = self.folder.file(self.folder.names.current());
        self.pending = Pending::new(header.generation(), Place::START.sector, 0);
        self.header = header;
        self.place = Place::START;
        self.filler = None;
        self.durable = self.position();
        Ok(())
    }

    /// Fills the segment so that nothing must be added to it. The last one of a file keeps a free byte.
    fn fill_segment(&mut self) {
        let is_last = !pack::has_room(self.place.next_segment(), self.file_sectors());
        if self.place.byte > 0 && !is_last && !self.pending.fill(self.place) {
            self.filler = Some(self.position());
        }
        self.end_segment();
    }

    /// Leaves the rest of the segment zero.
    fn end_segment(&mut self) {
        if self.place.byte > 0 {
            self.place = self.place.next_segment();
        }
    }

    fn sync(&mut self) -> Result<(), LogWriteError> {
        self.file.sync_data()?;
        self.durable = self.position();
        Ok(())
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
        !pack::has_room(end_of_all(self.place, lengths), self.file_sectors())
    }

    /// Where the next record stands, if it has room in this generation; the start of the next one when nothing has.
    pub fn position(&self) -> Lgpos {
        let generation = self.generation();
        self.filler.unwrap_or_else(|| {
            if pack::has_room(self.place, self.file_sectors()) {
                self.place.lgpos(generation)
            } else {
                Place::START.lgpos(generation.next().unwrap_or(generation))
            }
        })
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

    fn file_sectors(&self) -> u16 {
        self.header.file_sectors.get()
    }
}

fn end_of_all(start: Place, lengths: &[usize]) -> Place {
    lengths.iter().fold(start, |place, &len| pack::end_of(place, len))
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
