//! `jetutil schema`: the definitions of tables, columns and indexes.

mod sql;
mod text;

use std::path::PathBuf;

use jet_api::{ColumnDef, ColumnFlags, IndexDef, TableDef, Value};
use jet_isam::key::{IndexFlags, TupleLimits};
use serde::Serialize;

use crate::args::Args;
use crate::inspect::{Inspected, Problem};
use crate::{Outcome, json as write_json, render};

/// Show tables, columns and indexes.
///
/// The definitions come from the catalog, and from its shadow where the catalog is damaged.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  jetutil schema SRUDB.dat\n  jetutil schema --table SruDbIdMapTable --sql SRUDB.dat"
)]
pub(crate) struct Schema {
    /// The database file.
    file: PathBuf,

    /// Only this table; may be given several times.
    #[arg(long, value_name = "NAME")]
    table: Vec<String>,

    /// The system tables too.
    #[arg(long)]
    system: bool,

    /// Print statements of SQL, for orientation: types and keys are the nearest that SQL has.
    #[arg(long, conflicts_with = "json")]
    sql: bool,
}

pub(crate) fn run(schema: &Schema, args: &Args) -> anyhow::Result<Outcome> {
    let file = Inspected::open(args.open_options(), &schema.file)?;
    if let Some(error) = file.catalog_error {
        return Err(error.into());
    }
    for name in &schema.table {
        anyhow::ensure!(
            file.catalog.table(name).is_some(),
            "{}: there is no table {name:?}; `jetutil schema --system` lists all",
            schema.file.display()
        );
    }
    let is_named = |table: &TableDef| {
        schema
            .table
            .iter()
            .any(|name| name.eq_ignore_ascii_case(&table.name))
    };
    let is_wanted = |table: &&TableDef| match schema.table.is_empty() {
        true => schema.system || !table.is_system(),
        false => is_named(table),
    };
    let tables: Vec<&TableDef> = file.catalog.tables.iter().filter(is_wanted).collect();
    if schema.sql {
        let text: String = tables.iter().map(|table| sql::statements(table)).collect();
        render::print(&text)?;
    } else {
        let report = Report {
            tables: tables.iter().map(|table| TableReport::of(table)).collect(),
            problems: file.catalog_problems(),
        };
        if args.json {
            render::print_json(&report)?;
        } else {
            render::print(&report.text())?;
        }
    }
    for problem in &file.catalog.problems {
        eprintln!("jetutil: {}: {}: {problem}", schema.file.display(), problem.id());
    }
    Ok(if file.catalog.problems.is_empty() {
        Outcome::Sound
    } else {
        Outcome::Findings
    })
}

#[derive(Debug, Serialize)]
struct Report {
    tables: Vec<TableReport>,
    problems: Vec<Problem>,
}

#[derive(Debug, Serialize)]
struct TableReport {
    name: String,
    objid: u32,
    root: u32,
    flags: u32,
    flag_names: Vec<&'static str>,
    density: u32,
    initial_pages: u32,
    template: Option<String>,
    columns: Vec<ColumnReport>,
    indexes: Vec<IndexReport>,
    long_values: Option<TreeReport>,
    /// Size of the chunks of long values, where the table states one.
    long_value_chunk: Option<u32>,
    /// Longest long value that stays in the record, where the table states one.
    separate_above: Option<u32>,
}

#[derive(Debug, Serialize)]
struct TreeReport {
    objid: u32,
    root: u32,
}

#[derive(Debug, Serialize)]
struct ColumnReport {
    id: u16,
    name: String,
    #[serde(rename = "type")]
    kind: &'static str,
    /// `fixed`, `variable` or `tagged`: where records keep the value.
    area: &'static str,
    code_page: Option<u16>,
    /// Longest value in bytes; none for no limit.
    max_bytes: Option<u32>,
    flags: u32,
    flag_names: Vec<&'static str>,
    /// From the template table.
    derived: bool,
    default: Option<serde_json::Value>,
}

#[derive(Debug, Serialize)]
struct IndexReport {
    name: String,
    objid: u32,
    root: u32,
    primary: bool,
    unique: bool,
    /// Columns of the key, `+` ascending and `-` descending.
    key: Vec<String>,
    /// `not-null COLUMN` or `null COLUMN`, all of which must hold.
    conditions: Vec<String>,
    /// Records with NULL in key columns: `kept`, or which of them have no entry.
    nulls: &'static str,
    nulls_sort_high: bool,
    key_most: u16,
    segment_most: Option<u16>,
    flags: u32,
    flag_names: Vec<&'static str>,
    density: u32,
    tuple: Option<TupleReport>,
    locale: Option<String>,
    lcmap_flags: u32,
    /// Version of the sort tables, `NLS.defined` in hexadecimal; none when no text of the key is localised.
    sort_version: Option<String>,
    sort_id: Option<String>,
}

#[derive(Debug, Serialize)]
struct TupleReport {
    min_characters: u32,
    max_characters: u32,
    max_count: u32,
    step: u32,
    start: u32,
}

impl TableReport {
    fn of(table: &TableDef) -> Self {
        const FLAGS: [(u32, &str); 6] = [
            (0x8000_0000, "system"),
            (0x4000_0000, "fixed-ddl"),
            (0x2000_0000, "template"),
            (0x1000_0000, "derived"),
            (0x0800_0000, "dynamic-system"),
            (0x0400_0000, "no-fixed-or-variable-columns-in-derived"),
        ];
        Self {
            name: table.name.clone(),
            objid: table.tree.objid.0,
            root: table.tree.root.0,
            flags: table.flags.0,
            flag_names: names(table.flags.0, &FLAGS),
            density: table.density,
            initial_pages: table.initial_pages,
            template: table.template.clone(),
            columns: table.live_columns().map(ColumnReport::of).collect(),
            indexes: table
                .indexes
                .iter()
                .map(|index| IndexReport::of(table, index))
                .collect(),
            long_values: table.long_values.map(|tree| TreeReport {
                objid: tree.objid.0,
                root: tree.root.0,
            }),
            long_value_chunk: table.lv_chunk_max,
            separate_above: table.separate_lv,
        }
    }
}

impl ColumnReport {
    fn of(column: &ColumnDef) -> Self {
        const FLAGS: [(u32, &str); 13] = [
            (ColumnFlags::NOT_NULL.0, "not-null"),
            (ColumnFlags::VERSION.0, "version"),
            (ColumnFlags::AUTO_INCREMENT.0, "auto-increment"),
            (ColumnFlags::MULTI_VALUED.0, "multi-valued"),
            (ColumnFlags::HAS_DEFAULT.0, "default"),
            (ColumnFlags::ESCROW.0, "escrow"),
            (ColumnFlags::FINALIZE.0, "finalize"),
            (ColumnFlags::USER_DEFINED_DEFAULT.0, "user-defined-default"),
            (ColumnFlags::TEMPLATE_MARKED.0, "template-marked"),
            (ColumnFlags::DELETE_ON_ZERO.0, "delete-on-zero"),
            (ColumnFlags::PLACEHOLDER.0, "placeholder"),
            (ColumnFlags::COMPRESSED.0, "compressed"),
            (ColumnFlags::ENCRYPTED.0, "encrypted"),
        ];
        let is_text = column.column_type.is_some_and(|kind| kind.is_text());
        Self {
            id: column.id.0,
            name: column.name.clone(),
            kind: column.column_type.map_or("Nil", |kind| kind.name()),
            area: match column.id {
                id if id.is_fixed() => "fixed",
                id if id.is_variable() => "variable",
                _ => "tagged",
            },
            code_page: is_text.then_some(column.code_page),
            max_bytes: Some(column.max_len).filter(|len| *len != 0),
            flags: column.flags.0,
            flag_names: names(column.flags.0, &FLAGS),
            derived: column.derived,
            default: column.stored_default().map(|bytes| {
                let mut text = Vec::new();
                write_json::value(&mut text, &Value::decode(column, bytes));
                serde_json::from_slice(&text).unwrap_or_default()
            }),
        }
    }
}

impl IndexReport {
    fn of(table: &TableDef, index: &IndexDef) -> Self {
        const FLAGS: [(u32, &str); 17] = [
            (IndexFlags::UNIQUE.0, "unique"),
            (IndexFlags::ALLOW_ALL_NULLS.0, "allow-all-nulls"),
            (IndexFlags::ALLOW_FIRST_NULL.0, "allow-first-null"),
            (IndexFlags::ALLOW_SOME_NULLS.0, "allow-some-nulls"),
            (IndexFlags::DISALLOW_NULL.0, "disallow-null"),
            (IndexFlags::PRIMARY.0, "primary"),
            (IndexFlags::LOCALE_SET.0, "locale-set"),
            (IndexFlags::MULTI_VALUED.0, "multi-valued"),
            (IndexFlags::TEMPLATE.0, "template"),
            (IndexFlags::DERIVED.0, "derived"),
            (IndexFlags::LOCALISED.0, "localised"),
            (IndexFlags::CROSS_PRODUCT.0, "cross-product"),
            (IndexFlags::DISALLOW_TRUNCATION.0, "disallow-truncation"),
            (IndexFlags::NESTED_TABLE.0, "nested-table"),
            (IndexFlags::DOT_NET_GUID.0, "dot-net-guid"),
            (IndexFlags::DEFERRED.0, "deferred"),
            (IndexFlags::OPTIONALLY_UNIQUE.0, "optionally-unique"),
        ];
        let name = |column| {
            table
                .column_by_ref(column)
                .map_or("?", |column| column.name.as_str())
        };
        let key = index.segments.iter().map(|segment| {
            let sign = if segment.descending { '-' } else { '+' };
            format!("{sign}{}", name(segment.column))
        });
        let conditions = index.conditions.iter().map(|condition| {
            let must_be = if condition.must_be_null {
                "null"
            } else {
                "not-null"
            };
            format!("{must_be} {}", name(condition.column))
        });
        let is_localised = index.sort_version != 0;
        Self {
            name: index.name.clone(),
            objid: index.objid.0,
            root: index.root,
            primary: index.is_primary(),
            unique: index.is_unique(),
            key: key.collect(),
            conditions: conditions.collect(),
            nulls: nulls(index.flags),
            nulls_sort_high: index.flags.contains(IndexFlags::NULLS_HIGH),
            key_most: index.key_most,
            segment_most: index.segment_most,
            flags: index.flags.0,
            flag_names: names(index.flags.0, &FLAGS),
            density: index.density,
            tuple: index.tuple.map(TupleReport::of),
            locale: Some(index.locale.clone()).filter(|locale| !locale.is_empty()),
            lcmap_flags: index.lcmap_flags,
            sort_version: is_localised.then(|| {
                let (nls, defined) = (index.sort_version >> 32, index.sort_version & 0xffff_ffff);
                format!("{nls:08x}.{defined:08x}")
            }),
            sort_id: is_localised.then(|| jet_api::Guid(index.sort_id).to_string()),
        }
    }
}

/// Which records with NULL in key columns have entries.
fn nulls(flags: IndexFlags) -> &'static str {
    if flags.contains(IndexFlags::DISALLOW_NULL) {
        return "an error";
    }
    let has = |flag| flags.contains(flag);
    match (
        has(IndexFlags::ALLOW_ALL_NULLS),
        has(IndexFlags::ALLOW_FIRST_NULL),
        has(IndexFlags::ALLOW_SOME_NULLS),
    ) {
        (true, true, true) => "kept",
        (false, true, true) => "no entry where all are NULL",
        (false, false, true) => "no entry where the first is NULL",
        (false, false, false) => "no entry where any is NULL",
        (true, ..) => "entries where all are NULL, and by the flags",
        (false, true, false) => "entries only by the flags",
    }
}

impl TupleReport {
    fn of(limits: TupleLimits) -> Self {
        Self {
            min_characters: limits.min_len,
            max_characters: limits.max_len,
            max_count: limits.max_count,
            step: limits.step,
            start: limits.start,
        }
    }
}

fn names(flags: u32, known: &[(u32, &'static str)]) -> Vec<&'static str> {
    known
        .iter()
        .filter(|(bit, _)| flags & bit != 0)
        .map(|(_, name)| *name)
        .collect()
}
