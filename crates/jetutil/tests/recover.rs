//! `recover`: real streams become whole databases, nothing at the source changes, and what fails leaves no trace.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::SystemTime;

use common::Folder;
use jet_test::{fixtures, logs};
use serde_json::Value;

const DAY1: &str = "srum-server2022-day1.SRUDB.dat";
const DAY2: &str = "srum-server2022-day2.SRUDB.dat";

/// A folder `logs` with the whole stream of Server 2022, generations 1 to 5, and its last checkpoint.
fn stream() -> Folder {
    let folder = Folder::new();
    fs::create_dir(folder.path().join("logs")).unwrap();
    let of = |fixture: &str, name: &str| logs::named(fixture).files()[name].clone();
    folder.put("logs/SRU00001.log", &of(DAY1, "SRU00001.log"));
    // The next log in preparation is generation 2, which it was before.
    folder.put("logs/SRU00002.log", &of(DAY2, "SRUtmp.log"));
    for name in ["SRU00003.log", "SRU00004.log", "SRU.log", "SRU.chk"] {
        folder.put(&format!("logs/{name}"), &of(DAY2, name));
    }
    folder
}

/// The same, with the database of the first day among the logs.
fn stream_and_day1() -> Folder {
    let folder = stream();
    folder.put("logs/SRUDB.dat", fixtures::named(DAY1).bytes());
    folder
}

/// Every file below a folder, with its bytes and when it was last changed.
fn state(folder: &Path) -> BTreeMap<String, (Vec<u8>, SystemTime)> {
    let mut found = BTreeMap::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(dir) = waiting.pop() {
        for entry in fs::read_dir(dir).unwrap() {
            let entry = entry.unwrap();
            let changed = entry.metadata().unwrap().modified().unwrap();
            if entry.file_type().unwrap().is_dir() {
                waiting.push(entry.path());
            } else {
                let name = entry.path().strip_prefix(folder).unwrap().display().to_string();
                found.insert(name, (fs::read(entry.path()).unwrap(), changed));
            }
        }
    }
    found
}

fn names(folder: &Folder, dir: &str) -> Vec<String> {
    let entries = fs::read_dir(folder.path().join(dir)).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// The rows of a database, without the line about the file.
fn rows(folder: &Folder, file: &str) -> Vec<Value> {
    let run = folder.run(&["dump", file]);
    assert_eq!(run.status(), 0, "{}", run.errors());
    run.text()
        .lines()
        .skip(1)
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Checks that a file is sound, clean, and has the rows of the second day.
fn check_day2(folder: &Folder, file: &str) {
    assert_eq!(folder.run(&["verify", "--quiet", file]).status(), 0);
    let info = folder.run(&["info", file, "--json"]).json();
    assert_eq!(info["state"]["name"], "clean", "{info}");
    folder.put("real.dat", fixtures::named(DAY2).bytes());
    assert_eq!(rows(folder, file), rows(folder, "real.dat"));
}

#[test]
fn an_older_copy_comes_to_the_state_of_the_last_log() {
    let folder = stream_and_day1();
    let before = state(folder.path());
    let run = folder.run(&["recover", "logs", "--out", "new/out", "--json"]);
    assert_eq!(run.status(), 0, "{}", run.errors());
    let json = run.json();
    assert_eq!(json["complete"], true);
    assert_eq!(json["plan"]["redo_from_reason"], "older-file");
    assert_eq!(json["result"]["redo_to"], "0x5:6:0");
    assert_eq!(
        (&json["databases"][0]["outcome"], &json["databases"][0]["path"]),
        (&"recovered".into(), &"new/out/SRUDB.dat".into())
    );
    assert_eq!(names(&folder, "new/out"), ["SRUDB.dat"]);
    let mut after = state(folder.path());
    after.remove("new/out/SRUDB.dat").unwrap();
    assert!(after == before, "neither bytes nor times change at the source");
    check_day2(&folder, "new/out/SRUDB.dat");
}

#[test]
fn a_database_comes_back_from_the_log_that_created_it() {
    let folder = stream();
    let run = folder.run(&["recover", "logs", "--out", "out"]);
    assert_eq!(run.status(), 0, "{}", run.errors());
    assert!(
        run.text().contains("no file; the log creates it"),
        "{}",
        run.text()
    );
    assert_eq!(names(&folder, "out"), ["SRUDB.dat"]);
    check_day2(&folder, "out/SRUDB.dat");
}

#[test]
fn a_file_keeps_its_own_name() {
    let folder = stream();
    folder.put("copy of day 1.edb", fixtures::named(DAY1).bytes());
    let run = folder.run(&["recover", "copy of day 1.edb", "--logs", "logs", "--out", "out"]);
    assert_eq!(run.status(), 0, "{}", run.errors());
    assert_eq!(names(&folder, "out"), ["copy of day 1.edb"]);
    check_day2(&folder, "out/copy of day 1.edb");
}

#[test]
fn a_complete_database_is_delivered_as_it_is() {
    let folder = stream();
    let bytes = fixtures::named(DAY2).bytes();
    folder.put("logs/SRUDB.dat", bytes);
    let run = folder.run(&["recover", "logs", "--out", "out", "--json"]);
    assert_eq!(run.status(), 0, "{}", run.errors());
    let json = run.json();
    assert_eq!(
        (&json["databases"][0]["outcome"], &json["result"]["was_ended"]),
        (&"unchanged".into(), &true.into())
    );
    assert!(fs::read(folder.path().join("out/SRUDB.dat")).unwrap() == bytes);
    folder.put("alone.dat", bytes);
    let run = folder.run(&["recover", "alone.dat", "--out", "other"]);
    assert_eq!(run.status(), 0, "{}", run.errors());
    assert!(run.text().contains("none was needed"), "{}", run.text());
    assert_eq!(names(&folder, "other"), ["alone.dat"]);
}

#[test]
fn what_is_there_is_never_overwritten() {
    let folder = stream_and_day1();
    fs::create_dir(folder.path().join("out")).unwrap();
    folder.put("out/SRUDB.dat", b"mine");
    let before = state(folder.path());
    let run = folder.run(&["recover", "logs", "--out", "out", "--json"]);
    assert_eq!((run.status(), run.text().as_str()), (1, ""));
    let error: Value = serde_json::from_str(&run.errors()).unwrap();
    assert_eq!(error["error"]["code"], -1814);
    assert!(state(folder.path()) == before);
    // Into the folder of the logs, where the database lies.
    assert_eq!(folder.run(&["recover", "logs", "--out", "logs"]).status(), 1);
    assert!(state(folder.path()) == before);
}

#[test]
fn what_fails_leaves_no_trace() {
    let folder = stream_and_day1();
    fs::remove_file(folder.path().join("logs/SRU00003.log")).unwrap();
    fs::create_dir(folder.path().join("out")).unwrap();
    folder.put("out/other.txt", b"mine");
    let before = state(folder.path());
    for out in ["out", "new", "out/deep/er"] {
        let run = folder.run(&["recover", "logs", "--out", out]);
        assert_eq!((run.status(), run.text().as_str()), (1, ""), "{out}");
        assert!(
            run.errors().contains("JET_errInvalidLogSequence (-515)"),
            "{}",
            run.errors()
        );
        assert!(run.errors().contains("generation 0x3"), "{}", run.errors());
    }
    assert!(state(folder.path()) == before);
    assert_eq!(names(&folder, "out"), ["other.txt"]);
    assert_eq!(names(&folder, ""), ["logs", "out"]);
}

#[test]
fn the_plan_is_told_and_nothing_changes() {
    let folder = stream_and_day1();
    let before = state(folder.path());
    let run = folder.run(&["recover", "logs", "--dry-run"]);
    assert_eq!(run.status(), 0, "{}", run.errors());
    for part in [
        "generations 0x1 to 0x5",
        "327680 bytes",
        "0x1:1:0: the oldest log, since logs/SRUDB.dat is older than the checkpoint",
        r"C:\Windows\system32\SRU\SRUDB.dat",
        "is logs/SRUDB.dat: clean",
    ] {
        assert!(run.text().contains(part), "{part} in {}", run.text());
    }
    let json = folder.run(&["recover", "logs", "--dry-run", "--json"]).json();
    assert_eq!(
        (&json["plan"]["redo_from"], &json["plan"]["logs_to_read"]),
        (&"0x1:1:0".into(), &5.into())
    );
    assert_eq!(json["databases"][0]["file"], "logs/SRUDB.dat");
    assert!(state(folder.path()) == before);

    fs::remove_file(folder.path().join("logs/SRU00004.log")).unwrap();
    let json = folder.run(&["recover", "logs", "--dry-run", "--json"]).json();
    assert_eq!(json["plan"]["missing_generations"], serde_json::json!([4]));
}

#[test]
fn redo_ends_where_it_is_told_to() {
    let folder = stream_and_day1();
    let run = folder.run(&["recover", "logs", "--out", "out", "--to", "0x3:5:0"]);
    assert_eq!(run.status(), 0, "{}", run.errors());
    assert!(run.text().contains("1 transaction with"), "{}", run.text());
    assert_eq!(folder.run(&["verify", "--quiet", "out/SRUDB.dat"]).status(), 0);
    let run = folder.run(&[
        "recover",
        "logs",
        "--out",
        "two",
        "--to",
        "2023-10-18T03:00:00Z",
        "--json",
    ]);
    assert_eq!(run.status(), 0, "{}", run.errors());
    assert!(run.json()["result"]["redo_to"].as_str().unwrap() < "0x3:0:0");
    let run = folder.run(&["recover", "logs", "--out", "three", "--to", "yesterday"]);
    assert_eq!(run.status(), 2);

    // Logs lead forward only.
    folder.put("logs/SRUDB.dat", fixtures::named(DAY2).bytes());
    let run = folder.run(&["recover", "logs", "--out", "four", "--to", "0x3:5:0"]);
    assert_eq!(run.status(), 1);
    assert!(run.errors().contains("take an older copy"), "{}", run.errors());
    assert!(!folder.path().join("four").exists());
}

#[test]
fn without_undo_further_logs_can_follow() {
    let folder = stream_and_day1();
    let run = folder.run(&[
        "recover",
        "logs",
        "--out",
        "out",
        "--to",
        "0x3:5:0",
        "--no-undo",
        "--json",
    ]);
    assert_eq!(run.status(), 0, "{}", run.errors());
    assert_eq!(run.json()["databases"][0]["outcome"], "replayed");
    // It goes on from there.
    let run = folder.run(&["recover", "out/SRUDB.dat", "--logs", "logs", "--out", "on"]);
    assert_eq!(run.status(), 0, "{}", run.errors());
    check_day2(&folder, "on/SRUDB.dat");
    // And alone it says what it needs.
    let run = folder.run(&["recover", "out/SRUDB.dat", "--out", "none"]);
    assert_eq!(run.status(), 1);
    let errors = run.errors();
    assert!(errors.contains("JET_errDatabaseDirtyShutdown (-550)"), "{errors}");
    assert!(
        errors.contains("put the logs of generations 0x2 to 0x3 into out, or name the folder"),
        "{errors}"
    );
    assert!(!folder.path().join("none").exists());
}

#[test]
fn in_place_only_when_asked() {
    let folder = stream_and_day1();
    assert_eq!(folder.run(&["recover", "logs"]).status(), 2);
    assert_eq!(
        folder
            .run(&["recover", "logs", "--in-place", "--out", "out"])
            .status(),
        2
    );
    let run = folder.run(&["recover", "logs", "--in-place"]);
    assert_eq!(run.status(), 0, "{}", run.errors());
    check_day2(&folder, "logs/SRUDB.dat");
    let run = folder.run(&["recover", "logs", "--in-place", "--json"]);
    assert_eq!(run.json()["result"]["was_ended"], true);
}

#[test]
fn a_crash_of_the_open_source_engine() {
    let folder = Folder::new();
    for (path, bytes) in logs::named("crashed_p4096").files() {
        let name = path.rsplit('/').next().unwrap();
        folder.put(name, bytes);
    }
    let run = folder.run(&["recover", ".", "--out", "out"]);
    assert_eq!(run.status(), 0, "{}", run.errors());
    assert_eq!(folder.run(&["verify", "--quiet", "out/corpus.edb"]).status(), 0);
    // Without the current log: refused, and lost on purpose.
    fs::remove_file(folder.path().join("edb.log")).unwrap();
    let run = folder.run(&["recover", ".", "--out", "lossy"]);
    assert_eq!(run.status(), 1);
    assert!(
        run.errors().contains("JET_errMissingLogFile (-528)"),
        "{}",
        run.errors()
    );
    let run = folder.run(&["recover", ".", "--out", "lossy", "--allow-loss"]);
    assert_eq!(run.status(), 0, "{}", run.errors());
    assert_eq!(folder.run(&["verify", "--quiet", "lossy/corpus.edb"]).status(), 0);
}

#[test]
fn what_cannot_be_recovered_says_what_to_do() {
    let folder = stream();
    for (args, code) in [
        (&["recover", "nowhere", "--out", "out"][..], -1811),
        (&["recover", "logs/SRU.log", "--out", "out"], -1812),
        (&["recover", "empty", "--out", "out"], -528),
    ] {
        fs::create_dir_all(folder.path().join("empty")).unwrap();
        let run = folder.run(args);
        assert_eq!(run.status(), 1, "{args:?}");
        assert!(run.errors().contains(&format!("({code})")), "{}", run.errors());
        assert!(run.errors().contains("what to do"), "{}", run.errors());
    }
    // The logs of the second day alone begin behind what the first day's database has.
    folder.put("day1.dat", fixtures::named(DAY1).bytes());
    for name in ["logs/SRU00001.log", "logs/SRU00002.log"] {
        fs::remove_file(folder.path().join(name)).unwrap();
    }
    let run = folder.run(&["recover", "day1.dat", "--logs", "logs", "--out", "out"]);
    assert_eq!(run.status(), 1);
    assert!(
        run.errors().contains("the logs begin too late"),
        "{}",
        run.errors()
    );
    assert!(run.errors().contains("(day1.dat)"), "{}", run.errors());
}
