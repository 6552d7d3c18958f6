//! The log of a running engine: one end of a stream, appended to by many threads.
//!
//! Invariants:
//! - records appended together lie in one file, one behind the other, and get ascending positions
//! - a position that [`Log::flush`] returned for outlives a crash, and so does everything before it
//! - when a generation is full the next one begins within the call that found it so

use std::sync::Arc;

use jet_pages::dbheader::LogTime;
use parking_lot::Mutex;

use crate::attach::Attachment;
use crate::record::Record;
use crate::writer::{LogWriteError, LogWriter, RollInfo};
use crate::{Generation, Lgpos};

/// Where records went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appended {
    /// Position of the first record.
    pub first: Lgpos,
    /// Position of the last record: what a page changed by them is stamped with.
    pub last: Lgpos,
    /// Behind the last record: durable up to here, they outlive a crash.
    pub end: Lgpos,
}

/// What the log asks its engine when a generation begins.
///
/// Called while nobody else can append, so neither method may append or flush.
pub trait Rolling: core::fmt::Debug + Send + Sync {
    /// The databases attached now, and the checkpoint: they go into the header of the new generation.
    fn state(&self) -> RollState;

    /// A generation has begun.
    fn begun(&self, generation: Generation, created: LogTime);
}

/// What the header of a new generation says of the engine.
#[derive(Clone, Debug)]
pub struct RollState {
    /// When it is created.
    pub created: LogTime,
    /// The databases attached.
    pub attachments: Vec<Attachment>,
    /// The checkpoint.
    pub checkpoint: Lgpos,
}

/// The log of a running engine.
#[derive(Debug)]
pub struct Log {
    writer: Mutex<LogWriter>,
    rolling: Arc<dyn Rolling>,
}

impl Log {
    /// Goes on where `writer` stands.
    pub fn new(writer: LogWriter, rolling: Arc<dyn Rolling>) -> Self {
        Self {
            writer: Mutex::new(writer),
            rolling,
        }
    }

    /// Appends records that must lie in one file. They are not durable yet.
    ///
    /// # Errors
    /// [`LogWriteError`]; nothing was appended then that counts.
    pub fn append(&self, records: &[Record<'_>]) -> Result<Appended, LogWriteError> {
        let mut writer = self.writer.lock();
        match writer.append_together(records) {
            Err(LogWriteError::Full { .. }) => {
                self.roll(&mut writer)?;
                writer.append_together(records)
            }
            appended => appended,
        }
    }

    /// Appends one record that is made while nobody else can append: numbers in such records ascend in the log.
    ///
    /// # Errors
    /// As [`Log::append`].
    pub fn append_made(&self, make: &mut dyn FnMut() -> Record<'static>) -> Result<Appended, LogWriteError> {
        let mut writer = self.writer.lock();
        let record = make();
        let record = std::slice::from_ref(&record);
        match writer.append_together(record) {
            Err(LogWriteError::Full { .. }) => {
                self.roll(&mut writer)?;
                writer.append_together(record)
            }
            appended => appended,
        }
    }

    /// Waits until everything before `end` is durable.
    ///
    /// # Errors
    /// [`LogWriteError`] when it cannot be made durable.
    pub fn flush(&self, end: Lgpos) -> Result<(), LogWriteError> {
        let mut writer = self.writer.lock();
        if writer.durable() < end {
            writer.flush()?;
        }
        Ok(())
    }

    /// Everything before this position is durable.
    pub fn durable(&self) -> Lgpos {
        self.writer.lock().durable()
    }

    /// Where the next record will stand.
    pub fn position(&self) -> Lgpos {
        self.writer.lock().position()
    }

    fn roll(&self, writer: &mut LogWriter) -> Result<(), LogWriteError> {
        let state = self.rolling.state();
        writer.roll(&RollInfo {
            created: state.created,
            attachments: &state.attachments,
            checkpoint: state.checkpoint,
        })?;
        self.rolling.begun(writer.generation(), state.created);
        Ok(())
    }
}
