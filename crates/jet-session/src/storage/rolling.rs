//! The attached databases by slot, and what a new generation of the log is told of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use jet_log::attach::Attachment;
use jet_log::record::Dbid;
use jet_log::recovery::Surroundings;
use jet_log::{Generation, Lgpos, RollState, Rolling};
use jet_pages::dbheader::LogTime;
use parking_lot::RwLock;

use super::AttachedDatabase;

/// Slots that databases of users can have: 0 is that of the temporary database.
pub(super) const SLOTS: std::ops::RangeInclusive<u8> = 1..=6;

/// The attached databases.
#[derive(Debug)]
pub(super) struct Slots {
    around: Surroundings,
    state: RwLock<State>,
}

#[derive(Debug)]
struct State {
    databases: BTreeMap<Dbid, Arc<AttachedDatabase>>,
    checkpoint: Lgpos,
    generation: (Generation, LogTime),
}

impl Slots {
    pub(super) fn new(around: &Surroundings, checkpoint: Lgpos, generation: (Generation, LogTime)) -> Self {
        Self {
            around: around.clone(),
            state: RwLock::new(State {
                databases: BTreeMap::new(),
                checkpoint,
                generation,
            }),
        }
    }

    /// A slot without a database.
    pub(super) fn free(&self) -> Option<Dbid> {
        let state = self.state.read();
        SLOTS.map(Dbid).find(|slot| !state.databases.contains_key(slot))
    }

    pub(super) fn put(&self, database: Arc<AttachedDatabase>) {
        let mut state = self.state.write();
        let (generation, created) = state.generation;
        database.file().enter(generation, created);
        state.databases.insert(database.number(), database);
    }

    pub(super) fn take(&self, number: Dbid) {
        self.state.write().databases.remove(&number);
    }

    pub(super) fn all(&self) -> Vec<Arc<AttachedDatabase>> {
        self.state.read().databases.values().cloned().collect()
    }

    /// The list that log headers and checkpoints have.
    pub(super) fn list(&self) -> Vec<Attachment> {
        let state = self.state.read();
        state
            .databases
            .values()
            .filter(|database| !database.is_read_only())
            .map(|database| database.entry())
            .collect()
    }

    pub(super) fn checkpoint(&self) -> Lgpos {
        self.state.read().checkpoint
    }

    pub(super) fn set_checkpoint(&self, at: Lgpos) {
        self.state.write().checkpoint = at;
    }

    /// The generation being written, and when it was created.
    pub(super) fn generation(&self) -> (Generation, LogTime) {
        self.state.read().generation
    }
}

impl Rolling for Slots {
    fn state(&self) -> RollState {
        RollState {
            created: self.around.clock.now(),
            attachments: self.list(),
            checkpoint: self.checkpoint(),
        }
    }

    fn begun(&self, generation: Generation, created: LogTime) {
        let mut state = self.state.write();
        state.generation = (generation, created);
        for database in state.databases.values() {
            database.file().enter(generation, created);
        }
    }
}
