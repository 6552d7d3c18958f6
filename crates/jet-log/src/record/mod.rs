//! Every record of a log, by the table in `kind`; one module per family.
//!
//! A record is its type byte, fixed fields and variable parts whose lengths the fields give: its own length follows
//! from its own bytes, so a reader can pass over any of them. [`Record::decode`] reads one from a slice and never
//! looks beyond it. Source: `docs/format/log-records.md`.

mod codec;
pub mod database;
pub mod difference;
pub mod instance;
mod kind;
pub mod node;
pub mod space;
pub mod structure;
pub mod transaction;
mod value;

pub use codec::Reserved;
pub use kind::{Record, RecordKind};
pub use value::{DBTIME_NONE, Dbid, FieldValue, PageList, SessionId, StoredText, TrxTime};

/// Why bytes are no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// There are none.
    #[error("there are no bytes")]
    Empty,
    /// No version up to the newest known has records of this number.
    #[error("no record has type {number}")]
    Unknown {
        /// The type byte.
        number: u8,
    },
    /// Logs of this version have no such records any more.
    #[error("records of type {number} ({name}) belong to older logs")]
    Obsolete {
        /// The type byte.
        number: u8,
        /// Its name.
        name: &'static str,
    },
    /// The record is longer than its segment, or than its fragments.
    #[error("{field} of {kind} has {needed} bytes, {available} are left")]
    Truncated {
        /// Kind of the record.
        kind: RecordKind,
        /// Which part of it is cut off.
        field: &'static str,
        /// Bytes of that part.
        needed: usize,
        /// Bytes that are left.
        available: usize,
    },
    /// Two lengths in the record contradict one another.
    #[error("the lengths in {kind} leave no room for {field}")]
    Lengths {
        /// Kind of the record.
        kind: RecordKind,
        /// The part that has a negative or impossible length.
        field: &'static str,
    },
    /// A part is longer than a record can say.
    #[error("{length} bytes are too many for {field} of {kind}")]
    TooLong {
        /// Kind of the record.
        kind: RecordKind,
        /// The length that does not fit.
        field: &'static str,
        /// Bytes given.
        length: usize,
    },
}
