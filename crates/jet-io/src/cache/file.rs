//! A file whose pages are cached, and the guard of a page in place.

use core::fmt;
use core::ops::Deref;
use std::sync::Arc;

use jet_pages::Pgno;

use super::frames::{ExclusiveFrame, SharedFrame};
use super::header::FrameKey;
use super::load::{Claim, Loads, Ticket};
use super::space::Core;
use super::table::PageTable;
use super::wait::{LATCH_PATIENCE, Patience};
use super::write::{WriteGate, Writer};
use super::{CacheError, FileId, PageCheck, PageState};
use crate::File;

/// A file whose pages go through a cache. Dropping it takes them out, dirty ones unwritten; no guard can be left by
/// then.
pub struct CachedFile<C: PageCheck> {
    pub(super) core: Arc<Core>,
    pub(super) id: FileId,
    pub(super) table: Arc<PageTable>,
    pub(super) file: Arc<dyn File>,
    pub(super) check: C,
    pub(super) loads: Loads<C::Error>,
    /// For a file whose pages can be changed.
    pub(super) writer: Option<Arc<Writer>>,
}

impl<C: PageCheck> CachedFile<C> {
    pub(super) fn new(
        core: Arc<Core>,
        file: Arc<dyn File>,
        check: C,
        gate: Option<Arc<dyn WriteGate>>,
    ) -> Self {
        let (id, table) = core.add_file();
        let writer = gate.map(|gate| Arc::new(Writer::new(id, Arc::clone(&table), Arc::clone(&file), gate)));
        if let Some(writer) = &writer {
            core.add_writer(id, writer);
        }
        Self {
            core,
            id,
            table,
            file,
            check,
            loads: Loads::new(),
            writer,
        }
    }

    /// The page `pgno`, latched shared until the guard is dropped; waits while somebody changes it.
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

    /// The page `pgno` if it is cached and nobody is about to change, write or evict it; nothing is read, nobody
    /// waited for.
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
        let mut patience = Patience::new(LATCH_PATIENCE);
        loop {
            if let Some(ticket) = self.claim(pgno, &mut patience)? {
                let loaded = self.load(pgno);
                if let Err(error) = &loaded {
                    ticket.fail(error.clone());
                }
                return loaded.map(|frame| PageGuard {
                    frame: frame.into_shared(),
                });
            }
            if patience.has_made_room()
                && let Some(frame) = self.table.frame(pgno)
            {
                self.core.frames.forget_want(frame);
            }
            if let Some(guard) = self.cached(pgno) {
                return Ok(guard);
            }
        }
    }

    /// Makes the caller the one who brings page `pgno` in, or waits a little: for the end of a load that is under way,
    /// or for whoever has the page latched.
    pub(super) fn claim(
        &self,
        pgno: Pgno,
        patience: &mut Patience,
    ) -> Result<Option<Ticket<'_, C::Error>>, CacheError<C::Error>> {
        match self.loads.claim(pgno, &self.table) {
            Claim::Mine(ticket) => return Ok(Some(ticket)),
            Claim::Theirs(pending) => pending.wait()?,
            // It has come in the meantime, is being evicted, which takes a few instructions, or is changed.
            Claim::Cached => {
                if !patience.wait(&self.core.frames, self.table.frame(pgno)) {
                    return Err(CacheError::Latched { pgno });
                }
            }
        }
        Ok(None)
    }

    /// Reads page `pgno` into a frame; the caller holds the ticket for it.
    pub(super) fn load(&self, pgno: Pgno) -> Result<ExclusiveFrame<'_>, CacheError<C::Error>> {
        self.core.counters.misses.add(1);
        let mut frame = self.take_frame(pgno)?;
        self.core.counters.reads.add(1);
        let got = self
            .file
            .read_at(&mut frame, pgno.file_offset(self.core.page_size))?;
        if got < self.core.page_size.bytes() {
            return Err(CacheError::BeyondEnd { pgno, got });
        }
        self.accept(pgno, &mut frame)?;
        Ok(frame)
    }

    /// A frame for page `pgno`; the caller holds the ticket for it.
    pub(super) fn take_frame(&self, pgno: Pgno) -> Result<ExclusiveFrame<'_>, CacheError<C::Error>> {
        self.core
            .take_frame_waiting(self.key(pgno))?
            .ok_or(CacheError::Exhausted {
                frame_count: self.core.hard_count,
            })
    }

    /// Checks the page `pgno` just read into `frame` and enters it in the page table.
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
        self.enter(pgno, frame)
    }

    /// Enters the page `pgno`, whose content is in `frame`, in the page table. The frame must stay latched until then:
    /// with its entry set late, it could lose the page first.
    pub(super) fn enter(
        &self,
        pgno: Pgno,
        frame: &mut ExclusiveFrame<'_>,
    ) -> Result<(), CacheError<C::Error>> {
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
        if let Some(writer) = &self.writer {
            writer.close();
        }
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
    pub(super) frame: SharedFrame<'c>,
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
