//! Bytes of ESE ("JET Blue") database files: the file header, page headers, checksums, tags and nodes.
//!
//! Pure functions on slices. This crate knows no files, clocks, threads or transactions, and no numeric
//! error codes.
//!
//! | module | what |
//! |---|---|
//! | [`checksum`] | computing, verifying, mending a flipped bit |
//! | [`dbheader`] | the database file header and its shadow |
//! | [`file_kind`] | logs, checkpoints and others, told by their first bytes |
//! | [`flushmap`] | the flush map beside a database |
//! | [`header`], [`tag`] | page header and tag array as stored |
//! | [`Page`], [`Node`], [`Key`] | read-only view of a page |
//! | [`PageMut`] | changes inside one page |
//! | [`revision`] | what each revision of the format brought |
//! | [`space`] | external header of a root, extents |
//! | [`findings`] | every check on one page, as a list of findings |

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod checksum;
pub mod dbheader;
pub mod file_kind;
pub mod findings;
mod flags;
pub mod flushmap;
pub mod header;
mod ids;
mod node;
mod page;
mod page_mut;
pub mod revision;
mod search;
pub mod space;
mod stamps;
pub mod tag;

pub use flags::{NodeFlags, PageFlags};
pub use ids::{Dbtime, Objid, PageSize, Pgno};
pub use node::{Key, Node};
pub use page::{Page, PageError};
pub use page_mut::{EditError, NoRoom, NodeAt, PageMut};
pub use search::Probe;
