//! Transaction logs and checkpoints of ESE ("JET Blue"): what was logged, where it is, and whether it is whole.
//!
//! | module | what |
//! |---|---|
//! | [`Lgpos`], [`Generation`] | position in a log stream |
//! | [`header`], [`params`], [`attach`] | header of a log file; settings and attached databases in it |
//! | [`segment`] | sectors: checksum, shadow, recycled, damaged |
//! | [`LogFile`], [`Records`] | one file in memory; its records in order, pieces put together |
//! | [`record`] | every type of record with its fields |
//! | [`page_image`] | pages in records of splits and merges |
//! | [`names`], [`chain`] | files of a stream, and whether they follow one another |
//! | [`pack`], [`writer`] | how records are laid into segments; the end of a stream, where they are appended |
//! | [`Log`] | the end of a stream as many threads use it |
//! | [`checkpoint`] | where redo starts |
//! | [`recovery`] | from what a crash left to whole databases |
//! | [`dbfile`] | a database file whose header keeps step with the log |
//! | [`outside`] | time and random numbers |
//! | [`words`] | a record as one line of text |
//!
//! Reading never changes a file; [`LogWriter`], [`Checkpoint::write`] and [`recovery`] do. Nothing here knows what a change means to a
//! tree: redo and undo stand above, behind a trait.

#![forbid(unsafe_code)]

pub mod attach;
pub mod chain;
pub mod checkpoint;
pub mod dbfile;
mod error;
mod file;
pub mod header;
mod lgpos;
mod log;
pub mod names;
pub mod outside;
pub mod pack;
pub mod page_image;
pub mod params;
mod reader;
pub mod record;
pub mod recovery;
pub mod segment;
mod sync;
pub mod words;
pub mod writer;

pub use chain::{LogSet, LogStream};
pub use checkpoint::Checkpoint;
pub use error::{FragmentError, LogError};
pub use file::{Damage, LogFile, Repair, Scan};
pub use header::{Expected, LogHeader, LogVersion};
pub use lgpos::{Generation, Lgpos};
pub use log::{
    Appended, Log, LogFacts, LogObserver, LogState, RESERVE_LOGS, RESERVE_LOGS_AGGRESSIVE, RollState, Rolling,
};
pub use reader::{Entry, FRAGMENT_ROOM, PassedOver, Records};
pub use record::{Record, RecordKind};
pub use writer::{LogEngine, LogFolder, LogPhase, LogWriteError, LogWriter, NewStream, RollInfo};
