//! Writing pages back: the barrier before, the seal, neighbours in one write, clean only after success.
//!
//! A page is written in these steps: (1) latched exclusively, if nobody uses it, (2) sealed, (3) kept latched shared,
//! so that it is read but not changed, (4) the log is brought beyond its newest change, (5) written, (6) clean, (7)
//! released.
//!
//! Invariants:
//! - No byte of a page is written before [`WriteGate::before_write`] succeeded for its newest change.
//! - A page that is held is not written.
//! - A page is written as a whole ([`File::write_pages_at`]): no log can mend a torn one.
//! - Of one file, one thread writes at a time: it holds the mutex `is_open`. The mutex is taken before all latches;
//!   whoever holds latches only tries it.
//! - While one page is latched, others are only tried; so a flush never stands in the way of the order that its callers
//!   keep among pages.

use std::fmt;
use std::io::IoSlice;
use std::path::Path;
use std::sync::Arc;

use jet_pages::Pgno;

use super::dirty::{DirtyPage, DirtyPages, LogPosition};
use super::frames::{ExclusiveFrame, SharedFrame};
use super::header::FrameKey;
use super::space::Core;
use super::table::PageTable;
use super::wait::{FLUSH_PATIENCE, Patience};
use super::{FileId, RUN_BYTES_MAX};
use crate::sync::{Mutex, lock, try_lock};
use crate::{File, IoError};

/// What must happen before and while pages of a file are written. Given to [`super::Cache::attach_writable`].
///
/// Called by whoever flushes, and by any thread that needs a frame while all are dirty; latches of pages are held. So
/// neither method may ask for pages of the cache, flush it, or wait for a thread that does.
pub trait WriteGate: Send + Sync {
    /// Called before pages are written whose newest change is at `modified`: brings the log so far to the disk, and
    /// the header of the file to what these pages ask of it.
    ///
    /// # Errors
    /// When that fails. Nothing is written then.
    fn before_write(&self, modified: LogPosition) -> Result<(), IoError>;

    /// Last touch of a page about to be written, such as its checksum. `page` is the cached page itself. Called again
    /// for a page whose write failed.
    fn seal(&self, pgno: Pgno, page: &mut [u8]);
}

/// What a flush did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flushed {
    /// Pages written.
    pub written: usize,
    /// Pages passed over because they are held.
    pub held: usize,
    /// Pages passed over because somebody used them all the time.
    pub latched: usize,
}

impl Flushed {
    /// Whether every page was written that was to be.
    pub const fn is_complete(&self) -> bool {
        self.held == 0 && self.latched == 0
    }
}

/// Why pages could not be written. They are still dirty.
#[derive(Clone, Debug, thiserror::Error)]
pub enum FlushError {
    /// What must happen before pages are written failed, so nothing of them was written.
    #[error("pages of {} with changes up to log position {} may not be written", .path.display(), .modified.0)]
    Barrier {
        /// The file.
        path: Arc<Path>,
        /// Newest change of the pages.
        modified: LogPosition,
        /// What failed.
        source: IoError,
    },
    /// The write failed; a part of the pages may be in the file. The source tells offset and length.
    #[error("cannot write page {pgno} of {}, or one of its neighbours", .path.display())]
    Write {
        /// The file.
        path: Arc<Path>,
        /// First page of the write.
        pgno: Pgno,
        /// What failed.
        source: IoError,
    },
}

impl FlushError {
    /// What the system said.
    pub fn into_io(self) -> IoError {
        match self {
            Self::Barrier { source, .. } | Self::Write { source, .. } => source,
        }
    }
}

/// What came of the search for pages to write back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum WriteBack {
    /// No page can be written.
    Nothing,
    /// Another thread is writing.
    Busy,
    /// There are clean pages now that were dirty.
    Wrote,
}

/// The file, its dirty pages and what is known about writing them.
pub(super) struct Writer {
    pub(super) dirty: DirtyPages,
    id: FileId,
    file: Arc<dyn File>,
    gate: Arc<dyn WriteGate>,
    is_open: Mutex<bool>,
}

impl Writer {
    pub(super) fn new(
        id: FileId,
        table: Arc<PageTable>,
        file: Arc<dyn File>,
        gate: Arc<dyn WriteGate>,
    ) -> Self {
        Self {
            dirty: DirtyPages::new(table),
            id,
            file,
            gate,
            is_open: Mutex::new(true),
        }
    }

    /// Writes the dirty pages with a `begun` below `limit`, or all.
    pub(super) fn flush(&self, core: &Core, limit: Option<LogPosition>) -> Result<Flushed, FlushError> {
        let _is_open = lock(&self.is_open);
        let (pages, held) = self.dirty.below(limit);
        let mut batch = Batch::begin(self, core, &pages)?;
        batch.flushed.held = held;
        batch.write(&pages)?;
        batch.write_latched()?;
        Ok(batch.flushed)
    }

    /// Writes some of the dirty pages, the oldest first, waiting for nobody but the disk.
    pub(super) fn write_back(&self, core: &Core) -> Result<WriteBack, FlushError> {
        let Some(is_open) = try_lock(&self.is_open) else {
            return Ok(WriteBack::Busy);
        };
        if !*is_open {
            return Ok(WriteBack::Nothing);
        }
        let mut after = None;
        loop {
            let mut pages = self.dirty.oldest(after, core.write_back_pages());
            let Some(last) = pages.last() else {
                return Ok(WriteBack::Nothing);
            };
            after = Some(*last);
            pages.sort_unstable_by_key(|page| page.pgno);
            let mut batch = Batch::begin(self, core, &pages)?;
            batch.write(&pages)?;
            if batch.flushed.written > 0 {
                return Ok(WriteBack::Wrote);
            }
        }
    }

    /// Waits until nobody writes, and lets nobody begin while `action` runs.
    pub(super) fn exclude_writes<T>(&self, action: impl FnOnce() -> T) -> T {
        let _is_open = lock(&self.is_open);
        action()
    }

    /// Lets nobody write any more.
    pub(super) fn close(&self) {
        *lock(&self.is_open) = false;
    }
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer")
            .field("file", &self.file)
            .field("dirty", &self.dirty)
            .finish_non_exhaustive()
    }
}

/// Pages being written, by the holder of the writer's mutex.
struct Batch<'a> {
    writer: &'a Writer,
    core: &'a Core,
    /// How far the barrier was brought.
    reached: LogPosition,
    flushed: Flushed,
    latched: Vec<DirtyPage>,
}

impl<'a> Batch<'a> {
    /// Brings the barrier beyond the changes of `pages` as they are now, while none is latched: others can use the
    /// pages during the longest wait.
    fn begin(writer: &'a Writer, core: &'a Core, pages: &[DirtyPage]) -> Result<Self, FlushError> {
        let mut batch = Self {
            writer,
            core,
            reached: LogPosition::NONE,
            flushed: Flushed::default(),
            latched: Vec::new(),
        };
        let headers = pages.iter().filter_map(|page| core.frames.header(page.frame));
        if let Some(newest) = headers.map(|header| header.modified()).max() {
            batch.bring_barrier(newest)?;
        }
        Ok(batch)
    }

    fn bring_barrier(&mut self, modified: LogPosition) -> Result<(), FlushError> {
        let brought = self.writer.gate.before_write(modified);
        brought.map_err(|source| FlushError::Barrier {
            path: Arc::from(self.writer.file.path()),
            modified,
            source,
        })?;
        self.reached = modified;
        Ok(())
    }

    /// Writes `pages`, which are in page order, neighbours together; those in use are put aside.
    fn write(&mut self, pages: &[DirtyPage]) -> Result<(), FlushError> {
        let run_pages = (RUN_BYTES_MAX / self.core.page_size.bytes()).max(1);
        for run in pages.chunk_by(|left, right| are_neighbours(left.pgno, right.pgno)) {
            for run in run.chunks(run_pages) {
                let sealed = self.seal_run(run);
                self.write_sealed(&sealed)?;
            }
        }
        Ok(())
    }

    /// Writes the pages that were put aside, each as soon as nobody uses it; gives up those always used.
    fn write_latched(&mut self) -> Result<(), FlushError> {
        for page in std::mem::take(&mut self.latched) {
            match self.latch_waiting(page) {
                Some(frame) => {
                    let sealed = self.seal(page.pgno, frame);
                    self.write_sealed(sealed.as_slice())?;
                }
                None => self.flushed.latched += 1,
            }
        }
        Ok(())
    }

    fn latch_waiting(&self, page: DirtyPage) -> Option<ExclusiveFrame<'a>> {
        let frames = &self.core.frames;
        let mut patience = Patience::new(FLUSH_PATIENCE);
        loop {
            if let Some(frame) = frames.try_exclusive(page.frame) {
                return Some(frame);
            }
            if patience.is_pressing() {
                frames.want(page.frame);
            }
            if !patience.wait(frames, Some(page.frame)) {
                frames.forget_want(page.frame);
                return None;
            }
        }
    }

    fn seal_run(&mut self, run: &[DirtyPage]) -> Vec<Sealed<'a>> {
        let mut sealed = Vec::with_capacity(run.len());
        for &page in run {
            match self.core.frames.try_exclusive(page.frame) {
                Some(frame) => sealed.extend(self.seal(page.pgno, frame)),
                None => self.latched.push(page),
            }
        }
        sealed
    }

    /// Makes a page ready to be written, unless it was written or left, or is held by now.
    fn seal(&mut self, pgno: Pgno, mut frame: ExclusiveFrame<'a>) -> Option<Sealed<'a>> {
        if frame.key() != FrameKey::new(self.writer.id, pgno) || !frame.header().is_dirty() {
            return None;
        }
        if self.writer.dirty.is_held(pgno) {
            self.flushed.held += 1;
            return None;
        }
        self.writer.gate.seal(pgno, &mut frame);
        let frame = frame.into_shared();
        Some(Sealed { pgno, frame })
    }

    /// Writes pages in page order, neighbours together.
    fn write_sealed(&mut self, sealed: &[Sealed<'_>]) -> Result<(), FlushError> {
        let Some(newest) = sealed.iter().map(|page| page.frame.header().modified()).max() else {
            return Ok(());
        };
        if newest > self.reached {
            self.bring_barrier(newest)?;
        }
        for run in sealed.chunk_by(|left, right| are_neighbours(left.pgno, right.pgno)) {
            self.write_run(run)?;
        }
        Ok(())
    }

    fn write_run(&mut self, run: &[Sealed<'_>]) -> Result<(), FlushError> {
        let Some(first) = run.first() else { return Ok(()) };
        let mut pages: Vec<_> = run.iter().map(|page| IoSlice::new(&page.frame)).collect();
        let file = &self.writer.file;
        let written = file.write_pages_at(&mut pages, first.pgno.file_offset(self.core.page_size));
        written.map_err(|source| FlushError::Write {
            path: Arc::from(file.path()),
            pgno: first.pgno,
            source,
        })?;
        for page in run {
            self.writer.dirty.remove(page.pgno);
            page.frame.header().set_dirty(false);
        }
        self.flushed.written += run.len();
        self.core.counters.writes.add(1);
        self.core.counters.written.add(run.len() as u64);
        Ok(())
    }
}

/// A page ready to be written: read by others, but changed by nobody.
struct Sealed<'c> {
    pgno: Pgno,
    frame: SharedFrame<'c>,
}

fn are_neighbours(left: Pgno, right: Pgno) -> bool {
    left.0.checked_add(1) == Some(right.0)
}
