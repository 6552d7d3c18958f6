//! How a transcript writes answers.
//!
//! Transcripts are Latin-1: a character of a [`String`] here stands for one byte. A word that starts with `~` may differ
//! between two runs.

use std::fmt::Write as _;

use jet_api::JetCode;
use sha2::{Digest as _, Sha256};

use crate::answer::{Answer, ColumnRow, ColumnValue, EnumeratedColumn, IndexRow, Output};
use crate::call::{Call, NewTable, low};

/// Longer values are shown by their digest.
const SHOWN_BYTES_MAX: usize = 700;

pub(crate) const COLUMN_NULL: i32 = JetCode::WARN_COLUMN_NULL.number();
pub(crate) const COLUMN_SINGLE_VALUE: i32 = JetCode::WARN_COLUMN_SINGLE_VALUE.number();

/// Levels of GetDatabaseInfo whose bytes may differ.
const ESTIMATES: &[&str] = &[
    "JET_DbInfoFilesize",
    "JET_DbInfoFilesizeOnDisk",
    "JET_DbInfoSpaceOwned",
    "JET_DbInfoSpaceAvailable",
    "JET_DbInfoMisc",
    "JET_DbInfoCollate",
];

/// Name of an error; `?` for one that has none.
pub fn name_of(code: i32) -> &'static str {
    JetCode::from_number(code).name().unwrap_or("?")
}

/// Bytes as the characters of a transcript.
pub fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|&byte| char::from(byte)).collect()
}

/// The bytes of a transcript; a character that Latin-1 has not becomes `?`.
pub fn to_latin1(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(c).unwrap_or(b'?')).collect()
}

/// Lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        _ = write!(out, "{byte:02x}");
    }
    out
}

/// SHA-256 in hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// A value: its length, its bytes or their digest, and the text if it is one.
pub fn shown(bytes: &[u8]) -> String {
    if bytes.len() > SHOWN_BYTES_MAX {
        return format!("len={} sha256:{}", bytes.len(), sha256(bytes));
    }
    let is_text = !bytes.is_empty() && bytes.iter().all(|byte| (32..=126).contains(byte));
    let text = if is_text {
        format!(" \"{}\"", latin1(bytes))
    } else {
        String::new()
    };
    format!("len={} x:{}{text}", bytes.len(), hex(bytes))
}

/// The text below the line of a call, without its last line feed.
pub fn text_of(call: &Call, answer: &Answer) -> String {
    match answer {
        Answer::Returned { output, .. } if matches!(call, Call::Sleep(_)) && *output == Output::Nothing => {
            "  slept".to_owned()
        }
        Answer::Returned { code, output } => {
            let after = after_code(call, *code, output);
            format!("  -> {} ({code}){after}", name_of(*code))
        }
        Answer::Told { text, .. } => text.clone(),
        Answer::Unsupported => format!("  -- {} is not supported", call.verb()),
        Answer::NoReturn => "  !! no return in 20 s".to_owned(),
    }
}

/// What follows the error on its line and below. An output of another form than the call's counts as not written.
fn after_code(call: &Call, code: i32, output: &Output) -> String {
    let is_done = code >= 0;
    match (call, output) {
        (Call::BeginSession(..) | Call::DupSession(..), _) => {
            format!(" sesid={}", session_state(call, output))
        }
        (
            Call::CreateDatabase(..) | Call::CreateDatabase2(..) | Call::OpenDatabase(..),
            Output::Handle(Some(id)),
        ) => format!(" dbid={}", low(*id).cast_signed()),
        (Call::CreateTable(..) | Call::OpenTable(..), _) if !is_done => {
            format!(" tableid={}", cursor_state(output))
        }
        (Call::Init(Some(before)), Output::Handle(Some(after))) if before.0 != *after => {
            format!(
                " inst_changed={}",
                match *after {
                    0 => "0",
                    u64::MAX => "-1",
                    _ => "1",
                }
            )
        }
        (_, Output::Handle(_) | Output::Nothing) => String::new(),
        (_, Output::Parameter { number, text }) if is_done => parameter(*number, text.as_deref()),
        (Call::ErrorString(_), Output::Text(text)) => format!(" str=\"{}\"", latin1(text)),
        (_, Output::Text(text)) if is_done => format!(" \"{}\"", latin1(text)),
        (_, Output::Number(number)) => numbered(call, is_done, *number),
        (_, Output::Bytes { actual, bytes }) => sized(call, is_done, *actual, bytes),
        (_, Output::Code(inner)) if *inner != 0 => format!(" struct.err={}", name_of(*inner)),
        (_, Output::Codes(codes)) => joined(codes, |code| format!(" [err={}]", name_of(*code))),
        (_, Output::Names { actual, names }) => match call {
            Call::ObjectList(..) if is_done => joined(names, |name| format!(" \"{}\"", latin1(name))),
            Call::ObjectList(..) => String::new(),
            _ if is_done => format!(
                " ~cbActual={actual}{}",
                joined(names, |name| format!(" ~[{}]", latin1(name)))
            ),
            _ => format!(" ~cbActual={actual}"),
        },
        (
            Call::CreateTableColumnIndex(_, _, table),
            Output::TableCreated {
                created,
                columns,
                indexes,
                ..
            },
        ) => table_created(table, is_done, *created, columns, indexes),
        (Call::RetrieveColumn(.., place), Output::Value(value)) => {
            let mut out = format!(" cbActual={}", or_untouched(value.actual));
            if is_done && code != COLUMN_NULL {
                _ = write!(out, " {}", shown(&value.bytes));
            }
            if is_done && place.is_some() {
                _ = write!(out, " itag={} colidNext=0x{:08x}", value.tag, value.next);
            }
            out
        }
        (Call::RetrieveColumns(..), Output::Values(values)) => joined(values, |(code, value)| {
            column_value(*code, value, &hex(&value.bytes))
        }),
        (_, Output::Values(values)) if is_done => joined(values, |(code, value)| {
            column_value(*code, value, &shown(&value.bytes))
        }),
        (_, output) if is_done => after_success(call, output),
        _ => String::new(),
    }
}

/// Outputs that are shown after success alone.
fn after_success(call: &Call, output: &Output) -> String {
    match output {
        Output::ColumnInfo(info) => {
            let def = info.definition;
            format!(
                " columnid=0x{:08x} coltyp={} cp={} cbMax={} grbit=0x{:08x}",
                info.id, def.kind, def.code_page, def.size_max, def.grbit
            )
        }
        Output::Columns { records, rows } => format!(" records={records}{}", joined(rows, column_row)),
        Output::Indexes { records, rows } => format!(" records={records}{}", joined(rows, index_row)),
        Output::ObjectInfo(info) => format!(
            " objtyp={} grbit=0x{:x} flags=0x{:x} ~cRecord={} ~cPage={}",
            info.kind, info.grbit, info.flags, info.records, info.pages
        ),
        Output::Enumerated(columns) => match call {
            Call::EnumerateColumns(..) => {
                format!(
                    " count={}{}",
                    columns.len(),
                    joined(columns, |column| enumerated(column, 5))
                )
            }
            _ => joined(columns, |column| enumerated(column, 7)),
        },
        Output::RecordSize([data, lv, overhead, lv_overhead, not_tagged, tagged, lvs, multi]) => format!(
            " cbData={data} cbLV={lv} cbOverhead={overhead} cbLVOverhead={lv_overhead} cNonTagged={not_tagged} \
             cTagged={tagged} cLV={lvs} cMulti={multi}"
        ),
        Output::Bookmarks { secondary, primary } => format!(" sec={} pri={}", hex(secondary), hex(primary)),
        Output::Position([before, in_range, total]) => {
            format!(" ~LT={before} ~InRange={in_range} ~Total={total}")
        }
        Output::Records { count, bookmarks } => {
            format!(
                " cRecord={count}{}",
                joined(bookmarks, |bookmark| format!(" {}", hex(bookmark)))
            )
        }
        Output::TempTable { columns, .. } => joined(columns, |id| format!(" 0x{id:08x}")),
        Output::FileOpened { size, .. } => format!(" ~size={}:{}", size >> 32, size & u64::from(u32::MAX)),
        Output::Key(Ok(key)) => format!(" key(len={})={}", key.len(), hex(key)),
        Output::Key(Err(code)) => format!(" RetrieveKey={}", name_of(*code)),
        Output::DatabaseState {
            state,
            version,
            update,
            page_size,
        } => {
            format!(" dbstate={state} ~version=0x{version:x} ~update={update} page={page_size}")
        }
        _ => String::new(),
    }
}

fn session_state(call: &Call, output: &Output) -> &'static str {
    match output {
        Output::Handle(Some(u64::MAX)) => "JET_sesidNil",
        Output::Handle(Some(0)) if matches!(call, Call::BeginSession(..)) => "0",
        Output::Handle(Some(_)) => "set",
        _ => "untouched",
    }
}

fn cursor_state(output: &Output) -> &'static str {
    match output {
        Output::Handle(Some(u64::MAX)) => "JET_tableidNil",
        Output::Handle(Some(_)) => "set",
        _ => "untouched",
    }
}

/// What was written of a system parameter.
pub(crate) fn parameter(number: Option<u64>, text: Option<&[u8]>) -> String {
    let number = number.map(|number| format!(" num={} (0x{number:x})", number.cast_signed()));
    let text = text.map(|text| format!(" str=\"{}\"", latin1(text)));
    number.unwrap_or_default() + &text.unwrap_or_default()
}

fn numbered(call: &Call, is_done: bool, number: u64) -> String {
    match call {
        Call::GetVersion(..) => format!(" ~version=0x{number:08x}"),
        Call::GetLS(..) => format!(" ls={}", number.cast_signed()),
        Call::ReadFileInstance(..) => format!(" ~cbActual={number}"),
        Call::ResizeDatabase(..) if is_done => format!(" ~actual={number}"),
        Call::AddColumn(..) if is_done => format!(" columnid=0x{number:08x}"),
        Call::IndexRecordCount(..) if is_done => format!(" count={number}"),
        _ => String::new(),
    }
}

fn sized(call: &Call, is_done: bool, actual: Option<u32>, bytes: &[u8]) -> String {
    let size = actual.unwrap_or_default();
    let told = |label: &str| {
        let bytes = if is_done {
            format!(" {label}{}", hex(bytes))
        } else {
            String::new()
        };
        format!(" cbActual={}{bytes}", or_untouched(actual))
    };
    match call {
        Call::RetrieveKey(..) => told("key="),
        Call::GetBookmark(..) => told("bm="),
        Call::GetSessionParameter(..) => told("x:"),
        Call::Update(..) if is_done && size > 0 => told("bm="),
        Call::Update(..) => format!(" cbActual={size}"),
        Call::Update2(..) if is_done && size > 0 => format!(" bm={}", hex(bytes)),
        Call::EscrowUpdate(_, _, _, _, room, _) if is_done && room.0 > 0 => {
            format!(" old={} cbOld={size}", hex(bytes))
        }
        Call::GetDatabaseFileInfo(_, _, room) if room.0 > 16 => String::new(),
        Call::GetDatabaseInfo(_, _, level, _) if is_done => {
            let is_estimate = |name: &&str| crate::value::constant(name) == Some(u64::from(level.0));
            let mark = if ESTIMATES.iter().any(is_estimate) {
                "~"
            } else {
                ""
            };
            format!(" {mark}x:{}", hex(bytes))
        }
        Call::GetDatabaseFileInfo(..)
        | Call::GetTableIndexInfo(..)
        | Call::GetIndexInfo(..)
        | Call::GetTableInfo(..)
            if is_done =>
        {
            format!(" x:{}", hex(bytes))
        }
        _ => String::new(),
    }
}

/// A value of several, with its bytes unless it is null or an error.
fn column_value(code: i32, value: &ColumnValue, bytes: &str) -> String {
    let is_shown = code >= 0 && code != COLUMN_NULL;
    let bytes = if is_shown {
        format!(" {bytes}")
    } else {
        String::new()
    };
    let size = value.actual.unwrap_or_default();
    format!(
        " [err={} cb={size} itag={} next=0x{:x}{bytes}]",
        name_of(code),
        value.tag,
        value.next
    )
}

fn or_untouched(actual: Option<u32>) -> String {
    actual.map_or_else(|| "untouched".to_owned(), |actual| actual.to_string())
}

fn joined<T>(all: &[T], text: impl Fn(&T) -> String) -> String {
    all.iter().map(text).collect()
}

fn column_row(row: &ColumnRow) -> String {
    let def = row.info.definition;
    let default = row
        .default
        .as_ref()
        .map(|default| format!(" default={}", hex(default)));
    format!(
        "\n     {} id=0x{:08x} typ={} cbMax={} grbit=0x{:x} cp={}{}",
        latin1(&row.name),
        row.info.id,
        def.kind,
        def.size_max,
        def.grbit,
        def.code_page,
        default.unwrap_or_default()
    )
}

fn index_row(row: &IndexRow) -> String {
    format!(
        "\n     {} grbit=0x{:x} cKey={} ~cEntry={} ~cPage={} cColumn={} iColumn={} col={} grbitCol=0x{:x} id=0x{:08x} typ={}",
        latin1(&row.name),
        row.grbit,
        row.keys,
        row.entries,
        row.pages,
        row.column_count,
        row.column_index,
        latin1(&row.column),
        row.column_grbit,
        row.column_id,
        row.column_kind
    )
}

fn table_created(
    table: &NewTable,
    is_done: bool,
    created: u32,
    columns: &[(i32, u32)],
    indexes: &[i32],
) -> String {
    let mark = if is_done { "" } else { "~" };
    let mut out = format!(" {mark}cCreated={created}");
    for (column, (code, id)) in table.columns.iter().zip(columns) {
        _ = write!(out, " [{} err={} id=0x{id:08x}]", column.name, name_of(*code));
    }
    for (index, code) in table.indexes.iter().zip(indexes) {
        _ = write!(out, " [idx {} err={}]", index.name, name_of(*code));
    }
    out
}

/// A column with its values, on a line of its own that begins with this many blanks.
pub(crate) fn enumerated(column: &EnumeratedColumn, blanks: usize) -> String {
    let mut out = format!(
        "\n{:blanks$}col=0x{:08x} err={}",
        "",
        column.id,
        name_of(column.code)
    );
    for value in &column.values {
        let bytes = value.bytes.as_deref().map(shown);
        if column.code == COLUMN_SINGLE_VALUE {
            _ = write!(out, " {}", bytes.unwrap_or_default());
        } else if column.code == 0 {
            let bytes = bytes.as_deref().unwrap_or("-");
            _ = write!(out, " [itag={} {} {bytes}]", value.tag, name_of(value.code));
        }
    }
    out
}
