//! A running engine in Rust types: an instance, its sessions, their transactions.
//!
//! Invariants:
//! - an instance lives as long as anybody has it or one of its sessions; there is nothing that could be used after its end
//! - a transaction that is not committed is rolled back when it is dropped, and so is everything nested in it
//! - a database is open as long as its [`OpenDatabase`] lives

mod builder;
mod session;
mod transaction;
mod upkeep;

use std::sync::Arc;

pub use self::builder::{InstanceBuilder, Setting};
pub use self::session::{OpenDatabase, Session};
pub use self::transaction::Transaction;
use self::upkeep::Upkeep;
use crate::engine::{Engine, Handle, TermBits};
use crate::{JetCode, JetError};

/// A running engine.
///
/// ```
/// use jet_api::Instance;
///
/// # let folder = tempfile::tempdir().unwrap();
/// # let folder = folder.path();
/// let instance = Instance::builder().folder(folder).start()?;
/// let session = instance.session()?;
/// let database = session.create_database(folder.join("first.edb"))?;
/// let transaction = session.begin()?;
/// // Work.
/// transaction.commit()?;
/// drop(database);
/// drop(session);
/// instance.close()?;
/// # Ok::<(), jet_api::JetError>(())
/// ```
#[derive(Debug)]
pub struct Instance {
    core: Arc<Core>,
}

/// What an instance and its sessions have in common. The last of them ends the engine.
#[derive(Debug)]
struct Core {
    engine: Arc<Engine>,
    handle: Handle,
    upkeep: Option<Upkeep>,
    is_ended: bool,
}

impl Instance {
    /// An instance to be started.
    pub fn builder() -> InstanceBuilder {
        InstanceBuilder::new()
    }

    /// Begins a session.
    ///
    /// # Errors
    /// `OutOfSessions` when there are as many as there may be.
    pub fn session(&self) -> Result<Session, JetError> {
        let handle = self.core.engine.begin_session(self.core.handle)?;
        Session::new(Arc::clone(&self.core), handle)
    }

    /// Does what is due, for instances without a thread of their own for it.
    ///
    /// # Errors
    /// Of what failed first; the rest is done with the next call.
    pub fn upkeep(&self) -> Result<(), JetError> {
        self.core.engine.upkeep(self.core.handle)
    }

    /// Ends the instance: its databases are complete without logs then.
    ///
    /// # Errors
    /// `TooManyActiveUsers` while there are sessions: the last of them ends it. What keeps pages from being written: the next start
    /// recovers.
    pub fn close(self) -> Result<(), JetError> {
        match Arc::try_unwrap(self.core) {
            Ok(mut core) => core.end(TermBits::COMPLETE),
            Err(_) => Err(JetError::new(
                JetCode::TOO_MANY_ACTIVE_USERS,
                "ending an instance that has sessions",
            )),
        }
    }

    /// The engine beneath, for calls by handles.
    pub fn engine(&self) -> (&Engine, Handle) {
        (&self.core.engine, self.core.handle)
    }
}

impl Core {
    fn end(&mut self, bits: TermBits) -> Result<(), JetError> {
        self.is_ended = true;
        self.upkeep = None;
        self.engine.term(self.handle, bits)
    }
}

impl Drop for Core {
    fn drop(&mut self) {
        if !self.is_ended && self.end(TermBits::ABRUPT).is_err() {
            // A transaction that was forgotten keeps it from ending well; recovery undoes it.
            let _ = self.end(TermBits::DIRTY);
        }
    }
}
