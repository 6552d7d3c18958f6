//! `cargo xtask codegen`: files made from tables. They are checked in, so that a plain build needs no generator;
//! `--check` fails when one of them is stale.
//!
//! A new generated file is one more line in [`GENERATED`].

mod codes;
mod constants;
mod params;

use std::fs;

use anyhow::{Context, bail};

use crate::workspace::root;

/// Options of the task.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Write nothing; fail when a file differs from what would be written
    #[arg(long)]
    check: bool,
}

/// A file, the table that it is made from, and how; paths from the root of the workspace.
struct Generated {
    path: &'static str,
    table: &'static str,
    make: fn(&str) -> anyhow::Result<String>,
}

const GENERATED: &[Generated] = &[
    Generated {
        path: "crates/jet-api/src/error/codes.rs",
        table: "docs/reference/codes.toml",
        make: codes::generate,
    },
    Generated {
        path: "crates/jet-session/src/params/table.rs",
        table: "docs/reference/params.toml",
        make: params::generate,
    },
    Generated {
        path: "crates/jet-trace/src/constants.rs",
        table: "docs/reference/constants.csv",
        make: constants::generate,
    },
];

/// Writes what is stale, or only checks.
pub(crate) fn run(args: Args) -> anyhow::Result<()> {
    if args.check {
        return check();
    }
    for file in GENERATED {
        if let Some(text) = stale(file)? {
            fs::write(root().join(file.path), text)?;
            println!("{}: written", file.path);
        } else {
            println!("{}: fresh", file.path);
        }
    }
    Ok(())
}

/// Fails when a file differs from what would be written.
pub(crate) fn check() -> anyhow::Result<()> {
    for file in GENERATED {
        if stale(file)?.is_some() {
            bail!(
                "{} is stale: run `cargo xtask codegen` after a change of {}",
                file.path,
                file.table
            );
        }
    }
    println!("{} generated file(s) fresh", GENERATED.len());
    Ok(())
}

/// The text that the file should have, if it has another.
fn stale(file: &Generated) -> anyhow::Result<Option<String>> {
    let table = fs::read_to_string(root().join(file.table)).with_context(|| file.table)?;
    let text = (file.make)(&table).with_context(|| file.table)?;
    let present = fs::read_to_string(root().join(file.path)).unwrap_or_default();
    Ok((present != text).then_some(text))
}
