//! Reading the row that a cursor stands on.

use jet_btree::transaction::Reader;

use super::Cursor;
use crate::error::Result;
use crate::work::Work;

impl Cursor {
    /// Shows `look` the record of the row with the key `bookmark`; none when the session sees no such row.
    ///
    /// # Errors
    /// What reading the tree gives, and what `look` gives.
    pub(crate) fn read_row<T>(
        &mut self,
        work: &Work<'_>,
        bookmark: &[u8],
        look: impl FnOnce(&[u8]) -> Result<T>,
    ) -> Result<Option<T>> {
        let definition = self.definition()?;
        let store = self.database.store();
        let tree = definition.rows.open(store)?;
        let mut reader = Reader::new(work.trees(), store, tree, work.view())?;
        if !reader.seek_row(bookmark, &[])? {
            return Ok(None);
        }
        reader.row()?.map(|(_, record)| look(record)).transpose()
    }
}
