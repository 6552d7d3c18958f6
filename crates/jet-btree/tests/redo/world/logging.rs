//! Changes as they are logged and made.

use jet_btree::edit::node::{self, Undoing};
use jet_log::record::node::{NodeChange, PageChange};
use jet_log::record::{Record, SessionId, TrxTime};
use jet_pages::{Dbtime, NodeFlags, Page, PageMut, Pgno};

use super::{Done, Row, SIZE, Step, World};
use crate::bench::{DATABASE, encoded, time_of};

impl World {
    /// Where a row is or would be, and flags and data of its node.
    pub(super) fn find(&self, row: &Row) -> (u16, Option<(NodeFlags, Vec<u8>)>) {
        let pgno = row.page();
        let page = Page::new(&self.memory[pgno as usize - 1], Pgno(pgno), SIZE).unwrap();
        for (line, node) in page.nodes().map(Result::unwrap).enumerate() {
            let other = Row::of(&node.key.to_vec(), node.data, pgno);
            if other >= *row {
                let found = (other == *row).then(|| (node.flags, node.data.to_vec()));
                return (line as u16, found);
            }
        }
        (page.node_count() as u16, None)
    }

    /// A versioned change of a row, with a version of its own.
    pub(super) fn begin(&mut self, session: u16, row: &Row) -> NodeChange {
        self.version += 1;
        self.about(session, row)
    }

    pub(super) fn about(&self, session: u16, row: &Row) -> NodeChange {
        let (root, tree) = row.tree();
        let unique = if row.bookmark_data().is_empty() {
            PageChange::UNIQUE
        } else {
            0
        };
        NodeChange {
            change: PageChange {
                session: SessionId(session),
                database: DATABASE,
                page: Pgno(row.page()),
                dbtime: Dbtime(self.time + 1),
                dbtime_before: Dbtime(time_of(&self.memory[row.page() as usize - 1])),
                transaction: TrxTime(session.into()),
                level: self.sessions[usize::from(session)].level,
                line: self.find(row).0,
                flags: PageChange::VERSIONED | unique,
            },
            version: self.version,
            root,
            tree,
        }
    }

    /// Logs a change and makes it.
    pub(super) fn log(&mut self, record: &Record<'_>) {
        self.steps.push(Step::Record(encoded(record)));
        let about = *record.node_change().unwrap();
        self.edit(&about, |page| {
            match record {
                Record::Insert(record) => node::insert(page, record),
                Record::FlagInsert(record) => node::flag_insert(page, &record.node),
                Record::FlagInsertAndReplaceData(record) => node::flag_insert_and_replace(page, record),
                Record::FlagDelete(record) => node::flag_delete(page, &record.node),
                Record::Delete(record) => node::delete(page, &record.node),
                Record::Replace(record) => node::replace(page, record),
                Record::Delta(record) => node::delta(page, record),
                Record::Delta64(record) => node::delta64(page, record),
                other => unreachable!("{other:?} is not logged here"),
            }
            .unwrap();
        });
    }

    pub(super) fn edit(&mut self, about: &NodeChange, edit: impl FnOnce(&mut PageMut<'_>)) {
        let pgno = about.change.page;
        let mut page = PageMut::open(&mut self.memory[pgno.0 as usize - 1], pgno, SIZE).unwrap();
        edit(&mut page);
        page.stamp(about.change.dbtime);
        self.time = about.change.dbtime.0;
    }

    pub(super) fn done(
        &mut self,
        session: u16,
        version: u32,
        row: &Row,
        undoing: Undoing<Vec<u8>>,
        before: Option<Vec<u8>>,
    ) {
        let session = &mut self.sessions[usize::from(session)];
        session.changes.push(Done {
            version,
            level: session.level,
            row: row.clone(),
            undoing,
            before,
        });
    }
}
