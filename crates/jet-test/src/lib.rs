//! What the tests and benches of the other crates share; a dev-dependency only.
//!
//! | module | what |
//! |---|---|
//! | [`fixtures`] | real database files, unpacked, with the dumps expected of them |
//! | [`Image`], [`open_pages`] | a database file in memory, changed page by page |
//! | [`build`] | large databases made out of small ones |
//! | [`damage`] | faults planted in a copy of a database |
//! | [`check`] | every structural check of a database, as one list |
//! | [`logs`] | real logs and checkpoints |
//! | [`storm`] | changes in all files of a log stream, as bytes say |
//! | [`traffic`] | a log stream of any length, made from a seed |
//! | [`vectors`] | cases in JSON: pages, headers, checksums, space |
//!
//! A fixture that is missing or does not unpack is a mistake in the tests themselves, so this crate panics there
//! instead of returning errors.

#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "test support: a panic is a failed test"
)]

pub mod build;
pub mod check;
pub mod damage;
pub mod fixtures;
mod image;
pub mod logs;
pub mod storm;
pub mod traffic;
pub mod vectors;
pub mod written;

pub use image::{Image, open_pages};
