//! What a new database holds: the trees of the system tables and every row in them.
//!
//! - [`transactions`] is a script and does no I/O. Whoever runs it makes each tree where [`NewTree`] says: taking pages
//!   from the low end of the parent's free space gives these places by itself, and another place is a mistake.
//! - Trees and rows come in the order of the genuine engine, so the space trees end up with its numbers too.
//! - What is not here: the file header, and in it the last object id, [`LAST_OBJID`].
//!
//! Source: `docs/format/catalog.md`, "A new database".

use jet_pages::{Objid, PageFlags, PageSize, Pgno};

use super::store::{self, StoreForm};
use super::{
    CATALOG, CatalogRow, Insert, NAME_INDEX, ROOT_OBJECTS, RowError, RowKind, SHADOW_CATALOG, layout, objids,
};
use crate::column::{ColumnDef, ColumnId, ColumnLayout};
use crate::key::IndexDef;
use crate::table::{TableDef, TableFlags, TreeDef};

/// Root and identity of the tree that owns all pages of a database.
pub const DATABASE: TreeDef = TreeDef {
    objid: Objid(1),
    root: Pgno(1),
};
/// Root and identity of MSysObjids in a new database; in others the catalog says where it is.
pub const OBJIDS: TreeDef = TreeDef {
    objid: Objid(6),
    root: Pgno(29),
};
/// Root and identity of MSysLocales in a new database; in others the catalog says where it is.
pub const LOCALES: TreeDef = TreeDef {
    objid: Objid(7),
    root: Pgno(30),
};
/// Highest object id in a new database.
pub const LAST_OBJID: Objid = LOCALES.objid;
/// Pages of a new database that are not header pages, unless its maker wants more.
pub const PAGES: u32 = 254;
/// First revision whose catalog notes when a root page was set.
const SET_TIME_REVISION: u32 = 230;
/// The column for it.
const SET_TIME: ColumnId = ColumnId(13);

/// A database that is to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewDatabase {
    /// Size of its pages.
    pub page_size: PageSize,
    /// `update_major` of its header.
    pub revision: u32,
    /// Its pages, without the two of the header.
    pub page_count: u32,
    /// When root pages were set, in 100 ns since 1601-01-01; noted from revision 230 on, and `None` notes nothing.
    pub set_time: Option<u64>,
}

impl NewDatabase {
    /// A database of the size and revision that Windows 8 to Windows 10 1809 make.
    #[must_use]
    pub const fn new(page_size: PageSize) -> Self {
        Self {
            page_size,
            revision: 20,
            page_count: PAGES,
            set_time: None,
        }
    }

    const fn has_set_time(&self) -> bool {
        self.revision >= SET_TIME_REVISION
    }
}

/// How a new tree keeps its space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewSpace {
    /// One extent, the root first.
    Single,
    /// Two space trees, at the pages behind the root.
    Multiple,
}

/// A tree that is to be made, empty. All trees here have unique keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewTree {
    /// Its root page and its object id, which is the next one each time.
    pub tree: TreeDef,
    /// Root of the tree that the pages come from; 0 for [`DATABASE`], whose pages are those of the file.
    pub parent: Pgno,
    /// Form of its space.
    pub space: NewSpace,
    /// Pages of the first extent, the root and the space trees included.
    pub page_count: u32,
    /// What all its pages carry beyond the flags of any page.
    pub page_flags: PageFlags,
}

/// One step of the making.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A tree.
    Create(NewTree),
    /// A node.
    Insert(Insert),
}

/// All steps that make the contents of `database`, by transaction.
///
/// # Errors
/// None in practice; [`RowError`] keeps a mistake in the definitions here from being a panic.
pub fn transactions(database: &NewDatabase) -> Result<Vec<Vec<Step>>, RowError> {
    let mut script = Script {
        database,
        done: Vec::new(),
        steps: Vec::new(),
    };
    script.create(DATABASE, Pgno(0), NewSpace::Multiple, database.page_count);
    script.commit();
    script.make_catalog()?;
    script.make_objids()?;
    script.make_locales()?;
    Ok(script.done)
}

struct Script<'d> {
    database: &'d NewDatabase,
    done: Vec<Vec<Step>>,
    steps: Vec<Step>,
}

impl Script<'_> {
    /// The catalog and its shadow with the rows that describe them: first both tables, then their indexes.
    fn make_catalog(&mut self) -> Result<(), RowError> {
        let pages = CatalogPages::of(self.database.page_size);
        self.create(CATALOG, DATABASE.root, NewSpace::Multiple, pages.catalog);
        self.create(SHADOW_CATALOG, DATABASE.root, NewSpace::Multiple, pages.shadow);
        self.create(NAME_INDEX, CATALOG.root, NewSpace::Multiple, pages.index);
        self.create(ROOT_OBJECTS, CATALOG.root, NewSpace::Multiple, pages.index);
        for table in [
            catalog_table("MSysObjects", CATALOG, pages.catalog),
            catalog_table("MSysObjectsShadow", SHADOW_CATALOG, pages.shadow),
        ] {
            self.row(&CatalogRow::table(&table))?;
            for column in layout::columns() {
                if column.id != SET_TIME || self.database.has_set_time() {
                    self.row(&CatalogRow::column(table.tree.objid, &column))?;
                }
            }
        }
        for (table, index) in [
            (CATALOG, layout::id_index(CATALOG)),
            (SHADOW_CATALOG, layout::id_index(SHADOW_CATALOG)),
            (CATALOG, layout::name_index()),
            (CATALOG, layout::root_objects_index()),
        ] {
            self.row(&CatalogRow::index(table.objid, &index))?;
        }
        self.commit();
        Ok(())
    }

    /// MSysObjids, and then its rows of what there is so far, table by table.
    fn make_objids(&mut self) -> Result<(), RowError> {
        let table = objids::definition(OBJIDS);
        self.create(OBJIDS, DATABASE.root, NewSpace::Single, 1);
        self.timed_row(CatalogRow::table(&table))?;
        self.columns(OBJIDS.objid, table.columns.columns())?;
        self.indexes(OBJIDS.objid, &table.indexes)?;
        self.commit();
        self.objid(CATALOG.objid, CATALOG.objid, RowKind::Table)?;
        self.objid(NAME_INDEX.objid, CATALOG.objid, RowKind::Index)?;
        self.objid(ROOT_OBJECTS.objid, CATALOG.objid, RowKind::Index)?;
        self.commit();
        for table in [SHADOW_CATALOG, OBJIDS] {
            self.objid(table.objid, table.objid, RowKind::Table)?;
            self.commit();
        }
        Ok(())
    }

    /// MSysLocales and its rows. The genuine engine makes the columns of the later form, and raises the number that states
    /// it, when all rows but the last are there; the outcome is the same.
    fn make_locales(&mut self) -> Result<(), RowError> {
        let form = StoreForm::of_revision(self.database.revision);
        let table = store::definition(LOCALES, form);
        self.create(LOCALES, DATABASE.root, NewSpace::Single, 1);
        self.timed_row(CatalogRow::table(&table))?;
        self.objid(LOCALES.objid, LOCALES.objid, RowKind::Table)?;
        self.columns(LOCALES.objid, &store::columns(form))?;
        self.indexes(LOCALES.objid, &table.indexes)?;
        let rows = store::first_rows(form);
        for row in &rows {
            if row.name == store::CONSISTENT {
                self.commit();
            }
            let entry = row.entry(self.large_page())?;
            self.insert(LOCALES, entry);
        }
        self.commit();
        Ok(())
    }

    fn columns(&mut self, table: Objid, columns: &[ColumnDef]) -> Result<(), RowError> {
        columns
            .iter()
            .try_for_each(|column| self.row(&CatalogRow::column(table, column)))
    }

    fn indexes(&mut self, table: Objid, indexes: &[IndexDef]) -> Result<(), RowError> {
        indexes
            .iter()
            .try_for_each(|index| self.timed_row(CatalogRow::index(table, index)))
    }

    /// A row of the catalog that names a root page; those of the catalog itself have no time.
    fn timed_row(&mut self, mut row: CatalogRow) -> Result<(), RowError> {
        row.set_time = self.database.set_time.filter(|_| self.database.has_set_time());
        self.row(&row)
    }

    fn row(&mut self, row: &CatalogRow) -> Result<(), RowError> {
        let inserts = row.entry(self.large_page())?.inserts();
        self.steps.extend(inserts.into_iter().map(Step::Insert));
        Ok(())
    }

    fn objid(&mut self, objid: Objid, table: Objid, kind: RowKind) -> Result<(), RowError> {
        let entry = objids::row(objid, table, kind, self.large_page())?;
        self.insert(OBJIDS, entry);
        Ok(())
    }

    fn insert(&mut self, tree: TreeDef, (key, data): (Vec<u8>, Vec<u8>)) {
        self.steps.push(Step::Insert(Insert { tree, key, data }));
    }

    fn create(&mut self, tree: TreeDef, parent: Pgno, space: NewSpace, page_count: u32) {
        let is_index = [NAME_INDEX, ROOT_OBJECTS].contains(&tree);
        let page_flags = if is_index {
            PageFlags::INDEX
        } else {
            PageFlags::default()
        };
        self.steps.push(Step::Create(NewTree {
            tree,
            parent,
            space,
            page_count,
            page_flags,
        }));
    }

    fn commit(&mut self) {
        self.done.push(std::mem::take(&mut self.steps));
    }

    const fn large_page(&self) -> bool {
        self.database.page_size.is_large()
    }
}

/// First extents of the catalog's trees.
struct CatalogPages {
    catalog: u32,
    shadow: u32,
    index: u32,
}

impl CatalogPages {
    /// The catalog always gets more than it needs, so that the roots behind it never move.
    fn of(page_size: PageSize) -> Self {
        Self {
            catalog: 20,
            shadow: if page_size == PageSize::K2 { 6 } else { 5 },
            index: 3,
        }
    }
}

/// Columns and indexes are left out: their rows come in an order of their own.
fn catalog_table(name: &str, tree: TreeDef, initial_pages: u32) -> TableDef {
    TableDef {
        name: name.to_owned(),
        tree,
        flags: TableFlags::SYSTEM.with(TableFlags::FIXED_DDL),
        density: 80,
        initial_pages,
        columns: ColumnLayout::default(),
        indexes: Vec::new(),
        long_values: None,
        lv_chunk_max: None,
        separate_lv: None,
        template: None,
    }
}
