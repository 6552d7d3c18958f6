//! The rows of a table one by one: records, values, NULLs, and the key of each row.

use jet_btree::Tree;
use jet_pages::Pgno;

use super::finding::{Hex, TableFinding};
use super::keys::{Made, NotMade, RowKeys};
use super::sums::short_hash;
use super::walk::each_node;
use super::{NotMadeCounts, Reporter};
use crate::column::{ColumnDef, ColumnFlags, ColumnLayout};
use crate::record::{Field, LongValueId, Record, RecordError, StoredValue};
use crate::retrieve::{ValueError, Values};
use crate::table::TableDef;

/// Where the rows of a table are.
#[derive(Clone, Copy)]
pub(super) struct Rows<'t> {
    pub(super) tree: Tree<'t>,
    pub(super) layout: &'t ColumnLayout,
    pub(super) values: Values<'t>,
}

/// One row.
#[derive(Clone, Copy)]
pub(super) struct Row<'r> {
    pub(super) pgno: Pgno,
    /// The key of the row: what entries of indexes name it by.
    pub(super) bookmark: &'r [u8],
    /// [`short_hash`] of the key.
    pub(super) hash: u64,
    pub(super) record: Record<'r>,
}

/// Takes the page and key of a row, and the row if its record can be used.
type Visit<'v> = dyn FnMut(Pgno, &[u8], Result<Row<'_>, RecordError>) + 'v;

impl Rows<'_> {
    /// Calls `visit` for each row: its place and key, and the row itself if its record can be used. Returns how many
    /// pages, nodes and records could not.
    pub(super) fn each(&self, leaf_done: &mut dyn FnMut(), visit: &mut Visit<'_>) -> u64 {
        let (mut bookmark, mut unusable) = (Vec::new(), 0);
        let unreadable = each_node(self.tree, leaf_done, &mut |page, node| {
            if node.flags.is_deleted() {
                return;
            }
            bookmark.clear();
            node.key.append_to(&mut bookmark);
            let record = Record::parse(node.data, page.is_large())
                .and_then(|record| record.verify(self.layout).map(|()| record));
            let row = record.map(|record| Row {
                pgno: page.pgno(),
                bookmark: &bookmark,
                hash: short_hash(&bookmark),
                record,
            });
            unusable += u64::from(row.is_err());
            visit(page.pgno(), &bookmark, row);
        });
        unreadable + unusable
    }
}

/// Calls `take` for each reference to a long value in `record`. The record must have been verified.
pub(super) fn each_reference(record: &Record<'_>, take: &mut dyn FnMut(LongValueId)) {
    let Ok(tagged) = record.tagged_area() else { return };
    for field in (&tagged).into_iter().flatten() {
        let Field::Value(values) = field.values else {
            continue;
        };
        // Columns that were deleted keep their values, so they count too.
        for value in values.iter().flatten() {
            if let StoredValue::Separated { id, .. } = value {
                take(id);
            }
        }
    }
}

/// Checks of single rows.
pub(super) struct RowCheck<'t> {
    rows: Rows<'t>,
    not_null: Vec<&'t ColumnDef>,
    primary: Option<RowKeys<'t>>,
    scratch: Vec<u8>,
    key: Vec<u8>,
    /// Rows whose keys are not made, by reason.
    pub(super) not_made: NotMadeCounts,
    /// Rows whose keys were compared.
    pub(super) keys_compared: u64,
    /// Encrypted values that were not looked into.
    pub(super) encrypted_values: u64,
    /// Values that were decompressed, or decrypted.
    pub(super) values_decoded: u64,
}

impl<'t> RowCheck<'t> {
    pub(super) fn new(def: &'t TableDef, rows: Rows<'t>, reporter: &mut Reporter<'_>) -> Self {
        let primary = def.primary_index().and_then(|index| {
            let keys = RowKeys::new(index, &def.columns);
            keys.map_err(|source| {
                let index = index.name.clone();
                reporter.report(rows.tree.root(), TableFinding::Definition { index, source });
            })
            .ok()
        });
        Self {
            rows,
            not_null: def
                .live_columns()
                .filter(|column| column.flags.contains(ColumnFlags::NOT_NULL))
                .collect(),
            primary,
            scratch: Vec::new(),
            key: Vec::new(),
            not_made: NotMadeCounts::default(),
            keys_compared: 0,
            encrypted_values: 0,
            values_decoded: 0,
        }
    }

    pub(super) fn check(&mut self, row: &Row<'_>, report: &mut dyn FnMut(Pgno, TableFinding)) {
        self.nulls(row, report);
        self.tagged(row, report);
    }

    /// The key of the row against its values.
    pub(super) fn key(&mut self, row: &Row<'_>, report: &mut dyn FnMut(Pgno, TableFinding)) {
        let Some(primary) = &self.primary else { return };
        self.key.clear();
        let hex = || Hex::from(row.bookmark);
        match primary.make_first(row.record, &self.rows.values, &mut self.scratch, &mut self.key) {
            Made::Keys => {
                self.keys_compared += 1;
                if self.key != row.bookmark {
                    let expected = Hex::from(&self.key[..]);
                    report(row.pgno, TableFinding::RowKey { row: hex(), expected });
                }
            }
            Made::Not { why, .. } => self.not_made.add(why),
            Made::Refused(refusal) => {
                let index = primary.name().to_owned();
                report(
                    row.pgno,
                    TableFinding::Refused {
                        row: hex(),
                        index,
                        refusal,
                    },
                );
                self.not_made.add(NotMade::Damaged);
            }
        }
    }

    fn nulls(&self, row: &Row<'_>, report: &mut dyn FnMut(Pgno, TableFinding)) {
        for column in &self.not_null {
            let is_computed = column.flags.contains(ColumnFlags::USER_DEFINED_DEFAULT);
            let is_null = match row.record.get(self.rows.layout, column.reference()) {
                Ok(Field::Null) => true,
                Ok(Field::Absent) => !is_computed && column.default.is_none(),
                Ok(Field::Value(_)) | Err(_) => false,
            };
            if is_null {
                let column = column.name.clone();
                report(
                    row.pgno,
                    TableFinding::Null {
                        row: Hex::from(row.bookmark),
                        column,
                    },
                );
            }
        }
    }

    fn tagged(&mut self, row: &Row<'_>, report: &mut dyn FnMut(Pgno, TableFinding)) {
        let Ok(tagged) = row.record.tagged_area() else {
            return;
        };
        for field in (&tagged).into_iter().flatten() {
            let Field::Value(values) = field.values else {
                continue;
            };
            let column = self.rows.layout.get(field.column);
            for value in values.iter().flatten() {
                if let Err(finding) = self.value(row, column, value) {
                    report(row.pgno, *finding);
                }
            }
        }
    }

    /// Values in the record; long values are looked at in their own tree.
    fn value(
        &mut self,
        row: &Row<'_>,
        column: Option<&ColumnDef>,
        value: StoredValue<'_>,
    ) -> Result<(), Box<TableFinding>> {
        let name = || column.map_or_else(String::new, |column| column.name.clone());
        let expected = column
            .and_then(|column| column.column_type)
            .and_then(|kind| kind.fixed_bytes());
        let len = match value {
            StoredValue::Separated { .. } => return Ok(()),
            StoredValue::Inline {
                bytes,
                compressed: false,
                encrypted: false,
            } => bytes.len(),
            StoredValue::Inline { .. } => match self.rows.values.plain(value, usize::MAX) {
                Ok(plain) => {
                    self.values_decoded += 1;
                    plain.len()
                }
                Err(ValueError::NoKey) => {
                    self.encrypted_values += 1;
                    return Ok(());
                }
                Err(source) => {
                    let row = Hex::from(row.bookmark);
                    return Err(Box::new(TableFinding::Value {
                        row,
                        column: name(),
                        source,
                    }));
                }
            },
        };
        match expected {
            Some(expected) if expected != len => Err(Box::new(TableFinding::ValueLength {
                row: Hex::from(row.bookmark),
                column: name(),
                len,
                expected,
            })),
            _ => Ok(()),
        }
    }
}
