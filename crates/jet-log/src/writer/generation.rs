//! The files of a stream that is being written: the next one is prepared under a name that counts for nothing, and only
//! a whole one that is on the disk gets the name of the current log.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jet_io::{File, FileSystem, IoError, OpenMode};
use jet_pages::PageSize;
use jet_pages::dbheader::{LogTime, Signature};
use zerocopy::{FromZeros, IntoBytes};

use super::LogWriteError;
use crate::attach::{self, Attachment};
use crate::file::Repair;
use crate::header::{FILE_TYPE_LOG, LogHeader, LogVersion};
use crate::names::LogNames;
use crate::outside::Clock;
use crate::params::InstanceParams;
use crate::segment::{self, SEGMENT_BYTES, Sector};
use crate::{Generation, Lgpos, LogFile};

/// Where a stream lies, and what its writer uses.
#[derive(Clone, Debug)]
pub struct LogFolder {
    /// The file system.
    pub fs: Arc<dyn FileSystem>,
    /// Tells when segments begin.
    pub clock: Arc<dyn Clock>,
    /// The folder.
    pub path: PathBuf,
    /// Names of the files in it.
    pub names: LogNames,
}

/// What the header of a new generation says.
#[derive(Clone, Copy, Debug)]
pub struct RollInfo<'r> {
    /// When the generation is created.
    pub created: LogTime,
    /// The databases attached at its start.
    pub attachments: &'r [Attachment],
    /// The checkpoint at that time.
    pub checkpoint: Lgpos,
}

/// What the files of a new stream are like.
#[derive(Clone, Debug)]
pub struct NewStream<'n> {
    /// Identity of the stream.
    pub signature: Signature,
    /// When its first generation is created.
    pub created: LogTime,
    /// Page size of the databases.
    pub page_size: PageSize,
    /// Sectors of a file; 16 (64 KiB) or more.
    pub file_sectors: u16,
    /// What records it may hold; see [`LogVersion::COMMON`].
    pub version: LogVersion,
    /// Settings of the instance.
    pub params: &'n InstanceParams,
    /// Newest format that this engine knows; says nothing to a reader.
    pub engine_format_max: u32,
}

/// What is going on, which decides how far generations may be numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogPhase {
    /// Recovery: some numbers are kept for it, so that it can always finish.
    Recovering,
    /// Everything else.
    Running,
}

impl LogPhase {
    /// The highest generation that may be created.
    pub const fn highest_generation(self) -> Generation {
        match self {
            Self::Running => Generation(0x7fff_f800),
            Self::Recovering => Generation(0x7fff_fa00),
        }
    }
}

/// What the engine that writes is like. Each generation is created by what holds then.
#[derive(Clone, Debug)]
pub struct LogEngine {
    /// What is going on.
    pub phase: LogPhase,
    /// Settings of the instance; `None`: as in the generation before.
    pub params: Option<Box<InstanceParams>>,
    /// What records it wants to write. A stream never goes back to a lower version, whatever stands here; `None`: that
    /// of the generation before.
    pub version: Option<LogVersion>,
}

impl LogEngine {
    /// An engine that leaves everything as it is in the stream.
    pub const fn in_phase(phase: LogPhase) -> Self {
        Self {
            phase,
            params: None,
            version: None,
        }
    }
}

/// Fewest sectors of a file.
const FILE_SECTORS_MIN: u16 = 16;
/// The file was made from a reserve log; says nothing about the next one.
pub(crate) const FLAG_RESERVE: u8 = 1;
const FLAG_CIRCULAR: u8 = 2;
const FLAG_WAS_CIRCULAR: u8 = 4;
/// Zeros are written in parts of this size.
const ZEROS_BYTES: usize = 1 << 18;

/// Header of the first generation.
pub(super) fn first_header(stream: &NewStream<'_>) -> Result<Box<LogHeader>, LogWriteError> {
    let file_sectors = stream.file_sectors;
    if file_sectors < FILE_SECTORS_MIN {
        return Err(LogWriteError::FileSize { file_sectors });
    }
    let mut header = Box::new(LogHeader::new_zeroed());
    header.generation = Generation::FIRST.0.into();
    header.sector_bytes = 4096.into();
    header.header_sectors = 1.into();
    header.file_sectors = file_sectors.into();
    // The largest page has 32768 bytes.
    header.page_size = u16::try_from(stream.page_size.bytes()).unwrap_or(0).into();
    header.created = stream.created;
    header.major = stream.version.major.into();
    header.minor = stream.version.minor.into();
    header.update_major = stream.version.update_major.into();
    header.update_minor = stream.version.update_minor.into();
    header.signature = stream.signature;
    header.params = stream.params.clone();
    if stream.params.is_circular() {
        header.flags = FLAG_CIRCULAR;
    }
    header.checkpoint = Lgpos {
        generation: Generation::FIRST,
        sector: 1,
        byte: 0,
    }
    .to_raw();
    header.engine_format_max = stream.engine_format_max.into();
    header.file_type = FILE_TYPE_LOG.into();
    Ok(header)
}

/// Header of the generation after that of `old`; the checksum of its segments is still missing.
pub(super) fn next_header(
    old: &LogHeader,
    engine: &LogEngine,
    info: &RollInfo<'_>,
) -> Result<Box<LogHeader>, LogWriteError> {
    let highest = engine.phase.highest_generation();
    let next = old.generation().next().filter(|next| *next <= highest);
    let next = next.ok_or(LogWriteError::SequenceEnd { highest })?;
    let mut header = Box::new(old.clone());
    header.generation = next.0.into();
    header.previous_created = old.created;
    header.created = info.created;
    header.checkpoint = info.checkpoint.to_raw();
    header.flags &= !(FLAG_RESERVE | FLAG_CIRCULAR);
    if old.flags & FLAG_CIRCULAR != 0 {
        header.flags |= FLAG_WAS_CIRCULAR;
    }
    if let Some(params) = &engine.params {
        header.params = (**params).clone();
    }
    if header.params.is_circular() {
        header.flags |= FLAG_CIRCULAR;
    }
    if let Some(version) = engine.version {
        header.update_major = old.update_major.max(version.update_major.into());
        header.update_minor = old.update_minor.max(version.update_minor.into());
    }
    header.attachments = attach::write_list(info.attachments)?;
    header.file_type = FILE_TYPE_LOG.into();
    Ok(header)
}

impl LogFolder {
    /// Path of a file in the folder.
    pub(crate) fn file(&self, name: String) -> PathBuf {
        self.path.join(name)
    }

    /// Refuses to replace a file.
    pub(super) fn check_free(&self, path: PathBuf) -> Result<PathBuf, LogWriteError> {
        if self.fs.exists(&path)? {
            return Err(LogWriteError::Exists { path });
        }
        Ok(path)
    }

    /// Makes a file without records under the temporary name; whatever had that name is lost.
    pub(super) fn prepare(&self, header: &mut LogHeader) -> Result<(), IoError> {
        self.make_room(header.file_bytes(), OpenMode::CreateOrReplace)?;
        self.put_header(header)
    }

    /// Makes a file of zeros under the temporary name. With [`OpenMode::ReadWrite`] one that has the name is used.
    pub(crate) fn make_room(&self, file_bytes: u64, mode: OpenMode) -> Result<(), IoError> {
        self.make_zeros(&self.file(self.names.temporary()), file_bytes, mode)
    }

    /// Makes a file of zeros.
    pub(crate) fn make_zeros(&self, path: &Path, file_bytes: u64, mode: OpenMode) -> Result<(), IoError> {
        let file = self.fs.open(path, mode)?;
        let zeros = vec![0; ZEROS_BYTES];
        let mut offset = 0;
        while offset < file_bytes {
            let count =
                usize::try_from(file_bytes - offset).map_or(ZEROS_BYTES, |left| left.min(ZEROS_BYTES));
            let part = zeros.get(..count).unwrap_or_default();
            file.write_at(part, offset)?;
            offset += part.len() as u64;
        }
        file.set_len(file_bytes)?;
        file.sync_all()?;
        self.fs.sync_dir(&self.path)
    }

    /// Puts a header into the file with the temporary name.
    pub(crate) fn put_header(&self, header: &mut LogHeader) -> Result<(), IoError> {
        header.update_checksum();
        let path = self.file(self.names.temporary());
        let file = self.fs.open(&path, OpenMode::ReadWrite)?;
        file.write_at(header.as_bytes(), 0)?;
        file.sync_data()
    }

    /// Gives the prepared file the name of the current log and opens it.
    pub(super) fn install(&self) -> Result<Arc<dyn File>, IoError> {
        let current = self.file(self.names.current());
        self.fs.rename(&self.file(self.names.temporary()), &current)?;
        self.fs.sync_dir(&self.path)?;
        self.fs.open(&current, OpenMode::ReadWrite)
    }
}

/// Makes a file hold exactly the segments that [`LogFile`] holds, for good: mended ones are written back, and what lies
/// behind the last one and could be taken for a segment of this generation is cleared.
pub(super) fn mend(file: &dyn File, log: &LogFile) -> Result<(), IoError> {
    for repair in &log.scan().repairs {
        let (Repair::Bit { sector, .. } | Repair::Shadow { sector }) = *repair;
        if let Some(bytes) = log.sector(sector) {
            file.write_at(bytes, segment::offset_of(sector))?;
        }
    }
    // Also what was only in the memory of the system when the writer before ended.
    file.sync_all()?;
    let last = log.scan().last_segment;
    let mut was_cleared = false;
    for sector in last.saturating_add(1)..log.header().file_sectors.get() {
        let Some(bytes) = log.sector(sector) else {
            break;
        };
        let is_harmless = match segment::classify(bytes, sector, log.generation()) {
            Sector::Zero | Sector::Recycled { .. } => true,
            Sector::Shadow => sector == last + 1,
            Sector::Data { .. } | Sector::Damaged(_) => false,
        };
        if !is_harmless {
            file.write_at(&[0; SEGMENT_BYTES], segment::offset_of(sector))?;
            was_cleared = true;
        }
    }
    if was_cleared { file.sync_data() } else { Ok(()) }
}
