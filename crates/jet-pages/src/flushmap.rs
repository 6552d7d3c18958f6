//! The flush map: a file beside the database (`NAME.jfm`) that remembers the flush type of every page, so that a write
//! that was lost can be told.
//!
//! Pages of 8192 bytes, whatever the size of the database's own: a header, then map pages with two bits per database
//! page. A map counts only beside the database header that names it, see [`FlushMapHeader::belongs_to`]; without one
//! nothing is lost but the check. Source: `docs/format/flush-map.md`.

use zerocopy::little_endian::{U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::checksum::{self, ChecksumError, PageState, xor};
use crate::dbheader::{DbHeader, LogTime, Signature};
use crate::{Dbtime, PageSize, Pgno};

/// Bytes of the header and of each map page.
pub const MAP_PAGE_BYTES: usize = 8192;
/// Database pages that one map page tells of.
pub const ENTRIES_PER_PAGE: u32 = 32_512;
/// File type of a flush map, at byte 667 of its header.
pub const FILE_TYPE: u32 = 7;
/// The only major version known.
pub const VERSION: u32 = 3;

/// Flag of the header: the map is whole; not set while the database is in use and after a crash.
const CLEAN: u32 = 1;
/// Bytes of a map page before its entries.
const ENTRIES_OFFSET: usize = 64;

/// The header of a flush map as stored.
#[derive(Clone, Debug, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub struct FlushMapHeader {
    /// XOR over the header page, see [`xor::header_checksum`].
    pub checksum: U32,
    /// [`VERSION`].
    pub version: U32,
    /// Second part of the version.
    pub update_major: U32,
    /// Third part of the version.
    pub update_minor: U32,
    /// Zero.
    pub reserved: [u8; 20],
    /// Bit 0: clean.
    pub flags: U32,
    /// When the map was made.
    pub created: LogTime,
    /// When the database was attached.
    pub attached: LogTime,
    /// When it was detached.
    pub detached: LogTime,
    /// First log generation needed to complete the map; 0 when clean.
    pub generation_min_required: U32,
    /// What that becomes when the flush under way is done; 0 when there is none.
    pub generation_min_required_target: U32,
    /// When the last flush of the whole map began.
    pub full_flush_started: LogTime,
    /// When it ended.
    pub full_flush_completed: LogTime,
    /// [`DbHeader::header_flush_signature`] of the database at the time of writing.
    pub header_flush_signature: Signature,
    /// The map's own, renewed whenever this header is written.
    pub flush_map_signature: Signature,
    /// Zero.
    pub reserved2: [u8; 523],
    /// [`FILE_TYPE`].
    pub file_type: U32,
}

const _: () = {
    assert!(core::mem::offset_of!(FlushMapHeader, flags) == 36);
    assert!(core::mem::offset_of!(FlushMapHeader, header_flush_signature) == 88);
    assert!(core::mem::offset_of!(FlushMapHeader, flush_map_signature) == 116);
    assert!(core::mem::offset_of!(FlushMapHeader, file_type) == 667);
};

/// Why a flush map cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FlushMapError {
    /// The file ends inside the header.
    #[error("the flush map has {len} bytes, its header alone takes {MAP_PAGE_BYTES}")]
    Truncated {
        /// Bytes there are.
        len: usize,
    },
    /// The checksum of the header is wrong.
    #[error("the checksum of the flush map's header is {stored:#010x} but should be {computed:#010x}")]
    Checksum {
        /// As stored.
        stored: u32,
        /// As computed.
        computed: u32,
    },
    /// Another kind of file.
    #[error("the file is of type {found}, a flush map has type {FILE_TYPE}")]
    FileType {
        /// Type found.
        found: u32,
    },
    /// A version that is not known.
    #[error("the flush map has version {version}, known is {VERSION}")]
    Version {
        /// Version found.
        version: u32,
    },
    /// A map page is damaged.
    #[error("map page {index}: {source}")]
    Page {
        /// Number of the map page, from 0.
        index: u32,
        /// Why; the page named there is the map page.
        source: ChecksumError,
    },
}

/// By which signature a map belongs to a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kinship {
    /// The map was written after the database header and names it.
    MapNamesHeader,
    /// The database header was written after the map and names it: the usual case.
    HeaderNamesMap,
}

impl FlushMapHeader {
    /// Reads the header out of the first bytes of a file.
    ///
    /// # Errors
    /// All of [`FlushMapError`] but [`FlushMapError::Page`].
    pub fn read(start_of_file: &[u8]) -> Result<&Self, FlushMapError> {
        let len = start_of_file.len();
        let page = start_of_file
            .get(..MAP_PAGE_BYTES)
            .ok_or(FlushMapError::Truncated { len })?;
        let (header, _) = Self::ref_from_prefix(page).map_err(|_| FlushMapError::Truncated { len })?;
        let (stored, computed) = (header.checksum.get(), xor::header_checksum(page));
        if stored != computed {
            return Err(FlushMapError::Checksum { stored, computed });
        }
        if header.file_type.get() != FILE_TYPE {
            let found = header.file_type.get();
            return Err(FlushMapError::FileType { found });
        }
        if header.version.get() != VERSION {
            let version = header.version.get();
            return Err(FlushMapError::Version { version });
        }
        Ok(header)
    }

    /// Whether the map is whole as it stands.
    pub fn is_clean(&self) -> bool {
        self.flags.get() & CLEAN != 0
    }

    /// Whether the map belongs to a database with this header, and how one knows; one signature is enough.
    pub fn belongs_to(&self, header: &DbHeader) -> Option<Kinship> {
        let same = |ours: &Signature, theirs: &Signature| ours.is_set() && ours.matches(theirs);
        if same(&self.flush_map_signature, &header.flush_map_signature) {
            Some(Kinship::HeaderNamesMap)
        } else if same(&self.header_flush_signature, &header.header_flush_signature) {
            Some(Kinship::MapNamesHeader)
        } else {
            None
        }
    }
}

/// One page of a flush map.
#[derive(Clone, Copy, Debug)]
pub struct FlushMapPage<'m> {
    index: u32,
    dbtime: Dbtime,
    entries: &'m [u8],
}

impl<'m> FlushMapPage<'m> {
    /// Reads map page `index`, from 0; `None` when it was never written.
    ///
    /// # Errors
    /// [`FlushMapError::Page`].
    pub fn read(page: &'m [u8], index: u32) -> Result<Option<Self>, FlushMapError> {
        let damaged = |source| FlushMapError::Page { index, source };
        if checksum::verify(page, Pgno(index), PageSize::K8).map_err(damaged)? == PageState::Uninitialized {
            return Ok(None);
        }
        let dbtime = page
            .get(8..)
            .and_then(|rest| U64::read_from_prefix(rest).ok())
            .map_or(0, |(dbtime, _)| dbtime.get());
        Ok(Some(Self {
            index,
            dbtime: Dbtime(dbtime),
            entries: page.get(ENTRIES_OFFSET..).unwrap_or_default(),
        }))
    }

    /// Byte offset of map page `index` in its file.
    pub const fn file_offset(index: u32) -> u64 {
        (index as u64 + 1) * MAP_PAGE_BYTES as u64
    }

    /// Number of the map page that tells of database page `pgno`.
    pub const fn index_of(pgno: Pgno) -> u32 {
        pgno.0 / ENTRIES_PER_PAGE
    }

    /// Highest database time of the pages that this map page tells of.
    pub const fn dbtime(&self) -> Dbtime {
        self.dbtime
    }

    /// Flush type of a database page: 0 unknown, else 1 to 3; `None` when another map page tells of it.
    pub fn flush_type(&self, pgno: Pgno) -> Option<u32> {
        if Self::index_of(pgno) != self.index {
            return None;
        }
        let entry = pgno.0 % ENTRIES_PER_PAGE;
        let byte = self.entries.get(entry as usize / 4)?;
        Some(u32::from(*byte) >> (6 - 2 * (entry % 4)) & 3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use alloc::vec::Vec;

    fn header_page() -> Vec<u8> {
        let mut page = vec![0; MAP_PAGE_BYTES];
        let (header, _) = FlushMapHeader::mut_from_prefix(&mut page).unwrap();
        header.version = VERSION.into();
        header.flags = CLEAN.into();
        header.flush_map_signature.random = 7.into();
        header.header_flush_signature.random = 9.into();
        header.file_type = FILE_TYPE.into();
        crate::dbheader::update_checksum(&mut page);
        page
    }

    #[test]
    fn what_is_no_flush_map_is_refused() {
        let good = header_page();
        assert!(FlushMapHeader::read(&good).unwrap().is_clean());
        let spoilt = |offset: usize, value: u8, mend: bool| {
            let mut page = good.clone();
            page[offset] = value;
            if mend {
                crate::dbheader::update_checksum(&mut page);
            }
            FlushMapHeader::read(&page).unwrap_err()
        };
        assert!(matches!(spoilt(300, 1, false), FlushMapError::Checksum { .. }));
        assert_eq!(spoilt(667, 4, true), FlushMapError::FileType { found: 4 });
        assert_eq!(spoilt(4, 2, true), FlushMapError::Version { version: 2 });
        assert_eq!(
            FlushMapHeader::read(&good[..8191]).unwrap_err(),
            FlushMapError::Truncated { len: 8191 }
        );
    }

    #[test]
    fn one_signature_makes_it_the_map_of_a_database() {
        let page = header_page();
        let map = FlushMapHeader::read(&page).unwrap();
        let mut bytes = [0; size_of::<DbHeader>()];
        let header = DbHeader::mut_from_bytes(&mut bytes).unwrap();
        assert_eq!(map.belongs_to(header), None);
        header.header_flush_signature.random = 9.into();
        assert_eq!(map.belongs_to(header), Some(Kinship::MapNamesHeader));
        header.flush_map_signature.random = 7.into();
        assert_eq!(map.belongs_to(header), Some(Kinship::HeaderNamesMap));
        // Bits that hold anything make no other signature.
        header.header_flush_signature = Signature::default();
        header.flush_map_signature.created.high_milliseconds = 0xf1;
        assert_eq!(map.belongs_to(header), Some(Kinship::HeaderNamesMap));
        // None is no signature: two of them are not the same.
        header.flush_map_signature = Signature::default();
        assert_eq!(map.belongs_to(header), None);
    }

    #[test]
    fn entries_go_from_the_high_bits_down() {
        let mut page = vec![0; MAP_PAGE_BYTES];
        page[8] = 77;
        page[36..40].copy_from_slice(&0x2000_u32.to_le_bytes());
        page[64] = 0b00_01_10_11;
        page[8191] = 0b00_00_00_10;
        checksum::update(&mut page, Pgno(1), PageSize::K8);
        let map = FlushMapPage::read(&page, 1).unwrap().unwrap();
        assert_eq!(map.dbtime(), Dbtime(77));
        let types =
            [0, 1, 2, 3, ENTRIES_PER_PAGE - 1].map(|entry| map.flush_type(Pgno(ENTRIES_PER_PAGE + entry)));
        assert_eq!(types, [Some(0), Some(1), Some(2), Some(3), Some(2)]);
        assert_eq!(map.flush_type(Pgno(1)), None);
        assert!(matches!(
            FlushMapPage::read(&page, 0),
            Err(FlushMapError::Page { index: 0, .. })
        ));
        assert!(FlushMapPage::read(&[0; MAP_PAGE_BYTES], 0).unwrap().is_none());
    }
}
