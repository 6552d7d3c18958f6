//! All trees of an instance.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use jet_log::record::{Dbid, SessionId, TrxTime};
use jet_log::{Lgpos, Log, LogWriteError};
use jet_pages::{Key, Pgno};
use parking_lot::{Mutex, MutexGuard, RwLock};

use super::held::HeldPages;
use super::undo_info::log_page;
use crate::store::{Reserves, Store};
use crate::version::{Clock, Entered, Fate, NodeRef, TransactionState, Versions, is_before};

/// What all transactions of an instance share: the log, the versions, the attached databases.
#[derive(Debug)]
pub struct Trees {
    pub(super) log: Arc<Log>,
    pub(super) clock: Clock,
    pub(super) versions: Arc<Versions>,
    pub(super) held: Arc<HeldPages>,
    pub(super) garbage: Mutex<VecDeque<Garbage>>,
    /// Held by whoever removes what a transaction left.
    pub(super) cleaning: Mutex<()>,
    stores: RwLock<BTreeMap<Dbid, Arc<Store>>>,
    begins: Mutex<BTreeMap<SessionId, Lgpos>>,
}

/// Limits of an instance that concern transactions.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of all versions together.
    pub version_bytes: usize,
    /// Bytes of one version.
    pub version_entry_bytes: usize,
}

/// What a transaction leaves to be cleaned up, when everybody sees what it did.
#[derive(Debug)]
pub(super) struct Garbage {
    /// When it committed; `None`: nobody ever saw it.
    pub(super) committed: Option<TrxTime>,
    pub(super) left: Vec<Left>,
}

/// A version that goes, and the node that may go with it.
#[derive(Debug)]
pub(super) struct Left {
    pub(super) entered: Entered,
    pub(super) is_deleted: bool,
}

impl Trees {
    /// Trees without databases. `newest`, `last_version`: the highest numbers of transactions and versions that the log shows.
    pub fn new(log: Arc<Log>, limits: Limits, newest: TrxTime, last_version: u32) -> Self {
        Self {
            log,
            clock: Clock::new(newest),
            versions: Arc::new(Versions::new(
                limits.version_bytes,
                limits.version_entry_bytes,
                last_version,
            )),
            held: Arc::default(),
            garbage: Mutex::default(),
            cleaning: Mutex::default(),
            stores: RwLock::default(),
            begins: Mutex::default(),
        }
    }

    /// The log.
    pub const fn log(&self) -> &Arc<Log> {
        &self.log
    }

    /// Tells a store of database `database` what rollbacks may need.
    pub fn reserves(&self, database: Dbid) -> Arc<dyn Reserves> {
        Arc::new(Reserved {
            log: Arc::clone(&self.log),
            versions: Arc::clone(&self.versions),
            held: Arc::clone(&self.held),
            database,
        })
    }

    /// Lets transactions use a database.
    pub fn attach(&self, store: Arc<Store>) {
        self.stores.write().insert(store.database(), store);
    }

    /// Takes a database away, in which no transaction has anything open.
    pub fn detach(&self, database: Dbid) -> Option<Arc<Store>> {
        self.garbage.lock().retain_mut(|garbage| {
            garbage
                .left
                .retain(|left| left.entered.node.database() != database);
            !garbage.left.is_empty()
        });
        self.stores.write().remove(&database)
    }

    /// An attached database.
    pub fn store(&self, database: Dbid) -> Option<Arc<Store>> {
        self.stores.read().get(&database).cloned()
    }

    /// All attached databases.
    pub fn stores(&self) -> Vec<Arc<Store>> {
        self.stores.read().values().cloned().collect()
    }

    /// Bytes of versions in use.
    pub fn version_bytes(&self) -> usize {
        self.versions.bytes()
    }

    /// Whether everybody who is there, and everybody who will come, sees what a transaction did.
    pub fn is_seen_by_all(&self, state: &TransactionState) -> bool {
        match state.fate() {
            Fate::Open => false,
            Fate::Committed(time) => is_before(time, self.clock.oldest()),
        }
    }

    /// A time that is not before that of any transaction that is open or over.
    pub fn now(&self) -> TrxTime {
        self.clock.now().at
    }

    /// Whether all transactions are over that were open at that time.
    pub fn is_over(&self, time: TrxTime) -> bool {
        is_before(time, self.clock.oldest())
    }

    /// Who has changed a node of a unique tree and is not over.
    pub fn changer(&self, database: Dbid, root: Pgno, key: &[u8]) -> Option<SessionId> {
        self.versions.changer(NodeRef {
            database,
            root,
            key: Key::whole(key),
            bookmark_data: &[],
        })
    }

    /// Nothing is cleaned up until the guard is dropped: for whoever takes trees away that clean-up might be in.
    pub fn pause_cleaning(&self) -> MutexGuard<'_, ()> {
        self.cleaning.lock()
    }

    /// Nothing is to be cleaned up any more in these trees: nobody sees them or comes to do so, and all transactions that
    /// changed them are over.
    pub fn forget_versions(&self, database: Dbid, roots: &[Pgno]) {
        self.garbage.lock().retain_mut(|garbage| {
            garbage.left.retain(|left| {
                let node = &left.entered.node;
                let goes = node.database() == database && roots.contains(&node.root());
                if goes {
                    self.versions.remove(&left.entered);
                }
                !goes
            });
            !garbage.left.is_empty()
        });
    }

    /// Transactions that are open.
    pub fn open_count(&self) -> usize {
        self.clock.open_count()
    }

    /// The oldest begin of an open transaction that changed something: the log is needed from there on.
    ///
    /// A transaction that begins to change something during the call is not older than the log was long before it.
    pub fn oldest_begin(&self) -> Option<Lgpos> {
        self.begins.lock().values().min().copied()
    }

    /// A session is about to log the begin of its transaction, not before this position.
    pub(super) fn note_begin(&self, session: SessionId) -> Lgpos {
        // The position is asked for before the begin is logged, so it is never behind it.
        let at = self.log.position();
        self.begins.lock().insert(session, at);
        at
    }

    /// The transaction of a session is over.
    pub(super) fn forget_begin(&self, session: SessionId) {
        self.begins.lock().remove(&session);
    }
}

/// What the versions of one database may bring back.
#[derive(Debug)]
struct Reserved {
    log: Arc<Log>,
    versions: Arc<Versions>,
    held: Arc<HeldPages>,
    database: Dbid,
}

impl Reserves for Reserved {
    fn reserved(&self, root: Pgno, key: Key<'_>, data: &[u8]) -> usize {
        // In trees that are not unique no data are replaced, and this name has no versions.
        let node = NodeRef {
            database: self.database,
            root,
            key,
            bookmark_data: &[],
        };
        self.versions.reserved(node, data.len())
    }

    fn log_old_data(&self, page: Pgno) -> Result<usize, LogWriteError> {
        log_page(&self.log, &self.versions, &self.held, (self.database, page))
    }
}
