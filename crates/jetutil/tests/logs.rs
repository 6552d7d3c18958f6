//! What `log` and `checkpoint` show of real, damaged and missing files.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

mod common;

use common::Folder;
use expect_test::expect_file;
use jet_test::logs;
use serde_json::Value;

/// A folder `logs` with a whole stream: generations 3 to 5 and the checkpoint.
fn stream() -> Folder {
    let folder = Folder::new();
    std::fs::create_dir(folder.path().join("logs")).unwrap();
    for (path, bytes) in logs::named("srum-server2022-day2.SRUDB.dat").files() {
        let name = path.rsplit('/').next().unwrap();
        folder.put(&format!("logs/{name}"), bytes);
    }
    folder
}

fn read(folder: &Folder, name: &str) -> Vec<u8> {
    std::fs::read(folder.path().join(name)).unwrap()
}

#[test]
fn a_stream_is_whole_and_closed() {
    let folder = stream();
    let run = folder.run(&["log", "logs"]);
    assert_eq!(run.status(), 0);
    expect_file!["snapshots/log-day2.txt"].assert_eq(&run.text());
    let json = folder.run(&["log", "logs", "--json"]).json();
    let stream = &json["streams"][0];
    assert_eq!(
        (&stream["base"], &stream["closed_cleanly"]),
        (&"SRU".into(), &true.into())
    );
    assert_eq!(stream["problems"], Value::Array(Vec::new()));
    let generations: Vec<_> = stream["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["generation"].as_u64().unwrap())
        .collect();
    assert_eq!(generations, [3, 4, 5]);
    assert_eq!(
        stream["files"][1]["previous_checksum"],
        stream["files"][0]["accumulated_checksum"]
    );
    let sum: u64 = stream["statistics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|kind| kind["records"].as_u64().unwrap())
        .sum();
    let by_file: u64 = stream["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["records"].as_u64().unwrap())
        .sum();
    assert_eq!(sum, by_file);
}

/// The records that a command lists.
fn listed(folder: &Folder, args: &[&str]) -> Vec<Value> {
    let run = folder.run(&[&["log", "logs", "--json"], args].concat());
    assert_eq!(run.status(), 0);
    run.text()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn records_are_chosen() {
    let folder = stream();
    let all = listed(&folder, &["--records"]);
    let text = folder.run(&["log", "logs", "--records"]).text();
    assert_eq!(text.lines().count(), all.len());
    for (line, record) in text.lines().zip(&all) {
        assert!(line.starts_with(record["lgpos"].as_str().unwrap()));
        assert!(line.contains(record["type"].as_str().unwrap()));
    }

    // The last one: its transaction begins in these logs.
    let some = all.iter().rfind(|record| record["type"] == "Insert").unwrap();
    let (page, tree) = (&some["fields"]["page"], &some["fields"]["tree"]);
    let of_page = listed(&folder, &["--page", &page.to_string()]);
    assert!(of_page.contains(some) && of_page.len() < all.len());
    let of_tree = listed(&folder, &["--tree", &tree.to_string(), "--kind", "insert"]);
    assert!(of_tree.contains(some));
    assert!(
        of_tree
            .iter()
            .all(|record| record["type"] == "Insert" && &record["fields"]["tree"] == tree)
    );

    let transaction = some["fields"]["transaction"].to_string();
    let of_transaction = listed(&folder, &["--transaction", &transaction]);
    assert!(of_transaction.contains(some));
    let kinds: Vec<_> = of_transaction
        .iter()
        .map(|record| record["type"].as_str().unwrap())
        .collect();
    assert_eq!((kinds[0], kinds.contains(&"Commit0")), ("Begin0", true));
    let session = &some["fields"]["session"];
    let of_session = listed(&folder, &["--session", &session.to_string()]);
    assert!(
        of_session
            .iter()
            .all(|record| &record["fields"]["session"] == session)
    );
}

#[test]
fn what_is_wrong_is_told() {
    let folder = stream();
    let sound = read(&folder, "logs/SRU00004.log");

    std::fs::remove_file(folder.path().join("logs/SRU00004.log")).unwrap();
    let run = folder.run(&["log", "logs", "--json"]);
    assert_eq!(
        (run.status(), &run.json()["streams"][0]["problems"][0]["code"]),
        (1, &(-528).into())
    );
    let run = folder.run(&["log", "logs/SRU00003.log", "logs/SRU.log"]);
    assert_eq!(run.status(), 0, "single files need not be all: {}", run.text());

    let mut damaged = sound.clone();
    damaged[5 * 4096 + 100..][..300].fill(0x55);
    folder.put("logs/SRU00004.log", &damaged);
    let run = folder.run(&["log", "logs"]);
    assert_eq!(run.status(), 1);
    let text = run.text();
    assert!(
        text.contains("problem: JET_errLogFileCorrupt (-501)") && text.contains("sector 5 at byte 20480"),
        "{text}"
    );
    let run = folder.run(&["log", "logs/SRU00004.log", "--records", "--json"]);
    let last: Value = serde_json::from_str(run.text().lines().last().unwrap()).unwrap();
    assert_eq!((run.status(), &last["problem"]["code"]), (1, &(-501).into()));

    let mut flipped = sound.clone();
    flipped[5 * 4096 + 100] ^= 4;
    folder.put("logs/SRU00004.log", &flipped);
    let run = folder.run(&["log", "logs"]);
    assert_eq!(run.status(), 0);
    assert!(
        run.text().contains("bit 802 of sector 5 is flipped"),
        "{}",
        run.text()
    );

    let name = "logs/SRU.chk";
    let json = folder.run(&["log", name, "--json"]);
    assert_eq!(json.status(), 2);
    assert_eq!(folder.run(&["log", "nowhere"]).status(), 2);
    std::fs::create_dir(folder.path().join("empty")).unwrap();
    assert_eq!(folder.run(&["log", "empty"]).status(), 2);
}

#[test]
fn a_checkpoint_and_its_copies() {
    let folder = stream();
    let run = folder.run(&["checkpoint", "logs/SRU.chk"]);
    assert_eq!(run.status(), 0);
    expect_file!["snapshots/checkpoint-day2.txt"].assert_eq(&run.text());
    let sound = read(&folder, "logs/SRU.chk");
    let mut bytes = sound.clone();
    bytes[20] ^= 1;
    folder.put("one.chk", &bytes);
    let run = folder.run(&["checkpoint", "one.chk", "--json"]);
    assert_eq!(
        (run.status(), run.json()["redo_from"].as_str()),
        (1, Some("0x5:6:0"))
    );
    bytes[4096 + 20] ^= 1;
    folder.put("none.chk", &bytes);
    assert_eq!(folder.run(&["checkpoint", "none.chk"]).status(), 2);
    folder.put("log.chk", &read(&folder, "logs/SRU.log"));
    assert_eq!(folder.run(&["checkpoint", "log.chk"]).status(), 2);
}
