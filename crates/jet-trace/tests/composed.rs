//! Verbs made of several calls, on a table small enough to be written down: the text, digests included, is the one that the
//! genuine engine's recording has for the same table.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::path::Path;

use jet_trace::answer::{
    Answer, ColumnInfo, ColumnRow, ColumnValue, EnumeratedColumn, EnumeratedValue, Output,
};
use jet_trace::call::{
    Bits, Call, Column, ColumnDef, Database, Instance, Number, Session, Signed, Table, Text,
};
use jet_trace::jet::{Jet, Thread, Whole};
use jet_trace::transcript::text_of;

const NO_CURRENT_RECORD: i32 = -1603;
const COLUMN_NULL: i32 = 1004;

/// Name, id, type, greatest size, option bits, code page, and the value of the only record.
type Row = (&'static str, u32, u32, u32, u32, u32, Option<&'static [u8]>);

const COLUMNS: &[Row] = &[
    ("k", 0x1, 4, 4, 0x1, 0, Some(&[0x0e, 0, 0, 0])),
    ("cfl", 0x2, 6, 4, 0x1, 0, None),
    ("clo", 0x3, 4, 4, 0x1, 0, None),
    (
        "cgu",
        0x4,
        16,
        16,
        0x1,
        0,
        Some(&[
            0xff, 0x11, 0xff, 1, 0xff, 1, 0xff, 0x11, 0xff, 0, 1, 1, 1, 0, 0xff, 1,
        ]),
    ),
    ("cul", 0x5, 14, 4, 0x1, 0, None),
    ("ve", 0x6, 4, 4, 0x9, 0, Some(&[0, 0, 0, 0])),
    ("nn", 0x7, 4, 4, 0x5, 0, Some(&[0x1f, 3, 0, 0])),
    ("ctv", 0x80, 10, 60, 0x0, 1252, None),
    ("cbv", 0x81, 9, 50, 0x0, 0, None),
    ("nt", 0x82, 10, 30, 0x4, 1252, Some(b"aa")),
    ("lq", 0x100, 11, 5000, 0x2, 0, None),
    ("lb", 0x101, 11, 0, 0x2, 0, Some(&[])),
];

const DUMP: &str = r#"  -> dump
     table "T" JET_errSuccess
      column k id=0x00000001 typ=4 cbMax=4 grbit=0x1 cp=0
      column cfl id=0x00000002 typ=6 cbMax=4 grbit=0x1 cp=0
      column clo id=0x00000003 typ=4 cbMax=4 grbit=0x1 cp=0
      column cgu id=0x00000004 typ=16 cbMax=16 grbit=0x1 cp=0
      column cul id=0x00000005 typ=14 cbMax=4 grbit=0x1 cp=0
      column ve id=0x00000006 typ=4 cbMax=4 grbit=0x9 cp=0
      column nn id=0x00000007 typ=4 cbMax=4 grbit=0x5 cp=0
      column ctv id=0x00000080 typ=10 cbMax=60 grbit=0x0 cp=1252
      column cbv id=0x00000081 typ=9 cbMax=50 grbit=0x0 cp=0
      column nt id=0x00000082 typ=10 cbMax=30 grbit=0x4 cp=1252
      column lq id=0x00000100 typ=11 cbMax=5000 grbit=0x2 cp=0
      column lb id=0x00000101 typ=11 cbMax=0 grbit=0x2 cp=0
      sequential rows=1 end=JET_errNoCurrentRecord keys=02b1720846005ac5f656c16f2eff654b4b2d7edfbf25eaa45f26da93c4554626 cols=e50dd79d8afb7080085b655c34bb4b598f680e072a420db6ae434758f752ef94
      row bm=00000001 JET_errSuccess
       col=0x00000001 err=JET_errSuccess [itag=1 JET_errSuccess len=4 x:0e000000]
       col=0x00000002 err=JET_wrnColumnNull
       col=0x00000003 err=JET_wrnColumnNull
       col=0x00000004 err=JET_errSuccess [itag=1 JET_errSuccess len=16 x:ff11ff01ff01ff11ff0001010100ff01]
       col=0x00000005 err=JET_wrnColumnNull
       col=0x00000006 err=JET_errSuccess [itag=1 JET_errSuccess len=4 x:00000000]
       col=0x00000007 err=JET_errSuccess [itag=1 JET_errSuccess len=4 x:1f030000]
       col=0x00000080 err=JET_wrnColumnNull
       col=0x00000081 err=JET_wrnColumnNull
       col=0x00000082 err=JET_errSuccess [itag=1 JET_errSuccess len=2 x:6161 "aa"]
       col=0x00000101 err=JET_errSuccess [itag=1 JET_errSuccess len=0 x:]"#;

/// The table with its one record.
struct OneRecord {
    is_on_record: bool,
}

fn done(output: Output) -> Answer {
    Answer::Returned { code: 0, output }
}

fn info(row: &Row) -> ColumnInfo {
    let (_, id, kind, size_max, grbit, code_page, _) = *row;
    let definition = ColumnDef {
        kind,
        grbit,
        size_max,
        code_page,
    };
    ColumnInfo { id, definition }
}

/// The engine enumerates tagged columns only where they have a value.
fn enumerated(row: &Row) -> Option<EnumeratedColumn> {
    let (id, value) = (row.1, row.6);
    let values = value.map(|bytes| EnumeratedValue {
        tag: 1,
        code: 0,
        bytes: Some(bytes.to_vec()),
    });
    (value.is_some() || id < 256).then(|| EnumeratedColumn {
        id,
        code: if value.is_some() { 0 } else { COLUMN_NULL },
        values: values.into_iter().collect(),
    })
}

impl Jet for OneRecord {
    fn call(&mut self, _: Thread, call: &Call) -> Answer {
        let bookmark = || {
            done(Output::Bytes {
                actual: Some(4),
                bytes: vec![0, 0, 0, 1],
            })
        };
        match call {
            Call::OpenTable(..) => done(Output::Handle(Some(7))),
            Call::ObjectList(..) => done(Output::Names {
                actual: 0,
                names: vec![b"T".to_vec()],
            }),
            Call::ColumnList(..) => {
                let rows = COLUMNS.iter().rev();
                let rows = rows.map(|row| ColumnRow {
                    name: row.0.into(),
                    info: info(row),
                    default: None,
                });
                done(Output::Columns {
                    records: 12,
                    rows: rows.collect(),
                })
            }
            Call::GetTableColumnInfo(_, _, Text(Some(name))) => {
                let row = COLUMNS.iter().find(|row| row.0.as_bytes() == name);
                done(Output::ColumnInfo(info(row.unwrap())))
            }
            Call::IndexList(..) => done(Output::Indexes {
                records: 0,
                rows: Vec::new(),
            }),
            Call::Move(_, _, Signed(step), _) => {
                self.is_on_record = *step == i32::MIN;
                Answer::code(if self.is_on_record { 0 } else { NO_CURRENT_RECORD })
            }
            Call::RetrieveKey(..) | Call::GetBookmark(..) if self.is_on_record => bookmark(),
            Call::RetrieveColumn(_, _, Column(id), _, _, place) if self.is_on_record => {
                let row = COLUMNS.iter().find(|row| row.1 == *id).unwrap();
                let value = row.6.filter(|_| place.is_none_or(|place| place.tag == 1));
                Answer::Returned {
                    code: if value.is_some() { 0 } else { COLUMN_NULL },
                    output: Output::Value(ColumnValue {
                        bytes: value.unwrap_or_default().to_vec(),
                        ..ColumnValue::default()
                    }),
                }
            }
            Call::EnumerateColumns(..) => done(Output::Enumerated(
                COLUMNS.iter().filter_map(enumerated).collect(),
            )),
            Call::MakeKey(..) | Call::SetCurrentIndex(..) | Call::CloseTable(..) => Answer::code(0),
            Call::GetSystemParameter(_, _, Number(9), ..) => done(Output::Parameter {
                number: Some(64),
                text: Some(Vec::new()),
            }),
            Call::GetSystemParameter(..) => Answer::code(-1003),
            _ => Answer::Unsupported,
        }
    }
}

fn text(call: &Call) -> String {
    let mut whole = Whole::new(OneRecord { is_on_record: false }, Path::new(""), "C:\\trace");
    let answer = whole.call(Thread::default(), call);
    text_of(call, &answer)
}

const SESSION: Session = Session(1);
const TABLE: Table = Table(7);

#[test]
fn a_dump_has_columns_digests_and_few_rows() {
    let name = Text(Some(b"T".to_vec()));
    assert_eq!(text(&Call::DumpTable(SESSION, Database(1), name)), DUMP);
    let all = DUMP.replacen("  -> dump", "  -> JET_errSuccess (0)", 1);
    assert_eq!(text(&Call::DumpAll(SESSION, Database(1))), all);
}

#[test]
fn a_digest_covers_keys_and_columns() {
    let columns = COLUMNS.iter().map(|row| Column(row.1)).collect();
    let expected = DUMP
        .lines()
        .find_map(|line| line.strip_prefix("      sequential"));
    assert_eq!(
        Some(&*text(&Call::Digest(SESSION, TABLE, columns))),
        expected.map(|rest| format!("  ->{rest}")).as_deref()
    );
}

#[test]
fn a_walk_shows_each_entry_and_the_end() {
    let walk = Call::Walk(SESSION, TABLE, vec![Column(0x82), Column(0x2)]);
    let expected = "  -> JET_errSuccess (0)
     [0] key=00000001 bm=00000001 c00000082=len=2 x:6161 \"aa\" c00000002=JET_wrnColumnNull
     end: JET_errNoCurrentRecord (-1603) after 1";
    assert_eq!(text(&walk), expected);
}

#[test]
fn parameters_are_listed_by_name() {
    let dump = Call::ParamDump(Instance(1), SESSION, Number(9), Number(10));
    let expected = "
     9 JET_paramMaxVerPages: JET_errSuccess (0) num=64 (0x40) str=\"\"
     10 JET_paramMaxTemporaryTables: JET_errInvalidParameter (-1003)";
    assert_eq!(text(&dump), expected);
}

#[test]
fn a_missing_call_is_told() {
    assert_eq!(text(&Call::Idle(SESSION, Bits(0))), "  -- Idle is not supported");
    let strings = Call::ErrorStrings();
    assert_eq!(text(&strings), "  -- ErrorStrings is not supported");
}
