//! Keys to search with: made from values that the caller has, without a record.

use super::normalise::{NormaliseError, SegmentKind, SegmentLimits, append_null, append_value};
use super::text::TextCollation;
use super::{IndexDef, IndexFlags};
use crate::column::ColumnLayout;

/// Why no key can be made from values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SearchKeyError {
    /// More values than the index has columns.
    #[error("{values} values for an index of {columns} columns")]
    TooManyValues {
        /// Values given.
        values: usize,
        /// Columns of the index.
        columns: usize,
    },
    /// A key column that the table does not have, or that is deleted.
    #[error("key column {segment} is not in the table")]
    UnknownColumn {
        /// Which, from 0.
        segment: usize,
    },
    /// A value that has no key.
    #[error("value {segment}: {source}")]
    Value {
        /// Which, from 0.
        segment: usize,
        /// Why.
        source: NormaliseError,
    },
}

/// The key of an entry with these values, in the order of the index's columns; `None` stands for NULL. With fewer
/// values than columns: the beginning that all such keys share.
///
/// # Errors
/// [`SearchKeyError`].
pub fn search_key(
    index: &IndexDef,
    layout: &ColumnLayout,
    collation: Option<&dyn TextCollation>,
    values: &[Option<&[u8]>],
) -> Result<Vec<u8>, SearchKeyError> {
    if values.len() > index.segments.len() {
        return Err(SearchKeyError::TooManyValues {
            values: values.len(),
            columns: index.segments.len(),
        });
    }
    let key_most = usize::from(index.key_most);
    let dot_net_guid = index.flags.contains(IndexFlags::DOT_NET_GUID);
    let mut key = Vec::new();
    for (segment, (def, value)) in index.segments.iter().zip(values).enumerate() {
        let start = key.len();
        if start >= key_most {
            break;
        }
        match value {
            None => append_null(index.flags.contains(IndexFlags::NULLS_HIGH), &mut key),
            Some(value) => {
                let kind = layout.get(def.column);
                let kind = kind.and_then(|column| SegmentKind::new(column, index.lcmap_flags, dot_net_guid));
                let kind = kind.ok_or(SearchKeyError::UnknownColumn { segment })?;
                let segment_most = index
                    .segment_most
                    .map(usize::from)
                    .filter(|most| *most < key_most);
                let limits = SegmentLimits {
                    room: key_most - start,
                    key_most,
                    segment_most,
                };
                append_value(&kind, value, collation, &limits, &mut key)
                    .map_err(|source| SearchKeyError::Value { segment, source })?;
            }
        }
        if def.descending {
            key.iter_mut().skip(start).for_each(|byte| *byte = !*byte);
        }
    }
    key.truncate(key_most);
    Ok(key)
}
