//! B+ trees of a database file: descent, cursors, walks over whole trees, space, and the check of all that.
//!
//! | module | what |
//! |---|---|
//! | [`Pages`], [`PageRef`] | verified pages of one file, by number |
//! | [`Tree`] | a root page and what it says of its tree; descent |
//! | [`Cursor`] | a position among the rows of a tree: seek, next, previous |
//! | [`walk`] | every leaf from left to right, going on behind damage |
//! | [`space`] | which pages a tree owns and which are free |
//! | [`check`] | order, siblings, separators, levels of one tree |
//! | [`edit`] | changes of pages as log records tell them |
//! | [`merge`] | cleaning: deleted nodes leave, and pages that are hardly used |
//! | [`store`] | a database that is being changed: [`Store`], who changes it, what is kept of its trees |
//! | [`change`] | one node changed: found, decided on, logged, done |
//! | [`transaction`] | levels, changes with versions, commit, rollback, reading by a view |
//! | [`version`] | what nodes were before changes that not everybody sees |
//! | [`ownership`] | every page of the file accounted exactly once |
//!
//! Nothing here knows columns, tables, handles or error numbers.

#![forbid(unsafe_code)]

pub mod change;
pub mod check;
mod cursor;
pub mod edit;
mod error;
pub mod merge;
pub mod ownership;
mod pages;
pub mod redo;
pub mod space;
mod split;
pub mod store;
pub mod transaction;
mod tree;
pub mod undo;
pub mod version;
pub mod walk;

pub use cursor::{Cursor, Fraction, Seek, SeekTarget, Spot};
pub use error::TreeError;
pub use pages::{OpenPagesError, PageRef, Pages};
pub use store::{Author, Growth, OpenTree, Store, StoreError, StoreParts};
pub use tree::Tree;
