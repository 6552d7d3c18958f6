//! Files: unsafe code forbidden where it has no home, lengths, and no paths of somebody's machine.

use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::{Metadata, TargetKind};

use super::Finding;
use crate::workspace::root;

/// Crates that may hold unsafe code.
const UNSAFE_HOMES: &[&str] = &["jet-io", "jet-capi"];

/// A file of code longer than this should be split.
const LINES_MAX: usize = 600;

/// Starts of paths that exist on one machine only. Written in two parts, so that this file passes.
const MACHINE_PATHS: &[&str] = &[
    concat!("/ho", "me/"),
    concat!("/ro", "ot/"),
    concat!("/Us", "ers/"),
    concat!("/wo", "rk/"),
];

/// Names of files that are text, by extension; files without one are read when they are scripts.
const TEXT_EXTENSIONS: &[&str] = &[
    "rs", "md", "toml", "lock", "py", "sh", "c", "h", "yml", "yaml", "json", "txt", "html",
];

/// Every library and program opens with `#![forbid(unsafe_code)]`, and every manifest takes the shared lints.
pub(super) fn check_unsafe_code(metadata: &Metadata) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for package in &metadata.packages {
        if !fs::read_to_string(&package.manifest_path)?.contains("[lints]\nworkspace = true") {
            findings.push(Finding::Error(format!(
                "{}: manifest without `[lints] workspace = true`",
                package.name
            )));
        }
        if UNSAFE_HOMES.contains(&package.name.as_str()) {
            continue;
        }
        for target in &package.targets {
            let is_checked = |kind: &TargetKind| {
                !matches!(kind, TargetKind::Test | TargetKind::Bench | TargetKind::Example)
            };
            if target.kind.iter().any(is_checked)
                && !fs::read_to_string(&target.src_path)?.contains("#![forbid(unsafe_code)]")
            {
                findings.push(Finding::Error(format!(
                    "{} lacks #![forbid(unsafe_code)]",
                    target.src_path
                )));
            }
        }
    }
    Ok(findings)
}

/// Length of code and paths in text, file by file. Data of tests is left out.
pub(super) fn check_texts(root: &Path, files: &[PathBuf]) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for file in files
        .iter()
        .filter(|file| is_text(file) && !super::fixtures::is_fixture(file))
    {
        let text = String::from_utf8_lossy(&fs::read(root.join(file))?).into_owned();
        findings.extend(check_text(file, &text));
    }
    Ok(findings)
}

fn check_text(file: &Path, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let is_generated = text.lines().take(3).any(|line| line.contains("Generated from "));
    let line_count = text.lines().count();
    if file.extension().is_some_and(|extension| extension == "rs") && !is_generated && line_count > LINES_MAX
    {
        findings.push(Finding::Warning(format!(
            "{}: {line_count} lines; split it",
            file.display()
        )));
    }
    for (index, line) in text.lines().enumerate() {
        if let Some(path) = MACHINE_PATHS.iter().find(|path| names_machine_path(line, path)) {
            findings.push(Finding::Error(format!(
                "{}:{}: path of one machine ({path})",
                file.display(),
                index + 1
            )));
        }
    }
    findings
}

/// Whether the line has `path` as the start of an absolute path; `a/home/b` has it in the middle.
fn names_machine_path(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let before = line.get(..at).and_then(|head| head.chars().next_back());
        before.is_none_or(|c| !(c.is_alphanumeric() || "._-/~$})>".contains(c)))
    })
}

fn is_text(file: &Path) -> bool {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some(extension) => TEXT_EXTENSIONS.contains(&extension),
        None => fs::read(root().join(file)).is_ok_and(|bytes| bytes.starts_with(b"#!")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_one_machine_are_found() {
        for prefix in MACHINE_PATHS {
            let text = format!("one\nlet p = \"{prefix}somebody/x\";\n");
            assert_eq!(check_text(Path::new("a.rs"), &text).len(), 1, "{prefix}");
            let inner = format!("https://example.org{prefix}page and ./a{prefix}b");
            assert_eq!(check_text(Path::new("a.md"), &inner), [], "{prefix}");
        }
    }

    #[test]
    fn long_code_is_a_warning_unless_generated() {
        let long = "x\n".repeat(LINES_MAX + 1);
        assert!(matches!(
            check_text(Path::new("a.rs"), &long).as_slice(),
            [Finding::Warning(_)]
        ));
        assert_eq!(
            check_text(Path::new("a.rs"), &format!("//! Generated from a table\n{long}")),
            []
        );
        assert_eq!(check_text(Path::new("a.md"), &long), []);
    }
}
