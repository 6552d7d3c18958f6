//! Trees changed by the engine: against a model, checked as a whole, and made again out of the log.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

mod crash;
mod deep;
mod model;
mod plant;
mod redone;
mod refused;
mod reserve;
mod shape;
mod space;
mod threads;
