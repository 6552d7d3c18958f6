//! Rows of a temporary table in a tree of the temporary database.

use jet_btree::change::{Actor, Applied, Bookmark, Decision, Edit, Leaf};
use jet_btree::space::NewTree;
use jet_btree::store::{Author, OpenTree, Store};
use jet_btree::transaction::{ChangeError, Transaction, Trees};
use jet_log::Lgpos;
use jet_log::record::{SessionId, TrxTime};
use jet_pages::{PageFlags, Pgno};
use jet_session::storage::{Storage, TEMPORARY};

use super::columns::PAGES;
use super::sort::{Ordered, Row, Sorted};
use crate::definition::Definition;
use crate::error::{Refusal, Result};
use crate::session::TableSession;
use crate::shared::Table;
use crate::table::TreeDef;

/// Who makes and fills trees: nothing of it is logged, and nothing is undone.
pub(crate) const AUTHOR: Author = Author {
    session: SessionId(0xfffd),
    transaction: TrxTime(0),
    begun_at: Lgpos::NONE,
    level: 1,
    is_system: true,
};
/// The root of the database, which trees take their space from.
pub(super) const ROOT: Pgno = Pgno(1);

/// Adds a row that has no version.
struct Append<'r> {
    data: &'r [u8],
    is_there: bool,
}

impl Actor for Append<'_> {
    type Error = ChangeError;

    fn decide(&mut self, leaf: &Leaf<'_>) -> core::result::Result<Decision<'_>, ChangeError> {
        let found = leaf.node().map_err(jet_btree::TreeError::Page)?;
        self.is_there = found.is_some();
        Ok(Decision::unversioned(if self.is_there {
            Edit::Nothing
        } else {
            Edit::Insert { data: self.data }
        }))
    }

    fn done(&mut self, _: &Applied<'_>) {}
}

/// Adds a row to a tree that nobody else uses.
///
/// # Errors
/// [`Refusal::KeyDuplicate`], and what changing the tree gives.
pub(super) fn append(store: &Store, tree: &OpenTree, key: &[u8], data: &[u8]) -> Result<()> {
    let mut append = Append {
        data,
        is_there: false,
    };
    let row = Bookmark { key, data: &[] };
    store.edit(tree, &AUTHOR, &row, &mut append)?;
    if append.is_there {
        return Err(Refusal::KeyDuplicate.into());
    }
    Ok(())
}

/// Gives the pages of a tree back that nobody uses.
pub(super) fn free(trees: &Trees, store: &Store, tree: &OpenTree) -> Result<()> {
    let _pause = trees.pause_cleaning();
    Ok(store.free_tree(tree, &AUTHOR)?)
}

/// A table with a tree without rows. Without `has_key` rows lie in the order in which they come.
///
/// # Errors
/// What making the tree gives.
pub(super) fn plant(store: &Store, definition: &Definition, has_key: bool) -> Result<Table> {
    let new = NewTree {
        page_count: PAGES,
        has_space_trees: true,
        is_unique: true,
        flags: PageFlags::default(),
    };
    let tree = store.create_tree(&AUTHOR, ROOT, new)?;
    let mut def = definition.def.clone();
    def.tree = TreeDef {
        objid: tree.objid(),
        root: tree.root(),
    };
    if !has_key {
        def.indexes.clear();
    }
    for index in &mut def.indexes {
        index.objid = tree.objid();
        index.root = tree.root().0;
    }
    Ok(Table::committed(TEMPORARY, Definition::new(def)?))
}

/// A table with the rows of a sort in a tree.
///
/// # Errors
/// What reading the rows and making the tree gives; nothing is left of the tree then.
pub(super) fn grow(
    trees: &Trees,
    store: &Store,
    definition: &Definition,
    mut sorted: Sorted,
    has_key: bool,
) -> Result<Table> {
    let table = plant(store, definition, has_key)?;
    let Some(planted) = table.definition_for_all() else {
        return Ok(table);
    };
    let tree = planted.rows.open(store)?;
    let mut count = 0_u32;
    let mut add = |(key, record): Row<'_>| {
        let number = count.to_be_bytes();
        count = count.checked_add(1).ok_or(Refusal::OutOfSequentialIndexValues)?;
        append(store, tree, if has_key { key } else { &number }, record)
    };
    let mut fill = || match &mut sorted.rows {
        Ordered::Memory(rows) => rows.iter().try_for_each(&mut add),
        Ordered::Disk(merge) => {
            while merge.next()? {
                merge.row().map_or(Ok(()), &mut add)?;
            }
            Ok(())
        }
    };
    if let Err(error) = fill() {
        free(trees, store, tree)?;
        return Err(error);
    }
    if !has_key {
        *table.counters.row.lock() = Some(count);
    }
    Ok(table)
}

impl TableSession {
    /// The trees of temporary tables go that no cursor is on.
    pub(crate) fn free_temporary(&mut self, storage: &Storage, transaction: &mut Transaction) {
        let Some(temporary) = storage.temporary().filter(|_| !self.temporary.is_empty()) else {
            return;
        };
        self.temporary.retain(|table| {
            if table.is_open() {
                return true;
            }
            // What does not go now goes with the database.
            let _ = fell(storage, temporary.store(), transaction, table);
            false
        });
    }
}

fn fell(storage: &Storage, store: &Store, transaction: &mut Transaction, table: &Table) -> Result<()> {
    let Some(definition) = table.definition_for_all() else {
        return Ok(());
    };
    let rows = definition.rows.open(store)?;
    let mut roots = vec![rows.root()];
    roots.extend(
        table
            .long_value_tree(store, &definition.def)?
            .map(|tree| tree.root()),
    );
    let trees = storage.trees();
    let _pause = trees.pause_cleaning();
    transaction.forget_trees(trees, TEMPORARY, &roots);
    // The pages of the other trees belong to this one.
    Ok(store.free_tree(rows, &AUTHOR)?)
}
