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
    /// Folder for the databases, instead of one among temporary files
    #[arg(long)]
    folder: Option<PathBuf>,
    /// Tell the result as JSON
    #[arg(long)]
    json: bool,
    /// Be the process that is killed, on this folder
    #[arg(long, hide = true, value_name = "FOLDER")]
    worker: Option<PathBuf>,
    /// Bytes of pages; a kill may tear those of more than 4096, and recovery does not mend them
    #[arg(long, default_value_t = 4096)]
    page_bytes: u32,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    if let Some(folder) = args.worker {
        let scene = Scene {
            seed: args.seed,
            threads: args.threads,
            page_bytes: args.page_bytes,
        };
        return work(&folder, &scene, &mut std::io::stdout());
    }
    let place = match args.folder {
        Some(folder) => tempfile::Builder::new().prefix("kill-").tempdir_in(folder),
        None => tempfile::Builder::new().prefix("jet-kill-").tempdir(),
    };
    let place = place.context("a folder for the databases")?;
    let plan = Plan {
        program: std::env::current_exe()?,
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
