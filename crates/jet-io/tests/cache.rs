//! The page cache seen from outside: contents, errors, eviction, read-ahead, many threads.

#![cfg(not(loom))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

use std::collections::HashSet;
use std::io::IoSliceMut;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;

use jet_io::{
    Cache, CacheError, CacheSetupError, CachedFile, File, FileSystem, IoError, IoErrorKind, LockKind, MemFs,
    OpenMode, Operation, PageCheck, PageState,
};
use jet_pages::{PageSize, Pgno};
use proptest::prelude::*;

const SIZE: PageSize = PageSize::K2;

/// A page: its number and a seal over it, the rest derived from the number.
fn page_bytes(pgno: u32, salt: u8) -> Vec<u8> {
    let mut page: Vec<u8> = (0..SIZE.bytes())
        .map(|i| (pgno as usize * 31 + i) as u8 ^ salt)
        .collect();
    page[..4].copy_from_slice(&pgno.to_le_bytes());
    page[4] = salt;
    page
}

fn file_bytes(page_count: u32, salt: u8) -> Vec<u8> {
    let mut bytes = vec![0xEE; 2 * SIZE.bytes()];
    (1..=page_count).for_each(|pgno| bytes.extend(page_bytes(pgno, salt)));
    bytes
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("page {pgno} has number {found}")]
struct WrongNumber {
    pgno: u32,
    found: u32,
}

/// Verifies the number of a page; a set high bit of it counts as a correctable error.
#[derive(Clone, Default)]
struct Numbered {
    checks: Arc<AtomicU32>,
}

impl PageCheck for Numbered {
    type Error = WrongNumber;

    fn check(&self, pgno: Pgno, page: &mut [u8]) -> Result<PageState, WrongNumber> {
        self.checks.fetch_add(1, Ordering::Relaxed);
        let found = u32::from_le_bytes(page[..4].try_into().unwrap());
        if found == pgno.0 {
            Ok(PageState::Sound)
        } else if found == pgno.0 | 1 << 31 {
            page[3] &= 0x7F;
            Ok(PageState::Corrected)
        } else {
            Err(WrongNumber { pgno: pgno.0, found })
        }
    }
}

fn mem_file(bytes: Vec<u8>) -> Arc<dyn File> {
    MemFs::from_files([("a.edb", bytes)])
        .open("a.edb".as_ref(), OpenMode::ReadWrite)
        .unwrap()
}

fn cache(frame_count: usize) -> Cache {
    Cache::new(SIZE, frame_count * SIZE.bytes()).unwrap()
}

fn attach(cache: &Cache, bytes: Vec<u8>) -> (CachedFile<Numbered>, Arc<AtomicU32>) {
    let check = Numbered::default();
    let checks = Arc::clone(&check.checks);
    (cache.attach(mem_file(bytes), check), checks)
}

/// A file that passes on reads, can make them slow or fail, and counts them.
#[derive(Debug)]
struct Watched {
    inner: Arc<dyn File>,
    reads: AtomicU32,
    fails: AtomicBool,
    /// Reads wait here, when given.
    gate: Option<Barrier>,
}

impl Watched {
    fn new(inner: Arc<dyn File>, gate: Option<Barrier>) -> Arc<Self> {
        Arc::new(Self {
            inner,
            reads: AtomicU32::new(0),
            fails: AtomicBool::new(false),
            gate,
        })
    }
}

impl File for Watched {
    fn path(&self) -> &Path {
        self.inner.path()
    }
    fn read_at(&self, buf: &mut [u8], offset: u64) -> Result<usize, IoError> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        if let Some(gate) = &self.gate {
            gate.wait();
        }
        if self.fails.load(Ordering::Relaxed) {
            let error = std::io::Error::other("broken disk");
            return Err(IoError::new(self.path(), Operation::Read, error).at(offset, buf.len()));
        }
        self.inner.read_at(buf, offset)
    }
    fn read_vectored_at(&self, bufs: &mut [IoSliceMut<'_>], offset: u64) -> Result<usize, IoError> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        if self.fails.load(Ordering::Relaxed) {
            return Err(IoError::new(
                self.path(),
                Operation::Read,
                std::io::Error::other("broken disk"),
            ));
        }
        self.inner.read_vectored_at(bufs, offset)
    }
    fn write_at(&self, data: &[u8], offset: u64) -> Result<(), IoError> {
        self.inner.write_at(data, offset)
    }
    fn len(&self) -> Result<u64, IoError> {
        self.inner.len()
    }
    fn set_len(&self, len: u64) -> Result<(), IoError> {
        self.inner.set_len(len)
    }
    fn sync_data(&self) -> Result<(), IoError> {
        self.inner.sync_data()
    }
    fn sync_all(&self) -> Result<(), IoError> {
        self.inner.sync_all()
    }
    fn try_lock(&self, kind: LockKind) -> Result<(), IoError> {
        self.inner.try_lock(kind)
    }
}

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

#[test]
fn impossible_sizes_are_errors() {
    assert_eq!(
        Cache::new(PageSize::K4, 4095).unwrap_err(),
        CacheSetupError::TooSmall {
            max_bytes: 4095,
            page_size: PageSize::K4
        }
    );
    assert!(matches!(
        Cache::new(PageSize::K32, usize::MAX),
        Err(CacheSetupError::OutOfMemory { .. })
    ));
}

/// Threads read random pages of two files through few frames, hold some, read ahead, and compare all bytes.
#[test]
fn stress_contents_hold_under_eviction() {
    let rounds = if cfg!(miri) { 60 } else { 20_000 };
    let (threads, pages) = if cfg!(miri) { (3, 12) } else { (6, 64) };
    for frame_count in [8, 20] {
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

#[derive(Clone, Debug)]
enum Op {
    Get(u32),
    Hold(u32),
    Release(usize),
    Prefetch(u32, u32),
    Break(u32),
    Mend(u32),
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        6 => (0..24_u32).prop_map(Op::Get),
        3 => (1..=20_u32).prop_map(Op::Hold),
        3 => (0..4_usize).prop_map(Op::Release),
        2 => (1..22_u32, 1..6_u32).prop_map(|(first, count)| Op::Prefetch(first, count)),
        1 => (1..=20_u32).prop_map(Op::Break),
        1 => (1..=20_u32).prop_map(Op::Mend),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: if cfg!(miri) { 3 } else { 256 }, failure_persistence: None, ..ProptestConfig::default() })]

    /// The cache against what it must show: the file as it was at the time of the load, errors for what is
    /// damaged or missing, and never an eviction of a held page.
    #[test]
    fn the_cache_follows_its_model(ops in prop::collection::vec(op(), 1..120), frame_count in 4..12_usize) {
        let source = mem_file(file_bytes(20, 0));
        let cache = cache(frame_count);
        let file = cache.attach(Arc::clone(&source), Numbered::default());
        let mut broken: HashSet<u32> = HashSet::new();
        let mut held = Vec::new();
        for op in ops {
            match op {
                Op::Get(pgno) => {
                    let was_cached = file.cached(Pgno(pgno)).is_some();
                    match file.page(Pgno(pgno)) {
                        Ok(page) => {
                            prop_assert!((1..=20).contains(&pgno));
                            prop_assert!(was_cached || !broken.contains(&pgno));
                            prop_assert_eq!(&page[..], &page_bytes(pgno, 0)[..]);
                        }
                        Err(CacheError::NoSuchPage) => prop_assert_eq!(pgno, 0),
                        Err(CacheError::BeyondEnd { got, .. }) => prop_assert!(pgno > 20 && got == 0),
                        Err(CacheError::Check { .. }) => prop_assert!(!was_cached && broken.contains(&pgno)),
                        Err(error) => prop_assert!(false, "{}", error),
                    }
                }
                Op::Hold(pgno) if held.len() < 3 => held.extend(file.page(Pgno(pgno))),
                Op::Hold(_) => {}
                Op::Release(at) => drop((at < held.len()).then(|| held.swap_remove(at))),
                Op::Prefetch(first, count) => {
                    let wanted: Vec<Pgno> = (first..first + count).map(Pgno).collect();
                    let before = wanted.iter().filter(|pgno| file.cached(**pgno).is_some()).count();
                    let came = file.prefetch(&wanted);
                    prop_assert!(came + before <= wanted.len());
                }
                Op::Break(pgno) => {
                    broken.insert(pgno);
                    source.write_at(&[0x55], Pgno(pgno).file_offset(SIZE) + 1).unwrap();
                }
                Op::Mend(pgno) => {
                    broken.remove(&pgno);
                    source.write_at(&[0], Pgno(pgno).file_offset(SIZE) + 1).unwrap();
                }
            }
            for page in &held {
                prop_assert_eq!(&page[..], &page_bytes(page.pgno().0, 0)[..]);
            }
            let cached = (1..=20).filter(|pgno| file.cached(Pgno(*pgno)).is_some()).count();
            prop_assert!(cached <= frame_count);
        }
    }
}
