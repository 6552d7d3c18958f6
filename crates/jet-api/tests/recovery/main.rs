//! Recovery of real and simulated crashes.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

mod copies;
mod crash;
mod databases;
mod doubled;
mod flipped;
mod golden;
mod header;
mod mutated;
mod rare;
mod rows;
mod sets;
mod tampered;
mod windows;
