//! Database files that lie somewhere: what their headers say, and whether a log tells of them.

use std::path::{Path, PathBuf};

use jet_io::{FileKind, FileSystem, OpenMode};
use jet_log::names;
use jet_log::recovery::{Plan, ToldDatabase, file_name};
use jet_log::{Generation, Lgpos};
use jet_pages::PageSize;
use jet_pages::dbheader::{self, DbHeader, DbState, Signature};
use jet_pages::file_kind;

use super::io_error;
use crate::{JetError, db};

/// Both copies of the header lie within this many bytes.
const HEADERS_BYTES: usize = 2 * PageSize::K32.bytes();

/// A file that may be one of the databases that a log tells of.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) path: PathBuf,
    /// `None`: both copies are damaged, so only the name tells.
    pub(super) header: Option<Box<DbHeader>>,
}

impl Candidate {
    /// The file at `path`.
    ///
    /// # Errors
    /// What reading gives; `JET_errFileInvalidType` for a log, a checkpoint and the like.
    pub(super) fn read(fs: &dyn FileSystem, path: &Path) -> Result<Self, JetError> {
        let file = jet_io::open_input(fs, path, OpenMode::Read).map_err(io_error)?;
        let mut start = vec![0; HEADERS_BYTES];
        let got = file.read_at(&mut start, 0).map_err(io_error)?;
        start.truncate(got);
        let header = match dbheader::read_header(&start) {
            Ok(read) => Some(Box::new(read.header)),
            Err(error) if file_kind::FileKind::of(&start).is_some() => {
                return Err(db::header_error(path, &start, error));
            }
            Err(_) => None,
        };
        let path = path.to_owned();
        Ok(Self { path, header })
    }

    /// The files of a folder that may be databases, by name. What cannot be read, and what is known to be something else,
    /// is left out.
    ///
    /// # Errors
    /// When the folder cannot be listed.
    pub(super) fn in_folder(fs: &dyn FileSystem, folder: &Path) -> Result<Vec<Self>, JetError> {
        let mut found = Vec::new();
        for entry in fs.list(folder).map_err(io_error)? {
            let path = folder.join(&entry.name);
            let is_log = names::parse(&entry.name.to_string_lossy()).is_some();
            let is_file = fs.metadata(&path).is_ok_and(|found| found.kind == FileKind::File);
            if is_file && !is_log {
                found.extend(Self::read(fs, &path));
            }
        }
        Ok(found)
    }

    /// Its state, when its header can be read.
    pub(super) fn state(&self) -> Option<DbState> {
        self.header.as_ref().map(|header| header.db_state())
    }

    /// Whether it was last used with this log stream.
    pub(super) fn is_of_stream(&self, stream: &Signature) -> bool {
        let header = self.header.as_ref();
        header.is_some_and(|header| header.log_signature.matches(stream))
    }

    /// Whether it is the database with this identity.
    pub(super) fn is_database(&self, identity: &Signature) -> bool {
        let header = self.header.as_ref();
        header.is_some_and(|header| header.db_signature.matches(identity))
    }

    /// Whether it has the name of the logged path.
    pub(super) fn is_named(&self, logged: &str) -> bool {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        name.to_lowercase() == file_name(logged).to_lowercase()
    }

    /// First and last generation that it needs to be usable; `None` when it needs none.
    pub(super) fn required(&self) -> Option<(Generation, Generation)> {
        let header = self.header.as_ref()?;
        if header.db_state() == DbState::CleanShutdown {
            return None;
        }
        let (first, last) = (
            header.generation_min_required.get(),
            header.generation_max_required.get(),
        );
        let first = if first == 0 {
            header.attach_lgpos.generation.get()
        } else {
            first
        };
        Some((Generation(first), Generation(last.max(first))))
    }

    /// The generation from which on the logs may have something that the file does not.
    pub(super) fn lacks_from(&self) -> Option<Generation> {
        let header = self.header.as_ref()?;
        let consistent = Lgpos::from(header.consistent_lgpos).generation;
        Some(self.required().map_or(consistent, |(first, _)| first))
    }

    /// Whether a redo by this plan would begin behind something that the file lacks: it is a copy from earlier.
    pub(super) fn is_behind(&self, plan: &Plan, told: &[ToldDatabase]) -> bool {
        let Some(header) = &self.header else {
            // Only its creation brings it back.
            return true;
        };
        let is_of_stream = self.is_of_stream(&plan.signature);
        match self.required() {
            Some((first, _)) => is_of_stream && (plan.is_ended || first < plan.start.generation),
            None => {
                let consistent = Lgpos::from(header.consistent_lgpos);
                let lacks = |told: &ToldDatabase| {
                    self.is_database(&told.signature)
                        && told.attached < plan.start
                        && (!is_of_stream || told.attached > consistent)
                };
                told.iter().any(lacks)
            }
        }
    }
}
