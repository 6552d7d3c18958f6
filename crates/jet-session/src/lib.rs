//! Who works on which instance, under which limits, at which transaction level: all that a running engine needs
//! around its storage.
//!
//! | module | what |
//! |---|---|
//! | [`Process`] | the world of one process: mode, instances, shared parameters, handles |
//! | [`Instance`] | life of an instance: made, initialised, in service, stopped, ended |
//! | [`Session`], [`Call`] | who works with an instance; one call at a time, by any thread |
//! | [`params`] | the system parameters, their values and the rules of setting them |
//! | [`options`] | option bits of calls |
//! | [`engine`] | the storage engine behind all of it, as a trait |
//! | [`storage`] | the storage engine itself: log, trees, databases, checkpoint |
//! | [`databases`] | databases as sessions see them: created, attached, opened, closed, detached |
//! | [`outside`] | current folder, memory, waiting; threads as values |
//! | [`SessionError`] | why a call is refused, without any number |
//!
//! A call passes in this order: its handle, the state of the instance, whether somebody is inside the session already;
//! only then its arguments are looked at. Nothing here knows a table or a column, nor what a log record is.

#![forbid(unsafe_code)]

mod context;
pub mod databases;
pub mod engine;
mod error;
mod gate;
mod handle;
mod instance;
pub mod options;
pub mod outside;
pub mod params;
mod process;
mod session;
mod session_params;
pub mod storage;
mod transaction;

pub use engine::Engine;
pub use error::{Argument, CallError, DatabaseError, Fatal, PathRole, SessionError};
pub use gate::{Entry, Phase};
pub use handle::{Handle, HandleKind, HandleTable};
pub use instance::{CallResult, Instance, InstanceCall};
pub use outside::{Outside, SystemOutside, ThreadId};
pub use process::{Mode, Process, Restoring, Setting, check_output};
pub use session::{Call, Session, SessionState};
pub use session_params::{Description, Input, SessionParam};
pub use transaction::LEVEL_MAX;
