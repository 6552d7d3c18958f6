//! Long values of a running engine: values of records that lie in a tree of their own.
//!
//! | module | what |
//! |---|---|
//! | `tree` | the tree, made when the first value needs it |
//! | `read` | the bytes of a value, piece by piece, as a transaction sees them |
//! | `write` | values made, changed, shared, and gone with their last reference |
//!
//! Source: `docs/format/long-values.md`.

mod read;
mod tree;
mod write;

pub(crate) use self::read::LongReader;
pub(crate) use self::tree::piece_bytes;
pub(crate) use self::write::{Base, Content, LongWriter};
