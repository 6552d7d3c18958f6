//! The definition of a table over time: what all see, and the changes that not everybody sees yet.
//!
//! Sessions change a table at the same time, each its own columns and indexes: what one sees is what all see and, in their order,
//! the changes that its view sees. The catalog, which is written in the same transactions, keeps two sessions from changing the
//! same thing.
//!
//! Invariants:
//! - a change goes when its level is undone, and becomes part of what all see when every view sees it
//! - rows have entries in every index that somebody sees or may come to see: `History::maintained`

use std::sync::Arc;

use jet_btree::transaction::Trees;
use jet_btree::version::{Fate, TransactionState, View};
use jet_log::record::SessionId;
use jet_pages::Objid;

use crate::column::{ColumnDef, ColumnId, ColumnLayout, ColumnRef, OffsetSource};
use crate::definition::{Definition, LiveIndex};
use crate::error::Result;
use crate::key::IndexDef;
use crate::table::{TableDef, TreeDef};

/// Whose eyes look: those of a transaction, or of a call outside of transactions, which sees what is committed.
#[derive(Clone, Debug, Default)]
pub struct Sight(Option<View>);

impl Sight {
    /// Everything that is committed.
    pub const COMMITTED: Self = Self(None);

    /// What a transaction sees.
    pub const fn of(view: View) -> Self {
        Self(Some(view))
    }

    fn sees(&self, state: &Arc<TransactionState>) -> bool {
        match &self.0 {
            Some(view) => view.sees(state),
            None => matches!(state.fate(), Fate::Committed(_)),
        }
    }
}

/// A change of a definition.
#[derive(Clone, Debug)]
pub(crate) enum Edit {
    /// The table came.
    Create(Box<TableDef>),
    /// The table went with these trees, that of the rows last.
    Delete(Vec<TreeDef>),
    /// The table has another name.
    Rename(String),
    /// A column came.
    AddColumn(Box<ColumnDef>),
    /// A column went; its place in records stays.
    DeleteColumn(ColumnRef),
    /// A column is as it is told here, but for its place.
    ChangeColumn(Box<ColumnDef>),
    /// An index came.
    AddIndex(Box<IndexDef>),
    /// An index went.
    DeleteIndex(Objid),
}

/// A change that not everybody sees.
#[derive(Debug)]
struct Change {
    by: Arc<TransactionState>,
    /// The level of the session, when the change was made in one.
    level: u8,
    edit: Edit,
}

impl Change {
    /// Whether the session made it in the transaction that it has open.
    fn is_open_in(&self, session: SessionId) -> bool {
        self.by.session() == session && self.by.fate() == Fate::Open
    }
}

/// The definition of a table over time.
#[derive(Debug)]
pub(crate) struct History {
    /// What everybody sees; none while the table is being made.
    base: Option<Arc<Definition>>,
    changes: Vec<Change>,
    maintained: Arc<[Arc<LiveIndex>]>,
}

/// What has become of a history.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// The table is gone for everybody.
    pub(crate) is_gone: bool,
    /// The table was deleted and is not any more.
    pub(crate) is_back: bool,
    /// Trees that belong to nobody any more, those of indexes before that of the table.
    pub(crate) trees: Vec<TreeDef>,
}

impl History {
    /// Of a table that everybody sees.
    pub(crate) fn committed(definition: Definition) -> Self {
        Self {
            maintained: definition.secondary.iter().cloned().collect(),
            base: Some(Arc::new(definition)),
            changes: Vec::new(),
        }
    }

    /// Of a table that somebody has made and not everybody sees.
    ///
    /// # Errors
    /// When an index makes no sense.
    pub(crate) fn being_made(by: Arc<TransactionState>, level: u8, def: TableDef) -> Result<Self> {
        let mut history = Self {
            base: None,
            changes: Vec::new(),
            maintained: Arc::default(),
        };
        history.change(by, level, Edit::Create(Box::new(def)))?;
        Ok(history)
    }

    /// Whether not everybody sees the same.
    pub(crate) fn is_open(&self) -> bool {
        !self.changes.is_empty()
    }

    /// Whether the table is there for those only who see a change that made it.
    pub(crate) fn is_being_made(&self) -> bool {
        let mut changes = self.changes.iter();
        self.base.is_none() && changes.all(|change| change.by.fate() == Fate::Open)
    }

    /// The table as it is seen; none: not at all. Also whether something was hidden.
    ///
    /// # Errors
    /// When an index makes no sense.
    pub(crate) fn seen(&self, sight: &Sight) -> Result<(Option<Arc<Definition>>, bool)> {
        if self.changes.is_empty() {
            return Ok((self.base.clone(), false));
        }
        let seen = |change: &&Change| sight.sees(&change.by);
        let count = self.changes.iter().filter(seen).count();
        let hides = count < self.changes.len();
        if count == 0 {
            return Ok((self.base.clone(), hides));
        }
        let mut def = self.base.as_ref().map(|base| base.def.clone());
        for change in self.changes.iter().filter(seen) {
            apply(&mut def, &change.edit)?;
        }
        let definition = def.map(|def| Definition::with_indexes(def, &self.maintained));
        Ok((definition.transpose()?.map(Arc::new), hides))
    }

    /// Indexes that rows have entries in, whoever sees them.
    pub(crate) const fn maintained(&self) -> &Arc<[Arc<LiveIndex>]> {
        &self.maintained
    }

    /// A change is made.
    ///
    /// # Errors
    /// When an index makes no sense: nothing is changed then.
    pub(crate) fn change(&mut self, by: Arc<TransactionState>, level: u8, edit: Edit) -> Result<()> {
        self.changes.push(Change { by, level, edit });
        let kept = self.maintain();
        if kept.is_err() {
            self.changes.pop();
        }
        kept
    }

    /// The session has committed `level` into the one around it.
    pub(crate) fn commit(&mut self, session: SessionId, level: u8) {
        let mine = self
            .changes
            .iter_mut()
            .filter(|change| change.is_open_in(session));
        for change in mine {
            change.level = change.level.min(level.saturating_sub(1));
        }
    }

    /// The session has undone `level`.
    pub(crate) fn roll_back(&mut self, session: SessionId, level: u8) -> Outcome {
        let mut outcome = Outcome::default();
        let (gone, kept) = self
            .changes
            .drain(..)
            .partition(|change: &Change| change.is_open_in(session) && change.level >= level);
        self.changes = kept;
        for change in gone {
            match change.edit {
                Edit::Create(def) => outcome.trees.extend(trees_of(&def).into_iter().rev()),
                Edit::Delete(_) => outcome.is_back = true,
                Edit::AddIndex(index) if !index.is_primary() => outcome.trees.push(tree_of(&index)),
                _ => {}
            }
        }
        // The trees of a table are given back with all that lies in them.
        outcome.trees.reverse();
        outcome.is_gone = self.base.is_none() && self.changes.is_empty();
        // What was right with the changes is right without.
        let _ = self.maintain();
        outcome
    }

    /// What everybody sees becomes what all see.
    ///
    /// # Errors
    /// When an index makes no sense.
    pub(crate) fn settle(&mut self, trees: &Trees) -> Result<Outcome> {
        let mut outcome = Outcome::default();
        let is_seen = |change: &Change| trees.is_seen_by_all(&change.by);
        let count = self.changes.iter().take_while(|change| is_seen(change)).count();
        if count == 0 {
            return Ok(outcome);
        }
        let mut def = self.base.as_ref().map(|base| base.def.clone());
        for change in self.changes.iter().take(count) {
            match (&change.edit, &def) {
                (Edit::Delete(trees), _) => {
                    outcome.trees.extend(trees);
                    outcome.is_gone = true;
                }
                (Edit::DeleteIndex(objid), Some(def)) => {
                    let mut indexes = def.indexes.iter();
                    outcome
                        .trees
                        .extend(indexes.find(|index| index.objid == *objid).map(tree_of));
                }
                _ => {}
            }
            apply(&mut def, &change.edit)?;
        }
        let definition = def.map(|def| Definition::with_indexes(def, &self.maintained));
        self.base = definition.transpose()?.map(Arc::new);
        self.changes.drain(..count);
        self.maintain()?;
        Ok(outcome)
    }

    /// Whether a session has deleted an index and not committed that.
    pub(crate) fn is_deleted_by(&self, session: SessionId, index: Objid) -> bool {
        let is_deletion = |change: &Change| matches!(change.edit, Edit::DeleteIndex(objid) if objid == index);
        let mut changes = self.changes.iter();
        changes.any(|change| {
            is_deletion(change)
                && (change.is_open_in(session) || matches!(change.by.fate(), Fate::Committed(_)))
        })
    }

    /// Whether settling would make an index go that rows still have entries in.
    pub(crate) fn loses_trees(&self, trees: &Trees) -> bool {
        let mut changes = self
            .changes
            .iter()
            .take_while(|change| trees.is_seen_by_all(&change.by));
        changes.any(|change| matches!(change.edit, Edit::Delete(_) | Edit::DeleteIndex(_)))
    }

    /// Everything that was there at some time or will be, for finding names that are taken.
    pub(crate) fn everything(&self) -> Result<Option<TableDef>> {
        let mut def = self.base.as_ref().map(|base| base.def.clone());
        for change in &self.changes {
            let deletes = matches!(
                change.edit,
                Edit::Delete(_) | Edit::DeleteColumn(_) | Edit::DeleteIndex(_)
            );
            if !deletes {
                apply(&mut def, &change.edit)?;
            }
        }
        Ok(def)
    }

    fn maintain(&mut self) -> Result<()> {
        let Some(def) = self.everything()? else {
            self.maintained = Arc::default();
            return Ok(());
        };
        let definition = Definition::with_indexes(def, &self.maintained)?;
        self.maintained = definition.secondary.into();
        Ok(())
    }
}

fn apply(def: &mut Option<TableDef>, edit: &Edit) -> Result<()> {
    match (edit, &mut *def) {
        (Edit::Create(new), _) => *def = Some((**new).clone()),
        (Edit::Delete(_), _) => *def = None,
        (_, None) => {}
        (Edit::Rename(name), Some(def)) => name.clone_into(&mut def.name),
        (Edit::AddColumn(column), Some(def)) => {
            let all = def.columns.columns().iter().cloned().chain([(**column).clone()]);
            def.columns = ColumnLayout::new(all.collect(), OffsetSource::Recorded)?;
        }
        (Edit::DeleteColumn(gone), Some(def)) => {
            let name = stub_name(def.tree.objid, gone.id);
            let deleted = |column: &mut ColumnDef| {
                column.column_type = None;
                column.name.clone_from(&name);
            };
            change_column(def, *gone, deleted)?;
        }
        (Edit::ChangeColumn(changed), Some(def)) => {
            change_column(def, changed.reference(), |column| column.clone_from(changed))?;
        }
        (Edit::AddIndex(index), Some(def)) => {
            // As the catalog has them: by the number of their trees.
            let at = def.indexes.partition_point(|other| other.objid < index.objid);
            def.indexes.insert(at, (**index).clone());
        }
        (Edit::DeleteIndex(objid), Some(def)) => def.indexes.retain(|index| index.objid != *objid),
    }
    Ok(())
}

fn change_column(def: &mut TableDef, which: ColumnRef, change: impl Fn(&mut ColumnDef)) -> Result<()> {
    let mut all = def.columns.columns().to_vec();
    let mut columns = all.iter_mut();
    if let Some(column) = columns.find(|column| column.reference() == which) {
        change(column);
    }
    def.columns = ColumnLayout::new(all, OffsetSource::Recorded)?;
    Ok(())
}

/// The trees of a table, that of its rows, in which the others lie, last.
fn trees_of(def: &TableDef) -> Vec<TreeDef> {
    let others = def.trees().skip(1).map(|(tree, _)| tree);
    others.chain([def.tree]).collect()
}

/// The name that a deleted column has in the catalog.
pub(crate) fn stub_name(table: Objid, column: ColumnId) -> String {
    format!("JetStub_{}_{}", table.0, column.0)
}

const fn tree_of(index: &IndexDef) -> TreeDef {
    TreeDef {
        objid: index.objid,
        root: jet_pages::Pgno(index.root),
    }
}
