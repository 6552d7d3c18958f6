//! Safe Rust API of the jet engine: the whole vocabulary of JET in Rust types.
//!
//! | module | what |
//! |---|---|
//! | [`Database`] | a file opened to read it, without an engine: clean or dirty, never changing a byte |
//! | [`Table`], [`Rows`], [`Row`] | tables and their rows, values borrowed where they lie |
//! | [`IndexCursor`] | rows in the order of an index; seeking by values |
//! | [`Value`] | a value in Rust types |
//! | [`verify`] | whether a file is sound: pages, trees, rows, indexes |
//! | [`recover`] | dirty databases and their logs become whole databases |
//! | [`Instance`], [`Session`], [`Transaction`] | a running engine, with recovery, sessions and transactions |
//! | [`tables`] | its tables: made, opened, walked through, read and changed |
//! | [`engine`] | the same by handles, call by call |
//! | [`error`] | the error of every call and the table of JET codes |
//!
//! This crate knows no file layouts, no pointers and no C strings.

#![forbid(unsafe_code)]

mod db;
pub mod engine;
pub mod error;
mod index;
pub mod instance;
pub mod recover;
mod table;
pub mod tables;
mod value;
pub mod verify;

pub use db::{DEFAULT_CACHE_BYTES, Database, OpenOptions, RawDatabase};
pub use error::{Category, JetCode, JetError, Location};
pub use index::IndexCursor;
pub use instance::{Instance, InstanceBuilder, OpenDatabase, Session, Transaction};
pub use jet_btree::{Seek, SeekTarget};
pub use jet_isam::column::{ColumnDef, ColumnFlags, ColumnId, ColumnRef, ColumnType};
pub use jet_isam::encrypt::ColumnKey;
pub use jet_isam::key::IndexDef;
pub use jet_isam::table::{TableDef, TableFlags};
pub use table::{ColumnValues, Row, Rows, Table};
pub use value::{FromValue, Guid, Value};

/// Makes the examples of the project's README tests of this crate.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
