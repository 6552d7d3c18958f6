//! Room in a record that is full: long values that lie in it are moved out, the longest first.

use super::long::{ID_BYTES, size};
use super::set::{WasSet, edit_error};
use super::{Expand, Update};
use crate::column::{ColumnFlags, ColumnRef};
use crate::cursor::Cursor;
use crate::definition::Definition;
use crate::error::{Refusal, Result};
use crate::key::ValuePart;
use crate::long::{Base, Content};
use crate::record::{Field, Record, StoredValue, TaggedChange};
use crate::work::Work;

impl Cursor {
    /// Moves long values out of the record, the longest first, until `set` succeeds.
    pub(super) fn make_room(
        &mut self,
        work: &mut Work<'_>,
        definition: &Definition,
        update: &mut Update,
        mut set: impl FnMut(&mut Self, &mut Work<'_>, &mut Update, u32) -> Result<WasSet>,
    ) -> Result<WasSet> {
        let page = self.database().store().page_size().bytes_u32();
        let mut threshold = page;
        loop {
            threshold /= 2;
            if threshold < page / 64 {
                threshold = ID_BYTES;
            }
            self.move_out(work, definition, update, threshold)?;
            match set(self, work, update, threshold) {
                Err(error) if error.refusal() == Some(Refusal::RecordTooBig) && threshold > ID_BYTES => {}
                done => return done,
            }
        }
    }

    /// Moves all long values out of the record that are longer than `threshold`.
    fn move_out(
        &mut self,
        work: &mut Work<'_>,
        definition: &Definition,
        update: &mut Update,
        threshold: u32,
    ) -> Result<()> {
        if work.level() == 0 {
            return Err(Refusal::NotInTransaction.into());
        }
        let (before, record) = (update.made.len(), update.record.clone());
        let owner = work.transaction.set_work(update.work);
        let done = work.atomically(|work| {
            for (column, instance, value) in inside_values(&record, self.is_large())? {
                if value.len() <= size(threshold) {
                    continue;
                }
                let def = definition.layout().get(column).ok_or(Refusal::ColumnNotFound)?;
                let bytes = value.plain(work, self, definition)?;
                let content = Content {
                    base: Base::Bytes(&[]),
                    offset: 0,
                    data: &bytes,
                    len: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
                    compresses: def.flags.contains(ColumnFlags::COMPRESSED),
                };
                let id = self.long_writer(definition).create(work, &content)?;
                update.made.push(id);
                update.long_level = update.long_level.max(work.level().saturating_sub(1));
                let rules = definition.row_rules(self.database().store().page_size())?;
                let change = TaggedChange {
                    column,
                    instance,
                    value: Some(StoredValue::Separated { id, encrypted: false }),
                    reverts: false,
                };
                rules
                    .edit(definition.layout())
                    .set_tagged(&mut update.record, &mut self.scratch.tagged, &change)
                    .map_err(edit_error)?;
            }
            Ok(())
        });
        work.transaction.set_work(owner);
        if done.is_err() {
            update.made.truncate(before);
            update.record = record;
        }
        done
    }
}

/// A value of a record that lies in it.
struct Inside {
    bytes: Vec<u8>,
    compressed: bool,
}

impl Inside {
    fn len(&self) -> usize {
        self.bytes.len()
    }

    fn plain(&self, work: &Work<'_>, cursor: &Cursor, definition: &Definition) -> Result<Vec<u8>> {
        let value = StoredValue::Inline {
            bytes: &self.bytes,
            compressed: self.compressed,
            encrypted: false,
        };
        let part = ValuePart {
            offset: 0,
            max_len: usize::MAX,
        };
        let mut bytes = Vec::new();
        Expand::new(work, cursor.database(), cursor.table(), &definition.def)
            .append(&value, part, &mut bytes)?;
        Ok(bytes)
    }
}

/// The long values that lie in a record, each with its column and number.
fn inside_values(record: &[u8], is_large: bool) -> Result<Vec<(ColumnRef, usize, Inside)>> {
    let mut found = Vec::new();
    for field in &Record::parse(record, is_large)?.tagged_area()? {
        let field = field?;
        let Field::Value(values) = field.values else {
            continue;
        };
        if !values.is_long() {
            continue;
        }
        for (number, value) in (1..).zip(values.iter()) {
            if let StoredValue::Inline {
                bytes,
                compressed,
                encrypted: false,
            } = value?
            {
                let bytes = bytes.to_vec();
                found.push((field.column, number, Inside { bytes, compressed }));
            }
        }
    }
    Ok(found)
}
