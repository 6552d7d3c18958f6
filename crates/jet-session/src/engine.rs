//! The storage engine as sessions see it: what must happen when a rule of this crate lets a call through.
//!
//! The rules are on this side: an engine is never asked to commit at level 0, nor by two threads for one session, nor
//! after it was stopped. It keeps what it likes for each session and gets it back with each call.

use core::fmt;

use crate::error::Fatal;
use crate::params::{ParamId, Parameters, Quotas, Value};

/// A storage engine. Calls for different sessions come at the same time; those for one session do not.
pub trait Engine: fmt::Debug + Sized + Send + Sync + 'static {
    /// What it needs of the outside, such as a file system, a clock, random numbers.
    type Setup: fmt::Debug + Send + Sync + 'static;
    /// How it is to recover, as the caller of init says.
    type InitOptions: Default;
    /// What it keeps for a session: its open transaction, databases, cursors.
    type Session: fmt::Debug + Send + 'static;
    /// Where a commit ended in the log.
    type CommitId;
    /// What can go wrong.
    type Error: std::error::Error + Send + Sync + 'static;

    /// Recovers what a crash left, and begins service.
    ///
    /// # Errors
    /// The engine's own; nothing of it is left then.
    fn start(
        setup: &Self::Setup,
        start: &Start<'_>,
        options: &Self::InitOptions,
    ) -> Result<Started<Self>, Self::Error>;

    /// Begins a session.
    ///
    /// # Errors
    /// The engine's own; nothing of the session is left then.
    fn begin_session(&self, number: SessionNumber) -> Result<Self::Session, Self::Error>;

    /// Ends a session at level 0: closes its databases and cursors.
    ///
    /// # Errors
    /// The engine's own; the session stays usable.
    fn end_session(&self, session: &mut Self::Session) -> Result<(), Self::Error>;

    /// Opens a transaction level.
    ///
    /// # Errors
    /// The engine's own; the level is not open.
    fn begin(&self, session: &mut Self::Session, begin: Begin) -> Result<(), Self::Error>;

    /// Commits the innermost level. At level 1: to all others, and to the disk unless lazy.
    ///
    /// Returns where that is in the log, when level 1 was committed and something was written.
    ///
    /// # Errors
    /// The engine's own; the level is still open and has to be rolled back.
    fn commit(
        &self,
        session: &mut Self::Session,
        commit: Commit,
    ) -> Result<Option<Self::CommitId>, Self::Error>;

    /// Undoes the innermost level, `level`.
    ///
    /// # Errors
    /// The engine's own; the session can do nothing more.
    fn roll_back(&self, session: &mut Self::Session, level: u8) -> Result<(), Self::Error>;

    /// Waits for commits that did not wait themselves, or begins a new log file.
    ///
    /// # Errors
    /// The engine's own; no transaction is touched.
    fn make_durable(&self, session: &mut Self::Session, what: Durable) -> Result<(), Self::Error>;

    /// Before the end, while no call is inside: stops background work and cleans up versions, completely when
    /// `is_complete`.
    ///
    /// # Errors
    /// When versions remain or clean-up fails; the engine can go on after [`Engine::unsettle`].
    fn settle(&self, is_complete: bool) -> Result<(), Self::Error>;

    /// Takes [`Engine::settle`] back: the end does not come.
    fn unsettle(&self);

    /// Ends service and closes all files. No call comes afterwards.
    ///
    /// # Errors
    /// The engine's own; it has ended all the same, and leaves databases that need recovery.
    fn stop(&self, end: End) -> Result<(), Self::Error>;

    /// Whether the error leaves nothing that the instance could go on with.
    fn fatal(error: &Self::Error) -> Option<Fatal>;

    /// Stops a part of the service, or lets it go on.
    fn set_service(&self, part: Service, is_on: bool);

    /// The backup that is running.
    fn backup(&self) -> Option<Backup>;

    /// Aborts the backup that is running, if one is.
    fn abort_backup(&self);

    /// Whether a database is attached.
    fn is_attached(&self) -> bool;

    /// Number of the log file that is being written.
    fn current_log(&self) -> Option<u64>;

    /// A parameter that can change at any time has a new value.
    fn parameter_changed(&self, id: ParamId, value: &Value);
}

/// What an engine starts with.
#[derive(Debug)]
pub struct Start<'a> {
    /// Name of the instance; none for a nameless one.
    pub name: &'a str,
    /// Values of all parameters, those of the process among them; paths are absolute.
    pub parameters: &'a Parameters,
    /// How much of everything there may be.
    pub quotas: Quotas,
}

/// An engine in service.
#[derive(Debug)]
pub struct Started<E> {
    /// The engine.
    pub engine: E,
    /// What recovery had to do without.
    pub note: InitNote,
}

/// What recovery had to do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InitNote {
    /// Nothing.
    Complete,
    /// Log files with committed work are lost, as was allowed.
    LogsLost,
    /// Log files with committed work were removed, as was allowed.
    LogsRemoved,
}

/// Number of a session in its instance: the lowest that was free when it began, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionNumber(pub u32);

/// A transaction level that is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Begin {
    /// The new level, from 1.
    pub level: u8,
    /// The transaction changes nothing; the same on all its levels.
    pub is_read_only: bool,
}

/// A transaction level that is committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Commit {
    /// The level, from 1.
    pub level: u8,
    /// The call does not wait for the log.
    pub is_lazy: bool,
    /// When lazy: milliseconds within which the log should be written; 0 leaves it to the engine.
    pub delay_ms: u32,
    /// Whoever replays the log is called back.
    pub has_redo_callback: bool,
}

/// What is to be on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durable {
    /// The session's own commits.
    Own,
    /// The commits of all.
    All,
    /// All, and the next record goes into a new log file.
    NewLog,
}

/// How an engine ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Everything is written, databases are marked clean.
    Clean,
    /// Databases are left as they are, to the next recovery.
    Dirty,
    /// As dirty, after an error: memory is not to be trusted, not even the log is closed in order.
    AfterError,
}

/// A part of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// Background work on databases.
    Background,
    /// Caches that hold many changed pages.
    Caches,
    /// Emission of log data.
    EmitLog,
}

/// A backup that is running.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backup {
    /// It runs on a surrogate's behalf.
    pub is_surrogate: bool,
}
