//! Rows that several cursors on indexes of one table have in common.

use std::collections::BTreeSet;
use std::sync::Arc;

use jet_pages::Objid;

use super::Cursor;
use super::currency::CurrentIndex;
use super::walk::Direction;
use crate::error::{Refusal, Result};
use crate::session::{CursorId, TableSession};
use crate::work::Work;

/// Most cursors of one call.
const CURSORS_MOST: usize = 64;

impl TableSession {
    /// The names, in order, of rows that have entries in the ranges of all these cursors, from where they stand. The cursors are
    /// left where they met the end.
    ///
    /// # Errors
    /// [`Refusal::InvalidParameter`] when there is no cursor or are too many, when they are not on secondary indexes of one
    /// table, each on another one; [`Refusal::NoCurrentRecord`], [`Refusal::RecordDeleted`] when one stands on no entry.
    pub fn intersect(&mut self, work: &Work<'_>, cursors: &[CursorId]) -> Result<Vec<Vec<u8>>> {
        if cursors.is_empty() || cursors.len() > CURSORS_MOST {
            return Err(Refusal::InvalidParameter.into());
        }
        let mut indexes: Vec<Objid> = Vec::new();
        let mut table = None;
        for id in cursors {
            let cursor = self.cursor(*id)?;
            let index = cursor.currency.index.as_ref().map(CurrentIndex::get);
            let index = index.ok_or(Refusal::InvalidParameter)?.def.objid;
            let table = table.get_or_insert_with(|| Arc::clone(&cursor.table));
            if !Arc::ptr_eq(table, &cursor.table) || indexes.contains(&index) {
                return Err(Refusal::InvalidParameter.into());
            }
            indexes.push(index);
        }
        let mut common: Option<BTreeSet<Vec<u8>>> = None;
        for id in cursors {
            let rows = self.cursor(*id)?.rows_of_range(work)?;
            common = Some(match common {
                None => rows,
                Some(common) => common.intersection(&rows).cloned().collect(),
            });
        }
        Ok(common.unwrap_or_default().into_iter().collect())
    }
}

impl Cursor {
    /// Names of the rows from the present entry to the end of the range.
    fn rows_of_range(&mut self, work: &Work<'_>) -> Result<BTreeSet<Vec<u8>>> {
        let mut walk = self.walk(work)?;
        walk.get()?;
        let mut rows = BTreeSet::new();
        let mut is_on_entry = true;
        while is_on_entry {
            if let Some((_, data)) = walk.reader.row()? {
                rows.insert(data.to_vec());
            }
            is_on_entry = walk.step_on(Direction::Next, false)?;
        }
        walk.place.position = Direction::Next.end();
        Ok(rows)
    }
}
