//! What is known of a world while no engine runs on it.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use jet_btree::redo::Memory;
use jet_io::SimFs;
use jet_log::outside::{SeededRandom, SteppingClock};
use jet_log::record::SessionId;
use jet_log::recovery::Surroundings;
use jet_pages::{Objid, Pgno};
use jet_session::storage::{Setup, Storage};

use crate::model::Model;
use crate::world::{DATABASE, FOLDER, Shape, World};

/// A world without an engine.
#[derive(Debug)]
pub struct Left {
    pub(crate) shape: Shape,
    pub(crate) roots: Vec<(Pgno, Objid)>,
    /// What must be there.
    pub model: Model,
    /// Commits up to here must be there.
    pub durable: u64,
}

impl Left {
    /// Starts the engine on what the disk has now; the model is as it was.
    ///
    /// # Errors
    /// What recovery or attaching refuses.
    pub fn restarted(&self, fs: &SimFs, seed: u64) -> anyhow::Result<World> {
        let engine = Storage::start(setup(fs, &self.shape, seed), &mut |_| {})
            .context("recovery")?
            .engine;
        let database = engine
            .attach(SessionId(1), Path::new(DATABASE), 0)
            .context("attaching")?;
        let mut world = World::with(fs, self.shape.clone(), engine, database, &self.roots)?;
        world.model = self.model.clone();
        world.durable = self.durable;
        Ok(world)
    }
}

/// What the engine of a world is made of.
pub(crate) fn setup(fs: &SimFs, shape: &Shape, seed: u64) -> Setup {
    let page_bytes = shape.page_size.bytes();
    let around = Surroundings {
        fs: Arc::new(fs.clone()),
        clock: Arc::new(SteppingClock::new(1_000_000 + seed, 1)),
        random: Arc::new(SeededRandom::new(seed)),
    };
    let mut setup = Setup::in_folder(around, Path::new(FOLDER), shape.page_size);
    setup.log_sectors = shape.log_sectors;
    setup.memory = Memory {
        soft_bytes: shape.cache_pages * page_bytes,
        hard_bytes: shape.cache_pages * page_bytes * 16,
    };
    setup.limits.version_bytes = 8 << 20;
    setup.checkpoint_depth = shape.checkpoint_depth;
    setup
}
