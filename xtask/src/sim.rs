//! `cargo xtask sim`: the whole engine in simulated worlds, with crashes.

use crate::command::{cargo, run as run_command};

/// Options of the task: those of the program.
#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Args {
    /// `--seed N [--tell] [--remains DIR]`, or `--crashes N --from N --threads N`, `--json`
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    options: Vec<String>,
}

/// Builds the program with optimisation and runs it.
pub(crate) fn run(args: Args) -> anyhow::Result<()> {
    let build = [
        "run",
        "--release",
        "--quiet",
        "--package",
        "jet-sim",
        "--bin",
        "jet-sim",
        "--",
    ];
    run_command(cargo().args(build).args(args.options))
}
