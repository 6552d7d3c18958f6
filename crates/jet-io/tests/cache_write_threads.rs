//! Changed pages under many threads: no torn reads, no lost changes, the log before the page.

#![cfg(not(loom))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

mod common;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use common::{
    HELD, Judge, Log, Numbered, SIZE, attach, attach_writable, cache, file_bytes, in_file, mem_file,
    page_bytes, stamp,
};
use jet_io::{CacheError, CachedFile, IoError, LogPosition, WriteGate};
use jet_pages::Pgno;

const PAGES: u32 = 24;

/// Adds one to the counters at both ends of a page.
fn count_up(file: &CachedFile<Numbered>, pgno: u32, clock: &AtomicU64, holds: bool) {
    let mut page = loop {
        match file.page_mut(Pgno(pgno)) {
            Ok(page) => break page,
            Err(CacheError::Exhausted { .. }) => {}
            Err(error) => panic!("{error}"),
        }
    };
    let now = clock.fetch_add(1, Ordering::SeqCst);
    let is_held = page[24] == HELD;
    let bytes = page.change(stamp(now, now));
    bytes[16..24].copy_from_slice(&now.to_le_bytes());
    for place in [32, SIZE.bytes() - 4] {
        let count = u32::from_le_bytes(bytes[place..place + 4].try_into().unwrap());
        bytes[place..place + 4].copy_from_slice(&(count + 1).to_le_bytes());
    }
    match (holds, is_held) {
        (true, false) => {
            bytes[24] = HELD;
            page.hold();
        }
        (false, true) => {
            bytes[24] = 0;
            file.release(Pgno(pgno));
        }
        _ => {}
    }
}

fn counts(page: &[u8]) -> [u32; 2] {
    [32, SIZE.bytes() - 4].map(|place| u32::from_le_bytes(page[place..place + 4].try_into().unwrap()))
}

/// Threads change, read and flush few pages through fewer frames. Readers see whole changes, none is lost, and
/// whatever goes to the file is held by nobody and known to the log.
#[test]
fn stress_changes_reads_and_flushes() {
    let rounds = if cfg!(miri) { 40 } else { 4000 };
    let mut bytes = file_bytes(PAGES, 0);
    for pgno in 1..=PAGES {
        let start = Pgno(pgno).file_offset(SIZE) as usize;
        bytes[start + 8..start + SIZE.bytes()].fill(0);
    }
    let log = Arc::new(Log::default());
    let source = Judge::new(mem_file(bytes), Arc::clone(&log));
    let cache = cache(12);
    let file = cache.attach_writable(source.clone(), Numbered::default(), log);
    let clock = AtomicU64::new(1);
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let writers: Vec<_> = (0..3_u32)
            .map(|seed| {
                let (file, clock) = (&file, &clock);
                scope.spawn(move || {
                    for round in 0..rounds {
                        // Of the first four pages every second change is held for a while.
                        let pgno = 1 + (round * 7 + seed * 5) % PAGES;
                        count_up(file, pgno, clock, pgno <= 4 && round % 2 == 0);
                    }
                })
            })
            .collect();
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                for pgno in 1..=PAGES {
                    match file.page(Pgno(pgno)) {
                        Ok(page) => assert_eq!(counts(&page)[0], counts(&page)[1]),
                        Err(CacheError::Exhausted { .. }) => {}
                        Err(error) => panic!("{error}"),
                    }
                }
            }
        });
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                let oldest = file.oldest_begun().unwrap_or_default();
                file.flush_before(LogPosition(oldest.0 + 20)).unwrap();
                file.flush().unwrap();
            }
        });
        let outcomes: Vec<_> = writers.into_iter().map(|writer| writer.join()).collect();
        is_over.store(true, Ordering::Relaxed);
        outcomes.into_iter().for_each(|outcome| outcome.unwrap());
    });
    for pgno in 1..=4 {
        count_up(&file, pgno, &clock, false);
    }
    assert!(file.flush().unwrap().is_complete());
    let total: u32 = (1..=PAGES)
        .map(|pgno| {
            let [head, tail] = counts(&in_file(&*source, pgno));
            assert_eq!(head, tail, "page {pgno}");
            head
        })
        .sum();
    assert_eq!(total, 3 * rounds + 4);
}

#[test]
fn readers_sleep_while_a_page_is_changed_and_see_the_change() {
    let cache = cache(4);
    let (file, _, _) = attach_writable(&cache, 2);
    let mut page = file.page_mut(Pgno(1)).unwrap();
    thread::scope(|scope| {
        let readers: Vec<_> = (0..3)
            .map(|_| scope.spawn(|| file.page(Pgno(1)).unwrap()[9]))
            .collect();
        thread::sleep(Duration::from_millis(60));
        page.change(stamp(1, 1))[9] = 77;
        drop(page);
        for reader in readers {
            assert_eq!(reader.join().unwrap(), 77);
        }
    });
}

/// Readers who always have the page among them leave room for a writer.
#[test]
fn a_writer_gets_its_turn_among_readers_who_overlap() {
    let cache = cache(4);
    let (file, _, _) = attach_writable(&cache, 2);
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let mut held = file.page(Pgno(1)).unwrap();
                while !is_over.load(Ordering::Relaxed) {
                    // The next guard is there before the last one goes, unless a writer has been waiting.
                    let next = file.cached(Pgno(1));
                    drop(held);
                    held = next.unwrap_or_else(|| file.page(Pgno(1)).unwrap());
                }
            });
        }
        for round in 0..20 {
            file.page_mut(Pgno(1)).unwrap().change(stamp(1, 1))[9] = round;
        }
        is_over.store(true, Ordering::Relaxed);
    });
    assert_eq!(file.page(Pgno(1)).unwrap()[9], 19);
}

/// A writer who waits for a reader must not keep that reader from a second guard of the page for ever.
#[test]
fn a_reader_gets_a_second_guard_beside_a_writer_who_waits() {
    let cache = cache(4);
    let (file, _, _) = attach_writable(&cache, 2);
    let first = file.page(Pgno(1)).unwrap();
    thread::scope(|scope| {
        let writer = scope.spawn(|| file.page_mut(Pgno(1)).unwrap().change(stamp(1, 1))[9] = 5);
        thread::sleep(Duration::from_millis(20));
        let second = file.page(Pgno(1)).unwrap();
        assert_eq!(first[..], second[..]);
        drop((first, second));
        writer.join().unwrap();
    });
    assert_eq!(file.page(Pgno(1)).unwrap()[9], 5);
}

/// Holds up whoever is about to write, twice: until the test sees it there, and until the test lets it go.
struct Slow(Barrier);

impl WriteGate for Slow {
    fn before_write(&self, _: LogPosition) -> Result<(), IoError> {
        self.0.wait();
        self.0.wait();
        Ok(())
    }

    fn seal(&self, _: Pgno, _: &mut [u8]) {}
}

#[test]
fn a_file_is_dropped_only_when_nobody_writes_its_pages() {
    let cache = cache(1);
    let source = mem_file(file_bytes(2, 0));
    let slow = Arc::new(Slow(Barrier::new(2)));
    let file = cache.attach_writable(source.clone(), Numbered::default(), slow.clone());
    let (other, _) = attach(&cache, file_bytes(2, 1));
    file.page_mut(Pgno(1)).unwrap().change(stamp(1, 1))[9] = 5;
    thread::scope(|scope| {
        let reader = scope.spawn(|| other.page(Pgno(1)).unwrap()[9]);
        slow.0.wait();
        let dropper = scope.spawn(|| drop(file));
        thread::sleep(Duration::from_millis(30));
        let is_early = dropper.is_finished();
        slow.0.wait();
        dropper.join().unwrap();
        assert!(!is_early);
        assert_eq!(in_file(&*source, 1)[9], 5, "what was begun was ended");
        assert_eq!(reader.join().unwrap(), page_bytes(1, 1)[9]);
    });
}
