//! The key of one combination of values, segment by segment.

use std::error::Error;

use super::super::KEY_MOST_DEFAULT;
use super::super::index::IndexFlags;
use super::super::normalise::Fit;
use super::super::sequence::ValueSequence;
use super::super::source::{ColumnSource, ValuePart};
use super::{KeyBuilder, KeyColumn, KeyError, Nulls};

/// Outcome of one combination of values.
pub(super) enum Attempt {
    Key(Nulls),
    /// The multi-valued column of this segment has no such value.
    NoSuchValue(usize),
    /// The rest of the value is too short for a tuple.
    NoTuple,
}

/// One pass over the segments.
pub(super) struct KeyAttempt<'b> {
    pub(super) builder: &'b KeyBuilder,
    pub(super) sequence: &'b ValueSequence,
    /// Where the tuple begins, in characters.
    pub(super) tuple_offset: u32,
    /// Where the key begins in the output.
    pub(super) start: usize,
    /// Most bytes that are read of a value.
    pub(super) value_most: usize,
    /// Set when a segment stayed short although that much was read.
    pub(super) wants_more: bool,
}

impl KeyAttempt<'_> {
    /// Appends the key, or as much of it as there is when it has none.
    pub(super) fn run<S: ColumnSource>(
        &mut self,
        source: &mut S,
        scratch: &mut Vec<u8>,
        out: &mut Vec<u8>,
    ) -> Result<Attempt, KeyError<S::Error>> {
        let builder = self.builder;
        let nested = builder.flags.contains(IndexFlags::NESTED_TABLE);
        let (mut all_null, mut first_null, mut some_null) = (true, false, false);
        let mut values_left = false;
        for (segment, column) in builder.columns.iter().enumerate() {
            let number = self.sequence.number(segment);
            let is_full = out.len() - self.start >= builder.key_most;
            let is_null = if is_full {
                self.refuse_cut()?;
                source.is_null(column.column, number).map_err(KeyError::Source)?
            } else {
                let value = self.value(segment, column, source, scratch)?;
                let cuts = segment == 0 && builder.tuple.is_some();
                if number > 1 && value.is_none() && (!nested || cuts) {
                    return Ok(Attempt::NoSuchValue(segment));
                }
                if cuts && !self.fills_tuple(column, value.map_or(0, <[u8]>::len)) {
                    return Ok(Attempt::NoTuple);
                }
                self.append(segment, column, value, out)?;
                all_null &= value.is_none();
                value.is_none()
            };
            if is_null && number > 1 && !nested {
                return Ok(Attempt::NoSuchValue(segment));
            }
            values_left |= self.sequence.turns(segment) && (number == 1 || !is_null);
            first_null |= is_null && segment == 0;
            some_null |= is_null;
        }
        let any_turns = builder.turning.contains(&true);
        if nested && any_turns && !values_left {
            return Ok(Attempt::NoSuchValue(0));
        }
        Ok(Attempt::Key(match (all_null, first_null, some_null) {
            (true, ..) => Nulls::All,
            (_, true, _) => Nulls::First,
            (_, _, true) => Nulls::Some,
            _ => Nulls::None,
        }))
    }

    /// The bytes of a segment's value that can matter: a tuple of it in the first segment of a tuple index.
    fn value<'s, S: ColumnSource>(
        &self,
        segment: usize,
        column: &KeyColumn,
        source: &'s mut S,
        scratch: &'s mut Vec<u8>,
    ) -> Result<Option<&'s [u8]>, KeyError<S::Error>> {
        let number = self.sequence.number(segment);
        let mut part = ValuePart {
            offset: 0,
            max_len: self.value_most,
        };
        let mut within = ValuePart {
            offset: 0,
            max_len: self.value_most,
        };
        if let Some(limits) = self.builder.tuple.filter(|_| segment == 0) {
            let offset = self.tuple_bytes(column, self.tuple_offset);
            within.max_len = self.tuple_bytes(column, limits.max_len);
            // Values in the record are shortened before the tuple is cut out of them, long values after.
            if column.kind.column_type().is_long() {
                part.offset = offset;
            } else {
                within.offset = offset;
            }
        }
        let value = source
            .value(column.column, number, part, scratch)
            .map_err(KeyError::Source)?;
        let shortened = ValuePart {
            offset: 0,
            max_len: part.max_len,
        };
        Ok(value.map(|value| within.of(shortened.of(value))))
    }

    /// Whether a piece of `len` bytes is long enough; always, when the index has no tuples.
    fn fills_tuple(&self, column: &KeyColumn, len: usize) -> bool {
        self.builder
            .tuple
            .is_none_or(|limits| len >= self.tuple_bytes(column, limits.min_len))
    }

    fn tuple_bytes(&self, column: &KeyColumn, characters: u32) -> usize {
        usize::try_from(characters)
            .unwrap_or(usize::MAX)
            .saturating_mul(column.kind.unit_bytes())
    }

    fn append<E: Error + 'static>(
        &mut self,
        segment: usize,
        column: &KeyColumn,
        value: Option<&[u8]>,
        out: &mut Vec<u8>,
    ) -> Result<(), KeyError<E>> {
        let builder = self.builder;
        let segment_start = out.len();
        let fit = builder
            .append_segment(segment, value, self.start, out)
            .map_err(|source| KeyError::Normalise {
                column: column.column,
                source,
            })?;
        if fit == Fit::Cut {
            self.refuse_cut()?;
        }
        let len = out.len() - segment_start;
        let room = self.start + builder.key_most - segment_start;
        let is_short = len < room && builder.segment_most.is_none_or(|most| len < most);
        self.wants_more |= value.is_some_and(|value| value.len() == self.value_most)
            && is_short
            && builder.key_most != KEY_MOST_DEFAULT;
        Ok(())
    }

    fn refuse_cut<E: Error + 'static>(&self) -> Result<(), KeyError<E>> {
        if self.builder.flags.contains(IndexFlags::DISALLOW_TRUNCATION) {
            return Err(KeyError::Truncated {
                most: self.builder.key_most,
            });
        }
        Ok(())
    }
}
