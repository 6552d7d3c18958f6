//! What is known about a frame beside its bytes: the page it holds, how it is used, how it was changed.
//!
//! Invariants:
//! - The key is changed only while the latch is held exclusively.
//! - The state of change is set only while the latch is held exclusively. It is reset under the exclusive latch,
//!   when the page leaves, or by the one thread that has written the page and holds the latch shared since it sealed
//!   the page: nobody can have had the latch exclusively in between, so nobody else writes the page.

use core::sync::atomic;

use jet_pages::Pgno;

use super::latch::Latch;
use super::{FileId, LogPosition};
use crate::sync::{AtomicU32, AtomicU64, Ordering};

/// Number of a frame, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct FrameIndex(pub(super) u32);

/// Which page of which file a frame holds: file in the upper half, page number in the lower. Page number 0
/// names no page, so 0 stands for "nothing".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct FrameKey(pub(super) u64);

impl FrameKey {
    pub(super) const NONE: Self = Self(0);

    pub(super) const fn new(file: FileId, pgno: Pgno) -> Self {
        Self((file.0 as u64) << 32 | pgno.0 as u64)
    }

    pub(super) const fn file(self) -> FileId {
        FileId((self.0 >> 32) as u32)
    }

    #[expect(clippy::cast_possible_truncation, reason = "the lower half is wanted")]
    pub(super) const fn pgno(self) -> Pgno {
        Pgno(self.0 as u32)
    }
}

/// What is known about a frame: 64 bytes, so that two frames never share a cache line.
#[derive(Debug)]
#[repr(align(64))]
pub(super) struct FrameHeader {
    pub(super) latch: Latch,
    /// A [`FrameKey`].
    key: AtomicU64,
    /// Hits since the frame was loaded. Counted without a locked instruction: when two threads count in
    /// the same instant, one hit may be lost.
    hits: atomic::AtomicU64,
    /// Position of the newest change of the page: a [`LogPosition`]. Set by who holds the latch exclusively, so without a
    /// locked instruction.
    modified: atomic::AtomicU64,
    /// Position after which others let the page be written: a [`LogPosition`].
    released: atomic::AtomicU64,
    /// While the page is dirty, the begin of the oldest transaction that changed it: a [`LogPosition`].
    begun: atomic::AtomicU64,
    /// 1 while the page has changes that the file does not have.
    dirty: AtomicU32,
    /// Uses that the replacement has not seen yet, up to [`USES_MAX`]; may lose one as `hits` may.
    uses: atomic::AtomicU8,
}

const _: () = assert!(cfg!(loom) || size_of::<FrameHeader>() == 64);

/// Most uses that a frame is credited with.
pub(super) const USES_MAX: u8 = 3;

impl FrameHeader {
    pub(super) fn new() -> Self {
        Self {
            latch: Latch::new(),
            key: AtomicU64::new(FrameKey::NONE.0),
            hits: atomic::AtomicU64::new(0),
            modified: atomic::AtomicU64::new(0),
            released: atomic::AtomicU64::new(0),
            begun: atomic::AtomicU64::new(0),
            dirty: AtomicU32::new(0),
            uses: atomic::AtomicU8::new(0),
        }
    }

    /// The page that the frame holds: for certain while the latch is held, a hint otherwise.
    #[inline]
    pub(super) fn key(&self) -> FrameKey {
        FrameKey(self.key.load(Ordering::Relaxed))
    }

    /// Says which page the frame holds from now on, as one that was neither used nor changed yet. Returns the hits
    /// of what it held before. For the exclusive holder.
    pub(super) fn set_key(&self, key: FrameKey) -> u64 {
        self.key.store(key.0, Ordering::Relaxed);
        self.modified.store(0, Ordering::Relaxed);
        self.released.store(0, Ordering::Relaxed);
        self.set_dirty(false);
        self.uses.store(0, Ordering::Relaxed);
        self.hits.swap(0, Ordering::Relaxed)
    }

    pub(super) fn hits(&self) -> u64 {
        self.hits.load(Ordering::Relaxed)
    }

    pub(super) fn uses(&self) -> u8 {
        self.uses.load(Ordering::Relaxed)
    }

    pub(super) fn set_uses(&self, uses: u8) {
        self.uses.store(uses, Ordering::Relaxed);
    }

    /// Counts a hit.
    #[inline]
    pub(super) fn touch(&self) {
        self.hits.store(
            self.hits.load(Ordering::Relaxed).wrapping_add(1),
            Ordering::Relaxed,
        );
        let uses = self.uses.load(Ordering::Relaxed);
        if uses < USES_MAX {
            self.uses.store(uses + 1, Ordering::Relaxed);
        }
    }

    /// Whether the page has changes that the file does not have; certain for a holder of the latch.
    pub(super) fn is_dirty(&self) -> bool {
        self.dirty.load(Ordering::Relaxed) != 0
    }

    pub(super) fn set_dirty(&self, is_dirty: bool) {
        self.dirty.store(u32::from(is_dirty), Ordering::Relaxed);
    }

    /// The log must be durable so far before the page is written; certain for a holder of the latch who found the page not
    /// held, a hint otherwise.
    pub(super) fn modified(&self) -> LogPosition {
        let modified = self.modified.load(Ordering::Relaxed);
        LogPosition(modified.max(self.released.load(Ordering::Relaxed)))
    }

    /// Notes a change at `position`. For the exclusive holder.
    #[inline]
    pub(super) fn raise_modified(&self, position: LogPosition) {
        if self.modified.load(Ordering::Relaxed) < position.0 {
            self.modified.store(position.0, Ordering::Relaxed);
        }
    }

    /// Notes that the page must wait for the record at `position`, too. For anybody.
    pub(super) fn raise_released(&self, position: LogPosition) {
        self.released.fetch_max(position.0, Ordering::Relaxed);
    }

    /// Begin of the oldest transaction that changed the page since it was clean; certain for a holder of the latch
    /// of a dirty page.
    pub(super) fn begun(&self) -> LogPosition {
        LogPosition(self.begun.load(Ordering::Relaxed))
    }

    /// For the exclusive holder.
    pub(super) fn set_begun(&self, begun: LogPosition) {
        self.begun.store(begun.0, Ordering::Relaxed);
    }
}
