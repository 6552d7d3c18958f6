//! Rows set, read, changed and deleted.

use jet_api::engine::{Handle, RetrieveInfo, RetrieveItem, SetInfo, SetValue, TableId, ThreadId};
use jet_api::{JetCode, JetError};

use crate::answer::{Answer, ColumnValue, EnumeratedColumn, EnumeratedValue, Output};
use crate::call::{Call, Column, Data, Place, Session, Table, Wanted};
use crate::engine::{RealEngine, written};

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
                let place = place.unwrap_or(Place { tag: 1, offset: 0 });
                let mut value = ColumnValue {
                    bytes: vec![0; size(room.0)],
                    ..ColumnValue::default()
                };
                let mut item = item(column.0, bits.0, place, &mut value.bytes);
                let done = engine.retrieve_column(caller, table, &mut item);
                let (actual, info) = (item.actual, item.info);
                value.bytes.truncate(size(actual));
                value.actual = Some(actual);
                value.tag = info.tag;
                value.next = info.next_tagged;
                Answer::Returned {
                    code: number(&done),
                    output: Output::Value(value),
                }
            }
            Call::RetrieveColumns(session, table, room, wanted) => {
                let (caller, table) = on(session, table);
                self.retrieve_columns(caller, table, (room.0, 0), wanted)
            }
            Call::RetrieveColumns2(session, table, room, bits, wanted) => {
                let (caller, table) = on(session, table);
                self.retrieve_columns(caller, table, (room.0, bits.0), wanted)
            }
            Call::EnumerateColumns(session, table, bits, most) => {
                let (caller, table) = on(session, table);
                enumerated(engine.enumerate_columns(caller, table, None, most.0, bits.0))
            }
            Call::EnumerateColumns2(session, table, bits, most, wanted) => {
                let (caller, table) = on(session, table);
                let asked: Vec<_> = wanted
                    .iter()
                    .map(|wanted| (wanted.column, wanted.tags.clone()))
                    .collect();
                enumerated(engine.enumerate_columns(caller, table, Some(&asked), most.0, bits.0))
            }
            Call::GetRecordSize(session, table, bits) => {
                let (caller, table) = on(session, table);
                let size = engine.record_size(caller, table, bits.0)?;
                written(Output::RecordSize([
                    size.data,
                    size.long_data,
                    size.overhead,
                    size.long_overhead,
                    size.not_tagged,
                    size.tagged,
                    size.long_values,
                    size.further_values,
                ]))
            }
            Call::EscrowUpdate(session, table, column, delta, room, bits) => {
                let (caller, table) = on(session, table);
                let delta = delta.0.as_deref().unwrap_or_default();
                let room = (room.0 > 0).then(|| size(room.0));
                let old = engine.escrow_update(caller, table, (column.0, delta), room, bits.0)?;
                written(Output::Bytes {
                    actual: Some(length(old.len())),
                    bytes: old,
                })
            }
            _ => Answer::Unsupported,
        })
    }

    fn retrieve_columns(
        &self,
        caller: (Handle, ThreadId),
        table: TableId,
        (room, bits): (u32, u32),
        wanted: &[Wanted],
    ) -> Answer {
        let mut buffers: Vec<_> = wanted.iter().map(|_| vec![0; size(room)]).collect();
        let mut items: Vec<_> = wanted
            .iter()
            .zip(&mut buffers)
            .map(|(wanted, buffer)| {
                let place = Place {
                    tag: wanted.tag,
                    offset: wanted.offset,
                };
                item(wanted.column, bits, place, buffer)
            })
            .collect();
        let done = self.engine.retrieve_columns(caller, table, &mut items);
        let values: Vec<_> = items
            .into_iter()
            .map(|item| {
                let filled = item.out.get(..size(item.actual)).unwrap_or(item.out);
                let value = ColumnValue {
                    actual: Some(item.actual),
                    bytes: filled.to_vec(),
                    tag: item.info.tag,
                    next: item.info.next_tagged,
                };
                (item.code.number(), value)
            })
            .collect();
        Answer::Returned {
            code: number(&done),
            output: Output::Values(values),
        }
    }

    /// JetUpdate2 with a buffer of so many bytes, none at all for 0.
    fn update(&self, caller: (Handle, ThreadId), table: TableId, room: u32, bits: u32) -> Answer {
        let mut bookmark = None;
        let room = usize::try_from(room).unwrap_or(usize::MAX);
        let done = self.engine.update(caller, table, Some(room), bits, &mut bookmark);
        let mut bytes = bookmark.unwrap_or_default();
        let actual = Some(length(bytes.len()));
        // Scripts show the whole length, of which the rest of their buffer is zero.
        let len = bytes.len();
        bytes.truncate(room);
        bytes.resize(len, 0);
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

fn item(column: u32, bits: u32, place: Place, out: &mut [u8]) -> RetrieveItem<'_> {
    RetrieveItem {
        column,
        bits,
        info: RetrieveInfo {
            tag: place.tag,
            offset: place.offset,
            next_tagged: 0,
        },
        out,
        actual: 0,
        code: JetCode::SUCCESS,
    }
}

fn enumerated(done: Result<(JetCode, Vec<jet_api::engine::EnumeratedColumn>), JetError>) -> Answer {
    match done {
        Ok((code, columns)) => Answer::Returned {
            code: code.number(),
            output: Output::Enumerated(columns.into_iter().map(column).collect()),
        },
        Err(error) => Answer::code(error.code().number()),
    }
}

fn column(column: jet_api::engine::EnumeratedColumn) -> EnumeratedColumn {
    EnumeratedColumn {
        id: column.column,
        code: column.code.number(),
        values: column
            .values
            .into_iter()
            .map(|value| EnumeratedValue {
                tag: value.tag,
                code: value.code.number(),
                bytes: value.bytes,
            })
            .collect(),
    }
}

fn size(bytes: u32) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
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
