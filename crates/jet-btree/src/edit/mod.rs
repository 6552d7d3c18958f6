//! Changes of pages as log records tell them: "given these latched pages and this record, apply".
//!
//! Doing and redoing are one piece of code. Who changes a tree builds the record, logs it and applies it; recovery reads it
//! and applies it. Nothing here looks at database times or asks whether a page needs the change: a page that does not is
//! not handed in. Pages of records that name several are `Option`s for that reason.
//!
//! | module | records |
//! |---|---|
//! | [`node`] | insertions, replacements, deletions, deltas, their undoing, external headers |
//! | [`split`], [`merge`] | one level of a split or merge |
//! | [`create`] | roots of new trees and of their space trees; conversion to space trees |
//! | [`give_up`] | emptied trees and pages, moved pages, scrubbed pages |
//!
//! A record whose lines or lengths do not fit the page is an [`ApplyError`]; the page is then in an undefined state.

pub mod create;
pub mod give_up;
pub mod merge;
pub mod node;
pub mod split;

use jet_log::record::difference::DifferenceError;
use jet_pages::{EditError, PageError, Pgno};

/// Why a record cannot be applied to a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApplyError {
    /// The page cannot take the change.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// The old data are not those that the record changes.
    #[error("node {line} of page {pgno}: {source}")]
    Difference {
        /// The page.
        pgno: Pgno,
        /// The node.
        line: usize,
        /// Why.
        source: DifferenceError,
    },
    /// The number to be raised lies outside the data of the node.
    #[error("a number at byte {offset} lies outside the {len} bytes of node {line} of page {pgno}")]
    Offset {
        /// The page.
        pgno: Pgno,
        /// The node.
        line: usize,
        /// Where it should lie.
        offset: usize,
        /// Bytes of data.
        len: usize,
    },
    /// The record says what no page can have.
    #[error("the record about page {pgno} contradicts itself or the page: {what}")]
    Record {
        /// The page.
        pgno: Pgno,
        /// What is wrong.
        what: &'static str,
    },
}

impl From<PageError> for ApplyError {
    fn from(error: PageError) -> Self {
        Self::Edit(EditError::Page(error))
    }
}

/// An [`ApplyError::Record`].
pub(crate) const fn contradiction(pgno: Pgno, what: &'static str) -> ApplyError {
    ApplyError::Record { pgno, what }
}
