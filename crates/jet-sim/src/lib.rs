//! The whole engine of jet in a simulated world.
//!
//! A seed gives a world: page size, memory, sessions, rows, a disk that fails or loses power somewhere. Sessions work in turns;
//! beside them a model keeps every committed state and knows what each answer must be. After a crash the engine is started on
//! what the disk has, and its rows must be those after some number of commits, not less than the durable ones. The same seed
//! gives the same run.
//!
//! | module | what |
//! |---|---|
//! | [`run`] | work, crash, recovery, comparison |
//! | [`world`] | disk, engine and sessions; one step of the work |
//! | [`model`] | what must be there |
//! | [`kill`] | the other way: a process on real files, killed again and again |

#![forbid(unsafe_code)]
#![allow(
    clippy::indexing_slicing,
    reason = "numbers of sessions and trees of its own making"
)]

pub mod kill;
pub mod left;
pub mod model;
pub mod random;
pub mod run;
pub mod world;

use core::sync::atomic::{AtomicBool, Ordering};

static TELLS: AtomicBool = AtomicBool::new(false);

/// Lets every step be told on the standard error.
pub fn tell_all() {
    TELLS.store(true, Ordering::Relaxed);
}

fn tell(what: impl FnOnce() -> String) {
    if TELLS.load(Ordering::Relaxed) {
        eprintln!("{}", what());
    }
}
