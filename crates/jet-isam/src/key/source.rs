//! Where a key takes column values from.

use std::error::Error;

use crate::column::{ColumnLayout, ColumnRef};
use crate::record::{Field, Record, RecordError, StoredValue, Values};

/// The part of a value that is wanted: at most `max_len` bytes from `offset` on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ValuePart {
    /// First byte wanted.
    pub offset: usize,
    /// Most bytes wanted.
    pub max_len: usize,
}

impl ValuePart {
    /// This part of `value`, as much of it as there is.
    #[must_use]
    pub fn of(self, value: &[u8]) -> &[u8] {
        let rest = value.get(self.offset..).unwrap_or_default();
        rest.get(..self.max_len).unwrap_or(rest)
    }
}

/// The values of one record, its defaults included.
pub trait ColumnSource {
    /// Why a value cannot be had.
    type Error: Error + 'static;

    /// A part of value number `instance`, from 1, of `column`: plain bytes, put together and decompressed. `None`
    /// when the column is NULL or has fewer values; a part behind the end of a value is empty. A column the record
    /// does not hold has its default as its only value. `scratch` may be overwritten.
    ///
    /// # Errors
    /// Whatever keeps the value from being read.
    fn value<'s>(
        &'s mut self,
        column: ColumnRef,
        instance: usize,
        part: ValuePart,
        scratch: &'s mut Vec<u8>,
    ) -> Result<Option<&'s [u8]>, Self::Error>;

    /// Whether `column` is NULL, or has no value number `instance`; the value itself is not needed.
    ///
    /// # Errors
    /// As [`ColumnSource::value`].
    fn is_null(&mut self, column: ColumnRef, instance: usize) -> Result<bool, Self::Error> {
        let part = ValuePart {
            offset: 0,
            max_len: 0,
        };
        Ok(self.value(column, instance, part, &mut Vec::new())?.is_none())
    }
}

/// Values of a stored record. `expand` puts the wanted part of a value that is compressed, encrypted or kept
/// outside the record into an empty buffer.
#[derive(Clone, Debug)]
pub struct RecordSource<'a, F> {
    record: Record<'a>,
    layout: &'a ColumnLayout,
    expand: F,
}

/// A value of a stored record that cannot be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordSourceError<E: Error + 'static> {
    /// The record is damaged.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The value could not be expanded.
    #[error("the value of {column} cannot be expanded")]
    Expand {
        /// The column.
        column: ColumnRef,
        /// Why.
        #[source]
        source: E,
    },
}

impl<'a, F, E> RecordSource<'a, F>
where
    F: FnMut(ColumnRef, StoredValue<'a>, ValuePart, &mut Vec<u8>) -> Result<(), E>,
    E: Error + 'static,
{
    /// The values of `record`, a record of a table with the columns of `layout`.
    pub const fn new(record: Record<'a>, layout: &'a ColumnLayout, expand: F) -> Self {
        Self {
            record,
            layout,
            expand,
        }
    }

    fn default_value<'s>(
        &self,
        column: ColumnRef,
        instance: usize,
        scratch: &'s mut Vec<u8>,
    ) -> Option<&'s [u8]>
    where
        'a: 's,
    {
        let layout = self.layout;
        let default = layout.get(column).filter(|_| instance == 1)?.stored_default()?;
        match default {
            std::borrow::Cow::Borrowed(default) => Some(default),
            std::borrow::Cow::Owned(default) => {
                *scratch = default;
                Some(scratch)
            }
        }
    }
}

/// Fixed and variable columns have one value, which every number finds.
fn stored<'a>(
    values: Values<'a>,
    column: ColumnRef,
    instance: usize,
) -> Result<Field<StoredValue<'a>>, RecordError> {
    let instance = if column.id.is_tagged() { instance } else { 1 };
    Ok(match values {
        Field::Absent => Field::Absent,
        Field::Null => Field::Null,
        Field::Value(values) => values.get(instance)?.map_or(Field::Null, Field::Value),
    })
}

impl<'a, F, E> ColumnSource for RecordSource<'a, F>
where
    F: FnMut(ColumnRef, StoredValue<'a>, ValuePart, &mut Vec<u8>) -> Result<(), E>,
    E: Error + 'static,
{
    type Error = RecordSourceError<E>;

    fn value<'s>(
        &'s mut self,
        column: ColumnRef,
        instance: usize,
        part: ValuePart,
        scratch: &'s mut Vec<u8>,
    ) -> Result<Option<&'s [u8]>, Self::Error> {
        match stored(self.record.get(self.layout, column)?, column, instance)? {
            Field::Null => Ok(None),
            Field::Absent => Ok(self
                .default_value(column, instance, scratch)
                .map(|value| part.of(value))),
            Field::Value(value) => {
                if let Some(bytes) = value.as_plain() {
                    return Ok(Some(part.of(bytes)));
                }
                scratch.clear();
                (self.expand)(column, value, part, scratch)
                    .map_err(|source| RecordSourceError::Expand { column, source })?;
                scratch.truncate(part.max_len);
                Ok(Some(scratch))
            }
        }
    }

    fn is_null(&mut self, column: ColumnRef, instance: usize) -> Result<bool, Self::Error> {
        Ok(
            match stored(self.record.get(self.layout, column)?, column, instance)? {
                Field::Null => true,
                Field::Value(_) => false,
                Field::Absent => {
                    instance != 1
                        || self
                            .layout
                            .get(column)
                            .is_none_or(|def| def.stored_default().is_none())
                }
            },
        )
    }
}
