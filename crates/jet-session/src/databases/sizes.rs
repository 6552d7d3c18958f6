//! Sizes of databases as sessions change them.

use core::cmp::Ordering;

use jet_btree::store::Author;
use jet_btree::transaction::Flushing;
use jet_log::record::Dbid;

use super::{Answer, refused};
use crate::error::{Argument, DatabaseError, SessionError};
use crate::options::ResizeBits;
use crate::params::ParamId;
use crate::session::Call;
use crate::storage::{Storage, StorageEngine, StorageError};

/// Fewest pages that a file can be set to.
const FILE_PAGES_MIN: u32 = 32;
/// JET_bitShrinkDatabaseOn.
const SHRINK_ON: u64 = 0x1;

/// Pages of a database, without its header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DatabaseSpace {
    /// All.
    pub owned: u32,
    /// Those that no tree in it has.
    pub available: u32,
}

impl Call<'_, StorageEngine> {
    /// How many pages an open database has.
    ///
    /// # Errors
    /// [`DatabaseError::NotOpen`]; the engine's.
    pub fn database_space(&mut self, number: Dbid) -> Answer<DatabaseSpace> {
        let database = self.database(number)?;
        let space = self.did(database.store().space().map_err(StorageError::from))?;
        let narrow = |pages| u32::try_from(pages).unwrap_or(u32::MAX);
        Ok(DatabaseSpace {
            owned: narrow(space.owned_pages()),
            available: narrow(space.available_pages()),
        })
    }

    /// Lets an open database grow to `pages` at least, or give up the free pages at its end beyond `pages`; returns how many its
    /// file has then, the header counted. What the bits do not allow is not done.
    ///
    /// # Errors
    /// [`SessionError::InvalidOptions`], [`DatabaseError::NotOpen`], [`SessionError::NotAvailable`] when databases are not to
    /// shrink, [`DatabaseError::ReadOnly`], `SharingViolation`; the engine's.
    pub fn resize_database(&mut self, number: Dbid, pages: u32, bits: ResizeBits) -> Answer<u32> {
        let (only_grow, only_shrink) = (bits.has(ResizeBits::ONLY_GROW), bits.has(ResizeBits::ONLY_SHRINK));
        if bits.has_unknown() || (only_grow && only_shrink) {
            return Err(SessionError::InvalidOptions.into());
        }
        let database = self.database(number)?;
        let has = self.did(database.store().file_pages().map_err(StorageError::from))?;
        let wanted = pages.cmp(&has);
        let is_done = match wanted {
            Ordering::Equal => true,
            Ordering::Less => only_grow,
            Ordering::Greater => only_shrink,
        };
        if is_done {
            return Ok(has);
        }
        let shrinks = self.session().instance().number(ParamId::ENABLE_SHRINK_DATABASE);
        if wanted == Ordering::Less && shrinks & SHRINK_ON == 0 {
            return Err(SessionError::NotAvailable.into());
        }
        if database.is_read_only() {
            return refused(DatabaseError::ReadOnly);
        }
        self.change_size(|storage, author| match wanted {
            Ordering::Less => storage.shrink_database(author, &database, pages),
            _ => storage.grow_database(author, &database, pages),
        })
    }

    /// Lets an open database grow to `pages` at least; returns how many its file has then, the header counted.
    ///
    /// # Errors
    /// As [`Call::resize_database`].
    pub fn grow_database(&mut self, number: Dbid, pages: u32) -> Answer<u32> {
        self.resize_database(number, pages, ResizeBits::ONLY_GROW)
    }

    /// Makes the file of a database longer that is complete and attached nowhere; returns how many pages it has then, the header
    /// left out. It never gets shorter.
    ///
    /// # Errors
    /// [`DatabaseError::InvalidPath`], [`SessionError::InvalidParameter`] for fewer pages than any file has; the engine's.
    pub fn set_database_size(&mut self, path: &str, pages: u32) -> Answer<u32> {
        if path.is_empty() {
            return refused(DatabaseError::InvalidPath);
        }
        if pages < FILE_PAGES_MIN {
            return Err(SessionError::InvalidParameter(Argument::Pages).into());
        }
        let path = self.complete(path)?;
        let storage = self.storage()?;
        self.did(storage.lengthen_file(&path, pages))
    }

    /// Changes the space of a database in the open transaction, or in one of its own.
    fn change_size(
        &mut self,
        change: impl FnOnce(&Storage, &Author) -> Result<u32, StorageError>,
    ) -> Answer<u32> {
        let thread = self.thread();
        self.state().check_owner(thread)?;
        let storage = self.storage()?;
        let is_own = self.state().level() == 0;
        let trees = storage.trees();
        let transaction = self.parts().1.transaction();
        if is_own {
            transaction.begin(trees, false);
        }
        let author = transaction.author(trees).map_err(StorageError::from);
        let mut changed = author.and_then(|author| change(&storage, &author));
        if is_own {
            changed = changed.and_then(|pages| {
                transaction.commit(trees, Flushing::Lazy)?;
                Ok(pages)
            });
            if transaction.level() > 0
                && let Err(error) = transaction.roll_back(trees)
            {
                changed = Err(StorageError::rollback(error));
            }
        }
        self.did(changed)
    }
}
