//! Runs the worlds of many seeds, or of one.

#![forbid(unsafe_code)]

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use clap::Parser;
use jet_sim::run::{Done, run};

/// Runs the engine in simulated worlds with crashes.
#[derive(Parser)]
struct Args {
    /// The world of this seed alone
    #[arg(long)]
    seed: Option<u64>,
    /// With --seed: a folder that gets the files as the last crash left them
    #[arg(long, value_name = "DIR", requires = "seed")]
    remains: Option<PathBuf>,
    /// With --seed: tell every step on the standard error
    #[arg(long, requires = "seed")]
    tell: bool,
    /// First seed
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// Crashes to reach
    #[arg(long, default_value_t = 1000)]
    crashes: u64,
    /// Threads, each with worlds of its own
    #[arg(long)]
    threads: Option<usize>,
    /// Tell the result as JSON
    #[arg(long)]
    json: bool,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    if let Some(seed) = args.seed {
        if args.tell {
            jet_sim::tell_all();
        }
        let done = run(seed, args.remains.as_deref())?;
        println!("{}", serde_json::to_string(&done)?);
        return Ok(());
    }
    let (next, crashes) = (AtomicU64::new(args.from), AtomicU64::new(0));
    let (sum, failed) = (Mutex::new(Done::default()), Mutex::new(Vec::new()));
    let threads = args
        .threads
        .or_else(|| std::thread::available_parallelism().ok().map(usize::from));
    std::thread::scope(|scope| {
        for _ in 0..threads.unwrap_or(1) {
            scope.spawn(|| {
                while crashes.load(Ordering::Relaxed) < args.crashes {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    match std::panic::catch_unwind(|| run(seed, None)) {
                        Ok(Ok(done)) => {
                            crashes.fetch_add(done.crashes, Ordering::Relaxed);
                            let mut sum = sum.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                            sum.steps += done.steps;
                            sum.crashes += done.crashes;
                            sum.commits += done.commits;
                            sum.lost += done.lost;
                        }
                        wrong => {
                            let why = match wrong {
                                Ok(Err(error)) => format!("{error:#}"),
                                _ => "panic".to_owned(),
                            };
                            let mut failed = failed.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                            failed.push((seed, why));
                            if failed.len() >= 10 {
                                return;
                            }
                        }
                    }
                }
            });
        }
    });
    let sum = sum
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let failed = failed
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let seeds = next.into_inner() - args.from;
    if args.json {
        let told = serde_json::json!({ "seeds": seeds, "done": sum, "failed": failed });
        println!("{told}");
    } else {
        for (seed, why) in &failed {
            println!("seed {seed}: {why}");
        }
        println!(
            "{seeds} seeds, {} steps, {} commits, {} crashes ({} lazy commits lost), {} failed",
            sum.steps,
            sum.commits,
            sum.crashes,
            sum.lost,
            failed.len()
        );
    }
    if failed.is_empty() {
        Ok(())
    } else {
        anyhow::bail!(
            "replay one with `cargo xtask sim --seed {}`",
            failed.first().map_or(0, |(seed, _)| *seed)
        )
    }
}
