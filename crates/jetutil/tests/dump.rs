//! `jetutil dump` against the dumps expected of every fixture, judged by the checker that came with them.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::process::Command;

use jet_test::fixtures;

/// Dirty files in which a tree cannot be read without its logs: the rest must be right all the same.
const DAMAGED: [&str; 1] = ["wsearch-win10-dirty.edb"];

#[test]
fn every_fixture_gives_the_dump_expected_of_it() {
    if Command::new("python3").arg("--version").output().is_err() {
        println!("no python3: the checker of dumps cannot run");
        return;
    }
    let checker = fixtures::repository().join("fixtures/check_dump.py");
    let folder = tempfile::tempdir().unwrap();
    let mut compared = 0;
    for fixture in fixtures::all() {
        let Some(expected) = fixture.expected_dump() else {
            continue;
        };
        let [file, dump, expected_file] =
            ["file.edb", "dump.jsonl", "expected.jsonl"].map(|name| folder.path().join(name));
        fs::write(&file, fixture.bytes()).unwrap();
        fs::write(&expected_file, expected).unwrap();
        let output = fs::File::create(&dump).unwrap();
        let mut jetutil = Command::new(env!("CARGO_BIN_EXE_jetutil"));
        let status = jetutil.arg("dump").arg(&file).stdout(output).status().unwrap();
        let expected_status = i32::from(DAMAGED.contains(&fixture.name()));
        assert_eq!(status.code(), Some(expected_status), "{}", fixture.name());
        let verdict = Command::new("python3")
            .arg(&checker)
            .arg(&dump)
            .arg(&expected_file)
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&verdict.stdout);
        assert!(verdict.status.success(), "{}: {text}", fixture.name());
        println!("{}: {}", fixture.name(), text.trim_end());
        compared += 1;
    }
    assert!(compared >= 10, "{compared} fixtures were compared");
}
