//! Pages that must wait to be written, because what would undo changes of theirs is in no log yet.
//!
//! Invariants:
//! - for each entry here the cache holds its page once ([`jet_io::cache::PageGuardMut::hold`]); who takes an entry out releases the page
//! - a transaction takes its entries out before it logs its end, so old data never follow the end of their transaction in the log

use std::collections::BTreeMap;

use jet_log::record::Dbid;
use jet_pages::Pgno;
use parking_lot::{Mutex, MutexGuard};

use super::Done;

/// Entries by page.
#[derive(Debug, Default)]
pub(super) struct HeldPages {
    pages: Mutex<Pages>,
}

type Pages = BTreeMap<(Dbid, Pgno), Vec<Held>>;

/// A change whose page waits.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) done: Done,
    pub(super) begun: jet_log::record::TrxTime,
    pub(super) session: jet_log::record::SessionId,
}

impl HeldPages {
    /// Adds an entry; the caller holds the latch of the page, and has it held. Or puts one back that was taken, when the end of
    /// its change could not be logged.
    pub(super) fn add(&self, page: (Dbid, Pgno), held: Held) {
        self.pages.lock().entry(page).or_default().push(held);
    }

    /// Takes the entry of a version out; `None` when its old data were logged meanwhile, and the page was released.
    pub(super) fn take(&self, page: (Dbid, Pgno), version: u32) -> Option<Held> {
        let mut pages = self.pages.lock();
        let held = pages.get_mut(&page)?;
        let at = held.iter().position(|held| held.done.entered.number == version)?;
        let taken = held.swap_remove(at);
        if held.is_empty() {
            pages.remove(&page);
        }
        Some(taken)
    }

    /// A version belongs to a lower level now.
    pub(super) fn set_level(&self, page: (Dbid, Pgno), version: u32, level: u8) {
        let mut pages = self.pages.lock();
        let entries = pages.get_mut(&page).into_iter().flatten();
        for held in entries.filter(|held| held.done.entered.number == version) {
            held.done.level = level;
        }
    }

    /// How many changes wait.
    pub(super) fn count(&self) -> usize {
        self.pages.lock().values().map(Vec::len).sum()
    }

    /// All entries, while none can be added or taken out.
    pub(super) fn lock(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock()
    }
}
