//! The records of a file, one after the other, those in pieces put together.
//!
//! Rules of packing: a record lies within one segment, or begins as a fragment that fills its segment and goes on at
//! the start of the next ones. Zeros are fillers. Pieces that a crash cut off are passed over where the records of the
//! recovery after it follow; anything else between pieces is damage. Source: `docs/format/log-file.md`.

use crate::error::FragmentError;
use crate::record::{Record, RecordKind};
use crate::segment::{SEGMENT_BYTES, SEGMENT_DATA_BYTES, SEGMENT_HEADER_BYTES};
use crate::{Lgpos, LogError, LogFile};

/// First piece of a record: type, length of the record (4 bytes), length of the piece (2 bytes).
pub(crate) const FRAGMENT_BEGIN: u8 = 76;
pub(crate) const FRAGMENT_BEGIN_BYTES: usize = 7;
/// Other pieces: type, length of the piece (2 bytes).
pub(crate) const FRAGMENT: u8 = 77;
pub(crate) const FRAGMENT_BYTES: usize = 3;

/// With at least this much room left, a record that does not fit is cut in pieces instead of leaving the room empty.
pub const FRAGMENT_ROOM: usize = 32;

/// A record and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'r> {
    /// Its position as the writer knew it: behind the record before. So a record that a filler of less than
    /// [`FRAGMENT_ROOM`] bytes pushed into the next segment has the position of the filler.
    pub lgpos: Lgpos,
    /// Where its bytes begin in the file; the first piece when it is in pieces.
    pub offset: u64,
    /// The record.
    pub record: Record<'r>,
    /// Its bytes, put together; [`Record::decode`] gives the record again.
    pub bytes: &'r [u8],
    /// What lies behind it in its segment: records, or a filler.
    pub behind: &'r [u8],
}

/// Reads the records of one file.
#[derive(Debug)]
pub struct Records<'f> {
    file: &'f LogFile,
    cursor: Cursor,
}

impl<'f> Records<'f> {
    pub(crate) fn new(file: &'f LogFile) -> Self {
        Self {
            file,
            cursor: Cursor::default(),
        }
    }

    /// The next record, `None` behind the last. After an error there is no further record.
    ///
    /// # Errors
    /// [`LogError::Record`] or [`LogError::Fragment`] where a sound segment holds no record; behind the last usable
    /// segment, [`LogError::Sector`] if damage follows.
    #[expect(
        clippy::should_implement_trait,
        reason = "records borrow from the reader, which Iterator cannot say"
    )]
    pub fn next(&mut self) -> Result<Option<Entry<'_>>, LogError> {
        self.cursor.next(self.file)
    }

    /// What was passed over so far.
    pub fn passed_over(&self) -> &PassedOver {
        &self.cursor.passed_over
    }

    /// Behind the last record: where a filler of less than [`FRAGMENT_ROOM`] bytes begins that ends its segment. The
    /// next record will have this position.
    pub(crate) fn filler_behind(&self) -> Option<Lgpos> {
        self.cursor.filler_at
    }
}

/// Bytes that are no records.
#[derive(Clone, Copy, Debug, Default)]
pub struct PassedOver {
    /// Zeros that fill segments.
    pub filler_bytes: usize,
    /// Records that a crash cut off.
    pub cut_off_records: usize,
    /// Their bytes, heads of the pieces included.
    pub cut_off_bytes: usize,
    /// Where the last of them begins.
    pub last_cut_off: Option<Lgpos>,
}

/// Place in a file; the part of [`Records`] that borrows nothing.
#[derive(Debug)]
pub(crate) struct Cursor {
    sector: u16,
    byte: usize,
    /// A record in pieces, put together.
    whole: Vec<u8>,
    is_at_end: bool,
    /// Where the filler before the next record begins, when the writer stood there.
    filler_at: Option<Lgpos>,
    passed_over: PassedOver,
}

impl Default for Cursor {
    fn default() -> Self {
        Self {
            sector: 1,
            byte: SEGMENT_HEADER_BYTES,
            whole: Vec::new(),
            is_at_end: false,
            filler_at: None,
            passed_over: PassedOver::default(),
        }
    }
}

/// Where a record is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    lgpos: Lgpos,
    /// Sector and byte of its first byte or piece.
    start: (u16, usize),
    /// Whether its bytes were put together in `Cursor::whole`.
    is_in_pieces: bool,
}

impl Cursor {
    /// As [`Records::next`].
    pub(crate) fn next<'c>(&'c mut self, file: &'c LogFile) -> Result<Option<Entry<'c>>, LogError> {
        match self.find(file)? {
            Some(found) => self.take(file, found).map(Some),
            None => Ok(None),
        }
    }

    /// Goes to the next record. `None` behind the last.
    pub(crate) fn find(&mut self, file: &LogFile) -> Result<Option<Found>, LogError> {
        let found = self.find_in_segments(file);
        if found.is_err() {
            self.is_at_end = true;
        }
        if let Ok(None) = found {
            let was_at_end = core::mem::replace(&mut self.is_at_end, true);
            let damage = if was_at_end { None } else { file.damage_error() };
            return damage.map_or(Ok(None), Err);
        }
        found
    }

    /// Reads the record that [`Cursor::find`] found.
    pub(crate) fn take<'c>(&'c mut self, file: &'c LogFile, found: Found) -> Result<Entry<'c>, LogError> {
        let Found {
            lgpos,
            start,
            is_in_pieces,
        } = found;
        let (sector, byte) = start;
        let offset = offset_of(sector, byte);
        let available = if is_in_pieces {
            self.whole.as_slice()
        } else {
            rest_of(file, sector, byte)
        };
        let failed = |source| LogError::Record {
            path: file.path().to_owned(),
            at: lgpos,
            offset,
            source,
        };
        let decoded = Record::decode(available)
            .map_err(failed)
            .and_then(|(record, len)| {
                if is_in_pieces && len != available.len() {
                    let (found, expected) = (available.len(), len);
                    return Err(misfit(
                        file,
                        lgpos,
                        start,
                        FragmentError::Total { found, expected },
                    ));
                }
                Ok((record, len))
            });
        let (record, len) = match decoded {
            Ok(decoded) => decoded,
            Err(error) => {
                self.is_at_end = true;
                return Err(error);
            }
        };
        if !is_in_pieces {
            self.byte = byte + len;
        }
        let bytes = available.get(..len).unwrap_or_default();
        let behind = match is_in_pieces {
            true => rest_of(file, self.sector, self.byte),
            false => available.get(len..).unwrap_or_default(),
        };
        Ok(Entry {
            lgpos,
            offset,
            record,
            bytes,
            behind,
        })
    }

    /// Passes over fillers and puts pieces together.
    fn find_in_segments(&mut self, file: &LogFile) -> Result<Option<Found>, LogError> {
        while !self.is_at_end && self.sector <= file.scan().last_segment {
            let (sector, byte) = (self.sector, self.byte);
            let rest = rest_of(file, sector, byte);
            let zeros = rest.iter().take_while(|&&byte| byte == 0).count();
            if zeros == rest.len() {
                self.passed_over.filler_bytes += zeros;
                self.filler_at = (1..FRAGMENT_ROOM)
                    .contains(&zeros)
                    .then(|| position(file, sector, byte));
                self.go_to_next_segment();
                continue;
            }
            if zeros > 0 {
                self.passed_over.filler_bytes += zeros;
                self.byte += zeros;
                continue;
            }
            let lgpos = self
                .filler_at
                .take()
                .unwrap_or_else(|| position(file, sector, byte));
            match rest.first() {
                Some(&FRAGMENT) => return Err(misfit(file, lgpos, (sector, byte), FragmentError::NoBegin)),
                Some(&FRAGMENT_BEGIN) => {
                    if self.put_together(file, lgpos)? {
                        return Ok(Some(Found {
                            lgpos,
                            start: (sector, byte),
                            is_in_pieces: true,
                        }));
                    }
                    let segments = usize::from(self.sector - sector) * SEGMENT_DATA_BYTES;
                    self.passed_over.cut_off_records += 1;
                    self.passed_over.cut_off_bytes += segments - (byte - SEGMENT_HEADER_BYTES);
                    self.passed_over.last_cut_off = Some(lgpos);
                }
                _ => {
                    return Ok(Some(Found {
                        lgpos,
                        start: (sector, byte),
                        is_in_pieces: false,
                    }));
                }
            }
        }
        Ok(None)
    }

    fn go_to_next_segment(&mut self) {
        match self.sector.checked_add(1) {
            Some(next) => self.sector = next,
            None => self.is_at_end = true,
        }
        self.byte = SEGMENT_HEADER_BYTES;
    }

    /// Puts the record together whose first piece is here. `false`: a crash cut it off, and the place is now behind
    /// its pieces.
    fn put_together(&mut self, file: &LogFile, lgpos: Lgpos) -> Result<bool, LogError> {
        let rest = rest_of(file, self.sector, self.byte);
        let here = (self.sector, self.byte);
        let Some((head, piece)) = rest.split_first_chunk::<FRAGMENT_BEGIN_BYTES>() else {
            let (found, expected) = (FRAGMENT_BEGIN_BYTES, rest.len());
            return Err(misfit(
                file,
                lgpos,
                here,
                FragmentError::Piece { found, expected },
            ));
        };
        let [_, a, b, c, d, e, f] = *head;
        let total = usize::try_from(u32::from_le_bytes([a, b, c, d])).unwrap_or(usize::MAX);
        let first = usize::from(u16::from_le_bytes([e, f]));
        let most =
            usize::from(file.scan().last_segment.max(file.header().file_sectors.get())) * SEGMENT_DATA_BYTES;
        // The first piece fills its segment and is not the last.
        if first != piece.len() {
            let (found, expected) = (first, piece.len());
            return Err(misfit(
                file,
                lgpos,
                here,
                FragmentError::Piece { found, expected },
            ));
        }
        if total <= first || total > most {
            let (found, expected) = (first, total);
            return Err(misfit(
                file,
                lgpos,
                here,
                FragmentError::Total { found, expected },
            ));
        }
        self.whole.clear();
        self.whole.extend_from_slice(piece);
        while self.whole.len() < total {
            self.go_to_next_segment();
            if self.is_at_end || self.sector > file.scan().last_segment {
                return Ok(false);
            }
            if !self.add_piece(file, lgpos, total)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Adds the piece at the start of this segment. `false`: a recovery begins here instead.
    fn add_piece(&mut self, file: &LogFile, lgpos: Lgpos, total: usize) -> Result<bool, LogError> {
        let here = (self.sector, self.byte);
        let rest = rest_of(file, self.sector, self.byte);
        let (head, behind) = match rest.split_first_chunk::<FRAGMENT_BYTES>() {
            Some((head, behind)) if head.first() == Some(&FRAGMENT) => (head, behind),
            _ if begins_recovery(rest) => return Ok(false),
            _ => {
                let found = rest.first().copied().unwrap_or_default();
                let sector = self.sector;
                return Err(misfit(
                    file,
                    lgpos,
                    here,
                    FragmentError::Interrupted { sector, found },
                ));
            }
        };
        let [_, low, high] = *head;
        let found = usize::from(u16::from_le_bytes([low, high]));
        let missing = total - self.whole.len();
        let expected = missing.min(behind.len());
        let piece = behind.get(..found).filter(|piece| piece.len() == expected);
        let piece =
            piece.ok_or_else(|| misfit(file, lgpos, here, FragmentError::Piece { found, expected }))?;
        self.whole.extend_from_slice(piece);
        self.byte += FRAGMENT_BYTES + found;
        Ok(true)
    }
}

/// Whether a segment begins as it does when an engine recovers from a crash: the pieces before it are forgiven.
fn begins_recovery(segment: &[u8]) -> bool {
    let number = match segment.first() {
        Some(&FRAGMENT_BEGIN) => segment.get(FRAGMENT_BEGIN_BYTES),
        first => first,
    };
    let kind = number.and_then(|&number| RecordKind::from_number(number));
    matches!(
        (segment.first(), kind),
        (_, Some(RecordKind::UndoInfo))
            | (
                Some(1..FRAGMENT_BEGIN),
                Some(RecordKind::RecoveryUndo | RecordKind::RecoveryUndo2)
            )
    )
}

fn rest_of(file: &LogFile, sector: u16, byte: usize) -> &[u8] {
    file.sector(sector)
        .and_then(|bytes| bytes.get(byte..))
        .unwrap_or_default()
}

/// The position of a byte; the first record of a segment counts as standing at its start.
fn position(file: &LogFile, sector: u16, byte: usize) -> Lgpos {
    let is_first = byte == SEGMENT_HEADER_BYTES;
    Lgpos {
        generation: file.generation(),
        sector,
        byte: if is_first {
            0
        } else {
            u16::try_from(byte).unwrap_or(u16::MAX)
        },
    }
}

fn offset_of(sector: u16, byte: usize) -> u64 {
    u64::from(sector) * SEGMENT_BYTES as u64 + byte as u64
}

fn misfit(file: &LogFile, at: Lgpos, (sector, byte): (u16, usize), source: FragmentError) -> LogError {
    LogError::Fragment {
        path: file.path().to_owned(),
        at,
        offset: offset_of(sector, byte),
        source,
    }
}
