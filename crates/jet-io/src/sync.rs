//! The primitives of the cache's protocols, replaced by those of loom when its model checker runs them
//! (`RUSTFLAGS="--cfg loom"`).

use std::time::Duration;

#[cfg(not(loom))]
pub(crate) use {
    crossbeam::utils::Backoff,
    parking_lot::{Condvar, Mutex, MutexGuard},
    std::sync::atomic::{AtomicU32, AtomicU64, Ordering},
};

#[cfg(loom)]
pub(crate) use loom::{
    sync::atomic::{AtomicU32, AtomicU64, Ordering},
    sync::{Condvar, Mutex, MutexGuard},
};

/// The model checker runs somebody else wherever a real program would wait a little; after once it is time to sleep.
#[cfg(loom)]
pub(crate) struct Backoff {
    is_completed: core::cell::Cell<bool>,
}

#[cfg(loom)]
impl Backoff {
    pub(crate) fn new() -> Self {
        Self {
            is_completed: core::cell::Cell::new(false),
        }
    }

    pub(crate) fn snooze(&self) {
        self.is_completed.set(true);
        loom::thread::yield_now();
    }

    pub(crate) fn is_completed(&self) -> bool {
        self.is_completed.get()
    }
}

/// Gives up the processor for about `time`.
pub(crate) fn sleep(time: Duration) {
    #[cfg(not(loom))]
    std::thread::sleep(time);
    #[cfg(loom)]
    {
        let _ = time;
        loom::thread::yield_now();
    }
}

/// Locks. A panic elsewhere changes nothing: every critical section of this crate leaves its data whole, since
/// nothing in one can panic between two steps that belong together.
#[cfg(not(loom))]
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock()
}

/// Locks unless somebody else does.
#[cfg(not(loom))]
pub(crate) fn try_lock<T>(mutex: &Mutex<T>) -> Option<MutexGuard<'_, T>> {
    mutex.try_lock()
}

/// Waits for a signal; it may come without a reason.
#[cfg(not(loom))]
pub(crate) fn wait<'a, T>(condvar: &Condvar, mut guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
    condvar.wait(&mut guard);
    guard
}

/// Waits for a signal, no longer than about `limit`.
#[cfg(not(loom))]
pub(crate) fn wait_for<'a, T>(
    condvar: &Condvar,
    mut guard: MutexGuard<'a, T>,
    limit: Duration,
) -> MutexGuard<'a, T> {
    condvar.wait_for(&mut guard, limit);
    guard
}

/// As above.
#[cfg(loom)]
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// As above.
#[cfg(loom)]
pub(crate) fn wait<'a, T>(condvar: &Condvar, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
    condvar
        .wait(guard)
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// As above.
#[cfg(loom)]
pub(crate) fn try_lock<T>(mutex: &Mutex<T>) -> Option<MutexGuard<'_, T>> {
    mutex.try_lock().ok()
}

/// As above, though without limit: the model checker finds the signal that never comes.
#[cfg(loom)]
pub(crate) fn wait_for<'a, T>(
    condvar: &Condvar,
    guard: MutexGuard<'a, T>,
    _limit: Duration,
) -> MutexGuard<'a, T> {
    wait(condvar, guard)
}
