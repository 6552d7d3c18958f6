//! Real database files: those in `fixtures/` of this repository, and more of them beside it where they are present.
//!
//! A file is found by its place and name, so a new one needs no code. It is unpacked when it is first asked for, in
//! memory, once per process.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use jet_pages::PageSize;
use jet_pages::dbheader::{self, DbHeader, DbState};

/// A database file to test with.
#[derive(Debug)]
pub struct Fixture {
    name: String,
    packed: Packed,
    is_committed: bool,
    bytes: OnceLock<Vec<u8>>,
}

/// How a fixture is stored.
#[derive(Debug)]
enum Packed {
    /// Database and dump, each in a file of its own, the second with or without gzip.
    Gzip { data: PathBuf, dump: Option<PathBuf> },
    /// An archive with `NAME/corpus.edb`, and `NAME/expected.jsonl.gz` in some.
    TarXz(PathBuf),
}

/// Every fixture, in order of name: those of the repository, and those beside it if they are there.
pub fn all() -> &'static [Fixture] {
    static ALL: OnceLock<Vec<Fixture>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut found = BTreeMap::new();
        let own = repository().join("fixtures");
        add_gzipped(&own.join("windows"), true, &mut found);
        add_gzipped(&own.join("golden"), true, &mut found);
        if let Some(beside) = beside_repository() {
            add_gzipped(&beside.join("fixtures/windows"), false, &mut found);
            add_archives(&beside.join("golden/clean"), &mut found);
            add_archives(&beside.join("golden/dirty"), &mut found);
        }
        found.into_values().collect()
    })
}

/// Fixtures that were shut down cleanly, so that the checks must find nothing in them.
pub fn clean() -> impl Iterator<Item = &'static Fixture> {
    all().iter().filter(|fixture| fixture.is_clean())
}

/// The fixture of this name.
///
/// # Panics
/// When there is none.
pub fn named(name: &str) -> &'static Fixture {
    let found = all().iter().find(|fixture| fixture.name == name);
    found.unwrap_or_else(|| panic!("no fixture is named {name}"))
}

/// The folder with further fixtures and vectors, which lies beside the repository (or where `JET_SHARED` says) on some
/// machines only. A test that needs it prints a line and returns when it is missing.
pub fn beside_repository() -> Option<PathBuf> {
    let folder = std::env::var_os("JET_SHARED").map_or_else(|| repository().join("../shared"), PathBuf::from);
    folder.is_dir().then_some(folder)
}

/// The folder that holds the workspace.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap()
}

impl Fixture {
    /// Name of the file, such as `alltypes.edb`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether the file is part of the repository, and so there on every machine.
    pub const fn is_committed(&self) -> bool {
        self.is_committed
    }

    /// The database file.
    ///
    /// # Panics
    /// When it cannot be unpacked.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.get_or_init(|| match &self.packed {
            Packed::Gzip { data, .. } => read_gzip(data),
            Packed::TarXz(archive) => entry_of(archive, "corpus.edb").unwrap(),
        })
    }

    /// The dump that a correct reader gives, in the format "ese-dump-1"; some files have none.
    ///
    /// # Panics
    /// When it cannot be unpacked.
    pub fn expected_dump(&self) -> Option<Vec<u8>> {
        match &self.packed {
            Packed::Gzip { dump, .. } => dump.as_deref().map(read_gzip),
            Packed::TarXz(archive) => entry_of(archive, "expected.jsonl.gz").map(|packed| gunzip(&packed)),
        }
    }

    /// The file header.
    ///
    /// # Panics
    /// When it cannot be read.
    pub fn header(&self) -> DbHeader {
        dbheader::read_header(self.bytes()).unwrap().header
    }

    /// Page size.
    ///
    /// # Panics
    /// When the header cannot be read.
    pub fn page_size(&self) -> PageSize {
        dbheader::read_header(self.bytes()).unwrap().page_size
    }

    /// Whether the header says that the database was shut down cleanly.
    ///
    /// # Panics
    /// When the header cannot be read.
    pub fn is_clean(&self) -> bool {
        self.header().db_state() == DbState::CleanShutdown
    }
}

/// Adds `NAME.gz`, with `NAME.expected.jsonl` or `NAME.expected.jsonl.gz`; logs and the like that lie there too are
/// left out. A fixture that is there already stays.
fn add_gzipped(folder: &Path, is_committed: bool, found: &mut BTreeMap<String, Fixture>) {
    for file in files_of(folder) {
        let file_name = file.file_name().unwrap().to_string_lossy().into_owned();
        let Some(name) = file_name.strip_suffix(".gz") else {
            continue;
        };
        if [".jsonl", ".tar", ".chk"]
            .iter()
            .any(|other| name.ends_with(other))
        {
            continue;
        }
        let dumps = [".expected.jsonl.gz", ".expected.jsonl"].map(|end| folder.join(format!("{name}{end}")));
        let packed = Packed::Gzip {
            data: file.clone(),
            dump: dumps.into_iter().find(|dump| dump.is_file()),
        };
        add(name, packed, is_committed, found);
    }
}

fn add_archives(folder: &Path, found: &mut BTreeMap<String, Fixture>) {
    for file in files_of(folder) {
        let file_name = file.file_name().unwrap().to_string_lossy().into_owned();
        if let Some(name) = file_name.strip_suffix(".tar.xz") {
            add(&format!("{name}.edb"), Packed::TarXz(file), false, found);
        }
    }
}

fn add(name: &str, packed: Packed, is_committed: bool, found: &mut BTreeMap<String, Fixture>) {
    found.entry(name.to_owned()).or_insert_with(|| Fixture {
        name: name.to_owned(),
        packed,
        is_committed,
        bytes: OnceLock::new(),
    });
}

fn files_of(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// The content of a file, unpacked if it is packed with gzip.
pub(crate) fn read_gzip(file: &Path) -> Vec<u8> {
    let bytes = fs::read(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    if bytes.starts_with(&[0x1f, 0x8b]) {
        gunzip(&bytes)
    } else {
        bytes
    }
}

fn gunzip(packed: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(packed)
        .read_to_end(&mut bytes)
        .unwrap();
    bytes
}

/// The content of the first file named `name` in an archive, whatever its folder.
fn entry_of(archive: &Path, name: &str) -> Option<Vec<u8>> {
    let packed = fs::File::open(archive).unwrap();
    let unpacked = lzma_rust2::XzReader::new(std::io::BufReader::new(packed), true);
    for entry in tar::Archive::new(unpacked).entries().unwrap() {
        let mut entry = entry.unwrap();
        if entry
            .path()
            .unwrap()
            .file_name()
            .is_some_and(|found| found == name)
        {
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            return Some(bytes);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn committed_fixtures_unpack_and_have_dumps() {
        let committed: Vec<_> = all().iter().filter(|fixture| fixture.is_committed()).collect();
        assert!(committed.len() >= 13, "{} fixtures", committed.len());
        for fixture in &committed {
            let dump = fixture.expected_dump().unwrap();
            let first = dump.split(|&byte| byte == b'\n').next().unwrap();
            let header: serde_json::Value = serde_json::from_slice(first).unwrap();
            assert_eq!(
                header["page_size"],
                fixture.page_size().bytes(),
                "{}",
                fixture.name()
            );
            assert_eq!(
                header["state"] == "clean",
                fixture.is_clean(),
                "{}",
                fixture.name()
            );
            assert_eq!(
                fixture.bytes().len() % fixture.page_size().bytes(),
                0,
                "{}",
                fixture.name()
            );
        }
        let page_sizes = [4096, 8192, 16384, 32768].map(|bytes| PageSize::from_bytes(bytes).unwrap());
        for size in page_sizes {
            assert!(
                committed.iter().any(|fixture| fixture.page_size() == size),
                "page size {size}"
            );
        }
    }

    #[test]
    fn fixtures_beside_the_repository_unpack() {
        if beside_repository().is_none() {
            println!("no further fixtures beside the repository");
            return;
        }
        let others: Vec<_> = all().iter().filter(|fixture| !fixture.is_committed()).collect();
        assert!(others.len() > 10, "{} fixtures", others.len());
        for fixture in others {
            assert_eq!(
                fixture.bytes().len() % fixture.page_size().bytes(),
                0,
                "{}",
                fixture.name()
            );
        }
    }
}
