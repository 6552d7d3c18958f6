//! An attached database with its tables.

use std::collections::HashMap;
use std::sync::Arc;

use jet_btree::store::Store;
use jet_log::record::{Dbid, TrxTime};
use jet_pages::Objid;
use jet_session::storage::{AttachedDatabase, TEMPORARY, TemporaryDatabase};
use parking_lot::Mutex;

use crate::catalog::Catalog;
use crate::definition::Definition;
use crate::error::{IsamError, Result};
use crate::history::Sight;
use crate::shared::Table;
use crate::table::TreeDef;

/// An attached database with its tables, shared by all sessions.
#[derive(Debug)]
pub struct Database {
    number: Dbid,
    store: Arc<Store>,
    is_read_only: bool,
    tables: Mutex<Option<Tables>>,
    /// Held by whoever makes, deletes or renames a table.
    pub(crate) changing: Mutex<()>,
    /// Tables with changes that not everybody sees yet.
    pub(crate) open_tables: Mutex<Vec<Arc<Table>>>,
    /// Trees that belong to nobody, and when this came to be.
    pub(crate) dead_trees: Mutex<Vec<(TrxTime, Vec<TreeDef>)>>,
}

#[derive(Debug, Default)]
struct Tables {
    by_objid: HashMap<Objid, Arc<Table>>,
    /// Tables that have the name or had it, by the name in lower case.
    by_name: HashMap<String, Vec<Objid>>,
}

impl Database {
    /// The tables of `attached`, the same for everybody who asks.
    pub fn of(attached: &AttachedDatabase) -> Arc<Self> {
        let kept = Arc::clone(attached.schema(|| Arc::new(Self::new(attached)) as _));
        match kept.downcast() {
            Ok(database) => database,
            // Nobody else keeps anything there.
            Err(_) => Arc::new(Self::new(attached)),
        }
    }

    fn new(attached: &AttachedDatabase) -> Self {
        Self {
            number: attached.number(),
            store: Arc::clone(attached.store()),
            is_read_only: attached.is_read_only(),
            tables: Mutex::default(),
            changing: Mutex::default(),
            open_tables: Mutex::default(),
            dead_trees: Mutex::default(),
        }
    }

    /// That of temporary tables, none of which has a name.
    pub(crate) fn temporary(temporary: &TemporaryDatabase) -> Arc<Self> {
        let make = || {
            Arc::new(Self {
                number: TEMPORARY,
                store: Arc::clone(temporary.store()),
                is_read_only: false,
                tables: Mutex::new(Some(Tables::default())),
                changing: Mutex::default(),
                open_tables: Mutex::default(),
                dead_trees: Mutex::default(),
            })
        };
        let kept = Arc::clone(temporary.schema(|| make() as _));
        // Nobody else keeps anything there.
        kept.downcast().unwrap_or_else(|_| make())
    }

    /// Whether it is that of temporary tables.
    pub fn is_temporary(&self) -> bool {
        self.number == TEMPORARY
    }

    /// Its number in the log and for programs.
    pub const fn number(&self) -> Dbid {
        self.number
    }

    /// Its trees.
    pub const fn store(&self) -> &Arc<Store> {
        &self.store
    }

    /// Whether nothing in it may be changed.
    pub const fn is_read_only(&self) -> bool {
        self.is_read_only
    }

    /// The table of this name, without regard to case, as far as it is seen.
    ///
    /// # Errors
    /// When the catalog cannot be read.
    pub fn table(&self, name: &str, sight: &Sight) -> Result<Option<Arc<Table>>> {
        self.with(|tables| {
            let named = tables.by_name.get(&name.to_ascii_lowercase());
            let mut tables = named
                .into_iter()
                .flatten()
                .filter_map(|objid| tables.by_objid.get(objid));
            let found = tables.find(|table| {
                let definition = table.definition(sight);
                definition.is_some_and(|definition| definition.def.name.eq_ignore_ascii_case(name))
            });
            found.cloned()
        })
    }

    /// The tree of a system table that lies elsewhere in other databases; older ones lack some.
    ///
    /// # Errors
    /// When the catalog cannot be read.
    pub(crate) fn system_tree(&self, name: &str) -> Result<Option<TreeDef>> {
        let table = self.table(name, &Sight::COMMITTED)?;
        let definition = table.and_then(|table| table.definition(&Sight::COMMITTED));
        Ok(definition.map(|definition| definition.def.tree))
    }

    /// A table has changes that not everybody sees.
    pub(crate) fn note_open(&self, table: &Arc<Table>) {
        let mut tables = self.open_tables.lock();
        if !tables.iter().any(|known| Arc::ptr_eq(known, table)) {
            tables.push(Arc::clone(table));
        }
    }

    /// Trees belong to nobody from this time on.
    pub(crate) fn leave(&self, since: TrxTime, trees: Vec<TreeDef>) {
        if !trees.is_empty() {
            self.dead_trees.lock().push((since, trees));
        }
    }

    /// All tables, also those that are being made or deleted, by identity.
    ///
    /// # Errors
    /// When the catalog cannot be read.
    pub fn tables(&self) -> Result<Vec<Arc<Table>>> {
        self.with(|tables| {
            let mut all: Vec<_> = tables.by_objid.values().cloned().collect();
            all.sort_by_key(|table| table.objid());
            all
        })
    }

    /// Makes a table known, or a further name of one that is.
    ///
    /// # Errors
    /// When the catalog cannot be read.
    pub(crate) fn note(&self, name: &str, table: &Arc<Table>) -> Result<()> {
        self.with(|tables| tables.note(name, table))
    }

    /// A table is gone.
    ///
    /// # Errors
    /// When the catalog cannot be read.
    pub(crate) fn forget(&self, objid: Objid) -> Result<()> {
        self.with(|tables| {
            tables.by_objid.remove(&objid);
            for named in tables.by_name.values_mut() {
                named.retain(|other| *other != objid);
            }
            tables.by_name.retain(|_, named| !named.is_empty());
        })
    }

    /// Reads the catalog when it was not read yet: before anybody changes it, since all who do come here first.
    fn with<T>(&self, look: impl FnOnce(&mut Tables) -> T) -> Result<T> {
        let mut tables = self.tables.lock();
        if tables.is_none() {
            *tables = Some(self.read()?);
        }
        Ok(look(tables.get_or_insert_default()))
    }

    fn read(&self) -> Result<Tables> {
        let catalog = Catalog::read(self.store.pages()).map_err(IsamError::from)?;
        let mut tables = Tables::default();
        for def in catalog.tables {
            let name = def.name.clone();
            let table = Table::committed(self.number, Definition::new(def)?);
            tables.note(&name, &Arc::new(table));
        }
        Ok(tables)
    }
}

impl Tables {
    fn note(&mut self, name: &str, table: &Arc<Table>) {
        let objid = table.objid();
        self.by_objid.insert(objid, Arc::clone(table));
        let named = self.by_name.entry(name.to_ascii_lowercase()).or_default();
        if !named.contains(&objid) {
            named.push(objid);
        }
    }
}
