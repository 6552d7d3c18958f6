//! Calls on tables: by the number of a cursor.
//!
//! | module | what |
//! |---|---|
//! | `columns` | numbers of columns |
//! | `schema` | tables, columns and indexes that come, go and change; what is known of them |
//! | `rows` | rows set, read, changed and deleted |
//! | `cursors` | where cursors stand and go |
//! | `temporary` | temporary tables |

mod columns;
mod cursors;
mod rows;
mod schema;
mod temporary;

use std::sync::Arc;

use jet_btree::transaction::Flushing;
use jet_isam::cursor::Cursor;
use jet_isam::database::Database;
use jet_isam::error::{IsamError, Refusal};
use jet_isam::session::{CursorId, TableSession};
use jet_isam::temporary::Verb;
use jet_isam::work::Work;
use jet_log::record::Dbid;
use jet_session::storage::SessionParts;
use jet_session::{CallError, DatabaseError, Entry, SessionError};

pub use self::rows::{EnumeratedColumn, EnumeratedValue, RetrieveInfo, RetrieveItem, SetInfo, SetValue};
pub use self::schema::{
    ColumnFacts, ColumnSpec, ConditionSpec, IndexColumn, IndexSpec, ObjectFacts, TableCreated, TableSpec,
};
pub use self::temporary::{TempColumn, TempLocale, TempTable};
use super::{Engine, Handle, ThreadId};
use crate::JetError;
use crate::error::isam;

/// Number of a cursor: its session's number, its place there, and how often the place was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TableId(pub u64);

const SLOT_BITS: u32 = 16;
const GENERATION_BITS: u32 = 32;

impl TableId {
    fn new(session: u16, cursor: CursorId) -> Self {
        // The slot counts from 1, so that no number is 0; a generation that comes round does so after 4 billion cursors.
        let slot = u64::from(cursor.slot) + 1;
        Self(
            u64::from(session) << (SLOT_BITS + GENERATION_BITS)
                | slot << GENERATION_BITS
                | u64::from(cursor.generation),
        )
    }

    /// The cursor, when it is one of `session`.
    fn cursor(self, session: u16) -> Result<CursorId, Refusal> {
        let slot = u32::try_from(self.0 >> GENERATION_BITS & ((1 << SLOT_BITS) - 1)).unwrap_or(0);
        let is_own = self.0 >> (SLOT_BITS + GENERATION_BITS) == u64::from(session);
        let slot = slot
            .checked_sub(1)
            .filter(|_| is_own)
            .ok_or(Refusal::InvalidTable)?;
        Ok(CursorId {
            slot,
            generation: u32::try_from(self.0 & 0xffff_ffff).unwrap_or(0),
        })
    }
}

/// What a call on tables works with.
#[derive(Debug)]
pub(crate) struct OnTables<'a> {
    /// What the session keeps of tables.
    pub(crate) tables: &'a mut TableSession,
    /// The engine, and the session's transaction.
    pub(crate) work: Work<'a>,
}

impl<'a> OnTables<'a> {
    /// A cursor of the session.
    pub(crate) fn id(&self, table: TableId) -> Result<CursorId, IsamError> {
        Ok(table.cursor(self.work.session().0)?)
    }

    /// The number of a cursor of the session.
    pub(crate) fn number(&self, cursor: CursorId) -> TableId {
        TableId::new(self.work.session().0, cursor)
    }

    /// A cursor of the session, and what it works with: for a call that no temporary table allows.
    pub(crate) fn cursor<'s>(
        &'s mut self,
        table: TableId,
    ) -> Result<(&'s mut Cursor, &'s mut Work<'a>), IsamError> {
        self.cursor_for(table, Verb::Other)
    }

    /// A cursor of the session, and what it works with: for a call that temporary tables may allow.
    pub(super) fn cursor_for<'s>(
        &'s mut self,
        table: TableId,
        verb: Verb,
    ) -> Result<(&'s mut Cursor, &'s mut Work<'a>), IsamError> {
        let id = self.id(table)?;
        let cursor = self.tables.cursor(id)?;
        cursor.check_allows(verb)?;
        Ok((cursor, &mut self.work))
    }
}

impl Engine {
    /// Does something with the tables of a session.
    pub(crate) fn on_tables<T>(
        &self,
        (session, thread): (Handle, ThreadId),
        entry: Entry,
        doing: &'static str,
        work: impl FnOnce(&mut OnTables<'_>) -> Result<T, IsamError>,
    ) -> Result<T, JetError> {
        self.inside(session, thread, entry, |call| {
            let (engine, parts) = call.parts();
            let storage = engine
                .storage()
                .map_err(|error| JetError::of_call(CallError::Engine(error), doing))?;
            let SessionParts {
                transaction,
                companion,
                last_commit,
            } = parts.parts();
            let tables =
                TableSession::of(companion).ok_or_else(|| refused(Refusal::FeatureNotAvailable, doing))?;
            let mut on = OnTables {
                tables,
                work: Work {
                    storage: &storage,
                    transaction,
                    last_commit,
                    flushing: Flushing::Durable,
                },
            };
            let done = work(&mut on);
            done.map_err(|error| match isam::of_engine(error) {
                Ok(error) => {
                    if let Some(fatal) = error.fatal() {
                        call.session().instance().fail(fatal);
                    }
                    JetError::of_call(CallError::Engine(error), doing)
                }
                Err(error) => JetError::new(isam::code(&error), doing).with_source(error),
            })
        })
    }

    /// Does something with the tables of a database that the session has open.
    pub(crate) fn on_database<T>(
        &self,
        caller: (Handle, ThreadId),
        database: u32,
        doing: &'static str,
        work: impl FnOnce(&mut OnTables<'_>, &Arc<Database>) -> Result<T, IsamError>,
    ) -> Result<T, JetError> {
        let found = self.inside(caller.0, caller.1, Entry::Service, |call| {
            let number = u8::try_from(database)
                .map(Dbid)
                .map_err(|_| CallError::Session(SessionError::Database(DatabaseError::NotOpen)));
            let found = number.and_then(|number| call.database(number));
            found.map_err(|error| JetError::of_call(error, doing))
        })?;
        let database = Database::of(&found);
        self.on_tables(caller, Entry::Service, doing, |on| work(on, &database))
    }
}

fn refused(refusal: Refusal, doing: &'static str) -> JetError {
    JetError::new(isam::code(&refusal.into()), doing).with_source(refusal)
}
