//! Moving from entry to entry.

use super::currency::Position;
use super::walk::Direction;
use super::{Cursor, walk::Walk};
use crate::error::{Refusal, Result};
use crate::work::Work;

/// Where to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// To the first entry of the index.
    First,
    /// To the last entry of the index.
    Last,
    /// So many entries on, or back; with 0 the present one is asked for.
    By(i32),
}

impl Cursor {
    /// Moves. A prepared update is dropped. With `only_new_keys` entries count once that have the same key.
    ///
    /// # Errors
    /// [`Refusal::NoCurrentRecord`] at the end of index or range: the cursor is behind the last entry then, or before the first.
    /// [`Refusal::RecordDeleted`] when the present entry is asked for, and gone.
    pub fn go(&mut self, work: &mut Work<'_>, to: Move, only_new_keys: bool) -> Result<()> {
        if self.is_sort() && self.go_in_sort(work, to)?.is_some() {
            return Ok(());
        }
        self.drop_update(work)?;
        if matches!(to, Move::First | Move::Last) {
            self.currency.drop_range();
        }
        let mut walk = self.walk(work)?;
        let (direction, found) = match to {
            Move::First => (Direction::Previous, walk.reader.first().map_err(Into::into)),
            Move::Last => (Direction::Next, walk.reader.last().map_err(Into::into)),
            Move::By(0) => {
                walk.get()?;
                return walk.arrive();
            }
            Move::By(count) if count > 0 => {
                (Direction::Next, walk.go_on(Direction::Next, count, only_new_keys))
            }
            Move::By(count) => (
                Direction::Previous,
                walk.go_on(Direction::Previous, count, only_new_keys),
            ),
        };
        match found {
            Ok(true) => walk.arrive(),
            Ok(false) => {
                walk.stand_at(direction.end());
                Err(Refusal::NoCurrentRecord.into())
            }
            Err(error) => {
                let is_over = error.refusal() == Some(Refusal::NoCurrentRecord);
                walk.stand_at(if is_over {
                    direction.end()
                } else {
                    Position::BeforeFirst
                });
                Err(error)
            }
        }
    }
}

impl Walk<'_> {
    fn go_on(&mut self, direction: Direction, count: i32, only_new_keys: bool) -> Result<bool> {
        let mut is_found = self.step(direction, only_new_keys)?;
        for _ in 1..count.unsigned_abs() {
            if !is_found {
                break;
            }
            is_found = self.step_on(direction, only_new_keys)?;
        }
        Ok(is_found)
    }
}
