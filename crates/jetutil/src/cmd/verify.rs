//! `jetutil verify`: whether a file is sound.
//!
//! Text: findings as they are found, under the name of what was being looked at, then what was looked at in numbers, and
//! one line that sums it up. JSON: one object `{"finding":...}` per line, then `{"summary":...}`.
//!
//! Exit status: 0 when there is no error; warnings and notes, which sound files have too, do not count.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jet_api::verify::{Finding, Phase, Progress, Report, Step, Verifier};
use serde_json::json;

use crate::Outcome;
use crate::args::Args;
use crate::progress::Bar;

/// Verify a database: checksums, structure, space, rows, and each index against the rows.
///
/// Exit status: 0 sound (there may be warnings), 1 errors were found, 2 the file cannot be read.
#[derive(Debug, clap::Args)]
pub(crate) struct Verify {
    /// The database file.
    file: PathBuf,

    /// Print only warnings and errors: nothing when there are none.
    #[arg(long, short)]
    quiet: bool,

    /// List up to this many findings of one kind in one table or index; all are counted.
    #[arg(long, value_name = "COUNT", default_value_t = jet_api::verify::FINDINGS_MOST)]
    most: u64,
}

pub(crate) fn run(verify: &Verify, args: &Args) -> anyhow::Result<Outcome> {
    let bar = Bar::new(!verify.quiet);
    let mut printer = Printer {
        out: io::stdout().lock(),
        is_json: args.json,
        is_quiet: verify.quiet,
        phase: None,
        failed: None,
    };
    let verifier = Verifier::new(args.open_options()).findings_most(verify.most);
    let report = verifier.run(
        &verify.file,
        &mut |finding| bar.suspend(|| printer.finding(finding)),
        &mut BarProgress { bar: &bar },
    );
    bar.end();
    let report = report?;
    printer.end(&verify.file, &report)?;
    Ok(if report.is_sound() {
        Outcome::Sound
    } else {
        Outcome::Findings
    })
}

struct BarProgress<'b> {
    bar: &'b Bar,
}

impl Progress for BarProgress<'_> {
    fn begin(&mut self, step: Step, total: u64) {
        let name = match step {
            Step::Checksums => "checksums",
            Step::Structure => "structure",
            Step::Tables => "rows and indexes",
        };
        self.bar.begin(name, "pages", total);
    }

    fn advance(&mut self, units: u64) {
        self.bar.advance(units);
    }
}

struct Printer<W> {
    out: W,
    is_json: bool,
    is_quiet: bool,
    phase: Option<Phase>,
    /// The first error of writing.
    failed: Option<io::Error>,
}

impl<W: Write> Printer<W> {
    fn finding(&mut self, finding: &Finding) {
        let is_note = finding.severity() == jet_api::verify::Severity::Note;
        if self.failed.is_some() || (self.is_quiet && is_note && !self.is_json) {
            return;
        }
        self.failed = self.write_finding(finding).err();
    }

    fn write_finding(&mut self, finding: &Finding) -> io::Result<()> {
        if self.is_json {
            return writeln!(self.out, "{}", json!({ "finding": finding.to_json() }));
        }
        if self.phase.replace(finding.phase) != Some(finding.phase) {
            writeln!(self.out, "{}", finding.phase.name())?;
        }
        writeln!(self.out, "  {finding}")?;
        if finding.severity() == jet_api::verify::Severity::Note {
            return Ok(());
        }
        writeln!(self.out, "    what to do: {}", finding.kind.advice)
    }

    fn end(mut self, path: &Path, report: &Report) -> io::Result<()> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        if self.is_json {
            let mut summary = report.to_json();
            if let Some(summary) = summary.as_object_mut() {
                summary.insert("file".into(), path.to_string_lossy().into());
            }
            return writeln!(self.out, "{}", json!({ "summary": summary }));
        }
        if !self.is_quiet {
            self.counts(report)?;
        }
        let totals = &report.totals;
        if self.is_quiet && totals.errors + totals.warnings == 0 {
            return Ok(());
        }
        writeln!(self.out, "{}: {}", path.display(), verdict(report))
    }

    fn counts(&mut self, report: &Report) -> io::Result<()> {
        let pages = &report.pages;
        writeln!(
            self.out,
            "pages: {}, of which {} initialised and {} zero",
            pages.total, pages.initialised, pages.zero
        )?;
        let nodes: u64 = report.trees.iter().map(|tree| tree.stats.nodes).sum();
        writeln!(self.out, "trees: {} with {nodes} nodes", report.trees.len())?;
        let (indexes, compared, entries) = report.index_entries();
        writeln!(
            self.out,
            "tables: {} with {} rows and {} long values",
            report.tables.len(),
            report.rows(),
            report.long_values()
        )?;
        writeln!(
            self.out,
            "indexes: {indexes} with {entries} entries, {compared} of them compared with keys made from rows"
        )
    }
}

/// The outcome in one line.
fn verdict(report: &Report) -> String {
    let totals = &report.totals;
    let count = |count: u64, what: &str| match count {
        1 => format!("1 {what}"),
        count => format!("{count} {what}s"),
    };
    let warnings = count(totals.warnings, "warning");
    let verdict = match (totals.errors, totals.warnings) {
        (0, 0) => "sound".to_owned(),
        (0, _) => format!("sound, with {warnings}"),
        (errors, _) => format!("{}, {warnings}", count(errors, "error")),
    };
    match report.is_clean {
        true => verdict,
        false => format!("{verdict}; the file was not closed cleanly, so some of it may come from that"),
    }
}
