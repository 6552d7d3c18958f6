//! Real log files, with the checkpoints and databases beside them: those in `fixtures/` of this repository, and more of them
//! beside it where they are present.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::fixtures::{beside_repository, repository};

/// The files of one log stream.
#[derive(Debug)]
pub struct LogFixture {
    /// Name of the archive.
    pub name: String,
    /// Whether it is part of the repository.
    pub is_committed: bool,
    archive: PathBuf,
    files: OnceLock<BTreeMap<String, Vec<u8>>>,
}

impl LogFixture {
    /// Files by their path in the archive, unpacked when first asked for.
    ///
    /// # Panics
    /// When the archive does not unpack.
    pub fn files(&self) -> &BTreeMap<String, Vec<u8>> {
        self.files.get_or_init(|| {
            let packed = std::io::BufReader::new(fs::File::open(&self.archive).unwrap());
            if self
                .archive
                .extension()
                .is_some_and(|extension| extension == "gz")
            {
                unpack(flate2::read::GzDecoder::new(packed))
            } else {
                unpack(lzma_rust2::XzReader::new(packed, true))
            }
        })
    }

    /// The log files, by name.
    pub fn logs(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.ending_in(".log")
    }

    /// The files in one folder of the archive, by their names; "" for what lies at its top.
    pub fn in_folder(&self, folder: &str) -> impl Iterator<Item = (&str, &[u8])> {
        let all = self.files().iter();
        all.filter_map(move |(path, bytes)| {
            let name = path.strip_prefix(folder)?.trim_start_matches('/');
            (!name.contains('/')).then_some((name, bytes.as_slice()))
        })
    }

    /// The checkpoint files, by name.
    pub fn checkpoints(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.ending_in(".chk")
    }

    fn ending_in(&self, end: &'static str) -> impl Iterator<Item = (&str, &[u8])> {
        let found = self.files().iter().filter(move |(name, _)| name.ends_with(end));
        found.map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
    }
}

/// Every archive that may hold logs: `NAME.files.tar.gz` beside databases, and the crashed and backed-up sets of the
/// open-source engine.
///
/// # Panics
/// When a folder cannot be listed.
pub fn all() -> &'static [LogFixture] {
    static ALL: OnceLock<Vec<LogFixture>> = OnceLock::new();
    ALL.get_or_init(|| {
        let own = repository().join("fixtures");
        let mut found = Vec::new();
        add_archives(&own.join("windows"), true, &mut found);
        for folder in ["golden", "golden/crash", "golden/dirty"] {
            add_archives(&own.join(folder), true, &mut found);
        }
        if let Some(beside) = beside_repository() {
            for folder in [
                "fixtures/windows",
                "golden/dirty",
                "golden/crash",
                "golden/backup",
            ] {
                add_archives(&beside.join(folder), false, &mut found);
            }
        }
        found.sort_by(|a, b| a.name.cmp(&b.name).then(b.is_committed.cmp(&a.is_committed)));
        found.dedup_by(|later, earlier| later.name == earlier.name);
        found
    })
}

/// The fixture of this name.
///
/// # Panics
/// When there is none.
pub fn named(name: &str) -> &'static LogFixture {
    let found = all().iter().find(|fixture| fixture.name == name);
    found.unwrap_or_else(|| panic!("no logs are named {name}"))
}

fn add_archives(folder: &Path, is_committed: bool, found: &mut Vec<LogFixture>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for archive in entries.map(|entry| entry.unwrap().path()) {
        let file_name = archive.file_name().unwrap().to_string_lossy().into_owned();
        let ends = [".files.tar.gz", ".tar.xz"];
        let Some(name) = ends.iter().find_map(|end| file_name.strip_suffix(end)) else {
            continue;
        };
        found.push(LogFixture {
            name: name.to_owned(),
            is_committed,
            archive,
            files: OnceLock::new(),
        });
    }
}

/// The files of an archive. Those packed within it lose their `.gz`.
fn unpack(archive: impl Read) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in tar::Archive::new(archive).entries().unwrap() {
        let mut entry = entry.unwrap();
        let name = entry.path().unwrap().to_string_lossy().into_owned();
        if name.ends_with('/') {
            continue;
        }
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        if name.ends_with(".gz") {
            let packed = std::mem::take(&mut bytes);
            flate2::read::GzDecoder::new(packed.as_slice())
                .read_to_end(&mut bytes)
                .unwrap();
        }
        files.insert(name.trim_end_matches(".gz").to_owned(), bytes);
    }
    files
}
