//! What a page costs that is already cached, and what one costs that is not.
//!
//! `cargo bench -p jet-io` prints nanoseconds per operation. Under `valgrind --tool=callgrind
//! --toggle-collect='*measured_hits*'` with the argument `count` it runs a fixed number of hits, for counting
//! instructions. The numbers of a run are in `docs/internals/cache.md`.

#![allow(clippy::unwrap_used)]

use std::convert::Infallible;
use std::hint::black_box;
use std::sync::Barrier;
use std::thread;
use std::time::Instant;

use jet_io::{Cache, CachedFile, FileSystem, MemFs, OpenMode, PageCheck, PageState};
use jet_pages::{PageSize, Pgno};

struct Trust;

impl PageCheck for Trust {
    type Error = Infallible;

    fn check(&self, _: Pgno, _: &mut [u8]) -> Result<PageState, Infallible> {
        Ok(PageState::Sound)
    }
}

const SIZE: PageSize = PageSize::K4;
const PAGES: u32 = 16 * 1024;

fn attach(cache: &Cache) -> CachedFile<Trust> {
    let bytes = vec![1; (PAGES as usize + 2) * SIZE.bytes()];
    let file = MemFs::from_files([("a.edb", bytes)])
        .open("a.edb".as_ref(), OpenMode::Read)
        .unwrap();
    cache.attach(file, Trust)
}

/// Asks for `count` pages, `step` apart, among the first `pages`, and reads a byte of each.
#[inline(never)]
fn measured_hits(file: &CachedFile<Trust>, pages: u32, step: u32, count: u32) -> u64 {
    let mut sum = 0;
    let mut pgno = 0;
    for _ in 0..count {
        pgno = (pgno + step) & (pages - 1);
        sum += u64::from(
            file.page(black_box(Pgno(pgno + 1)))
                .unwrap()
                .first()
                .copied()
                .unwrap_or(0),
        );
    }
    sum
}

fn report(name: &str, count: u32, mut run: impl FnMut()) {
    run();
    let mut times: Vec<f64> = (0..7)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed().as_secs_f64() * 1e9 / f64::from(count)
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let middle = times.get(3).copied().unwrap_or(0.0);
    let (best, worst) = (
        times.first().copied().unwrap_or(0.0),
        times.last().copied().unwrap_or(0.0),
    );
    println!("{name:<44} {middle:>8.1} ns  ({best:.1} to {worst:.1})");
}

fn main() {
    let cache = Cache::new(SIZE, (PAGES as usize + 8) * SIZE.bytes()).unwrap();
    let file = attach(&cache);
    for pgno in 1..=PAGES {
        file.page(Pgno(pgno)).unwrap();
    }
    let count = 1_000_000;
    if std::env::args().any(|argument| argument == "count") {
        black_box(measured_hits(&file, 256, 1, count));
        return;
    }
    report("hit, one page", count, || {
        black_box(measured_hits(&file, 1, 1, count));
    });
    report("hit, 256 pages in turn", count, || {
        black_box(measured_hits(&file, 256, 1, count));
    });
    report("hit, 16384 pages scattered", count, || {
        black_box(measured_hits(&file, PAGES, 7919, count));
    });
    for (name, pages) in [
        ("hit, 2 threads, the same page", 1),
        ("hit, 2 threads, 256 pages", 256),
    ] {
        report(name, count, || {
            let barrier = Barrier::new(2);
            thread::scope(|scope| {
                for start in [1, 77] {
                    let (file, barrier) = (&file, &barrier);
                    scope.spawn(move || {
                        barrier.wait();
                        black_box(measured_hits(file, pages, start, count));
                    });
                }
            });
        });
    }
    let small = Cache::new(SIZE, 1024 * SIZE.bytes()).unwrap();
    let thrashed = attach(&small);
    let count = 100_000;
    report("miss with eviction, file in memory", count, || {
        black_box(measured_hits(&thrashed, PAGES, 1, count));
    });
    report("prefetch of 128 neighbours, per page", PAGES, || {
        for first in (1..=PAGES).step_by(128) {
            let run: Vec<Pgno> = (first..first + 128).map(Pgno).collect();
            black_box(thrashed.prefetch(&run));
        }
    });
}
