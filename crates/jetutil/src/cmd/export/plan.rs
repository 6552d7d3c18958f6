//! What is to be written of a table: columns with their names in the output and the form of their values.
//!
//! The table is read once before anything is written: typed formats must know beforehand which columns have several
//! values in a row, and what their dates are.

use std::collections::HashMap;

use jet_api::{
    ColumnDef, ColumnFlags, ColumnRef, ColumnType, ColumnValues, JetError, Row, Table, TableDef, Value,
};

use super::dates::{DateForm, DateScan};
use super::names::Names;

/// A column of the output.
#[derive(Debug)]
pub(super) struct ColumnPlan<'db> {
    pub(super) def: &'db ColumnDef,
    /// Name in the output, unique without regard to case.
    pub(super) name: String,
    /// Whether the column may have several values: its definition says so, or some row has them.
    pub(super) is_list: bool,
    /// What its `DateTime` values are written as.
    pub(super) dates: DateForm,
}

impl ColumnPlan<'_> {
    /// Type; a column without one (deleted) is in no plan.
    pub(super) fn kind(&self) -> ColumnType {
        self.def.column_type.unwrap_or(ColumnType::LongBinary)
    }
}

/// What is to be written of a table.
#[derive(Debug)]
pub(super) struct TablePlan<'db> {
    pub(super) def: &'db TableDef,
    /// File name without extension.
    pub(super) stem: String,
    pub(super) columns: Vec<ColumnPlan<'db>>,
    /// Rows that could be read.
    pub(super) rows: u64,
    places: HashMap<ColumnRef, usize>,
}

/// How the form of `DateTime` values is chosen.
#[derive(Clone, Copy, Debug)]
pub(super) enum DateChoice {
    /// This one for all columns.
    Fixed(DateForm),
    /// For each column what all its values are; `in_nanos`: nanoseconds since 1970 must hold them.
    ByValues { in_nanos: bool },
}

impl<'db> TablePlan<'db> {
    /// Reads the table to make its plan. Errors are left to those who read it again to write it.
    pub(super) fn new(table: &Table<'db>, stem: String, dates: DateChoice) -> Self {
        let def = table.def();
        let mut names = Names::default();
        let mut columns: Vec<ColumnPlan<'db>> = def
            .live_columns()
            .map(|def| ColumnPlan {
                def,
                name: names.unique(&def.name),
                is_list: def.id.is_tagged() && def.flags.contains(ColumnFlags::MULTI_VALUED),
                dates: DateForm::Raw,
            })
            .collect();
        let places = columns
            .iter()
            .enumerate()
            .map(|(at, column)| (column.def.reference(), at))
            .collect();
        let mut scan = vec![DateScan::default(); columns.len()];
        let mut plan = Self {
            def,
            stem,
            columns: Vec::new(),
            rows: 0,
            places,
        };
        let mut rows = table.rows();
        while let Some(row) = rows.next() {
            let Ok(row) = row else { continue };
            plan.rows += 1;
            // A damaged end of a row ends what is seen of it here as it does when it is written.
            _ = row.each_column(|column, values| {
                let Some(&at) = plan.places.get(&column.reference()) else {
                    return Ok(());
                };
                if let (ColumnValues::Stored(values), Some(column)) = (&values, columns.get_mut(at)) {
                    column.is_list |= values.len() > 1;
                }
                if let (Some(ColumnType::DateTime), Some(scan)) = (column.column_type, scan.get_mut(at)) {
                    for value in (Cell {
                        row: &row,
                        column,
                        values: &values,
                    })
                    .values()
                    {
                        if let Ok(Value::DateTime(bits)) = value {
                            scan.add(bits);
                        }
                    }
                }
                Ok::<(), JetError>(())
            });
        }
        for (column, scan) in columns.iter_mut().zip(scan) {
            if column.kind() == ColumnType::DateTime {
                column.dates = match dates {
                    DateChoice::Fixed(form) => form,
                    DateChoice::ByValues { in_nanos } => scan.form(in_nanos),
                };
            }
        }
        plan.columns = columns;
        plan
    }

    /// Position of a column of the table.
    pub(super) fn place(&self, column: ColumnRef) -> Option<usize> {
        self.places.get(&column).copied()
    }
}

/// A row, its columns in the order of the plan. Values are read when they are asked for.
pub(super) struct Cells<'r, 'db> {
    /// Number in the output, from 1.
    pub(super) number: u64,
    row: Row<'r, 'db>,
    values: Vec<Option<ColumnValues<'r, 'db>>>,
}

impl<'r, 'db> Cells<'r, 'db> {
    /// The row as far as it can be read, and the error where that ends.
    pub(super) fn read(plan: &TablePlan<'db>, row: Row<'r, 'db>, number: u64) -> (Self, Option<JetError>) {
        let mut values = Vec::new();
        values.resize_with(plan.columns.len(), || None);
        let read = row.each_column(|column, found| {
            if let Some(place) = plan.place(column.reference()).and_then(|at| values.get_mut(at)) {
                *place = Some(found);
            }
            Ok::<(), JetError>(())
        });
        (Self { number, row, values }, read.err())
    }

    /// The columns, each with its values; `None` for NULL.
    pub(super) fn columns<'c>(
        &'c self,
        plan: &'c TablePlan<'db>,
    ) -> impl Iterator<Item = (usize, &'c ColumnPlan<'db>, Option<Cell<'c, 'r, 'db>>)> {
        plan.columns
            .iter()
            .zip(&self.values)
            .enumerate()
            .map(|(at, (column, values))| {
                let cell = values.as_ref().map(|values| Cell {
                    row: &self.row,
                    column: column.def,
                    values,
                });
                (at, column, cell)
            })
    }
}

/// The values of a column that is not NULL, at least one.
#[derive(Clone, Copy)]
pub(super) struct Cell<'c, 'r, 'db> {
    row: &'c Row<'r, 'db>,
    column: &'db ColumnDef,
    values: &'c ColumnValues<'r, 'db>,
}

impl<'c, 'r, 'db> Cell<'c, 'r, 'db> {
    /// Number of values.
    pub(super) fn len(&self) -> usize {
        match self.values {
            ColumnValues::Stored(values) => values.len(),
            ColumnValues::Default(_) => 1,
        }
    }

    /// The values, long ones put together; one is in memory at a time.
    pub(super) fn values(self) -> impl Iterator<Item = Result<Value<'r>, JetError>> + use<'c, 'r, 'db> {
        let (stored, default) = match self.values {
            ColumnValues::Stored(values) => (Some(values.iter()), None),
            ColumnValues::Default(bytes) => (None, Some(bytes.clone())),
        };
        let stored = stored.into_iter().flatten().map(move |value| {
            let value = value.map_err(|error| self.row.value_error(self.column, error.into()))?;
            Ok(Value::decode(self.column, self.row.plain(self.column, value)?))
        });
        stored.chain(default.map(move |bytes| Ok(Value::decode(self.column, bytes))))
    }
}
