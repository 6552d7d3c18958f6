//! Any bytes at all: verification comes to an end, and tells of damage instead of failing by it.

use jet_api::Database;
use jet_pages::{Pgno, checksum};
use jet_test::{Image, fixtures};

use crate::try_verify;

/// A simple generator: the same storm on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % below as u64) as usize
    }
}

/// Changes up to 24 bytes of the pages in use. With `with_checksums` the damage is such as an engine with a mistake would
/// write: every check behind the checksum is met.
fn storm(image: &mut Image, random: &mut Random, with_checksums: bool) {
    let size = image.page_size();
    let used: Vec<Pgno> = (1..=image.last_page().0)
        .map(Pgno)
        .filter(|pgno| image.page_bytes(*pgno).iter().any(|byte| *byte != 0))
        .collect();
    for _ in 0..=random.next(24) {
        let pgno = used[random.next(used.len())];
        let bytes = image.page_bytes_mut(pgno);
        // Half of the damage goes to header and tags, where it does most.
        let at = match random.next(4) {
            0 => random.next(40),
            1 => bytes.len() - 1 - random.next(120),
            _ => random.next(bytes.len()),
        };
        bytes[at] = match random.next(3) {
            0 => 0xFF,
            1 => bytes[at] ^ 1 << random.next(8),
            _ => random.next(256) as u8,
        };
        if with_checksums {
            checksum::update(bytes, pgno, size);
        }
    }
}

fn run(name: &str, seeds: std::ops::Range<u64>, with_checksums: bool) {
    for seed in seeds {
        let mut image = Image::new(fixtures::named(name).bytes().to_vec());
        storm(&mut image, &mut Random(seed * 0x9E37_79B9 + 1), with_checksums);
        let (findings, report) =
            try_verify(image.bytes()).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        read_all(image.bytes());
        // Damage without checksums cannot be missed: every changed page is judged.
        if !with_checksums {
            assert!(!findings.is_empty() && !report.is_sound(), "seed {seed}");
        }
    }
}

/// Reads every value of every row that can be read.
fn read_all(bytes: &[u8]) {
    let fs = std::sync::Arc::new(jet_io::MemFs::from_files([("a.edb", bytes.to_vec())]));
    let Ok(db) = Database::options().file_system(fs).open("a.edb") else {
        return;
    };
    for table in db.tables() {
        let Ok(table) = db.open_table(&table.name) else {
            continue;
        };
        let mut rows = table.rows();
        while let Some(row) = rows.next() {
            let Ok(row) = row else { continue };
            _ = row.values();
        }
    }
}

#[test]
fn damaged_bytes_are_always_found() {
    run("ual-hyperv-SystemIdentity.mdb", 0..20, false);
}

#[test]
fn damage_behind_right_checksums_ends_well() {
    run("alltypes.edb", 0..60, true);
    run("ual-hyperv-SystemIdentity.mdb", 100..140, true);
}

#[test]
fn damage_on_large_pages_ends_well() {
    run("bits-win11-qmgr.db", 0..40, true);
}
