//! The running engine beneath the sessions of one instance: log, trees, attached databases, checkpoint, upkeep.
//!
//! | module | what |
//! |---|---|
//! | `start`, `stop` | from files to a running engine, recovery included, and back |
//! | `database` | one attached database: file, header, trees |
//! | `create`, `attach` | new databases; databases coming and going |
//! | `checkpoint` | where the next recovery would start |
//! | `upkeep` | what has to be done from time to time: pages written, versions cleaned up, logs prepared |
//! | `rolling` | what a new generation of the log is told |
//!
//! Order that everything here keeps: log, then header, then page, then the header's lower bounds, then the checkpoint.
//!
//! No thread is started here: whoever runs the engine calls [`Storage::upkeep`].

mod attach;
mod checkpoint;
mod create;
mod database;
mod error;
mod rolling;
mod start;
mod stop;
mod upkeep;

use std::path::PathBuf;
use std::sync::Arc;

use jet_btree::redo::{Decompress, Memory};
use jet_btree::transaction::{Limits, Trees};
use jet_io::cache::Cache;
use jet_log::names::LogNames;
use jet_log::params::InstanceParams;
use jet_log::recovery::Surroundings;
use jet_log::{Lgpos, Log};
use jet_pages::PageSize;
use jet_pages::dbheader::Signature;
use parking_lot::Mutex;

pub use self::create::{Fill, NewDatabase};
pub use self::database::AttachedDatabase;
pub use self::error::StorageError;
use self::rolling::Slots;
pub use self::start::Started;

/// What an engine is made of.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Files, time, identities.
    pub around: Surroundings,
    /// Folder of the logs.
    pub log_folder: PathBuf,
    /// Folder of the checkpoint.
    pub system_folder: PathBuf,
    /// How logs and checkpoint are named.
    pub names: LogNames,
    /// Size of the pages of all databases.
    pub page_size: PageSize,
    /// Sectors of a log file.
    pub log_sectors: u16,
    /// Memory for pages.
    pub memory: Memory,
    /// Memory for versions.
    pub limits: Limits,
    /// Bytes of log that the checkpoint may lie behind its end.
    pub checkpoint_depth: u64,
    /// Pages by which a database grows.
    pub growth_pages: u32,
    /// Decompresses images of pages, see [`jet_btree::redo`].
    pub decompress: Decompress,
    /// What log headers and the checkpoint say of the instance.
    pub params: InstanceParams,
    /// Databases that the log tells of and that are not found are no error.
    pub ignores_missing: bool,
}

/// A running engine.
#[derive(Debug)]
pub struct Storage {
    setup: Setup,
    log: Arc<Log>,
    trees: Arc<Trees>,
    cache: Cache,
    slots: Arc<Slots>,
    stream: Signature,
    /// Where this run began.
    began: Lgpos,
    /// Held by whoever attaches, creates or detaches.
    changing: Mutex<()>,
    /// Held by whoever moves the checkpoint.
    checkpoint: Mutex<Box<jet_log::Checkpoint>>,
}

impl Storage {
    /// All trees, for transactions.
    pub const fn trees(&self) -> &Arc<Trees> {
        &self.trees
    }

    /// The log.
    pub const fn log(&self) -> &Arc<Log> {
        &self.log
    }

    /// Identity of the log stream.
    pub const fn stream(&self) -> &Signature {
        &self.stream
    }

    /// What it was made of.
    pub const fn setup(&self) -> &Setup {
        &self.setup
    }
}

impl Drop for Storage {
    /// Lets go of the databases that are still attached; the next start recovers them. They and the log know of each other.
    fn drop(&mut self) {
        for database in self.slots.all() {
            self.trees.detach(database.number());
            self.slots.take(database.number());
        }
    }
}
