//! Tables that come, go and change.
//!
//! | module | what |
//! |---|---|
//! | `create` | new tables |
//! | `open` | opening tables, and who may |
//! | `rows` | rows of the system tables |

mod create;
mod open;
pub(crate) mod rows;

pub use create::NewTable;
