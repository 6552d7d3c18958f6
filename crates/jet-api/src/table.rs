//! A table opened to read it, and its rows.

use jet_btree::walk::LeafWalk;
use jet_btree::{PageRef, Tree};
use jet_isam::column::{ColumnDef, ColumnRef};
use jet_isam::key::IndexDef;
use jet_isam::long_value::{LongValueError, LongValues};
use jet_isam::record::{Field, LongValueId, Record, StoredValue};
use jet_isam::retrieve::{Stored, ValueError, Values};
use jet_isam::table::TableDef;
use jet_pages::{Key, Pgno};

use crate::db::Database;
use crate::error::{Location, map};
use crate::index::IndexCursor;
use crate::{FromValue, JetCode, JetError, Value};

/// A table of an open database.
#[derive(Debug)]
pub struct Table<'db> {
    db: &'db Database,
    def: &'db TableDef,
    tree: Tree<'db>,
    values: Values<'db>,
    /// Tagged columns whose default counts where a record has no value.
    tagged_defaults: Vec<&'db ColumnDef>,
}

impl<'db> Table<'db> {
    pub(crate) fn open(db: &'db Database, def: &'db TableDef) -> Result<Self, JetError> {
        let raw = db.raw();
        let doing = || format!("opening table {:?}", def.name);
        let tree = def
            .open(raw.pages())
            .map_err(|error| raw.tree_error(doing(), error))?;
        // A table can be read without its long values; each value that needs them then is an error.
        let long_values = def.open_long_values(raw.pages()).unwrap_or_default();
        let values = Values {
            layout: &def.columns,
            long_values,
            key: db.column_key(),
        };
        let tagged_defaults = def
            .live_columns()
            .filter(|column| column.id.is_tagged() && column.default.is_some())
            .collect();
        Ok(Self {
            db,
            def,
            tree,
            values,
            tagged_defaults,
        })
    }

    /// Name.
    pub fn name(&self) -> &'db str {
        &self.def.name
    }

    /// The definition: columns, indexes, trees.
    pub const fn def(&self) -> &'db TableDef {
        self.def
    }

    /// The database.
    pub const fn database(&self) -> &'db Database {
        self.db
    }

    /// The tree of rows.
    pub const fn tree(&self) -> Tree<'db> {
        self.tree
    }

    /// The tree of long values, if the table has one that can be read.
    pub const fn long_values(&self) -> Option<LongValues<'db>> {
        self.values.long_values
    }

    /// How values are read from records of this table.
    pub const fn record_values(&self) -> Values<'db> {
        self.values
    }

    /// The column of this name, without regard to case.
    ///
    /// # Errors
    /// `JET_errColumnNotFound`.
    pub fn column(&self, name: &str) -> Result<&'db ColumnDef, JetError> {
        self.def.column(name).ok_or_else(|| {
            JetError::new(
                JetCode::COLUMN_NOT_FOUND,
                format!("looking for column {name:?} of table {:?}", self.name()),
            )
            .at(Location::file(self.db.raw().path()))
        })
    }

    /// All rows, in the order of the primary index. Rows behind damage are delivered too.
    pub fn rows(&self) -> Rows<'_, 'db> {
        Rows {
            table: self,
            walk: LeafWalk::new(self.tree),
            leaf: None,
            next_node: 0,
        }
    }

    /// A cursor on the rows in the order of an index; `None` stands for the primary order.
    ///
    /// # Errors
    /// `JET_errIndexNotFound`, and what reading its root page gives.
    pub fn cursor(&self, index: Option<&str>) -> Result<IndexCursor<'_, 'db>, JetError> {
        let Some(name) = index else {
            return IndexCursor::open(self, self.def.primary_index());
        };
        let index: &'db IndexDef = self.def.index(name).ok_or_else(|| {
            JetError::new(
                JetCode::INDEX_NOT_FOUND,
                format!("opening index {name:?} of table {:?}", self.name()),
            )
            .at(Location::file(self.db.raw().path()))
        })?;
        IndexCursor::open(self, Some(index))
    }

    /// A row out of a node of the table's tree.
    pub(crate) fn row<'r>(
        &'r self,
        pgno: Pgno,
        key: Key<'r>,
        data: &'r [u8],
        is_large: bool,
    ) -> Result<Row<'r, 'db>, JetError> {
        let record = Record::parse(data, is_large).map_err(|error| self.row_error(pgno, error.into()))?;
        Ok(Row {
            table: self,
            pgno,
            key,
            record,
        })
    }

    fn row_error(&self, pgno: Pgno, error: ValueError) -> JetError {
        let doing = format!("reading a row of table {:?}", self.name());
        JetError::new(map::value(&error), doing)
            .at(self.db.raw().location(pgno))
            .with_source(error)
    }
}

/// The rows of a table in order. A row borrows from the page that it lies in, so it is gone with the next call.
///
/// An error tells of a part that cannot be read, or of one damaged row; the next call goes on behind it.
#[derive(Debug)]
pub struct Rows<'t, 'db> {
    table: &'t Table<'db>,
    walk: LeafWalk<'db>,
    leaf: Option<PageRef<'db>>,
    next_node: usize,
}

impl<'t, 'db> Rows<'t, 'db> {
    /// The next row; `None` behind the last one.
    #[expect(
        clippy::should_implement_trait,
        reason = "a row borrows from the iterator, which the trait cannot say"
    )]
    pub fn next(&mut self) -> Option<Result<Row<'_, 'db>, JetError>> {
        let node = match self.advance()? {
            Ok(node) => node,
            Err(error) => return Some(Err(error)),
        };
        let table = self.table;
        let leaf = self.leaf.as_ref()?;
        let page = leaf.view();
        Some(match page.node(node) {
            Ok(node) => table.row(leaf.pgno(), node.key, node.data, page.is_large()),
            Err(error) => Err(self.tree_error(error.into())),
        })
    }

    /// Goes to the next node that is not deleted; returns its number on the current leaf.
    fn advance(&mut self) -> Option<Result<usize, JetError>> {
        loop {
            if let Some(leaf) = &self.leaf {
                let page = leaf.view();
                while self.next_node < page.node_count() {
                    let node = self.next_node;
                    self.next_node += 1;
                    match page.node(node) {
                        Ok(found) if found.flags.is_deleted() => {}
                        Ok(_) => return Some(Ok(node)),
                        Err(error) => return Some(Err(self.tree_error(error.into()))),
                    }
                }
                self.leaf = None;
            }
            match self.walk.next()? {
                Ok(leaf) => (self.leaf, self.next_node) = (Some(leaf), 0),
                Err(error) => return Some(Err(self.tree_error(error))),
            }
        }
    }

    fn tree_error(&self, error: jet_btree::TreeError) -> JetError {
        self.table.db.raw().tree_error(
            format!("reading the rows of table {:?}", self.table.name()),
            error,
        )
    }
}

/// A row, borrowed from the page that it lies in.
#[derive(Clone, Copy, Debug)]
pub struct Row<'r, 'db> {
    table: &'r Table<'db>,
    pgno: Pgno,
    key: Key<'r>,
    record: Record<'r>,
}

impl<'r, 'db> Row<'r, 'db> {
    /// The key of the row in its table: the normalised primary key, or the number of the row.
    pub const fn key(&self) -> Key<'r> {
        self.key
    }

    /// The page that the row lies in.
    pub const fn pgno(&self) -> Pgno {
        self.pgno
    }

    /// The row as stored.
    pub const fn record(&self) -> Record<'r> {
        self.record
    }

    /// The first value of the column of this name; `None` for NULL.
    ///
    /// # Errors
    /// `JET_errColumnNotFound`, and as [`Row::value`].
    pub fn get(&self, column: &str) -> Result<Option<Value<'r>>, JetError> {
        self.value(self.table.column(column)?, 1)
    }

    /// The first value of the column of this name in a Rust type; `None` for NULL.
    ///
    /// # Errors
    /// `JET_errInvalidColumnType` when the value is of another type or does not fit, `JET_errColumnNotFound`, and as
    /// [`Row::value`].
    pub fn get_as<T: FromValue<'r>>(&self, column: &str) -> Result<Option<T>, JetError> {
        let Some(value) = self.get(column)? else {
            return Ok(None);
        };
        T::from_value(value).map(Some).ok_or_else(|| {
            let wanted = core::any::type_name::<T>();
            let doing = format!(
                "reading column {column:?} of table {:?} as {wanted}",
                self.table.name()
            );
            JetError::new(JetCode::INVALID_COLUMN_TYPE, doing).at(self.table.db.raw().location(self.pgno))
        })
    }

    /// Value number `instance` of a column, from 1; `None` for NULL and behind the last value.
    ///
    /// # Errors
    /// The code of what is wrong with this value; other values of the row are not touched by it.
    pub fn value(&self, column: &ColumnDef, instance: usize) -> Result<Option<Value<'r>>, JetError> {
        let stored = self.stored(column.reference(), instance)?;
        let bytes = match stored {
            None => return Ok(None),
            Some(Stored::Default(bytes)) => std::borrow::Cow::Owned(bytes.into_owned()),
            Some(Stored::Record(value)) => self.plain(column, value)?,
        };
        Ok(Some(Value::decode(column, bytes)))
    }

    /// Number of values of a column: 0 for NULL.
    ///
    /// # Errors
    /// When the record is damaged.
    pub fn count(&self, column: ColumnRef) -> Result<usize, JetError> {
        self.table
            .values
            .count(&self.record, column)
            .map_err(|error| self.table.row_error(self.pgno, error.into()))
    }

    /// Value number `instance` of a column, from 1, as it is stored.
    ///
    /// # Errors
    /// When the record is damaged.
    pub fn stored(&self, column: ColumnRef, instance: usize) -> Result<Option<Stored<'r, 'db>>, JetError> {
        self.table
            .values
            .stored(&self.record, column, instance)
            .map_err(|error| self.table.row_error(self.pgno, error.into()))
    }

    /// The plain bytes of a stored value of `column`.
    ///
    /// # Errors
    /// As [`Row::value`].
    pub fn plain(
        &self,
        column: &ColumnDef,
        value: StoredValue<'r>,
    ) -> Result<std::borrow::Cow<'r, [u8]>, JetError> {
        self.table
            .values
            .plain(value, usize::MAX)
            .map_err(|error| self.value_error(column, error))
    }

    /// Hands the plain bytes of a long value to `take`, piece by piece, until it says false; memory: one piece.
    ///
    /// # Errors
    /// As [`Row::value`].
    pub fn long_value(
        &self,
        column: &ColumnDef,
        id: LongValueId,
        take: &mut dyn FnMut(&[u8]) -> bool,
    ) -> Result<(), JetError> {
        let values = &self.table.values;
        let read = match values.long_values {
            None => Err(LongValueError::NoTree { id }),
            Some(tree) => tree.chunks(id, values.key, take),
        };
        read.map_err(|error| self.value_error(column, error.into()))
    }

    /// Calls `take` for each column that is not NULL, with its values: fixed, variable and tagged columns as the record has
    /// them, then tagged columns that have their default.
    ///
    /// # Errors
    /// The first that `take` returns, or a record too damaged to go on.
    pub fn each_column<E: From<JetError>>(
        &self,
        mut take: impl FnMut(&'db ColumnDef, ColumnValues<'r, 'db>) -> Result<(), E>,
    ) -> Result<(), E> {
        let def = self.table.def;
        let record_error = |error| E::from(self.table.row_error(self.pgno, ValueError::Record(error)));
        for column in def.live_columns().take_while(|column| !column.id.is_tagged()) {
            match self
                .record
                .get(&def.columns, column.reference())
                .map_err(record_error)?
            {
                Field::Null => {}
                Field::Value(values) => take(column, ColumnValues::Stored(values))?,
                Field::Absent => {
                    if let Some(Stored::Default(bytes)) = self.stored(column.reference(), 1)? {
                        take(column, ColumnValues::Default(bytes))?;
                    }
                }
            }
        }
        let tagged = self.record.tagged_area().map_err(record_error)?;
        for field in &tagged {
            let field = field.map_err(record_error)?;
            // Columns that were deleted stay in old records.
            let column = def
                .column_by_ref(field.column)
                .filter(|column| column.column_type.is_some());
            if let (Some(column), Field::Value(values)) = (column, field.values) {
                take(column, ColumnValues::Stored(values))?;
            }
        }
        for column in &self.table.tagged_defaults {
            let is_absent = matches!(
                tagged.find(column.reference()).map_err(record_error)?,
                Field::Absent
            );
            if let (true, Some(Stored::Default(bytes))) = (is_absent, self.stored(column.reference(), 1)?) {
                take(column, ColumnValues::Default(bytes))?;
            }
        }
        Ok(())
    }

    /// Every value of the row that is not NULL, with its column; several in a row for multi-valued columns.
    ///
    /// # Errors
    /// The first value that cannot be read; use [`Row::each_column`] to go on behind it.
    pub fn values(&self) -> Result<Vec<(&'db ColumnDef, Value<'r>)>, JetError> {
        let mut all = Vec::new();
        self.each_column(|column, values| {
            match values {
                ColumnValues::Default(bytes) => {
                    let bytes = std::borrow::Cow::Owned(bytes.into_owned());
                    all.push((column, Value::decode(column, bytes)));
                }
                ColumnValues::Stored(values) => {
                    for value in values.iter() {
                        let value = value.map_err(|error| self.value_error(column, error.into()))?;
                        all.push((column, Value::decode(column, self.plain(column, value)?)));
                    }
                }
            }
            Ok::<(), JetError>(())
        })?;
        Ok(all)
    }

    /// Gives an error about a value of `column` its code and place.
    pub fn value_error(&self, column: &ColumnDef, error: ValueError) -> JetError {
        let doing = format!(
            "reading column {:?} of a row of table {:?}",
            column.name,
            self.table.name()
        );
        let raw = self.table.db.raw();
        let pgno = match &error {
            ValueError::LongValue(LongValueError::Tree(error)) => error.pgno(),
            // The table was opened without its long values: say what is wrong with their tree.
            ValueError::LongValue(LongValueError::NoTree { .. }) => {
                match self.table.def.open_long_values(raw.pages()) {
                    Err(error) => return raw.tree_error(doing, error),
                    Ok(_) => self.pgno,
                }
            }
            _ => self.pgno,
        };
        JetError::new(map::value(&error), doing)
            .at(raw.location(pgno))
            .with_source(error)
    }
}

/// Values of a column that is not NULL.
#[derive(Clone, Debug)]
pub enum ColumnValues<'r, 'db> {
    /// As the record has them.
    Stored(jet_isam::record::Instances<'r>),
    /// The default of the column.
    Default(std::borrow::Cow<'db, [u8]>),
}
