//! One index against the rows of its table.
//!
//! Rows add the hash of each (key, bookmark) that they make, entries take theirs away: nothing left over means that index
//! and rows agree exactly. Else a second look at both names the entries that are missing or too many. Rows whose keys are
//! not made are left out of that, and their entries counted instead.

use std::collections::HashSet;

use jet_btree::Tree;
use jet_pages::{Key, Objid, Pgno};

use super::find::Finder;
use super::finding::{Hex, TableFinding};
use super::keys::{Made, NotMade, RowKeys};
use super::rows::{Row, Rows};
use super::sums::{Difference, Suspects, fingerprint, short_hash};
use super::walk::each_node;
use super::{IndexStats, Reporter};
use crate::key::{IndexDef, IndexError, KeySet};

/// What an entry is likely to be long.
const ENTRY_BYTES: usize = 96;

/// A bounded set of rows.
struct KnownRows {
    hashes: HashSet<u64>,
    most: usize,
    /// There were more: the set is empty then.
    is_full: bool,
}

impl KnownRows {
    fn new(most: usize) -> Self {
        Self {
            hashes: HashSet::new(),
            most,
            is_full: false,
        }
    }

    fn insert(&mut self, hash: u64) {
        self.is_full |= self.hashes.len() >= self.most;
        if self.is_full {
            self.hashes = HashSet::new();
        } else {
            self.hashes.insert(hash);
        }
    }

    fn contains(&self, hash: u64) -> bool {
        self.hashes.contains(&hash)
    }
}

/// An index while it is compared.
pub(super) struct IndexCompare<'t> {
    def: &'t IndexDef,
    keys: RowKeys<'t>,
    /// Of (key, bookmark).
    entries: Difference,
    /// Of bookmarks alone, where keys of text may not be made.
    bookmarks: Option<Difference>,
    /// Rows whose keys are not made.
    unmade: KnownRows,
    /// Those of them of which it is not known how many entries they have.
    uncounted: KnownRows,
    set: KeySet,
    item: Vec<u8>,
    pub(super) stats: IndexStats,
}

impl<'t> IndexCompare<'t> {
    pub(super) fn new(
        def: &'t IndexDef,
        rows: &Rows<'t>,
        known_rows_most: usize,
    ) -> Result<Self, IndexError> {
        let keys = RowKeys::new(def, rows.layout)?;
        let bookmarks = keys.has_unicode().then(Difference::new);
        let stats = IndexStats {
            name: def.name.clone(),
            sort_error: keys.sort_error(),
            ..IndexStats::default()
        };
        Ok(Self {
            def,
            keys,
            entries: Difference::new(),
            bookmarks,
            unmade: KnownRows::new(known_rows_most),
            uncounted: KnownRows::new(known_rows_most),
            set: KeySet::new(),
            item: Vec::new(),
            stats,
        })
    }

    /// Adds the keys of a row.
    pub(super) fn add_row(
        &mut self,
        row: &Row<'_>,
        rows: &Rows<'_>,
        report: &mut dyn FnMut(Pgno, TableFinding),
    ) {
        let count = match self.keys.make(row.record, &rows.values, &mut self.set) {
            Made::Keys => {
                for key in self.set.iter() {
                    put_entry(&mut self.item, Key::whole(key), row.bookmark);
                    self.entries.add(row.hash, fingerprint(&self.item), 1);
                }
                self.stats.keys += self.set.len() as u64;
                u32::try_from(self.set.len()).ok()
            }
            Made::Not { why, expected } => {
                self.not_made(row.hash, why);
                expected
            }
            Made::Refused(refusal) => {
                let (index, hex) = (self.def.name.clone(), Hex::from(row.bookmark));
                report(
                    row.pgno,
                    TableFinding::Refused {
                        row: hex,
                        index,
                        refusal,
                    },
                );
                self.not_made(row.hash, NotMade::Damaged);
                None
            }
        };
        match (&mut self.bookmarks, count) {
            (None, _) => {}
            (Some(bookmarks), Some(count)) => bookmarks.add(row.hash, fingerprint(row.bookmark), count),
            (Some(_), None) => self.uncounted.insert(row.hash),
        }
    }

    /// A row whose record cannot be used.
    pub(super) fn add_unusable(&mut self, bookmark: &[u8]) {
        let hash = short_hash(bookmark);
        self.not_made(hash, NotMade::Damaged);
        self.uncounted.insert(hash);
    }

    fn not_made(&mut self, hash: u64, why: NotMade) {
        self.stats.not_made.add(why);
        if !self.is_by_bookmark() {
            self.unmade.insert(hash);
        }
    }

    /// Whether keys are not compared at all.
    const fn is_by_bookmark(&self) -> bool {
        self.stats.sort_error.is_some()
    }

    /// Reads the entries, and reports what differs. `rows_unreadable`: parts of the table that were not seen.
    pub(super) fn compare(&mut self, rows: &Rows<'t>, rows_unreadable: u64, reporter: &mut Reporter<'_>) {
        let root = Pgno(self.def.root);
        let index = self.def.name.clone();
        // A tree that cannot be opened was reported with the structure of the trees.
        let Ok(tree) = Tree::open(rows.tree.pages(), root, Some(Objid(self.def.objid.0))) else {
            self.stats.unreadable += 1;
            reporter.report(
                root,
                TableFinding::Incomplete {
                    index: Some(index),
                    part: "the index",
                    unreadable: 1,
                },
            );
            return;
        };
        let defined_unique = self.def.is_unique();
        if tree.is_unique() != defined_unique {
            reporter.report(
                root,
                TableFinding::Uniqueness {
                    index: index.clone(),
                    defined_unique,
                },
            );
        }
        self.take_entries(tree, reporter.leaf_done);
        let unreadable = self.stats.unreadable;
        if unreadable > 0 {
            reporter.report(
                root,
                TableFinding::Incomplete {
                    index: Some(index.clone()),
                    part: "the index",
                    unreadable,
                },
            );
        }
        let before = reporter.count;
        let needs_all = (self.unmade.is_full && !self.is_by_bookmark())
            || (self.uncounted.is_full && self.bookmarks.is_some());
        let mut finder = Finder {
            def: self.def,
            rows: *rows,
            tree,
            reporter,
        };
        if needs_all {
            finder.each_entry(&self.keys, &mut self.set);
            finder.each_key(&self.keys, &mut self.set);
            return;
        }
        let keys_differ = !self.entries.is_none();
        let bookmarks_differ = self.bookmarks.as_ref().is_some_and(|sums| !sums.is_none());
        let is_whole = unreadable + rows_unreadable == 0;
        let mut is_complete = true;
        if keys_differ {
            is_complete &= self.find_entries(&mut finder);
        }
        if bookmarks_differ {
            is_complete &= self.find_bookmarks(&mut finder, is_whole);
        }
        let is_said = finder.reporter.count > before && is_complete;
        if (keys_differ || bookmarks_differ) && is_whole && !is_said {
            let (keys, entries) = (self.stats.keys, self.stats.entries);
            reporter.report(root, TableFinding::IndexDiffers { index, keys, entries });
        }
    }

    fn take_entries(&mut self, tree: Tree<'_>, leaf_done: &mut dyn FnMut()) {
        let by_bookmark = self.is_by_bookmark();
        let (entries, bookmarks, stats) = (&mut self.entries, &mut self.bookmarks, &mut self.stats);
        let item = &mut self.item;
        let unreadable = each_node(tree, leaf_done, &mut |_, node| {
            if node.flags.is_deleted() {
                return;
            }
            stats.entries += 1;
            let hash = short_hash(node.data);
            if !by_bookmark && !self.unmade.contains(hash) {
                put_entry(item, node.key, node.data);
                entries.take(hash, fingerprint(item), 1);
                stats.compared += 1;
            }
            if let Some(bookmarks) = bookmarks
                && !self.uncounted.contains(hash)
            {
                bookmarks.take(hash, fingerprint(node.data), 1);
            }
        });
        self.stats.unreadable = unreadable;
    }

    /// Names the entries that only rows or only the index have; false when there may be more.
    fn find_entries(&mut self, finder: &mut Finder<'_, 't, '_>) -> bool {
        let mut suspects = self.entries.suspects(ENTRY_BYTES);
        finder.rows.each(&mut || (), &mut |_, _, row| {
            let Ok(row) = row else { return };
            if suspects.wants(row.hash)
                && self.keys.make(row.record, &finder.rows.values, &mut self.set) == Made::Keys
            {
                for key in self.set.iter() {
                    put_entry(&mut self.item, Key::whole(key), row.bookmark);
                    suspects.add(&self.item, 1);
                }
            }
        });
        each_node(finder.tree, &mut || (), &mut |_, node| {
            let hash = short_hash(node.data);
            if !node.flags.is_deleted() && suspects.wants(hash) && !self.unmade.contains(hash) {
                put_entry(&mut self.item, node.key, node.data);
                suspects.take(&self.item, 1);
            }
        });
        let differing = suspects.into_differing();
        for (item, counts) in differing.items {
            if let Some((key, bookmark)) = split_entry(&item) {
                finder.entry(key, bookmark, counts);
            }
        }
        differing.is_complete
    }

    /// Names the rows that have too few or too many entries, of those whose keys are not made; false when there may be
    /// more.
    fn find_bookmarks(&mut self, finder: &mut Finder<'_, 't, '_>, is_whole: bool) -> bool {
        let by_bookmark = self.is_by_bookmark();
        let Some(bookmarks) = &self.bookmarks else {
            return true;
        };
        let mut suspects: Suspects = bookmarks.suspects(ENTRY_BYTES);
        let wants = |suspects: &Suspects, hash| {
            suspects.wants(hash)
                && (by_bookmark || self.unmade.contains(hash))
                && !self.uncounted.contains(hash)
        };
        finder.rows.each(&mut || (), &mut |_, _, row| {
            let Ok(row) = row else { return };
            if wants(&suspects, row.hash)
                && let Made::Not {
                    expected: Some(expected),
                    ..
                } = self.keys.make(row.record, &finder.rows.values, &mut self.set)
            {
                suspects.add(row.bookmark, expected.into());
            }
        });
        each_node(finder.tree, &mut || (), &mut |_, node| {
            if !node.flags.is_deleted() && wants(&suspects, short_hash(node.data)) {
                suspects.take(node.data, 1);
            }
        });
        let differing = suspects.into_differing();
        for (bookmark, counts) in differing.items {
            // What was not read may hold the other entries, or the row.
            if is_whole {
                finder.count(&bookmark, counts);
            }
        }
        differing.is_complete
    }
}

/// Makes an entry one piece: length of the key, key, bookmark.
fn put_entry(out: &mut Vec<u8>, key: Key<'_>, bookmark: &[u8]) {
    out.clear();
    // Keys have at most 2000 bytes; the length only keeps key and bookmark apart.
    out.extend_from_slice(&u32::try_from(key.len()).unwrap_or(u32::MAX).to_le_bytes());
    key.append_to(out);
    out.extend_from_slice(bookmark);
}

fn split_entry(item: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = item.split_first_chunk()?;
    rest.split_at_checked(usize::try_from(u32::from_le_bytes(*len)).ok()?)
}
