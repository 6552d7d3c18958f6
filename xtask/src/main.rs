//! `cargo xtask TASK`: one door for the work on this workspace.
//!
//! One file per task. A new task is a file with `Args` (clap) and `run`, its `mod` line, and one line in
//! `tasks!` below.

#![forbid(unsafe_code)]

mod bench;
mod ci;
mod codegen;
mod command;
mod conformance;
mod demo;
mod fuzz;
mod interop;
mod kill;
mod sim;
mod steps;
mod test;
mod tidy;
mod tools;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Makes the enum of subcommands and its dispatch from lines `Name => module`; the doc comment of a line is
/// the help text of the task.
macro_rules! tasks {
    ($($(#[$doc:meta])* $name:ident => $module:ident,)*) => {
        #[derive(Subcommand)]
        enum Task {
            $($(#[$doc])* $name($module::Args),)*
        }

        impl Task {
            fn run(self) -> anyhow::Result<()> {
                match self {
                    $(Self::$name(args) => $module::run(args),)*
                }
            }
        }
    };
}

tasks! {
    /// Measure reading beside other programs on the same files
    Bench => bench,
    /// Check what a change must satisfy besides its tests: format, lints, docs, generated files, tidy, licences
    Ci => ci,
    /// Write the files that are made from tables, or check that they are fresh
    Codegen => codegen,
    /// Replay recorded calls of the API and count the answers that agree
    Conformance => conformance,
    /// Show what jet does with a real file of Windows, step by step
    Demo => demo,
    /// Run the fuzz targets for some seconds each, or one target on given inputs
    Fuzz => fuzz,
    /// Compare every value of the fixtures with what dissect.esedb, libesedb and impacket read
    Interop => interop,
    /// Kill the engine in the middle of its work, and look whether all that it acknowledged is there
    Kill => kill,
    /// Run the whole engine in simulated worlds, with crashes: `--seed N` replays one
    Sim => sim,
    /// Run every test: unit, integration, documentation, and those that need other programs
    Test => test,
    /// Check the shape of the workspace: edges between crates, file length, unsafe code, origins of fixtures
    Tidy => tidy,
}

/// Work on the jet workspace.
#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    disable_help_subcommand = true
)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

fn main() -> ExitCode {
    match Cli::parse().task.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is::<steps::Told>() => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
