//! Values of columns.

use jet_isam::cursor::{EntryPart, Retrieve, Whence};
use jet_isam::error::{IsamError, Refusal};
use jet_isam::temporary::Verb;
use jet_session::Entry;

use super::super::columns;
use super::super::{OnTables, TableId};
use crate::engine::{Engine, Handle, ThreadId};
use crate::error::isam;
use crate::{JetCode, JetError};

/// JET_RETINFO: which value, where in it, and which it was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RetrieveInfo {
    /// Number of the value, from 1.
    pub tag: u32,
    /// Offset in the value in bytes.
    pub offset: u32,
    /// Id of the column that the value is of.
    pub next_tagged: u32,
}

/// JET_RETRIEVECOLUMN: a value that is wanted, and what there was.
#[derive(Debug)]
pub struct RetrieveItem<'o> {
    /// Id of the column.
    pub column: u32,
    /// Option bits.
    pub bits: u32,
    /// Which value.
    pub info: RetrieveInfo,
    /// Room for it.
    pub out: &'o mut [u8],
    /// Length of all that there is from the offset on.
    pub actual: u32,
    /// How it went.
    pub code: JetCode,
}

const COPY: u32 = 0x1;
const FROM_INDEX: u32 = 0x2;
const FROM_PRIMARY: u32 = 0x4;
const TAG: u32 = 0x8;
const NULL: u32 = 0x10;
const IGNORE_DEFAULT: u32 = 0x20;
const TUPLE: u32 = 0x800;
/// Bits of the engine itself.
const INTERNAL: u32 = 0xF000_0000;

impl Engine {
    /// JetRetrieveColumn: success, `JET_wrnColumnNull` or `JET_wrnBufferTruncated`. Of `item` number and next column are
    /// written as JET_RETINFO is.
    ///
    /// # Errors
    /// `InvalidGrbit`, `BadColumnId`, `ColumnNotFound`, `BadItagSequence`, `NoCurrentRecord`, `RecordDeleted`, ...
    pub fn retrieve_column(
        &self,
        caller: (Handle, ThreadId),
        table: TableId,
        item: &mut RetrieveItem<'_>,
    ) -> Result<JetCode, JetError> {
        self.on_tables(caller, Entry::Service, "reading a column", |on| {
            let tag = item.info.tag;
            if item.bits & INTERNAL != 0 || item.bits & TUPLE != 0 && item.bits & FROM_INDEX == 0 {
                return Err(Refusal::InvalidOptions.into());
            }
            let done = retrieve(on, table, item).map(|(code, _)| code);
            if item.bits & TAG == 0 || item.bits & (FROM_INDEX | FROM_PRIMARY) == 0 {
                item.info.tag = tag;
            }
            done
        })
    }

    /// JetRetrieveColumns, up to the first value that cannot be read: success, or `JET_wrnBufferTruncated`.
    ///
    /// # Errors
    /// As [`Engine::retrieve_column`].
    pub fn retrieve_columns(
        &self,
        caller: (Handle, ThreadId),
        table: TableId,
        items: &mut [RetrieveItem<'_>],
    ) -> Result<JetCode, JetError> {
        self.on_tables(caller, Entry::Service, "reading columns", |on| {
            let mut code = JetCode::SUCCESS;
            for item in items {
                if item.bits & INTERNAL != 0 {
                    return Err(Refusal::InvalidOptions.into());
                }
                item.code = retrieve_or_count(on, table, item)?;
                if item.code == JetCode::WARN_BUFFER_TRUNCATED {
                    code = item.code;
                }
            }
            Ok(code)
        })
    }
}

fn retrieve_or_count(
    on: &mut OnTables<'_>,
    table: TableId,
    item: &mut RetrieveItem<'_>,
) -> Result<JetCode, IsamError> {
    if item.info.tag != 0 || item.bits & (FROM_INDEX | FROM_PRIMARY) != 0 {
        let (code, is_in_key) = retrieve(on, table, item)?;
        if is_in_key {
            item.info.next_tagged = item.column;
        }
        return Ok(code);
    }
    let (cursor, work) = on.cursor_for(table, Verb::Retrieve)?;
    let definition = cursor.definition()?;
    let column = match item.column {
        0 => None,
        number => Some(columns::column(&definition, number)?),
    };
    let count = cursor.count_values(work, column, &how(item.bits, &item.info))?;
    item.info.tag = u32::try_from(count).unwrap_or(u32::MAX);
    item.info.next_tagged = item.column;
    item.actual = 0;
    Ok(JetCode::SUCCESS)
}

fn how(bits: u32, info: &RetrieveInfo) -> Retrieve {
    Retrieve {
        whence: if bits & COPY != 0 {
            Whence::Copy
        } else {
            Whence::Row
        },
        instance: info.tag,
        offset: info.offset,
        ignores_default: bits & IGNORE_DEFAULT != 0,
        counts_null: bits & NULL != 0,
    }
}

/// Reads a value; also tells whether it was told by the entry of an index.
fn retrieve(
    on: &mut OnTables<'_>,
    table: TableId,
    item: &mut RetrieveItem<'_>,
) -> Result<(JetCode, bool), IsamError> {
    let (cursor, work) = on.cursor_for(table, Verb::Retrieve)?;
    let definition = cursor.definition()?;
    let mut how = how(item.bits, &item.info);
    let mut is_in_key = false;
    if item.bits & (FROM_INDEX | FROM_PRIMARY) != 0 && !cursor.reads_a_copy() {
        let part = match (item.bits & FROM_INDEX != 0, item.bits & FROM_PRIMARY != 0) {
            (true, true) => return Err(Refusal::InvalidOptions.into()),
            (true, false) => EntryPart::Key,
            _ => EntryPart::Bookmark,
        };
        if item.column == 0 {
            return Err(Refusal::BadColumnId.into());
        }
        let column = columns::column(&definition, item.column)?;
        let from = cursor.from_entry(work, column, part, item.bits & TUPLE != 0)?;
        is_in_key = from.is_in_key;
        if is_in_key {
            how.whence = Whence::Row;
            how.ignores_default = false;
        }
        how.instance = from.instance.unwrap_or(how.instance);
        item.info.tag = how.instance;
    }
    let column = match item.column {
        0 => None,
        number => Some(columns::column(&definition, number)?),
    };
    let was = cursor.retrieve(work, column, &how, item.out);
    if let Err(error) = &was
        && error.refusal() == Some(Refusal::InvalidBufferSize)
    {
        // The length of a sum is told though it needs more room.
        let def = column.and_then(|column| definition.layout().get(column));
        let len = def.and_then(|def| def.fixed_bytes()).unwrap_or(0);
        item.actual = u32::try_from(len).unwrap_or(u32::MAX);
    }
    let was = was?;
    let column = was.column;
    if !is_in_key {
        item.info.next_tagged = column.map_or(0, |column| columns::number(&definition, column));
    }
    let Some(len) = was.len else {
        item.actual = 0;
        let code = match was.is_explicit_null {
            true => JetCode::WARN_COLUMN_SET_NULL,
            false => JetCode::WARN_COLUMN_NULL,
        };
        return Ok((code, is_in_key));
    };
    item.actual = u32::try_from(len).unwrap_or(u32::MAX);
    let code = match len > item.out.len() {
        true => JetCode::WARN_BUFFER_TRUNCATED,
        false => JetCode::SUCCESS,
    };
    Ok((code, is_in_key))
}

/// Code of a value that cannot be read.
pub(super) fn code_of(refusal: Refusal) -> JetCode {
    isam::code(&refusal.into())
}
