//! `jetutil`: reads, verifies and exports ESE database files.
//!
//! Exit status: 0 done and nothing found, 1 done but something is damaged, 2 the file cannot be read at all.

#![forbid(unsafe_code)]

mod args;
mod cmd;
mod inspect;
mod json;
mod progress;
mod render;

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

use args::{Args, Command};

/// How a command ended, when it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// Everything was read.
    Sound,
    /// Something is damaged; what is not was delivered.
    Findings,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let is_json = args.json;
    let result = match &args.command {
        Command::Info(info) => cmd::info::run(info, &args),
        Command::Schema(schema) => cmd::schema::run(schema, &args),
        Command::Page(page) => cmd::page::run(page, &args),
        Command::Space(space) => cmd::space::run(space, &args),
        Command::Dump(dump) => cmd::dump::run(dump, &args),
        Command::Verify(verify) => cmd::verify::run(verify, &args),
        Command::Export(export) => cmd::export::run(export, &args),
        Command::Log(log) => cmd::log::run(log, &args),
        Command::Checkpoint(checkpoint) => cmd::checkpoint::run(checkpoint, &args),
        Command::Recover(recover) => cmd::recover::run(recover, &args),
        Command::Completions(completions) => cmd::generate::completions(completions),
        Command::Man(man) => cmd::generate::man(man),
    };
    match result {
        Ok(Outcome::Sound) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            report(&error, is_json);
            ExitCode::from(2)
        }
    }
}

/// Whoever reads our output has had enough: that is no error.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let kind = error.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
    kind == Some(std::io::ErrorKind::BrokenPipe)
}

fn report(error: &anyhow::Error, is_json: bool) {
    let mut stderr = std::io::stderr().lock();
    // Nothing can be done where standard error does not take the message.
    _ = match error.downcast_ref::<jet_api::JetError>() {
        Some(error) if is_json => writeln!(stderr, "{}", serde_json::json!({ "error": error.to_json() })),
        _ if is_json => writeln!(
            stderr,
            "{}",
            serde_json::json!({ "error": { "message": format!("{error:#}") } })
        ),
        // Its text holds its causes.
        Some(error) => writeln!(stderr, "jetutil: {error}"),
        None => writeln!(stderr, "jetutil: {error:#}"),
    };
}
