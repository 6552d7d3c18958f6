//! Changing and writing cached pages: marks, order of log and pages, holds, failures, limits.

#![cfg(not(loom))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

mod common;

use std::sync::atomic::Ordering;

use common::{
    Numbered, SIZE, attach, attach_writable, cache, file_bytes, in_file, mem_file, page_bytes, stamp,
};
use jet_io::{Cache, CacheError, CachedFile, FlushError, Flushed, IoErrorKind, LogPosition};
use jet_pages::Pgno;

/// Writes `value` into byte 9 of a page.
fn change(file: &CachedFile<Numbered>, pgno: u32, value: u8, modified: u64, begun: u64) {
    file.page_mut(Pgno(pgno)).unwrap().change(stamp(modified, begun))[9] = value;
}

fn written(count: usize) -> Flushed {
    Flushed {
        written: count,
        ..Flushed::default()
    }
}

#[test]
fn a_change_is_seen_at_once_and_reaches_the_file_by_a_flush() {
    let cache = cache(4);
    let (file, source, log) = attach_writable(&cache, 3);
    {
        let mut page = file.page_mut(Pgno(2)).unwrap();
        assert_eq!((page.pgno(), page.file_id()), (Pgno(2), file.id()));
        assert_eq!(page[..], page_bytes(2, 0));
        assert!(!page.is_dirty());
        page.change(stamp(70, 50))[9] = 1;
        assert!(page.is_dirty());
        let reader = page.downgrade();
        assert_eq!(file.page(Pgno(2)).unwrap()[9], 1);
        assert_eq!(reader[9], 1);
    }
    assert_eq!(in_file(&*source, 2), page_bytes(2, 0));
    assert_eq!(
        (file.dirty_count(), file.oldest_begun()),
        (1, Some(LogPosition(50)))
    );
    assert_eq!(file.flush().unwrap(), written(1));
    assert_eq!(log.reached.load(Ordering::Relaxed), 70);
    assert_eq!((file.dirty_count(), file.oldest_begun()), (0, None));
    let after = in_file(&*source, 2);
    let mut expected = page_bytes(2, 0);
    (expected[8], expected[9]) = (expected[8].wrapping_add(1), 1);
    assert_eq!(after, expected, "changed and sealed");
    assert_eq!(
        file.page(Pgno(2)).unwrap()[..],
        expected,
        "the cached page is sealed, too"
    );
    assert!(!file.page_mut(Pgno(2)).unwrap().is_dirty());
    let calls = log.calls.load(Ordering::Relaxed);
    assert_eq!(file.flush().unwrap(), written(0));
    assert_eq!(
        log.calls.load(Ordering::Relaxed),
        calls,
        "there was nothing to write"
    );
}

#[test]
fn of_several_changes_the_latest_record_and_the_earliest_transaction_count() {
    let cache = cache(4);
    let (file, _, log) = attach_writable(&cache, 3);
    change(&file, 1, 1, 100, 40);
    change(&file, 1, 2, 90, 30);
    change(&file, 1, 3, 95, 60);
    assert_eq!(file.oldest_begun(), Some(LogPosition(30)));
    file.flush().unwrap();
    assert_eq!(log.reached.load(Ordering::Relaxed), 100);
    change(&file, 1, 4, 120, 110);
    assert_eq!(
        file.oldest_begun(),
        Some(LogPosition(110)),
        "the write ended the old ones"
    );
}

#[test]
fn neighbours_are_written_together_in_page_order() {
    let cache = cache(400);
    let (file, source, _) = attach_writable(&cache, 390);
    for pgno in [9, 3, 4, 2, 7] {
        change(&file, pgno, 1, 5, 5);
    }
    assert_eq!(file.flush().unwrap(), written(5));
    let place = |pgno: u32, count: usize| (Pgno(pgno).file_offset(SIZE), count * SIZE.bytes());
    assert_eq!(
        *source.writes.lock().unwrap(),
        [place(2, 3), place(7, 1), place(9, 1)]
    );
    source.writes.lock().unwrap().clear();
    (1..=390).for_each(|pgno| change(&file, pgno, 2, 6, 6));
    file.flush().unwrap();
    assert_eq!(
        *source.writes.lock().unwrap(),
        [place(1, 256), place(257, 134)],
        "512 KiB at most"
    );
    let counters = cache.counters();
    assert_eq!((counters.written, counters.writes), (395, 5));
}

#[test]
fn a_flush_for_the_checkpoint_writes_only_old_changes() {
    let cache = cache(8);
    let (file, source, _) = attach_writable(&cache, 5);
    for (pgno, begun) in [(1, 30), (2, 10), (3, 20), (4, 19)] {
        change(&file, pgno, 9, 100, begun);
    }
    assert_eq!(file.flush_before(LogPosition(20)).unwrap(), written(2));
    assert_eq!(
        (file.dirty_count(), file.oldest_begun()),
        (2, Some(LogPosition(20)))
    );
    let changed = [1, 2, 3, 4].map(|pgno| in_file(&*source, pgno)[9] == 9);
    assert_eq!(changed, [false, true, false, true]);
}

#[test]
fn a_held_page_is_passed_over_until_it_is_released_as_often() {
    let cache = cache(4);
    let (file, source, _) = attach_writable(&cache, 3);
    change(&file, 1, 9, 5, 5);
    {
        let mut page = file.page_mut(Pgno(2)).unwrap();
        page.change(stamp(6, 6))[9] = 9;
        page.hold();
        page.hold();
    }
    let outcome = file.flush().unwrap();
    assert_eq!(
        (outcome.written, outcome.held, outcome.is_complete()),
        (1, 1, false)
    );
    file.release(Pgno(2));
    assert_eq!(file.flush().unwrap().held, 1);
    assert_eq!(in_file(&*source, 2), page_bytes(2, 0));
    file.release(Pgno(2));
    file.release(Pgno(2));
    assert_eq!(file.flush().unwrap(), written(1));
    assert_eq!(in_file(&*source, 2)[9], 9);
}

#[test]
fn nothing_is_written_when_the_log_cannot_be() {
    let cache = cache(4);
    let (file, source, log) = attach_writable(&cache, 3);
    change(&file, 1, 9, 5, 4);
    log.refuses.store(true, Ordering::Relaxed);
    let error = file.flush().unwrap_err();
    assert!(
        matches!(&error, FlushError::Barrier { path, modified: LogPosition(5), .. } if path.ends_with("a.edb")),
        "{error:?}"
    );
    assert!(source.writes.lock().unwrap().is_empty());
    assert_eq!(
        (file.dirty_count(), file.oldest_begun()),
        (1, Some(LogPosition(4)))
    );
    log.refuses.store(false, Ordering::Relaxed);
    assert_eq!(file.flush().unwrap(), written(1));
}

#[test]
fn a_failed_write_leaves_its_pages_dirty_and_names_them() {
    let cache = cache(4);
    let (file, source, _) = attach_writable(&cache, 3);
    change(&file, 2, 9, 5, 4);
    change(&file, 3, 9, 5, 4);
    source.writes_fail.store(true, Ordering::Relaxed);
    match file.flush().unwrap_err() {
        FlushError::Write { path, pgno, source } => {
            assert!(path.ends_with("a.edb"));
            assert_eq!((pgno, source.kind), (Pgno(2), IoErrorKind::Other));
            assert_eq!(source.offset, Some(Pgno(2).file_offset(SIZE)));
            assert_eq!(source.len, Some(2 * SIZE.bytes()));
        }
        error => panic!("{error:?}"),
    }
    assert_eq!(file.dirty_count(), 2);
    assert!(file.page_mut(Pgno(3)).unwrap().is_dirty());
    source.writes_fail.store(false, Ordering::Relaxed);
    assert_eq!(file.flush().unwrap(), written(2));
    assert_eq!(in_file(&*source, 3)[9], 9);
}

#[test]
fn a_new_page_is_not_read_and_grows_the_file() {
    let cache = cache(4);
    let (file, source, _) = attach_writable(&cache, 2);
    {
        let mut page = file.new_page(Pgno(3)).unwrap();
        assert!(page.iter().all(|&byte| byte == 0));
        assert!(!page.is_dirty());
        page.change(stamp(1, 1)).copy_from_slice(&page_bytes(3, 7));
    }
    assert_eq!(source.reads.load(Ordering::Relaxed), 0);
    assert_eq!(file.page(Pgno(3)).unwrap()[..], page_bytes(3, 7));
    file.flush().unwrap();
    assert_eq!(in_file(&*source, 3)[9..], page_bytes(3, 7)[9..]);
    change(&file, 1, 9, 2, 2);
    assert_eq!(
        file.new_page(Pgno(1)).unwrap()[9],
        9,
        "a cached page is given as it is"
    );
}

#[test]
fn a_new_page_that_was_not_changed_is_not_there() {
    let cache = cache(1);
    let (file, _, _) = attach_writable(&cache, 2);
    drop(file.new_page(Pgno(2)).unwrap());
    assert!(file.cached(Pgno(2)).is_none());
    assert_eq!(file.page(Pgno(2)).unwrap()[..], page_bytes(2, 0));
    drop(file.new_page(Pgno(3)).unwrap());
    assert!(matches!(file.page(Pgno(3)), Err(CacheError::BeyondEnd { .. })));
    assert_eq!(file.dirty_count(), 0);
}

#[test]
fn dirty_pages_are_written_when_a_frame_is_needed() {
    let cache = cache(3);
    let (file, source, log) = attach_writable(&cache, 40);
    for pgno in 1..=40 {
        change(&file, pgno, pgno as u8, u64::from(pgno), 1);
        assert!(file.dirty_count() <= 3);
    }
    assert!(!source.writes.lock().unwrap().is_empty());
    assert!(log.reached.load(Ordering::Relaxed) >= 37);
    for pgno in 1..=40 {
        assert_eq!(file.page(Pgno(pgno)).unwrap()[9], pgno as u8);
    }
}

#[test]
fn dirty_pages_of_one_file_make_room_for_another_file() {
    let cache = cache(2);
    let (dirty, source, _) = attach_writable(&cache, 2);
    let (reader, _) = attach(&cache, file_bytes(2, 5));
    change(&dirty, 1, 9, 1, 1);
    change(&dirty, 2, 9, 1, 1);
    assert_eq!(reader.page(Pgno(1)).unwrap()[..], page_bytes(1, 5));
    assert_eq!(in_file(&*source, 1)[9], 9);
}

#[test]
fn a_page_that_cannot_make_room_is_the_error_of_who_needs_it() {
    let cache = cache(2);
    let (file, source, _) = attach_writable(&cache, 4);
    change(&file, 1, 9, 1, 1);
    change(&file, 2, 9, 1, 1);
    source.writes_fail.store(true, Ordering::Relaxed);
    let error = file.page(Pgno(3)).unwrap_err();
    assert!(
        matches!(error, CacheError::WriteBack(FlushError::Write { .. })),
        "{error:?}"
    );
    source.writes_fail.store(false, Ordering::Relaxed);
    assert_eq!(file.page(Pgno(3)).unwrap()[..], page_bytes(3, 0));
}

#[test]
fn held_pages_let_the_cache_grow_to_its_hard_limit() {
    let cache = Cache::with_limits(SIZE, 2 * SIZE.bytes(), 4 * SIZE.bytes()).unwrap();
    assert_eq!(cache.frame_count(), 4);
    let (file, source, _) = attach_writable(&cache, 9);
    for pgno in 1..=9 {
        file.page(Pgno(pgno)).unwrap();
    }
    let cached =
        |file: &CachedFile<Numbered>| (1..=9).filter(|&pgno| file.cached(Pgno(pgno)).is_some()).count();
    assert_eq!(cached(&file), 2, "readers get by with the soft limit");
    for pgno in 1..=4 {
        let mut page = file.page_mut(Pgno(pgno)).unwrap();
        page.change(stamp(1, 1))[9] = 9;
        page.hold();
    }
    assert!(matches!(
        file.page(Pgno(5)),
        Err(CacheError::Exhausted { frame_count: 4 })
    ));
    assert!(source.writes.lock().unwrap().is_empty());
    file.release(Pgno(3));
    assert_eq!(file.page(Pgno(5)).unwrap()[..], page_bytes(5, 0));
    assert_eq!(in_file(&*source, 3)[9], 9);
}

#[test]
fn a_hard_limit_below_the_soft_one_is_none() {
    let cache = Cache::with_limits(SIZE, 3 * SIZE.bytes(), 0).unwrap();
    assert_eq!(cache.frame_count(), 3);
    assert!(Cache::with_limits(SIZE, SIZE.bytes() - 1, SIZE.bytes() * 9).is_err());
}

#[test]
fn pages_behind_the_end_of_a_cut_file_leave_unwritten() {
    let cache = cache(8);
    let (file, source, _) = attach_writable(&cache, 6);
    for pgno in 2..=5 {
        change(&file, pgno, 9, 1, u64::from(pgno));
    }
    file.page(Pgno(6)).unwrap();
    file.page_mut(Pgno(4)).unwrap().hold();
    file.forget_beyond(Pgno(3)).unwrap();
    source.set_len_of_pages(3);
    let cached = [2, 3, 4, 5, 6].map(|pgno| file.cached(Pgno(pgno)).is_some());
    assert_eq!(cached, [true, true, false, false, false]);
    assert_eq!(file.flush().unwrap(), written(2));
    assert!(matches!(file.page(Pgno(4)), Err(CacheError::BeyondEnd { .. })));
    file.new_page(Pgno(4))
        .unwrap()
        .change(stamp(2, 2))
        .copy_from_slice(&page_bytes(4, 1));
    assert_eq!(file.flush().unwrap(), written(1), "its hold is forgotten");
}

#[test]
fn a_page_in_use_cannot_be_forgotten() {
    let cache = cache(4);
    let (file, _, _) = attach_writable(&cache, 3);
    let reader = file.page(Pgno(3)).unwrap();
    assert!(matches!(
        file.forget_beyond(Pgno(1)),
        Err(CacheError::Latched { pgno: Pgno(3) })
    ));
    drop(reader);
    file.forget_beyond(Pgno(1)).unwrap();
}

#[test]
fn a_page_in_use_is_reported_by_a_flush() {
    let cache = cache(4);
    let (file, _, _) = attach_writable(&cache, 3);
    change(&file, 1, 9, 1, 1);
    change(&file, 2, 9, 1, 1);
    let reader = file.page(Pgno(1)).unwrap();
    let outcome = file.flush().unwrap();
    assert_eq!((outcome.written, outcome.latched), (1, 1));
    assert!(
        file.cached(Pgno(1)).is_some(),
        "a flush that gave up keeps nobody out"
    );
    drop(reader);
    assert_eq!(file.flush().unwrap(), written(1));
}

#[test]
fn a_try_for_a_page_waits_for_nobody() {
    let cache = cache(4);
    let (file, _, _) = attach_writable(&cache, 3);
    assert!(file.cached_mut(Pgno(1)).is_none(), "not cached");
    let reader = file.page(Pgno(1)).unwrap();
    assert!(file.cached_mut(Pgno(1)).is_none(), "in use");
    drop(reader);
    let writer = file.cached_mut(Pgno(1)).unwrap();
    assert!(file.cached(Pgno(1)).is_none());
    drop(writer);
    assert!(file.cached(Pgno(1)).is_some());
}

#[test]
fn dropped_files_lose_what_was_not_flushed() {
    let cache = cache(2);
    for _ in 0..2 {
        let (file, source, _) = attach_writable(&cache, 2);
        change(&file, 1, 9, 1, 1);
        change(&file, 2, 9, 1, 1);
        drop(file);
        assert_eq!(in_file(&*source, 1), page_bytes(1, 0));
        let (next, _) = attach(&cache, file_bytes(2, 3));
        assert_eq!(next.page(Pgno(1)).unwrap()[..], page_bytes(1, 3));
        assert_eq!(next.page(Pgno(2)).unwrap()[..], page_bytes(2, 3));
    }
}

#[test]
fn a_file_attached_to_be_read_cannot_be_changed() {
    let cache = cache(2);
    let file = cache.attach(mem_file(file_bytes(2, 0)), Numbered::default());
    assert!(matches!(file.page_mut(Pgno(1)), Err(CacheError::ReadOnly)));
    assert!(matches!(file.new_page(Pgno(1)), Err(CacheError::ReadOnly)));
    file.page(Pgno(1)).unwrap();
    assert!(file.cached_mut(Pgno(1)).is_none());
    assert_eq!(file.flush().unwrap(), Flushed::default());
    assert_eq!((file.dirty_count(), file.oldest_begun()), (0, None));
}

#[test]
fn page_number_zero_and_damaged_pages_are_errors_for_writers_too() {
    let mut bytes = file_bytes(3, 0);
    bytes[3 * SIZE.bytes()] = 77;
    let cache = cache(2);
    let log = std::sync::Arc::new(common::Log::default());
    let file = cache.attach_writable(mem_file(bytes), Numbered::default(), log);
    assert!(matches!(file.page_mut(Pgno(0)), Err(CacheError::NoSuchPage)));
    assert!(matches!(file.new_page(Pgno(0)), Err(CacheError::NoSuchPage)));
    assert!(matches!(file.page_mut(Pgno(2)), Err(CacheError::Check { .. })));
    assert!(matches!(
        file.page_mut(Pgno(9)),
        Err(CacheError::BeyondEnd { .. })
    ));
    file.new_page(Pgno(2))
        .unwrap()
        .change(stamp(1, 1))
        .copy_from_slice(&page_bytes(2, 0));
    assert_eq!(file.page(Pgno(2)).unwrap()[..], page_bytes(2, 0));
}
