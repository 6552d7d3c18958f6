//! Long values set, changed in pieces, shared and gone.

use jet_isam::error::Refusal;
use jet_isam::schema::Progress;
use jet_isam::session::CursorId;
use jet_isam::update::{LongChange, Preparation, SetColumn, WhereLong};
use jet_pages::PageSize;

use crate::rows::{ID, STORY, to};
use crate::world::{Session, World, people};

/// Bytes that do not shrink.
fn noise(len: usize, seed: u64) -> Vec<u8> {
    let mut state = seed | 1;
    let mut bytes = Vec::with_capacity(len + 8);
    while bytes.len() < len {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(seed | 1);
        bytes.extend_from_slice(&state.to_be_bytes()[..4]);
    }
    bytes.truncate(len);
    bytes
}

fn table(session: &mut Session<'_>) -> CursorId {
    let database = &session.world.database;
    let (tables, mut work) = session.parts();
    let made = &mut Progress::default();
    let cursor = tables.create_table(&mut work, database, &people(), made).unwrap();
    session.tables.close(cursor).unwrap();
    session.open("People")
}

fn put(session: &mut Session<'_>, cursor: CursorId, id: i32, story: &[u8]) {
    session.prepare(cursor, Preparation::Insert).unwrap();
    session.set(cursor, to(ID, Some(&id.to_le_bytes()))).unwrap();
    session.set(cursor, to(STORY, Some(story))).unwrap();
    session.update(cursor).unwrap();
}

fn story(session: &mut Session<'_>, cursor: CursorId) -> Vec<u8> {
    session.get(cursor, STORY).unwrap().unwrap()
}

#[test]
fn long_values_lie_elsewhere_and_go_with_their_row() {
    for size in [4096, 8192, 32768] {
        let world = World::new(PageSize::from_bytes(size).unwrap());
        let mut session = world.session(1);
        let cursor = table(&mut session);
        session.begin();
        let long = noise(50_000, 1);
        put(&mut session, cursor, 1, &long);
        session.commit();
        session.begin();
        assert_eq!(story(&mut session, cursor), long);
        session.commit();
        world.clean();
        world.check("People");
        session.begin();
        session.delete(cursor).unwrap();
        session.commit();
        world.clean();
        world.check("People");
    }
}

#[test]
fn pieces_change_what_they_are_about_and_nothing_else() {
    for size in [4096, 32768] {
        let world = World::new(PageSize::from_bytes(size).unwrap());
        let mut session = world.session(1);
        let cursor = table(&mut session);
        session.begin();
        put(&mut session, cursor, 1, &noise(3000, 7));
        session.commit();
        let mut expected = noise(3000, 7);
        let mut seed = 3_u64;
        let mut random = |below: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(99);
            (seed >> 33) as usize % below
        };
        for round in 0..300 {
            session.begin();
            session.prepare(cursor, Preparation::Replace).unwrap();
            for _ in 0..=random(3) {
                let data = noise(1 + random(30_000), round);
                let offset = random(expected.len() + 1);
                let change = [
                    LongChange::Append,
                    LongChange::Overwrite,
                    LongChange::Resize,
                    LongChange::OverwriteToEnd,
                ][random(4)];
                let mut len = data.len();
                let at = offset + data.len();
                match change {
                    LongChange::Append => expected.extend_from_slice(&data),
                    LongChange::Overwrite => {
                        expected.resize(expected.len().max(at), 0);
                        expected[offset..at].copy_from_slice(&data);
                    }
                    LongChange::Resize => {
                        len = 1 + random(100_000);
                        expected.resize(len, 0);
                    }
                    _ => {
                        expected.truncate(offset);
                        expected.extend_from_slice(&data);
                    }
                }
                if expected.len() > 90_000 {
                    expected.truncate(40_000);
                    let cut = SetColumn {
                        len: 40_000,
                        change: LongChange::Resize,
                        ..to(STORY, None)
                    };
                    let whole = SetColumn {
                        change,
                        len: len as u32,
                        offset: offset as u32,
                        ..to(STORY, Some(&data))
                    };
                    session.set(cursor, whole).unwrap();
                    session.set(cursor, cut).unwrap();
                    continue;
                }
                let set = SetColumn {
                    change,
                    len: len as u32,
                    offset: offset as u32,
                    ..to(STORY, Some(&data))
                };
                session.set(cursor, set).unwrap();
            }
            session.update(cursor).unwrap();
            assert!(story(&mut session, cursor) == expected, "round {round}");
            session.commit();
        }
        world.clean();
        world.check("People");
    }
}

#[test]
fn an_update_given_up_leaves_no_long_value() {
    let world = World::new(PageSize::K4);
    let mut session = world.session(1);
    let cursor = table(&mut session);
    session.begin();
    put(&mut session, cursor, 1, &noise(9000, 1));
    session.commit();
    session.begin();
    session.prepare(cursor, Preparation::Replace).unwrap();
    session.set(cursor, to(STORY, Some(&noise(20_000, 2)))).unwrap();
    assert!(story(&mut session, cursor) == noise(9000, 1), "not done yet");
    let (tables, mut work) = session.parts();
    tables.cursor(cursor).unwrap().cancel_update(&mut work).unwrap();
    assert!(story(&mut session, cursor) == noise(9000, 1));
    session.commit();
    world.clean();
    world.check("People");
}

#[test]
fn a_copy_shares_long_values_until_one_is_changed() {
    let world = World::new(PageSize::K4);
    let mut session = world.session(1);
    let cursor = table(&mut session);
    session.begin();
    put(&mut session, cursor, 5, &noise(9000, 1));
    session.prepare(cursor, Preparation::InsertCopy).unwrap();
    session.set(cursor, to(ID, Some(&6_i32.to_le_bytes()))).unwrap();
    session.update(cursor).unwrap();
    session.commit();
    world.clean();
    world.check("People");
    session.begin();
    session.prepare(cursor, Preparation::InsertCopy).unwrap();
    session.set(cursor, to(ID, Some(&1_i32.to_le_bytes()))).unwrap();
    let more = SetColumn {
        change: LongChange::Append,
        ..to(STORY, Some(b"and so on"))
    };
    session.set(cursor, more).unwrap();
    session.update(cursor).unwrap();
    session.commit();
    world.clean();
    world.check("People");
    let mut other = world.session(2);
    other.begin();
    let first = other.open("People");
    let mut expected = noise(9000, 1);
    expected.extend_from_slice(b"and so on");
    assert!(story(&mut other, first) == expected);
    other.delete(first).unwrap();
    other.commit();
    world.clean();
    world.check("People");
}

#[test]
fn a_full_record_sends_its_longest_values_away() {
    let world = World::new(PageSize::K4);
    let mut session = world.session(1);
    let cursor = table(&mut session);
    session.begin();
    session.prepare(cursor, Preparation::Insert).unwrap();
    session.set(cursor, to(ID, Some(&1_i32.to_le_bytes()))).unwrap();
    for number in 0..200_u32 {
        let value = noise(5 + 37 * number as usize % 900, u64::from(number));
        let further = SetColumn {
            instance: 0,
            ..to(STORY, Some(&value))
        };
        session.set(cursor, further).unwrap();
    }
    session.update(cursor).unwrap();
    session.commit();
    world.clean();
    world.check("People");
}

#[test]
fn long_values_need_a_transaction() {
    let world = World::new(PageSize::K4);
    let mut session = world.session(1);
    let cursor = table(&mut session);
    session.prepare(cursor, Preparation::Insert).unwrap();
    let refused = session.set(cursor, to(STORY, Some(b"x"))).unwrap_err();
    assert_eq!(refused.refusal(), Some(Refusal::NotInTransaction));
    session.begin();
    let separate = SetColumn {
        place: WhereLong::Separate,
        ..to(STORY, Some(b"short"))
    };
    session.set(cursor, separate).unwrap();
    let nowhere = SetColumn {
        change: LongChange::Overwrite,
        offset: 9,
        ..to(STORY, Some(b"x"))
    };
    let refused = session.set(cursor, nowhere).unwrap_err();
    assert_eq!(refused.refusal(), Some(Refusal::ColumnNoChunk));
}
