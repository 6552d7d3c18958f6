//! Why a change is not made.

use jet_io::IoError;
use jet_io::cache::FlushError;
use jet_log::writer::LogWriteError;
use jet_pages::findings::PageFinding;
use jet_pages::{EditError, PageError, Pgno};

use crate::TreeError;
use crate::edit::ApplyError;

/// Why a change is not made. But for [`StoreError::Apply`] and [`StoreError::Down`], nothing was logged or changed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The tree cannot be read.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// The change cannot be logged.
    #[error(transparent)]
    Log(#[from] LogWriteError),
    /// The file cannot grow.
    #[error(transparent)]
    File(#[from] IoError),
    /// Pages cannot be written.
    #[error(transparent)]
    Flush(#[from] FlushError),
    /// A page is damaged in a way that its checksum does not tell.
    #[error("page {pgno} is not sound: {finding}")]
    Unsound {
        /// The page.
        pgno: Pgno,
        /// What is wrong.
        finding: PageFinding,
    },
    /// A change was logged that its page cannot take. The store takes no further one.
    #[error("a change that was logged cannot be made: {0}")]
    Apply(#[from] ApplyError),
    /// An earlier change was logged and could not be made.
    #[error("no change is taken since one could not be made")]
    Down,
    /// There is a node of this name already.
    #[error("there is a node of this name on page {pgno} already")]
    Exists {
        /// Its page.
        pgno: Pgno,
    },
    /// There is no node of this name.
    #[error("no node of this name is on page {pgno}")]
    NoNode {
        /// The page where it would be.
        pgno: Pgno,
    },
    /// In a tree that is not unique the data are part of the name.
    #[error("the data of a node of the tree at page {root} are not those of its name")]
    OtherData {
        /// Root of the tree.
        root: Pgno,
    },
    /// No page has room for such a node.
    #[error("a node of {key_bytes} bytes of key and {data_bytes} of data has no room on a page")]
    NodeTooLarge {
        /// Bytes of its key.
        key_bytes: usize,
        /// Bytes of its data.
        data_bytes: usize,
    },
    /// A node has no data.
    #[error("a node must have data")]
    NoData,
    /// The key of a row lies before its neighbour's although it is greater: a split has no key between them.
    #[error("no key parts nodes {line} and the one before on page {pgno}")]
    NoSeparator {
        /// The page.
        pgno: Pgno,
        /// The node on the right.
        line: usize,
    },
    /// The tree has as many levels as a tree can have.
    #[error("the tree at page {root} can have no further level")]
    TooManyLevels {
        /// Root of the tree.
        root: Pgno,
    },
    /// The database has as many pages as it may have.
    #[error("{pages} more pages are needed, but the database may have no more than {pages_max}")]
    Full {
        /// Pages asked for.
        pages: u32,
        /// Pages that it may have.
        pages_max: u32,
    },
    /// The account of space of a tree contradicts itself.
    #[error("the space of the tree at page {root} contradicts itself at page {pgno}")]
    Space {
        /// Root of the tree.
        root: Pgno,
        /// The page.
        pgno: Pgno,
    },
}

impl From<PageError> for StoreError {
    fn from(error: PageError) -> Self {
        Self::Tree(TreeError::Page(error))
    }
}

impl From<EditError> for StoreError {
    fn from(error: EditError) -> Self {
        Self::Apply(ApplyError::Edit(error))
    }
}
