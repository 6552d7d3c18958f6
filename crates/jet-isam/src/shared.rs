//! A table as all sessions share it: who sees which definition, and who has it open.
//!
//! Invariants:
//! - rows have entries in all indexes of [`Table::maintained`], whoever sees them
//! - numbers of columns are given out once, also when the column comes to nothing

use core::sync::atomic::{AtomicU64, Ordering};
use std::collections::BTreeMap;
use std::sync::Arc;

use jet_btree::store::OpenTree;
use jet_btree::transaction::Trees;
use jet_btree::version::TransactionState;
use jet_log::record::{Dbid, SessionId};
use jet_pages::Objid;
use parking_lot::{Mutex, RwLock};

use crate::column::ColumnId;
use crate::definition::{Definition, LiveIndex};
use crate::error::Result;
use crate::history::{Edit, History, Outcome, Sight};
use crate::table::{TableDef, TreeDef};

/// A table as all sessions share it.
#[derive(Debug)]
pub struct Table {
    objid: Objid,
    database: Dbid,
    history: RwLock<History>,
    /// Grows whenever somebody sees another definition.
    generation: AtomicU64,
    uses: Mutex<Uses>,
    /// Held by whoever changes the definition.
    pub(crate) changing: Mutex<()>,
    pub(crate) taken: Mutex<Taken>,
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

/// Numbers and places that columns have taken, whoever sees them: none is given out twice.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Taken {
    pub(crate) fixed: ColumnId,
    pub(crate) variable: ColumnId,
    pub(crate) tagged: ColumnId,
    /// Where the next fixed column begins in a record.
    pub(crate) fixed_end: u16,
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
    /// Somebody deletes or has deleted it.
    pub(crate) is_deleted: bool,
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
        let taken = Taken::by(&definition.def);
        let objid = definition.def.tree.objid;
        Self::new(database, objid, taken, History::committed(definition))
    }

    /// A table that a session has made in a transaction, at its level `level`.
    ///
    /// # Errors
    /// When an index makes no sense.
    pub fn being_made(database: Dbid, by: Arc<TransactionState>, level: u8, def: TableDef) -> Result<Self> {
        let (objid, taken) = (def.tree.objid, Taken::by(&def));
        let history = History::being_made(by, level, def)?;
        Ok(Self::new(database, objid, taken, history))
    }

    fn new(database: Dbid, objid: Objid, taken: Taken, history: History) -> Self {
        Self {
            objid,
            database,
            history: RwLock::new(history),
            generation: AtomicU64::new(1),
            uses: Mutex::default(),
            changing: Mutex::default(),
            taken: Mutex::new(taken),
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

    /// The table as it is seen; none when it is not.
    pub fn definition(&self, sight: &Sight) -> Option<Arc<Definition>> {
        self.look(sight).0
    }

    /// The table as it is seen, and whether something is hidden that others see.
    pub(crate) fn look(&self, sight: &Sight) -> (Option<Arc<Definition>>, bool) {
        // Changes that make no sense are not let in.
        self.history.read().seen(sight).unwrap_or_default()
    }

    /// The table as everybody sees it; none while it is being made.
    pub(crate) fn definition_for_all(&self) -> Option<Arc<Definition>> {
        self.definition(&Sight::COMMITTED)
    }

    /// Whether a cursor is on it.
    pub(crate) fn is_open(&self) -> bool {
        !self.uses().cursors.is_empty()
    }

    /// Whether nobody but its maker sees it.
    pub fn is_being_made(&self) -> bool {
        self.history.read().is_being_made()
    }

    /// Whether there are changes that not everybody sees.
    pub(crate) fn has_changes(&self) -> bool {
        self.history.read().is_open()
    }

    /// All columns and indexes that were there at some time or will be.
    ///
    /// # Errors
    /// When an index makes no sense.
    pub(crate) fn everything(&self) -> Result<Option<TableDef>> {
        self.history.read().everything()
    }

    /// Indexes that rows have entries in, whoever sees them.
    pub fn maintained(&self) -> Arc<[Arc<LiveIndex>]> {
        Arc::clone(self.history.read().maintained())
    }

    /// Whether a session has deleted an index and not committed that.
    pub(crate) fn is_deleted_by(&self, session: SessionId, index: Objid) -> bool {
        self.history.read().is_deleted_by(session, index)
    }

    /// All trees of a definition of it, that of the rows, in which the others lie, last.
    pub(crate) fn trees_of(&self, def: &TableDef) -> Vec<TreeDef> {
        let long = self.long_values.read();
        let long = long.as_ref().map(|long| TreeDef {
            objid: long.tree.objid(),
            root: long.tree.root(),
        });
        let mut trees: Vec<_> = def.trees().map(|(tree, _)| tree).collect();
        trees.extend(long.filter(|_| def.long_values.is_none()));
        trees.reverse();
        trees
    }

    /// Who has it open.
    pub(crate) fn uses(&self) -> parking_lot::MutexGuard<'_, Uses> {
        self.uses.lock()
    }

    /// A session has changed the definition at its level `level`: it sees that from now on, and others when it commits.
    ///
    /// # Errors
    /// When an index makes no sense.
    pub(crate) fn change(&self, by: Arc<TransactionState>, level: u8, edit: Edit) -> Result<()> {
        self.history.write().change(by, level, edit)?;
        self.generation.fetch_add(1, Ordering::AcqRel);
        Ok(())
    }

    /// A session has committed `level`.
    pub(crate) fn commit(&self, session: SessionId, level: u8) {
        self.history.write().commit(session, level);
        if let Some(long) = &mut *self.long_values.write() {
            long.level = long.level.min(level.saturating_sub(1));
        }
        self.generation.fetch_add(1, Ordering::AcqRel);
    }

    /// A session has undone `level`.
    pub(crate) fn roll_back(&self, session: SessionId, level: u8) -> Outcome {
        let mut outcome = self.history.write().roll_back(session, level);
        if self.is_being_made() || outcome.is_gone {
            // Its rows in the catalog are undone too.
            let mut long = self.long_values.write();
            if let Some(long) = long.take_if(|long| long.level >= level) {
                let (objid, root) = (long.tree.objid(), long.tree.root());
                outcome.trees.insert(0, TreeDef { objid, root });
            }
        }
        if outcome.is_back {
            self.uses.lock().is_deleted = false;
        }
        self.generation.fetch_add(1, Ordering::AcqRel);
        outcome
    }

    /// What everybody sees becomes what all see. Returns what belongs to nobody any more.
    ///
    /// # Errors
    /// When an index makes no sense.
    pub(crate) fn settle(&self, trees: &Trees) -> Result<Outcome> {
        if !self.has_changes() {
            return Ok(Outcome::default());
        }
        // Whoever changes a row now goes on with the indexes that he has found.
        let _no_writer = self
            .history
            .read()
            .loses_trees(trees)
            .then(|| self.building.write());
        self.history.write().settle(trees)
    }
}

impl Uses {
    /// Whether a cursor has the index as its order.
    pub(crate) fn has_index(&self, index: Objid) -> bool {
        self.indexes.contains_key(&index)
    }
}

impl Taken {
    pub(crate) fn by(def: &TableDef) -> Self {
        let mut taken = Self {
            fixed: ColumnId(ColumnId::FIRST_FIXED.0 - 1),
            variable: ColumnId(ColumnId::FIRST_VARIABLE.0 - 1),
            tagged: ColumnId(ColumnId::FIRST_TAGGED.0 - 1),
            fixed_end: u16::try_from(def.columns.fixed_end(ColumnId::LAST_FIXED)).unwrap_or(u16::MAX),
        };
        for column in def.columns.columns() {
            match column.id {
                id if id.is_fixed() => taken.fixed = taken.fixed.max(id),
                id if id.is_variable() => taken.variable = taken.variable.max(id),
                // Tagged columns have numbers of their own beside those of the template.
                id if !column.derived => taken.tagged = taken.tagged.max(id),
                _ => {}
            }
        }
        taken
    }
}
