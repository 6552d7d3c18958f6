//! `cargo xtask tidy`: the shape of the workspace. Each check returns what it found; warnings are shown,
//! anything else fails the task.

mod edges;
mod files;
mod fixtures;

use std::path::PathBuf;

use anyhow::bail;

use crate::command::{command, output};
use crate::workspace::root;

/// Options of the task: none.
#[derive(clap::Args)]
pub(crate) struct Args {}

/// One thing that is not as it should be.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Finding {
    /// Worth a look; does not fail the task.
    Warning(String),
    /// Must be mended.
    Error(String),
}

/// Runs every check.
pub(crate) fn run(_: Args) -> anyhow::Result<()> {
    check()
}

/// Shows all findings; fails when one of them is more than a warning.
pub(crate) fn check() -> anyhow::Result<()> {
    let metadata = cargo_metadata::MetadataCommand::new()
        .current_dir(root())
        .no_deps()
        .exec()?;
    let files = project_files()?;
    let mut findings = edges::check(&edges::crates_of(&metadata));
    findings.extend(files::check_unsafe_code(&metadata)?);
    findings.extend(files::check_texts(&root(), &files)?);
    findings.extend(fixtures::check(&root(), &files)?);
    let mut error_count = 0;
    for finding in &findings {
        match finding {
            Finding::Warning(text) => println!("warning: {text}"),
            Finding::Error(text) => {
                println!("error: {text}");
                error_count += 1;
            }
        }
    }
    if error_count > 0 {
        bail!("{error_count} finding(s)");
    }
    println!("{} crates, {} files: tidy", metadata.packages.len(), files.len());
    Ok(())
}

/// Files that belong to the project, from its root: those in git and those that are new and not ignored.
fn project_files() -> anyhow::Result<Vec<PathBuf>> {
    let list = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
    let listed = output(command("git").args(list))?;
    let mut files: Vec<_> = listed.split_terminator('\0').map(PathBuf::from).collect();
    files.retain(|file| root().join(file).is_file());
    files.sort();
    Ok(files)
}
