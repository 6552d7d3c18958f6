//! `jetutil completions` and `jetutil man`: what the command line says of itself, for shells and for readers.

use std::io;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::CommandFactory as _;

use crate::Outcome;
use crate::args::Args;

/// Print a completion script for a shell.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  jetutil completions bash > ~/.local/share/bash-completion/completions/jetutil"
)]
pub(crate) struct Completions {
    /// The shell.
    #[arg(value_enum)]
    shell: clap_complete::Shell,
}

/// Write man pages: one for jetutil, one for each command.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  jetutil man --out ~/.local/share/man/man1 && man jetutil-info")]
pub(crate) struct Man {
    /// Where to write them; made when it does not exist.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

pub(crate) fn completions(completions: &Completions) -> anyhow::Result<Outcome> {
    // Written at once: the generator has no way to say that the reader is gone.
    let mut script = Vec::new();
    clap_complete::generate(completions.shell, &mut Args::command(), "jetutil", &mut script);
    io::Write::write_all(&mut io::stdout().lock(), &script)?;
    Ok(Outcome::Sound)
}

pub(crate) fn man(man: &Man) -> anyhow::Result<Outcome> {
    std::fs::create_dir_all(&man.out).with_context(|| format!("making {}", man.out.display()))?;
    clap_mangen::generate_to(Args::command(), &man.out)
        .with_context(|| format!("writing man pages to {}", man.out.display()))?;
    Ok(Outcome::Sound)
}
