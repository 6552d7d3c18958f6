//! The guard: which handles live, and which calls are therefore not made.
//!
//! The engine that gave the recordings does not survive calls with handles that are dead or belong to another session, so
//! scripts leave them out by these rules, from the answers alone. A replay must leave out the same.
//!
//! Invariant: everything here follows from the calls made and their errors; nothing is asked of the engine.

use std::collections::HashMap;

use jet_api::JetCode;

use crate::call::{Bits, Call, Database, Instance, Session, Table, low};
use crate::value::{Value, Variables, constant};
use crate::words::{Command, is_name};

/// A value with more bytes counts as a long value.
const SHORT_BYTES_MAX: usize = 60;

/// Bits of a commit that changes no level.
const EMPTY_COMMITS: &[&str] = &[
    "JET_bitWaitLastLevel0Commit",
    "JET_bitWaitAllLevel0Commit",
    "JET_bitForceNewLog",
];

/// Errors of Term after which the instance lives on.
const NOT_TERMINATED: &[JetCode] = &[
    JetCode::TOO_MANY_ACTIVE_USERS,
    JetCode::BACKUP_IN_PROGRESS,
    JetCode::INVALID_GRBIT,
    JetCode::INVALID_PARAMETER,
    JetCode::NOT_INITIALIZED,
];

/// Errors of Init after which the instance lives on.
const STILL_CREATED: &[JetCode] = &[JetCode::ALREADY_INITIALIZED, JetCode::INVALID_GRBIT];

/// What a variable was born as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Instance,
    Session,
    Database,
    Cursor,
}

/// What is known of the handle in a variable.
#[derive(Clone, Copy, Debug)]
struct Mark {
    kind: Kind,
    value: u64,
    is_dead: bool,
}

#[derive(Clone, Copy, Debug)]
struct SessionState {
    instance: u64,
    level: u32,
}

/// A cursor by its session and database; temporary tables belong to no database.
#[derive(Clone, Copy, Debug)]
struct CursorState {
    session: u64,
    database: Option<u32>,
    level: u32,
    update: Option<Pending>,
}

/// An update between PrepareUpdate and Update.
#[derive(Clone, Copy, Debug)]
struct Pending {
    level: u32,
    has_long_values: bool,
}

/// Handles and their state in one process.
#[derive(Debug, Default)]
pub struct Guard {
    marks: HashMap<String, Mark>,
    sessions: HashMap<u64, SessionState>,
    cursors: HashMap<u64, CursorState>,
    /// Open databases: id and file name without folder.
    databases: HashMap<u32, Vec<u8>>,
}

impl Guard {
    /// Why the call is not made; `None` when it is.
    pub fn refusal(&self, command: &Command<'_>, variables: &Variables) -> Option<String> {
        if matches!(command.verb, "Let" | "LetData" | "Print") {
            return None;
        }
        let first = command.argument(0).unwrap_or_default();
        let session = self.marks.get(first).filter(|mark| mark.kind == Kind::Session);
        for (index, word) in command.arguments.iter().enumerate() {
            let Some(name) = name_in(command.verb, index, word) else {
                continue;
            };
            if variables.get(name).is_none() {
                if constant(name).is_none() {
                    return Some(format!("{name} is not set"));
                }
                continue;
            }
            let Some(mark) = self.marks.get(name) else {
                continue;
            };
            if mark.is_dead {
                return Some(format!("{name} is dead"));
            }
            let owner = self.cursors.get(&mark.value).map(|cursor| cursor.session);
            if let Some(session) = session
                && mark.kind == Kind::Cursor
                && index > 0
                && owner != Some(session.value)
            {
                return Some(format!("{name} is not a cursor of {first}"));
            }
        }
        let is_commit = matches!(command.verb, "CommitTransaction" | "CommitTransaction2");
        let session = session.filter(|_| is_commit)?;
        self.would_commit_long_values(session.value)
            .then(|| "an update with long values is pending".to_owned())
    }

    fn would_commit_long_values(&self, session: u64) -> bool {
        let is_outermost = self.sessions.get(&session).is_some_and(|state| state.level == 1);
        let is_pending = |cursor: &CursorState| cursor.update.is_some_and(|update| update.has_long_values);
        is_outermost
            && self
                .cursors
                .values()
                .any(|cursor| cursor.session == session && is_pending(cursor))
    }

    /// A variable has got a value: what was known of it no longer holds.
    pub fn assigned(&mut self, name: &str) {
        self.marks.remove(name);
    }

    /// `target = Let source`: the handle is the same.
    pub fn copied(&mut self, target: &str, source: &str) {
        if let Some(mark) = self.marks.get(source).copied() {
            self.marks.insert(target.to_owned(), mark);
        }
    }

    /// Takes note of a call that was made, after its variables were set.
    pub fn made(&mut self, call: &Call, targets: &[&str], variables: &Variables, code: i32) {
        match call {
            Call::Init(instance) => self.initialised(instance.unwrap_or_default(), code),
            Call::Init2(instance, _) | Call::Init3(instance, ..) => self.initialised(*instance, code),
            Call::Term(instance) | Call::Term2(instance, _) => {
                if !NOT_TERMINATED.contains(&JetCode::from_number(code)) {
                    self.instance_ended(*instance);
                }
            }
            Call::SetColumn(_, table, _, data, grbit, ..) => {
                let is_long = data.0.as_ref().is_some_and(|data| data.len() > SHORT_BYTES_MAX);
                self.column_set(*table, is_long || grbit.0 != 0);
            }
            Call::SetColumns(_, table, _) => self.column_set(*table, true),
            _ if code < 0 => {}
            Call::CreateInstance(..) | Call::CreateInstance2(..) => {
                self.born(targets, variables, Kind::Instance);
            }
            Call::BeginSession(instance, ..) => self.session_begun(targets, variables, instance.0),
            Call::DupSession(session) => {
                let instance = self.sessions.get(&session.0).map_or(0, |state| state.instance);
                self.session_begun(targets, variables, instance);
            }
            Call::EndSession(session, _) => self.session_ended(session.0),
            Call::BeginTransaction(session)
            | Call::BeginTransaction2(session, _)
            | Call::BeginTransaction3(session, ..) => {
                if let Some(state) = self.sessions.get_mut(&session.0) {
                    state.level += 1;
                }
            }
            Call::CommitTransaction(session, grbit) | Call::CommitTransaction2(session, grbit, _) => {
                self.committed(*session, *grbit);
            }
            Call::Rollback(session, grbit) => self.rolled_back(*session, *grbit),
            Call::OpenDatabase(_, file, _)
            | Call::CreateDatabase(_, file, _)
            | Call::CreateDatabase2(_, file, ..) => {
                if let Some(id) = self.born(targets, variables, Kind::Database) {
                    let file = base_name(file.0.as_deref().unwrap_or_default());
                    self.databases.insert(low(id), file.to_vec());
                }
            }
            Call::CloseDatabase(session, Database(id), _) => {
                self.cursors_ended(|cursor| cursor.session == session.0 && cursor.database == Some(*id));
            }
            Call::DetachDatabase(_, file) | Call::DetachDatabase2(_, file, _) => {
                self.detached(base_name(file.0.as_deref().unwrap_or_default()));
            }
            _ => self.cursor_call(call, targets, variables),
        }
    }

    /// Successful calls that concern a cursor.
    fn cursor_call(&mut self, call: &Call, targets: &[&str], variables: &Variables) {
        match call {
            Call::OpenTable(session, database, ..)
            | Call::CreateTable(session, database, ..)
            | Call::CreateTableColumnIndex(session, database, _) => {
                self.cursor_opened(targets, variables, *session, Some(database.0));
            }
            Call::OpenTempTable(session, ..)
            | Call::OpenTempTable2(session, ..)
            | Call::OpenTempTable3(session, ..)
            | Call::OpenTemporaryTable(session, ..) => self.cursor_opened(targets, variables, *session, None),
            Call::DupCursor(session, table, _) => {
                let database = self.cursors.get(&table.0).and_then(|cursor| cursor.database);
                self.cursor_opened(targets, variables, *session, database);
            }
            Call::CloseTable(_, table) => self.cursor_ended(table.0),
            Call::PrepareUpdate(session, table, mode) => {
                let is = |name: &str| constant(name) == Some(u64::from(mode.0));
                let copies = !["JET_prepInsert", "JET_prepReplace", "JET_prepReplaceNoLock"]
                    .map(is)
                    .contains(&true);
                let level = self.level(*session);
                if let Some(cursor) = self.cursors.get_mut(&table.0) {
                    cursor.update = (!is("JET_prepCancel")).then_some(Pending {
                        level,
                        has_long_values: copies,
                    });
                }
            }
            Call::Update(_, table, _) | Call::Update2(_, table, _) => {
                if let Some(cursor) = self.cursors.get_mut(&table.0) {
                    cursor.update = None;
                }
            }
            _ => {}
        }
    }

    fn level(&self, session: Session) -> u32 {
        self.sessions.get(&session.0).map_or(0, |state| state.level)
    }

    /// Marks the handle in the first target; others with the same number are of an object that has gone.
    fn born(&mut self, targets: &[&str], variables: &Variables, kind: Kind) -> Option<u64> {
        let name = *targets.first().filter(|name| **name != "-")?;
        let Some(Value::Number(value)) = variables.get(name) else {
            return None;
        };
        if kind != Kind::Database {
            self.kill(kind, *value);
        }
        let mark = Mark {
            kind,
            value: *value,
            is_dead: false,
        };
        self.marks.insert(name.to_owned(), mark);
        Some(*value)
    }

    fn kill(&mut self, kind: Kind, value: u64) {
        let dying = self.marks.values_mut();
        dying
            .filter(|mark| mark.kind == kind && mark.value == value)
            .for_each(|mark| mark.is_dead = true);
    }

    fn initialised(&mut self, instance: Instance, code: i32) {
        if code < 0 && !STILL_CREATED.contains(&JetCode::from_number(code)) {
            self.instance_ended(instance);
        }
    }

    fn instance_ended(&mut self, Instance(instance): Instance) {
        let sessions = self.sessions.iter();
        let ending: Vec<u64> = sessions
            .filter(|(_, state)| state.instance == instance)
            .map(|(&session, _)| session)
            .collect();
        for session in ending {
            self.session_ended(session);
        }
        let databases = self.marks.values_mut().filter(|mark| mark.kind == Kind::Database);
        databases.for_each(|mark| mark.is_dead = true);
        self.kill(Kind::Instance, instance);
    }

    fn session_begun(&mut self, targets: &[&str], variables: &Variables, instance: u64) {
        if let Some(session) = self.born(targets, variables, Kind::Session) {
            self.sessions.insert(session, SessionState { instance, level: 0 });
        }
    }

    fn session_ended(&mut self, session: u64) {
        self.cursors_ended(|cursor| cursor.session == session);
        self.kill(Kind::Session, session);
        self.sessions.remove(&session);
    }

    fn cursor_opened(
        &mut self,
        targets: &[&str],
        variables: &Variables,
        session: Session,
        database: Option<u32>,
    ) {
        if let Some(cursor) = self.born(targets, variables, Kind::Cursor) {
            let state = CursorState {
                session: session.0,
                database,
                level: self.level(session),
                update: None,
            };
            self.cursors.insert(cursor, state);
        }
    }

    fn cursor_ended(&mut self, cursor: u64) {
        self.kill(Kind::Cursor, cursor);
        self.cursors.remove(&cursor);
    }

    fn cursors_ended(&mut self, is_ending: impl Fn(&CursorState) -> bool) {
        let cursors = self.cursors.iter();
        let ending: Vec<u64> = cursors
            .filter(|(_, state)| is_ending(state))
            .map(|(&cursor, _)| cursor)
            .collect();
        for cursor in ending {
            self.cursor_ended(cursor);
        }
    }

    fn column_set(&mut self, Table(table): Table, is_long: bool) {
        if let Some(cursor) = self.cursors.get_mut(&table)
            && let Some(update) = &mut cursor.update
        {
            update.has_long_values |= is_long;
        }
    }

    fn committed(&mut self, Session(session): Session, Bits(grbit): Bits) {
        let is_empty = |name: &&str| constant(name).is_some_and(|bit| bit & u64::from(grbit) != 0);
        let Some(state) = self.sessions.get_mut(&session) else {
            return;
        };
        if state.level == 0 || EMPTY_COMMITS.iter().any(is_empty) {
            return;
        }
        state.level -= 1;
        let level = state.level;
        for cursor in self
            .cursors
            .values_mut()
            .filter(|cursor| cursor.session == session)
        {
            cursor.level = cursor.level.min(level);
            if let Some(update) = &mut cursor.update {
                update.level = update.level.min(level);
            }
        }
    }

    fn rolled_back(&mut self, Session(session): Session, Bits(grbit): Bits) {
        let Some(state) = self.sessions.get_mut(&session).filter(|state| state.level > 0) else {
            return;
        };
        let is_all = constant("JET_bitRollbackAll").is_some_and(|bit| bit & u64::from(grbit) != 0);
        state.level = if is_all { 0 } else { state.level - 1 };
        let level = state.level;
        self.cursors_ended(|cursor| cursor.session == session && cursor.level > level);
        for cursor in self
            .cursors
            .values_mut()
            .filter(|cursor| cursor.session == session)
        {
            cursor.update = cursor.update.filter(|update| update.level <= level);
        }
    }

    /// Without a name all databases are detached.
    fn detached(&mut self, name: &[u8]) {
        let gone = self
            .databases
            .extract_if(|_, file| name.is_empty() || file == name);
        let gone: Vec<u32> = gone.map(|(id, _)| id).collect();
        for id in gone {
            self.kill(Kind::Database, u64::from(id));
        }
    }
}

/// The name that the guard looks at in an argument: quoted words and or-ed numbers have none, lists of columns have it
/// before the first `:` or `=`.
fn name_in<'a>(verb: &str, index: usize, word: &'a str) -> Option<&'a str> {
    let has_columns = matches!(
        verb,
        "RetrieveColumns" | "RetrieveColumns2" | "EnumerateColumns2" | "SetColumns"
    );
    let name = match word.split_once([':', '=']) {
        Some((before, _)) if has_columns && index >= 2 && !word.starts_with('"') => before,
        _ => word,
    };
    (is_name(name) && !matches!(name, "_" | "null")).then_some(name)
}

/// The name of a file without its folders.
pub(crate) fn base_name(path: &[u8]) -> &[u8] {
    path.rsplit(|byte| matches!(byte, b'\\' | b'/'))
        .next()
        .unwrap_or(path)
}
