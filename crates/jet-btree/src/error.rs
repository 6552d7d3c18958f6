//! What can go wrong while reading a tree: each error names the page.

use jet_io::IoError;
use jet_pages::checksum::ChecksumError;
use jet_pages::space::SpaceError;
use jet_pages::{Objid, PageError, Pgno};

/// Why a page, or the tree that it should belong to, cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum TreeError {
    /// The file could not be read.
    #[error("page {pgno} cannot be read: {source}")]
    Io {
        /// The page.
        pgno: Pgno,
        /// What the system said.
        source: IoError,
    },
    /// All memory of the page cache is latched by readers.
    #[error("no memory of the page cache is free for page {pgno}")]
    CacheExhausted {
        /// The page.
        pgno: Pgno,
    },
    /// The bytes of the page are damaged.
    #[error("{0}")]
    Checksum(ChecksumError),
    /// The structure of the page is damaged.
    #[error("{0}")]
    Page(#[from] PageError),
    /// A space tree holds what is no extent.
    #[error("page {pgno}: {source}")]
    Space {
        /// The page.
        pgno: Pgno,
        /// Why.
        source: SpaceError,
    },
    /// A link to a page that the file does not have.
    #[error("page {pgno} is beyond the end of the file, whose last page is {last}")]
    BeyondFile {
        /// The page asked for.
        pgno: Pgno,
        /// The last page of the file.
        last: Pgno,
    },
    /// The page belongs to another tree.
    #[error("page {pgno} belongs to tree {found}, not to tree {expected}")]
    OtherTree {
        /// The page.
        pgno: Pgno,
        /// The tree that the way led through.
        expected: Objid,
        /// The tree that the page names.
        found: Objid,
    },
    /// The page is given up or of the wrong kind: a leaf where an internal page should be, or no root.
    #[error("page {pgno} is no {expected}: its flags are {flags:#x}")]
    WrongKind {
        /// The page.
        pgno: Pgno,
        /// What it should be.
        expected: &'static str,
        /// Its flags.
        flags: u32,
    },
    /// The link back from a sibling does not lead here.
    #[error("page {pgno} links to sibling {sibling}, which links back to page {back}")]
    Sibling {
        /// The page left.
        pgno: Pgno,
        /// The page that it links to.
        sibling: Pgno,
        /// The page that this one links to.
        back: Pgno,
    },
    /// More levels than the format allows: child links run in a circle.
    #[error("tree at page {root} has more than {levels} levels: the child links run in a circle")]
    TooDeep {
        /// Root of the tree.
        root: Pgno,
        /// Levels gone down.
        levels: usize,
    },
    /// More pages visited than the file has: sibling or child links run in a circle.
    #[error("the links of the tree at page {root} run in a circle at page {pgno}")]
    Circle {
        /// Root of the tree.
        root: Pgno,
        /// The page where it was noticed.
        pgno: Pgno,
    },
}

impl TreeError {
    /// The page that the error is about.
    pub const fn pgno(&self) -> Pgno {
        match self {
            Self::Io { pgno, .. }
            | Self::CacheExhausted { pgno }
            | Self::Space { pgno, .. }
            | Self::BeyondFile { pgno, .. }
            | Self::OtherTree { pgno, .. }
            | Self::WrongKind { pgno, .. }
            | Self::Sibling { pgno, .. }
            | Self::TooDeep { root: pgno, .. }
            | Self::Circle { pgno, .. } => *pgno,
            Self::Checksum(error) => error.pgno(),
            Self::Page(
                PageError::Truncated { pgno, .. }
                | PageError::NotInitialized { pgno }
                | PageError::TagCount { pgno, .. }
                | PageError::TagOutOfBounds { pgno, .. }
                | PageError::NoSuchNode { pgno, .. }
                | PageError::NodeMalformed { pgno, .. }
                | PageError::NoChild { pgno, .. }
                | PageError::Space { pgno, .. },
            ) => *pgno,
        }
    }
}
