//! From the values of a record to its keys in one index.
//!
//! The order of checks is the engine's, since it decides which records have no entry and which are refused:
//! conditions first, then segment by segment, then the NULL rules, and a rule that refuses a key ends the whole
//! enumeration.

mod attempt;
mod one;

use std::error::Error;
use std::sync::Arc;

use attempt::{Attempt, KeyAttempt};
pub use one::OneKey;

use super::index::{Condition, IndexDef, IndexFlags, TupleLimits};
use super::normalise::{Fit, NormaliseError, SegmentKind, SegmentLimits, append_null, append_value};
use super::sequence::{Step, ValueSequence};
use super::source::ColumnSource;
use super::text::TextCollation;
use super::{KEYS_MOST, KeySet, SEGMENTS_MOST};
use crate::column::{ColumnFlags, ColumnLayout, ColumnRef};

/// Index definitions that do not fit their table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IndexError {
    /// No key column, or more than 16 of them.
    #[error("{count} key columns")]
    SegmentCount {
        /// How many.
        count: usize,
    },
    /// A key column that the table does not have, or that is deleted.
    #[error("key {column} is not in the table")]
    UnknownColumn {
        /// The column.
        column: ColumnRef,
    },
    /// A key limit of 0.
    #[error("keys of at most 0 bytes")]
    KeyMost,
    /// A tuple index on a first column of numbers, or one with impossible limits.
    #[error("tuple limits {limits:?} on {column}")]
    Tuples {
        /// The first column.
        column: ColumnRef,
        /// The limits.
        limits: TupleLimits,
    },
}

/// Records that cannot have the keys they should.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError<E: Error + 'static> {
    /// A value cannot be read.
    #[error("a key column cannot be read")]
    Source(#[source] E),
    /// A value has no key.
    #[error("{column} has no key")]
    Normalise {
        /// The column.
        column: ColumnRef,
        /// Why.
        #[source]
        source: NormaliseError,
    },
    /// NULL in an index that allows none.
    #[error("NULL in a key column of an index that allows none")]
    NullDisallowed,
    /// A key that must be cut, in an index that allows no cut.
    #[error("key longer than {most} bytes in an index that allows no cut")]
    Truncated {
        /// The limit.
        most: usize,
    },
    /// More keys, or combinations of values, than [`KEYS_MOST`].
    #[error("record with more than {} keys in one index", KEYS_MOST)]
    TooManyKeys,
}

/// Which segments of a key are NULL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nulls {
    /// None.
    None,
    /// Some, but not the first.
    Some,
    /// The first and perhaps more, but not all.
    First,
    /// All of them.
    All,
}

#[derive(Clone, Copy, Debug)]
struct KeyColumn {
    column: ColumnRef,
    descending: bool,
    kind: SegmentKind,
}

/// Makes the keys of one index. Shared by threads; all changing state is in the caller's buffers.
#[derive(Clone)]
pub struct KeyBuilder {
    columns: Vec<KeyColumn>,
    conditions: Vec<Condition>,
    flags: IndexFlags,
    key_most: usize,
    segment_most: Option<usize>,
    tuple: Option<TupleLimits>,
    turning: [bool; SEGMENTS_MOST],
    collation: Option<Arc<dyn TextCollation + Send + Sync>>,
}

impl core::fmt::Debug for KeyBuilder {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("KeyBuilder")
            .field("flags", &self.flags)
            .field("key_most", &self.key_most)
            .field("columns", &self.columns.len())
            .finish_non_exhaustive()
    }
}

impl KeyBuilder {
    /// The builder of `index` for records of a table with the columns of `layout`. `collation` orders Unicode
    /// text; without one, keys of such text are refused.
    ///
    /// # Errors
    /// [`IndexError`].
    pub fn new(
        index: &IndexDef,
        layout: &ColumnLayout,
        collation: Option<Arc<dyn TextCollation + Send + Sync>>,
    ) -> Result<Self, IndexError> {
        let count = index.segments.len();
        if count == 0 || count > SEGMENTS_MOST {
            return Err(IndexError::SegmentCount { count });
        }
        let key_most = usize::from(index.key_most);
        if key_most == 0 {
            return Err(IndexError::KeyMost);
        }
        let dot_net_guid = index.flags.contains(IndexFlags::DOT_NET_GUID);
        let mut columns = Vec::with_capacity(count);
        let mut turning = [false; SEGMENTS_MOST];
        for (segment, turns) in index.segments.iter().zip(&mut turning) {
            let column = segment.column;
            let unknown = IndexError::UnknownColumn { column };
            let def = layout.get(column).ok_or(unknown)?;
            let kind = SegmentKind::new(def, index.lcmap_flags, dot_net_guid).ok_or(unknown)?;
            *turns = column.id.is_tagged() && def.flags.contains(ColumnFlags::MULTI_VALUED);
            columns.push(KeyColumn {
                column,
                descending: segment.descending,
                kind,
            });
        }
        keep_turning(index.flags, &mut turning);
        if let (Some(limits), Some(first)) = (index.tuple, columns.first()) {
            let column_type = first.kind.column_type();
            let counts = limits.min_len > 0 && limits.max_count > 0 && limits.step > 0;
            let possible = counts && limits.min_len <= limits.max_len;
            if !possible || !(column_type.is_text() || column_type.is_binary()) {
                return Err(IndexError::Tuples {
                    column: first.column,
                    limits,
                });
            }
        }
        Ok(Self {
            columns,
            conditions: index.conditions.clone(),
            flags: index.flags,
            key_most,
            segment_most: index
                .segment_most
                .map(usize::from)
                .filter(|most| *most > 0 && *most < key_most),
            tuple: index.tuple,
            turning,
            collation,
        })
    }

    /// All keys of a record: `out` has them in order, each once, and what it held before is gone.
    ///
    /// # Errors
    /// [`KeyError`]; the contents of `out` are then without meaning.
    pub fn keys<S: ColumnSource>(&self, source: &mut S, out: &mut KeySet) -> Result<(), KeyError<S::Error>> {
        out.clear();
        if !self.meets_conditions(source)? {
            return Ok(());
        }
        let mut sequence = ValueSequence::new(self.turning, self.flags.contains(IndexFlags::NESTED_TABLE));
        let mut combinations = 0;
        while !sequence.is_complete() {
            let step = self.keys_of_combination(source, &sequence, out)?;
            sequence.advance(step);
            combinations += 1;
            if combinations > KEYS_MOST {
                return Err(KeyError::TooManyKeys);
            }
        }
        out.settle();
        Ok(())
    }

    /// Appends the key of the first values: the only key of a primary index. The NULL rules are left to the
    /// caller, conditions are not looked at. `scratch` is overwritten.
    ///
    /// # Errors
    /// [`KeyError`], except for NULL rules; `out` may have grown.
    pub fn first_key<S: ColumnSource>(
        &self,
        source: &mut S,
        scratch: &mut Vec<u8>,
        out: &mut Vec<u8>,
    ) -> Result<Nulls, KeyError<S::Error>> {
        let sequence = ValueSequence::new(self.turning, false);
        let start = self.tuple.map_or(0, |limits| limits.start);
        match self.key(source, &sequence, start, scratch, out)? {
            Attempt::Key(nulls) => Ok(nulls),
            Attempt::NoSuchValue(_) | Attempt::NoTuple => Ok(Nulls::All),
        }
    }

    /// Appends segment number `segment`, from 0, to the search key that begins at `out[key_start..]`: NULL for
    /// `None`, in the segment's direction and cut to the room there is.
    ///
    /// # Errors
    /// [`NormaliseError`].
    pub fn append_segment(
        &self,
        segment: usize,
        value: Option<&[u8]>,
        key_start: usize,
        out: &mut Vec<u8>,
    ) -> Result<Fit, NormaliseError> {
        let room = (key_start + self.key_most).saturating_sub(out.len());
        let Some(column) = self.columns.get(segment).filter(|_| room > 0) else {
            return Ok(Fit::Cut);
        };
        let start = out.len();
        let mut fit = Fit::Whole;
        match value {
            None => append_null(self.flags.contains(IndexFlags::NULLS_HIGH), out),
            Some(value) => {
                let limits = SegmentLimits {
                    room,
                    key_most: self.key_most,
                    segment_most: self.segment_most,
                };
                let collation = self
                    .collation
                    .as_deref()
                    .map(|collation| collation as &dyn TextCollation);
                fit = append_value(&column.kind, value, collation, &limits, out)?;
            }
        }
        if out.len() - start > room {
            out.truncate(start + room);
            fit = Fit::Cut;
        }
        if column.descending {
            out.iter_mut().skip(start).for_each(|byte| *byte = !*byte);
        }
        Ok(fit)
    }

    /// Number of key columns.
    #[must_use]
    pub const fn segment_count(&self) -> usize {
        self.columns.len()
    }

    /// Longest key in bytes.
    #[must_use]
    pub const fn key_most(&self) -> usize {
        self.key_most
    }

    fn meets_conditions<S: ColumnSource>(&self, source: &mut S) -> Result<bool, KeyError<S::Error>> {
        for condition in &self.conditions {
            if source.is_null(condition.column, 1).map_err(KeyError::Source)? != condition.must_be_null {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The key of one combination, or the keys of its tuples.
    fn keys_of_combination<S: ColumnSource>(
        &self,
        source: &mut S,
        sequence: &ValueSequence,
        out: &mut KeySet,
    ) -> Result<Step, KeyError<S::Error>> {
        let tuples = self
            .tuple
            .map_or((0, 1, 1), |limits| (limits.start, limits.step, limits.max_count));
        let (mut offset, step, count) = tuples;
        for tuple in 0..count {
            let (bytes, value) = out.parts();
            match self.key(source, sequence, offset, value, bytes)? {
                Attempt::NoSuchValue(segment) => {
                    out.drop_key();
                    return Ok(Step::Exhausted(segment));
                }
                Attempt::NoTuple => {
                    out.drop_key();
                    return Ok(sequence.after_tuples(tuple > 0));
                }
                Attempt::Key(nulls) => {
                    if !self.allows(nulls)? {
                        out.drop_key();
                        return Ok(Step::Stop);
                    }
                    out.finish_key();
                    if nulls == Nulls::All {
                        return Ok(Step::Stop);
                    }
                }
            }
            if out.len() > KEYS_MOST {
                return Err(KeyError::TooManyKeys);
            }
            offset = offset.saturating_add(step);
        }
        Ok(Step::Next)
    }

    /// Whether a key with these NULLs has an entry.
    fn allows<E: Error + 'static>(&self, nulls: Nulls) -> Result<bool, KeyError<E>> {
        if nulls != Nulls::None && self.flags.contains(IndexFlags::DISALLOW_NULL) {
            return Err(KeyError::NullDisallowed);
        }
        Ok(match nulls {
            Nulls::None => true,
            Nulls::Some => self.flags.contains(IndexFlags::ALLOW_SOME_NULLS),
            Nulls::First => self.flags.contains(IndexFlags::ALLOW_FIRST_NULL),
            Nulls::All => self.flags.contains(IndexFlags::ALLOW_ALL_NULLS),
        })
    }

    /// Appends the key of one combination. Values are first read up to the length of a key; only when text that
    /// long yields a shorter segment more of it is read, and only in indexes with a limit of their own.
    fn key<S: ColumnSource>(
        &self,
        source: &mut S,
        sequence: &ValueSequence,
        tuple_offset: u32,
        value: &mut Vec<u8>,
        out: &mut Vec<u8>,
    ) -> Result<Attempt, KeyError<S::Error>> {
        let start = out.len();
        let mut attempt = KeyAttempt {
            builder: self,
            sequence,
            tuple_offset,
            start,
            value_most: self.key_most,
            wants_more: false,
        };
        loop {
            let outcome = attempt.run(source, value, out)?;
            match attempt.value_most.checked_mul(2) {
                Some(more) if attempt.wants_more => attempt.value_most = more,
                _ => return Ok(outcome),
            }
            attempt.wants_more = false;
            out.truncate(start);
        }
    }
}

/// Which of the multi-valued segments count: the first, or all in an index of combinations.
fn keep_turning(flags: IndexFlags, turning: &mut [bool; SEGMENTS_MOST]) {
    let all = flags.contains(IndexFlags::CROSS_PRODUCT) || flags.contains(IndexFlags::NESTED_TABLE);
    let mut allowed = flags.contains(IndexFlags::MULTI_VALUED);
    for turns in turning {
        *turns &= allowed;
        allowed &= all || !*turns;
    }
}

#[cfg(test)]
mod tests;
