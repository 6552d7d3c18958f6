//! Random changes by several sessions, against a map that each transaction sees as of its begin.
//!
//! Whatever the sessions did, in the end every index has the entries that the rows make, and every long value is whole and
//! counted right.

use std::collections::{BTreeMap, BTreeSet};

use jet_isam::column::{ColumnFlags, ColumnId, ColumnRef, ColumnType};
use jet_isam::cursor::{Move, Retrieve};
use jet_isam::error::{IsamError, Result};
use jet_isam::schema::{IndexOptions, MustBe, NewColumn, NewIndex, NewTable};
use jet_isam::session::CursorId;
use jet_isam::update::{LongChange, Preparation, SetColumn, WhereLong};
use jet_pages::PageSize;

use crate::rows::to;
use crate::world::{Session, World};

const KEY: ColumnRef = ColumnRef::own(ColumnId(1));
const COLUMNS: [ColumnRef; 7] = [
    ColumnRef::own(ColumnId(2)),
    ColumnRef::own(ColumnId(3)),
    ColumnRef::own(ColumnId(128)),
    ColumnRef::own(ColumnId(129)),
    ColumnRef::own(ColumnId(256)),
    ColumnRef::own(ColumnId(257)),
    ColumnRef::own(ColumnId(258)),
];

/// Values of columns, of each column all.
type Row = BTreeMap<u16, Vec<Vec<u8>>>;
type Rows = BTreeMap<Vec<u8>, Row>;

struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % end
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn bytes(&mut self, len: usize) -> Vec<u8> {
        let kind = self.below(3);
        (0..len)
            .map(|_| match kind {
                0 => self.below(256) as u8,
                1 => b'a' + self.below(4) as u8,
                _ => 7,
            })
            .collect()
    }
}

fn column(id: u16, column_type: ColumnType) -> NewColumn {
    NewColumn {
        name: format!("c{id}"),
        column_type: Some(column_type),
        ..NewColumn::default()
    }
}

/// A table whose indexes are of every kind. `has_key`: the rows lie by a key, not by the order of their coming.
fn table(dice: &mut Dice, has_key: bool) -> NewTable {
    // Each gets the number of its name.
    let mut columns = vec![
        column(1, ColumnType::Long),
        column(2, ColumnType::Short),
        column(3, ColumnType::Bit),
        column(128, ColumnType::Binary),
        column(129, ColumnType::Text),
        column(256, ColumnType::Long),
        column(257, ColumnType::LongBinary),
        column(258, ColumnType::LongText),
    ];
    columns[5].flags = ColumnFlags::MULTI_VALUED;
    columns[5].is_tagged = true;
    columns[7].flags = ColumnFlags::COMPRESSED;
    if dice.chance(50) {
        columns[1].default = Some(vec![3, 0]);
        columns[4].default = Some(b"as ever".to_vec());
    }
    let index = |name: &str, options, key: &str| NewIndex {
        name: name.to_owned(),
        key: format!("{key}\0\0").into_bytes(),
        options,
        ..NewIndex::default()
    };
    let all = IndexOptions::default();
    let mut indexes = vec![
        index("short", all, "+c2\0-c128"),
        index("none", IndexOptions::IGNORE_ANY_NULL, "+c129"),
        index("some", IndexOptions::IGNORE_FIRST_NULL, "+c128\0+c3"),
        index("many", all, "+c256\0+c2"),
        index("long", all, "+c257"),
        index("unique", IndexOptions::UNIQUE, "+c2\0+c128\0+c1"),
    ];
    let must_be = if dice.chance(50) {
        MustBe::Null
    } else {
        MustBe::NotNull
    };
    indexes[2].conditions.push(("c256".to_owned(), Some(must_be)));
    let tuples = IndexOptions::TUPLES.with(IndexOptions::IGNORE_FIRST_NULL);
    indexes.push(index("pieces", tuples, "+c129"));
    if has_key {
        indexes.push(index("key", IndexOptions::PRIMARY, "+c1"));
    }
    let is_primary = |index: &NewIndex| index.options.contains(IndexOptions::PRIMARY);
    indexes.retain(|index| is_primary(index) || dice.chance(80));
    NewTable {
        name: "Model".to_owned(),
        columns,
        indexes,
        ..NewTable::default()
    }
}

/// A session, what it sees, and what it changed.
struct Actor<'w> {
    session: Session<'w>,
    cursor: CursorId,
    /// None: no transaction is open.
    open: Option<Open>,
}

#[derive(Default)]
struct Open {
    begun: usize,
    /// What it sees at each level.
    levels: Vec<(Rows, BTreeSet<Vec<u8>>)>,
}

impl Open {
    fn top(&mut self) -> &mut (Rows, BTreeSet<Vec<u8>>) {
        self.levels.last_mut().unwrap()
    }
}

struct Model {
    committed: Rows,
    /// Which commit changed a row last.
    changed: BTreeMap<Vec<u8>, usize>,
    commits: usize,
}

fn value(dice: &mut Dice, column: ColumnRef) -> Option<Vec<u8>> {
    if dice.chance(15) {
        return None;
    }
    Some(match column.id.0 {
        2 => vec![dice.below(5) as u8, 0],
        3 => vec![if dice.chance(50) { 0xff } else { 0 }],
        128 => {
            let len = dice.below(40);
            dice.bytes(len)
        }
        129 => {
            let len = dice.below(12);
            (0..len).map(|_| b'a' + dice.below(3) as u8).collect()
        }
        256 => vec![dice.below(6) as u8, 0, 0, 0],
        _ => {
            let len = match dice.below(10) {
                0 => dice.below(20_000),
                1..4 => dice.below(3000),
                _ => dice.below(60),
            };
            dice.bytes(len)
        }
    })
}

/// Sets some columns, and says what the row is then.
fn set_some(actor: &mut Actor<'_>, dice: &mut Dice, row: &mut Row) -> Result<()> {
    for _ in 0..1 + dice.below(5) {
        let column = COLUMNS[dice.below(COLUMNS.len())];
        let values = row.entry(column.id.0).or_default();
        let new = value(dice, column);
        let is_tagged = column.id.is_tagged();
        let is_long = column.id.0 >= 257;
        if is_long && !values.is_empty() && dice.chance(40) {
            let at = dice.below(values.len());
            let old = &mut values[at];
            let data = new.unwrap_or_else(|| vec![1]);
            let (change, offset) = match dice.below(3) {
                0 => (LongChange::Append, 0),
                1 => (LongChange::Overwrite, dice.below(old.len() + 1)),
                _ => (LongChange::OverwriteToEnd, dice.below(old.len() + 1)),
            };
            if data.is_empty() {
                continue;
            }
            let set = SetColumn {
                change,
                instance: at as u32 + 1,
                offset: offset as u32,
                ..to(column, Some(&data))
            };
            actor.session.set(actor.cursor, set)?;
            let end = offset + data.len();
            match change {
                LongChange::Append => old.extend_from_slice(&data),
                LongChange::Overwrite => {
                    old.resize(old.len().max(end), 0);
                    old[offset..end].copy_from_slice(&data);
                }
                _ => {
                    old.truncate(offset);
                    old.extend_from_slice(&data);
                }
            }
            continue;
        }
        let number = if is_tagged {
            dice.below(values.len() + 2)
        } else {
            1
        };
        let place = [WhereLong::ByLength, WhereLong::Separate, WhereLong::Inside][dice.below(3)];
        let set = SetColumn {
            instance: number as u32,
            place,
            ..to(column, new.as_deref())
        };
        actor.session.set(actor.cursor, set)?;
        match (new, number.checked_sub(1).filter(|at| *at < values.len())) {
            (Some(new), Some(at)) => values[at] = new,
            (Some(new), None) => values.push(new),
            (None, Some(at)) => {
                values.remove(at);
            }
            (None, None) => {}
        }
    }
    Ok(())
}

/// What a new row is before anything is set.
fn new_row(table: &NewTable) -> Row {
    let columns = table.columns.iter();
    columns
        .filter_map(|column| Some((column.name[1..].parse().unwrap(), vec![column.default.clone()?])))
        .collect()
}

fn read(session: &mut Session<'_>, cursor: CursorId) -> Row {
    let mut row = Row::new();
    for column in COLUMNS {
        let mut values = Vec::new();
        for instance in 1.. {
            let how = Retrieve {
                instance,
                ..Retrieve::default()
            };
            let (tables, work) = session.parts();
            let mut out = vec![0; 300_000];
            let cursor = tables.cursor(cursor).unwrap();
            let found = cursor.retrieve(&work, Some(column), &how, &mut out).unwrap();
            let Some(len) = found.len else { break };
            out.truncate(len);
            values.push(out);
            if !column.id.is_tagged() {
                break;
            }
        }
        row.insert(column.id.0, values);
    }
    row
}

fn same(left: &Row, right: &Row) -> bool {
    COLUMNS.iter().all(|column| {
        let empty = Vec::new();
        left.get(&column.id.0).unwrap_or(&empty) == right.get(&column.id.0).unwrap_or(&empty)
    })
}

/// The rows that the session sees are those of the model, in order.
fn compare(actor: &mut Actor<'_>, rows: &Rows) {
    let (tables, mut work) = actor.session.parts();
    let cursor = tables.cursor(actor.cursor).unwrap();
    let mut found = cursor.go(&mut work, Move::First, false).is_ok();
    let mut expected = rows.iter();
    while found {
        let (tables, _) = actor.session.parts();
        let bookmark = tables.cursor(actor.cursor).unwrap().bookmark().unwrap().to_vec();
        let (key, row) = expected.next().expect("a row that should not be seen");
        assert_eq!(bookmark, *key);
        let there = read(&mut actor.session, actor.cursor);
        assert!(same(&there, row), "{key:?}: {there:?} instead of {row:?}");
        let (tables, mut work) = actor.session.parts();
        let cursor = tables.cursor(actor.cursor).unwrap();
        found = cursor.go(&mut work, Move::By(1), false).is_ok();
    }
    assert_eq!(expected.next(), None, "a row is not seen");
}

impl Actor<'_> {
    fn go(&mut self, key: &[u8]) -> Result<()> {
        let (tables, mut work) = self.session.parts();
        tables.cursor(self.cursor)?.go_to_bookmark(&mut work, key)
    }

    fn cancel(&mut self) {
        let (tables, mut work) = self.session.parts();
        let _ = tables.cursor(self.cursor).unwrap().cancel_update(&mut work);
    }

    /// Whether another has changed the row so that this one may not.
    fn is_taken(&self, key: &[u8], model: &Model, others: &[(usize, BTreeSet<Vec<u8>>)], me: usize) -> bool {
        let begun = self.open.as_ref().map_or(usize::MAX, |open| open.begun);
        let is_newer = model.changed.get(key).is_some_and(|commit| *commit > begun);
        is_newer
            || others
                .iter()
                .any(|(other, keys)| *other != me && keys.contains(key))
    }
}

/// What keeps a row from being changed is a rule or a conflict, no damage.
fn assert_rule(error: &IsamError) {
    assert!(
        matches!(error, IsamError::Refused(_) | IsamError::Change(_)),
        "{error}"
    );
}

fn run(seed: u64) {
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let size = [PageSize::K4, PageSize::K8, PageSize::K32][dice.below(3)];
    let world = World::new(size);
    let has_key = dice.chance(70);
    let new = table(&mut dice, has_key);
    let mut maker = world.session(100);
    let made = maker.create(&new).unwrap();
    maker.tables.close(made).unwrap();
    let count = 1 + dice.below(4);
    let mut actors: Vec<_> = (0..count)
        .map(|number| {
            let mut session = world.session(number as u16 + 1);
            let cursor = session.open("Model");
            Actor {
                session,
                cursor,
                open: None,
            }
        })
        .collect();
    let mut model = Model {
        committed: Rows::new(),
        changed: BTreeMap::new(),
        commits: 0,
    };
    for _ in 0..400 {
        let me = dice.below(count);
        let touched: Vec<_> = actors
            .iter()
            .enumerate()
            .filter_map(|(number, actor)| {
                let open = actor.open.as_ref()?;
                let keys = open.levels.iter().flat_map(|level| level.1.iter().cloned());
                Some((number, keys.collect()))
            })
            .collect();
        let actor = &mut actors[me];
        let Some(open) = &mut actor.open else {
            actor.session.begin();
            actor.open = Some(Open {
                begun: model.commits,
                levels: vec![(model.committed.clone(), BTreeSet::new())],
            });
            continue;
        };
        match dice.below(20) {
            0 => {
                let rows = open.top().0.clone();
                compare(actor, &rows);
            }
            1 if open.levels.len() < 3 => {
                actor.session.begin();
                let rows = open.top().0.clone();
                open.levels.push((rows, BTreeSet::new()));
            }
            2 | 3 => {
                actor.session.commit();
                let (rows, keys) = open.levels.pop().unwrap();
                if let Some(outer) = open.levels.last_mut() {
                    outer.0 = rows;
                    outer.1.extend(keys);
                } else {
                    model.commits += 1;
                    for key in keys {
                        match rows.get(&key) {
                            Some(row) => model.committed.insert(key.clone(), row.clone()),
                            None => model.committed.remove(&key),
                        };
                        model.changed.insert(key, model.commits);
                    }
                    actor.open = None;
                    if dice.chance(30) {
                        world.clean();
                    }
                }
            }
            4 => {
                actor.session.roll_back();
                open.levels.pop();
                if open.levels.is_empty() {
                    actor.open = None;
                }
            }
            5..=9 => {
                let mut row = new_row(&new);
                let number = dice.below(60) as i32;
                let done = actor
                    .session
                    .prepare(actor.cursor, Preparation::Insert)
                    .and_then(|()| {
                        actor
                            .session
                            .set(actor.cursor, to(KEY, Some(&number.to_le_bytes())))
                    })
                    .and_then(|_| set_some(actor, &mut dice, &mut row))
                    .and_then(|()| actor.session.update(actor.cursor));
                match done {
                    Ok(key) => {
                        assert!(!actor.is_taken(&key, &model, &touched, me), "{key:?} is taken");
                        let top = actor.open.as_mut().unwrap().top();
                        assert!(top.0.insert(key.clone(), row).is_none(), "{key:?} twice");
                        top.1.insert(key);
                    }
                    Err(error) => {
                        let mut indexes = new.indexes.iter();
                        let may_collide = indexes.any(|index| index.name == "unique" || index.name == "key");
                        assert!(may_collide, "{error}");
                        actor.cancel();
                    }
                }
            }
            kind => {
                let rows = &open.top().0;
                if rows.is_empty() {
                    continue;
                }
                let key = rows.keys().nth(dice.below(rows.len())).unwrap().clone();
                let mut row = rows[&key].clone();
                actor.go(&key).unwrap();
                let done = match kind {
                    10..=12 => actor.session.delete(actor.cursor).map(|()| None),
                    13 if has_key => {
                        let number = 60 + dice.below(60) as i32;
                        let how = match dice.chance(50) {
                            true => Preparation::InsertCopy,
                            false => Preparation::InsertCopyDeleteOriginal,
                        };
                        let done = actor
                            .session
                            .prepare(actor.cursor, how)
                            .and_then(|()| {
                                actor
                                    .session
                                    .set(actor.cursor, to(KEY, Some(&number.to_le_bytes())))
                            })
                            .and_then(|_| set_some(actor, &mut dice, &mut row))
                            .and_then(|()| actor.session.update(actor.cursor));
                        match done {
                            Ok(new) => {
                                let top = actor.open.as_mut().unwrap().top();
                                if how == Preparation::InsertCopyDeleteOriginal {
                                    top.0.remove(&key);
                                    top.1.insert(key);
                                }
                                assert!(top.0.insert(new.clone(), row).is_none());
                                top.1.insert(new);
                            }
                            Err(error) => {
                                assert_rule(&error);
                                actor.cancel();
                            }
                        }
                        continue;
                    }
                    _ => {
                        let how = match dice.chance(50) {
                            true => Preparation::Replace,
                            false => Preparation::ReplaceNoLock,
                        };
                        let gives_up = dice.chance(15);
                        let done = actor
                            .session
                            .prepare(actor.cursor, how)
                            .and_then(|()| set_some(actor, &mut dice, &mut row));
                        if gives_up && done.is_ok() {
                            actor.cancel();
                            continue;
                        }
                        done.and_then(|()| actor.session.update(actor.cursor))
                            .map(|_| Some(row))
                    }
                };
                match done {
                    Ok(row) => {
                        assert!(!actor.is_taken(&key, &model, &touched, me), "{key:?} is taken");
                        let top = actor.open.as_mut().unwrap().top();
                        match row {
                            Some(row) => top.0.insert(key.clone(), row),
                            None => top.0.remove(&key),
                        };
                        top.1.insert(key);
                    }
                    Err(error) => {
                        assert_rule(&error);
                        actor.cancel();
                    }
                }
            }
        }
    }
    for actor in &mut actors {
        while let Some(open) = &mut actor.open {
            actor.session.roll_back();
            open.levels.pop();
            if open.levels.is_empty() {
                actor.open = None;
            }
        }
    }
    world.clean();
    world.clean();
    actors[0].session.begin();
    compare(&mut actors[0], &model.committed);
    actors[0].session.commit();
    world.check("Model");
}

#[test]
fn sessions_see_what_the_model_sees() {
    let count = std::env::var("JET_MODEL_SEEDS").map_or(12, |count| count.parse().unwrap());
    let first = std::env::var("JET_MODEL_FIRST").map_or(1, |first| first.parse().unwrap());
    for seed in first..first + count {
        let ran = std::panic::catch_unwind(|| run(seed));
        assert!(ran.is_ok(), "seed {seed}");
    }
}
