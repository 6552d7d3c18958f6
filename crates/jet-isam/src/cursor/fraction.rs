//! Positions as parts of the index, by guess.

pub use jet_btree::Fraction;

use super::Cursor;
use super::currency::Position;
use crate::error::{Refusal, Result};
use crate::work::Work;

impl Cursor {
    /// About how many entries of the index are before the present one, and how many there are.
    ///
    /// # Errors
    /// [`Refusal::NoCurrentRecord`].
    pub fn fraction(&mut self, work: &Work<'_>) -> Result<Fraction> {
        let mut walk = self.walk(work)?;
        walk.settle()?;
        let place = &*walk.place;
        match place.position {
            Position::On | Position::Near => Ok(walk.reader.fraction_before(&place.key, &place.data)?),
            _ => Err(Refusal::NoCurrentRecord.into()),
        }
    }

    /// Goes about so far into the index. A prepared update, the key and the range are dropped.
    ///
    /// # Errors
    /// [`Refusal::InvalidParameter`] when more is before the place than there is, [`Refusal::RecordNotFound`] when there is
    /// nothing: the cursor is before the first entry then.
    pub fn go_to_fraction(&mut self, work: &mut Work<'_>, fraction: Fraction) -> Result<()> {
        if fraction.before > fraction.all {
            return Err(Refusal::InvalidParameter.into());
        }
        self.drop_update(work)?;
        self.currency.drop_range();
        self.currency.row.search.forget();
        self.currency.stand_at(Position::BeforeFirst);
        let mut walk = self.walk(work)?;
        if !walk.reader.go_into(fraction)? {
            return Err(Refusal::RecordNotFound.into());
        }
        walk.arrive()
    }
}
