//! The pages of one database file by number, through the page cache, each verified before anybody sees it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use jet_io::cache::{
    Cache, CacheCounters, CacheError, CacheSetupError, CachedFile, FlushError, Flushed, LogPosition,
    PageCheck, PageGuard, PageGuardMut, PageState, WriteGate,
};
use jet_io::{File, IoError};
use jet_pages::checksum::{self, ChecksumError};
use jet_pages::{Page, PageError, PageSize, Pgno};

use crate::TreeError;

/// The pages of one file.
#[derive(Debug)]
pub struct Pages {
    cache: Cache,
    file: CachedFile<Verify>,
    size: PageSize,
    /// Number of the last page; grows with the file.
    count: AtomicU32,
    is_changing: bool,
}

/// Why the pages of a file cannot be made available.
#[derive(Debug, thiserror::Error)]
pub enum OpenPagesError {
    /// The length of the file is not to be had.
    #[error(transparent)]
    Io(#[from] IoError),
    /// The cache cannot be made.
    #[error(transparent)]
    Cache(#[from] CacheSetupError),
}

impl Pages {
    /// Pages of `size` of `file`, in a cache of `cache_bytes` of its own.
    ///
    /// A page that the end of the file cuts off counts as one: reading it is an error.
    ///
    /// # Errors
    /// [`OpenPagesError`].
    pub fn new(file: Arc<dyn File>, size: PageSize, cache_bytes: usize) -> Result<Self, OpenPagesError> {
        let count = pages_in(&*file, size)?;
        let cache = Cache::new(size, cache_bytes)?;
        let file = cache.attach(file, Verify { size });
        Ok(Self {
            cache,
            file,
            size,
            count,
            is_changing: false,
        })
    }

    /// Pages of `file`, in `cache`, that can be changed; `gate` has a say before they are written.
    ///
    /// # Errors
    /// When the length of the file is not to be had.
    pub(crate) fn writable(
        cache: &Cache,
        file: Arc<dyn File>,
        gate: Arc<dyn WriteGate>,
    ) -> Result<Self, IoError> {
        let size = cache.page_size();
        let count = pages_in(&*file, size)?;
        Ok(Self {
            cache: cache.clone(),
            file: cache.attach_writable(file, Verify { size }, gate),
            size,
            count,
            is_changing: true,
        })
    }

    /// Page `pgno`, latched for reading until the returned reference is dropped.
    ///
    /// # Errors
    /// [`TreeError::BeyondFile`], [`TreeError::Checksum`], [`TreeError::Page`] when the page is not initialised or its
    /// header makes no sense, [`TreeError::Io`], [`TreeError::CacheExhausted`].
    pub fn read(&self, pgno: Pgno) -> Result<PageRef<'_>, TreeError> {
        match self.file.cached(pgno) {
            Some(guard) => Ok(PageRef {
                guard,
                pgno,
                size: self.size,
            }),
            None => self.load(pgno),
        }
    }

    /// Reads pages into the cache that will soon be asked for; those that cannot be read are left out.
    pub fn prefetch(&self, pgnos: &[Pgno]) {
        self.file.prefetch(pgnos);
    }

    /// Page size.
    pub const fn size(&self) -> PageSize {
        self.size
    }

    /// Number of pages of the file, the two headers left out: the number of the last page.
    pub fn count(&self) -> u32 {
        self.count.load(Ordering::Acquire)
    }

    /// Page `pgno`, latched for reading, if it is in the cache and nobody is about to change it.
    pub(crate) fn at_hand(&self, pgno: Pgno) -> Option<PageRef<'_>> {
        let guard = self.file.cached(pgno)?;
        Some(PageRef {
            guard,
            pgno,
            size: self.size,
        })
    }

    /// Whether pages may change while they are read.
    pub(crate) const fn is_changing(&self) -> bool {
        self.is_changing
    }

    /// The file has grown up to page `last`.
    pub(crate) fn grown(&self, last: Pgno) {
        self.count.fetch_max(last.0, Ordering::AcqRel);
    }

    /// The file ends with page `last` now: those behind it are forgotten.
    pub(crate) fn cut(&self, last: Pgno) -> Result<(), TreeError> {
        self.count.fetch_min(last.0, Ordering::AcqRel);
        let first_gone = Pgno(last.0.saturating_add(1));
        self.file
            .forget_beyond(last)
            .map_err(|error| self.located(first_gone, error))
    }

    /// Page `pgno`, latched exclusively. Errors as of [`Pages::read`].
    pub(crate) fn page_mut(&self, pgno: Pgno) -> Result<PageGuardMut<'_>, TreeError> {
        self.check_within(pgno)?;
        self.file
            .page_mut(pgno)
            .map_err(|error| self.located(pgno, error))
    }

    /// Page `pgno` to be made anew, latched exclusively; what the file has there is not read.
    pub(crate) fn new_page(&self, pgno: Pgno) -> Result<PageGuardMut<'_>, TreeError> {
        self.check_within(pgno)?;
        self.file
            .new_page(pgno)
            .map_err(|error| self.located(pgno, error))
    }

    /// See [`CachedFile::flush`].
    pub(crate) fn flush(&self) -> Result<Flushed, FlushError> {
        self.file.flush()
    }

    /// See [`CachedFile::flush_before`].
    pub(crate) fn flush_before(&self, begun: LogPosition) -> Result<Flushed, FlushError> {
        self.file.flush_before(begun)
    }

    /// See [`CachedFile::oldest_begun`].
    pub(crate) fn oldest_begun(&self) -> Option<LogPosition> {
        self.file.oldest_begun()
    }

    /// See [`CachedFile::release`].
    pub(crate) fn release_after(&self, pgno: Pgno, modified: LogPosition) {
        self.file.release_after(pgno, modified);
    }

    pub(crate) fn release(&self, pgno: Pgno) {
        self.file.release(pgno);
    }

    /// The file.
    pub fn file(&self) -> &Arc<dyn File> {
        self.file.file()
    }

    /// What the cache did.
    pub fn counters(&self) -> CacheCounters {
        self.cache.counters()
    }

    #[cold]
    fn load(&self, pgno: Pgno) -> Result<PageRef<'_>, TreeError> {
        self.check_within(pgno)?;
        let guard = self.file.page(pgno).map_err(|error| self.located(pgno, error))?;
        Ok(PageRef {
            guard,
            pgno,
            size: self.size,
        })
    }

    fn check_within(&self, pgno: Pgno) -> Result<(), TreeError> {
        let last = Pgno(self.count());
        if pgno.is_some() && pgno <= last {
            Ok(())
        } else {
            Err(TreeError::BeyondFile { pgno, last })
        }
    }

    fn located(&self, pgno: Pgno, error: CacheError<PageFault>) -> TreeError {
        match error {
            CacheError::Io(source) => TreeError::Io { pgno, source },
            CacheError::Check {
                source: PageFault::Checksum(error),
                ..
            } => TreeError::Checksum(error),
            CacheError::Check {
                source: PageFault::Page(error),
                ..
            } => TreeError::Page(error),
            CacheError::BeyondEnd { got, .. } => TreeError::Page(PageError::Truncated {
                pgno,
                len: got,
                expected: self.size.bytes(),
            }),
            CacheError::NoSuchPage => TreeError::BeyondFile {
                pgno,
                last: Pgno(self.count()),
            },
            CacheError::WriteBack(source) => TreeError::Io {
                pgno,
                source: source.into_io(),
            },
            CacheError::Exhausted { .. }
            | CacheError::OutOfMemory { .. }
            | CacheError::Latched { .. }
            | CacheError::ReadOnly => TreeError::CacheExhausted { pgno },
        }
    }
}

/// Number of the last page of a file; one that the end of the file cuts off counts.
fn pages_in(file: &dyn File, size: PageSize) -> Result<AtomicU32, IoError> {
    let pages = file.len()?.div_ceil(size.bytes() as u64).saturating_sub(2);
    Ok(AtomicU32::new(u32::try_from(pages).unwrap_or(u32::MAX - 1)))
}

/// A page in the cache, latched for reading. Dropping it gives it up.
#[derive(Debug)]
pub struct PageRef<'c> {
    guard: PageGuard<'c>,
    pgno: Pgno,
    size: PageSize,
}

impl PageRef<'_> {
    /// Number of the page.
    pub const fn pgno(&self) -> Pgno {
        self.pgno
    }

    /// The page.
    #[inline]
    pub fn view(&self) -> Page<'_> {
        #[expect(
            clippy::expect_used,
            reason = "viewed when it was loaded; its bytes stand still under the latch"
        )]
        Page::again(&self.guard, self.pgno, self.size).expect("a page that was viewed before")
    }
}

/// What every page must pass when it comes from the file.
#[derive(Debug)]
struct Verify {
    size: PageSize,
}

#[derive(Clone, Copy, Debug, thiserror::Error)]
enum PageFault {
    #[error(transparent)]
    Checksum(ChecksumError),
    #[error(transparent)]
    Page(PageError),
}

impl PageCheck for Verify {
    type Error = PageFault;

    fn check(&self, pgno: Pgno, bytes: &mut [u8]) -> Result<PageState, PageFault> {
        let state = checksum::verify_or_correct(bytes, pgno, self.size).map_err(PageFault::Checksum)?;
        Page::new(bytes, pgno, self.size).map_err(PageFault::Page)?;
        Ok(match state {
            checksum::PageState::Corrected { bit } => {
                tracing::warn!(target: "jet::btree::pages", %pgno, bit, "mended a flipped bit in memory");
                PageState::Corrected
            }
            checksum::PageState::Valid | checksum::PageState::Uninitialized => PageState::Sound,
        })
    }
}
