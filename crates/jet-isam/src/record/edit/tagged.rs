//! Changing the values of one tagged column.

use super::super::build::TaggedCell;
use super::super::multi::Header;
use super::super::tagged::{
    DERIVED, ENTRY_BYTES, LARGE_OFFSET, SMALL_HEADER, SMALL_NULL, SMALL_OFFSET, TaggedArea,
};
use super::super::{BuildError, Field, Record, StoredValue};
use super::{EditError, RecordEdit};
use crate::column::{ColumnRef, ColumnType};

/// What happens to one value of a tagged column.
#[derive(Clone, Copy, Debug)]
pub struct TaggedChange<'v> {
    /// The column.
    pub column: ColumnRef,
    /// Number of the value, from 1; 0, and any behind the last, for a further one.
    pub instance: usize,
    /// The value; `None` takes it out.
    pub value: Option<StoredValue<'v>>,
    /// Without a value the default counts again, instead of NULL.
    pub reverts: bool,
}

/// What becomes of a column.
enum Outcome<'c> {
    Same,
    Gone,
    Cell(TaggedCell<'c>),
}

impl RecordEdit<'_> {
    /// Changes one value of a tagged column. `scratch` is overwritten.
    ///
    /// # Errors
    /// [`EditError::TooBig`], [`BuildError::UnknownColumn`], and [`BuildError::Instances`] when the values cannot stand
    /// together.
    pub fn set_tagged(
        &self,
        record: &mut Vec<u8>,
        scratch: &mut Vec<u8>,
        change: &TaggedChange<'_>,
    ) -> Result<(), EditError> {
        let parsed = Record::parse(record, self.large_page)?;
        let area = parsed.tagged_area()?;
        let start = parsed.tagged;
        scratch.clear();
        match self.outcome(&area, change)? {
            Outcome::Same => return Ok(()),
            Outcome::Gone => self.rewrite(&area, change.column, None, scratch)?,
            Outcome::Cell(cell) => self.rewrite(&area, change.column, Some(&cell), scratch)?,
        }
        self.check(start + scratch.len())?;
        record.truncate(start);
        record.extend_from_slice(scratch);
        Ok(())
    }

    fn outcome<'c>(
        &self,
        area: &TaggedArea<'c>,
        change: &TaggedChange<'c>,
    ) -> Result<Outcome<'c>, EditError> {
        let column = change.column;
        let def = self.layout.get(column).filter(|_| column.id.is_tagged());
        let def = def.ok_or(BuildError::UnknownColumn { column })?;
        let mut cell = TaggedCell {
            column,
            is_long: def.column_type.is_some_and(ColumnType::is_long),
            as_array: false,
            values: Vec::new(),
        };
        let leaves_null = def.default.is_some() && change.instance == 1 && !change.reverts;
        Ok(match (area.find(column)?, change.value) {
            (Field::Absent, None) if leaves_null => Outcome::Cell(cell),
            (Field::Null, None) if change.reverts => Outcome::Gone,
            (Field::Absent | Field::Null, None) => Outcome::Same,
            (Field::Absent | Field::Null, Some(value)) => {
                cell.values.push(value);
                Outcome::Cell(cell)
            }
            (Field::Value(old), Some(value)) => {
                cell.as_array = old.is_array();
                cell.values.reserve(old.len() + 1);
                for old in old.iter() {
                    cell.values.push(old?);
                }
                let place = change.instance.checked_sub(1);
                match place.and_then(|place| cell.values.get_mut(place)) {
                    Some(place) => *place = value,
                    None => cell.values.push(value),
                }
                Outcome::Cell(cell)
            }
            (Field::Value(old), None) => {
                if change.instance == 0 || change.instance > old.len() {
                    return Ok(Outcome::Same);
                }
                if old.len() == 1 {
                    return Ok(if leaves_null {
                        Outcome::Cell(cell)
                    } else {
                        Outcome::Gone
                    });
                }
                cell.as_array = old.is_array();
                for (index, old) in old.iter().enumerate() {
                    if index + 1 != change.instance {
                        cell.values.push(old?);
                    }
                }
                Outcome::Cell(cell)
            }
        })
    }

    /// Appends the area with `cell` in the place of `column`, or without the column.
    fn rewrite(
        &self,
        area: &TaggedArea<'_>,
        column: ColumnRef,
        cell: Option<&TaggedCell<'_>>,
        out: &mut Vec<u8>,
    ) -> Result<(), EditError> {
        let (at, is_there) = match area.position(column) {
            Ok(at) => (at, true),
            Err(at) => (at, false),
        };
        let count = area.len() - usize::from(is_there) + usize::from(cell.is_some());
        out.resize(count * ENTRY_BYTES, 0);
        let mut entry = 0;
        for index in 0..=area.len() {
            if index == at
                && let Some(cell) = cell
            {
                let start = out.len();
                let marks = self.append_cell(cell, out)?;
                self.put_entry(out, entry, cell.column.id.0.to_le_bytes(), start, marks)?;
                entry += 1;
            }
            if index == at && is_there {
                continue;
            }
            if let Some(raw) = area.raw(index)? {
                let start = out.len();
                out.extend_from_slice(raw.bytes);
                self.put_entry(out, entry, raw.id, start, raw.marks)?;
                entry += 1;
            }
        }
        Ok(())
    }

    /// Appends header byte and values; returns the marks of the entry.
    fn append_cell(&self, cell: &TaggedCell<'_>, out: &mut Vec<u8>) -> Result<u16, EditError> {
        let header = cell.header(self.large_page)?;
        let mut marks = if cell.column.derived { DERIVED } else { 0 };
        if self.large_page {
            out.push(header.0);
        } else if cell.values.is_empty() {
            marks |= SMALL_NULL;
        } else if header != Header::default() {
            marks |= SMALL_HEADER;
            out.push(header.0);
        }
        cell.append_values(header, out)?;
        Ok(marks)
    }

    fn put_entry(
        &self,
        out: &mut [u8],
        entry: usize,
        id: [u8; 2],
        start: usize,
        marks: u16,
    ) -> Result<(), EditError> {
        let limit = if self.large_page {
            LARGE_OFFSET
        } else {
            SMALL_OFFSET
        };
        let word = u16::try_from(start).ok().filter(|word| *word <= limit);
        let word = word.ok_or(EditError::TooBig { most: self.most })?;
        let place = out.get_mut(entry * ENTRY_BYTES..);
        if let Some(place) = place.and_then(<[u8]>::first_chunk_mut::<ENTRY_BYTES>) {
            let [low, high] = (word | marks).to_le_bytes();
            *place = [id[0], id[1], low, high];
        }
        Ok(())
    }
}
