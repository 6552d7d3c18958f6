//! `jetutil verify`: exit status, text and JSON.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use jet_test::fixtures;
use serde_json::Value as Json;

/// A file with these bytes, in a folder that goes away with the first of the two.
fn file(bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.edb");
    fs::write(&path, bytes).unwrap();
    (folder, path)
}

/// Exit status and standard output.
fn verify(arguments: &[&str], path: &Path) -> (i32, String) {
    let mut jetutil = Command::new(env!("CARGO_BIN_EXE_jetutil"));
    let output = jetutil.arg("verify").args(arguments).arg(path).output().unwrap();
    assert!(output.stderr.is_empty() || output.status.code() == Some(2));
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stdout).unwrap(),
    )
}

#[test]
fn a_sound_file() {
    let (_folder, path) = file(fixtures::named("alltypes.edb").bytes());
    let (status, text) = verify(&[], &path);
    assert_eq!(status, 0);
    assert!(
        text.contains("pages: 254, of which 45 initialised and 209 zero"),
        "{text}"
    );
    assert!(text.trim_end().ends_with("a.edb: sound"), "{text}");
    assert_eq!(verify(&["--quiet"], &path), (0, String::new()));
    let (status, text) = verify(&["--json"], &path);
    assert_eq!((status, text.lines().count()), (0, 1));
    let summary: Json = serde_json::from_str(&text).unwrap();
    assert_eq!(summary["summary"]["sound"], true);
    assert_eq!(summary["summary"]["pages"]["initialised"], 45);
}

#[test]
fn warnings_alone_leave_the_status_0() {
    let (_folder, path) = file(fixtures::named("wsearch-win10-repaired.edb").bytes());
    let (status, text) = verify(&["--quiet"], &path);
    assert_eq!(status, 0);
    assert!(text.contains("warning space-leaked (page 29 at offset"), "{text}");
    assert!(text.trim_end().ends_with("sound, with 5 warnings"), "{text}");
}

#[test]
fn errors_give_status_1() {
    let mut bytes = fixtures::named("alltypes.edb").bytes().to_vec();
    bytes[5 * 4096 + 700] ^= 4;
    let (_folder, path) = file(&bytes);
    let (status, text) = verify(&[], &path);
    assert_eq!(status, 1);
    assert!(
        text.starts_with("checksums\n  error page-bit-flip (page 4 at offset 20480): "),
        "{text}"
    );
    assert!(text.contains("what to do: "), "{text}");
    assert!(text.trim_end().ends_with("1 error, 0 warnings"), "{text}");
    let (status, text) = verify(&["--json"], &path);
    let lines: Vec<Json> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!((status, lines.len()), (1, 2));
    assert_eq!(lines[0]["finding"]["id"], "page-bit-flip");
    assert_eq!(
        (&lines[1]["summary"]["errors"], &lines[1]["summary"]["sound"]),
        (&1.into(), &false.into())
    );
}

#[test]
fn what_cannot_be_read_gives_status_2() {
    let (_folder, path) = file(b"no database");
    assert_eq!(verify(&[], &path), (2, String::new()));
    assert_eq!(verify(&[], Path::new("/no/such/file.edb")).0, 2);
}
