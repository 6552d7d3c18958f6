//! Redo and undo of crafted records: what the format says of records that real logs rarely or never hold.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

mod bench;
mod given_up;
mod images;
mod lengths;
mod moved;
mod nodes;
mod records;
mod undo;
mod undo_model;
mod world;
