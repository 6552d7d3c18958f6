//! Many threads on one log: each finds its records in its own order, numbers ascend, and a commit that returned is on the
//! disk at that moment.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

mod support;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use jet_io::IoErrorKind;
use jet_log::record::SessionId;
use jet_log::record::instance::Ignored;
use jet_log::record::transaction::SessionMark;
use jet_log::{Expected, Generation, Log, LogSet, LogState, Record};
use support::{Engine, StoppingFs, create, log_on, memory, record, simulated};

const THREADS: u8 = 4;
const COMMITS: u16 = 150;

/// The body of a record: whose, the how manyth, and more.
fn marked(thread: u8, number: u16, len: usize) -> Vec<u8> {
    let mut body = vec![thread + 1; len];
    body[1..3].copy_from_slice(&number.to_le_bytes());
    // Zeros at the end of a body are not read back.
    body.push(255);
    body
}

/// Whose records are there, in order, and the numbers of marks.
fn found(fs: &dyn jet_io::FileSystem) -> (Vec<(u8, u16)>, Vec<u16>) {
    let sets = LogSet::find(fs, Path::new("/logs")).unwrap();
    let mut stream = sets[0].stream(fs, Expected::default());
    let (mut records, mut marks) = (Vec::new(), Vec::new());
    while let Some(entry) = stream.next().unwrap() {
        match entry.record {
            Record::Ignored9(Ignored { body }) => {
                let number = u16::from_le_bytes([body[1], body[2]]);
                records.push((body[0] - 1, number));
            }
            Record::ForceWriteLog(SessionMark { session }) => marks.push(session.0),
            _ => {}
        }
    }
    (records, marks)
}

#[test]
fn threads_append_commit_and_roll_together() {
    let fs = memory();
    let engine = Arc::new(Engine::default());
    let log = Log::new(create(&fs, 32).unwrap(), engine.clone());
    let next = AtomicU32::new(1);
    let is_done = AtomicBool::new(false);
    thread::scope(|scope| {
        let work = |thread: u8| {
            for number in 0..COMMITS {
                let len = [20, 300, 3000, 9000][usize::from(number + u16::from(thread)) % 4];
                let bytes = marked(thread, number, len);
                let appended = log.append(&[record(&bytes)]).unwrap();
                let mark = log.append_made(&mut || {
                    let session = SessionId(next.fetch_add(1, Ordering::Relaxed) as u16);
                    Record::ForceWriteLog(SessionMark { session })
                });
                let mark = mark.unwrap();
                assert!(appended.end <= mark.first);
                if number % 3 != 0 {
                    log.flush(mark.end).unwrap();
                    assert!(log.durable() >= mark.end);
                }
            }
        };
        let workers: Vec<_> = (0..THREADS)
            .map(|thread| scope.spawn(move || work(thread)))
            .collect();
        scope.spawn(|| {
            while !is_done.load(Ordering::Relaxed) {
                log.prepare_next().unwrap();
                thread::yield_now();
            }
        });
        for worker in workers {
            worker.join().unwrap();
        }
        is_done.store(true, Ordering::Relaxed);
    });
    log.flush(log.position()).unwrap();
    let (records, marks) = found(&fs);
    let count = usize::from(THREADS) * usize::from(COMMITS);
    assert_eq!((records.len(), marks.len()), (count, count));
    for thread in 0..THREADS {
        let own = records.iter().filter(|(whose, _)| *whose == thread);
        assert!(own.map(|(_, number)| *number).eq(0..COMMITS));
    }
    assert!(marks.iter().copied().eq(1..=count as u16));
    let begun = engine.begun.lock().unwrap();
    assert!(begun.len() > 10);
    assert!(begun.iter().copied().eq((2..).map(Generation).take(begun.len())));
    assert_eq!(log.state(), LogState::Running);
}

#[test]
fn a_commit_that_returned_is_on_the_disk() {
    let fs = simulated();
    let log = log_on(&fs).unwrap();
    let commits = 40;
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let (fs, log) = (&fs, &log);
            scope.spawn(move || {
                for number in 0..commits {
                    let bytes = marked(thread, number, 50);
                    let end = log.append(&[record(&bytes)]).unwrap().end;
                    log.flush(end).unwrap();
                    // What the disk has at this moment, if the power fails.
                    let (records, _) = found(&fs.durable_image());
                    assert!(records.contains(&(thread, number)));
                }
            });
        }
    });
    let all = usize::from(THREADS) * usize::from(commits);
    assert_eq!(found(&fs.durable_image()).0.len(), all);
}

#[test]
fn one_sync_serves_all_that_wait() {
    let changes = 1 << 20;
    let mut fs = StoppingFs::new(changes, 0, IoErrorKind::Other);
    fs.sync_time = Duration::from_millis(3);
    // Large enough that no generation begins.
    let log = Log::new(create(&fs, 1024).unwrap(), Arc::new(Engine::default()));
    let (before, commits) = (fs.left(), 30);
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let log = &log;
            scope.spawn(move || {
                for number in 0..commits {
                    let bytes = marked(thread, number, 50);
                    let end = log.append(&[record(&bytes)]).unwrap().end;
                    log.flush(end).unwrap();
                }
            });
        }
    });
    // A flush is a write and a sync. While one thread has a sync, the three others gather.
    let flushes = (before - fs.left()) / 2;
    let all = usize::from(THREADS) * usize::from(commits);
    assert!(
        flushes >= usize::from(commits) && flushes < all * 3 / 4,
        "{flushes} of {all}"
    );
}

#[test]
fn a_file_made_ahead_is_not_made_again_before_it_has_its_name() {
    // While a roll makes sure of one name after the other there is time for another thread.
    let mut fs = StoppingFs::new(1 << 20, 0, IoErrorKind::Other);
    fs.sync_time = Duration::from_millis(1);
    let log = Log::new(create(&fs, 32).unwrap(), Arc::new(Engine::default()));
    let is_done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !is_done.load(Ordering::Relaxed) {
                log.prepare_next().unwrap();
            }
        });
        for number in 0..30 {
            let rolled = log.force_new_generation(SessionId(number + 1), "");
            if rolled.is_err() {
                is_done.store(true, Ordering::Relaxed);
            }
            rolled.unwrap();
        }
        is_done.store(true, Ordering::Relaxed);
    });
    let sets = LogSet::find(&fs, Path::new("/logs")).unwrap();
    let mut stream = sets[0].stream(&fs, Expected::default());
    let mut rolls = 0;
    while let Some(entry) = stream.next().unwrap() {
        rolls += usize::from(matches!(entry.record, Record::ForceLogRollover(_)));
    }
    assert_eq!(rolls, 30);
}

#[test]
fn a_thread_that_panics_while_it_rolls_takes_the_log_down() {
    #[derive(Debug)]
    struct Panics;
    impl jet_log::Rolling for Panics {
        fn state(&self) -> jet_log::RollState {
            panic!("on purpose")
        }
        fn begun(&self, _: Generation, _: jet_pages::dbheader::LogTime) {}
    }
    let log = Log::new(create(&memory(), 16).unwrap(), Arc::new(Panics));
    let rolled = thread::scope(|scope| {
        let roll = scope.spawn(|| log.force_new_generation(SessionId(1), ""));
        roll.join()
    });
    assert!(rolled.is_err());
    assert!(matches!(log.state(), LogState::Down(_)));
    assert!(log.append(&[record(&marked(1, 1, 9))]).is_err());
}
