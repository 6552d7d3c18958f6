//! `cargo xtask kill`: the engine in a process of its own, killed in the middle of its work, see `jet_sim::kill`.

use std::path::PathBuf;

use anyhow::Context;

use crate::command::{cargo, check};

/// Options of the task.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Kills
    #[arg(long, default_value_t = 500)]
    rounds: u32,
    /// Seed of times and work
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Threads that commit
    #[arg(long, default_value_t = 4)]
    threads: u8,
    /// Bytes of pages: one size, or several that take turns (by default all from 4096 on)
    #[arg(long, value_delimiter = ',')]
    page_bytes: Vec<u32>,
    /// Folder for the databases, instead of one beside the program: temporary files may lie in memory, where pages can be torn
    #[arg(long)]
    folder: Option<PathBuf>,
    /// One JSON object
    #[arg(long)]
    json: bool,
}

/// Builds and runs `jet-kill`.
pub(crate) fn run(args: Args) -> anyhow::Result<()> {
    let mut command = cargo();
    command.args([
        "run",
        "--quiet",
        "--release",
        "--package",
        "jet-sim",
        "--bin",
        "jet-kill",
        "--",
    ]);
    command.arg(format!("--rounds={}", args.rounds));
    command.arg(format!("--seed={}", args.seed));
    command.arg(format!("--threads={}", args.threads));
    for page_bytes in args.page_bytes {
        command.arg(format!("--page-bytes={page_bytes}"));
    }
    if let Some(folder) = args.folder {
        command.arg("--folder").arg(folder);
    }
    command.args(args.json.then_some("--json"));
    let status = command.status().context("cannot start cargo")?;
    check(&command, status)
}
