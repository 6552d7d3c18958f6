//! What a cursor may be asked for, by what has become of the rows of its table.

use super::cursor::SortCursor;
use super::sort::Sort;
use crate::cursor::Cursor;
use crate::error::{Refusal, Result};

/// What has become of the rows of a cursor's table.
#[derive(Debug, Default)]
pub(crate) enum Stage {
    /// They lie in a tree: those of all tables that are not temporary, and of some that are.
    #[default]
    Tree,
    /// They come in, to be sorted.
    Inserting(Box<Sort>),
    /// They are in order, and are read.
    Reading(Box<SortCursor>),
    /// They could not be put in order: the cursor can only be closed.
    Broken,
}

/// What a cursor is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// To prepare an update, to set columns.
    PrepareUpdate,
    /// To do the update.
    Update,
    /// To delete a row.
    Delete,
    /// To add to a number in a row.
    EscrowUpdate,
    /// To make a key.
    MakeKey,
    /// To move, to look for a key.
    Move,
    /// To keep to a range of keys.
    SetIndexRange,
    /// For columns of the row, or for how large it is.
    Retrieve,
    /// For a key.
    RetrieveKey,
    /// For the name of a row, or to go there.
    Bookmark,
    /// For one more cursor like it.
    Duplicate,
    /// For what is known of the table.
    TableInfo,
    /// For what a program keeps with it.
    LocalStorage,
    /// For what is known of the row.
    CursorInfo,
    /// For anything else.
    Other,
}

impl Cursor {
    /// Whether the cursor can be asked for this now. Those on tables that are not temporary can always.
    ///
    /// # Errors
    /// [`Refusal::IllegalOperation`].
    pub fn check_allows(&self, verb: Verb) -> Result<()> {
        let allows = match &self.stage {
            Stage::Tree if !self.database().is_temporary() => true,
            Stage::Tree => verb != Verb::Other,
            Stage::Inserting(_) => matches!(
                verb,
                Verb::PrepareUpdate | Verb::Update | Verb::MakeKey | Verb::Move | Verb::RetrieveKey
            ),
            Stage::Reading(_) => !matches!(
                verb,
                Verb::PrepareUpdate
                    | Verb::Update
                    | Verb::Delete
                    | Verb::EscrowUpdate
                    | Verb::CursorInfo
                    | Verb::Other
            ),
            Stage::Broken => false,
        };
        if allows {
            Ok(())
        } else {
            Err(Refusal::IllegalOperation.into())
        }
    }
}
