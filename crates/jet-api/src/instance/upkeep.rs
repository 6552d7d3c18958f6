//! The thread that does what is due in an instance.

use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

use crate::engine::{Engine, Handle};
use crate::{JetCode, JetError};

/// Longest time between two rounds.
const PAUSE: Duration = Duration::from_secs(1);

/// A thread that works until this is dropped.
#[derive(Debug)]
pub(super) struct Upkeep {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    wanted: Mutex<Wanted>,
    changed: Condvar,
}

#[derive(Debug)]
struct Wanted {
    is_over: bool,
    /// The next round begins no later.
    within: Duration,
}

impl Upkeep {
    /// Starts the thread.
    ///
    /// # Errors
    /// `OutOfThreads` when the system gives none.
    pub(super) fn start(engine: &Arc<Engine>, instance: Handle) -> Result<Self, JetError> {
        let shared = Arc::new(Shared {
            wanted: Mutex::new(Wanted {
                is_over: false,
                within: PAUSE,
            }),
            changed: Condvar::new(),
        });
        let (engine, theirs) = (Arc::clone(engine), Arc::clone(&shared));
        let thread = thread::Builder::new()
            .name("jet upkeep".to_owned())
            .spawn(move || work(&engine, instance, &theirs));
        let thread = thread.map_err(|error| {
            JetError::new(JetCode::OUT_OF_THREADS, "starting the thread of an instance").with_source(error)
        })?;
        Ok(Self {
            shared,
            thread: Some(thread),
        })
    }

    /// Something is due within this time.
    pub(super) fn want(&self, within: Duration) {
        let mut wanted = self.shared.wanted.lock();
        if within < wanted.within {
            wanted.within = within;
            self.shared.changed.notify_one();
        }
    }
}

impl Drop for Upkeep {
    fn drop(&mut self) {
        self.shared.wanted.lock().is_over = true;
        self.shared.changed.notify_one();
        if let Some(thread) = self.thread.take() {
            // A panic of that thread was told by itself.
            let _ = thread.join();
        }
    }
}

fn work(engine: &Engine, instance: Handle, shared: &Shared) {
    let mut wanted = shared.wanted.lock();
    while !wanted.is_over {
        let within = wanted.within;
        let is_timed_out = shared.changed.wait_for(&mut wanted, within).timed_out();
        if wanted.is_over || !is_timed_out {
            continue;
        }
        wanted.within = PAUSE;
        drop(wanted);
        // What failed is tried again with the next round; what cannot be mended every call is told.
        let _ = engine.upkeep(instance);
        wanted = shared.wanted.lock();
    }
}
