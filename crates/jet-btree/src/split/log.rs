//! Logs a split and makes it, from the top down. Source: `docs/format/log-records.md`.

use jet_log::Appended;
use jet_log::record::node::{FlagInsertAndReplaceData, Insert, NodeChange, PageChange, Replace};
use jet_log::record::structure::{Split, SplitKind, SplitOperation};
use jet_log::record::transaction::MacroMark;
use jet_log::record::{DBTIME_NONE, Record};
use jet_pages::{Dbtime, Page, PageFlags, Pgno};

use super::LEVELS_MAX;
use super::choose::{Subject, lines};
use super::image::image;
use super::plan::Level;
use super::source::Spare;
use crate::change::perform::narrow;
use crate::change::{Bookmark, Decision, Edit};
use crate::edit::split::{self, NewChild, SplitPages};
use crate::store::{Author, Latched, OpenTree, Store, StoreError};

/// The change for which pages are split.
#[derive(Clone, Copy)]
pub(super) struct Cause<'c> {
    pub(super) bookmark: &'c Bookmark<'c>,
    pub(super) decision: &'c Decision<'c>,
}

/// The pages that a split changes.
pub(super) struct Pages<'p, 's> {
    /// The one that gets a pointer, those that are split, the leaf last.
    pub(super) latched: &'p mut [Latched<'s>],
    /// One for each that is split, the leaf's first.
    pub(super) new: &'p mut [Latched<'s>],
    /// Right sibling of the leaf.
    pub(super) right: Option<&'p mut Latched<'s>>,
}

/// A split that was made.
pub(super) struct Made {
    pub(super) dbtime: Dbtime,
    /// Where its records are, if the change was part of it.
    pub(super) operation: Option<Appended>,
}

impl Store {
    /// Logs the split of `levels`, the leaf's first, and makes it.
    pub(super) fn log_split(
        &self,
        tree: &OpenTree,
        author: &Author,
        cause: Cause<'_>,
        mut pages: Pages<'_, '_>,
        levels: &[Level],
    ) -> Result<Made, StoreError> {
        let leaf = pages.latched.last().map_or(Pgno(0), Latched::pgno);
        // Rows that leave the page may be undecided.
        let holds = self.reserves().log_old_data(leaf)?;
        let dbtime = self.next_dbtime();
        // The leaf first, as the levels; the page that only gets a pointer last.
        pages.latched.reverse();
        let made = self.log_levels(tree, author, cause, &mut pages, levels, dbtime);
        pages.latched.reverse();
        if made.is_ok() {
            self.release_all(leaf, holds);
        }
        made
    }

    fn log_levels(
        &self,
        tree: &OpenTree,
        author: &Author,
        cause: Cause<'_>,
        pages: &mut Pages<'_, '_>,
        levels: &[Level],
        dbtime: Dbtime,
    ) -> Result<Made, StoreError> {
        let before: Vec<Vec<u8>> = pages.latched.iter().map(|page| page.bytes().to_vec()).collect();
        let images: Vec<(Vec<u8>, u32)> = levels
            .iter()
            .zip(&before)
            .map(|(level, bytes)| match needs_image(level) {
                true => image(bytes, dbtime, self.page_size()),
                false => (Vec::new(), 0),
            })
            .collect();
        let mut splits = Vec::with_capacity(levels.len());
        for (index, level) in levels.iter().enumerate() {
            let (Some(page), Some(new), Some(image)) =
                (pages.latched.get(index), pages.new.get(index), images.get(index))
            else {
                return Err(StoreError::TooManyLevels { root: tree.root() });
            };
            let parent = pages.latched.get(index + 1);
            let right = pages.right.as_deref().filter(|_| index == 0);
            splits.push(self.split_record(tree, author, level, (page, new, parent, right), image, dbtime)?);
        }
        let pointer = match pages.latched.get(levels.len()) {
            Some(page) => Some(self.pointer_record(tree, author, page, dbtime)?),
            None => None,
        };
        let mark = MacroMark {
            session: author.session,
            dbtime,
        };
        let operation = match levels.first() {
            Some(leaf) if leaf.operation != SplitOperation::None => {
                Some(self.operation_record(tree, author, cause, leaf, dbtime)?)
            }
            _ => None,
        };
        let mut records = vec![Record::MacroBegin(mark)];
        records.extend(pointer.map(Record::Split));
        records.extend(splits.iter().rev().copied().map(Record::Split));
        records.extend(operation);
        records.push(Record::MacroCommit(mark));
        let (appended, stamp) = self.append(author, &records)?;

        if let (Some(page), Some(top)) = (pages.latched.get_mut(levels.len()), splits.last()) {
            let mut page = self.logged(page.change(stamp))?;
            self.logged(split::add_pointer(&mut page, &NewChild::of(top), dbtime))?;
        }
        for (index, record) in splits.iter().enumerate().rev() {
            let (Some(page), Some(new), Some(before)) = (
                pages.latched.get_mut(index),
                pages.new.get_mut(index),
                before.get(index),
            ) else {
                continue;
            };
            if index == 0 && operation.is_some() && cause.decision.holds {
                match record.operation_line >= record.split_line {
                    true => new.hold(),
                    false => page.hold(),
                }
            }
            let before = self.logged(Page::new(before, page.pgno(), self.page_size()))?;
            let mut new = self.logged(split::format_new(new.overwrite(stamp), self.page_size(), record))?;
            let mut page = self.logged(page.change(stamp))?;
            let mut right = match pages.right.as_deref_mut().filter(|_| index == 0) {
                Some(right) => Some(self.logged(right.change(stamp))?),
                None => None,
            };
            let changed = SplitPages {
                split: Some(&mut page),
                new: Some(&mut new),
                right: right.as_mut(),
            };
            let child = index
                .checked_sub(1)
                .and_then(|below| splits.get(below))
                .map(NewChild::of);
            let operation = cause
                .decision
                .operation(cause.bookmark)
                .filter(|_| index == 0 && operation.is_some());
            self.logged(split::split(
                changed,
                Some(&before),
                record,
                operation,
                child,
                dbtime,
            ))?;
        }
        Ok(Made {
            dbtime,
            operation: operation.map(|_| appended),
        })
    }

    fn split_record<'r>(
        &self,
        tree: &OpenTree,
        author: &Author,
        level: &'r Level,
        (page, new, parent, right): (
            &Latched<'_>,
            &Latched<'_>,
            Option<&Latched<'_>>,
            Option<&Latched<'_>>,
        ),
        (image, image_flags): &'r (Vec<u8>, u32),
        dbtime: Dbtime,
    ) -> Result<Split<'r>, StoreError> {
        let view = page.page()?;
        let flags = view.flags();
        let choice = &level.choice;
        let (split_page_flags, new_page_flags) = match choice.kind {
            SplitKind::Vertical => (parent_flags(flags), flags.without(PageFlags::ROOT)),
            _ => (flags, flags),
        };
        let time_of = |page: Option<&Latched<'_>>| page.map_or(Ok(DBTIME_NONE), Latched::dbtime);
        let mut change = self.about(author, page.pgno(), page.dbtime()?, dbtime, tree.record_flags());
        change.line = narrow(level.operation_line)?;
        let reserve = |bytes: usize| i16::try_from(bytes).unwrap_or(i16::MAX);
        Ok(Split {
            change,
            new_page: new.pgno(),
            right_page: right.map_or(Pgno(0), Latched::pgno),
            right_dbtime_before: time_of(right)?,
            parent_page: parent.map_or(Pgno(0), Latched::pgno),
            parent_dbtime_before: time_of(parent)?,
            root: tree.root(),
            tree: tree.objid(),
            split_kind: match choice.kind {
                SplitKind::Vertical => 0,
                SplitKind::Right => 1,
                SplitKind::Append => 2,
            },
            split_operation: match level.operation {
                SplitOperation::None => 0,
                SplitOperation::Insert => 1,
                SplitOperation::Replace => 2,
                SplitOperation::FlagInsertAndReplaceData => 3,
            },
            operation_line: narrow(level.operation_line)?,
            split_line: narrow(level.split_line)?,
            line_count: narrow(level.line_count)?,
            new_page_flags: new_page_flags.without(PageFlags::SCRUBBED).bits(),
            split_page_flags: split_page_flags.without(PageFlags::SCRUBBED).bits(),
            uncommitted_free_source: reserve(choice.reserved.0),
            uncommitted_free_new: reserve(choice.reserved.1),
            prefix_line_source: choice.prefix_line_source,
            prefix_line_new: choice.prefix_line_new,
            image_flags: *image_flags,
            separator: &choice.separator,
            prefix_old: &[],
            prefix_new: &choice.prefix_new,
            image,
        })
    }

    /// The record of a page that only gets a pointer.
    fn pointer_record(
        &self,
        tree: &OpenTree,
        author: &Author,
        page: &Latched<'_>,
        dbtime: Dbtime,
    ) -> Result<Split<'static>, StoreError> {
        Ok(Split {
            change: self.about(author, page.pgno(), page.dbtime()?, dbtime, tree.record_flags()),
            new_page: Pgno(0),
            right_page: Pgno(0),
            right_dbtime_before: DBTIME_NONE,
            parent_page: Pgno(0),
            parent_dbtime_before: DBTIME_NONE,
            root: tree.root(),
            tree: tree.objid(),
            split_kind: 0,
            split_operation: 0,
            operation_line: 0,
            split_line: 0,
            line_count: 0,
            new_page_flags: 0,
            split_page_flags: 0,
            uncommitted_free_source: 0,
            uncommitted_free_new: 0,
            prefix_line_source: 0,
            prefix_line_new: 0,
            image_flags: 0,
            separator: &[],
            prefix_old: &[],
            prefix_new: &[],
            image: &[],
        })
    }

    /// The record of the change itself: it names the page that is split, wherever the node comes to lie.
    fn operation_record<'r>(
        &self,
        tree: &OpenTree,
        author: &Author,
        cause: Cause<'r>,
        leaf: &Level,
        dbtime: Dbtime,
    ) -> Result<Record<'r>, StoreError> {
        let about: PageChange = self.about(author, leaf.page, DBTIME_NONE, dbtime, tree.record_flags());
        let node: NodeChange = self.about_node(tree, cause.decision, about, leaf.operation_line)?;
        let key = cause.bookmark.key;
        Ok(match cause.decision.edit {
            Edit::Insert { data } => Record::Insert(Insert {
                node,
                prefix: &[],
                suffix: key,
                data,
            }),
            Edit::FlagInsertAndReplace {
                data,
                replace_version,
                ..
            } => Record::FlagInsertAndReplaceData(FlagInsertAndReplaceData {
                node,
                replace_version,
                key,
                data,
            }),
            Edit::Replace { data, .. } => Record::Replace(Replace {
                node,
                old_data_bytes: 0,
                new_data_bytes: narrow(data.len())?,
                data,
            }),
            _ => return Err(StoreError::NoNode { pgno: leaf.page }),
        })
    }

    /// Gives the root, whose tree has `levels` levels, a page below it with all that it held.
    pub(super) fn add_level(
        &self,
        tree: &OpenTree,
        author: &Author,
        levels: usize,
        spare: &mut Spare<'_>,
    ) -> Result<(), StoreError> {
        if levels >= LEVELS_MAX {
            return Err(StoreError::TooManyLevels { root: tree.root() });
        }
        let mut latched = vec![self.latch(tree, tree.root())?];
        let Some(root) = latched.first() else {
            return Ok(());
        };
        let before = root.bytes().to_vec();
        let page = Page::new(&before, tree.root(), self.page_size())?;
        let lines = lines(&page, 0, None, |_, _| 0, 0)?;
        let subject = Subject {
            page,
            size: self.page_size(),
            lines: &lines,
            operation: SplitOperation::None,
            operation_line: 0,
        };
        let level = Level::vertical(&subject);
        let Some(pgno) = spare.take() else { return Ok(()) };
        let mut new = vec![self.latch_new(pgno)?];
        let bookmark = Bookmark { key: &[], data: &[] };
        let decision = Decision::unversioned(Edit::Nothing);
        let cause = Cause {
            bookmark: &bookmark,
            decision: &decision,
        };
        let pages = Pages {
            latched: &mut latched,
            new: &mut new,
            right: None,
        };
        self.log_split(tree, author, cause, pages, &[level])?;
        Ok(())
    }
}

/// Flags of a root that becomes the parent of its own nodes.
fn parent_flags(flags: PageFlags) -> PageFlags {
    let others = flags.without(PageFlags::LEAF | PageFlags::PARENT_OF_LEAF);
    match flags.contains(PageFlags::LEAF) {
        true => others | PageFlags::PARENT_OF_LEAF,
        false => others,
    }
}

/// Redo takes the nodes that move out of the image when the page has the split already.
const fn needs_image(level: &Level) -> bool {
    let moves_only_the_new = matches!(level.operation, SplitOperation::Insert)
        && level.split_line == level.operation_line
        && level.operation_line + 1 == level.line_count;
    !(matches!(level.choice.kind, SplitKind::Append) || moves_only_the_new)
}
