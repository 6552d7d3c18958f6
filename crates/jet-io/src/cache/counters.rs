//! What happened in the cache, counted.

use std::sync::atomic::{AtomicU64, Ordering};

/// The counters of a cache at one moment, since it was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheCounters {
    /// Pages asked for and found. When two threads find one page in the same instant one of them may stay
    /// uncounted.
    pub hits: u64,
    /// Pages asked for that had to be read.
    pub misses: u64,
    /// Pages that left to make room for others.
    pub evictions: u64,
    /// Pages read ahead.
    pub prefetched: u64,
    /// Pages corrected by their check.
    pub corrected: u64,
    /// Reads of files; one read may bring many pages.
    pub reads: u64,
    /// Pages written.
    pub written: u64,
    /// Writes of files; one write may have many pages.
    pub writes: u64,
}

/// One counter. Apart from [`CacheCounters::hits`], which frames count for themselves, all change only
/// when a page is read or written.
#[derive(Debug, Default)]
pub(super) struct Counter(AtomicU64);

impl Counter {
    pub(super) fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// The counters behind [`CacheCounters`].
#[derive(Debug, Default)]
pub(super) struct Counters {
    /// Hits on pages that have left.
    pub(super) hits: Counter,
    pub(super) misses: Counter,
    pub(super) evictions: Counter,
    pub(super) prefetched: Counter,
    pub(super) corrected: Counter,
    pub(super) reads: Counter,
    pub(super) written: Counter,
    pub(super) writes: Counter,
}

impl Counters {
    pub(super) fn snapshot(&self, hits_in_frames: u64) -> CacheCounters {
        CacheCounters {
            hits: self.hits.get().wrapping_add(hits_in_frames),
            misses: self.misses.get(),
            evictions: self.evictions.get(),
            prefetched: self.prefetched.get(),
            corrected: self.corrected.get(),
            reads: self.reads.get(),
            written: self.written.get(),
            writes: self.writes.get(),
        }
    }
}
