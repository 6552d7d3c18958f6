//! `cargo xtask bench redo`: what redo costs beside reading the same log, in the same run.
//!
//! The log is made from a seed, so the numbers of two machines are about the same records. Results go to the terminal as
//! Markdown and to `target/bench/redo.json`.

use std::fs;

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
    /// Size of the logs, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 100)]
    log: u32,
    /// Size of the database that they are about, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 16)]
    database: u32,
}

/// Sizes of pages that are measured.
const PAGE_SIZES: [u32; 3] = [4096, 8192, 32_768];

/// What the program `redo_speed` tells; processor seconds.
#[derive(Deserialize, Serialize)]
struct Redo {
    bytes: u64,
    records: u64,
    page_size: u32,
    pages: u32,
    /// All records of all logs, with the checksums of all sectors.
    read: Vec<f64>,
    /// The same with every record applied, all pages in the cache.
    redo: Vec<f64>,
    /// A whole recovery with room for all pages.
    recovery: Vec<f64>,
    /// A whole recovery with room for a quarter of them.
    small: Vec<f64>,
}

/// Measures and prints everything.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let build = [
        "build",
        "--quiet",
        "--release",
        "--package",
        "jet-test",
        "--example",
        "redo_speed",
    ];
    run_command(cargo().args(build))?;
    let program = target_folder().join(format!(
        "release/examples/redo_speed{}",
        std::env::consts::EXE_SUFFIX
    ));
    let mut measured = Vec::new();
    for page_size in PAGE_SIZES {
        println!(
            "redo of {} MiB of logs over pages of {page_size} bytes ...",
            args.log
        );
        let numbers = [args.log, args.runs, page_size, args.database].map(|number| number.to_string());
        let told = output(command(&program).args(numbers))?;
        let redo: Redo = serde_json::from_str(&told).context("the line that redo_speed writes")?;
        measured.push(redo);
    }
    println!("{}", table(&measured).markdown());
    let path = target_folder().join("bench/redo.json");
    fs::create_dir_all(target_folder().join("bench"))?;
    fs::write(&path, serde_json::to_vec_pretty(&measured)?)?;
    println!("all runs: {}", path.display());
    Ok(())
}

fn table(measured: &[Redo]) -> Table {
    let mut table = Table::new(&[
        "page size",
        "bytes per record",
        "read, MB/s",
        "redo, MB/s",
        "redo, 1000 records/s",
        "redo / read",
        "recovery / read",
        "small cache / read",
    ]);
    for redo in measured {
        let read = middle(&redo.read);
        let per_second = |count: u64, seconds: f64| format!("{:.0}", count_as_f64(count) / seconds);
        let ratio = |seconds: &[f64]| format!("{:.1}", middle(seconds) / read);
        table.row(vec![
            redo.page_size.to_string(),
            (redo.bytes / redo.records.max(1)).to_string(),
            per_second(redo.bytes / 1_000_000, read),
            per_second(redo.bytes / 1_000_000, middle(&redo.redo)),
            per_second(redo.records / 1000, middle(&redo.redo)),
            ratio(&redo.redo),
            ratio(&redo.recovery),
            ratio(&redo.small),
        ]);
    }
    table
}

fn middle(seconds: &[f64]) -> f64 {
    let mut sorted = seconds.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a rate needs no more than the 52 bits of a double"
)]
fn count_as_f64(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_of_the_middle_runs() {
        let redo = Redo {
            bytes: 100_000_000,
            records: 1_000_000,
            page_size: 4096,
            pages: 1,
            read: vec![9.0, 0.5, 0.25],
            redo: vec![1.0],
            recovery: vec![1.5],
            small: vec![2.0],
        };
        let text = table(&[redo]).markdown();
        let last = text.lines().last().unwrap_or_default();
        let cells: Vec<&str> = last
            .split('|')
            .map(str::trim)
            .filter(|cell| !cell.is_empty())
            .collect();
        assert_eq!(cells, ["4096", "100", "200", "100", "1000", "2.0", "3.0", "4.0"]);
    }
}
