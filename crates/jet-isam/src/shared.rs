//! A table as all sessions share it: who sees which definition, and who has it open.
//!
//! Invariants:
//! - at most one session has changes of the definition that are not committed
//! - the definition that others see changes when such a session commits its last level
//! - rows have entries in all indexes of [`Table::maintained`], whoever sees them

use core::sync::atomic::{AtomicU64, Ordering};
use std::collections::BTreeMap;
use std::sync::Arc;

use jet_btree::store::OpenTree;
use jet_log::record::{Dbid, SessionId};
use jet_pages::Objid;
use parking_lot::{Mutex, RwLock};

use crate::definition::{Definition, LiveIndex};
use crate::error::{Refusal, Result};

/// A table as all sessions share it.
#[derive(Debug)]
pub struct Table {
    objid: Objid,
    database: Dbid,
    state: RwLock<State>,
    /// Grows whenever somebody sees another definition.
    generation: AtomicU64,
    uses: Mutex<Uses>,
    /// Held for reading by whoever changes a row, for writing by whoever makes an index.
    pub(crate) building: RwLock<()>,
    /// The tree of long values; made when the first one is needed, for all at once.
    pub(crate) long_values: RwLock<Option<LongTree>>,
    /// Held by whoever makes it.
    pub(crate) making_long_values: Mutex<()>,
    /// The numbers that were given out.
    pub(crate) counters: Counters,
}

/// The tree of long values of a table.
#[derive(Clone, Debug)]
pub(crate) struct LongTree {
    pub(crate) tree: OpenTree,
    /// The level at which it was made with a table that nobody else sees; 0: it stays, whatever becomes of the transaction.
    pub(crate) level: u8,
}

/// Numbers that a table gives out. None: the last one was not looked up yet.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    /// Key of the last row of a table without a primary index.
    pub(crate) row: Mutex<Option<u32>>,
    /// The last number of a column that numbers rows.
    pub(crate) auto_increment: Mutex<Option<u64>>,
    /// The last number of a long value.
    pub(crate) long_value: Mutex<Option<u64>>,
}

#[derive(Debug)]
struct State {
    /// What everybody sees; none while the table is being made.
    committed: Option<Arc<Definition>>,
    /// What one session sees, by level, the innermost last.
    pending: Vec<Pending>,
    /// Indexes that rows have entries in, whoever sees them.
    maintained: Arc<[Arc<LiveIndex>]>,
}

#[derive(Debug)]
struct Pending {
    session: SessionId,
    level: u8,
    /// None: deleted.
    definition: Option<Arc<Definition>>,
}

/// Who has a table open, and how.
#[derive(Debug, Default)]
pub(crate) struct Uses {
    /// How many cursors each session has.
    pub(crate) cursors: BTreeMap<SessionId, u32>,
    /// How many of them may change rows.
    pub(crate) updaters: BTreeMap<SessionId, u32>,
    /// Who lets nobody else read, and how often.
    pub(crate) deny_read: Option<(SessionId, u32)>,
    /// Who lets nobody else write.
    pub(crate) deny_write: Option<SessionId>,
    /// How many cursors each secondary index is the current one of.
    pub(crate) indexes: BTreeMap<Objid, u32>,
}

impl Uses {
    /// An index becomes the current one of a cursor.
    pub(crate) fn open_index(&mut self, objid: Objid) {
        *self.indexes.entry(objid).or_default() += 1;
    }

    /// An index is the current one of a cursor no longer.
    pub(crate) fn close_index(&mut self, objid: Objid) {
        if let Some(count) = self.indexes.get_mut(&objid) {
            *count -= 1;
            if *count == 0 {
                self.indexes.remove(&objid);
            }
        }
    }
}

impl Table {
    /// A table that everybody sees.
    pub fn committed(database: Dbid, definition: Definition) -> Self {
        Self::new(
            database,
            definition.def.tree.objid,
            State {
                maintained: definition.secondary.iter().cloned().collect(),
                committed: Some(Arc::new(definition)),
                pending: Vec::new(),
            },
        )
    }

    /// A table that `session` is making at `level`.
    pub fn being_made(database: Dbid, definition: Definition, session: SessionId, level: u8) -> Self {
        Self::new(
            database,
            definition.def.tree.objid,
            State {
                maintained: definition.secondary.iter().cloned().collect(),
                committed: None,
                pending: vec![Pending {
                    session,
                    level,
                    definition: Some(Arc::new(definition)),
                }],
            },
        )
    }

    fn new(database: Dbid, objid: Objid, state: State) -> Self {
        Self {
            objid,
            database,
            state: RwLock::new(state),
            generation: AtomicU64::new(1),
            uses: Mutex::default(),
            building: RwLock::default(),
            long_values: RwLock::default(),
            making_long_values: Mutex::default(),
            counters: Counters::default(),
        }
    }

    /// Identity, which is that of the tree of rows.
    pub const fn objid(&self) -> Objid {
        self.objid
    }

    /// The database.
    pub const fn database(&self) -> Dbid {
        self.database
    }

    /// Grows whenever somebody sees another definition.
    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// The table as `session` sees it; none when it does not.
    pub fn definition(&self, session: SessionId) -> Option<Arc<Definition>> {
        let state = self.state.read();
        match state.pending.last() {
            Some(pending) if pending.session == session => pending.definition.clone(),
            _ => state.committed.clone(),
        }
    }

    /// The table as everybody sees it; none while it is being made.
    pub(crate) fn definition_for_all(&self) -> Option<Arc<Definition>> {
        self.state.read().committed.clone()
    }

    /// Whether a cursor is on it.
    pub(crate) fn is_open(&self) -> bool {
        !self.uses().cursors.is_empty()
    }

    /// Whether nobody but its maker sees it.
    pub fn is_being_made(&self) -> bool {
        self.state.read().committed.is_none()
    }

    /// Whose change of the definition is not committed.
    pub fn changer(&self) -> Option<SessionId> {
        self.state.read().pending.last().map(|pending| pending.session)
    }

    /// Indexes that rows have entries in, whoever sees them.
    pub fn maintained(&self) -> Arc<[Arc<LiveIndex>]> {
        Arc::clone(&self.state.read().maintained)
    }

    /// Who has it open.
    pub(crate) fn uses(&self) -> parking_lot::MutexGuard<'_, Uses> {
        self.uses.lock()
    }

    /// `session` sees `definition` from now on, none for a deleted table, and everybody when it commits.
    ///
    /// # Errors
    /// [`Refusal::WriteConflict`] when another session changes the definition.
    pub(crate) fn change(
        &self,
        session: SessionId,
        level: u8,
        definition: Option<Arc<Definition>>,
    ) -> Result<()> {
        let mut state = self.state.write();
        if state
            .pending
            .last()
            .is_some_and(|pending| pending.session != session)
        {
            return Err(Refusal::WriteConflict.into());
        }
        state.pending.push(Pending {
            session,
            level,
            definition,
        });
        state.maintain();
        self.generation.fetch_add(1, Ordering::AcqRel);
        Ok(())
    }

    /// `session` has committed `level`. True when the table is deleted for all.
    pub(crate) fn commit(&self, session: SessionId, level: u8) -> bool {
        let mut state = self.state.write();
        let mine = |pending: &Pending| pending.session == session;
        if !state.pending.last().is_some_and(mine) {
            return false;
        }
        if let Some(long) = &mut *self.long_values.write() {
            long.level = long.level.min(level - 1);
        }
        if level > 1 {
            for pending in &mut state.pending {
                pending.level = pending.level.min(level - 1);
            }
            return false;
        }
        let last = state.pending.drain(..).next_back();
        state.committed = last.and_then(|pending| pending.definition);
        state.maintain();
        self.generation.fetch_add(1, Ordering::AcqRel);
        state.committed.is_none()
    }

    /// `session` has undone `level`. True when the table never was there.
    pub(crate) fn roll_back(&self, session: SessionId, level: u8) -> bool {
        let mut state = self.state.write();
        if state.committed.is_none() {
            // Its rows in the catalog are undone too.
            let mut long = self.long_values.write();
            *long = long.take().filter(|long| long.level < level);
        }
        state
            .pending
            .retain(|pending| pending.session != session || pending.level < level);
        state.maintain();
        self.generation.fetch_add(1, Ordering::AcqRel);
        state.committed.is_none() && state.pending.is_empty()
    }
}

impl State {
    /// Indexes of every definition that somebody sees or may come back to.
    fn maintain(&mut self) {
        let pending = self
            .pending
            .iter()
            .filter_map(|pending| pending.definition.as_ref());
        let mut all: Vec<Arc<LiveIndex>> = Vec::new();
        // The last definition with an index counts: it knows all columns.
        for definition in self.committed.iter().chain(pending).rev() {
            for index in &definition.secondary {
                if !all.iter().any(|known| known.def.objid == index.def.objid) {
                    all.push(Arc::clone(index));
                }
            }
        }
        self.maintained = all.into();
    }
}
