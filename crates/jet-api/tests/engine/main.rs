//! Databases and logs that the engine writes, looked at by everything that reads files.

#![allow(clippy::unwrap_used, reason = "tests")]

mod created;
mod rows;
mod world;
