//! Which page leaves when a frame is needed: a second-chance scheme after S3-FIFO.
//!
//! A page that comes in waits in a short queue (a tenth of the frames). Used at least twice by the time it
//! reaches the end, it moves to the long queue; otherwise it leaves, and its key is remembered for a while:
//! a page that comes back soon goes to the long queue at once. In the long queue every use counted buys one
//! more round. So pages read once, by a scan, pass through the short queue and leave the others alone.
//!
//! Invariants:
//! - Every frame that was ever handed out is in exactly one of the two queues or among the free ones.
//! - A latched frame is never taken, only passed over; so is one whose page must be written first. What is said
//!   of latched frames below holds for both.
//! - A search ends after a bounded number of steps, with nothing if all frames are latched.
//! - Frames beyond the soft limit are handed out only by [`Replacement::take_beyond`].
//!
//! All of this runs under one mutex, taken only when a page has to come into the cache.

use std::collections::VecDeque;

use super::header::{FrameIndex, FrameKey, USES_MAX};

/// What the replacement asks of frames.
pub(super) trait Candidates {
    /// A frame latched exclusively.
    type Taken;

    /// Uses since the last call of `set_uses`, or since the frame was loaded; at most [`USES_MAX`].
    fn uses(&self, frame: FrameIndex) -> u8;

    /// Sets the number of uses.
    fn set_uses(&self, frame: FrameIndex, uses: u8);

    /// Latches the frame exclusively, if nobody holds it and its page need not be written first.
    fn try_take(&self, frame: FrameIndex) -> Option<Self::Taken>;

    /// The page that a taken frame holds.
    fn key(taken: &Self::Taken) -> FrameKey;
}

/// The queues.
#[derive(Debug)]
pub(super) struct Replacement {
    /// Frames to get by with.
    soft_count: u32,
    hard_count: u32,
    /// Frames from here on were never handed out.
    fresh: u32,
    free: Vec<FrameIndex>,
    short: VecDeque<FrameIndex>,
    long: VecDeque<FrameIndex>,
    short_target: usize,
    ghosts: Ghosts,
}

impl Replacement {
    pub(super) fn new(soft_count: u32, hard_count: u32) -> Self {
        Self {
            soft_count,
            hard_count,
            fresh: 0,
            free: Vec::new(),
            short: VecDeque::new(),
            long: VecDeque::new(),
            short_target: (soft_count as usize / 10).max(1),
            ghosts: Ghosts::new(soft_count as usize),
        }
    }

    /// Frames below this number have been handed out at some time.
    pub(super) fn handed_out(&self) -> u32 {
        self.fresh
    }

    /// Takes a frame for the page `key` and files it in the queue where that page belongs; the frame may
    /// still hold another page. `None` when every frame is latched.
    pub(super) fn take<C: Candidates>(&mut self, candidates: &C, key: FrameKey) -> Option<C::Taken> {
        let (frame, taken) = self
            .take_empty(candidates)
            .or_else(|| self.take_victim(candidates))?;
        self.file(frame, key);
        Some(taken)
    }

    /// As [`Replacement::take`], but takes a frame beyond the soft limit, up to the hard one, and evicts nothing.
    pub(super) fn take_beyond<C: Candidates>(&mut self, candidates: &C, key: FrameKey) -> Option<C::Taken> {
        let (frame, taken) = self.take_fresh(candidates, self.hard_count)?;
        self.file(frame, key);
        Some(taken)
    }

    fn file(&mut self, frame: FrameIndex, key: FrameKey) {
        if self.ghosts.forget(key) {
            self.long.push_back(frame);
        } else {
            self.short.push_back(frame);
        }
    }

    /// Takes the frames that `is_released`, which must be empty, out of their queues: they are handed out
    /// before any page is evicted.
    pub(super) fn release_all(&mut self, is_released: impl Fn(FrameIndex) -> bool) {
        for queue in [&mut self.short, &mut self.long] {
            queue.retain(|&frame| {
                let released = is_released(frame);
                if released {
                    self.free.push(frame);
                }
                !released
            });
        }
    }

    fn take_empty<C: Candidates>(&mut self, candidates: &C) -> Option<(FrameIndex, C::Taken)> {
        while let Some(frame) = self.free.pop() {
            match candidates.try_take(frame) {
                Some(taken) => return Some((frame, taken)),
                // Somebody who followed an old entry looks at it just now: it waits for its turn.
                None => self.short.push_back(frame),
            }
        }
        self.take_fresh(candidates, self.soft_count)
    }

    /// Takes a frame that was never handed out, of the first `limit`.
    fn take_fresh<C: Candidates>(&mut self, candidates: &C, limit: u32) -> Option<(FrameIndex, C::Taken)> {
        if self.fresh >= limit {
            return None;
        }
        let frame = FrameIndex(self.fresh);
        let taken = candidates.try_take(frame)?;
        self.fresh += 1;
        Some((frame, taken))
    }

    fn take_victim<C: Candidates>(&mut self, candidates: &C) -> Option<(FrameIndex, C::Taken)> {
        // Every frame may buy `USES_MAX` rounds in the long queue after one in the short one.
        let steps_max = (self.short.len() + self.long.len()) * (USES_MAX as usize + 2);
        let mut latched_in_long = 0;
        for _ in 0..steps_max {
            let long_is_stuck = latched_in_long >= self.long.len();
            let taken = if self.short.len() >= self.short_target || long_is_stuck {
                self.step_short(candidates)
            } else {
                let (taken, was_latched) = self.step_long(candidates);
                latched_in_long += usize::from(was_latched);
                taken
            };
            if taken.is_some() {
                return taken;
            }
            if self.short.is_empty() && latched_in_long >= self.long.len() {
                return None;
            }
        }
        None
    }

    /// Looks at the end of the short queue.
    fn step_short<C: Candidates>(&mut self, candidates: &C) -> Option<(FrameIndex, C::Taken)> {
        let frame = self.short.pop_front()?;
        if candidates.uses(frame) >= USES_TO_STAY {
            candidates.set_uses(frame, 0);
            self.long.push_back(frame);
            return None;
        }
        let Some(taken) = candidates.try_take(frame) else {
            // In use at this moment, so it is no page of a scan that went by.
            self.long.push_back(frame);
            return None;
        };
        self.ghosts.remember(C::key(&taken));
        Some((frame, taken))
    }

    /// Looks at the end of the long queue; also tells whether the frame there was latched.
    fn step_long<C: Candidates>(&mut self, candidates: &C) -> (Option<(FrameIndex, C::Taken)>, bool) {
        let Some(frame) = self.long.pop_front() else {
            return (None, false);
        };
        if let Some(fewer) = candidates.uses(frame).checked_sub(1) {
            candidates.set_uses(frame, fewer);
            self.long.push_back(frame);
            return (None, false);
        }
        match candidates.try_take(frame) {
            Some(taken) => (Some((frame, taken)), false),
            None => {
                self.long.push_back(frame);
                (None, true)
            }
        }
    }
}

/// Uses in the short queue that make a page stay. Two, since the first use of a page that was read ahead
/// is the one that it was read for.
const USES_TO_STAY: u8 = 2;

/// Keys of pages that left the short queue: a table where a newer key takes the place of an older one.
#[derive(Debug)]
struct Ghosts {
    keys: Box<[u64]>,
}

impl Ghosts {
    fn new(count: usize) -> Self {
        Self {
            keys: vec![0; count.next_power_of_two()].into_boxed_slice(),
        }
    }

    fn remember(&mut self, key: FrameKey) {
        if let Some(place) = self.place(key) {
            *place = key.0;
        }
    }

    /// Whether `key` was remembered; it no longer is.
    fn forget(&mut self, key: FrameKey) -> bool {
        match self.place(key) {
            Some(place) if *place == key.0 => {
                *place = FrameKey::NONE.0;
                true
            }
            _ => false,
        }
    }

    fn place(&mut self, key: FrameKey) -> Option<&mut u64> {
        // Fibonacci hashing: neighbouring page numbers spread over the whole table.
        let hash = key.0.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
        let mask = self.keys.len() - 1;
        self.keys.get_mut(hash as usize & mask)
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        clippy::cast_possible_truncation
    )]
    use super::*;
    use std::cell::{Cell, RefCell};
    use std::collections::HashMap;

    /// Frames of a cache without content: key, uses, latched.
    struct Model {
        frames: Vec<(Cell<u64>, Cell<u8>, Cell<bool>)>,
        replacement: RefCell<Replacement>,
        misses: Cell<u32>,
    }

    impl Candidates for Model {
        type Taken = (FrameIndex, FrameKey);
        fn uses(&self, frame: FrameIndex) -> u8 {
            self.frames[frame.0 as usize].1.get()
        }
        fn set_uses(&self, frame: FrameIndex, uses: u8) {
            self.frames[frame.0 as usize].1.set(uses);
        }
        fn try_take(&self, frame: FrameIndex) -> Option<Self::Taken> {
            let (key, _, latched) = &self.frames[frame.0 as usize];
            (!latched.get()).then(|| (frame, FrameKey(key.get())))
        }
        fn key(taken: &Self::Taken) -> FrameKey {
            taken.1
        }
    }

    impl Model {
        fn new(count: u32) -> Self {
            Self {
                frames: (0..count).map(|_| Default::default()).collect(),
                replacement: RefCell::new(Replacement::new(count, count)),
                misses: Cell::new(0),
            }
        }

        fn get(&self, key: u64) -> Option<FrameIndex> {
            if let Some(hit) = self.frames.iter().position(|(held, ..)| held.get() == key) {
                let uses = &self.frames[hit].1;
                uses.set((uses.get() + 1).min(USES_MAX));
                return Some(FrameIndex(hit as u32));
            }
            self.misses.set(self.misses.get() + 1);
            let (frame, _) = self.replacement.borrow_mut().take(self, FrameKey(key))?;
            let (held, uses, _) = &self.frames[frame.0 as usize];
            held.set(key);
            uses.set(0);
            Some(frame)
        }

        fn check_queues(&self) {
            let replacement = self.replacement.borrow();
            let mut seen = HashMap::new();
            for frame in replacement
                .short
                .iter()
                .chain(&replacement.long)
                .chain(&replacement.free)
            {
                *seen.entry(frame.0).or_insert(0) += 1;
            }
            assert_eq!(seen.len(), replacement.fresh as usize);
            assert!(seen.values().all(|&count| count == 1), "{seen:?}");
        }
    }

    #[test]
    fn a_scan_leaves_pages_in_use_alone() {
        let model = Model::new(100);
        for _ in 0..4 {
            (1..=60).for_each(|key| {
                model.get(key).unwrap();
            });
        }
        (1000..3000).for_each(|key| {
            model.get(key).unwrap();
        });
        model.misses.set(0);
        (1..=60).for_each(|key| {
            model.get(key).unwrap();
        });
        assert!(
            model.misses.get() <= 6,
            "{} of 60 pages in use were lost to a scan",
            model.misses.get()
        );
        model.check_queues();
    }

    #[test]
    fn a_page_that_returns_soon_stays_longer() {
        let model = Model::new(20);
        (1..=25).for_each(|key| {
            model.get(key).unwrap();
        });
        let gone = (1..=25)
            .find(|&key| model.frames.iter().all(|(held, ..)| held.get() != key))
            .unwrap();
        let frame = model.get(gone).unwrap();
        assert!(model.replacement.borrow().long.contains(&frame));
    }

    #[test]
    fn latched_frames_are_passed_over_and_a_search_ends() {
        let model = Model::new(8);
        (1..=8).for_each(|key| {
            model.get(key).unwrap();
        });
        for latched in 0..8 {
            model.frames[latched].2.set(true);
            if latched < 7 {
                for key in 100..140 {
                    let frame = model.get(key + latched as u64 * 100).unwrap();
                    assert!(!model.frames[frame.0 as usize].2.get());
                }
            }
            model.check_queues();
        }
        assert_eq!(model.get(9000), None);
        model.frames[3].2.set(false);
        assert_eq!(model.get(9000), Some(FrameIndex(3)));
        model.check_queues();
    }

    #[test]
    fn a_cache_of_one_frame_works() {
        let model = Model::new(1);
        for key in [1, 2, 1, 1, 1, 1, 1, 2, 3] {
            assert_eq!(model.get(key), Some(FrameIndex(0)));
            model.check_queues();
        }
    }

    #[test]
    fn released_frames_are_taken_first() {
        let model = Model::new(10);
        (1..=10).for_each(|key| {
            model.get(key).unwrap();
        });
        model
            .replacement
            .borrow_mut()
            .release_all(|frame| frame.0 % 5 == 2);
        model.check_queues();
        let mut next = [model.get(50).unwrap().0, model.get(51).unwrap().0];
        next.sort_unstable();
        assert_eq!(next, [2, 7]);
        model.check_queues();
    }
}
