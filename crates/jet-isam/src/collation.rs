//! The order of Unicode text in one index: the Windows sort keys of `jet-nls`, as far as they are certain.

use std::sync::Arc;

use jet_nls::{Collation, Confidence, NlsError, SortId};

use crate::column::ColumnLayout;
use crate::key::{IndexDef, TextCollation, UnsupportedText};

/// A collation to make keys with, shared by threads.
pub type SharedCollation = Arc<dyn TextCollation + Send + Sync>;

/// Keys of which it is certain that Windows makes the same: others are refused, since a wrong key in an index is damage
/// that shows late.
struct Certain(Collation);

impl TextCollation for Certain {
    fn append_sort_key(&self, text: &[u8], out: &mut Vec<u8>) -> Result<(), UnsupportedText> {
        match self.0.append_sort_key(text, out) {
            Ok(Confidence::Proven | Confidence::Published) => Ok(()),
            Ok(Confidence::Disputed) | Err(_) => Err(UnsupportedText),
        }
    }
}

/// The collation of `index`; `None` when no column of its key is Unicode text.
///
/// # Errors
/// [`NlsError`] when the index was made with sort tables or flags that are not known here.
pub fn of_index(index: &IndexDef, layout: &ColumnLayout) -> Result<Option<SharedCollation>, NlsError> {
    let is_unicode = |segment: &crate::key::Segment| {
        layout
            .get(segment.column)
            .is_some_and(|column| column.is_unicode())
    };
    if !index.segments.iter().any(is_unicode) {
        return Ok(None);
    }
    let collation = Collation::open(index.sort_version, SortId(index.sort_id), index.lcmap_flags)?;
    Ok(Some(Arc::new(Certain(collation))))
}
