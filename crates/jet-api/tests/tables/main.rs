//! Tables of a running engine in Rust types.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod changing;
mod reading;
mod world;
