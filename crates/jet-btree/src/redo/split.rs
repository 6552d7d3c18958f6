//! Splits: levels from the top down, then the change for which the leaf was split.

use std::borrow::Cow;

use jet_log::page_image;
use jet_log::record::structure::{Split, SplitKind};
use jet_log::recovery::Place;
use jet_pages::{Dbtime, Page, PageMut, Pgno};

use super::database::Database;
use super::macros::{Cause, check_distinct, is_versioned};
use super::node::subject;
use super::page::PageInHand;
use super::{Redo, RedoError};
use crate::edit::node::Undoing;
use crate::edit::split::{self, NewChild, Operation, SplitPages};

/// The pages of a level that need the split.
struct Level<'c> {
    split: Option<PageInHand<'c>>,
    new: Option<PageInHand<'c>>,
    right: Option<PageInHand<'c>>,
}

impl Redo {
    pub(super) fn redo_split(
        &mut self,
        place: Place,
        splits: &[&Split<'_>],
        cause: Option<Cause<'_>>,
    ) -> Result<(), RedoError> {
        for (index, record) in splits.iter().enumerate() {
            let child = splits.get(index + 1).copied();
            if record.new_page.is_some() {
                self.redo_level(place, record, child, cause)?;
            } else if let Some(child) = child {
                self.redo_parent(place, record, child)?;
            }
        }
        Ok(())
    }

    /// A parent that only gets a pointer.
    fn redo_parent(&self, place: Place, record: &Split<'_>, child: &Split<'_>) -> Result<(), RedoError> {
        let change = &record.change;
        let Some(database) = self.databases.wanting(place, change, record.tree) else {
            return Ok(());
        };
        let before = child.parent_dbtime_before;
        if let Some(mut page) = database.page_to_change(change.page, before, change.dbtime, place.at)? {
            let mut page = page.change(place)?;
            split::add_pointer(&mut page, &NewChild::of(child), change.dbtime)
                .map_err(RedoError::apply(place))?;
        }
        Ok(())
    }

    fn redo_level(
        &mut self,
        place: Place,
        record: &Split<'_>,
        child: Option<&Split<'_>>,
        cause: Option<Cause<'_>>,
    ) -> Result<(), RedoError> {
        let decompress = self.decompress;
        let Self {
            databases,
            transactions,
            ..
        } = self;
        let cause = cause.filter(|_| child.is_none());
        let Some(database) = databases.wanting(place, &record.change, record.tree) else {
            return Ok(());
        };
        let mut level = latch(database, place, record, child)?;
        let before = before_image(database, place, record, &level, decompress)?;
        let size = database.size();
        let before = match &before {
            Some(bytes) => Some(
                Page::new(bytes, record.change.page, size)
                    .map_err(|error| RedoError::apply(place)(error.into()))?,
            ),
            None => None,
        };
        if let Some(cause) = cause.filter(|cause| is_versioned(&cause.node.change)) {
            let changes = transactions.of(cause.node.change.session);
            remember(changes, place, record, &cause, before.as_ref(), &mut level)?;
        }
        let mut split = match &mut level.split {
            Some(page) => Some(page.change(place)?),
            None => None,
        };
        let mut new = match &mut level.new {
            Some(page) => Some(
                split::format_new(page.overwrite(place), size, record).map_err(RedoError::apply(place))?,
            ),
            None => None,
        };
        let mut right = match &mut level.right {
            Some(page) => Some(page.change(place)?),
            None => None,
        };
        let pages = SplitPages {
            split: split.as_mut(),
            new: new.as_mut(),
            right: right.as_mut(),
        };
        let operation = cause.map(|cause| cause.operation);
        let child = child.map(NewChild::of);
        split::split(
            pages,
            before.as_ref(),
            record,
            operation,
            child,
            record.change.dbtime,
        )
        .map_err(RedoError::apply(place))?;
        for page in [&mut split, &mut new].into_iter().flatten() {
            PageMut::set_uncommitted_free(page, 0);
        }
        Ok(())
    }
}

/// Latches the pages of a level that need the split.
fn latch<'c>(
    database: &'c Database,
    place: Place,
    record: &Split<'_>,
    child: Option<&Split<'_>>,
) -> Result<Level<'c>, RedoError> {
    let (change, at) = (&record.change, place.at);
    check_distinct(place, &[change.page, record.new_page, record.right_page])?;
    let before = child.map_or(change.dbtime_before, |child| child.parent_dbtime_before);
    let after: Dbtime = change.dbtime;
    let split = database.page_to_change(change.page, before, after, at)?;
    let right = if record.right_page.is_some() {
        database.page_to_change(record.right_page, record.right_dbtime_before, after, at)?
    } else {
        None
    };
    let new = database.new_page(record.new_page, after, at)?;
    Ok(Level { split, new, right })
}

/// The split page as it was before: as it lies there when it needs the split, else out of the record.
fn before_image<'r>(
    database: &Database,
    place: Place,
    record: &'r Split<'_>,
    level: &Level<'_>,
    decompress: super::Decompress,
) -> Result<Option<Cow<'r, [u8]>>, RedoError> {
    if let Some(page) = &level.split {
        return Ok(Some(Cow::Owned(page.bytes().to_vec())));
    }
    if level.new.is_none() || record.image.is_empty() {
        return Ok(None);
    }
    let (pgno, size): (Pgno, _) = (record.change.page, database.size());
    let mut bytes = page_image::restore(pgno, record.image, record.image_flags, size, decompress)
        .map_err(|source| RedoError::Image { at: place.at, source })?;
    super::merge::vet_image(&mut bytes, pgno, size, place)?;
    Ok(Some(Cow::Owned(bytes)))
}

/// Remembers the change for which a leaf is split. What it overwrites is known only if the page where its node comes to lie
/// needs the split; that page must wait then.
fn remember(
    changes: &mut crate::undo::Changes,
    place: Place,
    record: &Split<'_>,
    cause: &Cause<'_>,
    before: Option<&Page<'_>>,
    level: &mut Level<'_>,
) -> Result<(), RedoError> {
    let node = &cause.node;
    if let Operation::Insert { key, data, .. } = cause.operation {
        let subject = subject(node, node.version, (key.prefix, key.suffix), data);
        changes.add(&subject, Undoing::Insert, None);
        return Ok(());
    }
    if let Operation::Replace {
        data, revives: true, ..
    } = cause.operation
    {
        // Its record has the key, so this is known whatever the pages are.
        let subject = subject(node, node.version, (&[], cause.revived), data);
        changes.add(&subject, Undoing::Insert, None);
    }
    let line = record.operation_line;
    let is_on_new = line >= record.split_line || record.kind() == Some(SplitKind::Vertical);
    let target = if is_on_new {
        &mut level.new
    } else {
        &mut level.split
    };
    let (Some(page), Some(before)) = (target, before) else {
        return Ok(());
    };
    let old = before
        .node(line.into())
        .map_err(|error| RedoError::apply(place)(error.into()))?;
    let key = (old.key.prefix, old.key.suffix);
    let subject = subject(node, cause.replace_version, key, old.data);
    changes.add(&subject, Undoing::Replace(old.data), Some(page.pgno()));
    page.hold();
    Ok(())
}
