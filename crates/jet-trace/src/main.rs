//! `jet-trace [PATH ...]`: replays recordings and tells how far the answers agree.

#![forbid(unsafe_code)]

mod report;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use jet_trace::engine::Engines;
use jet_trace::judge::{judge, judge_recording};
use jet_trace::sources::{default_folder, load};

use report::{Form, Report};

/// Replays recorded calls of the JET API and compares the answers.
#[derive(Parser)]
#[command(name = "jet-trace")]
struct Args {
    /// Scripts with their transcripts beside them, folders of them, or archives `.tar.xz` of them
    paths: Vec<PathBuf>,
    /// Folder of the corpora that scripts copy; beside the recordings when missing
    #[arg(long)]
    corpora: Option<PathBuf>,
    /// Replay every recording against itself, without an engine
    #[arg(long)]
    recorded: bool,
    /// Show the first difference of each script with the twenty calls before it
    #[arg(long)]
    verbose: bool,
    /// List the verbs that the engine does not have, and how often they were called
    #[arg(long)]
    unsupported: bool,
    /// One JSON object for all
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    match run(Args::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Whether no call differs and every script was replayed.
fn run(args: Args) -> anyhow::Result<bool> {
    let paths = match args.paths {
        paths if paths.is_empty() => vec![default_folder()],
        paths => paths,
    };
    let form = Form {
        is_json: args.json,
        has_context: args.verbose,
        has_unsupported: args.unsupported,
    };
    let mut report = Report::new(form);
    for path in &paths {
        let corpora = args.corpora.clone().unwrap_or_else(|| beside(path));
        let sources = load(path).with_context(|| format!("no recordings in {}", path.display()))?;
        for source in sources {
            let verdict = if args.recorded {
                judge_recording(&source)
            } else {
                judge(&source, &mut Engines, &corpora)
            };
            match verdict {
                Ok(verdict) => report.add(verdict),
                Err(error) => report.add_failure(&source.name, &error.to_string()),
            }
        }
    }
    report.finish()
}

/// The folder above that of the recordings.
fn beside(path: &Path) -> PathBuf {
    let folder = if path.is_dir() { Some(path) } else { path.parent() };
    folder.unwrap_or(path).join("..")
}
