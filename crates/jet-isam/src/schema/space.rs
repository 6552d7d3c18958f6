//! Trees that belong to nobody any more.

use jet_log::record::TrxTime;
use jet_pages::Pgno;

use crate::database::Database;
use crate::error::Result;
use crate::table::TreeDef;
use crate::work::Work;

impl Database {
    /// What everybody sees of changed tables becomes what all see, and the pages of trees that nobody can see any more are given
    /// back. In a transaction that only reads nothing is done.
    ///
    /// # Errors
    /// When the trees cannot be given back: what was not is lost, and only takes space.
    pub fn tidy(&self, work: &mut Work<'_>) -> Result<()> {
        // The catalog is read before this call changes it.
        self.tables()?;
        if self.is_read_only() || work.transaction.is_read_only() {
            return Ok(());
        }
        self.settle(work)?;
        for trees in self.take_dead(work) {
            work.atomically(|work| self.give_back(work, &trees))?;
        }
        Ok(())
    }

    fn settle(&self, work: &Work<'_>) -> Result<()> {
        let open = core::mem::take(&mut *self.open_tables.lock());
        for table in open {
            let outcome = table.settle(work.trees())?;
            self.leave(work.trees().now(), outcome.trees);
            if outcome.is_gone {
                self.forget(table.objid())?;
            } else if table.has_changes() {
                self.note_open(&table);
            }
        }
        Ok(())
    }

    /// Those whose last users are gone.
    fn take_dead(&self, work: &Work<'_>) -> Vec<Vec<TreeDef>> {
        let mut dead = self.dead_trees.lock();
        let is_over = |(since, _): &(TrxTime, _)| work.trees().is_over(*since);
        let (over, kept): (Vec<_>, Vec<_>) = dead.drain(..).partition(is_over);
        *dead = kept;
        over.into_iter().map(|(_, trees)| trees).collect()
    }

    fn give_back(&self, work: &mut Work<'_>, trees: &[TreeDef]) -> Result<()> {
        let store = self.store();
        let roots: Vec<Pgno> = trees.iter().map(|tree| tree.root).collect();
        let trees_of_all = work.trees();
        let _no_cleaning = trees_of_all.pause_cleaning();
        trees_of_all.forget_versions(self.number(), &roots);
        let author = work.author()?;
        for tree in trees {
            let tree = store.open_tree(tree.root, Some(tree.objid))?;
            store.free_tree(&tree, &author)?;
        }
        Ok(())
    }
}
