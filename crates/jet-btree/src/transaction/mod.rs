//! Transactions on trees: levels, changes with versions, commit, rollback, and clean-up of what nobody sees any more.
//!
//! | module | what |
//! |---|---|
//! | [`Trees`] | all trees of an instance: the log, the versions, the attached databases |
//! | [`Transaction`] | what one session has open: levels, view, changes |
//! | [`Reader`] | rows as a view sees them |
//! | `change` | inserting, replacing, deleting, adding, locking: each with its version |
//! | `commit`, `rollback` | the end of a level, and of all |
//! | `cleanup` | versions and deleted nodes that nobody sees go |
//! | `undo_info` | old data go to the log when a page must be written before its transactions are over |
//!
//! Invariants:
//! - nothing is logged for a transaction before its first change; then the begin of all its levels is
//! - a version is entered under the latch under which the page changes, after the change was logged
//! - a commit is visible after it is durable, or at once when it is lazy
//!
//! Source: `docs/concepts/transactions.md`.

mod change;
mod cleanup;
mod commit;
mod error;
mod held;
mod reader;
mod rollback;
mod trees;
mod undo_info;

use jet_log::Lgpos;
use jet_log::record::transaction::{BeginLevels, BeginTransaction, LevelSpan};
use jet_log::record::{Dbid, Record, SessionId};
use jet_pages::{Objid, Pgno};

pub use self::commit::Flushing;
pub use self::error::ChangeError;
pub use self::reader::Reader;
pub use self::trees::{Limits, Trees};
use crate::store::{Author, Store};
use crate::version::{Begun, Entered, View};

/// What one session has open.
///
/// Dropping one that is open leaves its changes to the next recovery: end it by [`Transaction::commit`] or
/// [`Transaction::roll_back`].
#[derive(Debug)]
pub struct Transaction {
    session: SessionId,
    level: u8,
    is_system: bool,
    is_read_only: bool,
    begun: Option<Begun>,
    logged: Option<Logged>,
    done: Vec<Done>,
    /// The piece of work that changes belong to now; 0: none.
    work: u32,
    /// The last number of a piece of work.
    last_work: u32,
}

/// What of a transaction is in the log.
#[derive(Clone, Copy, Debug)]
struct Logged {
    /// Not behind the begin.
    at: Lgpos,
    /// How many levels.
    levels: u8,
}

/// A change that may have to be undone.
#[derive(Clone, Debug)]
struct Done {
    entered: Entered,
    level: u8,
    tree: Objid,
    is_unique: bool,
    /// The page that was held for it.
    held: Option<Pgno>,
    /// The piece of work that it belongs to; 0: none.
    work: u32,
}

impl Transaction {
    /// A session that has nothing open.
    pub const fn new(session: SessionId) -> Self {
        Self {
            session,
            level: 0,
            is_system: false,
            is_read_only: false,
            begun: None,
            logged: None,
            done: Vec::new(),
            work: 0,
            last_work: 0,
        }
    }

    /// A session of the engine itself.
    pub const fn of_system(session: SessionId) -> Self {
        let mut transaction = Self::new(session);
        transaction.is_system = true;
        transaction
    }

    /// Whose it is.
    pub const fn session(&self) -> SessionId {
        self.session
    }

    /// Levels that are open.
    pub const fn level(&self) -> u8 {
        self.level
    }

    /// Whether it must not change anything.
    pub const fn is_read_only(&self) -> bool {
        self.is_read_only
    }

    /// Whether it has changed anything that is not undone.
    pub fn has_changes(&self) -> bool {
        !self.done.is_empty()
    }

    /// A number for a piece of work, which [`Transaction::undo_work`] can undo without the changes around it.
    pub const fn new_work(&mut self) -> u32 {
        self.last_work = self.last_work.wrapping_add(1);
        if self.last_work == 0 {
            self.last_work = 1;
        }
        self.last_work
    }

    /// Changes belong to this piece of work from now on, to none with 0. Returns what they belonged to before.
    pub const fn set_work(&mut self, work: u32) -> u32 {
        core::mem::replace(&mut self.work, work)
    }

    /// Opens a level. `is_read_only` counts for the first one. How many levels there may be is for the caller to say; the log
    /// can tell of fifteen.
    pub fn begin(&mut self, trees: &Trees, is_read_only: bool) {
        if self.level == 0 {
            self.is_read_only = is_read_only;
            self.begun = Some(trees.clock.begin(self.session, is_read_only));
        }
        self.level += 1;
    }

    /// What it sees: everything committed when its first level was opened, and its own changes; outside of levels what is
    /// committed now.
    pub fn view(&self, trees: &Trees) -> View {
        match &self.begun {
            Some(begun) => View {
                at: begun.state.begun(),
                own: Some(begun.state.clone()),
            },
            None => trees.clock.now(),
        }
    }

    /// Trees go that nobody but this session ever used: nothing that was done to them is undone or cleaned up any more.
    pub fn forget_trees(&mut self, trees: &Trees, database: Dbid, roots: &[Pgno]) {
        self.done.retain(|done| {
            let node = &done.entered.node;
            let goes = node.database() == database && roots.contains(&node.root());
            if goes {
                trees.versions.remove(&done.entered);
            }
            !goes
        });
        trees.forget_versions(database, roots);
    }

    /// Who changes nothing that is logged.
    fn silent_author(&self, writes: bool) -> Result<Author, ChangeError> {
        let begun = self.begun.as_ref().ok_or(ChangeError::NoTransaction)?;
        if writes && self.is_read_only {
            return Err(ChangeError::ReadOnly);
        }
        Ok(Author {
            session: self.session,
            transaction: begun.state.begun(),
            begun_at: self.logged.map_or(Lgpos::NONE, |logged| logged.at),
            level: self.level,
            is_system: self.is_system,
        })
    }

    /// Who makes the next change in `store`, see [`Transaction::author`]. A database that is not logged may be changed also by
    /// transactions that only read.
    ///
    /// # Errors
    /// [`ChangeError`].
    pub fn author_in(&mut self, trees: &Trees, store: &Store) -> Result<Author, ChangeError> {
        if store.is_logged() {
            self.author(trees)
        } else {
            self.silent_author(false)
        }
    }

    /// Who makes the next change; logs the begin of all levels that the log does not know.
    ///
    /// For changes that have no versions: new trees, space.
    ///
    /// # Errors
    /// [`ChangeError`].
    pub fn author(&mut self, trees: &Trees) -> Result<Author, ChangeError> {
        let begun = self.begun.as_ref().ok_or(ChangeError::NoTransaction)?;
        if self.is_read_only {
            return Err(ChangeError::ReadOnly);
        }
        let begun = begun.state.begun();
        let logged = match self.logged {
            Some(logged) if logged.levels >= self.level => logged,
            Some(logged) => {
                let levels = LevelSpan {
                    from: logged.levels,
                    count: self.level - logged.levels,
                };
                let session = self.session;
                trees
                    .log
                    .append(&[Record::Begin(BeginLevels { session, levels })])?;
                Logged {
                    at: logged.at,
                    levels: self.level,
                }
            }
            None => {
                let at = trees.note_begin(self.session);
                let record = BeginTransaction {
                    session: self.session,
                    levels: LevelSpan {
                        from: 0,
                        count: self.level,
                    },
                    begun,
                };
                if let Err(error) = trees.log.append(&[Record::Begin0(record)]) {
                    trees.forget_begin(self.session);
                    return Err(error.into());
                }
                Logged {
                    at,
                    levels: self.level,
                }
            }
        };
        self.logged = Some(logged);
        Ok(Author {
            session: self.session,
            transaction: begun,
            begun_at: logged.at,
            level: self.level,
            is_system: self.is_system,
        })
    }
}
