//! Writes the inputs that the fuzz targets begin with, cut out of the fixtures: `fuzz_seeds DIR` makes `DIR/TARGET/...`.
//!
//! A fuzzer that starts from real pages and records need not find out by chance what one looks like.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use jet_log::LogFile;
use jet_log::segment::SEGMENT_BYTES;
use jet_pages::{Page, PageFlags, PageSize, Pgno};
use jet_test::fixtures::{self, Fixture};
use jet_test::logs::{self, LogFixture};
use jet_test::storm::CHANGE_BYTES;

/// Seeds of one kind from one file; more add no coverage, only time.
const MOST: usize = 60;

fn main() {
    let folder = PathBuf::from(std::env::args_os().nth(1).expect("the folder to write to"));
    for fixture in fixtures::all() {
        let mut seeds = Seeds {
            folder: &folder,
            name: fixture.name(),
            written: HashSet::new(),
        };
        seeds.of_file(fixture);
    }
    for fixture in logs::all() {
        let mut seeds = Seeds {
            folder: &folder,
            name: &fixture.name,
            written: HashSet::new(),
        };
        seeds.of_logs(fixture);
    }
    for number in 0..4 {
        let mut seeds = Seeds {
            folder: &folder,
            name: "change",
            written: HashSet::new(),
        };
        seeds.of_changes(number);
    }
}

struct Seeds<'a> {
    folder: &'a Path,
    name: &'a str,
    written: HashSet<(&'static str, u32, usize)>,
}

impl Seeds<'_> {
    fn of_file(&mut self, fixture: &Fixture) {
        let (bytes, size) = (fixture.bytes(), fixture.page_size());
        self.write("db_header", 0, &bytes[..(2 * size.bytes()).min(bytes.len())]);
        let choice = PageSize::ALL.iter().position(|other| *other == size).unwrap();
        let choice = u8::try_from(choice).unwrap();
        for (number, page) in bytes.chunks_exact(size.bytes()).enumerate().skip(2) {
            let Ok(view) = Page::new(page, Pgno(u32::try_from(number - 1).unwrap()), size) else {
                continue;
            };
            let kind = view.flags().bits() & 0xff;
            self.write("page", kind, &[&[choice][..], page].concat());
            let is_row = view.is_leaf()
                && kind & (PageFlags::SPACE_TREE | PageFlags::INDEX | PageFlags::LONG_VALUE).bits() == 0;
            for node in view.nodes().flatten() {
                let seed = [&[u8::from(size.is_large())][..], node.data].concat();
                if is_row {
                    let target = if [2, 3].contains(&view.header().tree().0) {
                        "catalog_row"
                    } else {
                        "record"
                    };
                    // Records of one table look alike: a few of each.
                    self.write(target, view.header().tree().0, &seed);
                } else if kind & PageFlags::LONG_VALUE.bits() != 0 {
                    self.write("decompress", 0, &[&[0xff][..], node.data].concat());
                    self.write("compress", 0, node.data);
                }
            }
        }
    }

    fn of_logs(&mut self, fixture: &LogFixture) {
        for (name, bytes) in fixture.logs() {
            let Ok(file) = LogFile::from_bytes(Path::new(name), bytes) else {
                continue;
            };
            self.write("log_header", 0, &bytes[..SEGMENT_BYTES]);
            self.write("log_segment", 0, &bytes[SEGMENT_BYTES..][..4 * SEGMENT_BYTES]);
            let mut records = file.records();
            while let Ok(Some(entry)) = records.next() {
                self.write("log_record", entry.record.kind().number().into(), entry.bytes);
            }
        }
        for (_, bytes) in fixture.checkpoints() {
            self.write("checkpoint", 0, bytes);
        }
    }

    /// One change of every kind in a stream.
    fn of_changes(&mut self, number: u8) {
        self.write("recovery", u32::from(number) << 8, &[number]);
        for what in 0..16 {
            let change: [u8; CHANGE_BYTES] = [what, number, 40, 0, 3, 0, 7, 0, 1];
            let kind = (u32::from(number) << 8) + u32::from(what) + 1;
            self.write("recovery", kind, &[&[number][..], &change].concat());
        }
    }

    fn write(&mut self, target: &'static str, kind: u32, seed: &[u8]) {
        let Some(number) = (0..MOST / 10).find(|number| !self.written.contains(&(target, kind, *number)))
        else {
            return;
        };
        self.written.insert((target, kind, number));
        let folder = self.folder.join(target);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(format!("{}-{kind}-{number}", self.name)), seed).unwrap();
    }
}
