//! Makes what [`super::bootstrap`] says in a database that is being created.

use std::collections::HashMap;

use jet_btree::change::Bookmark;
use jet_btree::space::NewTree;
use jet_btree::store::{OpenTree, Store};
use jet_btree::transaction::{Flushing, Transaction};
use jet_pages::Pgno;
use jet_session::storage::{AttachedDatabase, Fill, Storage, StorageError};

use super::Insert;
use super::bootstrap::{self, NewDatabase, NewSpace, Step};

/// Gives every new database its catalog.
#[derive(Clone, Copy, Debug, Default)]
pub struct CatalogOfNewDatabase;

impl Fill for CatalogOfNewDatabase {
    fn fill(
        &mut self,
        storage: &Storage,
        database: &AttachedDatabase,
        transaction: &mut Transaction,
    ) -> Result<(), StorageError> {
        let new = NewDatabase::new(storage.setup().page_size);
        let script = bootstrap::transactions(&new).map_err(StorageError::contents)?;
        let mut made = HashMap::new();
        for steps in &script {
            transaction.begin(storage.trees(), false);
            for step in steps {
                run(storage, database.store(), transaction, &mut made, step)?;
            }
            transaction.commit(storage.trees(), Flushing::Lazy)?;
        }
        Ok(())
    }
}

/// A tree of a new database did not come to lie where every database has it.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the tree whose root is page {expected} of every database came to page {found}")]
struct Misplaced {
    expected: Pgno,
    found: Pgno,
}

fn run(
    storage: &Storage,
    store: &Store,
    transaction: &mut Transaction,
    made: &mut HashMap<Pgno, OpenTree>,
    step: &Step,
) -> Result<(), StorageError> {
    match step {
        Step::Create(new) => {
            let tree = create(storage, store, transaction, new)?;
            let (expected, found) = (new.tree.root, tree.root());
            if expected != found || new.tree.objid != tree.objid() {
                return Err(StorageError::contents(Misplaced { expected, found }));
            }
            made.insert(found, tree);
        }
        Step::Insert(Insert { tree, key, data }) => {
            if let Some(tree) = made.get(&tree.root) {
                transaction.insert(storage.trees(), store, tree, &Bookmark { key, data })?;
            }
        }
    }
    Ok(())
}

fn create(
    storage: &Storage,
    store: &Store,
    transaction: &mut Transaction,
    new: &bootstrap::NewTree,
) -> Result<OpenTree, StorageError> {
    let author = transaction.author(storage.trees())?;
    if !new.parent.is_some() {
        return Ok(store.create_root(&author, new.page_count)?);
    }
    let tree = NewTree {
        page_count: new.page_count,
        has_space_trees: new.space == NewSpace::Multiple,
        is_unique: true,
        flags: new.page_flags,
    };
    Ok(store.create_tree(&author, new.parent, tree)?)
}
