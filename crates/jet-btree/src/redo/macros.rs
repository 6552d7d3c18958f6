//! Macros: splits, merges, moved roots. All their records are done again, or none.

use jet_log::record::Record;
use jet_log::record::node::{NodeChange, PageChange};
use jet_log::record::structure::{Merge, Split};
use jet_log::recovery::Place;
use jet_pages::Pgno;

use super::{Redo, RedoError};
use crate::edit::split::Operation;

/// The change of a node for which pages are split.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cause<'r> {
    pub(super) node: NodeChange,
    pub(super) operation: Operation<'r>,
    /// Key of the node, if it comes to life.
    pub(super) revived: &'r [u8],
    /// Version of a replacement.
    pub(super) replace_version: u32,
}

impl Redo {
    /// Redoes a complete macro.
    pub(super) fn redo_group(&mut self, place: Place, records: &[Record<'_>]) -> Result<(), RedoError> {
        let splits: Vec<&Split<'_>> = records
            .iter()
            .filter_map(|record| match record {
                Record::Split(split) => Some(split),
                _ => None,
            })
            .collect();
        if !splits.is_empty() {
            return self.redo_split(place, &splits, cause_of(records));
        }
        let merges: Vec<&Merge<'_>> = records
            .iter()
            .filter_map(|record| match record {
                Record::Merge(merge) => Some(merge),
                _ => None,
            })
            .collect();
        if !merges.is_empty() {
            return self.redo_merge(place, &merges);
        }
        if let Some(Record::RootPageMove(_)) = records.first() {
            return self.redo_root_move(place, records);
        }
        records
            .iter()
            .try_for_each(|record| self.redo_record(place, record))
    }
}

fn cause_of<'r>(records: &[Record<'r>]) -> Option<Cause<'r>> {
    records.iter().find_map(|record| match record {
        Record::Insert(record) => Some(Cause {
            node: record.node,
            operation: Operation::of_insert(record),
            revived: &[],
            replace_version: 0,
        }),
        Record::Replace(record) => Some(Cause {
            node: record.node,
            operation: Operation::of_replace(record),
            revived: &[],
            replace_version: record.node.version,
        }),
        Record::FlagInsertAndReplaceData(record) => Some(Cause {
            node: record.node,
            operation: Operation::of_flag_insert(record),
            revived: record.key,
            replace_version: record.replace_version,
        }),
        _ => None,
    })
}

/// Refuses records that name a page twice, which no engine writes: it would be latched twice.
pub(super) fn check_distinct(place: Place, pages: &[Pgno]) -> Result<(), RedoError> {
    let mut named: Vec<Pgno> = pages.iter().copied().filter(|pgno| pgno.is_some()).collect();
    named.sort_unstable();
    let count = named.len();
    named.dedup();
    if named.len() == count {
        Ok(())
    } else {
        Err(RedoError::Macro {
            at: place.at,
            what: "names a page twice",
        })
    }
}

/// Whether the record of a change asks for a version of it.
pub(super) fn is_versioned(change: &PageChange) -> bool {
    change.has(PageChange::VERSIONED)
}
