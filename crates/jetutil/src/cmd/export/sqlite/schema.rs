//! Statements that make the tables and indexes, and fill them.

use std::fmt::Write as _;

use anyhow::Result;
use jet_api::{ColumnType, IndexDef};
use rusqlite::{Connection, ErrorCode};

use super::super::dates::DateForm;
use super::super::names::Names;
use super::super::notes::{Notes, Reason};
use super::super::plan::{ColumnPlan, TablePlan};

/// Columns of a table that SQLite allows, less one for the row id.
const COLUMNS_MAX: usize = 1999;

/// How a table lies in the database.
#[derive(Debug, Default)]
pub(super) struct Layout {
    /// Name of the table.
    pub(super) table: String,
    /// Makes the table and its side tables.
    pub(super) create: String,
    /// Inserts a row.
    pub(super) insert: String,
    /// For each column of the plan.
    pub(super) homes: Vec<Home>,
    /// What stands between the parentheses of `CREATE TABLE`, the key left out.
    columns: String,
    has_key: bool,
}

/// Where the values of a column lie.
#[derive(Debug)]
pub(super) enum Home {
    /// In the table itself, at this parameter of the insert, from 1.
    Main { parameter: usize },
    /// In a table of this name.
    Side { table: String, insert: String },
}

impl Layout {
    pub(super) fn new(plan: &TablePlan<'_>, names: &mut Names) -> Self {
        let table = table_name(&plan.def.name, names);
        let key = primary_key(plan);
        let key_columns: Vec<usize> = key.iter().flatten().map(|(column, _)| *column).collect();
        let mut layout = Self {
            table,
            ..Self::default()
        };
        let mut main = Vec::new();
        let mut side = String::new();
        for (at, column) in plan.columns.iter().enumerate() {
            let home = if column.is_list || main.len() >= COLUMNS_MAX {
                let table = table_name(&format!("{}__{}", layout.table, column.name), names);
                // Writing to a string does not fail.
                _ = write!(
                    side,
                    ";\nCREATE TABLE {} (row_id INTEGER NOT NULL, itag INTEGER NOT NULL, value {}, PRIMARY KEY (row_id, itag)) \
                     WITHOUT ROWID",
                    quoted(&table),
                    declared_type(column)
                );
                let insert = format!("INSERT INTO {} VALUES (?1, ?2, ?3)", quoted(&table));
                Home::Side { table, insert }
            } else {
                // An `INTEGER PRIMARY KEY` would be the row id itself, and make numbers up for NULL; `INT` is not.
                let declared = match declared_type(column) {
                    "INTEGER" if key_columns.contains(&at) => "INT",
                    declared => declared,
                };
                main.push(
                    format!("{} {declared}", quoted(&column.name))
                        .trim_end()
                        .to_owned(),
                );
                Home::Main {
                    parameter: main.len(),
                }
            };
            layout.homes.push(home);
        }
        let parameters = main.len();
        let mut insert_values = vec!["?"; parameters];
        if !side.is_empty() || main.is_empty() {
            main.insert(0, row_id_column(plan));
            insert_values.insert(0, "NULL");
        }
        layout.columns = main.join(", ");
        let constraint = key
            .filter(|key| {
                key.iter()
                    .all(|(column, _)| matches!(layout.homes.get(*column), Some(Home::Main { .. })))
            })
            .map(|key| {
                let word = if insert_values.len() > parameters {
                    "UNIQUE"
                } else {
                    "PRIMARY KEY"
                };
                format!(", {word} ({})", key_list(plan, &key))
            });
        layout.has_key = constraint.is_some();
        let constraint = constraint.unwrap_or_default();
        let table = quoted(&layout.table);
        layout.create = format!("CREATE TABLE {table} ({}{constraint}){side}", layout.columns);
        layout.insert = format!("INSERT INTO {table} VALUES ({})", insert_values.join(", "));
        layout
    }

    /// Makes the table anew without its key, rows included; `None` when it has no key.
    pub(super) fn without_key(&mut self) -> Option<String> {
        if !std::mem::take(&mut self.has_key) {
            return None;
        }
        let (table, columns) = (quoted(&self.table), &self.columns);
        let other = quoted("sqlite export: without key");
        Some(format!(
            "CREATE TABLE {other} ({columns}); INSERT INTO {other} SELECT * FROM {table} ORDER BY rowid; \
             DROP TABLE {table}; ALTER TABLE {other} RENAME TO {table}"
        ))
    }
}

/// The type to declare for a column.
pub(super) fn declared_type(column: &ColumnPlan<'_>) -> &'static str {
    match column.kind() {
        ColumnType::Bit
        | ColumnType::UnsignedByte
        | ColumnType::Short
        | ColumnType::UnsignedShort
        | ColumnType::Long
        | ColumnType::UnsignedLong
        | ColumnType::Currency
        | ColumnType::LongLong => "INTEGER",
        // With an affinity for numbers, text of a number that is too large becomes a float.
        ColumnType::UnsignedLongLong => "",
        ColumnType::IeeeSingle | ColumnType::IeeeDouble => "REAL",
        ColumnType::DateTime if column.dates == DateForm::Raw => "INTEGER",
        ColumnType::DateTime | ColumnType::Text | ColumnType::LongText | ColumnType::Guid => "TEXT",
        ColumnType::Binary | ColumnType::LongBinary | ColumnType::ObsoleteStream => "BLOB",
    }
}

/// An identifier in quotes.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\"").replace('\0', "\u{fffd}"))
}

/// Makes the secondary indexes that have a counterpart; notes those that have none.
pub(super) fn create_indexes(
    db: Option<&Connection>,
    plan: &TablePlan<'_>,
    layout: &Layout,
    names: &mut Names,
    notes: &mut Notes,
) -> Result<()> {
    let Some(db) = db else { return Ok(()) };
    for index in plan.def.indexes.iter().filter(|index| !index.is_primary()) {
        let key = key_of(plan, index).filter(|key| {
            key.iter()
                .all(|(column, _)| matches!(layout.homes.get(*column), Some(Home::Main { .. })))
        });
        let (Some(key), Some(condition), None) = (key, condition(plan, index), index.tuple) else {
            notes.table(Reason::IndexLeftOut, || {
                format!(
                    "{}: a tuple index, or one on multi-valued or missing columns",
                    index.name
                )
            });
            continue;
        };
        let name = table_name(&format!("{}__{}", layout.table, index.name), names);
        let (name, table, list) = (quoted(&name), quoted(&layout.table), key_list(plan, &key));
        let unique = if index.is_unique() { "UNIQUE " } else { "" };
        let create = |unique: &str| {
            db.execute_batch(&format!(
                "CREATE {unique}INDEX {name} ON {table} ({list}){condition}"
            ))
        };
        match create(unique) {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
                notes.table(Reason::KeyNotUnique, || format!("index {}: {error}", index.name));
                create("")?;
            }
            other => other?,
        }
    }
    Ok(())
}

/// A name that no other table or index has, and that SQLite does not keep for itself.
fn table_name(name: &str, names: &mut Names) -> String {
    let is_reserved = name
        .get(..7)
        .is_some_and(|start| start.eq_ignore_ascii_case("sqlite_"));
    let name = name.replace('\0', "\u{fffd}");
    names.unique(&if is_reserved || name.is_empty() {
        format!("_{name}")
    } else {
        name
    })
}

/// The column that side tables refer to, under a name that no column has.
fn row_id_column(plan: &TablePlan<'_>) -> String {
    let mut names = Names::default();
    for column in &plan.columns {
        names.unique(&column.name);
    }
    format!("{} INTEGER PRIMARY KEY", quoted(&names.unique("row_id")))
}

/// Columns of the key, with true for those in descending order.
type Key = Vec<(usize, bool)>;

fn primary_key(plan: &TablePlan<'_>) -> Option<Key> {
    let index = plan.def.primary_index().filter(|index| index.is_unique())?;
    key_of(plan, index)
}

/// `None` when a column of the index is none of the table.
fn key_of(plan: &TablePlan<'_>, index: &IndexDef) -> Option<Key> {
    let mut key = Key::new();
    for segment in &index.segments {
        let column = plan.place(segment.column)?;
        // A column that stands twice adds nothing the second time, and SQLite does not take it.
        if !key.iter().any(|(other, _)| *other == column) {
            key.push((column, segment.descending));
        }
    }
    (!key.is_empty()).then_some(key)
}

fn key_list(plan: &TablePlan<'_>, key: &Key) -> String {
    let columns = key.iter().filter_map(|(column, is_descending)| {
        let name = &plan.columns.get(*column)?.name;
        Some(format!(
            "{}{}",
            quoted(name),
            if *is_descending { " DESC" } else { "" }
        ))
    });
    columns.collect::<Vec<_>>().join(", ")
}

/// ` WHERE ...` of an index with conditions, nothing for one without; `None` when a column is unknown.
fn condition(plan: &TablePlan<'_>, index: &IndexDef) -> Option<String> {
    let mut terms = Vec::new();
    for condition in &index.conditions {
        let column = plan.columns.get(plan.place(condition.column)?)?;
        if column.is_list {
            return None;
        }
        let test = if condition.must_be_null {
            "IS NULL"
        } else {
            "IS NOT NULL"
        };
        terms.push(format!("{} {test}", quoted(&column.name)));
    }
    Some(if terms.is_empty() {
        String::new()
    } else {
        format!(" WHERE {}", terms.join(" AND "))
    })
}
