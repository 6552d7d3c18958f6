//! Numbers of columns: what of a table they name.

use jet_isam::column::{ColumnId, ColumnRef};
use jet_isam::definition::Definition;
use jet_isam::error::Refusal;
use jet_isam::table::TableFlags;

/// The column belongs to a template, or comes from one.
pub(super) const OF_TEMPLATE: u32 = 0x8000_0000;

/// The column of a number.
///
/// # Errors
/// [`Refusal::BadColumnId`] when no column of any table has it, [`Refusal::ColumnNotFound`].
pub(super) fn column(definition: &Definition, number: u32) -> Result<ColumnRef, Refusal> {
    let id = u16::try_from(number & !OF_TEMPLATE).map(ColumnId);
    let id = id.map_err(|_| Refusal::BadColumnId)?;
    if id.0 == 0 || id.is_tagged() && id.0 > ColumnId::LAST_TAGGED.0 {
        return Err(Refusal::BadColumnId);
    }
    let is_of_template = number & OF_TEMPLATE != 0;
    let is_template = definition.def.flags.contains(TableFlags::TEMPLATE);
    if is_template != is_of_template && (is_template || definition.def.template.is_none()) {
        return Err(Refusal::ColumnNotFound);
    }
    let own = ColumnRef::own(id);
    let derived = ColumnRef::derived(id);
    let wanted = if is_of_template && !is_template && definition.layout().get(derived).is_some() {
        derived
    } else {
        own
    };
    let def = definition.layout().get(wanted);
    let def = def.filter(|def| def.column_type.is_some());
    def.map(|_| wanted).ok_or(Refusal::ColumnNotFound)
}

/// The number of a column.
pub(super) fn number(definition: &Definition, column: ColumnRef) -> u32 {
    let is_template = definition.def.flags.contains(TableFlags::TEMPLATE);
    let derived = definition.layout().get(column).is_some_and(|def| def.derived);
    let bit = if is_template || derived || column.derived {
        OF_TEMPLATE
    } else {
        0
    };
    u32::from(column.id.0) | bit
}
