//! The catalog: from the rows of MSysObjects to the definitions of all tables, and back.
//!
//! The catalog is a table like others, at a place that never changes. A second one, MSysObjectsShadow, holds the same
//! rows; where the first cannot be read, its rows take their place. What the rows say is believed only as far as it
//! makes sense: each part that does not becomes a [`CatalogProblem`], and the rest is delivered.
//!
//! To write, a definition becomes a [`CatalogRow`] and that a [`CatalogEntry`]: what stands in each of the catalog's trees.
//! [`bootstrap`] has all that a new database holds, [`objids`] and [`store`] the two other system tables.

pub mod bootstrap;
mod describe;
mod encode;
mod fill;
mod layout;
pub mod objids;
mod problem;
mod row;
pub mod store;

use std::collections::BTreeMap;

use jet_btree::walk::LeafWalk;
use jet_btree::{Pages, Tree, TreeError};
use jet_pages::{Objid, Pgno};

pub use encode::{CatalogEntry, Insert, RowError};
pub use fill::CatalogOfNewDatabase;
pub use layout::{LCMAP_FLAGS_DEFAULT, LOCALE_DEFAULT};
pub use problem::CatalogProblem;
pub use row::{CatalogRow, RowKind};

use crate::column::{
    CODE_PAGE_ANSI, ColumnDef, ColumnFlags, ColumnId, ColumnLayout, ColumnType, LayoutError, OffsetSource,
};
use crate::key::{Condition, DefinitionError, IndexDef, IndexFlags, KEY_MOST_DEFAULT, Segment, TupleLimits};
use crate::table::{TableDef, TableFlags, TreeDef};
use crate::text;

/// Root and identity of MSysObjects.
pub const CATALOG: TreeDef = TreeDef {
    objid: Objid(2),
    root: Pgno(4),
};
/// Root and identity of MSysObjectsShadow.
pub const SHADOW_CATALOG: TreeDef = TreeDef {
    objid: Objid(3),
    root: Pgno(24),
};
/// Root and identity of the index Name of MSysObjects.
pub const NAME_INDEX: TreeDef = TreeDef {
    objid: Objid(4),
    root: Pgno(7),
};
/// Root and identity of the index RootObjects of MSysObjects: the tables by name.
pub const ROOT_OBJECTS: TreeDef = TreeDef {
    objid: Objid(5),
    root: Pgno(10),
};

/// The definitions of all tables, in the order of the catalog, and what is wrong with it.
#[derive(Debug, Default)]
pub struct Catalog {
    /// The tables.
    pub tables: Vec<TableDef>,
    /// What did not make sense.
    pub problems: Vec<CatalogProblem>,
}

impl Catalog {
    /// Reads the catalog of a database.
    ///
    /// # Errors
    /// [`TreeError`] when neither the catalog nor its shadow has a root page: the file holds no database.
    pub fn read(pages: &Pages) -> Result<Self, TreeError> {
        let mut catalog = Self::default();
        let mut rows = BTreeMap::new();
        let first = read_rows(pages, CATALOG, &mut rows, &mut catalog.problems);
        if first.is_err() || !catalog.problems.is_empty() {
            let readable = rows.len();
            match (
                first,
                read_rows(pages, SHADOW_CATALOG, &mut rows, &mut Vec::new()),
            ) {
                (Err(error), Err(_)) => return Err(error),
                (Err(error), Ok(())) => catalog.problems.push(CatalogProblem::Tree(error)),
                (Ok(()), _) => {}
            }
            if rows.len() > readable {
                catalog.problems.push(CatalogProblem::FromShadow {
                    rows: rows.len() - readable,
                });
            }
        }
        catalog.build(rows);
        Ok(catalog)
    }

    /// The table of this name, without regard to case.
    pub fn table(&self, name: &str) -> Option<&TableDef> {
        self.tables
            .iter()
            .find(|table| table.name.eq_ignore_ascii_case(name))
    }

    fn build(&mut self, rows: Rows) {
        let mut drafts: Vec<Draft> = Vec::new();
        for row in rows.into_values() {
            if row.kind == RowKind::Table {
                drafts.push(Draft::new(row));
                continue;
            }
            match drafts.last_mut().filter(|draft| draft.row.id == row.objid_table) {
                Some(draft) => draft.parts.push(row),
                None => {
                    let objid = Objid(row.objid_table);
                    self.problems.push(CatalogProblem::Orphan {
                        objid,
                        name: row.name,
                    });
                }
            }
        }
        let columns: Vec<Vec<ColumnDef>> = drafts
            .iter()
            .map(|draft| draft.columns(&mut self.problems))
            .collect();
        for (draft, own) in drafts.iter().zip(&columns) {
            let inherited = match &draft.row.template {
                None => None,
                Some(name) => {
                    let template = drafts
                        .iter()
                        .position(|other| other.row.name.eq_ignore_ascii_case(name));
                    if template.is_none() {
                        let (table, template) = (draft.row.name.clone(), name.clone());
                        self.problems.push(CatalogProblem::NoTemplate { table, template });
                    }
                    template.and_then(|at| columns.get(at))
                }
            };
            let inherited = inherited.into_iter().flatten().cloned().map(|mut column| {
                column.derived = true;
                column
            });
            let all = inherited.chain(own.iter().cloned()).collect();
            match draft.finish(all, &mut self.problems) {
                Ok(table) => self.tables.push(table),
                Err(source) => {
                    let table = draft.row.name.clone();
                    self.problems.push(CatalogProblem::Columns { table, source });
                }
            }
        }
    }
}

/// Rows in key order: table, then kind, then id.
type Rows = BTreeMap<(u32, u8, u32), CatalogRow>;

/// Adds the rows of one of the catalogs that are not there yet.
fn read_rows(
    pages: &Pages,
    place: TreeDef,
    rows: &mut Rows,
    problems: &mut Vec<CatalogProblem>,
) -> Result<(), TreeError> {
    let tree = Tree::open(pages, place.root, Some(place.objid))?;
    for leaf in LeafWalk::new(tree) {
        let leaf = match leaf {
            Ok(leaf) => leaf,
            Err(error) => {
                problems.push(CatalogProblem::Tree(error));
                continue;
            }
        };
        let page = leaf.view();
        for (index, node) in page.nodes().enumerate() {
            let node = match node {
                Ok(node) if node.flags.is_deleted() => continue,
                Ok(node) => node,
                Err(error) => {
                    problems.push(CatalogProblem::Tree(error.into()));
                    continue;
                }
            };
            match CatalogRow::parse(node.data, page.is_large()) {
                Ok(row) => {
                    let rank = match row.kind {
                        RowKind::Table => 1,
                        RowKind::Column => 2,
                        RowKind::Index => 3,
                        RowKind::LongValue => 4,
                        RowKind::Callback => 5,
                        RowKind::Unknown(_) => 6,
                    };
                    rows.entry((row.objid_table, rank, row.id)).or_insert(row);
                }
                Err(source) => problems.push(CatalogProblem::Row {
                    pgno: leaf.pgno(),
                    node: index,
                    source,
                }),
            }
        }
    }
    Ok(())
}

/// A table that is being put together.
struct Draft {
    row: CatalogRow,
    parts: Vec<CatalogRow>,
}

impl Draft {
    fn new(row: CatalogRow) -> Self {
        Self {
            row,
            parts: Vec::new(),
        }
    }

    fn parts(&self, kind: RowKind) -> impl Iterator<Item = &CatalogRow> {
        self.parts.iter().filter(move |row| row.kind == kind)
    }

    fn columns(&self, problems: &mut Vec<CatalogProblem>) -> Vec<ColumnDef> {
        let mut columns = Vec::new();
        for row in self.parts(RowKind::Column) {
            let id = u16::try_from(row.id).ok().filter(|id| *id != 0);
            let column_type = ColumnType::from_number(row.column_type_or_root);
            let is_known = column_type.is_some() || row.column_type_or_root == 0;
            let (Some(id), true) = (id, is_known) else {
                problems.push(CatalogProblem::Column {
                    table: self.row.name.clone(),
                    name: row.name.clone(),
                    id: row.id,
                    column_type: row.column_type_or_root,
                });
                continue;
            };
            columns.push(ColumnDef {
                id: ColumnId(id),
                name: row.name.clone(),
                column_type,
                code_page: u16::try_from(row.pages_or_locale).unwrap_or(CODE_PAGE_ANSI),
                max_len: row.space_usage,
                flags: ColumnFlags(row.flags),
                default: row.default.clone(),
                record_offset: row.record_offset,
                derived: false,
            });
        }
        columns
    }

    fn finish(
        &self,
        columns: Vec<ColumnDef>,
        problems: &mut Vec<CatalogProblem>,
    ) -> Result<TableDef, LayoutError> {
        let tree = TreeDef {
            objid: Objid(self.row.id),
            root: Pgno(self.row.column_type_or_root),
        };
        let is_catalog = [CATALOG.objid, SHADOW_CATALOG.objid].contains(&tree.objid);
        let source = if is_catalog {
            OffsetSource::RunningSum
        } else {
            OffsetSource::Recorded
        };
        let mut indexes = Vec::new();
        for row in self.parts(RowKind::Index) {
            match index(row) {
                Ok(index) => indexes.push(index),
                Err(source) => problems.push(CatalogProblem::Index {
                    table: self.row.name.clone(),
                    index: row.name.clone(),
                    source,
                }),
            }
        }
        let long_values = self.parts(RowKind::LongValue).next();
        Ok(TableDef {
            name: self.row.name.clone(),
            tree,
            flags: TableFlags(self.row.flags),
            density: self.row.space_usage,
            initial_pages: self.row.pages_or_locale,
            columns: ColumnLayout::new(columns, source)?,
            indexes,
            long_values: long_values.map(|row| TreeDef {
                objid: Objid(row.id),
                root: Pgno(row.column_type_or_root),
            }),
            lv_chunk_max: self.row.lv_chunk_max,
            separate_lv: self.row.separate_lv.as_deref().and_then(first_u32),
            template: self.row.template.clone(),
        })
    }
}

fn index(row: &CatalogRow) -> Result<IndexDef, DefinitionError> {
    let flags = IndexFlags(row.flags);
    let extended = flags.contains(IndexFlags::EXTENDED_IDS);
    let version = row.sort_version.as_deref().and_then(|bytes| bytes.first_chunk());
    Ok(IndexDef {
        objid: Objid(row.id),
        root: row.column_type_or_root,
        conditions: Condition::parse_list(&row.conditional, extended)?,
        key_most: row
            .key_most
            .filter(|most| *most != 0)
            .unwrap_or(KEY_MOST_DEFAULT.try_into().unwrap_or(255)),
        segment_most: row
            .var_seg_mac
            .as_deref()
            .and_then(|bytes| bytes.first_chunk())
            .map(|two| u16::from_le_bytes(*two)),
        tuple: row.tuple_limits.as_deref().map(TupleLimits::parse).transpose()?,
        locale: row
            .locale_name
            .as_deref()
            .and_then(text::decode_utf16)
            .unwrap_or_default(),
        lcmap_flags: row.lcmap_flags,
        sort_version: version.map_or(0, |eight| u64::from_le_bytes(*eight)),
        sort_id: row
            .sort_id
            .as_deref()
            .and_then(|bytes| bytes.first_chunk())
            .copied()
            .unwrap_or_default(),
        density: row.space_usage,
        ..IndexDef::plain(&row.name, flags, Segment::parse_list(&row.key_columns, extended)?)
    })
}

fn first_u32(bytes: &[u8]) -> Option<u32> {
    bytes.first_chunk().map(|four| u32::from_le_bytes(*four))
}
