//! Databases and logs that the engine writes, looked at by everything that reads files.

mod created;
mod rows;
mod world;
