//! Calls on sessions and transactions.

use jet_session::{Call, Entry};

use super::{BeginBits, CommitBits, CommitId, Engine, Handle, Input, RollbackBits, StorageEngine, ThreadId};
use crate::JetError;

impl Engine {
    /// JetBeginSession.
    ///
    /// # Errors
    /// `InvalidParameter`, `NotInitialized` and other states of the instance, `OutOfSessions`, `OutOfMemory`.
    pub fn begin_session(&self, instance: Handle) -> Result<Handle, JetError> {
        let session = self.process.begin_session(instance);
        let session = session.map_err(|error| JetError::of_call(error, "beginning a session"))?;
        Ok(session.handle())
    }

    /// JetDupSession: a further session with the instance of `session`. Nothing of that session is copied.
    ///
    /// # Errors
    /// In this order: `InvalidSesid`; `NotInitialized`, `TermInProgress` when no instance is left;
    /// `ClientRequestToStopJetService`; `InstanceUnavailable`, `InstanceUnavailableDueToFatalLogDiskFull`;
    /// `TermInProgress`; `SessionSharingViolation`; `OutOfSessions`; `OutOfMemory`.
    pub fn dup_session(&self, session: Handle, thread: ThreadId) -> Result<Handle, JetError> {
        let twin = self.process.dup_session(session, thread);
        let twin = twin.map_err(|error| JetError::of_call(error, "duplicating a session"))?;
        Ok(twin.handle())
    }

    /// JetEndSession: undoes what is open, closes databases.
    ///
    /// # Errors
    /// `InvalidSesid`, `SessionInUse`, `SessionSharingViolation` and states of the instance.
    pub fn end_session(&self, session: Handle, thread: ThreadId) -> Result<(), JetError> {
        let ended = self.process.end_session(session, thread);
        ended.map_err(|error| JetError::of_call(error, "ending a session"))
    }

    /// JetSetSessionContext.
    ///
    /// # Errors
    /// `InvalidParameter`, `SessionContextAlreadySet`.
    pub fn set_context(&self, session: Handle, thread: ThreadId, context: u64) -> Result<(), JetError> {
        self.inside(session, thread, Entry::Service, |call| {
            let set = call.set_context(context);
            set.map_err(|error| JetError::refused(error, "setting a session context"))
        })
    }

    /// JetResetSessionContext.
    ///
    /// # Errors
    /// `SessionContextNotSetByThisThread`.
    pub fn reset_context(&self, session: Handle, thread: ThreadId) -> Result<(), JetError> {
        self.inside(session, thread, Entry::AfterStop, |call| {
            let reset = call.reset_context();
            reset.map_err(|error| JetError::refused(error, "resetting a session context"))
        })
    }

    /// JetSetSessionParameter.
    ///
    /// # Errors
    /// `InvalidSesparamId`, `InvalidBufferSize`, `InvalidParameter`, `FeatureNotAvailable`.
    pub fn set_session_parameter(
        &self,
        session: Handle,
        thread: ThreadId,
        number: u32,
        input: Input<'_>,
    ) -> Result<(), JetError> {
        self.inside(session, thread, Entry::Service, |call| {
            let set = call.set_parameter(number, input);
            set.map_err(|error| JetError::refused(error, "setting a session parameter"))
        })
    }

    /// JetGetSessionParameter. `room`: bytes of the buffer; none to ask for the size.
    ///
    /// # Errors
    /// `InvalidSesparamId`, `InvalidBufferSize`, `BufferTooSmall`.
    pub fn session_parameter(
        &self,
        session: Handle,
        number: u32,
        room: Option<usize>,
    ) -> Result<Vec<u8>, JetError> {
        let value = self.session(session)?.parameter(number, room);
        value.map_err(|error| JetError::refused(error, "reading a session parameter"))
    }

    /// JetBeginTransaction2.
    ///
    /// # Errors
    /// `TransTooDeep`, `SessionSharingViolation`, `RollbackError`, `LogDiskFull`.
    pub fn begin_transaction(
        &self,
        session: Handle,
        thread: ThreadId,
        bits: BeginBits,
    ) -> Result<(), JetError> {
        self.inside(session, thread, Entry::Service, |call| {
            let begun = call.begin(bits);
            begun.map_err(|error| JetError::of_call(error, "beginning a transaction"))
        })
    }

    /// JetCommitTransaction2. `delay_ms` is for lazy commits. Where the commit is in the log, when the last level was committed
    /// and something was written.
    ///
    /// # Errors
    /// `InvalidGrbit`, `NotInTransaction`, `InvalidParameter`, `SessionSharingViolation`, and what keeps the log from being
    /// written; the level is still open.
    pub fn commit(
        &self,
        session: Handle,
        thread: ThreadId,
        bits: CommitBits,
        delay_ms: u32,
    ) -> Result<Option<CommitId>, JetError> {
        self.inside(session, thread, Entry::Service, |call| {
            let id = call.commit(bits, delay_ms);
            id.map_err(|error| JetError::of_call(error, "committing a transaction"))
        })
    }

    /// JetRollback.
    ///
    /// # Errors
    /// `InvalidGrbit`, `NotInTransaction`, `SessionSharingViolation`, `RollbackError`, and what keeps changes from being undone.
    pub fn roll_back(&self, session: Handle, thread: ThreadId, bits: RollbackBits) -> Result<(), JetError> {
        self.inside(session, thread, Entry::AfterStop, |call| {
            let rolled = call.roll_back(bits);
            rolled.map_err(|error| JetError::of_call(error, "rolling a transaction back"))
        })
    }

    /// Does something inside a session.
    pub(super) fn inside<T>(
        &self,
        session: Handle,
        thread: ThreadId,
        entry: Entry,
        work: impl FnOnce(&mut Call<'_, StorageEngine>) -> Result<T, JetError>,
    ) -> Result<T, JetError> {
        let session = self.session(session)?;
        let mut call = session.enter(thread, entry)?;
        work(&mut call)
    }
}
