//! What a crash leaves of the changes that no sync has made durable.
//!
//! Each file draws how much it tends to keep (nothing, everything, or in between), then each of its changes
//! survives or not by itself, and a write of several blocks may be torn. What survives applies in order; since
//! anything may be missing before it, that covers disks which write in another order. Each directory keeps a
//! prefix of its changes.

use core::fmt;
use core::ops::Range;

use super::bytes::Bytes;
use super::content::{Change, Content};
use super::journal::{FileNames, Journal};
use super::rng::Rng;

/// What a crash may do to writes that were not synced. With a seed it decides the image; `Debug` and `Display`
/// show all of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct CrashModel {
    /// How a write breaks into parts.
    pub tear: Tear,
    /// Whether a write that is lost or torn may leave the length that it gave the file, and zeros where its
    /// bytes should be. File systems that journal lengths apart from bytes do so. Off by default.
    pub keeps_growth: bool,
}

/// How a write breaks into parts that reach the disk or do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tear {
    /// Never: each write is whole or lost.
    Never,
    /// At each multiple of 512 bytes.
    Sectors,
    /// At each multiple of so many bytes: an aligned write of that size or less is whole or lost. 0 counts
    /// as 1.
    Blocks(u32),
}

impl CrashModel {
    /// The default model with another way to tear.
    pub fn tearing(tear: Tear) -> Self {
        Self {
            tear,
            ..Self::default()
        }
    }
}

impl fmt::Display for CrashModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.tear.block_bytes() {
            Some(bytes) => write!(f, "writes tear at multiples of {bytes} bytes")?,
            None => f.write_str("writes never tear")?,
        }
        f.write_str(if self.keeps_growth {
            ", lost ones may leave the file longer"
        } else {
            ", lost ones leave the length alone"
        })
    }
}

impl Tear {
    /// Size of the blocks that are written whole or not at all; `None` when every write is.
    pub fn block_bytes(self) -> Option<u64> {
        match self {
            Self::Never => None,
            Self::Sectors => Some(512),
            Self::Blocks(bytes) => Some(u64::from(bytes.max(1))),
        }
    }

    /// The parts of a write of `len` bytes at `offset`, as ranges of its data.
    pub(super) fn pieces(self, offset: u64, len: usize) -> impl Iterator<Item = Range<usize>> + Clone {
        let block = self.block_bytes().unwrap_or(u64::MAX);
        let mut start = 0_usize;
        core::iter::from_fn(move || {
            let to_bound = block - offset.saturating_add(start as u64) % block;
            let step = usize::try_from(to_bound).unwrap_or(usize::MAX);
            let piece = start..start.saturating_add(step).min(len);
            start = piece.end;
            (!piece.is_empty()).then_some(piece)
        })
    }
}

impl Default for Tear {
    fn default() -> Self {
        Self::Blocks(4096)
    }
}

/// The names that survive with `seed`.
pub(super) fn surviving_names(journal: &Journal, seed: u64) -> FileNames {
    let mut rng = Rng::stream(seed, NAMES_STREAM);
    journal.image(|pending| rng.up_to_count(pending))
}

/// The bytes of file `number` that survive with `seed`.
pub(super) fn surviving_bytes(content: &Content, model: CrashModel, seed: u64, number: u64) -> Bytes {
    let mut rng = Rng::stream(seed, number);
    let kept_of_8 = rng.up_to(8);
    content.image(|change, bytes| match change {
        Change::Write { offset, data } => {
            let pieces = model.tear.pieces(*offset, data.len());
            if pieces.clone().nth(1).is_some() && rng.chance(1, 3) {
                for piece in pieces.filter(|_| rng.chance(1, 2)) {
                    let at = offset.saturating_add(piece.start as u64);
                    bytes.write(data.get(piece).unwrap_or_default(), at);
                }
            } else if rng.chance(kept_of_8, 8) {
                change.apply(bytes);
            }
            let end = offset.saturating_add(data.len() as u64);
            if model.keeps_growth && end > bytes.len() && rng.chance(1, 2) {
                bytes.set_len(end);
            }
        }
        Change::SetLen(_) | Change::Cut(_) | Change::Flip { .. } => {
            if rng.chance(kept_of_8, 8) {
                change.apply(bytes);
            }
        }
    })
}

/// A number that no file has.
const NAMES_STREAM: u64 = u64::MAX;
