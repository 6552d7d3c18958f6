//! What this crate asks of its surroundings: the current folder, memory, and to wait for another thread.
//!
//! All of it is one trait, so that a test decides when memory runs out and what happens while somebody waits.

use core::fmt;
use core::num::NonZeroU64;
use core::sync::atomic::{AtomicU64, Ordering};

use parking_lot::{Condvar, Mutex};

/// The surroundings of a process.
pub trait Outside: fmt::Debug + Send + Sync {
    /// Where relative paths begin.
    fn current_folder(&self) -> String;

    /// Whether so many bytes can be had.
    fn has_memory(&self, bytes: usize) -> bool;

    /// How often somebody was told to look again. Taken before the condition is looked at, so that no change
    /// between looking and waiting is missed.
    fn ticket(&self) -> u64;

    /// Waits until the count is beyond `ticket`. May return earlier.
    fn wait(&self, ticket: u64);

    /// Tells all who wait to look again.
    fn notify(&self);
}

/// The surroundings that the system gives.
#[derive(Debug, Default)]
pub struct SystemOutside {
    count: Mutex<u64>,
    changed: Condvar,
}

impl Outside for SystemOutside {
    fn current_folder(&self) -> String {
        let folder = std::env::current_dir();
        // A folder that was removed under the process leaves the root.
        folder.map_or_else(|_| "/".into(), |path| path.to_string_lossy().into_owned())
    }

    fn has_memory(&self, bytes: usize) -> bool {
        Vec::<u8>::new().try_reserve_exact(bytes).is_ok()
    }

    fn ticket(&self) -> u64 {
        *self.count.lock()
    }

    fn wait(&self, ticket: u64) {
        let mut count = self.count.lock();
        while *count == ticket {
            self.changed.wait(&mut count);
        }
    }

    fn notify(&self) {
        *self.count.lock() += 1;
        self.changed.notify_all();
    }
}

/// Who makes a call. Transactions and session contexts belong to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ThreadId(NonZeroU64);

impl ThreadId {
    /// The thread that runs this.
    pub fn current() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        thread_local! {
            static ID: ThreadId = ThreadId::from_number(NEXT.fetch_add(1, Ordering::Relaxed));
        }
        ID.with(|id| *id)
    }

    /// A thread that exists in a simulation only; 0 counts as 1.
    pub const fn from_number(number: u64) -> Self {
        match NonZeroU64::new(number) {
            Some(number) => Self(number),
            None => Self(NonZeroU64::MIN),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn threads_differ_and_stay_themselves() {
        let here = ThreadId::current();
        assert_eq!(here, ThreadId::current());
        assert_ne!(std::thread::spawn(ThreadId::current).join().unwrap(), here);
    }

    #[test]
    fn a_notification_before_the_wait_is_not_missed() {
        let outside = Arc::new(SystemOutside::default());
        let ticket = outside.ticket();
        outside.notify();
        outside.wait(ticket);
        let ticket = outside.ticket();
        let other = Arc::clone(&outside);
        let waiting = std::thread::spawn(move || other.wait(ticket));
        outside.notify();
        waiting.join().unwrap();
    }

    #[test]
    fn memory_has_an_end() {
        let outside = SystemOutside::default();
        assert!(outside.has_memory(1 << 10));
        assert!(!outside.has_memory(usize::MAX));
    }
}
