//! Merges: levels from the top down.

use jet_log::page_image;
use jet_log::record::structure::Merge;
use jet_log::recovery::Place;
use jet_pages::{Page, PageMut, PageSize, Pgno};

use super::database::Database;
use super::macros::check_distinct;
use super::page::PageInHand;
use super::{Redo, RedoError};
use crate::edit::merge::{self, MergePages};

impl Redo {
    pub(super) fn redo_merge(&mut self, place: Place, merges: &[&Merge<'_>]) -> Result<(), RedoError> {
        let Some((leaf, above)) = merges.split_last() else {
            return Ok(());
        };
        for (index, record) in above.iter().enumerate() {
            let change = &record.change;
            let Some(database) = self.databases.wanting(place, change, record.tree) else {
                return Ok(());
            };
            let child = merges.get(index + 1).copied().unwrap_or(leaf);
            let before = child.parent_dbtime_before;
            let after = change.dbtime;
            if let Some(mut page) = database.page_to_change(change.page, before, after, place.at)? {
                let mut page = page.change(place)?;
                merge::merge_internal(&mut page, record, leaf, after).map_err(RedoError::apply(place))?;
            }
            if record.empties_page() {
                database.forgive(change.page, 1);
            }
        }
        self.redo_leaves(place, leaf)
    }

    fn redo_leaves(&self, place: Place, record: &Merge<'_>) -> Result<(), RedoError> {
        let (change, at) = (&record.change, place.at);
        let Some(database) = self.databases.wanting(place, change, record.tree) else {
            return Ok(());
        };
        check_distinct(place, &[change.page, record.left_page, record.right_page])?;
        let after = change.dbtime;
        let sibling = |pgno: Pgno, before| {
            if pgno.is_some() {
                database.page_to_change(pgno, before, after, at)
            } else {
                Ok(None)
            }
        };
        let mut left = sibling(record.left_page, record.left_dbtime_before)?;
        let mut merged = database.page_to_change(change.page, change.dbtime_before, after, at)?;
        let mut right = sibling(record.right_page, record.right_dbtime_before)?;
        let takes = [&left, &right]
            .into_iter()
            .flatten()
            .any(|page| Some(page.pgno()) == merge::destination(record));
        let before = match takes {
            true => before_image(self, database, place, record, merged.as_ref())?,
            false => None,
        };
        let before = match &before {
            Some(bytes) => Some(
                Page::new(bytes, change.page, database.size())
                    .map_err(|error| RedoError::apply(place)(error.into()))?,
            ),
            None => None,
        };
        let mut pages = [&mut merged, &mut left, &mut right].map(|page| match page {
            Some(page) => page.change(place).map(Some),
            None => Ok(None),
        });
        let mut taken = pages.iter_mut().map(|page| core::mem::replace(page, Ok(None)));
        let mut next = || taken.next().unwrap_or(Ok(None));
        let (mut merged, mut left, mut right) = (next()?, next()?, next()?);
        let pages = MergePages {
            merged: merged.as_mut(),
            left: left.as_mut(),
            right: right.as_mut(),
        };
        merge::merge_leaves(pages, before.as_ref(), record, after).map_err(RedoError::apply(place))?;
        for page in [&mut merged, &mut left, &mut right].into_iter().flatten() {
            PageMut::set_uncommitted_free(page, 0);
        }
        if record.empties_page() {
            database.forgive(change.page, 1);
        }
        Ok(())
    }
}

/// The page whose nodes leave as it was before: as it lies there when it needs the merge, else out of the record.
fn before_image(
    redo: &Redo,
    database: &Database,
    place: Place,
    record: &Merge<'_>,
    merged: Option<&PageInHand<'_>>,
) -> Result<Option<Vec<u8>>, RedoError> {
    if let Some(page) = merged {
        return Ok(Some(page.bytes().to_vec()));
    }
    if record.image.is_empty() {
        return Ok(None);
    }
    let (pgno, size) = (record.change.page, database.size());
    let mut bytes = page_image::restore(pgno, record.image, record.image_flags, size, redo.decompress)
        .map_err(|source| RedoError::Image { at: place.at, source })?;
    vet_image(&mut bytes, pgno, size, place)?;
    Ok(Some(bytes))
}

/// Refuses an image of a page that is not sound: what it holds goes into the database.
pub(super) fn vet_image(bytes: &mut [u8], pgno: Pgno, size: PageSize, place: Place) -> Result<(), RedoError> {
    PageMut::check(bytes, pgno, size).map_err(|finding| RedoError::Unsound {
        pgno,
        at: place.at,
        finding,
    })
}
