//! `cargo xtask bench core`: what the running engine does in a second, beside plain syncs of the same file system in the same run.
//!
//! The table is in `docs/internals/bench-core.md`; all runs go to `target/bench/core.json`.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use anyhow::Context;
use serde::{Deserialize, Serialize};

use super::table::Table;
use crate::command::{cargo, command, output, run as run_command};
use crate::workspace::target_folder;

/// Options of the task.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Runs; the middle one counts
    #[arg(long, default_value_t = 5)]
    runs: u32,
    /// Where the database lies, which says what disk is measured
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// One JSON object instead of the table
    #[arg(long)]
    json: bool,
}

/// What the program `core_speed` tells.
#[derive(Deserialize, Serialize)]
struct Core {
    /// How often in a second, one entry per run: by what was done and, behind a space, the number of threads.
    rates: BTreeMap<String, Vec<f64>>,
    session_bytes: f64,
    version_bytes: f64,
    counted_bytes: f64,
}

/// Measures and prints everything.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let build = [
        "build",
        "--quiet",
        "--release",
        "--package",
        "jet-sim",
        "--example",
        "core_speed",
    ];
    run_command(cargo().args(build))?;
    let suffix = std::env::consts::EXE_SUFFIX;
    let program = target_folder().join(format!("release/examples/core_speed{suffix}"));
    let results = target_folder().join("bench");
    let folder = args.folder.clone().unwrap_or_else(|| results.join("core"));
    fs::create_dir_all(&results)?;
    fs::create_dir(&folder).with_context(|| format!("{} must be new", folder.display()))?;
    let told = output(command(&program).arg(&folder).arg(args.runs.to_string()));
    fs::remove_dir_all(&folder)?;
    let core: Core = serde_json::from_str(&told?).context("the line that core_speed writes")?;
    let path = results.join("core.json");
    fs::write(&path, serde_json::to_vec_pretty(&core)?)?;
    if args.json {
        println!("{}", serde_json::to_string(&core)?);
        return Ok(());
    }
    println!("{}", table(&core).markdown());
    println!(
        "a session: {:.0} bytes; a version: {:.0} bytes, counted as {:.0}\nall runs: {}",
        core.session_bytes,
        core.version_bytes,
        core.counted_bytes,
        path.display()
    );
    Ok(())
}

/// What is measured, in the order of the table; the syncs come first.
const ROWS: [(&str, &str); 6] = [
    ("syncs", "4 KiB written and synced, no engine"),
    ("durable", "durable commits of one row"),
    ("lazy", "lazy commits of one row"),
    ("lookups", "lookups"),
    ("lookups_kept", "lookups, one reader"),
    ("scanned", "rows of a scan"),
];

fn table(core: &Core) -> Table {
    let mut table = Table::new(&[
        "in a second",
        "threads",
        "middle",
        "lowest",
        "highest",
        "per sync",
    ]);
    let syncs = core.rates.get("syncs").map_or(0.0, |rates| middle(rates));
    for (name, text) in ROWS {
        let mut found: Vec<_> = core
            .rates
            .iter()
            .filter_map(|(key, rates)| {
                let (kind, threads) = key.split_once(' ').unwrap_or((key, "1"));
                (kind == name).then_some((threads, rates))
            })
            .collect();
        found.sort_by_key(|(threads, _)| *threads);
        for (threads, rates) in found {
            let ends = rates.iter().fold((f64::MAX, 0.0_f64), |(low, high), &rate| {
                (low.min(rate), high.max(rate))
            });
            let is_synced = name == "syncs" || name == "durable";
            let per_sync = match is_synced {
                true => format!("{:.1}", middle(rates) / syncs),
                false => "-".to_owned(),
            };
            let [rate, low, high] = [middle(rates), ends.0, ends.1].map(|rate| format!("{rate:.0}"));
            table.row(vec![
                text.to_owned(),
                threads.to_owned(),
                rate,
                low,
                high,
                per_sync,
            ]);
        }
    }
    table
}

fn middle(rates: &[f64]) -> f64 {
    let mut sorted = rates.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing)]

    use super::*;

    #[test]
    fn commits_stand_beside_syncs_and_lookups_do_not() {
        let rates = [
            ("syncs", vec![100.0, 1.0, 200.0]),
            ("durable 8", vec![450.0]),
            ("lookups 2", vec![7.0]),
        ];
        let core = Core {
            rates: rates
                .map(|(name, rates)| (name.to_owned(), rates))
                .into_iter()
                .collect(),
            session_bytes: 0.0,
            version_bytes: 0.0,
            counted_bytes: 0.0,
        };
        let text = table(&core).markdown();
        let cells: Vec<Vec<&str>> = text
            .lines()
            .skip(2)
            .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
            .collect();
        assert_eq!(cells[0][1..], ["1", "100", "1", "200", "1.0"]);
        assert_eq!(cells[1][1..], ["8", "450", "450", "450", "4.5"]);
        assert_eq!(cells[2][1..], ["2", "7", "7", "7", "-"]);
    }
}
