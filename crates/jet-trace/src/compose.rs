//! Verbs that are several calls of the API: walks, digests, dumps, lists of parameters and errors.
//!
//! They are made of calls that an implementation has anyway, so that it answers them without knowing of them.

use std::fmt::Write as _;

use jet_api::JetCode;
use sha2::{Digest as _, Sha256};

use crate::answer::{Answer, ColumnInfo, Output};
use crate::call::{
    Bits, Call, Column, Data, Database, Instance, Number, Or, Place, Session, Signed, Table, Text, Wide, low,
};
use crate::constants::CONSTANTS;
use crate::jet::{Jet, Thread};
use crate::transcript::{COLUMN_NULL, enumerated, hex, latin1, name_of, parameter, shown};
use crate::value::constant;

const WALKED_MAX: u32 = 500;
const DUMPED_MAX: u32 = 25;
const BUFFER_BYTES: u32 = 1 << 20;
const WALK_BUFFER_BYTES: u32 = 3000;

const FIRST: Signed = Signed(i32::MIN);
const NEXT: Signed = Signed(1);

/// Stands for the error of a call that does not answer.
const NO_ANSWER: i32 = i32::MIN;

/// Ids of tagged columns have their number from here on.
const TAGGED_FIRST: u32 = 256;

/// Asked for by another path than the integer.
const PARAM_ERROR_TO_STRING: u32 = 70;

/// The genuine engine does not survive reading it.
const PARAM_UNREADABLE: u32 = 188;

/// A second name of a parameter, which lists do not use.
const PARAM_SECOND_NAME: &str = "JET_paramEnableOnlineDefrag";

/// Answers a call of this level; other calls are not supported.
pub(crate) fn answer(jet: &mut dyn Jet, thread: Thread, call: &Call) -> Answer {
    let mut on = On {
        jet,
        thread,
        is_missing: false,
    };
    let answer = on.answer(call);
    if on.is_missing {
        Answer::Unsupported
    } else {
        answer
    }
}

fn told(code: i32, text: String) -> Answer {
    Answer::Told { code, text }
}

/// An implementation and the thread that calls it.
struct On<'a> {
    jet: &'a mut dyn Jet,
    thread: Thread,
    /// Whether it lacks a call that was needed.
    is_missing: bool,
}

impl On<'_> {
    fn answer(&mut self, call: &Call) -> Answer {
        match call {
            Call::Key(session, table, data, grbit) => self.key(*session, *table, data, *grbit),
            Call::ParamDump(instance, session, from, to) => {
                self.parameters(*instance, *session, from.0, to.0)
            }
            Call::ErrorStrings() => self.error_strings(),
            Call::Walk(session, table, columns) => {
                let code = self.code(&Call::Move(*session, *table, FIRST, Bits(0)));
                let rows = self.walk(*session, *table, columns, code);
                told(code, format!("  -> {} ({code}){rows}", name_of(code)))
            }
            Call::WalkOn(session, table, columns) => {
                let rows = self.walk(*session, *table, columns, 0);
                told(0, rows)
            }
            Call::Digest(session, table, columns) => {
                let ids: Vec<u32> = columns.iter().map(|column| column.0).collect();
                let digest = self.digest(*session, *table, &ids);
                told(0, format!("  ->{digest}"))
            }
            Call::DumpTable(session, database, name) => {
                let dump = self.dump(*session, *database, name);
                told(0, format!("  -> dump{dump}"))
            }
            Call::DumpAll(session, database) => self.dump_all(*session, *database),
            _ => Answer::Unsupported,
        }
    }

    fn call(&mut self, call: &Call) -> (i32, Output) {
        match self.jet.call(self.thread, call) {
            Answer::Returned { code, output } => (code, output),
            Answer::Unsupported => {
                self.is_missing = true;
                (NO_ANSWER, Output::Nothing)
            }
            Answer::Told { .. } | Answer::NoReturn => (NO_ANSWER, Output::Nothing),
        }
    }

    fn code(&mut self, call: &Call) -> i32 {
        self.call(call).0
    }

    /// The error, and the bytes if there are any.
    fn bytes(&mut self, call: &Call) -> (i32, Vec<u8>) {
        match self.call(call) {
            (code, Output::Bytes { bytes, .. }) => (code, bytes),
            (code, _) => (code, Vec::new()),
        }
    }

    fn key(&mut self, session: Session, table: Table, data: &Data, grbit: Or<1>) -> Answer {
        let code = self.code(&Call::MakeKey(session, table, data.clone(), grbit, Or(0)));
        if code < 0 {
            return Answer::code(code);
        }
        let copy = constant("JET_bitRetrieveCopy").map_or(0, low);
        let (error, key) = self.bytes(&Call::RetrieveKey(session, table, Or(4000), Bits(copy)));
        let output = Output::Key(if error < 0 { Err(error) } else { Ok(key) });
        Answer::Returned { code, output }
    }

    fn parameters(&mut self, instance: Instance, session: Session, from: u32, to: u32) -> Answer {
        let mut text = String::new();
        let mut last = 0;
        for number in from..=to {
            let name = parameter_name(number);
            if number == PARAM_UNREADABLE {
                _ = write!(
                    text,
                    "\n     {number} {}: not read (this build crashes in the getter)",
                    name.unwrap_or("?")
                );
                continue;
            }
            let error = JetCode::INVALID_PARAMETER.number();
            let preset = (number == PARAM_ERROR_TO_STRING).then_some(Wide(i64::from(error).cast_unsigned()));
            let call = Call::GetSystemParameter(instance, session, Number(number), Or(1024), preset);
            let (code, output) = self.call(&call);
            last = code;
            if code == error && name.is_none() {
                continue;
            }
            _ = write!(
                text,
                "\n     {number} {}: {} ({code})",
                name.unwrap_or("?"),
                name_of(code)
            );
            if let Output::Parameter { number, text: string } = output
                && code >= 0
            {
                text.push_str(&parameter(number, string.as_deref()));
            }
        }
        told(last, text)
    }

    fn error_strings(&mut self) -> Answer {
        let mut codes: Vec<JetCode> = JetCode::all().collect();
        codes.sort_by_key(|code| code.number().unsigned_abs());
        let mut text = String::new();
        for code in codes {
            let (answer, output) = self.call(&Call::ErrorString(Number(code.number().cast_unsigned())));
            let string = match output {
                Output::Text(string) => latin1(&string),
                _ => String::new(),
            };
            let (number, name) = (code.number(), code.name().unwrap_or("?"));
            _ = write!(
                text,
                "\n     {number} {name}: {} str=\"{string}\"",
                name_of(answer)
            );
        }
        told(0, text)
    }

    /// The entries from the present one on.
    fn walk(&mut self, session: Session, table: Table, columns: &[Column], first: i32) -> String {
        let mut text = String::new();
        let (mut code, mut count) = (first, 0);
        while code >= 0 && count < WALKED_MAX {
            let or_name = |(code, bytes): (i32, Vec<u8>)| {
                if code < 0 {
                    name_of(code).to_owned()
                } else {
                    hex(&bytes)
                }
            };
            let key = or_name(self.bytes(&Call::RetrieveKey(session, table, Or(4096), Bits(0))));
            let bookmark = or_name(self.bytes(&Call::GetBookmark(session, table, Or(4096))));
            let warning = if code == 0 {
                String::new()
            } else {
                format!("({})", name_of(code))
            };
            _ = write!(text, "\n     [{count}]{warning} key={key} bm={bookmark}");
            for column in columns {
                let call =
                    Call::RetrieveColumn(session, table, *column, Or(WALK_BUFFER_BYTES), Bits(0), None);
                let value = match self.call(&call) {
                    (0, Output::Value(value)) => shown(&value.bytes),
                    (code, _) => name_of(code).to_owned(),
                };
                _ = write!(text, " c{:08x}={value}", column.0);
            }
            count += 1;
            code = self.code(&Call::Move(session, table, NEXT, Bits(0)));
        }
        if count < WALKED_MAX || code < 0 {
            _ = write!(text, "\n     end: {} ({code}) after {count}", name_of(code));
        }
        text
    }

    /// Digests of keys and columns over all entries of the current index.
    fn digest(&mut self, session: Session, table: Table, columns: &[u32]) -> String {
        let (mut keys, mut values) = (Sha256::new(), Sha256::new());
        let mut rows = 0_u32;
        let mut code = self.code(&Call::Move(session, table, FIRST, Bits(0)));
        while code >= 0 {
            let (error, key) = self.bytes(&Call::RetrieveKey(session, table, Or(BUFFER_BYTES), Bits(0)));
            if error < 0 {
                keys.update(error.to_le_bytes());
            } else {
                add_sized(&mut keys, &key);
            }
            for &column in columns {
                self.digest_column(session, table, column, &mut values);
            }
            rows = rows.wrapping_add(1);
            code = self.code(&Call::Move(session, table, NEXT, Bits(0)));
        }
        let (keys, values) = (hex(&keys.finalize()), hex(&values.finalize()));
        format!(" rows={rows} end={} keys={keys} cols={values}", name_of(code))
    }

    /// A tagged column with all its values and the answer after the last.
    fn digest_column(&mut self, session: Session, table: Table, column: u32, digest: &mut Sha256) {
        for tag in 1..=u32::MAX {
            let place = Some(Place { tag, offset: 0 });
            let call = Call::RetrieveColumn(session, table, Column(column), Or(BUFFER_BYTES), Bits(0), place);
            let (code, output) = self.call(&call);
            digest.update(code.to_le_bytes());
            if let Output::Value(value) = output
                && code >= 0
                && code != COLUMN_NULL
            {
                add_sized(digest, &value.bytes);
            }
            if column & 0xffff < TAGGED_FIRST || code != 0 {
                return;
            }
        }
    }

    fn dump_all(&mut self, session: Session, database: Database) -> Answer {
        let (code, output) = self.call(&Call::ObjectList(session, database));
        let mut text = format!("  -> {} ({code})", name_of(code));
        if let Output::Names { names, .. } = output {
            for name in names {
                text.push_str(&self.dump(session, database, &Text(Some(name))));
            }
        }
        told(code, text)
    }

    /// Columns, a digest per index, and the records themselves when they are few.
    fn dump(&mut self, session: Session, database: Database, name: &Text) -> String {
        let read_only = constant("JET_bitTableReadOnly").map_or(0, low);
        let (code, output) = self.call(&Call::OpenTable(session, database, name.clone(), Bits(read_only)));
        let shown_name = latin1(name.0.as_deref().unwrap_or_default());
        let mut text = format!("\n     table \"{shown_name}\" {}", name_of(code));
        let Output::Handle(Some(handle)) = output else {
            return text;
        };
        if code < 0 {
            return text;
        }
        let table = Table(handle);
        let columns = self.columns(session, table);
        for (name, info) in &columns {
            let definition = info.definition;
            _ = write!(
                text,
                "\n      column {} id=0x{:08x} typ={} cbMax={} grbit=0x{:x} cp={}",
                latin1(name),
                info.id,
                definition.kind,
                definition.size_max,
                definition.grbit,
                definition.code_page
            );
        }
        let ids: Vec<u32> = columns.iter().map(|(_, info)| info.id).collect();
        let sequential = Call::SetCurrentIndex(session, table, Text(None));
        let indexes = self.indexes(session, table);
        self.code(&sequential);
        text += "\n      sequential";
        text += &self.digest(session, table, &ids);
        for index in indexes {
            let code = self.code(&Call::SetCurrentIndex(session, table, Text(Some(index.clone()))));
            _ = write!(text, "\n      index {} {}", latin1(&index), name_of(code));
            if code >= 0 {
                text += &self.digest(session, table, &ids);
            }
        }
        // The genuine engine does not survive enumerating a table without columns.
        if !ids.is_empty() {
            self.code(&sequential);
            text += &self.few_rows(session, table);
        }
        self.code(&Call::CloseTable(session, table));
        text
    }

    /// The records when they are few, else nothing.
    fn few_rows(&mut self, session: Session, table: Table) -> String {
        let mut text = String::new();
        let mut count = 0;
        let mut code = self.code(&Call::Move(session, table, FIRST, Bits(0)));
        while code >= 0 && count <= DUMPED_MAX {
            let (_, bookmark) = self.bytes(&Call::GetBookmark(session, table, Or(WALK_BUFFER_BYTES)));
            let (code_of_row, output) =
                self.call(&Call::EnumerateColumns(session, table, Bits(0), Or(0x7fff_ffff)));
            _ = write!(text, "\n      row bm={} {}", hex(&bookmark), name_of(code_of_row));
            if let Output::Enumerated(columns) = output {
                text.extend(columns.iter().map(|column| enumerated(column, 7)));
            }
            count += 1;
            code = self.code(&Call::Move(session, table, NEXT, Bits(0)));
        }
        if count <= DUMPED_MAX { text } else { String::new() }
    }

    /// Names and definitions of the columns by id.
    fn columns(&mut self, session: Session, table: Table) -> Vec<(Vec<u8>, ColumnInfo)> {
        let (_, Output::Columns { rows, .. }) = self.call(&Call::ColumnList(session, table)) else {
            return Vec::new();
        };
        let mut columns = Vec::new();
        for row in rows {
            let call = Call::GetTableColumnInfo(session, table, Text(Some(row.name.clone())));
            let definition = match self.call(&call) {
                (_, Output::ColumnInfo(info)) => info.definition,
                _ => crate::call::ColumnDef::default(),
            };
            let id = row.info.id;
            columns.push((row.name, ColumnInfo { id, definition }));
        }
        columns.sort_by_key(|(_, info)| info.id);
        columns
    }

    fn indexes(&mut self, session: Session, table: Table) -> Vec<Vec<u8>> {
        let (_, Output::Indexes { rows, .. }) = self.call(&Call::IndexList(session, table, Text(None)))
        else {
            return Vec::new();
        };
        let mut names: Vec<_> = rows.into_iter().map(|row| row.name).collect();
        names.sort();
        names.dedup();
        names
    }
}

fn add_sized(digest: &mut Sha256, bytes: &[u8]) {
    digest.update(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes());
    digest.update(bytes);
}

fn parameter_name(number: u32) -> Option<&'static str> {
    let mut parameters = CONSTANTS.iter().filter(|(name, _)| name.starts_with("JET_param"));
    let found = parameters.find(|(name, value)| *value == i64::from(number) && *name != PARAM_SECOND_NAME);
    found.map(|(name, _)| *name)
}
