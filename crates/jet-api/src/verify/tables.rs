//! Phases 4 to 6, table by table: rows, long values, indexes.

use jet_isam::catalog::Catalog;
use jet_isam::check::{CheckOptions, IndexStats, TableStats, check_table};
use jet_isam::encrypt::ColumnKey;
use jet_isam::table::TableDef;

use super::finding::Sink;
use super::report::{TableReport, TreeReport};
use super::{Progress, Step};
use crate::RawDatabase;

/// Checks every table. `trees`: what the check of structure counted.
pub(super) fn check(
    raw: &RawDatabase,
    catalog: &Catalog,
    key: Option<&ColumnKey>,
    trees: &[TreeReport],
    progress: &mut dyn Progress,
    sink: &mut Sink<'_>,
) -> Vec<TableReport> {
    progress.begin(Step::Tables, trees.iter().map(|tree| tree.stats.leaf_pages).sum());
    let options = CheckOptions {
        key,
        ..CheckOptions::default()
    };
    let mut reports = Vec::with_capacity(catalog.tables.len());
    for table in &catalog.tables {
        let name = table.name.as_str();
        let checked = check_table(
            raw.pages(),
            table,
            &options,
            &mut |pgno, finding| {
                sink.place(
                    finding.id(),
                    pgno,
                    Some(name),
                    finding.index(),
                    finding.to_string(),
                );
            },
            &mut || progress.advance(1),
        );
        // A table whose tree cannot be opened was reported with the structure.
        if let Ok(stats) = checked {
            notes(table, &stats, sink);
            reports.push(TableReport {
                name: name.to_owned(),
                stats,
            });
        }
    }
    reports
}

/// Says what was not compared, and why.
fn notes(table: &TableDef, stats: &TableStats, sink: &mut Sink<'_>) {
    let name = Some(table.name.as_str());
    let encrypted = stats.encrypted_values + stats.long_values.encrypted_chunks;
    if encrypted > 0 {
        let message = format!("{encrypted} encrypted values were not looked into");
        sink.place("values-encrypted", table.tree.root, name, None, message);
    }
    if let Some(primary) = table.primary_index() {
        for (why, count) in stats.not_made.iter() {
            let message = format!("keys of {count} rows were not compared: {}", why.meaning());
            sink.place(
                "index-not-reproduced",
                table.tree.root,
                name,
                Some(&primary.name),
                message,
            );
        }
    }
    for index in &stats.indexes {
        let root = table
            .index(&index.name)
            .map_or(table.tree.root, |def| jet_pages::Pgno(def.root));
        if index.is_deferred {
            let message = "the engine fills this index later".to_owned();
            sink.place("index-deferred", root, name, Some(&index.name), message);
        }
        for message in not_reproduced(index) {
            sink.place("index-not-reproduced", root, name, Some(&index.name), message);
        }
    }
}

fn not_reproduced(index: &IndexStats) -> Vec<String> {
    let sort_error = index.sort_error.map(|error| error.to_string());
    index
        .not_made
        .iter()
        .map(|(why, count)| {
            let why = match (&sort_error, why) {
                (Some(error), jet_isam::check::NotMade::SortTables) => error,
                _ => why.meaning(),
            };
            format!("keys of {count} rows were not compared, only the number of their entries: {why}")
        })
        .collect()
}
