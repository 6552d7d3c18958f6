//! The system parameters: `params.toml` -> constants of `ParamId` and the table by number.
//!
//! Invariants of what is written: names and numbers unique, rows sorted by number, defaults within their range.
//! A table that breaks one of these is refused.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use anyhow::{Context, bail, ensure};
use serde::Deserialize;

use super::codes::screaming;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    parameter: Vec<Parameter>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Parameter {
    name: String,
    number: u16,
    also: Option<String>,
    kind: Kind,
    default: Option<Value>,
    small: Option<i64>,
    #[serde(default)]
    min: u64,
    max: Option<u64>,
    scope: Scope,
    settable: Settable,
    #[serde(default)]
    advanced: bool,
    #[serde(default)]
    ignored: bool,
    meaning: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Value {
    Number(i64),
    Text(String),
}

/// Names as in the generated code, so that they can be written with `{:?}`.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Integer,
    Boolean,
    Bits,
    PowerOfTwo,
    Pointer,
    Text,
    Folder,
    Path,
    Fixed,
    Computed,
    Unicode,
    ErrorText,
    Nothing,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Scope {
    Global,
    Instance,
    Session,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Settable {
    Start,
    Init,
    Attach,
    Any,
    Never,
}

/// What stands above the constants. The short names keep one row on one line.
const HEAD: &str = r#"//! Generated from `docs/reference/params.toml` by `cargo xtask codegen`; changes here are overwritten.
//!
//! The constants of [`ParamId`] and what is known of each parameter, by ascending number.

use super::Initial::{Absent, Number, Text};
use super::{Kind, ParamId, Parameter, Scope, Settable};

"#;

/// The text of `table.rs`.
pub(super) fn generate(table: &str) -> anyhow::Result<String> {
    let parameters = toml::from_str::<Table>(table)?.parameter;
    let rows = checked_rows(&parameters)?;
    let mut out = HEAD.to_owned();
    writeln!(out, "impl ParamId {{")?;
    for (index, row) in rows.values().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        let constant = constant_name(&row.name)?;
        match &row.also {
            Some(also) => writeln!(out, "    /// {} `{}`, `{also}`", row.meaning, row.name)?,
            None => writeln!(out, "    /// {} `{}`", row.meaning, row.name)?,
        }
        writeln!(out, "    pub const {constant}: Self = Self({});", row.number)?;
    }
    writeln!(out, "}}\n\n/// What is known of each parameter, ascending.")?;
    writeln!(
        out,
        "#[rustfmt::skip]\npub(super) static TABLE: [Parameter; {}] = [",
        rows.len()
    )?;
    for row in rows.values() {
        writeln!(out, "    {},", row_text(row)?)?;
    }
    writeln!(out, "];")?;
    Ok(out)
}

fn row_text(row: &Parameter) -> anyhow::Result<String> {
    let default = initial(row.default.as_ref());
    let small = row
        .small
        .map_or_else(|| default.clone(), |small| initial(Some(&Value::Number(small))));
    Ok(format!(
        "Parameter {{ id: ParamId::{}, name: {:?}, kind: Kind::{:?}, default: {default}, small: {small}, min: {}, max: {}, \
         scope: Scope::{:?}, settable: Settable::{:?}, is_advanced: {}, is_ignored: {} }}",
        constant_name(&row.name)?,
        row.name,
        row.kind,
        grouped(row.min),
        row.max.map_or_else(|| "u64::MAX".into(), grouped),
        row.scope,
        row.settable,
        row.advanced,
        row.ignored,
    ))
}

fn initial(value: Option<&Value>) -> String {
    match value {
        None => "Absent".into(),
        Some(Value::Text(text)) => format!("Text({text:?})"),
        Some(Value::Number(-1)) => "Number(u64::MAX)".into(),
        Some(Value::Number(number)) => format!("Number({})", grouped(number.unsigned_abs())),
    }
}

/// The parameters by number, after checking what the table promises.
fn checked_rows(parameters: &[Parameter]) -> anyhow::Result<BTreeMap<u16, &Parameter>> {
    let mut names = BTreeSet::new();
    let mut rows = BTreeMap::new();
    for row in parameters {
        check_shape(row).with_context(|| row.name.clone())?;
        for name in [Some(&row.name), row.also.as_ref()].into_iter().flatten() {
            ensure!(names.insert(name), "{name} is there twice");
        }
        if let Some(other) = rows.insert(row.number, row) {
            bail!("{} and {} have the number {}", other.name, row.name, row.number);
        }
    }
    Ok(rows)
}

/// What can be said of one entry alone.
fn check_shape(row: &Parameter) -> anyhow::Result<()> {
    let within = |number: i64| number == -1 || u64::try_from(number).is_ok_and(|n| in_range(row, n));
    let fits = match (&row.default, row.kind) {
        (None, Kind::Computed | Kind::ErrorText | Kind::Nothing) => row.small.is_none(),
        (Some(Value::Text(text)), Kind::Text | Kind::Folder | Kind::Path) => {
            row.small.is_none() && in_range(row, text.encode_utf16().count() as u64)
        }
        (Some(Value::Number(number)), Kind::Fixed | Kind::Unicode) => *number >= 0 && row.small.is_none(),
        (
            Some(Value::Number(number)),
            Kind::Integer | Kind::Boolean | Kind::Bits | Kind::PowerOfTwo | Kind::Pointer,
        ) => [Some(*number), row.small].into_iter().flatten().all(within),
        _ => false,
    };
    ensure!(fits, "kind, default and range do not fit together");
    ensure!(row.meaning.ends_with('.'), "the meaning is a sentence");
    Ok(())
}

fn in_range(row: &Parameter, number: u64) -> bool {
    number >= row.min && row.max.is_none_or(|max| number <= max)
}

/// `JET_paramMaxSessions` -> `MAX_SESSIONS`.
fn constant_name(name: &str) -> anyhow::Result<String> {
    let rest = name
        .strip_prefix("JET_param")
        .with_context(|| format!("{name} does not begin with JET_param"))?;
    // Some names have the separator already.
    Ok(screaming(rest).replace("__", "_"))
}

/// Numbers of five digits and more in groups of three, as the lints of the workspace want them.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    if digits.len() < 5 {
        return digits;
    }
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push('_');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn entry(name: &str, number: u16, rest: &str) -> String {
        format!(
            "[[parameter]]\nname = \"{name}\"\nnumber = {number}\nscope = \"instance\"\nsettable = \"any\"\n\
             meaning = \"Text.\"\n{rest}\n"
        )
    }

    const INTEGER: &str = "kind = \"integer\"\ndefault = 5\nmin = 1\nmax = 70000";

    #[test]
    fn rows_come_sorted_with_their_names() {
        let table = entry("JET_paramFlight_RBSTwo", 2, INTEGER) + &entry("JET_paramOne", 1, INTEGER);
        let text = generate(&table).unwrap();
        assert!(text.contains("pub const FLIGHT_RBS_TWO: Self = Self(2);"));
        assert!(text.contains("min: 1, max: 70_000,"));
        assert!(text.find("\"JET_paramOne\"").unwrap() < text.find("\"JET_paramFlight_RBSTwo\"").unwrap());
    }

    #[test]
    fn broken_tables_are_refused() {
        let one = entry("JET_paramA", 1, INTEGER);
        for (broken, why) in [
            (one.clone() + &entry("JET_paramB", 1, INTEGER), "a number twice"),
            (one.clone() + &entry("JET_paramA", 2, INTEGER), "a name twice"),
            (entry("JET_bitA", 1, INTEGER), "no parameter"),
            (
                entry("JET_paramA", 1, "kind = \"integer\"\ndefault = 5\nmax = 4"),
                "a default out of range",
            ),
            (
                entry("JET_paramA", 1, "kind = \"text\"\ndefault = 5"),
                "a number for a text",
            ),
            (
                entry("JET_paramA", 1, "kind = \"computed\"\ndefault = 5"),
                "a default of what is computed",
            ),
        ] {
            assert!(generate(&broken).is_err(), "{why}");
        }
        generate(&one).unwrap();
    }
}
