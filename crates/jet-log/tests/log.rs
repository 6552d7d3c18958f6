//! The log of an engine: what is appended is read back in order, flushes wait as they should, lazy ones come when due, and
//! a failure is told to everybody.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

mod support;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use jet_io::fs_sim::Failure;
use jet_io::{Faults, FileSystem, IoError, IoErrorKind};
use jet_log::record::transaction::SessionMark;
use jet_log::record::{RecordKind, SessionId};
use jet_log::writer::PENDING_BYTES_MAX;
use jet_log::{Generation, Lgpos, Log, LogFile, LogObserver, LogState, LogWriteError, Record};
use proptest::prelude::*;
use support::{
    Engine, SECTOR, SECTORS, at, body, create, last_log, log_on, memory, names, read, record, resume,
    simulated,
};

/// Remembers what it was told.
#[derive(Debug, Default)]
struct Told {
    durable: Mutex<Vec<Lgpos>>,
    down: Mutex<Vec<IoErrorKind>>,
}

impl LogObserver for Told {
    fn durable(&self, end: Lgpos) {
        self.durable.lock().unwrap().push(end);
    }

    fn down(&self, cause: &IoError) {
        self.down.lock().unwrap().push(cause.kind);
    }
}

/// Kinds of the records of the last log, fillers left out.
fn kinds(fs: &dyn FileSystem) -> Vec<(Lgpos, RecordKind)> {
    let log = last_log(fs);
    let mut records = log.records();
    let mut found = Vec::new();
    while let Some(entry) = records.next().unwrap() {
        if !entry.record.kind().is_filler() {
            found.push((entry.lgpos, entry.record.kind()));
        }
    }
    found
}

#[derive(Clone, Debug)]
enum Op {
    Append(Vec<usize>),
    AppendMade,
    Flush,
    /// Up to the end of the records before.
    FlushEarlier,
    Roll,
    Prepare,
    RemoveOld,
    Restart,
}

fn op() -> impl Strategy<Value = Op> {
    let len = prop_oneof![3 => 5_usize..60, 3 => 60_usize..4100, 1 => 4100_usize..15_000];
    prop_oneof![
        12 => prop::collection::vec(len, 1..4).prop_map(Op::Append),
        4 => Just(Op::AppendMade),
        5 => Just(Op::Flush),
        2 => Just(Op::FlushEarlier),
        1 => Just(Op::Roll),
        1 => Just(Op::Prepare),
        1 => Just(Op::RemoveOld),
        1 => Just(Op::Restart),
    ]
}

proptest! {
    #[test]
    fn everything_appended_is_read_back_in_order(ops in prop::collection::vec(op(), 1..60)) {
        let fs = memory();
        let mut log = log_on(&fs).unwrap();
        let mut expected = Vec::new();
        let (mut earlier, mut seed) = (Lgpos::NONE, 0_u8);
        for op in ops {
            let before = log.durable();
            match op {
                Op::Append(lengths) => {
                    let bodies: Vec<_> = lengths.iter().map(|len| {
                        seed = seed.wrapping_add(1);
                        body(*len, seed)
                    }).collect();
                    let records: Vec<_> = bodies.iter().map(|body| record(body)).collect();
                    let position = log.position();
                    let appended = log.append(&records).unwrap();
                    let is_next = appended.first.generation > position.generation;
                    prop_assert!(appended.first == position || is_next);
                    prop_assert!(appended.first <= appended.last && appended.last < appended.end);
                    prop_assert_eq!(appended.end, log.position());
                    earlier = appended.end;
                    expected.extend(bodies);
                }
                Op::AppendMade => {
                    let mut calls = 0;
                    log.append_made(&mut || {
                        calls += 1;
                        Record::ForceWriteLog(SessionMark { session: SessionId(1) })
                    }).unwrap();
                    prop_assert_eq!(calls, 1);
                }
                Op::Flush => {
                    log.flush(log.position()).unwrap();
                    prop_assert_eq!(log.durable(), log.position());
                }
                Op::FlushEarlier => {
                    log.flush(earlier).unwrap();
                    prop_assert!(log.durable() >= earlier);
                }
                Op::Roll => {
                    let generation = log.generation();
                    let appended = log.force_new_generation(SessionId(3), "wanted").unwrap();
                    prop_assert_eq!(appended.first, at(generation.0 + 1, 1, 0));
                    prop_assert!(log.durable() >= appended.end);
                }
                Op::Prepare => log.prepare_next().unwrap(),
                // Nothing is older than the first generation: the stream stays whole.
                Op::RemoveOld => prop_assert_eq!(log.remove_before(Generation(1)).unwrap(), 0),
                Op::Restart => {
                    log.flush(log.position()).unwrap();
                    drop(log);
                    log = Log::new(resume(&fs).unwrap(), Arc::new(Engine::default()));
                }
            }
            prop_assert!(log.durable() >= before && log.durable() <= log.position());
        }
        log.flush(log.position()).unwrap();
        let found: Vec<_> = read(&fs).into_iter().map(|(_, body)| body).collect();
        prop_assert_eq!(found, expected);
    }
}

#[test]
fn a_flush_closes_the_segment_and_writes_each_once() {
    let fs = simulated();
    let log = log_on(&fs).unwrap();
    let first = body(100, 1);
    let appended = log.append(&[record(&first)]).unwrap();
    let before = fs.operations();
    log.flush(appended.end).unwrap();
    // One write, one sync.
    assert_eq!(fs.operations() - before, 2);
    assert_eq!((log.durable(), log.position()), (at(1, 2, 0), at(1, 2, 0)));
    log.flush(appended.end).unwrap();
    log.flush(at(7, 1, 0)).unwrap();
    assert_eq!(fs.operations() - before, 2);
    assert_eq!(read(&fs.durable_image()), [(appended.first, first)]);
}

#[test]
fn what_a_writer_holds_is_taken_over() {
    let fs = memory();
    let mut writer = create(&fs, SECTORS).unwrap();
    support::append(&mut writer, 100, 1).unwrap();
    writer.write_lazily().unwrap();
    support::append(&mut writer, 200, 2).unwrap();
    let (position, durable) = (writer.position(), writer.durable());
    let log = Log::new(writer, Arc::new(Engine::default()));
    assert_eq!((log.position(), log.durable()), (position, durable));
    let third = body(9000, 3);
    let end = log.append(&[record(&third)]).unwrap().end;
    log.flush(end).unwrap();
    let found: Vec<_> = read(&fs).into_iter().map(|(_, body)| body).collect();
    assert_eq!(found, [body(100, 1), body(200, 2), third]);
}

#[test]
fn a_full_buffer_is_written_by_who_appends() {
    let fs = memory();
    let log = Log::new(create(&fs, 1280).unwrap(), Arc::new(Engine::default()));
    let bytes = body(4000, 1);
    let count = 3 * PENDING_BYTES_MAX / 4000;
    for _ in 0..count {
        log.append(&[record(&bytes)]).unwrap();
    }
    let last = last_log(&fs).scan().last_segment;
    let in_memory = usize::from(log.position().sector - last) * SECTOR;
    assert!(last > 500 && in_memory <= PENDING_BYTES_MAX + SECTOR);
    assert_eq!(log.durable(), at(1, last + 1, 0));
    log.flush(log.position()).unwrap();
    assert_eq!(read(&fs).len(), count);
}

#[test]
fn a_lazy_flush_is_done_when_it_is_due() {
    // The clock goes on by 7 ms whenever it is asked.
    let fs = memory();
    let log = log_on(&fs).unwrap();
    assert_eq!(log.due(), None);
    let bytes = body(100, 1);
    let end = log.append(&[record(&bytes)]).unwrap().end;
    log.flush_within(end, Duration::from_secs(30));
    let late = log.due().unwrap();
    log.flush_within(end, Duration::from_secs(10));
    let due = log.due().unwrap();
    assert!(due < late - 19_000, "the earlier one counts");
    assert!(!log.tick(due - 1).unwrap());
    assert!(log.durable() < end);
    assert!(log.tick(due).unwrap());
    assert!(log.durable() >= end && log.due().is_none());
    assert!(!log.tick(u64::MAX).unwrap());
    // A flush that somebody waits for does it, too.
    let end = log.append(&[record(&bytes)]).unwrap().end;
    log.flush_within(end, Duration::ZERO);
    log.flush(end).unwrap();
    assert_eq!(log.due(), None);
    // What is durable is not asked for.
    log.flush_within(end, Duration::ZERO);
    assert_eq!(log.due(), None);
    // A clock that was set back does not make it wait.
    let end = log.append(&[record(&bytes)]).unwrap().end;
    log.flush_within(end, Duration::from_secs(30));
    assert!(log.tick(5).unwrap());
}

#[test]
fn forced_generations_and_writes_are_logged() {
    let fs = memory();
    let engine = Arc::new(Engine::default());
    let log = Log::new(create(&fs, SECTORS).unwrap(), engine.clone());
    let created = log.facts().created;
    let bytes = body(100, 1);
    log.append(&[record(&bytes)]).unwrap();
    let rolled = log.force_new_generation(SessionId(4), "a backup").unwrap();
    assert_eq!(rolled.first, at(2, 1, 0));
    let written = log.force_write(SessionId(4)).unwrap();
    assert!(log.durable() >= written.end);
    assert_eq!(
        kinds(&fs),
        [
            (rolled.first, RecordKind::ForceLogRollover),
            (written.first, RecordKind::ForceWriteLog)
        ]
    );
    assert_eq!(*engine.begun.lock().unwrap(), [Generation(2)]);
    let facts = log.facts();
    assert_eq!(
        (facts.generation, log.generation()),
        (Generation(2), Generation(2))
    );
    assert_eq!(facts.signature.random.get(), 77);
    assert_ne!(facts.created.canonical(), created.canonical());
    assert_eq!(facts.file_sectors, SECTORS);
    assert_eq!(names(&fs), ["edb.log", "edb00001.log"]);
}

#[test]
fn a_failure_is_told_with_its_cause_from_then_on() {
    for failing in [0, 1] {
        let fs = simulated();
        let told = Arc::new(Told::default());
        let log = log_on(&fs).unwrap().with_observer(told.clone());
        let bytes = body(100, 1);
        let good = log.append(&[record(&bytes)]).unwrap();
        log.flush(good.end).unwrap();
        let durable = log.durable();
        assert_eq!(*told.durable.lock().unwrap(), [durable]);
        let lost = log.append(&[record(&bytes)]).unwrap();
        fs.set_faults(Faults::new(1).fail_at(fs.operations() + failing, Failure::Device));
        assert!(log.flush(lost.end).is_err());
        // The disk works again, the log does not.
        for error in [
            log.flush(lost.end).unwrap_err(),
            log.append(&[record(&bytes)]).unwrap_err(),
            log.force_write(SessionId(1)).unwrap_err(),
            log.force_new_generation(SessionId(1), "").unwrap_err(),
        ] {
            let LogWriteError::Io(cause) = error else {
                panic!("{error}");
            };
            assert!(cause.simulated_fault().is_some());
            assert_eq!(cause.operation, log.down_cause().unwrap().operation);
        }
        log.flush(good.end).unwrap();
        assert_eq!(log.state(), LogState::Down(log.down_cause().unwrap().kind));
        assert_eq!(told.down.lock().unwrap().len(), 1);
        assert_eq!(*told.durable.lock().unwrap(), [durable]);
        assert_eq!(log.durable(), durable);
    }
}

#[test]
fn records_that_no_file_has_room_for_are_refused() {
    let fs = memory();
    let log = log_on(&fs).unwrap();
    let bytes = body(12 * SECTOR, 1);
    let refused = log.append(&[record(&bytes)]);
    assert!(matches!(refused, Err(LogWriteError::TooLarge { .. })));
    assert_eq!((log.position(), log.state()), (at(1, 1, 0), LogState::Running));
    let log_file = LogFile::open(&fs, "/logs/edb.log".as_ref()).unwrap();
    assert_eq!(log_file.scan().last_segment, 0);
}

#[test]
fn a_gap_before_a_later_write_is_not_taken_for_what_a_crash_left() {
    // Two writes: three segments, then one or none.
    for later in [false, true] {
        let fs = memory();
        let log = log_on(&fs).unwrap();
        let bytes = body(10_000, 1);
        log.append(&[record(&bytes)]).unwrap();
        log.flush(log.position()).unwrap();
        if later {
            log.force_write(SessionId(1)).unwrap();
        }
        support::change(&fs, "edb.log", |bytes| bytes[2 * SECTOR..3 * SECTOR].fill(0));
        let damage = last_log(&fs).scan().damage.unwrap();
        assert_eq!((damage.sector, damage.is_tail), (3, !later));
    }
}
