//! New tables, with their columns and indexes.

use std::sync::Arc;

use jet_btree::space;
use jet_btree::store::OpenTree;
use jet_pages::{PageFlags, Pgno};

use super::column::{Kind, NewColumn};
use super::index::{DENSITY_DEFAULT, IndexOptions, NewIndex, check_density};
use super::{locales, name, rows};
use crate::catalog::bootstrap::DATABASE;
use crate::catalog::{CatalogRow, RowKind};
use crate::column::{ColumnDef, ColumnFlags, ColumnLayout, ColumnRef, OffsetSource};
use crate::cursor::{Access, Cursor};
use crate::database::Database;
use crate::error::{Refusal, Result};
use crate::key::{IndexDef, IndexFlags, KEY_MOST_DEFAULT};
use crate::record::max_record_bytes;
use crate::session::{CursorId, TableSession};
use crate::shared::{Table, Taken};
use crate::table::{TableDef, TableFlags, TreeDef};
use crate::work::Work;

/// What a new table is to be like.
#[derive(Clone, Debug, Default)]
pub struct NewTable {
    /// Its name.
    pub name: String,
    /// Table whose columns and indexes it has too.
    pub template: Option<String>,
    /// Others may have its columns and indexes too.
    pub is_template: bool,
    /// Columns and indexes come and go no more, once it is closed.
    pub is_fixed: bool,
    /// Pages that it begins with.
    pub pages: u32,
    /// How full its pages are made, in percent; 0: the default.
    pub density: u32,
    /// Its columns.
    pub columns: Vec<NewColumn>,
    /// Its indexes.
    pub indexes: Vec<NewIndex>,
    /// Size of the chunks of long values, where it is not that of the page size.
    pub lv_chunk_max: Option<u32>,
    /// Longest long value that stays in the record, where it is not the default.
    pub separate_lv: Option<u32>,
}

/// How far a table came.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    /// Table, columns and indexes that were made.
    pub made: u32,
    /// What was against a column; the column when nothing was. Columns that were not come to are not there.
    pub columns: Vec<core::result::Result<MadeColumn, Refusal>>,
    /// What was against an index.
    pub indexes: Vec<core::result::Result<(), Refusal>>,
}

/// A column that was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MadeColumn {
    /// The column.
    pub column: ColumnRef,
    /// Its longest value is shorter than was asked for.
    pub is_cut: bool,
}

impl TableSession {
    /// Makes a table and opens it for this session alone. `progress` tells how far it came, also after an error.
    ///
    /// # Errors
    /// What is against the table, its columns and its indexes; nothing is left of the table then.
    pub fn create_table(
        &mut self,
        work: &mut Work<'_>,
        database: &Arc<Database>,
        new: &NewTable,
        progress: &mut Progress,
    ) -> Result<CursorId> {
        if database.is_read_only() {
            return Err(Refusal::PermissionDenied.into());
        }
        let table_name = name::checked(&new.name)?;
        database.tidy(work)?;
        let template = self.template(work, database, new)?;
        let density = new.density()?;
        let _changing = database.changing.lock();
        let (def, by) = work.atomically(|work| {
            let mut making = Making {
                database,
                new,
                template: template.as_ref(),
                progress,
            };
            let def = making.table(work, table_name, density)?;
            Ok((def, work.state()?))
        })?;
        let name = def.name.clone();
        let table = Arc::new(Table::being_made(database.number(), by, work.level(), def)?);
        database.note(&name, &table)?;
        self.note_change(work, database, &table);
        let access = Access {
            denies_read: true,
            permits_ddl: !new.is_template,
            ..Access::default()
        };
        let cursor = Cursor::open(
            database,
            &table,
            work.session(),
            self.eyes(),
            work.level(),
            access,
        )?;
        Ok(self.add(cursor))
    }

    /// The template of a new table, which must not change any more.
    fn template(
        &self,
        work: &Work<'_>,
        database: &Arc<Database>,
        new: &NewTable,
    ) -> Result<Option<TableDef>> {
        let Some(template) = &new.template else {
            return Ok(None);
        };
        let name = name::checked(template)?;
        let table = database.table(&name, &work.sight())?;
        let table = table.ok_or(Refusal::ObjectNotFound)?;
        table.uses().check_open(work.session(), Access::READER)?;
        let definition = table.definition(&work.sight()).ok_or(Refusal::ObjectNotFound)?;
        if !definition.def.flags.contains(TableFlags::TEMPLATE) {
            return Err(Refusal::DdlNotInheritable.into());
        }
        Ok(Some(definition.def.clone()))
    }
}

impl NewTable {
    /// How full the pages of rows are made.
    fn density(&self) -> Result<u32> {
        let mut primary = self.indexes.iter();
        let primary = primary.rfind(|index| index.options.contains(IndexOptions::PRIMARY));
        let of_primary = primary.map_or(0, |index| index.density);
        let mut chosen = [of_primary, self.density, DENSITY_DEFAULT].into_iter();
        let density = chosen.find(|density| *density != 0).unwrap_or(DENSITY_DEFAULT);
        check_density(density)?;
        Ok(density)
    }

    /// Pages that the tree of rows begins with: one for each tree at least, since the others lie in it.
    fn first_pages(&self, page_bytes: usize) -> u32 {
        let is_primary = |index: &NewIndex| index.options.contains(IndexOptions::PRIMARY);
        let rows = u32::from(!self.indexes.iter().any(is_primary));
        let trees = u32::try_from(self.indexes.len()).unwrap_or(u32::MAX);
        let pages = self.pages.max(trees.saturating_add(rows));
        // The genuine engine counts the bytes in 32 bits.
        let page_bytes = u32::try_from(page_bytes).unwrap_or(u32::MAX);
        (pages.wrapping_mul(page_bytes) / page_bytes).max(1)
    }

    /// Longest key of a row.
    fn key_most(&self) -> usize {
        let has_most = IndexOptions::PRIMARY.with(IndexOptions::KEY_MOST);
        let mut indexes = self.indexes.iter();
        let index = indexes.rfind(|index| index.options.contains(has_most));
        index.map_or(KEY_MOST_DEFAULT, |index| {
            usize::try_from(index.key_most).unwrap_or(KEY_MOST_DEFAULT)
        })
    }
}

/// A table that is being made.
struct Making<'m> {
    database: &'m Database,
    new: &'m NewTable,
    template: Option<&'m TableDef>,
    progress: &'m mut Progress,
}

impl Making<'_> {
    fn table(&mut self, work: &mut Work<'_>, name: String, density: u32) -> Result<TableDef> {
        let page_bytes = self.database.store().page_size().bytes();
        let pages = self.new.first_pages(page_bytes);
        let tree = create_tree(work, self.database, DATABASE.root, pages, None)?;
        self.progress.made = 1;
        let mut flags = TableFlags::default();
        if self.new.is_template {
            flags = flags.with(TableFlags::TEMPLATE).with(TableFlags::FIXED_DDL);
        }
        if self.template.is_some() {
            flags = flags.with(TableFlags::DERIVED);
        }
        if self.new.is_fixed {
            flags = flags.with(TableFlags::FIXED_DDL);
        }
        let derived = self
            .template
            .map_or(&[][..], |template| template.columns.columns());
        let derived = derived.iter().cloned().map(|mut column| {
            // Values of older templates' tagged columns are not marked.
            column.derived = true;
            column
        });
        let mut def = TableDef {
            name,
            tree: TreeDef {
                objid: tree.objid(),
                root: tree.root(),
            },
            flags,
            density,
            initial_pages: pages,
            columns: ColumnLayout::new(derived.collect(), OffsetSource::Recorded)?,
            indexes: Vec::new(),
            long_values: None,
            lv_chunk_max: self.new.lv_chunk_max,
            separate_lv: self.new.separate_lv,
            template: self.template.map(|template| template.name.clone()),
        };
        let row = CatalogRow::table(&def);
        rows::insert(work, self.database, &row, Refusal::TableDuplicate)?;
        let objid = def.tree.objid;
        rows::insert_objid(work, self.database, objid, objid, RowKind::Table)?;
        self.inherit(work, &mut def)?;
        self.columns(work, &mut def)?;
        self.indexes(work, &mut def)?;
        Ok(def)
    }

    /// The indexes of the template.
    fn inherit(&self, work: &mut Work<'_>, def: &mut TableDef) -> Result<()> {
        let inherited = self.template.map_or(&[][..], |template| &template.indexes);
        for index in inherited {
            let mut index = index.clone();
            index.flags = IndexFlags(index.flags.0 & !IndexFlags::TEMPLATE.0).with(IndexFlags::DERIVED);
            for segment in &mut index.segments {
                segment.column.derived = true;
            }
            for condition in &mut index.conditions {
                condition.column.derived = true;
            }
            add_index(work, self.database, def, &mut index)?;
            def.indexes.push(index);
        }
        Ok(())
    }

    fn columns(&mut self, work: &mut Work<'_>, def: &mut TableDef) -> Result<()> {
        let page_size = self.database.store().page_size();
        let record_most = max_record_bytes(page_size, self.new.key_most());
        let mut taken = Taken::by(def);
        let mut all: Vec<ColumnDef> = def.columns.columns().to_vec();
        for column in &self.new.columns {
            let made = self.column(column, &mut taken, &all, record_most);
            let (column, made) = match made {
                Ok(made) => made,
                Err(error) => {
                    self.progress.columns.extend(error.refusal().map(Err));
                    return Err(error);
                }
            };
            self.progress.columns.push(Ok(made));
            self.progress.made += 1;
            let row = CatalogRow::column(def.tree.objid, &column);
            rows::insert(work, self.database, &row, Refusal::ColumnDuplicate)?;
            all.push(column);
        }
        for column in &all {
            super::column::check_default(column)?;
        }
        def.columns = ColumnLayout::new(all, OffsetSource::Recorded)?;
        Ok(())
    }

    fn column(
        &self,
        new: &NewColumn,
        taken: &mut Taken,
        others: &[ColumnDef],
        record_most: usize,
    ) -> Result<(ColumnDef, MadeColumn)> {
        new.check_length()?;
        let name = name::checked(&new.name)?;
        let template = self.template;
        if template.is_some_and(|template| template.column(&name).is_some()) {
            return Err(Refusal::ColumnDuplicate.into());
        }
        let mut checked = new.checked(name, true)?;
        checked.place(taken, new.max_len, record_most)?;
        checked.check_single(others.iter())?;
        if self.new.is_template && checked.kind == Kind::Tagged {
            checked.def.flags = checked.def.flags.with(ColumnFlags::TEMPLATE_MARKED);
        }
        let made = MadeColumn {
            column: checked.def.reference(),
            is_cut: checked.is_cut,
        };
        Ok((checked.def, made))
    }

    fn indexes(&mut self, work: &mut Work<'_>, def: &mut TableDef) -> Result<()> {
        if !self.new.indexes.is_empty() && self.new.columns.is_empty() {
            return Err(Refusal::InvalidCreateIndex.into());
        }
        for index in &self.new.indexes {
            let mut index = match self.index(def, index) {
                Ok(index) => index,
                Err(error) => {
                    self.progress.indexes.extend(error.refusal().map(Err));
                    return Err(error);
                }
            };
            self.progress.indexes.push(Ok(()));
            self.progress.made += 1;
            add_index(work, self.database, def, &mut index)?;
            def.indexes.push(index);
        }
        def.indexes.sort_by_key(|index| index.objid);
        Ok(())
    }

    fn index(&self, def: &TableDef, new: &NewIndex) -> Result<IndexDef> {
        let checked = new.checked(self.database.store().page_size(), def.density)?;
        let mut index = checked.resolve(|name| def.column(name))?;
        if index.is_primary() && def.primary_index().is_some() {
            return Err(Refusal::IndexHasPrimary.into());
        }
        if self.new.is_template {
            index.flags = index.flags.with(IndexFlags::TEMPLATE);
        }
        Ok(index)
    }
}

/// Gives an index its tree, and its rows in the system tables.
pub(super) fn add_index(
    work: &mut Work<'_>,
    database: &Database,
    table: &TableDef,
    index: &mut IndexDef,
) -> Result<()> {
    let objid = table.tree.objid;
    if index.is_primary() {
        (index.objid, index.root) = (objid, table.tree.root.0);
    } else {
        let tree = create_tree(work, database, table.tree.root, 1, Some(index.is_unique()))?;
        (index.objid, index.root) = (tree.objid(), tree.root().0);
    }
    let row = CatalogRow::index(objid, index);
    rows::insert(work, database, &row, Refusal::IndexDuplicate)?;
    if !index.is_primary() {
        rows::insert_objid(work, database, index.objid, objid, RowKind::Index)?;
    }
    locales::count(work, database, index, 1)
}

/// A new tree: of rows, or of an index that is unique or not.
fn create_tree(
    work: &mut Work<'_>,
    database: &Database,
    parent: Pgno,
    page_count: u32,
    index: Option<bool>,
) -> Result<OpenTree> {
    let author = work.author()?;
    let new = space::NewTree {
        page_count,
        has_space_trees: false,
        is_unique: index.unwrap_or(true),
        flags: match index {
            Some(_) => PageFlags::INDEX,
            None => PageFlags::default(),
        },
    };
    Ok(database.store().create_tree(&author, parent, new)?)
}
