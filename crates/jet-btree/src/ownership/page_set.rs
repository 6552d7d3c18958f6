//! A set of pages of one file, one bit for each.

use jet_pages::Pgno;

/// The set. Pages behind the last one of the file are never in it.
#[derive(Debug)]
pub(super) struct PageSet {
    words: Vec<u64>,
    last: Pgno,
}

impl PageSet {
    /// The empty set of pages 1 to `last`.
    pub(super) fn new(last: Pgno) -> Self {
        Self {
            words: vec![0; last.0 as usize / 64 + 1],
            last,
        }
    }

    /// Puts a page in; true when it was not there. A page that the file does not have is always new.
    pub(super) fn insert(&mut self, pgno: Pgno) -> bool {
        let Some(word) = self
            .words
            .get_mut(pgno.0 as usize / 64)
            .filter(|_| pgno <= self.last)
        else {
            return true;
        };
        let bit = 1 << (pgno.0 % 64);
        let is_new = *word & bit == 0;
        *word |= bit;
        is_new
    }

    /// Whether the page is in the set.
    pub(super) fn contains(&self, pgno: Pgno) -> bool {
        let word = self.words.get(pgno.0 as usize / 64);
        word.is_some_and(|word| word >> (pgno.0 % 64) & 1 == 1)
    }

    /// Takes all pages out.
    pub(super) fn clear(&mut self) {
        self.words.fill(0);
    }
}
