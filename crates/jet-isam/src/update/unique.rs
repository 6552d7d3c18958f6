//! Values of a column that must not be equal.

use super::values::Expand;
use super::{SetColumn, Uniqueness, Update};
use crate::column::ColumnDef;
use crate::cursor::Cursor;
use crate::definition::Definition;
use crate::error::{Refusal, Result};
use crate::key::{Fit, KEY_MOST_DEFAULT, SegmentKind, SegmentLimits, ValuePart, append_value};
use crate::record::{Field, Record};
use crate::work::Work;

impl Cursor {
    /// Whether no other value of the column equals `value`.
    ///
    /// # Errors
    /// [`Refusal::MultiValuedDuplicate`], [`Refusal::MultiValuedDuplicateAfterTruncation`].
    pub(super) fn check_unique(
        &self,
        work: &Work<'_>,
        definition: &Definition,
        update: &Update,
        def: &ColumnDef,
        value: &[u8],
        set: &SetColumn<'_>,
    ) -> Result<()> {
        if set.uniqueness == Uniqueness::None {
            return Ok(());
        }
        let record = Record::parse(&update.record, self.database().store().page_size().is_large())?;
        let Field::Value(values) = record.get(definition.layout(), def.reference())? else {
            return Ok(());
        };
        let expand = Expand::new(work, self.database(), self.table(), &definition.def);
        let is_by_key = set.uniqueness == Uniqueness::Keys;
        let most = if is_by_key {
            KEY_MOST_DEFAULT
        } else {
            value.len().saturating_add(1)
        };
        let part = ValuePart {
            offset: 0,
            max_len: most,
        };
        let wanted = if is_by_key {
            Some(key(def, part.of(value))?)
        } else {
            None
        };
        let mut other = Vec::new();
        for (number, stored) in (1_u32..).zip(values.iter()) {
            let stored = stored?;
            if number == set.instance {
                continue;
            }
            other.clear();
            expand.append(&stored, part, &mut other)?;
            match &wanted {
                None if other == value => return Err(Refusal::MultiValuedDuplicate.into()),
                None => {}
                Some((wanted, fit)) => {
                    let (found, found_fit) = key(def, &other)?;
                    if found != *wanted {
                        continue;
                    }
                    return Err(match (*fit, found_fit) {
                        (Fit::Whole, Fit::Whole) => Refusal::MultiValuedDuplicate.into(),
                        _ => Refusal::MultiValuedDuplicateAfterTruncation.into(),
                    });
                }
            }
        }
        Ok(())
    }
}

/// A value as an index would have it.
fn key(def: &ColumnDef, value: &[u8]) -> Result<(Vec<u8>, Fit)> {
    let kind = SegmentKind::new(def, 0, false).ok_or(Refusal::ColumnNotFound)?;
    let limits = SegmentLimits {
        room: KEY_MOST_DEFAULT,
        key_most: KEY_MOST_DEFAULT,
        segment_most: None,
    };
    let mut key = Vec::new();
    let fit = append_value(&kind, value, None, &limits, &mut key)
        .map_err(|_| Refusal::UnicodeNormalizationNotSupported)?;
    Ok((key, fit))
}
