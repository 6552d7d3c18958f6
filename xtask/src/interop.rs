//! `cargo xtask interop`: every value of every fixture, and of what recovery makes of dirty ones, read by jet and by three independent readers, compared.
//!
//! The readers are dissect.esedb, libesedb (its program esedbexport) and impacket. The comparison itself is
//! `xtask/interop/compare.py`, as two of the readers are Python packages; the differences that it lets pass are the named
//! rules of `xtask/interop/rules.py`, each a mistake of a reader with its reason. Any other difference fails the task.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use serde::Deserialize;

use crate::command::{cargo, command, output};
use crate::steps::{Outcome, Tally, Told};
use crate::tools::{self, Need};
use crate::workspace::{root, target_folder};

/// Options of the task.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only fixtures whose name contains one of these texts; all when none is given
    files: Vec<String>,
    /// Only the fixtures of the repository, not those that lie beside it
    #[arg(long)]
    committed: bool,
}

/// Names of the readers as `compare.py` knows them.
const READERS: [&str; 3] = ["dissect.esedb", "libesedb", "impacket"];

/// A temporary database without a catalog: there is nothing to compare.
const NOT_READABLE: &str = "temp-8k.edb";

/// The programs that the comparison needs.
struct Peers {
    python: PathBuf,
    esedbexport: PathBuf,
    jetutil: PathBuf,
}

/// What `compare.py` tells of one file and reader.
#[derive(Debug, Deserialize)]
struct Report {
    tables: u64,
    rows: u64,
    values: u64,
    /// Rule: how often, and the reason.
    allowed: BTreeMap<String, (u64, String)>,
    unexpected: u64,
    /// The first of the unexpected differences in words.
    shown: Vec<String>,
}

/// Compares all chosen files; fails when a reader is missing or a difference is not allowed.
pub(crate) fn run(args: Args) -> anyhow::Result<()> {
    match compare(&args)? {
        Outcome::Ran(tally) if tally.failed == 0 => Ok(()),
        Outcome::Ran(_) => Err(Told.into()),
        Outcome::Skipped(what_to_do) => anyhow::bail!("{what_to_do}"),
    }
}

/// The fixtures of the repository, as a step of `cargo xtask test`: one test per file and reader.
pub(crate) fn step() -> anyhow::Result<Outcome> {
    compare(&Args {
        files: Vec::new(),
        committed: true,
    })
}

fn compare(args: &Args) -> anyhow::Result<Outcome> {
    let (python, esedbexport) = match (tools::python_readers()?, tools::esedbexport()?) {
        (Need::Here(python), Need::Here(esedbexport)) => (python, esedbexport),
        (Need::Missing(what), _) | (_, Need::Missing(what)) => return Ok(Outcome::Skipped(what)),
    };
    let peers = Peers {
        python,
        esedbexport,
        jetutil: build_jetutil()?,
    };
    let folder = target_folder().join("interop");
    let files = chosen(args, &folder)?;
    ensure!(!files.is_empty(), "no fixture has such a name");
    let mut sum = Sum::default();
    for file in &files {
        let dump = dump(&peers, file)?;
        for reader in READERS {
            sum.add(file, reader, compare_one(&peers, reader, file, &dump)?);
        }
        fs::remove_file(&dump)?;
    }
    sum.print();
    Ok(Outcome::Ran(sum.tally))
}

fn build_jetutil() -> anyhow::Result<PathBuf> {
    crate::command::run(cargo().args(["build", "--quiet", "--package", "jetutil"]))?;
    let name = format!("jetutil{}", std::env::consts::EXE_SUFFIX);
    Ok(target_folder().join("debug").join(name))
}

/// What an example of a package writes into a folder.
fn example(package: &str, name: &str, folder: &Path) -> anyhow::Result<String> {
    let mut command = cargo();
    command.args(["run", "--quiet", "--package", package, "--example", name, "--"]);
    output(command.arg(folder))
}

/// Unpacks the fixtures, recovers the sets that have logs, lets the engine write databases, and gives the chosen files.
fn chosen(args: &Args, folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut listed = example("jet-test", "unpack", &folder.join("files"))?;
    listed.push('\n');
    listed.push_str(&example(
        "jet-api",
        "recover_fixtures",
        &folder.join("recovered"),
    )?);
    listed.push('\n');
    listed.push_str(&example("jet-api", "written_files", &folder.join("written"))?);
    let all = listed.lines().filter_map(|line| line.split_once('\t'));
    Ok(all
        .filter(|(origin, _)| !args.committed || *origin == "committed")
        .map(|(_, path)| PathBuf::from(path))
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let is_named =
                args.files.is_empty() || args.files.iter().any(|text| name.contains(text.as_str()));
            is_named && name != NOT_READABLE
        })
        .collect())
}

/// Our reading of a file. Damage is no failure here: what is damaged stands in the dump.
fn dump(peers: &Peers, file: &Path) -> anyhow::Result<PathBuf> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let path = file.with_file_name(format!("{name}.jsonl"));
    let mut command = command(&peers.jetutil);
    command.arg("dump").arg(file).stdout(fs::File::create(&path)?);
    let output = command
        .stderr(std::process::Stdio::piped())
        .spawn()?
        .wait_with_output()?;
    ensure!(
        matches!(output.status.code(), Some(0 | 1)),
        "jetutil dump {}: {}",
        file.display(),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(path)
}

fn compare_one(peers: &Peers, reader: &str, file: &Path, dump: &Path) -> anyhow::Result<Report> {
    let mut command = command(&peers.python);
    command
        .arg(root().join("xtask/interop/compare.py"))
        .arg(reader)
        .args([file, dump]);
    // Nothing is to be written beside the sources.
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    if reader == "libesedb" {
        command
            .arg(&peers.esedbexport)
            .arg(target_folder().join("interop"));
    }
    let told = output(&mut command).with_context(|| format!("comparing {} with {reader}", file.display()))?;
    Ok(serde_json::from_str(&told)?)
}

/// Everything that was compared so far.
#[derive(Default)]
struct Sum {
    tally: Tally,
    values: u64,
    allowed: BTreeMap<(String, &'static str), (u64, String)>,
    has_head: bool,
}

impl Sum {
    /// Prints the line of one file and reader at once, so that progress shows.
    fn add(&mut self, file: &Path, reader: &'static str, report: Report) {
        if !self.has_head {
            println!(
                "{:<28} {:<14} {:>6} {:>7} {:>8} {:>8} {:>10}",
                "file", "reader", "tables", "rows", "values", "allowed", "unexpected"
            );
            self.has_head = true;
        }
        let allowed: u64 = report.allowed.values().map(|(count, _)| count).sum();
        println!(
            "{:<28} {reader:<14} {:>6} {:>7} {:>8} {allowed:>8} {:>10}",
            file.file_name().unwrap_or_default().to_string_lossy(),
            report.tables,
            report.rows,
            report.values,
            report.unexpected
        );
        for line in &report.shown {
            println!("    {line}");
        }
        self.values += report.values;
        for (rule, (count, reason)) in report.allowed {
            let entry = self.allowed.entry((rule, reader)).or_insert((0, reason));
            entry.0 += count;
        }
        if report.unexpected == 0 {
            self.tally.passed += 1;
        } else {
            self.tally.failed += 1;
        }
    }

    fn print(&self) {
        println!("\ndifferences let pass, by rule of xtask/interop/rules.py:");
        for ((rule, reader), (count, reason)) in &self.allowed {
            println!("{count:>8}  {reader:<14} {rule}: {reason}");
        }
        println!(
            "\n{} values compared; {} of {} comparisons without an unexpected difference",
            self.values,
            self.tally.passed,
            self.tally.passed + self.tally.failed
        );
    }
}
