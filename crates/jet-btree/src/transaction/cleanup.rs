//! What nobody sees any more goes: versions, deleted nodes, pages that become empty.

use jet_log::record::Dbid;

use super::trees::Left;
use super::{ChangeError, Flushing, Transaction, Trees};
use crate::change::Bookmark;
use crate::version::NodeRef;

impl Trees {
    /// Removes versions that everybody sees, and nodes that nobody sees, oldest first: about `count_max` of them. `transaction`
    /// is one of the engine itself, in which nothing is open. Returns how many versions went.
    ///
    /// # Errors
    /// [`ChangeError`]: what was not removed is lost to this clean-up, and only takes space.
    pub fn clean(&self, transaction: &mut Transaction, count_max: usize) -> Result<usize, ChangeError> {
        let oldest = self.clock.oldest();
        self.clean_each(transaction, count_max, &mut || self.next_garbage(oldest))
    }

    /// Removes all versions in a database that nobody has open, and in which nothing is undecided: also those that older
    /// transactions would see if they came back to it.
    ///
    /// # Errors
    /// As [`Trees::clean`].
    pub fn clean_database(
        &self,
        transaction: &mut Transaction,
        database: Dbid,
    ) -> Result<usize, ChangeError> {
        self.clean_each(transaction, usize::MAX, &mut || self.garbage_of(database))
    }

    /// Number of versions in a database whose transactions are open.
    pub fn undecided_in(&self, database: Dbid) -> usize {
        self.versions.undecided_in(database)
    }

    fn clean_each(
        &self,
        transaction: &mut Transaction,
        count_max: usize,
        next: &mut dyn FnMut() -> Option<Vec<Left>>,
    ) -> Result<usize, ChangeError> {
        let mut count = 0;
        let mut result = Ok(());
        while count < count_max && result.is_ok() {
            let _cleaning = self.cleaning.lock();
            let Some(left) = next() else {
                break;
            };
            // All versions first: only then no node of this transaction has one that it left itself.
            for left in &left {
                self.versions.remove(&left.entered);
            }
            count += left.len();
            for left in left.iter().filter(|left| left.is_deleted) {
                result = self.remove_node(transaction, left);
                if result.is_err() {
                    break;
                }
            }
        }
        let ended = if transaction.level() == 0 {
            Ok(())
        } else {
            transaction.commit(self, Flushing::Lazy).map(|_| ())
        };
        result?;
        ended?;
        Ok(count)
    }

    /// What the oldest transaction left that everybody sees.
    fn next_garbage(&self, oldest: jet_log::record::TrxTime) -> Option<Vec<Left>> {
        let mut garbage = self.garbage.lock();
        let first = garbage.front()?;
        let is_due = first
            .committed
            .is_none_or(|committed| crate::version::is_before(committed, oldest));
        if !is_due {
            return None;
        }
        Some(garbage.pop_front()?.left)
    }

    /// All that is left in a database.
    fn garbage_of(&self, database: Dbid) -> Option<Vec<Left>> {
        let mut found = Vec::new();
        self.garbage.lock().retain_mut(|garbage| {
            let is_of = |left: &mut Left| left.entered.node.database() == database;
            found.extend(garbage.left.extract_if(.., is_of));
            !garbage.left.is_empty()
        });
        Some(found).filter(|found| !found.is_empty())
    }

    /// Removes a deleted node, unless somebody sees it or gave it life again.
    fn remove_node(&self, transaction: &mut Transaction, left: &Left) -> Result<(), ChangeError> {
        let name = &left.entered.node;
        let Some(store) = self.store(name.database()) else {
            return Ok(());
        };
        if transaction.level() == 0 {
            transaction.begin(self, false);
        }
        let author = transaction.author_in(self, &store)?;
        let tree = store.open_tree(name.root(), None)?;
        let bookmark = Bookmark {
            key: name.key(),
            data: name.bookmark_data(),
        };
        let is_unique = tree.is_unique();
        store.clean_page(&tree, &author, &bookmark, &mut |node| {
            // It may have come to life again, or be in the hands of somebody else.
            let name = NodeRef {
                database: name.database(),
                root: name.root(),
                key: node.key,
                bookmark_data: if is_unique { &[] } else { node.data },
            };
            node.flags.is_deleted() && !self.versions.has(name)
        })?;
        Ok(())
    }
}
