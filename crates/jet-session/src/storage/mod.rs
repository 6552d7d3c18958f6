//! The running engine beneath the sessions of one instance: log, trees, attached databases, checkpoint, upkeep.
//!
//! | module | what |
//! |---|---|
//! | `start`, `stop` | from files to a running engine, recovery included, and back |
//! | `database` | one attached database: file, header, trees |
//! | `create`, `attach` | new databases; databases coming and going |
//! | `resize` | databases made longer or shorter |
//! | `temporary` | the database of sorts and temporary tables, of which the log knows nothing |
//! | `checkpoint` | where the next recovery would start |
//! | `upkeep` | what has to be done from time to time: pages written, versions cleaned up, logs prepared |
//! | `rolling` | what a new generation of the log is told |
//! | `engine` | all of it as the engine of sessions |
//! | `settings` | what the parameters of an instance mean to it |
//! | `found` | what a start does with what it finds |
//! | `folders` | one instance at a time in a folder |
//! | `companion` | what the floor that knows tables keeps for a session |
//! | `commit_id` | where commits lie, and who is told how far they are durable |
//!
//! Order that everything here keeps: log, then header, then page, then the header's lower bounds, then the checkpoint.
//!
//! No thread is started here: whoever runs the engine calls [`Storage::upkeep`].

mod attach;
mod checkpoint;
mod commit_id;
mod companion;
mod create;
mod database;
mod engine;
mod error;
mod folders;
mod found;
mod resize;
mod rolling;
mod settings;
mod start;
mod stop;
mod temporary;
mod upkeep;

use core::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use jet_btree::redo::{Decompress, DecompressError, Memory};
use jet_btree::transaction::{Limits, Trees};
use jet_io::cache::Cache;
use jet_log::names::LogNames;
use jet_log::params::InstanceParams;
use jet_log::recovery::Surroundings;
use jet_log::{Lgpos, Log};
use jet_pages::PageSize;
use jet_pages::dbheader::Signature;
use parking_lot::Mutex;
use zerocopy::FromZeros;

pub use self::commit_id::{CommitId, CommitObserver};
pub use self::companion::Companion;
pub use self::create::{Contents, Fill, NewDatabase};
pub use self::database::AttachedDatabase;
pub use self::engine::{EngineSetup, InitOptions, SessionParts, StorageEngine, StorageSession};
pub use self::error::StorageError;
pub use self::found::{FoundRules, OtherLogSize};
use self::rolling::Slots;
pub use self::start::Started;
pub use self::temporary::{NewTemporary, SortPermit, TEMPORARY, TemporaryDatabase};

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
    /// What its start does with what it finds.
    pub found: FoundRules,
}

impl Setup {
    /// An engine of its own in a folder, with a small cache, short logs with names as of old, and no compressed images. What is to
    /// be otherwise is set in the fields.
    pub fn in_folder(around: Surroundings, folder: &Path, page_size: PageSize) -> Self {
        Self {
            around,
            log_folder: folder.to_owned(),
            system_folder: folder.to_owned(),
            names: LogNames {
                base: "edb".to_owned(),
                has_old_extensions: true,
                has_five_digits: true,
            },
            page_size,
            log_sectors: 64,
            memory: Memory {
                soft_bytes: 2 << 20,
                hard_bytes: 32 << 20,
            },
            limits: Limits {
                version_bytes: 16 << 20,
                version_entry_bytes: 64 << 10,
            },
            checkpoint_depth: 512 << 10,
            growth_pages: 256,
            decompress: |_, _| Err(DecompressError("nothing was to be compressed".into())),
            params: InstanceParams::new_zeroed(),
            found: FoundRules::default(),
        }
    }
}

/// A running engine.
#[derive(Debug)]
pub struct Storage {
    setup: Setup,
    log: Arc<Log>,
    trees: Arc<Trees>,
    cache: Cache,
    slots: Arc<Slots>,
    temporary: OnceLock<Arc<TemporaryDatabase>>,
    stream: Signature,
    /// Bytes of log that the checkpoint may lie behind its end, now.
    checkpoint_depth: AtomicU64,
    /// Pages by which a database grows, now.
    growth_pages: AtomicU32,
    /// Where this run began.
    began: Lgpos,
    /// Number of a generation: no older log is there that is known.
    oldest_kept: AtomicU32,
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

    /// Changes how many bytes of log the checkpoint may lie behind its end.
    pub fn set_checkpoint_depth(&self, bytes: u64) {
        self.checkpoint_depth.store(bytes, Ordering::Relaxed);
    }

    /// Changes by how many pages databases grow, those that are attached among them.
    pub fn set_growth_pages(&self, pages: u32) {
        self.growth_pages.store(pages, Ordering::Relaxed);
        for database in self.slots.all() {
            database.store().set_extension_pages(pages);
        }
    }

    pub(super) fn checkpoint_depth(&self) -> u64 {
        self.checkpoint_depth.load(Ordering::Relaxed)
    }

    /// Lets go of all databases as they are; what was not written is left to the next recovery.
    pub(super) fn close(&self) {
        for database in self.slots.all() {
            self.trees.detach(database.number());
            self.slots.take(database.number());
        }
        self.remove_temporary();
    }
}

/// Without [`Storage::stop`] it is as if the process had died: nothing is written any more, and the next start recovers. The log
/// knows the databases, which know the log: somebody must let go, or their files stay open.
impl Drop for Storage {
    fn drop(&mut self) {
        self.close();
    }
}
