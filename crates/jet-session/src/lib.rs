//! Who works on which instance, under which limits, at which transaction level: all that a running engine needs
//! around its storage.
//!
//! - [`params`]: the system parameters, their values and the rules of setting them
//! - [`SessionError`]: why a call is refused, without any number

#![forbid(unsafe_code)]

mod error;
pub mod params;

pub use error::{Argument, CallError, Fatal, PathRole, SessionError};
