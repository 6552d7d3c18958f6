//! New databases.

use std::path::Path;
use std::sync::Arc;

use jet_btree::transaction::Transaction;
use jet_io::{LockKind, OpenMode};
use jet_log::dbfile::{self, DatabaseFile, OpenDatabaseError};
use jet_log::record::database::{CreateDatabase, CreateDatabaseFinish, FLAG_WIDE_PATH};
use jet_log::record::{Dbid, Record, SessionId, StoredText};
use jet_pages::dbheader::Signature;

use super::attach::wide;
use super::companion::Companion;
use super::database::{Attaching, logged_path};
use super::{AttachedDatabase, Storage, StorageError};

/// Writes what every database holds from the beginning: its root and the catalog. Implemented by the floor that knows tables.
pub trait Fill {
    /// Makes the trees and rows of a new database, in transactions of `transaction`, in which none is open. The first tree is
    /// that of the database itself, [`jet_btree::store::Store::create_root`].
    ///
    /// # Errors
    /// What making them gives; the database is removed then.
    fn fill(
        &mut self,
        engine: &Storage,
        database: &AttachedDatabase,
        transaction: &mut Transaction,
    ) -> Result<(), StorageError>;
}

/// What the floor that knows tables gives to this one.
pub trait Contents: core::fmt::Debug + Send + Sync {
    /// What fills the next database.
    fn filler(&self) -> Box<dyn Fill>;

    /// What that floor keeps for a session that begins.
    fn companion(&self) -> Box<dyn Companion>;
}

/// A database to be created.
#[derive(Clone, Copy, Debug)]
pub struct NewDatabase<'p> {
    /// The file.
    pub path: &'p Path,
    /// Most pages; 0: no limit.
    pub pages_max: u32,
    /// A file of that name is replaced.
    pub replaces: bool,
}

impl Storage {
    /// Creates a database and attaches it.
    ///
    /// # Errors
    /// [`StorageError`]; the file is removed.
    pub fn create(
        &self,
        session: SessionId,
        new: NewDatabase<'_>,
        fill: &mut dyn Fill,
    ) -> Result<Arc<AttachedDatabase>, StorageError> {
        let _changing = self.changing.lock();
        let number = self.check_new(&new)?;
        let fs = &self.setup.around.fs;
        let now = self.setup.around.clock.now();
        let signature = Signature::new(self.setup.around.random.next_u32(), now);
        let text = logged_path(new.path);
        let wide = wide(&text);
        let record = CreateDatabase {
            session,
            database: number,
            options: 0,
            pages_max: new.pages_max,
            signature,
            database_flags: FLAG_WIDE_PATH,
            version: &[],
            path: StoredText::wide(&wide),
        };
        let appended = self.log.append(&[Record::CreateDatabase(record)])?;
        self.log.flush(appended.end)?;
        let attaching = Attaching {
            number,
            attached: appended.first,
            consistent: jet_log::Lgpos::NONE,
            pages_max: new.pages_max,
            is_read_only: false,
        };
        let made = self.make(session, new.path, signature, attaching, fill);
        if made.is_err() {
            self.slots.take(number);
            self.trees.detach(number);
            // The next recovery removes it, too, should this fail.
            let _ = fs.remove(new.path);
        }
        made
    }

    /// The number that a new database would get.
    ///
    /// # Errors
    /// [`StorageError::Attached`], [`StorageError::TooManyDatabases`], [`StorageError::Open`] when somebody uses the file that is
    /// there, [`StorageError::Exists`].
    pub(crate) fn check_new(&self, new: &NewDatabase<'_>) -> Result<Dbid, StorageError> {
        let number = self.place_for(new.path)?;
        let fs = &self.setup.around.fs;
        if !new.replaces && fs.exists(new.path)? {
            // That somebody uses it is told before that it is there.
            let found = fs.open(new.path, OpenMode::ReadWrite)?;
            found
                .try_lock(LockKind::Exclusive)
                .map_err(OpenDatabaseError::from)?;
            return Err(StorageError::Exists {
                path: new.path.to_owned(),
            });
        }
        Ok(number)
    }

    fn make(
        &self,
        session: SessionId,
        path: &Path,
        signature: Signature,
        attaching: Attaching,
        fill: &mut dyn Fill,
    ) -> Result<Arc<AttachedDatabase>, StorageError> {
        let around = &self.setup.around;
        let header = dbfile::new_header(self.setup.page_size, signature, &self.stream, attaching.number.0);
        let file = DatabaseFile::create(path, header, self.setup.page_size, around)?;
        let database = self.put(attaching, Arc::new(file))?;
        let mut transaction = Transaction::new(session);
        let filled = fill.fill(self, &database, &mut transaction);
        while filled.is_err() && transaction.level() > 0 {
            // Its pages go with the file; its versions must go, too.
            transaction
                .roll_back(&self.trees)
                .map_err(StorageError::rollback)?;
        }
        filled?;
        let finish = CreateDatabaseFinish {
            session,
            database: attaching.number,
        };
        let finished = self.log.append(&[Record::CreateDatabaseFinish(finish)])?;
        self.log.flush(finished.end)?;
        let now = around.clock.now();
        let created = self.slots.generation().1;
        database
            .file()
            .change(|header| dbfile::set_created(header, attaching.attached, now, created));
        database.file().write_header()?;
        self.move_checkpoint()?;
        Ok(database)
    }
}
