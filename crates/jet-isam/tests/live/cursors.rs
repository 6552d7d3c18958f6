//! Cursors that move, seek and stay in ranges, against a sorted set, while rows come and go.

use std::collections::{BTreeMap, BTreeSet};

use jet_isam::cursor::{Cursor, Found, Fraction, Move, Order, Relation, SetRange};
use jet_isam::error::{Refusal, Result};
use jet_isam::key::{ColumnLimit, SearchPart};
use jet_isam::session::CursorId;
use jet_isam::work::Work;
use jet_pages::PageSize;

use crate::rows::{ID, NAME};
use crate::world::{Session, World, people};

const NEW: SearchPart = SearchPart {
    is_new: true,
    is_empty: false,
    substring_limit: false,
    string_limit: false,
    column_limit: ColumnLimit::None,
};

/// Key and name of the row; without an index both are the same.
type Entry = (Vec<u8>, Vec<u8>);

struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % end
    }

    fn name(&mut self) -> Vec<u8> {
        let len = 1 + self.below(3);
        let long = if self.below(2) == 0 { 40 } else { 0 };
        let mut name: Vec<u8> = (0..len).map(|_| b'a' + self.below(5) as u8).collect();
        name.extend(std::iter::repeat_n(b'x', long));
        name
    }

    fn id(&mut self) -> i32 {
        self.below(300) as i32
    }
}

fn id_key(id: i32) -> Vec<u8> {
    let turned = id.cast_unsigned() ^ 0x8000_0000;
    [&[0x7f][..], &turned.to_be_bytes()].concat()
}

fn name_key(name: &[u8]) -> Vec<u8> {
    [&[0x7f][..], &name.to_ascii_uppercase(), &[0]].concat()
}

/// Where a cursor is to stand.
#[derive(Clone, Debug, PartialEq)]
enum Place {
    BeforeFirst,
    On(Entry),
    Near(Vec<u8>),
    AfterLast,
}

/// Rows, and what a cursor on them is to do.
struct Model {
    rows: BTreeMap<i32, Vec<u8>>,
    is_on_names: bool,
    place: Place,
    /// The last key, whether it is the upper one, whether it belongs to the range.
    range: Option<(Vec<u8>, bool, bool)>,
}

impl Model {
    fn entries(&self) -> BTreeSet<Entry> {
        let entry = |(id, name): (&i32, &Vec<u8>)| match self.is_on_names {
            true => (name_key(name), id_key(*id)),
            false => (id_key(*id), id_key(*id)),
        };
        self.rows.iter().map(entry).collect()
    }

    fn neighbour(&self, is_next: bool, only_new_key: bool) -> Option<Entry> {
        let entries = self.entries();
        let mut all = entries.iter().cloned();
        match (&self.place, is_next) {
            (Place::BeforeFirst, true) => all.next(),
            (Place::AfterLast, false) => all.next_back(),
            (Place::BeforeFirst, false) | (Place::AfterLast, true) => None,
            (Place::On(on), true) if only_new_key => all.find(|entry| entry.0 > on.0),
            (Place::On(on), false) if only_new_key => all.rfind(|entry| entry.0 < on.0),
            (Place::On(on), true) => all.find(|entry| entry > on),
            (Place::On(on), false) => all.rfind(|entry| entry < on),
            (Place::Near(key), true) if only_new_key || !self.is_on_names => all.find(|entry| entry.0 > *key),
            (Place::Near(key), true) => {
                let mut behind = all.skip_while(|entry| entry.0 < *key);
                let first = behind.next()?;
                if first.0 == *key {
                    behind.next()
                } else {
                    Some(first)
                }
            }
            (Place::Near(key), false) => all.rfind(|entry| entry.0 < *key),
        }
    }

    fn step(&mut self, is_next: bool, only_new_key: bool) -> bool {
        let end = if is_next {
            Place::AfterLast
        } else {
            Place::BeforeFirst
        };
        let found = self.neighbour(is_next, only_new_key);
        let is_outside = |range: &(Vec<u8>, bool, bool), entry: &Entry| {
            let (limit, is_upper, is_inclusive) = range;
            *is_upper == is_next
                && match entry.0.cmp(limit) {
                    std::cmp::Ordering::Equal => !is_inclusive,
                    std::cmp::Ordering::Less => !is_upper,
                    std::cmp::Ordering::Greater => *is_upper,
                }
        };
        match found {
            Some(entry) if self.range.as_ref().is_some_and(|range| is_outside(range, &entry)) => {
                self.range = None;
                self.place = end;
                false
            }
            Some(entry) => {
                self.place = Place::On(entry);
                true
            }
            None => {
                self.place = end;
                false
            }
        }
    }

    fn seek(&mut self, key: &[u8], relation: Relation) -> core::result::Result<Found, Refusal> {
        let entries = self.entries();
        let mut all = entries.iter().cloned();
        self.range = None;
        let (found, missed) = match relation {
            Relation::Equal { .. } => {
                let is_last =
                    self.is_on_names && all.clone().all(|entry| *entry.0 < *key) && !entries.is_empty();
                let missed = if is_last {
                    Place::AfterLast
                } else {
                    Place::Near(key.to_vec())
                };
                (all.find(|entry| entry.0 == key), missed)
            }
            Relation::GreaterOrEqual => (all.find(|entry| *entry.0 >= *key), Place::AfterLast),
            Relation::Greater => (all.find(|entry| *entry.0 > *key), Place::AfterLast),
            Relation::LessOrEqual => {
                let equal = all.clone().find(|entry| entry.0 == key);
                (
                    equal.or_else(|| all.rfind(|entry| *entry.0 < *key)),
                    Place::BeforeFirst,
                )
            }
            Relation::Less => (all.rfind(|entry| *entry.0 < *key), Place::BeforeFirst),
        };
        match found {
            Some(entry) => {
                let is_near =
                    matches!(relation, Relation::GreaterOrEqual | Relation::LessOrEqual) && entry.0 != key;
                self.place = Place::On(entry);
                Ok(if is_near { Found::Near } else { Found::Found })
            }
            None => {
                self.place = if entries.is_empty() {
                    Place::Near(key.to_vec())
                } else {
                    missed
                };
                Err(Refusal::RecordNotFound)
            }
        }
    }

    fn is_there(&self) -> bool {
        matches!(&self.place, Place::On(entry) if self.entries().contains(entry))
    }

    fn count(&self) -> u64 {
        let Place::On(on) = &self.place else { return 0 };
        let entries = self.entries();
        let is_inside = |entry: &&Entry| {
            self.range
                .as_ref()
                .is_none_or(|(limit, is_upper, is_inclusive)| match entry.0.cmp(limit) {
                    std::cmp::Ordering::Equal => *is_inclusive,
                    std::cmp::Ordering::Less => *is_upper,
                    std::cmp::Ordering::Greater => !is_upper,
                })
        };
        let behind = entries.iter().filter(|entry| *entry > on);
        1 + behind.take_while(is_inside).count() as u64
    }
}

impl Session<'_> {
    fn with<T>(
        &mut self,
        cursor: CursorId,
        work: impl FnOnce(&mut Cursor, &mut Work<'_>) -> Result<T>,
    ) -> Result<T> {
        let (tables, mut parts) = self.parts();
        work(tables.cursor(cursor)?, &mut parts)
    }
}

/// A run of so many steps by one session, whose other cursor changes rows.
fn run(seed: u64, steps: usize, in_transaction: bool) {
    let world = World::new(PageSize::from_bytes(4096).unwrap());
    let mut session = world.session(1);
    let writer = session.create(&people()).unwrap();
    let reader = session.open("People");
    if in_transaction {
        session.begin();
    }
    let mut dice = Dice(seed);
    let mut model = Model {
        rows: BTreeMap::new(),
        is_on_names: false,
        place: Place::BeforeFirst,
        range: None,
    };
    for _ in 0..150 {
        let (id, name) = (dice.id(), dice.name());
        if model.rows.insert(id, name.clone()).is_none() {
            session.insert(writer, id, Some(&name)).unwrap();
        } else {
            replace_name(&mut session, writer, id, &name);
        }
    }
    _ = session.with(reader, |cursor, work| cursor.go(work, Move::First, false));
    assert!(model.step(true, false));
    for step in 0..steps {
        one_step(&mut session, (writer, reader), &mut model, &mut dice);
        check(&mut session, reader, &model, step);
    }
}

fn replace_name(session: &mut Session<'_>, writer: CursorId, id: i32, name: &[u8]) {
    session
        .with(writer, |cursor, work| cursor.go_to_bookmark(work, &id_key(id)))
        .unwrap();
    session
        .prepare(writer, jet_isam::update::Preparation::ReplaceNoLock)
        .unwrap();
    session.set(writer, crate::rows::to(NAME, Some(name))).unwrap();
    session.update(writer).unwrap();
}

fn one_step(
    session: &mut Session<'_>,
    (writer, reader): (CursorId, CursorId),
    model: &mut Model,
    dice: &mut Dice,
) {
    match dice.below(12) {
        0 => {
            let (id, name) = (dice.id(), dice.name());
            let is_new = model.rows.insert(id, name.clone()).is_none();
            if is_new {
                session.insert(writer, id, Some(&name)).unwrap();
            } else {
                replace_name(session, writer, id, &name);
            }
        }
        1 => {
            let nth = dice.below(model.rows.len().max(1));
            let Some(id) = model.rows.keys().nth(nth).copied() else {
                return;
            };
            session
                .with(writer, |cursor, work| cursor.go_to_bookmark(work, &id_key(id)))
                .unwrap();
            session.delete(writer).unwrap();
            model.rows.remove(&id);
        }
        2 => {
            let to = if dice.below(2) == 0 {
                Move::First
            } else {
                Move::Last
            };
            let done = session.with(reader, |cursor, work| cursor.go(work, to, false));
            model.range = None;
            model.place = if to == Move::First {
                Place::BeforeFirst
            } else {
                Place::AfterLast
            };
            let is_found = model.step(to == Move::First, false);
            if !is_found {
                model.place = if to == Move::First {
                    Place::BeforeFirst
                } else {
                    Place::AfterLast
                };
            }
            assert_eq!(done.is_ok(), is_found);
        }
        3 | 4 => {
            // The range of the rows would wait there until the cursor comes back.
            let removed = session.with(reader, |cursor, work| {
                cursor.set_index_range(work, SetRange::Remove)
            });
            assert_eq!(removed.is_ok(), model.range.is_some());
            model.is_on_names = dice.below(2) == 0;
            let order = if model.is_on_names {
                Order::Named("byname")
            } else {
                Order::Rows
            };
            session
                .with(reader, |cursor, work| cursor.set_current_index(work, order))
                .unwrap();
            // The first entry is looked for when it is needed: now.
            model.range = None;
            model.place = Place::BeforeFirst;
            let done = session.with(reader, |cursor, work| cursor.go(work, Move::By(0), false));
            assert_eq!(done.is_ok(), model.step(true, false));
            if done.is_err() {
                _ = session.with(reader, |cursor, work| cursor.go(work, Move::First, false));
                model.place = Place::BeforeFirst;
            }
        }
        5 | 6 => {
            let (value, key) = search(model, dice);
            let relation = [
                Relation::Equal {
                    checks_unique: false,
                    sets_range: false,
                },
                Relation::GreaterOrEqual,
                Relation::Greater,
                Relation::LessOrEqual,
                Relation::Less,
            ][dice.below(5)];
            let done = session.with(reader, |cursor, work| {
                cursor.make_key(&value, &NEW)?;
                cursor.seek(work, relation)
            });
            let done = done.map_err(|error| error.refusal().unwrap());
            assert_eq!(done, model.seek(&key, relation), "{relation:?} of {key:x?}");
        }
        7 => {
            let (value, limit) = search(model, dice);
            let (is_upper, is_inclusive) = (dice.below(2) == 0, dice.below(2) == 0);
            let set = SetRange::Set {
                is_upper,
                is_inclusive,
                is_instant: false,
            };
            let done = session.with(reader, |cursor, work| {
                cursor.make_key(&value, &NEW)?;
                cursor.set_index_range(work, set)
            });
            set_range(model, limit, is_upper, is_inclusive);
            assert_eq!(done.is_ok(), matches!(model.place, Place::On(_) | Place::Near(_)));
        }
        8 => {
            let done = session.with(reader, |cursor, work| cursor.count_entries(work, None));
            match done {
                Ok(count) => {
                    assert_eq!(count, model.count());
                    model.range = None;
                }
                Err(error) => {
                    let deleted = matches!(model.place, Place::On(_));
                    let expected = if deleted {
                        Refusal::RecordDeleted
                    } else {
                        Refusal::NoCurrentRecord
                    };
                    assert_eq!((error.refusal(), model.is_there()), (Some(expected), false));
                }
            }
        }
        _ => {
            let count = dice.below(9) as i32 - 4;
            let only_new = dice.below(3) == 0;
            let done = session.with(reader, |cursor, work| cursor.go(work, Move::By(count), only_new));
            let mut is_found = count != 0 || model.is_there();
            for _ in 0..count.unsigned_abs() {
                is_found = is_found && model.step(count > 0, only_new);
            }
            assert_eq!(done.is_ok(), is_found, "{count} {only_new}");
        }
    }
}

/// A value to search for, and its key.
fn search(model: &Model, dice: &mut Dice) -> (Vec<u8>, Vec<u8>) {
    if model.is_on_names {
        let name = dice.name();
        let key = name_key(&name);
        (name, key)
    } else {
        let id = dice.id();
        (id.to_le_bytes().to_vec(), id_key(id))
    }
}

fn set_range(model: &mut Model, limit: Vec<u8>, is_upper: bool, is_inclusive: bool) {
    let key = match &model.place {
        Place::On((key, _)) | Place::Near(key) => key.clone(),
        Place::BeforeFirst | Place::AfterLast => {
            model.range = Some((limit, is_upper, is_inclusive));
            return;
        }
    };
    let is_outside = match key.cmp(&limit) {
        std::cmp::Ordering::Equal => !is_inclusive,
        std::cmp::Ordering::Less => !is_upper,
        std::cmp::Ordering::Greater => is_upper,
    };
    if is_outside {
        model.range = None;
        model.place = if is_upper {
            Place::AfterLast
        } else {
            Place::BeforeFirst
        };
    } else {
        model.range = Some((limit, is_upper, is_inclusive));
    }
}

/// The cursor stands where the model does, and reads what is there.
fn check(session: &mut Session<'_>, reader: CursorId, model: &Model, step: usize) {
    let key = session.with(reader, |cursor, work| cursor.key(work, <[u8]>::to_vec));
    let key = key.map_err(|error| error.refusal().unwrap());
    match &model.place {
        Place::On(entry) if model.is_there() => {
            assert_eq!(key, Ok(entry.0.clone()), "step {step}");
            let bookmark = session.with(reader, |cursor, _| cursor.bookmark().map(<[u8]>::to_vec));
            assert_eq!(bookmark.unwrap(), entry.1);
            let id = session.get(reader, ID).unwrap().unwrap();
            let id = i32::from_le_bytes(id.try_into().unwrap());
            assert_eq!(id_key(id), entry.1);
        }
        Place::On(_) => assert_eq!(key, Err(Refusal::RecordDeleted), "step {step}"),
        _ => assert_eq!(
            key,
            Err(Refusal::NoCurrentRecord),
            "step {step} {:?}",
            model.place
        ),
    }
}

#[test]
fn a_cursor_in_a_transaction_goes_where_a_sorted_set_says() {
    for seed in [1, 7, 23] {
        run(seed, 2000, true);
    }
}

#[test]
fn a_cursor_outside_of_transactions_goes_there_too() {
    run(5, 1000, false);
}

#[test]
fn a_place_is_found_by_its_part_of_the_whole() {
    let world = World::new(PageSize::from_bytes(4096).unwrap());
    let mut session = world.session(1);
    let cursor = session.create(&people()).unwrap();
    session.begin();
    for id in 0..1000 {
        session
            .insert(cursor, id, Some(b"a name of some length"))
            .unwrap();
    }
    for part in [0, 1, 250, 500, 999, 1000] {
        let to = Fraction {
            before: part,
            all: 1000,
        };
        let fraction = session.with(cursor, |cursor, work| {
            cursor.go_to_fraction(work, to)?;
            cursor.fraction(work)
        });
        let fraction = fraction.unwrap();
        let landed = fraction.before as f64 / fraction.all as f64;
        assert!(
            (landed - part as f64 / 1000.0).abs() < 0.02,
            "{part}: {fraction:?}"
        );
        let id = session.get(cursor, ID).unwrap().unwrap();
        let id = i32::from_le_bytes(id.try_into().unwrap());
        assert!((id - part as i32).abs() < 150, "{part}: {id}");
    }
    let to = Fraction { before: 2, all: 1 };
    let refused = session.with(cursor, |cursor, work| cursor.go_to_fraction(work, to));
    assert_eq!(refused.unwrap_err().refusal(), Some(Refusal::InvalidParameter));
}
