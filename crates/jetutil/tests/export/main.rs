//! Exports real databases in every format, reads the files back with the usual reader of each, and compares every
//! value, with its type, with what `jetutil dump` prints.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

mod dump;
mod folder;
mod formats;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use jet_test::fixtures::{self, Fixture};
use serde_json::Value as Json;
use tempfile::TempDir;

/// An export that was made.
struct Exported {
    folder: TempDir,
    report: Json,
    output: Output,
}

impl Exported {
    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join("out").join(name)
    }

    fn tables(&self) -> &[Json] {
        self.report["tables"].as_array().unwrap()
    }

    fn table(&self, name: &str) -> &Json {
        self.tables().iter().find(|table| table["name"] == name).unwrap()
    }
}

fn jetutil(arguments: &[&str], file: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jetutil"));
    command.args(arguments).arg(file).output().unwrap()
}

/// Exports bytes of a database with these options.
fn export(bytes: &[u8], options: &[&str]) -> Exported {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("input.edb");
    std::fs::write(&input, bytes).unwrap();
    let out = folder.path().join("out");
    let mut arguments = vec!["export", "--out", out.to_str().unwrap()];
    arguments.extend(options);
    let output = jetutil(&arguments, &input);
    assert_eq!(std::fs::read(&input).unwrap(), bytes, "the input changed");
    let report = std::fs::read(out.join("report.json"))
        .map_or(Json::Null, |report| serde_json::from_slice(&report).unwrap());
    Exported {
        folder,
        report,
        output,
    }
}

/// Fixtures with something of everything; those that are not in the repository, where they are.
fn chosen() -> impl Iterator<Item = &'static Fixture> {
    let names = [
        "alltypes.edb",
        "bits-win11-qmgr.db",
        "compress7bit.edb",
        "filehistory-Catalog1.edb",
        "full_p16384.edb",
        "full_p4096.edb",
        "srum-win10.SRUDB.dat",
        "text.edb",
        "ual-hyperv-03A01CC5.mdb",
        "wsearch-win10-repaired.edb",
    ];
    let chosen: Vec<_> = fixtures::all()
        .iter()
        .filter(|fixture| names.contains(&fixture.name()))
        .collect();
    assert!(chosen.len() >= 7, "{} fixtures", chosen.len());
    chosen.into_iter()
}
