//! What calls give: the error, and beside it what the engine wrote.
//!
//! An implementation tells what was written, also after errors; which of it a transcript shows is decided in
//! [`crate::transcript`]. Codes are JET_ERR values.

use crate::call::ColumnDef;

/// Answer to a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The function returned.
    Returned {
        /// Its error or warning; 0 for success.
        code: i32,
        /// What it wrote; [`Output::Nothing`] when it wrote nothing.
        output: Output,
    },
    /// What is no single function of the API: the whole text below the call, without its last line feed.
    Told {
        /// The error that decides whether the call succeeded.
        code: i32,
        /// The text.
        text: String,
    },
    /// The implementation has no such call yet.
    Unsupported,
    /// The call waits for another thread and did not come back.
    NoReturn,
}

impl Answer {
    /// An error or warning with nothing beside it.
    pub const fn code(code: i32) -> Self {
        Self::Returned {
            code,
            output: Output::Nothing,
        }
    }

    /// The error, if the call came back.
    pub const fn returned(&self) -> Option<i32> {
        match self {
            Self::Returned { code, .. } | Self::Told { code, .. } => Some(*code),
            Self::Unsupported | Self::NoReturn => None,
        }
    }
}

/// What a call wrote. The table of [`Call`](crate::call::Call) names the form of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Nothing beside the error.
    Nothing,
    /// A handle or id; `None` when the place for it was left untouched.
    Handle(Option<u64>),
    /// A number.
    Number(u64),
    /// A string without its final zero.
    Text(Vec<u8>),
    /// Bytes that fit the buffer, and the size that the call told; `None` when that was left untouched.
    Bytes {
        /// Size in bytes of all there is.
        actual: Option<u32>,
        /// The bytes in the buffer.
        bytes: Vec<u8>,
    },
    /// A system parameter: what was written, the integer, the string or both.
    Parameter {
        /// The integer.
        number: Option<u64>,
        /// The string.
        text: Option<Vec<u8>>,
    },
    /// The error within the structure that the call was given.
    Code(i32),
    /// The error of each element.
    Codes(Vec<i32>),
    /// A column.
    ColumnInfo(ColumnInfo),
    /// The columns of a table.
    Columns {
        /// Rows that the list claims.
        records: u32,
        /// The rows in the order of the list.
        rows: Vec<ColumnRow>,
    },
    /// The columns of the indexes of a table.
    Indexes {
        /// Rows that the list claims.
        records: u32,
        /// The rows in the order of the list.
        rows: Vec<IndexRow>,
    },
    /// A table as an object.
    ObjectInfo(ObjectInfo),
    /// Names, of tables or files.
    Names {
        /// Size in bytes that the call told.
        actual: u32,
        /// The names in order.
        names: Vec<Vec<u8>>,
    },
    /// A table with its columns and indexes.
    TableCreated {
        /// The cursor on it.
        cursor: u64,
        /// Objects made.
        created: u32,
        /// Error and id of each column.
        columns: Vec<(i32, u32)>,
        /// Error of each index.
        indexes: Vec<i32>,
    },
    /// A value of a column.
    Value(ColumnValue),
    /// Values of columns, each with its error.
    Values(Vec<(i32, ColumnValue)>),
    /// Columns with all their values.
    Enumerated(Vec<EnumeratedColumn>),
    /// The size of a record: data, long values, overhead of both in bytes; columns that are not tagged, tagged ones, long
    /// values, further values.
    RecordSize([u64; 8]),
    /// Bookmarks of an entry of a secondary index.
    Bookmarks {
        /// In the secondary index.
        secondary: Vec<u8>,
        /// In the primary index.
        primary: Vec<u8>,
    },
    /// A position: entries before, in the range, in all.
    Position([u32; 3]),
    /// Records that several indexes have in common.
    Records {
        /// How many.
        count: u32,
        /// Their bookmarks in order.
        bookmarks: Vec<Vec<u8>>,
    },
    /// A temporary table.
    TempTable {
        /// The cursor on it.
        cursor: u64,
        /// The ids of its columns.
        columns: Vec<u32>,
    },
    /// A file of a backup.
    FileOpened {
        /// Its handle.
        file: u64,
        /// Its size in bytes.
        size: u64,
    },
    /// The key that was made, or the error of getting it.
    Key(Result<Vec<u8>, i32>),
    /// The header of a database file.
    DatabaseState {
        /// Clean, dirty, and so on.
        state: u32,
        /// Format version.
        version: u32,
        /// Format update.
        update: u32,
        /// Page size in bytes.
        page_size: u32,
    },
}

/// Definition of a column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ColumnInfo {
    /// Its id.
    pub id: u32,
    /// What it holds.
    pub definition: ColumnDef,
}

/// A row of a list of columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnRow {
    /// Name of the column.
    pub name: Vec<u8>,
    /// Its definition.
    pub info: ColumnInfo,
    /// Its default value, if it has one.
    pub default: Option<Vec<u8>>,
}

/// A row of a list of indexes: one column of an index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IndexRow {
    /// Name of the index.
    pub name: Vec<u8>,
    /// Option bits of the index.
    pub grbit: u32,
    /// Different keys, by estimate.
    pub keys: u32,
    /// Entries, by estimate.
    pub entries: u32,
    /// Pages, by estimate.
    pub pages: u32,
    /// Columns of the index.
    pub column_count: u32,
    /// Which of them this is, from 0.
    pub column_index: u32,
    /// Name of the column.
    pub column: Vec<u8>,
    /// Whether it descends.
    pub column_grbit: u32,
    /// Id of the column.
    pub column_id: u32,
    /// Type of the column.
    pub column_kind: u32,
}

/// A table as an object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ObjectInfo {
    /// JET_objtyp.
    pub kind: u32,
    /// Option bits.
    pub grbit: u32,
    /// Flags.
    pub flags: u32,
    /// Records, by estimate.
    pub records: u32,
    /// Pages, by estimate.
    pub pages: u32,
}

/// A value of a column as a call gave it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnValue {
    /// Size in bytes of all there is; `None` when left untouched.
    pub actual: Option<u32>,
    /// The bytes in the buffer.
    pub bytes: Vec<u8>,
    /// Ordinal that the call left in its structure.
    pub tag: u32,
    /// Id of the next tagged column.
    pub next: u32,
}

/// A column and its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnumeratedColumn {
    /// Id of the column.
    pub id: u32,
    /// Its error; JET_wrnColumnSingleValue says that it comes as one value without ordinal.
    pub code: i32,
    /// The values.
    pub values: Vec<EnumeratedValue>,
}

/// One of the values of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnumeratedValue {
    /// Its ordinal.
    pub tag: u32,
    /// Its error.
    pub code: i32,
    /// Its bytes; `None` for none at all.
    pub bytes: Option<Vec<u8>>,
}
