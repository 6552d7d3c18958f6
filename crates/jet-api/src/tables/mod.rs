//! Tables of a running engine in Rust types: made, opened, walked through, read and changed.
//!
//! | item | what |
//! |---|---|
//! | [`TableSpec`], [`ColumnSpec`], [`IndexSpec`] | what a new table is to be like |
//! | [`TableCursor`] | a table that is open, and a place in it |
//! | [`RowWriter`] | the columns of a row that is inserted or changed |
//!
//! What is rare stays reachable by handles: [`TableCursor::id`] names the cursor for the calls of [`crate::engine`].
//!
//! ```
//! # let folder = tempfile::tempdir().unwrap();
//! use jet_api::tables::{ColumnSpec, IndexSpec, TableSpec};
//! use jet_api::{ColumnType, Instance};
//!
//! let instance = Instance::builder().folder(folder.path()).start()?;
//! let session = instance.session()?;
//! let database = session.create_database(folder.path().join("people.edb"))?;
//! let mut people = database.create_table(
//!     TableSpec::new("People")
//!         .column(ColumnSpec::new("Id", ColumnType::Long).auto_increment())
//!         .column(ColumnSpec::text("Name"))
//!         .column(ColumnSpec::new("Born", ColumnType::Short))
//!         .index(IndexSpec::primary("ById", ["Id"]))
//!         .index(IndexSpec::new("ByName", ["Name", "-Born"])),
//! )?;
//! for (name, born) in [("Grace", 1906), ("Ada", 1815), ("Barbara", 1939)] {
//!     people.insert(|row| {
//!         row.set("Name", name)?;
//!         row.set("Born", born)
//!     })?;
//! }
//! people.use_index("ByName")?;
//! let names: Vec<String> = people.rows(|row| Ok(row.get_as("Name")?.unwrap_or_default())).collect::<Result<_, _>>()?;
//! assert_eq!(names, ["Ada", "Barbara", "Grace"]);
//! assert!(people.seek(["Barbara"])?);
//! assert_eq!(people.get_as::<i16>("Born")?, Some(1939));
//! # Ok::<(), jet_api::JetError>(())
//! ```

mod column;
mod cursor;
mod define;
mod open;
mod read;
mod write;

pub use self::column::{Column, ColumnName};
pub use self::cursor::TableCursor;
pub use self::define::{ColumnSpec, IndexSpec, TableSpec};
pub use self::write::RowWriter;
