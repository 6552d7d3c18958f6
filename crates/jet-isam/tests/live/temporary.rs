//! Temporary tables: sorts, trees, what each allows, and lists of values.

use std::collections::BTreeMap;

use jet_isam::column::ColumnType;
use jet_isam::cursor::{Found, Move, Relation, Retrieve, SetRange};
use jet_isam::error::{IsamError, Refusal};
use jet_isam::key::SearchPart;
use jet_isam::temporary::{NewTemporaryTable, OpenedTemporary, TemporaryColumn, TemporaryOptions, Verb};
use jet_isam::update::{Finish, Preparation, SetColumn};
use jet_log::outside::{Random, SeededRandom};
use jet_pages::PageSize;

use crate::world::{Session, World};

fn world() -> World {
    World::new(PageSize::from_bytes(4096).unwrap())
}

fn options(set: impl FnOnce(&mut TemporaryOptions)) -> TemporaryOptions {
    let mut options = TemporaryOptions::default();
    set(&mut options);
    options
}

/// A number as the key, and bytes.
fn numbers(options: TemporaryOptions) -> NewTemporaryTable {
    NewTemporaryTable {
        columns: vec![
            TemporaryColumn::of(ColumnType::Long).in_key(),
            TemporaryColumn::of(ColumnType::Binary),
        ],
        options,
        ..NewTemporaryTable::default()
    }
}

fn open(session: &mut Session<'_>, new: &NewTemporaryTable) -> OpenedTemporary {
    let (tables, mut work) = session.parts();
    tables.open_temporary(&mut work, new).unwrap()
}

fn refused<T: core::fmt::Debug>(done: Result<T, IsamError>) -> Refusal {
    done.unwrap_err().refusal().unwrap()
}

fn insert(
    session: &mut Session<'_>,
    table: &OpenedTemporary,
    number: i32,
    data: &[u8],
) -> Result<Option<Vec<u8>>, IsamError> {
    let (tables, mut work) = session.parts();
    let cursor = tables.cursor(table.cursor)?;
    cursor.prepare_update(&mut work, Preparation::Insert)?;
    let number = number.to_le_bytes();
    for (column, bytes) in table.columns.iter().zip([&number[..], data]) {
        let set = SetColumn {
            column: *column,
            data: Some(bytes),
            len: u32::try_from(bytes.len()).unwrap(),
            ..empty(*column)
        };
        cursor.set_column(&mut work, set)?;
    }
    let mut bookmark = None;
    match cursor.update(&mut work, Finish::default(), &mut bookmark) {
        Ok(()) => Ok(bookmark),
        Err(error) => {
            cursor.cancel_update(&mut work)?;
            Err(error)
        }
    }
}

fn empty(column: jet_isam::column::ColumnRef) -> SetColumn<'static> {
    SetColumn {
        column,
        data: None,
        len: 0,
        instance: 1,
        offset: 0,
        is_empty_value: false,
        reverts: false,
        change: jet_isam::update::LongChange::Whole,
        place: jet_isam::update::WhereLong::ByLength,
        uniqueness: jet_isam::update::Uniqueness::None,
        compresses: None,
    }
}

fn go(session: &mut Session<'_>, table: &OpenedTemporary, to: Move) -> Result<(), IsamError> {
    let (tables, mut work) = session.parts();
    tables.cursor(table.cursor)?.go(&mut work, to, false)
}

fn row(session: &mut Session<'_>, table: &OpenedTemporary) -> Result<(i32, Vec<u8>), IsamError> {
    let (tables, work) = session.parts();
    let cursor = tables.cursor(table.cursor)?;
    let how = Retrieve {
        instance: 1,
        ..Retrieve::default()
    };
    let mut number = [0; 4];
    cursor.retrieve(&work, Some(table.columns[0]), &how, &mut number)?;
    let mut data = vec![0; 300];
    let got = cursor.retrieve(&work, Some(table.columns[1]), &how, &mut data)?;
    data.truncate(got.len.unwrap_or(0));
    Ok((i32::from_le_bytes(number), data))
}

/// All rows from the first one on.
fn rows(session: &mut Session<'_>, table: &OpenedTemporary) -> Vec<(i32, Vec<u8>)> {
    let mut rows = Vec::new();
    let mut moved = go(session, table, Move::First);
    while moved.is_ok() {
        rows.push(row(session, table).unwrap());
        moved = go(session, table, Move::By(1));
    }
    assert_eq!(refused(moved), Refusal::NoCurrentRecord);
    rows
}

fn seek(
    session: &mut Session<'_>,
    table: &OpenedTemporary,
    key: i32,
    relation: Relation,
) -> Result<Found, IsamError> {
    let (tables, mut work) = session.parts();
    let cursor = tables.cursor(table.cursor)?;
    let part = SearchPart {
        is_new: true,
        ..SearchPart::default()
    };
    cursor.make_key(&key.to_le_bytes(), &part)?;
    cursor.seek(&mut work, relation)
}

#[test]
fn rows_come_in_order_and_equal_keys_once_whatever_becomes_of_the_table() {
    let world = world();
    let random = SeededRandom::new(7);
    // Small ones, those that do not stay in memory, and those that have several runs on the disk.
    for (count, data_len) in [(0_u32, 0), (50, 10), (5_000, 20), (40_000, 200)] {
        for options in [
            options(|_| ()),
            options(|options| options.scrollable = true),
            options(|options| options.indexed = true),
            options(|options| (options.updatable, options.indexed) = (true, true)),
            options(|options| options.updatable = true),
            options(|options| (options.forward_only, options.unique) = (true, true)),
        ] {
            let mut session = world.session(1);
            let table = open(&mut session, &numbers(options));
            let mut model = BTreeMap::new();
            for number in 0..count {
                let key = i32::try_from(random.next_u32() % (count * 2)).unwrap() - 50;
                let mut data = number.to_be_bytes().to_vec();
                data.resize(data_len + 4, 1);
                insert(&mut session, &table, key, &data).unwrap();
                // Of equal keys the smallest record stays.
                model.entry(key).or_insert(data);
            }
            let expected: Vec<_> = model.into_iter().collect();
            assert_eq!(rows(&mut session, &table), expected, "{count} rows, {options:?}");
            let last = go(&mut session, &table, Move::Last);
            match expected.last() {
                Some(last) => assert_eq!(row(&mut session, &table).unwrap(), *last),
                None => assert_eq!(refused(last), Refusal::NoCurrentRecord),
            }
            let (tables, mut work) = session.parts();
            tables.close_in(&mut work, table.cursor).unwrap();
        }
    }
}

#[test]
fn rows_that_are_only_read_forward_keep_equal_keys() {
    let world = world();
    let mut session = world.session(1);
    let table = open(
        &mut session,
        &numbers(options(|options| options.forward_only = true)),
    );
    for (number, data) in [(2, b"b"), (1, b"x"), (2, b"a"), (1, b"x")] {
        insert(&mut session, &table, number, data).unwrap();
    }
    let expected = [(1, b"x"), (1, b"x"), (2, b"a"), (2, b"b")].map(|(number, data)| (number, data.to_vec()));
    assert_eq!(rows(&mut session, &table), expected);
    assert_eq!(
        refused(go(&mut session, &table, Move::By(-1))),
        Refusal::IllegalOperation
    );
    assert_eq!(
        refused(seek(&mut session, &table, 1, Relation::GreaterOrEqual)),
        Refusal::IllegalOperation
    );
}

#[test]
fn the_first_move_of_a_sort_counts_from_before_the_first_row() {
    let world = world();
    let mut session = world.session(1);
    for (to, expected) in [
        (Move::First, 1),
        (Move::By(0), 1),
        (Move::By(1), 1),
        (Move::By(3), 3),
        (Move::Last, 5),
    ] {
        let table = open(
            &mut session,
            &numbers(options(|options| options.scrollable = true)),
        );
        for number in [3, 5, 1, 4, 2] {
            insert(&mut session, &table, number, b"").unwrap();
        }
        go(&mut session, &table, to).unwrap();
        assert_eq!(row(&mut session, &table).unwrap().0, expected, "{to:?}");
        let (tables, mut work) = session.parts();
        tables.close_in(&mut work, table.cursor).unwrap();
    }
}

#[test]
fn a_sort_is_looked_into_as_a_model() {
    let world = world();
    let mut session = world.session(1);
    let table = open(&mut session, &numbers(options(|options| options.indexed = true)));
    for number in (10..100).step_by(10) {
        insert(&mut session, &table, number, b"").unwrap();
    }
    let keys: Vec<i32> = (10..100).step_by(10).collect();
    for sought in 5..105 {
        let first = |is_it: &dyn Fn(i32) -> bool| keys.iter().copied().find(|key| is_it(*key));
        let last = |is_it: &dyn Fn(i32) -> bool| keys.iter().rev().copied().find(|key| is_it(*key));
        let equal = Relation::Equal {
            checks_unique: false,
            sets_range: false,
        };
        for (relation, expected) in [
            (equal, first(&|key| key == sought)),
            (Relation::GreaterOrEqual, first(&|key| key >= sought)),
            (Relation::Greater, first(&|key| key > sought)),
            (Relation::LessOrEqual, last(&|key| key <= sought)),
            (Relation::Less, last(&|key| key < sought)),
        ] {
            let found = seek(&mut session, &table, sought, relation);
            match expected {
                Some(expected) => {
                    assert_eq!(found.unwrap(), Found::Found);
                    assert_eq!(
                        row(&mut session, &table).unwrap().0,
                        expected,
                        "{sought} {relation:?}"
                    );
                }
                None => assert_eq!(refused(found), Refusal::RecordNotFound, "{sought} {relation:?}"),
            }
        }
    }
}

#[test]
fn a_range_ends_moves_in_a_sort() {
    let world = world();
    let mut session = world.session(1);
    let table = open(
        &mut session,
        &numbers(options(|options| options.scrollable = true)),
    );
    for number in 1..10 {
        insert(&mut session, &table, number, b"").unwrap();
    }
    go(&mut session, &table, Move::First).unwrap();
    let (tables, _) = session.parts();
    let cursor = tables.cursor(table.cursor).unwrap();
    let part = SearchPart {
        is_new: true,
        ..SearchPart::default()
    };
    cursor.make_key(&4_i32.to_le_bytes(), &part).unwrap();
    let (tables, work) = session.parts();
    let cursor = tables.cursor(table.cursor).unwrap();
    let range = SetRange::Set {
        is_upper: true,
        is_inclusive: true,
        is_instant: false,
    };
    cursor.set_index_range(&work, range).unwrap();
    go(&mut session, &table, Move::By(3)).unwrap();
    assert_eq!(row(&mut session, &table).unwrap().0, 4);
    assert_eq!(
        refused(go(&mut session, &table, Move::By(1))),
        Refusal::NoCurrentRecord
    );
    // The range is gone, and the cursor behind the last row.
    go(&mut session, &table, Move::By(-1)).unwrap();
    assert_eq!(row(&mut session, &table).unwrap().0, 9);
}

#[test]
fn bookmarks_of_a_sort_are_numbers_of_rows() {
    let world = world();
    let mut session = world.session(1);
    let table = open(&mut session, &numbers(options(|_| ())));
    for number in [30, 10, 20] {
        insert(&mut session, &table, number, b"").unwrap();
    }
    go(&mut session, &table, Move::Last).unwrap();
    let (tables, mut work) = session.parts();
    let cursor = tables.cursor(table.cursor).unwrap();
    assert_eq!(cursor.bookmark().unwrap(), [2, 0, 0, 0]);
    cursor.go_to_bookmark(&mut work, &[1, 0, 0, 0]).unwrap();
    assert_eq!(
        refused(cursor.go_to_bookmark(&mut work, &[1])),
        Refusal::InvalidBookmark
    );
    // As it is recorded: the next move begins there, the row that is read is still the other one.
    assert_eq!(row(&mut session, &table).unwrap().0, 30);
    go(&mut session, &table, Move::By(1)).unwrap();
    assert_eq!(row(&mut session, &table).unwrap().0, 30);
    let (tables, mut work) = session.parts();
    let cursor = tables.cursor(table.cursor).unwrap();
    cursor.go_to_bookmark(&mut work, &[0, 0, 0, 0]).unwrap();
    go(&mut session, &table, Move::By(1)).unwrap();
    assert_eq!(row(&mut session, &table).unwrap().0, 20);
}

#[test]
fn a_second_row_with_the_same_key_is_an_error_in_a_tree() {
    let world = world();
    let mut session = world.session(1);
    let table = open(&mut session, &numbers(options(|options| options.tree = true)));
    assert!(insert(&mut session, &table, 1, b"first").unwrap().is_some());
    assert_eq!(
        refused(insert(&mut session, &table, 1, b"second")),
        Refusal::KeyDuplicate
    );
    assert_eq!(rows(&mut session, &table), [(1, b"first".to_vec())]);
}

#[test]
fn rollback_undoes_rows_of_a_tree_and_closes_tables_opened_in_the_level() {
    let world = world();
    let mut session = world.session(1);
    let before = open(&mut session, &numbers(options(|options| options.tree = true)));
    insert(&mut session, &before, 1, b"").unwrap();
    session.begin();
    insert(&mut session, &before, 2, b"").unwrap();
    let inside = open(&mut session, &numbers(options(|options| options.tree = true)));
    insert(&mut session, &inside, 3, b"").unwrap();
    let sort = open(&mut session, &numbers(options(|_| ())));
    insert(&mut session, &sort, 4, b"").unwrap();
    session.roll_back();
    assert_eq!(
        refused(insert(&mut session, &inside, 5, b"")),
        Refusal::InvalidTable
    );
    assert_eq!(
        refused(insert(&mut session, &sort, 5, b"")),
        Refusal::InvalidTable
    );
    assert_eq!(rows(&mut session, &before), [(1, Vec::new())]);
}

#[test]
fn a_table_closed_in_a_level_leaves_nothing_for_its_rollback() {
    let world = world();
    let mut session = world.session(1);
    let table = open(&mut session, &numbers(options(|options| options.tree = true)));
    session.begin();
    for number in 0..100 {
        insert(&mut session, &table, number, b"data").unwrap();
    }
    let (tables, mut work) = session.parts();
    tables.close_in(&mut work, table.cursor).unwrap();
    let other = open(&mut session, &numbers(options(|options| options.tree = true)));
    insert(&mut session, &other, 1, b"other").unwrap();
    session.commit();
    world.storage.clean().unwrap();
    assert_eq!(rows(&mut session, &other), [(1, b"other".to_vec())]);
}

#[test]
fn pages_of_closed_tables_are_used_again() {
    let world = world();
    let mut session = world.session(1);
    let temporary = world.storage.temporary().unwrap();
    let mut pages = Vec::new();
    for _ in 0..20 {
        let table = open(&mut session, &numbers(options(|options| options.tree = true)));
        for number in 0..2_000 {
            insert(&mut session, &table, number, &[5; 100]).unwrap();
        }
        let (tables, mut work) = session.parts();
        tables.close_in(&mut work, table.cursor).unwrap();
        world.storage.clean().unwrap();
        pages.push(temporary.store().pages().count());
    }
    assert_eq!(pages.first(), pages.last());
    assert_eq!(world.storage.trees().version_bytes(), 0);
}

#[test]
fn sorts_are_counted_trees_are_not() {
    let world = world();
    let mut session = world.session(1);
    for _ in 0..10 {
        open(&mut session, &numbers(options(|options| options.tree = true)));
    }
    let sorts: Vec<_> = (0..4)
        .map(|_| open(&mut session, &numbers(options(|_| ()))))
        .collect();
    let (tables, mut work) = session.parts();
    let fifth = tables.open_temporary(&mut work, &numbers(options(|_| ())));
    assert_eq!(refused(fifth), Refusal::TooManySorts);
    tables.close_in(&mut work, sorts[0].cursor).unwrap();
    tables
        .open_temporary(&mut work, &numbers(options(|_| ())))
        .unwrap();
}

#[test]
fn what_is_only_read_forward_cannot_be_a_tree() {
    let world = world();
    let mut session = world.session(1);
    let (tables, mut work) = session.parts();
    for set in [
        |options: &mut TemporaryOptions| options.indexed = true,
        |options: &mut TemporaryOptions| options.updatable = true,
        |options: &mut TemporaryOptions| options.scrollable = true,
        |options: &mut TemporaryOptions| options.tree = true,
    ] {
        let mut wanted = options(set);
        wanted.forward_only = true;
        let opened = tables.open_temporary(&mut work, &numbers(wanted));
        assert_eq!(refused(opened), Refusal::CannotMaterializeForwardOnlySort);
    }
    let mut without_key = numbers(options(|options| options.forward_only = true));
    without_key.columns[0].is_key = false;
    let opened = tables.open_temporary(&mut work, &without_key);
    assert_eq!(refused(opened), Refusal::CannotMaterializeForwardOnlySort);
    let mut long = numbers(options(|options| options.forward_only = true));
    long.columns.push(TemporaryColumn::of(ColumnType::LongText));
    assert_eq!(
        refused(tables.open_temporary(&mut work, &long)),
        Refusal::CannotMaterializeForwardOnlySort
    );
    long.options.intrinsic_only = true;
    tables.open_temporary(&mut work, &long).unwrap();
}

#[test]
fn each_stage_allows_what_it_can() {
    let world = world();
    let mut session = world.session(1);
    let sort = open(&mut session, &numbers(options(|_| ())));
    let tree = open(&mut session, &numbers(options(|options| options.tree = true)));
    let mut allows = |table: &OpenedTemporary, verb| {
        let (tables, _) = session.parts();
        tables.cursor(table.cursor).unwrap().check_allows(verb).is_ok()
    };
    assert!(allows(&sort, Verb::Update) && !allows(&sort, Verb::Retrieve) && !allows(&sort, Verb::Bookmark));
    assert!(allows(&tree, Verb::Update) && allows(&tree, Verb::Retrieve) && !allows(&tree, Verb::Other));
    insert(&mut session, &sort, 1, b"").unwrap();
    go(&mut session, &sort, Move::First).unwrap();
    let (tables, _) = session.parts();
    let cursor = tables.cursor(sort.cursor).unwrap();
    assert!(cursor.check_allows(Verb::Retrieve).is_ok());
    assert_eq!(
        refused(cursor.check_allows(Verb::PrepareUpdate)),
        Refusal::IllegalOperation
    );
}

#[test]
fn lists_are_filled_with_values() {
    let world = world();
    let mut session = world.session(1);
    for options in [options(|_| ()), options(|options| options.tree = true)] {
        let list = open(&mut session, &numbers(options));
        let (tables, work) = session.parts();
        for number in [3_i32, 1, 2] {
            let values = [Some(&number.to_le_bytes()[..]), (number != 2).then_some(b"value")];
            tables.add_to_list(&work, &list, &values).unwrap();
        }
        let expected = [(1, b"value".to_vec()), (2, Vec::new()), (3, b"value".to_vec())];
        assert_eq!(rows(&mut session, &list), expected);
    }
}

#[test]
fn rows_without_a_key_come_in_the_order_in_which_they_came() {
    let world = world();
    let mut session = world.session(1);
    let mut new = numbers(options(|_| ()));
    new.columns[0].is_key = false;
    let table = open(&mut session, &new);
    for (place, number) in (1_u32..).zip([5, 3, 4]) {
        let bookmark = insert(&mut session, &table, number, b"").unwrap();
        assert_eq!(bookmark, Some(place.to_be_bytes().to_vec()));
    }
    let numbers: Vec<_> = rows(&mut session, &table).into_iter().map(|row| row.0).collect();
    assert_eq!(numbers, [5, 3, 4]);
}
