//! What the tests and benches of the other crates share; a dev-dependency only.
//!
//! | module | what |
//! |---|---|
//! | [`fixtures`] | real database files, unpacked, with the dumps expected of them |
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

pub mod fixtures;
pub mod vectors;
