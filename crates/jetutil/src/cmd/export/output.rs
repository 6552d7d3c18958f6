//! The folder that an export goes into: all of it or nothing.
//!
//! Files are written into a folder of their own beside their place (inside the wanted folder, when that exists) and
//! renamed at the end. What was there before is replaced with `--force` alone, and only files of the same name.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde::Serialize;
use sha2::{Digest, Sha256};

/// A folder that is being filled. Dropped before [`Output::publish`], it is gone.
#[derive(Debug)]
pub(super) struct Output {
    wanted: PathBuf,
    temporary: PathBuf,
    is_new: bool,
    is_published: bool,
}

/// A file of the output.
#[derive(Clone, Debug, Serialize)]
pub(super) struct OutputFile {
    pub(super) name: String,
    pub(super) bytes: u64,
    pub(super) sha256: String,
}

impl Output {
    /// Starts an output for the folder `wanted`.
    ///
    /// # Errors
    /// When it is not empty and `is_forced` is not set, when it is a file, and when folders cannot be made.
    pub(super) fn new(wanted: &Path, is_forced: bool) -> Result<Self> {
        let is_new = match fs::read_dir(wanted) {
            Ok(mut entries) => {
                if !is_forced && entries.next().is_some() {
                    bail!(
                        "{} is not empty; give another folder, or --force to replace files of the same names",
                        wanted.display()
                    );
                }
                false
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => true,
            Err(error) => {
                return Err(error).with_context(|| format!("opening the folder {}", wanted.display()));
            }
        };
        let name = format!(".jetutil-export-{}.tmp", std::process::id());
        let temporary = if is_new {
            let parent = wanted
                .parent()
                .filter(|parent| *parent != Path::new(""))
                .unwrap_or(Path::new("."));
            fs::create_dir_all(parent)
                .with_context(|| format!("creating the folder {}", parent.display()))?;
            parent.join(name)
        } else {
            wanted.join(name)
        };
        fs::create_dir(&temporary).with_context(|| format!("creating the folder {}", temporary.display()))?;
        Ok(Self {
            wanted: wanted.to_owned(),
            temporary,
            is_new,
            is_published: false,
        })
    }

    /// Where to write.
    pub(super) fn folder(&self) -> &Path {
        &self.temporary
    }

    /// The files as they are now, by name.
    pub(super) fn files(&self) -> Result<Vec<OutputFile>> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.temporary)? {
            let entry = entry?;
            let (bytes, sha256) = hash_file(&entry.path())?;
            files.push(OutputFile {
                name: entry.file_name().to_string_lossy().into_owned(),
                bytes,
                sha256,
            });
        }
        files.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(files)
    }

    /// Gives the files their place. `input` is never replaced.
    pub(super) fn publish(mut self, input: &Path) -> Result<()> {
        if self.is_new {
            let renamed = fs::rename(&self.temporary, &self.wanted);
            renamed.with_context(|| format!("renaming to {}", self.wanted.display()))?;
            self.is_published = true;
            return Ok(());
        }
        let input = fs::canonicalize(input).ok();
        let mut moves = Vec::new();
        for entry in fs::read_dir(&self.temporary)? {
            let entry = entry?;
            let to = self.wanted.join(entry.file_name());
            if input.is_some() && fs::canonicalize(&to).ok() == input {
                bail!("{} is the input; it is not replaced", to.display());
            }
            moves.push((entry.path(), to));
        }
        for (from, to) in moves {
            fs::rename(&from, &to).with_context(|| format!("renaming to {}", to.display()))?;
        }
        Ok(())
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        if !self.is_published {
            // Nobody is left to tell; the folder's name says what it is.
            _ = fs::remove_dir_all(&self.temporary);
        }
    }
}

/// Length and SHA-256 of a file.
fn hash_file(path: &Path) -> Result<(u64, String)> {
    let mut file = fs::File::open(path)?;
    let (mut hash, mut bytes) = (Sha256::new(), 0);
    let mut buffer = vec![0; 1 << 16];
    loop {
        let got = file.read(&mut buffer)?;
        let Some(read) = buffer.get(..got).filter(|read| !read.is_empty()) else {
            break;
        };
        hash.update(read);
        bytes += u64::try_from(got)?;
    }
    let mut text = Vec::new();
    crate::json::hex(&mut text, &hash.finalize());
    Ok((bytes, String::from_utf8(text)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn an_output_appears_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let wanted = folder.path().join("a/b");
        let output = Output::new(&wanted, false).unwrap();
        fs::write(output.folder().join("t.csv"), "x").unwrap();
        drop(output);
        assert_eq!(names(&folder.path().join("a")), Vec::<String>::new());
        let output = Output::new(&wanted, false).unwrap();
        fs::write(output.folder().join("t.csv"), "x").unwrap();
        assert!(!wanted.exists());
        output.publish(Path::new("input.edb")).unwrap();
        assert_eq!(names(&wanted), ["t.csv"]);
        assert_eq!(names(&folder.path().join("a")), ["b"]);
    }

    #[test]
    fn a_folder_with_files_is_refused_or_merged() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["t.csv", "other", "input.edb"] {
            fs::write(folder.path().join(name), "old").unwrap();
        }
        let refused = Output::new(folder.path(), false).unwrap_err();
        assert!(refused.to_string().contains("--force"));
        let output = Output::new(folder.path(), true).unwrap();
        fs::write(output.folder().join("t.csv"), "new").unwrap();
        output.publish(&folder.path().join("input.edb")).unwrap();
        assert_eq!(names(folder.path()), ["input.edb", "other", "t.csv"]);
        assert_eq!(fs::read_to_string(folder.path().join("t.csv")).unwrap(), "new");
        // The input stays, whatever a table is called.
        let output = Output::new(folder.path(), true).unwrap();
        fs::write(output.folder().join("input.edb"), "new").unwrap();
        assert!(output.publish(&folder.path().join("input.edb")).is_err());
        assert_eq!(
            fs::read_to_string(folder.path().join("input.edb")).unwrap(),
            "old"
        );
    }
}
