//! The page cache under many threads: shared loads, waiting for frames, contents under eviction.

#![cfg(not(loom))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

mod common;

use std::sync::Barrier;
use std::sync::atomic::Ordering;
use std::thread;

use common::{Numbered, Watched, attach, cache, file_bytes, mem_file, page_bytes};
use jet_io::CacheError;
use jet_pages::Pgno;

#[test]
fn whoever_waits_for_a_frame_gets_the_next_one() {
    let cache = cache(1);
    let (file, _) = attach(&cache, file_bytes(2, 0));
    let held = file.page(Pgno(1)).unwrap();
    thread::scope(|scope| {
        let other = scope.spawn(|| file.page(Pgno(2)).map(|page| page.to_vec()));
        thread::sleep(std::time::Duration::from_millis(20));
        drop(held);
        assert_eq!(other.join().unwrap().unwrap(), page_bytes(2, 0));
    });
}

#[test]
fn threads_that_want_one_page_share_one_read_and_its_error() {
    for fails in [false, true] {
        let watched = Watched::new(mem_file(file_bytes(2, 0)), Some(Barrier::new(2)));
        watched.fails.store(fails, Ordering::Relaxed);
        let cache = cache(4);
        let file = cache.attach(watched.clone(), Numbered::default());
        thread::scope(|scope| {
            let threads: Vec<_> = (0..6)
                .map(|_| scope.spawn(|| file.page(Pgno(1)).map(|page| page.to_vec())))
                .collect();
            // The read is held back until all others are likely to wait for it.
            thread::sleep(std::time::Duration::from_millis(100));
            watched.gate.as_ref().unwrap().wait();
            for thread in threads {
                match thread.join().unwrap() {
                    Ok(page) => assert_eq!((fails, page), (false, page_bytes(1, 0))),
                    Err(error) => assert!(fails && matches!(error, CacheError::Io(_)), "{error:?}"),
                }
            }
        });
        assert_eq!(watched.reads.load(Ordering::Relaxed), 1);
    }
}

/// Threads read random pages of two files through few frames, hold some, read ahead, and compare all bytes.
#[test]
fn stress_contents_hold_under_eviction() {
    let rounds = if cfg!(miri) { 60 } else { 20_000 };
    let (threads, pages) = if cfg!(miri) { (3, 12) } else { (6, 64) };
    for frame_count in if cfg!(miri) { [4, 10] } else { [8, 20] } {
        let cache = cache(frame_count);
        let (one, _) = attach(&cache, file_bytes(pages, 1));
        let (two, _) = attach(&cache, file_bytes(pages, 2));
        let expected: Vec<Vec<Vec<u8>>> = [1, 2]
            .map(|salt| (1..=pages).map(|pgno| page_bytes(pgno, salt)).collect())
            .into();
        thread::scope(|scope| {
            for seed in 0..threads {
                let (files, expected) = ([&one, &two], &expected);
                scope.spawn(move || {
                    let mut random = Random(seed + 1);
                    let mut held: Option<(usize, u32, jet_io::PageGuard<'_>)> = None;
                    for _ in 0..rounds {
                        let which = random.below(2) as usize;
                        // Low numbers are wanted more often.
                        let limit = 1 + random.below(pages);
                        let pgno = 1 + random.below(limit);
                        if random.below(16) == 0 {
                            files[which].prefetch(&[Pgno(pgno), Pgno(pgno + 1), Pgno(pgno + 2)]);
                        }
                        let page = match files[which].page(Pgno(pgno)) {
                            Ok(page) => page,
                            Err(CacheError::Exhausted { .. }) => continue,
                            Err(error) => panic!("{error}"),
                        };
                        assert!(
                            page[..] == expected[which][pgno as usize - 1],
                            "page {pgno} of file {which}"
                        );
                        if let Some((which, pgno, page)) = &held {
                            assert!(
                                page[..] == expected[*which][*pgno as usize - 1],
                                "held page {pgno}"
                            );
                        }
                        match random.below(4) {
                            0 => held = Some((which, pgno, page)),
                            1 => held = None,
                            _ => {}
                        }
                    }
                });
            }
        });
        let counters = cache.counters();
        assert!(counters.evictions > 0 && counters.misses > 0, "{counters:?}");
        // Every frame is free again.
        let all: Vec<_> = (1..=frame_count as u32)
            .map(|pgno| one.page(Pgno(pgno)).unwrap())
            .collect();
        assert_eq!(all.len(), frame_count);
    }
}

/// Files come and go while others are read.
#[test]
fn stress_attach_and_detach() {
    let rounds = if cfg!(miri) { 5 } else { 300 };
    let cache = cache(16);
    thread::scope(|scope| {
        for seed in 0..4_u8 {
            let cache = &cache;
            scope.spawn(move || {
                let mut random = Random(u64::from(seed) + 99);
                for round in 0..rounds {
                    let salt = seed * 60 + (round % 60) as u8;
                    let (file, _) = attach(cache, file_bytes(12, salt));
                    for _ in 0..30 {
                        let pgno = 1 + random.below(12);
                        assert!(file.page(Pgno(pgno)).unwrap()[..] == page_bytes(pgno, salt));
                    }
                }
            });
        }
    });
}

/// xorshift64: enough for choosing pages, the same on every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 20) as u32 % limit
    }
}
