//! Entries of secondary indexes: each row has exactly those that its values make.

use jet_btree::change::Bookmark;
use jet_btree::transaction::{ChangeError, Reader};
use jet_btree::{Seek, SeekTarget};

use super::values::Expand;
use super::{ColumnSet, Scratch};
use crate::database::Database;
use crate::definition::LiveIndex;
use crate::error::{Refusal, Result};
use crate::key::{IndexFlags, KeySet};
use crate::shared::Table;
use crate::table::TableDef;
use crate::work::Work;

/// The table whose entries are changed.
#[derive(Clone, Copy)]
pub(super) struct Entries<'t> {
    pub(super) database: &'t Database,
    pub(super) table: &'t Table,
    pub(super) def: &'t TableDef,
    /// Key of the row.
    pub(super) bookmark: &'t [u8],
    /// Indexes that are unique when they are asked to be are unique.
    pub(super) enforces_optional: bool,
}

impl Entries<'_> {
    /// A row comes.
    ///
    /// # Errors
    /// [`Refusal::KeyDuplicate`], [`Refusal::MultiValuedIndexViolation`], those of making keys, and conflicts.
    pub(super) fn insert(&self, work: &mut Work<'_>, record: &[u8], scratch: &mut Scratch) -> Result<()> {
        for index in &*self.table.maintained() {
            self.keys(work, index, record, &mut scratch.new_keys)?;
            for key in scratch.new_keys.iter() {
                self.put(work, index, key)?;
            }
            check_own(index, &scratch.new_keys)?;
        }
        Ok(())
    }

    /// A row goes.
    ///
    /// # Errors
    /// Those of making keys, and conflicts.
    pub(super) fn delete(&self, work: &mut Work<'_>, record: &[u8], scratch: &mut Scratch) -> Result<()> {
        for index in &*self.table.maintained() {
            self.keys(work, index, record, &mut scratch.old_keys)?;
            for key in scratch.old_keys.iter() {
                self.take(work, index, key)?;
            }
        }
        Ok(())
    }

    /// The columns `set` of a row change: entries that come of the old record alone go, those of the new one alone come.
    ///
    /// # Errors
    /// As [`Entries::insert`].
    pub(super) fn replace(
        &self,
        work: &mut Work<'_>,
        (old, new): (&[u8], &[u8]),
        set: &ColumnSet,
        scratch: &mut Scratch,
    ) -> Result<()> {
        for index in &*self.table.maintained() {
            let mut columns = index.def.segments.iter().map(|segment| segment.column);
            let mut conditions = index.def.conditions.iter().map(|condition| condition.column);
            if !columns.any(|column| set.has(column)) && !conditions.any(|column| set.has(column)) {
                continue;
            }
            self.keys(work, index, old, &mut scratch.old_keys)?;
            self.keys(work, index, new, &mut scratch.new_keys)?;
            for key in scratch.old_keys.iter() {
                if !scratch.new_keys.contains(key) {
                    self.take(work, index, key)?;
                }
            }
            for key in scratch.new_keys.iter() {
                if !scratch.old_keys.contains(key) {
                    self.put(work, index, key)?;
                }
            }
            check_own(index, &scratch.new_keys)?;
        }
        Ok(())
    }

    fn keys(&self, work: &Work<'_>, index: &LiveIndex, record: &[u8], out: &mut KeySet) -> Result<()> {
        let expand = Expand::new(work, self.database, self.table, self.def);
        expand.keys(index.keys()?, &index.layout, record, out)
    }

    fn put(&self, work: &mut Work<'_>, index: &LiveIndex, key: &[u8]) -> Result<()> {
        let store = self.database.store();
        let tree = index.tree.open(store)?;
        let entry = Bookmark {
            key,
            data: self.bookmark,
        };
        let trees = work.trees();
        if self.enforces_optional && index.def.flags.contains(IndexFlags::OPTIONALLY_UNIQUE) {
            let mut reader = Reader::of(trees, store, tree, work.view());
            if reader.seek(key, SeekTarget::Equal)? == Seek::Exact {
                return Err(Refusal::KeyDuplicate.into());
            }
        }
        match work.transaction.insert(trees, store, tree, &entry) {
            Err(ChangeError::KeyTaken) => Err(Refusal::KeyDuplicate.into()),
            done => Ok(done?),
        }
    }

    fn take(&self, work: &mut Work<'_>, index: &LiveIndex, key: &[u8]) -> Result<()> {
        let store = self.database.store();
        let tree = index.tree.open(store)?;
        let entry = Bookmark {
            key,
            data: self.bookmark,
        };
        let trees = work.trees();
        Ok(work.transaction.delete(trees, store, tree, &entry)?)
    }
}

/// A unique index has no key of a row twice.
fn check_own(index: &LiveIndex, keys: &KeySet) -> Result<()> {
    if index.def.is_unique() && keys.duplicates() > 0 {
        return Err(Refusal::MultiValuedIndexViolation.into());
    }
    Ok(())
}
