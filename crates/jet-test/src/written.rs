//! A database that the engine itself writes, with a table in it, for programs that read databases.
//!
//! The table is made from catalog rows as every table is: columns of each kind, a primary index, an index that is not unique. Rows
//! come and go in several transactions, some of them rolled back, so that pages are split and cleaned.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::error::Error;
use std::path::{Path, PathBuf};

use jet_btree::change::Bookmark;
use jet_btree::space::NewTree;
use jet_btree::store::OpenTree;
use jet_btree::transaction::{Flushing, Transaction};
use jet_isam::catalog::bootstrap::{DATABASE, OBJIDS};
use jet_isam::catalog::{CatalogOfNewDatabase, CatalogRow, Insert, RowKind, objids};
use jet_isam::column::{ColumnDef, ColumnFlags, ColumnId, ColumnLayout, ColumnRef, ColumnType, OffsetSource};
use jet_isam::key::{IndexDef, IndexFlags, KeyBuilder, KeySet, RecordSource, Segment};
use jet_isam::record::{Record, RecordBuilder, StoredValue};
use jet_isam::table::{TableDef, TableFlags, TreeDef};
use jet_log::record::SessionId;
use jet_pages::{PageFlags, Pgno};
use jet_session::storage::{AttachedDatabase, NewDatabase, Setup, Storage};

type AnyError = Box<dyn Error + Send + Sync>;

/// How a run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Everything is written.
    Clean,
    /// In the midst of a transaction, nothing closed.
    Killed,
}

/// Rows by id: text and blob.
pub type Rows = BTreeMap<i32, (String, Vec<u8>)>;

const SESSION: SessionId = SessionId(1);
const ID: ColumnId = ColumnId(1);
const TEXT: ColumnId = ColumnId(128);
const BLOB: ColumnId = ColumnId(256);

/// Writes a database with `count` rows and more, into the folder that `setup` names for logs; returns its path and the
/// rows that are committed.
///
/// # Errors
/// What the engine refuses.
pub fn write(setup: Setup, count: i32, end: End) -> Result<(PathBuf, Rows), AnyError> {
    let path = setup.log_folder.join("written.edb");
    let storage = Storage::start(setup, &mut |_| {})?.engine;
    let new = NewDatabase {
        path: &path,
        pages_max: 0,
        replaces: false,
    };
    let database = storage.create(SESSION, new, &mut CatalogOfNewDatabase)?;
    let table = Table::create(&storage, &database)?;
    let rows = table.fill(&storage, &database, count)?;
    if end == End::Clean {
        storage.stop()?;
    } else {
        let mut open = Transaction::new(SESSION);
        open.begin(storage.trees(), false);
        for id in 0..count / 2 {
            table.insert(
                &storage,
                &database,
                &mut open,
                count * 2 + id,
                "of nobody",
                b"never committed",
            )?;
        }
        storage.trees().log_old_data(database.number())?;
        database.store().flush()?;
        // What is open is lost with the engine.
        core::mem::forget(open);
    }
    Ok((path, rows))
}

/// Name of the table.
pub const TABLE: &str = "Written";

struct Table {
    layout: ColumnLayout,
    rows: OpenTree,
    by_text: OpenTree,
    primary: KeyBuilder,
    secondary: KeyBuilder,
    is_large: bool,
}

/// A row as its trees hold it.
struct Encoded {
    record: Vec<u8>,
    key: Vec<u8>,
    /// Its keys in the other index.
    others: Vec<Vec<u8>>,
}

fn column(id: ColumnId, name: &str, column_type: ColumnType, max_len: u32, flags: ColumnFlags) -> ColumnDef {
    let is_text = column_type == ColumnType::Text;
    ColumnDef {
        id,
        name: name.to_owned(),
        column_type: Some(column_type),
        code_page: if is_text { 1252 } else { 0 },
        max_len,
        flags,
        default: None,
        record_offset: if id == ID { 4 } else { 0 },
        derived: false,
    }
}

fn index(name: &str, tree: TreeDef, flags: IndexFlags, column: ColumnId) -> IndexDef {
    let all = flags
        .with(IndexFlags::ALLOW_ALL_NULLS)
        .with(IndexFlags::ALLOW_FIRST_NULL)
        .with(IndexFlags::ALLOW_SOME_NULLS)
        .with(IndexFlags::EXTENDED_IDS);
    let segment = Segment {
        column: ColumnRef::own(column),
        descending: false,
    };
    IndexDef {
        objid: tree.objid,
        root: tree.root.0,
        locale: "en-US".to_owned(),
        lcmap_flags: 0x3_0401,
        ..IndexDef::plain(name, all, vec![segment])
    }
}

const fn def(tree: &OpenTree) -> TreeDef {
    TreeDef {
        objid: tree.objid(),
        root: tree.root(),
    }
}

impl Table {
    fn create(storage: &Storage, database: &AttachedDatabase) -> Result<Self, AnyError> {
        let store = database.store();
        let is_large = store.page_size().is_large();
        let mut transaction = Transaction::new(SESSION);
        transaction.begin(storage.trees(), false);
        let author = transaction.author(storage.trees())?;
        let tree = |parent: Pgno, is_unique, flags| {
            let new = NewTree {
                page_count: 1,
                has_space_trees: false,
                is_unique,
                flags,
            };
            store.create_tree(&author, parent, new)
        };
        let rows = tree(DATABASE.root, true, PageFlags::default())?.with_density(80);
        let by_text = tree(rows.root(), false, PageFlags::INDEX)?;
        let columns = vec![
            column(ID, "Id", ColumnType::Long, 4, ColumnFlags::NOT_NULL),
            column(TEXT, "Text", ColumnType::Text, 255, ColumnFlags::default()),
            column(BLOB, "Blob", ColumnType::LongBinary, 0, ColumnFlags::default()),
        ];
        let layout = ColumnLayout::new(columns, OffsetSource::Recorded)?;
        let unique = IndexFlags::PRIMARY.with(IndexFlags::UNIQUE);
        let primary = index("ById", def(&rows), unique, ID);
        let secondary = index("ByText", def(&by_text), IndexFlags::default(), TEXT);
        let table = TableDef {
            name: TABLE.to_owned(),
            tree: def(&rows),
            flags: TableFlags::default(),
            density: 80,
            initial_pages: 1,
            columns: layout.clone(),
            indexes: vec![primary.clone(), secondary.clone()],
            long_values: None,
            lv_chunk_max: None,
            separate_lv: None,
            template: None,
        };
        let mut inserts = Vec::new();
        for row in CatalogRow::rows_of(&table) {
            inserts.extend(row.entry(is_large)?.inserts());
        }
        for (objid, kind) in [(rows.objid(), RowKind::Table), (by_text.objid(), RowKind::Index)] {
            let (key, data) = objids::row(objid, rows.objid(), kind, is_large)?;
            inserts.push(Insert {
                tree: OBJIDS,
                key,
                data,
            });
        }
        for insert in &inserts {
            let tree = store.open_tree(insert.tree.root, Some(insert.tree.objid))?;
            let row = Bookmark {
                key: &insert.key,
                data: &insert.data,
            };
            transaction.insert(storage.trees(), store, &tree, &row)?;
        }
        transaction.commit(storage.trees(), Flushing::Durable)?;
        Ok(Self {
            primary: KeyBuilder::new(&primary, &layout, None)?,
            secondary: KeyBuilder::new(&secondary, &layout, None)?,
            layout,
            rows,
            by_text,
            is_large,
        })
    }

    fn fill(&self, storage: &Storage, database: &AttachedDatabase, count: i32) -> Result<Rows, AnyError> {
        let mut rows = Rows::new();
        let mut transaction = Transaction::new(SESSION);
        for id in 0..count {
            // Not in order, so that pages are split in the middle, too.
            let id = id * 7919 % count;
            let row = (
                format!("row {} of {count}", id % 100),
                vec![0x42; id.rem_euclid(90) as usize + 1],
            );
            if transaction.level() == 0 {
                transaction.begin(storage.trees(), false);
            }
            self.insert(storage, database, &mut transaction, id, &row.0, &row.1)?;
            rows.insert(id, row);
            if id % 50 == 0 {
                transaction.commit(storage.trees(), Flushing::Durable)?;
            }
            if id % 97 == 0 {
                storage.upkeep()?;
            }
        }
        transaction.commit(storage.trees(), Flushing::Lazy)?;
        let gone: Vec<_> = rows.keys().copied().filter(|id| id % 3 == 1).collect();
        transaction.begin(storage.trees(), false);
        for id in gone {
            if let Some((text, blob)) = rows.remove(&id) {
                self.delete(storage, database, &mut transaction, id, &text, &blob)?;
            }
        }
        transaction.commit(storage.trees(), Flushing::Durable)?;
        transaction.begin(storage.trees(), false);
        for id in 0..count / 4 {
            self.insert(
                storage,
                database,
                &mut transaction,
                count + id,
                "rolled back",
                b"never there",
            )?;
        }
        transaction.roll_back(storage.trees())?;
        storage.upkeep()?;
        Ok(rows)
    }

    fn encode(&self, id: i32, text: &str, blob: &[u8]) -> Result<Encoded, AnyError> {
        let number = id.to_le_bytes();
        let mut builder = RecordBuilder::new(&self.layout, self.is_large);
        builder.set_fixed(ID, Some(&number))?;
        builder.set_variable(TEXT, Some(text.as_bytes()))?;
        let value = StoredValue::Inline {
            bytes: blob,
            compressed: false,
            encrypted: false,
        };
        builder.set_tagged(ColumnRef::own(BLOB), vec![value])?;
        let mut record = Vec::new();
        builder.encode(&mut record)?;
        let keys = |builder: &KeyBuilder| -> Result<Vec<Vec<u8>>, AnyError> {
            let parsed = Record::parse(&record, self.is_large)?;
            let mut source =
                RecordSource::new(
                    parsed,
                    &self.layout,
                    |_, _, _, _: &mut _| Ok::<(), Infallible>(()),
                );
            let mut keys = KeySet::new();
            builder
                .keys(&mut source, &mut keys)
                .map_err(|error| error.to_string())?;
            Ok(keys.iter().map(<[u8]>::to_vec).collect())
        };
        let key = keys(&self.primary)?.into_iter().next().unwrap_or_default();
        let others = keys(&self.secondary)?;
        Ok(Encoded { record, key, others })
    }

    fn insert(
        &self,
        storage: &Storage,
        database: &AttachedDatabase,
        transaction: &mut Transaction,
        id: i32,
        text: &str,
        blob: &[u8],
    ) -> Result<(), AnyError> {
        let Encoded { record, key, others } = self.encode(id, text, blob)?;
        let (trees, store) = (storage.trees(), database.store());
        let row = Bookmark {
            key: &key,
            data: &record,
        };
        transaction.insert(trees, store, &self.rows, &row)?;
        for other in &others {
            let entry = Bookmark {
                key: other,
                data: &key,
            };
            transaction.insert(trees, store, &self.by_text, &entry)?;
        }
        Ok(())
    }

    fn delete(
        &self,
        storage: &Storage,
        database: &AttachedDatabase,
        transaction: &mut Transaction,
        id: i32,
        text: &str,
        blob: &[u8],
    ) -> Result<(), AnyError> {
        let Encoded { key, others, .. } = self.encode(id, text, blob)?;
        let (trees, store) = (storage.trees(), database.store());
        let row = Bookmark { key: &key, data: &[] };
        transaction.delete(trees, store, &self.rows, &row)?;
        for other in &others {
            let entry = Bookmark {
                key: other,
                data: &key,
            };
            transaction.delete(trees, store, &self.by_text, &entry)?;
        }
        Ok(())
    }
}

/// An engine of its own in `folder`, with a small cache and short logs.
pub fn setup(
    around: jet_log::recovery::Surroundings,
    folder: &Path,
    page_size: jet_pages::PageSize,
) -> Setup {
    Setup {
        decompress,
        ..Setup::in_folder(around, folder, page_size)
    }
}

fn decompress(stored: &[u8], most: usize) -> Result<Vec<u8>, jet_btree::redo::DecompressError> {
    let mut plain = Vec::new();
    jet_isam::compress::decompress(stored, most, &mut plain)
        .map_err(|error| jet_btree::redo::DecompressError(error.to_string()))?;
    Ok(plain)
}
