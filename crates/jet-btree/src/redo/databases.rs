//! The databases of a log stream by number, and the pages that records about them need.

use jet_log::record::Dbid;
use jet_log::record::node::{NodeChange, PageChange};
use jet_log::recovery::Place;
use jet_pages::Objid;

use super::RedoError;
use super::database::Database;
use super::page::PageInHand;

/// The databases of a log stream, by number.
#[derive(Debug, Default)]
pub(super) struct Databases {
    slots: Vec<Option<Database>>,
}

impl Databases {
    pub(super) fn get(&self, number: Dbid) -> Option<&Database> {
        self.slots.get(usize::from(number.0))?.as_ref()
    }

    pub(super) fn set(&mut self, number: Dbid, database: Option<Database>) {
        let slot = usize::from(number.0);
        if self.slots.len() <= slot {
            self.slots.resize_with(slot + 1, || None);
        }
        if let Some(place) = self.slots.get_mut(slot) {
            *place = database;
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Database> {
        self.slots.iter().flatten()
    }

    /// The database of a change, if it can lack it. Takes note of the numbers that the record shows in any case.
    pub(super) fn wanting(&self, place: Place, change: &PageChange, tree: Objid) -> Option<&Database> {
        let database = self.get(change.database)?;
        database.note(change.dbtime, tree);
        database.wants(place).then_some(database)
    }

    /// The page of a record about one node, if it needs the change.
    pub(super) fn node_page(
        &self,
        place: Place,
        node: &NodeChange,
    ) -> Result<Option<PageInHand<'_>>, RedoError> {
        let change = &node.change;
        match self.wanting(place, change, node.tree) {
            Some(database) => {
                database.page_to_change(change.page, change.dbtime_before, change.dbtime, place.at)
            }
            None => Ok(None),
        }
    }
}
