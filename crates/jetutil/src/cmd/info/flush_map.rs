//! The flush map beside a database, and whether it is the database's.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use jet_pages::dbheader::DbHeader;
use jet_pages::flushmap::{FlushMapHeader, Kinship, MAP_PAGE_BYTES};
use serde::Serialize;

/// What is known of the file `NAME.jfm`.
#[derive(Debug, Serialize)]
pub(super) struct FlushMap {
    file: String,
    /// `matches`, `stale` or `unreadable`.
    verdict: &'static str,
    /// The verdict in words.
    meaning: String,
    /// Whether its own header says that it is whole; unknown when it cannot be read.
    clean: Option<bool>,
    created: Option<String>,
    attached: Option<String>,
    detached: Option<String>,
    signature: Option<String>,
    generation_min_required: Option<u32>,
}

impl FlushMap {
    /// Looks for the flush map of a database; `None` when there is none.
    pub(super) fn beside(database: &Path, header: &DbHeader) -> Option<Self> {
        let path = find(database)?;
        let mut start = Vec::new();
        let read = File::open(&path).and_then(|file| {
            let most = u64::try_from(MAP_PAGE_BYTES).unwrap_or(u64::MAX);
            file.take(most).read_to_end(&mut start)
        });
        let parsed = match read {
            Err(error) => Err(error.to_string()),
            Ok(_) => FlushMapHeader::read(&start).map_err(|error| error.to_string()),
        };
        let file = path.display().to_string();
        Some(match parsed {
            Err(meaning) => Self::unreadable(file, meaning),
            Ok(map) => Self::of(file, map, header),
        })
    }

    fn of(file: String, map: &FlushMapHeader, header: &DbHeader) -> Self {
        let (verdict, meaning) = match map.belongs_to(header) {
            None => (
                "stale",
                "none of its signatures is that of the database header: an engine starts a new map",
            ),
            Some(_) if !map.is_clean() => (
                "matches",
                "belongs to the database, but was not closed: the logs complete it",
            ),
            Some(Kinship::HeaderNamesMap) => ("matches", "belongs to the database: its header names the map"),
            Some(Kinship::MapNamesHeader) => ("matches", "belongs to the database: the map names its header"),
        };
        Self {
            file,
            verdict,
            meaning: meaning.to_owned(),
            clean: Some(map.is_clean()),
            created: Some(map.created.to_string()),
            attached: Some(map.attached.to_string()),
            detached: Some(map.detached.to_string()),
            signature: Some(map.flush_map_signature.to_string()),
            generation_min_required: Some(map.generation_min_required.get()),
        }
    }

    fn unreadable(file: String, meaning: String) -> Self {
        Self {
            file,
            verdict: "unreadable",
            meaning,
            clean: None,
            created: None,
            attached: None,
            detached: None,
            signature: None,
            generation_min_required: None,
        }
    }

    pub(super) fn text(&self) -> String {
        let clean = match self.clean {
            Some(true) => ", clean",
            Some(false) => ", not clean",
            None => "",
        };
        format!("{}{clean}: {}", self.file, self.meaning)
    }
}

/// The name without its last extension and with `.jfm`, in either case.
fn find(database: &Path) -> Option<PathBuf> {
    ["jfm", "JFM"]
        .map(|extension| database.with_extension(extension))
        .into_iter()
        .find(|path| path.is_file() && path != database)
}
