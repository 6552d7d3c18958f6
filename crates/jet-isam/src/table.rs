//! Definition of a table: what the catalog says of it, put together.

use jet_btree::{Pages, Tree, TreeError};
use jet_pages::{Objid, Pgno};

use crate::column::{ColumnDef, ColumnLayout, ColumnRef};
use crate::key::IndexDef;
use crate::long_value::LongValues;

/// Flags of a table as the catalog keeps them; unknown bits are preserved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct TableFlags(pub u32);

impl TableFlags {
    /// Made by the engine for itself.
    pub const SYSTEM: Self = Self(0x8000_0000);
    /// Columns and indexes cannot be changed.
    pub const FIXED_DDL: Self = Self(0x4000_0000);
    /// Others are derived from it.
    pub const TEMPLATE: Self = Self(0x2000_0000);
    /// Has the columns of a template too.
    pub const DERIVED: Self = Self(0x1000_0000);
    /// Made by the engine after the catalog, as an ordinary table is.
    pub const DYNAMIC_SYSTEM: Self = Self(0x0800_0000);

    /// Whether all bits of `other` are set.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The bits of both.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// A tree that belongs to a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TreeDef {
    /// Identity.
    pub objid: Objid,
    /// Root page.
    pub root: Pgno,
}

/// Definition of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableDef {
    /// Name, unique within the database without regard to case.
    pub name: String,
    /// The tree of its rows.
    pub tree: TreeDef,
    /// Properties.
    pub flags: TableFlags,
    /// How full pages are made when rows arrive in order, in percent.
    pub density: u32,
    /// Pages that it began with.
    pub initial_pages: u32,
    /// Columns, those of the template included, and their places in records.
    pub columns: ColumnLayout,
    /// Indexes, in the order of the catalog; the primary one among them if there is one.
    pub indexes: Vec<IndexDef>,
    /// The tree of long values, if one was needed yet.
    pub long_values: Option<TreeDef>,
    /// Size of the chunks of long values, where it is not that of the page size.
    pub lv_chunk_max: Option<u32>,
    /// Longest long value that stays in the record, where it is not the default.
    pub separate_lv: Option<u32>,
    /// Name of the template.
    pub template: Option<String>,
}

impl TableDef {
    /// Whether the engine made the table for itself.
    pub const fn is_system(&self) -> bool {
        self.flags.contains(TableFlags::SYSTEM)
    }

    /// The index that the rows are ordered by; without one they lie in order of insertion.
    pub fn primary_index(&self) -> Option<&IndexDef> {
        self.indexes.iter().find(|index| index.is_primary())
    }

    /// The index of this name, without regard to case.
    pub fn index(&self, name: &str) -> Option<&IndexDef> {
        self.indexes
            .iter()
            .find(|index| index.name.eq_ignore_ascii_case(name))
    }

    /// The column of this name, without regard to case; deleted columns have none.
    pub fn column(&self, name: &str) -> Option<&ColumnDef> {
        self.live_columns()
            .find(|column| column.name.eq_ignore_ascii_case(name))
    }

    /// Columns that were not deleted: fixed, variable, tagged, each by id.
    pub fn live_columns(&self) -> impl Iterator<Item = &ColumnDef> {
        self.columns
            .columns()
            .iter()
            .filter(|column| column.column_type.is_some())
    }

    /// The definition of a column.
    pub fn column_by_ref(&self, column: ColumnRef) -> Option<&ColumnDef> {
        self.columns.get(column)
    }

    /// Opens the tree of rows.
    ///
    /// # Errors
    /// [`TreeError`] when the root page is not what the catalog says.
    pub fn open<'c>(&self, pages: &'c Pages) -> Result<Tree<'c>, TreeError> {
        Tree::open(pages, self.tree.root, Some(self.tree.objid))
    }

    /// Opens the tree of long values.
    ///
    /// # Errors
    /// [`TreeError`] when the root page is not what the catalog says.
    pub fn open_long_values<'c>(&self, pages: &'c Pages) -> Result<Option<LongValues<'c>>, TreeError> {
        let Some(def) = self.long_values else {
            return Ok(None);
        };
        let tree = Tree::open(pages, def.root, Some(def.objid))?;
        Ok(Some(LongValues::new(tree, self.lv_chunk_max)))
    }

    /// Every tree of the table: rows, secondary indexes, long values, each with its name.
    pub fn trees(&self) -> impl Iterator<Item = (TreeDef, TreeRole<'_>)> {
        let rows = core::iter::once((self.tree, TreeRole::Rows));
        let indexes = self
            .indexes
            .iter()
            .filter(|index| !index.is_primary())
            .map(|index| {
                let tree = TreeDef {
                    objid: index.objid,
                    root: Pgno(index.root),
                };
                (tree, TreeRole::Index(index))
            });
        let long_values = self.long_values.iter().map(|tree| (*tree, TreeRole::LongValues));
        rows.chain(indexes).chain(long_values)
    }
}

/// What a tree of a table holds.
#[derive(Clone, Copy, Debug)]
pub enum TreeRole<'t> {
    /// The rows.
    Rows,
    /// The entries of a secondary index.
    Index(&'t IndexDef),
    /// Long values.
    LongValues,
}
