//! Records of sessions and of the instance that real streams rarely hold, put into one of them: they change nothing but what
//! they say.

use jet_api::JetCode;
use jet_api::recover::Lgpos;
use jet_io::SimFs;
use jet_log::{LogFile, Record, RecordKind};
use jet_pages::dbheader;

use crate::doubled::{Insert, with_inserts};
use crate::rows::assert_sound;
use crate::sets::{Files, file_system, recover, recovery};
use crate::windows::{differing_pages, server_2022};

const DATABASE: &str = "/set/SRUDB.dat";
/// A session that the stream does not have.
const STRANGER: u8 = 250;

fn contents(fs: &SimFs) -> Vec<u8> {
    fs.contents(DATABASE.as_ref()).unwrap()
}

/// The stream with these records before the `count`-th of a kind.
fn stream(kind: RecordKind, count: usize, records: Vec<Vec<u8>>) -> Files {
    let insert = Insert { kind, count, records };
    with_inserts(&server_2022(1..=5), vec![insert])
}

/// Recovers the stream, which must come to the same end as without the records.
fn assert_no_other_end(files: Files) -> SimFs {
    let plain = file_system(server_2022(1..=5));
    recover(&plain).unwrap();
    let fs = file_system(files);
    recover(&fs).unwrap();
    let (made, expected) = (contents(&fs), contents(&plain));
    let (differing, more) = differing_pages(&made, &expected);
    assert_eq!((differing, more.len()), (Vec::new(), 0));
    assert_sound(&fs, DATABASE);
    fs
}

fn begin() -> Vec<u8> {
    [&[8, STRANGER, 0, 0x10][..], &77_u32.to_le_bytes()].concat()
}

fn macro_mark(number: u8, dbtime: u64) -> Vec<u8> {
    [&[number, STRANGER, 0][..], &dbtime.to_le_bytes()].concat()
}

/// The deletion of a node on a page that is far beyond the end of the file, at this database time.
fn impossible(dbtime: u64) -> Vec<u8> {
    let head = [
        &[35, STRANGER, 0, 1][..],
        &0x7fff_u32.to_le_bytes(),
        &dbtime.to_le_bytes(),
    ]
    .concat();
    let rest = [&[0xff; 8][..], &77_u32.to_le_bytes(), &[1, 0, 0, 4], &[0; 12]].concat();
    let record = [head, rest].concat();
    assert_eq!(Record::decode(&record).unwrap().1, record.len());
    record
}

fn roll_back() -> Vec<u8> {
    vec![7, STRANGER, 0, 1]
}

/// Before some record in the second run of the instance.
const WITHIN: (RecordKind, usize) = (RecordKind::Insert, 900);

#[test]
fn a_macro_that_was_aborted_never_happened() {
    let records = vec![
        begin(),
        macro_mark(11, 500),
        impossible(500),
        macro_mark(13, 500),
        roll_back(),
    ];
    assert_no_other_end(stream(WITHIN.0, WITHIN.1, records));
    // Committed, it does happen.
    let records = vec![
        begin(),
        macro_mark(11, 500),
        impossible(500),
        macro_mark(12, 500),
        roll_back(),
    ];
    let error = recover(&file_system(stream(WITHIN.0, WITHIN.1, records))).unwrap_err();
    assert_eq!(error.code(), JetCode::FILE_IO_BEYOND_EOF, "{error}");
}

#[test]
fn two_macros_of_a_session_are_kept_apart() {
    let records = vec![
        begin(),
        macro_mark(11, 500),
        macro_mark(11, 501),
        impossible(500),
        macro_mark(12, 501),
        macro_mark(13, 500),
        roll_back(),
    ];
    assert_no_other_end(stream(WITHIN.0, WITHIN.1, records));
}

#[test]
fn hints_remarks_and_a_later_begin_change_nothing() {
    let later = [&[10, STRANGER, 0][..], &90_u32.to_le_bytes()].concat();
    let context = vec![69, 5, 0, 0, 0, STRANGER, 0, 1, 2, 3];
    let pages = [&[73, 9, 0, 0, 0, 1, 1, 0, 0, 0][..], &[9, 9, 0, 0]].concat();
    let free_tree = [&[74, 10, 0, 0, 0, 1][..], &[8; 4], &[7; 4], &[1]].concat();
    let rollover = [&[61, STRANGER, 0, 4, 0][..], b"text"].concat();
    let patch = [&[66, 1][..], &[3, 0, 0, 0], &[0; 40]].concat();
    let records = vec![
        begin(),
        later,
        context,
        pages,
        free_tree,
        rollover,
        patch,
        roll_back(),
    ];
    assert_no_other_end(stream(WITHIN.0, WITHIN.1, records));
}

#[test]
fn a_macro_left_open_is_aborted_in_the_log_of_the_recovery() {
    let files = stream(
        WITHIN.0,
        WITHIN.1,
        vec![begin(), macro_mark(11, 500), impossible(500)],
    );
    // The log ends some records later.
    let mut cut = files.clone();
    cut.retain(|(name, _)| !matches!(&name[..], "SRU00004.log" | "SRU.log"));
    let (last, bytes) = cut.pop().unwrap();
    assert_eq!(last, "SRU00003.log");
    cut.push(("SRU.log".to_owned(), bytes));
    let fs = file_system(cut);
    let report = recovery(&fs).allow_loss().run(&mut |_| {}).unwrap();
    assert!(report.undone.0 >= 1, "{report:?}");
    assert_sound(&fs, DATABASE);
    let logs = fs.files().unwrap();
    let mut aborts = 0;
    for (path, bytes) in logs
        .iter()
        .filter(|(path, _)| path.extension().is_some_and(|found| found == "log"))
    {
        let log = LogFile::from_bytes(path, bytes).unwrap();
        let mut records = log.records();
        while let Some(entry) = records.next().unwrap() {
            if let Record::MacroAbort(mark) = entry.record {
                assert_eq!((mark.session.0, mark.dbtime.0), (STRANGER.into(), 500));
                aborts += 1;
            }
        }
    }
    assert_eq!(aborts, 1);
    assert!(recover(&fs).unwrap().was_ended);
}

/// The end of a recovery that keeps databases attached: its sessions are over, the databases go on.
#[test]
fn a_recovery_that_kept_the_databases_attached() {
    let quit = [&[80][..], &[0; 25]].concat();
    let open = vec![begin(), macro_mark(11, 500), quit];
    assert_no_other_end(stream(RecordKind::ShutDownMark, 1, open));
}

#[test]
fn the_header_knows_where_a_kept_database_was_taken_into_use_again() {
    let reattach = [&[72, 45, 0, 0, 0, 1][..], &[0; 44]].concat();
    let files = stream(RecordKind::ShutDownMark, 4, vec![reattach]);
    let fs = assert_no_other_end(files);
    let read = dbheader::read_header(&contents(&fs)).unwrap();
    let (at, attached) = (
        Lgpos::from(read.header.reattach_lgpos),
        Lgpos::from(read.header.attach_lgpos),
    );
    assert!(
        at > attached && at < Lgpos::from(read.header.detach_lgpos),
        "{at}"
    );
    assert!(read.header.reattach_time.is_set());
}
