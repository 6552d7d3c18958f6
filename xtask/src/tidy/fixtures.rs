//! Fixtures: data that tests read. Every folder of them says where its files come from and under which licence.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use super::Finding;

/// Folders with these names hold data of tests, wherever they stand.
const FIXTURE_FOLDERS: &[&str] = &["fixtures", "vectors", "golden", "corpus"];

/// The file with the origin.
const NOTE: &str = "README.md";

/// Whether the file lies in a folder of fixtures.
pub(super) fn is_fixture(file: &Path) -> bool {
    fixture_root(file).is_some()
}

/// The outermost folder of fixtures that the file lies in.
fn fixture_root(file: &Path) -> Option<&Path> {
    let is_fixture_folder = |folder: &&Path| {
        folder
            .file_name()
            .and_then(OsStr::to_str)
            .is_some_and(|name| FIXTURE_FOLDERS.contains(&name))
    };
    file.ancestors().skip(1).filter(is_fixture_folder).last()
}

/// A folder with data needs a note in it or above it, up to the outermost folder of fixtures; the note must
/// speak of origin and licence.
pub(super) fn check(root: &Path, files: &[PathBuf]) -> anyhow::Result<Vec<Finding>> {
    let mut findings = BTreeSet::new();
    for file in files.iter().filter(|file| !is_code_or_note(file)) {
        let Some(top) = fixture_root(file) else { continue };
        let folders = file
            .ancestors()
            .skip(1)
            .take_while(|folder| folder.starts_with(top));
        let notes: Vec<_> = folders
            .map(|folder| folder.join(NOTE))
            .filter(|note| files.contains(note))
            .collect();
        let folder = file.parent().unwrap_or(top).display().to_string();
        match notes.first() {
            None => _ = findings.insert(format!("{folder}: no {NOTE} that tells origin and licence")),
            Some(note) if !tells_origin(&fs::read_to_string(root.join(note))?) => {
                findings.insert(format!("{}: does not tell origin and licence", note.display()));
            }
            Some(_) => {}
        }
    }
    Ok(findings.into_iter().map(Finding::Error).collect())
}

fn tells_origin(note: &str) -> bool {
    let note = note.to_lowercase();
    note.contains("origin") && (note.contains("licence") || note.contains("license"))
}

fn is_code_or_note(file: &Path) -> bool {
    let has_code_extension = file.extension().is_some_and(|extension| extension == "rs");
    has_code_extension || file.file_name().is_some_and(|name| name == NOTE)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn origin_and_licence_are_asked_for() {
        assert!(tells_origin(
            "# Origin\nCut from a file of Windows 10. Licence: MIT."
        ));
        assert!(!tells_origin("Some files."));
        assert!(!tells_origin("Origin: found somewhere."));
    }

    #[test]
    fn data_without_a_note_is_found() {
        let files = [
            "crates/a/tests/fixtures/x/a.bin",
            "crates/a/tests/fixtures/x/mod.rs",
            "src/a.bin",
        ]
        .map(PathBuf::from);
        let findings = check(Path::new("."), &files).unwrap();
        assert_eq!(findings.len(), 1);
        assert!(is_fixture(Path::new("crates/a/vectors/a.json")) && !is_fixture(Path::new("vectors")));
    }
}
