//! The engine on a folder of the system.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use jet_btree::redo::Memory;
use jet_btree::space::NewTree;
use jet_btree::store::OpenTree;
use jet_btree::transaction::{Flushing, Transaction};
use jet_io::OsFs;
use jet_log::outside::{SystemClock, SystemRandom};
use jet_log::record::SessionId;
use jet_log::recovery::{Report, Surroundings};
use jet_pages::{PageFlags, PageSize, Pgno};
use jet_session::storage::{AttachedDatabase, Fill, NewDatabase, Setup, Storage, StorageError};

use super::Scene;

const DATABASE: &str = "kill.edb";
/// Told by a file of this name: the database is complete.
const MADE: &str = "made";
pub(super) const DATABASE_ROOT: Pgno = Pgno(1);
const FIRST_PAGES: u32 = 254;
const SESSION: SessionId = SessionId(1000);

/// A running engine with its database.
pub(super) struct Engine {
    pub(super) storage: Storage,
    pub(super) database: Arc<AttachedDatabase>,
    pub(super) tree: OpenTree,
    /// The recovery, if there was one.
    pub(super) recovery: Option<Report>,
}

/// Makes the one tree, which comes out at the same page whenever it is made.
#[derive(Default)]
struct OneTree {
    root: Option<Pgno>,
}

impl Fill for OneTree {
    fn fill(
        &mut self,
        engine: &Storage,
        database: &AttachedDatabase,
        transaction: &mut Transaction,
    ) -> Result<(), StorageError> {
        transaction.begin(engine.trees(), false);
        let author = transaction.author(engine.trees())?;
        database.store().create_root(&author, FIRST_PAGES)?;
        let new = NewTree {
            page_count: 1,
            has_space_trees: false,
            is_unique: true,
            flags: PageFlags::default(),
        };
        let made = database.store().create_tree(&author, DATABASE_ROOT, new)?;
        self.root = Some(made.root());
        transaction.commit(engine.trees(), Flushing::Durable)?;
        Ok(())
    }
}

impl Engine {
    /// A new database in an empty folder, complete when this returns.
    ///
    /// # Errors
    /// What the engine or the system refuses.
    pub(super) fn create(folder: &Path, scene: &Scene) -> anyhow::Result<()> {
        let storage = Storage::start(setup(folder, scene)?, &mut |_| {})?.engine;
        let mut made = OneTree::default();
        let new = NewDatabase {
            path: &folder.join(DATABASE),
            pages_max: 0,
            replaces: false,
        };
        storage.create(SESSION, new, &mut made)?;
        storage.stop()?;
        let root = made.root.context("a new database has its tree")?;
        Ok(std::fs::write(folder.join(MADE), root.0.to_string())?)
    }

    /// Starts on what is in the folder.
    ///
    /// # Errors
    /// What recovery or attaching refuses.
    pub(super) fn start(folder: &Path, scene: &Scene) -> anyhow::Result<Self> {
        let root = std::fs::read_to_string(folder.join(MADE))?.parse()?;
        let started = Storage::start(setup(folder, scene)?, &mut |_| {}).context("recovery")?;
        let path = folder.join(DATABASE);
        let database = started.engine.attach(SESSION, &path, 0).context("attaching")?;
        let tree = database.store().open_tree(Pgno(root), None)?;
        Ok(Self {
            storage: started.engine,
            database,
            tree,
            recovery: started.recovery,
        })
    }
}

/// Little of everything, so that logs end, pages go to the disk and versions are cleaned up all the time.
fn setup(folder: &Path, scene: &Scene) -> anyhow::Result<Setup> {
    let page_size = PageSize::from_bytes(scene.page_bytes).context("no page has this size")?;
    let around = Surroundings {
        fs: Arc::new(OsFs),
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
    };
    let mut setup = Setup::in_folder(around, folder, page_size);
    setup.names.has_old_extensions = false;
    setup.names.has_five_digits = false;
    setup.memory = Memory {
        soft_bytes: 64 * page_size.bytes(),
        hard_bytes: 4096 * page_size.bytes(),
    };
    setup.limits.version_bytes = 64 << 20;
    setup.checkpoint_depth = 1 << 20;
    setup.params.flags = CIRCULAR;
    Ok(setup)
}

/// Flag of the instance: logs are removed as soon as recovery does not need them.
const CIRCULAR: u8 = 1;
