//! What `info`, `schema`, `page` and `space` show of real files: member names and values are kept stable by snapshots.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

mod common;

use std::process::Stdio;

use common::Folder;
use expect_test::expect_file;
use jet_test::fixtures;

const DAY2: &str = "srum-server2022-day2.SRUDB.dat";

#[test]
fn info_of_a_clean_file_beside_its_flush_map() {
    let folder = Folder::new();
    folder.put_companions(DAY2);
    folder.put("SRUDB.dat", fixtures::named(DAY2).bytes());
    std::fs::copy(folder.find("SRUDB.jfm"), folder.path().join("map")).unwrap();
    std::fs::rename(folder.path().join("map"), folder.path().join("SRUDB.jfm")).unwrap();
    let run = folder.run(&["info", "SRUDB.dat", "--json"]);
    assert_eq!(run.status(), 0);
    expect_file!["snapshots/info-day2.json"].assert_eq(&run.text());
    let run = folder.run(&["info", "SRUDB.dat"]);
    expect_file!["snapshots/info-day2.txt"].assert_eq(&run.text());
}

#[test]
fn info_of_a_dirty_file_names_the_logs() {
    let folder = Folder::new();
    folder.put_fixture("ual-hyperv-Current.mdb");
    let run = folder.run(&["info", "ual-hyperv-Current.mdb", "--json"]);
    let state = &run.json()["state"];
    assert_eq!((run.status(), &state["name"]), (0, &"dirty".into()));
    let meaning = state["meaning"].as_str().unwrap();
    assert!(
        meaning.contains("1 generation of logs needed, from 0x7c to 0x7c"),
        "{meaning}"
    );
}

#[test]
fn a_foreign_flush_map_is_stale() {
    let folder = Folder::new();
    folder.put_companions("srum-server2022-day1.SRUDB.dat");
    let map = std::fs::read(folder.find("SRUDB.jfm")).unwrap();
    folder
        .put("file.jfm", &map)
        .put("file.dat", fixtures::named(DAY2).bytes());
    let json = folder.run(&["info", "file.dat", "--json"]).json();
    assert_eq!(json["flush_map"]["verdict"], "stale");
    folder.put("file.jfm", &map[..5000]);
    let json = folder.run(&["info", "file.dat", "--json"]).json();
    assert_eq!(json["flush_map"]["verdict"], "unreadable");
}

#[test]
fn schema_of_a_table() {
    let folder = Folder::new();
    folder.put_fixture("ual-hyperv-SystemIdentity.mdb");
    let args = ["schema", "ual-hyperv-SystemIdentity.mdb", "--table", "role_ids"];
    expect_file!["snapshots/schema-role-ids.json"]
        .assert_eq(&folder.run(&[&args[..], &["--json"]].concat()).text());
    expect_file!["snapshots/schema-role-ids.txt"].assert_eq(&folder.run(&args).text());
    expect_file!["snapshots/schema-role-ids.sql"]
        .assert_eq(&folder.run(&[&args[..], &["--sql"]].concat()).text());
    let names = |args: &[&str]| -> Vec<String> {
        let json = folder.run(args).json();
        let tables = json["tables"].as_array().unwrap().iter();
        tables
            .map(|table| table["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let user = names(&["schema", "ual-hyperv-SystemIdentity.mdb", "--json"]);
    assert_eq!(user, ["SYSTEM_IDENTITY", "CHAINED_DATABASES", "ROLE_IDS"]);
    let all = names(&["schema", "ual-hyperv-SystemIdentity.mdb", "--json", "--system"]);
    assert_eq!((all.len(), all[0].as_str()), (7, "MSysObjects"));
}

#[test]
fn pages_of_every_kind() {
    let folder = Folder::new();
    folder.put_fixture(DAY2).put_fixture("alltypes.edb");
    let page = |which: &str| {
        let run = folder.run(&["page", DAY2, which, "--json"]);
        assert_eq!(run.status(), 0, "{}", run.errors());
        run.json()
    };
    let root = page("root:SruDbIdMapTable");
    assert_eq!(root["owner"]["table"], "SruDbIdMapTable");
    let leaf = page(&root["nodes"][0]["child"].to_string());
    assert_eq!(
        leaf["nodes"][0]["key_values"][0],
        leaf["nodes"][0]["record"][1][1].to_string()
    );
    let space = page(&root["external_header"]["space"]["space_trees"][0].to_string());
    assert_eq!(space["nodes"][0]["extent"]["first"], root["page"]);
    let index = page("root:SruDbIdMapTable:IdTypeIdBlob");
    let entries = page(&index["nodes"][0]["child"].to_string());
    assert_eq!(entries["owner"]["index"], "IdTypeIdBlob");
    assert!(
        entries["nodes"][0]["bookmark"]["values"][0]
            .as_str()
            .unwrap()
            .parse::<u32>()
            .is_ok()
    );
    expect_file!["snapshots/page-index-root.txt"].assert_eq(
        &folder
            .run(&["page", DAY2, "root:SruDbIdMapTable:IdTypeIdBlob", "--hex"])
            .text(),
    );

    let unused = folder.run(&["page", "alltypes.edb", "254", "--json"]).json();
    assert_eq!(unused["state"], "never-written");
    let range = folder.run(&["page", DAY2, "1-5", "7..=8", "--json"]).text();
    assert_eq!(range.lines().count(), 7);
    let raw = folder.run(&["page", DAY2, "header", "--raw"]).text();
    assert!(raw.contains("000000  ") && raw.contains("ef cd ab 89"), "{raw}");
}

#[test]
fn space_of_a_file() {
    let folder = Folder::new();
    folder.put_fixture(DAY2);
    let run = folder.run(&["space", DAY2]);
    assert_eq!(run.status(), 0);
    expect_file!["snapshots/space-day2.txt"].assert_eq(&run.text());
    let json = folder.run(&["space", DAY2, "--extents", "--json"]).json();
    assert_eq!(json["trees"][0]["extents"]["owned"][0]["first"], 1);
}

#[test]
fn every_owned_page_is_accounted_for() {
    for fixture in fixtures::clean().filter(|fixture| fixture.is_committed()) {
        let folder = Folder::new();
        folder.put_fixture(fixture.name());
        let json = folder.run(&["space", fixture.name(), "--json"]).json();
        let total = |member: &str| json["total"][member].as_u64().unwrap();
        let parts = ["tree_pages", "space_tree_pages", "free_pages", "leaked_pages"].map(total);
        assert_eq!(
            parts.iter().sum::<u64>(),
            total("owned_pages"),
            "{}",
            fixture.name()
        );
        let file_pages = json["file_pages"].as_u64().unwrap();
        assert!(total("owned_pages") <= file_pages, "{}", fixture.name());
    }
}

/// Whatever is in a file, each page of it is shown, in both forms.
#[test]
fn every_page_of_every_file_is_shown() {
    for fixture in fixtures::all()
        .iter()
        .filter(|fixture| fixture.bytes().len() < 30 << 20)
    {
        let folder = Folder::new();
        folder.put("file.edb", fixture.bytes());
        let pages = fixture.bytes().len() / fixture.page_size().bytes() - 2;
        let run = folder.run(&["page", "file.edb", "all", "--json"]);
        assert!(run.status() < 2, "{}: {}", fixture.name(), run.errors());
        assert_eq!(run.text().lines().count(), pages, "{}", fixture.name());
        let run = folder.run(&["page", "file.edb", "all", "--hex"]);
        assert!(run.status() < 2, "{}: {}", fixture.name(), run.errors());
    }
}

#[test]
fn a_reader_that_stops_is_no_error() {
    let folder = Folder::new();
    folder.put_fixture(DAY2);
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_jetutil"))
        .args(["page", DAY2, "all", "--hex"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        (output.status.code(), output.stderr.as_slice()),
        (Some(0), &b""[..])
    );
}

#[test]
fn shells_and_readers_get_their_files() {
    let folder = Folder::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = folder.run(&["completions", shell]);
        assert_eq!(run.status(), 0);
        assert!(
            run.text().contains("jetutil") && run.text().contains("schema"),
            "{shell}"
        );
    }
    assert_eq!(folder.run(&["man", "--out", "man/man1"]).status(), 0);
    for name in [
        "jetutil",
        "jetutil-info",
        "jetutil-page",
        "jetutil-space",
        "jetutil-dump",
    ] {
        let page = std::fs::read_to_string(folder.path().join(format!("man/man1/{name}.1"))).unwrap();
        assert!(page.contains(".TH"), "{name}");
    }
}
