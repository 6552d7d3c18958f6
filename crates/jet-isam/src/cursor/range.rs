//! Ranges of keys that moves stay in, and how many entries there are.

use super::Cursor;
use super::currency::{Position, Range};
use super::walk::Direction;
use crate::error::{Refusal, Result};
use crate::work::Work;

/// What becomes of the range of a cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetRange {
    /// It has none any longer.
    Remove,
    /// It ends at the key that was made.
    Set {
        /// Moves to greater keys end there, not those to smaller ones.
        is_upper: bool,
        /// The key itself belongs to it.
        is_inclusive: bool,
        /// It is only asked whether the present entry is in it.
        is_instant: bool,
    },
}

impl SetRange {
    /// The range, and whether it is gone at once. No range ends below without its key.
    pub(crate) const fn parts(self) -> (Range, bool) {
        match self {
            Self::Remove => (
                Range {
                    is_upper: false,
                    is_inclusive: false,
                },
                false,
            ),
            Self::Set {
                is_upper,
                is_inclusive,
                is_instant,
            } => (
                Range {
                    is_upper,
                    is_inclusive,
                },
                is_instant,
            ),
        }
    }
}

impl Cursor {
    /// Sets a range from the present entry to the key that was made, which is used up by it.
    ///
    /// # Errors
    /// [`Refusal::InvalidOperation`] when there is none to remove, [`Refusal::NoCurrentIndex`] in a table without a primary
    /// index, [`Refusal::KeyNotMade`], and [`Refusal::NoCurrentRecord`] when the present entry is outside: the cursor is at the
    /// end of the index then.
    pub fn set_index_range(&mut self, work: &Work<'_>, set: SetRange) -> Result<()> {
        if self.is_sort() {
            return self.set_sort_range(set);
        }
        if set == SetRange::Remove {
            if self.currency.place().range.is_none() {
                return Err(Refusal::InvalidOperation.into());
            }
            self.currency.drop_range();
            return Ok(());
        }
        let (range, is_instant) = set.parts();
        if self.currency.index.is_none() && self.definition()?.primary.is_none() {
            return Err(Refusal::NoCurrentIndex.into());
        }
        if !self.currency.place().search.is_made() {
            return Err(Refusal::KeyNotMade.into());
        }
        let set = self.set_range(work, range);
        self.currency.place().search.forget();
        if is_instant {
            self.currency.drop_range();
        }
        set
    }

    /// The same with a key that is made; it is not used up.
    pub(super) fn set_range(&mut self, work: &Work<'_>, range: Range) -> Result<()> {
        self.currency.place().range = Some(range);
        let mut walk = self.walk(work)?;
        walk.settle()?;
        let place = &mut *walk.place;
        if !matches!(place.position, Position::On | Position::Near) {
            return Err(Refusal::NoCurrentRecord.into());
        }
        let order = place.key[..].cmp(place.search.bytes());
        if range.excludes(order) {
            place.range = None;
            let direction = if range.is_upper {
                Direction::Next
            } else {
                Direction::Previous
            };
            // The place among the rows stays.
            place.position = direction.end();
            return Err(Refusal::NoCurrentRecord.into());
        }
        Ok(())
    }

    /// How many entries there are from the present one to the end of index or range; no more than `most` are counted, if that
    /// is given. The range is gone then.
    ///
    /// # Errors
    /// [`Refusal::NoCurrentRecord`], [`Refusal::RecordDeleted`].
    pub fn count_entries(&mut self, work: &Work<'_>, most: Option<u64>) -> Result<u64> {
        let mut walk = self.walk(work)?;
        if walk.place.position == Position::Opened && !walk.reader.first()? {
            return Ok(0);
        }
        walk.get()?;
        let mut count = 1;
        while most.is_none_or(|most| count < most) && walk.step_on_counting()? {
            count += 1;
        }
        walk.place.range = None;
        Ok(count)
    }
}

impl super::walk::Walk<'_> {
    /// A step to the next entry, where also a range that ends below counts.
    fn step_on_counting(&mut self) -> Result<bool> {
        if !self.reader.next()? {
            return Ok(false);
        }
        let Some(range) = self.place.range else {
            return Ok(true);
        };
        let row = self.reader.row()?;
        let order = row.map(|(key, _)| key.cmp_bytes(self.place.search.bytes()));
        Ok(order.is_some_and(|order| !range.excludes(order)))
    }
}
