//! How records are laid into the segments of a file: whole, behind a filler, or in pieces.
//!
//! Pure arithmetic over places: a writer that fills one buffer, and one that hands out places to many threads, lay
//! records in the same way, which is byte for byte that of the genuine engine. The reverse is in `reader`.
//!
//! Invariants:
//! - a place is that behind the record before; a segment that is full ends at the start of the next one, byte 0
//! - a record is in pieces only when it has no room and [`FRAGMENT_ROOM`] bytes or more are left
//! - a piece that is not the last fills its segment
//! - segments are zero where no piece and no filler lies
//!
//! Source: `docs/format/log-file.md`.

use core::ops::Range;

use crate::reader::{FRAGMENT, FRAGMENT_BEGIN, FRAGMENT_BEGIN_BYTES, FRAGMENT_BYTES, FRAGMENT_ROOM};
use crate::record::RecordKind;
use crate::segment::{SEGMENT_BYTES, SEGMENT_HEADER_BYTES};
use crate::{Generation, Lgpos};

/// Head of a filler record: type, bytes behind it (4 bytes).
const FILLER_HEAD_BYTES: usize = 5;

/// A place in a log file where a record may begin, or where one ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The sector. A record that is longer than any file ends in sector 65535, which no file has.
    pub sector: u16,
    /// Byte in the sector: 0, or behind a record.
    pub byte: u16,
}

impl Place {
    /// The start of a file without records.
    pub const START: Self = Self { sector: 1, byte: 0 };

    /// The start of the next segment.
    #[must_use]
    pub const fn next_segment(self) -> Self {
        Self {
            sector: self.sector.saturating_add(1),
            byte: 0,
        }
    }

    /// The same as a position in the stream.
    pub const fn lgpos(self, generation: Generation) -> Lgpos {
        Lgpos {
            generation,
            sector: self.sector,
            byte: self.byte,
        }
    }

    /// Where the bytes of the next record or piece begin in the sector: behind the header when it is the first.
    fn data_byte(self) -> usize {
        usize::from(self.byte).max(SEGMENT_HEADER_BYTES)
    }

    /// Bytes left in the segment.
    pub fn room(self) -> usize {
        SEGMENT_BYTES.saturating_sub(self.data_byte())
    }

    /// The place behind `used` bytes, which have room in this segment.
    fn behind(self, used: usize) -> Self {
        match u16::try_from(self.data_byte() + used) {
            Ok(byte) if usize::from(byte) < SEGMENT_BYTES => Self {
                sector: self.sector,
                byte,
            },
            _ => self.next_segment(),
        }
    }
}

/// Whether records that end at `end` have room in a file of `file_sectors` sectors.
///
/// The last sector never holds records, and the one before it must keep a free byte.
pub const fn has_room(end: Place, file_sectors: u16) -> bool {
    end.sector <= file_sectors.saturating_sub(2)
}

/// A part of a record within one segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The segment.
    pub sector: u16,
    /// Where it begins in the segment, its head included.
    pub byte: usize,
    /// What stands before the bytes of the record.
    pub head: PieceHead,
    /// Which bytes of the record it holds.
    pub part: Range<usize>,
}

/// What stands before the bytes of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PieceHead {
    /// Nothing: the record is whole.
    Whole,
    /// This is the first piece of a record of so many bytes.
    Begin {
        /// Bytes of the record.
        total: u32,
    },
    /// This is a later piece.
    Next,
}

impl Piece {
    /// Puts the piece into its segment. `record`: all bytes of the record.
    pub fn put(&self, record: &[u8], segment: &mut [u8; SEGMENT_BYTES]) {
        let bytes = record.get(self.part.clone()).unwrap_or_default();
        let [low, high] = u16::try_from(bytes.len()).unwrap_or(u16::MAX).to_le_bytes();
        let mut rest = segment.get_mut(self.byte..).unwrap_or_default();
        match self.head {
            PieceHead::Whole => {}
            PieceHead::Begin { total } => {
                let [a, b, c, d] = total.to_le_bytes();
                rest = put_front(rest, &[FRAGMENT_BEGIN, a, b, c, d, low, high]);
            }
            PieceHead::Next => rest = put_front(rest, &[FRAGMENT, low, high]),
        }
        put_front(rest, bytes);
    }
}

/// Copies `bytes` to the front of `target`, and returns what is behind them.
fn put_front<'t>(target: &'t mut [u8], bytes: &[u8]) -> &'t mut [u8] {
    match target.split_at_mut_checked(bytes.len()) {
        Some((front, behind)) => {
            front.copy_from_slice(bytes);
            behind
        }
        None => &mut [],
    }
}

/// The pieces of a record, in order.
#[derive(Clone, Debug)]
pub struct Pieces {
    place: Place,
    total: usize,
    done: usize,
}

/// Lays out a record of `len` bytes that is appended at `place`.
///
/// The position of the record is `place`, even when a filler pushes its bytes into the next segment.
pub const fn pieces(place: Place, len: usize) -> Pieces {
    Pieces {
        place,
        total: len,
        done: 0,
    }
}

/// Where a record of `len` bytes ends that is appended at `place`.
pub fn end_of(place: Place, len: usize) -> Place {
    let mut pieces = pieces(place, len);
    while pieces.next().is_some() {}
    pieces.place
}

impl Pieces {
    /// Behind the pieces given so far.
    pub const fn place(&self) -> Place {
        self.place
    }
}

impl Iterator for Pieces {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        let left = self.total.checked_sub(self.done).filter(|&left| left > 0)?;
        let (head, head_bytes) = if self.done > 0 {
            (PieceHead::Next, FRAGMENT_BYTES)
        } else {
            if left > self.place.room() && self.place.room() < FRAGMENT_ROOM {
                self.place = self.place.next_segment();
            }
            if left <= self.place.room() {
                (PieceHead::Whole, 0)
            } else {
                let total = u32::try_from(self.total).unwrap_or(u32::MAX);
                (PieceHead::Begin { total }, FRAGMENT_BEGIN_BYTES)
            }
        };
        let start = self.place;
        let taken = left.min(start.room() - head_bytes);
        let part = self.done..self.done + taken;
        self.done = part.end;
        self.place = start.behind(head_bytes + taken);
        Some(Piece {
            sector: start.sector,
            byte: start.data_byte(),
            head,
            part,
        })
    }
}

/// Fills the rest of the segment at `place` with one filler record, so that it can be written for good.
///
/// Too little room for the head of a filler stays zero. Returns whether there is a filler record.
pub fn fill(place: Place, segment: &mut [u8; SEGMENT_BYTES]) -> bool {
    let Some(body) = place.room().checked_sub(FILLER_HEAD_BYTES) else {
        return false;
    };
    let [a, b, c, d] = u32::try_from(body).unwrap_or(u32::MAX).to_le_bytes();
    let rest = segment.get_mut(place.data_byte()..).unwrap_or_default();
    put_front(rest, &[RecordKind::Nop2.number(), a, b, c, d]).fill(0);
    true
}

/// Whether a segment seems to end with such a filler, told by its last bytes alone.
pub(crate) fn is_filled(segment: &[u8; SEGMENT_BYTES]) -> bool {
    // Zeros but for the low half of its length.
    let last = segment.iter().rposition(|&byte| byte != 0).unwrap_or(0);
    (last.saturating_sub(2)..=last).any(|start| {
        let head = segment.get(start..).and_then(|rest| rest.first_chunk());
        head.is_some_and(|&[kind, a, b, c, d]: &[u8; FILLER_HEAD_BYTES]| {
            let body = u32::from_le_bytes([a, b, c, d]) as usize;
            kind == RecordKind::Nop2.number() && start + FILLER_HEAD_BYTES + body == SEGMENT_BYTES
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(sector: u16, byte: u16) -> Place {
        Place { sector, byte }
    }

    fn piece(sector: u16, byte: usize, head: PieceHead, part: Range<usize>) -> Piece {
        Piece {
            sector,
            byte,
            head,
            part,
        }
    }

    fn laid_out(place: Place, len: usize) -> (Vec<Piece>, Place) {
        let mut pieces = pieces(place, len);
        let found = pieces.by_ref().collect();
        assert_eq!(end_of(place, len), pieces.place());
        (found, pieces.place())
    }

    #[test]
    fn a_record_that_has_room_is_whole() {
        let whole = |sector, byte, len| vec![piece(sector, byte, PieceHead::Whole, 0..len)];
        assert_eq!(laid_out(at(1, 0), 10), (whole(1, 40, 10), at(1, 50)));
        assert_eq!(laid_out(at(1, 50), 4046), (whole(1, 50, 4046), at(2, 0)));
        assert_eq!(laid_out(at(3, 4095), 1), (whole(3, 4095, 1), at(4, 0)));
    }

    #[test]
    fn little_room_is_left_empty() {
        let first = |place| laid_out(place, 33).0.remove(0);
        assert_eq!(first(at(3, 4065)), piece(4, 40, PieceHead::Whole, 0..33));
        let begin = PieceHead::Begin { total: 33 };
        assert_eq!(first(at(3, 4064)), piece(3, 4064, begin, 0..25));
    }

    #[test]
    fn a_long_record_is_cut_in_pieces() {
        let total = 4049 + 4053 + 7;
        let begin = PieceHead::Begin { total };
        let expected = vec![
            piece(5, 40, begin, 0..4049),
            piece(6, 40, PieceHead::Next, 4049..8102),
            piece(7, 40, PieceHead::Next, 8102..8109),
        ];
        assert_eq!(laid_out(at(5, 0), total as usize), (expected, at(7, 50)));
        // A filler comes first when there is no room to begin, and the record is long all the same.
        let (pieces, _) = laid_out(at(5, 4090), total as usize);
        assert_eq!(pieces[0], piece(6, 40, begin, 0..4049));
    }

    #[test]
    fn a_byte_of_the_last_segment_stays_free() {
        // Sectors 1 to 14 hold records, sector 15 only a copy.
        assert!(has_room(end_of(at(14, 0), 4055), 16));
        assert!(!has_room(end_of(at(14, 0), 4056), 16));
        assert!(!has_room(end_of(at(14, 4090), 7), 16));
        assert!(!has_room(end_of(Place::START, 500 << 20), u16::MAX));
    }

    #[test]
    fn a_filler_ends_its_segment() {
        let filled = |byte| {
            let mut segment = [0; SEGMENT_BYTES];
            fill(at(1, byte), &mut segment).then(|| segment[usize::from(byte)..].to_vec())
        };
        for byte in 41..=4091 {
            let mut segment = [0; SEGMENT_BYTES];
            segment[usize::from(byte) - 1] = 71;
            assert!(!is_filled(&segment));
            assert!(fill(at(1, byte), &mut segment) && is_filled(&segment), "{byte}");
        }
        assert_eq!(filled(4091).unwrap(), [71, 0, 0, 0, 0]);
        assert_eq!(filled(4089).unwrap(), [71, 2, 0, 0, 0, 0, 0]);
        assert_eq!(filled(4092), None);
    }
}
