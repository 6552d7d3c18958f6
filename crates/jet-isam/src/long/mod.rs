//! Long values of a running engine: values of records that lie in a tree of their own.
//!
//! | module | what |
//! |---|---|
//! | `read` | the bytes of a value, piece by piece, as a transaction sees them |
//!
//! Source: `docs/format/long-values.md`.

mod read;

use jet_btree::store::{OpenTree, Store};

use crate::error::Result;
use crate::long_value::chunk_bytes;
use crate::shared::Table;
use crate::table::TableDef;

pub(crate) use self::read::LongReader;

impl Table {
    /// The tree of long values, if one was made yet.
    ///
    /// # Errors
    /// When its root page is not what the catalog says.
    pub(crate) fn long_value_tree(&self, store: &Store, def: &TableDef) -> Result<Option<&OpenTree>> {
        if let Some(tree) = self.long_values.get() {
            return Ok(Some(tree));
        }
        let Some(known) = def.long_values else {
            return Ok(None);
        };
        let tree = store.open_tree(known.root, Some(known.objid))?;
        Ok(Some(self.long_values.get_or_init(|| tree)))
    }
}

/// Length of the piece of a value that a chunk stands for.
pub(crate) fn piece_bytes(store: &Store, def: &TableDef) -> u32 {
    def.lv_chunk_max.unwrap_or(chunk_bytes(store.page_size())).max(1)
}
