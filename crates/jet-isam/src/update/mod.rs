//! Changing rows: an update is prepared, its columns are set in a copy, and then it is done whole or not at all.
//!
//! | module | what |
//! |---|---|
//! | `rules` | what holds for all rows of a table |
//! | `prepare` | the copy of a row that is to be changed, or the beginning of a new one |
//! | `set` | columns set in the copy |
//! | `finish` | the update done: rows inserted and replaced |
//! | `delete` | rows deleted |
//! | `escrow` | sums that several sessions add to |
//! | `entries` | entries of secondary indexes |
//! | `counters` | numbers that a table gives out |
//! | `long` | long values set in the copy |
//! | `room` | long values moved out of a record that is full |
//! | `unique` | values of a column that must not be equal |
//! | `values` | values that are compressed or lie elsewhere |
//!
//! Invariants:
//! - the copy is a record as it will be stored, at every moment
//! - an update is done in a level of its own: the row, all its index entries, and nothing else when it fails

mod counters;
mod delete;
mod entries;
mod escrow;
mod finish;
mod long;
mod prepare;
mod room;
mod rules;
mod set;
mod unique;
mod values;

use crate::column::ColumnRef;
use crate::key::KeySet;
use crate::record::LongValueId;
use crate::work::Work;

pub use self::escrow::Escrow;
pub use self::finish::Finish;
pub use self::prepare::Preparation;
pub(crate) use self::rules::RowRules;
pub use self::set::{LongChange, SetColumn, Uniqueness, WasSet, WhereLong};
pub(crate) use self::values::Expand;

/// An update that is prepared: a copy of a row that columns are set in.
#[derive(Debug)]
pub struct Update {
    level: u8,
    kind: Kind,
    /// The copy.
    record: Vec<u8>,
    /// What the row was when it was copied outside of transactions.
    before: Vec<u8>,
    /// The columns that were set.
    set: ColumnSet,
    /// Its changes of long values in the transaction.
    work: u32,
    /// The long values that it made.
    made: Vec<LongValueId>,
    /// The deepest level at which it did.
    long_level: u8,
}

/// What an update will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A new row.
    Insert {
        /// The number of the row is to be set by the program.
        sets_number: bool,
    },
    /// A new row that began as a copy of another.
    InsertCopy,
    /// The same, and the other one goes.
    InsertCopyDeleteOriginal,
    /// The row is replaced. Others were kept from changing it since it was copied.
    Replace,
    /// The row is replaced, if nobody changed it meanwhile.
    ReplaceNoLock,
    /// Nothing: the copy is for reading.
    ReadOnly,
}

impl Update {
    fn new(work: &mut Work<'_>, kind: Kind, record: Vec<u8>) -> Self {
        Self {
            level: work.level(),
            kind,
            record,
            before: Vec::new(),
            set: ColumnSet::default(),
            work: work.transaction.new_work(),
            made: Vec::new(),
            long_level: 0,
        }
    }

    /// Whether what it began with, or did, was undone with `level`.
    pub(crate) const fn is_undone(&self, level: u8) -> bool {
        self.level >= level || self.long_level >= level
    }

    /// The level at which it was prepared was committed into `level`.
    pub(crate) fn committed_into(&mut self, level: u8) {
        self.level = self.level.min(level);
        self.long_level = self.long_level.min(level);
    }

    /// Whether a new row is being made.
    pub(crate) const fn is_insert(&self) -> bool {
        matches!(
            self.kind,
            Kind::Insert { .. } | Kind::InsertCopy | Kind::InsertCopyDeleteOriginal
        )
    }

    /// Whether the row is to be replaced.
    pub(crate) const fn is_replace(&self) -> bool {
        matches!(self.kind, Kind::Replace | Kind::ReplaceNoLock)
    }

    /// Whether the copy is read in the place of the row.
    pub(crate) fn is_for_reading(&self) -> bool {
        self.kind == Kind::ReadOnly
    }

    /// The copy.
    pub(crate) fn record(&self) -> &[u8] {
        &self.record
    }
}

/// Which columns were set: exactly for those that are not tagged, by the low bits of their numbers for the others.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ColumnSet([u64; 8]);

impl ColumnSet {
    const fn place(column: ColumnRef) -> (usize, u64) {
        let number = if column.id.is_tagged() {
            256 + column.id.0 % 256
        } else {
            column.id.0
        };
        ((number / 64) as usize, 1 << (number % 64))
    }

    pub(crate) fn add(&mut self, column: ColumnRef) {
        let (word, bit) = Self::place(column);
        if let Some(word) = self.0.get_mut(word) {
            *word |= bit;
        }
    }

    pub(crate) fn has(&self, column: ColumnRef) -> bool {
        let (word, bit) = Self::place(column);
        self.0.get(word).is_some_and(|word| word & bit != 0)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }
}

/// Buffers that a cursor keeps for its updates.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    /// Room for the next copy.
    record: Vec<u8>,
    /// For changes of tagged columns.
    tagged: Vec<u8>,
    /// The row as it was.
    old: Vec<u8>,
    /// Keys of the row as it was, and as it will be.
    old_keys: KeySet,
    new_keys: KeySet,
    /// For values in keys.
    value: Vec<u8>,
}
