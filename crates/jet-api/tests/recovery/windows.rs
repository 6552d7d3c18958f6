//! Streams that Windows wrote: what it had closed or repaired afterwards is what recovery must come to.

use jet_api::JetCode;
use jet_api::recover::{DatabaseMap, Generation, Lgpos, Places, Recovery, Until};
use jet_io::FileSystem as _;
use jet_pages::header::PageHeader;
use jet_pages::{PageFlags, PageSize};
use jet_test::{fixtures, logs};
use zerocopy::FromBytes;

use crate::rows::{Tables, assert_sound, tables};
use crate::sets::{Files, file_system, files_in, recover, surrounded};

pub(crate) const DATABASE: &str = "/set/SRUDB.dat";

/// Logs of generations 1 to 5 of the stream of Server 2022, under their closed names.
pub(crate) fn server_2022(generations: std::ops::RangeInclusive<u32>) -> Files {
    let day1 = files_in(logs::named("srum-server2022-day1.SRUDB.dat"), "");
    let day2 = files_in(logs::named("srum-server2022-day2.SRUDB.dat"), "");
    let get = |files: &[(String, Vec<u8>)], name: &str| {
        files.iter().find(|(found, _)| found == name).unwrap().1.clone()
    };
    let last = *generations.end();
    generations
        .map(|generation| {
            let bytes = match generation {
                1 => get(&day1, "SRU00001.log"),
                2 => get(&day2, "SRUtmp.log"),
                5 => get(&day2, "SRU.log"),
                other => get(&day2, &format!("SRU0000{other}.log")),
            };
            let name = if generation == last {
                "SRU.log".to_owned()
            } else {
                format!("SRU0000{generation}.log")
            };
            (name, bytes)
        })
        .collect()
}

/// A page without what no replay can know: checksum, flush type, and room set aside for rollbacks.
fn comparable(bytes: &[u8]) -> Vec<u8> {
    let mut page = bytes.to_vec();
    let (header, _) = PageHeader::mut_from_prefix(&mut page).unwrap();
    header.checksum = 0.into();
    header.uncommitted_free_bytes = 0.into();
    header.flags = header.page_flags().without(PageFlags::FLUSH_TYPE).bits().into();
    page
}

/// Pages of a database that are not as in another, and what the longer one has more.
pub(crate) fn differing_pages<'f>(made: &'f [u8], real: &'f [u8]) -> (Vec<usize>, &'f [u8]) {
    let size = PageSize::K4.bytes();
    let pages = made.chunks(size).zip(real.chunks(size)).enumerate().skip(2);
    let differing = pages
        .filter(|(_, (made, real))| comparable(made) != comparable(real))
        .map(|(index, _)| index - 1);
    let more = if made.len() > real.len() {
        &made[real.len()..]
    } else {
        &real[made.len()..]
    };
    (differing.collect(), more)
}

pub(crate) fn day(number: u8) -> Vec<u8> {
    fixtures::named(&format!("srum-server2022-day{number}.SRUDB.dat"))
        .bytes()
        .to_vec()
}

/// Rows of a database that lies alone in a folder.
pub(crate) fn rows_of(bytes: &[u8]) -> Tables {
    tables(&file_system(vec![("a".to_owned(), bytes.to_vec())]), "/set/a")
}

#[test]
fn a_stream_from_its_first_generation_gives_every_page_of_the_closed_database() {
    let fs = file_system(server_2022(1..=5));
    let report = recover(&fs).unwrap();
    assert_eq!((report.logs, report.ended_well), (5, true));
    let (made, real) = (fs.contents(DATABASE.as_ref()).unwrap(), day(2));
    let (differing, more) = differing_pages(&made, &real);
    assert_eq!(differing, Vec::<usize>::new());
    // Windows grew the file once more than it logged; nobody owns these pages.
    assert!(real.len() >= made.len() && more.iter().all(|&byte| byte == 0));
    assert_sound(&fs, DATABASE);
    assert!(tables(&fs, DATABASE) == rows_of(&real));
}

/// What of a header no replay can know; bytes and why.
const HEADER_DIFFERENCES: [(std::ops::Range<usize>, &str); 8] = [
    (0..4, "the checksum"),
    (
        64..80,
        "when it was last consistent and attached: by the clock of whoever did it",
    ),
    (88..96, "when it was detached"),
    (216..232, "the version of Windows that attached it"),
    (540..552, "how often the file grew, and when last: not logged"),
    (584..612, "the flush signature, drawn anew"),
    (612..640, "the flush map, of which there is none"),
    (648..652, "the newest format that the attaching engine knew"),
];

#[test]
fn the_header_is_that_of_the_closed_database() {
    let fs = file_system(server_2022(1..=5));
    recover(&fs).unwrap();
    let (made, real) = (fs.contents(DATABASE.as_ref()).unwrap(), day(2));
    let is_known = |at: &usize| HEADER_DIFFERENCES.iter().any(|(bytes, _)| bytes.contains(at));
    let differing = (0..PageSize::K4.bytes()).filter(|&at| made[at] != real[at] && !is_known(&at));
    assert_eq!(differing.collect::<Vec<_>>(), Vec::<usize>::new());
}

#[test]
fn the_first_day_from_its_logs_alone() {
    let day1 = files_in(logs::named("srum-server2022-day1.SRUDB.dat"), "");
    let logs = day1
        .into_iter()
        .filter(|(name, _)| name.ends_with(".log") && name != "SRUtmp.log");
    let fs = file_system(logs.collect());
    recover(&fs).unwrap();
    assert_sound(&fs, DATABASE);
    assert!(tables(&fs, DATABASE) == rows_of(&day(1)));
    let (made, real) = (fs.contents(DATABASE.as_ref()).unwrap(), day(1));
    assert_eq!(differing_pages(&made, &real).0, Vec::<usize>::new());
}

#[test]
fn the_first_day_and_later_logs_give_the_second() {
    let mut files = server_2022(2..=5);
    files.push(("srudb.DAT".to_owned(), day(1)));
    let fs = file_system(files);
    let report = recover(&fs).unwrap();
    assert_eq!((report.logs, report.ended_well), (4, true));
    let (made, real) = (fs.contents("/set/srudb.DAT".as_ref()).unwrap(), day(2));
    assert_eq!(differing_pages(&made, &real).0, Vec::<usize>::new());
    assert_sound(&fs, "/set/srudb.DAT");
    assert!(tables(&fs, "/set/srudb.DAT") == rows_of(&real));
}

/// A moment, and the same in a position: only what was committed before is there.
#[test]
fn the_second_day_up_to_some_moment() {
    let mut files = server_2022(2..=5);
    files.push(("SRUDB.dat".to_owned(), day(1)));
    let fs = file_system(files);
    let rows = |tables: &Tables| tables.values().map(Vec::len).sum::<usize>();
    let (first, last) = (rows(&rows_of(&day(1))), rows(&rows_of(&day(2))));
    let position = |generation, sector| {
        Until::Position(Lgpos {
            generation: Generation(generation),
            sector,
            byte: 0,
        })
    };
    let mut before = 0;
    for until in [
        position(2, 4),
        position(3, 8),
        position(4, 12),
        position(5, 1),
        position(6, 1),
    ] {
        let image = fs.fork();
        let places = Places {
            output: "/out".into(),
            ..Places::in_folder("/set".as_ref())
        };
        image.create_dir_all("/out".as_ref()).unwrap();
        let map = DatabaseMap::in_folder("/set".as_ref());
        let report = surrounded(Recovery::new(places, map), &image)
            .until(until)
            .run(&mut |_| {})
            .unwrap();
        assert_sound(&image, DATABASE);
        let found = rows(&tables(&image, DATABASE));
        assert!(
            (first..=last).contains(&found) && found >= before,
            "{until:?}: {found} rows, {report:?}"
        );
        before = found;
    }
    assert_eq!(before, last);
    assert!(first < last);
}

#[test]
fn a_database_in_dirty_shutdown_with_its_logs() {
    let name = "srum-belka-dirty.SRUDB.dat";
    let dirty = fixtures::named(name).bytes();
    let mut files = files_in(logs::named(name), "");
    files.push(("SRUDB.dat".to_owned(), dirty.to_vec()));
    let fs = file_system(files);
    recover(&fs).unwrap();
    assert_sound(&fs, DATABASE);
    // All pages had reached the disk.
    let found = tables(&fs, DATABASE);
    assert!(found == rows_of(dirty));
    if let Some(repaired) = fixtures::all()
        .iter()
        .find(|other| other.name() == "srum-belka-repaired.SRUDB.dat")
    {
        assert!(found == rows_of(repaired.bytes()));
    }
    assert!(recover(&fs).unwrap().was_ended);
}

#[test]
fn a_database_in_dirty_shutdown_whose_logs_are_missing() {
    let name = "srum-belka-dirty.SRUDB.dat";
    let dirty = ("SRUDB.dat".to_owned(), fixtures::named(name).bytes().to_vec());
    let mut files = files_in(logs::named(name), "");
    files.retain(|(name, _)| name != "SRU00051.log");
    files.push(dirty);
    let fs = file_system(files);
    let before = fs.files().unwrap();
    let error = recover(&fs).unwrap_err();
    assert_eq!(error.code(), JetCode::MISSING_LOG_FILE, "{error}");
    assert!(error.to_string().contains("0x51"), "{error}");
    assert!(fs.files().unwrap() == before);
}
