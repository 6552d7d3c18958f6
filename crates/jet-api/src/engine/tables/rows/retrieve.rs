//! Values of columns.

use jet_isam::cursor::{Retrieve, Whence};
use jet_isam::error::{IsamError, Refusal};
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
    /// JetRetrieveColumn: success, `JET_wrnColumnNull` or `JET_wrnBufferTruncated`. `actual` gets the length of all that there
    /// is from the offset on.
    ///
    /// # Errors
    /// `InvalidGrbit`, `BadColumnId`, `ColumnNotFound`, `BadItagSequence`, `NoCurrentRecord`, `RecordDeleted`, ...
    pub fn retrieve_column(
        &self,
        caller: (Handle, ThreadId),
        table: TableId,
        column: u32,
        bits: u32,
        info: &mut RetrieveInfo,
        out: &mut [u8],
        actual: &mut u32,
    ) -> Result<JetCode, JetError> {
        self.on_tables(caller, Entry::Service, "reading a column", |on| {
            retrieve(on, table, column, bits, info, out, actual)
        })
    }
}

fn retrieve(
    on: &mut OnTables<'_>,
    table: TableId,
    number: u32,
    bits: u32,
    info: &mut RetrieveInfo,
    out: &mut [u8],
    actual: &mut u32,
) -> Result<JetCode, IsamError> {
    let (cursor, work) = on.cursor(table)?;
    if bits & INTERNAL != 0 || bits & TUPLE != 0 && bits & FROM_INDEX == 0 {
        return Err(Refusal::InvalidOptions.into());
    }
    let definition = cursor.definition()?;
    let column = match number {
        0 => None,
        number => Some(columns::column(&definition, number)?),
    };
    let how = Retrieve {
        whence: if bits & COPY != 0 {
            Whence::Copy
        } else {
            Whence::Row
        },
        instance: info.tag,
        offset: info.offset,
        ignores_default: bits & IGNORE_DEFAULT != 0,
        counts_null: bits & NULL != 0,
    };
    let _ = (FROM_PRIMARY, TAG);
    let was = cursor.retrieve(work, column, &how, out)?;
    info.next_tagged = was
        .column
        .map_or(0, |column| columns::number(&definition, column));
    let Some(len) = was.len else {
        *actual = 0;
        return Ok(JetCode::WARN_COLUMN_NULL);
    };
    *actual = u32::try_from(len).unwrap_or(u32::MAX);
    Ok(match len > out.len() {
        true => JetCode::WARN_BUFFER_TRUNCATED,
        false => JetCode::SUCCESS,
    })
}

#[expect(unused, reason = "many columns come next")]
fn code(error: &IsamError) -> JetCode {
    isam::code(error)
}
