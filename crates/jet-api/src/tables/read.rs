//! Reading the row that a cursor stands on.

use std::borrow::Cow;

use jet_isam::column::ColumnDef;
use jet_isam::cursor::{Retrieve, Whence};

use super::column::ColumnName;
use super::cursor::TableCursor;
use crate::{FromValue, JetError, Value};

/// Bytes that a value is first given room for.
const ROOM: usize = 512;

impl TableCursor<'_> {
    /// The value of a column, the first one where it has several; none for NULL.
    ///
    /// # Errors
    /// `ColumnNotFound`, `NoCurrentRecord`, `RecordDeleted`.
    pub fn get(&self, column: impl ColumnName) -> Result<Option<Value<'static>>, JetError> {
        self.look(column, 1, Whence::Row, |column, bytes| {
            Value::decode(column, Cow::Borrowed(bytes)).into_owned()
        })
    }

    /// The value of a column as a Rust type; none for NULL.
    ///
    /// # Errors
    /// `ColumnNotFound`, `NoCurrentRecord`, `RecordDeleted`; `InvalidColumnType` when the value is none of that type.
    pub fn get_as<T: for<'v> FromValue<'v>>(&self, column: impl ColumnName) -> Result<Option<T>, JetError> {
        let value = self.look(column, 1, Whence::Row, |column, bytes| {
            T::from_value(Value::decode(column, Cow::Borrowed(bytes)))
        })?;
        let as_asked = |value: Option<T>| {
            value.ok_or_else(|| {
                JetError::new(
                    crate::JetCode::INVALID_COLUMN_TYPE,
                    "reading a value as another type",
                )
            })
        };
        value.map(as_asked).transpose()
    }

    /// Shows `look` the bytes of a value as the row has them; none for NULL.
    ///
    /// # Errors
    /// `ColumnNotFound`, `NoCurrentRecord`, `RecordDeleted`.
    pub fn with_bytes<T>(
        &self,
        column: impl ColumnName,
        look: impl FnOnce(&[u8]) -> T,
    ) -> Result<Option<T>, JetError> {
        self.look(column, 1, Whence::Row, |_, bytes| look(bytes))
    }

    /// All values of a column.
    ///
    /// # Errors
    /// `ColumnNotFound`, `NoCurrentRecord`, `RecordDeleted`.
    pub fn values<C: ColumnName + Copy>(&self, column: C) -> Result<Vec<Value<'static>>, JetError> {
        let mut values = Vec::new();
        for instance in 1.. {
            let value = self.look(column, instance, Whence::Row, |def, bytes| {
                let value = Value::decode(def, Cow::Borrowed(bytes)).into_owned();
                (value, def.id.is_tagged())
            })?;
            let Some((value, may_have_more)) = value else {
                break;
            };
            values.push(value);
            if !may_have_more {
                break;
            }
        }
        Ok(values)
    }

    /// Shows `look` a value, of the row or of the copy that is being changed.
    pub(super) fn look<T>(
        &self,
        column: impl ColumnName,
        instance: u32,
        whence: Whence,
        look: impl FnOnce(&ColumnDef, &[u8]) -> T,
    ) -> Result<Option<T>, JetError> {
        let how = Retrieve {
            whence,
            instance,
            ..Retrieve::default()
        };
        self.on("reading a value", |cursor, work| {
            column.find(cursor, |cursor, column| {
                let mut buffer = self.buffer.borrow_mut();
                if buffer.len() < ROOM {
                    buffer.resize(ROOM, 0);
                }
                loop {
                    let found = cursor.retrieve(work, Some(column.reference()), &how, &mut buffer)?;
                    let Some(len) = found.len else {
                        return Ok(None);
                    };
                    if let Some(bytes) = buffer.get(..len) {
                        return Ok(Some(look(column, bytes)));
                    }
                    buffer.resize(len, 0);
                }
            })
        })
    }
}
