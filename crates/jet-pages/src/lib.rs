//! Bytes of ESE ("JET Blue") database files: the file header, page headers, checksums, tags and nodes.
//!
//! Pure functions on slices. This crate knows no files, clocks, threads or transactions, and no numeric
//! error codes.

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod ids;

pub use ids::{Dbtime, Objid, PageSize, Pgno};
