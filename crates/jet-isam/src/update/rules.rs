//! What holds for all rows of a table.

use jet_pages::PageSize;

use crate::column::{ColumnFlags, ColumnId, ColumnLayout, ColumnRef};
use crate::definition::Definition;
use crate::error::Result;
use crate::record::{RecordBuilder, RecordEdit, max_record_bytes};

/// What holds for all rows of a table.
#[derive(Debug)]
pub(crate) struct RowRules {
    /// A new row: fixed and variable columns up to the last one with a default.
    pub(crate) new_row: Vec<u8>,
    /// Columns that take no NULL.
    pub(crate) not_null: Vec<ColumnRef>,
    /// Longest record.
    pub(crate) most: usize,
    large_page: bool,
}

/// Bytes that the key of a row takes where there is no primary index.
const ROW_NUMBER_BYTES: usize = 4;

impl RowRules {
    fn new(definition: &Definition, page_size: PageSize) -> Result<Self> {
        let layout = definition.layout();
        let large_page = page_size.is_large();
        let mut builder = RecordBuilder::new(layout, large_page);
        let last = |belongs: fn(ColumnId) -> bool| {
            let mut columns = layout.columns().iter().rev();
            columns
                .find(|column| belongs(column.id) && column.column_type.is_some() && column.default.is_some())
        };
        if let Some(column) = last(|id| id.is_fixed())
            && let Some(default) = column.default.as_deref()
        {
            builder.set_fixed(column.id, Some(default))?;
        }
        if let Some(column) = last(|id| id.is_variable()) {
            builder.set_variable(column.id, column.default.as_deref())?;
        }
        let mut new_row = Vec::new();
        builder.encode(&mut new_row)?;
        let key_most = definition
            .primary
            .as_ref()
            .map_or(ROW_NUMBER_BYTES, |index| index.def.key_most.into());
        let not_null = definition
            .def
            .live_columns()
            .filter(|column| column.flags.contains(ColumnFlags::NOT_NULL));
        Ok(Self {
            new_row,
            not_null: not_null.map(|column| column.reference()).collect(),
            most: max_record_bytes(page_size, key_most),
            large_page,
        })
    }

    /// What changes records of the table.
    pub(crate) const fn edit<'l>(&self, layout: &'l ColumnLayout) -> RecordEdit<'l> {
        RecordEdit {
            layout,
            large_page: self.large_page,
            most: self.most,
        }
    }
}

impl Definition {
    /// What holds for all its rows.
    pub(crate) fn row_rules(&self, page_size: PageSize) -> Result<&RowRules> {
        if let Some(rules) = self.rules.get() {
            return Ok(rules);
        }
        let rules = RowRules::new(self, page_size)?;
        Ok(self.rules.get_or_init(|| rules))
    }
}
