//! Databases that come and go. Source: `docs/format/recovery.md`, `docs/format/log-records.md`.

use core::sync::atomic::Ordering;
use std::path::Path;
use std::sync::Arc;

use jet_btree::store::{Growth, Store, StoreParts};
use jet_io::{FileSystem, IoErrorKind, LockKind, OpenMode};
use jet_log::dbfile::{self, DatabaseFile, OpenDatabaseError};
use jet_log::record::database::{AttachDatabase, DetachDatabase, FLAG_WIDE_PATH, FLAG_WIDE_PATH_DETACH};
use jet_log::record::{Record, SessionId, StoredText};
use jet_log::recovery::Marks;
use jet_pages::Objid;
use jet_pages::dbheader::{self, DbState, HeaderRead};

use super::database::{Attaching, logged_path};
use super::{AttachedDatabase, Storage, StorageError};

impl Storage {
    /// Attaches a database that was shut down cleanly.
    ///
    /// # Errors
    /// [`StorageError`]; the file is as before, unless logging or writing its header failed.
    pub fn attach(
        &self,
        session: SessionId,
        path: &Path,
        pages_max: u32,
    ) -> Result<Arc<AttachedDatabase>, StorageError> {
        let _changing = self.changing.lock();
        let number = self.place_for(path)?;
        let found = dbfile::open(&*self.setup.around.fs, path)?;
        let found = found.ok_or_else(|| StorageError::NotFound {
            path: path.to_owned(),
        })?;
        self.check_clean(path, &found.read)?;
        let header = &found.read.header;
        let is_of_stream = header.log_signature.matches(&self.stream);
        let consistent = header.consistent_lgpos.into();
        let text = logged_path(path);
        let wide = wide(&text);
        let record = AttachDatabase {
            session,
            database: number,
            pages_max,
            consistent,
            signature: header.db_signature,
            consistent_stream: header.log_signature,
            database_flags: FLAG_WIDE_PATH,
            path: StoredText::wide(&wide),
        };
        let appended = self.log.append(&[Record::AttachDatabase(record)])?;
        let attaching = Attaching {
            number,
            attached: appended.first,
            consistent: match is_of_stream {
                true => consistent,
                false => jet_log::Lgpos::NONE,
            },
            pages_max,
            is_read_only: false,
        };
        let attached = self.log.flush(appended.end).map_err(StorageError::from);
        attached
            .and_then(|()| self.begin_use(path, found, attaching))
            .map_err(|source| StorageError::HalfDone {
                path: path.to_owned(),
                source: Box::new(source),
            })
    }

    /// What follows the record that attaches a database.
    fn begin_use(
        &self,
        path: &Path,
        found: dbfile::Found,
        attaching: Attaching,
    ) -> Result<Arc<AttachedDatabase>, StorageError> {
        let file = DatabaseFile::new(path, found, &self.setup.around);
        let now = self.setup.around.clock.now();
        let created = self.slots.generation().1;
        file.change(|header| {
            dbfile::set_attached(header, attaching.attached, &self.stream, now, created);
        });
        let database = self.put(attaching, Arc::new(file))?;
        database.file().write_header()?;
        self.move_checkpoint()?;
        Ok(database)
    }

    /// Attaches a database that was shut down cleanly without ever changing it. The log is told nothing. Several instances may
    /// have it so at the same time.
    ///
    /// # Errors
    /// [`StorageError`].
    pub fn attach_read_only(&self, path: &Path) -> Result<Arc<AttachedDatabase>, StorageError> {
        let _changing = self.changing.lock();
        let number = self.place_for(path)?;
        let found = open_shared(&*self.setup.around.fs, path)?;
        self.check_clean(path, &found.read)?;
        let attaching = Attaching {
            number,
            attached: jet_log::Lgpos::NONE,
            consistent: jet_log::Lgpos::NONE,
            pages_max: 0,
            is_read_only: true,
        };
        let file = DatabaseFile::new(path, found, &self.setup.around);
        self.put(attaching, Arc::new(file))
    }

    /// Detaches a database: afterwards it is complete without logs.
    ///
    /// # Errors
    /// [`StorageError::Busy`] while transactions are open that changed something in it; what writing gives: the database stays
    /// attached then.
    pub fn detach(&self, session: SessionId, path: &Path) -> Result<(), StorageError> {
        let _changing = self.changing.lock();
        let database = self.attached(path).ok_or_else(|| StorageError::NotAttached {
            path: path.to_owned(),
        })?;
        if database.is_read_only() {
            self.forget(&database);
            return Ok(());
        }
        match self.trees.undecided_in(database.number()) {
            0 => self.clean_database(database.number())?,
            count => return Err(StorageError::Busy { count }),
        }
        self.write_pages(&database)?;
        let text = logged_path(path);
        let wide = wide(&text);
        let record = DetachDatabase {
            session,
            database: database.number(),
            database_flags: FLAG_WIDE_PATH_DETACH,
            path: StoredText::wide(&wide),
        };
        let appended = self.log.append(&[Record::DetachDatabase(record)])?;
        let end = || {
            self.log.flush(appended.end)?;
            self.forget(&database);
            database.file().end_well(appended.first, database.marks())?;
            self.move_checkpoint()
        };
        end().map_err(|source| StorageError::HalfDone {
            path: path.to_owned(),
            source: Box::new(source),
        })
    }

    fn forget(&self, database: &AttachedDatabase) {
        self.slots.take(database.number());
        self.trees.detach(database.number());
    }

    /// An attached database.
    pub fn attached(&self, path: &Path) -> Option<Arc<AttachedDatabase>> {
        self.slots
            .all()
            .into_iter()
            .find(|database| database.path() == path)
    }

    /// All attached databases.
    pub fn databases(&self) -> Vec<Arc<AttachedDatabase>> {
        self.slots.all()
    }

    /// The attached databases that may be changed.
    pub(super) fn changeable(&self) -> Vec<Arc<AttachedDatabase>> {
        let mut databases = self.slots.all();
        databases.retain(|database| !database.is_read_only());
        databases
    }

    /// A slot for a database that is not attached yet.
    pub(super) fn place_for(&self, path: &Path) -> Result<jet_log::record::Dbid, StorageError> {
        if self.attached(path).is_some() {
            return Err(StorageError::Attached {
                path: path.to_owned(),
            });
        }
        let count = self.slots.all().len();
        self.slots.free().ok_or(StorageError::TooManyDatabases { count })
    }

    /// Whether a database can be attached as its header tells it.
    pub(super) fn check_clean(&self, path: &Path, read: &HeaderRead) -> Result<(), StorageError> {
        let state = read.header.db_state();
        if state != DbState::CleanShutdown {
            return Err(StorageError::State {
                path: path.to_owned(),
                state,
            });
        }
        let (found, expected) = (read.page_size, self.setup.page_size);
        if found == expected {
            return Ok(());
        }
        Err(StorageError::PageSize {
            path: path.to_owned(),
            found: found.bytes_u32(),
            expected: expected.bytes_u32(),
        })
    }

    /// Takes a database among the attached ones.
    pub(super) fn put(
        &self,
        attaching: Attaching,
        file: Arc<DatabaseFile>,
    ) -> Result<Arc<AttachedDatabase>, StorageError> {
        file.log_to(Arc::clone(&self.log) as _);
        let header = file.header();
        let store = Store::new(StoreParts {
            file: Arc::clone(file.file()),
            cache: &self.cache,
            barrier: Arc::clone(&file) as _,
            log: Some(Arc::clone(&self.log)),
            database: attaching.number,
            marks: Marks {
                dbtime: header.dbtime(),
                // The first one is that of the database itself.
                objid: header.last_objid().max(Objid(1)),
            },
            growth: Growth {
                extension_pages: self.growth_pages.load(Ordering::Relaxed),
                pages_max: match attaching.pages_max {
                    0 => Growth::default().pages_max,
                    pages_max => pages_max,
                },
            },
            reserves: self.trees.reserves(attaching.number),
        })?;
        let database = Arc::new(AttachedDatabase::new(attaching, file, Arc::new(store)));
        self.slots.put(Arc::clone(&database));
        self.trees.attach(Arc::clone(database.store()));
        Ok(database)
    }

    pub(super) fn check_idle(&self) -> Result<(), StorageError> {
        match self.trees.open_count() {
            0 => Ok(()),
            count => Err(StorageError::Busy { count }),
        }
    }

    /// Writes every page of a database and syncs its file.
    pub(super) fn write_pages(&self, database: &AttachedDatabase) -> Result<(), StorageError> {
        self.trees.log_old_data(database.number())?;
        let flushed = database.store().flush()?;
        let pages = flushed.latched + flushed.held;
        if pages > 0 {
            return Err(StorageError::Latched { pages });
        }
        Ok(database.file().file().sync_data()?)
    }
}

/// Opens a database to read it, as others may at the same time.
fn open_shared(fs: &dyn FileSystem, path: &Path) -> Result<dbfile::Found, StorageError> {
    let file = match fs.open(path, OpenMode::Read) {
        Err(error) if error.kind == IoErrorKind::NotFound => {
            return Err(StorageError::NotFound {
                path: path.to_owned(),
            });
        }
        opened => opened?,
    };
    file.try_lock(LockKind::Shared).map_err(OpenDatabaseError::Io)?;
    let mut start = vec![0; HEADERS_BYTES];
    let got = file.read_at(&mut start, 0)?;
    let read = dbheader::read_header(start.get(..got).unwrap_or_default()).map_err(|source| {
        OpenDatabaseError::Header {
            database: path.to_owned(),
            source,
        }
    })?;
    Ok(dbfile::Found { file, read })
}

/// Bytes from the start of a file in which both copies of a header lie, whatever the page size.
const HEADERS_BYTES: usize = 65_536;

/// A path as records have it: UTF-16 with a zero behind.
pub(super) fn wide(path: &str) -> Vec<u8> {
    path.encode_utf16()
        .chain([0])
        .flat_map(u16::to_le_bytes)
        .collect()
}
