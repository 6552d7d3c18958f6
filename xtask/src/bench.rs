//! `cargo xtask bench NAME`: measurements, each beside something else in the same run.

mod core;
mod measure;
mod read;
mod redo;
mod table;

/// Options of the task.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    bench: Bench,
}

#[derive(clap::Subcommand)]
enum Bench {
    /// The running engine: commits, lookups, scans, memory, beside plain syncs
    Core(core::Args),
    /// Reading: every value of a file, and every checksum, beside esedbexport and dissect.esedb
    Read(read::Args),
    /// Redo: a log read and applied, beside the same log read alone
    Redo(redo::Args),
}

/// Runs the chosen measurement.
pub(crate) fn run(args: Args) -> anyhow::Result<()> {
    match args.bench {
        Bench::Core(args) => core::run(&args),
        Bench::Read(args) => read::run(&args),
        Bench::Redo(args) => redo::run(&args),
    }
}
