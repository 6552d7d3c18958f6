//! The answer that a recorded text stands for.
//!
//! Fields that the text lacks get a default, so that a bare error is an answer to any call.

use super::scan::{Scan, number, quoted};
use crate::answer::{
    Answer, ColumnInfo, ColumnRow, ColumnValue, EnumeratedColumn, EnumeratedValue, IndexRow, ObjectInfo,
    Output,
};
use crate::call::{Call, ColumnDef, Level, low};
use crate::transcript::{COLUMN_SINGLE_VALUE, to_latin1};
use crate::value::from_hex;

/// The answer with this text; `handles` is the next new handle.
pub(super) fn answer(call: &Call, text: &str, handles: &mut u64) -> Answer {
    let mut scan = Scan(text);
    let code = scan.skip_to("  -> ").then(|| code_of(&mut scan)).flatten();
    match (call, code) {
        _ if text.starts_with("  !! no return") => Answer::NoReturn,
        (Call::Key(..), Some(code)) => Answer::Returned {
            code,
            output: key(scan),
        },
        (Call::Sleep(_), _) if text == "  slept" => Answer::code(0),
        // Of long values the text has the digest alone.
        _ if call.level() != Level::Api || text.contains(" sha256:") => Answer::Told {
            code: code.unwrap_or_default(),
            text: text.to_owned(),
        },
        (_, Some(code)) => {
            let mut fresh = || {
                *handles += 1;
                *handles
            };
            Answer::Returned {
                code,
                output: output(call, code >= 0, scan, &mut fresh),
            }
        }
        (_, None) => Answer::Unsupported,
    }
}

/// The number in brackets after the name.
fn code_of(scan: &mut Scan<'_>) -> Option<i32> {
    scan.skip_to(" (");
    let (inner, rest) = scan.0.split_once(')')?;
    scan.0 = rest;
    inner.parse().ok()
}

fn key(mut scan: Scan<'_>) -> Output {
    if scan.0.is_empty() {
        return Output::Nothing;
    }
    if scan.0.starts_with(" RetrieveKey=") {
        return Output::Key(Err(scan.code("RetrieveKey=")));
    }
    scan.skip_to(")=");
    Output::Key(Ok(from_hex(scan.word())))
}

fn output(call: &Call, is_done: bool, mut scan: Scan<'_>, fresh: &mut dyn FnMut() -> u64) -> Output {
    match call {
        Call::BeginSession(..) | Call::DupSession(..) => {
            scan.skip_to("sesid=");
            Output::Handle(match scan.word() {
                "untouched" => None,
                "JET_sesidNil" => Some(u64::MAX),
                "0" => Some(0),
                _ => Some(fresh()),
            })
        }
        Call::CreateTable(..) | Call::OpenTable(..) if !is_done => {
            scan.skip_to("tableid=");
            Output::Handle(match scan.word() {
                "JET_tableidNil" => Some(u64::MAX),
                "set" => Some(fresh()),
                _ => None,
            })
        }
        Call::CreateDatabase(..) | Call::CreateDatabase2(..) | Call::OpenDatabase(..) => {
            Output::Handle(scan.number("dbid=").map(|id| u64::from(low(id))))
        }
        Call::Init(Some(before)) => Output::Handle(Some(match scan.number("inst_changed=") {
            Some(0) => 0,
            Some(u64::MAX) => u64::MAX,
            Some(_) => fresh(),
            None => before.0,
        })),
        Call::Init(None) => Output::Handle(Some(0)),
        Call::CreateInstance(..)
        | Call::CreateInstance2(..)
        | Call::DupCursor(..)
        | Call::CreateTable(..)
        | Call::OpenTable(..) => Output::Handle(is_done.then(fresh)),
        Call::CreateTableColumnIndex(..) => table_created(scan, fresh),
        Call::OpenTempTable(..)
        | Call::OpenTempTable2(..)
        | Call::OpenTempTable3(..)
        | Call::OpenTemporaryTable(..)
            if is_done =>
        {
            let ids = scan.0.split_whitespace().filter_map(number);
            Output::TempTable {
                cursor: fresh(),
                columns: ids.map(low).collect(),
            }
        }
        Call::OpenFileInstance(..) if is_done => {
            scan.skip_to("~size=");
            let (high, rest) = scan.0.split_once(':').unwrap_or_default();
            let half = |word: &str| word.parse::<u64>().unwrap_or_default();
            Output::FileOpened {
                file: fresh(),
                size: half(high) << 32 | half(rest),
            }
        }
        _ => fields(call, is_done, scan),
    }
}

/// Outputs that hold no handle.
fn fields(call: &Call, is_done: bool, mut scan: Scan<'_>) -> Output {
    let labelled = |label: &str| {
        let mut scan = scan;
        scan.number(label).map_or(Output::Nothing, Output::Number)
    };
    match call {
        Call::GetSystemParameter(..) => parameter(scan),
        Call::ErrorString(_) => Output::Text(to_latin1(quoted(scan.0).unwrap_or_default())),
        Call::GetCurrentIndex(..) | Call::GetDatabaseInfo(..) | Call::GetTableInfo(..)
            if scan.0.starts_with(" \"") =>
        {
            Output::Text(to_latin1(quoted(scan.0).unwrap_or_default()))
        }
        Call::GetVersion(..) => labelled("~version="),
        Call::GetLS(..) => labelled(" ls="),
        Call::ReadFileInstance(..) => labelled("~cbActual="),
        Call::ResizeDatabase(..) => labelled("~actual="),
        Call::AddColumn(..) => labelled("columnid="),
        Call::IndexRecordCount(..) => labelled("count="),
        Call::RetrieveKey(..) => sized(scan, " key="),
        Call::GetBookmark(..) | Call::Update(..) => sized(scan, " bm="),
        Call::GetSessionParameter(..) => sized(scan, " x:"),
        Call::Update2(..) => bytes_after(scan, " bm="),
        Call::EscrowUpdate(..) => bytes_after(scan, " old="),
        Call::GetDatabaseInfo(..)
        | Call::GetDatabaseFileInfo(..)
        | Call::GetTableIndexInfo(..)
        | Call::GetIndexInfo(..)
        | Call::GetTableInfo(..) => bytes_after(scan, "x:"),
        Call::CreateIndex2(..) if scan.0.contains("struct.err=") => Output::Code(scan.code("struct.err=")),
        Call::SetColumns(..) => {
            let mut codes = Vec::new();
            while scan.0.contains("[err=") {
                codes.push(scan.code("[err="));
            }
            Output::Codes(codes)
        }
        Call::GetAttachInfoInstance(..)
        | Call::GetLogInfoInstance(..)
        | Call::GetTruncateLogInfoInstance(..) => {
            let actual = scan.low("~cbActual=");
            let names = scan.0.split("~[").skip(1).filter_map(|rest| rest.split_once(']'));
            Output::Names {
                actual,
                names: names.map(|(name, _)| to_latin1(name)).collect(),
            }
        }
        Call::ObjectList(..) => {
            let names = scan.0.split('"').skip(1).step_by(2);
            Output::Names {
                actual: 0,
                names: names.map(to_latin1).collect(),
            }
        }
        Call::RetrieveColumn(..) => Output::Value(value(scan)),
        Call::RetrieveColumns(..) | Call::RetrieveColumns2(..) => values(scan),
        Call::FileState(_) if is_done => Output::DatabaseState {
            state: scan.low("dbstate="),
            version: scan.low("~version="),
            update: scan.low("~update="),
            page_size: scan.low("page="),
        },
        _ if is_done => structures(call, scan),
        _ => Output::Nothing,
    }
}

/// Structures that are shown after success alone.
fn structures(call: &Call, mut scan: Scan<'_>) -> Output {
    match call {
        Call::GetTableColumnInfo(..) | Call::GetColumnInfo(..) => {
            let id = scan.low("columnid=");
            let (kind, code_page) = (scan.low("coltyp="), scan.low("cp="));
            let (size_max, grbit) = (scan.low("cbMax="), scan.low("grbit="));
            let definition = ColumnDef {
                kind,
                grbit,
                size_max,
                code_page,
            };
            Output::ColumnInfo(ColumnInfo { id, definition })
        }
        Call::ColumnList(..) => Output::Columns {
            records: scan.low("records="),
            rows: rows(scan, column_row),
        },
        Call::IndexList(..) => Output::Indexes {
            records: scan.low("records="),
            rows: rows(scan, index_row),
        },
        Call::GetObjectInfo(..) => Output::ObjectInfo(ObjectInfo {
            kind: scan.low("objtyp="),
            grbit: scan.low("grbit="),
            flags: scan.low("flags="),
            records: scan.low("~cRecord="),
            pages: scan.low("~cPage="),
        }),
        Call::EnumerateColumns(..) | Call::EnumerateColumns2(..) => enumerated(scan),
        Call::GetRecordSize(..) => {
            let labels = [
                "cbData=",
                "cbLV=",
                "cbOverhead=",
                "cbLVOverhead=",
                "cNonTagged=",
                "cTagged=",
                "cLV=",
                "cMulti=",
            ];
            Output::RecordSize(labels.map(|label| scan.number(label).unwrap_or_default()))
        }
        Call::GetSecondaryIndexBookmark(..) => {
            scan.skip_to("sec=");
            let secondary = from_hex(scan.word());
            scan.skip_to("pri=");
            let primary = from_hex(scan.word());
            Output::Bookmarks { secondary, primary }
        }
        Call::GetRecordPosition(..) => {
            Output::Position(["~LT=", "~InRange=", "~Total="].map(|label| scan.low(label)))
        }
        Call::IntersectIndexes(..) => {
            let count = scan.low("cRecord=");
            Output::Records {
                count,
                bookmarks: scan.0.split_whitespace().map(from_hex).collect(),
            }
        }
        _ => Output::Nothing,
    }
}

fn parameter(mut scan: Scan<'_>) -> Output {
    let number = scan
        .0
        .starts_with(" num=")
        .then(|| scan.number(" num="))
        .flatten();
    let (_, text) = scan.0.split_once(" str=").unzip();
    let text = text.and_then(quoted).map(to_latin1);
    Output::Parameter { number, text }
}

fn sized(mut scan: Scan<'_>, label: &str) -> Output {
    scan.skip_to("cbActual=");
    let actual = number(scan.word()).map(low);
    let bytes = if scan.skip_to(label) {
        from_hex(scan.word())
    } else {
        Vec::new()
    };
    Output::Bytes { actual, bytes }
}

fn bytes_after(mut scan: Scan<'_>, label: &str) -> Output {
    if !scan.skip_to(label) {
        return Output::Nothing;
    }
    let bytes = from_hex(scan.word());
    let told = scan.number("cbOld=").map(low);
    let actual = told.or_else(|| u32::try_from(bytes.len()).ok());
    Output::Bytes { actual, bytes }
}

fn value(mut scan: Scan<'_>) -> ColumnValue {
    scan.skip_to("cbActual=");
    let actual = number(scan.word()).map(low);
    scan.take(" ");
    ColumnValue {
        actual,
        bytes: scan.shown().unwrap_or_default(),
        tag: scan.low("itag="),
        next: scan.low("colidNext="),
    }
}

/// `[err= cb= itag= next= BYTES]`, where the bytes are plain digits or a value as shown.
fn values(mut scan: Scan<'_>) -> Output {
    let mut values = Vec::new();
    while scan.0.contains("[err=") {
        let code = scan.code("[err=");
        let actual = scan.number("cb=").map(low);
        let (tag, next) = (scan.low("itag="), scan.low("next="));
        let bytes = if scan.take(" ") {
            scan.shown().unwrap_or_else(|| from_hex(scan.word()))
        } else {
            Vec::new()
        };
        values.push((
            code,
            ColumnValue {
                actual,
                bytes,
                tag,
                next,
            },
        ));
    }
    Output::Values(values)
}

fn table_created(mut scan: Scan<'_>, fresh: &mut dyn FnMut() -> u64) -> Output {
    let created = scan.low("cCreated=");
    let (mut columns, mut indexes) = (Vec::new(), Vec::new());
    while scan.skip_to(" [") {
        if scan.take("idx ") {
            indexes.push(scan.code("err="));
        } else {
            columns.push((scan.code("err="), scan.low("id=")));
        }
    }
    let cursor = fresh();
    Output::TableCreated {
        cursor,
        created,
        columns,
        indexes,
    }
}

fn rows<T>(scan: Scan<'_>, row: impl Fn(&str) -> T) -> Vec<T> {
    scan.0.split("\n     ").skip(1).map(row).collect()
}

fn column_row(line: &str) -> ColumnRow {
    let (name, rest) = line.split_once(" id=").unwrap_or((line, ""));
    let mut scan = Scan(rest);
    let id = number(scan.word()).map_or(0, low);
    let definition = ColumnDef {
        kind: scan.low("typ="),
        size_max: scan.low("cbMax="),
        grbit: scan.low("grbit="),
        code_page: scan.low("cp="),
    };
    let default = scan.skip_to("default=").then(|| from_hex(scan.word()));
    ColumnRow {
        name: to_latin1(name),
        info: ColumnInfo { id, definition },
        default,
    }
}

fn index_row(line: &str) -> IndexRow {
    let (name, rest) = line.split_once(" grbit=").unwrap_or((line, ""));
    let mut scan = Scan(rest);
    let grbit = number(scan.word()).map_or(0, low);
    let (keys, entries, pages) = (scan.low("cKey="), scan.low("~cEntry="), scan.low("~cPage="));
    let (column_count, column_index) = (scan.low("cColumn="), scan.low("iColumn="));
    scan.skip_to("col=");
    IndexRow {
        name: to_latin1(name),
        grbit,
        keys,
        entries,
        pages,
        column_count,
        column_index,
        column: to_latin1(scan.word()),
        column_grbit: scan.low("grbitCol="),
        column_id: scan.low("id="),
        column_kind: scan.low("typ="),
    }
}

fn enumerated(mut scan: Scan<'_>) -> Output {
    let mut columns = Vec::new();
    while scan.skip_to("col=") {
        let id = number(scan.word()).map_or(0, low);
        let code = scan.code("err=");
        let mut values = Vec::new();
        if code == COLUMN_SINGLE_VALUE {
            scan.take(" ");
            values.push(EnumeratedValue {
                tag: 1,
                code: 0,
                bytes: scan.shown(),
            });
        }
        while scan.take(" [") {
            let tag = scan.low("itag=");
            let code = scan.code(" ");
            scan.take(" ");
            let bytes = scan.shown();
            scan.skip_to("]");
            values.push(EnumeratedValue { tag, code, bytes });
        }
        columns.push(EnumeratedColumn { id, code, values });
    }
    Output::Enumerated(columns)
}
