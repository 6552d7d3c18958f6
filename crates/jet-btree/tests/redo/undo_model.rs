//! What several sessions did before a crash: what was committed is there afterwards, and nothing else.

use std::path::Path;

use jet_btree::redo::RedoError;
use jet_log::Lgpos;
use jet_log::record::{Record, SessionId, TrxTime};
use jet_log::recovery::{OpenTransaction, RecordSink, Target as _};
use jet_log::writer::LogWriteError;
use proptest::prelude::*;

use crate::bench::{AHEAD, BEHIND, Bench, GENERATION, at, bare, decoded, encoded, file_of, pages_of, place};
use crate::world::{Op, Row, SESSIONS, SIZE, Step, World, live_rows};

/// Keeps the records of the undoing.
#[derive(Default)]
struct Log(Vec<Vec<u8>>);

impl RecordSink for Log {
    fn append(&mut self, record: &Record<'_>) -> Result<Lgpos, LogWriteError> {
        self.0.push(encoded(record));
        Ok(at(GENERATION, 9, self.0.len() as u16))
    }
}

fn row() -> impl Strategy<Value = Row> {
    prop_oneof![
        3 => (0_u8..10).prop_map(Row::Unique),
        1 => (0_u8..3, 0_u8..3).prop_map(|(key, data)| Row::Pair(key, data)),
    ]
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        8 => (row(), any::<u8>()).prop_map(|(row, value)| Op::Put(row, value)),
        4 => row().prop_map(Op::Delete),
        3 => (0_u8..10, any::<i32>()).prop_map(|(key, by)| Op::Raise(key, by)),
        3 => (0_u8..10, any::<i64>()).prop_map(|(key, by)| Op::RaiseWide(key, by)),
        2 => row().prop_map(Op::Clean),
        6 => Just(Op::Begin),
        3 => Just(Op::Commit),
        2 => Just(Op::RollBack),
        1 => any::<u8>().prop_map(Op::Write),
    ]
}

fn redo(bench: &mut Bench, steps: &[Step]) -> Result<(), RedoError> {
    for step in steps {
        match step {
            Step::Record(bytes) => bench.redo(&decoded(bytes))?,
            Step::CommitLevel(session, to) => bench.redo.commit_level(*session, *to),
            Step::Commit(session) => bench.redo.commit(*session),
            Step::RolledBack(session, to) => {
                bench
                    .redo
                    .roll_back(place(u16::MAX), *session, *to)
                    .map_err(bare)?;
            }
        }
    }
    Ok(())
}

/// Undoes what is open; the records that it logs.
fn undo(bench: &mut Bench, open: &[SessionId]) -> Vec<Vec<u8>> {
    let mut log = Log::default();
    for &session in open {
        let transaction = OpenTransaction {
            session,
            begun: TrxTime(session.0.into()),
            begun_at: at(GENERATION, 8, 0),
            level: 1,
        };
        let before = log.0.len();
        let count = bench.redo.undo(transaction, &mut log).unwrap();
        assert_eq!(count, log.0.len() - before);
    }
    log.0
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn recovery_keeps_what_was_committed(ops in prop::collection::vec((0..SESSIONS, op()), 1..150)) {
        let mut world = World::new();
        let empty = world.memory.clone();
        for (session, op) in ops {
            world.run(session, op);
        }
        let open = world.open_sessions();
        let mut ends = Vec::new();
        let mut logs = Vec::new();
        // From the beginning, from what had come to the disk, and, where nothing is undecided, from the end.
        let mut starts = vec![(&empty, BEHIND), (&empty, AHEAD), (&world.disk, AHEAD)];
        if open.is_empty() {
            starts.push((&world.memory, AHEAD));
        }
        for (pages, newest) in starts {
            let mut bench = Bench::new(SIZE, file_of(SIZE, pages), newest);
            redo(&mut bench, &world.steps).unwrap();
            logs.push(undo(&mut bench, &open));
            ends.push(bench.pages());
        }
        let redone = {
            let mut bench = Bench::new(SIZE, file_of(SIZE, &empty), BEHIND);
            redo(&mut bench, &world.steps).unwrap();
            let undone: Vec<Step> = logs[0].iter().cloned().map(Step::Record).collect();
            redo(&mut bench, &undone).unwrap();
            for &session in &open {
                bench.redo.roll_back(place(u16::MAX), session, 0).unwrap();
            }
            bench.pages()
        };
        let expected = world.rows_undone();
        for (end, log) in ends.iter().zip(&logs) {
            prop_assert_eq!(live_rows(end), expected.clone());
            prop_assert!(*end == ends[0] && *log == logs[0]);
        }
        prop_assert!(redone == ends[0], "the log of the undoing gives other pages");
    }
}

/// Undone in part, then cut off: whatever had come to the disk of the undoing, the next recovery ends in the same pages.
#[test]
fn undoing_that_was_cut_off_is_taken_up_again() {
    let mut world = World::new();
    let empty = world.memory.clone();
    let both = |world: &mut World, op: &Op| (0..2).for_each(|session| world.run(session, op.clone()));
    both(&mut world, &Op::Begin);
    for key in 0..6 {
        world.run(0, Op::Put(Row::Unique(key), key));
        world.run(0, Op::Put(Row::Pair(key, 1), 0));
    }
    world.run(0, Op::Commit);
    both(&mut world, &Op::Begin);
    for key in 0..6 {
        world.run((key % 2).into(), Op::Raise(key, 5));
        world.run((key % 2).into(), Op::Put(Row::Unique(key), 77));
        world.run((key % 2).into(), Op::Delete(Row::Unique(key)));
        world.run((key % 2).into(), Op::Delete(Row::Pair(key, 1)));
    }
    let open = world.open_sessions();
    let mut whole = Bench::new(SIZE, file_of(SIZE, &empty), BEHIND);
    redo(&mut whole, &world.steps).unwrap();
    let log = undo(&mut whole, &open);
    assert_eq!(log.len(), 24);
    let end = whole.pages();
    for done in 0..=log.len() {
        // The first recovery came so far; its pages came to the disk.
        let mut first = Bench::new(SIZE, file_of(SIZE, &empty), BEHIND);
        redo(&mut first, &world.steps).unwrap();
        let undone: Vec<Step> = log[..done].iter().cloned().map(Step::Record).collect();
        redo(&mut first, &undone).unwrap();
        let rest = undo(&mut first, &open);
        assert!(rest == log[done..], "after {done}");
        assert!(first.pages() == end);
        let file = first.fs.contents(Path::new(crate::bench::PATH)).unwrap();
        let mut second = Bench::new(SIZE, file, AHEAD);
        redo(&mut second, &world.steps).unwrap();
        redo(&mut second, &undone).unwrap();
        let rest = redo_rest(&mut second, &open, &log[done..]);
        assert!(rest && pages_of(SIZE, &second.flush().unwrap()) == end);
    }
}

/// The pages have all of the undoing already, the log has it too.
fn redo_rest(bench: &mut Bench, open: &[SessionId], rest: &[Vec<u8>]) -> bool {
    let rest: Vec<Step> = rest.iter().cloned().map(Step::Record).collect();
    redo(bench, &rest).unwrap();
    open.iter()
        .all(|&session| bench.redo.roll_back(place(u16::MAX), session, 0).is_ok())
}
