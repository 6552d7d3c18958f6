//! Temporary tables.

use jet_isam::column::ColumnType;
use jet_isam::cursor::Cursor;
use jet_isam::error::{IsamError, Refusal};
use jet_isam::temporary::{NewTemporaryTable, TemporaryColumn, TemporaryOptions, TextOrder};
use jet_session::Entry;

use super::{TableId, columns};
use crate::JetError;
use crate::engine::{Engine, Handle, ThreadId};

/// A column of a temporary table, as JET_COLUMNDEF tells it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TempColumn {
    /// JET_coltyp.
    pub column_type: u32,
    /// Code page of text.
    pub code_page: u32,
    /// Longest value in bytes; 0 for the greatest there is.
    pub max_len: u32,
    /// JET_bitColumnFixed, JET_bitColumnTagged, JET_bitColumnTTKey, JET_bitColumnTTDescending; others are ignored.
    pub bits: u32,
}

/// A temporary table, as JET_OPENTEMPORARYTABLE2 tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TempTable {
    /// Its columns.
    pub columns: Vec<TempColumn>,
    /// The locale and the mapping flags of Unicode text, if they are given.
    pub text: Option<(TempLocale, u32)>,
    /// JET_bitTT.
    pub bits: u32,
    /// Longest key in bytes; 0 for the default.
    pub key_most: u32,
    /// Longest segment of a column without a fixed length, in bytes; 0 for that of the key.
    pub segment_most: u32,
}

/// Locale of a temporary table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TempLocale {
    /// By its name.
    Name(String),
    /// By its number; 0 for that of the instance.
    Id(u32),
}

const COLUMN_FIXED: u32 = 0x1;
const COLUMN_TAGGED: u32 = 0x2;
const COLUMN_KEY: u32 = 0x40;
const COLUMN_DESCENDING: u32 = 0x80;

impl Engine {
    /// JetOpenTemporaryTable2, and with less in `table` JetOpenTempTable, JetOpenTempTable2, JetOpenTempTable3 and
    /// JetOpenTemporaryTable: the table, and the numbers of its columns.
    ///
    /// # Errors
    /// `TooManySorts`, `CannotMaterializeForwardOnlySort`, `InvalidParameter`, `InvalidColumnType`, `TooManyColumns`,
    /// `InvalidCodePage`, `InvalidLanguageId`, `InvalidLCMapStringFlags`, `RecordTooBig`.
    pub fn open_temporary_table(
        &self,
        caller: (Handle, ThreadId),
        table: &TempTable,
    ) -> Result<(TableId, Vec<u32>), JetError> {
        self.on_tables(caller, Entry::Service, "opening a temporary table", |on| {
            let opened = on.tables.open_temporary(&mut on.work, &table.wanted()?)?;
            let definition = on.tables.cursor(opened.cursor).and_then(Cursor::definition)?;
            let numbers = opened.columns.iter();
            let numbers = numbers.map(|column| columns::number(&definition, *column));
            Ok((on.number(opened.cursor), numbers.collect()))
        })
    }
}

/// JetGetTableInfo of a temporary table, which tells only JET_TblInfo.
pub(super) fn info(cursor: &Cursor, level: u32, room: usize) -> Result<Vec<u8>, IsamError> {
    const OBJECT_INFO_BYTES: usize = 40;
    const TABLE: u32 = 1;
    if level != 0 {
        return Err(Refusal::InvalidOperation.into());
    }
    if room < OBJECT_INFO_BYTES {
        return Err(Refusal::InvalidParameter.into());
    }
    let count = u32::try_from(cursor.sorted_rows_most().unwrap_or(0)).unwrap_or(u32::MAX);
    // Its size and type, then two times, option bits and flags that it has none of, then counts of rows and pages.
    let mut info = [40_u32.to_le_bytes(), TABLE.to_le_bytes()].concat();
    info.resize(32, 0);
    info.extend(count.to_le_bytes());
    info.resize(OBJECT_INFO_BYTES, 0);
    Ok(info)
}

impl TempTable {
    fn wanted(&self) -> Result<NewTemporaryTable, IsamError> {
        let columns: Result<Vec<_>, Refusal> = self.columns.iter().map(TempColumn::wanted).collect();
        let text = self.text.as_ref().map(|(locale, lcmap_flags)| {
            Ok::<_, Refusal>(TextOrder {
                locale: match locale {
                    TempLocale::Name(name) => name.clone(),
                    TempLocale::Id(id) => locale_name(*id).ok_or(Refusal::InvalidLanguageId)?.to_owned(),
                },
                lcmap_flags: *lcmap_flags,
            })
        });
        let has = |bit: u32| self.bits & bit != 0;
        Ok(NewTemporaryTable {
            columns: columns?,
            options: TemporaryOptions {
                indexed: has(0x1),
                unique: has(0x2),
                updatable: has(0x4),
                scrollable: has(0x8),
                nulls_high: has(0x10),
                tree: has(0x20),
                forward_only: has(0x40),
                intrinsic_only: has(0x80),
                dot_net_guid: has(0x100),
            },
            text: text.transpose()?,
            key_most: self.key_most,
            segment_most: self.segment_most,
        })
    }
}

impl TempColumn {
    fn wanted(&self) -> Result<TemporaryColumn, Refusal> {
        let column_type = ColumnType::from_number(self.column_type);
        let column_type = column_type.filter(|kind| *kind != ColumnType::ObsoleteStream);
        let has = |bit: u32| self.bits & bit != 0;
        Ok(TemporaryColumn {
            code_page: u16::try_from(self.code_page).unwrap_or(u16::MAX),
            max_len: self.max_len,
            is_fixed: has(COLUMN_FIXED),
            is_tagged: has(COLUMN_TAGGED),
            is_key: has(COLUMN_KEY),
            is_descending: has(COLUMN_DESCENDING),
            ..TemporaryColumn::of(column_type.ok_or(Refusal::InvalidColumnType)?)
        })
    }
}

/// The name of a locale by its number, of those that programs use most.
fn locale_name(id: u32) -> Option<&'static str> {
    Some(match id {
        0 | 0x0400 | 0x0800 | 0x0409 => "en-US",
        0x007f => "",
        0x0404 => "zh-TW",
        0x0407 => "de-DE",
        0x040a => "es-ES_tradnl",
        0x040c => "fr-FR",
        0x0410 => "it-IT",
        0x0411 => "ja-JP",
        0x0412 => "ko-KR",
        0x0413 => "nl-NL",
        0x0415 => "pl-PL",
        0x0416 => "pt-BR",
        0x0419 => "ru-RU",
        0x041d => "sv-SE",
        0x041f => "tr-TR",
        0x0804 => "zh-CN",
        0x0807 => "de-CH",
        0x0809 => "en-GB",
        0x0c07 => "de-AT",
        0x0c0a => "es-ES",
        0x0c0c => "fr-CA",
        0x0816 => "pt-PT",
        0x1_0407 => "de-DE_phoneb",
        _ => return None,
    })
}
