//! Rows that are inserted, replaced and deleted.

use jet_isam::check::{CheckOptions, check_table};
use jet_isam::column::{ColumnId, ColumnRef};
use jet_isam::cursor::{Access, Retrieve, Retrieved};
use jet_isam::error::{Refusal, Result};
use jet_isam::session::CursorId;
use jet_isam::update::{Finish, LongChange, Preparation, SetColumn, Uniqueness, WasSet, WhereLong};
use jet_pages::PageSize;

use crate::world::{Session, World, people};

pub(crate) const ID: ColumnRef = ColumnRef::own(ColumnId(1));
pub(crate) const NAME: ColumnRef = ColumnRef::own(ColumnId(128));
pub(crate) const STORY: ColumnRef = ColumnRef::own(ColumnId(256));

pub(crate) fn to(column: ColumnRef, value: Option<&[u8]>) -> SetColumn<'_> {
    SetColumn {
        column,
        data: value,
        len: value.map_or(0, |value| value.len() as u32),
        instance: 1,
        offset: 0,
        is_empty_value: value.is_some(),
        reverts: false,
        change: LongChange::Whole,
        place: WhereLong::ByLength,
        uniqueness: Uniqueness::None,
        compresses: None,
    }
}

impl Session<'_> {
    pub(crate) fn prepare(&mut self, cursor: CursorId, how: Preparation) -> Result<()> {
        let (tables, mut work) = self.parts();
        tables.cursor(cursor)?.prepare_update(&mut work, how)
    }

    pub(crate) fn set(&mut self, cursor: CursorId, set: SetColumn<'_>) -> Result<WasSet> {
        let (tables, mut work) = self.parts();
        tables.cursor(cursor)?.set_column(&mut work, set)
    }

    pub(crate) fn update(&mut self, cursor: CursorId) -> Result<Vec<u8>> {
        let (tables, mut work) = self.parts();
        let mut bookmark = None;
        tables
            .cursor(cursor)?
            .update(&mut work, Finish::default(), &mut bookmark)?;
        Ok(bookmark.unwrap_or_default())
    }

    pub(crate) fn get(&mut self, cursor: CursorId, column: ColumnRef) -> Result<Option<Vec<u8>>> {
        let (tables, work) = self.parts();
        let how = Retrieve {
            instance: 1,
            ..Retrieve::default()
        };
        let mut out = vec![0; 100_000];
        let Retrieved { len, .. } = tables
            .cursor(cursor)?
            .retrieve(&work, Some(column), &how, &mut out)?;
        Ok(len.map(|len| {
            out.truncate(len);
            out
        }))
    }

    pub(crate) fn delete(&mut self, cursor: CursorId) -> Result<()> {
        let (tables, mut work) = self.parts();
        tables.cursor(cursor)?.delete(&mut work)
    }

    /// A cursor that stands on the first row.
    pub(crate) fn open(&mut self, table: &str) -> CursorId {
        let database = &self.world.database;
        let (tables, work) = self.parts();
        tables
            .open_table(&work, database, table, Access::default())
            .unwrap()
    }

    pub(crate) fn insert(&mut self, cursor: CursorId, id: i32, name: Option<&[u8]>) -> Result<Vec<u8>> {
        self.prepare(cursor, Preparation::Insert)?;
        self.set(cursor, to(ID, Some(&id.to_le_bytes())))?;
        self.set(cursor, to(NAME, name))?;
        self.update(cursor)
    }
}

impl World {
    /// Everything of a table fits together.
    pub(crate) fn check(&self, table: &str) {
        let database = &self.database;
        let pages = database.store().pages();
        let catalog = jet_isam::catalog::Catalog::read(pages).unwrap();
        let def = catalog.tables.iter().find(|def| def.name == table).unwrap();
        let mut findings = Vec::new();
        check_table(
            pages,
            def,
            &CheckOptions::default(),
            &mut |pgno, finding| findings.push(format!("{pgno:?}: {finding}")),
            &mut || (),
        )
        .unwrap();
        assert!(findings.is_empty(), "{findings:#?}");
    }

    /// What nobody sees any more goes.
    pub(crate) fn clean(&self) {
        let mut transaction = jet_btree::transaction::Transaction::of_system(jet_log::record::SessionId(900));
        self.storage.trees().clean(&mut transaction, usize::MAX).unwrap();
    }
}

#[test]
fn rows_come_change_and_go_with_their_entries() {
    for size in [4096, 32768] {
        let world = World::new(PageSize::from_bytes(size).unwrap());
        let mut session = world.session(1);
        let cursor = session.create(&people()).unwrap();
        session.begin();
        for id in 0..500 {
            let name = format!("name {}", id % 7);
            session.insert(cursor, id, Some(name.as_bytes())).unwrap();
        }
        let again = session.insert(cursor, 3, None).unwrap_err();
        assert_eq!(again.refusal(), Some(Refusal::KeyDuplicate));
        // The update is still there, and can be put right.
        session
            .set(cursor, to(ID, Some(&(-5_i32).to_le_bytes())))
            .unwrap();
        session.update(cursor).unwrap();
        session.commit();
        world.clean();
        world.check("People");

        session.begin();
        assert_eq!(
            session.get(cursor, ID).unwrap(),
            Some((-5_i32).to_le_bytes().to_vec())
        );
        assert_eq!(session.get(cursor, NAME).unwrap(), None);
        session.prepare(cursor, Preparation::Replace).unwrap();
        session.set(cursor, to(NAME, Some(b"other"))).unwrap();
        session.update(cursor).unwrap();
        assert_eq!(session.get(cursor, NAME).unwrap(), Some(b"other".to_vec()));
        session.prepare(cursor, Preparation::Replace).unwrap();
        session.set(cursor, to(ID, Some(&[9, 9, 9, 9]))).unwrap();
        let moved = session.update(cursor).unwrap_err();
        assert_eq!(moved.refusal(), Some(Refusal::RecordPrimaryChanged));
        session.commit();
        world.clean();
        world.check("People");

        session.begin();
        session.delete(cursor).unwrap();
        let gone = session.get(cursor, NAME).unwrap_err();
        assert_eq!(gone.refusal(), Some(Refusal::RecordDeleted));
        session.roll_back();
        assert_eq!(session.get(cursor, NAME).unwrap(), Some(b"other".to_vec()));
        session.delete(cursor).unwrap();
        world.clean();
        world.check("People");
    }
}
