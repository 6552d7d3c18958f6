//! Reference material beside the workspace: where it lies, how it is unpacked. Tests that need it say so and pass
//! when it is not there.

#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

pub mod database;
pub mod manifest;
pub mod trace;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// The folder of reference material, or `None` with a line that says so.
pub fn shared() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let folder = std::env::var_os("JET_SHARED").map_or(beside, PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("no reference material at {}: nothing tested", folder.display());
    None
}

/// The cases of a vector file.
pub fn vectors(name: &str) -> Option<Vec<Value>> {
    let text = std::fs::read(shared()?.join("format/vectors").join(name)).unwrap();
    let Value::Array(cases) = serde_json::from_slice::<Value>(&text).unwrap()["cases"].take() else {
        panic!("{name} has no cases");
    };
    Some(cases)
}

/// One file of a packed reference set, unpacked; `None` when the set is missing.
pub fn golden(set: &str, file: &str) -> Option<Vec<u8>> {
    let archive = shared()?.join(format!("golden/{set}.tar.xz"));
    let name = set.rsplit('/').next().unwrap();
    let output = Command::new("tar")
        .arg("-xJOf")
        .arg(&archive)
        .arg(format!("{name}/{file}"))
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}: {file}", archive.display());
    Some(output.stdout)
}

/// The contents of a gzip file.
pub fn gunzip(path: &Path) -> Vec<u8> {
    let output = Command::new("gzip")
        .arg("-dc")
        .arg(path)
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", path.display());
    output.stdout
}

/// The manifest of a packed reference set.
pub fn manifest(set: &str) -> Option<Value> {
    let packed = golden(set, "manifest.json.gz")?;
    let mut gzip = Command::new("gzip")
        .arg("-dc")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = gzip.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(&packed));
    let output = gzip.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

/// Bytes written in hexadecimal.
pub fn unhex(text: &str) -> Vec<u8> {
    assert!(text.len().is_multiple_of(2), "{text}");
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
