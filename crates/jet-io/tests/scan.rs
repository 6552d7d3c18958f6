//! Scans of whole files: every page once, on any number of threads, errors in order.

#![cfg(not(loom))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

use std::sync::Arc;

use jet_io::{File, FileSystem, IoErrorKind, MemFs, OpenMode, ScanError, ScanReader};
use jet_pages::{PageSize, Pgno};

fn numbered_file(size: PageSize, page_count: u32, extra: usize) -> Arc<dyn File> {
    let mut bytes = vec![0xEE; 2 * size.bytes()];
    for pgno in 1..=page_count {
        let mut page = vec![pgno as u8; size.bytes()];
        page[..4].copy_from_slice(&pgno.to_le_bytes());
        bytes.extend(page);
    }
    bytes.extend(vec![9; extra]);
    MemFs::from_files([("a.edb", bytes)])
        .open("a.edb".as_ref(), OpenMode::ReadWrite)
        .unwrap()
}

#[test]
fn every_page_is_seen_once_with_its_number() {
    for (size, page_count, extra) in [
        (PageSize::K2, 1200, 0),
        (PageSize::K4, 257, 5),
        (PageSize::K32, 70, 32767),
        (PageSize::K8, 0, 0),
    ] {
        let scan = ScanReader::new(numbered_file(size, page_count, extra), size).unwrap();
        assert_eq!((scan.page_count(), scan.partial_bytes()), (page_count, extra));
        for workers in [0, 1, 3, 64] {
            let states = scan
                .run(workers, Vec::new, |seen, mut chunk| {
                    assert_eq!(chunk.bytes.as_ptr().align_offset(4096), 0);
                    assert!(chunk.bytes.len() <= 1024 * 1024);
                    for (pgno, page) in chunk.pages() {
                        assert_eq!(page.len(), size.bytes());
                        assert_eq!(page[..4], pgno.0.to_le_bytes());
                        seen.push(pgno.0);
                    }
                    Ok::<(), std::convert::Infallible>(())
                })
                .unwrap();
            assert!(states.len() <= workers.max(1));
            let mut seen = states.concat();
            seen.sort_unstable();
            assert_eq!(seen, (1..=page_count).collect::<Vec<_>>());
        }
    }
}

#[test]
fn the_first_failure_in_the_file_is_reported() {
    let scan = ScanReader::new(numbered_file(PageSize::K8, 2000, 0), PageSize::K8).unwrap();
    for workers in [1, 2, 8] {
        let outcome = scan.run(
            workers,
            || (),
            |(), chunk| {
                // Later chunks fail faster than the first of them.
                if chunk.first_pgno < Pgno(600) {
                    return Ok(());
                }
                if chunk.first_pgno < Pgno(700) {
                    std::thread::sleep(std::time::Duration::from_millis(20));
                }
                Err(chunk.first_pgno)
            },
        );
        match outcome {
            Err(ScanError::Work {
                first_pgno: Pgno(641),
                source: Pgno(641),
            }) => {}
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_file_cut_during_the_scan_is_an_error() {
    let file = numbered_file(PageSize::K4, 600, 0);
    let scan = ScanReader::new(Arc::clone(&file), PageSize::K4).unwrap();
    file.set_len(300 * 4096).unwrap();
    match scan.run(2, || (), |(), _| Ok::<(), ()>(())) {
        Err(ScanError::Io(error)) => assert!(matches!(error.kind, IoErrorKind::ShortRead { .. })),
        other => panic!("{other:?}"),
    }
}

#[test]
fn files_shorter_than_headers_have_no_pages() {
    for len in [0_usize, 1, 8191, 8192] {
        let fs = MemFs::from_files([("a", vec![0; len])]);
        let file = fs.open("a".as_ref(), OpenMode::Read).unwrap();
        let scan = ScanReader::new(file, PageSize::K4).unwrap();
        assert_eq!((scan.page_count(), scan.partial_bytes()), (0, 0));
    }
}
