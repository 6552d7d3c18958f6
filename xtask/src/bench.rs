//! `cargo xtask bench NAME`: measurements beside other programs on the same files.

mod measure;
mod read;
mod table;

/// Options of the task.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    bench: Bench,
}

#[derive(clap::Subcommand)]
enum Bench {
    /// Reading: every value of a file, and every checksum, beside esedbexport and dissect.esedb
    Read(read::Args),
}

/// Runs the chosen measurement.
pub(crate) fn run(args: Args) -> anyhow::Result<()> {
    match args.bench {
        Bench::Read(args) => read::run(&args),
    }
}
