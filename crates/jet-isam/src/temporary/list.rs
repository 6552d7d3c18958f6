//! Rows given as values: lists that calls answer with are temporary tables.

use super::OpenedTemporary;
use crate::column::ColumnRef;
use crate::cursor::Cursor;
use crate::error::Result;
use crate::record::{RecordBuilder, StoredInstance};
use crate::session::TableSession;
use crate::work::Work;

impl TableSession {
    /// Adds a row to a temporary table that nobody has read yet: a value for each column, none for NULL. Transactions do not
    /// cover it. Rows that are there already with the same key stay alone, as in every sort.
    ///
    /// # Errors
    /// [`crate::error::Refusal::InvalidTable`], and what keeps the row from being added.
    pub fn add_to_list(
        &mut self,
        work: &Work<'_>,
        list: &OpenedTemporary,
        values: &[Option<&[u8]>],
    ) -> Result<()> {
        let cursor = self.cursor(list.cursor)?;
        let record = encode(cursor, &list.columns, values)?;
        cursor.add_record(work, &record, &mut Vec::new())
    }
}

fn encode(cursor: &mut Cursor, columns: &[ColumnRef], values: &[Option<&[u8]>]) -> Result<Vec<u8>> {
    let definition = cursor.definition()?;
    let is_large = cursor.database().store().page_size().is_large();
    let mut builder = RecordBuilder::new(definition.layout(), is_large);
    for (column, value) in columns.iter().zip(values) {
        let Some(value) = value else {
            continue;
        };
        if column.id.is_fixed() {
            builder.set_fixed(column.id, Some(value))?;
        } else if column.id.is_variable() {
            builder.set_variable(column.id, Some(value))?;
        } else {
            builder.set_tagged(*column, vec![StoredInstance::plain(value)])?;
        }
    }
    let mut record = Vec::new();
    builder.encode(&mut record)?;
    Ok(record)
}
