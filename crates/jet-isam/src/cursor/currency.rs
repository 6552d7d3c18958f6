//! Where a cursor stands. Between calls it holds no latch: it knows entries by their names.
//!
//! On a secondary index a cursor stands in two places, among the entries of the index and among the rows. Moves go by the
//! first, columns are read from the second. Usually the second follows the first; but a bookmark of a row without an entry in
//! the index, for example, parts them.

use std::sync::Arc;

use jet_btree::Spot;
use jet_btree::transaction::Reader;

use crate::definition::LiveIndex;
use crate::error::Result;
use crate::key::SearchKey;
use crate::shared::Table;

/// Where a cursor stands.
#[derive(Debug, Default)]
pub(crate) struct Currency {
    /// The index; none for the order of the rows themselves.
    pub(crate) index: Option<CurrentIndex>,
    /// The place among the rows: its key is the bookmark.
    pub(crate) row: Place,
    /// The place among the entries of the index, when there is one: its data are the bookmark.
    pub(crate) entry: Place,
}

/// An index that a cursor uses; the table knows of it until this is dropped.
#[derive(Debug)]
pub(crate) struct CurrentIndex {
    table: Arc<Table>,
    index: Arc<LiveIndex>,
}

/// A place in a tree, and the key and the range that go with it.
#[derive(Debug, Default)]
pub(crate) struct Place {
    pub(crate) position: Position,
    /// Key of the entry, or the key near to which the place is.
    pub(crate) key: Vec<u8>,
    /// Data of the entry, in secondary indexes only.
    pub(crate) data: Vec<u8>,
    /// Where the entry stood.
    pub(crate) spot: Option<Spot>,
    /// The key that was made, which also ends the range.
    pub(crate) search: SearchKey,
    pub(crate) range: Option<Range>,
}

/// How a cursor stands to the key of its place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Position {
    /// Before the first entry.
    BeforeFirst,
    /// On the first entry, which was not looked for yet: a cursor that was just opened.
    #[default]
    Opened,
    /// On an entry.
    On,
    /// Between entries, where one of this key would be.
    Near,
    /// Behind the last entry.
    AfterLast,
}

/// Which keys a cursor may move to: up or down to the search key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    /// It ends above, not below.
    pub(crate) is_upper: bool,
    /// The key itself belongs to it.
    pub(crate) is_inclusive: bool,
}

impl Range {
    /// Whether a key that stands so to the end of the range is outside.
    pub(crate) const fn excludes(self, order: core::cmp::Ordering) -> bool {
        match order {
            core::cmp::Ordering::Less => !self.is_upper,
            core::cmp::Ordering::Equal => !self.is_inclusive,
            core::cmp::Ordering::Greater => self.is_upper,
        }
    }
}

impl Currency {
    /// Key of the row that the cursor stands on.
    pub(crate) fn bookmark(&self) -> &[u8] {
        &self.row.key
    }

    /// The place that moves go by.
    pub(crate) const fn place(&mut self) -> &mut Place {
        if self.index.is_some() {
            &mut self.entry
        } else {
            &mut self.row
        }
    }

    /// Both places.
    pub(crate) const fn stand_at(&mut self, position: Position) {
        self.row.position = position;
        self.entry.position = position;
    }

    /// No range limits moves any longer.
    pub(crate) const fn drop_range(&mut self) {
        self.row.range = None;
        self.entry.range = None;
    }
}

impl CurrentIndex {
    pub(crate) fn new(table: &Arc<Table>, index: &Arc<LiveIndex>) -> Self {
        table.uses().open_index(index.def.objid);
        Self {
            table: Arc::clone(table),
            index: Arc::clone(index),
        }
    }

    /// The index.
    pub(crate) const fn get(&self) -> &Arc<LiveIndex> {
        &self.index
    }
}

impl Drop for CurrentIndex {
    fn drop(&mut self) {
        self.table.uses().close_index(self.index.def.objid);
    }
}

impl Place {
    /// Stands on the entry that the reader stands on, whose data are kept if it is one of a secondary index.
    pub(crate) fn take(&mut self, reader: &Reader<'_>, is_index: bool) -> Result<()> {
        if let Some((key, data)) = reader.row()? {
            self.key.clear();
            key.append_to(&mut self.key);
            self.data.clear();
            if is_index {
                self.data.extend_from_slice(data);
            }
        }
        self.spot = reader.spot();
        self.position = Position::On;
        Ok(())
    }

    /// Stands where an entry of this name would be.
    pub(crate) fn set_near(&mut self, key: &[u8], data: &[u8]) {
        self.set_name(key, data);
        self.position = Position::Near;
    }

    /// Stands on the entry of this name, which is not looked for.
    pub(crate) fn set_on(&mut self, key: &[u8], data: &[u8]) {
        self.set_name(key, data);
        self.position = Position::On;
    }

    fn set_name(&mut self, key: &[u8], data: &[u8]) {
        self.key.clear();
        self.key.extend_from_slice(key);
        self.data.clear();
        self.data.extend_from_slice(data);
        self.spot = None;
    }
}
