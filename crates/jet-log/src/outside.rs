//! What the engine asks of its surroundings besides files: the time, and numbers that nobody can foresee.
//!
//! Both are traits, so that a test or a simulation repeats a run exactly.

use core::fmt;
use core::sync::atomic::{AtomicU64, Ordering};
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::time::SystemTime;

use jet_pages::dbheader::LogTime;

/// Tells the time.
pub trait Clock: fmt::Debug + Send + Sync {
    /// Milliseconds since 1970-01-01, in UTC.
    fn unix_milliseconds(&self) -> u64;

    /// The time as headers and logs store it.
    fn now(&self) -> LogTime {
        LogTime::from_unix_milliseconds(self.unix_milliseconds())
    }
}

/// Gives numbers for identities of logs and databases.
pub trait Random: fmt::Debug + Send + Sync {
    /// The next number.
    fn next_u32(&self) -> u32;
}

/// The clock of the system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn unix_milliseconds(&self) -> u64 {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        // A machine whose clock stands before 1970 has no time that means anything.
        since.map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }
}

/// A clock that goes on by the same step whenever it is asked.
#[derive(Debug)]
pub struct SteppingClock {
    next: AtomicU64,
    step: u64,
}

impl SteppingClock {
    /// A clock that first says `start` and then `step` more each time, in milliseconds since 1970. Step 0: it stands.
    pub const fn new(start: u64, step: u64) -> Self {
        Self {
            next: AtomicU64::new(start),
            step,
        }
    }
}

impl Clock for SteppingClock {
    fn unix_milliseconds(&self) -> u64 {
        self.next.fetch_add(self.step, Ordering::Relaxed)
    }
}

/// Random numbers of the system, good enough to tell identities apart; they are no secrets.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn next_u32(&self) -> u32 {
        // The keys of the standard library's hash tables come from the system, and differ from one to the next.
        low_half(RandomState::new().hash_one(SystemClock.unix_milliseconds()))
    }
}

/// Numbers that follow from a seed: the same in every run.
#[derive(Debug)]
pub struct SeededRandom {
    state: AtomicU64,
}

impl SeededRandom {
    /// The sequence of this seed.
    pub const fn new(seed: u64) -> Self {
        Self {
            state: AtomicU64::new(seed),
        }
    }
}

impl Random for SeededRandom {
    fn next_u32(&self) -> u32 {
        // SplitMix64.
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut mixed = self.state.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        low_half(mixed ^ mixed >> 31)
    }
}

/// The low 32 bits.
const fn low_half(number: u64) -> u32 {
    let [a, b, c, d, ..] = number.to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_tells_time_and_random_numbers() {
        let now = SystemClock.now();
        assert!(now.is_utc() && now.year >= 124, "{now}");
        let numbers: Vec<_> = (0..4).map(|_| SystemRandom.next_u32()).collect();
        assert!(numbers.iter().any(|number| *number != numbers[0]), "{numbers:?}");
    }

    #[test]
    fn a_run_can_be_repeated() {
        let clock = SteppingClock::new(999, 2);
        let times = [clock.unix_milliseconds(), clock.unix_milliseconds()];
        assert_eq!(times, [999, 1001]);
        assert_eq!(clock.now().to_string(), "1970-01-01 00:00:01.003Z");
        let numbers = |seed| {
            let random = SeededRandom::new(seed);
            [(); 3].map(|()| random.next_u32())
        };
        assert_eq!(numbers(5), numbers(5));
        assert_ne!(numbers(5), numbers(6));
        // Recorded from the public description of SplitMix64: the first value of seed 0 is 0xe220a8397b1dcdaf.
        assert_eq!(numbers(0)[0], 0x7b1d_cdaf);
    }
}
