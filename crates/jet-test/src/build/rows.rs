//! Copies of one row under ascending keys.

use jet_isam::column::ColumnType;
use jet_isam::record::Record;
use jet_isam::table::TableDef;

/// Makes copies of a record; a primary key that is a column changes in the record too.
#[derive(Clone, Debug)]
pub(super) struct Copies {
    record: Vec<u8>,
    key: KeySource,
    last: i64,
}

/// What the primary key of a table is made of.
#[derive(Clone, Copy, Debug)]
enum KeySource {
    /// Numbers in order of insertion, big-endian in four bytes: the table has no primary index.
    RowNumber,
    /// One ascending integer column.
    Column { offset: usize, column_type: ColumnType },
}

impl Copies {
    /// Copies of the row of these bytes, which stands last in the table under `key`; `None` when the table's keys are
    /// of a form that is not made here.
    pub(super) fn of(table: &TableDef, key: &[u8], record: &[u8], is_large: bool) -> Option<Self> {
        let source = KeySource::of(table, record, is_large)?;
        let last = source.number(key, record)?;
        Some(Self {
            record: record.to_vec(),
            key: source,
            last,
        })
    }

    /// Number that the last copy has in its key.
    pub(super) const fn last(&self) -> i64 {
        self.last
    }

    /// Whether the keys are the values of a column.
    pub(super) const fn key_is_column(&self) -> bool {
        matches!(self.key, KeySource::Column { .. })
    }

    /// The next row: its key and its record. `None` when the keys are used up.
    pub(super) fn next(&mut self) -> Option<(Vec<u8>, &[u8])> {
        self.last = self.last.checked_add(1)?;
        let (key, stored) = self.key.encode(self.last)?;
        if let KeySource::Column { offset, .. } = self.key {
            self.record[offset..offset + stored.len()].copy_from_slice(&stored);
        }
        Some((key, &self.record))
    }
}

impl KeySource {
    fn of(table: &TableDef, record: &[u8], is_large: bool) -> Option<Self> {
        let Some(index) = table.primary_index() else {
            return Some(Self::RowNumber);
        };
        let [segment] = &index.segments[..] else {
            return None;
        };
        let column = table.column_by_ref(segment.column)?;
        let column_type = column.column_type?;
        let is_in_record = Record::parse(record, is_large).ok()?.last_fixed() >= Some(column.id);
        (!segment.descending && column.id.is_fixed() && is_in_record).then_some(())?;
        let offset = usize::from(table.columns.fixed_slot(column.id)?.offset);
        Some(Self::Column { offset, column_type })
    }

    /// The number that a key stands for, if the key is of this form.
    fn number(self, key: &[u8], record: &[u8]) -> Option<i64> {
        let number = match self {
            Self::RowNumber => i64::from(u32::from_be_bytes(key.try_into().ok()?)),
            Self::Column { offset, column_type } => match column_type {
                ColumnType::Long => {
                    i32::from_le_bytes(record.get(offset..offset + 4)?.try_into().ok()?).into()
                }
                ColumnType::UnsignedLong => {
                    u32::from_le_bytes(record.get(offset..offset + 4)?.try_into().ok()?).into()
                }
                ColumnType::Currency | ColumnType::LongLong => {
                    i64::from_le_bytes(record.get(offset..offset + 8)?.try_into().ok()?)
                }
                _ => return None,
            },
        };
        (self.encode(number)?.0 == key).then_some(number)
    }

    /// The key, and the bytes of the column. Source: `docs/format/keys.md`.
    fn encode(self, number: i64) -> Option<(Vec<u8>, Vec<u8>)> {
        let key = |normalised: &[u8]| [&[0x7f], normalised].concat();
        let column_type = match self {
            Self::RowNumber => {
                return Some((u32::try_from(number).ok()?.to_be_bytes().to_vec(), Vec::new()));
            }
            Self::Column { column_type, .. } => column_type,
        };
        Some(match column_type {
            ColumnType::Long => {
                let value = i32::try_from(number).ok()?;
                (
                    key(&(value ^ i32::MIN).to_be_bytes()),
                    value.to_le_bytes().to_vec(),
                )
            }
            ColumnType::UnsignedLong => {
                let value = u32::try_from(number).ok()?;
                (key(&value.to_be_bytes()), value.to_le_bytes().to_vec())
            }
            ColumnType::Currency | ColumnType::LongLong => (
                key(&(number ^ i64::MIN).to_be_bytes()),
                number.to_le_bytes().to_vec(),
            ),
            _ => return None,
        })
    }
}
