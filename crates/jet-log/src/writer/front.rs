//! The front of a stream: where the next record goes, and the segments that are in memory alone.
//!
//! Invariants:
//! - the segments follow one another from `first` on; all before it belong to the disk and never change
//! - records lie where [`pack`] puts them; what a record does not cover is zero, or a filler
//!
//! It knows no file: what it holds leaves as a [`Batch`], for whoever writes.

use super::LogWriteError;
use crate::log::Appended;
use crate::outside::Clock;
use crate::pack::{self, Place};
use crate::record::{Record, RecordError};
use crate::segment::{self, SEGMENT_BYTES};
use crate::{Generation, Lgpos};

/// Sectors of a file that records which belong together must leave free, besides the header.
const SPARE_SECTORS: u16 = 4;

/// The bytes of records that belong together, one behind the other.
#[derive(Debug, Default)]
pub(crate) struct Encoded {
    bytes: Vec<u8>,
    lengths: Vec<usize>,
}

impl Encoded {
    /// Encodes records, in the memory of those before.
    pub(crate) fn set(&mut self, records: &[Record<'_>]) -> Result<(), RecordError> {
        self.bytes.clear();
        self.lengths.clear();
        for record in records {
            let start = self.bytes.len();
            record.encode(&mut self.bytes)?;
            self.lengths.push(self.bytes.len() - start);
        }
        Ok(())
    }

    /// Encodes records.
    pub(crate) fn of(records: &[Record<'_>]) -> Result<Self, RecordError> {
        let mut encoded = Self::default();
        encoded.set(records)?;
        Ok(encoded)
    }
}

/// Complete segments on their way to the disk.
#[derive(Debug)]
pub(crate) struct Batch {
    /// Generation of the file.
    pub(super) generation: Generation,
    /// Sector of the first segment.
    pub(super) first: u16,
    /// The segments, without position and checksum.
    pub(super) segments: Vec<[u8; SEGMENT_BYTES]>,
}

impl Batch {
    /// Whether it has no segment.
    pub(super) const fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    /// The memory of its segments, for those to come.
    pub(crate) fn into_memory(self) -> Vec<[u8; SEGMENT_BYTES]> {
        self.segments
    }
}

/// Where the next record goes, and what is not on its way to the disk.
#[derive(Debug)]
pub(crate) struct Front {
    generation: Generation,
    file_sectors: u16,
    place: Place,
    /// Where the next record stands, when a filler that is complete already lies before it.
    filler: Option<Lgpos>,
    /// Sector of the first segment here.
    first: u16,
    segments: Vec<[u8; SEGMENT_BYTES]>,
}

impl Front {
    /// Nothing lies in memory; the next record goes to `place`.
    pub(crate) const fn new(generation: Generation, file_sectors: u16, place: Place) -> Self {
        Self {
            generation,
            file_sectors,
            place,
            filler: None,
            first: place.sector,
            segments: Vec::new(),
        }
    }

    /// The same behind a filler that the file already holds.
    pub(super) const fn set_filler(&mut self, filler: Option<Lgpos>) {
        self.filler = filler;
    }

    /// Lays records in, one behind the other.
    ///
    /// # Errors
    /// [`LogWriteError::TooLarge`], [`LogWriteError::Full`]: nothing was changed then.
    pub(crate) fn put(&mut self, records: &Encoded, clock: &dyn Clock) -> Result<Appended, LogWriteError> {
        self.check_room(records)?;
        let first = self.position();
        let mut last = first;
        let mut rest = records.bytes.as_slice();
        for &len in &records.lengths {
            let (record, behind) = rest.split_at(len);
            last = self.position();
            self.put_one(record, clock);
            rest = behind;
        }
        let end = self.position();
        Ok(Appended { first, last, end })
    }

    fn put_one(&mut self, record: &[u8], clock: &dyn Clock) {
        let mut pieces = pack::pieces(self.place, record.len());
        for piece in pieces.by_ref() {
            let index = usize::from(piece.sector.saturating_sub(self.first));
            while self.segments.len() <= index {
                self.segments.push(segment::started(clock.now()));
            }
            if let Some(segment) = self.segments.get_mut(index) {
                piece.put(record, segment);
            }
        }
        self.place = pieces.place();
        self.filler = None;
    }

    fn check_room(&self, records: &Encoded) -> Result<(), LogWriteError> {
        let len = records.bytes.len();
        let most = self.file_sectors.saturating_sub(1 + SPARE_SECTORS);
        if end_of_all(Place::START, &records.lengths).sector > most {
            let file_bytes = u64::from(self.file_sectors) * SEGMENT_BYTES as u64;
            return Err(LogWriteError::TooLarge { len, file_bytes });
        }
        if self.needs_roll(&records.lengths) {
            let generation = self.generation;
            return Err(LogWriteError::Full { generation, len });
        }
        Ok(())
    }

    /// Whether records of these lengths, put together, have no room in this generation.
    pub(crate) fn needs_roll(&self, lengths: &[usize]) -> bool {
        !pack::has_room(end_of_all(self.place, lengths), self.file_sectors)
    }

    /// Fills the segment so that nothing must be added to it. The last one of a file keeps a free byte.
    pub(crate) fn fill_segment(&mut self) {
        let is_last = !pack::has_room(self.place.next_segment(), self.file_sectors);
        if self.place.byte > 0 && !is_last {
            let index = self.complete();
            let segment = self.segments.get_mut(index);
            if !segment.is_some_and(|segment| pack::fill(self.place, segment)) {
                self.filler = Some(self.position());
            }
        }
        self.end_segment();
    }

    /// Leaves the rest of the segment zero.
    pub(crate) const fn end_segment(&mut self) {
        if self.place.byte > 0 {
            self.place = self.place.next_segment();
        }
    }

    /// How many segments are complete.
    pub(crate) fn complete(&self) -> usize {
        usize::from(self.place.sector.saturating_sub(self.first)).min(self.segments.len())
    }

    /// Gives away the complete segments. `spare`: memory for those to come.
    pub(crate) fn take_complete(&mut self, mut spare: Vec<[u8; SEGMENT_BYTES]>) -> Batch {
        let count = self.complete();
        spare.clear();
        spare.extend(self.segments.drain(count..));
        let segments = std::mem::replace(&mut self.segments, spare);
        let first = self.first;
        if count > 0 {
            self.first = self.place.sector;
        }
        Batch {
            generation: self.generation,
            first,
            segments,
        }
    }

    /// The segment that is being filled, and its number.
    pub(super) fn partial(&mut self) -> Option<(u16, &mut [u8; SEGMENT_BYTES])> {
        let (index, sector) = (self.complete(), self.place.sector);
        Some((sector, self.segments.get_mut(index)?))
    }

    /// Where the next record stands, if it has room in this generation; the start of the next one when nothing has.
    pub(crate) fn position(&self) -> Lgpos {
        self.filler.unwrap_or_else(|| self.lgpos(self.place))
    }

    /// Behind all records that lie in complete segments.
    pub(crate) fn complete_position(&self) -> Lgpos {
        if self.place.byte == 0 {
            return self.position();
        }
        self.lgpos(Place {
            byte: 0,
            ..self.place
        })
    }

    fn lgpos(&self, place: Place) -> Lgpos {
        if pack::has_room(place, self.file_sectors) {
            place.lgpos(self.generation)
        } else {
            Place::START.lgpos(self.generation.next().unwrap_or(self.generation))
        }
    }

    /// Whether any record has room.
    pub(super) const fn has_room(&self) -> bool {
        pack::has_room(self.place, self.file_sectors)
    }

    /// The generation.
    pub(crate) const fn generation(&self) -> Generation {
        self.generation
    }
}

fn end_of_all(start: Place, lengths: &[usize]) -> Place {
    lengths.iter().fold(start, |place, &len| pack::end_of(place, len))
}
