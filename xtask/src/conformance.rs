//! `cargo xtask conformance`: recorded calls of the API replayed on the engine, see `crates/jet-trace`.
//!
//! Without a path the recordings beside the repository are used if they are there, else those in `fixtures/traces`.

use std::path::PathBuf;

use anyhow::Context;

use crate::command::{cargo, check};
use crate::steps::Told;

/// Exit code of `jet-trace` when calls differ.
const DIFFERS: i32 = 1;

/// Options of the task.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Scripts with their transcripts beside them, folders of them, or archives `.tar.xz` of them
    paths: Vec<PathBuf>,
    /// Replay every recording against itself, without an engine
    #[arg(long)]
    recorded: bool,
    /// Show the first difference of each script with the twenty calls before it
    #[arg(long)]
    verbose: bool,
    /// List the verbs that the engine does not have, and how often they were called
    #[arg(long)]
    unsupported: bool,
    /// One JSON object for all
    #[arg(long)]
    json: bool,
}

/// Builds and runs `jet-trace`; fails when a call differs.
pub(crate) fn run(args: Args) -> anyhow::Result<()> {
    let mut command = cargo();
    command.args(["run", "--quiet", "--package", "jet-trace", "--"]);
    let options = [
        ("--recorded", args.recorded),
        ("--verbose", args.verbose),
        ("--unsupported", args.unsupported),
        ("--json", args.json),
    ];
    command.args(
        options
            .iter()
            .filter(|(_, is_set)| *is_set)
            .map(|(option, _)| option),
    );
    // The command runs in the root of the workspace, the paths are meant from here.
    for path in args.paths {
        command.arg(std::path::absolute(path)?);
    }
    let status = command.status().context("cannot start cargo")?;
    if status.code() == Some(DIFFERS) {
        return Err(Told.into());
    }
    check(&command, status)
}
