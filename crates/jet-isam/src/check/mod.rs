//! The check of a table: rows, long values and indexes, each against the others.
//!
//! - Every record parses, every value decodes, and the key of each row is the one that its values make.
//! - Every long value is whole, and as many columns refer to it as it counts.
//! - The keys made from the rows are exactly the entries of every secondary index; where keys are not made here (text in
//!   sort versions that are not known, encrypted values), rows and reasons are counted, and the entries of these rows too.
//!
//! Memory does not grow with the number of rows: see `sums.rs`. Damage to pages and trees is left to `jet-btree`; here it
//! only keeps what hangs on it from being compared.

mod find;
mod finding;
mod index;
mod keys;
mod long_values;
mod rows;
mod same;
mod sums;
mod walk;

use std::collections::BTreeMap;

use jet_btree::{Pages, TreeError};
use jet_nls::NlsError;
use jet_pages::Pgno;

pub use finding::{ExtraReason, Hex, Refusal, TableFinding};
pub use keys::NotMade;
pub use same::compare_trees;

use crate::encrypt::ColumnKey;
use crate::key::IndexFlags;
use crate::retrieve::Values;
use crate::table::TableDef;
use index::IndexCompare;
use long_values::References;
use rows::{RowCheck, Rows};

/// How many rows have keys that are not made, by reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NotMadeCounts(BTreeMap<NotMade, u64>);

impl NotMadeCounts {
    fn add(&mut self, why: NotMade) {
        *self.0.entry(why).or_default() += 1;
    }

    /// Each reason that came up, with the number of rows.
    pub fn iter(&self) -> impl Iterator<Item = (NotMade, u64)> {
        self.0.iter().map(|(why, count)| (*why, *count))
    }

    /// Rows in all.
    pub fn total(&self) -> u64 {
        self.0.values().sum()
    }
}

/// What was compared of one index.
#[derive(Clone, Debug, Default)]
pub struct IndexStats {
    /// Name.
    pub name: String,
    /// Keys made from the rows.
    pub keys: u64,
    /// Entries read.
    pub entries: u64,
    /// Entries compared with keys made from rows.
    pub compared: u64,
    /// Rows whose keys are not made.
    pub not_made: NotMadeCounts,
    /// Why no key of text in this index is made.
    pub sort_error: Option<NlsError>,
    /// The engine fills the index later, so it was not compared.
    pub is_deferred: bool,
    /// Pages and nodes of the index that cannot be read.
    pub unreadable: u64,
}

/// What was read of the long values of a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LongValueStats {
    /// Values that rows refer to.
    pub values: u64,
    /// Values about to be deleted.
    pub pending: u64,
    /// Chunks.
    pub chunks: u64,
    /// Chunks that are encrypted, and were not looked into.
    pub encrypted_chunks: u64,
    /// Columns that refer to a value.
    pub references: u64,
    /// Pages and nodes that cannot be read.
    pub unreadable: u64,
}

/// What was read and compared of one table.
#[derive(Clone, Debug, Default)]
pub struct TableStats {
    /// Rows.
    pub rows: u64,
    /// Rows whose own key was compared with their values.
    pub keys_compared: u64,
    /// Rows whose own key is not made.
    pub not_made: NotMadeCounts,
    /// Values that were decompressed or decrypted.
    pub values_decoded: u64,
    /// Encrypted values that were not looked into.
    pub encrypted_values: u64,
    /// Pages, nodes and records that cannot be read.
    pub unreadable: u64,
    /// Long values.
    pub long_values: LongValueStats,
    /// The secondary indexes.
    pub indexes: Vec<IndexStats>,
}

/// Where findings and progress go.
struct Reporter<'f> {
    report: &'f mut dyn FnMut(Pgno, TableFinding),
    leaf_done: &'f mut dyn FnMut(),
    /// Findings so far.
    count: u64,
}

impl Reporter<'_> {
    fn report(&mut self, pgno: Pgno, finding: TableFinding) {
        self.count += 1;
        (self.report)(pgno, finding);
    }
}

/// How to check a table.
#[derive(Clone, Copy, Debug)]
pub struct CheckOptions<'k> {
    /// Key of encrypted columns.
    pub key: Option<&'k ColumnKey>,
    /// Rows without keys that are remembered for each index, 8 bytes each; of an index with more of them every entry is
    /// looked up by itself, which takes longer.
    pub known_rows_most: usize,
}

impl Default for CheckOptions<'_> {
    fn default() -> Self {
        Self {
            key: None,
            known_rows_most: 1 << 16,
        }
    }
}

/// Checks the rows, long values and indexes of a table.
///
/// `report` is given each finding with the page that it is about; `leaf_done` is called after each leaf of each tree.
///
/// # Errors
/// [`TreeError`] when the tree of rows cannot be opened: nothing can be compared then.
pub fn check_table(
    pages: &Pages,
    def: &TableDef,
    options: &CheckOptions<'_>,
    report: &mut dyn FnMut(Pgno, TableFinding),
    leaf_done: &mut dyn FnMut(),
) -> Result<TableStats, TreeError> {
    let tree = def.open(pages)?;
    // A tree that cannot be opened is reported with the structure of the trees.
    let long_values = def.open_long_values(pages).unwrap_or_default();
    let key = options.key;
    let values = Values {
        layout: &def.columns,
        long_values,
        key,
    };
    let rows = Rows {
        tree,
        layout: &def.columns,
        values,
    };
    let mut reporter = Reporter {
        report,
        leaf_done,
        count: 0,
    };
    let mut stats = TableStats::default();
    let (mut indexes, deferred) = open_indexes(def, &rows, options, &mut reporter);
    let references = check_rows(def, rows, &mut indexes, &mut stats, &mut reporter);
    let row_references = stats.long_values.references;
    match (long_values, def.long_values) {
        (Some(tree), _) => {
            let unreadable = stats.unreadable;
            stats.long_values = long_values::check(tree, key, &rows, references, unreadable, &mut reporter);
            stats.long_values.references = row_references;
        }
        (None, None) if row_references > 0 => {
            reporter.report(tree.root(), TableFinding::ReferencesDiffer);
        }
        (None, _) => {}
    }
    for mut index in indexes {
        index.compare(&rows, stats.unreadable, &mut reporter);
        stats.indexes.push(index.stats);
    }
    stats.indexes.extend(deferred);
    Ok(stats)
}

/// The indexes to compare, and those that are filled later.
fn open_indexes<'t>(
    def: &'t TableDef,
    rows: &Rows<'t>,
    options: &CheckOptions<'_>,
    reporter: &mut Reporter<'_>,
) -> (Vec<IndexCompare<'t>>, Vec<IndexStats>) {
    let (mut indexes, mut deferred) = (Vec::new(), Vec::new());
    for index in def.indexes.iter().filter(|index| !index.is_primary()) {
        if index.flags.contains(IndexFlags::DEFERRED) {
            let name = index.name.clone();
            deferred.push(IndexStats {
                name,
                is_deferred: true,
                ..IndexStats::default()
            });
            continue;
        }
        match IndexCompare::new(index, rows, options.known_rows_most) {
            Ok(compare) => indexes.push(compare),
            Err(source) => {
                let finding = TableFinding::Definition {
                    index: index.name.clone(),
                    source,
                };
                reporter.report(Pgno(index.root), finding);
            }
        }
    }
    (indexes, deferred)
}

/// One pass over the rows, for everything that is compared with them.
fn check_rows<'t>(
    def: &'t TableDef,
    rows: Rows<'t>,
    indexes: &mut [IndexCompare<'t>],
    stats: &mut TableStats,
    reporter: &mut Reporter<'_>,
) -> References {
    let mut check = RowCheck::new(def, rows, reporter);
    let has_primary_index = def.primary_index().is_some();
    let mut references = References::new();
    let Reporter {
        report,
        leaf_done,
        count,
    } = reporter;
    let mut report = |pgno: Pgno, finding: TableFinding| {
        *count += 1;
        report(pgno, finding);
    };
    let unreadable = rows.each(*leaf_done, &mut |pgno, bookmark, row| {
        stats.rows += 1;
        let row = match row {
            Ok(row) => row,
            Err(source) => {
                report(
                    pgno,
                    TableFinding::Record {
                        row: Hex::from(bookmark),
                        source,
                    },
                );
                indexes.iter_mut().for_each(|index| index.add_unusable(bookmark));
                return;
            }
        };
        check.check(&row, &mut report);
        if has_primary_index {
            check.key(&row, &mut report);
        } else if bookmark.len() != ROW_NUMBER_BYTES {
            report(
                pgno,
                TableFinding::RowNumber {
                    row: Hex::from(bookmark),
                },
            );
        }
        references.add_row(&row.record, &mut stats.long_values);
        for index in indexes.iter_mut() {
            index.add_row(&row, &rows, &mut report);
        }
    });
    stats.unreadable = unreadable;
    stats.keys_compared = check.keys_compared;
    stats.not_made = check.not_made;
    stats.values_decoded = check.values_decoded;
    stats.encrypted_values = check.encrypted_values;
    if unreadable > 0 {
        let finding = TableFinding::Incomplete {
            index: None,
            part: "the rows",
            unreadable,
        };
        reporter.report(rows.tree.root(), finding);
    }
    references
}

/// The key of a row in a table without a primary index: a number, big-endian.
const ROW_NUMBER_BYTES: usize = 4;
