//! The page cache seen by one thread: contents, errors, eviction, read-ahead.

#![cfg(not(loom))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

mod common;

use std::sync::atomic::{AtomicBool, Ordering};

use common::{Numbered, SIZE, Watched, WrongNumber, attach, cache, file_bytes, mem_file, page_bytes};
use jet_io::{Cache, CacheError, CacheSetupError, IoErrorKind, PageCheck, PageState};
use jet_pages::{PageSize, Pgno};

#[test]
fn a_page_is_read_and_checked_once() {
    let cache = cache(4);
    let (file, checks) = attach(&cache, file_bytes(3, 0));
    for _ in 0..5 {
        let page = file.page(Pgno(2)).unwrap();
        assert_eq!(page[..], page_bytes(2, 0));
        assert_eq!((page.pgno(), page.file_id()), (Pgno(2), file.id()));
    }
    assert_eq!(checks.load(Ordering::Relaxed), 1);
    let counters = cache.counters();
    assert_eq!(
        (counters.hits, counters.misses, counters.reads, counters.evictions),
        (4, 1, 1, 0)
    );
}

#[test]
fn pages_come_back_after_eviction() {
    let cache = cache(3);
    let (file, _) = attach(&cache, file_bytes(50, 0));
    for round in 0..3 {
        for pgno in (1..=50).step_by(round + 1) {
            assert_eq!(file.page(Pgno(pgno)).unwrap()[..], page_bytes(pgno, 0));
        }
    }
    let counters = cache.counters();
    assert!(counters.misses > 50, "{counters:?}");
    assert_eq!(counters.evictions, counters.misses - 3);
}

#[test]
fn files_do_not_mix_and_leave_nothing_behind() {
    let cache = cache(8);
    let (one, _) = attach(&cache, file_bytes(4, 1));
    let (two, _) = attach(&cache, file_bytes(4, 2));
    assert_ne!(one.id(), two.id());
    for pgno in 1..=4 {
        assert_eq!(one.page(Pgno(pgno)).unwrap()[..], page_bytes(pgno, 1));
        assert_eq!(two.page(Pgno(pgno)).unwrap()[..], page_bytes(pgno, 2));
    }
    let freed = one.id();
    drop(one);
    assert!((1..=4).all(|pgno| two.cached(Pgno(pgno)).is_some()));
    let (three, checks) = attach(&cache, file_bytes(4, 3));
    assert_eq!(three.id(), freed);
    for pgno in 1..=4 {
        assert!(three.cached(Pgno(pgno)).is_none());
        assert_eq!(three.page(Pgno(pgno)).unwrap()[..], page_bytes(pgno, 3));
    }
    assert_eq!(checks.load(Ordering::Relaxed), 4);
    assert_eq!(
        cache.counters().evictions,
        0,
        "the frames of the file that left were free"
    );
}

#[test]
fn a_forgotten_guard_keeps_its_frame_and_file_number() {
    let cache = cache(2);
    let (file, _) = attach(&cache, file_bytes(4, 1));
    std::mem::forget(file.page(Pgno(1)).unwrap());
    let id = file.id();
    drop(file);
    let (next, _) = attach(&cache, file_bytes(4, 2));
    assert_ne!(next.id(), id);
    for pgno in [1, 2, 3, 4, 1] {
        assert_eq!(next.page(Pgno(pgno)).unwrap()[..], page_bytes(pgno, 2));
    }
}

#[test]
fn damaged_pages_are_errors_every_time() {
    let mut bytes = file_bytes(3, 0);
    bytes[3 * SIZE.bytes()] = 77;
    let cache = cache(2);
    let (file, checks) = attach(&cache, bytes);
    for round in 1..=3 {
        let error = file.page(Pgno(2)).unwrap_err();
        assert!(
            matches!(
                error,
                CacheError::Check {
                    pgno: Pgno(2),
                    source: WrongNumber { pgno: 2, found: 77 }
                }
            ),
            "{error:?}"
        );
        assert!(file.cached(Pgno(2)).is_none());
        assert_eq!(checks.load(Ordering::Relaxed), round);
    }
    assert!(file.page(Pgno(1)).is_ok());
}

#[test]
fn corrected_pages_are_counted_and_the_file_left_alone() {
    let mut bytes = file_bytes(2, 0);
    bytes[3 * SIZE.bytes() + 3] |= 0x80;
    let cache = cache(2);
    let (file, _) = attach(&cache, bytes.clone());
    assert_eq!(file.page(Pgno(2)).unwrap()[..], page_bytes(2, 0));
    assert_eq!(cache.counters().corrected, 1);
    let mut now = vec![0; bytes.len()];
    file.file().read_exact_at(&mut now, 0).unwrap();
    assert_eq!(now, bytes);
}

#[test]
fn pages_that_are_not_there_are_errors() {
    let mut bytes = file_bytes(3, 0);
    bytes.truncate(bytes.len() - 100);
    let cache = cache(2);
    let (file, checks) = attach(&cache, bytes);
    assert!(matches!(file.page(Pgno(0)), Err(CacheError::NoSuchPage)));
    let got = SIZE.bytes() - 100;
    assert!(matches!(file.page(Pgno(3)), Err(CacheError::BeyondEnd { pgno: Pgno(3), got: g }) if g == got));
    for pgno in [Pgno(4), Pgno(1 << 20), Pgno(u32::MAX)] {
        assert!(
            matches!(file.page(pgno), Err(CacheError::BeyondEnd { got: 0, .. })),
            "{pgno}"
        );
    }
    assert_eq!(checks.load(Ordering::Relaxed), 0);
}

#[test]
fn a_failed_read_is_no_memory() {
    let watched = Watched::new(mem_file(file_bytes(2, 0)), None);
    let cache = cache(2);
    let file = cache.attach(watched.clone(), Numbered::default());
    watched.fails.store(true, Ordering::Relaxed);
    match file.page(Pgno(1)) {
        Err(CacheError::Io(error)) => {
            assert_eq!((error.kind, error.len), (IoErrorKind::Other, Some(SIZE.bytes())))
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(file.prefetch(&[Pgno(1), Pgno(2)]), 0);
    watched.fails.store(false, Ordering::Relaxed);
    assert_eq!(file.page(Pgno(1)).unwrap()[..], page_bytes(1, 0));
}

#[test]
fn latched_pages_stay_and_a_full_cache_says_so() {
    let cache = cache(3);
    let (file, _) = attach(&cache, file_bytes(10, 0));
    let held: Vec<_> = (1..=3).map(|pgno| file.page(Pgno(pgno)).unwrap()).collect();
    assert!(matches!(
        file.page(Pgno(4)),
        Err(CacheError::Exhausted { frame_count: 3 })
    ));
    assert_eq!(file.prefetch(&[Pgno(5), Pgno(6)]), 0);
    assert!(
        file.page(Pgno(2)).is_ok(),
        "cached pages are to be had all the same"
    );
    for (page, pgno) in held.iter().zip(1..) {
        assert_eq!(page[..], page_bytes(pgno, 0));
    }
    drop(held);
    assert!(file.page(Pgno(4)).is_ok());
}

#[test]
fn a_check_that_panics_leaves_the_page_loadable() {
    struct Panics(AtomicBool);
    impl PageCheck for Panics {
        type Error = WrongNumber;
        fn check(&self, _: Pgno, _: &mut [u8]) -> Result<PageState, WrongNumber> {
            assert!(self.0.swap(true, Ordering::Relaxed), "first check");
            Ok(PageState::Sound)
        }
    }
    let cache = cache(1);
    let file = cache.attach(mem_file(file_bytes(2, 0)), Panics(AtomicBool::new(false)));
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(file.page(Pgno(1))))).is_err());
    assert_eq!(file.page(Pgno(1)).unwrap()[..], page_bytes(1, 0));
}

#[test]
fn impossible_sizes_are_errors() {
    assert_eq!(
        Cache::new(PageSize::K4, 4095).unwrap_err(),
        CacheSetupError::TooSmall {
            max_bytes: 4095,
            page_size: PageSize::K4
        }
    );
    // Miri ends where an allocator would refuse.
    #[cfg(not(miri))]
    assert!(matches!(
        Cache::new(PageSize::K32, usize::MAX),
        Err(CacheSetupError::OutOfMemory { .. })
    ));
}

#[test]
#[cfg_attr(miri, ignore = "too many bytes to interpret")]
fn read_ahead_brings_neighbours_in_one_read() {
    let watched = Watched::new(mem_file(file_bytes(1000, 0)), None);
    let cache = cache(2000);
    let check = Numbered::default();
    let file = cache.attach(watched.clone(), check.clone());
    file.page(Pgno(5)).unwrap();
    assert_eq!(file.prefetch(&[7, 6, 3, 4, 4, 5, 20, 0, 1001].map(Pgno)), 5);
    // 3 and 4; 6 and 7; 20; 1001, which is not there.
    assert_eq!(watched.reads.load(Ordering::Relaxed), 5);
    assert_eq!(cache.counters().prefetched, 5);
    for pgno in [3, 4, 5, 6, 7, 20] {
        assert_eq!(file.cached(Pgno(pgno)).unwrap()[..], page_bytes(pgno, 0));
    }
    assert!(file.cached(Pgno(8)).is_none());
    assert_eq!(check.checks.load(Ordering::Relaxed), 6);
    // 600 pages of 2 KiB are three reads of at most 512 KiB.
    let many: Vec<Pgno> = (101..=700).map(Pgno).collect();
    assert_eq!(file.prefetch(&many), 600);
    assert_eq!(watched.reads.load(Ordering::Relaxed), 8);
    assert_eq!(cache.counters().misses, 1);
}

#[test]
fn read_ahead_skips_damage_and_leaves_it_to_the_reader() {
    let mut bytes = file_bytes(4, 0);
    bytes[3 * SIZE.bytes()] = 77;
    let cache = cache(8);
    let (file, checks) = attach(&cache, bytes);
    assert_eq!(file.prefetch(&[1, 2, 3, 4].map(Pgno)), 3);
    assert!(file.cached(Pgno(2)).is_none());
    assert_eq!(file.page(Pgno(3)).unwrap()[..], page_bytes(3, 0));
    assert!(matches!(file.page(Pgno(2)), Err(CacheError::Check { .. })));
    assert_eq!(checks.load(Ordering::Relaxed), 5);
}

#[test]
fn read_ahead_takes_at_most_half_of_the_cache() {
    let cache = cache(10);
    let (file, _) = attach(&cache, file_bytes(100, 0));
    let all: Vec<Pgno> = (1..=100).map(Pgno).collect();
    assert_eq!(file.prefetch(&all), 5);
}
