//! `jetutil log`: what log files hold, whether they are whole and follow one another, and their records.

mod filter;
mod records;
mod report;

use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use jet_api::JetError;
use jet_io::{FileKind, FileSystem as _, OsFs};
use jet_log::chain::{check_link, check_name};
use jet_log::{Expected, Generation, LogFile, LogSet};

use crate::args::Args;
use crate::{Outcome, render};
use filter::Filter;
pub(crate) use report::Attached;
use report::{FileReport, Report, StreamReport};

/// Show log files: headers, whether they are whole and follow one another, statistics, single records.
///
/// A folder stands for all log streams in it; every generation must then be there. Log files named one by one are checked
/// against the one before only where that was named too.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  jetutil log C:/Windows/System32/sru\n  jetutil log SRU00051.log --records\n  \
                  jetutil log logs --page 26 --tree 3 --json"
)]
pub(crate) struct Log {
    /// Log files, or folders that hold them.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// List the records, one per line.
    #[arg(long)]
    records: bool,

    #[command(flatten)]
    filter: Filter,
}

/// Log files that belong together.
struct Source {
    set: LogSet,
    /// In order; with the generation in the name.
    files: Vec<(Option<Generation>, PathBuf)>,
    /// Whether no generation may be missing between them.
    is_whole: bool,
}

pub(crate) fn run(log: &Log, args: &Args) -> anyhow::Result<Outcome> {
    let mut report = Report::default();
    let wants_records = log.records || log.filter.is_set();
    let mut out = BufWriter::new(io::stdout().lock());
    for source in sources(&log.paths)? {
        let mut stream = StreamReport::of(&source.set);
        let mut before: Option<LogFile> = None;
        let mut filter = log.filter.tracker();
        for (named, path) in &source.files {
            let file = match LogFile::open(&OsFs, path) {
                Ok(file) => file,
                Err(error) => {
                    stream.problem(error.into());
                    continue;
                }
            };
            check(&source, *named, before.as_ref(), &file, &mut stream);
            let mut tally = FileReport::of(&file);
            let mut records = file.records();
            loop {
                match records.next() {
                    Ok(Some(entry)) => {
                        tally.add(&entry);
                        stream.add(&entry);
                        if wants_records && filter.wants(&entry.record) {
                            records::print(&mut out, &entry, &file, args.json)?;
                        }
                    }
                    Ok(None) => break,
                    Err(error) => {
                        stream.problem(error.into());
                        break;
                    }
                }
            }
            tally.finish(records.passed_over());
            stream.files.push(tally);
            before = Some(file);
        }
        stream.read_checkpoint(before.as_ref());
        report.streams.push(stream);
    }
    report.fail_if_empty()?;
    match (args.json, wants_records) {
        (true, false) => render::print_json(&report)?,
        (false, false) => render::print(&report.text())?,
        (_, true) => report
            .problems()
            .try_for_each(|problem| records::print_problem(&mut out, problem, args.json))?,
    }
    out.flush()?;
    Ok(match report.problems().next() {
        None => Outcome::Sound,
        Some(_) => Outcome::Findings,
    })
}

/// Checks a file against its name and the file before it; damage in its sectors shows when its records are read.
fn check(
    source: &Source,
    named: Option<Generation>,
    before: Option<&LogFile>,
    file: &LogFile,
    stream: &mut StreamReport,
) {
    let chain = |error| {
        JetError::from(jet_log::LogError::Chain {
            path: file.path().to_owned(),
            source: error,
        })
    };
    let expected = Expected::default();
    if let Err(error @ jet_log::LogError::Stream { .. }) = file.check(&expected) {
        stream.problem(error.into());
    }
    if let Err(error) = check_name(named, file) {
        stream.problem(chain(error));
    }
    let follows =
        |before: &&LogFile| source.is_whole || before.generation().next() == Some(file.generation());
    if let Some(before) = before.filter(follows)
        && let Err(error) = check_link(before, file)
    {
        stream.problem(chain(error));
    }
}

/// The streams that the paths name: each folder's, then the single files as one more.
fn sources(paths: &[PathBuf]) -> Result<Vec<Source>, JetError> {
    let mut sources = Vec::new();
    let mut singles = Vec::new();
    for path in paths {
        let metadata = OsFs.metadata(path).map_err(jet_log::LogError::from)?;
        if metadata.kind != FileKind::Directory {
            singles.push((None, path.clone()));
            continue;
        }
        for set in LogSet::find(&OsFs, path)? {
            let files: Vec<_> = set.logs().map(|(named, path)| (named, path.to_owned())).collect();
            if !files.is_empty() {
                sources.push(Source {
                    set,
                    files,
                    is_whole: true,
                });
            }
        }
    }
    if !singles.is_empty() {
        singles.sort_by_key(|(_, path)| generation_of(path));
        sources.push(Source {
            set: LogSet::default(),
            files: singles,
            is_whole: false,
        });
    }
    Ok(sources)
}

/// Generation of a log file, to order by; what cannot be read comes last.
fn generation_of(path: &Path) -> Generation {
    LogFile::open(&OsFs, path).map_or(Generation(u32::MAX), |file| file.generation())
}
