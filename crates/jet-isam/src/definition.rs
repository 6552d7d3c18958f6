//! The definition of a table as programs work with it: what the catalog says, and the trees and key makers that come of it.

use std::sync::{Arc, OnceLock};

use jet_btree::store::{OpenTree, Store};
use jet_pages::{Objid, Pgno};

use crate::collation;
use crate::column::{ColumnFlags, ColumnLayout, ColumnRef};
use crate::error::{Refusal, Result};
use crate::key::{IndexDef, KeyBuilder};
use crate::table::{TableDef, TreeDef};
use crate::update::RowRules;

/// A table at one time. A change of its columns or indexes makes a new one.
#[derive(Debug)]
pub struct Definition {
    /// What the catalog says.
    pub def: TableDef,
    /// The tree of its rows.
    pub rows: LiveTree,
    /// Its primary index, if it has one.
    pub primary: Option<Arc<LiveIndex>>,
    /// All others.
    pub secondary: Vec<Arc<LiveIndex>>,
    /// The column that numbers its rows.
    pub auto_increment: Option<ColumnRef>,
    /// The column that counts the changes of a row.
    pub version: Option<ColumnRef>,
    /// What holds for all its rows.
    pub(crate) rules: OnceLock<RowRules>,
}

/// An index that rows have entries in.
#[derive(Debug)]
pub struct LiveIndex {
    /// What the catalog says.
    pub def: IndexDef,
    /// Its entries; the rows themselves for a primary index.
    pub tree: LiveTree,
    /// The columns that its keys are made of.
    pub layout: Arc<ColumnLayout>,
    /// None: the order of its text is not known here.
    keys: Option<KeyBuilder>,
}

/// A tree that is opened when it is first needed.
#[derive(Debug)]
pub struct LiveTree {
    def: TreeDef,
    density: u8,
    open: OnceLock<OpenTree>,
}

impl Definition {
    /// The table that `def` defines.
    ///
    /// # Errors
    /// When an index makes no sense.
    pub fn new(def: TableDef) -> Result<Self> {
        Self::with_indexes(def, &[])
    }

    /// The table that `def` defines. Indexes that are the same as one of `known` are taken over with what is open of them.
    ///
    /// # Errors
    /// When an index makes no sense.
    pub fn with_indexes(def: TableDef, known: &[Arc<LiveIndex>]) -> Result<Self> {
        let layout = Arc::new(def.columns.clone());
        let live = |index: &IndexDef| LiveIndex::new(index.clone(), &layout).map(Arc::new);
        let primary = def.primary_index().map(live).transpose()?;
        let mut secondary = Vec::new();
        for index in def.indexes.iter().filter(|index| !index.is_primary()) {
            let same = known
                .iter()
                .find(|live| live.def == *index && live.layout == layout);
            secondary.push(match same {
                Some(same) => Arc::clone(same),
                None => live(index)?,
            });
        }
        let with = |flag: ColumnFlags| {
            let mut columns = def.live_columns();
            columns
                .find(|column| column.flags.contains(flag))
                .map(|column| column.reference())
        };
        Ok(Self {
            rows: LiveTree::new(def.tree, def.density),
            primary,
            secondary,
            auto_increment: with(ColumnFlags::AUTO_INCREMENT),
            version: with(ColumnFlags::VERSION),
            rules: OnceLock::new(),
            def,
        })
    }

    /// The columns.
    pub const fn layout(&self) -> &ColumnLayout {
        &self.def.columns
    }

    /// The secondary index of this name, without regard to case.
    pub fn secondary(&self, name: &str) -> Option<&Arc<LiveIndex>> {
        let mut all = self.secondary.iter();
        all.find(|index| index.def.name.eq_ignore_ascii_case(name))
    }
}

impl LiveIndex {
    /// The index that `def` defines over columns of `layout`.
    ///
    /// # Errors
    /// When it makes no sense. That the order of its text is not known is told when a key is to be made.
    pub fn new(def: IndexDef, layout: &Arc<ColumnLayout>) -> Result<Self> {
        let keys = match collation::of_index(&def, layout) {
            Ok(collation) => Some(KeyBuilder::new(&def, layout, collation)?),
            Err(_) => None,
        };
        let tree = TreeDef {
            objid: def.objid,
            root: Pgno(def.root),
        };
        Ok(Self {
            tree: LiveTree::new(tree, def.density),
            layout: Arc::clone(layout),
            keys,
            def,
        })
    }

    /// What makes its keys.
    ///
    /// # Errors
    /// [`Refusal::UnicodeNormalizationNotSupported`] when the order of its text is not known here: the index can be walked, and
    /// no more.
    pub fn keys(&self) -> Result<&KeyBuilder> {
        let keys = self.keys.as_ref();
        keys.ok_or_else(|| Refusal::UnicodeNormalizationNotSupported.into())
    }
}

impl LiveTree {
    /// The tree at `def`, whose pages are filled up to `density` percent when rows come in order.
    pub fn new(def: TreeDef, density: u32) -> Self {
        Self {
            def,
            density: u8::try_from(density).unwrap_or(100),
            open: OnceLock::new(),
        }
    }

    /// Identity.
    pub const fn objid(&self) -> Objid {
        self.def.objid
    }

    /// Root page.
    pub const fn root(&self) -> Pgno {
        self.def.root
    }

    /// The tree, open.
    ///
    /// # Errors
    /// When its root page is not what the catalog says.
    pub fn open(&self, store: &Store) -> Result<&OpenTree> {
        if let Some(tree) = self.open.get() {
            return Ok(tree);
        }
        let tree = store.open_tree(self.def.root, Some(self.def.objid))?;
        Ok(self.open.get_or_init(|| tree.with_density(self.density)))
    }
}
