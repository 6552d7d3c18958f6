//! `cargo xtask ci`: what a change must satisfy besides its tests.

use std::process::Command;

use crate::command::{cargo, check, command, output, run as run_command};
use crate::steps::{self, Outcome, Step, Tally};
use crate::tools::{self, Need};
use crate::{codegen, tidy};

/// Options of the task: none.
#[derive(clap::Args)]
pub(crate) struct Args {}

const STEPS: &[Step<()>] = &[
    Step {
        name: "fmt",
        run: |()| format(),
    },
    Step {
        name: "codegen",
        run: |()| codegen::check().map(|()| Outcome::Ran(Tally::default())),
    },
    Step {
        name: "tidy",
        run: |()| tidy(),
    },
    Step {
        name: "clippy",
        run: |()| clippy(),
    },
    Step {
        name: "doc",
        run: |()| doc(),
    },
    Step {
        name: "licences, bans, sources",
        run: |()| deny(&["bans", "licenses", "sources"]),
    },
    Step {
        name: "advisories",
        run: |()| advisories(),
    },
];

/// Runs every check.
pub(crate) fn run(_: Args) -> anyhow::Result<()> {
    let summary = steps::run(STEPS, &mut ());
    for name in &summary.skipped {
        println!("skipped: {name}");
    }
    summary.check()
}

fn ran(command: &mut Command) -> anyhow::Result<Outcome> {
    run_command(command).map(|()| Outcome::Ran(Tally::default()))
}

/// The code is formatted.
pub(crate) fn format() -> anyhow::Result<Outcome> {
    ran(cargo().args(["fmt", "--all", "--check"]))
}

/// The tree keeps its own rules.
pub(crate) fn tidy() -> anyhow::Result<Outcome> {
    tidy::check().map(|()| Outcome::Ran(Tally::default()))
}

/// The compiler and its lints have nothing to say.
pub(crate) fn clippy() -> anyhow::Result<Outcome> {
    ran(cargo().args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--all-features",
        "--",
        "-D",
        "warnings",
    ]))
}

/// Every link of the documentation leads somewhere.
pub(crate) fn doc() -> anyhow::Result<Outcome> {
    let mut command = cargo();
    command.args(["doc", "--workspace", "--all-features", "--no-deps"]);
    ran(command.env("RUSTDOCFLAGS", "-D warnings"))
}

fn deny(checks: &[&str]) -> anyhow::Result<Outcome> {
    match tools::cargo_deny()? {
        Need::Here(program) => ran(command(program).args(["--all-features", "check"]).args(checks)),
        Need::Missing(what_to_do) => Ok(Outcome::Skipped(what_to_do)),
    }
}

/// Known vulnerabilities. The list is fetched; without a network the check cannot be made.
fn advisories() -> anyhow::Result<Outcome> {
    let program = match tools::cargo_deny()? {
        Need::Here(program) => program,
        Need::Missing(what_to_do) => return Ok(Outcome::Skipped(what_to_do)),
    };
    if let Err(error) = output(command(&program).args(["fetch", "db"])) {
        return Ok(
            match tools::missing(format!("the list of advisories cannot be fetched\n{error:#}"))? {
                Need::Missing(what_to_do) => Outcome::Skipped(what_to_do),
                Need::Here(_) => unreachable!("`missing` has no program to offer"),
            },
        );
    }
    let mut command = command(&program);
    command.args(["--all-features", "check", "--disable-fetch", "advisories"]);
    let status = command.status()?;
    check(&command, status)?;
    Ok(Outcome::Ran(Tally::default()))
}
