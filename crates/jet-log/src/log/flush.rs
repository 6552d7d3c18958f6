//! Group commit: one thread writes and syncs everything appended so far, and wakes all that wait for it; while it does,
//! others append for the next one.
//!
//! Invariants:
//! - who returns without an error has seen that everything before its position was synced
//! - whoever waits is woken when the turn is given back, and takes it if nobody else does
//!
//! A flush fills the rest of the segment, so that each segment is written once and needs no copy behind it. That costs a
//! part of a segment for each group of commits. Lazy flushes do the same: what they would save is not worth two more
//! syncs for a segment that is rewritten.

use std::time::Duration;

use super::Log;
use super::shared::{Due, Locked, Turn};
use crate::Lgpos;
use crate::writer::{LogWriteError, LogWriter};

impl Log {
    /// Waits until everything before `end` is durable. A position behind all records stands for the last of them.
    ///
    /// # Errors
    /// [`LogWriteError::Io`] with the first cause when the log is down. What came to the disk only the next recovery can
    /// tell then.
    pub fn flush(&self, end: Lgpos) -> Result<(), LogWriteError> {
        let mut shared = self.lock();
        let end = end.min(shared.front.position());
        while shared.durable < end {
            shared.check()?;
            // Only who can write closes the segment: until then it is there for others.
            if shared.writer.is_some() {
                shared.front.fill_segment();
            }
            shared = self.write_or_wait(shared);
        }
        Ok(())
    }

    /// Sees to it that everything before `end` is durable when `limit` has passed, if [`Log::tick`] is called.
    pub fn flush_within(&self, end: Lgpos, limit: Duration) {
        let now = self.clock.unix_milliseconds();
        let at = now.saturating_add(u64::try_from(limit.as_millis()).unwrap_or(u64::MAX));
        let mut shared = self.lock();
        if shared.durable < end {
            let due = shared.due.get_or_insert(Due { end, at, noted: now });
            due.end = due.end.max(end);
            due.at = due.at.min(at);
        }
    }

    /// When [`Log::tick`] must be called at the latest, in milliseconds since 1970; `None`: nothing is asked for.
    pub fn due(&self) -> Option<u64> {
        self.lock().due.map(|due| due.at)
    }

    /// Does what is due at `now`, in milliseconds since 1970; returns whether anything was.
    ///
    /// # Errors
    /// As [`Log::flush`].
    pub fn tick(&self, now: u64) -> Result<bool, LogWriteError> {
        // A clock that was set back would let it wait for long.
        let is_due = |due: &Due| due.at <= now || now < due.noted;
        let due = self.lock().due.filter(is_due);
        due.map_or(Ok(false), |due| self.flush(due.end).map(|()| true))
    }

    /// Writes and syncs the complete segments, or waits for who has the turn.
    pub(super) fn write_or_wait<'l>(&'l self, mut shared: Locked<'l>) -> Locked<'l> {
        match shared.writer.take() {
            Some(writer) => self.write(shared, writer),
            None => shared.wait(),
        }
    }

    fn write<'l>(&'l self, mut shared: Locked<'l>, writer: Box<LogWriter>) -> Locked<'l> {
        let spare = core::mem::take(&mut shared.spare);
        let mut batch = shared.front.take_complete(spare);
        let end = shared.front.complete_position();
        drop(shared);
        let mut turn = Turn::new(self, writer);
        let written = turn.writer().write(&mut batch);
        let mut shared = turn.end();
        shared.spare = batch.into_memory();
        match written {
            Ok(()) => shared.reach(end),
            Err(error) => shared.note_failure(&error),
        }
        shared
    }
}
