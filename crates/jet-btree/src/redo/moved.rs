//! Pages that move to another place in the file, and roots that do: the pointers to them follow.
//!
//! A root moves with the roots of its space trees, in one macro. The trees that took their space from it name it in their
//! external headers, the catalogs name it in one or two rows; all of them change with it.

use jet_log::record::Record;
use jet_log::record::structure::PageMove;
use jet_log::recovery::Place;
use jet_pages::header::{LargePageHeader, PageHeader};
use jet_pages::{Dbtime, PageMut, PageSize, Pgno};
use zerocopy::FromBytes;

use super::database::Database;
use super::macros::check_distinct;
use super::merge::vet_image;
use super::node::apply;
use super::{Redo, RedoError};
use crate::edit::{ApplyError, contradiction, create, give_up, node};

/// Flag of a move: the page is the root of a tree with space trees.
const MOVES_ROOT: u32 = 1;
/// Flag of a move: the page is the root of the owned space of a tree.
const MOVES_OWNED_ROOT: u32 = 2;

impl Redo {
    /// A page takes another place in the file. `owned`: it is a root, and the root of its owned space moves there.
    pub(super) fn redo_page_move(
        &self,
        place: Place,
        record: &PageMove<'_>,
        owned: Option<Pgno>,
    ) -> Result<(), RedoError> {
        let change = &record.change;
        let Some(database) = self.databases.wanting(place, change, record.tree) else {
            return Ok(());
        };
        let (left, right, parent) = (record.left_page, record.right_page, record.parent_page);
        check_distinct(place, &[change.page, record.destination, left, right, parent])?;
        if parent.is_some() {
            follow_from_parent(database, place, record)?;
        }
        for (sibling, before, is_left) in [
            (left, record.left_dbtime_before, true),
            (right, record.right_dbtime_before, false),
        ] {
            if sibling.is_some() {
                follow_from_sibling(database, place, record, sibling, before, is_left)?;
            }
        }
        arrive(database, place, record, owned)?;
        let (before, after) = (change.dbtime_before, change.dbtime);
        if let Some(mut page) = database.page_to_change(change.page, before, after, place.at)? {
            apply(&mut page, place, change, give_up::empty_page)?;
        }
        database.forgive(change.page, 1);
        Ok(())
    }

    /// A root takes another place, and all that names it follows.
    pub(super) fn redo_root_move(&self, place: Place, records: &[Record<'_>]) -> Result<(), RedoError> {
        let moves = || {
            records.iter().filter_map(|record| match record {
                Record::PageMove(record) => Some(record),
                _ => None,
            })
        };
        let owned = moves().find(|record| record.move_flags & MOVES_OWNED_ROOT != 0);
        for record in moves() {
            let owned = owned.filter(|_| record.move_flags & MOVES_ROOT != 0);
            self.redo_page_move(place, record, owned.map(|owned| owned.destination))?;
        }
        let mut done: Vec<Pgno> = Vec::new();
        for record in records {
            match record.node_change() {
                Some(node) if !done.contains(&node.change.page) => {
                    self.redo_naming(place, records, record)?;
                    done.push(node.change.page);
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Changes the page of `first` as all records of the macro say that are about it: two rows of a catalog may lie on one.
    fn redo_naming(&self, place: Place, records: &[Record<'_>], first: &Record<'_>) -> Result<(), RedoError> {
        let Some(about) = first.node_change() else {
            return Ok(());
        };
        let Some(mut page) = self.databases.node_page(place, about)? else {
            return Ok(());
        };
        let is_here = |record: &&Record<'_>| {
            record
                .node_change()
                .is_some_and(|node| node.change.page == about.change.page)
        };
        apply(&mut page, place, &about.change, |page| {
            records
                .iter()
                .filter(is_here)
                .try_for_each(|record| match record {
                    Record::SetExternalHeader(record) => create::set_space_header(page, record.data),
                    Record::Replace(record) => node::replace(page, record),
                    Record::ReplaceDifference(record) => node::replace_difference(page, record),
                    _ => Err(contradiction(page.pgno(), "no part of the move of a root")),
                })
        })
    }
}

/// The parent points to the new place.
fn follow_from_parent(database: &Database, place: Place, record: &PageMove<'_>) -> Result<(), RedoError> {
    let (change, parent) = (&record.change, record.parent_page);
    let page = database.page_to_change(parent, record.parent_dbtime_before, change.dbtime, place.at)?;
    let Some(mut page) = page else {
        return Ok(());
    };
    let line = usize::try_from(record.parent_line).unwrap_or(usize::MAX);
    let pointer = record.destination.0.to_le_bytes();
    apply(&mut page, place, change, |page| {
        if page.view()?.child(line)? != change.page {
            return Err(contradiction(parent, "it does not point to the page that moves"));
        }
        page.replace_data(line, &pointer).map_err(ApplyError::Edit)
    })
}

/// A sibling names the new place.
fn follow_from_sibling(
    database: &Database,
    place: Place,
    record: &PageMove<'_>,
    sibling: Pgno,
    before: Dbtime,
    is_left: bool,
) -> Result<(), RedoError> {
    let change = &record.change;
    match database.page_to_change(sibling, before, change.dbtime, place.at)? {
        Some(mut page) => apply(&mut page, place, change, |page| {
            let header = page.header_mut();
            let link = if is_left {
                &mut header.pgno_next
            } else {
                &mut header.pgno_prev
            };
            *link = record.destination.0.into();
            Ok(())
        }),
        None => Ok(()),
    }
}

/// The page comes out of the record at its new place.
fn arrive(
    database: &Database,
    place: Place,
    record: &PageMove<'_>,
    owned: Option<Pgno>,
) -> Result<(), RedoError> {
    let (pgno, size, after) = (record.destination, database.size(), record.change.dbtime);
    let Some(mut page) = database.new_page(pgno, after, place.at)? else {
        return Ok(());
    };
    let wrong = RedoError::apply(place);
    let mut bytes = give_up::moved_page(record, size).map_err(&wrong)?;
    renumber(&mut bytes, pgno, size);
    vet_image(&mut bytes, pgno, size, place)?;
    let target = page.overwrite(place);
    target.copy_from_slice(&bytes);
    let mut page = PageMut::resume(target, pgno, size).map_err(|error| wrong(error.into()))?;
    if let Some(owned) = owned {
        create::name_owned_root(&mut page, owned).map_err(wrong)?;
    }
    page.set_uncommitted_free(0);
    page.stamp(after);
    Ok(())
}

/// Lets a page that knows its number be another one.
fn renumber(bytes: &mut [u8], pgno: Pgno, size: PageSize) {
    if size.is_large()
        && let Some(rest) = bytes.get_mut(size_of::<PageHeader>()..)
        && let Ok((large, _)) = LargePageHeader::mut_from_prefix(rest)
    {
        large.pgno = pgno.0.into();
    }
}
