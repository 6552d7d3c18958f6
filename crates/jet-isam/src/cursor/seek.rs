//! Looking for the key that was made.

use jet_btree::{Seek, SeekTarget};

use super::Cursor;
use super::currency::{CurrentIndex, Position, Range};
use super::walk::Walk;
use crate::error::{Refusal, Result};
use crate::work::Work;

/// How the entry is to stand to the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// The first with the key.
    Equal {
        /// Tells whether no other entry has it.
        checks_unique: bool,
        /// The entries with the key become the range.
        sets_range: bool,
    },
    /// The first with the key or a greater one.
    GreaterOrEqual,
    /// The first with a greater key.
    Greater,
    /// The first with the key, or the last with a smaller one.
    LessOrEqual,
    /// The last with a smaller key.
    Less,
}

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// What was looked for.
    Found,
    /// That, and no other entry has the key.
    Unique,
    /// A neighbour of the key.
    Near,
}

impl Cursor {
    /// Looks for the key that was made, which is used up by it. A prepared update and the range are dropped.
    ///
    /// # Errors
    /// [`Refusal::KeyNotMade`], and [`Refusal::RecordNotFound`]: the cursor stands where the entry would be then, or at the end
    /// that was met. After all other errors it is before the first entry.
    pub fn seek(&mut self, work: &mut Work<'_>, relation: Relation) -> Result<Found> {
        if self.is_sort()
            && let Some(found) = self.seek_in_sort(work, relation)?
        {
            return Ok(found);
        }
        if !self.currency.place().search.is_made() {
            return Err(Refusal::KeyNotMade.into());
        }
        self.drop_update(work)?;
        self.currency.drop_range();
        let sought = self.look_for(work, relation);
        if let Err(error) = &sought
            && error.refusal().is_none()
        {
            self.currency.stand_at(Position::BeforeFirst);
        }
        let ranged = match (relation, &sought) {
            (Relation::Equal { sets_range: true, .. }, Ok(Found::Found)) => {
                let range = Range {
                    is_upper: true,
                    is_inclusive: true,
                };
                self.set_range(work, range)
            }
            _ => Ok(()),
        };
        self.currency.place().search.forget();
        ranged.and(sought)
    }

    fn look_for(&mut self, work: &Work<'_>, relation: Relation) -> Result<Found> {
        let segments = self.currency.index.as_ref().map(CurrentIndex::get);
        let segments = segments.map(|index| index.def.segments.len());
        let mut walk = self.walk(work)?;
        let mut key = walk.place.search.bytes().to_vec();
        let target = match relation {
            Relation::Equal { .. } if walk.reader.is_unique() => SeekTarget::Equal,
            Relation::Equal { .. } | Relation::GreaterOrEqual => SeekTarget::GreaterOrEqual,
            Relation::Greater => SeekTarget::Greater,
            Relation::LessOrEqual => SeekTarget::LessOrEqual,
            Relation::Less => SeekTarget::Less,
        };
        // Behind all entries that have the whole key.
        let is_whole = segments == Some(walk.place.search.columns()) && !walk.place.search.is_full();
        if relation == Relation::Greater && is_whole && !walk.reader.is_unique() {
            key.push(u8::MAX);
        }
        // Of several entries with the key the first one counts, also from above.
        let has_first = relation == Relation::LessOrEqual
            && !walk.reader.is_unique()
            && walk.reader.seek(&key, SeekTarget::Equal)? == Seek::Exact;
        let found = if has_first {
            Seek::Exact
        } else {
            walk.reader.seek(&key, target)?
        };
        match (relation, found) {
            (Relation::Equal { checks_unique, .. }, Seek::Exact) => {
                walk.arrive()?;
                let is_unique =
                    checks_unique && (walk.reader.is_unique() || !walk.reader.key_goes_on(&key)?);
                Ok(if is_unique { Found::Unique } else { Found::Found })
            }
            (Relation::Equal { .. }, Seek::NotFound) if !walk.reader.is_unique() => {
                walk.miss(Position::AfterLast, &key)
            }
            (Relation::Equal { .. }, _) => walk.miss(Position::Near, &key),
            (Relation::GreaterOrEqual | Relation::Greater, Seek::NotFound) => {
                walk.miss(Position::AfterLast, &key)
            }
            (Relation::LessOrEqual | Relation::Less, Seek::NotFound) => {
                walk.miss(Position::BeforeFirst, &key)
            }
            (Relation::GreaterOrEqual | Relation::LessOrEqual, Seek::Greater | Seek::Less) => {
                walk.arrive()?;
                Ok(Found::Near)
            }
            _ => {
                walk.arrive()?;
                Ok(Found::Found)
            }
        }
    }
}

impl Walk<'_> {
    /// There is no such entry. Where there is none at all no end was met.
    fn miss(&mut self, position: Position, key: &[u8]) -> Result<Found> {
        if position == Position::Near || !self.reader.last()? {
            self.place.set_near(key, &[]);
            self.stand_at(Position::Near);
        } else {
            self.stand_at(position);
        }
        Err(Refusal::RecordNotFound.into())
    }
}
