//! Exit status and message for files that are no sound database: 1 where something can still be shown, 2 where not.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

mod common;

use common::Folder;
use jet_test::fixtures;

const DAY2: &str = "srum-server2022-day2.SRUDB.dat";

/// Status of each command that takes a file alone.
fn statuses(folder: &Folder, file: &str) -> [i32; 4] {
    [
        &["info", file][..],
        &["schema", file],
        &["space", file],
        &["page", file, "1"],
    ]
    .map(|args| folder.run(args).status())
}

#[test]
fn what_is_no_file_is_2() {
    let folder = Folder::new();
    folder.put("empty.edb", b"").put("text.edb", &[b'x'; 70_000]);
    std::fs::create_dir(folder.path().join("folder")).unwrap();
    for (file, code) in [("empty.edb", -4001), ("missing.edb", -1811), ("folder", -1023)] {
        assert_eq!(statuses(&folder, file), [2; 4], "{file}");
        let run = folder.run(&["info", file]);
        assert!(run.errors().contains(&format!("({code})")), "{}", run.errors());
        assert_eq!(run.text(), "");
    }
    assert_eq!(statuses(&folder, "text.edb"), [2; 4]);
}

#[test]
fn other_kinds_of_files_are_named() {
    let folder = Folder::new();
    folder.put_companions(DAY2);
    for (file, kind) in [
        ("SRU00003.log", "a transaction log: generation 0x3,"),
        ("SRU.chk", "a checkpoint: redo starts at 0x"),
        ("SRUDB.jfm", "a flush map, made 2023-10-"),
    ] {
        let path = folder.find(file);
        let path = path.to_str().unwrap();
        assert_eq!(statuses(&folder, path), [2; 4], "{file}");
        let errors = folder.run(&["info", path]).errors();
        assert!(errors.contains("JET_errFileInvalidType"), "{errors}");
        assert!(errors.contains(kind), "{errors}");
    }
}

#[test]
fn an_error_is_json_when_asked() {
    let folder = Folder::new();
    let run = folder.run(&["info", "missing.edb", "--json"]);
    let error: serde_json::Value = serde_json::from_str(&run.errors()).unwrap();
    assert_eq!((run.status(), &error["error"]["code"]), (2, &(-1811).into()));
}

#[test]
fn one_damaged_header_is_1_and_two_are_2() {
    let folder = Folder::new();
    let mut bytes = fixtures::named(DAY2).bytes().to_vec();
    bytes[100] ^= 1;
    folder.put("one.edb", &bytes);
    let run = folder.run(&["info", "one.edb", "--json"]);
    assert_eq!(
        (run.status(), &run.json()["header"]["source"]),
        (1, &"shadow".into())
    );
    assert_eq!(folder.run(&["schema", "one.edb"]).status(), 0);
    bytes[4096 + 100] ^= 1;
    folder.put("two.edb", &bytes);
    assert_eq!(statuses(&folder, "two.edb"), [2; 4]);
    let errors = folder.run(&["info", "two.edb"]).errors();
    assert!(errors.contains("(-1018)"), "{errors}");
}

#[test]
fn a_cut_file_is_1() {
    let folder = Folder::new();
    let bytes = fixtures::named(DAY2).bytes();
    folder.put("cut.edb", &bytes[..bytes.len() / 3 + 100]);
    let run = folder.run(&["info", "cut.edb", "--json"]);
    let ids: Vec<_> = run.json()["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["id"].clone())
        .collect();
    assert_eq!((run.status(), ids.contains(&"file-cut".into())), (1, true));
    assert_eq!(folder.run(&["space", "cut.edb"]).status(), 1);
    // The page that the end cuts is the last one.
    let last = run.json()["file"]["pages"].to_string();
    let run = folder.run(&["page", "cut.edb", &last, "--json"]);
    assert_eq!((run.status(), &run.json()["state"]), (1, &"cut-off".into()));
    let beyond = folder.run(&["page", "cut.edb", "99999"]);
    assert_eq!(beyond.status(), 2);
}

#[test]
fn a_damaged_page_is_shown_with_what_is_wrong() {
    let folder = Folder::new();
    let mut bytes = fixtures::named(DAY2).bytes().to_vec();
    let page = 5 * 4096;
    bytes[page + 200] ^= 4;
    folder.put("bit.edb", &bytes);
    let run = folder.run(&["page", "bit.edb", "4", "--json"]);
    let (status, json) = (run.status(), run.json());
    assert_eq!((status, &json["checksum"]["verdict"]), (1, &"bit-flip".into()));
    assert_eq!(json["checksum"]["flipped_bit"], 200 * 8 + 2);
    // Mended for the eye, so it reads as before.
    let sound = Folder::new();
    sound.put_fixture(DAY2);
    let before = sound.run(&["page", DAY2, "4", "--json"]);
    assert_eq!((before.status(), &before.json()["nodes"]), (0, &json["nodes"]));

    bytes[page + 300] ^= 0xff;
    bytes[page + 34] = 0xff;
    bytes[page + 35] = 0x0f;
    folder.put("bit.edb", &bytes);
    let json = folder.run(&["page", "bit.edb", "4", "--json"]).json();
    assert_eq!(json["checksum"]["verdict"], "mismatch");
    assert_eq!(json["state"], "unreadable");
    assert_eq!(json["findings"][0]["id"], "page-tag-count");
}

#[test]
fn unknown_names_say_what_there_is() {
    let folder = Folder::new();
    folder.put_fixture(DAY2);
    for args in [
        &["schema", DAY2, "--table", "nothing"][..],
        &["page", DAY2, "root:nothing"],
        &["page", DAY2, "lv:SruDbIdMapTable"],
        &["page", DAY2, "0"],
        &["page", DAY2, "9-4"],
        &["page", DAY2, "five"],
    ] {
        let run = folder.run(args);
        assert_eq!((run.status(), run.text().as_str()), (2, ""), "{args:?}");
        assert!(run.errors().len() > 20, "{args:?}");
    }
}

#[test]
fn a_temporary_database_has_no_catalog() {
    let Some(temporary) = fixtures::all()
        .iter()
        .find(|fixture| fixture.name() == "temp-8k.edb")
    else {
        println!("temp-8k.edb is not here");
        return;
    };
    let folder = Folder::new();
    folder.put("temp.edb", temporary.bytes());
    let run = folder.run(&["info", "temp.edb", "--json"]);
    let json = run.json();
    assert_eq!((run.status(), &json["engine"]["build"]), (1, &0.into()));
    assert_eq!(json["state"]["name"], "just-created");
    assert_eq!(json["problems"][0]["id"], "catalog-unreadable");
    assert_eq!(folder.run(&["schema", "temp.edb"]).status(), 2);
}
