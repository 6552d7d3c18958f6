//! Values of the index entry that a cursor stands on.
//!
//! An entry has the values of its key, as far as they can be told from it; what they are is read in the row, whose entry it is.
//! What has to be found out is which of several values of a column the entry is of.

use std::sync::Arc;

use super::Cursor;
use super::currency::Position;
use super::retrieve::{RowValues, Whence, live};
use crate::column::{ColumnFlags, ColumnRef};
use crate::definition::LiveIndex;
use crate::error::{Refusal, Result};
use crate::key::{ColumnSource, IndexFlags, RecordSource, ValuePart};
use crate::work::Work;

/// Which part of an entry is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryPart {
    /// Its key.
    Key,
    /// The key of the row.
    Bookmark,
}

/// Where the value of an entry stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FromEntry {
    /// Which value of the column it is; none: that of the caller.
    pub instance: Option<u32>,
    /// The entry tells the value; else the row or its copy does.
    pub is_in_key: bool,
}

/// So many combinations of values are tried.
const COMBINATIONS_MOST: u32 = 1 << 16;

impl Cursor {
    /// Where the value of `column` stands that the entry has.
    ///
    /// # Errors
    /// [`Refusal::ColumnNotFound`] when the index does not have the column, [`Refusal::IndexTuplesCannotRetrieveFromIndex`],
    /// [`Refusal::NoCurrentRecord`], [`Refusal::RecordDeleted`].
    pub fn from_entry(
        &mut self,
        work: &Work<'_>,
        column: ColumnRef,
        part: EntryPart,
        takes_tuple: bool,
    ) -> Result<FromEntry> {
        let definition = self.definition()?;
        let secondary = self.currency.index.as_ref().map(|index| Arc::clone(index.get()));
        let index = match (&secondary, part) {
            (Some(index), EntryPart::Key) => index,
            (Some(_), EntryPart::Bookmark) => definition.primary.as_ref().ok_or(Refusal::ColumnNotFound)?,
            (None, _) => match &definition.primary {
                Some(index) if self.currency.row.position == Position::On => index,
                _ => {
                    return Ok(FromEntry {
                        instance: Some(1),
                        is_in_key: false,
                    });
                }
            },
        };
        let mut segments = index.def.segments.iter();
        let at = segments.position(|segment| segment.column == column);
        let at = at.ok_or(Refusal::ColumnNotFound)?;
        if index.def.tuple.is_some() && at == 0 && !takes_tuple {
            return Err(Refusal::IndexTuplesCannotRetrieveFromIndex.into());
        }
        self.stand(work)?;
        let key = match (&secondary, part) {
            (Some(_), EntryPart::Key) => self.currency.entry.key.clone(),
            _ => self.currency.bookmark().to_vec(),
        };
        let def = live(&definition, column)?;
        let follows_unicode = index.def.segments.iter().take(at).any(|segment| {
            let def = definition.layout().get(segment.column);
            def.is_some_and(|def| def.is_unicode())
        });
        let kind = def.column_type;
        let is_text = kind.is_some_and(|kind| kind.is_text());
        let is_cut = key.len() >= usize::from(index.def.key_most);
        let is_cut_binary = kind.is_some_and(|kind| kind.is_binary())
            && !column.id.is_fixed()
            && index.def.segment_most.is_some();
        let is_in_key = !(follows_unicode || is_text || is_cut || is_cut_binary);
        let instance = match index.def.flags.contains(IndexFlags::MULTI_VALUED) {
            true => self.look_at_values(work, Whence::Row, |values| values.instance(index, column, &key))?,
            false => Some(1),
        };
        Ok(FromEntry { instance, is_in_key })
    }
}

impl RowValues<'_, '_> {
    /// Which value of `column` the entry `key` of the row is of.
    fn instance(&self, index: &LiveIndex, column: ColumnRef, key: &[u8]) -> Result<Option<u32>> {
        let builder = index.keys()?;
        let all = index.def.flags.contains(IndexFlags::CROSS_PRODUCT)
            || index.def.flags.contains(IndexFlags::NESTED_TABLE);
        let turns = |column: ColumnRef| {
            let def = index.layout.get(column);
            def.is_some_and(|def| column.id.is_tagged() && def.flags.contains(ColumnFlags::MULTI_VALUED))
        };
        let mut turning: Vec<ColumnRef> = index.def.segments.iter().map(|segment| segment.column).collect();
        turning.retain(|column| turns(*column));
        turning.dedup();
        if !all {
            turning.truncate(1);
        }
        let mut numbers = vec![1_u32; turning.len()];
        for _ in 0..COMBINATIONS_MOST {
            let (mut scratch, mut made) = (Vec::new(), Vec::new());
            let source =
                RecordSource::new(self.record, &index.layout, |_, value, part, out: &mut Vec<u8>| {
                    self.expand.append(&value, part, out)
                });
            let mut source = Numbered {
                source,
                turning: &turning,
                numbers: &numbers,
            };
            if builder.first_key(&mut source, &mut scratch, &mut made).is_ok() && made == key {
                let at = turning.iter().position(|turning| *turning == column);
                return Ok(Some(at.and_then(|at| numbers.get(at)).copied().unwrap_or(1)));
            }
            if !self.advance(index, &turning, &mut numbers)? {
                break;
            }
        }
        Ok(Some(1))
    }

    /// The next combination of numbers, the last column first; false behind the last.
    fn advance(&self, index: &LiveIndex, turning: &[ColumnRef], numbers: &mut [u32]) -> Result<bool> {
        let mut counts = Vec::with_capacity(turning.len());
        for column in turning {
            let values = self.record.get(&index.layout, *column)?;
            let count = values.value().map_or(1, |values| values.len());
            counts.push(u32::try_from(count).unwrap_or(u32::MAX));
        }
        if index.def.flags.contains(IndexFlags::NESTED_TABLE) {
            let most = counts.iter().max().copied().unwrap_or(1);
            numbers.iter_mut().for_each(|number| *number += 1);
            return Ok(numbers.first().is_some_and(|number| *number <= most));
        }
        for (number, count) in numbers.iter_mut().zip(&counts).rev() {
            if *number < *count {
                *number += 1;
                return Ok(true);
            }
            *number = 1;
        }
        Ok(false)
    }
}

/// Values of a record, in which the first one of some columns is another.
struct Numbered<'n, S> {
    source: S,
    turning: &'n [ColumnRef],
    numbers: &'n [u32],
}

impl<S: ColumnSource> ColumnSource for Numbered<'_, S> {
    type Error = S::Error;

    fn value<'s>(
        &'s mut self,
        column: ColumnRef,
        instance: usize,
        part: ValuePart,
        scratch: &'s mut Vec<u8>,
    ) -> core::result::Result<Option<&'s [u8]>, Self::Error> {
        let at = self.turning.iter().position(|turning| *turning == column);
        let number = at.and_then(|at| self.numbers.get(at)).copied();
        let instance = number
            .filter(|_| instance == 1)
            .map_or(instance, |number| usize::try_from(number).unwrap_or(usize::MAX));
        self.source.value(column, instance, part, scratch)
    }
}
