//! The segments of the current file that are not written for good.
//!
//! Invariants:
//! - the segments follow one another from `first` on; all before it are on their way to the disk and never change
//! - a segment that was written partly filled has a copy in the sector behind it; it is rewritten alone and synced
//!   before anything is written over the copy, so that one of the two is whole at any moment
//! - the accumulated checksum counts each segment once, in the form that stays

use jet_io::{File, IoError};

use crate::Generation;
use crate::outside::Clock;
use crate::pack::{self, Place};
use crate::segment::{self, SEGMENT_BYTES};

/// Segments between the last one written for good and the one being filled.
#[derive(Debug)]
pub(super) struct Pending {
    generation: Generation,
    /// Sector of the first segment here.
    first: u16,
    segments: Vec<[u8; SEGMENT_BYTES]>,
    /// The first segment was written partly filled, twice.
    has_shadow: bool,
    /// XOR of the checksums of all segments before `first`.
    accumulated: u64,
}

impl Pending {
    /// Nothing is pending; the next segment has the number `first`.
    pub(super) const fn new(generation: Generation, first: u16, accumulated: u64) -> Self {
        Self {
            generation,
            first,
            segments: Vec::new(),
            has_shadow: false,
            accumulated,
        }
    }

    /// Lays a record in at `place`, the end of the one before; returns its own end.
    pub(super) fn put(&mut self, place: Place, record: &[u8], clock: &dyn Clock) -> Place {
        let mut pieces = pack::pieces(place, record.len());
        for piece in pieces.by_ref() {
            let index = self.index(piece.sector);
            while self.segments.len() <= index {
                self.segments.push(segment::started(clock.now()));
            }
            if let Some(segment) = self.segments.get_mut(index) {
                piece.put(record, segment);
            }
        }
        pieces.place()
    }

    /// Fills the segment that ends at `place` with a filler record; `false` when it has no room for one.
    pub(super) fn fill(&mut self, place: Place) -> bool {
        let index = self.index(place.sector);
        let segment = self.segments.get_mut(index);
        segment.is_some_and(|segment| pack::fill(place, segment))
    }

    /// Segments before the one at `place`.
    pub(super) fn complete(&self, place: Place) -> usize {
        self.index(place.sector).min(self.segments.len())
    }

    /// Writes every segment before the one at `place`, for good.
    pub(super) fn write_complete(&mut self, file: &dyn File, place: Place) -> Result<(), IoError> {
        let count = self.complete(place);
        let (complete, _) = self.segments.split_at_mut(count);
        let mut accumulated = self.accumulated;
        for (sector, bytes) in (self.first..).zip(complete.iter_mut()) {
            segment::seal(bytes, sector, self.generation);
            accumulated ^= segment::header_of(bytes).checksum.get();
        }
        let mut rest = &*complete;
        if self.has_shadow
            && let Some((first, behind)) = complete.split_first()
        {
            file.write_at(first, segment::offset_of(self.first))?;
            file.sync_data()?;
            rest = behind;
        }
        if !rest.is_empty() {
            let sector = place.sector - u16::try_from(rest.len()).unwrap_or(place.sector);
            file.write_at(rest.as_flattened(), segment::offset_of(sector))?;
        }
        if count > 0 {
            self.segments.drain(..count);
            self.first = place.sector;
            self.has_shadow = false;
            self.accumulated = accumulated;
        }
        Ok(())
    }

    /// Writes everything before `place`: the last segment as it is now, its rest zero, with a copy behind it.
    pub(super) fn write_all(&mut self, file: &dyn File, place: Place) -> Result<(), IoError> {
        self.write_complete(file, place)?;
        let Some(partial) = self.segments.first_mut() else {
            return Ok(());
        };
        segment::seal(partial, self.first, self.generation);
        let offset = segment::offset_of(self.first);
        if self.has_shadow {
            file.write_at(partial, offset)?;
            file.sync_data()?;
            file.write_at(partial, offset + SEGMENT_BYTES as u64)?;
        } else {
            file.write_at([*partial; 2].as_flattened(), offset)?;
        }
        self.has_shadow = true;
        Ok(())
    }

    /// XOR of the checksums of all segments written for good.
    pub(super) const fn accumulated(&self) -> u64 {
        self.accumulated
    }

    fn index(&self, sector: u16) -> usize {
        usize::from(sector.saturating_sub(self.first))
    }
}
