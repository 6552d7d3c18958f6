//! One load per page: who loads it, who waits, and how the outcome reaches those who wait.
//!
//! Invariants:
//! - At most one [`Ticket`] per page exists at a time, and its holder alone reads and publishes the page.
//! - A ticket is given only while the page has no entry in the page table; the entry is set before the
//!   ticket ends. So a page is never loaded into two frames.
//! - Every ticket ends, be it by a panic of its holder, and wakes all who wait for it.
//! - The mutex here is never held across a read, nor together with another lock.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use jet_pages::Pgno;

use super::CacheError;
use super::table::PageTable;
use crate::sync::{Condvar, Mutex, lock, wait};

/// The loads of one file that are under way.
#[derive(Debug)]
pub(super) struct Loads<E> {
    pending: Mutex<HashMap<Pgno, Arc<Pending<E>>>>,
}

/// What [`Loads::claim`] found.
pub(super) enum Claim<'a, E> {
    /// The caller is to load the page.
    Mine(Ticket<'a, E>),
    /// Somebody loads it.
    Theirs(Arc<Pending<E>>),
    /// It is in the page table, though perhaps about to leave.
    Cached,
}

impl<E> Loads<E> {
    pub(super) fn new() -> Self {
        Self {
            pending: Mutex::new(HashMap::new()),
        }
    }

    /// Finds out who loads page `pgno`, and makes it the caller if nobody does.
    pub(super) fn claim<'a>(&'a self, pgno: Pgno, table: &PageTable) -> Claim<'a, E> {
        let mut pending = lock(&self.pending);
        match pending.entry(pgno) {
            Entry::Occupied(entry) => Claim::Theirs(Arc::clone(entry.get())),
            // Asked under the mutex: whoever loaded the page before has set its entry before giving up the
            // ticket.
            Entry::Vacant(_) if table.frame(pgno).is_some() => Claim::Cached,
            Entry::Vacant(entry) => {
                let pending = entry.insert(Arc::new(Pending::new()));
                Claim::Mine(Ticket {
                    loads: self,
                    pgno,
                    pending: Arc::clone(pending),
                })
            }
        }
    }
}

/// The right and the duty to load a page. Dropped without an outcome, those who wait try for themselves.
pub(super) struct Ticket<'a, E> {
    loads: &'a Loads<E>,
    pgno: Pgno,
    pending: Arc<Pending<E>>,
}

impl<E> Ticket<'_, E> {
    /// Tells all who wait that the page cannot be loaded.
    pub(super) fn fail(self, error: CacheError<E>) {
        *lock(&self.pending.outcome) = Some(Outcome::Failed(error));
    }
}

impl<E> Drop for Ticket<'_, E> {
    fn drop(&mut self) {
        lock(&self.loads.pending).remove(&self.pgno);
        lock(&self.pending.outcome).get_or_insert(Outcome::LookAgain);
        self.pending.ended.notify_all();
    }
}

/// A load under way, as those who wait for it see it.
#[derive(Debug)]
pub(super) struct Pending<E> {
    outcome: Mutex<Option<Outcome<E>>>,
    ended: Condvar,
}

#[derive(Clone, Debug)]
enum Outcome<E> {
    /// The page may be cached now; if it is not, it may be loaded again.
    LookAgain,
    Failed(CacheError<E>),
}

impl<E: Clone> Pending<E> {
    fn wait_outcome(&self) -> Outcome<E> {
        let mut outcome = lock(&self.outcome);
        loop {
            match &*outcome {
                Some(ended) => return ended.clone(),
                None => outcome = wait(&self.ended, outcome),
            }
        }
    }

    /// Waits for the end of the load.
    ///
    /// # Errors
    /// What the loader failed with.
    pub(super) fn wait(&self) -> Result<(), CacheError<E>> {
        match self.wait_outcome() {
            Outcome::LookAgain => Ok(()),
            Outcome::Failed(error) => Err(error),
        }
    }
}

impl<E> Pending<E> {
    fn new() -> Self {
        Self {
            outcome: Mutex::new(None),
            ended: Condvar::new(),
        }
    }
}
