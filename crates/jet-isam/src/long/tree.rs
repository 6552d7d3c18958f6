//! The tree of the long values of a table.

use jet_btree::space::NewTree;
use jet_btree::store::{OpenTree, Store};
use jet_btree::transaction::{Flushing, Transaction};
use jet_log::record::SessionId;
use jet_pages::PageFlags;
use parking_lot::Mutex;

use crate::catalog::{CatalogRow, RowKind};
use crate::database::Database;
use crate::definition::Definition;
use crate::error::{Refusal, Result};
use crate::long_value::chunk_bytes;
use crate::schema::rows;
use crate::shared::{LongTree, Table};
use crate::table::{TableDef, TreeDef};
use crate::temporary::AUTHOR;
use crate::work::Work;

/// The session in which trees of long values are made.
const MAKER: SessionId = SessionId(0xfffe);
/// Held by whoever works in that session.
static MAKING: Mutex<()> = Mutex::new(());

impl Table {
    /// The tree of long values, if one was made yet.
    ///
    /// # Errors
    /// When its root page is not what the catalog says.
    pub(crate) fn long_value_tree(&self, store: &Store, def: &TableDef) -> Result<Option<OpenTree>> {
        if let Some(long) = &*self.long_values.read() {
            return Ok(Some(long.tree.clone()));
        }
        let Some(known) = def.long_values else {
            return Ok(None);
        };
        let tree = store.open_tree(known.root, Some(known.objid))?;
        let mut long = self.long_values.write();
        let long = long.get_or_insert(LongTree { tree, level: 0 });
        Ok(Some(long.tree.clone()))
    }

    /// The tree of long values, which is made when there is none: for all at once, whatever becomes of the transaction, unless
    /// nobody else sees the table.
    ///
    /// # Errors
    /// What making it gives.
    pub(crate) fn need_long_value_tree(
        &self,
        work: &mut Work<'_>,
        database: &Database,
        definition: &Definition,
    ) -> Result<OpenTree> {
        let store = database.store();
        if let Some(tree) = self.long_value_tree(store, &definition.def)? {
            return Ok(tree);
        }
        let making = self.making_long_values.lock();
        if let Some(tree) = self.long_value_tree(store, &definition.def)? {
            return Ok(tree);
        }
        let (tree, level) = if database.is_temporary() {
            (make_temporary(database, definition)?, 0)
        } else if self.is_being_made() {
            let tree = work.atomically(|work| make(work, database, definition))?;
            (tree, work.level())
        } else {
            (make_for_all(work, database, definition)?, 0)
        };
        let long = LongTree {
            tree: tree.clone(),
            level,
        };
        *self.long_values.write() = Some(long);
        drop(making);
        Ok(tree)
    }
}

/// Makes the tree in a transaction of the engine itself.
fn make_for_all(work: &Work<'_>, database: &Database, definition: &Definition) -> Result<OpenTree> {
    let _making = MAKING.lock();
    let mut transaction = Transaction::of_system(MAKER);
    let mut last_commit = None;
    let mut system = Work {
        storage: work.storage,
        transaction: &mut transaction,
        last_commit: &mut last_commit,
        flushing: Flushing::Lazy,
    };
    system.atomically(|work| make(work, database, definition))
}

/// Makes that of a temporary table, which no catalog knows, and no rollback undoes.
fn make_temporary(database: &Database, definition: &Definition) -> Result<OpenTree> {
    Ok(database
        .store()
        .create_tree(&AUTHOR, definition.def.tree.root, NEW_TREE)?)
}

const NEW_TREE: NewTree = NewTree {
    page_count: 1,
    has_space_trees: false,
    is_unique: true,
    flags: PageFlags::LONG_VALUE,
};

fn make(work: &mut Work<'_>, database: &Database, definition: &Definition) -> Result<OpenTree> {
    let store = database.store();
    let author = work.author()?;
    let table = definition.def.tree;
    let tree = store.create_tree(&author, table.root, NEW_TREE)?;
    let def = TreeDef {
        objid: tree.objid(),
        root: tree.root(),
    };
    let row = CatalogRow::long_values(table.objid, def);
    rows::insert(work, database, &row, Refusal::CatalogCorrupted)?;
    rows::insert_objid(work, database, def.objid, table.objid, RowKind::LongValue)?;
    Ok(tree)
}

/// Length of the piece of a value that a chunk stands for.
pub(crate) fn piece_bytes(store: &Store, def: &TableDef) -> u32 {
    def.lv_chunk_max.unwrap_or(chunk_bytes(store.page_size())).max(1)
}

/// Numbers of long values end here.
const LAST_ID: u32 = 0x7FFF_FEFF;

impl Table {
    /// A number that no long value has or had.
    ///
    /// # Errors
    /// [`Refusal::OutOfLongValueIds`].
    pub(super) fn next_long_value(&self, store: &Store, tree: &OpenTree) -> Result<u32> {
        let mut counter = self.counters.long_value.lock();
        let last = match *counter {
            Some(last) => last,
            None => last_long_value(store, tree)?,
        };
        let next = last + 1;
        if next > u64::from(LAST_ID) {
            return Err(Refusal::OutOfLongValueIds.into());
        }
        *counter = Some(next);
        Ok(u32::try_from(next).unwrap_or(LAST_ID))
    }
}

/// The highest number of 4 bytes, also of a value that is not committed or gone but for its place. Numbers of 8 bytes lie behind.
fn last_long_value(store: &Store, tree: &OpenTree) -> Result<u64> {
    use jet_btree::{Cursor, Seek, SeekTarget, Tree};
    let tree = Tree::open(store.pages(), tree.root(), Some(tree.objid()))?;
    let mut cursor = Cursor::live(tree);
    if cursor.seek(&[0x80, 0, 0, 0], SeekTarget::Less)? == Seek::NotFound {
        return Ok(0);
    }
    let key = cursor.node()?.map(|node| node.key.to_vec()).unwrap_or_default();
    Ok(key.first_chunk().map_or(0, |id| u32::from_be_bytes(*id).into()))
}
