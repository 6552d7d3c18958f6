//! One attached database that is being changed, by many threads at once.
//!
//! - A change is logged before it is made, unless the database is one that no recovery brings back, under the exclusive latch of its page, with a database time higher than the
//!   page's; the functions in [`crate::edit`] make it, as redo does.
//! - Everything that could keep a change from being made is looked at before it is logged. Should one fail nevertheless, the
//!   store takes no further change: the pages in memory would not be those of the log.
//! - Latches are taken from the root down, on the leaf level from left to right; the structure mutex of a tree before any
//!   latch, the space mutex of a tree after its structure mutex, that of its parent after its own, all without latches.
//!   So internal pages change only in the hands of whoever holds the structure mutex, and nobody waits in a circle.
//! - Readers descend with coupled latches: a parent and its child change while both are latched exclusively, so a reader
//!   always arrives at the leaf where its key is.

mod error;
mod latched;
mod tree;

use core::fmt;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

use jet_io::cache::{Cache, FlushError, Flushed, Stamp};
use jet_io::{File, IoError};
use jet_log::record::node::PageChange;
use jet_log::record::{Dbid, Record, SessionId, TrxTime};
use jet_log::recovery::{Barrier, Marks};
use jet_log::{Appended, Lgpos, Log, LogWriteError};
use jet_pages::{Dbtime, Key, Objid, PageSize, Pgno};
use parking_lot::Mutex;

pub use self::error::StoreError;
pub(crate) use self::latched::{Latched, wrong_kind};
pub use self::tree::OpenTree;
use self::tree::TreeState;
use crate::redo::gate::Gate;
use crate::redo::{lgpos, log_position};
use crate::{PageRef, Pages, TreeError};

/// One attached database that is being changed.
pub struct Store {
    pages: Pages,
    /// None: changes are not logged.
    log: Option<Arc<Log>>,
    database: Dbid,
    barrier: Arc<dyn Barrier>,
    pages_max: u32,
    extension_pages: AtomicU32,
    reserves: Arc<dyn Reserves>,
    /// The last one given out.
    dbtime: AtomicU64,
    /// The last one given out.
    objid: AtomicU32,
    trees: Mutex<HashMap<Pgno, Arc<TreeState>>>,
    is_down: AtomicBool,
}

/// What a [`Store`] works with.
#[derive(Debug)]
pub struct StoreParts<'a> {
    /// The database file, open for reading and writing.
    pub file: Arc<dyn File>,
    /// The cache for its pages.
    pub cache: &'a Cache,
    /// Asked before pages are written.
    pub barrier: Arc<dyn Barrier>,
    /// Takes the records. None: changes are not logged, and a crash leaves nothing that makes sense; pages are written
    /// whenever the cache needs their place.
    pub log: Option<Arc<Log>>,
    /// Number of the database in the log.
    pub database: Dbid,
    /// Highest numbers given out so far.
    pub marks: Marks,
    /// How the file grows.
    pub growth: Growth,
    /// Tells what rollbacks may need.
    pub reserves: Arc<dyn Reserves>,
}

/// Where records of changes go that are not logged.
const NOWHERE: Appended = Appended {
    first: Lgpos::NONE,
    last: Lgpos::NONE,
    end: Lgpos::NONE,
};

/// How a database file grows.
#[derive(Clone, Copy, Debug)]
pub struct Growth {
    /// The file grows by a multiple of so many pages.
    pub extension_pages: u32,
    /// Pages that it may have at most.
    pub pages_max: u32,
}

impl Default for Growth {
    fn default() -> Self {
        Self {
            extension_pages: 256,
            pages_max: 0x7fef_ffff,
        }
    }
}

/// Tells what room the rollbacks of open transactions may need back.
///
/// Called under the exclusive latch of a leaf: an implementation latches no page.
pub trait Reserves: fmt::Debug + Send + Sync {
    /// By how many bytes the data of a node may become longer again when what is undecided about it is rolled back.
    /// Asked for nodes with the versioned flag. `data`: its data now, part of its name where the tree is not unique.
    fn reserved(&self, root: Pgno, key: Key<'_>, data: &[u8]) -> usize;

    /// Logs what undoes the changes for which `page` is held: nodes are about to leave it, and the page where they go may be
    /// written before this one, or after it. Returns how often the page was held for that; it is released when it is stamped
    /// with a later record.
    ///
    /// # Errors
    /// [`LogWriteError`]: the page stays held.
    fn log_old_data(&self, page: Pgno) -> Result<usize, LogWriteError>;
}

/// No rollback will need room.
#[derive(Clone, Copy, Debug)]
pub struct NoReserves;

impl Reserves for NoReserves {
    fn reserved(&self, _: Pgno, _: Key<'_>, _: &[u8]) -> usize {
        0
    }

    fn log_old_data(&self, _: Pgno) -> Result<usize, LogWriteError> {
        Ok(0)
    }
}

/// Who makes a change.
#[derive(Clone, Copy, Debug)]
pub struct Author {
    /// The session.
    pub session: SessionId,
    /// Number of its transaction.
    pub transaction: TrxTime,
    /// Where the transaction began in the log.
    pub begun_at: Lgpos,
    /// Its level.
    pub level: u8,
    /// The engine itself, not a user.
    pub is_system: bool,
}

impl Store {
    /// A store for a database as `parts` say.
    ///
    /// # Errors
    /// When the length of the file is not to be had.
    pub fn new(parts: StoreParts<'_>) -> Result<Self, IoError> {
        let gate = Gate {
            size: parts.cache.page_size(),
            barrier: Arc::clone(&parts.barrier),
        };
        Ok(Self {
            pages: Pages::writable(parts.cache, parts.file, Arc::new(gate))?,
            log: parts.log,
            database: parts.database,
            barrier: parts.barrier,
            pages_max: parts.growth.pages_max,
            extension_pages: AtomicU32::new(parts.growth.extension_pages),
            reserves: parts.reserves,
            dbtime: AtomicU64::new(parts.marks.dbtime.0),
            objid: AtomicU32::new(parts.marks.objid.0),
            trees: Mutex::default(),
            is_down: AtomicBool::new(false),
        })
    }

    /// Opens the tree whose root is page `root`. `objid`: the tree that the page must belong to, if known.
    ///
    /// # Errors
    /// As [`crate::Tree::open`].
    pub fn open_tree(&self, root: Pgno, objid: Option<Objid>) -> Result<OpenTree, StoreError> {
        let tree = crate::Tree::open(&self.pages, root, objid)?;
        let flags = self.pages.read(root)?.view().flags();
        let state = Arc::clone(self.trees.lock().entry(root).or_default());
        Ok(OpenTree::new(&tree, flags, state))
    }

    /// A tree is gone: nothing is kept in memory of it.
    pub(crate) fn forget_tree(&self, root: Pgno) {
        self.trees.lock().remove(&root);
    }

    /// The pages, for [`crate::Tree`] and [`crate::Cursor`].
    pub const fn pages(&self) -> &Pages {
        &self.pages
    }

    /// Page `pgno`, latched for reading.
    ///
    /// # Errors
    /// As [`Pages::read`].
    pub fn read(&self, pgno: Pgno) -> Result<PageRef<'_>, TreeError> {
        self.pages.read(pgno)
    }

    /// Size of the pages.
    pub const fn page_size(&self) -> PageSize {
        self.pages.size()
    }

    /// Number of the database in the log.
    pub const fn database(&self) -> Dbid {
        self.database
    }

    /// The log; none when changes are not logged.
    pub const fn log(&self) -> Option<&Arc<Log>> {
        self.log.as_ref()
    }

    /// Whether changes are logged.
    pub const fn is_logged(&self) -> bool {
        self.log.is_some()
    }

    /// How the file grows.
    pub fn growth(&self) -> Growth {
        Growth {
            extension_pages: self.extension_pages.load(Ordering::Relaxed),
            pages_max: self.pages_max,
        }
    }

    /// From now on the file grows by a multiple of so many pages.
    pub fn set_extension_pages(&self, pages: u32) {
        self.extension_pages.store(pages, Ordering::Relaxed);
    }

    /// The file gets another length as the durable record at `at` tells.
    pub(crate) fn resized(&self, at: Lgpos) -> Result<(), StoreError> {
        Ok(self.barrier.resized(at)?)
    }

    /// Highest numbers given out so far.
    pub fn marks(&self) -> Marks {
        Marks {
            dbtime: Dbtime(self.dbtime.load(Ordering::Acquire)),
            objid: Objid(self.objid.load(Ordering::Acquire)),
        }
    }

    /// A database time that no page has yet. Taken under the latch of the page that gets it, times on a page ascend.
    pub fn next_dbtime(&self) -> Dbtime {
        Dbtime(self.dbtime.fetch_add(1, Ordering::AcqRel) + 1)
    }

    /// An identity that no tree had yet.
    pub fn next_objid(&self) -> Objid {
        Objid(self.objid.fetch_add(1, Ordering::AcqRel) + 1)
    }

    /// Writes every changed page that is not held. Syncs nothing.
    ///
    /// # Errors
    /// As [`jet_io::cache::CachedFile::flush`].
    pub fn flush(&self) -> Result<Flushed, FlushError> {
        self.pages.flush()
    }

    /// As [`Store::flush`], but only pages whose oldest change belongs to a transaction begun before `begun`.
    ///
    /// # Errors
    /// As [`Store::flush`].
    pub fn flush_before(&self, begun: Lgpos) -> Result<Flushed, FlushError> {
        self.pages.flush_before(log_position(begun))
    }

    /// The oldest begin of a transaction with changes in pages that the file does not have and the log has.
    pub fn oldest_begun(&self) -> Option<Lgpos> {
        let begun = self.pages.oldest_begun().map(lgpos);
        begun.filter(|_| self.is_logged())
    }

    /// Takes back one hold of page `pgno`, see [`crate::change::Decision::holds`].
    pub fn release(&self, pgno: Pgno) {
        self.pages.release(pgno);
    }

    /// Whether a change failed between its record and its page: no further change is taken.
    pub fn is_down(&self) -> bool {
        self.is_down.load(Ordering::Acquire)
    }

    /// As [`Store::release`]; the page is not written before the record at `at` is durable.
    pub fn release_after(&self, pgno: Pgno, at: Lgpos) {
        self.pages.release_after(pgno, log_position(at));
    }

    /// Takes back so many holds of a page.
    pub(crate) fn release_all(&self, pgno: Pgno, holds: usize) {
        (0..holds).for_each(|_| self.release(pgno));
    }

    pub(crate) fn reserves(&self) -> &dyn Reserves {
        &*self.reserves
    }

    /// Appends records, the last of which is what the pages are stamped with.
    pub(crate) fn append(
        &self,
        author: &Author,
        records: &[Record<'_>],
    ) -> Result<(Appended, Stamp), StoreError> {
        if self.is_down() {
            return Err(StoreError::Down);
        }
        let appended = match &self.log {
            Some(log) => log.append(records)?,
            None => NOWHERE,
        };
        let stamp = Stamp {
            modified: log_position(appended.last),
            begun: log_position(author.begun_at),
        };
        Ok((appended, stamp))
    }

    /// The outcome of what was logged before: no further change is taken after an error.
    pub(crate) fn logged<T, E: Into<StoreError>>(&self, outcome: Result<T, E>) -> Result<T, StoreError> {
        if outcome.is_err() {
            self.is_down.store(true, Ordering::Release);
        }
        outcome.map_err(Into::into)
    }

    /// What the record of a change of `page` begins with.
    pub(crate) fn about(
        &self,
        author: &Author,
        page: Pgno,
        before: Dbtime,
        after: Dbtime,
        flags: u8,
    ) -> PageChange {
        let system = if author.is_system { PageChange::SYSTEM } else { 0 };
        PageChange {
            session: author.session,
            database: self.database,
            page,
            dbtime: after,
            dbtime_before: before,
            transaction: author.transaction,
            level: author.level,
            line: 0,
            flags: flags | system,
        }
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("database", &self.database)
            .field("pages", &self.pages)
            .field("marks", &self.marks())
            .finish_non_exhaustive()
    }
}
