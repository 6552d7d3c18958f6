//! The command line.

use clap::{Parser, Subcommand};

use crate::cmd;

/// Reads, verifies, recovers and exports ESE (JET Blue) databases: .edb, ntds.dit, SRUDB.dat, Windows.edb and others.
///
/// Files are opened to read only, clean or dirty; neither a byte nor a time stamp of them changes. Only `recover --in-place`
/// changes them.
///
/// Exit status: 0 nothing found, 1 something is damaged (what is not was delivered) or was not recovered, 2 the file
/// cannot be read.
#[derive(Debug, Parser)]
#[command(name = "jetutil", version, propagate_version = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// Print results and errors as JSON.
    #[arg(long, global = true)]
    pub(crate) json: bool,

    /// Memory for database pages, in MiB.
    #[arg(long, global = true, value_name = "MIB", default_value_t = 32)]
    pub(crate) cache: u16,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Info(cmd::info::Info),
    Schema(cmd::schema::Schema),
    Page(cmd::page::Page),
    Space(cmd::space::Space),
    Dump(cmd::dump::Dump),
    Verify(cmd::verify::Verify),
    Export(cmd::export::Export),
    Log(cmd::log::Log),
    Checkpoint(cmd::checkpoint::Checkpoint),
    Recover(cmd::recover::Recover),
    Completions(cmd::generate::Completions),
    Man(cmd::generate::Man),
}

impl Args {
    /// How database files are opened.
    pub(crate) fn open_options(&self) -> jet_api::OpenOptions {
        jet_api::Database::options().cache_bytes(usize::from(self.cache.max(1)) << 20)
    }
}
