//! The latch word of a frame: who holds it shared or exclusively, and how often its content changed.
//!
//! | bits | meaning |
//! |---|---|
//! | 0–28 | number of shared holders |
//! | 29 | the count is about to overflow: refuse further holders |
//! | 30 | reserved for the intent mode of writers (`docs/internals/cache.md`) |
//! | 31 | held exclusively |
//! | 32–63 | version: one more after every exclusive holder, wrapping |
//!
//! Invariants:
//! - While bit 31 is set nobody holds the latch shared; the count may still be above zero for an instant,
//!   as whoever finds the bit set takes its increment back.
//! - Taking is an acquire and releasing a release operation, and all are read-modify-writes: a holder sees
//!   everything that every earlier holder did.
//! - Nobody waits here. Waiting, and its order, belong to the callers.

use crate::sync::{AtomicU64, Ordering};

/// See the module notes.
#[derive(Debug)]
pub(super) struct Latch {
    word: AtomicU64,
}

impl Latch {
    /// A latch that nobody holds.
    pub(super) fn new() -> Self {
        Self {
            word: AtomicU64::new(0),
        }
    }

    /// Takes the latch shared; false when it is held exclusively or by too many.
    #[inline]
    pub(super) fn try_shared(&self) -> bool {
        let before = self.word.fetch_add(1, Ordering::Acquire);
        if before & REFUSE_SHARED == 0 {
            return true;
        }
        self.word.fetch_sub(1, Ordering::Relaxed);
        false
    }

    /// Gives up a shared hold.
    #[inline]
    pub(super) fn release_shared(&self) {
        let before = self.word.fetch_sub(1, Ordering::Release);
        debug_assert!(before & SHARED_COUNT != 0, "released a latch that nobody held");
    }

    /// Takes the latch exclusively; false when anybody holds it.
    pub(super) fn try_exclusive(&self) -> bool {
        let word = self.word.load(Ordering::Relaxed);
        word & BUSY == 0
            && self
                .word
                .compare_exchange(word, word | EXCLUSIVE, Ordering::Acquire, Ordering::Relaxed)
                .is_ok()
    }

    /// Gives up the exclusive hold.
    pub(super) fn release_exclusive(&self) {
        let before = self
            .word
            .fetch_add(VERSION.wrapping_sub(EXCLUSIVE), Ordering::Release);
        debug_assert!(
            before & EXCLUSIVE != 0,
            "released a latch that was not held exclusively"
        );
    }

    /// Turns the exclusive hold into a shared one, letting nobody else in between.
    pub(super) fn downgrade(&self) {
        let before = self
            .word
            .fetch_add(VERSION.wrapping_sub(EXCLUSIVE) + 1, Ordering::Release);
        debug_assert!(
            before & EXCLUSIVE != 0,
            "downgraded a latch that was not held exclusively"
        );
    }
}

const SHARED_COUNT: u64 = (1 << 30) - 1;
const TOO_MANY: u64 = 1 << 29;
const EXCLUSIVE: u64 = 1 << 31;
const VERSION: u64 = 1 << 32;
const REFUSE_SHARED: u64 = EXCLUSIVE | TOO_MANY;
/// Count, intent and exclusive bit: all but the version.
const BUSY: u64 = VERSION - 1;

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn shared_holders_exclude_an_exclusive_one() {
        let latch = Latch::new();
        assert!(latch.try_exclusive());
        assert!(!latch.try_shared());
        assert!(!latch.try_exclusive());
        latch.release_exclusive();
        assert!(latch.try_shared());
        assert!(latch.try_shared());
        assert!(!latch.try_exclusive());
        latch.release_shared();
        assert!(!latch.try_exclusive());
        latch.release_shared();
        assert!(latch.try_exclusive());
        latch.downgrade();
        assert!(latch.try_shared());
        latch.release_shared();
        latch.release_shared();
        assert!(latch.try_exclusive());
    }

    #[test]
    fn the_version_counts_exclusive_holders_and_wraps() {
        let latch = Latch {
            word: AtomicU64::new(u64::from(u32::MAX) << 32),
        };
        assert!(latch.try_exclusive());
        latch.release_exclusive();
        assert_eq!(latch.word.load(Ordering::Relaxed), 0);
        assert!(latch.try_exclusive());
        latch.downgrade();
        assert_eq!(latch.word.load(Ordering::Relaxed), VERSION | 1);
    }

    #[test]
    fn too_many_holders_are_refused_before_the_count_spills() {
        let latch = Latch {
            word: AtomicU64::new(TOO_MANY - 1),
        };
        assert!(latch.try_shared());
        assert!(!latch.try_shared());
        assert_eq!(latch.word.load(Ordering::Relaxed), TOO_MANY);
    }
}
