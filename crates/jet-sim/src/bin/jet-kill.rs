//! Kills the engine in the middle of its work, again and again, and looks whether everything is there.

#![forbid(unsafe_code)]

use std::path::PathBuf;
use std::time::Instant;

use anyhow::Context;
use clap::Parser;
use jet_sim::kill::{Plan, Scene, run, work};

/// Starts the engine in a process of its own, kills it, and compares what recovery brings with what was acknowledged.
#[derive(Parser)]
struct Args {
    /// Kills
    #[arg(long, default_value_t = 500)]
    rounds: u32,
    /// Seed of times and work
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Threads that commit
    #[arg(long, default_value_t = 4)]
    threads: u8,
    /// Folder for the databases, instead of one beside this program: temporary files may lie in memory, where pages can be torn
    #[arg(long)]
    folder: Option<PathBuf>,
    /// Tell the result as JSON
    #[arg(long)]
    json: bool,
    /// Be the process that is killed, on this folder
    #[arg(long, hide = true, value_name = "FOLDER")]
    worker: Option<PathBuf>,
    /// Bytes of pages: one size, or several that take turns
    #[arg(long, value_delimiter = ',', default_values_t = [4096, 8192, 16_384, 32_768])]
    page_bytes: Vec<u32>,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    if let Some(folder) = args.worker {
        let scene = Scene {
            seed: args.seed,
            threads: args.threads,
            page_bytes: args.page_bytes.first().copied().context("a size of pages")?,
        };
        return work(&folder, &scene, &mut std::io::stdout());
    }
    let program = std::env::current_exe()?;
    let beside = program.parent().context("the folder of this program")?;
    let folder = args.folder.as_deref().unwrap_or(beside);
    let place = tempfile::Builder::new().prefix("kill-").tempdir_in(folder);
    let place = place.context("a folder for the databases")?;
    let plan = Plan {
        program,
        folder: place.path().to_owned(),
        seed: args.seed,
        rounds: args.rounds,
        threads: args.threads,
        page_bytes: args.page_bytes,
    };
    let begin = Instant::now();
    let killed = run(&plan, &mut |killed| {
        if killed.rounds.is_multiple_of(50) && !args.json {
            println!("{} rounds, {} commits", killed.rounds, killed.commits);
        }
    });
    if killed.is_err() {
        println!("the files stay in {}", place.keep().display());
    }
    let (killed, seconds) = (killed?, begin.elapsed().as_secs());
    if args.json {
        println!("{}", serde_json::json!({ "killed": killed, "seconds": seconds }));
    } else {
        println!(
            "{} kills ({} during the start), {} commits ({} durable, {} lazy ones lost), {} transactions undone, \
             longest recovery {} ms, {seconds} s: every acknowledged row was there",
            killed.rounds,
            killed.early,
            killed.commits,
            killed.durable,
            killed.lost,
            killed.undone,
            killed.recovery_ms_max
        );
    }
    Ok(())
}
