//! Tables that come, go and change.
//!
//! | module | what |
//! |---|---|
//! | `create` | new tables |
//! | `tables` | tables that go or get another name |
//! | `columns` | columns of tables that are there |
//! | `indexes` | indexes of tables that are there |
//! | `build` | entries of an index on a table with rows |
//! | `open` | opening tables, and who may |
//! | `column`, `index`, `name`, `locale` | what new ones are to be like, and the rules for it |
//! | `rows`, `locales` | rows of the system tables |
//! | `space` | trees that belong to nobody any more |
//!
//! Invariants:
//! - a change is written to the catalog in a level of its own, whole or not at all, and then entered in the history of its table
//! - trees are given back when nobody can see them any more; a crash before that leaves them unused

mod build;
pub(crate) mod column;
mod columns;
mod create;
pub(crate) mod index;
mod indexes;
mod locale;
mod locales;
mod name;
mod open;
pub(crate) mod rows;
mod space;
mod tables;

pub use column::NewColumn;
pub use create::{MadeColumn, NewTable, Progress};
pub use index::{IndexOptions, MustBe, NewIndex};
pub(crate) use index::{checked_locale, key_most_of};
pub use name::checked as check_name;
