//! Values of a row: from the record, from the table's defaults, or from the long-value tree, as plain bytes.
//!
//! A value that stands in the record as it is comes back borrowed. A value that cannot be decoded is an error of its
//! own: the other columns of the row are not touched by it.

use std::borrow::Cow;

use crate::column::{ColumnDef, ColumnFlags, ColumnLayout, ColumnRef};
use crate::compress::{self, CompressError};
use crate::encrypt::{self, ColumnKey, EncryptError};
use crate::long_value::{LongValueError, LongValues};
use crate::record::{Field, Record, RecordError, StoredValue};

/// Longest plain value that a compressed value inside a record can have: the schemes count in 16 bits, and XPRESS9 works
/// on pieces of long values, which are shorter.
pub(crate) const INLINE_PLAIN_MAX: usize = 1 << 16;

/// Why a value cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ValueError {
    /// The record is damaged.
    #[error("{0}")]
    Record(#[from] RecordError),
    /// The long value cannot be read.
    #[error("{0}")]
    LongValue(#[from] LongValueError),
    /// The value does not decompress, or in a scheme that is not known.
    #[error("{0}")]
    Compressed(#[from] CompressError),
    /// The value does not decrypt.
    #[error("{0}")]
    Encrypted(#[from] EncryptError),
    /// The value is encrypted, and no key was given.
    #[error("the value is encrypted, and no key was given")]
    NoKey,
}

/// What is needed, besides the record, to read the values of a table's rows.
#[derive(Clone, Copy, Debug)]
pub struct Values<'t> {
    /// The columns.
    pub layout: &'t ColumnLayout,
    /// The long values, if the table has any.
    pub long_values: Option<LongValues<'t>>,
    /// Key of encrypted columns.
    pub key: Option<&'t ColumnKey>,
}

impl<'t> Values<'t> {
    /// Number of values that `column` has in `record`: 0 for NULL, 1 for a default.
    ///
    /// # Errors
    /// [`RecordError`].
    pub fn count(&self, record: &Record<'_>, column: ColumnRef) -> Result<usize, RecordError> {
        Ok(match record.get(self.layout, column)? {
            Field::Value(values) => values.len(),
            Field::Null => 0,
            Field::Absent => usize::from(self.default(column).is_some()),
        })
    }

    /// Value number `instance`, from 1, as the record stores it; the default where it holds none.
    ///
    /// # Errors
    /// [`RecordError`].
    pub fn stored<'r>(
        &self,
        record: &Record<'r>,
        column: ColumnRef,
        instance: usize,
    ) -> Result<Option<Stored<'r, 't>>, RecordError> {
        Ok(match record.get(self.layout, column)? {
            Field::Value(values) => values.get(instance)?.map(Stored::Record),
            Field::Absent if instance == 1 => self.default(column).map(Stored::Default),
            Field::Null | Field::Absent => None,
        })
    }

    /// Value number `instance`, from 1, as plain bytes; `None` for NULL. At most `limit` bytes are read of long values.
    ///
    /// # Errors
    /// [`ValueError`].
    pub fn get<'r>(
        &self,
        record: &Record<'r>,
        column: ColumnRef,
        instance: usize,
        limit: usize,
    ) -> Result<Option<Cow<'r, [u8]>>, ValueError>
    where
        't: 'r,
    {
        match self.stored(record, column, instance)? {
            None => Ok(None),
            Some(Stored::Default(bytes)) => Ok(Some(bytes)),
            Some(Stored::Record(value)) => self.plain(value, limit).map(Some),
        }
    }

    /// The plain bytes of a stored value, at most `limit` of those of a long value.
    ///
    /// # Errors
    /// [`ValueError`].
    pub fn plain<'r>(&self, value: StoredValue<'r>, limit: usize) -> Result<Cow<'r, [u8]>, ValueError> {
        match value {
            StoredValue::Inline {
                bytes,
                compressed,
                encrypted,
            } => {
                let bytes = if encrypted {
                    self.decrypt(bytes)?
                } else {
                    Cow::Borrowed(bytes)
                };
                if !compressed {
                    return Ok(bytes);
                }
                let mut plain = Vec::new();
                compress::decompress(&bytes, INLINE_PLAIN_MAX, &mut plain)?;
                Ok(Cow::Owned(plain))
            }
            StoredValue::Separated { id, .. } => {
                let long_values = self.long_values.ok_or(LongValueError::NoTree { id })?;
                let mut plain = Vec::new();
                long_values.read(id, limit, self.key, &mut plain)?;
                Ok(Cow::Owned(plain))
            }
        }
    }

    fn decrypt<'r>(&self, bytes: &[u8]) -> Result<Cow<'r, [u8]>, ValueError> {
        let mut plain = Vec::new();
        encrypt::decrypt(bytes, self.key.ok_or(ValueError::NoKey)?, &mut plain)?;
        Ok(Cow::Owned(plain))
    }

    /// Default of a column that a record does not hold. A default that a callback computes is not known here.
    fn default(&self, column: ColumnRef) -> Option<Cow<'t, [u8]>> {
        let column: &'t ColumnDef = self.layout.get(column)?;
        if column.flags.contains(ColumnFlags::USER_DEFINED_DEFAULT) {
            return None;
        }
        column.stored_default()
    }
}

/// A value as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stored<'r, 't> {
    /// By the record.
    Record(StoredValue<'r>),
    /// By the table: the column's default.
    Default(Cow<'t, [u8]>),
}
