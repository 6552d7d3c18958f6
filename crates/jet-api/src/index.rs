//! A cursor on the rows of a table in the order of one of its indexes.

use jet_btree::{Cursor, Seek, SeekTarget, Tree};
use jet_isam::collation;
use jet_isam::key::{IndexDef, KeyBuilder, NormaliseError};
use jet_pages::{Key, Objid, Pgno};

use crate::error::Location;
use crate::table::{Row, Table};
use crate::{JetCode, JetError, Value};

/// A position among the rows of a table, in the order of an index.
///
/// ```no_run
/// use jet_api::{Database, SeekTarget, Value};
///
/// let db = Database::open("SRUDB.dat")?;
/// let table = db.open_table("SruDbIdMapTable")?;
/// let mut cursor = table.cursor(None)?;
/// cursor.seek(SeekTarget::GreaterOrEqual, &[Some(Value::U8(2))])?;
/// if let Some(row) = cursor.row()? {
///     println!("{:?}", row.get("IdBlob")?);
/// }
/// # Ok::<(), jet_api::JetError>(())
/// ```
#[derive(Debug)]
pub struct IndexCursor<'t, 'db> {
    table: &'t Table<'db>,
    index: Option<&'db IndexDef>,
    /// On the entries of the index; on the rows themselves in the primary order.
    entries: Cursor<'db>,
    /// On the row of the current entry of a secondary index.
    rows: Cursor<'db>,
}

impl<'t, 'db> IndexCursor<'t, 'db> {
    pub(crate) fn open(table: &'t Table<'db>, index: Option<&'db IndexDef>) -> Result<Self, JetError> {
        let rows = table.tree();
        let entries = match index.filter(|index| !index.is_primary()) {
            None => rows,
            Some(index) => {
                Tree::open(rows.pages(), Pgno(index.root), Some(Objid(index.objid.0))).map_err(|error| {
                    let doing = format!("opening index {:?} of table {:?}", index.name, table.name());
                    table.database().raw().tree_error(doing, error)
                })?
            }
        };
        Ok(Self {
            table,
            index,
            entries: Cursor::new(entries),
            rows: Cursor::new(rows),
        })
    }

    /// Goes to the first row; false when there is none.
    ///
    /// # Errors
    /// What reading the index gives.
    pub fn first(&mut self) -> Result<bool, JetError> {
        let moved = self.entries.first();
        self.done(moved)
    }

    /// Goes to the last row; false when there is none.
    ///
    /// # Errors
    /// What reading the index gives.
    pub fn last(&mut self) -> Result<bool, JetError> {
        let moved = self.entries.last();
        self.done(moved)
    }

    /// Goes to the next row; false, and nowhere, behind the last one.
    ///
    /// # Errors
    /// What reading the index gives.
    #[expect(
        clippy::should_implement_trait,
        reason = "a row borrows from the cursor, which the trait cannot say"
    )]
    pub fn next(&mut self) -> Result<bool, JetError> {
        let moved = self.entries.next();
        self.done(moved)
    }

    /// Goes to the previous row; false, and nowhere, before the first one.
    ///
    /// # Errors
    /// What reading the index gives.
    pub fn previous(&mut self) -> Result<bool, JetError> {
        let moved = self.entries.previous();
        self.done(moved)
    }

    /// Looks for a row by the values of the index's columns, `None` for NULL. Fewer values than columns make the key
    /// that such rows begin with, which is less than theirs: look for [`SeekTarget::GreaterOrEqual`] then.
    ///
    /// # Errors
    /// `JET_errNoCurrentIndex` on a table without a primary index, `JET_errInvalidParameter` for a value that the
    /// column cannot hold or too many of them, `JET_errUnicodeNormalizationNotSupported` for text whose place in the
    /// index is not known here; and what reading the index gives.
    pub fn seek(&mut self, target: SeekTarget, values: &[Option<Value<'_>>]) -> Result<Seek, JetError> {
        let key = self.make_key(values)?;
        self.seek_key(target, &key)
    }

    /// Looks for a row by its key in the index, as the file has it.
    ///
    /// # Errors
    /// What reading the index gives.
    pub fn seek_key(&mut self, target: SeekTarget, key: &[u8]) -> Result<Seek, JetError> {
        let found = self.entries.seek(key, target);
        self.done(found)
    }

    /// The key in this index that these values have.
    ///
    /// # Errors
    /// As [`IndexCursor::seek`].
    pub fn make_key(&self, values: &[Option<Value<'_>>]) -> Result<Vec<u8>, JetError> {
        let Some(index) = self.index else {
            return Err(self.error(JetCode::NO_CURRENT_INDEX).with_hint(
                "the table has no primary index; its rows are keyed by their number, see `seek_key`",
            ));
        };
        let layout = &self.table.def().columns;
        let invalid = |hint: String| self.error(JetCode::INVALID_PARAMETER).with_hint(hint);
        if values.len() > index.segments.len() {
            return Err(invalid(format!(
                "the index has only {} columns",
                index.segments.len()
            )));
        }
        let no_order = |error| {
            self.error(JetCode::UNICODE_NORMALIZATION_NOT_SUPPORTED)
                .with_source(error)
        };
        let collation = collation::of_index(index, layout).map_err(no_order)?;
        let builder = KeyBuilder::new(index, layout, collation)
            .map_err(|error| self.error(JetCode::INDEX_INVALID_DEF).with_source(error))?;
        let mut key = Vec::new();
        for (number, (value, segment)) in values.iter().zip(&index.segments).enumerate() {
            let stored = match (value, layout.get(segment.column)) {
                (None, _) | (_, None) => None,
                (Some(value), Some(column)) => Some(value.encode(column).ok_or_else(|| {
                    let kind = column.column_type.map_or("deleted", |kind| kind.name());
                    invalid(format!(
                        "column {:?} is of type {kind}, {value:?} is no value of it",
                        column.name
                    ))
                })?),
            };
            builder
                .append_segment(number, stored.as_deref(), 0, &mut key)
                .map_err(|error| match error {
                    NormaliseError::Text(error) => self
                        .error(JetCode::UNICODE_NORMALIZATION_NOT_SUPPORTED)
                        .with_source(error),
                    error => self.error(JetCode::INVALID_PARAMETER).with_source(error),
                })?;
        }
        Ok(key)
    }

    /// Key of the current entry, as the file has it; `None` when the cursor stands nowhere.
    ///
    /// # Errors
    /// What reading the index gives.
    pub fn key(&self) -> Result<Option<Key<'_>>, JetError> {
        let node = self.entries.node();
        Ok(self.done(node)?.map(|node| node.key))
    }

    /// The current row; `None` when the cursor stands nowhere.
    ///
    /// # Errors
    /// `JET_errSecondaryIndexCorrupted` when the index has an entry whose row does not exist, and what reading the
    /// table gives.
    pub fn row(&mut self) -> Result<Option<Row<'_, 'db>>, JetError> {
        let is_secondary = self.index.is_some_and(|index| !index.is_primary());
        if is_secondary {
            let bookmark = {
                let node = self.entries.node();
                let Some(node) = self.done(node)? else {
                    return Ok(None);
                };
                node.data
            };
            let found = self.rows.seek(bookmark, SeekTarget::Equal);
            if self.done(found)? != Seek::Exact {
                return Err(self.error(JetCode::SECONDARY_INDEX_CORRUPTED).with_hint(
                    "the entry names a row that does not exist; `jetutil verify` lists all such entries",
                ));
            }
        }
        let cursor = if is_secondary { &self.rows } else { &self.entries };
        let node = self.done(cursor.node())?;
        let (Some(node), Some((pgno, _)), Some(page)) = (node, cursor.position(), cursor.leaf()) else {
            return Ok(None);
        };
        self.table
            .row(pgno, node.key, node.data, page.is_large())
            .map(Some)
    }

    fn done<T>(&self, result: Result<T, jet_btree::TreeError>) -> Result<T, JetError> {
        result.map_err(|error| self.table.database().raw().tree_error(self.doing(), error))
    }

    fn error(&self, code: JetCode) -> JetError {
        JetError::new(code, self.doing()).at(Location::file(self.table.database().raw().path()))
    }

    fn doing(&self) -> String {
        match self.index {
            Some(index) => format!("reading index {:?} of table {:?}", index.name, self.table.name()),
            None => format!("reading table {:?}", self.table.name()),
        }
    }
}
