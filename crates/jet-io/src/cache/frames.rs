//! The memory of the cache: one arena of equal frames, each with a header that says which page it holds (`header`).
//!
//! The only module of this crate with `unsafe`, but for one instruction in `near`. Everything rests on these invariants:
//! 1. The arena is allocated once, aligned, and freed only with [`Frames`]; frame *i* is the bytes
//!    `i * page_bytes .. (i + 1) * page_bytes`, so frames never overlap.
//! 2. The bytes and the key of a frame are changed only through its [`ExclusiveFrame`], which exists at
//!    most once per frame and as long as its latch is held exclusively.
//! 3. The bytes of a frame are read only through its [`ExclusiveFrame`] or a [`SharedFrame`], which holds
//!    the latch shared. The two exclude each other by the latch.
//! 4. The operating system gives memory when a frame is first used, by its own pages: the arena is allocated as
//!    zeros, and nothing here touches a frame that was not asked for.

#![expect(unsafe_code, reason = "the home of the cache's memory")]

use core::fmt;
use core::ops::{Deref, DerefMut};
use core::ptr::NonNull;

use jet_pages::PageSize;
use zerocopy::FromZeros;

use super::header::{FrameHeader, FrameIndex, FrameKey};
use super::near;
use super::table::PageTable;
use super::wait::Parking;

/// All frames of a cache.
pub(super) struct Frames {
    headers: Box<[FrameHeader]>,
    arena: Arena,
    parking: Parking,
}

impl Frames {
    /// Allocates `count` empty frames; `None` when there is no memory for them.
    pub(super) fn new(page_size: PageSize, count: u32) -> Option<Self> {
        let count = usize::try_from(count).ok()?;
        let arena = Arena::new(page_size.bytes(), count)?;
        let mut headers = Vec::new();
        headers.try_reserve_exact(count).ok()?;
        headers.extend((0..count).map(|_| FrameHeader::new()));
        Some(Self {
            headers: headers.into_boxed_slice(),
            arena,
            parking: Parking::new(),
        })
    }

    pub(super) fn headers(&self) -> &[FrameHeader] {
        &self.headers
    }

    pub(super) fn header(&self, frame: FrameIndex) -> Option<&FrameHeader> {
        self.headers.get(frame.0 as usize)
    }

    /// Latches `frame` shared; `None` when it is held exclusively.
    #[inline]
    pub(super) fn try_shared(&self, frame: FrameIndex) -> Option<SharedFrame<'_>> {
        let header = self.headers.get(frame.0 as usize)?;
        // The bytes are found first, so that nothing can fail between latching and the guard.
        let bytes = self.arena.frame(frame)?;
        if header.latch.try_shared() {
            Some(SharedFrame { bytes, header })
        } else {
            None
        }
    }

    /// Latches `frame` exclusively; `None` when anybody holds it.
    pub(super) fn try_exclusive(&self, frame: FrameIndex) -> Option<ExclusiveFrame<'_>> {
        let header = self.headers.get(frame.0 as usize)?;
        let bytes = self.arena.frame(frame)?;
        if header.latch.try_exclusive() {
            Some(ExclusiveFrame {
                bytes,
                header,
                index: frame,
                parking: &self.parking,
                unformatted: None,
            })
        } else {
            None
        }
    }

    /// Asks the processor for the header of `frame`, for its start and for its byte `at`.
    #[inline]
    pub(super) fn bring_near(&self, frame: FrameIndex, at: usize) {
        if let (Some(header), Some(bytes)) = (self.headers.get(frame.0 as usize), self.arena.frame(frame)) {
            let start = bytes.pointer.cast::<u8>().as_ptr();
            near::bring_near(header);
            near::bring_near(start);
            near::bring_near(start.wrapping_add(at));
        }
    }

    /// Asks further readers of `frame` to make room for one who wants it exclusively.
    pub(super) fn want(&self, frame: FrameIndex) {
        if let Some(header) = self.headers.get(frame.0 as usize) {
            header.latch.want();
        }
    }

    /// Takes [`Frames::want`] back, whoever said it.
    pub(super) fn forget_want(&self, frame: FrameIndex) {
        if let Some(header) = self.headers.get(frame.0 as usize) {
            header.latch.forget_want();
        }
    }

    /// Waits, a bounded time, for whoever holds `frame`.
    pub(super) fn await_release(&self, frame: FrameIndex) {
        if let Some(header) = self.headers.get(frame.0 as usize) {
            self.parking.await_release(frame, &header.latch);
        }
    }
}

impl fmt::Debug for Frames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frames")
            .field("count", &self.headers.len())
            .field("page_bytes", &self.arena.page_bytes)
            .finish()
    }
}

/// A frame latched shared; dropping it releases the latch.
pub(super) struct SharedFrame<'c> {
    bytes: FrameBytes<'c>,
    header: &'c FrameHeader,
}

impl SharedFrame<'_> {
    /// The page that the frame holds.
    #[inline]
    pub(super) fn key(&self) -> FrameKey {
        self.header.key()
    }

    /// Counts a hit.
    #[inline]
    pub(super) fn touch(&self) {
        self.header.touch();
    }

    /// What is known about the frame.
    pub(super) fn header(&self) -> &FrameHeader {
        self.header
    }
}

impl Deref for SharedFrame<'_> {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        self.bytes.track_read();
        // SAFETY: the pointer is that of a whole frame of the arena, which outlives `'c` (invariant 1). As
        // long as `self` lives the latch is held shared, so no `ExclusiveFrame` of this frame exists and
        // nothing changes the bytes (invariants 2 and 3); the slice lives no longer than `self`.
        unsafe { self.bytes.pointer.as_ref() }
    }
}

impl Drop for SharedFrame<'_> {
    #[inline]
    fn drop(&mut self) {
        self.header.latch.release_shared();
    }
}

/// A frame latched exclusively; dropping it releases the latch.
pub(super) struct ExclusiveFrame<'c> {
    bytes: FrameBytes<'c>,
    header: &'c FrameHeader,
    index: FrameIndex,
    parking: &'c Parking,
    /// The table that has the page of this frame, as long as the page has no content yet: dropped so, it leaves.
    unformatted: Option<&'c PageTable>,
}

impl<'c> ExclusiveFrame<'c> {
    pub(super) fn index(&self) -> FrameIndex {
        self.index
    }

    /// The page that the frame holds.
    pub(super) fn key(&self) -> FrameKey {
        self.header.key()
    }

    /// What is known about the frame.
    pub(super) fn header(&self) -> &FrameHeader {
        self.header
    }

    /// Says which page the frame holds from now on, as one that was neither used nor changed yet. Returns the hits
    /// of what it held before.
    pub(super) fn set_key(&mut self, key: FrameKey) -> u64 {
        self.header.set_key(key)
    }

    /// Says that the page has no content yet, and where it is entered: unless [`ExclusiveFrame::set_formatted`] is
    /// called, it leaves with the latch.
    pub(super) fn set_unformatted(&mut self, table: &'c PageTable) {
        self.unformatted = Some(table);
    }

    /// Says that the page has content.
    pub(super) fn set_formatted(&mut self) {
        self.unformatted = None;
    }

    /// Whether the page has content.
    pub(super) fn is_formatted(&self) -> bool {
        self.unformatted.is_none()
    }

    /// Keeps the frame latched shared, letting nobody else in between.
    pub(super) fn into_shared(self) -> SharedFrame<'c> {
        let shared = SharedFrame {
            bytes: self.bytes,
            header: self.header,
        };
        let (parking, index) = (self.parking, self.index);
        // The latch passes on, so it is not released with `self`.
        core::mem::forget(self);
        if shared.header.latch.downgrade() {
            parking.wake(index);
        }
        shared
    }
}

impl Deref for ExclusiveFrame<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.bytes.track_read();
        // SAFETY: as in `SharedFrame::deref`; the only one who could change the bytes is `self`, which is
        // borrowed as long as the slice lives.
        unsafe { self.bytes.pointer.as_ref() }
    }
}

impl DerefMut for ExclusiveFrame<'_> {
    fn deref_mut(&mut self) -> &mut [u8] {
        self.bytes.track_write();
        // SAFETY: the pointer is that of a whole frame of the arena, which outlives `'c` (invariant 1). As
        // long as `self` lives the latch is held exclusively, so neither another `ExclusiveFrame` nor a
        // `SharedFrame` of this frame exists (invariants 2 and 3); `self` is borrowed mutably as long as
        // the slice lives.
        unsafe { self.bytes.pointer.as_mut() }
    }
}

impl Drop for ExclusiveFrame<'_> {
    fn drop(&mut self) {
        if let Some(table) = self.unformatted {
            // As for an eviction: entry first, then key.
            table.clear(self.key().pgno());
            self.header.set_key(FrameKey::NONE);
        }
        if self.header.latch.release_exclusive() {
            self.parking.wake(self.index);
        }
    }
}

/// Where the bytes of a frame are. Says nothing about who may use them.
#[derive(Clone, Copy)]
struct FrameBytes<'c> {
    pointer: NonNull<[u8]>,
    #[cfg(loom)]
    accesses: &'c loom::cell::UnsafeCell<()>,
    #[cfg(not(loom))]
    arena: core::marker::PhantomData<&'c Arena>,
}

// SAFETY: a place in memory may be told to any thread; the latch decides who uses it, and it belongs to no
// thread.
unsafe impl Send for FrameBytes<'_> {}
// SAFETY: as above.
unsafe impl Sync for FrameBytes<'_> {}

#[cfg(not(loom))]
impl FrameBytes<'_> {
    #[inline]
    fn track_read(&self) {}

    fn track_write(&self) {}
}

/// The model checker cannot see plain memory: it is told of every access, and reports those that no latch
/// orders.
#[cfg(loom)]
impl FrameBytes<'_> {
    fn track_read(&self) {
        self.accesses.with(|_| ());
    }

    fn track_write(&self) {
        self.accesses.with_mut(|_| ());
    }
}

/// The bytes of all frames, aligned to [`FRAME_ALIGN`], large ones to [`HUGE_BYTES`]. Held by pointers: a `Box` would
/// claim to be the only way to its bytes.
struct Arena {
    memory: NonNull<[u8]>,
    first_frame: NonNull<u8>,
    page_bytes: usize,
    frame_count: usize,
    #[cfg(loom)]
    accesses: Box<[loom::cell::UnsafeCell<()>]>,
}

// SAFETY: the memory belongs to the arena and to no thread.
unsafe impl Send for Arena {}
// SAFETY: the bytes are reached only through `SharedFrame` and `ExclusiveFrame`, whose latch lets either
// readers or one writer in (invariants 2 and 3).
unsafe impl Sync for Arena {}

impl Arena {
    fn new(page_bytes: usize, frame_count: usize) -> Option<Self> {
        let len = page_bytes.checked_mul(frame_count)?;
        let align = if len < HUGE_BYTES { FRAME_ALIGN } else { HUGE_BYTES };
        // Room to align by hand: allocators give zeroed memory lazily for small alignments only.
        let memory = <[u8]>::new_box_zeroed_with_elems(len.checked_add(align)?).ok()?;
        let memory = NonNull::from(Box::leak(memory));
        let start = memory.cast::<u8>().as_ptr().align_offset(align);
        assert!(start < align, "bytes can be aligned to any power of two");
        // SAFETY: `start` is below `align`, and the memory is longer than that.
        let first_frame = unsafe { memory.cast().add(start) };
        if align == HUGE_BYTES {
            ask_for_huge_pages(first_frame, len);
        }
        #[cfg(loom)]
        let accesses = (0..frame_count)
            .map(|_| loom::cell::UnsafeCell::new(()))
            .collect();
        Some(Self {
            memory,
            first_frame,
            page_bytes,
            frame_count,
            #[cfg(loom)]
            accesses,
        })
    }

    /// The bytes of one frame; `None` when there is no such frame.
    #[inline]
    fn frame(&self, frame: FrameIndex) -> Option<FrameBytes<'_>> {
        let index = frame.0 as usize;
        if index >= self.frame_count {
            return None;
        }
        // SAFETY: `new` allocated `frame_count` frames of `page_bytes` bytes each, from `first_frame` on;
        // `index` is that of one of them, so the product does not overflow either.
        let start = unsafe { self.first_frame.add(index * self.page_bytes) };
        Some(FrameBytes {
            pointer: NonNull::slice_from_raw_parts(start, self.page_bytes),
            #[cfg(loom)]
            accesses: self.accesses.get(index)?,
            #[cfg(not(loom))]
            arena: core::marker::PhantomData,
        })
    }
}

impl Drop for Arena {
    fn drop(&mut self) {
        // SAFETY: the memory was leaked from a box in `new`, and every frame that points into it borrows
        // the arena, so none is left.
        drop(unsafe { Box::from_raw(self.memory.as_ptr()) });
    }
}

/// Asks the system to back `len` bytes from `start` on, aligned to [`HUGE_BYTES`], with huge pages: the processor then
/// remembers where all of a cache lies. A hint: a system that cannot gives ordinary pages.
#[cfg(all(target_os = "linux", not(miri)))]
fn ask_for_huge_pages(start: NonNull<u8>, len: usize) {
    let whole = len - len % HUGE_BYTES;
    // SAFETY: the bytes belong to the arena that is being made, and nobody uses them yet. This advice changes neither
    // them nor who may use them, only the size of the pages behind them.
    let _ = unsafe { rustix::mm::madvise(start.as_ptr().cast(), whole, rustix::mm::Advice::LinuxHugepage) };
}

#[cfg(not(all(target_os = "linux", not(miri))))]
fn ask_for_huge_pages(_: NonNull<u8>, _: usize) {}

/// Alignment of every frame (of its start at least; frames of 2 KiB lie at halves of it): what direct I/O
/// asks for.
const FRAME_ALIGN: usize = 4096;
/// Bytes of a huge page, on most systems that have them. On others the hint goes unheard.
const HUGE_BYTES: usize = 2 << 20;

#[cfg(all(test, not(loom)))]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::FileId;
    use super::*;
    use jet_pages::Pgno;

    #[test]
    fn frames_are_aligned_zeroed_and_apart() {
        let frames = Frames::new(PageSize::K4, 3).unwrap();
        let mut one = frames.try_exclusive(FrameIndex(1)).unwrap();
        assert_eq!(one.as_ptr().align_offset(FRAME_ALIGN), 0);
        assert!(one.iter().all(|&byte| byte == 0));
        one.fill(7);
        let mut two = frames.try_exclusive(FrameIndex(2)).unwrap();
        two.fill(9);
        assert!(one.iter().all(|&byte| byte == 7));
        assert!(
            frames
                .try_exclusive(FrameIndex(0))
                .unwrap()
                .iter()
                .all(|&byte| byte == 0)
        );
        assert!(frames.try_exclusive(FrameIndex(3)).is_none());
        assert!(frames.try_shared(FrameIndex(3)).is_none());
    }

    #[test]
    fn large_arenas_lie_where_huge_pages_can() {
        let count = u32::try_from(HUGE_BYTES / PageSize::K32.bytes()).unwrap();
        let frames = Frames::new(PageSize::K32, count + 1).unwrap();
        let first = frames.try_shared(FrameIndex(0)).unwrap();
        assert_eq!(first.as_ptr().align_offset(HUGE_BYTES), 0);
        let last = frames.try_shared(FrameIndex(count)).unwrap();
        assert!(last.iter().all(|&byte| byte == 0));
    }

    #[test]
    fn a_frame_has_one_writer_or_readers() {
        let frames = Frames::new(PageSize::K2, 1).unwrap();
        let mut writer = frames.try_exclusive(FrameIndex(0)).unwrap();
        assert!(frames.try_shared(FrameIndex(0)).is_none());
        assert!(frames.try_exclusive(FrameIndex(0)).is_none());
        let key = FrameKey::new(FileId(3), Pgno(9));
        writer.set_key(key);
        writer.fill(1);
        let reader = writer.into_shared();
        let other = frames.try_shared(FrameIndex(0)).unwrap();
        assert_eq!((other.key().file(), other.key().pgno()), (FileId(3), Pgno(9)));
        assert_eq!(reader[..], other[..]);
        drop(reader);
        assert!(frames.try_exclusive(FrameIndex(0)).is_none());
        drop(other);
        assert!(frames.try_exclusive(FrameIndex(0)).is_some());
    }
}
