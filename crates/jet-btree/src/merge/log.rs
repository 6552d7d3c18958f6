//! Logs a merge and makes it, from the top down. Source: `docs/format/log-records.md`.

use jet_log::record::structure::{Merge, MergeKind};
use jet_log::record::transaction::MacroMark;
use jet_log::record::{DBTIME_NONE, Record};
use jet_pages::{Dbtime, Page, Pgno};

use super::MergeLatches;
use super::plan::{LevelChange, Plan};
use crate::change::perform::narrow;
use crate::edit::merge::{self, MergePages};
use crate::split::image::image;
use crate::store::{Author, Latched, OpenTree, Store, StoreError};

const CHANGES_KEY: u8 = 1;
const DELETES_POINTER: u8 = 2;
const EMPTIES_PAGE: u8 = 4;

impl Store {
    /// Logs a merge and makes it; returns the pages that leave the tree.
    pub(super) fn log_merge(
        &self,
        tree: &OpenTree,
        author: &Author,
        latches: &mut MergeLatches<'_>,
        plan: &Plan,
    ) -> Result<Vec<Pgno>, StoreError> {
        let dbtime = self.next_dbtime();
        let before = latches.leaf.bytes().to_vec();
        let (image, image_flags) = match plan.kind {
            MergeKind::EmptyPage => (Vec::new(), 0),
            _ => image(&before, dbtime, self.page_size()),
        };
        let nodes = latches.leaf.page()?.node_count();
        let merge_line = match plan.kind {
            MergeKind::FullLeft => nodes.saturating_sub(1),
            _ => 0,
        };
        // The parent of the leaf first, as the levels of the plan.
        let mut above: Vec<&mut Latched<'_>> = latches.above.iter_mut().rev().collect();
        above.truncate(plan.levels.len());
        let parents = above.iter().map(|page| Ok((page.pgno(), page.dbtime()?)));
        let parents: Vec<(Pgno, Dbtime)> = parents.collect::<Result<_, StoreError>>()?;
        let parent = |index: usize| parents.get(index).copied().unwrap_or((Pgno(0), DBTIME_NONE));
        let sibling = |page: &Option<Latched<'_>>| match page {
            Some(page) => Ok::<_, StoreError>((page.pgno(), page.dbtime()?)),
            None => Ok((Pgno(0), DBTIME_NONE)),
        };
        let (right, left) = (sibling(&latches.right)?, sibling(&latches.left)?);
        let blank = self.blank(tree, author, latches.leaf.pgno(), latches.leaf.dbtime()?, dbtime);
        let leaf = Merge {
            right_page: right.0,
            right_dbtime_before: right.1,
            left_page: left.0,
            left_dbtime_before: left.1,
            parent_page: parent(0).0,
            parent_dbtime_before: parent(0).1,
            moved_bytes: narrow(plan.moved_bytes)?,
            moved_bytes_max: narrow(plan.moved_bytes)?,
            uncommitted_free: narrow(plan.uncommitted)?,
            merge_line: narrow(merge_line)?,
            merge_flags: EMPTIES_PAGE,
            merge_kind: kind_number(plan.kind),
            image_flags,
            separator: &plan.separator,
            image: &image,
            ..blank
        };
        let mut levels = Vec::with_capacity(plan.levels.len());
        for (index, change) in plan.levels.iter().enumerate() {
            let (page, time) = parent(index);
            let mut record = self.blank(tree, author, page, time, dbtime);
            record.change.line = narrow(change.line)?;
            (record.parent_page, record.parent_dbtime_before) = parent(index + 1);
            record.merge_flags = flags_of(change);
            levels.push(record);
        }
        let mark = MacroMark {
            session: author.session,
            dbtime,
        };
        let mut records = vec![Record::MacroBegin(mark)];
        records.extend(levels.iter().rev().copied().map(Record::Merge));
        records.extend([Record::Merge(leaf), Record::MacroCommit(mark)]);
        let (_, stamp) = self.append(author, &records)?;

        let mut gone = vec![latches.leaf.pgno()];
        for (page, record) in above.iter_mut().zip(&levels).rev() {
            let mut page = self.logged(page.change(stamp))?;
            self.logged(merge::merge_internal(&mut page, record, &leaf, dbtime))?;
        }
        let emptied = levels.iter().filter(|record| record.empties_page());
        gone.extend(emptied.map(|record| record.change.page));
        let before = self.logged(Page::new(&before, latches.leaf.pgno(), self.page_size()))?;
        let mut merged = self.logged(latches.leaf.change(stamp))?;
        let mut left = match &mut latches.left {
            Some(page) => Some(self.logged(page.change(stamp))?),
            None => None,
        };
        let mut right = match &mut latches.right {
            Some(page) => Some(self.logged(page.change(stamp))?),
            None => None,
        };
        let pages = MergePages {
            merged: Some(&mut merged),
            left: left.as_mut(),
            right: right.as_mut(),
        };
        self.logged(merge::merge_leaves(pages, Some(&before), &leaf, dbtime))?;
        Ok(gone)
    }

    /// The record of a page of which nothing is known but its times.
    fn blank(
        &self,
        tree: &OpenTree,
        author: &Author,
        page: Pgno,
        before: Dbtime,
        after: Dbtime,
    ) -> Merge<'static> {
        Merge {
            change: self.about(author, page, before, after, tree.record_flags()),
            right_page: Pgno(0),
            right_dbtime_before: DBTIME_NONE,
            left_page: Pgno(0),
            left_dbtime_before: DBTIME_NONE,
            parent_page: Pgno(0),
            parent_dbtime_before: DBTIME_NONE,
            root: tree.root(),
            tree: tree.objid(),
            moved_bytes: 0,
            moved_bytes_max: 0,
            uncommitted_free: 0,
            merge_line: 0,
            merge_flags: 0,
            merge_kind: kind_number(MergeKind::None),
            image_flags: 0,
            separator: &[],
            image: &[],
        }
    }
}

fn flags_of(change: &LevelChange) -> u8 {
    let flag = |is_set: bool, flag: u8| if is_set { flag } else { 0 };
    flag(change.changes_key, CHANGES_KEY)
        | flag(change.deletes_pointer, DELETES_POINTER)
        | flag(change.empties, EMPTIES_PAGE)
}

const fn kind_number(kind: MergeKind) -> u8 {
    match kind {
        MergeKind::None => 0,
        MergeKind::EmptyPage => 1,
        MergeKind::FullRight => 2,
        MergeKind::PartialRight => 3,
        MergeKind::EmptyTree => 4,
        MergeKind::FullLeft => 5,
        MergeKind::PartialLeft => 6,
        MergeKind::PageMove => 7,
    }
}
