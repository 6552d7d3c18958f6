//! A database file as the inspecting commands see it: pages without regard to the catalog, and as much of the catalog as
//! can be read.

use std::borrow::Cow;
use std::path::Path;

use jet_api::{IndexDef, JetError, OpenOptions, RawDatabase, TableDef};
use jet_btree::Tree;
use jet_isam::catalog::Catalog;
use jet_isam::table::TreeRole;
use jet_pages::{Objid, Pgno};
use serde::Serialize;

/// An open file.
#[derive(Debug)]
pub(crate) struct Inspected {
    pub(crate) raw: RawDatabase,
    /// Empty when it cannot be read at all.
    pub(crate) catalog: Catalog,
    /// Why it cannot be read at all.
    pub(crate) catalog_error: Option<JetError>,
}

/// The tree that a page belongs to, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Owner {
    /// Identity of the tree.
    pub(crate) objid: u32,
    /// `database`, `rows`, `index`, `long-values` or `unknown`.
    pub(crate) tree: &'static str,
    /// Name of the table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) table: Option<String>,
    /// Name of the index.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) index: Option<String>,
}

/// What a tree is, by the catalog.
#[derive(Clone, Copy, Debug)]
pub(crate) enum TreeKind<'c> {
    /// The database's own, which only owns space.
    Database,
    /// The rows of a table.
    Rows(&'c TableDef),
    /// A secondary index.
    Index(&'c TableDef, &'c IndexDef),
    /// Long values.
    LongValues(&'c TableDef),
    /// The catalog does not know it.
    Unknown,
}

impl Inspected {
    /// Opens a file; only the header must be sound.
    ///
    /// # Errors
    /// As [`OpenOptions::open_raw`].
    pub(crate) fn open(options: OpenOptions, path: &Path) -> Result<Self, JetError> {
        let raw = options.open_raw(path)?;
        let (catalog, catalog_error) = match Catalog::read(raw.pages()) {
            Ok(catalog) => (catalog, None),
            Err(error) => (
                Catalog::default(),
                Some(raw.tree_error("reading the catalog", error)),
            ),
        };
        Ok(Self {
            raw,
            catalog,
            catalog_error,
        })
    }

    /// What is wrong with the catalog, each with a stable identifier.
    pub(crate) fn catalog_problems(&self) -> Vec<Problem> {
        let whole = self.catalog_error.iter().map(|error| Problem {
            id: Cow::Borrowed("catalog-unreadable"),
            message: error.to_string(),
        });
        let parts = self.catalog.problems.iter().map(|problem| Problem {
            id: Cow::Borrowed(problem.id()),
            message: problem.to_string(),
        });
        whole.chain(parts).collect()
    }

    /// Every tree that the catalog names, and before them the database's own, with its root page.
    pub(crate) fn trees(&self) -> impl Iterator<Item = (Objid, Pgno, TreeKind<'_>)> {
        let own = core::iter::once((Objid::DATABASE, Pgno::DATABASE_ROOT, TreeKind::Database));
        own.chain(self.catalog.tables.iter().flat_map(|table| {
            table.trees().map(move |(tree, role)| {
                let kind = match role {
                    TreeRole::Rows => TreeKind::Rows(table),
                    TreeRole::Index(index) => TreeKind::Index(table, index),
                    TreeRole::LongValues => TreeKind::LongValues(table),
                };
                (tree.objid, tree.root, kind)
            })
        }))
    }

    /// The tree of this identity.
    pub(crate) fn tree_kind(&self, objid: Objid) -> TreeKind<'_> {
        self.trees()
            .find(|(found, ..)| *found == objid)
            .map_or(TreeKind::Unknown, |(_, _, kind)| kind)
    }

    /// Opens a tree at its root.
    ///
    /// # Errors
    /// What reading the root page gives.
    pub(crate) fn open_tree(&self, objid: Objid, root: Pgno) -> Result<Tree<'_>, jet_btree::TreeError> {
        Tree::open(self.raw.pages(), root, Some(objid))
    }
}

impl TreeKind<'_> {
    /// The same in words, for a tree of this identity.
    pub(crate) fn owner(self, objid: Objid) -> Owner {
        let (tree, table, index) = match self {
            Self::Database => ("database", None, None),
            Self::Rows(table) => ("rows", Some(table), None),
            Self::Index(table, index) => ("index", Some(table), Some(index)),
            Self::LongValues(table) => ("long-values", Some(table), None),
            Self::Unknown => ("unknown", None, None),
        };
        Owner {
            objid: objid.0,
            tree,
            table: table.map(|table| table.name.clone()),
            index: index.map(|index| index.name.clone()),
        }
    }
}

impl std::fmt::Display for Owner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.tree, &self.table, &self.index) {
            ("rows", Some(table), _) => write!(f, "table {table}"),
            ("index", Some(table), Some(index)) => write!(f, "index {index} of table {table}"),
            ("long-values", Some(table), _) => write!(f, "long values of table {table}"),
            ("database", ..) => f.write_str("database root"),
            _ => write!(f, "a tree that the catalog does not name"),
        }?;
        write!(f, " (object {})", self.objid)
    }
}

/// Something that is wrong, with its stable identifier.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Problem {
    /// Stable identifier of the kind.
    pub(crate) id: Cow<'static, str>,
    /// What it is.
    pub(crate) message: String,
}
