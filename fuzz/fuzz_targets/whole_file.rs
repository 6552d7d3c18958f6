//! A whole database file: a real one, some of its bytes changed, checksums made right again. Every table is read in every
//! order, and everything is verified.
//!
//! Input: which file and whether checksums are mended, then changes of six bytes: page, offset, two bytes to put there.
#![no_main]

use std::io::Read as _;
use std::sync::{Arc, LazyLock};

use jet_api::verify::{NoProgress, Verifier};
use jet_api::{Database, SeekTarget, Table};
use jet_io::MemFs;
use jet_pages::{PageSize, Pgno, checksum, dbheader};
use libfuzzer_sys::fuzz_target;

const PACKED: [(&[u8], PageSize); 3] = [
    (
        include_bytes!("../../fixtures/windows/alltypes.edb.gz"),
        PageSize::K4,
    ),
    (
        include_bytes!("../../fixtures/windows/compress7bit.edb.gz"),
        PageSize::K8,
    ),
    (
        include_bytes!("../../fixtures/windows/bits-win11-qmgr.db.gz"),
        PageSize::K16,
    ),
];

static FILES: LazyLock<Vec<(Vec<u8>, PageSize)>> = LazyLock::new(|| {
    let unpack = |(packed, size): (&[u8], PageSize)| {
        let mut bytes = Vec::new();
        flate2::read::GzDecoder::new(packed)
            .read_to_end(&mut bytes)
            .expect("a fixture");
        (bytes, size)
    };
    PACKED.into_iter().map(unpack).collect()
});

fuzz_target!(|input: &[u8]| {
    let Some((&choice, changes)) = input.split_first() else {
        return;
    };
    let (file, size) = &FILES[usize::from(choice) % FILES.len()];
    let mut file = file.clone();
    change(&mut file, *size, changes, choice & 0x80 == 0);
    let fs = Arc::new(MemFs::from_files([("a.edb", file)]));
    if let Ok(db) = Database::options()
        .file_system(fs)
        .cache_bytes(4 << 20)
        .open("a.edb")
    {
        for def in db.tables() {
            if let Ok(table) = db.open_table(&def.name) {
                read(&table);
            }
        }
    }
});

fn change(file: &mut [u8], size: PageSize, changes: &[u8], mend: bool) {
    let len = size.bytes();
    let pages = file.len() / len;
    for change in changes.as_chunks::<6>().0.iter().take(64) {
        let [page, offset, _] = change.as_chunks::<2>().0 else {
            continue;
        };
        let page = usize::from(u16::from_le_bytes(*page)) % pages;
        let offset = usize::from(u16::from_le_bytes(*offset)) % (len - 1);
        let bytes = &mut file[page * len..][..len];
        bytes[offset..offset + 2].copy_from_slice(&change[4..]);
        let pgno = u32::try_from(page).expect("a small file").checked_sub(1);
        match pgno {
            _ if !mend => {}
            Some(pgno) if pgno > 0 => checksum::update(bytes, Pgno(pgno), size),
            _ => dbheader::update_checksum(bytes),
        }
    }
}

fn read(table: &Table<'_>) {
    let mut rows = table.rows();
    while let Some(row) = rows.next() {
        _ = row.and_then(|row| row.values().map(drop));
    }
    let indexes = table.def().indexes.iter().map(|index| Some(&index.name[..]));
    for index in indexes.chain([None]) {
        let Ok(mut cursor) = table.cursor(index) else {
            continue;
        };
        // As far as the links lead: a circle ends in an error.
        let mut on_row = cursor.first().unwrap_or(false);
        while on_row {
            _ = cursor.row();
            on_row = cursor.next().unwrap_or(false);
        }
        let mut on_row = cursor.last().unwrap_or(false);
        while on_row {
            on_row = cursor.previous().unwrap_or(false);
        }
        _ = cursor.seek_key(SeekTarget::LessOrEqual, &[0x7f, 0x80]);
        _ = cursor.row();
    }
}
