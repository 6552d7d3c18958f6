//! The page cache: pages of several files in one bounded memory, read without copying and without locks.
//!
//! - [`Cache`] owns the frames; [`Cache::attach`] gives a [`CachedFile`], whose [`CachedFile::page`] gives
//!   a [`PageGuard`]: the page in place, latched shared and pinned until the guard is dropped.
//! - A page found in the cache costs two array lookups, one atomic addition and a comparison; nothing that
//!   all threads write to is touched, only the header of the page's own frame.
//! - A page not found is read once, outside any lock, however many threads want it, and checked once by the
//!   file's [`PageCheck`]. Errors reach everybody who waits, and nothing is kept.
//!
//! Parts: `frames` (memory and frame headers, the home of `unsafe`), `latch` (the latch word), `table` (page
//! number to frame), `evict` (which page leaves), `load` (one load per page), `file` and `prefetch` (what
//! callers use).
//!
//! Order of locks: a ticket to load a page, then the replacement's mutex, then latches of frames, which are only ever
//! tried. Nobody waits for a latch while holding anything, so there is no deadlock; whoever needs a frame
//! when all are latched gets [`CacheError::Exhausted`] after a while.
//!
//! The write side (intent and write latches, log positions, flushing) is planned in
//! `docs/internals/cache.md`; the latch word keeps room for it.

mod counters;
mod evict;
mod file;
mod frames;
mod latch;
mod load;
mod prefetch;
mod table;

#[cfg(all(test, loom))]
mod loom_tests;

use std::sync::Arc;

use jet_pages::{PageSize, Pgno};

pub use counters::CacheCounters;
pub use file::{CachedFile, PageGuard};

use self::counters::Counters;
use self::evict::{Candidates, Replacement};
use self::frames::{ExclusiveFrame, FrameIndex, FrameKey, Frames};
use self::table::PageTable;
use crate::sync::{Backoff, Mutex, lock};
use crate::{File, IoError};

/// Pages of one size in memory, of any number of files. Clones are handles of the same cache.
#[derive(Clone, Debug)]
pub struct Cache {
    core: Arc<Core>,
}

impl Cache {
    /// A cache for pages of `page_size` in at most `max_bytes` of memory (plus about a fiftieth for
    /// bookkeeping). The system gives the memory as pages come in.
    ///
    /// # Errors
    /// [`CacheSetupError::TooSmall`] for less than one page, [`CacheSetupError::OutOfMemory`] when the
    /// system refuses.
    pub fn new(page_size: PageSize, max_bytes: usize) -> Result<Self, CacheSetupError> {
        // An entry of a page table is the number of a frame plus one.
        let frame_count = u32::try_from(max_bytes / page_size.bytes())
            .unwrap_or(u32::MAX)
            .min(u32::MAX - 1);
        if frame_count == 0 {
            return Err(CacheSetupError::TooSmall { max_bytes, page_size });
        }
        let frames = Frames::new(page_size, frame_count).ok_or(CacheSetupError::OutOfMemory { max_bytes })?;
        let space = Space {
            replacement: Replacement::new(frame_count),
            tables: Vec::new(),
        };
        let counters = Counters::default();
        Ok(Self {
            core: Arc::new(Core {
                page_size,
                frame_count,
                frames,
                space: Mutex::new(space),
                counters,
            }),
        })
    }

    /// Lets pages of `file` into the cache, each passed through `check` after it is read. They leave when
    /// the returned handle is dropped.
    pub fn attach<C: PageCheck>(&self, file: Arc<dyn File>, check: C) -> CachedFile<C> {
        CachedFile::new(Arc::clone(&self.core), file, check)
    }

    /// Size of the pages.
    pub fn page_size(&self) -> PageSize {
        self.core.page_size
    }

    /// Number of pages that fit.
    pub fn frame_count(&self) -> u32 {
        self.core.frame_count
    }

    /// What has happened so far. Goes over all frames: meant for reports, not for every operation.
    pub fn counters(&self) -> CacheCounters {
        let in_frames = self
            .core
            .frames
            .headers()
            .iter()
            .map(|header| header.hits())
            .sum::<u64>();
        self.core.counters.snapshot(in_frames)
    }
}

/// Verifies pages as they come from the file.
pub trait PageCheck: Send + Sync {
    /// Why a page cannot be used.
    type Error: Clone + std::error::Error + Send + Sync + 'static;

    /// Verifies page `pgno`; may correct `page` in place. Called once per load.
    ///
    /// # Errors
    /// When the page cannot be used. It is not cached then.
    fn check(&self, pgno: Pgno, page: &mut [u8]) -> Result<PageState, Self::Error>;
}

/// What a [`PageCheck`] found in a page that can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageState {
    /// The page is as it was written.
    Sound,
    /// Damage was corrected in memory; the file still has it.
    Corrected,
}

/// Number of a file in a cache; free again when the file has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub(crate) u32);

/// Why a page is not to be had.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CacheError<E> {
    /// The file could not be read.
    #[error(transparent)]
    Io(#[from] IoError),
    /// The page was read but is not usable.
    #[error("page {pgno} is damaged")]
    Check {
        /// The page asked for.
        pgno: Pgno,
        /// What the check found.
        source: E,
    },
    /// The file ends before the page does.
    #[error("the file ends before page {pgno}, or in it: {got} bytes of the page are there")]
    BeyondEnd {
        /// The page asked for.
        pgno: Pgno,
        /// Bytes of it that the file has.
        got: usize,
    },
    /// Page number 0 names no page.
    #[error("page number 0 names no page")]
    NoSuchPage,
    /// All frames stayed latched for as long as the cache waits.
    #[error("all {frame_count} pages of the cache are in use")]
    Exhausted {
        /// Number of frames in the cache.
        frame_count: u32,
    },
    /// No memory for the page table of the file.
    #[error("no memory for the page table entry of page {pgno}")]
    OutOfMemory {
        /// The page asked for.
        pgno: Pgno,
    },
}

/// Why a cache cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CacheSetupError {
    /// Not even one page fits.
    #[error("a cache of {max_bytes} bytes holds no page of {page_size} bytes")]
    TooSmall {
        /// Memory allowed.
        max_bytes: usize,
        /// Size of a page.
        page_size: PageSize,
    },
    /// The system does not give that much memory.
    #[error("the system has no {max_bytes} bytes for a cache")]
    OutOfMemory {
        /// Memory wanted.
        max_bytes: usize,
    },
}

/// What all handles of a cache share.
#[derive(Debug)]
struct Core {
    page_size: PageSize,
    frame_count: u32,
    frames: Frames,
    space: Mutex<Space>,
    counters: Counters,
}

/// What changes when a page comes or goes.
#[derive(Debug)]
struct Space {
    replacement: Replacement,
    /// The page table of each file, by [`FileId`].
    tables: Vec<Option<Arc<PageTable>>>,
}

impl Core {
    /// Enters a file.
    fn add_file(&self) -> (FileId, Arc<PageTable>) {
        let table = Arc::new(PageTable::new());
        let mut space = lock(&self.space);
        let slot = space
            .tables
            .iter()
            .position(Option::is_none)
            .unwrap_or(space.tables.len());
        match space.tables.get_mut(slot) {
            Some(free) => *free = Some(Arc::clone(&table)),
            None => space.tables.push(Some(Arc::clone(&table))),
        }
        let id = u32::try_from(slot).expect("every slot is an open file, and no system has 2^32 of them");
        (FileId(id), table)
    }

    /// Empties all frames of a file that nobody reads any more, and gives up its number.
    fn remove_file(&self, file: FileId) {
        let mut space = lock(&self.space);
        let Space { replacement, tables } = &mut *space;
        let mut is_leaked = false;
        for frame in (0..replacement.handed_out()).map(FrameIndex) {
            let holds_file = || {
                self.frames
                    .header(frame)
                    .is_some_and(|header| is_of(header.key(), file))
            };
            if holds_file() {
                match self.take_unused(frame) {
                    Some(mut taken) => drop(self.empty(&mut taken, tables)),
                    // Its guard was forgotten rather than dropped. The frame stays as it is for ever, and so
                    // does the number: no other file may be taken for this one.
                    None => is_leaked = true,
                }
            }
        }
        let is_empty = |frame| {
            self.frames
                .header(frame)
                .is_some_and(|header| header.key() == FrameKey::NONE)
        };
        // A frame that somebody is loading is empty, too, but latched; it keeps its place.
        replacement.release_all(|frame| is_empty(frame) && self.frames.try_exclusive(frame).is_some());
        if let Some(slot) = tables.get_mut(file.0 as usize).filter(|_| !is_leaked) {
            *slot = None;
        }
    }

    /// Latches a frame that nobody uses. Whoever follows an outdated entry may hold it for an instant.
    fn take_unused(&self, frame: FrameIndex) -> Option<ExclusiveFrame<'_>> {
        let backoff = Backoff::new();
        (0..UNUSED_TRIES).find_map(|_| {
            let taken = self.frames.try_exclusive(frame);
            if taken.is_none() {
                backoff.snooze();
            }
            taken
        })
    }

    /// Takes a frame for the page `key`, evicting another page if need be; `None` when all are latched.
    fn take_frame(&self, key: FrameKey) -> Option<ExclusiveFrame<'_>> {
        let mut space = lock(&self.space);
        let Space { replacement, tables } = &mut *space;
        let mut frame = replacement.take(&&self.frames, key)?;
        if self.empty(&mut frame, tables) {
            self.counters.evictions.add(1);
        }
        Some(frame)
    }

    /// Takes a frame for the page `key`, waiting a bounded time while all are latched.
    fn take_frame_waiting(&self, key: FrameKey) -> Option<ExclusiveFrame<'_>> {
        let backoff = Backoff::new();
        (0..FRAME_TRIES).find_map(|attempt| {
            let frame = self.take_frame(key);
            if frame.is_none() {
                pause(&backoff, attempt);
            }
            frame
        })
    }

    /// Takes a latched frame from the page that it holds: entry first, then key. Returns whether there was one.
    fn empty(&self, frame: &mut ExclusiveFrame<'_>, tables: &[Option<Arc<PageTable>>]) -> bool {
        let key = frame.key();
        if key == FrameKey::NONE {
            return false;
        }
        if let Some(Some(table)) = tables.get(key.file().0 as usize) {
            table.clear(key.pgno());
        }
        self.counters.hits.add(frame.set_key(FrameKey::NONE));
        true
    }
}

impl<'c> Candidates for &'c Frames {
    type Taken = ExclusiveFrame<'c>;

    fn uses(&self, frame: FrameIndex) -> u8 {
        self.header(frame).map_or(0, |header| header.uses())
    }

    fn set_uses(&self, frame: FrameIndex, uses: u8) {
        if let Some(header) = self.header(frame) {
            header.set_uses(uses);
        }
    }

    fn try_take(&self, frame: FrameIndex) -> Option<ExclusiveFrame<'c>> {
        self.try_exclusive(frame)
    }

    fn key(taken: &ExclusiveFrame<'c>) -> FrameKey {
        taken.key()
    }
}

fn is_of(key: FrameKey, file: FileId) -> bool {
    key != FrameKey::NONE && key.file() == file
}

/// Lets others go on before the next try: at first only the processor is given up.
fn pause(backoff: &Backoff, attempt: u32) {
    if cfg!(loom) || attempt < FRAME_TRIES_BUSY {
        backoff.snooze();
    } else {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
}

/// Tries to get a frame before the cache counts as exhausted: about half a second.
const FRAME_TRIES: u32 = if cfg!(loom) { 2 } else { FRAME_TRIES_BUSY + 400 };
const FRAME_TRIES_BUSY: u32 = 50;
/// Tries to latch a frame that nobody uses.
const UNUSED_TRIES: u32 = 1000;
