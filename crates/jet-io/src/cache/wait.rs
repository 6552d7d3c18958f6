//! Waiting for the latch of a frame: a moment busily, then asleep, and never for ever.
//!
//! The processor is given up a few times first: most latches are held for less than a microsecond. Who then meets an
//! exclusive holder sleeps at one of a few places, chosen by the frame, and is woken when that holder is gone. Who
//! meets shared holders, which would have to count and wake on every release, sleeps for a short time instead.
//!
//! Invariants:
//! - No wakeup is lost: the sleeper sets its bit in the latch word under the mutex of its place and keeps the mutex
//!   until it sleeps; whoever releases the latch and finds the bit takes the mutex before it wakes.
//! - The mutex of a place is held for a few instructions, and together with no other lock.

use std::time::{Duration, Instant};

use super::frames::Frames;
use super::header::FrameIndex;
use super::latch::Latch;
use crate::sync::{Backoff, Condvar, Mutex, lock, sleep, wait_for};

/// Where threads sleep that wait for an exclusive holder.
#[derive(Debug)]
pub(super) struct Parking {
    places: [Place; PLACES],
}

#[derive(Debug)]
struct Place {
    mutex: Mutex<()>,
    released: Condvar,
}

impl Parking {
    pub(super) fn new() -> Self {
        Self {
            places: std::array::from_fn(|_| Place {
                mutex: Mutex::new(()),
                released: Condvar::new(),
            }),
        }
    }

    /// Waits until `frame`, whose latch is `latch`, is held exclusively no more, or a short time.
    pub(super) fn await_release(&self, frame: FrameIndex, latch: &Latch) {
        let Some(place) = self.place(frame) else { return };
        let guard = lock(&place.mutex);
        if latch.announce_sleeper() {
            drop(wait_for(&place.released, guard, SLEEP_MAX));
        } else {
            drop(guard);
            sleep(SLEEP_FOR_READERS);
        }
    }

    /// Wakes those who wait for `frame`. Others who sleep at the same place look once more, too.
    #[cold]
    pub(super) fn wake(&self, frame: FrameIndex) {
        if let Some(place) = self.place(frame) {
            drop(lock(&place.mutex));
            place.released.notify_all();
        }
    }

    fn place(&self, frame: FrameIndex) -> Option<&Place> {
        self.places.get(frame.0 as usize % PLACES)
    }
}

/// How long one thread has waited for one page.
pub(super) struct Patience {
    backoff: Backoff,
    limit: Duration,
    asleep_since: Option<Instant>,
    sleeps: u32,
}

impl Patience {
    /// Patience for about `limit`.
    pub(super) fn new(limit: Duration) -> Self {
        Self {
            backoff: Backoff::new(),
            limit,
            asleep_since: None,
            sleeps: 0,
        }
    }

    /// Waits a little for `frame`; false when the patience is at its end.
    pub(super) fn wait(&mut self, frames: &Frames, frame: Option<FrameIndex>) -> bool {
        if !self.backoff.is_completed() {
            self.backoff.snooze();
            return true;
        }
        let since = *self.asleep_since.get_or_insert_with(Instant::now);
        if since.elapsed() >= self.limit {
            return false;
        }
        self.sleeps = self.sleeps.saturating_add(1);
        match frame {
            Some(frame) => frames.await_release(frame),
            // It is on its way out of the cache or into it.
            None => sleep(SLEEP_FOR_READERS),
        }
        true
    }

    /// Whether one who wants the latch exclusively should ask the readers to make room.
    pub(super) fn is_pressing(&self) -> bool {
        self.backoff.is_completed()
    }

    /// Whether a reader has made room long enough. It must not do so without limit: the one for whom it waits may
    /// be waiting for another guard of the same reader.
    pub(super) fn has_made_room(&self) -> bool {
        self.sleeps >= SLEEPS_TO_MAKE_ROOM
    }
}

/// Wait for a latch that a page is asked under. Far beyond any write of pages: who waits longer has a
/// deadlock, or a disk that does not answer. Unit tests get there sooner.
pub(super) const LATCH_PATIENCE: Duration = if cfg!(all(test, not(loom))) {
    Duration::from_millis(100)
} else {
    Duration::from_secs(10)
};
/// Wait of a flush for a page that somebody uses.
pub(super) const FLUSH_PATIENCE: Duration = Duration::from_millis(500);
/// Longest sleep in one piece.
const SLEEP_MAX: Duration = Duration::from_millis(20);
/// Sleep while readers hold the latch.
const SLEEP_FOR_READERS: Duration = Duration::from_micros(100);
/// Sleeps that a reader makes room for.
const SLEEPS_TO_MAKE_ROOM: u32 = 4;
/// Places to sleep. The model checker follows each of them, so it gets one.
const PLACES: usize = if cfg!(loom) { 1 } else { 64 };
