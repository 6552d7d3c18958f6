//! The key of one value of a record.

use super::super::sequence::ValueSequence;
use super::super::source::ColumnSource;
use super::attempt::Attempt;
use super::{KeyBuilder, KeyError};

/// Whether a value of a record has an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OneKey {
    /// It has, with the key that was made.
    Key,
    /// The record has no such value.
    NoSuchValue,
    /// It has none.
    NotInIndex,
}

impl KeyBuilder {
    /// Appends the key of value number `number`, from 1, of the first column that has several values, and of the first values of
    /// all others; in a tuple index of the first piece. `scratch` is overwritten.
    ///
    /// # Errors
    /// [`KeyError`]; `out` may have grown, as it may without a key.
    pub fn one_key<S: ColumnSource>(
        &self,
        source: &mut S,
        number: usize,
        scratch: &mut Vec<u8>,
        out: &mut Vec<u8>,
    ) -> Result<OneKey, KeyError<S::Error>> {
        if !self.meets_conditions(source)? {
            return Ok(OneKey::NotInIndex);
        }
        let sequence = ValueSequence::from_first(self.turning, number);
        Ok(match self.key(source, &sequence, 0, scratch, out)? {
            Attempt::Key(nulls) if self.allows(nulls)? => OneKey::Key,
            Attempt::Key(_) | Attempt::NoTuple => OneKey::NotInIndex,
            Attempt::NoSuchValue(_) => OneKey::NoSuchValue,
        })
    }
}
