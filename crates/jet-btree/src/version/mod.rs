//! Versions: what nodes were before the changes of transactions that others do not see, or may not see yet.
//!
//! | module | what |
//! |---|---|
//! | [`Clock`] | numbers of transactions, in the order of their begins and commits; which are open |
//! | [`TransactionState`] | one transaction as all its versions share it: open, committing, committed |
//! | `chain` | the versions of one node: who sees what, who may change it |
//! | [`Versions`] | the chains of all nodes, and how much memory they have |
//!
//! - A transaction sees the changes of those that committed before it began, and its own: nothing else, ever. Level 0
//!   sees what is committed at the moment of the call.
//! - A change of a node that another open transaction changed, or one that committed later than the own begin, is refused at
//!   once. Nobody waits.
//! - A version is entered and taken out under the exclusive latch of the leaf that holds its node, except that a version
//!   which everybody sees may go at any time: then the page alone says the same.
//!
//! Source: `docs/concepts/transactions.md`.

mod chain;
mod clock;
mod state;
mod store;

pub use chain::{Change, Conflict, Version};
pub(crate) use clock::is_before;
pub use clock::{Begun, Clock, View};
pub use state::{Fate, TransactionState};
pub use store::{Entered, NodeName, NodeRef, Seen, VersionError, Versions};
