//! `cargo xtask bench read`: how fast files are read, beside other readers of the same files in the same run.
//!
//! Three questions: what reading every value costs, what verifying every checksum costs beside reading the bytes at all,
//! and how much memory both take. Results go to the terminal as Markdown and to `target/bench/read.json`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use serde::{Deserialize, Serialize};

use super::measure::{self, Times};
use super::table::Table;
use crate::command::{cargo, command, output, run as run_command};
use crate::tools::{self, Need};
use crate::workspace::{root, target_folder};

/// Options of the task.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Runs of each program on each file; the middle one counts
    #[arg(long, default_value_t = 5)]
    runs: u32,
    /// Further database files to read
    #[arg(long, value_name = "FILE")]
    file: Vec<PathBuf>,
    /// Size of a database to be made, in MiB, for memory and for rates; 0 leaves it out
    #[arg(long, value_name = "MIB", default_value_t = 4096)]
    big: u64,
}

/// The largest fixtures; those that are not there on this machine are left out.
const FILES: [&str; 5] = [
    "wsearch-win10-repaired.edb",
    "wsearch-win10-dirty.edb",
    "srum-win10.SRUDB.dat",
    "full_p4096.edb",
    "full_p16384.edb",
];

/// The fixture that the big file is made from.
const INFLATED: &str = "compress7bit.edb";

/// The programs that are measured.
struct Programs {
    jetutil: PathBuf,
    scan_speed: PathBuf,
    esedbexport: Option<PathBuf>,
    python: Option<PathBuf>,
}

/// Everything measured, as it goes into the JSON file.
#[derive(Serialize)]
struct Results {
    machine: String,
    cores: usize,
    versions: Vec<String>,
    values: Vec<FileTimes>,
    scans: Vec<(String, Scan)>,
    memory: Vec<Memory>,
}

/// Reading every value of one file.
#[derive(Serialize)]
struct FileTimes {
    file: String,
    bytes: u64,
    jetutil: Times,
    esedbexport: Option<Times>,
    dissect: Option<Times>,
}

/// What the program `scan_speed` tells; rates in bytes per second.
#[derive(Deserialize, Serialize)]
struct Scan {
    bytes: u64,
    page_size: u32,
    cores: usize,
    copied: Vec<f64>,
    read_1: Vec<f64>,
    verified_1: Vec<f64>,
    read_all: Vec<f64>,
    verified_all: Vec<f64>,
}

/// Most memory that a command held.
#[derive(Serialize)]
struct Memory {
    command: String,
    file_bytes: u64,
    peak_bytes: u64,
    seconds: f64,
}

/// Measures and prints everything.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let programs = programs()?;
    let folder = target_folder().join("bench");
    let mut files = fixtures(&folder.join("files"))?;
    files.extend(args.file.iter().cloned());
    let mut results = Results {
        machine: machine(),
        cores: std::thread::available_parallelism()?.get(),
        versions: versions(&programs)?,
        values: Vec::new(),
        scans: Vec::new(),
        memory: Vec::new(),
    };
    for file in &files {
        println!("reading {} ...", file.display());
        results
            .values
            .push(read_values(&programs, file, &folder, args.runs)?);
        results
            .scans
            .push((name_of(file), scan(&programs, file, args.runs)?));
        results.memory.push(dump_memory(&programs, file)?);
    }
    if args.big > 0 {
        big_file(&programs, args, &folder, &mut results)?;
    }
    print(&results);
    let path = folder.join("read.json");
    fs::write(&path, serde_json::to_vec_pretty(&results)?)?;
    println!("all runs: {}", path.display());
    Ok(())
}

/// Builds ours for speed and looks for the others; a reader that is not to be had is left out.
fn programs() -> anyhow::Result<Programs> {
    run_command(cargo().args(["build", "--quiet", "--release", "--package", "jetutil"]))?;
    run_command(cargo().args([
        "build",
        "--quiet",
        "--release",
        "--package",
        "jet-test",
        "--examples",
    ]))?;
    let here = |need| match need {
        Need::Here(program) => Some(program),
        Need::Missing(what_to_do) => {
            println!("left out: {what_to_do}");
            None
        }
    };
    Ok(Programs {
        jetutil: release(&format!("jetutil{}", std::env::consts::EXE_SUFFIX)),
        scan_speed: release(&format!("examples/scan_speed{}", std::env::consts::EXE_SUFFIX)),
        esedbexport: here(tools::esedbexport()?),
        python: here(tools::python_readers()?),
    })
}

fn fixtures(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let unpack = release(&format!("examples/unpack{}", std::env::consts::EXE_SUFFIX));
    let listed = output(command(unpack).arg(folder))?;
    let there: Vec<PathBuf> = listed
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(_, path)| PathBuf::from(path))
        .collect();
    let found: Vec<PathBuf> = FILES
        .iter()
        .filter_map(|name| there.iter().find(|path| name_of(path) == *name).cloned())
        .collect();
    ensure!(!found.is_empty(), "no fixture to measure with");
    Ok(found)
}

/// Makes a database of many rows, measures with it and removes it again.
fn big_file(programs: &Programs, args: &Args, folder: &Path, results: &mut Results) -> anyhow::Result<()> {
    let file = folder.join("big.edb");
    println!("making {} of {} MiB ...", file.display(), args.big);
    let mut inflate = command(release(&format!(
        "examples/inflate{}",
        std::env::consts::EXE_SUFFIX
    )));
    let made = run_command(inflate.arg(INFLATED).arg((args.big << 20).to_string()).arg(&file));
    let measured = made.and_then(|()| {
        println!("reading it ...");
        results
            .scans
            .push((name_of(&file), scan(programs, &file, args.runs)?));
        results.memory.push(dump_memory(programs, &file)?);
        results
            .memory
            .push(memory("verify", command(&programs.jetutil).arg("verify"), &file)?);
        results
            .memory
            .push(memory("checksums of", &mut command(&programs.scan_speed), &file)?);
        Ok(())
    });
    if file.exists() {
        fs::remove_file(&file)?;
    }
    measured
}

fn release(program: &str) -> PathBuf {
    target_folder().join("release").join(program)
}

fn read_values(programs: &Programs, file: &Path, folder: &Path, runs: u32) -> anyhow::Result<FileTimes> {
    let dump = || {
        let mut dump = command(&programs.jetutil);
        dump.arg("dump").arg(file);
        Ok(dump)
    };
    let export = |program: &PathBuf| {
        measure::times(
            runs,
            |_| true,
            || {
                // It refuses to write where something is.
                let target = folder.join("export");
                let made = target.with_file_name("export.export");
                if made.exists() {
                    fs::remove_dir_all(&made)?;
                }
                let mut export = command(program);
                export.args(["-m", "tables", "-t"]).arg(&target).arg(file);
                Ok(export)
            },
        )
    };
    let dissect = |python: &PathBuf| {
        measure::times(
            runs,
            |status| status == 0,
            || {
                let mut read = command(python);
                read.arg(root().join("xtask/interop/read_all.py")).arg(file);
                Ok(read)
            },
        )
    };
    let opens = |program: &PathBuf| exports(program, file);
    Ok(FileTimes {
        file: name_of(file),
        bytes: fs::metadata(file)?.len(),
        jetutil: measure::times(runs, |status| status < 2, dump)?,
        esedbexport: programs
            .esedbexport
            .as_ref()
            .filter(|program| opens(program))
            .map(export)
            .transpose()?,
        dissect: programs.python.as_ref().map(dissect).transpose()?,
    })
}

/// Whether esedbexport opens the file at all; it knows no format newer than itself.
fn exports(program: &Path, file: &Path) -> bool {
    let info = program.with_file_name("esedbinfo");
    let mut opened = command(if info.is_file() { &info } else { program });
    output(opened.arg(file)).is_ok()
}

fn scan(programs: &Programs, file: &Path, runs: u32) -> anyhow::Result<Scan> {
    let told = output(command(&programs.scan_speed).arg(file).arg(runs.to_string()))?;
    let mut scan: Scan = serde_json::from_str(&told).context("the line that scan_speed writes")?;
    for rates in [
        &mut scan.copied,
        &mut scan.read_1,
        &mut scan.verified_1,
        &mut scan.read_all,
        &mut scan.verified_all,
    ] {
        rates.sort_by(f64::total_cmp);
    }
    Ok(scan)
}

fn memory(what: &str, command: &mut Command, file: &Path) -> anyhow::Result<Memory> {
    let (peak_bytes, seconds) = measure::peak_memory(command.arg(file), |status| status < 2)?;
    Ok(Memory {
        command: format!("{what} {}", name_of(file)),
        file_bytes: fs::metadata(file)?.len(),
        peak_bytes,
        seconds,
    })
}

fn dump_memory(programs: &Programs, file: &Path) -> anyhow::Result<Memory> {
    memory("dump", command(&programs.jetutil).arg("dump"), file)
}

fn name_of(file: &Path) -> String {
    file.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// Model of the processor, as Linux names it.
fn machine() -> String {
    let about = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = about
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    model.map_or_else(|| std::env::consts::ARCH.to_owned(), |(_, name)| name.to_owned())
}

fn versions(programs: &Programs) -> anyhow::Result<Vec<String>> {
    let first_line = |command: &mut Command| -> anyhow::Result<String> {
        Ok(output(command)?.lines().next().unwrap_or_default().to_owned())
    };
    let mut versions = vec![
        first_line(command(&programs.jetutil).arg("--version"))?,
        first_line(command(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())).arg("--version"))?,
    ];
    if let Some(program) = &programs.esedbexport {
        versions.push(first_line(command(program).arg("-V"))?);
    }
    if let Some(python) = &programs.python {
        let ask = "import importlib.metadata as m, sys; \
                   print('dissect.esedb', m.version('dissect.esedb'), 'on Python', sys.version.split()[0])";
        versions.push(first_line(command(python).args(["-c", ask]))?);
    }
    Ok(versions)
}

fn print(results: &Results) {
    println!(
        "\n{}; {} cores; {}\n",
        results.machine,
        results.cores,
        results.versions.join("; ")
    );
    println!("Every value of a file, processor milliseconds, middle of the runs (fastest to slowest):\n");
    let mut table = Table::new(&[
        "file",
        "MB",
        "jetutil dump",
        "esedbexport",
        "times",
        "dissect.esedb",
        "times",
    ]);
    for times in &results.values {
        let other = |other: &Option<Times>| match other {
            Some(other) => [
                other.text(),
                format!(
                    "{:.1}",
                    other.processor_median() / times.jetutil.processor_median()
                ),
            ],
            None => ["refused".into(), "-".into()],
        };
        let [[export, export_ratio], [dissect, dissect_ratio]] =
            [&times.esedbexport, &times.dissect].map(other);
        table.row(vec![
            times.file.clone(),
            megabytes(times.bytes),
            times.jetutil.text(),
            export,
            export_ratio,
            dissect,
            dissect_ratio,
        ]);
    }
    println!("{}", table.markdown());
    println!("All pages of a file in memory, GB/s by the clock, middle of the runs:\n");
    let mut table = Table::new(&[
        "file",
        "copied",
        "read, 1",
        "verified, 1",
        "share",
        "read, all",
        "verified, all",
        "share",
    ]);
    for (file, scan) in &results.scans {
        let middle = |rates: &[f64]| rates.get(rates.len() / 2).copied().unwrap_or_default() / 1e9;
        let share = |part: &[f64], whole: &[f64]| format!("{:.2}", middle(part) / middle(whole));
        table.row(vec![
            file.clone(),
            format!("{:.1}", middle(&scan.copied)),
            format!("{:.1}", middle(&scan.read_1)),
            format!("{:.1}", middle(&scan.verified_1)),
            share(&scan.verified_1, &scan.read_1),
            format!("{:.1}", middle(&scan.read_all)),
            format!("{:.1}", middle(&scan.verified_all)),
            share(&scan.verified_all, &scan.read_all),
        ]);
    }
    println!("{}", table.markdown());
    println!("Most memory held:\n");
    let mut table = Table::new(&["command", "file, MB", "peak, MiB", "seconds"]);
    for memory in &results.memory {
        table.row(vec![
            memory.command.clone(),
            megabytes(memory.file_bytes),
            (memory.peak_bytes >> 20).to_string(),
            format!("{:.2}", memory.seconds),
        ]);
    }
    println!("{}", table.markdown());
}

fn megabytes(bytes: u64) -> String {
    format!("{}.{}", bytes / 1_000_000, bytes % 1_000_000 / 100_000)
}
