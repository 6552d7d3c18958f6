//! The page cache: pages of several files in one bounded memory, read without copying and without locks.
//!
//! - [`Cache`] owns the frames; [`Cache::attach`] gives a [`CachedFile`], whose [`CachedFile::page`] gives
//!   a [`PageGuard`]: the page in place, latched shared and pinned until the guard is dropped.
//! - A page found in the cache costs two array lookups, one atomic addition and a comparison; nothing that
//!   all threads write to is touched, only the header of the page's own frame.
//! - A page not found is read once, outside any lock, however many threads want it, and checked once by the
//!   file's [`PageCheck`]. Errors reach everybody who waits, and nothing is kept.
//!
//! - A file attached by [`Cache::attach_writable`] also gives a [`PageGuardMut`]: the page latched exclusively, to be
//!   changed only together with the position of the change in the log. Pages go back to the file by
//!   [`CachedFile::flush`], or when all frames are dirty, and never before the log.
//!
//! Parts: `frames` (memory, the home of `unsafe`), `header` (what is known about a frame), `latch` (the latch word),
//! `wait` (sleeping for a latch), `table` (page number to frame), `space` (frames for pages), `evict` (which page
//! leaves), `load` (one load per page), `dirty` (which pages are to be written), `write` (writing them), `file`,
//! `page_mut` and `prefetch` (what callers use).
//!
//! Order of locks: a file's right to write, a ticket to load a page, the mutex of `space`, latches of frames, the mutex of
//! `dirty`. Inside the cache latches are only tried while anything else is held. Callers wait for latches while they
//! hold others, in an order of theirs, and no longer than some seconds; whoever needs a frame when all are latched gets
//! [`CacheError::Exhausted`] after a while.

mod counters;
mod dirty;
mod evict;
mod file;
mod frames;
mod header;
mod latch;
mod load;
mod near;
mod page_mut;
mod prefetch;
mod space;
mod table;
mod wait;
mod write;

#[cfg(all(test, loom))]
mod loom_tests;

use std::sync::Arc;

use jet_pages::{PageSize, Pgno};

pub use counters::CacheCounters;
pub use dirty::{LogPosition, Stamp};
pub use file::{CachedFile, PageGuard};
pub use page_mut::PageGuardMut;
pub use write::{FlushError, Flushed, WriteGate};

use self::space::Core;
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
        Self::with_limits(page_size, max_bytes, max_bytes)
    }

    /// A cache for pages of `page_size` in `soft_bytes` of memory, and up to `hard_bytes` when all pages in the former
    /// are in use or must not be written yet. Once it has grown it stays so. A limit below the soft one counts as the
    /// soft one.
    ///
    /// # Errors
    /// As [`Cache::new`].
    pub fn with_limits(
        page_size: PageSize,
        soft_bytes: usize,
        hard_bytes: usize,
    ) -> Result<Self, CacheSetupError> {
        // An entry of a page table is the number of a frame plus one.
        let frames_in = |bytes: usize| {
            u32::try_from(bytes / page_size.bytes())
                .unwrap_or(u32::MAX)
                .min(u32::MAX - 1)
        };
        let hard_bytes = hard_bytes.max(soft_bytes);
        if frames_in(soft_bytes) == 0 {
            return Err(CacheSetupError::TooSmall {
                max_bytes: soft_bytes,
                page_size,
            });
        }
        let core = Core::new(page_size, frames_in(soft_bytes), frames_in(hard_bytes)).ok_or(
            CacheSetupError::OutOfMemory {
                max_bytes: hard_bytes,
            },
        )?;
        Ok(Self { core: Arc::new(core) })
    }

    /// Lets pages of `file` into the cache, each passed through `check` after it is read. They leave when
    /// the returned handle is dropped.
    pub fn attach<C: PageCheck>(&self, file: Arc<dyn File>, check: C) -> CachedFile<C> {
        CachedFile::new(Arc::clone(&self.core), file, check, None)
    }

    /// As [`Cache::attach`], for a file whose pages can be changed; `gate` has a say before they are written.
    ///
    /// Dropping the handle drops the pages, dirty ones unwritten: [`CachedFile::flush`] comes first.
    pub fn attach_writable<C: PageCheck>(
        &self,
        file: Arc<dyn File>,
        check: C,
        gate: Arc<dyn WriteGate>,
    ) -> CachedFile<C> {
        CachedFile::new(Arc::clone(&self.core), file, check, Some(gate))
    }

    /// Size of the pages.
    pub fn page_size(&self) -> PageSize {
        self.core.page_size
    }

    /// Number of pages that fit, at the utmost.
    pub fn frame_count(&self) -> u32 {
        self.core.hard_count
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
    /// All frames hold changed pages, and writing them failed.
    #[error("no room in the cache, since changed pages cannot be written")]
    WriteBack(#[from] FlushError),
    /// The page stayed in use for as long as the cache waits: most likely the callers wait for each other.
    #[error("page {pgno} stays in use")]
    Latched {
        /// The page asked for.
        pgno: Pgno,
    },
    /// The file was not attached to be changed.
    #[error("the file is attached for reading only")]
    ReadOnly,
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

/// Bytes of one read or write at most.
const RUN_BYTES_MAX: usize = 512 * 1024;
