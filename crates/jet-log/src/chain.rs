//! The files of a log stream in one folder, and whether they follow one another.
//!
//! A file knows its generation, the creation time of the file before and, since version 8.4000.5.13, the XOR of all
//! segment checksums of the file before: a missing, exchanged or shortened file shows. The number in the header counts,
//! not the name. Source: `docs/format/log-file.md`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jet_io::FileSystem;
use jet_pages::dbheader::LogTime;

use crate::names::{self, FileRole};
use crate::reader::{Cursor, Entry};
use crate::{Expected, Generation, LogError, LogFile, LogVersion};

/// How files of a stream fail to follow one another.
#[derive(Clone, Copy, Debug, thiserror::Error)]
pub enum ChainError {
    /// Generations are missing.
    #[error("generation {found} follows generation {before}")]
    Gap {
        /// The generation before.
        before: Generation,
        /// The generation found behind it.
        found: Generation,
    },
    /// The name says another generation than the header.
    #[error("it is generation {found}, its name says {named}")]
    Name {
        /// Generation in the name.
        named: Generation,
        /// Generation in the header.
        found: Generation,
    },
    /// The file belongs to another stream than the one before.
    #[error("generation {generation} belongs to another log stream than the file before it")]
    Signature {
        /// Generation of the file.
        generation: Generation,
    },
    /// The file before was created at another time than this one knows.
    #[error(
        "generation {generation} follows a file created at {expected}, but the one before it was created at {found}"
    )]
    PreviousTime {
        /// Generation of the file.
        generation: Generation,
        /// Creation of the file before as this one knows it.
        expected: LogTime,
        /// Creation of the file before.
        found: LogTime,
    },
    /// The file before holds other segments than this one knows.
    #[error(
        "generation {generation} follows segments with checksum {expected:#018x}, the file before it has {found:#018x}"
    )]
    PreviousChecksum {
        /// Generation of the file.
        generation: Generation,
        /// Accumulated checksum of the file before as this one knows it.
        expected: u64,
        /// Accumulated checksum of the file before.
        found: u64,
    },
    /// The version went down.
    #[error("generation {generation} has version {found}, the file before it has {before}")]
    Version {
        /// Generation of the file.
        generation: Generation,
        /// Its version.
        found: LogVersion,
        /// Version of the file before.
        before: LogVersion,
    },
}

/// The files of one stream in a folder.
#[derive(Clone, Debug, Default)]
pub struct LogSet {
    /// Base name as the first file writes it.
    pub base: String,
    /// Closed logs, ascending.
    pub closed: Vec<(Generation, PathBuf)>,
    /// The log being written.
    pub current: Option<PathBuf>,
    /// The next log in preparation. A crash between two renames can leave it as the only newest one.
    pub temporary: Option<PathBuf>,
    /// Reserve logs.
    pub reserves: Vec<PathBuf>,
    /// The checkpoint, when it lies here.
    pub checkpoint: Option<PathBuf>,
}

impl LogSet {
    /// The log streams in a folder, by base name.
    ///
    /// # Errors
    /// [`LogError::Io`] when the folder cannot be listed.
    pub fn find(fs: &dyn FileSystem, folder: &Path) -> Result<Vec<Self>, LogError> {
        let mut sets = BTreeMap::<String, Self>::new();
        for entry in fs.list(folder)? {
            let name = entry.name.to_string_lossy();
            let Some((base, role)) = names::parse(&name).filter(|_| !entry.is_dir) else {
                continue;
            };
            let set = sets.entry(base.to_lowercase()).or_insert_with(|| Self {
                base: base.to_owned(),
                ..Self::default()
            });
            set.add(role, folder.join(&entry.name));
        }
        for set in sets.values_mut() {
            set.closed.sort();
        }
        Ok(sets.into_values().collect())
    }

    fn add(&mut self, role: FileRole, path: PathBuf) {
        match role {
            FileRole::Closed(generation) => self.closed.push((generation, path)),
            FileRole::Current => self.current = Some(path),
            FileRole::Temporary => self.temporary = Some(path),
            FileRole::Reserve(_) => self.reserves.push(path),
            FileRole::Checkpoint => self.checkpoint = Some(path),
        }
    }

    /// Whether there is any log.
    pub fn has_logs(&self) -> bool {
        self.current.is_some() || !self.closed.is_empty()
    }

    /// The logs in order, the one being written last; each with the generation in its name.
    pub fn logs(&self) -> impl Iterator<Item = (Option<Generation>, &Path)> {
        let closed = self
            .closed
            .iter()
            .map(|(generation, path)| (Some(*generation), path.as_path()));
        closed.chain(self.current.iter().map(|path| (None, path.as_path())))
    }

    /// Reads the records of all logs, with every check of the chain.
    pub fn stream<'s>(&'s self, fs: &'s dyn FileSystem, expected: Expected) -> LogStream<'s> {
        LogStream {
            fs,
            logs: Box::new(self.logs()),
            expected,
            open: None,
        }
    }
}

/// Whether the name of a file says the generation in its header.
///
/// # Errors
/// [`ChainError::Name`] when it says another.
pub fn check_name(named: Option<Generation>, file: &LogFile) -> Result<(), ChainError> {
    let found = file.generation();
    match named {
        Some(named) if named != found => Err(ChainError::Name { named, found }),
        _ => Ok(()),
    }
}

/// Whether `next` follows `before`.
///
/// # Errors
/// The first of: another stream, missing generations, other creation time, lower version, other segments.
pub fn check_link(before: &LogFile, next: &LogFile) -> Result<(), ChainError> {
    let generation = next.generation();
    let (old, new) = (before.header(), next.header());
    if !old.signature.matches(&new.signature) {
        return Err(ChainError::Signature { generation });
    }
    if before.generation().next() != Some(generation) {
        return Err(ChainError::Gap {
            before: before.generation(),
            found: generation,
        });
    }
    if old.created.canonical() != new.previous_created.canonical() {
        return Err(ChainError::PreviousTime {
            generation,
            expected: new.previous_created,
            found: old.created,
        });
    }
    if new.version() < old.version() {
        return Err(ChainError::Version {
            generation,
            found: new.version(),
            before: old.version(),
        });
    }
    let (expected, found) = (new.previous_checksum.get(), before.scan().accumulated_checksum);
    // Damage in the file before is told there; the sum then covers only what comes before it.
    let is_known = new.version() >= LogVersion::PREVIOUS_CHECKSUM && before.scan().damage.is_none();
    if is_known && expected != found {
        return Err(ChainError::PreviousChecksum {
            generation,
            expected,
            found,
        });
    }
    Ok(())
}

/// The records of all logs of a stream. Every file is checked when it is opened: its header, its sectors, and whether it
/// follows the one before.
pub struct LogStream<'s> {
    fs: &'s dyn FileSystem,
    logs: Box<dyn Iterator<Item = (Option<Generation>, &'s Path)> + 's>,
    expected: Expected,
    open: Option<(LogFile, Cursor)>,
}

impl core::fmt::Debug for LogStream<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("LogStream")
            .field("open", &self.file())
            .finish_non_exhaustive()
    }
}

impl LogStream<'_> {
    /// The next record, `None` behind the last of the last file.
    ///
    /// # Errors
    /// [`LogError`] of the file at hand, or [`LogError::Chain`] when it does not follow the one before; after that the
    /// records of the next file follow.
    #[expect(
        clippy::should_implement_trait,
        reason = "records borrow from the stream, which Iterator cannot say"
    )]
    pub fn next(&mut self) -> Result<Option<Entry<'_>>, LogError> {
        let found = loop {
            if let Some((file, cursor)) = &mut self.open
                && let Some(found) = cursor.find(file)?
            {
                break found;
            }
            if !self.open_next()? {
                return Ok(None);
            }
        };
        match &mut self.open {
            Some((file, cursor)) => cursor.take(file, found).map(Some),
            None => Ok(None),
        }
    }

    fn open_next(&mut self) -> Result<bool, LogError> {
        let Some((named, path)) = self.logs.next() else {
            return Ok(false);
        };
        let file = LogFile::open(self.fs, path)?;
        file.check(&self.expected)?;
        self.expected.signature.get_or_insert(file.header().signature);
        let chain = |source| LogError::Chain {
            path: path.to_owned(),
            source,
        };
        check_name(named, &file).map_err(chain)?;
        if let Some((before, _)) = &self.open {
            check_link(before, &file).map_err(chain)?;
        }
        self.open = Some((file, Cursor::default()));
        Ok(true)
    }

    /// The file that the last record came from.
    pub fn file(&self) -> Option<&LogFile> {
        self.open.as_ref().map(|(file, _)| file)
    }
}
