//! Calls that ask about sessions, databases and files.

use jet_api::engine::{Engine, Handle, ParameterValue, ThreadId};
use jet_api::{Database as DatabaseFile, JetCode, JetError};
use jet_log::record::Dbid;
use jet_session::Entry;
use jet_session::params::ParamId;

use super::paths::Paths;
use crate::answer::{Answer, Output};
use crate::transcript::to_latin1;

/// Bytes of JET_SESSIONINFO.
const SESSION_INFO_BYTES: u32 = 24;
/// JET_DbInfoTransactions tells it of every database.
const TRANSACTION_LEVELS: u32 = 7;

const FILE_NAME: u32 = 0;
const OPTIONS: u32 = 6;
const TRANSACTIONS: u32 = 7;
const FILE_SIZE: u32 = 10;
const SPACE_OWNED: u32 = 11;
const SPACE_AVAILABLE: u32 = 12;
const PAGE_SIZE: u32 = 17;

/// JetGetSessionInfo; nothing of the structure is compared.
pub(super) fn session(
    engine: &Engine,
    session: Handle,
    thread: ThreadId,
    level: u32,
    size: u32,
) -> Result<Answer, JetError> {
    let session = engine.process().session(session)?;
    session.enter(thread, Entry::AfterStop)?;
    let code = match level {
        0 if size < SESSION_INFO_BYTES => JetCode::BUFFER_TOO_SMALL,
        0 => JetCode::SUCCESS,
        _ => JetCode::INVALID_PARAMETER,
    };
    Ok(Answer::code(code.number()))
}

/// JetGetDatabaseInfo.
pub(super) fn database(
    engine: &Engine,
    paths: &Paths,
    caller: (Handle, ThreadId),
    database: u32,
    level: u32,
    size: u32,
) -> Result<Answer, JetError> {
    let session = engine.process().session(caller.0)?;
    let mut call = session.enter(caller.1, Entry::Service)?;
    let Ok(number) = u8::try_from(database) else {
        return Ok(Answer::code(JetCode::INVALID_DATABASE_ID.number()));
    };
    let database = call.database(Dbid(number))?;
    Ok(match level {
        FILE_NAME => {
            let path = paths.told(&database.path().to_string_lossy());
            if usize::try_from(size).is_ok_and(|size| size <= path.len()) {
                return Ok(Answer::code(JetCode::BUFFER_TOO_SMALL.number()));
            }
            let name = path.rsplit('\\').next().unwrap_or(&path);
            Answer::Returned {
                code: 0,
                output: Output::Text(to_latin1(name)),
            }
        }
        // Scripts ask for those of databases alone that are not open exclusively.
        OPTIONS => number_of(0, size, JetCode::INVALID_BUFFER_SIZE),
        TRANSACTIONS => number_of(TRANSACTION_LEVELS, size, JetCode::INVALID_BUFFER_SIZE),
        SPACE_OWNED | SPACE_AVAILABLE => {
            let space = call.database_space(Dbid(number))?;
            let pages = match level {
                SPACE_OWNED => space.owned,
                _ => space.available,
            };
            number_of(pages, size, JetCode::INVALID_BUFFER_SIZE)
        }
        PAGE_SIZE => {
            drop(call);
            number_of(page_size(engine)?, size, JetCode::BUFFER_TOO_SMALL)
        }
        _ => Answer::Unsupported,
    })
}

/// JetGetDatabaseFileInfo.
pub(super) fn file(path: &str, level: u32, size: u32) -> Result<Answer, JetError> {
    let database = DatabaseFile::options().open_raw(path)?;
    let page_bytes = u32::try_from(database.page_size().bytes()).unwrap_or(u32::MAX);
    Ok(match level {
        PAGE_SIZE => number_of(page_bytes, size, JetCode::INVALID_BUFFER_SIZE),
        FILE_SIZE if size == 8 => bytes(database.file_bytes().to_le_bytes().to_vec()),
        FILE_SIZE => Answer::code(JetCode::INVALID_BUFFER_SIZE.number()),
        _ => Answer::Unsupported,
    })
}

/// JetGetDatabaseFileInfo for what a header tells.
pub(super) fn file_state(path: &str) -> Result<Answer, JetError> {
    let database = DatabaseFile::options().open_raw(path)?;
    let header = database.header();
    Ok(Answer::Returned {
        code: 0,
        output: Output::DatabaseState {
            state: header.db_state().number(),
            version: header.version.get(),
            update: header.update_major.get(),
            page_size: u32::try_from(database.page_size().bytes()).unwrap_or(u32::MAX),
        },
    })
}

fn page_size(engine: &Engine) -> Result<u32, JetError> {
    let number = ParamId::DATABASE_PAGE_SIZE.number();
    let value = engine.parameter(Handle::NONE, Handle::NONE, number.into(), 0)?;
    Ok(match value {
        ParameterValue::Number(number) => u32::try_from(number).unwrap_or(u32::MAX),
        ParameterValue::Text(_) => 0,
    })
}

/// A number of four bytes, which the buffer must have.
fn number_of(number: u32, size: u32, refusal: JetCode) -> Answer {
    if size == 4 {
        bytes(number.to_le_bytes().to_vec())
    } else {
        Answer::code(refusal.number())
    }
}

fn bytes(bytes: Vec<u8>) -> Answer {
    Answer::Returned {
        code: 0,
        output: Output::Bytes {
            actual: u32::try_from(bytes.len()).ok(),
            bytes,
        },
    }
}
