//! The database file header: 748 bytes at the start of the file, and a shadow copy one page further.
//!
//! The page size is not known before the header is read, so each size is tried: a copy counts as sound when the
//! checksum over a page of that size agrees and the header names the same size. The first copy wins when both are
//! sound. Source: `docs/format/file-header.md`; ESE `DBFILEHDR`.

use zerocopy::little_endian::{U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

pub use crate::stamps::{BackupInfo, LogTime, RawLgpos, Signature};

use crate::checksum::xor;
use crate::{Dbtime, Objid, PageSize};

/// First bytes of every ESE file.
pub const MAGIC: u32 = 0x89ab_cdef;
/// The only major version of the format in use since Windows 2000.
pub const FORMAT_VERSION: u32 = 0x620;
/// The newest format revision (`update_major`) whose files this crate is known to read.
pub const NEWEST_KNOWN_REVISION: u32 = 300;

/// State of a database. Source: `docs/format/file-header.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DbState {
    /// 1: creation was not completed; there may be no catalog.
    JustCreated,
    /// 2: in use, or left by a crash: complete only with its logs.
    DirtyShutdown,
    /// 3: every page is written.
    CleanShutdown,
    /// 4: an old format was being upgraded.
    BeingConverted,
    /// 5: obsolete.
    ForceDetach,
    /// 6: pages were being copied from another replica.
    IncrementalReseedInProgress,
    /// 7: as 6, finished, to be recovered.
    DirtyAndPatchedShutdown,
    /// 8: pages were being set back to an earlier moment.
    RevertInProgress,
    /// Any other number.
    Unknown(u32),
}

impl DbState {
    /// The number as stored.
    pub const fn number(self) -> u32 {
        match self {
            Self::JustCreated => 1,
            Self::DirtyShutdown => 2,
            Self::CleanShutdown => 3,
            Self::BeingConverted => 4,
            Self::ForceDetach => 5,
            Self::IncrementalReseedInProgress => 6,
            Self::DirtyAndPatchedShutdown => 7,
            Self::RevertInProgress => 8,
            Self::Unknown(number) => number,
        }
    }

    /// The state of a stored number.
    pub const fn from_number(number: u32) -> Self {
        match number {
            1 => Self::JustCreated,
            2 => Self::DirtyShutdown,
            3 => Self::CleanShutdown,
            4 => Self::BeingConverted,
            5 => Self::ForceDetach,
            6 => Self::IncrementalReseedInProgress,
            7 => Self::DirtyAndPatchedShutdown,
            8 => Self::RevertInProgress,
            other => Self::Unknown(other),
        }
    }
}

macro_rules! header_fields {
    ($($(#[$doc:meta])* $offset:literal $name:ident: $type:ty,)*) => {
        /// The database file header as stored.
        #[derive(Clone, Debug, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
        #[repr(C)]
        pub struct DbHeader {
            $($(#[$doc])* pub $name: $type,)*
        }
        const _: () = { $(assert!(core::mem::offset_of!(DbHeader, $name) == $offset);)* };
    };
}

header_fields! {
    /// XOR over the header page, see [`xor::header_checksum`].
    0 checksum: U32,
    /// [`MAGIC`].
    4 magic: U32,
    /// [`FORMAT_VERSION`].
    8 version: U32,
    /// 0: database.
    12 attributes: U32,
    /// Database time last handed out; not kept current while the database is in use.
    16 dbtime_dirtied: U64,
    /// Identity of the database.
    24 db_signature: Signature,
    /// See [`DbState`].
    52 state: U32,
    /// Log position of the last clean detach.
    56 consistent_lgpos: RawLgpos,
    /// Its time.
    64 consistent_time: LogTime,
    /// When it was attached.
    72 attach_time: LogTime,
    /// Log position of that.
    80 attach_lgpos: RawLgpos,
    /// When it was detached; not set while attached.
    88 detach_time: LogTime,
    /// Log position of that.
    96 detach_lgpos: RawLgpos,
    /// Slot in the log stream.
    104 dbid: U32,
    /// Identity of the log stream; none if never logged.
    108 log_signature: Signature,
    /// Full backup before the current one.
    136 full_backup_prev: BackupInfo,
    /// Incremental backup before the current one.
    160 incremental_backup_prev: BackupInfo,
    /// Full backup under way.
    184 full_backup: BackupInfo,
    /// Byte 0: 1 shadow catalog off, 2 upgrade under way; byte 3: 1 and 2 who attached it, 8 page-count cache in use.
    208 db_flags: U32,
    /// Highest object id handed out.
    212 objid_last: U32,
    /// Windows version that last attached the file.
    216 os_major: U32,
    /// Minor part of that.
    220 os_minor: U32,
    /// Build of that.
    224 os_build: U32,
    /// Service pack of that.
    228 os_service_pack: U32,
    /// Format revision.
    232 update_major: U32,
    /// Page size in bytes; 0 means 4096.
    236 page_size: U32,
    /// How often the file was repaired.
    240 repair_count: U32,
    /// When last.
    244 repair_time: LogTime,
    /// Obsolete.
    252 slv_signature: Signature,
    /// Database time of the last scrubbing.
    280 dbtime_last_scrub: U64,
    /// When that was.
    288 scrub_time: LogTime,
    /// First log generation needed to recover; 0 when clean.
    296 generation_min_required: U32,
    /// Last log generation needed to recover; 0 when clean.
    300 generation_max_required: U32,
    /// Pages of an obsolete upgrade.
    304 upgrade_pages: [U32; 3],
    /// Snapshot backup under way.
    316 snapshot_backup: BackupInfo,
    /// Format version that the file was created with.
    340 create_version: U32,
    /// Format revision that the file was created with.
    344 create_update: U32,
    /// Creation time of the newest log needed or committed to.
    348 generation_max_created: LogTime,
    /// Kind of the previous full backup: 0 streaming, 1 snapshot.
    356 full_backup_prev_kind: U32,
    /// Kind of the previous incremental backup.
    360 incremental_backup_prev_kind: U32,
    /// Repairs before the last defragmentation.
    364 repair_count_old: U32,
    /// Flipped bits mended.
    368 ecc_fixed: U32,
    /// When last.
    372 ecc_fixed_time: LogTime,
    /// Flipped bits mended before the last defragmentation.
    380 ecc_fixed_old: U32,
    /// Damaged pages that could not be mended.
    384 ecc_failed: U32,
    /// When last.
    388 ecc_failed_time: LogTime,
    /// The same before the last defragmentation.
    396 ecc_failed_old: U32,
    /// Pages with a bad checksum.
    400 bad_checksums: U32,
    /// When last.
    404 bad_checksum_time: LogTime,
    /// The same before the last defragmentation.
    412 bad_checksums_old: U32,
    /// Last log generation that holds commits of this database; 0 when clean.
    416 generation_max_committed: U32,
    /// Copy backup.
    420 copy_backup_prev: BackupInfo,
    /// Differential backup.
    444 differential_backup_prev: BackupInfo,
    /// Kind of the copy backup.
    468 copy_backup_prev_kind: U32,
    /// Kind of the differential backup.
    472 differential_backup_prev_kind: U32,
    /// Incremental reseeds.
    476 reseed_count: U32,
    /// When last.
    480 reseed_time: LogTime,
    /// The same before the last defragmentation.
    488 reseed_count_old: U32,
    /// Pages patched.
    492 patch_count: U32,
    /// When last.
    496 patch_time: LogTime,
    /// The same before the last defragmentation.
    504 patch_count_old: U32,
    /// Sort version; all ones in ordinary files.
    508 sort_version: U64,
    /// When the last database scan ended.
    516 scan_prev_time: LogTime,
    /// When the current database scan began.
    524 scan_start_time: LogTime,
    /// How far it got.
    532 scan_pgno: U32,
    /// Log generation being recovered.
    536 generation_recovering: U32,
    /// How often the file grew.
    540 extend_count: U32,
    /// When last.
    544 extend_time: LogTime,
    /// How often the file shrank.
    552 shrink_count: U32,
    /// When last.
    556 shrink_time: LogTime,
    /// When the file was last attached anew.
    564 reattach_time: LogTime,
    /// Log position of that.
    572 reattach_lgpos: RawLgpos,
    /// How often free space was given back to the file system.
    580 trim_count: U32,
    /// Renewed whenever the header is written.
    584 header_flush_signature: Signature,
    /// Copy of the flush map's signature.
    612 flush_map_signature: Signature,
    /// Oldest log generation with changes not written; 0 when clean.
    640 generation_min_consistent: U32,
    /// Minor part of the format revision.
    644 update_minor: U32,
    /// Newest format that the attaching engine knew.
    648 engine_format_max: U32,
    /// Highest page seen by a database scan.
    652 scan_highest_pgno: U32,
    /// Log position of the last change of size.
    656 resize_lgpos: RawLgpos,
    /// Zero.
    664 reserved: [u8; 3],
    /// 1 database, 5 temporary database.
    667 file_type: U32,
    /// Zero.
    671 reserved2: u8,
    /// Creation time of the newest log required.
    672 generation_max_required_created: LogTime,
    /// Oldest generation with changes not written, before redo.
    680 generation_pre_redo_min_consistent: U32,
    /// First generation required, before redo.
    684 generation_pre_redo_min_required: U32,
    /// Signature of the revert snapshot.
    688 snapshot_flush_signature: Signature,
    /// How often the file was set back.
    716 revert_count: U32,
    /// From which moment.
    720 revert_from: LogTime,
    /// To which moment.
    728 revert_to: LogTime,
    /// How many pages.
    736 revert_page_count: U32,
    /// Last commit before that.
    740 commit_before_revert: RawLgpos,
}

const _: () = assert!(size_of::<DbHeader>() == 748);

impl DbHeader {
    /// State of the database.
    pub fn db_state(&self) -> DbState {
        DbState::from_number(self.state.get())
    }

    /// Database time last handed out.
    pub fn dbtime(&self) -> Dbtime {
        Dbtime(self.dbtime_dirtied.get())
    }

    /// Highest object id handed out.
    pub fn last_objid(&self) -> Objid {
        Objid(self.objid_last.get())
    }

    /// Page size as the header names it.
    pub fn named_page_size(&self) -> Option<PageSize> {
        match self.page_size.get() {
            0 => Some(PageSize::K4),
            bytes => PageSize::from_bytes(bytes),
        }
    }

    /// Whether the second catalog is kept; else its table is empty.
    pub fn has_shadow_catalog(&self) -> bool {
        self.db_flags.get() & 1 == 0
    }
}

/// Why one copy of the header cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CopyError {
    /// The file ends before it.
    #[error("the file ends before it")]
    Missing,
    /// The bytes do not begin as those of an ESE file.
    #[error("it does not begin as an ESE file does")]
    NoMagic,
    /// The checksum agrees for no page size that the header could name.
    #[error("its checksum is wrong")]
    Checksum,
    /// The header is that of another kind of ESE file.
    #[error("it is that of another kind of file (type {file_type}, attributes {attributes})")]
    OtherFile {
        /// 3 log, 4 checkpoint, 7 flush map, 8 revert snapshot.
        file_type: u32,
        /// 1: streaming file.
        attributes: u32,
    },
    /// The format is older than any that is read.
    #[error("it has format version {version:#x}.{revision}, known is 0x620")]
    Version {
        /// Major version.
        version: u32,
        /// Revision.
        revision: u32,
    },
}

/// Neither copy of the header can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the header cannot be used: {primary}; nor the shadow header: {shadow}")]
pub struct HeaderError {
    /// What is wrong with the header.
    pub primary: CopyError,
    /// What is wrong with its shadow.
    pub shadow: CopyError,
}

/// Which copy the header was read from, and what the other one is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderSource {
    /// The first copy; the shadow is the same.
    Both,
    /// The first copy; the shadow is sound but another one: a crash came between the two writes.
    PrimaryNewer,
    /// The first copy; the shadow is damaged.
    PrimaryOnly(CopyError),
    /// The shadow: the first copy is damaged.
    Shadow(CopyError),
}

/// A file header that may be used.
#[derive(Clone, Debug)]
pub struct HeaderRead {
    /// The fields.
    pub header: DbHeader,
    /// Page size of the file.
    pub page_size: PageSize,
    /// Which copy it is.
    pub source: HeaderSource,
}

/// Reads the file header out of the first bytes of a file: the first 64 KiB, or the whole file when it is shorter.
///
/// # Errors
/// [`HeaderError`] when neither copy can be used.
pub fn read_header(start_of_file: &[u8]) -> Result<HeaderRead, HeaderError> {
    let shadow = || {
        let copies = PageSize::ALL.map(|size| (size, read_copy(start_of_file.get(size.bytes()..), &[size])));
        let sound = copies.iter().find_map(|(_, copy)| copy.as_ref().ok().cloned());
        // The most telling reason: a copy that at least begins like a header.
        let reasons = || copies.iter().filter_map(|(_, copy)| copy.as_ref().err().copied());
        let reason = reasons().find(|&e| e != CopyError::NoMagic && e != CopyError::Missing);
        sound.ok_or(reason.or_else(|| reasons().next()).unwrap_or(CopyError::Missing))
    };
    match read_copy(Some(start_of_file), &PageSize::ALL) {
        Ok((header, page_size)) => {
            let source = match read_copy(start_of_file.get(page_size.bytes()..), &[page_size]) {
                Ok((second, _)) if second.as_bytes() == header.as_bytes() => HeaderSource::Both,
                Ok(_) => HeaderSource::PrimaryNewer,
                Err(error) => HeaderSource::PrimaryOnly(error),
            };
            Ok(HeaderRead {
                header,
                page_size,
                source,
            })
        }
        Err(primary) => match shadow() {
            Ok((header, page_size)) => Ok(HeaderRead {
                header,
                page_size,
                source: HeaderSource::Shadow(primary),
            }),
            Err(shadow) => Err(HeaderError { primary, shadow }),
        },
    }
}

fn read_copy(bytes: Option<&[u8]>, sizes: &[PageSize]) -> Result<(DbHeader, PageSize), CopyError> {
    let bytes = bytes.ok_or(CopyError::Missing)?;
    let (header, _) = DbHeader::ref_from_prefix(bytes).map_err(|_| CopyError::Missing)?;
    if header.magic.get() != MAGIC {
        return Err(CopyError::NoMagic);
    }
    let agrees = |size: &&PageSize| {
        let page = bytes.get(..size.bytes());
        page.is_some_and(|page| xor::header_checksum(page) == header.checksum.get())
            && header.named_page_size() == Some(**size)
    };
    let other_file = |header: &DbHeader| CopyError::OtherFile {
        file_type: header.file_type.get(),
        attributes: header.attributes.get(),
    };
    let is_database = header.attributes.get() == 0 && matches!(header.file_type.get(), 0 | 1 | 5);
    let Some(&size) = sizes.iter().find(agrees) else {
        // Checkpoints, flush maps and logs have the same first words; say so rather than "damaged".
        return Err(if is_database || header.file_type.get() > 8 {
            CopyError::Checksum
        } else {
            other_file(header)
        });
    };
    if !is_database {
        return Err(other_file(header));
    }
    if header.version.get() != FORMAT_VERSION {
        return Err(CopyError::Version {
            version: header.version.get(),
            revision: header.update_major.get(),
        });
    }
    Ok((header.clone(), size))
}

/// Stores the checksum of a header page. `page` is the whole page.
pub fn update_checksum(page: &mut [u8]) {
    let sum = xor::header_checksum(page);
    if let Some(first) = page.first_chunk_mut() {
        *first = sum.to_le_bytes();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use alloc::vec::Vec;

    fn file(size: PageSize) -> Vec<u8> {
        let mut page = vec![0; size.bytes()];
        let (header, _) = DbHeader::mut_from_prefix(&mut page).unwrap();
        header.magic = MAGIC.into();
        header.version = FORMAT_VERSION.into();
        header.page_size = size.bytes_u32().into();
        header.state = 3.into();
        header.file_type = 1.into();
        update_checksum(&mut page);
        [page.clone(), page].concat()
    }

    #[test]
    fn the_first_sound_copy_wins() {
        for size in PageSize::ALL {
            let mut bytes = file(size);
            let read = read_header(&bytes).unwrap();
            assert_eq!((read.page_size, read.source), (size, HeaderSource::Both));
            assert_eq!(read.header.db_state(), DbState::CleanShutdown);

            bytes[size.bytes() + 500] ^= 1;
            assert_eq!(
                read_header(&bytes).unwrap().source,
                HeaderSource::PrimaryOnly(CopyError::Checksum)
            );
            update_checksum(&mut bytes[size.bytes()..]);
            assert_eq!(read_header(&bytes).unwrap().source, HeaderSource::PrimaryNewer);

            bytes[700] ^= 1;
            let read = read_header(&bytes).unwrap();
            assert_eq!(
                (read.page_size, read.source),
                (size, HeaderSource::Shadow(CopyError::Checksum))
            );

            bytes[size.bytes() + 600] ^= 1;
            let error = read_header(&bytes).unwrap_err();
            assert_eq!(
                error,
                HeaderError {
                    primary: CopyError::Checksum,
                    shadow: CopyError::Checksum
                }
            );
        }
    }

    #[test]
    fn what_is_no_database_is_named() {
        assert_eq!(read_header(&[]).unwrap_err().primary, CopyError::Missing);
        assert_eq!(read_header(&[7; 70000]).unwrap_err().primary, CopyError::NoMagic);
        let mut bytes = file(PageSize::K4);
        for copy in bytes.chunks_mut(4096) {
            copy[667] = 7;
            update_checksum(copy);
        }
        let other = CopyError::OtherFile {
            file_type: 7,
            attributes: 0,
        };
        assert_eq!(
            read_header(&bytes).unwrap_err(),
            HeaderError {
                primary: other,
                shadow: other
            }
        );
    }
}
