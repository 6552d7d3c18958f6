//! Files and memory: everything through which the engine meets the outside.
//!
//! - [`fs`]: the traits [`FileSystem`] and [`File`]; [`OsFs`] for real files, [`MemFs`] for memory.
//! - [`fs_sim`]: [`SimFs`], memory that fails and crashes as told, for tests.
//! - [`cache`]: pages of several files in bounded memory, read and changed in place, written after the log.
//! - [`scan`]: a whole file once, on all cores, past the cache.
//! - [`IoError`]: which file, which operation, which bytes, and what the system said.
//!
//! Nothing here knows what a node, a key or a transaction is. No other crate of the engine opens a file:
//! [`SimFs`] can therefore stand under all of it.

#![deny(unsafe_code)]

pub mod cache;
mod error;
pub mod fs;
mod fs_mem;
mod fs_names;
mod fs_os;
pub mod fs_sim;
pub mod scan;
mod sync;

pub use cache::{
    Cache, CacheCounters, CacheError, CacheSetupError, CachedFile, FileId, FlushError, Flushed, LogPosition,
    PageCheck, PageGuard, PageGuardMut, PageState, Stamp, WriteGate,
};
pub use error::{IoError, IoErrorKind, Operation};
pub use fs::{Advice, DirEntry, File, FileKind, FileSystem, LockKind, Metadata, OpenMode, open_input};
pub use fs_mem::MemFs;
pub use fs_os::OsFs;
pub use fs_sim::{CrashModel, Faults, SimFs, Tear};
pub use scan::{ScanChunk, ScanError, ScanReader};
