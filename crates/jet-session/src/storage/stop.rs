//! The end of a run.

use jet_log::Lgpos;
use jet_log::record::Record;
use jet_log::record::instance::{Mark, Term2};

use super::{Storage, StorageError};

impl Storage {
    /// Ends the run: writes all pages, so that every database is complete without logs.
    ///
    /// # Errors
    /// [`StorageError::Busy`] while transactions are open, and nothing has changed then. After any other error the next
    /// start recovers.
    pub fn stop(&self) -> Result<(), StorageError> {
        let _changing = self.changing.lock();
        self.check_idle()?;
        self.clean_all()?;
        let databases = self.changeable();
        for database in &databases {
            self.write_pages(database)?;
        }
        self.move_checkpoint()?;
        let mark = self.log.append(&[Record::ShutDownMark(Mark {})])?;
        self.log.flush(mark.end)?;
        for database in &databases {
            self.trees.detach(database.number());
            self.slots.take(database.number());
            database.file().end_well(mark.first, database.marks())?;
        }
        let term = Term2 {
            began: self.began,
            redo_from: Lgpos::NONE,
            is_hard: 0,
            time: self.setup.around.clock.now(),
        };
        let term = self.log.append(&[Record::Term2(term)])?;
        self.log.flush(term.end)?;
        let mut checkpoint = self.checkpoint.lock();
        checkpoint
            .set(term.first, term.first, None)
            .map_err(jet_log::LogWriteError::Attachments)?;
        self.write_checkpoint(&checkpoint, true)
    }
}
