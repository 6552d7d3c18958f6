//! Why a record cannot be redone or undone: each error names the page and the place in the log.

use std::path::PathBuf;

use jet_io::IoError;
use jet_io::cache::{CacheSetupError, FlushError};
use jet_log::page_image::ImageError;
use jet_log::record::SessionId;
use jet_log::recovery::Place;
use jet_log::writer::LogWriteError;
use jet_log::{Generation, Lgpos};
use jet_pages::checksum::ChecksumError;
use jet_pages::findings::PageFinding;
use jet_pages::{Dbtime, Pgno};

use super::DecompressError;
use crate::edit::ApplyError;

/// Why a page is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Missing {
    /// The file ends before it.
    #[error("the file ends before it")]
    BeyondEnd,
    /// It is all zeros.
    #[error("it was never written, or was trimmed")]
    Zero,
    /// It was cut off, or set back to before it existed.
    #[error("it was cut off or set back")]
    GivenUp,
}

/// Why a record cannot be redone or undone.
#[derive(Debug, thiserror::Error)]
pub enum RedoError {
    /// Any of the others, with the file in which it arose.
    #[error("{}: {source}", path.display())]
    In {
        /// The database.
        path: PathBuf,
        /// The page that it is about, and its offset in the file.
        page: Option<(Pgno, u64)>,
        /// What is wrong.
        source: Box<RedoError>,
    },
    /// There is no memory for pages.
    #[error(transparent)]
    Cache(#[from] CacheSetupError),
    /// The system refused.
    #[error("page {pgno}: {source}")]
    Io {
        /// The page.
        pgno: Pgno,
        /// What it said.
        source: IoError,
    },
    /// The file could not be synced or resized.
    #[error(transparent)]
    File(#[from] IoError),
    /// Changed pages could not be written.
    #[error(transparent)]
    Flush(#[from] FlushError),
    /// All memory is taken by pages that must not be written yet.
    #[error(
        "no memory of the page cache is free for page {pgno}: too many pages wait for the end of transactions"
    )]
    CacheExhausted {
        /// The page.
        pgno: Pgno,
    },
    /// A record names page 0, which is none.
    #[error("a record names page 0, which is none")]
    NoPage,
    /// The page is damaged.
    #[error("{0}")]
    Checksum(ChecksumError),
    /// The page is damaged in a way that its checksum does not tell.
    #[error("page {pgno}, to be changed by the record at {at}: {finding}")]
    Unsound {
        /// The page.
        pgno: Pgno,
        /// The record.
        at: Lgpos,
        /// What is wrong.
        finding: PageFinding,
    },
    /// The page should be there.
    #[error("page {pgno}, to be changed by the record at {at}: {why}")]
    Missing {
        /// The page.
        pgno: Pgno,
        /// The record.
        at: Lgpos,
        /// Why it is not there.
        why: Missing,
    },
    /// The page is older than the record expects: a write was lost, or the file is another one.
    #[error(
        "page {pgno} has database time {found}, the record at {at} changes it from {before} to {after}: a write was lost"
    )]
    TooOld {
        /// The page.
        pgno: Pgno,
        /// The record.
        at: Lgpos,
        /// Time of the page.
        found: Dbtime,
        /// Time before the change.
        before: Dbtime,
        /// Time after it.
        after: Dbtime,
    },
    /// The page has a change that the log does not tell.
    #[error(
        "page {pgno} has database time {found}, the record at {at} changes it from {before} to {after}: the log lacks a change"
    )]
    TooNew {
        /// The page.
        pgno: Pgno,
        /// The record.
        at: Lgpos,
        /// Time of the page.
        found: Dbtime,
        /// Time before the change.
        before: Dbtime,
        /// Time after it.
        after: Dbtime,
    },
    /// The page has changes that it cannot have by what the header says.
    #[error(
        "page {pgno} has the change at {at} already, but the file should have none beyond generation {newest}"
    )]
    BeyondNewest {
        /// The page.
        pgno: Pgno,
        /// The record.
        at: Lgpos,
        /// Last generation whose changes may be in the file.
        newest: Generation,
    },
    /// A page to be changed by undoing has a time that its database has not given out.
    #[error(
        "page {pgno} has database time {found}, but {newest} is the last one that the database has given out"
    )]
    BeyondMarks {
        /// The page.
        pgno: Pgno,
        /// Time of the page.
        found: Dbtime,
        /// The highest time known.
        newest: Dbtime,
    },
    /// The record does not fit the page.
    #[error("the record at {at} does not fit: {source}")]
    Apply {
        /// The record.
        at: Lgpos,
        /// Why.
        source: ApplyError,
    },
    /// The image of a page in a record cannot be used.
    #[error("the record at {at}: {source}")]
    Image {
        /// The record.
        at: Lgpos,
        /// Why.
        source: ImageError<DecompressError>,
    },
    /// The records of a macro do not belong together.
    #[error("the macro that ends at {at} {what}")]
    Macro {
        /// Its end.
        at: Lgpos,
        /// What is wrong.
        what: &'static str,
    },
    /// The old data to be put back are unknown.
    #[error("the record at {at} undoes version {version} of {session}, whose old data are unknown")]
    NoOldData {
        /// The record.
        at: Lgpos,
        /// Whose.
        session: SessionId,
        /// The version.
        version: u32,
    },
    /// Levels are rolled back but not all their changes were undone.
    #[error("session {session} is rolled back at {at}, but its version {version} was not undone")]
    NotUndone {
        /// The record.
        at: Lgpos,
        /// Whose.
        session: SessionId,
        /// The version.
        version: u32,
    },
    /// A node to be undone is not in its tree.
    #[error("the node of version {version} is not in the tree at page {root}")]
    NoNode {
        /// The version.
        version: u32,
        /// Root of the tree.
        root: Pgno,
    },
    /// The way down a tree does not end.
    #[error("tree at page {root} has too many levels: its links run in a circle")]
    TooDeep {
        /// Root of the tree.
        root: Pgno,
    },
    /// The undoing could not be logged.
    #[error(transparent)]
    Log(#[from] LogWriteError),
}

impl RedoError {
    /// An [`ApplyError`] with the place of the record.
    pub(super) const fn apply(place: Place) -> impl Fn(ApplyError) -> Self {
        move |source| Self::Apply { at: place.at, source }
    }

    /// The page that the error is about, if it is about one.
    pub fn pgno(&self) -> Option<Pgno> {
        match self {
            Self::Io { pgno, .. }
            | Self::CacheExhausted { pgno }
            | Self::Unsound { pgno, .. }
            | Self::Missing { pgno, .. }
            | Self::TooOld { pgno, .. }
            | Self::TooNew { pgno, .. }
            | Self::BeyondNewest { pgno, .. }
            | Self::BeyondMarks { pgno, .. } => Some(*pgno),
            Self::Checksum(error) => Some(error.pgno()),
            Self::In { page, .. } => page.map(|(pgno, _)| pgno),
            _ => None,
        }
    }

    /// The database that the error is about, if it is about one.
    pub const fn database_mut(&mut self) -> Option<&mut PathBuf> {
        match self {
            Self::In { path, .. } => Some(path),
            _ => None,
        }
    }
}
