//! The temporary database: what sorts and temporary tables have on the disk.
//!
//! Invariants:
//! - nothing in it is logged, and no run finds that of an earlier one
//! - its file is there from the start of the engine to its end, when it was asked for
//! - it is in no list of databases: neither the log nor the checkpoint knows of it

use core::any::Any;
use core::sync::atomic::{AtomicUsize, Ordering};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use jet_btree::store::{Growth, Store, StoreParts};
use jet_btree::transaction::{Flushing, Transaction};
use jet_io::{FileSystem, IoError, IoErrorKind, LockKind, OpenMode};
use jet_log::Lgpos;
use jet_log::dbfile::OpenDatabaseError;
use jet_log::record::{Dbid, SessionId};
use jet_log::recovery::{Barrier, Marks};
use jet_pages::Objid;

use super::{Storage, StorageError};

/// The temporary database.
#[derive(Debug)]
pub struct TemporaryDatabase {
    fs: Arc<dyn FileSystem>,
    path: PathBuf,
    store: Arc<Store>,
    sorts_max: usize,
    sorts: AtomicUsize,
    schema: OnceLock<Arc<dyn Any + Send + Sync>>,
}

/// What the temporary database is to be like.
#[derive(Clone, Copy, Debug)]
pub struct NewTemporary<'p> {
    /// The file; one of that name is removed.
    pub path: &'p Path,
    /// Pages that it begins with.
    pub pages: u32,
    /// How many sorts there may be at a time.
    pub sorts_max: usize,
}

/// The right to have a sort, until it is dropped.
#[derive(Debug)]
pub struct SortPermit(Arc<TemporaryDatabase>);

/// The slot of the temporary database.
pub const TEMPORARY: Dbid = Dbid(0);
/// The session in which it is made.
const MAKER: SessionId = SessionId(0xffff);
/// Pages that its file has at the least.
const PAGES_MIN: u32 = 16;

/// Nothing need be on the disk before a page.
#[derive(Debug)]
struct NoBarrier;

impl Barrier for NoBarrier {
    fn before_write(&self, _: Lgpos) -> Result<(), IoError> {
        Ok(())
    }
}

impl TemporaryDatabase {
    /// Its trees.
    pub const fn store(&self) -> &Arc<Store> {
        &self.store
    }

    /// What the floor that knows tables keeps for it; `make` is asked the first time.
    pub fn schema(&self, make: impl FnOnce() -> Arc<dyn Any + Send + Sync>) -> &Arc<dyn Any + Send + Sync> {
        self.schema.get_or_init(make)
    }

    /// The right to have one more sort; none when there are as many as may be.
    pub fn permit_sort(self: &Arc<Self>) -> Option<SortPermit> {
        let add = |count| (count < self.sorts_max).then_some(count + 1);
        let added = self.sorts.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
        added.ok().map(|_| SortPermit(Arc::clone(self)))
    }
}

impl Drop for SortPermit {
    fn drop(&mut self) {
        self.0.sorts.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Storage {
    /// The temporary database; none when nobody asked for one.
    pub fn temporary(&self) -> Option<&Arc<TemporaryDatabase>> {
        self.temporary.get()
    }

    /// Makes the temporary database. Does nothing when there is one.
    ///
    /// # Errors
    /// [`StorageError::Open`] when somebody uses the file, [`StorageError::NoFolder`], [`StorageError::Io`], and what
    /// making the root gives.
    pub fn create_temporary(&self, new: NewTemporary<'_>) -> Result<(), StorageError> {
        let _changing = self.changing.lock();
        if self.temporary.get().is_some() {
            return Ok(());
        }
        let fs = &self.setup.around.fs;
        remove_old(&**fs, new.path)?;
        let file = match fs.open(new.path, OpenMode::CreateNew) {
            Err(error) if matches!(error.kind, IoErrorKind::NotFound | IoErrorKind::NotADirectory) => {
                return Err(StorageError::NoFolder {
                    folder: new.path.parent().unwrap_or(new.path).to_owned(),
                });
            }
            opened => opened?,
        };
        file.try_lock(LockKind::Exclusive)
            .map_err(OpenDatabaseError::from)?;
        let store = Arc::new(Store::new(StoreParts {
            file,
            cache: &self.cache,
            barrier: Arc::new(NoBarrier),
            log: None,
            database: TEMPORARY,
            marks: Marks {
                objid: Objid(1),
                ..Marks::default()
            },
            growth: Growth {
                extension_pages: self.setup.growth_pages,
                ..Growth::default()
            },
            reserves: self.trees.reserves(TEMPORARY),
        })?);
        self.trees.attach(Arc::clone(&store));
        let mut transaction = Transaction::new(MAKER);
        transaction.begin(&self.trees, false);
        let author = transaction.author_in(&self.trees, &store);
        let root = author
            .map_err(StorageError::from)
            .and_then(|author| Ok(store.create_root(&author, new.pages.max(PAGES_MIN))?));
        // Nothing in it is logged, nor has a version.
        transaction.commit(&self.trees, Flushing::Lazy)?;
        root?;
        let temporary = TemporaryDatabase {
            fs: Arc::clone(fs),
            path: new.path.to_owned(),
            store,
            sorts_max: new.sorts_max,
            sorts: AtomicUsize::new(0),
            schema: OnceLock::new(),
        };
        // Whoever makes one holds the lock.
        let _ = self.temporary.set(Arc::new(temporary));
        Ok(())
    }

    /// The temporary database goes with all that is in it.
    pub(super) fn remove_temporary(&self) {
        self.trees.detach(TEMPORARY);
        if let Some(temporary) = self.temporary.get() {
            // The next start removes it, too, should this fail.
            let _ = temporary.fs.remove(&temporary.path);
        }
    }
}

/// Removes what an earlier run left.
fn remove_old(fs: &dyn FileSystem, path: &Path) -> Result<(), StorageError> {
    if !fs.exists(path)? {
        return Ok(());
    }
    // The one of another instance stays.
    let found = fs.open(path, OpenMode::ReadWrite)?;
    found
        .try_lock(LockKind::Exclusive)
        .map_err(OpenDatabaseError::from)?;
    drop(found);
    Ok(fs.remove(path)?)
}
