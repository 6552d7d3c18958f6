//! `jetutil recover`: dirty databases and their logs become whole databases, as copies or in place.
//!
//! Exit status: 0 recovered, 1 not recovered: the error says what was being done and what to do next, or the list of
//! databases says which one is missing.

mod json;
mod text;
mod until;

use std::path::PathBuf;

use jet_api::JetError;
use jet_api::recover::{Delivery, FileRecovery, Progress, Step, Until};

use crate::args::Args;
use crate::progress::Bar;
use crate::{Outcome, render};

/// Recover databases from their transaction logs, into another folder.
///
/// Redo brings copies of the databases to the last committed transaction in the logs, undo takes out what was not committed.
/// The databases and logs themselves are only read, unless --in-place is given.
///
/// Exit status: 0 recovered, 1 not recovered, 2 the command line makes no sense.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  jetutil recover evidence/sru --out recovered\n  \
                  jetutil recover SRUDB.dat --logs logs --out recovered --to 2023-10-18T12:00:00Z\n  \
                  jetutil recover evidence/sru --dry-run")]
pub(crate) struct Recover {
    /// A database file, or a folder with databases, logs and checkpoint.
    path: PathBuf,

    /// Folder that receives the recovered databases; made if it is not there. No file in it is overwritten.
    #[arg(long, value_name = "DIR", required_unless_present_any = ["in_place", "dry_run"])]
    out: Option<PathBuf>,

    /// Change the databases and logs where they lie. What is there now is then gone: have a copy.
    #[arg(long, conflicts_with = "out")]
    in_place: bool,

    /// Say what would be done, and change nothing.
    #[arg(long)]
    dry_run: bool,

    /// Folder of the logs and the checkpoint, if they do not lie beside the databases.
    #[arg(long, value_name = "FOLDER")]
    logs: Option<PathBuf>,

    /// Base name of the logs (three characters, such as edb), if there are several streams in the folder.
    #[arg(long, value_name = "NAME")]
    base: Option<String>,

    /// Stop before this place in the log (generation:sector:byte, such as 0x5:6:0), or before the first commit after
    /// this moment in UTC (such as 2023-10-18T02:48:29Z).
    #[arg(long, value_name = "POSITION|TIME", value_parser = until::parse)]
    to: Option<Until>,

    /// Leave uncommitted changes in: the databases stay dirty, and further logs can be replayed later.
    #[arg(long)]
    no_undo: bool,

    /// Go on without logs that are missing or damaged, if no database needs them to be usable. What was committed in them
    /// is lost.
    #[arg(long)]
    allow_loss: bool,

    /// Take a page for good in which one flipped bit explains the wrong checksum, and write it mended. A page that a crash
    /// tore can look like that, too.
    #[arg(long)]
    mend_bits: bool,
}

pub(crate) fn run(recover: &Recover, args: &Args) -> anyhow::Result<Outcome> {
    let recovery = recover.recovery(args);
    if recover.dry_run {
        let survey = match recovery.survey() {
            Ok(survey) => survey,
            Err(error) => return Ok(failed(error, args)),
        };
        match args.json {
            true => render::print_json(&json::survey(&survey))?,
            false => render::print(&text::survey(&survey))?,
        }
        return Ok(match survey.check() {
            Ok(()) => Outcome::Sound,
            Err(error) => failed(error, args),
        });
    }
    let bar = Bar::new(true);
    let mut shown = Shown::default();
    let mut progress = |step| shown.show(&bar, step);
    let delivery = match &recover.out {
        Some(out) => recovery.run_into(out, &mut progress),
        None => recovery.run_in_place(&mut progress),
    };
    bar.end();
    match delivery {
        Ok(delivery) => print(&delivery, args),
        Err(error) => Ok(failed(error, args)),
    }
}

impl Recover {
    fn recovery(&self, args: &Args) -> FileRecovery {
        let mut recovery = FileRecovery::new(&self.path);
        if let Some(logs) = &self.logs {
            recovery = recovery.logs(logs);
        }
        if let Some(base) = &self.base {
            recovery = recovery.base(base);
        }
        recovery.options(|mut options| {
            if let Some(until) = self.to {
                options = options.until(until);
            }
            if self.no_undo {
                options = options.without_undo();
            }
            if self.allow_loss {
                options = options.allow_loss();
            }
            if self.mend_bits {
                options = options.mend_flipped_bits();
            }
            options.cache_bytes(usize::from(args.cache.max(1)) << 20)
        })
    }
}

fn print(delivery: &Delivery, args: &Args) -> anyhow::Result<Outcome> {
    match args.json {
        true => render::print_json(&json::delivery(delivery))?,
        false => render::print(&text::delivery(delivery))?,
    }
    Ok(match delivery.is_complete() {
        true => Outcome::Sound,
        false => Outcome::Findings,
    })
}

/// Says why nothing was recovered.
fn failed(error: JetError, args: &Args) -> Outcome {
    crate::report(&error.into(), args.json);
    Outcome::Findings
}

/// What the bar shows.
#[derive(Debug, Default)]
struct Shown {
    step: Option<&'static str>,
    done: u64,
}

impl Shown {
    fn show(&mut self, bar: &Bar, step: Step) {
        let (name, unit, done, total) = match step {
            Step::Copy { done, total } => ("copying databases", "bytes", done, total),
            Step::Recovery(Progress::Redo { done, total, .. }) => ("redo", "bytes of logs", done, total),
            Step::Recovery(Progress::Undo { transactions }) => (
                "undo",
                "transactions",
                0,
                u64::try_from(transactions).unwrap_or(u64::MAX),
            ),
            Step::Recovery(Progress::Write) => ("writing pages", "", 0, 0),
        };
        if self.step.replace(name) != Some(name) {
            bar.begin(name, unit, total);
            self.done = 0;
        }
        bar.advance(done.saturating_sub(self.done));
        self.done = done;
    }
}
