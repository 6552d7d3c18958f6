//! A page of a database in which one bit is flipped: named, and mended only when told.

use jet_api::JetCode;
use jet_io::SimFs;
use jet_pages::checksum;
use jet_pages::{PageSize, Pgno};

use crate::rows::{assert_sound, tables};
use crate::sets::{Files, file_system, recover, recovery};
use crate::windows::{DATABASE, day, rows_of, server_2022};

const SIZE: PageSize = PageSize::K4;

/// The first day of a database, and the logs since: what was there then is in no log.
fn files() -> Files {
    let mut files = server_2022(2..=5);
    files.push(("SRUDB.dat".to_owned(), day(1)));
    files
}

/// Pages that were in use and that redo changes. Some it makes anew: what was in them does not matter.
fn changed_pages() -> Vec<Pgno> {
    let fs = file_system(files());
    let before = fs.contents(DATABASE.as_ref()).unwrap();
    recover(&fs).unwrap();
    let after = fs.contents(DATABASE.as_ref()).unwrap();
    let pages = before.chunks(SIZE.bytes()).zip(after.chunks(SIZE.bytes()));
    let is_changed = |(before, after): &(&[u8], &[u8])| before != after && before[8..16] != [0; 8];
    let changed = pages.enumerate().skip(2).filter(|(_, pair)| is_changed(pair));
    changed
        .map(|(index, _)| Pgno(u32::try_from(index - 1).unwrap()))
        .collect()
}

fn flip(page: &mut [u8]) {
    page[2000] ^= 4;
}

/// A page that redo must read as it is.
fn needed_page() -> Pgno {
    let mut pages = changed_pages().into_iter();
    let is_needed = |pgno: &Pgno| recover(&with_page(*pgno, flip)).is_err();
    pages
        .find(is_needed)
        .expect("redo needs no page that was there before")
}

/// The set with another page in the database.
fn with_page(pgno: Pgno, change: impl Fn(&mut [u8])) -> SimFs {
    let mut files = files();
    let bytes = &mut files.iter_mut().find(|(name, _)| name == "SRUDB.dat").unwrap().1;
    let start = usize::try_from(pgno.file_offset(SIZE)).unwrap();
    change(&mut bytes[start..start + SIZE.bytes()]);
    file_system(files)
}

#[test]
fn a_flipped_bit_is_named_and_mended_when_told() {
    let pgno = needed_page();
    let fs = with_page(pgno, flip);
    let error = recover(&fs).unwrap_err();
    assert_eq!(error.code(), JetCode::READ_VERIFY_FAILURE, "{error}");
    assert_eq!(error.location().unwrap().pgno, Some(pgno.0), "{error}");
    recovery(&fs).mend_flipped_bits().run(&mut |_| {}).unwrap();
    // The file has the page without the flip, too.
    assert_sound(&fs, DATABASE);
    assert!(tables(&fs, DATABASE) == rows_of(&day(2)));
}

/// The checksum is mended, and the page is still not sound: it is looked at as a whole before it is changed.
#[test]
fn a_mended_page_is_checked_like_any_other() {
    let pgno = needed_page();
    let fs = with_page(pgno, |page| {
        // It says that it has more room than it has, which no single change would notice.
        let free = u16::from_le_bytes([page[28], page[29]]);
        page[28..30].copy_from_slice(&(free + 8).to_le_bytes());
        checksum::update(page, pgno, SIZE);
        flip(page);
    });
    let error = recovery(&fs).mend_flipped_bits().run(&mut |_| {}).unwrap_err();
    assert_eq!(error.code(), JetCode::DATABASE_CORRUPTED, "{error}");
    assert_eq!(error.location().unwrap().pgno, Some(pgno.0), "{error}");
}
