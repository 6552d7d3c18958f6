//! The next generation: when this one is full, or when somebody wants it.
//!
//! Whoever rolls first keeps everybody from appending, then waits for the turn, and appends first in the new generation.
//! So what was decided before, such as a number drawn for a record, still is in order behind it.

use jet_io::{IoError, IoErrorKind};

use super::shared::{Locked, LogState, Turn};
use super::{Appended, Log};
use crate::record::instance::Remark;
use crate::record::transaction::SessionMark;
use crate::record::{Record, SessionId, StoredText};
use crate::sync::lock;
use crate::writer::{Encoded, LogWriteError, LogWriter, RollInfo};

/// How the next generation began.
enum Begun {
    /// As usual.
    Usual,
    /// In the file of a reserve log.
    InReserve,
    /// It did not, for there is no space. Nothing was changed.
    NoSpace(IoError),
}

impl Log {
    /// Begins the next generation, logs there that `session` wanted it, and waits until that is durable. `reason` is for
    /// those who read logs.
    ///
    /// # Errors
    /// As [`Log::append`] and [`Log::flush`].
    pub fn force_new_generation(&self, session: SessionId, reason: &str) -> Result<Appended, LogWriteError> {
        let text = StoredText::narrow(reason.as_bytes());
        let records = Encoded::of(&[Record::ForceLogRollover(Remark { session, text })])?;
        let (shared, appended) = self.put(self.roll(self.admitted()?)?, &records)?;
        drop(shared);
        self.flush(appended.end)?;
        Ok(appended)
    }

    /// Makes everything appended by anybody durable, logs that `session` wanted it, and waits until that is durable.
    ///
    /// # Errors
    /// As [`Log::append`] and [`Log::flush`].
    pub fn force_write(&self, session: SessionId) -> Result<Appended, LogWriteError> {
        let appended = self.append(&[Record::ForceWriteLog(SessionMark { session })])?;
        self.flush(appended.end)?;
        Ok(appended)
    }

    /// Begins the next generation. Nobody appends between the call and the end of the lock that is returned.
    pub(super) fn roll<'l>(&'l self, mut shared: Locked<'l>) -> Result<Locked<'l>, LogWriteError> {
        shared.is_rolling = true;
        let writer = loop {
            match shared.writer.take() {
                Some(writer) => break writer,
                None => shared = shared.wait(),
            }
        };
        if let Err(error) = shared.check() {
            shared.is_rolling = false;
            shared.give_back(writer);
            return Err(error);
        }
        shared.front.end_segment();
        let spare = core::mem::take(&mut shared.spare);
        let mut batch = shared.front.take_complete(spare);
        let end = shared.front.complete_position();
        drop(shared);

        let mut turn = Turn::new(self, writer);
        let written = turn.writer().write(&mut batch);
        let is_written = written.is_ok();
        let begun = written.and_then(|()| self.begin(turn.writer()));
        let mut shared = turn.end();
        shared.is_rolling = false;
        shared.spare = batch.into_memory();
        if is_written {
            shared.reach(end);
        }
        shared.note_roll(begun)?;
        Ok(shared)
    }

    /// Makes the file of the next generation the current log.
    fn begin(&self, writer: &mut LogWriter) -> Result<Begun, LogWriteError> {
        let state = self.rolling.state();
        let mut next = writer.next_generation(&RollInfo {
            created: state.created,
            attachments: &state.attachments,
            checkpoint: state.checkpoint,
        })?;
        // Until the file has its name, nobody may make another one under the temporary name.
        let mut files = lock(&self.files);
        let begun = match files.make_next(&mut next.header) {
            Ok(true) => Begun::InReserve,
            Ok(false) => Begun::Usual,
            Err(cause) if cause.kind == IoErrorKind::DiskFull => return Ok(Begun::NoSpace(cause)),
            Err(cause) => return Err(LogWriteError::Io(cause)),
        };
        writer.install(next)?;
        drop(files);
        self.rolling.begun(writer.generation(), state.created);
        Ok(begun)
    }
}

impl Locked<'_> {
    /// Notes what became of an attempt to begin a generation.
    fn note_roll(&mut self, begun: Result<Begun, LogWriteError>) -> Result<(), LogWriteError> {
        match begun {
            Ok(Begun::NoSpace(cause)) => {
                self.shortage.get_or_insert(LogState::DiskFull);
                Err(LogWriteError::Io(cause))
            }
            Ok(begun) => {
                if matches!(begun, Begun::InReserve) {
                    self.shortage.get_or_insert(LogState::DiskFull);
                }
                self.begin();
                Ok(())
            }
            Err(LogWriteError::SequenceEnd { highest }) => {
                self.shortage = Some(LogState::SequenceEnd);
                Err(LogWriteError::SequenceEnd { highest })
            }
            Err(error) => {
                self.note_failure(&error);
                Err(error)
            }
        }
    }
}
