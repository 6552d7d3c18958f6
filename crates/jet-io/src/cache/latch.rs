//! The latch word of a frame: who holds it shared or exclusively, and how often its content changed.
//!
//! | bits | meaning |
//! |---|---|
//! | 0–27 | number of shared holders |
//! | 28 | the count is about to overflow: refuse further holders |
//! | 29 | somebody sleeps until the exclusive holder is gone |
//! | 30 | somebody wants the latch exclusively: no further shared holders, if they can wait |
//! | 31 | held exclusively |
//! | 32–63 | version: one more after every exclusive holder, wrapping |
//!
//! Invariants:
//! - While bit 31 is set nobody holds the latch shared; the count may still be above zero for an instant,
//!   as whoever finds the bit set takes its increment back.
//! - Taking is an acquire and releasing a release operation, and all are read-modify-writes: a holder sees
//!   everything that every earlier holder did.
//! - Bits 29 and 30 are hints to others; neither keeps the latch from being taken exclusively. Bit 29 is set only by
//!   who sleeps under the mutex of `wait`, and whoever takes it away wakes the sleepers.
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

    /// Takes the latch shared; false when it is held exclusively, is wanted so, or is held by too many.
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
        word & HELD == 0
            && self
                .word
                .compare_exchange(
                    word,
                    word & !WANTED | EXCLUSIVE,
                    Ordering::Acquire,
                    Ordering::Relaxed,
                )
                .is_ok()
    }

    /// Gives up the exclusive hold; true when sleepers must be woken.
    #[must_use]
    pub(super) fn release_exclusive(&self) -> bool {
        let before = self
            .word
            .fetch_add(VERSION.wrapping_sub(EXCLUSIVE), Ordering::Release);
        debug_assert!(
            before & EXCLUSIVE != 0,
            "released a latch that was not held exclusively"
        );
        self.take_sleepers(before)
    }

    /// Turns the exclusive hold into a shared one, letting nobody else in between; true when sleepers must be woken.
    #[must_use]
    pub(super) fn downgrade(&self) -> bool {
        let before = self
            .word
            .fetch_add(VERSION.wrapping_sub(EXCLUSIVE) + 1, Ordering::Release);
        debug_assert!(
            before & EXCLUSIVE != 0,
            "downgraded a latch that was not held exclusively"
        );
        self.take_sleepers(before)
    }

    /// Says that the caller sleeps until the exclusive holder is gone; false when there is none.
    pub(super) fn announce_sleeper(&self) -> bool {
        self.word.fetch_or(SLEEPERS, Ordering::Relaxed) & EXCLUSIVE != 0
    }

    /// Asks for the latch to be kept from further shared holders until it was held exclusively.
    pub(super) fn want(&self) {
        self.word.fetch_or(WANTED, Ordering::Relaxed);
    }

    /// Takes [`Latch::want`] back, for all who asked.
    pub(super) fn forget_want(&self) {
        if self.word.load(Ordering::Relaxed) & WANTED != 0 {
            self.word.fetch_and(!WANTED, Ordering::Relaxed);
        }
    }

    fn take_sleepers(&self, before: u64) -> bool {
        let is_slept_for = before & SLEEPERS != 0;
        if is_slept_for {
            self.word.fetch_and(!SLEEPERS, Ordering::Relaxed);
        }
        is_slept_for
    }
}

const SHARED_COUNT: u64 = (1 << 29) - 1;
const TOO_MANY: u64 = 1 << 28;
const SLEEPERS: u64 = 1 << 29;
const WANTED: u64 = 1 << 30;
const EXCLUSIVE: u64 = 1 << 31;
const VERSION: u64 = 1 << 32;
const REFUSE_SHARED: u64 = EXCLUSIVE | WANTED | TOO_MANY;
const HELD: u64 = EXCLUSIVE | SHARED_COUNT;

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn shared_holders_exclude_an_exclusive_one() {
        let latch = Latch::new();
        assert!(latch.try_exclusive());
        assert!(!latch.try_shared());
        assert!(!latch.try_exclusive());
        assert!(!latch.release_exclusive());
        assert!(latch.try_shared());
        assert!(latch.try_shared());
        assert!(!latch.try_exclusive());
        latch.release_shared();
        assert!(!latch.try_exclusive());
        latch.release_shared();
        assert!(latch.try_exclusive());
        assert!(!latch.downgrade());
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
        assert!(!latch.release_exclusive());
        assert_eq!(latch.word.load(Ordering::Relaxed), 0);
        assert!(latch.try_exclusive());
        assert!(!latch.downgrade());
        assert_eq!(latch.word.load(Ordering::Relaxed), VERSION | 1);
    }

    #[test]
    fn a_wanted_latch_takes_no_further_shared_holders_until_it_was_exclusive() {
        let latch = Latch::new();
        assert!(latch.try_shared());
        latch.want();
        assert!(!latch.try_shared());
        latch.forget_want();
        assert!(latch.try_shared());
        latch.want();
        latch.release_shared();
        latch.release_shared();
        assert!(latch.try_exclusive());
        assert!(!latch.release_exclusive());
        assert!(latch.try_shared());
    }

    #[test]
    fn sleepers_are_told_of_once() {
        let latch = Latch::new();
        assert!(latch.try_exclusive());
        assert!(latch.announce_sleeper());
        assert!(latch.downgrade());
        assert!(!latch.announce_sleeper());
        latch.release_shared();
        assert!(latch.try_exclusive());
        assert!(latch.release_exclusive());
        assert!(latch.try_exclusive());
        assert!(!latch.release_exclusive());
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
