//! Recovery: dirty databases and their logs become whole databases, without an engine.
//!
//! [`Recovery`] names the logs and the databases; [`Recovery::plan`] says what it would do, [`Recovery::run`] does it. What a
//! recovery in place writes, the next one continues from, should it be interrupted. [`FileRecovery`] finds logs and databases by
//! itself, and recovers copies of them into another folder.

mod candidate;
mod copies;
mod files;
mod outcome;
mod work;

use std::path::Path;
use std::sync::Arc;

use jet_btree::redo::{DecompressError, Memory, Redo, RedoError};
use jet_io::{FileSystem, OsFs};
pub use jet_log::outside::{Clock, Random, SystemClock, SystemRandom};
pub use jet_log::recovery::{
    DatabaseMap, DatabaseReport, Deferral, Ended, Places, Plan, Progress, Report, StartReason, Until,
};
use jet_log::recovery::{Options, RecoveryError, Surroundings, recover};
pub use jet_log::{Generation, Lgpos};
use jet_pages::PageSize;

pub use self::copies::Step;
pub use self::files::{EarlierStart, FileRecovery, Survey, Surveyed};
pub use self::outcome::{Delivered, Delivery, NotRecovered, Outcome};
use crate::{JetCode, JetError};

/// Memory for pages, unless [`Recovery::cache_bytes`] says otherwise.
pub const CACHE_BYTES: usize = 64 << 20;

/// A recovery to be done.
///
/// ```no_run
/// use jet_api::recover::Recovery;
///
/// // Everything lies in one folder, and is changed there.
/// let report = Recovery::in_folder("copy/of/sru").run(&mut |_| {})?;
/// for database in &report.databases {
///     println!("{}: {:?}", database.logged, database.outcome);
/// }
/// # Ok::<(), jet_api::JetError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Recovery {
    places: Places,
    options: Options,
    around: Surroundings,
    cache_bytes: usize,
    mends: bool,
}

impl Recovery {
    /// Logs, checkpoint and databases in one folder, which are changed there.
    pub fn in_folder(folder: impl AsRef<Path>) -> Self {
        let folder = folder.as_ref();
        Self::new(Places::in_folder(folder), DatabaseMap::in_folder(folder))
    }

    /// Logs in `places`, databases as `databases` says.
    pub fn new(places: Places, databases: DatabaseMap) -> Self {
        Self {
            places,
            options: Options::new(databases),
            around: Surroundings {
                fs: Arc::new(OsFs),
                clock: Arc::new(SystemClock),
                random: Arc::new(SystemRandom),
            },
            cache_bytes: CACHE_BYTES,
            mends: false,
        }
    }

    /// Works on this file system, with this time and these random numbers.
    #[must_use]
    pub fn surroundings(
        mut self,
        fs: Arc<dyn FileSystem>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Self {
        self.around = Surroundings { fs, clock, random };
        self
    }

    /// The stream with this base name, where there are several.
    #[must_use]
    pub fn base(mut self, base: impl Into<String>) -> Self {
        self.places.base = Some(base.into());
        self
    }

    /// Ends redo before the log ends. Needs an output folder of its own, unless nothing is undone.
    #[must_use]
    pub const fn until(mut self, until: Until) -> Self {
        self.options.until = Some(until);
        self
    }

    /// Redo starts with the oldest log, whatever the checkpoint says: for databases that are older than the checkpoint.
    #[must_use]
    pub const fn ignore_checkpoint(mut self) -> Self {
        self.options.ignore_checkpoint = true;
        self
    }

    /// Leaves uncommitted changes in, so that further logs can be replayed later.
    #[must_use]
    pub const fn without_undo(mut self) -> Self {
        self.options.without_undo = true;
        self
    }

    /// Databases that are not found are no error.
    #[must_use]
    pub const fn ignore_missing(mut self) -> Self {
        self.options.ignore_missing = true;
        self
    }

    /// Logs that no database needs to be usable may be missing or damaged; what was committed in them is lost.
    #[must_use]
    pub const fn allow_loss(mut self) -> Self {
        self.options.allow_loss = true;
        self
    }

    /// The current log may be missing if no database needs it.
    #[must_use]
    pub const fn allow_no_current_log(mut self) -> Self {
        self.options.allow_no_current = true;
        self
    }

    /// Pages must have this size.
    #[must_use]
    pub const fn page_size(mut self, size: PageSize) -> Self {
        self.options.page_size = Some(size);
        self
    }

    /// Logs should have this size; asked when all else is well.
    #[must_use]
    pub const fn log_bytes(mut self, bytes: u64) -> Self {
        self.options.log_bytes = Some(bytes);
        self
    }

    /// Memory for pages; up to 16 times as much where pages must wait for the end of transactions.
    #[must_use]
    pub const fn cache_bytes(mut self, bytes: usize) -> Self {
        self.cache_bytes = bytes;
        self
    }

    /// Takes a page for good in which one flipped bit explains the checksum, see [`Redo::mend_flipped_bits`].
    #[must_use]
    pub const fn mend_flipped_bits(mut self) -> Self {
        self.mends = true;
        self
    }

    /// What the recovery would do. Changes nothing.
    ///
    /// # Errors
    /// Why it cannot begin: no logs, or a log that cannot be used.
    pub fn plan(&self) -> Result<Plan, JetError> {
        Plan::make::<RedoError>(&*self.around.fs, &self.places, &self.options).map_err(JetError::from)
    }

    /// Recovers.
    ///
    /// # Errors
    /// Why it did not come to its end, see the codes of JetInit. Files changed until then are such that another recovery
    /// can begin.
    pub fn run(&self, progress: &mut dyn FnMut(Progress)) -> Result<Report, JetError> {
        self.replay(progress).map_err(Into::into)
    }

    fn replay(&self, progress: &mut dyn FnMut(Progress)) -> Result<Report, RecoveryError<RedoError>> {
        let memory = Memory {
            soft_bytes: self.cache_bytes,
            hard_bytes: self.cache_bytes.saturating_mul(HARD_FACTOR),
        };
        let mut redo = Redo::new(memory, decompress).mend_flipped_bits(self.mends);
        recover(&self.places, &self.options, &self.around, &mut redo, progress)
    }

    /// What JetInit would answer to a recovery that came to its end with this report.
    pub const fn code(&self, report: &Report) -> JetCode {
        match (self.options.without_undo, report.ended_well) {
            (false, _) => JetCode::SUCCESS,
            (true, false) => JetCode::RECOVERED_WITHOUT_UNDO,
            (true, true) => JetCode::RECOVERED_WITHOUT_UNDO_DATABASES_CONSISTENT,
        }
    }
}

/// So many times the wanted memory is taken where pages must wait for the end of transactions. The system gives it when it
/// is used; what describes it is there at once.
const HARD_FACTOR: usize = 16;

/// Images of pages in logs are compressed as column values are.
pub(crate) fn decompress(stored: &[u8], most: usize) -> Result<Vec<u8>, DecompressError> {
    let mut plain = Vec::new();
    jet_isam::compress::decompress(stored, most, &mut plain)
        .map_err(|error| DecompressError(error.to_string()))?;
    Ok(plain)
}

/// An error of the file system.
fn io_error(error: jet_io::IoError) -> JetError {
    RecoveryError::<jet_btree::redo::RedoError>::Io(error).into()
}
