//! Safe Rust API of the jet engine: the whole vocabulary of JET in Rust types.
//!
//! What is here so far: [`error`], the error type of every call and the table of JET codes.
//!
//! This crate knows no file layouts, no pointers and no C strings.

#![forbid(unsafe_code)]

pub mod error;

pub use error::{Category, JetCode, JetError};

/// Makes the examples of the project's README tests of this crate.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
