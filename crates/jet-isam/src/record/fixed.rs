//! The fixed area: one place per column, and a bitmap of NULLs behind them.
//!
//! The bitmap is found from the end of the area, so a record that still has fixed columns which the table has
//! lost since is read correctly.

use super::{Field, Record, RecordError, bitmap_bytes};
use crate::column::{ColumnId, ColumnLayout};

impl<'a> Record<'a> {
    /// The value of fixed column `id`, exactly as long as the column is.
    ///
    /// # Errors
    /// [`RecordError::UnknownFixed`] when `layout` has no such column, [`RecordError::FixedColumn`] when its
    /// place reaches into the null bitmap.
    pub fn fixed(&self, layout: &ColumnLayout, id: ColumnId) -> Result<Field<&'a [u8]>, RecordError> {
        if !id.is_fixed() || id.0 > u16::from(self.last_fixed) {
            return Ok(Field::Absent);
        }
        if self.fixed_is_null(id) {
            return Ok(Field::Null);
        }
        self.fixed_bytes(layout, id).map(Field::Value)
    }

    /// The bytes at the place of fixed column `id`, which are left-overs when the column is NULL.
    ///
    /// # Errors
    /// As [`Record::fixed`].
    pub fn fixed_bytes(&self, layout: &ColumnLayout, id: ColumnId) -> Result<&'a [u8], RecordError> {
        let slot = layout
            .fixed_slot(id)
            .ok_or(RecordError::UnknownFixed { column: id })?;
        let limit = self.bitmap_offset();
        let area = self.bytes.get(..limit).unwrap_or_default();
        area.get(usize::from(slot.offset)..slot.end())
            .ok_or(RecordError::FixedColumn {
                column: id,
                end: slot.end(),
                limit,
            })
    }

    /// Whether the bitmap marks fixed column `id`; columns behind the last one of the record count as marked.
    #[must_use]
    pub fn fixed_is_null(&self, id: ColumnId) -> bool {
        let bit = usize::from(id.0.saturating_sub(1));
        self.bytes
            .get(self.bitmap_offset()..self.fixed_end)
            .and_then(|bitmap| bitmap.get(bit / 8))
            .is_none_or(|byte| byte >> (bit % 8) & 1 != 0)
    }

    /// Offset of the null bitmap: the end of fixed data.
    pub(super) fn bitmap_offset(&self) -> usize {
        self.fixed_end - bitmap_bytes(self.last_fixed)
    }
}
