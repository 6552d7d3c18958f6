//! What the floor that knows tables keeps for a session: its cursors, and definitions that are not committed.
//!
//! A companion is told of every end of a transaction level and of every database that the session closes, whoever asked
//! for it, so that nothing it keeps outlives what it belongs to.

use core::any::Any;
use core::fmt;

use jet_btree::transaction::Transaction;
use jet_log::record::Dbid;

use super::Storage;

/// Keeps things for one session.
pub trait Companion: fmt::Debug + Any + Send {
    /// Level `level` was opened.
    fn began(&mut self, storage: &Storage, transaction: &Transaction, level: u8);

    /// Level `level` was committed: at level 1 to all others.
    fn committed(&mut self, storage: &Storage, transaction: &mut Transaction, level: u8);

    /// Everything of level `level` was undone.
    fn rolled_back(&mut self, storage: &Storage, transaction: &mut Transaction, level: u8);

    /// The session has a database no longer open.
    fn closed(&mut self, storage: &Storage, transaction: &mut Transaction, database: Dbid);

    /// The session ends; no level is open.
    fn ended(&mut self, storage: &Storage, transaction: &mut Transaction);

    /// Itself, for the floor that made it.
    fn as_any(&mut self) -> &mut dyn Any;
}
