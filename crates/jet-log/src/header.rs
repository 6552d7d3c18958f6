//! The header of a log file: its first 4096 bytes, of which there is no second copy.
//!
//! [`LogHeader::read`] checks what can be told from the bytes alone, in the order in which the faults of a foreign
//! file are best explained; [`LogHeader::check_stream`] compares with what is known of the stream.
//! Source: `docs/format/log-file.md`; ESE `LGFILEHDR`.

use core::fmt;

use jet_pages::PageSize;
use jet_pages::checksum::xor;
use jet_pages::dbheader::{LogTime, RawLgpos, Signature};
use zerocopy::little_endian::{U16, U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::attach::{self, AttachListError, Attachment};
use crate::params::InstanceParams;
use crate::segment::SEGMENT_BYTES;
use crate::{Generation, Lgpos};

/// Bytes of the header sector.
pub const HEADER_BYTES: usize = SEGMENT_BYTES;
/// Number of log files among the types of ESE files.
pub const FILE_TYPE_LOG: u32 = 3;

macro_rules! header_fields {
    ($($(#[$doc:meta])* $offset:literal $name:ident: $type:ty,)*) => {
        /// The header of a log file as stored.
        #[derive(Clone, Debug, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
        #[repr(C)]
        pub struct LogHeader {
            $($(#[$doc])* pub $name: $type,)*
        }
        const _: () = { $(assert!(core::mem::offset_of!(LogHeader, $name) == $offset);)* };
    };
}

header_fields! {
    /// XOR over the header sector, see [`xor::header_checksum`].
    0 checksum: U32,
    /// Generation of this file.
    4 generation: U32,
    /// Bytes of a sector: 4096.
    8 sector_bytes: U16,
    /// Sectors of the header: 1.
    10 header_sectors: U16,
    /// Sectors of the file.
    12 file_sectors: U16,
    /// Page size of the databases; 0 stands for 4096.
    14 page_size: U16,
    /// When this generation was created.
    16 created: LogTime,
    /// When the generation before was created; not set in generation 1.
    24 previous_created: LogTime,
    /// See [`LogVersion`].
    32 major: U32,
    /// See [`LogVersion`].
    36 minor: U32,
    /// See [`LogVersion`].
    40 update_major: U32,
    /// Identity of the log stream.
    44 signature: Signature,
    /// Settings of the instance that wrote the file.
    72 params: InstanceParams,
    /// 1 made from a reserve log, 2 circular logging is on, 4 it was on at some time in this stream.
    639 flags: u8,
    /// Checkpoint when the file was created.
    640 checkpoint: RawLgpos,
    /// See [`LogVersion`].
    648 update_minor: U32,
    /// Sector size of the disk; 0: not known.
    652 disk_sectors: u8,
    /// XOR of the checksums of all segments of the generation before; 0 if that is not known.
    653 previous_checksum: U64,
    /// Newest format that the writing engine knew.
    661 engine_format_max: U32,
    /// Zero.
    665 reserved: U16,
    /// [`FILE_TYPE_LOG`]; 0 in old files.
    667 file_type: U32,
    /// See [`attach::read_list`].
    671 attachments: [u8; attach::LIST_BYTES],
    /// Zero.
    2719 padding: [u8; 1377],
}

const _: () = assert!(size_of::<LogHeader>() == HEADER_BYTES);

/// Version of a log: what record types and fields it may hold. Never lower than that of the generation before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogVersion {
    /// 8.
    pub major: u32,
    /// 4000.
    pub minor: u32,
    /// Counts incompatible additions.
    pub update_major: u32,
    /// Counts additions.
    pub update_minor: u32,
}

impl LogVersion {
    /// The newest version whose records are known.
    pub const NEWEST: Self = Self::update(130, 280);
    /// What new streams have: every engine since Windows 10 of 2015 and Server 2016 reads it.
    pub const COMMON: Self = Self::update(5, 16);
    /// From here on the header knows the accumulated checksum of the generation before.
    pub const PREVIOUS_CHECKSUM: Self = Self::update(5, 13);
    /// From here on checkpoints have the list of attached databases.
    pub const CHECKPOINT_ATTACHMENTS: Self = Self::update(4, 3);
    /// From here on commit contexts begin with a byte of flags.
    pub const COMMIT_CONTEXT_FLAGS: Self = Self::update(5, 2);

    const fn update(update_major: u32, update_minor: u32) -> Self {
        Self {
            major: 8,
            minor: 4000,
            update_major,
            update_minor,
        }
    }

    /// Whether files of this version can be read.
    pub fn is_readable(self) -> bool {
        let newest = Self::NEWEST;
        (self.major, self.minor) == (newest.major, newest.minor) && self <= newest
    }
}

impl fmt::Display for LogVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}.{}.{}.{}",
            self.major, self.minor, self.update_major, self.update_minor
        )
    }
}

/// Why a file is no log file that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogHeaderError {
    /// The file has no room for a header.
    #[error("it has {len} bytes, a log header has 4096")]
    Truncated {
        /// Bytes that there are.
        len: usize,
    },
    /// The checksum of the header is wrong.
    #[error("the checksum of its header is {stored:#010x} but should be {computed:#010x}")]
    Checksum {
        /// Checksum in the header.
        stored: u32,
        /// Checksum of its bytes.
        computed: u32,
    },
    /// The file is another kind of ESE file.
    #[error("it is no log file but a file of type {file_type}")]
    OtherFile {
        /// 1 database, 4 checkpoint, 7 flush map, 8 revert snapshot.
        file_type: u32,
    },
    /// The version is not known.
    #[error("it has log version {found}, known is 8.4000.0.0 to {}", LogVersion::NEWEST)]
    Version {
        /// Version of the file.
        found: LogVersion,
    },
    /// Sectors or header have a size that this version never has, or there is no generation number.
    #[error("its header says {field} {found}")]
    Field {
        /// Which field.
        field: &'static str,
        /// What it says.
        found: u32,
    },
}

/// What is known of a stream before one of its files is opened. `None`: not known.
#[derive(Clone, Copy, Debug, Default)]
pub struct Expected {
    /// Identity of the stream.
    pub signature: Option<Signature>,
    /// Page size of the databases.
    pub page_size: Option<PageSize>,
    /// Bytes of every log file.
    pub file_bytes: Option<u64>,
}

/// How a file differs from what is known of its stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StreamMismatch {
    /// It belongs to another stream.
    #[error("it belongs to another log stream")]
    Signature,
    /// Its databases have other pages.
    #[error("its databases have pages of {found} bytes instead of {expected}")]
    PageSize {
        /// Bytes of a page as the header says.
        found: u16,
        /// Bytes of a page.
        expected: PageSize,
    },
    /// The file is not as long as its header says.
    #[error("it has {found} bytes, its header says {expected}")]
    FileSize {
        /// Bytes of the file.
        found: u64,
        /// Bytes that the header says.
        expected: u64,
    },
    /// The header says another length than the files of this stream have.
    #[error("its files have {found} bytes instead of {expected}")]
    WantedSize {
        /// Bytes that the header says.
        found: u64,
        /// Bytes wanted.
        expected: u64,
    },
}

impl LogHeader {
    /// Reads the header out of the first bytes of a log file.
    ///
    /// # Errors
    /// The first of: too short, checksum, other kind of file, version, sector size, numbers that cannot be.
    pub fn read(bytes: &[u8]) -> Result<&Self, LogHeaderError> {
        let truncated = LogHeaderError::Truncated { len: bytes.len() };
        let (sector, _) = bytes.split_first_chunk::<HEADER_BYTES>().ok_or(truncated)?;
        let header: &Self = zerocopy::transmute_ref!(sector);
        let (stored, computed) = (header.checksum.get(), xor::header_checksum(sector));
        if stored != computed {
            return Err(LogHeaderError::Checksum { stored, computed });
        }
        let file_type = header.file_type.get();
        if !matches!(file_type, 0 | FILE_TYPE_LOG) {
            return Err(LogHeaderError::OtherFile { file_type });
        }
        let found = header.version();
        if !found.is_readable() {
            return Err(LogHeaderError::Version { found });
        }
        let field = |field, found| Err(LogHeaderError::Field { field, found });
        match (
            header.sector_bytes.get(),
            header.header_sectors.get(),
            header.file_sectors.get(),
        ) {
            (4096, 1, 3..) => {}
            (4096, 1, sectors) => return field("file sectors", u32::from(sectors)),
            (4096, sectors, _) => return field("header sectors", u32::from(sectors)),
            (bytes, ..) => return field("sector bytes", u32::from(bytes)),
        }
        match header.generation.get() {
            1..0x8000_0000 => Ok(header),
            generation => field("generation", generation),
        }
    }

    /// Compares with what is known of the stream. `file_bytes`: length of this file.
    ///
    /// # Errors
    /// The first of: signature, page size, length of the file, length wanted.
    pub fn check_stream(&self, expected: &Expected, file_bytes: u64) -> Result<(), StreamMismatch> {
        if expected
            .signature
            .is_some_and(|stream| !stream.matches(&self.signature))
        {
            return Err(StreamMismatch::Signature);
        }
        if let Some(expected) = expected
            .page_size
            .filter(|&size| self.named_page_size() != Some(size))
        {
            return Err(StreamMismatch::PageSize {
                found: self.page_size.get(),
                expected,
            });
        }
        let named = self.file_bytes();
        if file_bytes != named {
            return Err(StreamMismatch::FileSize {
                found: file_bytes,
                expected: named,
            });
        }
        match expected.file_bytes {
            Some(expected) if expected != named => Err(StreamMismatch::WantedSize {
                found: named,
                expected,
            }),
            _ => Ok(()),
        }
    }

    /// Generation of this file.
    pub fn generation(&self) -> Generation {
        Generation(self.generation.get())
    }

    /// Version of the records.
    pub fn version(&self) -> LogVersion {
        LogVersion {
            major: self.major.get(),
            minor: self.minor.get(),
            update_major: self.update_major.get(),
            update_minor: self.update_minor.get(),
        }
    }

    /// Page size of the databases, if the format has it.
    pub fn named_page_size(&self) -> Option<PageSize> {
        match self.page_size.get() {
            0 => Some(PageSize::K4),
            bytes => PageSize::from_bytes(u32::from(bytes)),
        }
    }

    /// Length of the file.
    pub fn file_bytes(&self) -> u64 {
        u64::from(self.file_sectors.get()) * SEGMENT_BYTES as u64
    }

    /// Checkpoint when the file was created.
    pub fn checkpoint(&self) -> Lgpos {
        self.checkpoint.into()
    }

    /// The databases attached when the file was created.
    ///
    /// # Errors
    /// [`AttachListError`] when the list is cut off.
    pub fn attachments(&self) -> Result<Vec<Attachment>, AttachListError> {
        attach::read_list(&self.attachments)
    }

    /// Whether the file was made from a reserve log, for lack of space.
    pub fn is_from_reserve(&self) -> bool {
        self.flags & 1 != 0
    }

    /// Whether circular logging was on when the file was written.
    pub fn is_circular(&self) -> bool {
        self.flags & 2 != 0
    }

    /// Whether circular logging was on at some time in this stream, so that generations may be missing.
    pub fn was_circular(&self) -> bool {
        self.flags & 4 != 0
    }

    /// Stores the checksum after a change.
    pub fn update_checksum(&mut self) {
        self.checksum = xor::header_checksum(self.as_bytes()).into();
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A header of generation `generation` in a file of `sectors` sectors.
    pub(crate) fn sample(generation: u32, sectors: u16) -> LogHeader {
        let mut header: LogHeader = zerocopy::transmute!([0_u8; HEADER_BYTES]);
        header.generation = generation.into();
        header.sector_bytes = 4096.into();
        header.header_sectors = 1.into();
        header.file_sectors = sectors.into();
        header.page_size = 4096.into();
        header.major = 8.into();
        header.minor = 4000.into();
        header.update_major = 5.into();
        header.update_minor = 16.into();
        header.signature.random = 77.into();
        header.file_type = FILE_TYPE_LOG.into();
        header.update_checksum();
        header
    }

    fn changed(change: impl FnOnce(&mut LogHeader)) -> LogHeaderError {
        let mut header = sample(7, 16);
        change(&mut header);
        header.update_checksum();
        LogHeader::read(header.as_bytes()).unwrap_err()
    }

    #[test]
    fn faults_are_told_in_order() {
        let header = sample(7, 16);
        assert!(LogHeader::read(header.as_bytes()).is_ok());
        let len = HEADER_BYTES - 1;
        assert_eq!(
            LogHeader::read(&header.as_bytes()[..len]).unwrap_err(),
            LogHeaderError::Truncated { len }
        );
        let mut bytes = header.as_bytes().to_vec();
        bytes[100] ^= 1;
        assert!(matches!(
            LogHeader::read(&bytes),
            Err(LogHeaderError::Checksum { .. })
        ));
        assert_eq!(
            changed(|h| (h.file_type, h.major) = (4.into(), 9.into())),
            LogHeaderError::OtherFile { file_type: 4 }
        );
        let too_new = changed(|h| (h.update_major, h.update_minor) = (130.into(), 281.into()));
        assert_eq!(
            too_new.to_string(),
            "it has log version 8.4000.130.281, known is 8.4000.0.0 to 8.4000.130.280"
        );
        assert!(matches!(
            changed(|h| (h.major, h.minor) = (7.into(), 3704.into())),
            LogHeaderError::Version { .. }
        ));
        for (change, field) in [
            (
                (|h| h.sector_bytes = 512.into()) as fn(&mut LogHeader),
                "sector bytes",
            ),
            (|h| h.header_sectors = 2.into(), "header sectors"),
            (|h| h.file_sectors = 2.into(), "file sectors"),
            (|h| h.generation = 0.into(), "generation"),
        ] {
            assert!(matches!(changed(change), LogHeaderError::Field { field: found, .. } if found == field));
        }
    }

    #[test]
    fn a_file_is_compared_with_its_stream() {
        let header = sample(7, 16);
        let mut expected = Expected {
            signature: Some(header.signature),
            page_size: Some(PageSize::K4),
            file_bytes: Some(16 * 4096),
        };
        assert_eq!(header.check_stream(&expected, 16 * 4096), Ok(()));
        assert!(matches!(
            header.check_stream(&expected, 15 * 4096),
            Err(StreamMismatch::FileSize { found: 61440, .. })
        ));
        expected.file_bytes = Some(4096);
        assert!(matches!(
            header.check_stream(&expected, 16 * 4096),
            Err(StreamMismatch::WantedSize { .. })
        ));
        expected.page_size = Some(PageSize::K8);
        assert!(matches!(
            header.check_stream(&expected, 16 * 4096),
            Err(StreamMismatch::PageSize { .. })
        ));
        expected.signature = Some(Signature::default());
        assert_eq!(header.check_stream(&expected, 0), Err(StreamMismatch::Signature));
    }
}
