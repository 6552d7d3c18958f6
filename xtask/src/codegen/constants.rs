//! The constants of JET: `constants.csv` -> a sorted table of names and numbers.
//!
//! Invariants of what is written: names unique and ascending, so that a name is found by halving.

use std::fmt::Write as _;

use anyhow::{Context, ensure};

/// What stands above the table.
const HEAD: &str = "//! Generated from `docs/reference/constants.csv` by `cargo xtask codegen`; changes here are overwritten.
//!
//! Names and numbers of the constants of JET's header but for the error codes, by name.

";

/// The text of `constants.rs`.
pub(super) fn generate(table: &str) -> anyhow::Result<String> {
    let mut rows = table.lines();
    ensure!(
        rows.next() == Some("name,number"),
        "the first line names the columns"
    );
    let mut constants = Vec::new();
    for row in rows {
        let (name, number) = row.split_once(',').with_context(|| row.to_owned())?;
        // Handles of all ones are written without a sign in the header.
        let number = number
            .parse::<i64>()
            .or_else(|_| number.parse::<u64>().map(u64::cast_signed));
        constants.push((name, number.with_context(|| row.to_owned())?));
    }
    let is_sorted = constants.is_sorted_by(|(before, _), (after, _)| before < after);
    ensure!(is_sorted, "names are not unique and ascending");
    let mut out = HEAD.to_owned();
    writeln!(out, "/// Every constant, ascending by name.\n#[rustfmt::skip]")?;
    let count = constants.len();
    writeln!(out, "pub(crate) static CONSTANTS: [(&str, i64); {count}] = [")?;
    for (name, number) in constants {
        writeln!(out, "    ({name:?}, {number}),")?;
    }
    writeln!(out, "];")?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn all_ones_are_minus_one() {
        let text = generate("name,number\nJET_a,1\nJET_b,18446744073709551615\n").unwrap();
        assert!(text.contains("[(&str, i64); 2]"));
        assert!(text.contains("(\"JET_b\", -1)"));
    }

    #[test]
    fn broken_tables_are_refused() {
        for (broken, why) in [
            ("JET_a,1\n", "no head"),
            ("name,number\nJET_a,1\nJET_a,2\n", "a name twice"),
            ("name,number\nJET_b,1\nJET_a,2\n", "out of order"),
            ("name,number\nJET_a\n", "no number"),
            ("name,number\nJET_a,x\n", "a number that is none"),
        ] {
            assert!(generate(broken).is_err(), "{why}");
        }
    }
}
