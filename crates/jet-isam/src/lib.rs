//! What ESE ("JET Blue") tables hold: records, keys, long values, compressed and encrypted column values.
//!
//! This crate knows no C types, handles or flag words.

#![forbid(unsafe_code)]

pub mod catalog;
pub mod check;
pub mod collation;
pub mod column;
pub mod compress;
pub mod cursor;
pub mod database;
pub mod definition;
pub mod encrypt;
pub mod error;
pub mod history;
pub mod key;
mod long;
pub mod long_value;
pub mod record;
pub mod retrieve;
pub mod schema;
pub mod session;
pub mod shared;
pub mod table;
pub mod temporary;
pub mod text;
pub mod update;
pub mod work;
