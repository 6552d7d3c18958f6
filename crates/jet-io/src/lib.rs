//! Files and memory: everything through which the engine meets the outside.
//!
//! - [`fs`]: the traits [`FileSystem`] and [`File`]; [`OsFs`] for real files, [`MemFs`] for memory.
//! - [`IoError`]: which file, which operation, which bytes, and what the system said.
//!
//! Nothing here knows what a node, a key or a transaction is. No other crate of the engine opens a file: a
//! file system that injects faults can therefore stand under all of it.

#![deny(unsafe_code)]

mod error;
pub mod fs;
mod fs_mem;
mod fs_os;

pub use error::{IoError, IoErrorKind, Operation};
pub use fs::{Advice, DirEntry, File, FileKind, FileSystem, LockKind, Metadata, OpenMode, open_input};
pub use fs_mem::MemFs;
pub use fs_os::OsFs;
