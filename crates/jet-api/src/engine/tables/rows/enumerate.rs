//! All columns of a row, and how much room they take.

use jet_isam::cursor::{
    Asked, ColumnState, Enumerate, Enumerated, RecordSize, SizeOptions, ValueState, Whence,
};
use jet_isam::definition::Definition;
use jet_isam::error::Refusal;
use jet_isam::temporary::Verb;
use jet_session::Entry;

use super::super::TableId;
use super::super::columns;
use super::retrieve::code_of;
use crate::engine::{Engine, Handle, ThreadId};
use crate::{JetCode, JetError};

/// JET_ENUMCOLUMN: a column and what there is of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnumeratedColumn {
    /// Its id.
    pub column: u32,
    /// Success for values that follow, `JET_wrnColumnSingleValue` for one that does, or what there is instead.
    pub code: JetCode,
    /// The values.
    pub values: Vec<EnumeratedValue>,
}

/// JET_ENUMCOLUMNVALUE: a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnumeratedValue {
    /// Its number, from 1.
    pub tag: u32,
    /// Success, `JET_wrnColumnTruncated`, or what there is instead.
    pub code: JetCode,
    /// The bytes.
    pub bytes: Option<Vec<u8>>,
}

const COPY: u32 = 0x1;
const IGNORE_DEFAULT: u32 = 0x20;
const PRESENCE_ONLY: u32 = 0x2_0000;
const TAGGED_ONLY: u32 = 0x4_0000;
const COMPRESS_OUTPUT: u32 = 0x8_0000;
const IGNORE_COMPUTED: u32 = 0x10_0000;
const IN_RECORD_ONLY: u32 = 0x20_0000;
const ALL: u32 =
    COPY | IGNORE_DEFAULT | PRESENCE_ONLY | TAGGED_ONLY | COMPRESS_OUTPUT | IGNORE_COMPUTED | IN_RECORD_ONLY;

const SIZE_IN_COPY: u32 = 0x1;
const SIZE_LOCAL: u32 = 0x4;

impl Engine {
    /// JetEnumerateColumns: the columns that are asked for, each with the numbers of its values, or all columns. The code is
    /// that of the first column that does not exist.
    ///
    /// # Errors
    /// `InvalidGrbit`, `CallbackFailed`, `NoCurrentRecord`, `RecordDeleted`, ...
    pub fn enumerate_columns(
        &self,
        caller: (Handle, ThreadId),
        table: TableId,
        asked: Option<&[(u32, Vec<u32>)]>,
        most: u32,
        bits: u32,
    ) -> Result<(JetCode, Vec<EnumeratedColumn>), JetError> {
        self.on_tables(caller, Entry::Service, "reading all columns", |on| {
            let (cursor, work) = on.cursor_for(table, Verb::Retrieve)?;
            if bits & !ALL != 0 {
                return Err(Refusal::InvalidOptions.into());
            }
            let how = Enumerate {
                whence: if bits & COPY != 0 {
                    Whence::Copy
                } else {
                    Whence::Row
                },
                ignores_default: bits & IGNORE_DEFAULT != 0,
                ignores_computed: bits & IGNORE_COMPUTED != 0,
                presence_only: bits & PRESENCE_ONLY != 0,
                tagged_only: bits & TAGGED_ONLY != 0,
                compresses: bits & COMPRESS_OUTPUT != 0,
                in_record_only: bits & IN_RECORD_ONLY != 0,
                most: usize::try_from(most).unwrap_or(usize::MAX),
            };
            let definition = cursor.definition()?;
            let Some(asked) = asked else {
                let all = cursor.enumerate(work, &how)?;
                let all = all.into_iter().map(|column| told(&definition, None, column));
                return Ok((JetCode::SUCCESS, all.collect()));
            };
            let found: Vec<_> = asked
                .iter()
                .map(|(number, instances)| Asked {
                    column: (*number != 0).then(|| columns::column(&definition, *number)),
                    instances: instances.clone(),
                })
                .collect();
            let all = cursor.enumerate_asked(work, &how, &found)?;
            let all: Vec<_> = all
                .into_iter()
                .zip(asked)
                .map(|(column, (number, _))| told(&definition, Some(*number), column))
                .collect();
            let mut codes = all.iter().map(|column| column.code);
            let code = codes.find(|code| code.number() < 0);
            Ok((code.unwrap_or(JetCode::SUCCESS), all))
        })
    }

    /// JetGetRecordSize3.
    ///
    /// # Errors
    /// `NoCurrentRecord`, `RecordDeleted`, ...
    pub fn record_size(
        &self,
        caller: (Handle, ThreadId),
        table: TableId,
        bits: u32,
    ) -> Result<RecordSize, JetError> {
        self.on_tables(caller, Entry::Service, "measuring a row", |on| {
            let (cursor, work) = on.cursor_for(table, Verb::Retrieve)?;
            let how = SizeOptions {
                whence: if bits & SIZE_IN_COPY != 0 {
                    Whence::Copy
                } else {
                    Whence::Row
                },
                is_local: bits & SIZE_LOCAL != 0,
            };
            cursor.record_size(work, how)
        })
    }
}

fn told(definition: &Definition, asked: Option<u32>, found: Enumerated) -> EnumeratedColumn {
    let number = asked.unwrap_or_else(|| {
        found
            .column
            .map_or(0, |column| columns::number(definition, column))
    });
    let (code, values) = match found.state {
        ColumnState::Values(values) => (JetCode::SUCCESS, values.into_iter().map(value).collect()),
        ColumnState::Single(bytes) => {
            let value = EnumeratedValue {
                tag: 1,
                code: JetCode::SUCCESS,
                bytes: Some(bytes),
            };
            (JetCode::WARN_COLUMN_SINGLE_VALUE, vec![value])
        }
        ColumnState::Null => (JetCode::WARN_COLUMN_NULL, Vec::new()),
        ColumnState::Present => (JetCode::WARN_COLUMN_PRESENT, Vec::new()),
        ColumnState::Default => (JetCode::WARN_COLUMN_DEFAULT, Vec::new()),
        ColumnState::Skipped => (JetCode::WARN_COLUMN_SKIPPED, Vec::new()),
        ColumnState::Refused(refusal) => (code_of(refusal), Vec::new()),
    };
    EnumeratedColumn {
        column: number,
        code,
        values,
    }
}

fn value((tag, state): (u32, ValueState)) -> EnumeratedValue {
    let (code, bytes) = match state {
        ValueState::Whole(bytes) => (JetCode::SUCCESS, Some(bytes)),
        ValueState::Cut(bytes) => (JetCode::WARN_COLUMN_TRUNCATED, Some(bytes)),
        ValueState::NotInRecord => (JetCode::WARN_COLUMN_NOT_IN_RECORD, None),
        ValueState::Null => (JetCode::WARN_COLUMN_NULL, None),
        ValueState::Present => (JetCode::WARN_COLUMN_PRESENT, None),
        ValueState::Default => (JetCode::WARN_COLUMN_DEFAULT, None),
        ValueState::Skipped => (JetCode::WARN_COLUMN_SKIPPED, None),
    };
    EnumeratedValue { tag, code, bytes }
}
