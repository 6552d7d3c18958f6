//! Where the next recovery would start. Source: `docs/format/checkpoint.md`.

use jet_log::{Generation, Lgpos};

use super::{Storage, StorageError};

/// What the checkpoint would be now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reach {
    /// Redo starts here.
    pub(super) redo_from: Lgpos,
    /// From here on databases may lack changes.
    pub(super) consistent_from: Lgpos,
}

impl Storage {
    /// Moves the checkpoint up as far as pages and transactions allow: syncs the databases, then says so in their headers,
    /// then writes it. Never moves it back.
    ///
    /// # Errors
    /// [`StorageError::Io`]; the old checkpoint stands then, which is right.
    pub fn move_checkpoint(&self) -> Result<(), StorageError> {
        let mut checkpoint = self.checkpoint.lock();
        let reach = self.reach();
        // Transactions that are over do not count any more: their ends must not be lost.
        self.log.flush(self.log.position())?;
        if reach.redo_from < self.slots.checkpoint() {
            return Ok(());
        }
        for database in self.changeable() {
            database.file().file().sync_data()?;
            database
                .file()
                .advance(reach.redo_from.generation, reach.consistent_from.generation)?;
        }
        let attachments: Vec<_> = self.slots.list();
        let attached = attachments
            .into_iter()
            .filter(|entry| entry.attached < reach.redo_from)
            .collect::<Vec<_>>();
        checkpoint
            .set(reach.redo_from, reach.consistent_from, Some(&attached))
            .map_err(jet_log::LogWriteError::Attachments)?;
        self.write_checkpoint(&checkpoint, false)?;
        self.slots.set_checkpoint(reach.redo_from);
        Ok(())
    }

    /// What redo needs: the oldest of the end of the log, the begin of each open transaction that changed something, and
    /// the begins of those whose changes are in pages not written.
    pub(super) fn reach(&self) -> Reach {
        // First the end of the log: what begins during the rest lies behind it. Then the transactions, then the pages: a
        // transaction that ends in between has its pages.
        let tip = self.tip();
        let begun = self.trees.oldest_begin();
        let pages = self
            .slots
            .all()
            .into_iter()
            .filter_map(|database| database.store().oldest_begun());
        let consistent_from = pages.fold(tip, Lgpos::min);
        let redo_from = begun.map_or(consistent_from, |begun| begun.min(consistent_from));
        Reach {
            redo_from,
            consistent_from,
        }
    }

    /// Where the log ends, in a generation that is there: when the current log is full, its start is the best there is.
    pub(super) fn tip(&self) -> Lgpos {
        let (position, generation) = (self.log.position(), self.log.generation());
        if position.generation <= generation {
            return position;
        }
        Lgpos {
            generation,
            sector: 1,
            byte: 0,
        }
    }

    pub(super) fn write_checkpoint(
        &self,
        checkpoint: &jet_log::Checkpoint,
        sync: bool,
    ) -> Result<(), StorageError> {
        let path = self.setup.system_folder.join(self.setup.names.checkpoint());
        Ok(checkpoint.write(&*self.setup.around.fs, &path, sync)?)
    }

    /// The oldest generation that a recovery would read.
    pub fn oldest_needed(&self) -> Generation {
        self.slots.checkpoint().generation
    }
}
