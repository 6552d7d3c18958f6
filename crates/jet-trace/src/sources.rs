//! Where recordings come from: pairs of files `NAME.script` and `NAME.txt`, in folders and in archives `.tar.xz`.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::transcript::latin1;

/// Larger files in an archive are refused.
const FILE_BYTES_MAX: u64 = 1 << 28;

/// A script and what the genuine engine answered to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Name of the folder or archive, `/`, name of the script.
    pub name: String,
    /// The script.
    pub script: String,
    /// The transcript.
    pub transcript: String,
}

/// Why recordings cannot be had.
#[derive(Debug, Error)]
pub enum SourceError {
    /// A file or folder cannot be read.
    #[error("{}: {source}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is larger than any recording.
    #[error("{name}: too large")]
    TooLarge {
        /// Its name in the archive.
        name: String,
    },
    /// A script stands alone.
    #[error("{}: no transcript beside it", path.display())]
    NoTranscript {
        /// The script.
        path: PathBuf,
    },
}

/// The recordings that replays use when none are named: those beside the repository if they are there, else those in it.
pub fn default_folder() -> PathBuf {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let shared = std::env::var_os("JET_SHARED").map_or_else(|| repository.join("../shared"), PathBuf::from);
    let beside = shared.join("golden/traces");
    if beside.is_dir() {
        beside
    } else {
        repository.join("fixtures/traces")
    }
}

/// All recordings of a script, a folder with those in it, or an archive, by name. Scripts in folders without a transcript are left out.
///
/// # Errors
/// [`SourceError`] when something cannot be read.
pub fn load(path: &Path) -> Result<Vec<Source>, SourceError> {
    if path.is_dir() {
        let mut found = Vec::new();
        let mut files: Vec<PathBuf> = list(path)?;
        files.sort();
        for file in files {
            let is_script = has_end(&file, ".script") && file.with_extension("txt").is_file();
            if is_script || has_end(&file, ".tar.xz") || file.is_dir() {
                found.extend(load(&file)?);
            }
        }
        return Ok(found);
    }
    if has_end(path, ".tar.xz") {
        return from_archive(path);
    }
    let transcript = path.with_extension("txt");
    if !transcript.is_file() {
        return Err(SourceError::NoTranscript {
            path: path.to_owned(),
        });
    }
    let read = |path: &Path| fs::read(path).map_err(told(path)).map(|bytes| latin1(&bytes));
    let folder = path.parent().and_then(Path::file_name).unwrap_or_default();
    let stem = path.file_stem().unwrap_or_default();
    Ok(vec![Source {
        name: format!("{}/{}", folder.to_string_lossy(), stem.to_string_lossy()),
        script: read(path)?,
        transcript: read(&transcript)?,
    }])
}

/// Unpacks a folder of the corpus, such as `clean/full_p4096`, from the archives in `corpora` into an empty folder.
///
/// # Errors
/// [`SourceError`] when there is no such archive or it does not unpack.
pub fn unpack_corpus(corpora: &Path, name: &str, into: &Path) -> Result<(), SourceError> {
    let archive = corpora.join(format!("{name}.tar.xz"));
    each_file(&archive, |inside, bytes| {
        // The archive holds one folder; nothing in it lies outside of that.
        let mut parts = inside.components();
        parts.next();
        let relative = parts.as_path();
        let is_inside = relative
            .components()
            .all(|part| matches!(part, std::path::Component::Normal(_)));
        if !is_inside || relative.as_os_str().is_empty() {
            return Ok(());
        }
        let place = into.join(relative);
        let folder = place.parent().unwrap_or(into);
        fs::create_dir_all(folder).map_err(told(folder))?;
        fs::write(&place, bytes).map_err(told(&place))
    })
}

fn list(folder: &Path) -> Result<Vec<PathBuf>, SourceError> {
    let entries = fs::read_dir(folder).map_err(told(folder))?;
    entries
        .map(|entry| entry.map(|entry| entry.path()).map_err(told(folder)))
        .collect()
}

fn from_archive(archive: &Path) -> Result<Vec<Source>, SourceError> {
    let mut scripts = BTreeMap::new();
    let mut transcripts = BTreeMap::new();
    each_file(archive, |name, bytes| {
        let stem = name
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if has_end(name, ".script") {
            scripts.insert(stem, latin1(&bytes));
        } else if has_end(name, ".txt") {
            transcripts.insert(stem, latin1(&bytes));
        }
        Ok(())
    })?;
    let file_name = archive.file_name().unwrap_or_default().to_string_lossy();
    let group = file_name.trim_end_matches(".tar.xz");
    let pairs = scripts.into_iter().filter_map(|(stem, script)| {
        let transcript = transcripts.remove(&stem)?;
        let name = format!("{group}/{stem}");
        Some(Source {
            name,
            script,
            transcript,
        })
    });
    Ok(pairs.collect())
}

fn each_file(
    archive: &Path,
    mut take: impl FnMut(&Path, Vec<u8>) -> Result<(), SourceError>,
) -> Result<(), SourceError> {
    let packed = BufReader::new(File::open(archive).map_err(told(archive))?);
    let mut unpacked = tar::Archive::new(lzma_rust2::XzReader::new(packed, true));
    for entry in unpacked.entries().map_err(told(archive))? {
        let entry = entry.map_err(told(archive))?;
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let name = entry.path().map_err(told(archive))?.into_owned();
        let mut bytes = Vec::new();
        let read = entry
            .take(FILE_BYTES_MAX)
            .read_to_end(&mut bytes)
            .map_err(told(archive))?;
        if u64::try_from(read).is_ok_and(|read| read == FILE_BYTES_MAX) {
            let name = name.display().to_string();
            return Err(SourceError::TooLarge { name });
        }
        take(&name, bytes)?;
    }
    Ok(())
}

fn told(path: &Path) -> impl Fn(io::Error) -> SourceError {
    let path = path.to_owned();
    move |source| SourceError::Io {
        path: path.clone(),
        source,
    }
}

fn has_end(path: &Path, end: &str) -> bool {
    path.file_name()
        .is_some_and(|name| name.to_string_lossy().ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An archive with these files, each `x` long.
    fn archive(place: &Path, files: &[&str]) -> PathBuf {
        let path = place.join("made.tar.xz");
        let options = lzma_rust2::XzOptions::with_preset(0);
        let packer = lzma_rust2::XzWriter::new(File::create(&path).unwrap(), options).unwrap();
        let mut builder = tar::Builder::new(packer);
        for name in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(1);
            header.set_cksum();
            builder.append_data(&mut header, name, &b"x"[..]).unwrap();
        }
        builder.into_inner().unwrap().finish().unwrap();
        path
    }

    #[test]
    fn scripts_are_found_with_their_transcripts() {
        let place = tempfile::tempdir().unwrap();
        archive(place.path(), &["b.script", "b.txt", "a.txt", "c.script"]);
        fs::write(place.path().join("s.script"), "exit").unwrap();
        assert!(matches!(
            load(&place.path().join("s.script")),
            Err(SourceError::NoTranscript { .. })
        ));
        let names = |found: Vec<Source>| found.into_iter().map(|source| source.name).collect::<Vec<_>>();
        assert_eq!(names(load(place.path()).unwrap()), ["made/b"]);
        assert!(matches!(
            load(&place.path().join("none")),
            Err(SourceError::NoTranscript { .. })
        ));
    }

    #[test]
    fn a_corpus_loses_its_outer_folder() {
        let place = tempfile::tempdir().unwrap();
        archive(place.path(), &["made/corpus.edb", "made/dump/x"]);
        let into = place.path().join("into");
        unpack_corpus(place.path(), "made", &into).unwrap();
        assert!(into.join("corpus.edb").is_file() && into.join("dump/x").is_file());
        assert!(unpack_corpus(place.path(), "none", &into).is_err());
    }

    #[test]
    fn a_broken_archive_is_an_error() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("broken.tar.xz");
        fs::write(&path, b"not packed").unwrap();
        assert!(matches!(load(&path), Err(SourceError::Io { .. })));
    }
}
