//! The index that moves go by.

use std::sync::Arc;

use super::Cursor;
use super::currency::{Currency, CurrentIndex, Place, Position};
use crate::definition::{Definition, LiveIndex};
use crate::error::{Refusal, Result};
use crate::key::OneKey;
use crate::temporary::Stage;
use crate::update::Expand;
use crate::work::Work;

/// Which index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order<'n> {
    /// The rows themselves, in the order of the primary index if there is one.
    Rows,
    /// The index of this name, which may be the primary one.
    Named(&'n str),
    /// The tree of this identity and root.
    Tree(IndexId),
}

/// What names an index of a table while it is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndexId {
    /// Identity of its tree.
    pub objid: jet_pages::Objid,
    /// Root page of its tree.
    pub root: jet_pages::Pgno,
}

impl Cursor {
    /// Changes the index, and stands on its first entry, which is not looked for yet. The key and the range of the other one
    /// are gone, and so is a prepared update.
    ///
    /// # Errors
    /// [`Refusal::IndexNotFound`], [`Refusal::InvalidIndexId`]: the cursor is before the first row then.
    pub fn set_current_index(&mut self, work: &mut Work<'_>, order: Order<'_>) -> Result<()> {
        self.drop_update(work)?;
        self.change_index(order)?;
        self.currency.stand_at(Position::Opened);
        Ok(())
    }

    /// Changes the index and stays on the row: on its entry for value number `number`, from 1, of the first column that has
    /// several.
    ///
    /// # Errors
    /// [`Refusal::NoCurrentRecord`] before anything is changed; [`Refusal::IndexNotFound`], [`Refusal::InvalidIndexId`]; and
    /// when the index is changed [`Refusal::NoCurrentRecord`] if the row has no entry, [`Refusal::BadItagSequence`] if it has no
    /// such value, [`Refusal::RecordDeleted`].
    pub fn change_current_index(&mut self, work: &mut Work<'_>, order: Order<'_>, number: u32) -> Result<()> {
        let bookmark = self.bookmark()?.to_vec();
        self.change_index(order)?;
        self.go_to_row(work, &bookmark, number.max(1))
    }

    /// The name of the index; none when rows lie in the order of their coming.
    ///
    /// # Errors
    /// When the session sees the table no longer.
    pub fn current_index(&mut self) -> Result<Option<Arc<LiveIndex>>> {
        let definition = self.definition()?;
        let index = self.currency.index.as_ref().map(CurrentIndex::get);
        Ok(index.or(definition.primary.as_ref()).cloned())
    }

    /// Goes to the row of this name, and to its entry in the index. A prepared update, the key and the range are dropped.
    ///
    /// # Errors
    /// [`Refusal::InvalidBookmark`] when it is empty, [`Refusal::RecordDeleted`], and [`Refusal::NoCurrentRecord`] when the row
    /// has no entry: it can be read then.
    pub fn go_to_bookmark(&mut self, work: &mut Work<'_>, bookmark: &[u8]) -> Result<()> {
        if let Stage::Reading(sort) = &mut self.stage {
            return sort.go_to_bookmark(bookmark);
        }
        self.go_to_row(work, bookmark, 1)
    }

    fn go_to_row(&mut self, work: &mut Work<'_>, bookmark: &[u8], number: u32) -> Result<()> {
        if bookmark.is_empty() {
            return Err(Refusal::InvalidBookmark.into());
        }
        self.drop_update(work)?;
        self.currency.drop_range();
        self.currency.row.search.forget();
        let index = self.currency.index.as_ref().map(|index| Arc::clone(index.get()));
        let mut key = Vec::new();
        let definition = self.definition()?;
        let (database, table) = (Arc::clone(&self.database), Arc::clone(&self.table));
        let expand = Expand::new(work, &database, &table, &definition.def);
        let number = usize::try_from(number).unwrap_or(usize::MAX);
        let made = self.read_row(work, bookmark, |record| match &index {
            Some(index) => expand.one_key(index, record, number, &mut key).map(Some),
            None => Ok(None),
        })?;
        let made = made.ok_or(Refusal::RecordDeleted)?;
        let Currency { row, entry, .. } = &mut self.currency;
        row.set_on(bookmark, &[]);
        entry.search.forget();
        match made {
            None => Ok(()),
            Some(OneKey::Key) => {
                entry.set_on(&key, bookmark);
                Ok(())
            }
            Some(OneKey::NoSuchValue) => Err(Refusal::BadItagSequence.into()),
            Some(OneKey::NotInIndex) => {
                entry.position = Position::BeforeFirst;
                Err(Refusal::NoCurrentRecord.into())
            }
        }
    }

    /// The present index may be named: nothing changes then.
    fn change_index(&mut self, order: Order<'_>) -> Result<()> {
        let definition = self.definition()?;
        let present = self.currency.index.as_ref().map(CurrentIndex::get);
        let is_present =
            |index: &LiveIndex| present.is_some_and(|present| present.def.objid == index.def.objid);
        let index = match find(&definition, order) {
            Ok(Some(index)) if is_present(index) => return Ok(()),
            Ok(index) => index,
            Err(refusal) => {
                if refusal == Refusal::IndexNotFound && self.currency.index.take().is_some() {
                    self.currency.entry = Place::default();
                    self.currency.row.position = Position::BeforeFirst;
                }
                return Err(refusal.into());
            }
        };
        if index.is_some() || self.currency.index.is_some() {
            self.currency.entry = Place::default();
            self.currency.index = index.map(|index| CurrentIndex::new(&self.table, index));
            self.currency.stand_at(Position::BeforeFirst);
        }
        Ok(())
    }
}

/// The index; none for the order of the rows.
fn find<'d>(
    definition: &'d Definition,
    order: Order<'_>,
) -> core::result::Result<Option<&'d Arc<LiveIndex>>, Refusal> {
    let primary = definition.primary.as_ref();
    match order {
        Order::Rows => Ok(None),
        Order::Named(name) if primary.is_some_and(|primary| primary.def.name.eq_ignore_ascii_case(name)) => {
            Ok(None)
        }
        Order::Named(name) => definition.secondary(name).map(Some).ok_or(Refusal::IndexNotFound),
        Order::Tree(id) if id.objid == definition.rows.objid() && id.root == definition.rows.root() => {
            Ok(None)
        }
        Order::Tree(id) => {
            let mut all = definition.secondary.iter();
            let found = all.find(|index| index.tree.objid() == id.objid && index.tree.root() == id.root);
            found.map(Some).ok_or(Refusal::InvalidIndexId)
        }
    }
}
