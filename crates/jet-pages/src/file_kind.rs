//! Which kind of ESE file some bytes begin: people name a log or a checkpoint where a database is wanted.
//!
//! All these files have a type number at byte 667 and the same checksum over their first page; only databases begin
//! with a magic number too. Source: `docs/format/file-header.md`, "Kinds of files".

use core::fmt;

use zerocopy::FromBytes;
use zerocopy::little_endian::U32;

use crate::checksum::xor;
use crate::dbheader::{LogTime, RawLgpos, Signature};
use crate::flushmap::{self, FlushMapHeader};

/// Bytes from the start of a file that are enough to tell.
pub const KIND_BYTES: usize = flushmap::MAP_PAGE_BYTES;

/// Header page of logs and of each copy of a checkpoint.
const LOG_PAGE_BYTES: usize = 4096;
const FILE_TYPE_OFFSET: usize = 667;

/// An ESE file that is no database, and what its first bytes tell of it.
#[derive(Clone, Copy, Debug)]
pub enum FileKind {
    /// 3: a transaction log.
    Log {
        /// Number of the log file in its stream.
        generation: u32,
        /// When it was begun.
        created: LogTime,
        /// The stream.
        signature: Signature,
    },
    /// 4: a checkpoint.
    Checkpoint {
        /// Where redo starts.
        checkpoint: RawLgpos,
        /// The stream.
        signature: Signature,
    },
    /// 7: a flush map.
    FlushMap {
        /// When it was made.
        created: LogTime,
        /// Whether it is whole.
        is_clean: bool,
    },
    /// 8: a snapshot to set a database back with.
    RevertSnapshot,
}

impl FileKind {
    /// The kind of the file that begins with these bytes; `None` for databases, and for what is not known or damaged.
    pub fn of(start_of_file: &[u8]) -> Option<Self> {
        let number = at::<U32>(start_of_file, FILE_TYPE_OFFSET)?.get();
        let is_sound = |bytes: usize| {
            let page = start_of_file.get(..bytes);
            page.is_some_and(|page| at(page, 0).map(U32::get) == Some(xor::header_checksum(page)))
        };
        match number {
            3 if is_sound(LOG_PAGE_BYTES) => Some(Self::Log {
                generation: at::<U32>(start_of_file, 4)?.get(),
                created: at(start_of_file, 16)?,
                signature: at(start_of_file, 44)?,
            }),
            4 if is_sound(LOG_PAGE_BYTES) => Some(Self::Checkpoint {
                checkpoint: at(start_of_file, 12)?,
                signature: at(start_of_file, 20)?,
            }),
            7 => FlushMapHeader::read(start_of_file)
                .ok()
                .map(|header| Self::FlushMap {
                    created: header.created,
                    is_clean: header.is_clean(),
                }),
            8 if is_sound(LOG_PAGE_BYTES) || is_sound(KIND_BYTES) => Some(Self::RevertSnapshot),
            _ => None,
        }
    }
}

impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Log {
                generation,
                created,
                signature,
            } => write!(
                f,
                "a transaction log: generation {generation:#x}, begun {created}, of log stream {signature}"
            ),
            Self::Checkpoint {
                checkpoint,
                signature,
            } => write!(
                f,
                "a checkpoint: redo starts at {checkpoint}, log stream {signature}"
            ),
            Self::FlushMap { created, is_clean } => {
                let state = if *is_clean { "clean" } else { "not clean" };
                write!(f, "a flush map, made {created}, {state}")
            }
            Self::RevertSnapshot => f.write_str("a revert snapshot"),
        }
    }
}

fn at<T: FromBytes>(bytes: &[u8], offset: usize) -> Option<T> {
    T::read_from_prefix(bytes.get(offset..)?)
        .ok()
        .map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;
    use alloc::vec;

    #[test]
    fn a_kind_needs_its_number_and_its_checksum() {
        let mut bytes = vec![0; KIND_BYTES];
        assert!(FileKind::of(&bytes).is_none());
        bytes[4] = 0x1a;
        bytes[FILE_TYPE_OFFSET] = 3;
        assert!(FileKind::of(&bytes).is_none());
        crate::dbheader::update_checksum(&mut bytes[..LOG_PAGE_BYTES]);
        let kind = FileKind::of(&bytes).unwrap();
        assert_eq!(
            kind.to_string(),
            "a transaction log: generation 0x1a, begun not set, of log stream none"
        );
        assert!(FileKind::of(&bytes[..600]).is_none());
        bytes[FILE_TYPE_OFFSET] = 1;
        crate::dbheader::update_checksum(&mut bytes[..LOG_PAGE_BYTES]);
        assert!(FileKind::of(&bytes).is_none(), "a database is none of these");
    }
}
