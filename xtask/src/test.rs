//! `cargo xtask test`: every test, as a list of steps. The last line is "N passed, N failed".
//!
//! A new kind of test is one more [`Step`] in [`STEPS`]. Programs that a step needs come from [`crate::tools`]
//! and are passed on to the tests as environment variables.

use std::ffi::OsString;
use std::process::Command;

use crate::command::{cargo, line_of, watch};
use crate::steps::{self, Outcome, Step, Tally};
use crate::tools::{self, Need};
use crate::workspace::root;
use crate::{ci, fuzz, interop};

/// Options of the task.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only the steps whose name contains this text
    #[arg(long, value_name = "TEXT")]
    step: Option<String>,
    /// Show the names of the steps and end
    #[arg(long)]
    list: bool,
}

/// What the steps share.
#[derive(Default)]
struct Shared {
    /// Variables that tell tests where other readers of database files are.
    environment: Vec<(&'static str, OsString)>,
}

const STEPS: &[Step<Shared>] = &[
    Step {
        name: "python readers (dissect.esedb, impacket)",
        run: python_readers,
    },
    Step {
        name: "libesedb",
        run: libesedb,
    },
    Step {
        name: "workspace tests",
        run: workspace_tests,
    },
    Step {
        name: "interop: values of the fixtures, read by others",
        run: |_| interop::step(),
    },
    Step {
        name: "model checker (loom) on the page cache and the log",
        run: loom,
    },
    Step {
        name: "fuzz targets, a few seconds each",
        run: fuzz_targets,
    },
    Step {
        name: "format",
        run: |_| ci::format(),
    },
    Step {
        name: "tidy",
        run: |_| ci::tidy(),
    },
    Step {
        name: "clippy",
        run: |_| ci::clippy(),
    },
    Step {
        name: "documentation",
        run: |_| ci::doc(),
    },
];

/// Runs the chosen steps.
pub(crate) fn run(args: Args) -> anyhow::Result<()> {
    let wanted = |step: &&Step<Shared>| {
        args.step
            .as_ref()
            .is_none_or(|text| step.name.contains(text.as_str()))
    };
    let chosen: Vec<_> = STEPS
        .iter()
        .filter(wanted)
        .map(|step| Step {
            name: step.name,
            run: step.run,
        })
        .collect();
    if args.list {
        chosen.iter().for_each(|step| println!("{}", step.name));
        return Ok(());
    }
    anyhow::ensure!(
        !chosen.is_empty(),
        "no step has this name; see `cargo xtask test --list`"
    );
    let summary = steps::run(&chosen, &mut Shared::default());
    let not_run = chosen
        .iter()
        .skip_while(|step| Some(step.name) != summary.failed)
        .skip(1);
    not_run.for_each(|step| println!("did not run: {}", step.name));
    if summary.tally.ignored > 0 {
        println!(
            "{} tests are marked as ignored and did not run",
            summary.tally.ignored
        );
    }
    for name in &summary.skipped {
        println!("skipped: {name}");
    }
    println!("{} passed, {} failed", summary.tally.passed, summary.tally.failed);
    summary.check()
}

/// Makes the Python readers available to the tests.
fn python_readers(shared: &mut Shared) -> anyhow::Result<Outcome> {
    offer(shared, "JET_PEER_PYTHON", tools::python_readers()?)
}

/// Makes libesedb's exporter available to the tests.
fn libesedb(shared: &mut Shared) -> anyhow::Result<Outcome> {
    offer(shared, "JET_PEER_ESEDBEXPORT", tools::esedbexport()?)
}

fn offer(shared: &mut Shared, variable: &'static str, need: Need) -> anyhow::Result<Outcome> {
    Ok(match need {
        Need::Here(program) => {
            println!("{variable}={}", program.display());
            shared.environment.push((variable, program.into_os_string()));
            Outcome::Ran(Tally::default())
        }
        Need::Missing(what_to_do) => Outcome::Skipped(what_to_do),
    })
}

/// Unit, integration and documentation tests of every crate.
fn workspace_tests(shared: &mut Shared) -> anyhow::Result<Outcome> {
    let mut command = cargo();
    command.args(["test", "--workspace", "--all-features", "--no-fail-fast"]);
    command.envs(shared.environment.iter().map(|(name, value)| (name, value)));
    counted(&mut command).map(Outcome::Ran)
}

/// The protocols of the page cache and of the log under every order of events, up to a bound. The model checker
/// replaces atomics and locks by its own, so everything is built anew in a folder of its own.
fn loom(_: &mut Shared) -> anyhow::Result<Outcome> {
    let mut command = cargo();
    command.args(["test", "-p", "jet-io", "-p", "jet-log"]);
    command.args(["--release", "--lib", "loom"]);
    command
        .env("RUSTFLAGS", "--cfg loom")
        .env("CARGO_TARGET_DIR", root().join("target/loom"));
    counted(&mut command).map(Outcome::Ran)
}

/// Each fuzz target counts as one test. libFuzzer is C++: without a compiler for that there is nothing to run.
fn fuzz_targets(_: &mut Shared) -> anyhow::Result<Outcome> {
    let has_compiler = Command::new("c++")
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success());
    if !has_compiler {
        let need = tools::missing("install a C++ compiler (`apt-get install build-essential`)".into())?;
        return Ok(match need {
            Need::Missing(what_to_do) => Outcome::Skipped(what_to_do),
            Need::Here(_) => Outcome::Ran(Tally::default()),
        });
    }
    let passed = fuzz::short_run()?;
    Ok(Outcome::Ran(Tally {
        passed,
        ..Tally::default()
    }))
}

/// Runs a command whose output has libtest's result lines and sums them. An unsuccessful end without a failed
/// test (a program that died, code that does not compile) counts as one failure.
fn counted(command: &mut Command) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    let status = watch(command, |line| tally.add(parse_result(line).unwrap_or_default()))?;
    if !status.success() && tally.failed == 0 {
        println!("`{}` ended with {status} without a failed test", line_of(command));
        tally.failed = 1;
    }
    anyhow::ensure!(
        tally.passed + tally.failed > 0,
        "`{}` ran no test",
        line_of(command)
    );
    Ok(tally)
}

/// Numbers of a line like `test result: ok. 12 passed; 0 failed; 1 ignored; ...`; `None` for any other line.
fn parse_result(line: &str) -> Option<Tally> {
    let (_, counts) = line.trim().strip_prefix("test result: ")?.split_once(". ")?;
    let mut tally = Tally::default();
    for count in counts.split("; ") {
        match count.split_once(' ') {
            Some((number, "passed")) => tally.passed = number.parse().ok()?,
            Some((number, "failed")) => tally.failed = number.parse().ok()?,
            Some((number, "ignored")) => tally.ignored = number.parse().ok()?,
            _ => {}
        }
    }
    Some(tally)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn result_lines_are_read() {
        let line = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 7 filtered out; finished in 0.05s";
        assert_eq!(
            parse_result(line),
            Some(Tally {
                passed: 12,
                failed: 3,
                ignored: 1
            })
        );
    }

    #[test]
    fn other_lines_are_left_alone() {
        for line in [
            "",
            "running 3 tests",
            "test a ... ok",
            "test result: ok",
            "12 passed; 0 failed",
        ] {
            assert_eq!(parse_result(line), None, "{line}");
        }
    }
}
