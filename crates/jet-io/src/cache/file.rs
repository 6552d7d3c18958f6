//! A file whose pages are cached, and the guard of a page in place.

use core::fmt;
use core::ops::Deref;
use std::sync::Arc;

use jet_pages::Pgno;

use super::frames::{ExclusiveFrame, FrameKey, SharedFrame};
use super::load::{Claim, Loads};
use super::table::PageTable;
use super::{CacheError, Core, FileId, PageCheck, PageState};
use crate::File;
use crate::sync::Backoff;

/// A file whose pages go through a cache. Dropping it takes them out; no guard can be left by then.
pub struct CachedFile<C: PageCheck> {
    pub(super) core: Arc<Core>,
    pub(super) id: FileId,
    pub(super) table: Arc<PageTable>,
    pub(super) file: Arc<dyn File>,
    pub(super) check: C,
    pub(super) loads: Loads<C::Error>,
}

impl<C: PageCheck> CachedFile<C> {
    pub(super) fn new(core: Arc<Core>, file: Arc<dyn File>, check: C) -> Self {
        let (id, table) = core.add_file();
        Self {
            core,
            id,
            table,
            file,
            check,
            loads: Loads::new(),
        }
    }

    /// The page `pgno`, latched shared until the guard is dropped.
    ///
    /// # Errors
    /// See [`CacheError`]; the outcome of a read that failed is not kept, so the next call reads again.
    #[inline]
    pub fn page(&self, pgno: Pgno) -> Result<PageGuard<'_>, CacheError<C::Error>> {
        match self.cached(pgno) {
            Some(guard) => Ok(guard),
            None => self.page_by_load(pgno),
        }
    }

    /// The page `pgno` if it is cached and nobody is about to change or evict it; nothing is read.
    #[inline]
    pub fn cached(&self, pgno: Pgno) -> Option<PageGuard<'_>> {
        let frame = self.core.frames.try_shared(self.table.frame(pgno)?)?;
        // Between lookup and latch the frame may have gone to another page.
        if frame.key() != self.key(pgno) {
            return None;
        }
        frame.touch();
        Some(PageGuard { frame })
    }

    /// Number of this file in the cache.
    pub fn id(&self) -> FileId {
        self.id
    }

    /// The file itself.
    pub fn file(&self) -> &Arc<dyn File> {
        &self.file
    }

    pub(super) fn key(&self, pgno: Pgno) -> FrameKey {
        FrameKey::new(self.id, pgno)
    }

    #[cold]
    fn page_by_load(&self, pgno: Pgno) -> Result<PageGuard<'_>, CacheError<C::Error>> {
        if !pgno.is_some() {
            return Err(CacheError::NoSuchPage);
        }
        let backoff = Backoff::new();
        loop {
            match self.loads.claim(pgno, &self.table) {
                Claim::Mine(ticket) => {
                    self.core.counters.misses.add(1);
                    let loaded = self.load(pgno);
                    if let Err(error) = &loaded {
                        ticket.fail(error.clone());
                    }
                    return loaded;
                }
                Claim::Theirs(pending) => pending.wait()?,
                // It has come in the meantime, or it is being evicted, which takes a few instructions.
                Claim::Cached => backoff.snooze(),
            }
            if let Some(guard) = self.cached(pgno) {
                return Ok(guard);
            }
        }
    }

    /// Reads page `pgno` into a frame; the caller holds the ticket for it.
    fn load(&self, pgno: Pgno) -> Result<PageGuard<'_>, CacheError<C::Error>> {
        let exhausted = || CacheError::Exhausted {
            frame_count: self.core.frame_count,
        };
        let mut frame = self
            .core
            .take_frame_waiting(self.key(pgno))
            .ok_or_else(exhausted)?;
        self.core.counters.reads.add(1);
        let got = self
            .file
            .read_at(&mut frame, pgno.file_offset(self.core.page_size))?;
        if got < self.core.page_size.bytes() {
            return Err(CacheError::BeyondEnd { pgno, got });
        }
        self.accept(pgno, &mut frame)?;
        Ok(PageGuard {
            frame: frame.into_shared(),
        })
    }

    /// Checks the page `pgno` just read into `frame` and enters it in the page table. The frame must stay
    /// latched until then: with its entry set late, it could lose the page first.
    pub(super) fn accept(
        &self,
        pgno: Pgno,
        frame: &mut ExclusiveFrame<'_>,
    ) -> Result<(), CacheError<C::Error>> {
        let state = self
            .check
            .check(pgno, frame)
            .map_err(|source| CacheError::Check { pgno, source })?;
        if state == PageState::Corrected {
            self.core.counters.corrected.add(1);
        }
        if !self.table.reserve(pgno) {
            return Err(CacheError::OutOfMemory { pgno });
        }
        frame.set_key(self.key(pgno));
        let is_entered = self.table.set(pgno, frame.index());
        assert!(is_entered, "the entry of the page was reserved above");
        Ok(())
    }
}

impl<C: PageCheck> Drop for CachedFile<C> {
    fn drop(&mut self) {
        self.core.remove_file(self.id);
    }
}

impl<C: PageCheck> fmt::Debug for CachedFile<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachedFile")
            .field("id", &self.id)
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}

/// A page in the cache, latched shared: its bytes stay as they are and where they are until this is dropped.
pub struct PageGuard<'c> {
    frame: SharedFrame<'c>,
}

impl PageGuard<'_> {
    /// Number of the page.
    pub fn pgno(&self) -> Pgno {
        self.frame.key().pgno()
    }

    /// The file that the page is of.
    pub fn file_id(&self) -> FileId {
        self.frame.key().file()
    }
}

impl Deref for PageGuard<'_> {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        &self.frame
    }
}

impl fmt::Debug for PageGuard<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PageGuard")
            .field("file_id", &self.file_id())
            .field("pgno", &self.pgno())
            .finish()
    }
}
