//! Errors of this crate, each with the file and the place in it.

use std::path::PathBuf;

use jet_io::IoError;

use crate::chain::ChainError;
use crate::checkpoint::CheckpointError;
use crate::header::{LogHeaderError, StreamMismatch};
use crate::record::RecordError;
use crate::segment::SectorDamage;
use crate::{Generation, Lgpos};

/// Why a log, its records or a checkpoint cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The system refused.
    #[error(transparent)]
    Io(#[from] IoError),
    /// The file is no log that can be read.
    #[error("{}: {source}", path.display())]
    Header {
        /// The file.
        path: PathBuf,
        /// What is wrong with its header.
        source: LogHeaderError,
    },
    /// The file does not belong where it is.
    #[error("{}, generation {generation}: {source}", path.display())]
    Stream {
        /// The file.
        path: PathBuf,
        /// Its generation.
        generation: Generation,
        /// How it differs.
        source: StreamMismatch,
    },
    /// A sector is damaged.
    #[error("{}, generation {generation}: sector {sector} at byte {offset} cannot be used: {source}", path.display())]
    Sector {
        /// The file.
        path: PathBuf,
        /// Its generation.
        generation: Generation,
        /// The sector.
        sector: u16,
        /// Where it begins in the file.
        offset: u64,
        /// Nothing but empty sectors comes behind: it may be the last write before a crash.
        is_tail: bool,
        /// What is wrong with it.
        source: SectorDamage,
    },
    /// A sound sector holds something that is no record.
    #[error("{}, byte {offset}: no record at {at}: {source}", path.display())]
    Record {
        /// The file.
        path: PathBuf,
        /// Where in the stream.
        at: Lgpos,
        /// Where in the file.
        offset: u64,
        /// Why.
        source: RecordError,
    },
    /// A record is in pieces that do not belong together.
    #[error("{}, byte {offset}: the fragments of the record at {at} do not fit: {source}", path.display())]
    Fragment {
        /// The file.
        path: PathBuf,
        /// Where the record begins in the stream.
        at: Lgpos,
        /// Where the piece that does not fit begins in the file.
        offset: u64,
        /// Why.
        source: FragmentError,
    },
    /// Files of a stream do not follow one another.
    #[error("{}: {source}", path.display())]
    Chain {
        /// The later file.
        path: PathBuf,
        /// What is wrong.
        source: ChainError,
    },
    /// The checkpoint cannot be used.
    #[error("{}: {source}", path.display())]
    Checkpoint {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: CheckpointError,
    },
}

/// Why pieces make no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FragmentError {
    /// A piece stands alone.
    #[error("there is no first piece")]
    NoBegin,
    /// A piece says that it is longer than its segment, or ends before it although more must come.
    #[error("a piece has {found} bytes, {expected} are left in its segment")]
    Piece {
        /// Bytes of the piece.
        found: usize,
        /// Bytes in the segment.
        expected: usize,
    },
    /// The pieces are longer together than the record, or longer than any file.
    #[error("the pieces have {found} bytes together, the record has {expected}")]
    Total {
        /// Bytes of the pieces.
        found: usize,
        /// Bytes of the record.
        expected: usize,
    },
    /// Something else stands between the pieces.
    #[error("sector {sector} begins with a record of type {found}")]
    Interrupted {
        /// The sector.
        sector: u16,
        /// Type of the record.
        found: u8,
    },
}
