//! The schema as statements of SQL, for orientation: the types are the nearest that SQL has, and what SQL has no word for
//! (multi-valued columns, conditions on NULL of several columns, key limits) is left out or a comment.

use std::fmt::Write as _;

use jet_api::{ColumnDef, ColumnFlags, ColumnType, IndexDef, TableDef, Value};

/// `CREATE TABLE` and `CREATE INDEX` for one table.
pub(super) fn statements(table: &TableDef) -> String {
    let mut lines: Vec<String> = table.live_columns().map(column).collect();
    if let Some(primary) = table.primary_index() {
        lines.push(format!("  PRIMARY KEY ({})", key(table, primary)));
    }
    let mut out = format!(
        "CREATE TABLE {} (\n{}\n);\n",
        quoted(&table.name),
        lines.join(",\n")
    );
    for index in table.indexes.iter().filter(|index| !index.is_primary()) {
        let unique = if index.is_unique() { "UNIQUE " } else { "" };
        _ = write!(
            out,
            "CREATE {unique}INDEX {} ON {} ({})",
            quoted(&index.name),
            quoted(&table.name),
            key(table, index)
        );
        let conditions = index.conditions.iter().map(|condition| {
            let not = if condition.must_be_null { "" } else { "NOT " };
            format!("{} IS {not}NULL", name(table, condition.column))
        });
        let conditions: Vec<String> = conditions.collect();
        if !conditions.is_empty() {
            _ = write!(out, " WHERE {}", conditions.join(" AND "));
        }
        out.push_str(";\n");
    }
    out.push('\n');
    out
}

fn column(column: &ColumnDef) -> String {
    let mut line = format!("  {} {}", quoted(&column.name), sql_type(column));
    if column.flags.contains(ColumnFlags::NOT_NULL) {
        line.push_str(" NOT NULL");
    }
    if let Some(default) = column.stored_default() {
        let text = match Value::decode(column, default) {
            Value::Text(text) => format!("'{}'", text.replace('\'', "''")),
            value @ (Value::Bytes(_) | Value::Malformed(_)) => format!("X'{value}'"),
            Value::Bit(value) => value.to_string().to_uppercase(),
            value => value.to_string(),
        };
        _ = write!(line, " DEFAULT {text}");
    }
    if column.flags.contains(ColumnFlags::MULTI_VALUED) {
        line.push_str(" /* multi-valued */");
    }
    if column.flags.contains(ColumnFlags::AUTO_INCREMENT) {
        line.push_str(" /* auto-increment */");
    }
    line
}

fn sql_type(column: &ColumnDef) -> String {
    let len = column.max_len;
    match column.column_type {
        None => "UNKNOWN".to_owned(),
        Some(kind) => match kind {
            ColumnType::Bit => "BOOLEAN".to_owned(),
            ColumnType::UnsignedByte | ColumnType::Short => "SMALLINT".to_owned(),
            ColumnType::UnsignedShort | ColumnType::Long => "INTEGER".to_owned(),
            ColumnType::UnsignedLong | ColumnType::LongLong => "BIGINT".to_owned(),
            ColumnType::Currency => "DECIMAL(19, 4)".to_owned(),
            ColumnType::UnsignedLongLong => "DECIMAL(20)".to_owned(),
            ColumnType::IeeeSingle => "REAL".to_owned(),
            ColumnType::IeeeDouble => "DOUBLE PRECISION".to_owned(),
            ColumnType::DateTime => "TIMESTAMP".to_owned(),
            ColumnType::Guid => "UUID".to_owned(),
            ColumnType::Binary if len > 0 => format!("VARBINARY({len})"),
            ColumnType::Text if len > 0 && column.is_unicode() => format!("VARCHAR({})", len / 2),
            ColumnType::Text if len > 0 => format!("VARCHAR({len})"),
            ColumnType::Binary | ColumnType::LongBinary | ColumnType::ObsoleteStream => "BLOB".to_owned(),
            ColumnType::Text | ColumnType::LongText => "TEXT".to_owned(),
        },
    }
}

fn key(table: &TableDef, index: &IndexDef) -> String {
    let segments = index.segments.iter().map(|segment| {
        let order = if segment.descending { " DESC" } else { "" };
        format!("{}{order}", name(table, segment.column))
    });
    segments.collect::<Vec<_>>().join(", ")
}

fn name(table: &TableDef, column: jet_api::ColumnRef) -> String {
    quoted(
        table
            .column_by_ref(column)
            .map_or("?", |column| column.name.as_str()),
    )
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
