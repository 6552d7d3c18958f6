//! New columns: what they are to be like, the rules that hold for them, and the numbers and places that they get.

use crate::column::{CODE_PAGE_ANSI, CODE_PAGE_UNICODE, ColumnDef, ColumnFlags, ColumnId, ColumnType};
use crate::error::{Refusal, Result};
use crate::shared::Taken;

/// Longest value of a long column, in bytes.
const LONG_MOST: u32 = 0x7FFF_FFFF;
/// Longest value of any other column, in bytes.
const SHORT_MOST: u32 = 255;

/// What a new column is to be like.
#[derive(Clone, Debug, Default)]
pub struct NewColumn {
    /// Its name.
    pub name: String,
    /// Type of its values; none: a number that stands for no type.
    pub column_type: Option<ColumnType>,
    /// Code page of text; 0: 1252.
    pub code_page: u32,
    /// Longest value in bytes; 0: as long as the type allows.
    pub max_len: u32,
    /// Properties.
    pub flags: ColumnFlags,
    /// Every record has a place for its value.
    pub is_fixed: bool,
    /// Only records with a value have a place for it.
    pub is_tagged: bool,
    /// It is committed at once and stays, whatever becomes of the transaction.
    pub is_unversioned: bool,
    /// Value of records that have none.
    pub default: Option<Vec<u8>>,
}

/// A column that may be made, but for its number.
#[derive(Clone, Debug)]
pub(crate) struct CheckedColumn {
    pub(crate) def: ColumnDef,
    pub(crate) kind: Kind,
    /// The longest value is shorter than was asked for.
    pub(crate) is_cut: bool,
}

/// Where in records a column has its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Fixed,
    Variable,
    Tagged,
}

impl NewColumn {
    /// Checks what can be told without the table. `name` was checked; `is_exclusive`: nobody else has the table open.
    ///
    /// # Errors
    /// What is against the column.
    pub(crate) fn checked(&self, name: String, is_exclusive: bool) -> Result<CheckedColumn> {
        let column_type = self
            .column_type
            .filter(|kind| *kind != ColumnType::ObsoleteStream);
        let column_type = column_type.ok_or(Refusal::InvalidColumnType)?;
        let code_page = self.checked_code_page(column_type)?;
        self.check_place(column_type)?;
        self.check_numbers(column_type, is_exclusive)?;
        let has = |flag| self.flags.contains(flag);
        let is_computed = has(ColumnFlags::USER_DEFINED_DEFAULT);
        if is_computed {
            self.check_computed(column_type)?;
        }
        let (max_len, is_cut) = match column_type.fixed_bytes() {
            Some(bytes) => (u32::try_from(bytes).unwrap_or(0), false),
            None if column_type.is_long() => (self.max_len, false),
            None if self.max_len == 0 => (SHORT_MOST, false),
            None => (self.max_len.min(SHORT_MOST), self.max_len > SHORT_MOST),
        };
        let default = self.default.clone().filter(|bytes| !bytes.is_empty());
        let default_len = default.as_ref().map_or(0, Vec::len);
        if !is_computed && max_len != 0 && default_len > usize::try_from(max_len).unwrap_or(usize::MAX) {
            return Err(Refusal::DefaultValueTooBig.into());
        }
        let mut flags = self.flags;
        if default.is_some() {
            flags = flags.with(ColumnFlags::HAS_DEFAULT);
        }
        let kind = if self.is_tagged || column_type.is_long() {
            Kind::Tagged
        } else if self.is_fixed || column_type.fixed_bytes().is_some() {
            Kind::Fixed
        } else {
            Kind::Variable
        };
        let def = ColumnDef {
            id: ColumnId(0),
            name,
            column_type: Some(column_type),
            code_page,
            max_len,
            flags,
            default,
            record_offset: 0,
            derived: false,
        };
        Ok(CheckedColumn { def, kind, is_cut })
    }

    /// # Errors
    /// [`Refusal::InvalidParameter`].
    pub(crate) fn check_length(&self) -> Result<()> {
        match self.max_len {
            0..=LONG_MOST => Ok(()),
            _ => Err(Refusal::InvalidParameter.into()),
        }
    }

    fn checked_code_page(&self, column_type: ColumnType) -> Result<u16> {
        if !column_type.is_text() {
            return Ok(0);
        }
        match u16::try_from(self.code_page) {
            Ok(0 | CODE_PAGE_ANSI) => Ok(CODE_PAGE_ANSI),
            Ok(CODE_PAGE_UNICODE) => Ok(CODE_PAGE_UNICODE),
            _ => Err(Refusal::InvalidCodePage.into()),
        }
    }

    fn check_place(&self, column_type: ColumnType) -> Result<()> {
        let has = |flag| self.flags.contains(flag);
        let is_long = column_type.is_long();
        if has(ColumnFlags::COMPRESSED) && !is_long {
            return Err(Refusal::ColumnCannotBeCompressed.into());
        }
        let has_default = self.default.as_ref().is_some_and(|bytes| !bytes.is_empty());
        if has(ColumnFlags::ENCRYPTED) && (!is_long || has(ColumnFlags::MULTI_VALUED) || has_default) {
            return Err(Refusal::ColumnCannotBeEncrypted.into());
        }
        if self.is_tagged || is_long {
            if self.is_fixed {
                return Err(Refusal::InvalidOptions.into());
            }
        } else if has(ColumnFlags::MULTI_VALUED) {
            return Err(Refusal::MultiValuedColumnMustBeTagged.into());
        }
        Ok(())
    }

    /// Columns that are added to, that number rows or count their changes.
    fn check_numbers(&self, column_type: ColumnType, is_exclusive: bool) -> Result<()> {
        let has = |flag| self.flags.contains(flag);
        let zero = [ColumnFlags::FINALIZE, ColumnFlags::DELETE_ON_ZERO];
        if has(ColumnFlags::ESCROW) {
            if !matches!(column_type, ColumnType::Long | ColumnType::LongLong) {
                return Err(Refusal::InvalidOptions.into());
            }
            if self.is_tagged {
                return Err(Refusal::CannotBeTagged.into());
            }
            let has_default = self.default.as_ref().is_some_and(|bytes| !bytes.is_empty());
            if has(ColumnFlags::VERSION) || has(ColumnFlags::AUTO_INCREMENT) || !has_default {
                return Err(Refusal::InvalidOptions.into());
            }
            if !is_exclusive {
                return Err(Refusal::ExclusiveTableLockRequired.into());
            }
            if zero.into_iter().all(has) {
                return Err(Refusal::InvalidOptions.into());
            }
        } else if zero.into_iter().any(has) {
            return Err(Refusal::InvalidOptions.into());
        } else if has(ColumnFlags::VERSION) || has(ColumnFlags::AUTO_INCREMENT) {
            let is_good = match column_type {
                ColumnType::Long => true,
                ColumnType::LongLong | ColumnType::UnsignedLongLong | ColumnType::Currency => {
                    has(ColumnFlags::AUTO_INCREMENT)
                }
                _ => false,
            };
            if !is_good {
                return Err(Refusal::InvalidOptions.into());
            }
            if self.is_tagged {
                return Err(Refusal::CannotBeTagged.into());
            }
            if has(ColumnFlags::VERSION) && has(ColumnFlags::AUTO_INCREMENT) {
                return Err(Refusal::InvalidOptions.into());
            }
            if has(ColumnFlags::AUTO_INCREMENT) && !is_exclusive {
                return Err(Refusal::ExclusiveTableLockRequired.into());
            }
        }
        Ok(())
    }

    /// Columns whose default is computed. There is nothing here that could compute it.
    fn check_computed(&self, column_type: ColumnType) -> Result<()> {
        let none_of = [
            ColumnFlags::NOT_NULL,
            ColumnFlags::VERSION,
            ColumnFlags::AUTO_INCREMENT,
            ColumnFlags::ESCROW,
            ColumnFlags::FINALIZE,
            ColumnFlags::DELETE_ON_ZERO,
        ];
        let is_bad = self.is_fixed
            || none_of.into_iter().any(|flag| self.flags.contains(flag))
            || !(self.is_tagged || column_type.is_long());
        Err(if is_bad {
            Refusal::InvalidOptions.into()
        } else {
            Refusal::CallbackNotResolved.into()
        })
    }
}

impl CheckedColumn {
    /// Gives the column its number and place. `record_most`: longest record in bytes; `asked`: how long its values are to be, for
    /// a fixed column.
    ///
    /// # Errors
    /// [`Refusal::RecordTooBig`], [`Refusal::TooManyColumns`]; no number is taken then.
    pub(crate) fn place(&mut self, taken: &mut Taken, asked: u32, record_most: usize) -> Result<()> {
        if self.kind == Kind::Fixed {
            let end = usize::from(taken.fixed_end) + usize::try_from(asked).unwrap_or(usize::MAX);
            if end > record_most {
                return Err(Refusal::RecordTooBig.into());
            }
        }
        let (last, most) = match self.kind {
            Kind::Fixed => (&mut taken.fixed, ColumnId::LAST_FIXED),
            Kind::Variable => (&mut taken.variable, ColumnId::LAST_VARIABLE),
            Kind::Tagged => (&mut taken.tagged, ColumnId::LAST_TAGGED),
        };
        if *last >= most {
            return Err(Refusal::TooManyColumns.into());
        }
        last.0 += 1;
        self.def.id = *last;
        if self.kind == Kind::Fixed {
            self.def.record_offset = taken.fixed_end;
            let len = u16::try_from(self.def.max_len).unwrap_or(u16::MAX);
            taken.fixed_end = taken.fixed_end.saturating_add(len);
        }
        Ok(())
    }

    /// # Errors
    /// [`Refusal::ColumnRedundant`]: `others` have such a column.
    pub(crate) fn check_single<'c>(&self, others: impl Iterator<Item = &'c ColumnDef> + Clone) -> Result<()> {
        for flag in [ColumnFlags::VERSION, ColumnFlags::AUTO_INCREMENT] {
            let has = |column: &ColumnDef| column.column_type.is_some() && column.flags.contains(flag);
            if self.def.flags.contains(flag) && others.clone().any(has) {
                return Err(Refusal::ColumnRedundant.into());
            }
        }
        Ok(())
    }

    /// # Errors
    /// [`Refusal::InvalidBufferSize`]: the default has not the length of a value.
    pub(crate) fn check_default(&self) -> Result<()> {
        check_default(&self.def)
    }
}

/// # Errors
/// [`Refusal::InvalidBufferSize`]: the default has not the length of a value.
pub(crate) fn check_default(column: &ColumnDef) -> Result<()> {
    let bytes = column.column_type.and_then(ColumnType::fixed_bytes);
    match (bytes, &column.default) {
        (Some(bytes), Some(default)) if default.len() != bytes => Err(Refusal::InvalidBufferSize.into()),
        _ => Ok(()),
    }
}
