//! All columns of a row with all their values.

use super::Cursor;
use super::retrieve::{RowValues, Whence, default, live};
use crate::column::{ColumnDef, ColumnFlags, ColumnId, ColumnRef};
use crate::error::{Refusal, Result};
use crate::record::{Field, Record, StoredValue};
use crate::work::Work;

/// What is wanted of a row.
#[derive(Clone, Copy, Debug, Default)]
pub struct Enumerate {
    /// Where the row is read.
    pub whence: Whence,
    /// Defaults are not there.
    pub ignores_default: bool,
    /// Nor those that programs compute.
    pub ignores_computed: bool,
    /// Whether there are values is asked, not which.
    pub presence_only: bool,
    /// Only tagged columns count.
    pub tagged_only: bool,
    /// A single value comes without its number.
    pub compresses: bool,
    /// Values that lie elsewhere are left there.
    pub in_record_only: bool,
    /// Most bytes of a value that lies elsewhere.
    pub most: usize,
}

/// A column and what there is of it.
#[derive(Debug)]
pub struct Enumerated {
    /// The column; none for one that was not asked for.
    pub column: Option<ColumnRef>,
    /// What there is.
    pub state: ColumnState,
}

/// What there is of a column.
#[derive(Debug)]
pub enum ColumnState {
    /// Values, each with its number.
    Values(Vec<(u32, ValueState)>),
    /// One value.
    Single(Vec<u8>),
    /// NULL.
    Null,
    /// Something.
    Present,
    /// What the definition says, which was not asked for.
    Default,
    /// Nothing was asked.
    Skipped,
    /// There is no such column.
    Refused(Refusal),
}

/// What there is of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueState {
    /// The value.
    Whole(Vec<u8>),
    /// Its beginning.
    Cut(Vec<u8>),
    /// It lies elsewhere.
    NotInRecord,
    /// There is none.
    Null,
    /// There is one.
    Present,
    /// What the definition says, which was not asked for.
    Default,
    /// Nothing was asked.
    Skipped,
}

/// A column that is asked for, and the numbers of its values; all when there are none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The column, or why there is none; nothing for a place that is skipped.
    pub column: Option<core::result::Result<ColumnRef, Refusal>>,
    /// Numbers of values; 0 is skipped.
    pub instances: Vec<u32>,
}

/// The values of a column, of the record or of its definition.
enum Found<'v> {
    Nothing,
    Values(Vec<StoredValue<'v>>),
}

impl Cursor {
    /// All columns of the row that have values or are NULL in it.
    ///
    /// # Errors
    /// [`Refusal::CallbackFailed`] when values would have to be computed, [`Refusal::NoCurrentRecord`],
    /// [`Refusal::RecordDeleted`], and what keeps values from being read.
    pub fn enumerate(&mut self, work: &Work<'_>, how: &Enumerate) -> Result<Vec<Enumerated>> {
        self.check_computed(how)?;
        let page_size = self.database.store().page_size();
        let definition = self.definition()?;
        let rules = definition.row_rules(page_size)?;
        let new_row = Record::parse(&rules.new_row, page_size.is_large())?;
        self.look_at_values(work, how.whence, |values| {
            let reaches = |record: &Record<'_>, id: ColumnId| {
                let last = if id.is_fixed() {
                    record.last_fixed()
                } else {
                    record.last_variable()
                };
                last.is_some_and(|last| id <= last)
            };
            let mut all = Vec::new();
            for def in definition.def.live_columns() {
                let is_tagged = def.id.is_tagged();
                if how.tagged_only && !is_tagged {
                    continue;
                }
                let is_there = if is_tagged {
                    let field = values.record.get(definition.layout(), def.reference())?;
                    !matches!(field, Field::Absent) || !how.ignores_default && is_plain_default(def)
                } else {
                    reaches(&values.record, def.id) || !how.ignores_default && reaches(&new_row, def.id)
                };
                if is_there {
                    all.push(Enumerated {
                        column: Some(def.reference()),
                        state: values.state(def, how, &[])?,
                    });
                }
            }
            Ok(all)
        })
    }

    /// The columns that are asked for.
    ///
    /// # Errors
    /// As [`Cursor::enumerate`].
    pub fn enumerate_asked(
        &mut self,
        work: &Work<'_>,
        how: &Enumerate,
        asked: &[Asked],
    ) -> Result<Vec<Enumerated>> {
        if how.tagged_only {
            return Err(Refusal::InvalidOptions.into());
        }
        self.check_computed(how)?;
        self.look_at_values(work, how.whence, |values| {
            let mut all = Vec::new();
            for asked in asked {
                let (column, state) = match asked.column {
                    None => (None, ColumnState::Skipped),
                    Some(Err(refusal)) => (None, ColumnState::Refused(refusal)),
                    Some(Ok(column)) => {
                        let def = live(values.definition, column)?;
                        (Some(column), values.state(def, how, &asked.instances)?)
                    }
                };
                all.push(Enumerated { column, state });
            }
            Ok(all)
        })
    }

    fn check_computed(&mut self, how: &Enumerate) -> Result<()> {
        if how.ignores_default || how.ignores_computed {
            return Ok(());
        }
        let definition = self.definition()?;
        let mut columns = definition.def.live_columns();
        if columns.any(|def| def.flags.contains(ColumnFlags::USER_DEFINED_DEFAULT)) {
            return Err(Refusal::CallbackFailed.into());
        }
        Ok(())
    }
}

impl RowValues<'_, '_> {
    fn state(&self, def: &ColumnDef, how: &Enumerate, instances: &[u32]) -> Result<ColumnState> {
        let default = match how.ignores_default || !is_plain_default(def) {
            true => None,
            false => default(def)?,
        };
        let found = match self.record.get(self.definition.layout(), def.reference())? {
            Field::Value(values) => Found::Values(values.iter().collect::<core::result::Result<_, _>>()?),
            Field::Null => Found::Values(Vec::new()),
            Field::Absent => match &default {
                Some(default) => Found::Values(vec![StoredValue::plain(default)]),
                None => Found::Nothing,
            },
        };
        let is_nothing = matches!(found, Found::Nothing);
        let values = match found {
            Found::Values(values) => values,
            Found::Nothing => Vec::new(),
        };
        if instances.is_empty() {
            if is_nothing && how.ignores_default {
                return Ok(ColumnState::Default);
            }
            if values.is_empty() {
                return Ok(ColumnState::Null);
            }
            if how.presence_only {
                return Ok(ColumnState::Present);
            }
            if how.compresses
                && let [value @ StoredValue::Inline { .. }] = values.as_slice()
            {
                return Ok(ColumnState::Single(self.plain(value, usize::MAX)?.0));
            }
        }
        let numbers: Vec<u32> = match instances {
            [] => (1_u32..).take(values.len()).collect(),
            instances => instances.to_vec(),
        };
        let mut states = Vec::with_capacity(numbers.len());
        for number in numbers {
            let value = number
                .checked_sub(1)
                .and_then(|index| values.get(usize::try_from(index).ok()?));
            let state = match value {
                _ if number == 0 => ValueState::Skipped,
                None if is_nothing && how.ignores_default => ValueState::Default,
                None => ValueState::Null,
                Some(_) if how.presence_only => ValueState::Present,
                Some(StoredValue::Separated { .. }) if how.in_record_only => ValueState::NotInRecord,
                Some(value @ StoredValue::Separated { .. }) => {
                    let (bytes, len) = self.plain(value, how.most)?;
                    match bytes.len() < len {
                        true => ValueState::Cut(bytes),
                        false => ValueState::Whole(bytes),
                    }
                }
                Some(value) => ValueState::Whole(self.plain(value, usize::MAX)?.0),
            };
            states.push((number, state));
        }
        Ok(ColumnState::Values(states))
    }
}

/// Whether the column has a default that is not computed.
fn is_plain_default(def: &ColumnDef) -> bool {
    def.default.is_some() && !def.flags.contains(ColumnFlags::USER_DEFINED_DEFAULT)
}
