//! The guard of a page that can be changed, and the ways to one.

use core::fmt;
use core::ops::Deref;

use jet_pages::Pgno;

use super::dirty::{DirtyPage, LogPosition, Stamp};
use super::frames::ExclusiveFrame;
use super::header::FrameKey;
use super::wait::{LATCH_PATIENCE, Patience};
use super::write::{FlushError, Flushed, Writer};
use super::{CacheError, CachedFile, FileId, PageCheck, PageGuard};

/// What the methods here give for a file attached by [`super::Cache::attach`]: [`CacheError::ReadOnly`], no page, or
/// nothing to write.
impl<C: PageCheck> CachedFile<C> {
    /// The page `pgno`, latched exclusively until the guard is dropped; waits for others who use it.
    ///
    /// The caller keeps to an order among the pages that it has latched, and never asks for one that it has a guard of.
    ///
    /// # Errors
    /// As [`CachedFile::page`]; [`CacheError::Latched`] when the page stays in use for about ten seconds.
    pub fn page_mut(&self, pgno: Pgno) -> Result<PageGuardMut<'_>, CacheError<C::Error>> {
        self.latch_exclusive(pgno, &mut Patience::new(LATCH_PATIENCE), |pgno| self.load(pgno))
    }

    /// The page `pgno`, latched exclusively, if it is cached and nobody uses it; nothing is read, nobody waited for.
    pub fn cached_mut(&self, pgno: Pgno) -> Option<PageGuardMut<'_>> {
        let writer = self.writer.as_deref()?;
        let frame = self.core.frames.try_exclusive(self.table.frame(pgno)?)?;
        // Between lookup and latch the frame may have gone to another page.
        if frame.key() != self.key(pgno) {
            return None;
        }
        frame.header().touch();
        Some(PageGuardMut { frame, writer })
    }

    /// A page that is about to be formatted, latched exclusively. The file is not read: a cached page is given as
    /// it is, any other as zeros. Such a page of zeros is gone with its guard if it was not changed.
    ///
    /// # Errors
    /// As [`CachedFile::page_mut`], without those of reading and checking.
    pub fn new_page(&self, pgno: Pgno) -> Result<PageGuardMut<'_>, CacheError<C::Error>> {
        let mut patience = Patience::new(LATCH_PATIENCE);
        loop {
            let latched = self.latch_exclusive(pgno, &mut patience, |pgno| {
                let mut frame = self.take_frame(pgno)?;
                frame.fill(0);
                self.enter(pgno, &mut frame)?;
                frame.set_unformatted(&self.table);
                Ok(frame)
            });
            match latched {
                // Somebody else tried to read the page.
                Err(CacheError::Io(_) | CacheError::Check { .. } | CacheError::BeyondEnd { .. }) => {}
                latched => return latched,
            }
            if !patience.wait(&self.core.frames, None) {
                return Err(CacheError::Latched { pgno });
            }
        }
    }

    /// Writes every dirty page that is not held, in page order, neighbours in one write. Pages in use are waited for,
    /// about half a second each, so the caller should have no guard of any. Syncs nothing.
    ///
    /// # Errors
    /// At the first failure; what was not written is still dirty.
    pub fn flush(&self) -> Result<Flushed, FlushError> {
        self.writer
            .as_ref()
            .map_or(Ok(Flushed::default()), |writer| writer.flush(&self.core, None))
    }

    /// As [`CachedFile::flush`], but only pages whose oldest change belongs to a transaction begun before `begun`.
    ///
    /// # Errors
    /// As [`CachedFile::flush`].
    pub fn flush_before(&self, begun: LogPosition) -> Result<Flushed, FlushError> {
        self.writer.as_ref().map_or(Ok(Flushed::default()), |writer| {
            writer.flush(&self.core, Some(begun))
        })
    }

    /// The oldest begin of a transaction with changes in dirty pages. Pages written before the call are durable only
    /// after the next sync of the file: a checkpoint asks first, then syncs, then moves up to the answer.
    pub fn oldest_begun(&self) -> Option<LogPosition> {
        self.writer
            .as_ref()
            .and_then(|writer| writer.dirty.oldest_begun())
    }

    /// Number of dirty pages.
    pub fn dirty_count(&self) -> usize {
        self.writer.as_ref().map_or(0, |writer| writer.dirty.count())
    }

    /// Takes back one [`PageGuardMut::hold`] of page `pgno`; without one, nothing happens.
    pub fn release(&self, pgno: Pgno) {
        if let Some(writer) = &self.writer {
            writer.dirty.release(pgno);
        }
    }

    /// As [`CachedFile::release`]: from now on the page may be written, but not before the log is durable up to `modified`. The page
    /// is dirty, since a page that is held is not written.
    pub fn release_after(&self, pgno: Pgno, modified: LogPosition) {
        // First the position: whoever finds that the page is not held finds it, too.
        let frame = self.table.frame(pgno);
        if let Some(header) = frame.and_then(|frame| self.core.frames.header(frame))
            && header.key() == FrameKey::new(self.id(), pgno)
        {
            header.raise_released(modified);
        }
        self.release(pgno);
    }

    /// Drops all pages behind `last`, dirty, held or not: the file was cut there. Nobody may ask for such pages before
    /// this has returned.
    ///
    /// # Errors
    /// [`CacheError::Latched`] when one of them stays in use.
    pub fn forget_beyond(&self, last: Pgno) -> Result<(), CacheError<C::Error>> {
        let forget = || {
            self.core
                .remove_pages_beyond(self.id, last, self.writer.as_deref())
                .map_err(|pgno| CacheError::Latched { pgno })
        };
        match &self.writer {
            Some(writer) => writer.exclude_writes(forget),
            None => forget(),
        }
    }

    /// The page `pgno` latched exclusively; when it is not cached, `fill` gets it, latched and entered.
    fn latch_exclusive<'s>(
        &'s self,
        pgno: Pgno,
        patience: &mut Patience,
        fill: impl Fn(Pgno) -> Result<ExclusiveFrame<'s>, CacheError<C::Error>>,
    ) -> Result<PageGuardMut<'s>, CacheError<C::Error>> {
        let writer = self.writer.as_deref().ok_or(CacheError::ReadOnly)?;
        if !pgno.is_some() {
            return Err(CacheError::NoSuchPage);
        }
        loop {
            if let Some(guard) = self.cached_mut(pgno) {
                return Ok(guard);
            }
            if patience.is_pressing()
                && let Some(frame) = self.table.frame(pgno)
            {
                self.core.frames.want(frame);
            }
            if let Some(ticket) = self.claim(pgno, patience)? {
                let filled = fill(pgno);
                if let Err(error) = &filled {
                    ticket.fail(error.clone());
                }
                return filled.map(|frame| PageGuardMut { frame, writer });
            }
        }
    }
}

/// A page in the cache, latched exclusively: nobody else reads, changes, writes or evicts it until this is dropped.
///
/// There is no way to its bytes for writing but [`PageGuardMut::change`], so every change has a position in the log.
pub struct PageGuardMut<'c> {
    frame: ExclusiveFrame<'c>,
    writer: &'c Writer,
}

impl<'c> PageGuardMut<'c> {
    /// The bytes of the page, to be changed as the record at `stamp` says; the page is dirty from now on. Of several
    /// changes the latest `modified` counts, and the earliest `begun` since the page was last written.
    pub fn change(&mut self, stamp: Stamp) -> &mut [u8] {
        let header = self.frame.header();
        header.raise_modified(stamp.modified);
        if !header.is_dirty() || stamp.begun < header.begun() {
            header.set_begun(stamp.begun);
            header.set_dirty(true);
            self.writer.dirty.enter(DirtyPage {
                pgno: self.pgno(),
                frame: self.frame.index(),
                begun: stamp.begun,
            });
        }
        self.frame.set_formatted();
        &mut self.frame
    }

    /// Whether the page has changes that the file does not have.
    pub fn is_dirty(&self) -> bool {
        self.frame.header().is_dirty()
    }

    /// Keeps the page from being written until [`CachedFile::release`] was called as often: what would undo its
    /// changes is in no log yet.
    pub fn hold(&mut self) {
        self.writer.dirty.hold(self.pgno());
    }

    /// Keeps the page latched shared, letting nobody else in between.
    ///
    /// # Panics
    /// For a page of zeros from [`CachedFile::new_page`] that was not changed: it is not there for readers.
    pub fn downgrade(self) -> PageGuard<'c> {
        assert!(
            self.frame.is_formatted(),
            "a new page is formatted before it is given to readers"
        );
        PageGuard {
            frame: self.frame.into_shared(),
        }
    }

    /// Number of the page.
    pub fn pgno(&self) -> Pgno {
        self.frame.key().pgno()
    }

    /// The file that the page is of.
    pub fn file_id(&self) -> FileId {
        self.frame.key().file()
    }
}

impl Deref for PageGuardMut<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.frame
    }
}

impl fmt::Debug for PageGuardMut<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PageGuardMut")
            .field("file_id", &self.file_id())
            .field("pgno", &self.pgno())
            .field("is_dirty", &self.is_dirty())
            .finish()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::{Cache, PageState, WriteGate};
    use super::*;
    use crate::{FileSystem, IoError, MemFs, OpenMode};
    use jet_pages::PageSize;
    use std::convert::Infallible;
    use std::sync::Arc;
    use std::thread;

    struct Trust;

    impl PageCheck for Trust {
        type Error = Infallible;

        fn check(&self, _: Pgno, _: &mut [u8]) -> Result<PageState, Infallible> {
            Ok(PageState::Sound)
        }
    }

    impl WriteGate for Trust {
        fn before_write(&self, _: LogPosition) -> Result<(), IoError> {
            Ok(())
        }

        fn seal(&self, _: Pgno, _: &mut [u8]) {}
    }

    #[test]
    fn who_waits_for_a_page_that_stays_in_use_gets_an_error() {
        let size = PageSize::K4;
        let fs = MemFs::from_files([("a.edb", vec![1; 4 * size.bytes()])]);
        let source = fs.open("a.edb".as_ref(), OpenMode::ReadWrite).unwrap();
        let cache = Cache::new(size, 4 * size.bytes()).unwrap();
        let file = cache.attach_writable(source, Trust, Arc::new(Trust));
        let is_latched = |error| matches!(error, CacheError::Latched { pgno: Pgno(1) });
        let writer = file.page_mut(Pgno(1)).unwrap();
        thread::scope(|scope| {
            let others = [
                scope.spawn(|| file.page(Pgno(1)).map(drop)),
                scope.spawn(|| file.page_mut(Pgno(1)).map(drop)),
                scope.spawn(|| file.new_page(Pgno(1)).map(drop)),
            ];
            for other in others {
                assert!(is_latched(other.join().unwrap().unwrap_err()));
            }
        });
        let reader = writer.downgrade();
        assert!(is_latched(file.page_mut(Pgno(1)).unwrap_err()));
        assert!(
            file.page(Pgno(1)).is_ok(),
            "readers are let in after the writer gave up"
        );
        drop(reader);
        assert!(file.page_mut(Pgno(1)).is_ok());
    }
}
