//! `cargo xtask fuzz`: builds the targets of `fuzz/` with coverage counters and lets libFuzzer run them.
//!
//! It works with the stable compiler and without `cargo-fuzz`: the counters come from LLVM's coverage pass,
//! which stable `-C` options turn on, and `libfuzzer-sys` brings libFuzzer itself (it needs a C++ compiler).
//! What stable lacks is the address sanitizer; `--address-sanitizer` unlocks it with `RUSTC_BOOTSTRAP`.
//!
//! Folders: `fuzz/corpus/TARGET` holds the inputs that are checked in and is only written by `--merge`; what a
//! run finds goes to `fuzz/target/corpus/TARGET`, which begins with pages and records cut out of the fixtures; inputs
//! that crash go to `fuzz/artifacts/TARGET`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, bail, ensure};
use cargo_metadata::MetadataCommand;

use crate::command::{cargo, command, output, run as run_command};
use crate::workspace::root;

/// Options of the task.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Targets to run; all when none is named
    targets: Vec<String>,
    /// How long each target runs
    #[arg(long, default_value_t = 30)]
    seconds: u32,
    /// Give the one named target this file and end; may be repeated
    #[arg(long, value_name = "FILE", conflicts_with = "merge")]
    input: Vec<PathBuf>,
    /// Take those inputs found by earlier runs that add coverage into the checked-in corpus
    #[arg(long)]
    merge: bool,
    /// Build with the address sanitizer, for targets that reach unsafe code
    #[arg(long)]
    address_sanitizer: bool,
    /// Show the names of the targets and end
    #[arg(long)]
    list: bool,
}

/// Options of the compiler that turn on libFuzzer's coverage counters and its look into comparisons.
const COVERAGE_FLAGS: &[&str] = &[
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    // One unit per crate: the pass sees whole crates and counters get no duplicates.
    "-Ccodegen-units=1",
    // A wrapped subtraction or a failed `debug_assert!` is a find.
    "-Cdebug-assertions=on",
    "-Coverflow-checks=on",
    "--cfg=fuzzing",
];

/// One input may take this long before it counts as a hang.
const INPUT_SECONDS_MAX: u32 = 10;

/// Memory that a target may take before it counts as a find.
const MEMORY_MEBIBYTES_MAX: u32 = 1024;

/// Longest input in bytes: the largest page twice.
const INPUT_BYTES_MAX: u32 = 65_536;

/// Builds and runs the chosen targets; the first find ends the task with an error.
pub(crate) fn run(args: Args) -> anyhow::Result<()> {
    let folder = root().join("fuzz");
    let known = targets(&folder)?;
    if args.list {
        known.iter().for_each(|name| println!("{name}"));
        return Ok(());
    }
    for name in &args.targets {
        ensure!(
            known.contains(name),
            "no target {name}; there are: {}",
            known.join(", ")
        );
    }
    let chosen = if args.targets.is_empty() {
        known
    } else {
        args.targets.clone()
    };
    ensure!(
        args.input.is_empty() || chosen.len() == 1,
        "name the one target that the input is for"
    );
    let programs = build(&folder, args.address_sanitizer)?;
    let found = folder.join("target/corpus");
    if args.input.is_empty() && !found.is_dir() {
        println!("cutting the first inputs out of the fixtures ...");
        run_command(
            cargo()
                .args(["run", "-q", "-p", "jet-test", "--example", "fuzz_seeds", "--"])
                .arg(&found),
        )?;
    }
    for (index, name) in chosen.iter().enumerate() {
        println!("[{}/{}] fuzz {name} ...", index + 1, chosen.len());
        let start = Instant::now();
        run_command(&mut libfuzzer(&folder, &programs, name, &args)?)
            .with_context(|| format!("target {name}; its inputs that fail are in fuzz/artifacts/{name}"))?;
        println!(
            "[{}/{}] fuzz {name}: ok ({:.1} s)",
            index + 1,
            chosen.len(),
            start.elapsed().as_secs_f64()
        );
    }
    Ok(())
}

/// Every target for a few seconds: that they build, and that the first inputs still pass. Returns how many ran.
pub(crate) fn short_run() -> anyhow::Result<u64> {
    let targets = targets(&root().join("fuzz"))?;
    let count = targets.len() as u64;
    run(Args {
        targets,
        seconds: 3,
        input: Vec::new(),
        merge: false,
        address_sanitizer: false,
        list: false,
    })?;
    Ok(count)
}

/// Names of the fuzz targets: the programs of the package in `folder`.
fn targets(folder: &Path) -> anyhow::Result<Vec<String>> {
    let manifest = folder.join("Cargo.toml");
    if !manifest.is_file() {
        bail!("there is no fuzz/Cargo.toml, hence nothing to fuzz");
    }
    let metadata = MetadataCommand::new().manifest_path(manifest).no_deps().exec()?;
    let all = metadata.packages.iter().flat_map(|package| &package.targets);
    let names: Vec<_> = all
        .filter(|target| target.is_bin())
        .map(|target| target.name.clone())
        .collect();
    ensure!(!names.is_empty(), "fuzz/Cargo.toml has no [[bin]] target");
    Ok(names)
}

/// Builds all targets and gives the folder of the programs. Naming the host as target keeps the flags away
/// from build scripts and procedural macros.
fn build(folder: &Path, address_sanitizer: bool) -> anyhow::Result<PathBuf> {
    let host = host()?;
    let mut flags = COVERAGE_FLAGS.to_vec();
    let mut build = cargo();
    let target_folder = folder.join(if address_sanitizer {
        "target/address-sanitizer"
    } else {
        "target"
    });
    if address_sanitizer {
        flags.push("-Zsanitizer=address");
        build.env("RUSTC_BOOTSTRAP", "1");
    }
    build
        .args([
            "build",
            "--release",
            "--bins",
            "--target",
            &host,
            "--manifest-path",
        ])
        .arg(folder.join("Cargo.toml"));
    build.arg("--target-dir").arg(&target_folder);
    // The encoded form, since it goes before the plain one and before what a person's settings say.
    run_command(build.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}")))?;
    Ok(target_folder.join(host).join("release"))
}

/// The triple of this machine, as the compiler names it.
fn host() -> anyhow::Result<String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let about = output(command(rustc).arg("-vV"))?;
    let host = about.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("rustc -vV names no host")
}

/// The command line for one target.
fn libfuzzer(folder: &Path, programs: &Path, name: &str, args: &Args) -> anyhow::Result<Command> {
    let checked_in = folder.join("corpus").join(name);
    let found = folder.join("target/corpus").join(name);
    let artifacts = folder.join("artifacts").join(name);
    for needed in [&found, &artifacts] {
        fs::create_dir_all(needed)?;
    }
    let mut command = command(programs.join(name));
    command.arg(format!("-artifact_prefix={}/", artifacts.display()));
    command.arg(format!("-timeout={INPUT_SECONDS_MAX}"));
    command.arg(format!("-rss_limit_mb={MEMORY_MEBIBYTES_MAX}"));
    if !args.input.is_empty() {
        for input in &args.input {
            command.arg(
                input
                    .canonicalize()
                    .with_context(|| input.display().to_string())?,
            );
        }
    } else if args.merge {
        fs::create_dir_all(&checked_in)?;
        command.arg("-merge=1").arg(&checked_in).arg(&found);
    } else {
        command.arg(format!("-max_total_time={}", args.seconds));
        command
            .arg(format!("-max_len={INPUT_BYTES_MAX}"))
            // Real pages are long: growing inputs from nothing would take longer than most runs last.
            .arg("-len_control=0")
            .arg("-print_final_stats=1")
            .arg(&found);
        if checked_in.is_dir() {
            command.arg(&checked_in);
        }
    }
    Ok(command)
}
