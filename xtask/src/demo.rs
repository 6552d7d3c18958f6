//! `cargo xtask demo`: a walk through real files of Windows for someone who sees this for the first time.
//!
//! Every step shows the command line to repeat it, the beginning of what it prints, and one sentence on what that is. The
//! file is the fixture `srum-win10.SRUDB.dat`: what programs on some Windows 10 did with network and processor; recovery is
//! shown with the database and logs of a Windows Server 2022.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};

use crate::command::{cargo, command, output, run as run_command};
use crate::workspace::{root, target_folder};

/// Options of the task: none.
#[derive(clap::Args)]
pub(crate) struct Args {}

const FIXTURE: &str = "srum-win10.SRUDB.dat";

/// Folder of the older copy and its logs.
const SERVER: &str = "server2022";

/// Network data usage, by its provider's GUID.
const NETWORK: &str = "{973F5D5C-1D90-4944-BE8E-24B94231A174}";

/// One step: what it is about, what to see in it, the arguments behind `jetutil`, and how much of the output to show.
/// `FILE` among the arguments stands for the database, `SERVER` for the folder with the older copy and its logs, `OUT/` for
/// the folder of all.
struct Step {
    title: &'static str,
    meaning: &'static str,
    arguments: &'static [&'static str],
    lines: usize,
    columns: usize,
}

const STEPS: &[Step] = &[
    Step {
        title: "What kind of file is it?",
        meaning: "The header: which Windows wrote it, its page size, and that it was shut down cleanly.",
        arguments: &["info", "FILE"],
        lines: 16,
        columns: 110,
    },
    Step {
        title: "What is in a table?",
        meaning: "SruDbIdMapTable gives numbers to programs and users; other tables hold the numbers.",
        arguments: &["schema", "--table", "SruDbIdMapTable", "FILE"],
        lines: 24,
        columns: 110,
    },
    Step {
        title: "The rows themselves, as JSON lines",
        meaning: "Network usage: AppId and UserId are numbers of SruDbIdMapTable, TimeStamp is kept as stored.",
        arguments: &["dump", "--table", NETWORK, "FILE"],
        lines: 5,
        columns: 240,
    },
    Step {
        title: "Is the file sound?",
        meaning: "Checksums, trees, space, records and every index entry against the rows; each finding has an id.",
        arguments: &["verify", "FILE"],
        lines: 24,
        columns: 110,
    },
    Step {
        title: "An older copy and its logs: what would recovery do?",
        meaning: "A Windows Server 2022 was copied on its first day; the logs go on to the second. Nothing is changed.",
        arguments: &["recover", "SERVER", "--dry-run"],
        lines: 16,
        columns: 110,
    },
    Step {
        title: "Recover a copy of it",
        meaning: "Redo brought the copy to the last record of the last log. The database and logs themselves were only read.",
        arguments: &["recover", "SERVER", "--out", "OUT/recovered"],
        lines: 16,
        columns: 110,
    },
    Step {
        title: "Is what came out of it sound?",
        meaning: "It is complete without logs, and has every page that Windows' own file of the second day has.",
        arguments: &["verify", "OUT/recovered/SRUDB.dat"],
        lines: 16,
        columns: 110,
    },
    Step {
        title: "Take it to where you work: SQLite (or csv, jsonl, parquet)",
        meaning: "Types, long and multiple values are kept; the report tells what did not fit.",
        arguments: &["export", "FILE", "--to", "sqlite", "--out", "OUT/sqlite"],
        lines: 20,
        columns: 110,
    },
];

/// Builds the programs and takes the walk.
pub(crate) fn run(_: Args) -> anyhow::Result<()> {
    println!("building jetutil (the first time takes a minute or two) ...");
    run_command(cargo().args(["build", "--quiet", "--release", "--package", "jetutil"]))?;
    run_command(cargo().args([
        "build",
        "--quiet",
        "--release",
        "--package",
        "jet-api",
        "--example",
        "read_srum",
    ]))?;
    let folder = target_folder().join("demo");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let file = unpack(&folder)?;
    unpack_server(&folder)?;
    let jetutil = release(&format!("jetutil{}", std::env::consts::EXE_SUFFIX));
    println!("\n{} is a real database of Windows 10.\n", shown(&file));
    let count = STEPS.len() + 1;
    for (number, step) in STEPS.iter().enumerate() {
        let mut command = command(&jetutil);
        for &argument in step.arguments {
            match argument {
                "FILE" => command.arg(&file),
                "SERVER" => command.arg(folder.join(SERVER)),
                other => match other.strip_prefix("OUT/") {
                    Some(name) => command.arg(folder.join(name)),
                    None => command.arg(other),
                },
            };
        }
        show(number + 1, count, step, &mut command)?;
    }
    let example = release(&format!("examples/read_srum{}", std::env::consts::EXE_SUFFIX));
    show(count, count, &PROGRAM, command(example).arg(&file))?;
    println!("More: {} --help, and docs/ in this folder.", shown(&jetutil));
    Ok(())
}

const PROGRAM: Step = Step {
    title: "Who used the network? A short program",
    meaning: "crates/jet-api/examples/read_srum.rs reads both tables through the Rust API and joins them by an index.",
    arguments: &[],
    lines: 12,
    columns: 110,
};

fn release(program: &str) -> PathBuf {
    target_folder().join("release").join(program)
}

fn unpack(folder: &Path) -> anyhow::Result<PathBuf> {
    let listed = output(example("unpack").arg(folder).arg(FIXTURE))?;
    let (_, path) = listed
        .trim_end()
        .split_once('\t')
        .context("the fixture of the demo is missing")?;
    let file = folder.join("SRUDB.dat");
    fs::rename(path, &file)?;
    Ok(file)
}

/// The database of a Server 2022 as it was on the first day, and its logs up to the second. Of the fixtures of the second day,
/// the next log in preparation is a closed one that was about to be used again: generation 2.
fn unpack_server(folder: &Path) -> anyhow::Result<()> {
    const DAY1: &str = "srum-server2022-day1.SRUDB.dat";
    const DAY2: &str = "srum-server2022-day2.SRUDB.dat";
    let server = folder.join(SERVER);
    output(example("unpack").arg(&server).arg(DAY1))?;
    fs::rename(server.join(DAY1), server.join("SRUDB.dat"))?;
    output(example("unpack_logs").arg(&server).args([DAY1, "SRU00001.log"]))?;
    output(example("unpack_logs").arg(&server).args([
        DAY2,
        "SRUtmp.log=SRU00002.log",
        "SRU00003.log",
        "SRU00004.log",
        "SRU.log",
        "SRU.chk",
    ]))?;
    Ok(())
}

/// A program of `jet-test`, to be given its arguments.
fn example(name: &str) -> Command {
    let mut command = cargo();
    command.args([
        "run",
        "--quiet",
        "--release",
        "--package",
        "jet-test",
        "--example",
        name,
        "--",
    ]);
    command
}

/// Runs one step and prints the beginning of what it says.
fn show(number: usize, count: usize, step: &Step, command: &mut Command) -> anyhow::Result<()> {
    println!("[{number}/{count}] {}", step.title);
    let words: Vec<String> = std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| quoted(&shown(Path::new(word))))
        .collect();
    println!("    $ {}", words.join(" "));
    let done = command.stderr(Stdio::inherit()).output()?;
    ensure!(
        done.status.success(),
        "{} ended with {}",
        words.join(" "),
        done.status
    );
    let text = String::from_utf8_lossy(&done.stdout);
    let lines: Vec<&str> = text.lines().collect();
    for line in lines.iter().take(step.lines) {
        println!("    {}", cut(line, step.columns));
    }
    if lines.len() > step.lines {
        println!("    ... {} more lines", lines.len() - step.lines);
    }
    println!("  {}\n", step.meaning);
    Ok(())
}

/// A path from the root of the workspace, as one would type it there.
fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

/// Quoted for a shell where that is needed.
fn quoted(word: &str) -> String {
    if word.contains(['{', '}', ' ']) {
        format!("'{word}'")
    } else {
        word.to_owned()
    }
}

fn cut(line: &str, columns: usize) -> String {
    match line.char_indices().nth(columns) {
        Some((end, _)) => format!("{} ...", line.get(..end).unwrap_or(line)),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_cut_between_characters() {
        assert_eq!(cut("ähnlich", 2), "äh ...");
        assert_eq!(cut("äh", 2), "äh");
    }

    #[test]
    fn names_with_braces_are_quoted_for_the_shell() {
        assert_eq!(quoted("{973F}"), "'{973F}'");
        assert_eq!(quoted("--table"), "--table");
    }
}
