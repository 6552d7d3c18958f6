//! Values of a column that must not be equal.

use super::{SetColumn, Uniqueness, Update};
use crate::column::ColumnDef;
use crate::cursor::Cursor;
use crate::definition::Definition;
use crate::error::{Refusal, Result};
use crate::record::{Field, Record};

impl Cursor {
    /// Whether no other value of the column equals `value`.
    ///
    /// # Errors
    /// [`Refusal::MultiValuedDuplicate`], [`Refusal::MultiValuedDuplicateAfterTruncation`].
    pub(super) fn check_unique(
        &self,
        definition: &Definition,
        update: &Update,
        def: &ColumnDef,
        value: &[u8],
        set: &SetColumn<'_>,
    ) -> Result<()> {
        if set.uniqueness == Uniqueness::None {
            return Ok(());
        }
        let record = Record::parse(&update.record, self.database().store().page_size().is_large())?;
        let Field::Value(values) = record.get(definition.layout(), def.reference())? else {
            return Ok(());
        };
        for (number, other) in (1_u32..).zip(values.iter()) {
            if number == set.instance {
                continue;
            }
            if other?.as_plain() == Some(value) {
                return Err(Refusal::MultiValuedDuplicate.into());
            }
        }
        Ok(())
    }
}
