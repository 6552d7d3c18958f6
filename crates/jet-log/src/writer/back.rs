//! The back of a stream: puts complete segments into the current file, for good.
//!
//! Invariants:
//! - nothing is written behind what was written and not synced: a crash never leaves a segment of one write without
//!   those of a write before it
//! - a segment that was written partly filled has a copy in the sector behind it; it is rewritten alone and synced
//!   before anything is written over the copy, so that one of the two is whole at any moment
//! - the accumulated checksum counts each segment once, in the form that stays

use jet_io::{File, IoError};

use super::front::{Batch, Front};
use crate::segment::{self, SEGMENT_BYTES};

/// What was written of the current file.
#[derive(Debug)]
pub(super) struct Back {
    /// The first segment not written for good was written partly filled, twice.
    has_shadow: bool,
    /// XOR of the checksums of all segments written for good.
    accumulated: u64,
}

impl Back {
    /// Behind segments with this accumulated checksum.
    pub(super) const fn new(accumulated: u64) -> Self {
        Self {
            has_shadow: false,
            accumulated,
        }
    }

    /// Writes segments for good and syncs them.
    pub(super) fn write(&mut self, file: &dyn File, batch: &mut Batch) -> Result<(), IoError> {
        if batch.is_empty() {
            return Ok(());
        }
        let mut accumulated = self.accumulated;
        for (sector, bytes) in (batch.first..).zip(&mut batch.segments) {
            segment::seal(bytes, sector, batch.generation);
            accumulated ^= segment::header_of(bytes).checksum.get();
        }
        let (mut rest, mut sector) = (batch.segments.as_slice(), batch.first);
        if self.has_shadow
            && let Some((first, behind)) = rest.split_first()
        {
            file.write_at(first, segment::offset_of(sector))?;
            file.sync_data()?;
            self.has_shadow = false;
            (rest, sector) = (behind, sector.saturating_add(1));
        }
        if !rest.is_empty() {
            file.write_at(rest.as_flattened(), segment::offset_of(sector))?;
            file.sync_data()?;
        }
        self.accumulated = accumulated;
        Ok(())
    }

    /// Writes the segment being filled as it is now, its rest zero, with a copy behind it, and syncs both.
    pub(super) fn write_partial(&mut self, file: &dyn File, front: &mut Front) -> Result<(), IoError> {
        let generation = front.generation();
        let Some((sector, partial)) = front.partial() else {
            return Ok(());
        };
        segment::seal(partial, sector, generation);
        let offset = segment::offset_of(sector);
        if self.has_shadow {
            file.write_at(partial, offset)?;
            file.sync_data()?;
            file.write_at(partial, offset + SEGMENT_BYTES as u64)?;
        } else {
            file.write_at([*partial; 2].as_flattened(), offset)?;
        }
        file.sync_data()?;
        self.has_shadow = true;
        Ok(())
    }

    /// XOR of the checksums of all segments written for good.
    pub(super) const fn accumulated(&self) -> u64 {
        self.accumulated
    }
}
