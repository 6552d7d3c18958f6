//! Tables of a running engine.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_possible_truncation
)]

mod cursors;
mod long;
mod model;
mod rows;
mod tables;
mod temporary;
mod world;
