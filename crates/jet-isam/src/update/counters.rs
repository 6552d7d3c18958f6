//! Numbers that a table gives out: each is one more than the last, which is looked up once.

use jet_btree::store::{OpenTree, Store};
use jet_btree::{Cursor, Tree};

use crate::column::{ColumnRef, ColumnType};
use crate::definition::Definition;
use crate::error::{Refusal, Result};
use crate::record::{Field, Record};
use crate::shared::Table;

impl Table {
    /// Key of the next row of a table without a primary index.
    ///
    /// # Errors
    /// [`Refusal::OutOfSequentialIndexValues`].
    pub(crate) fn next_row(&self, store: &Store, rows: &OpenTree) -> Result<[u8; 4]> {
        let mut counter = self.counters.row.lock();
        let last = match *counter {
            Some(last) => last,
            None => last_row(store, rows)?,
        };
        let next = last.checked_add(1).ok_or(Refusal::OutOfSequentialIndexValues)?;
        *counter = Some(next);
        Ok(next.to_be_bytes())
    }

    /// The next number of the column that numbers rows.
    ///
    /// # Errors
    /// [`Refusal::OutOfAutoincrementValues`].
    pub(super) fn next_number(
        &self,
        store: &Store,
        definition: &Definition,
        column: ColumnRef,
    ) -> Result<u64> {
        let most = match column_bytes(definition, column) {
            4 => u64::from(u32::MAX),
            _ => u64::MAX,
        };
        let mut counter = self.counters.auto_increment.lock();
        let last = match *counter {
            Some(last) => last,
            None => last_number(store, definition, column)?,
        };
        let next = last.checked_add(1).filter(|next| *next <= most);
        let next = next.ok_or(Refusal::OutOfAutoincrementValues)?;
        *counter = Some(next);
        Ok(next)
    }

    /// The number that [`Table::next_number`] would give.
    pub(super) fn peek_number(
        &self,
        store: &Store,
        definition: &Definition,
        column: ColumnRef,
    ) -> Result<u64> {
        let mut counter = self.counters.auto_increment.lock();
        let last = match *counter {
            Some(last) => last,
            None => last_number(store, definition, column)?,
        };
        *counter = Some(last);
        Ok(last.saturating_add(1))
    }
}

/// Bytes of the numbers of a column: 4 or 8.
pub(super) fn column_bytes(definition: &Definition, column: ColumnRef) -> usize {
    let column = definition.layout().get(column);
    let column_type = column.and_then(|column| column.column_type);
    column_type.and_then(ColumnType::fixed_bytes).unwrap_or(4)
}

/// Also rows that are not committed count, and those that were deleted and still lie there.
fn last_row(store: &Store, rows: &OpenTree) -> Result<u32> {
    let tree = Tree::open(store.pages(), rows.root(), Some(rows.objid()))?;
    let mut cursor = Cursor::live(tree);
    if !cursor.last()? {
        return Ok(0);
    }
    let key = cursor.node()?.map(|node| node.key.to_vec()).unwrap_or_default();
    Ok(key.first_chunk().map_or(0, |key| u32::from_be_bytes(*key)))
}

fn last_number(store: &Store, definition: &Definition, column: ColumnRef) -> Result<u64> {
    let rows = definition.rows.open(store)?;
    let tree = Tree::open(store.pages(), rows.root(), Some(rows.objid()))?;
    let mut cursor = Cursor::live(tree);
    let mut last = 0;
    let mut is_on_row = cursor.first()?;
    while is_on_row {
        if let Some(node) = cursor.node()? {
            let record = Record::parse(node.data, store.page_size().is_large())?;
            if let Field::Value(bytes) = record.fixed(definition.layout(), column.id)? {
                last = last.max(number(bytes));
            }
        }
        is_on_row = cursor.next()?;
    }
    Ok(last)
}

/// A number of 4 or 8 bytes.
pub(super) fn number(bytes: &[u8]) -> u64 {
    let mut number = [0; 8];
    number.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    u64::from_le_bytes(number)
}
