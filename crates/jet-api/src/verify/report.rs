//! What was looked at, in numbers.

use std::collections::BTreeMap;
use std::time::Duration;

use jet_btree::check::TreeStats;
use jet_isam::check::{NotMadeCounts, TableStats};
use serde_json::{Value as Json, json};

use super::finding::{Phase, Totals};

/// Pages of the file by what was found on them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PageCounts {
    /// Pages of the file, without the two headers.
    pub total: u32,
    /// Pages with a right checksum, those with a mended bit among them.
    pub initialised: u32,
    /// Pages of nothing but zeros: never written, or given back to the file system.
    pub zero: u32,
    /// Pages with one wrong bit.
    pub bit_flips: u32,
    /// Pages that are damaged or hold the content of another.
    pub damaged: u32,
    /// Pages with a wrong checksum that the database does not own: they mean nothing.
    pub foreign: u32,
}

/// What a tree is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TreeKind {
    /// The space of the database.
    Database,
    /// The rows of a table.
    Rows,
    /// The entries of an index.
    Index,
    /// The long values of a table.
    LongValues,
}

impl TreeKind {
    /// Stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Rows => "rows",
            Self::Index => "index",
            Self::LongValues => "long-values",
        }
    }
}

/// A tree, in numbers.
#[derive(Clone, Debug)]
pub struct TreeReport {
    /// The table that it belongs to; none for the database itself.
    pub table: Option<String>,
    /// Name of the index.
    pub index: Option<String>,
    /// What it is.
    pub kind: TreeKind,
    /// Identity.
    pub objid: u32,
    /// Root page.
    pub root: u32,
    /// Pages, levels, nodes.
    pub stats: TreeStats,
}

/// A table, in numbers.
#[derive(Clone, Debug)]
pub struct TableReport {
    /// Name.
    pub name: String,
    /// What was read and compared.
    pub stats: TableStats,
}

/// The outcome of a verification.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Whether the file was closed cleanly.
    pub is_clean: bool,
    /// Pages.
    pub pages: PageCounts,
    /// Trees.
    pub trees: Vec<TreeReport>,
    /// Tables.
    pub tables: Vec<TableReport>,
    /// Findings by severity, the unlisted ones too.
    pub totals: Totals,
    /// Findings by identifier.
    pub findings: BTreeMap<&'static str, u64>,
    /// Time taken: headers, checksums, structure, and all that is done table by table under [`Phase::Rows`].
    pub times: Vec<(Phase, Duration)>,
}

impl Report {
    /// Whether no error was found. Warnings and notes do not make a file unsound.
    pub const fn is_sound(&self) -> bool {
        self.totals.errors == 0
    }

    /// Rows of all tables.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.stats.rows).sum()
    }

    /// Long values of all tables.
    pub fn long_values(&self) -> u64 {
        self.tables
            .iter()
            .map(|table| table.stats.long_values.values)
            .sum()
    }

    /// Secondary indexes, entries that were compared with keys made from rows, and entries in all.
    pub fn index_entries(&self) -> (usize, u64, u64) {
        let indexes = || self.tables.iter().flat_map(|table| &table.stats.indexes);
        let compared = indexes().map(|index| index.compared).sum();
        (
            indexes().count(),
            compared,
            indexes().map(|index| index.entries).sum(),
        )
    }

    /// The report as one JSON object.
    pub fn to_json(&self) -> Json {
        let pages = &self.pages;
        let times: serde_json::Map<String, Json> = self
            .times
            .iter()
            .map(|(phase, time)| (phase.name().to_owned(), time.as_secs_f64().into()))
            .collect();
        json!({
            "sound": self.is_sound(),
            "clean": self.is_clean,
            "errors": self.totals.errors,
            "warnings": self.totals.warnings,
            "notes": self.totals.notes,
            "findings": self.findings,
            "pages": {
                "total": pages.total, "initialised": pages.initialised, "zero": pages.zero,
                "bit_flips": pages.bit_flips, "damaged": pages.damaged, "foreign": pages.foreign,
            },
            "trees": self.trees.iter().map(tree_json).collect::<Vec<_>>(),
            "tables": self.tables.iter().map(table_json).collect::<Vec<_>>(),
            "seconds": times,
        })
    }
}

fn tree_json(tree: &TreeReport) -> Json {
    let stats = &tree.stats;
    json!({
        "table": tree.table, "index": tree.index, "kind": tree.kind.name(), "objid": tree.objid, "root": tree.root,
        "levels": stats.depth, "internal_pages": stats.internal_pages, "leaf_pages": stats.leaf_pages,
        "nodes": stats.nodes, "deleted_nodes": stats.deleted_nodes,
    })
}

fn table_json(table: &TableReport) -> Json {
    let stats = &table.stats;
    let indexes: Vec<Json> = stats
        .indexes
        .iter()
        .map(|index| {
            json!({
                "name": index.name, "keys": index.keys, "entries": index.entries, "compared": index.compared,
                "not_reproduced": reasons_json(&index.not_made), "deferred": index.is_deferred,
                "sort_error": index.sort_error.map(|error| error.to_string()),
            })
        })
        .collect();
    let long_values = &stats.long_values;
    json!({
        "name": table.name, "rows": stats.rows, "keys_compared": stats.keys_compared,
        "not_reproduced": reasons_json(&stats.not_made), "values_decoded": stats.values_decoded,
        "encrypted_values": stats.encrypted_values, "unreadable": stats.unreadable,
        "long_values": {
            "values": long_values.values, "pending": long_values.pending, "chunks": long_values.chunks,
            "references": long_values.references,
        },
        "indexes": indexes,
    })
}

fn reasons_json(counts: &NotMadeCounts) -> Json {
    let counts = counts
        .iter()
        .map(|(why, count)| (why.name().to_owned(), Json::from(count)));
    Json::Object(counts.collect())
}
