//! Naming entries that are missing or too many: each is looked up before anything is said about it, so that what cannot be
//! read is not called wrong.

use jet_btree::{Cursor, Seek, SeekTarget, Tree, TreeError};
use jet_pages::Pgno;

use super::Reporter;
use super::finding::{ExtraReason, Hex, TableFinding};
use super::keys::{Made, RowKeys};
use super::rows::Rows;
use super::sums::Counts;
use super::walk::each_node;
use crate::key::{IndexDef, KeySet};
use crate::record::Record;

/// Looks single entries and rows up, and reports those that are certainly wrong.
pub(super) struct Finder<'r, 't, 'f> {
    pub(super) def: &'t IndexDef,
    pub(super) rows: Rows<'t>,
    pub(super) tree: Tree<'t>,
    pub(super) reporter: &'r mut Reporter<'f>,
}

impl<'t> Finder<'_, 't, '_> {
    /// An entry that rows and index do not have equally often.
    pub(super) fn entry(&mut self, key: &[u8], bookmark: &[u8], counts: Counts) {
        if counts.left > counts.right {
            self.missing(key, bookmark);
            return;
        }
        let why = match self.row(bookmark) {
            Err(_) => return, // whether there is such a row cannot be told
            Ok(None) => ExtraReason::NoRow,
            Ok(Some(_)) if counts.left > 0 => ExtraReason::Twice,
            Ok(Some(_)) => ExtraReason::OtherKey,
        };
        self.extra(key, bookmark, why);
    }

    /// A row that has another number of entries than it should.
    pub(super) fn count(&mut self, bookmark: &[u8], counts: Counts) {
        let Ok(row) = self.row(bookmark) else { return };
        let finding = TableFinding::EntryCount {
            index: self.def.name.clone(),
            row: Hex::from(bookmark),
            expected: counts.left,
            found: counts.right,
        };
        self.reporter.report(row.unwrap_or(self.tree.root()), finding);
    }

    fn missing(&mut self, key: &[u8], bookmark: &[u8]) {
        if matches!(Cursor::new(self.tree).seek_entry(key, bookmark), Ok(false)) {
            let page = self.row(bookmark).ok().flatten();
            let finding = TableFinding::MissingEntry {
                index: self.def.name.clone(),
                row: Hex::from(bookmark),
                key: Hex::from(key),
            };
            self.reporter.report(page.unwrap_or(self.tree.root()), finding);
        }
    }

    fn extra(&mut self, key: &[u8], bookmark: &[u8], why: ExtraReason) {
        let mut cursor = Cursor::new(self.tree);
        let page = match cursor.seek_entry(key, bookmark) {
            Ok(true) => cursor.position().map(|(pgno, _)| pgno),
            _ => None,
        };
        let finding = TableFinding::ExtraEntry {
            index: self.def.name.clone(),
            row: Hex::from(bookmark),
            key: Hex::from(key),
            why,
        };
        self.reporter.report(page.unwrap_or(self.tree.root()), finding);
    }

    /// The page of the row with this key.
    fn row(&self, bookmark: &[u8]) -> Result<Option<Pgno>, TreeError> {
        let mut cursor = Cursor::new(self.rows.tree);
        Ok(match cursor.seek(bookmark, SeekTarget::Equal)? {
            Seek::Exact => cursor.position().map(|(pgno, _)| pgno),
            _ => None,
        })
    }

    /// Looks up the row of each entry, and makes its keys.
    pub(super) fn each_entry(&mut self, keys: &RowKeys<'_>, set: &mut KeySet) {
        let (tree, rows) = (self.tree, self.rows);
        each_node(tree, &mut || (), &mut |_, node| {
            if node.flags.is_deleted() {
                return;
            }
            let mut cursor = Cursor::new(rows.tree);
            let why = match cursor.seek(node.data, SeekTarget::Equal) {
                Err(_) => return,
                Ok(Seek::Exact) => {
                    let Ok(Some(row)) = cursor.node() else { return };
                    let Ok(record) = Record::parse(row.data, tree.pages().size().is_large()) else {
                        return;
                    };
                    let key = node.key.to_vec();
                    if keys.make(record, &rows.values, set) != Made::Keys || set.contains(&key) {
                        return;
                    }
                    ExtraReason::OtherKey
                }
                Ok(_) => ExtraReason::NoRow,
            };
            self.extra(&node.key.to_vec(), node.data, why);
        });
    }

    /// Looks up the entry of each key of each row.
    pub(super) fn each_key(&mut self, keys: &RowKeys<'_>, set: &mut KeySet) {
        let rows = self.rows;
        rows.each(&mut || (), &mut |_, _, row| {
            let Ok(row) = row else { return };
            if keys.make(row.record, &rows.values, set) == Made::Keys {
                for key in set.iter() {
                    self.missing(key, row.bookmark);
                }
            }
        });
    }
}
