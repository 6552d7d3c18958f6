//! The error codes: `codes.toml` -> constants of `JetCode` and its sorted table.
//!
//! Invariants of what is written: names and constants unique, rows sorted by number, each number once, every
//! alias pointing to a name of the same number. A table that breaks one of these is refused.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use anyhow::{Context, bail, ensure};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    code: Vec<Code>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Code {
    name: String,
    number: i32,
    kind: Kind,
    alias_of: Option<String>,
    category: Option<String>,
    meaning: String,
    #[serde(default)]
    advice: String,
    #[serde(default)]
    retry: bool,
    #[serde(default)]
    obsolete: bool,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Success,
    Error,
    Warning,
    Alias,
}

/// Path in `codes.toml` and the expression for it.
const CATEGORIES: &[(&str, &str)] = &[
    ("operation", "OPERATION"),
    ("operation/fatal", "FATAL"),
    ("operation/io", "IO"),
    ("operation/resource", "RESOURCE"),
    ("operation/resource/memory", "MEMORY"),
    ("operation/resource/quota", "QUOTA"),
    ("operation/resource/disk", "DISK"),
    ("data/corruption", "CORRUPTION"),
    ("data/inconsistent", "INCONSISTENT"),
    ("data/fragmentation", "FRAGMENTATION"),
    ("api/usage", "USAGE"),
    ("api/state", "STATE"),
    ("api/obsolete", "OBSOLETE"),
];

/// What stands above the constants. The short names keep one row on one line.
const HEAD: &str = r#"//! Generated from `docs/reference/codes.toml` by `cargo xtask codegen`; changes here are overwritten.
//!
//! The constants of [`JetCode`], the table of all numbers in ascending order, and the second names.

use super::category::Category::{self, Api, Data, Operation};
use super::category::OperationCategory::Resource;
use super::category::{ApiCategory, DataCategory, OperationCategory, ResourceCategory};
use super::code::{JetCode, Row};

const OPERATION: Option<Category> = Some(Operation(OperationCategory::General));
const FATAL: Option<Category> = Some(Operation(OperationCategory::Fatal));
const IO: Option<Category> = Some(Operation(OperationCategory::Io));
const RESOURCE: Option<Category> = Some(Operation(Resource(ResourceCategory::General)));
const MEMORY: Option<Category> = Some(Operation(Resource(ResourceCategory::Memory)));
const QUOTA: Option<Category> = Some(Operation(Resource(ResourceCategory::Quota)));
const DISK: Option<Category> = Some(Operation(Resource(ResourceCategory::Disk)));
const CORRUPTION: Option<Category> = Some(Data(DataCategory::Corruption));
const INCONSISTENT: Option<Category> = Some(Data(DataCategory::Inconsistent));
const FRAGMENTATION: Option<Category> = Some(Data(DataCategory::Fragmentation));
const USAGE: Option<Category> = Some(Api(ApiCategory::Usage));
const STATE: Option<Category> = Some(Api(ApiCategory::State));
const OBSOLETE: Option<Category> = Some(Api(ApiCategory::Obsolete));

"#;

/// The text of `codes.rs`.
pub(super) fn generate(table: &str) -> anyhow::Result<String> {
    let codes = toml::from_str::<Table>(table)?.code;
    let rows = checked_rows(&codes)?;
    let aliases: Vec<_> = codes.iter().filter(|code| code.kind == Kind::Alias).collect();
    let mut out = HEAD.to_owned();
    write_constants(&mut out, &codes)?;
    write_rows(&mut out, &rows)?;
    writeln!(out, "\n/// Second names, by the number that they stand for.")?;
    writeln!(
        out,
        "#[rustfmt::skip]\npub(super) static ALIASES: &[(&str, i32)] = &["
    )?;
    for code in aliases {
        writeln!(out, "    ({:?}, {}),", code.name, code.number)?;
    }
    writeln!(out, "];")?;
    Ok(out)
}

/// The codes without aliases by number, after checking what the table promises.
fn checked_rows(codes: &[Code]) -> anyhow::Result<BTreeMap<i32, &Code>> {
    let mut names = BTreeSet::new();
    let mut rows = BTreeMap::new();
    for code in codes {
        check_shape(code).with_context(|| code.name.clone())?;
        ensure!(names.insert(&code.name), "{} is there twice", code.name);
        if code.kind != Kind::Alias
            && let Some(other) = rows.insert(code.number, code)
        {
            bail!("{} and {} have the number {}", other.name, code.name, code.number);
        }
    }
    for code in codes.iter().filter(|code| code.kind == Kind::Alias) {
        let target = rows.get(&code.number).map(|row| &row.name);
        ensure!(
            target == code.alias_of.as_ref(),
            "{} is no alias of the name of its number",
            code.name
        );
    }
    Ok(rows)
}

/// What can be said of one entry alone.
fn check_shape(code: &Code) -> anyhow::Result<()> {
    let has_category = matches!(code.kind, Kind::Error | Kind::Success);
    ensure!(
        code.category.is_some() == has_category,
        "errors have a category, warnings and aliases none"
    );
    ensure!(
        code.alias_of.is_some() == (code.kind == Kind::Alias),
        "aliases name what they stand for"
    );
    let fits = match code.kind {
        Kind::Success => code.number == 0,
        Kind::Error => code.number < 0 && code.name.starts_with("JET_err"),
        Kind::Warning => code.name.starts_with("JET_wrn"),
        Kind::Alias => true,
    };
    ensure!(fits, "name, kind and number do not fit together");
    ensure!(code.meaning.ends_with('.'), "the meaning is a sentence");
    Ok(())
}

fn write_constants(out: &mut String, codes: &[Code]) -> anyhow::Result<()> {
    let mut constants = BTreeMap::new();
    writeln!(out, "impl JetCode {{")?;
    for (index, code) in codes.iter().enumerate() {
        let constant = constant_name(&code.name)?;
        if index > 0 {
            writeln!(out)?;
        }
        writeln!(out, "    /// {} `{}`", code.meaning, code.name)?;
        writeln!(
            out,
            "    pub const {constant}: Self = Self({});",
            grouped(code.number)
        )?;
        if let Some(other) = constants.insert(constant, &code.name) {
            bail!("{other} and {} give one constant", code.name);
        }
    }
    writeln!(out, "}}")?;
    Ok(())
}

fn write_rows(out: &mut String, rows: &BTreeMap<i32, &Code>) -> anyhow::Result<()> {
    writeln!(out, "\n/// What is known of each number, ascending.")?;
    writeln!(
        out,
        "#[rustfmt::skip]\npub(super) static ROWS: [Row; {}] = [",
        rows.len()
    )?;
    for (number, code) in rows {
        let category = match &code.category {
            Some(path) => {
                let known = CATEGORIES.iter().find(|(known, _)| known == path);
                known
                    .with_context(|| format!("{} has the unknown category {path}", code.name))?
                    .1
            }
            None => "None",
        };
        writeln!(
            out,
            "    Row {{ number: {}, name: {:?}, category: {category}, retry: {}, obsolete: {}, meaning: {:?}, advice: {:?} }},",
            grouped(*number),
            code.name,
            code.retry,
            code.obsolete,
            code.meaning,
            code.advice
        )?;
    }
    writeln!(out, "];")?;
    Ok(())
}

/// `JET_errReadVerifyFailure` -> `READ_VERIFY_FAILURE`, `JET_wrnSeekNotEqual` -> `WARN_SEEK_NOT_EQUAL`.
fn constant_name(name: &str) -> anyhow::Result<String> {
    match (name.strip_prefix("JET_err"), name.strip_prefix("JET_wrn")) {
        (Some(rest), _) => Ok(screaming(rest)),
        (_, Some(rest)) => Ok(format!("WARN_{}", screaming(rest))),
        (None, None) => bail!("{name} is neither JET_err nor JET_wrn"),
    }
}

/// Words in capitals, joined by `_`. A word starts at a capital that follows a small letter or digit, and at
/// the last capital of a run that goes on in small letters: `LVCorrupted` -> `LV_CORRUPTED`. The plural of a
/// run of capitals stays with it: `OutOfObjectIDs` -> `OUT_OF_OBJECT_IDS`.
pub(super) fn screaming(camel: &str) -> String {
    let chars: Vec<char> = camel.chars().collect();
    let at = |index: usize| chars.get(index).copied();
    let is_lower = |c: Option<char>| c.is_some_and(|c| c.is_ascii_lowercase());
    let mut out = String::new();
    for (index, &c) in chars.iter().enumerate() {
        let before = index.checked_sub(1).and_then(at);
        let is_plural = at(index + 1) == Some('s') && !is_lower(at(index + 2));
        let ends_run = is_lower(at(index + 1)) && !is_plural;
        let after_word = before.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        if c.is_ascii_uppercase() && before.is_some() && (after_word || ends_run) {
            out.push('_');
        }
        out.push(c.to_ascii_uppercase());
    }
    out
}

/// Numbers of five digits with a separator, as the lints of the workspace want them.
fn grouped(number: i32) -> String {
    let text = number.to_string();
    match text
        .len()
        .checked_sub(3)
        .filter(|_| number.unsigned_abs() >= 10_000)
    {
        Some(at) => format!(
            "{}_{}",
            text.get(..at).unwrap_or_default(),
            text.get(at..).unwrap_or_default()
        ),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn constant_names() {
        for (name, constant) in [
            ("JET_errReadVerifyFailure", "READ_VERIFY_FAILURE"),
            ("JET_errLVCorrupted", "LV_CORRUPTED"),
            ("JET_errOutOfObjectIDs", "OUT_OF_OBJECT_IDS"),
            ("JET_errDatabase200Format", "DATABASE200_FORMAT"),
            ("JET_errTaggedNotNULL", "TAGGED_NOT_NULL"),
            ("JET_errOSSnapshotTimeOut", "OS_SNAPSHOT_TIME_OUT"),
            ("JET_wrnSeekNotEqual", "WARN_SEEK_NOT_EQUAL"),
        ] {
            assert_eq!(constant_name(name).unwrap(), constant);
        }
        assert!(constant_name("JET_bitNil").is_err());
    }

    fn entry(name: &str, number: i32, rest: &str) -> String {
        format!("[[code]]\nname = \"{name}\"\nnumber = {number}\nmeaning = \"Text.\"\n{rest}\n")
    }

    const ERROR: &str = "kind = \"error\"\ncategory = \"api/usage\"";

    #[test]
    fn rows_come_sorted() {
        let text = generate(&(entry("JET_errA", -1, ERROR) + &entry("JET_errB", -12_000, ERROR))).unwrap();
        let (a, b) = (
            text.find("name: \"JET_errA\"").unwrap(),
            text.find("name: \"JET_errB\"").unwrap(),
        );
        assert!(b < a);
        assert!(text.contains("pub const B: Self = Self(-12_000);"));
    }

    #[test]
    fn broken_tables_are_refused() {
        let one = entry("JET_errA", -1, ERROR);
        let stray_alias = "kind = \"alias\"\nalias_of = \"JET_errX\"";
        for (broken, why) in [
            (one.clone() + &entry("JET_errB", -1, ERROR), "a number twice"),
            (one.clone() + &entry("JET_errA", -2, ERROR), "a name twice"),
            (entry("JET_errA", 5, ERROR), "a positive error"),
            (entry("JET_errA", -5, "kind = \"error\""), "no category"),
            (
                entry("JET_errA", -5, "kind = \"error\"\ncategory = \"api/none\""),
                "an unknown category",
            ),
            (
                one.clone() + &entry("JET_errB", -1, stray_alias),
                "an alias of nothing",
            ),
            (
                entry("JET_errAB", -1, ERROR) + &entry("JET_errAb", -2, ERROR),
                "a constant twice",
            ),
            (
                entry("JET_errA", -1, "kind = \"error\"\ncolour = 1"),
                "an unknown member",
            ),
        ] {
            assert!(generate(&broken).is_err(), "{why}");
        }
        generate(&one).unwrap();
    }
}
