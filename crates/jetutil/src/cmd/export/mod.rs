//! `jetutil export`: tables into files that other programs read.
//!
//! | module | what |
//! |---|---|
//! | [`plan`] | what is to be written of a table; its rows as cells, read when asked for |
//! | [`sink`] | what a format does; [`csv`], [`jsonl`], [`sqlite`], [`parquet`] do it |
//! | [`text`], [`dates`], [`names`] | values as text, points in time, names that are safe |
//! | [`notes`], [`report`] | what did not go over as it is |
//! | [`output`] | the folder: all or nothing |
//!
//! Rows that can be read are delivered whatever is damaged beside them. Types and limits: `docs/operations/export.md`.

mod csv;
mod dates;
mod jsonl;
mod names;
mod notes;
mod output;
mod parquet;
mod plan;
mod report;
mod sink;
mod sqlite;
#[cfg(test)]
mod tests;
mod text;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use jet_api::{Database, JetError, Table, TableDef};
use serde_json::json;

use self::dates::DateForm;
use self::names::Names;
use self::notes::{Notes, Reason};
use self::output::Output;
use self::plan::{Cells, DateChoice, TablePlan};
use self::report::{ColumnReport, NameChange, Report, Source, TableReport};
use self::sink::{Sink, Written};
use self::text::BinaryText;
use crate::Outcome;
use crate::args::Args;
use crate::progress::Bar;

/// Write tables as CSV, JSON lines, SQLite or Parquet into a folder.
///
/// Exit status: 0 all was delivered, 1 something is missing (report.json says what), 2 nothing was written.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  jetutil export SRUDB.dat --to sqlite --out srum\n  jetutil export SRUDB.dat --to csv \
                  --out srum --table SruDbIdMapTable"
)]
pub(crate) struct Export {
    /// The database file.
    file: PathBuf,

    /// Format of the files.
    #[arg(long)]
    to: Format,

    /// Folder to make; one that exists must be empty.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,

    /// Only this table; may be given several times.
    #[arg(long, value_name = "NAME")]
    table: Vec<String>,

    /// System tables too.
    #[arg(long)]
    system: bool,

    /// Write into a folder that is not empty, replacing files of the same names.
    #[arg(long)]
    force: bool,

    /// What values of type DateTime are: "auto" looks at all values of a column.
    #[arg(long, value_enum, value_name = "FORM", default_value = "auto")]
    datetime: DateTimes,

    /// How CSV and JSON lines have binary values.
    #[arg(long, value_enum, value_name = "FORM", default_value = "hex")]
    binary: BinaryText,

    /// What stands for NULL in CSV; by default nothing, while an empty text is "".
    #[arg(long, value_name = "TEXT", default_value = "")]
    null: String,

    /// Begin CSV files with a byte order mark, for programs that want one.
    #[arg(long)]
    bom: bool,

    /// Make the secondary indexes too (SQLite).
    #[arg(long)]
    indexes: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// One CSV file per table.
    Csv,
    /// One file per table, a JSON object per row.
    Jsonl,
    /// One SQLite database.
    Sqlite,
    /// One Parquet file per table.
    Parquet,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum DateTimes {
    /// Dates where all values of a column are dates of one form, else numbers.
    Auto,
    /// Days since 1899-12-30, as the type is defined.
    Ole,
    /// FILETIME: 100 ns units since 1601-01-01.
    Filetime,
    /// The number as stored.
    Raw,
}

impl Format {
    const fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
            Self::Sqlite => "sqlite",
            Self::Parquet => "parquet",
        }
    }
}

impl Export {
    fn dates(&self) -> DateChoice {
        match self.datetime {
            DateTimes::Auto => DateChoice::ByValues {
                in_nanos: self.to == Format::Parquet,
            },
            DateTimes::Ole => DateChoice::Fixed(DateForm::Ole),
            DateTimes::Filetime => DateChoice::Fixed(DateForm::FileTime),
            DateTimes::Raw => DateChoice::Fixed(DateForm::Raw),
        }
    }

    fn sink(&self, folder: &Path) -> Result<Box<dyn Sink>> {
        let path = folder.to_owned();
        Ok(match self.to {
            Format::Csv => Box::new(csv::Csv::new(path, &self.null, self.bom, self.binary)),
            Format::Jsonl => Box::new(jsonl::Jsonl::new(path, self.binary)),
            Format::Sqlite => Box::new(sqlite::Sqlite::new(
                folder,
                &sqlite::file_stem(&self.file),
                self.indexes,
            )?),
            Format::Parquet => Box::new(parquet::Parquet::new(path)),
        })
    }

    fn wants(&self, table: &TableDef) -> bool {
        let is_named = self
            .table
            .iter()
            .any(|name| name.eq_ignore_ascii_case(&table.name));
        is_named || self.table.is_empty() && (self.system || !table.is_system())
    }
}

pub(crate) fn run(export: &Export, args: &Args) -> Result<Outcome> {
    if !csv::is_null_text(&export.null) {
        bail!("the text for NULL must not hold a comma, a quote or the end of a line");
    }
    let db = args.open_options().open(&export.file)?;
    for name in &export.table {
        db.open_table(name)?; // say so before anything is written of the others
    }
    let output = Output::new(&export.out, export.force)?;
    let mut run = Run {
        export,
        db: &db,
        sink: export.sink(output.folder())?,
        names: Names::default(),
        names_changed: Vec::new(),
        bar: Bar::new(true),
    };
    let tables = db
        .tables()
        .filter(|def| export.wants(def))
        .map(|def| run.table(def));
    let tables = tables.collect::<Result<Vec<_>>>()?;
    run.sink.finish()?;
    let names_changed = std::mem::take(&mut run.names_changed);
    drop(run);
    let report = Report {
        format: "jet-export-1",
        to: export.to.name(),
        source: source(&db),
        options: options(export),
        is_damaged: !db.catalog_problems().is_empty()
            || tables
                .iter()
                .flat_map(|table| &table.notes)
                .any(|note| note.is_loss),
        catalog_problems: db.catalog_problems().iter().map(ToString::to_string).collect(),
        tables,
        names_changed,
        files: output.files()?,
    };
    let as_json = serde_json::to_string_pretty(&report)?;
    std::fs::write(output.folder().join(report::FILE), as_json.as_bytes())?;
    output.publish(&export.file)?;
    let text = if args.json {
        as_json + "\n"
    } else {
        report.text(&export.out.to_string_lossy())
    };
    std::io::stdout().lock().write_all(text.as_bytes())?;
    Ok(if report.is_damaged {
        Outcome::Findings
    } else {
        Outcome::Sound
    })
}

fn source(db: &Database) -> Source {
    let raw = db.raw();
    Source {
        file: raw
            .path()
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
        bytes: raw.file_bytes(),
        page_size: raw.page_size().bytes(),
        state: super::dump::state_name(db.header().db_state()),
    }
}

fn options(export: &Export) -> serde_json::Value {
    let datetime = match export.datetime {
        DateTimes::Auto => "auto",
        DateTimes::Ole => "ole",
        DateTimes::Filetime => "filetime",
        DateTimes::Raw => "raw",
    };
    let mut options = json!({ "datetime": datetime });
    if let Some(options) = options.as_object_mut() {
        match export.to {
            Format::Csv => {
                options.insert("binary".into(), json!(export.binary));
                options.insert("null".into(), json!(export.null));
                options.insert("bom".into(), json!(export.bom));
            }
            Format::Jsonl => _ = options.insert("binary".into(), json!(export.binary)),
            Format::Sqlite => _ = options.insert("indexes".into(), json!(export.indexes)),
            Format::Parquet => {}
        }
    }
    options
}

/// An export under way.
struct Run<'e, 'db> {
    export: &'e Export,
    db: &'db Database,
    sink: Box<dyn Sink>,
    names: Names,
    names_changed: Vec<NameChange>,
    bar: Bar,
}

impl<'db> Run<'_, 'db> {
    /// Writes a table; one that cannot be opened gives a report and no file.
    fn table(&mut self, def: &'db TableDef) -> Result<TableReport> {
        let mut notes = Notes::default();
        match self.open(def) {
            Ok(table) => self.write(&table, notes),
            Err(error) => {
                notes.table(Reason::RowsUnreadable, || error.to_string());
                Ok(report_of(def, notes))
            }
        }
    }

    fn open(&self, def: &'db TableDef) -> Result<Table<'db>> {
        let table = self.db.open_table(&def.name)?;
        if !std::ptr::eq(table.def(), def) {
            bail!("another table has the same name");
        }
        Ok(table)
    }

    fn write(&mut self, table: &Table<'db>, mut notes: Notes) -> Result<TableReport> {
        let def = table.def();
        let stem = self.names.unique(&names::file_stem(&def.name));
        let plan = TablePlan::new(table, stem, self.export.dates());
        let file = self.sink.begin(&plan, &mut notes)?;
        let rows_written = self.rows(table, &plan, &mut notes)?;
        let written = self.sink.end(&plan, &mut notes)?;
        self.note_names(&plan, file.is_some(), &written);
        let side_table = |name: &str| {
            let found = written.side_tables.iter().find(|(column, _)| column == name);
            found.map(|(_, table)| table.clone())
        };
        let columns = plan.columns.iter().map(|column| ColumnReport {
            name: column.name.clone(),
            kind: column.kind().name(),
            written_as: self.sink.type_name(column),
            is_list: column.is_list,
            dates: (column.kind() == jet_api::ColumnType::DateTime).then_some(column.dates),
            side_table: side_table(&column.name),
        });
        let columns = columns.collect();
        let name = |at: usize| {
            plan.columns
                .get(at)
                .map(|column| column.name.clone())
                .unwrap_or_default()
        };
        Ok(TableReport {
            file,
            rows_written,
            columns,
            rows_damaged: notes.count(Reason::RowDamaged),
            unreadable_parts: notes.count(Reason::RowsUnreadable),
            notes: notes.into_list(name),
            table: written.table,
            ..report_of(def, Notes::default())
        })
    }

    fn rows(&mut self, table: &Table<'db>, plan: &TablePlan<'db>, notes: &mut Notes) -> Result<u64> {
        self.bar.begin("exporting", "rows", plan.rows);
        let mut number = 0;
        let mut rows = table.rows();
        while let Some(row) = rows.next() {
            let row = match row {
                Ok(row) => row,
                Err(error) => {
                    notes.table(Reason::RowsUnreadable, || error.to_string());
                    continue;
                }
            };
            number += 1;
            let (cells, damage) = Cells::read(plan, row, number);
            if let Some(error) = damage {
                notes.row(number, Reason::RowDamaged, || JetError::to_string(&error));
            }
            self.sink.row(plan, &cells, notes)?;
            self.bar.advance(1);
        }
        self.bar.end();
        Ok(number)
    }

    fn note_names(&mut self, plan: &TablePlan<'_>, has_file: bool, written: &Written) {
        let table = &plan.def.name;
        let mut changed = |what, of: Option<&String>, from: &str, to: &str| {
            if from != to {
                self.names_changed.push(NameChange {
                    what,
                    of: of.cloned(),
                    from: from.to_owned(),
                    to: to.to_owned(),
                });
            }
        };
        match &written.table {
            Some(name) => changed("table", None, table, name),
            None if has_file => changed("file", None, table, &plan.stem),
            None => {}
        }
        for column in &plan.columns {
            changed("column", Some(table), &column.def.name, &column.name);
        }
    }
}

/// The report of a table of which nothing was written.
fn report_of(def: &TableDef, notes: Notes) -> TableReport {
    TableReport {
        name: def.name.clone(),
        is_system: def.is_system(),
        file: None,
        table: None,
        rows_written: 0,
        rows_damaged: 0,
        unreadable_parts: notes.count(Reason::RowsUnreadable),
        columns: Vec::new(),
        notes: notes.into_list(|_| String::new()),
    }
}
