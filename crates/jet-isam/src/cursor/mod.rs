//! A cursor: one session's view of one table, with a place in one of its indexes.
//!
//! | module | what |
//! |---|---|
//! | `currency` | where a cursor stands |
//! | `walk` | steps to the neighbours |
//! | `moves` | moving from entry to entry |
//! | `keys` | the key to search for |
//! | `seek` | looking for it |
//! | `range` | ranges of keys, and how many entries there are |
//! | `bookmarks` | rows and entries by their names |
//! | `index` | which index moves go by |
//! | `fraction` | positions as parts of the index |
//! | `intersect` | rows that several cursors have in common |
//! | `info` | what is known of a cursor, and cursors like it |
//! | `rows` | the row that it stands on |
//! | `retrieve` | values of its columns |
//! | `enumerate` | all its columns |
//! | `size` | how much room it takes |
//! | `entry` | values of the index entry that it stands on |

mod bookmarks;
pub(crate) mod currency;
mod entry;
mod enumerate;
mod fraction;
mod index;
mod info;
mod intersect;
mod keys;
mod moves;
mod range;
mod retrieve;
mod rows;
mod seek;
mod size;
mod walk;

use std::sync::Arc;

use jet_log::record::SessionId;

use self::currency::{Currency, Position};
pub use self::entry::{EntryPart, FromEntry};
pub use self::enumerate::{Asked, ColumnState, Enumerate, Enumerated, ValueState};
pub use self::fraction::Fraction;
pub use self::index::{IndexId, Order};
pub use self::moves::Move;
pub use self::range::SetRange;
pub use self::retrieve::{Retrieve, Retrieved, Whence};
pub use self::seek::{Found, Relation};
pub use self::size::{RecordSize, SizeOptions};
use crate::database::Database;
use crate::definition::Definition;
use crate::error::{Refusal, Result};
use crate::session::Eyes;
use crate::shared::Table;
use crate::temporary::Stage;
use crate::update::{Scratch, Update};

/// A cursor on a table of a database.
#[derive(Debug)]
pub struct Cursor {
    database: Arc<Database>,
    table: Arc<Table>,
    session: SessionId,
    access: Access,
    /// The level at which it was opened.
    pub(crate) level: u8,
    eyes: Arc<Eyes>,
    definition: Arc<Definition>,
    generation: u64,
    /// The transaction of the session keeps something of the definition from being seen.
    hides: bool,
    pub(crate) currency: Currency,
    pub(crate) update: Option<Update>,
    pub(crate) scratch: Scratch,
    pub(crate) stage: Stage,
}

/// What a cursor may do, and what others may not because of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// It changes no rows.
    pub is_read_only: bool,
    /// It is not opened where somebody else lets nobody change rows.
    pub insists_on_update: bool,
    /// Nobody else opens a cursor that insists on changing rows.
    pub denies_write: bool,
    /// Nobody else has the table open.
    pub denies_read: bool,
    /// Columns and indexes may be added though the table is frozen.
    pub permits_ddl: bool,
}

impl Access {
    /// It only reads.
    pub const READER: Self = Self {
        is_read_only: true,
        insists_on_update: false,
        denies_write: false,
        denies_read: false,
        permits_ddl: false,
    };
}

impl Cursor {
    /// A cursor on `table`, which lets others know of it. `eyes`, `level`: of the session.
    ///
    /// # Errors
    /// [`Refusal::ObjectNotFound`] when the session does not see the table, [`Refusal::TableLocked`] and
    /// [`Refusal::TableInUse`] when others stand against it.
    pub(crate) fn open(
        database: &Arc<Database>,
        table: &Arc<Table>,
        session: SessionId,
        eyes: &Arc<Eyes>,
        level: u8,
        access: Access,
    ) -> Result<Self> {
        let generation = table.generation();
        let (definition, hides) = table.look(&eyes.sight());
        let definition = definition.ok_or(Refusal::ObjectNotFound)?;
        table.uses().open(session, access)?;
        Ok(Self {
            database: Arc::clone(database),
            table: Arc::clone(table),
            session,
            access,
            level,
            eyes: Arc::clone(eyes),
            definition,
            generation,
            hides,
            currency: Currency::default(),
            update: None,
            scratch: Scratch::default(),
            stage: Stage::default(),
        })
    }

    /// The database.
    pub const fn database(&self) -> &Arc<Database> {
        &self.database
    }

    /// The table.
    pub const fn table(&self) -> &Arc<Table> {
        &self.table
    }

    /// The rows have gone to another table, which only this session knows of. The cursor is before the first one.
    ///
    /// # Errors
    /// [`Refusal::ObjectNotFound`] when the session does not see that table.
    pub(crate) fn change_table(&mut self, table: &Arc<Table>) -> Result<()> {
        let definition = table.definition(&self.eyes.sight());
        let definition = definition.ok_or(Refusal::ObjectNotFound)?;
        table.uses().open(self.session, self.access)?;
        self.table.uses().close(self.session, self.access);
        self.table = Arc::clone(table);
        self.generation = table.generation();
        self.definition = definition;
        self.currency.stand_at(Position::BeforeFirst);
        Ok(())
    }

    /// What it may do.
    pub const fn access(&self) -> Access {
        self.access
    }

    /// The table as the session sees it now.
    ///
    /// # Errors
    /// [`Refusal::ObjectNotFound`] when it sees it no longer.
    pub fn definition(&mut self) -> Result<Arc<Definition>> {
        self.refresh()?;
        Ok(Arc::clone(&self.definition))
    }

    /// Looks at the table again when somebody sees another definition.
    fn refresh(&mut self) -> Result<()> {
        let generation = self.table.generation();
        if generation != self.generation {
            let (definition, hides) = self.table.look(&self.eyes.sight());
            self.definition = definition.ok_or(Refusal::ObjectNotFound)?;
            (self.generation, self.hides) = (generation, hides);
        }
        Ok(())
    }

    /// Whether rows may be changed through it.
    ///
    /// # Errors
    /// [`Refusal::PermissionDenied`].
    pub fn check_updatable(&self) -> Result<()> {
        if self.access.is_read_only || self.database.is_read_only() {
            return Err(Refusal::PermissionDenied.into());
        }
        Ok(())
    }

    /// The transaction of the session is over: it sees what others have done meanwhile.
    pub(crate) const fn see_again(&mut self) {
        if self.hides {
            // No table has this one.
            self.generation = 0;
        }
    }

    /// Everything of `level` was undone: an update that was prepared there is, too.
    pub(crate) fn undone(&mut self, level: u8) {
        if self.update.as_ref().is_some_and(|update| update.is_undone(level)) {
            self.update = None;
        }
    }
}

impl Drop for Cursor {
    fn drop(&mut self) {
        self.table.uses().close(self.session, self.access);
    }
}
