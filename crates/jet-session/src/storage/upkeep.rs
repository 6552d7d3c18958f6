//! What has to be done from time to time.

use core::sync::atomic::Ordering;

use jet_btree::transaction::Transaction;
use jet_io::IoErrorKind;
use jet_log::record::{Dbid, SessionId};
use jet_log::{Lgpos, LogState};

use super::{Storage, StorageError};

/// The session in which deleted nodes are removed.
const CLEANER: SessionId = SessionId(0xffff);
/// Clean-up of one call stops after so many versions.
const CLEANED_MAX: usize = 10_000;

impl Storage {
    /// Does what is due: flushes what was promised for about now, makes the next log ahead, removes versions and nodes that
    /// nobody sees, writes pages that hold the checkpoint back, moves it, removes the logs before it if logging is circular.
    /// To be called about once a second, and whenever much was changed; by one thread or several.
    ///
    /// # Errors
    /// [`StorageError`] of what failed first; the rest is done with the next call.
    pub fn upkeep(&self) -> Result<(), StorageError> {
        self.tend_log()?;
        self.clean()?;
        let reach = self.reach();
        let tip = self.tip();
        let depth = self.distance(reach.consistent_from, tip);
        let depth_max = self.checkpoint_depth();
        if depth > depth_max {
            self.write_old_pages(self.behind(tip, depth_max / 2))?;
            self.move_checkpoint()?;
        } else if self.distance(self.slots.checkpoint(), reach.redo_from) > depth_max / 4 {
            self.move_checkpoint()?;
        }
        self.remove_old_logs()
    }

    /// What the log needs so that nobody has to wait for it, or not for long.
    fn tend_log(&self) -> Result<(), StorageError> {
        self.log.tick(self.setup.around.clock.unix_milliseconds())?;
        if self.log.state() == LogState::DiskFull {
            self.log.restore_reserves()?;
        } else if self.log.position().sector > self.setup.log_sectors / 2 {
            match self.log.prepare_next() {
                // Whoever fills this log uses a reserve.
                Err(full) if full.kind == IoErrorKind::DiskFull => {}
                made => made?,
            }
        }
        Ok(())
    }

    /// With circular logging removes the logs that no recovery would read.
    fn remove_old_logs(&self) -> Result<(), StorageError> {
        let oldest = self.oldest_needed();
        let is_due = self.oldest_kept.load(Ordering::Relaxed) < oldest.0;
        if !self.setup.params.is_circular() || !is_due {
            return Ok(());
        }
        // A checkpoint that a crash brings back must not ask for logs that are gone.
        self.write_checkpoint(&self.checkpoint.lock(), true)?;
        self.log.remove_before(oldest)?;
        self.oldest_kept.fetch_max(oldest.0, Ordering::Relaxed);
        Ok(())
    }

    /// Removes versions and deleted nodes that nobody sees any more.
    ///
    /// # Errors
    /// What changing trees gives.
    pub fn clean(&self) -> Result<usize, StorageError> {
        Ok(self.trees.clean(&mut Transaction::new(CLEANER), CLEANED_MAX)?)
    }

    pub(super) fn clean_database(&self, database: Dbid) -> Result<(), StorageError> {
        self.trees
            .clean_database(&mut Transaction::new(CLEANER), database)?;
        Ok(())
    }

    pub(super) fn clean_all(&self) -> Result<(), StorageError> {
        while self.clean()? > 0 {}
        Ok(())
    }

    /// Writes the pages with changes of transactions that began before `limit`.
    fn write_old_pages(&self, limit: Lgpos) -> Result<(), StorageError> {
        for database in self.slots.all() {
            self.trees.log_old_data(database.number())?;
            database.store().flush_before(limit)?;
        }
        Ok(())
    }

    /// Bytes of log from one position to another.
    fn distance(&self, from: Lgpos, to: Lgpos) -> u64 {
        self.bytes_before(to).saturating_sub(self.bytes_before(from))
    }

    /// The position so many bytes before another one, at the start of its sector.
    fn behind(&self, at: Lgpos, bytes: u64) -> Lgpos {
        let sectors = u64::from(self.setup.log_sectors).max(1);
        let sector = self.bytes_before(at).saturating_sub(bytes) / SECTOR_BYTES;
        let generation = u32::try_from(sector / sectors).unwrap_or(u32::MAX);
        Lgpos {
            generation: jet_log::Generation(generation),
            // Less than the sectors of a file.
            sector: u16::try_from(sector % sectors).unwrap_or(0).max(1),
            byte: 0,
        }
    }

    fn bytes_before(&self, at: Lgpos) -> u64 {
        let sectors = u64::from(at.generation.0) * u64::from(self.setup.log_sectors) + u64::from(at.sector);
        sectors * SECTOR_BYTES + u64::from(at.byte)
    }
}

const SECTOR_BYTES: u64 = 4096;
