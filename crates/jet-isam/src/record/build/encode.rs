//! From the columns of a builder to bytes, area by area.

use super::super::multi::{Header, INSTANCE_OFFSET};
use super::super::tagged::{DERIVED, ENTRY_BYTES, LARGE_OFFSET, SMALL_HEADER, SMALL_NULL, SMALL_OFFSET};
use super::super::{HEADER_BYTES, NO_VARIABLE, StoredValue};
use super::{BuildError, FixedCell, RecordBuilder, TaggedCell};
use crate::column::{ColumnId, ColumnRef};

/// Byte of the fixed area that no value was ever written to.
const NEVER_SET: u8 = 0x2A;
/// Mark of a NULL variable column.
const VARIABLE_NULL: u16 = 0x8000;
/// Highest end of a variable column.
const VARIABLE_OFFSET: usize = 0x7FFF;

impl RecordBuilder<'_> {
    /// Appends the record to `out`.
    ///
    /// The caller compares the length with [`super::max_record_bytes`].
    ///
    /// # Errors
    /// [`BuildError::Offset`] when an area is too long for its offsets, [`BuildError::Instances`] when the values
    /// of a tagged column cannot stand together.
    pub fn encode(&self, out: &mut Vec<u8>) -> Result<(), BuildError> {
        let start = out.len();
        let last_variable = usize::from(NO_VARIABLE) + self.variable.len();
        out.extend_from_slice(&[count_byte(self.fixed.len())?, count_byte(last_variable)?, 0, 0]);
        self.append_fixed(start, out);
        let fixed_end = out.len() - start;
        let limit = usize::from(u16::MAX);
        let word = u16::try_from(fixed_end).map_err(|_| BuildError::Offset {
            offset: fixed_end,
            limit,
        })?;
        if let Some(place) = out.get_mut(start + 2..start + HEADER_BYTES) {
            place.copy_from_slice(&word.to_le_bytes());
        }
        self.append_variable(out)?;
        self.append_tagged(out)
    }

    /// Fixed data and the null bitmap, whose unused bits are 1.
    fn append_fixed(&self, start: usize, out: &mut Vec<u8>) {
        let mut bitmap = [u8::MAX; (ColumnId::LAST_FIXED.0 as usize).div_ceil(8)];
        out.extend_from_slice(self.old_fixed);
        let last = ColumnId(self.fixed.len().try_into().unwrap_or(u16::MAX));
        let end = start + self.layout.fixed_end(last);
        if !self.fixed.is_empty() && out.len() < end {
            out.resize(end, NEVER_SET);
        }
        for (index, cell) in self.fixed.iter().enumerate() {
            let is_null = match cell {
                FixedCell::Kept => false,
                FixedCell::Null => true,
                FixedCell::Value(value) => !self.overwrite(index, value, start, out),
                FixedCell::Default => {
                    let column = ColumnRef::own(fixed_id(index));
                    let default = self.layout.get(column).and_then(|def| def.stored_default());
                    !default.is_some_and(|default| self.overwrite(index, &default, start, out))
                }
            };
            if let Some(byte) = bitmap.get_mut(index / 8).filter(|_| !is_null) {
                *byte &= !(1 << (index % 8));
            }
        }
        out.extend(bitmap.iter().take(self.fixed.len().div_ceil(8)));
    }

    /// Writes `value`, filled up, to the place of a fixed column; false when it has none.
    fn overwrite(&self, index: usize, value: &[u8], start: usize, out: &mut [u8]) -> bool {
        let id = fixed_id(index);
        let Some(slot) = self.layout.fixed_slot(id) else {
            return false;
        };
        let Some(def) = self.layout.get(ColumnRef::own(id)) else {
            return false;
        };
        let Some(place) = out.get_mut(start + usize::from(slot.offset)..start + slot.end()) else {
            return false;
        };
        for (offset, byte) in place.iter_mut().enumerate() {
            *byte = value.get(offset).copied().unwrap_or_else(|| def.filler(offset));
        }
        true
    }

    fn append_variable(&self, out: &mut Vec<u8>) -> Result<(), BuildError> {
        let mut end = 0;
        for value in &self.variable {
            end += value.map_or(0, <[u8]>::len);
            let word = offset_word(end, VARIABLE_OFFSET)?;
            let word = if value.is_none() {
                word | VARIABLE_NULL
            } else {
                word
            };
            out.extend_from_slice(&word.to_le_bytes());
        }
        for value in self.variable.iter().flatten() {
            out.extend_from_slice(value);
        }
        Ok(())
    }

    fn append_tagged(&self, out: &mut Vec<u8>) -> Result<(), BuildError> {
        let start = out.len();
        out.resize(start + self.tagged.len() * ENTRY_BYTES, 0);
        let limit = if self.large_page {
            LARGE_OFFSET
        } else {
            SMALL_OFFSET
        };
        for (index, cell) in self.tagged.iter().enumerate() {
            let mut word = offset_word(out.len() - start, limit.into())?;
            if cell.column.derived {
                word |= DERIVED;
            }
            let header = cell.header(self.large_page)?;
            if self.large_page {
                out.push(header.0);
            } else if cell.values.is_empty() {
                word |= SMALL_NULL;
            } else if header != Header::default() {
                word |= SMALL_HEADER;
                out.push(header.0);
            }
            cell.append_values(header, out)?;
            let entry = start + index * ENTRY_BYTES;
            if let Some(([id_low, id_high, low, high], _)) =
                out.get_mut(entry..).and_then(<[u8]>::split_first_chunk_mut)
            {
                [*id_low, *id_high] = cell.column.id.0.to_le_bytes();
                [*low, *high] = word.to_le_bytes();
            }
        }
        Ok(())
    }
}

impl TaggedCell<'_> {
    /// The header byte: 0 stands for a plain value that needs none on small pages.
    pub(in crate::record) fn header(&self, large_page: bool) -> Result<Header, BuildError> {
        let impossible = BuildError::Instances { column: self.column };
        let mut bits = if self.is_long { Header::LONG } else { 0 };
        for (index, value) in self.values.iter().enumerate() {
            match *value {
                StoredValue::Inline {
                    compressed,
                    encrypted,
                    ..
                } => {
                    if compressed && index > 0 || encrypted && self.values.len() > 1 {
                        return Err(impossible);
                    }
                    bits |= if compressed { Header::COMPRESSED } else { 0 };
                    bits |= if encrypted { Header::ENCRYPTED } else { 0 };
                }
                StoredValue::Separated { encrypted, .. } => {
                    if !self.is_long || encrypted && self.values.len() > 1 {
                        return Err(impossible);
                    }
                    bits |= if self.values.len() == 1 {
                        Header::SEPARATED
                    } else {
                        0
                    };
                    bits |= if encrypted { Header::ENCRYPTED } else { 0 };
                }
            }
        }
        match self.values.len() {
            0 if large_page => bits |= Header::NULL,
            0 | 1 => {}
            2 if !self.is_long && !large_page && !self.as_array => bits |= Header::MULTI | Header::TWO,
            _ => bits |= Header::MULTI,
        }
        Ok(Header(bits))
    }

    pub(in crate::record) fn append_values(
        &self,
        header: Header,
        out: &mut Vec<u8>,
    ) -> Result<(), BuildError> {
        let impossible = BuildError::Instances { column: self.column };
        if header.has(Header::TWO) {
            let first_len = self.values.first().map_or(0, stored_len);
            out.push(u8::try_from(first_len).map_err(|_| impossible)?);
        } else if header.has(Header::MULTI) {
            let mut offset = 2 * self.values.len();
            for value in &self.values {
                let word = offset_word(offset, INSTANCE_OFFSET.into())?;
                let separated = matches!(value, StoredValue::Separated { .. });
                let word = if separated { word | !INSTANCE_OFFSET } else { word };
                out.extend_from_slice(&word.to_le_bytes());
                offset += stored_len(value);
            }
        }
        for value in &self.values {
            match value {
                StoredValue::Inline { bytes, .. } => out.extend_from_slice(bytes),
                StoredValue::Separated { id, .. } => id.append_to_record(out),
            }
        }
        Ok(())
    }
}

fn stored_len(value: &StoredValue<'_>) -> usize {
    match value {
        StoredValue::Inline { bytes, .. } => bytes.len(),
        StoredValue::Separated { id, .. } => id.record_bytes(),
    }
}

fn fixed_id(index: usize) -> ColumnId {
    ColumnId(u16::try_from(index + 1).unwrap_or(u16::MAX))
}

fn offset_word(offset: usize, limit: usize) -> Result<u16, BuildError> {
    match u16::try_from(offset) {
        Ok(word) if offset <= limit => Ok(word),
        _ => Err(BuildError::Offset { offset, limit }),
    }
}

fn count_byte(count: usize) -> Result<u8, BuildError> {
    u8::try_from(count).map_err(|_| BuildError::Offset {
        offset: count,
        limit: u8::MAX.into(),
    })
}
