//! The variable area: an array of end offsets, then the data.

use super::{Field, NO_VARIABLE, Record, RecordError};
use crate::column::ColumnId;

/// Mask of the offset in an entry; the remaining bit marks NULL.
const OFFSET_MASK: u16 = 0x7FFF;

/// One entry of the offset array.
pub(super) struct VariableEntry {
    /// End of the column's data, relative to variable data.
    pub(super) end: usize,
    is_null: bool,
}

impl<'a> Record<'a> {
    /// The value of variable column `id`.
    ///
    /// # Errors
    /// [`RecordError::VariableOrder`] or [`RecordError::VariableData`] when its bytes lie nowhere.
    pub fn variable(&self, id: ColumnId) -> Result<Field<&'a [u8]>, RecordError> {
        if !id.is_variable() || id.0 > u16::from(self.last_variable) {
            return Ok(Field::Absent);
        }
        let index = usize::from(id.0 - ColumnId::FIRST_VARIABLE.0);
        let entry = self.variable_entry(index)?;
        if entry.is_null {
            return Ok(Field::Null);
        }
        let start = match index.checked_sub(1) {
            Some(previous) => self.variable_entry(previous)?.end,
            None => 0,
        };
        if start > entry.end {
            return Err(RecordError::VariableOrder {
                column: id,
                start,
                end: entry.end,
            });
        }
        self.bytes
            .get(..self.tagged)
            .and_then(|area| area.get(self.variable_data + start..self.variable_data + entry.end))
            .map(Field::Value)
            .ok_or(RecordError::VariableData {
                column: id,
                end: self.variable_data + entry.end,
                len: self.tagged,
            })
    }

    /// Entry `index` of the offset array; callers stay below the number of variable columns.
    pub(super) fn variable_entry(&self, index: usize) -> Result<VariableEntry, RecordError> {
        debug_assert!(index < usize::from(self.last_variable - NO_VARIABLE));
        let offset = self.fixed_end + 2 * index;
        let word = self
            .bytes
            .get(offset..)
            .and_then(|bytes| bytes.first_chunk())
            .map(|word| u16::from_le_bytes(*word))
            .ok_or(RecordError::VariableOffsets {
                end: offset + 2,
                len: self.bytes.len(),
            })?;
        Ok(VariableEntry {
            end: usize::from(word & OFFSET_MASK),
            is_null: word & !OFFSET_MASK != 0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Columns 128 "ab", 129 NULL, 130 empty, 131 "c".
    const BYTES: [u8; 15] = [0, 131, 4, 0, 2, 0, 2, 0x80, 2, 0, 3, 0, b'a', b'b', b'c'];

    #[test]
    fn null_and_empty_are_different() {
        let record = Record::parse(&BYTES, false).unwrap();
        let get = |id| record.variable(ColumnId(id)).unwrap();
        assert_eq!(get(128), Field::Value(&b"ab"[..]));
        assert_eq!(get(129), Field::Null);
        assert_eq!(get(130), Field::Value(&b""[..]));
        assert_eq!(get(131), Field::Value(&b"c"[..]));
        assert_eq!(get(132), Field::Absent);
    }

    #[test]
    fn backward_offsets_are_refused() {
        let mut bytes = BYTES;
        bytes[4] = 9;
        let record = Record::parse(&bytes, false).unwrap();
        assert_eq!(
            record.variable(ColumnId(128)),
            Err(RecordError::VariableData {
                column: ColumnId(128),
                end: 21,
                len: 15
            })
        );
        assert_eq!(
            record.variable(ColumnId(130)),
            Ok(Field::Value(&b""[..])),
            "entry 129 still ends where 130 does"
        );
        bytes[6] = 3;
        let record = Record::parse(&bytes, false).unwrap();
        assert_eq!(
            record.variable(ColumnId(130)),
            Err(RecordError::VariableOrder {
                column: ColumnId(130),
                start: 3,
                end: 2
            })
        );
    }
}
