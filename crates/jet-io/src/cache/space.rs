//! Frames for pages: from those free, by eviction, by writing pages back, and at last beyond the soft limit.
//!
//! Invariants:
//! - A frame is emptied under its exclusive latch, entry first, then key; never while its page is dirty, unless the page
//!   is given up.
//! - The mutex here is not held while a page is read or written.

use std::sync::Arc;
use std::time::Duration;

use jet_pages::{PageSize, Pgno};

use super::counters::Counters;
use super::evict::{Candidates, Replacement};
use super::frames::{ExclusiveFrame, Frames};
use super::header::{FrameHeader, FrameIndex, FrameKey};
use super::table::PageTable;
use super::write::{FlushError, WriteBack, Writer};
use super::{FileId, RUN_BYTES_MAX};
use crate::sync::{Backoff, Mutex, lock, sleep};

/// What all handles of a cache share.
#[derive(Debug)]
pub(super) struct Core {
    pub(super) page_size: PageSize,
    /// Frames to get by with.
    pub(super) soft_count: u32,
    /// All frames.
    pub(super) hard_count: u32,
    pub(super) frames: Frames,
    pub(super) counters: Counters,
    space: Mutex<Space>,
}

/// What changes when a page comes or goes.
#[derive(Debug)]
struct Space {
    replacement: Replacement,
    /// By [`FileId`].
    files: Vec<Option<FileEntry>>,
}

/// What the cache knows about a file.
#[derive(Debug)]
struct FileEntry {
    table: Arc<PageTable>,
    writer: Option<Arc<Writer>>,
}

/// Whether a frame beyond the soft limit may be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Growth {
    No,
    Yes,
}

impl Core {
    /// A cache of empty frames; `None` when there is no memory for them.
    pub(super) fn new(page_size: PageSize, soft_count: u32, hard_count: u32) -> Option<Self> {
        Some(Self {
            page_size,
            soft_count,
            hard_count,
            frames: Frames::new(page_size, hard_count)?,
            counters: Counters::default(),
            space: Mutex::new(Space {
                replacement: Replacement::new(soft_count, hard_count),
                files: Vec::new(),
            }),
        })
    }

    /// Enters a file.
    pub(super) fn add_file(&self) -> (FileId, Arc<PageTable>) {
        let table = Arc::new(PageTable::new());
        let entry = FileEntry {
            table: Arc::clone(&table),
            writer: None,
        };
        let mut space = lock(&self.space);
        let slot = space
            .files
            .iter()
            .position(Option::is_none)
            .unwrap_or(space.files.len());
        match space.files.get_mut(slot) {
            Some(free) => *free = Some(entry),
            None => space.files.push(Some(entry)),
        }
        let id = u32::try_from(slot).expect("every slot is an open file, and no system has 2^32 of them");
        (FileId(id), table)
    }

    /// Says who writes the pages of a file.
    pub(super) fn add_writer(&self, file: FileId, writer: &Arc<Writer>) {
        let mut space = lock(&self.space);
        if let Some(Some(entry)) = space.files.get_mut(file.0 as usize) {
            entry.writer = Some(Arc::clone(writer));
        }
    }

    /// Empties all frames of a file that nobody uses any more, and gives up its number.
    pub(super) fn remove_file(&self, file: FileId) {
        let mut space = lock(&self.space);
        let left = self.empty_frames(&mut space, |key| key.file() == file, |_| {});
        if let Some(slot) = space.files.get_mut(file.0 as usize) {
            match (left, slot) {
                (None, slot) => *slot = None,
                // A guard was forgotten rather than dropped. The frame stays as it is for ever, and so does the
                // number: no other file may be taken for this one.
                (Some(_), Some(entry)) => entry.writer = None,
                (Some(_), None) => {}
            }
        }
    }

    /// Empties all frames of pages of a file behind `last`, and makes its writer forget them.
    ///
    /// # Errors
    /// The number of a page that stays in use.
    pub(super) fn remove_pages_beyond(
        &self,
        file: FileId,
        last: Pgno,
        writer: Option<&Writer>,
    ) -> Result<(), Pgno> {
        let is_beyond = |key: FrameKey| key.file() == file && key.pgno() > last;
        let forget = |pgno| {
            if let Some(writer) = writer {
                writer.dirty.remove(pgno);
            }
        };
        let mut left = None;
        for _ in 0..LEAVE_TRIES {
            left = self.empty_frames(&mut lock(&self.space), is_beyond, forget);
            if left.is_none() {
                break;
            }
            sleep(MOMENT);
        }
        if let Some(writer) = writer {
            writer.dirty.forget_holds_beyond(last);
        }
        left.map_or(Ok(()), Err)
    }

    /// Empties the frames of chosen pages and makes them the first to be handed out; calls `leaves` for each page,
    /// while its frame is latched. Returns a page that somebody uses, if there is one.
    fn empty_frames(
        &self,
        space: &mut Space,
        is_chosen: impl Fn(FrameKey) -> bool,
        leaves: impl Fn(Pgno),
    ) -> Option<Pgno> {
        let Space { replacement, files } = space;
        let mut left = None;
        for frame in (0..replacement.handed_out()).map(FrameIndex) {
            let key = self.frames.header(frame).map_or(FrameKey::NONE, FrameHeader::key);
            if key == FrameKey::NONE || !is_chosen(key) {
                continue;
            }
            match self.take_unused(frame) {
                // It may have been emptied by its user.
                Some(taken) if taken.key() != key => {}
                Some(mut taken) => {
                    leaves(key.pgno());
                    self.empty(&mut taken, files);
                }
                None => left = Some(key.pgno()),
            }
        }
        let is_empty = |frame| {
            self.frames
                .header(frame)
                .is_some_and(|header| header.key() == FrameKey::NONE)
        };
        // A frame that somebody is loading is empty, too, but latched; it keeps its place.
        replacement.release_all(|frame| is_empty(frame) && self.frames.try_exclusive(frame).is_some());
        left
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

    /// Takes a frame for the page `key`, evicting another page if need be; `None` when all are latched or dirty.
    pub(super) fn take_frame(&self, key: FrameKey, growth: Growth) -> Option<ExclusiveFrame<'_>> {
        let mut space = lock(&self.space);
        let Space { replacement, files } = &mut *space;
        let mut taken = replacement.take(&&self.frames, key);
        if taken.is_none() && growth == Growth::Yes {
            taken = replacement.take_beyond(&&self.frames, key);
        }
        let mut frame = taken?;
        if self.empty(&mut frame, files) {
            self.counters.evictions.add(1);
        }
        Some(frame)
    }

    /// Takes a frame for the page `key`: writes pages back when all are dirty, waits a bounded time while all are
    /// latched, and goes beyond the soft limit when that does not help.
    ///
    /// # Errors
    /// When pages cannot be written, and there is no other frame.
    pub(super) fn take_frame_waiting(&self, key: FrameKey) -> Result<Option<ExclusiveFrame<'_>>, FlushError> {
        let backoff = Backoff::new();
        let (mut stuck, mut busy) = (0, 0);
        while stuck < FRAME_TRIES && busy < BUSY_TRIES {
            let growth = if stuck < GROWTH_TRIES {
                Growth::No
            } else {
                Growth::Yes
            };
            if let Some(frame) = self.take_frame(key, growth) {
                return Ok(Some(frame));
            }
            match self.write_back()? {
                WriteBack::Wrote => busy += 1,
                WriteBack::Busy => {
                    busy += 1;
                    sleep(MOMENT);
                }
                WriteBack::Nothing => {
                    pause(&backoff, stuck);
                    stuck += 1;
                }
            }
        }
        Ok(None)
    }

    /// Number of pages that are written back at once when there is no clean one: what one write can have, more in a
    /// large cache.
    pub(super) fn write_back_pages(&self) -> usize {
        let run_pages = (RUN_BYTES_MAX / self.page_size.bytes()).max(1);
        (self.soft_count as usize / 16).clamp(run_pages, 8 * run_pages)
    }

    /// Writes some dirty pages of one file.
    fn write_back(&self) -> Result<WriteBack, FlushError> {
        let writers: Vec<Arc<Writer>> = {
            let space = lock(&self.space);
            let entries = space.files.iter().flatten();
            entries.filter_map(|entry| entry.writer.clone()).collect()
        };
        let mut is_busy = false;
        let mut failure = None;
        for writer in writers {
            match writer.write_back(self) {
                Ok(WriteBack::Wrote) => return Ok(WriteBack::Wrote),
                Ok(WriteBack::Busy) => is_busy = true,
                Ok(WriteBack::Nothing) => {}
                Err(error) => failure = Some(error),
            }
        }
        match failure {
            _ if is_busy => Ok(WriteBack::Busy),
            Some(error) => Err(error),
            None => Ok(WriteBack::Nothing),
        }
    }

    /// Takes a latched frame from the page that it holds: entry first, then key. Returns whether there was one.
    fn empty(&self, frame: &mut ExclusiveFrame<'_>, files: &[Option<FileEntry>]) -> bool {
        let key = frame.key();
        if key == FrameKey::NONE {
            return false;
        }
        if let Some(Some(entry)) = files.get(key.file().0 as usize) {
            entry.table.clear(key.pgno());
        }
        self.counters.hits.add(frame.set_key(FrameKey::NONE));
        true
    }
}

impl<'c> Candidates for &'c Frames {
    type Taken = ExclusiveFrame<'c>;

    fn uses(&self, frame: FrameIndex) -> u8 {
        self.header(frame).map_or(0, FrameHeader::uses)
    }

    fn set_uses(&self, frame: FrameIndex, uses: u8) {
        if let Some(header) = self.header(frame) {
            header.set_uses(uses);
        }
    }

    fn try_take(&self, frame: FrameIndex) -> Option<ExclusiveFrame<'c>> {
        // A look before latching, so that the search disturbs no reader of a dirty page.
        if self.header(frame)?.is_dirty() {
            return None;
        }
        self.try_exclusive(frame)
            .filter(|taken| !taken.header().is_dirty())
    }

    fn key(taken: &ExclusiveFrame<'c>) -> FrameKey {
        taken.key()
    }
}

/// Lets others go on before the next try: at first only the processor is given up.
fn pause(backoff: &Backoff, attempt: u32) {
    if cfg!(loom) || attempt < FRAME_TRIES_BUSY {
        backoff.snooze();
    } else {
        sleep(MOMENT);
    }
}

/// Tries to get a frame before the cache counts as exhausted: about half a second.
const FRAME_TRIES: u32 = if cfg!(loom) { 2 } else { FRAME_TRIES_BUSY + 400 };
const FRAME_TRIES_BUSY: u32 = 50;
/// Tries before the cache grows beyond its soft limit: others hold their pages for a few microseconds as a rule.
const GROWTH_TRIES: u32 = if cfg!(loom) { 1 } else { 10 };
/// Tries while others write: half a minute, as a disk may be slow.
const BUSY_TRIES: u32 = if cfg!(loom) { 3 } else { 30_000 };
/// Tries to latch a frame that nobody uses.
const UNUSED_TRIES: u32 = 1000;
/// Tries to empty frames that are still in use: about a second.
const LEAVE_TRIES: u32 = if cfg!(loom) { 2 } else { 400 };
/// A sleep between two tries.
const MOMENT: Duration = Duration::from_millis(1);
