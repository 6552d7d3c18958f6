//! Running the built program on files in a folder of its own.

#![allow(dead_code, reason = "each test file uses its part")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use jet_test::fixtures;
use serde_json::Value;
use tempfile::TempDir;

/// A folder with files to run on; it is the working folder of each run.
pub(crate) struct Folder {
    dir: TempDir,
}

impl Folder {
    pub(crate) fn new() -> Self {
        Self {
            dir: TempDir::new().unwrap(),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Puts a file there.
    pub(crate) fn put(&self, name: &str, bytes: &[u8]) -> &Self {
        fs::write(self.path().join(name), bytes).unwrap();
        self
    }

    /// Puts a fixture there, under its own name.
    pub(crate) fn put_fixture(&self, name: &str) -> &Self {
        self.put(name, fixtures::named(name).bytes())
    }

    /// Puts the files there that lie beside a database of Windows: logs, checkpoint, flush map.
    pub(crate) fn put_companions(&self, database: &str) -> &Self {
        let archive = fixtures::repository().join(format!("fixtures/windows/{database}.files.tar.gz"));
        let unpacked = flate2::read::GzDecoder::new(fs::File::open(archive).unwrap());
        tar::Archive::new(unpacked).unpack(self.path()).unwrap();
        self
    }

    /// Path of a file below the folder, wherever it lies.
    pub(crate) fn find(&self, name: &str) -> PathBuf {
        let mut waiting = vec![self.path().to_owned()];
        while let Some(dir) = waiting.pop() {
            for entry in fs::read_dir(dir).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    waiting.push(path);
                } else if path.file_name().is_some_and(|found| found == name) {
                    return path;
                }
            }
        }
        panic!("no file is named {name}");
    }

    pub(crate) fn run(&self, args: &[&str]) -> Run {
        let output = Command::new(env!("CARGO_BIN_EXE_jetutil"))
            .args(args)
            .current_dir(self.path())
            .output()
            .unwrap();
        Run { output }
    }
}

/// What a run gave.
pub(crate) struct Run {
    output: Output,
}

impl Run {
    /// Exit status; a program that a signal ended has none.
    pub(crate) fn status(&self) -> i32 {
        self.output.status.code().unwrap()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.output.stdout.clone()).unwrap()
    }

    pub(crate) fn errors(&self) -> String {
        String::from_utf8(self.output.stderr.clone()).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.output.stdout).unwrap()
    }
}
