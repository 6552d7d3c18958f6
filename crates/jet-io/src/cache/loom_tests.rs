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
use super::{Cache, CacheError, CachedFile, LogPosition, PageCheck, PageState, Stamp, WriteGate};
use crate::{File, FileSystem, IoError, MemFs, OpenMode};

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

/// A file of pages 1 to 4.
fn numbered_file() -> Arc<dyn File> {
    let size = PageSize::K2;
    let mut bytes = vec![0; size.bytes() * 6];
    for number in [1_u8, 2, 4] {
        bytes[(usize::from(number) + 1) * size.bytes()] = number;
    }
    let fs = MemFs::from_files([("a.edb", bytes)]);
    fs.open("a.edb".as_ref(), OpenMode::ReadWrite).unwrap()
}

/// A cache of `frame_count` frames over a file of pages 1 to 4.
fn cached_file(frame_count: usize) -> (Cache, Arc<CachedFile<Numbered>>, Arc<AtomicU32>) {
    let size = PageSize::K2;
    let file = numbered_file();
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
                    let _ = latch.downgrade();
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
            let _ = latch.release_exclusive();
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

/// Seals a page by copying byte 1, which a change sets, to byte 2: what is in the file was sealed after its last change.
struct Seal;

impl WriteGate for Seal {
    fn before_write(&self, _: LogPosition) -> Result<(), IoError> {
        Ok(())
    }

    fn seal(&self, _: Pgno, page: &mut [u8]) {
        page[2] = page[1];
    }
}

/// As `cached_file`, to be changed; and the file itself.
fn writable_file(frame_count: usize) -> (Arc<CachedFile<Numbered>>, Arc<dyn File>) {
    let size = PageSize::K2;
    let file = numbered_file();
    let cache = Cache::new(size, size.bytes() * frame_count).unwrap();
    let check = Numbered {
        checks: Arc::default(),
    };
    let cached = cache.attach_writable(Arc::clone(&file), check, Arc::new(Seal));
    (Arc::new(cached), file)
}

/// Adds one to byte 1 and byte 3 of a page.
fn count_up(file: &CachedFile<Numbered>, pgno: u32) {
    let mut page = file.page_mut(Pgno(pgno)).unwrap();
    assert_eq!(page[1], page[3]);
    let bytes = page.change(Stamp::default());
    bytes[1] += 1;
    bytes[3] += 1;
}

/// Bytes 1 to 3 of a page in the file.
fn in_file(file: &dyn File, pgno: u32) -> [u8; 3] {
    let mut bytes = [0; 3];
    file.read_exact_at(&mut bytes, Pgno(pgno).file_offset(PageSize::K2) + 1)
        .unwrap();
    bytes
}

#[test]
fn loom_writer_against_reader() {
    model(4, || {
        let (file, _) = writable_file(1);
        read(&file, 1).unwrap();
        let other = {
            let file = Arc::clone(&file);
            thread::spawn(move || count_up(&file, 1))
        };
        let page = file.page(Pgno(1)).unwrap();
        assert_eq!(page[1], page[3]);
        drop(page);
        other.join().unwrap();
        assert_eq!(file.page(Pgno(1)).unwrap()[1], 1);
    });
}

#[test]
fn loom_writer_against_writer() {
    model(4, || {
        let (file, _) = writable_file(1);
        let other = {
            let file = Arc::clone(&file);
            thread::spawn(move || count_up(&file, 1))
        };
        count_up(&file, 1);
        other.join().unwrap();
        assert_eq!(file.page(Pgno(1)).unwrap()[1], 2);
        assert_eq!(file.dirty_count(), 1);
    });
}

#[test]
fn loom_flush_against_writer() {
    model(4, || {
        let (file, source) = writable_file(1);
        count_up(&file, 1);
        let other = {
            let file = Arc::clone(&file);
            thread::spawn(move || count_up(&file, 1))
        };
        let flushed = file.flush().unwrap();
        let [changed, sealed, _] = in_file(&*source, 1);
        assert_eq!(changed, sealed, "no change after the seal");
        assert_eq!(flushed.written, usize::from(changed > 0));
        other.join().unwrap();
        // What the flush has not seen is still marked.
        assert_eq!(file.dirty_count(), usize::from(in_file(&*source, 1)[0] < 2));
        file.flush().unwrap();
        assert_eq!((in_file(&*source, 1), file.dirty_count()), ([2, 2, 2], 0));
    });
}

#[test]
fn loom_flush_against_hold() {
    model(4, || {
        let (file, source) = writable_file(1);
        count_up(&file, 1);
        let other = {
            let file = Arc::clone(&file);
            thread::spawn(move || {
                let mut page = file.page_mut(Pgno(1)).unwrap();
                page.change(Stamp::default())[1] = 2;
                page.hold();
            })
        };
        file.flush().unwrap();
        other.join().unwrap();
        assert!(in_file(&*source, 1)[0] < 2, "a held page is not written");
        file.release(Pgno(1));
        file.flush().unwrap();
        assert_eq!(in_file(&*source, 1)[0], 2);
    });
}

#[test]
fn loom_flush_against_eviction() {
    model(4, || {
        let (file, source) = writable_file(1);
        count_up(&file, 1);
        let other = {
            let file = Arc::clone(&file);
            thread::spawn(move || match read(&file, 2) {
                Ok(()) | Err(CacheError::Exhausted { .. }) => {}
                Err(error) => panic!("{error}"),
            })
        };
        file.flush().unwrap();
        other.join().unwrap();
        assert_eq!((in_file(&*source, 1), file.dirty_count()), ([1, 1, 1], 0));
        assert_eq!(file.page(Pgno(1)).unwrap()[1], 1);
    });
}

#[test]
fn loom_load_against_new_page() {
    model(4, || {
        let (file, _) = writable_file(2);
        let other = {
            let file = Arc::clone(&file);
            // Page 3 of the file is damaged: it is seen as an error, or as the new page made of it.
            thread::spawn(move || match file.page(Pgno(3)) {
                Ok(page) => assert_eq!(page[..2], [3, 7]),
                Err(CacheError::Check { .. }) => {}
                Err(error) => panic!("{error}"),
            })
        };
        file.new_page(Pgno(3)).unwrap().change(Stamp::default())[..2].copy_from_slice(&[3, 7]);
        other.join().unwrap();
        assert_eq!(file.page(Pgno(3)).unwrap()[1], 7);
    });
}

#[test]
fn loom_unchanged_new_page_against_load() {
    model(4, || {
        let (file, _) = writable_file(2);
        let other = {
            let file = Arc::clone(&file);
            thread::spawn(move || read(&file, 1).unwrap())
        };
        drop(file.new_page(Pgno(1)).unwrap());
        read(&file, 1).unwrap();
        other.join().unwrap();
    });
}

#[test]
fn loom_detach_against_write_back() {
    model(3, || {
        let size = PageSize::K2;
        let cache = Cache::new(size, size.bytes()).unwrap();
        let check = || Numbered {
            checks: Arc::default(),
        };
        let source = numbered_file();
        let file = cache.attach_writable(Arc::clone(&source), check(), Arc::new(Seal));
        let second = cache.attach(numbered_file(), check());
        count_up(&file, 1);
        let other = thread::spawn(move || drop(file));
        match read(&second, 2) {
            Ok(()) | Err(CacheError::Exhausted { .. }) => {}
            Err(error) => panic!("{error}"),
        }
        other.join().unwrap();
        assert!(matches!(in_file(&*source, 1), [0, 0, 0] | [1, 1, 1]));
        read(&second, 4).unwrap();
    });
}
