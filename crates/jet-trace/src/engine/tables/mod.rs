//! Calls on tables, and what of the engine they are.

mod cursors;
mod rows;
mod schema;
mod temporary;
