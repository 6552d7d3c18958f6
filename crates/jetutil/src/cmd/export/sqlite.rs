//! SQLite: one database file, one table per table, values in SQLite's own types.
//!
//! - A column that may have several values lies in a table of its own, `TABLE__COLUMN(row_id, itag, value)`; the table
//!   then has a column `row_id` that these refer to. So do columns beyond the number that SQLite allows.
//! - The primary index becomes the primary key when it is unique and none of its columns lies elsewhere. Should rows
//!   contradict it, as in a damaged file, the key is given up, not the row.
//! - Declared types carry SQLite's affinities; those of `BLOB` and none leave values as they are.

mod schema;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use jet_api::Value;
use rusqlite::types::{ToSqlOutput, Value as Owned, ValueRef};
use rusqlite::{Connection, ErrorCode, Statement};

use self::schema::{Home, Layout, declared_type};
use super::names::Names;
use super::notes::{Notes, Reason, hex_example};
use super::plan::{Cell, Cells, ColumnPlan, TablePlan};
use super::sink::{Sink, Written};
use super::text::{self, Place};

/// Rows and bytes of a transaction.
const ROWS_MAX: u64 = 10_000;
const BYTES_MAX: usize = 32 << 20;
/// SQLite holds 10^9 bytes in a row at most; some are for its own.
const ROW_BYTES_MAX: usize = 990_000_000;
/// Statements kept prepared: a table and the side tables that are in use.
const STATEMENTS: usize = 256;

pub(super) struct Sqlite {
    db: Option<Connection>,
    file: String,
    names: Names,
    has_indexes: bool,
    layout: Layout,
    rows: u64,
    bytes: usize,
}

impl Sqlite {
    /// A new database file `stem.sqlite`.
    pub(super) fn new(folder: &Path, stem: &str, has_indexes: bool) -> Result<Self> {
        let file = format!("{stem}.sqlite");
        let path: PathBuf = folder.join(&file);
        let db = Connection::open(&path).with_context(|| format!("creating {}", path.display()))?;
        db.set_prepared_statement_cache_capacity(STATEMENTS);
        // The file gets its name when it is complete, so a crash costs nothing that durability could save.
        db.execute_batch(
            "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; \
             PRAGMA cache_size = -16384; BEGIN",
        )?;
        Ok(Self {
            db: Some(db),
            file,
            names: Names::default(),
            has_indexes,
            layout: Layout::default(),
            rows: 0,
            bytes: 0,
        })
    }

    fn db(&self) -> Result<&Connection> {
        self.db.as_ref().context("the output was finished already")
    }

    fn commit(&mut self) -> Result<()> {
        (self.rows, self.bytes) = (0, 0);
        Ok(self.db()?.execute_batch("COMMIT; BEGIN")?)
    }

    /// Inserts the row into the table itself; returns its row id and the bytes that it holds.
    fn insert(&self, table: &TablePlan<'_>, cells: &Cells<'_, '_>, notes: &mut Notes) -> Result<Inserted> {
        let db = self.db()?;
        let mut statement = db.prepare_cached(&self.layout.insert)?;
        let mut bytes = 0;
        for (at, column, cell) in cells.columns(table) {
            let (Some(cell), Some(&Home::Main { parameter })) = (cell, self.layout.homes.get(at)) else {
                continue;
            };
            let mut place = Place {
                column: at,
                row: cells.number,
                notes,
            };
            bytes += bind_first(
                &mut statement,
                parameter,
                cell,
                column,
                ROW_BYTES_MAX - bytes,
                &mut place,
            )?;
        }
        match statement.raw_execute() {
            Ok(_) => Ok(Inserted::Row {
                id: db.last_insert_rowid(),
                bytes,
            }),
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
                Ok(Inserted::KeyExists(error.to_string()))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Puts the values of multi-valued columns into their tables; returns their bytes.
    fn insert_aside(
        &self,
        table: &TablePlan<'_>,
        cells: &Cells<'_, '_>,
        row_id: i64,
        notes: &mut Notes,
    ) -> Result<usize> {
        let db = self.db()?;
        let mut bytes = 0;
        for (at, column, cell) in cells.columns(table) {
            let (Some(cell), Some(Home::Side { insert, .. })) = (cell, self.layout.homes.get(at)) else {
                continue;
            };
            let mut statement = db.prepare_cached(insert)?;
            for (itag, value) in (1_i64..).zip(cell.values()) {
                let mut place = Place {
                    column: at,
                    row: cells.number,
                    notes,
                };
                statement.raw_bind_parameter(1, row_id)?;
                statement.raw_bind_parameter(2, itag)?;
                bytes += bind(&mut statement, 3, value, column, ROW_BYTES_MAX, &mut place)?;
                statement.raw_execute()?;
                statement.clear_bindings();
            }
        }
        Ok(bytes)
    }
}

enum Inserted {
    Row {
        id: i64,
        bytes: usize,
    },
    /// The primary key says no.
    KeyExists(String),
}

impl Sink for Sqlite {
    fn begin(&mut self, table: &TablePlan<'_>, _: &mut Notes) -> Result<Option<String>> {
        self.layout = Layout::new(table, &mut self.names);
        self.db()?.execute_batch(&self.layout.create)?;
        Ok(Some(self.file.clone()))
    }

    fn row(&mut self, table: &TablePlan<'_>, cells: &Cells<'_, '_>, notes: &mut Notes) -> Result<()> {
        let (id, bytes) = loop {
            match self.insert(table, cells, notes)? {
                Inserted::Row { id, bytes } => break (id, bytes),
                Inserted::KeyExists(why) => {
                    let without_key = self.layout.without_key().context(why.clone())?;
                    self.db()?.execute_batch(&without_key)?;
                    notes.row(cells.number, Reason::KeyNotUnique, || why);
                }
            }
        };
        let aside = self.insert_aside(table, cells, id, notes)?;
        (self.rows, self.bytes) = (self.rows + 1, self.bytes + bytes + aside);
        if self.rows >= ROWS_MAX || self.bytes >= BYTES_MAX {
            self.commit()?;
        }
        Ok(())
    }

    fn end(&mut self, table: &TablePlan<'_>, notes: &mut Notes) -> Result<Written> {
        self.commit()?;
        if self.has_indexes {
            schema::create_indexes(self.db.as_ref(), table, &self.layout, &mut self.names, notes)?;
        }
        let layout = std::mem::take(&mut self.layout);
        let side_tables = table
            .columns
            .iter()
            .zip(layout.homes)
            .filter_map(|(column, home)| match home {
                Home::Side { table, .. } => Some((column.name.clone(), table)),
                Home::Main { .. } => None,
            });
        Ok(Written {
            side_tables: side_tables.collect(),
            table: Some(layout.table),
        })
    }

    fn finish(&mut self) -> Result<()> {
        let Some(db) = self.db.take() else {
            return Ok(());
        };
        db.execute_batch("COMMIT")?;
        db.close().map_err(|(_, error)| error.into())
    }

    fn type_name(&self, column: &ColumnPlan<'_>) -> String {
        let declared = declared_type(column);
        String::from(if declared.is_empty() { "none" } else { declared })
    }
}

fn bind_first(
    statement: &mut Statement<'_>,
    parameter: usize,
    cell: Cell<'_, '_, '_>,
    column: &ColumnPlan<'_>,
    bytes_left: usize,
    place: &mut Place<'_>,
) -> Result<usize> {
    if cell.len() > 1 {
        place.note(Reason::MoreValues, String::new);
    }
    match cell.values().next() {
        Some(value) => bind(statement, parameter, value, column, bytes_left, place),
        None => Ok(0),
    }
}

/// Binds a value, or NULL and a note where it cannot be had; returns the bytes bound.
fn bind(
    statement: &mut Statement<'_>,
    parameter: usize,
    value: Result<Value<'_>, jet_api::JetError>,
    column: &ColumnPlan<'_>,
    bytes_left: usize,
    place: &mut Place<'_>,
) -> Result<usize> {
    let value = match value {
        Ok(value) => value,
        Err(error) => {
            place.note(Reason::Unreadable, || error.to_string());
            statement.raw_bind_parameter(parameter, rusqlite::types::Null)?;
            return Ok(0);
        }
    };
    let converted = convert(&value, column, place);
    let bytes = match &converted {
        ToSqlOutput::Borrowed(ValueRef::Text(bytes) | ValueRef::Blob(bytes)) => bytes.len(),
        ToSqlOutput::Owned(Owned::Text(text)) => text.len(),
        _ => 8,
    };
    if bytes > bytes_left {
        place.note(Reason::TooLong, || format!("{bytes} bytes"));
        statement.raw_bind_parameter(parameter, rusqlite::types::Null)?;
        return Ok(0);
    }
    statement.raw_bind_parameter(parameter, converted)?;
    Ok(bytes)
}

fn convert<'v>(value: &'v Value<'_>, column: &ColumnPlan<'_>, place: &mut Place<'_>) -> ToSqlOutput<'v> {
    let owned = match value {
        Value::Text(text) => return ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        Value::Bytes(bytes) => return ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
        Value::Malformed(bytes) => {
            place.note(Reason::MalformedAsBytes, || hex_example(bytes));
            return ToSqlOutput::Borrowed(ValueRef::Blob(bytes));
        }
        Value::F32(n) => real(f64::from(*n), place),
        Value::F64(n) => real(*n, place),
        Value::Guid(guid) => Owned::Text(guid.to_string()),
        Value::DateTime(bits) => match text::date(*bits, column, place) {
            Some(text) => Owned::Text(text),
            None => Owned::Integer(bits.cast_signed()),
        },
        Value::U64(n) if i64::try_from(*n).is_err() => {
            place.note(Reason::NumberAsText, || n.to_string());
            Owned::Text(n.to_string())
        }
        Value::Bit(_)
        | Value::U8(_)
        | Value::I16(_)
        | Value::U16(_)
        | Value::I32(_)
        | Value::U32(_)
        | Value::I64(_)
        | Value::U64(_) => value.as_i64().map_or(Owned::Null, Owned::Integer),
    };
    ToSqlOutput::Owned(owned)
}

/// SQLite has no not-a-number, and stores a whole number of a `REAL` column as an integer, which has no negative zero.
fn real(number: f64, place: &mut Place<'_>) -> Owned {
    if number.is_nan() {
        place.note(Reason::NanAsText, || format!("bits {:016x}", number.to_bits()));
        return Owned::Text(String::from("NaN"));
    }
    if number == 0.0 && number.is_sign_negative() {
        place.note(Reason::NegativeZero, String::new);
    }
    Owned::Real(number)
}

/// The name of the database file for an input of this name.
pub(super) fn file_stem(input: &Path) -> String {
    let stem = input.file_stem().unwrap_or_default();
    super::names::file_stem(&stem.to_string_lossy())
}
