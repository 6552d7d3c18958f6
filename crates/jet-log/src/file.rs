//! One log file: its header, and which of its sectors hold records.
//!
//! The whole file is in memory (64 KiB to 5 MiB as a rule, 256 MiB at most). Single flipped bits, and a damaged last
//! segment that has a shadow, are mended there; the file itself is never changed. Where damage ends what can be used,
//! [`LogFile::records`] gives what comes before it and then the damage. Source: `docs/format/log-file.md`.

use std::path::{Path, PathBuf};

use jet_io::{FileSystem, OpenMode};
use zerocopy::IntoBytes;

use crate::header::{Expected, HEADER_BYTES, LogHeader};
use crate::pack;
use crate::reader::Records;
use crate::record::RecordKind;
use crate::segment::{self, SEGMENT_BYTES, Sector, SectorDamage, SegmentHeader};
use crate::{Generation, Lgpos, LogError};

/// A log file that was read into memory.
#[derive(Clone, Debug)]
pub struct LogFile {
    path: PathBuf,
    header: Box<LogHeader>,
    /// Sectors from 1 on.
    sectors: Vec<[u8; SEGMENT_BYTES]>,
    file_bytes: u64,
    scan: Scan,
}

/// What the sectors of a log file hold.
#[derive(Clone, Debug, Default)]
pub struct Scan {
    /// Sectors 1 to this one hold records; 0: none does.
    pub last_segment: u16,
    /// XOR of their checksums, which the header of the next generation repeats.
    pub accumulated_checksum: u64,
    /// What was mended in memory.
    pub repairs: Vec<Repair>,
    /// What follows the last segment; `None` when the file is full, or ends in damage.
    pub behind: Option<Sector>,
    /// The first sector that cannot be used although it should be.
    pub damage: Option<Damage>,
}

/// A sector that was mended in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repair {
    /// A bit was flipped back.
    Bit {
        /// The sector.
        sector: u16,
        /// The bit, counted from the start of the sector.
        bit: u32,
    },
    /// It was taken from its shadow.
    Shadow {
        /// The sector.
        sector: u16,
    },
}

/// A sector that cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damage {
    /// The sector.
    pub sector: u16,
    /// What is wrong with it.
    pub what: SectorDamage,
    /// Nothing comes behind that was written later: it may be what a crash left of the last write, which the disk did in
    /// another order, or not to the end of a sector. The genuine engine takes no such log; it trusts that a disk does neither.
    pub is_tail: bool,
}

impl LogFile {
    /// Reads the log file at `path`.
    ///
    /// # Errors
    /// [`LogError::Io`], or [`LogError::Header`] when it is no log. Damage behind the header is no error here, see
    /// [`LogFile::check`].
    pub fn open(fs: &dyn FileSystem, path: &Path) -> Result<Self, LogError> {
        let file = fs.open(path, OpenMode::Read)?;
        let file_bytes = file.len()?;
        let mut first = vec![0; HEADER_BYTES];
        let got = file.read_at(&mut first, 0)?;
        first.truncate(got);
        let header = Self::read_header(path, &first)?;
        let count = sectors_in(&header, file_bytes);
        let mut sectors = vec![[0; SEGMENT_BYTES]; count];
        file.read_exact_at(sectors.as_flattened_mut(), HEADER_BYTES as u64)?;
        Ok(Self::scanned(path, header, sectors, file_bytes))
    }

    /// Reads a log file that is in memory; `path` only names it in errors.
    ///
    /// # Errors
    /// [`LogError::Header`] when it is no log.
    pub fn from_bytes(path: &Path, bytes: &[u8]) -> Result<Self, LogError> {
        let header = Self::read_header(path, bytes)?;
        let file_bytes = bytes.len() as u64;
        let (sectors, _) = bytes.get(HEADER_BYTES..).unwrap_or_default().as_chunks();
        let count = sectors_in(&header, file_bytes).min(sectors.len());
        let sectors = sectors.get(..count).unwrap_or_default().to_vec();
        Ok(Self::scanned(path, header, sectors, file_bytes))
    }

    fn read_header(path: &Path, bytes: &[u8]) -> Result<Box<LogHeader>, LogError> {
        match LogHeader::read(bytes) {
            Ok(header) => Ok(Box::new(header.clone())),
            Err(source) => Err(LogError::Header {
                path: path.to_owned(),
                source,
            }),
        }
    }

    fn scanned(
        path: &Path,
        header: Box<LogHeader>,
        sectors: Vec<[u8; SEGMENT_BYTES]>,
        file_bytes: u64,
    ) -> Self {
        let mut file = Self {
            path: path.to_owned(),
            header,
            sectors,
            file_bytes,
            scan: Scan::default(),
        };
        file.scan = file.scan_sectors();
        file
    }

    /// Looks at every sector but the last one of the file, which never holds records.
    fn scan_sectors(&mut self) -> Scan {
        let mut scan = Scan::default();
        let generation = self.generation();
        for sector in 1..=self.header.file_sectors.get().saturating_sub(2) {
            let found = match self.sector(sector) {
                Some(bytes) => segment::classify(bytes, sector, generation),
                None => Sector::Damaged(SectorDamage::Missing),
            };
            let found = match found {
                Sector::Damaged(_) if scan.behind.is_none() => {
                    self.mend_from_shadow(sector, &mut scan).unwrap_or(found)
                }
                found => found,
            };
            let damage = match found {
                Sector::Data { .. } if scan.behind.is_some() => Some(SectorDamage::BehindGap),
                Sector::Data { flipped_bit } => {
                    self.take_segment(sector, flipped_bit, &mut scan);
                    None
                }
                // A file that is too short says so by its length; what is missing may have been empty.
                Sector::Damaged(SectorDamage::Missing) if scan.behind.is_some() => break,
                Sector::Damaged(damage) => Some(damage),
                Sector::Shadow | Sector::Zero | Sector::Recycled { .. } => {
                    scan.behind.get_or_insert(found);
                    None
                }
            };
            if let Some(what) = damage {
                let is_tail = self.is_last_write(sector);
                scan.damage = Some(Damage {
                    sector,
                    what,
                    is_tail,
                });
                break;
            }
        }
        scan
    }

    fn take_segment(&mut self, sector: u16, flipped_bit: Option<u32>, scan: &mut Scan) {
        let Some(bytes) = self.sectors.get_mut(usize::from(sector).wrapping_sub(1)) else {
            return;
        };
        if let Some(bit) = flipped_bit {
            segment::flip(bytes, bit);
            scan.repairs.push(Repair::Bit { sector, bit });
        }
        scan.accumulated_checksum ^= segment::header_of(bytes).checksum.get();
        scan.last_segment = sector;
    }

    /// Replaces a damaged segment by the copy that a partial write left behind it; returns what it is now.
    fn mend_from_shadow(&mut self, sector: u16, scan: &mut Scan) -> Option<Sector> {
        let generation = self.generation();
        let behind = sector.checked_add(1)?;
        let copy = *self.sector(behind)?;
        if segment::classify(&copy, behind, generation) != Sector::Shadow {
            return None;
        }
        let found = segment::classify(&copy, sector, generation);
        if matches!(found, Sector::Data { .. }) {
            *self.sectors.get_mut(usize::from(sector).checked_sub(1)?)? = copy;
            scan.repairs.push(Repair::Shadow { sector });
        }
        Some(found)
    }

    /// Whether the sectors from this one on can be parts of one write.
    ///
    /// A write ends with the segment that a filler closes for those who wait, and the next one begins when it is synced. So
    /// what comes behind such a segment was written later.
    fn is_last_write(&self, sector: u16) -> bool {
        let generation = self.generation();
        let mut is_closed = false;
        for sector in sector..=self.header.file_sectors.get().saturating_sub(2) {
            let Some(bytes) = self.sector(sector) else {
                return false;
            };
            match segment::classify(bytes, sector, generation) {
                Sector::Zero | Sector::Recycled { .. } => {}
                Sector::Shadow => return false,
                Sector::Data { .. } | Sector::Damaged(_) if is_closed => return false,
                Sector::Data { .. } => is_closed = pack::is_filled(bytes),
                Sector::Damaged(_) => {}
            }
        }
        true
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its header.
    pub fn header(&self) -> &LogHeader {
        &self.header
    }

    /// Its generation.
    pub fn generation(&self) -> Generation {
        self.header.generation()
    }

    /// Its length as it was found.
    pub fn file_bytes(&self) -> u64 {
        self.file_bytes
    }

    /// The whole file, mended, as it would be written.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.header.as_bytes().to_vec();
        bytes.extend_from_slice(self.sectors.as_flattened());
        bytes
    }

    /// The file without the record at `at` and everything behind it. When that record is within a segment, the segment is
    /// cut and sealed anew; a record in pieces goes with all its pieces.
    pub fn cut_before(&self, at: Lgpos) -> Vec<u8> {
        let mut bytes = self.to_bytes();
        let segments = bytes.get_mut(HEADER_BYTES..).unwrap_or_default();
        let (segments, _) = segments.as_chunks_mut::<SEGMENT_BYTES>();
        for (sector, segment) in (1_u16..).zip(segments) {
            if sector > at.sector || (sector == at.sector && at.byte == 0) {
                segment.fill(0);
            } else if sector == at.sector {
                if let Some(rest) = segment.get_mut(usize::from(at.byte)..) {
                    rest.fill(0);
                }
                segment::seal(segment, sector, self.generation());
            }
        }
        bytes
    }

    /// What its sectors hold.
    pub fn scan(&self) -> &Scan {
        &self.scan
    }

    /// The bytes of a sector, mended if that was needed; `None` for the header and behind the end.
    pub fn sector(&self, sector: u16) -> Option<&[u8; SEGMENT_BYTES]> {
        self.sectors.get(usize::from(sector).checked_sub(1)?)
    }

    /// Header of a segment that holds records.
    pub fn segment_header(&self, sector: u16) -> Option<&SegmentHeader> {
        let holds_records = (1..=self.scan.last_segment).contains(&sector);
        self.sector(sector)
            .filter(|_| holds_records)
            .map(segment::header_of)
    }

    /// The records in order, then the damage if there is any.
    pub fn records(&self) -> Records<'_> {
        Records::new(self)
    }

    /// Compares with what is known of the stream, and says whether every sector can be used.
    ///
    /// # Errors
    /// [`LogError::Stream`], or [`LogError::Sector`] for the first damage.
    pub fn check(&self, expected: &Expected) -> Result<(), LogError> {
        let differs = |source| LogError::Stream {
            path: self.path.clone(),
            generation: self.generation(),
            source,
        };
        self.header
            .check_stream(expected, self.file_bytes)
            .map_err(differs)?;
        self.damage_error().map_or(Ok(()), Err)
    }

    /// The damage as an error.
    pub(crate) fn damage_error(&self) -> Option<LogError> {
        self.scan.damage.map(|damage| LogError::Sector {
            path: self.path.clone(),
            generation: self.generation(),
            sector: damage.sector,
            offset: u64::from(damage.sector) * SEGMENT_BYTES as u64,
            is_tail: damage.is_tail,
            source: damage.what,
        })
    }

    /// The last record that does not only fill room. [`RecordKind::is_clean_end`] tells whether the log was closed.
    ///
    /// # Errors
    /// As [`Records::next`].
    pub fn last_record(&self) -> Result<Option<(Lgpos, RecordKind)>, LogError> {
        let mut last = None;
        let mut records = self.records();
        while let Some(entry) = records.next()? {
            let kind = entry.record.kind();
            if !kind.is_filler() {
                last = Some((entry.lgpos, kind));
            }
        }
        Ok(last)
    }
}

/// Whole sectors behind the header: as many as it says, at most as many as there are.
fn sectors_in(header: &LogHeader, file_bytes: u64) -> usize {
    let there = (file_bytes / SEGMENT_BYTES as u64).saturating_sub(1);
    let named = usize::from(header.file_sectors.get()).saturating_sub(1);
    usize::try_from(there).map_or(named, |there| there.min(named))
}
