//! How fast a whole file is gone through, by one worker and by two: reading alone, and verifying checksums.
//!
//! The file is 256 MiB of 8 KiB pages with sound checksums in the temporary directory, cached by the system.
//! The numbers of a run are in `docs/internals/cache.md`.

#![allow(clippy::unwrap_used)]

use std::convert::Infallible;
use std::hint::black_box;
use std::time::Instant;

use jet_io::{FileSystem, OpenMode, OsFs, ScanChunk, ScanReader};
use jet_pages::{PageSize, Pgno, checksum};

const SIZE: PageSize = PageSize::K8;
const PAGES: u32 = 32 * 1024;

fn write_pages(path: &std::path::Path) {
    let file = OsFs.open(path, OpenMode::CreateNew).unwrap();
    let mut word = 1_u64;
    let mut bytes = Vec::new();
    for number in 1..=PAGES {
        let mut page = Vec::with_capacity(SIZE.bytes());
        while page.len() < SIZE.bytes() {
            word = word.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            page.extend(word.to_le_bytes());
        }
        checksum::update(&mut page, Pgno(number), SIZE);
        bytes.extend(page);
    }
    file.write_at(&bytes, Pgno(1).file_offset(SIZE)).unwrap();
}

fn report(name: &str, mut scan: impl FnMut()) {
    scan();
    let mut rates: Vec<f64> = (0..7)
        .map(|_| {
            let start = Instant::now();
            scan();
            f64::from(PAGES) * f64::from(SIZE.bytes_u32()) / start.elapsed().as_secs_f64() / 1e9
        })
        .collect();
    rates.sort_by(f64::total_cmp);
    println!("{name:<36} {:>6.2} GB/s", rates.get(3).copied().unwrap_or(0.0));
}

fn main() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("scan.edb");
    write_pages(&path);
    let scan = ScanReader::new(OsFs.open(&path, OpenMode::Read).unwrap(), SIZE).unwrap();
    assert_eq!(scan.page_count(), PAGES);
    for workers in [1, 2] {
        report(&format!("reading, {workers} worker(s)"), || {
            let read = |(): &mut (), chunk: ScanChunk<'_>| {
                black_box(&chunk);
                Ok::<(), Infallible>(())
            };
            scan.run(workers, || (), read).unwrap();
        });
        report(&format!("verifying checksums, {workers} worker(s)"), || {
            let verify = |(): &mut (), mut chunk: ScanChunk<'_>| {
                chunk
                    .pages()
                    .try_for_each(|(pgno, page)| checksum::verify(page, pgno, SIZE).map(|_| ()))
            };
            scan.run(workers, || (), verify).unwrap();
        });
    }
}
