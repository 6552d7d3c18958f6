//! Rows set, read, changed and deleted.

use jet_api::engine::{Handle, RetrieveInfo, SetInfo, SetValue, TableId, ThreadId};
use jet_api::{JetCode, JetError};

use crate::answer::{Answer, ColumnValue, Output};
use crate::call::{Call, Column, Data, Place, Session, Table};
use crate::engine::RealEngine;

impl RealEngine {
    /// What the engine answers to the call.
    pub(in crate::engine) fn rows(&self, thread: ThreadId, call: &Call) -> Result<Answer, JetError> {
        let engine = &self.engine;
        let on =
            |session: &Session, table: &Table| ((Handle::from_number(session.0), thread), TableId(table.0));
        Ok(match call {
            Call::PrepareUpdate(session, table, mode) => {
                let (caller, table) = on(session, table);
                engine.prepare_update(caller, table, mode.0)?;
                Answer::code(0)
            }
            Call::SetColumn(session, table, column, data, bits, place, size) => {
                let (caller, table) = on(session, table);
                let value = set_value(*column, data, size.0, bits.0, *place);
                Answer::code(engine.set_column(caller, table, value)?.number())
            }
            Call::SetColumns(session, table, values) => {
                let (caller, table) = on(session, table);
                let values: Vec<_> = values
                    .iter()
                    .map(|value| SetValue {
                        column: value.column,
                        data: value.data.as_deref(),
                        len: value.data.as_ref().map_or(0, |data| length(data.len())),
                        bits: 0,
                        info: SetInfo {
                            tag: value.tag,
                            offset: 0,
                        },
                    })
                    .collect();
                let mut codes = Vec::new();
                let done = engine.set_columns(caller, table, &values, &mut codes);
                let mut codes: Vec<_> = codes.into_iter().map(JetCode::number).collect();
                codes.resize(values.len(), 0);
                Answer::Returned {
                    code: number(&done),
                    output: Output::Codes(codes),
                }
            }
            Call::Update(session, table, room) => {
                let (caller, table) = on(session, table);
                self.update(caller, table, room.0, 0)
            }
            Call::Update2(session, table, bits) => {
                let (caller, table) = on(session, table);
                self.update(caller, table, UPDATE2_ROOM, bits.0)
            }
            Call::Delete(session, table) => {
                let (caller, table) = on(session, table);
                engine.delete_row(caller, table)?;
                Answer::code(0)
            }
            Call::GetLock(session, table, bits) => {
                let (caller, table) = on(session, table);
                engine.get_lock(caller, table, bits.0)?;
                Answer::code(0)
            }
            Call::RetrieveColumn(session, table, column, room, bits, place) => {
                let (caller, table) = on(session, table);
                let mut info = RetrieveInfo {
                    tag: place.map_or(1, |place| place.tag),
                    offset: place.map_or(0, |place| place.offset),
                    next_tagged: 0,
                };
                let mut value = ColumnValue {
                    actual: Some(0),
                    ..ColumnValue::default()
                };
                let mut actual = 0;
                value.bytes = vec![0; usize::try_from(room.0).unwrap_or(0)];
                let out = &mut value.bytes;
                let done =
                    engine.retrieve_column(caller, table, column.0, bits.0, &mut info, out, &mut actual);
                value
                    .bytes
                    .truncate(usize::try_from(actual).unwrap_or(usize::MAX));
                value.actual = Some(actual);
                value.tag = info.tag;
                value.next = info.next_tagged;
                Answer::Returned {
                    code: number(&done),
                    output: Output::Value(value),
                }
            }
            _ => Answer::Unsupported,
        })
    }

    /// JetUpdate2 with a buffer of so many bytes, none at all for 0.
    fn update(&self, caller: (Handle, ThreadId), table: TableId, room: u32, bits: u32) -> Answer {
        let mut bookmark = None;
        let room = usize::try_from(room).unwrap_or(usize::MAX);
        let done = self.engine.update(caller, table, Some(room), bits, &mut bookmark);
        let mut bytes = bookmark.unwrap_or_default();
        let actual = Some(length(bytes.len()));
        bytes.truncate(room);
        let code = match done {
            Ok(()) => 0,
            Err(error) => error.code().number(),
        };
        Answer::Returned {
            code,
            output: Output::Bytes { actual, bytes },
        }
    }
}

/// Room for keys that scripts give to JetUpdate2.
const UPDATE2_ROOM: u32 = 600;

fn set_value(column: Column, data: &Data, size: u32, bits: u32, place: Option<Place>) -> SetValue<'_> {
    let data = data.0.as_deref();
    SetValue {
        column: column.0,
        data,
        len: data.map_or(size, |data| length(data.len())),
        bits,
        info: SetInfo {
            tag: place.map_or(1, |place| place.tag),
            offset: place.map_or(0, |place| place.offset),
        },
    }
}

fn length(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

fn number(done: &Result<JetCode, JetError>) -> i32 {
    match done {
        Ok(code) => code.number(),
        Err(error) => error.code().number(),
    }
}
