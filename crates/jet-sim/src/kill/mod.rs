//! The kill loop: the engine in a process of its own, on real files, killed in the middle of its work and started again.
//!
//! Several threads of the worker commit transactions, each on rows of its own in one tree that all share. What transaction number
//! `n` of a thread does follows from the seed, the thread and `n` alone (`deed`), and it leaves `n` in a row of the thread. So
//! after a kill that row tells how far the thread came, and all its other rows follow.
//!
//! The worker tells of each commit after the engine acknowledged it. When it is dead the parent recovers and demands of each
//! thread:
//! - its last transaction is none before the last durable one told of, and at most one behind the last one told of
//! - its rows are exactly those that the transactions up to that one leave, so none is there in part
//!
//! and of the trees that every page is sound and has one owner.
//!
//! | module | what |
//! |---|---|
//! | `deed` | what a transaction does |
//! | `engine` | the engine on a folder |
//! | `worker` | the process that is killed |
//! | `parent` | rounds: start, kill, recover, compare |
//! | `check` | what must be there after recovery |

mod check;
mod deed;
mod engine;
mod parent;
mod worker;

pub use parent::{Killed, Plan, run};
pub use worker::work;

/// What worker and parent agree upon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scene {
    /// All work follows from it.
    pub seed: u64,
    /// Threads that commit.
    pub threads: u8,
    /// Bytes of pages.
    pub page_bytes: u32,
}
