//! Where an error arose: file, page, offset.

use std::fmt;
use std::path::{Path, PathBuf};

/// Place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// The file.
    pub path: PathBuf,
    /// Number of the page.
    pub pgno: Option<u32>,
    /// Offset in bytes from the start of the file.
    pub offset: Option<u64>,
}

impl Location {
    /// A file as a whole.
    pub fn file(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            pgno: None,
            offset: None,
        }
    }

    /// An offset in a file.
    pub fn offset(path: &Path, offset: u64) -> Self {
        Self {
            offset: Some(offset),
            ..Self::file(path)
        }
    }

    /// A page of a database file, which begins at `offset`.
    pub fn page(path: &Path, pgno: u32, offset: u64) -> Self {
        Self {
            pgno: Some(pgno),
            ..Self::offset(path, offset)
        }
    }
}

/// `FILE, page P at offset O`.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if let Some(pgno) = self.pgno {
            write!(f, ", page {pgno}")?;
        }
        match (self.pgno, self.offset) {
            (Some(_), Some(offset)) => write!(f, " at offset {offset}"),
            (None, Some(offset)) => write!(f, ", offset {offset}"),
            (_, None) => Ok(()),
        }
    }
}
