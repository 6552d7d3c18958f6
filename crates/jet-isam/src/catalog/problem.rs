//! What can be wrong with a catalog, each with what is lost by it.

use jet_btree::TreeError;
use jet_pages::{Objid, Pgno};

use crate::column::LayoutError;
use crate::key::DefinitionError;
use crate::record::RecordError;

/// Something about the catalog that should not be.
#[derive(Debug, thiserror::Error)]
pub enum CatalogProblem {
    /// A part of the catalog cannot be read.
    #[error("a part of the catalog cannot be read: {0}")]
    Tree(TreeError),
    /// A row of the catalog is damaged.
    #[error("node {node} of catalog page {pgno} is damaged: {source}")]
    Row {
        /// The page.
        pgno: Pgno,
        /// The node, from 0.
        node: usize,
        /// Why.
        source: RecordError,
    },
    /// Rows of the second catalog were used in place of rows that cannot be read.
    #[error("{rows} rows were taken from the shadow catalog")]
    FromShadow {
        /// How many.
        rows: usize,
    },
    /// A row of a table that has no row of its own.
    #[error("the catalog has a row named {name:?} of table {objid}, but no row of that table")]
    Orphan {
        /// The table.
        objid: Objid,
        /// Name in the row.
        name: String,
    },
    /// The columns of a table contradict each other.
    #[error("the columns of table {table:?} make no sense: {source}")]
    Columns {
        /// The table.
        table: String,
        /// Why.
        source: LayoutError,
    },
    /// A column has an impossible id or an unknown type.
    #[error("column {name:?} of table {table:?} has id {id} and type {column_type}")]
    Column {
        /// The table.
        table: String,
        /// The column.
        name: String,
        /// Its id.
        id: u32,
        /// Its type.
        column_type: u32,
    },
    /// The definition of an index is damaged.
    #[error("the definition of index {index:?} of table {table:?} is damaged: {source}")]
    Index {
        /// The table.
        table: String,
        /// The index.
        index: String,
        /// Why.
        source: DefinitionError,
    },
    /// A derived table whose template is missing.
    #[error("table {table:?} is derived from {template:?}, which does not exist")]
    NoTemplate {
        /// The table.
        table: String,
        /// Name of the template.
        template: String,
    },
}

impl CatalogProblem {
    /// Stable identifier of this kind of problem.
    pub const fn id(&self) -> &'static str {
        match self {
            Self::Tree(_) => "catalog-unreadable",
            Self::Row { .. } => "catalog-row",
            Self::FromShadow { .. } => "catalog-from-shadow",
            Self::Orphan { .. } => "catalog-orphan",
            Self::Columns { .. } | Self::Column { .. } => "catalog-column",
            Self::Index { .. } => "catalog-index",
            Self::NoTemplate { .. } => "catalog-no-template",
        }
    }
}
