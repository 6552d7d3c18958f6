//! Sessions that change rows of two trees and log it, a model of the rows, and a disk to which pages come now and then.
//!
//! One tree is unique: a root above two leaves. The other is not: one page, where data are part of what names a row. As in
//! an engine, no two open transactions change the same row, unless both only raise numbers in it; and before a page goes to
//! the disk the log has the old data of what is undecided on it.

mod logging;
mod rows;

use std::collections::BTreeMap;

use jet_btree::edit::node::{self, Undoing};
use jet_log::record::node::{
    Delta, Delta64, FlagInsert, FlagInsertAndReplaceData, Insert, NodeChange, NodeMark, PageChange, Replace,
    Undo, UndoInfo, UndoneOperation,
};
use jet_log::record::{DBTIME_NONE, Record, SessionId};
use jet_pages::{NodeFlags, Objid, PageFlags, PageSize};

use crate::bench::{encoded, page};

pub(crate) use self::rows::{Row, live_rows};
use self::rows::{raise_in, undo_in};

pub(crate) const SIZE: PageSize = PageSize::K4;
pub(crate) const SESSIONS: u16 = 3;
const OTHER_TREE: Objid = Objid(31);
const OTHER_ROOT: u32 = 4;
/// Keys from here on are on the right leaf.
const SEPARATOR: u8 = 5;

#[derive(Clone, Debug)]
pub(crate) enum Op {
    /// A row comes in, or gets other data.
    Put(Row, u8),
    Delete(Row),
    Raise(u8, i32),
    RaiseWide(u8, i64),
    /// A deleted node leaves its page.
    Clean(Row),
    Begin,
    Commit,
    RollBack,
    /// Pages go to the disk.
    Write(u8),
}

/// What redo is called with, in order.
#[derive(Debug)]
pub(crate) enum Step {
    Record(Vec<u8>),
    CommitLevel(SessionId, u8),
    Commit(SessionId),
    RolledBack(SessionId, u8),
}

#[derive(Clone, Debug)]
struct Done {
    version: u32,
    level: u8,
    row: Row,
    undoing: Undoing<Vec<u8>>,
    /// The row before; the numbers raised since are not in it.
    before: Option<Vec<u8>>,
}

#[derive(Debug, Default)]
struct Session {
    level: u8,
    changes: Vec<Done>,
}

#[derive(Debug)]
pub(crate) struct World {
    /// Pages as the engine had them in memory.
    pub(crate) memory: Vec<Vec<u8>>,
    pub(crate) disk: Vec<Vec<u8>>,
    pub(crate) rows: BTreeMap<Row, Vec<u8>>,
    pub(crate) steps: Vec<Step>,
    sessions: Vec<Session>,
    time: u64,
    version: u32,
}

impl World {
    pub(crate) fn new() -> Self {
        let root = page(SIZE, 1, 1, PageFlags::ROOT | PageFlags::PARENT_OF_LEAF, |page| {
            page.set_external_header(&[0; 16]).unwrap();
            page.insert(0, NodeFlags(0), &[b'k', SEPARATOR], 0, &2_u32.to_le_bytes())
                .unwrap();
            page.insert(1, NodeFlags(0), &[], 0, &3_u32.to_le_bytes())
                .unwrap();
        });
        let flags = PageFlags::ROOT | PageFlags::LEAF | PageFlags::NON_UNIQUE | PageFlags::INDEX;
        let other = page(SIZE, OTHER_ROOT, 1, flags, |page| {
            page.set_external_header(&[0; 16]).unwrap();
            page.header_mut().objid = OTHER_TREE.0.into();
        });
        let leaf = |pgno| page(SIZE, pgno, 1, PageFlags::LEAF, |_| ());
        let memory = vec![root, leaf(2), leaf(3), other];
        Self {
            disk: memory.clone(),
            memory,
            rows: BTreeMap::new(),
            steps: Vec::new(),
            sessions: (0..SESSIONS).map(|_| Session::default()).collect(),
            time: 1,
            version: 0,
        }
    }

    pub(crate) fn run(&mut self, session: u16, op: Op) {
        match op {
            Op::Put(row, value) => self.put(session, &row, value),
            Op::Delete(row) => self.delete(session, &row),
            Op::Raise(key, by) => self.raise(
                session,
                &Row::Unique(key),
                Undoing::Delta { offset: 0, delta: by },
            ),
            Op::RaiseWide(key, by) => {
                self.raise(
                    session,
                    &Row::Unique(key),
                    Undoing::Delta64 { offset: 4, delta: by },
                );
            }
            Op::Clean(row) => self.clean(session, &row),
            Op::Begin => self.sessions[usize::from(session)].level += 1,
            Op::Commit => self.commit(session),
            Op::RollBack => self.roll_back(session),
            Op::Write(page) => self.write(1 + u32::from(page) % 4),
        }
    }

    /// The sessions with something to undo, and what the rows are without it.
    pub(crate) fn open_sessions(&self) -> Vec<SessionId> {
        let open = |index: &u16| self.sessions[usize::from(*index)].level > 0;
        (0..SESSIONS).filter(open).map(SessionId).collect()
    }

    pub(crate) fn rows_undone(mut self) -> BTreeMap<Row, Vec<u8>> {
        for session in core::mem::take(&mut self.sessions) {
            for done in session.changes.into_iter().rev() {
                undo_in(&mut self.rows, &done);
            }
        }
        self.rows
    }

    fn put(&mut self, session: u16, row: &Row, value: u8) {
        if !self.may_change(session, row, false) {
            return;
        }
        let (key, data) = (row.key(), row.data(value));
        let before = self.rows.get(row).cloned();
        match (self.find(row), &before) {
            ((_, Some((_, old))), Some(_)) if matches!(row, Row::Unique(_)) => {
                let node = self.begin(session, row);
                self.log(&Record::Replace(Replace {
                    node,
                    old_data_bytes: old.len() as u16,
                    new_data_bytes: data.len() as u16,
                    data: &data,
                }));
                self.done(session, node.version, row, Undoing::Replace(old), before);
            }
            (_, Some(_)) => return,
            ((_, Some((_, old))), None) => self.revive(session, row, &data, old),
            ((_, None), None) => {
                let node = self.begin(session, row);
                self.log(&Record::Insert(Insert {
                    node,
                    prefix: &[],
                    suffix: &key,
                    data: &data,
                }));
                self.done(session, node.version, row, Undoing::Insert, before);
            }
        }
        self.rows.insert(row.clone(), data);
    }

    /// A deleted node comes to life, with other data where it has them.
    fn revive(&mut self, session: u16, row: &Row, data: &[u8], old: Vec<u8>) {
        let (key, node) = (row.key(), self.begin(session, row));
        if old == data {
            self.log(&Record::FlagInsert(FlagInsert {
                node,
                key: &key,
                data,
            }));
            self.done(session, node.version, row, Undoing::Insert, None);
            return;
        }
        self.version += 1;
        let replace_version = self.version;
        self.log(&Record::FlagInsertAndReplaceData(FlagInsertAndReplaceData {
            node,
            replace_version,
            key: &key,
            data,
        }));
        self.done(session, node.version, row, Undoing::Insert, None);
        self.done(
            session,
            replace_version,
            row,
            Undoing::Replace(old.clone()),
            Some(old),
        );
    }

    fn delete(&mut self, session: u16, row: &Row) {
        let before = self.rows.get(row).cloned();
        if before.is_none() || !self.may_change(session, row, false) {
            return;
        }
        let node = self.begin(session, row);
        self.log(&Record::FlagDelete(NodeMark { node }));
        self.done(session, node.version, row, Undoing::FlagDelete, before);
        self.rows.remove(row);
    }

    fn raise(&mut self, session: u16, row: &Row, undoing: Undoing<Vec<u8>>) {
        if !self.rows.contains_key(row) || !self.may_change(session, row, true) {
            return;
        }
        let (key, node) = (row.key(), self.begin(session, row));
        let (bookmark_data, key) = (&[][..], &key[..]);
        let record = match undoing {
            Undoing::Delta { offset, delta } => Record::Delta(Delta {
                node,
                delta,
                offset,
                key,
                bookmark_data,
            }),
            Undoing::Delta64 { offset, delta } => Record::Delta64(Delta64 {
                node,
                delta,
                offset,
                key,
                bookmark_data,
            }),
            _ => unreachable!("only numbers are raised"),
        };
        self.log(&record);
        raise_in(self.rows.get_mut(row).unwrap(), &undoing, false);
        self.done(session, node.version, row, undoing, None);
    }

    fn clean(&mut self, session: u16, row: &Row) {
        let is_undecided = self.changes().any(|(_, done)| done.row == *row);
        if self.rows.contains_key(row) || is_undecided || self.find(row).1.is_none() {
            return;
        }
        let mut node = self.begin(session, row);
        node.change.flags &= !PageChange::VERSIONED;
        self.log(&Record::Delete(NodeMark { node }));
    }

    fn commit(&mut self, index: u16) {
        let session = &mut self.sessions[usize::from(index)];
        if session.level == 0 {
            return;
        }
        session.level -= 1;
        let to = session.level;
        if to == 0 {
            session.changes.clear();
            self.steps.push(Step::Commit(SessionId(index)));
        } else {
            for done in &mut session.changes {
                done.level = done.level.min(to);
            }
            self.steps.push(Step::CommitLevel(SessionId(index), to));
        }
    }

    fn roll_back(&mut self, index: u16) {
        let session = &mut self.sessions[usize::from(index)];
        if session.level == 0 {
            return;
        }
        session.level -= 1;
        let to = session.level;
        while let Some(done) = self.sessions[usize::from(index)]
            .changes
            .pop_if(|done| done.level > to)
        {
            let (key, bookmark_data) = (done.row.key(), done.row.bookmark_data());
            let node = NodeChange {
                version: done.version,
                ..self.about(index, &done.row)
            };
            self.steps.push(Step::Record(encoded(&Record::Undo(Undo {
                node,
                operation: done.undoing.operation().number(),
                undone_level: done.level,
                key: &key,
                bookmark_data: &bookmark_data,
            }))));
            let line = node.change.line.into();
            self.edit(&node, |page| node::undo(page, line, &done.undoing).unwrap());
            undo_in(&mut self.rows, &done);
        }
        self.steps.push(Step::RolledBack(SessionId(index), to));
    }

    /// The log gets the old data of all that is undecided on a page, then it goes to the disk.
    fn write(&mut self, pgno: u32) {
        let here = self.changes().filter(|(_, done)| done.row.page() == pgno);
        let undecided: Vec<_> = here.map(|(session, done)| (session, done.clone())).collect();
        for (session, done) in undecided {
            let (operation, image) = match &done.undoing {
                Undoing::Replace(old) => (UndoneOperation::Replace, old.clone()),
                Undoing::FlagDelete => (UndoneOperation::FlagDelete, done.before.clone().unwrap()),
                _ => continue,
            };
            let mut node = self.about(session, &done.row);
            (node.version, node.change.level) = (done.version, done.level);
            (node.change.dbtime, node.change.dbtime_before) = (DBTIME_NONE, DBTIME_NONE);
            let (key, bookmark_data) = (done.row.key(), done.row.bookmark_data());
            self.steps.push(Step::Record(encoded(&Record::UndoInfo(UndoInfo {
                node,
                operation: operation.number(),
                max_bytes: 0,
                delta_bytes: 0,
                key: &key,
                bookmark_data: &bookmark_data,
                image: &image,
            }))));
        }
        let index = pgno as usize - 1;
        self.disk[index] = self.memory[index].clone();
    }

    fn changes(&self) -> impl Iterator<Item = (u16, &Done)> {
        let sessions = (0..SESSIONS).zip(&self.sessions);
        sessions.flat_map(|(index, session)| session.changes.iter().map(move |done| (index, done)))
    }

    fn may_change(&self, session: u16, row: &Row, only_raises: bool) -> bool {
        self.sessions[usize::from(session)].level > 0
            && self.changes().all(|(other, done)| {
                let raises = matches!(done.undoing, Undoing::Delta { .. } | Undoing::Delta64 { .. });
                other == session || done.row != *row || (raises && only_raises)
            })
    }
}
