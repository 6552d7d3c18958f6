//! Temporary tables: rows that one session keeps for a while, sorted or in a tree of the temporary database.
//!
//! | module | what |
//! |---|---|
//! | `columns` | what a new one is to be like, and its definition |
//! | `stage` | what a cursor may be asked for, by what has become of the rows |
//! | `sort` | rows that come in, and rows in order in memory |
//! | `run` | rows in order on the disk, as a stream of bytes in a tree |
//! | `merge` | several of those as one |
//! | `cursor` | moves, seeks and ranges in a sort |
//! | `tree` | the same rows in a tree: an ordinary table in the temporary database |
//! | `list` | rows given as values |
//!
//! A temporary table begins as a sort, to which rows can only be added. With the first move or seek it is put in order and
//! read, or goes into a tree, if it must be changed, or moved back in, and is too large for that. Some are trees from the
//! beginning. To a cursor a tree is a table as any other.
//!
//! Invariants:
//! - trees come, are filled from sorts, and go without versions: nothing of that is undone; changes of single rows have versions
//! - a tree goes when its session has no cursor on it any more

mod columns;
mod cursor;
mod list;
mod merge;
mod run;
mod sort;
mod stage;
mod tree;

use std::sync::Arc;

use jet_session::storage::TEMPORARY;

pub use self::columns::{NewTemporaryTable, TemporaryColumn, TemporaryOptions, TextOrder};
pub(crate) use self::stage::Stage;
pub use self::stage::Verb;
pub(crate) use self::tree::AUTHOR;
use crate::column::ColumnRef;
use crate::cursor::{Access, Cursor};
use crate::database::Database;
use crate::definition::Definition;
use crate::error::{Refusal, Result};
use crate::session::{CursorId, TableSession};
use crate::shared::Table;
use crate::work::Work;

/// A temporary table that was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedTemporary {
    /// The cursor on it, which it goes with.
    pub cursor: CursorId,
    /// Its columns, in the order in which they were given.
    pub columns: Vec<ColumnRef>,
}

impl TableSession {
    /// Makes a temporary table.
    ///
    /// # Errors
    /// [`Refusal::TooManySorts`], [`Refusal::CannotMaterializeForwardOnlySort`], [`Refusal::InvalidParameter`],
    /// [`Refusal::TooManyColumns`], [`Refusal::InvalidCodePage`], [`Refusal::InvalidLanguageId`],
    /// [`Refusal::InvalidLCMapStringFlags`], [`Refusal::RecordTooBig`], in this order; and what making a tree gives.
    pub fn open_temporary(
        &mut self,
        work: &mut Work<'_>,
        new: &NewTemporaryTable,
    ) -> Result<OpenedTemporary> {
        self.free_temporary(work.storage, work.transaction);
        let temporary = work.storage.temporary().ok_or(Refusal::TooManySorts)?;
        new.check_forward_only()?;
        let permit = temporary.permit_sort().ok_or(Refusal::TooManySorts)?;
        let database = Database::temporary(temporary);
        let (def, columns) = new.define(database.store().page_size())?;
        let is_tree = new.is_tree_at_once();
        if is_tree && new.options.forward_only {
            return Err(Refusal::CannotMaterializeForwardOnlySort.into());
        }
        let definition = Definition::new(def)?;
        let (table, stage) = if is_tree {
            let table = tree::plant(database.store(), &definition, new.has_key())?;
            (table, Stage::Tree)
        } else {
            let sort = sort::Sort::new(new.options, permit);
            (
                Table::committed(TEMPORARY, definition),
                Stage::Inserting(Box::new(sort)),
            )
        };
        let table = Arc::new(table);
        let cursor = Cursor::on_temporary(&database, &table, work, stage)?;
        Ok(OpenedTemporary {
            cursor: self.add(cursor),
            columns,
        })
    }

    /// Opens one more cursor on a sort.
    ///
    /// # Errors
    /// [`Refusal::InvalidTable`], and [`Refusal::IllegalOperation`] when the rows are on the disk, to be read once.
    pub(crate) fn duplicate_sort(&mut self, work: &Work<'_>, id: CursorId) -> Result<CursorId> {
        let duplicate = self.cursor(id)?.duplicate_on_sort(work)?;
        Ok(self.add(duplicate))
    }
}

/// What a cursor on a temporary table may do: everything, and nobody else knows of the table.
const ACCESS: Access = Access {
    is_read_only: false,
    insists_on_update: false,
    denies_write: false,
    denies_read: true,
    permits_ddl: false,
};
