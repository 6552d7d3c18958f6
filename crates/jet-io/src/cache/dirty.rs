//! Which pages of a file have changes that the file does not have, and which of them must not be written yet.
//!
//! Invariants:
//! - A page is entered here exactly while the header of its frame says that it is dirty; both change under
//!   the latch of the frame.
//! - The order by `begun` has one entry for each page, with the same position as the header of its frame.
//! - Holds are counted in the page table; changing them takes no mutex.
//! - The mutex here is the innermost: nothing is waited for, latched or read under it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;

use jet_pages::Pgno;

use super::header::FrameIndex;
use super::table::PageTable;
use crate::sync::{Mutex, lock};

/// A position in the log of changes. What it is made of is the log's affair; here positions are only compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogPosition(pub u64);

impl LogPosition {
    /// Before every position.
    pub const NONE: Self = Self(0);
}

/// Where in the log a change of a page stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Stamp {
    /// Position of the record that describes the change: the log must be durable so far before the page is written.
    pub modified: LogPosition,
    /// Begin of the transaction that makes the change: the log is needed from there until the page is written.
    pub begun: LogPosition,
}

/// A page to be written, and the frame that holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DirtyPage {
    pub(super) pgno: Pgno,
    pub(super) frame: FrameIndex,
    pub(super) begun: LogPosition,
}

/// The dirty pages of one file.
#[derive(Debug)]
pub(super) struct DirtyPages {
    sets: Mutex<Sets>,
    table: Arc<PageTable>,
}

#[derive(Debug, Default)]
struct Sets {
    pages: BTreeMap<Pgno, DirtyPage>,
    by_begun: BTreeSet<(LogPosition, Pgno)>,
}

impl DirtyPages {
    /// No dirty pages of the file with this page table.
    pub(super) fn new(table: Arc<PageTable>) -> Self {
        Self {
            sets: Mutex::new(Sets::default()),
            table,
        }
    }

    /// Enters a page, or gives it another `begun`.
    pub(super) fn enter(&self, page: DirtyPage) {
        let mut sets = lock(&self.sets);
        if let Some(before) = sets.pages.insert(page.pgno, page) {
            sets.by_begun.remove(&(before.begun, page.pgno));
        }
        sets.by_begun.insert((page.begun, page.pgno));
    }

    /// The page is as it is in the file, or its changes are given up.
    pub(super) fn remove(&self, pgno: Pgno) {
        lock(&self.sets).remove(pgno);
    }

    pub(super) fn count(&self) -> usize {
        lock(&self.sets).pages.len()
    }

    /// The smallest `begun` of all pages.
    pub(super) fn oldest_begun(&self) -> Option<LogPosition> {
        lock(&self.sets).by_begun.first().map(|&(begun, _)| begun)
    }

    /// Adds one to the holds of a page that is latched exclusively.
    #[inline]
    pub(super) fn hold(&self, pgno: Pgno) {
        self.table.hold(pgno);
    }

    /// Takes one from the holds of a page, if there are any.
    #[inline]
    pub(super) fn release(&self, pgno: Pgno) {
        self.table.release(pgno);
    }

    /// Whether a page has holds; certain for who has it latched exclusively.
    pub(super) fn is_held(&self, pgno: Pgno) -> bool {
        self.table.is_held(pgno)
    }

    /// Forgets the holds of all pages behind `last`.
    pub(super) fn forget_holds_beyond(&self, last: Pgno) {
        self.table.forget_holds_beyond(last);
    }

    /// The pages with a `begun` below `limit`, or all, in page order, without those that are held; and how many are.
    pub(super) fn below(&self, limit: Option<LogPosition>) -> (Vec<DirtyPage>, usize) {
        let sets = lock(&self.sets);
        let is_chosen = |page: &&DirtyPage| limit.is_none_or(|limit| page.begun < limit);
        let chosen = sets.pages.values().filter(is_chosen);
        let (held, free): (Vec<_>, Vec<_>) = chosen.partition(|page| self.is_held(page.pgno));
        (free, held.len())
    }

    /// At most `count` pages that are not held, behind `after` in the order of `begun`.
    pub(super) fn oldest(&self, after: Option<DirtyPage>, count: usize) -> Vec<DirtyPage> {
        let sets = lock(&self.sets);
        let start = after.map_or(Bound::Unbounded, |page| Bound::Excluded((page.begun, page.pgno)));
        sets.by_begun
            .range((start, Bound::Unbounded))
            .filter(|(_, pgno)| !self.is_held(*pgno))
            .filter_map(|(_, pgno)| sets.pages.get(pgno).copied())
            .take(count)
            .collect()
    }
}

impl Sets {
    fn remove(&mut self, pgno: Pgno) {
        if let Some(page) = self.pages.remove(&pgno) {
            self.by_begun.remove(&(page.begun, pgno));
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    /// With room for the entries of small page numbers.
    fn dirty_pages() -> DirtyPages {
        let table = PageTable::new();
        assert!(table.reserve(Pgno(0)));
        DirtyPages::new(Arc::new(table))
    }

    fn page(pgno: u32, begun: u64) -> DirtyPage {
        DirtyPage {
            pgno: Pgno(pgno),
            frame: FrameIndex(pgno),
            begun: LogPosition(begun),
        }
    }

    fn numbers(pages: &[DirtyPage]) -> Vec<u32> {
        pages.iter().map(|page| page.pgno.0).collect()
    }

    #[test]
    fn pages_are_found_by_number_and_by_age() {
        let dirty = dirty_pages();
        for page in [page(5, 30), page(3, 40), page(9, 10), page(7, 20)] {
            dirty.enter(page);
        }
        assert_eq!(dirty.oldest_begun(), Some(LogPosition(10)));
        assert_eq!(numbers(&dirty.below(None).0), [3, 5, 7, 9]);
        assert_eq!(numbers(&dirty.below(Some(LogPosition(30))).0), [7, 9]);
        assert_eq!(numbers(&dirty.oldest(None, 2)), [9, 7]);
        assert_eq!(numbers(&dirty.oldest(Some(page(7, 20)), 9)), [5, 3]);
        dirty.enter(page(3, 5));
        assert_eq!((dirty.oldest_begun(), dirty.count()), (Some(LogPosition(5)), 4));
        for pgno in [3, 9, 7, 5] {
            dirty.remove(Pgno(pgno));
        }
        assert_eq!((dirty.oldest_begun(), dirty.count()), (None, 0));
    }

    #[test]
    fn held_pages_are_left_out_until_they_are_released_as_often() {
        let dirty = dirty_pages();
        for page in [page(1, 1), page(2, 2)] {
            dirty.enter(page);
        }
        dirty.hold(Pgno(1));
        dirty.hold(Pgno(1));
        dirty.release(Pgno(1));
        assert!(dirty.is_held(Pgno(1)));
        assert_eq!(dirty.below(None), (vec![page(2, 2)], 1));
        assert_eq!(dirty.oldest(None, 9), [page(2, 2)]);
        dirty.release(Pgno(1));
        dirty.release(Pgno(1));
        assert!(!dirty.is_held(Pgno(1)));
        assert_eq!(dirty.below(None).1, 0);
    }

    #[test]
    fn holds_behind_the_end_of_the_file_are_forgotten() {
        let dirty = dirty_pages();
        // The second chunk of the page table begins with page 1024.
        assert!(dirty.table.reserve(Pgno(1024)));
        let held = [Pgno(1), Pgno(7), Pgno(8), Pgno(1023), Pgno(1024), Pgno(1025)];
        held.iter().for_each(|&pgno| dirty.hold(pgno));
        dirty.forget_holds_beyond(Pgno(1024));
        assert_eq!(
            held.map(|pgno| dirty.is_held(pgno)),
            [true, true, true, true, true, false]
        );
        dirty.forget_holds_beyond(Pgno(7));
        assert_eq!(
            held.map(|pgno| dirty.is_held(pgno)),
            [true, true, false, false, false, false]
        );
    }
}
