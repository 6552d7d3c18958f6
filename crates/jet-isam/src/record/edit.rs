//! Changing a record where it lies, one column at a time.
//!
//! - All other columns keep their bytes, also those under NULL columns. Setting a fixed or variable column makes every lower
//!   one of the area present: by its default, else NULL.
//! - A change that would make the record too long is refused, and the record is as before.
//! - What a column takes is not checked here, except that fixed columns have their length.

mod tagged;

use super::{BuildError, HEADER_BYTES, NO_VARIABLE, Record, RecordError, bitmap_bytes};
use crate::column::{ColumnId, ColumnLayout, ColumnRef};

pub use self::tagged::TaggedChange;

/// Why a record is not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// It would become too long.
    #[error("the record would be longer than {most} bytes")]
    TooBig {
        /// The limit.
        most: usize,
    },
    /// The values do not go together, or the record is damaged.
    #[error(transparent)]
    Build(#[from] BuildError),
}

impl From<RecordError> for EditError {
    fn from(error: RecordError) -> Self {
        Self::Build(error.into())
    }
}

/// What changes records of a table.
#[derive(Clone, Copy, Debug)]
pub struct RecordEdit<'a> {
    /// The columns.
    pub layout: &'a ColumnLayout,
    /// Whether the pages are of 16 or 32 KiB.
    pub large_page: bool,
    /// Longest record.
    pub most: usize,
}

/// Byte of the fixed area that no value was ever written to.
const NEVER_SET: u8 = 0x2A;
/// Mark of a NULL variable column.
const VARIABLE_NULL: u16 = 0x8000;

impl RecordEdit<'_> {
    /// Sets fixed column `id`; NULL when `None`.
    ///
    /// # Errors
    /// [`EditError::TooBig`], [`BuildError::UnknownColumn`], [`BuildError::FixedLength`].
    pub fn set_fixed(
        &self,
        record: &mut Vec<u8>,
        id: ColumnId,
        value: Option<&[u8]>,
    ) -> Result<(), EditError> {
        let column = ColumnRef::own(id);
        let unknown = BuildError::UnknownColumn { column };
        let slot = self.layout.fixed_slot(id).ok_or(unknown)?;
        let def = self.layout.get(column).ok_or(unknown)?;
        if let Some(value) = value
            && !def.accepts_fixed(value.len(), slot)
        {
            return Err(BuildError::FixedLength {
                column: id,
                expected: slot.len.into(),
                found: value.len(),
            }
            .into());
        }
        self.reach_fixed(record, id)?;
        self.write_fixed(record, id, value)
    }

    /// Makes fixed column `id` and all below present: by their defaults, else NULL.
    ///
    /// # Errors
    /// [`EditError::TooBig`], [`BuildError::UnknownColumn`].
    pub fn reach_fixed(&self, record: &mut Vec<u8>, id: ColumnId) -> Result<(), EditError> {
        let last = record.first().copied().unwrap_or_default();
        match id.0 > u16::from(last) {
            true => self.extend_fixed(record, last, id),
            false => Ok(()),
        }
    }

    /// Makes the columns behind `last` up to `id` present.
    fn extend_fixed(&self, record: &mut Vec<u8>, last: u8, id: ColumnId) -> Result<(), EditError> {
        let slot = self.layout.fixed_slot(id).ok_or(BuildError::UnknownColumn {
            column: ColumnRef::own(id),
        })?;
        let parsed = Record::parse(record, self.large_page)?;
        let (old_data_end, old_end) = (parsed.bitmap_offset(), parsed.fixed_end);
        let new_last = u8::try_from(id.0).map_err(|_| BuildError::UnknownColumn {
            column: ColumnRef::own(id),
        })?;
        let data_end = slot.end();
        let end = data_end + bitmap_bytes(new_last);
        // Never by less than nothing: places ascend with their ids.
        let growth = end.saturating_sub(old_end);
        self.check(record.len() + growth)?;
        let mut bitmap = [u8::MAX; bitmap_bytes(u8::MAX)];
        if let Some(old) = record.get(old_data_end..old_end) {
            bitmap.iter_mut().zip(old).for_each(|(new, old)| *new = *old);
        }
        // Unused bits of the old bitmap are 1, as those of columns that are NULL.
        let tail = bitmap.iter().take(bitmap_bytes(new_last)).copied();
        let filler = core::iter::repeat_n(NEVER_SET, data_end.saturating_sub(old_data_end));
        record.splice(old_data_end..old_end, filler.chain(tail));
        let word = u16::try_from(end).map_err(|_| BuildError::Offset {
            offset: end,
            limit: u16::MAX.into(),
        })?;
        if let Some([first, _, low, high]) = record.first_chunk_mut::<HEADER_BYTES>() {
            *first = new_last;
            [*low, *high] = word.to_le_bytes();
        }
        for filled in (u16::from(last) + 1..=id.0).map(ColumnId) {
            let def = self.layout.get(ColumnRef::own(filled));
            if let Some(default) = def.and_then(|def| def.stored_default()) {
                self.write_fixed(record, filled, Some(&default))?;
            }
        }
        Ok(())
    }

    /// Writes a fixed column that is present.
    fn write_fixed(&self, record: &mut [u8], id: ColumnId, value: Option<&[u8]>) -> Result<(), EditError> {
        let unknown = BuildError::UnknownColumn {
            column: ColumnRef::own(id),
        };
        let slot = self.layout.fixed_slot(id).ok_or(unknown)?;
        let def = self.layout.get(ColumnRef::own(id)).ok_or(unknown)?;
        let parsed = Record::parse(record, self.large_page)?;
        let bitmap = parsed.bitmap_offset();
        let bit = usize::from(id.0.saturating_sub(1));
        if let Some(value) = value {
            let misplaced = RecordError::FixedColumn {
                column: id,
                end: slot.end(),
                limit: bitmap,
            };
            let area = record.get_mut(..bitmap).unwrap_or_default();
            let place = area
                .get_mut(usize::from(slot.offset)..slot.end())
                .ok_or(misplaced)?;
            if let Some(same) = place.get_mut(..value.len()) {
                same.copy_from_slice(value);
            }
            for (offset, byte) in place.iter_mut().enumerate().skip(value.len()) {
                *byte = def.filler(offset);
            }
        }
        if let Some(byte) = record.get_mut(bitmap + bit / 8) {
            let mask = 1 << (bit % 8);
            *byte = if value.is_some() {
                *byte & !mask
            } else {
                *byte | mask
            };
        }
        Ok(())
    }

    /// Sets variable column `id`; NULL when `None`.
    ///
    /// # Errors
    /// [`EditError::TooBig`], [`BuildError::UnknownColumn`].
    pub fn set_variable(
        &self,
        record: &mut Vec<u8>,
        id: ColumnId,
        value: Option<&[u8]>,
    ) -> Result<(), EditError> {
        let column = ColumnRef::own(id);
        if !id.is_variable() || self.layout.get(column).is_none() {
            return Err(BuildError::UnknownColumn { column }.into());
        }
        let last = record.get(1).copied().unwrap_or(NO_VARIABLE);
        if id.0 > u16::from(last) {
            let growth = value.map_or(0, <[u8]>::len);
            self.extend_variable(record, last, id, growth)?;
        }
        let parsed = Record::parse(record, self.large_page)?;
        let index = usize::from(id.0 - ColumnId::FIRST_VARIABLE.0);
        let end = parsed.variable_entry(index)?.end;
        let start = match index.checked_sub(1) {
            Some(previous) => parsed.variable_entry(previous)?.end,
            None => 0,
        };
        if start > end {
            return Err(RecordError::VariableOrder {
                column: id,
                start,
                end,
            }
            .into());
        }
        let (offsets, data) = (parsed.fixed_end, parsed.variable_data);
        let bytes = value.unwrap_or_default();
        self.check(record.len() + bytes.len() - (end - start))?;
        if bytes.len() == end - start {
            if let Some(place) = record.get_mut(data + start..data + end) {
                place.copy_from_slice(bytes);
            }
        } else {
            record.splice(data + start..data + end, bytes.iter().copied());
        }
        for (number, word) in words(record, offsets + 2 * index, data).enumerate() {
            let entry = u16::from_le_bytes(*word);
            let moved = usize::from(entry & !VARIABLE_NULL) + bytes.len() - (end - start);
            let null = match number {
                0 => value.map_or(VARIABLE_NULL, |_| 0),
                _ => entry & VARIABLE_NULL,
            };
            *word = (offset_word(moved)? | null).to_le_bytes();
        }
        Ok(())
    }

    /// Makes the variable columns behind `last` up to `id` present. `growth`: by what the value will lengthen the record.
    fn extend_variable(
        &self,
        record: &mut Vec<u8>,
        last: u8,
        id: ColumnId,
        growth: usize,
    ) -> Result<(), EditError> {
        let unknown = BuildError::UnknownColumn {
            column: ColumnRef::own(id),
        };
        let new_last = u8::try_from(id.0).map_err(|_| unknown)?;
        let default = |id: u16| {
            let def = self.layout.get(ColumnRef::own(ColumnId(id)));
            def.and_then(|def| def.default.as_deref())
        };
        let filled = || (u16::from(last.max(NO_VARIABLE)) + 1..id.0).map(default);
        let defaults: usize = filled().flatten().map(<[u8]>::len).sum();
        let count = usize::from(new_last - last.max(NO_VARIABLE));
        self.check(record.len() + 2 * count + defaults + growth)?;
        let parsed = Record::parse(record, self.large_page)?;
        let (offsets_end, data_end) = (parsed.variable_data, parsed.tagged);
        let mut end = data_end - offsets_end;
        if defaults > 0 {
            record.splice(data_end..data_end, filled().flatten().flatten().copied());
        }
        record.splice(offsets_end..offsets_end, core::iter::repeat_n(0, 2 * count));
        let entries = filled().chain([None]);
        for (word, value) in words(record, offsets_end, offsets_end + 2 * count).zip(entries) {
            end += value.map_or(0, <[u8]>::len);
            let null = value.map_or(VARIABLE_NULL, |_| 0);
            *word = (offset_word(end)? | null).to_le_bytes();
        }
        if let Some(byte) = record.get_mut(1) {
            *byte = new_last;
        }
        Ok(())
    }

    /// Whether a record may be so long.
    fn check(&self, len: usize) -> Result<(), EditError> {
        match len <= self.most {
            true => Ok(()),
            false => Err(EditError::TooBig { most: self.most }),
        }
    }
}

/// The offsets from `start` to `end`.
fn words(record: &mut [u8], start: usize, end: usize) -> impl Iterator<Item = &mut [u8; 2]> {
    let range = record.get_mut(start..end).unwrap_or_default();
    range.as_chunks_mut().0.iter_mut()
}

fn offset_word(offset: usize) -> Result<u16, BuildError> {
    let limit = usize::from(!VARIABLE_NULL);
    match u16::try_from(offset) {
        Ok(word) if offset <= limit => Ok(word),
        _ => Err(BuildError::Offset { offset, limit }),
    }
}

#[cfg(test)]
mod tests;
