//! The protocols of the cache under the model checker: every order of steps of a few threads.
//!
//! Run by `RUSTFLAGS="--cfg loom" cargo test -p jet-io --release --lib loom`. Accesses to the bytes of frames
//! are reported to loom, so a missing acquire or release shows as a race.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use jet_pages::{PageSize, Pgno};
use loom::thread;

use super::latch::Latch;
use super::{Cache, CacheError, CachedFile, PageCheck, PageState};
use crate::{FileSystem, MemFs, OpenMode};

/// Verifies that a page starts with its number; page 3 is damaged.
struct Numbered {
    checks: Arc<AtomicU32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("wrong number")]
struct WrongNumber;

impl PageCheck for Numbered {
    type Error = WrongNumber;

    fn check(&self, pgno: Pgno, page: &mut [u8]) -> Result<PageState, WrongNumber> {
        self.checks.fetch_add(1, Ordering::Relaxed);
        if u32::from(page[0]) == pgno.0 {
            Ok(PageState::Sound)
        } else {
            Err(WrongNumber)
        }
    }
}

/// A cache of `frame_count` frames over a file of pages 1 to 4.
fn cached_file(frame_count: usize) -> (Cache, Arc<CachedFile<Numbered>>, Arc<AtomicU32>) {
    let size = PageSize::K2;
    let mut bytes = vec![0; size.bytes() * 6];
    for number in [1_u8, 2, 4] {
        bytes[(usize::from(number) + 1) * size.bytes()] = number;
    }
    let fs = MemFs::from_files([("a.edb", bytes)]);
    let file = fs.open("a.edb".as_ref(), OpenMode::Read).unwrap();
    let cache = Cache::new(size, size.bytes() * frame_count).unwrap();
    let checks = Arc::new(AtomicU32::new(0));
    let file = cache.attach(
        file,
        Numbered {
            checks: Arc::clone(&checks),
        },
    );
    (cache, Arc::new(file), checks)
}

fn read(file: &CachedFile<Numbered>, pgno: u32) -> Result<(), CacheError<WrongNumber>> {
    let page = file.page(Pgno(pgno))?;
    assert_eq!(page.pgno(), Pgno(pgno));
    assert_eq!(u32::from(page[0]), pgno);
    Ok(())
}

fn model(preemptions: usize, test: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions);
    builder.check(test);
}

#[test]
fn loom_latch_excludes() {
    model(5, || {
        let latch = Arc::new(Latch::new());
        let data = Arc::new(loom::cell::UnsafeCell::new(()));
        let writer = {
            let (latch, data) = (Arc::clone(&latch), Arc::clone(&data));
            thread::spawn(move || {
                if latch.try_exclusive() {
                    data.with_mut(|_| ());
                    latch.downgrade();
                    data.with(|_| ());
                    latch.release_shared();
                }
            })
        };
        let reader = {
            let (latch, data) = (Arc::clone(&latch), Arc::clone(&data));
            thread::spawn(move || {
                if latch.try_shared() {
                    data.with(|_| ());
                    latch.release_shared();
                }
            })
        };
        if latch.try_exclusive() {
            data.with_mut(|_| ());
            latch.release_exclusive();
        }
        writer.join().unwrap();
        reader.join().unwrap();
    });
}

#[test]
fn loom_two_threads_load_one_page_once() {
    model(5, || {
        let (cache, file, checks) = cached_file(2);
        let other = {
            let file = Arc::clone(&file);
            thread::spawn(move || read(&file, 1).unwrap())
        };
        read(&file, 1).unwrap();
        other.join().unwrap();
        assert_eq!(checks.load(Ordering::Relaxed), 1);
        assert_eq!(cache.counters().misses, 1);
    });
}

#[test]
fn loom_hit_against_eviction() {
    model(5, || {
        let (_cache, file, _) = cached_file(1);
        read(&file, 1).unwrap();
        let other = {
            let file = Arc::clone(&file);
            thread::spawn(move || match read(&file, 2) {
                Ok(()) | Err(CacheError::Exhausted { .. }) => {}
                Err(error) => panic!("{error}"),
            })
        };
        match read(&file, 1) {
            Ok(()) | Err(CacheError::Exhausted { .. }) => {}
            Err(error) => panic!("{error}"),
        }
        other.join().unwrap();
        read(&file, 1).unwrap();
    });
}

#[test]
fn loom_failure_reaches_all_and_keeps_nothing() {
    model(5, || {
        let (_cache, file, _) = cached_file(1);
        let other = {
            let file = Arc::clone(&file);
            thread::spawn(move || assert!(matches!(read(&file, 3), Err(CacheError::Check { .. }))))
        };
        assert!(matches!(
            read(&file, 3),
            Err(CacheError::Check {
                pgno: Pgno(3),
                source: WrongNumber
            } | CacheError::Exhausted { .. })
        ));
        other.join().unwrap();
        assert!(file.cached(Pgno(3)).is_none());
        read(&file, 4).unwrap();
    });
}

#[test]
fn loom_prefetch_against_demand() {
    model(4, || {
        let (_cache, file, checks) = cached_file(4);
        let other = {
            let file = Arc::clone(&file);
            thread::spawn(move || file.prefetch(&[Pgno(1), Pgno(2)]))
        };
        read(&file, 2).unwrap();
        other.join().unwrap();
        read(&file, 1).unwrap();
        assert_eq!(checks.load(Ordering::Relaxed), 2);
    });
}

#[test]
fn loom_detach_against_load_of_another_file() {
    model(4, || {
        let (cache, file, _) = cached_file(2);
        let (_, second, _) = {
            let fs = MemFs::from_files([("b.edb", vec![1; PageSize::K2.bytes() * 4])]);
            let source = fs.open("b.edb".as_ref(), OpenMode::Read).unwrap();
            let checks = Arc::new(AtomicU32::new(0));
            (
                fs,
                cache.attach(
                    source,
                    Numbered {
                        checks: Arc::clone(&checks),
                    },
                ),
                checks,
            )
        };
        read(&second, 1).unwrap();
        let other = thread::spawn(move || drop(second));
        for pgno in [1, 2] {
            match read(&file, pgno) {
                Ok(()) | Err(CacheError::Exhausted { .. }) => {}
                Err(error) => panic!("{error}"),
            }
        }
        other.join().unwrap();
        read(&file, 2).unwrap();
    });
}
