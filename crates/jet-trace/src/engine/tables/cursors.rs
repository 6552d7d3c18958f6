//! Where cursors stand and go.

use jet_api::engine::{Fraction, Handle, TableId, ThreadId};
use jet_api::{JetCode, JetError};

use crate::answer::{Answer, Output};
use crate::call::{Call, Session, Table, Text};
use crate::engine::{RealEngine, text, written};
use crate::transcript::to_latin1;

/// Room for each of the two bookmarks of an entry.
const BOOKMARK_ROOM: usize = 4000;

impl RealEngine {
    /// What the engine answers to the call.
    pub(in crate::engine) fn cursors(&self, thread: ThreadId, call: &Call) -> Result<Answer, JetError> {
        let engine = &self.engine;
        let on =
            |session: &Session, table: &Table| ((Handle::from_number(session.0), thread), TableId(table.0));
        Ok(match call {
            Call::DupCursor(session, table, _) => {
                let (caller, table) = on(session, table);
                written(Output::Handle(Some(engine.dup_cursor(caller, table)?.0)))
            }
            Call::Move(session, table, count, bits) => {
                let (caller, table) = on(session, table);
                done(engine.move_cursor(caller, table, count.0, bits.0)?)
            }
            Call::MakeKey(session, table, data, bits, _) => {
                let (caller, table) = on(session, table);
                let value = data.0.as_deref().unwrap_or_default();
                done(engine.make_key(caller, table, value, bits.0)?)
            }
            Call::Seek(session, table, bits) => {
                let (caller, table) = on(session, table);
                Answer::code(engine.seek(caller, table, bits.0)?.number())
            }
            Call::SetIndexRange(session, table, bits) => {
                let (caller, table) = on(session, table);
                done(engine.set_index_range(caller, table, bits.0)?)
            }
            Call::RetrieveKey(session, table, room, bits) => {
                let (caller, table) = on(session, table);
                in_buffer(room.0, |out, actual| {
                    engine.retrieve_key(caller, table, bits.0, out, actual)
                })
            }
            Call::SetCurrentIndex(session, table, name) => self.set_index(on(session, table), name, 0, 1)?,
            Call::SetCurrentIndex2(session, table, name, bits) => {
                self.set_index(on(session, table), name, bits.0, 1)?
            }
            Call::SetCurrentIndex3(session, table, name, bits, tag) => {
                self.set_index(on(session, table), name, bits.0, tag.0)?
            }
            Call::GetCurrentIndex(session, table, room) => {
                let (caller, table) = on(session, table);
                let mut name = to_latin1(&engine.current_index(caller, table)?);
                if room.0 == 0 {
                    return Ok(Answer::code(JetCode::WARN_BUFFER_TRUNCATED.number()));
                }
                // The final zero takes one byte of the buffer.
                name.truncate(usize::try_from(room.0).unwrap_or(usize::MAX) - 1);
                written(Output::Text(name))
            }
            Call::GetBookmark(session, table, room) => {
                let (caller, table) = on(session, table);
                in_buffer(room.0, |out, actual| {
                    engine.bookmark(caller, table, out, actual)?;
                    Ok(JetCode::SUCCESS)
                })
            }
            Call::GotoBookmark(session, table, data) => {
                let (caller, table) = on(session, table);
                done(engine.go_to_bookmark(caller, table, data.0.as_deref().unwrap_or_default())?)
            }
            Call::GetSecondaryIndexBookmark(session, table) => {
                let (caller, table) = on(session, table);
                let mut buffers = [vec![0; BOOKMARK_ROOM], vec![0; BOOKMARK_ROOM]];
                let mut lengths = [None; 2];
                let [secondary, primary] = &mut buffers;
                let [secondary_length, primary_length] = &mut lengths;
                engine.index_bookmark(
                    caller,
                    table,
                    (secondary, secondary_length),
                    (primary, primary_length),
                )?;
                for (buffer, length) in buffers.iter_mut().zip(lengths) {
                    buffer.truncate(size(length));
                }
                let [secondary, primary] = buffers;
                written(Output::Bookmarks { secondary, primary })
            }
            Call::GotoSecondaryIndexBookmark(session, table, secondary, primary, bits) => {
                let (caller, table) = on(session, table);
                let [secondary, primary] =
                    [secondary, primary].map(|data| data.0.as_deref().unwrap_or_default());
                done(engine.go_to_index_bookmark(caller, table, secondary, primary, bits.0)?)
            }
            Call::IndexRecordCount(session, table, most) => {
                let (caller, table) = on(session, table);
                let count = engine.index_record_count(caller, table, most.0.into())?;
                if u32::try_from(count).is_err() {
                    return Ok(Answer::code(JetCode::TOO_MANY_RECORDS.number()));
                }
                written(Output::Number(count))
            }
            Call::GetRecordPosition(session, table) => {
                let (caller, table) = on(session, table);
                let position = engine.record_position(caller, table)?;
                let low = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
                written(Output::Position([low(position.before), 1, low(position.all)]))
            }
            Call::GotoPosition(session, table, before, all) => {
                let (caller, table) = on(session, table);
                let to = Fraction {
                    before: before.0.into(),
                    all: all.0.into(),
                };
                done(engine.go_to_position(caller, table, to)?)
            }
            Call::IntersectIndexes(session, tables) => {
                let caller = (Handle::from_number(session.0), thread);
                let tables: Vec<_> = tables.iter().map(|table| TableId(table.0)).collect();
                let bookmarks = engine.intersect_indexes(caller, &tables)?;
                written(Output::Records {
                    count: u32::try_from(bookmarks.len()).unwrap_or(u32::MAX),
                    bookmarks,
                })
            }
            Call::GetCursorInfo(session, table) => {
                let (caller, table) = on(session, table);
                done(engine.cursor_info(caller, table)?)
            }
            Call::SetTableSequential(session, table, _) | Call::ResetTableSequential(session, table, _) => {
                let (caller, table) = on(session, table);
                done(engine.hint_sequential(caller, table)?)
            }
            _ => Answer::Unsupported,
        })
    }

    fn set_index(
        &self,
        (caller, table): ((Handle, ThreadId), TableId),
        name: &Text,
        bits: u32,
        tag: u32,
    ) -> Result<Answer, JetError> {
        let name = name.0.is_some().then(|| text(name));
        let engine = &self.engine;
        Ok(done(engine.set_current_index(
            caller,
            table,
            name.as_deref(),
            None,
            bits,
            tag,
        )?))
    }
}

fn done((): ()) -> Answer {
    Answer::code(0)
}

fn size(length: Option<u32>) -> usize {
    length.map_or(0, |length| usize::try_from(length).unwrap_or(usize::MAX))
}

/// What a call writes into a buffer of `room` bytes, and the length that it tells.
fn in_buffer(
    room: u32,
    call: impl FnOnce(&mut [u8], &mut Option<u32>) -> Result<JetCode, JetError>,
) -> Answer {
    let mut bytes = vec![0; usize::try_from(room).unwrap_or(0)];
    let mut actual = None;
    let code = match call(&mut bytes, &mut actual) {
        Ok(code) => code.number(),
        Err(error) => error.code().number(),
    };
    bytes.truncate(size(actual));
    Answer::Returned {
        code,
        output: Output::Bytes { actual, bytes },
    }
}
