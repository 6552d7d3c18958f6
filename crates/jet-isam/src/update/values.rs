//! Values that are compressed or lie elsewhere, made plain.

use crate::column::ColumnLayout;
use crate::compress;
use crate::database::Database;
use crate::definition::LiveIndex;
use crate::error::Refusal;
use crate::error::{IsamError, Result};
use crate::key::{KeyBuilder, KeyError, KeySet, OneKey, RecordSource, RecordSourceError, ValuePart};
use crate::long::{LongReader, piece_bytes};
use crate::long_value::LongValueError;
use crate::record::{Record, StoredValue};
use crate::retrieve::{INLINE_PLAIN_MAX, ValueError};
use crate::shared::Table;
use crate::table::TableDef;
use crate::work::Work;

/// Makes values plain that are compressed or lie elsewhere.
#[derive(Clone, Copy)]
pub(crate) struct Expand<'w, 'a> {
    work: &'w Work<'a>,
    database: &'w Database,
    table: &'w Table,
    def: &'w TableDef,
}

impl<'w, 'a> Expand<'w, 'a> {
    pub(crate) const fn new(
        work: &'w Work<'a>,
        database: &'w Database,
        table: &'w Table,
        def: &'w TableDef,
    ) -> Self {
        Self {
            work,
            database,
            table,
            def,
        }
    }

    /// Reads long values.
    ///
    /// # Errors
    /// [`LongValueError::NoTree`].
    pub(crate) fn long(&self, id: crate::record::LongValueId) -> Result<LongReader<'w>> {
        let store = self.database.store();
        let tree = self.table.long_value_tree(store, self.def)?;
        let tree = tree.ok_or(LongValueError::NoTree { id })?;
        let view = self.work.view();
        LongReader::new(
            self.work.trees(),
            store,
            &tree,
            view,
            piece_bytes(store, self.def),
        )
    }

    /// Appends the wanted part of a value.
    ///
    /// # Errors
    /// What keeps the value from being read.
    pub(crate) fn append(&self, value: &StoredValue<'_>, part: ValuePart, out: &mut Vec<u8>) -> Result<()> {
        match *value {
            StoredValue::Inline { encrypted: true, .. } => Err(ValueError::NoKey.into()),
            StoredValue::Inline {
                bytes,
                compressed: false,
                ..
            } => {
                out.extend_from_slice(part.of(bytes));
                Ok(())
            }
            StoredValue::Inline { bytes, .. } => {
                let start = out.len();
                compress::decompress(bytes, INLINE_PLAIN_MAX, out).map_err(ValueError::from)?;
                let len = out.len() - start;
                out.truncate(start + len.min(part.offset.saturating_add(part.max_len)));
                out.drain(start..(start + part.offset).min(out.len()));
                Ok(())
            }
            StoredValue::Separated { id, .. } => {
                let Ok(offset) = u32::try_from(part.offset) else {
                    return Ok(());
                };
                self.long(id)?.append(id, offset, part.max_len, out)
            }
        }
    }

    /// Length of the whole value.
    ///
    /// # Errors
    /// What keeps the value from being read.
    pub(crate) fn len(&self, value: &StoredValue<'_>) -> Result<usize> {
        Ok(match *value {
            StoredValue::Inline { encrypted: true, .. } => return Err(ValueError::NoKey.into()),
            StoredValue::Inline {
                bytes,
                compressed: false,
                ..
            } => bytes.len(),
            StoredValue::Inline { bytes, .. } => {
                let claimed = compress::plain_len(bytes).and_then(|len| usize::try_from(len).ok());
                claimed.unwrap_or_default()
            }
            StoredValue::Separated { id, .. } => {
                usize::try_from(self.long(id)?.root(id)?.size).unwrap_or(usize::MAX)
            }
        })
    }

    /// All keys of a record in an index.
    ///
    /// # Errors
    /// [`Refusal::NullKeyDisallowed`], [`Refusal::KeyTruncated`], [`Refusal::TooManyKeys`], and what keeps a value from being
    /// read.
    pub(crate) fn keys(
        &self,
        builder: &KeyBuilder,
        layout: &ColumnLayout,
        record: &[u8],
        out: &mut KeySet,
    ) -> Result<()> {
        let record = Record::parse(record, self.large_page())?;
        let mut source = RecordSource::new(record, layout, |_, value, part, out: &mut Vec<u8>| {
            self.append(&value, part, out)
        });
        builder.keys(&mut source, out).map_err(key_error)
    }

    /// The key of a row. `scratch` is overwritten.
    ///
    /// # Errors
    /// As [`Expand::keys`].
    pub(crate) fn first_key(
        &self,
        builder: &KeyBuilder,
        layout: &ColumnLayout,
        record: &[u8],
        scratch: &mut Vec<u8>,
    ) -> Result<(Vec<u8>, crate::key::Nulls)> {
        let record = Record::parse(record, self.large_page())?;
        let mut source = RecordSource::new(record, layout, |_, value, part, out: &mut Vec<u8>| {
            self.append(&value, part, out)
        });
        let mut key = Vec::new();
        let nulls = builder
            .first_key(&mut source, scratch, &mut key)
            .map_err(key_error)?;
        Ok((key, nulls))
    }

    /// The key of value number `number` in an index, see [`KeyBuilder::one_key`].
    ///
    /// # Errors
    /// As [`Expand::keys`].
    pub(crate) fn one_key(
        &self,
        index: &LiveIndex,
        record: &[u8],
        number: usize,
        key: &mut Vec<u8>,
    ) -> Result<OneKey> {
        let record = Record::parse(record, self.large_page())?;
        let mut source = RecordSource::new(record, &index.layout, |_, value, part, out: &mut Vec<u8>| {
            self.append(&value, part, out)
        });
        let made = index.keys()?.one_key(&mut source, number, &mut Vec::new(), key);
        made.map_err(key_error)
    }

    pub(crate) fn large_page(&self) -> bool {
        self.database.store().page_size().is_large()
    }
}

fn key_error(error: KeyError<RecordSourceError<IsamError>>) -> IsamError {
    match error {
        KeyError::Source(RecordSourceError::Record(error)) => error.into(),
        KeyError::Source(RecordSourceError::Expand { source, .. }) => source,
        KeyError::Normalise { .. } => Refusal::UnicodeTranslationFail.into(),
        KeyError::NullDisallowed => Refusal::NullKeyDisallowed.into(),
        KeyError::Truncated { .. } => Refusal::KeyTruncated.into(),
        KeyError::TooManyKeys => Refusal::TooManyKeys.into(),
    }
}
