//! Records that make trees, give pages up, or change the length of the file.

use jet_log::record::Record;
use jet_log::record::space::{ConvertTree, CreateMultipleExtentTree, CreateSingleExtentTree, NewPage};
use jet_log::record::structure::EmptyTree;
use jet_log::recovery::Place;
use jet_pages::{Dbtime, PageMut, Pgno};

use super::node::apply;
use super::{Redo, RedoError};
use crate::edit::create::{self, Part};
use crate::edit::give_up;

impl Redo {
    /// Redoes a record that is not about one node. Records that change no page are passed over.
    pub(super) fn redo_tree(&mut self, place: Place, record: &Record<'_>) -> Result<(), RedoError> {
        match record {
            Record::CreateMultipleExtentTree(record) => self.redo_multiple(place, record),
            Record::CreateSingleExtentTree(record) => self.redo_single(place, record),
            Record::ConvertTree(record) => self.redo_convert(place, record),
            Record::NewPage(record) => self.redo_new_page(place, record),
            Record::EmptyTree(record) => self.redo_empty_tree(place, record),
            Record::PageMove(record) => self.redo_page_move(place, record, None),
            Record::ExtendDatabase(record) => match self.databases.get(record.database) {
                Some(database) => database.extend(record.last_page, place.at),
                None => Ok(()),
            },
            Record::ShrinkDatabase(record) | Record::ShrinkDatabase2(record) => {
                match self.databases.get(record.database) {
                    Some(database) => database.cut(record.last_page, place.at),
                    None => Ok(()),
                }
            }
            Record::ShrinkDatabase3(record) => match self.databases.get(record.database) {
                Some(database) => {
                    database.note(record.dbtime, jet_pages::Objid::default());
                    database.cut(record.last_page, place.at)
                }
                None => Ok(()),
            },
            Record::TrimDatabase(record) => {
                self.forgive(record.database, record.first_page, record.page_count);
                Ok(())
            }
            Record::ExtentFreed(record) => {
                self.forgive(record.database, record.first_page, record.page_count);
                Ok(())
            }
            Record::ExtentFreed2(record) => {
                self.forgive(record.database, record.first_page, record.page_count);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Pages were given up: trimming leaves their content to chance, so they may be missing.
    fn forgive(&self, database: jet_log::record::Dbid, first: Pgno, count: i32) {
        if let (Some(database), Ok(count)) = (self.databases.get(database), u32::try_from(count)) {
            database.forgive(first, count);
        }
    }

    fn redo_multiple(&self, place: Place, record: &CreateMultipleExtentTree) -> Result<(), RedoError> {
        let Some(database) = self.databases.wanting(place, &record.change, record.tree) else {
            return Ok(());
        };
        let parts = [
            (Part::Root, record.change.page),
            (Part::Owned, record.owned_root),
            (Part::Available, record.available_root),
        ];
        for (part, pgno) in parts {
            if let Some(mut page) = database.new_page(pgno, record.change.dbtime, place.at)? {
                create::multiple(page.overwrite(place), database.size(), record, part)
                    .map_err(RedoError::apply(place))?;
            }
        }
        Ok(())
    }

    fn redo_single(&self, place: Place, record: &CreateSingleExtentTree) -> Result<(), RedoError> {
        let Some(database) = self.databases.wanting(place, &record.change, record.tree) else {
            return Ok(());
        };
        match database.new_page(record.change.page, record.change.dbtime, place.at)? {
            Some(mut page) => create::single(page.overwrite(place), database.size(), record)
                .map_err(RedoError::apply(place)),
            None => Ok(()),
        }
    }

    fn redo_convert(&self, place: Place, record: &ConvertTree) -> Result<(), RedoError> {
        let change = &record.change;
        let Some(database) = self.databases.wanting(place, change, record.tree) else {
            return Ok(());
        };
        for (part, pgno) in [
            (Part::Owned, record.owned_root),
            (Part::Available, record.available_root),
        ] {
            if let Some(mut page) = database.new_page(pgno, change.dbtime, place.at)? {
                create::converted_space(page.overwrite(place), database.size(), record, part)
                    .map_err(RedoError::apply(place))?;
            }
        }
        match database.page_to_change(change.page, change.dbtime_before, change.dbtime, place.at)? {
            Some(mut page) => apply(&mut page, place, change, |page| {
                create::convert_root(page, record)
            }),
            None => Ok(()),
        }
    }

    fn redo_new_page(&self, place: Place, record: &NewPage) -> Result<(), RedoError> {
        let Some(database) = self.databases.get(record.database) else {
            return Ok(());
        };
        database.note(record.dbtime, record.tree);
        if !database.wants(place) {
            return Ok(());
        }
        if let Some(mut page) = database.new_page(record.page, record.dbtime, place.at)? {
            let (pgno, size) = (record.page, database.size());
            PageMut::reserve(page.overwrite(place), pgno, size, record.tree, record.dbtime)
                .map_err(|error| RedoError::apply(place)(error.into()))?;
        }
        Ok(())
    }

    fn redo_empty_tree(&self, place: Place, record: &EmptyTree<'_>) -> Result<(), RedoError> {
        let (node, change) = (&record.node, &record.node.change);
        let Some(database) = self.databases.wanting(place, change, node.tree) else {
            return Ok(());
        };
        for emptied in record.pages() {
            let (pgno, before) = (Pgno(emptied.page.get()), Dbtime(emptied.dbtime_before.get()));
            if let Some(mut page) = database.page_to_change(pgno, before, change.dbtime, place.at)? {
                apply(&mut page, place, change, give_up::empty_page)?;
            }
            database.forgive(pgno, 1);
        }
        match database.page_to_change(change.page, change.dbtime_before, change.dbtime, place.at)? {
            Some(mut page) => apply(&mut page, place, change, |page| {
                give_up::empty_root(page, change.dbtime)
            }),
            None => Ok(()),
        }
    }
}
