//! Tables, columns and indexes that come, go and change; what is known of them.
//!
//! | module | what |
//! |---|---|
//! | `bits` | option bits, in both directions |
//! | `tables` | tables |
//! | `columns` | columns |
//! | `indexes` | indexes |
//! | `info` | what is known of a table |

mod bits;
mod columns;
mod indexes;
mod info;
mod tables;

pub use self::columns::ColumnSpec;
pub use self::indexes::{ConditionSpec, IndexSpec};
pub use self::info::{ColumnFacts, IndexColumn, ObjectFacts};
pub use self::tables::{TableCreated, TableSpec};
