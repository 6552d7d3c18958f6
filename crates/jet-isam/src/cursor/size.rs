//! How much room a row takes.

use super::Cursor;
use super::retrieve::{RowValues, Whence};
use crate::error::Result;
use crate::record::{Field, StoredValue};
use crate::temporary::Stage;
use crate::work::Work;

/// How much room a row takes, in bytes and numbers of columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecordSize {
    /// Values in the record, plain.
    pub data: u64,
    /// Long values elsewhere, plain.
    pub long_data: u64,
    /// What the record has besides.
    pub overhead: u64,
    /// What long values elsewhere have besides.
    pub long_overhead: u64,
    /// Columns that are not tagged.
    pub not_tagged: u64,
    /// Tagged columns.
    pub tagged: u64,
    /// Long values elsewhere.
    pub long_values: u64,
    /// Values behind the first ones of their columns.
    pub further_values: u64,
    /// Values in the record, as they are stored.
    pub stored_data: u64,
    /// Long values elsewhere, as they are stored.
    pub stored_long_data: u64,
    /// Chunks of long values elsewhere.
    pub chunks: u64,
}

/// What counts.
#[derive(Clone, Copy, Debug, Default)]
pub struct SizeOptions {
    /// Which record.
    pub whence: Whence,
    /// Long values elsewhere are not looked at.
    pub is_local: bool,
}

/// A node of a page: its tag, and the length of its key.
const NODE: u64 = 4 + 2;
/// The header of a record.
const RECORD_HEADER: u64 = 4;
/// The entry of a tagged column, and its header.
const TAGGED_ENTRY: u64 = 4;
const TAGGED_HEADER: u64 = 1;
/// The data of the root of a long value.
const LONG_ROOT: u64 = 8;

impl Cursor {
    /// How much room the row takes, or the copy that is to take its place.
    ///
    /// # Errors
    /// [`crate::error::Refusal::NoCurrentRecord`], [`crate::error::Refusal::RecordDeleted`], and what keeps values from being
    /// read.
    pub fn record_size(&mut self, work: &Work<'_>, how: SizeOptions) -> Result<RecordSize> {
        let update = self.update.as_ref();
        let is_of_copy = how.whence == Whence::Copy && update.is_some();
        let has_key = update.is_none_or(|update| update.is_replace()) || !is_of_copy && how.is_local;
        let mut size = self.look_at_values(work, how.whence, |values| values.size(how))?;
        // Told for each chunk: the key of the row, not its own.
        size.long_overhead += size.chunks * count(self.currency.bookmark().len());
        if has_key {
            let key = match &self.stage {
                Stage::Reading(sort) => sort.row()?.0,
                _ => self.currency.bookmark(),
            };
            size.overhead += count(key.len());
        }
        Ok(size)
    }
}

impl RowValues<'_, '_> {
    fn size(&self, how: SizeOptions) -> Result<RecordSize> {
        let record = &self.record;
        let areas = record.areas();
        let mut size = RecordSize {
            data: count(areas.fixed_data + areas.variable_data),
            overhead: NODE + RECORD_HEADER + count(areas.bitmap + areas.variable_offsets),
            not_tagged: count(areas.fixed_columns + areas.variable_columns),
            stored_data: count(areas.fixed_data + areas.variable_data),
            ..RecordSize::default()
        };
        for field in &record.tagged_area()? {
            size.tagged += 1;
            size.overhead += TAGGED_ENTRY;
            let Field::Value(values) = field?.values else {
                continue;
            };
            let number = count(values.len());
            size.further_values += number - 1;
            size.overhead += match () {
                () if values.is_two() => TAGGED_HEADER + 1,
                () if number > 1 || values.is_array() => TAGGED_HEADER + 2 * number,
                () if values.is_long() => TAGGED_HEADER,
                () => 0,
            };
            for value in values.iter() {
                self.add(&value?, how, &mut size)?;
            }
        }
        Ok(size)
    }

    fn add(&self, value: &StoredValue<'_>, how: SizeOptions, size: &mut RecordSize) -> Result<()> {
        match value {
            StoredValue::Inline { bytes, .. } => {
                size.data += count(self.expand.len(value)?);
                size.stored_data += count(bytes.len());
            }
            StoredValue::Separated { id, .. } => {
                let id_bytes = count(id.record_bytes());
                size.overhead += id_bytes;
                size.long_values += 1;
                if how.is_local {
                    return Ok(());
                }
                let mut reader = self.expand.long(*id)?;
                size.long_data += u64::from(reader.root(*id)?.size);
                size.long_overhead += NODE + id_bytes + LONG_ROOT;
                let (stored, chunks) = reader.stored(*id)?;
                size.stored_long_data += stored;
                size.long_overhead += chunks * NODE;
                size.chunks += chunks;
            }
        }
        Ok(())
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
