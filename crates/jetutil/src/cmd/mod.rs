//! One file per command.

pub(crate) mod checkpoint;
pub(crate) mod dump;
pub(crate) mod export;
pub(crate) mod generate;
pub(crate) mod info;
pub(crate) mod log;
pub(crate) mod page;
pub(crate) mod recover;
pub(crate) mod schema;
pub(crate) mod space;
pub(crate) mod verify;
