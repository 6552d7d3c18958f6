//! Steps from a place to its neighbours.

use jet_btree::SeekTarget;
use jet_btree::transaction::Reader;
use jet_btree::{Seek, Spot};

use super::Cursor;
use super::currency::{Currency, Place, Position};
use crate::error::{Refusal, Result};
use crate::work::Work;

/// A place of a cursor during a call, and the latches that are needed to leave it.
#[derive(Debug)]
pub(super) struct Walk<'s> {
    pub(super) reader: Reader<'s>,
    pub(super) place: &'s mut Place,
    /// The place among the rows, when the other one is in an index.
    pub(super) row: Option<&'s mut Place>,
}

/// Which neighbour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// With a greater key.
    Next,
    /// With a smaller key.
    Previous,
}

impl Direction {
    /// Where a cursor is that has gone too far.
    pub(super) const fn end(self) -> Position {
        match self {
            Self::Next => Position::AfterLast,
            Self::Previous => Position::BeforeFirst,
        }
    }
}

impl Cursor {
    /// The place that moves go by.
    pub(super) fn walk<'s>(&'s mut self, work: &'s Work<'_>) -> Result<Walk<'s>> {
        self.refresh()?;
        let Self {
            database,
            definition,
            currency,
            ..
        } = self;
        let Currency { index, row, entry } = currency;
        let (tree, place, row) = match index {
            Some(index) => (&index.get().tree, entry, Some(row)),
            None => (&definition.rows, row, None),
        };
        let store = database.store();
        let tree = tree.open(store)?;
        Ok(Walk {
            reader: Reader::of(work.trees(), store, tree, work.view()),
            place,
            row,
        })
    }
}

impl Walk<'_> {
    /// Whether the place is one in a secondary index.
    pub(super) const fn is_on_index(&self) -> bool {
        self.row.is_some()
    }

    /// A cursor that was just opened looks for the first entry.
    ///
    /// # Errors
    /// [`Refusal::NoCurrentRecord`] when there is none; it goes on looking at the next call then.
    pub(super) fn settle(&mut self) -> Result<()> {
        if self.place.position != Position::Opened {
            return Ok(());
        }
        if !self.reader.first()? {
            return Err(Refusal::NoCurrentRecord.into());
        }
        self.take()
    }

    /// Stands on the entry that the reader stands on.
    pub(super) fn take(&mut self) -> Result<()> {
        let is_on_index = self.is_on_index();
        self.place.take(&self.reader, is_on_index)
    }

    /// The same, and on its row.
    pub(super) fn arrive(&mut self) -> Result<()> {
        self.take()?;
        self.follow();
        Ok(())
    }

    /// Stands on the row of the entry. Nobody looks for it before it is read.
    pub(super) fn follow(&mut self) {
        if let Some(row) = &mut self.row {
            row.set_on(&self.place.data, &[]);
        }
    }

    /// Both places.
    pub(super) fn stand_at(&mut self, position: Position) {
        self.place.position = position;
        if let Some(row) = &mut self.row {
            row.position = position;
        }
    }

    /// Goes with the reader to the entry that the cursor stands on; false when it is no longer there for it.
    pub(super) fn come_back(&mut self) -> Result<bool> {
        if let Some(spot) = self.place.spot
            && self.reader.resume(spot)
        {
            return Ok(self.reader.is_seen()?);
        }
        let found = self.reader.seek_row(&self.place.key, &self.place.data)?;
        self.place.spot = self.reader.spot();
        Ok(found)
    }

    /// Goes on to the entry itself, as reading does.
    ///
    /// # Errors
    /// [`Refusal::NoCurrentRecord`], [`Refusal::RecordDeleted`].
    pub(super) fn get(&mut self) -> Result<()> {
        self.settle()?;
        if self.place.position != Position::On {
            return Err(Refusal::NoCurrentRecord.into());
        }
        if !self.come_back()? {
            return Err(Refusal::RecordDeleted.into());
        }
        Ok(())
    }

    /// One step from the place; false at the end of index or range. The reader stands there then, the place is as it was.
    pub(super) fn step(&mut self, direction: Direction, only_new_key: bool) -> Result<bool> {
        let is_found = match self.place.position {
            Position::Opened => {
                self.settle()?;
                self.leave(direction, only_new_key)?
            }
            Position::On => self.leave(direction, only_new_key)?,
            Position::Near => self.leave_near(direction, only_new_key)?,
            Position::BeforeFirst => direction == Direction::Next && self.reader.first()?,
            Position::AfterLast => direction == Direction::Previous && self.reader.last()?,
        };
        self.within(is_found, direction)
    }

    /// One step further from where the reader stands; false at the end of index or range.
    pub(super) fn step_on(&mut self, direction: Direction, only_new_key: bool) -> Result<bool> {
        if only_new_key && !self.reader.is_unique() {
            self.take()?;
            return self.step(direction, true);
        }
        let is_found = match direction {
            Direction::Next => self.reader.next()?,
            Direction::Previous => self.reader.previous()?,
        };
        self.within(is_found, direction)
    }

    fn leave(&mut self, direction: Direction, only_new_key: bool) -> Result<bool> {
        let Place { key, data, spot, .. } = &*self.place;
        let reader = &mut self.reader;
        if only_new_key && !reader.is_unique() {
            let target = match direction {
                Direction::Next => SeekTarget::Greater,
                Direction::Previous => SeekTarget::Less,
            };
            return Ok(reader.seek(key, target)? != Seek::NotFound);
        }
        let is_there = |spot: &Spot| reader.resume(*spot);
        Ok(match (direction, spot.as_ref().is_some_and(is_there)) {
            (Direction::Next, true) => reader.next()?,
            (Direction::Previous, true) => reader.previous()?,
            (Direction::Next, false) => reader.after(key, data)?,
            (Direction::Previous, false) => reader.before(key, data)?,
        })
    }

    /// From between the entries. One that came to stand in the very place meanwhile is passed over.
    fn leave_near(&mut self, direction: Direction, only_new_key: bool) -> Result<bool> {
        let Place { key, data, .. } = &*self.place;
        let reader = &mut self.reader;
        let is_named = reader.is_unique() || !data.is_empty();
        Ok(match direction {
            Direction::Next if only_new_key => reader.seek(key, SeekTarget::Greater)? != Seek::NotFound,
            Direction::Next if is_named => reader.after(key, data)?,
            Direction::Next => match reader.seek(key, SeekTarget::GreaterOrEqual)? {
                Seek::Exact => reader.next()?,
                found => found != Seek::NotFound,
            },
            Direction::Previous if is_named && !only_new_key => reader.before(key, data)?,
            Direction::Previous => reader.seek(key, SeekTarget::Less)? != Seek::NotFound,
        })
    }

    /// Whether the reader stands on an entry of the range. One outside ends the range.
    fn within(&mut self, is_found: bool, direction: Direction) -> Result<bool> {
        let Some(range) = self.place.range.filter(|_| is_found) else {
            return Ok(is_found);
        };
        if range.is_upper != (direction == Direction::Next) {
            return Ok(true);
        }
        let row = self.reader.row()?;
        let order = row.map(|(key, _)| key.cmp_bytes(self.place.search.bytes()));
        let is_outside = order.is_none_or(|order| range.excludes(order));
        if is_outside {
            self.place.range = None;
        }
        Ok(!is_outside)
    }
}
