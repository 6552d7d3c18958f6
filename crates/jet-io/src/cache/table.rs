//! The page table of one file: page number to frame, and to the holds of the page, by two array lookups.
//!
//! Chunk *k* holds the entries of 2^(10+k) page numbers, each chunk twice as long as the one before, so that 23
//! chunks serve every page number and a small file has a small table. Chunks are allocated when the first page
//! of theirs is cached, as zeros, so the system gives memory only for what is used. An entry is two numbers side by
//! side, so whoever has found the frame of a page finds its holds near.
//!
//! Invariants:
//! - An entry names a frame only while that frame holds the page, or is about to lose it: a frame is emptied
//!   under its exclusive latch, entry first. So whoever latches the frame and finds its key right has the page.
//! - The frame of an entry is set by the one loader of the page and cleared by whoever empties the frame, never by others.
//! - Holds are counted by page number, so they do not depend on whether the page is cached, or dirty. They are raised
//!   under the exclusive latch of the page and taken back by anybody: whoever finds a page not held sees all that was
//!   done before its last hold was taken back.

use std::sync::OnceLock;

use jet_pages::Pgno;

use super::header::FrameIndex;
use crate::sync::{AtomicU32, Ordering};

/// See the module notes.
#[derive(Debug)]
pub(super) struct PageTable {
    chunks: [OnceLock<Box<[[AtomicU32; 2]]>>; CHUNKS],
}

impl PageTable {
    /// A table without entries.
    pub(super) fn new() -> Self {
        let table = Self {
            chunks: [const { OnceLock::new() }; CHUNKS],
        };
        // The model checker does not see what `OnceLock` orders, so it finds the chunks made already.
        if cfg!(loom) {
            table.reserve(Pgno(0));
            table.reserve(Pgno(FIRST_CHUNK));
        }
        table
    }

    /// The frame that holds page `pgno`, if any.
    #[inline]
    pub(super) fn frame(&self, pgno: Pgno) -> Option<FrameIndex> {
        let [frame, _] = self.entry(pgno)?;
        frame.load(Ordering::Acquire).checked_sub(1).map(FrameIndex)
    }

    #[inline]
    fn entry(&self, pgno: Pgno) -> Option<&[AtomicU32; 2]> {
        let (chunk, slot) = place(pgno);
        self.chunks.get(chunk)?.get()?.get(slot)
    }

    /// Adds one to the holds of a page that is latched exclusively, so its entry is there.
    #[inline]
    pub(super) fn hold(&self, pgno: Pgno) {
        if let Some([_, holds]) = self.entry(pgno) {
            // Ordered by the latch before whoever asks under it.
            let before = holds.fetch_add(1, Ordering::Relaxed);
            assert!(before < u32::MAX, "nobody holds a page so often");
        }
    }

    /// Takes one from the holds of a page, if there are any.
    #[inline]
    pub(super) fn release(&self, pgno: Pgno) {
        if let Some([_, holds]) = self.entry(pgno) {
            let fewer = |count: u32| count.checked_sub(1);
            let _ = holds.fetch_update(Ordering::Release, Ordering::Relaxed, fewer);
        }
    }

    /// Whether a page has holds; certain for who has it latched exclusively.
    pub(super) fn is_held(&self, pgno: Pgno) -> bool {
        self.entry(pgno)
            .is_some_and(|[_, holds]| holds.load(Ordering::Acquire) > 0)
    }

    /// Forgets the holds of all pages behind `last`.
    pub(super) fn forget_holds_beyond(&self, last: Pgno) {
        let (first_chunk, first_slot) = match last.0.checked_add(1) {
            Some(first) => place(Pgno(first)),
            None => return,
        };
        let chunks = self.chunks.iter().enumerate().skip(first_chunk);
        for (chunk, entries) in chunks.filter_map(|(chunk, cell)| Some((chunk, cell.get()?))) {
            let passed_over = if chunk == first_chunk { first_slot } else { 0 };
            for [_, holds] in entries.iter().skip(passed_over) {
                // Looked at first: what was never used has no memory, and a store would ask for it.
                if holds.load(Ordering::Relaxed) > 0 {
                    holds.store(0, Ordering::Relaxed);
                }
            }
        }
    }

    /// Makes room for the entry of `pgno`; false when there is no memory for it.
    pub(super) fn reserve(&self, pgno: Pgno) -> bool {
        let (chunk, _) = place(pgno);
        let Some(cell) = self.chunks.get(chunk) else {
            return false;
        };
        if cell.get().is_none() {
            let Some(entries) = zeroed_entries((FIRST_CHUNK as usize) << chunk) else {
                return false;
            };
            // When two threads come here at once, the entries of the second one are freed again.
            let _ = cell.set(entries);
        }
        true
    }

    /// Publishes that `frame` holds page `pgno`; false when [`PageTable::reserve`] was not called for it.
    pub(super) fn set(&self, pgno: Pgno, frame: FrameIndex) -> bool {
        let entry = self.entry(pgno);
        if let Some([entry, _]) = entry {
            entry.store(frame.0 + 1, Ordering::Release);
        }
        entry.is_some()
    }

    /// Takes page `pgno` out of the table; its holds stay.
    pub(super) fn clear(&self, pgno: Pgno) {
        if let Some([entry, _]) = self.entry(pgno) {
            entry.store(0, Ordering::Release);
        }
    }
}

/// Chunk and place in it of a page number.
#[inline]
#[expect(
    clippy::cast_possible_truncation,
    reason = "a chunk number is below 23, a place below 2^32"
)]
fn place(pgno: Pgno) -> (usize, usize) {
    // Shifted by the length of the first chunk, the highest bit of a number tells its chunk.
    let shifted = pgno.0 as u64 + FIRST_CHUNK as u64;
    let highest = shifted.ilog2();
    (
        (highest - FIRST_CHUNK.ilog2()) as usize,
        (shifted - (1 << highest)) as usize,
    )
}

#[cfg(not(loom))]
fn zeroed_entries(count: usize) -> Option<Box<[[AtomicU32; 2]]>> {
    zerocopy::FromZeros::new_box_zeroed_with_elems(count).ok()
}

#[cfg(loom)]
fn zeroed_entries(count: usize) -> Option<Box<[[AtomicU32; 2]]>> {
    Some(
        (0..count)
            .map(|_| [AtomicU32::new(0), AtomicU32::new(0)])
            .collect(),
    )
}

/// Entries of the first chunk. The model checker follows every one of them, so it gets few.
const FIRST_CHUNK: u32 = if cfg!(loom) { 4 } else { 1024 };
/// Chunks for all page numbers up to `u32::MAX`.
const CHUNKS: usize = 33 - FIRST_CHUNK.ilog2() as usize;

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn chunks_follow_each_other_without_gap_or_overlap() {
        let mut expected = (0, 0);
        for pgno in 0..if cfg!(miri) { 9000 } else { 100_000 } {
            assert_eq!(place(Pgno(pgno)), expected, "page {pgno}");
            expected.1 += 1;
            if expected.1 == (FIRST_CHUNK as usize) << expected.0 {
                expected = (expected.0 + 1, 0);
            }
        }
        assert_eq!(place(Pgno(u32::MAX)), (CHUNKS - 1, FIRST_CHUNK as usize - 1));
    }

    #[test]
    fn entries_come_and_go() {
        let table = PageTable::new();
        for pgno in [Pgno(1), Pgno(1023), Pgno(1024), Pgno(70_000)] {
            assert_eq!(table.frame(pgno), None);
            assert!(!table.set(pgno, FrameIndex(5)) || table.frame(pgno).is_some());
            assert!(table.reserve(pgno));
            assert!(table.set(pgno, FrameIndex(pgno.0)));
            assert_eq!(table.frame(pgno), Some(FrameIndex(pgno.0)));
            table.clear(pgno);
            assert_eq!(table.frame(pgno), None);
        }
    }
}
