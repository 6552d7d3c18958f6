//! Sets with something damaged, missing, foreign or too new: the error that the open-source engine gave for it, and no file
//! changed.
//!
//! Names in the first table are those of the recorded calls `83_recovery_*`; the second one is that of the format chapter on
//! recovery.

use std::path::Path;

use jet_api::recover::{DatabaseMap, Places, Recovery};
use jet_api::{JetCode, JetError};
use jet_io::{FileSystem as _, LockKind, OpenMode, SimFs};
use jet_log::header::LogHeader;
use jet_pages::PageSize;
use jet_test::logs;
use zerocopy::{FromBytes, IntoBytes};

use crate::rows::{assert_sound, recorded, tables};
use crate::sets::{Files, file_system, files_in, recover, recovery, surrounded};

const DATABASE: &str = "/set/corpus.edb";

fn files() -> Files {
    let set = logs::named("p4096_m1");
    files_in(set, &set.name)
}

fn without(names: &[&str]) -> SimFs {
    let files = files().into_iter();
    file_system(
        files
            .filter(|(name, _)| !names.contains(&name.as_str()))
            .collect(),
    )
}

fn corrupted(changes: &[(&str, u64)]) -> SimFs {
    let fs = file_system(files());
    for &(name, offset) in changes {
        fs.corrupt(&Path::new("/set").join(name), offset, &[0xff])
            .unwrap();
    }
    fs
}

/// The set with another header in one log, whose checksum is right.
fn with_header(log: &str, change: impl Fn(&mut LogHeader)) -> SimFs {
    let mut files = files();
    let bytes = &mut files.iter_mut().find(|(name, _)| name == log).unwrap().1;
    let (header, _) = LogHeader::mut_from_prefix(bytes).unwrap();
    change(header);
    header.update_checksum();
    assert_eq!(header.as_bytes().len(), 4096);
    file_system(files)
}

#[track_caller]
fn assert_recovered(fs: &SimFs, path: &str) {
    assert_sound(fs, path);
    let set = logs::named("p4096_m1");
    let expected = recorded(&set.files()["p4096_m1/recovered.json"]);
    assert_eq!(expected["Work"].len(), 162, "as the recorded calls counted");
    assert!(tables(fs, path) == expected);
}

/// Fails as told, and leaves every file as it was.
#[track_caller]
fn assert_refused(fs: &SimFs, recovery: &Recovery, code: JetCode) -> JetError {
    let before = fs.files().unwrap();
    let error = recovery.run(&mut |_| {}).unwrap_err();
    assert_eq!(error.code(), code, "{error}");
    assert!(error.location().is_some(), "no file is named: {error}");
    assert!(fs.files().unwrap() == before, "a file was changed");
    error
}

#[test]
fn corrupt_chk_first() {
    let fs = corrupted(&[("edb.chk", 100)]);
    recover(&fs).unwrap();
    assert_recovered(&fs, DATABASE);
}

#[test]
fn corrupt_dbheader_both() {
    let fs = corrupted(&[("corpus.edb", 100), ("corpus.edb", 4196)]);
    recover(&fs).unwrap();
    assert_recovered(&fs, DATABASE);
}

#[test]
fn corrupt_edblog_header() {
    let fs = corrupted(&[("edb.log", 100)]);
    assert_refused(&fs, &recovery(&fs), JetCode::LOG_FILE_CORRUPT);
}

#[test]
fn corrupt_edblog_sector2() {
    let fs = corrupted(&[("edb.log", 8200)]);
    assert_refused(&fs, &recovery(&fs), JetCode::LOG_FILE_CORRUPT);
}

#[test]
fn ignore_missing_db() {
    let fs = file_system(files());
    recovery(&fs).ignore_missing().run(&mut |_| {}).unwrap();
    assert_recovered(&fs, DATABASE);
}

/// The creation of the database is in the logs.
#[test]
fn ignore_missing_db2() {
    for is_ignored in [false, true] {
        let fs = without(&["corpus.edb"]);
        let recovery = recovery(&fs);
        let recovery = if is_ignored {
            recovery.ignore_missing()
        } else {
            recovery
        };
        recovery.run(&mut |_| {}).unwrap();
        assert_recovered(&fs, DATABASE);
    }
}

fn moved() -> SimFs {
    let files = files().into_iter().map(|(name, bytes)| {
        let folder = if name == "corpus.edb" { "moved/" } else { "" };
        (format!("{folder}{name}"), bytes)
    });
    file_system(files.collect())
}

#[test]
fn moved_altpath() {
    let fs = moved();
    let map = DatabaseMap::in_folder("/set/moved".as_ref());
    let recovery = surrounded(Recovery::new(Places::in_folder("/set".as_ref()), map), &fs);
    recovery.run(&mut |_| {}).unwrap();
    assert_recovered(&fs, "/set/moved/corpus.edb");
}

#[test]
fn moved_rstmap() {
    let fs = moved();
    let map = DatabaseMap {
        entries: vec![(r"C:\corpus\corpus.edb".to_owned(), "/set/moved/corpus.edb".into())],
        ..DatabaseMap::default()
    };
    let recovery = surrounded(Recovery::new(Places::in_folder("/set".as_ref()), map), &fs);
    recovery.run(&mut |_| {}).unwrap();
    assert_recovered(&fs, "/set/moved/corpus.edb");
}

#[test]
fn no_jfm() {
    let fs = without(&["corpus.jfm"]);
    recover(&fs).unwrap();
    assert_recovered(&fs, DATABASE);
}

/// Where the engine begins a new stream, a recovery has nothing to begin with.
#[test]
fn no_logs() {
    let logs = [
        "edb.log",
        "edb00000001.log",
        "edb00000002.log",
        "edb00000003.log",
        "edb.chk",
    ];
    let fs = without(&logs);
    assert_refused(&fs, &recovery(&fs), JetCode::MISSING_LOG_FILE);
}

#[test]
fn other_basename() {
    let fs = file_system(files());
    assert_refused(&fs, &recovery(&fs).base("abc"), JetCode::MISSING_LOG_FILE);
}

/// The size is looked at when all databases are clean.
#[test]
fn other_logsize() {
    let fs = file_system(files());
    let error = recovery(&fs).log_bytes(256 << 10).run(&mut |_| {}).unwrap_err();
    assert_eq!(
        error.code(),
        JetCode::LOG_FILE_SIZE_MISMATCH_DATABASES_CONSISTENT,
        "{error}"
    );
    assert_recovered(&fs, DATABASE);
}

#[test]
fn truncated_edblog() {
    let fs = file_system(files());
    fs.truncate("/set/edb.log".as_ref(), 65536).unwrap();
    assert_refused(&fs, &recovery(&fs), JetCode::LOG_FILE_SIZE_MISMATCH);
}

#[test]
fn wrong_pagesize() {
    let fs = file_system(files());
    let recovery = recovery(&fs).page_size(PageSize::K8);
    assert_refused(&fs, &recovery, JetCode::PAGE_SIZE_MISMATCH);
}

#[test]
fn a_missing_checkpoint_costs_time_only() {
    let fs = without(&["edb.chk"]);
    recover(&fs).unwrap();
    assert_recovered(&fs, DATABASE);
}

#[test]
fn logs_that_are_missing() {
    let required = JetCode::REQUIRED_LOG_FILES_MISSING;
    for (missing, code) in [
        (&["edb.log"][..], JetCode::MISSING_LOG_FILE),
        (&["edb00000002.log"], JetCode::INVALID_LOG_SEQUENCE),
        (&["edb00000001.log"], JetCode::MISSING_LOG_FILE),
        (&["edb00000001.log", "edb.chk"], required),
    ] {
        let fs = without(missing);
        assert_refused(&fs, &recovery(&fs), code);
    }
    let fs = without(&["edb.log"]);
    assert_refused(&fs, &recovery(&fs).allow_no_current_log(), required);
    assert_refused(&fs, &recovery(&fs).allow_loss(), required);
    assert_refused(&fs, &recovery(&fs).allow_loss().allow_no_current_log(), required);
}

#[test]
fn the_next_log_in_preparation_stands_for_the_current_one() {
    let mut files = files();
    files.iter_mut().find(|(name, _)| name == "edb.log").unwrap().0 = "edbtmp.log".to_owned();
    let fs = file_system(files);
    assert_refused(&fs, &recovery(&fs), JetCode::REQUIRED_LOG_FILES_MISSING);
}

#[test]
fn headers_that_do_not_fit() {
    for log in ["edb00000002.log", "edb.log"] {
        let check = |change: &dyn Fn(&mut LogHeader), code| {
            let fs = with_header(log, change);
            assert_refused(&fs, &recovery(&fs), code)
        };
        check(
            &|header| header.signature.random = 7.into(),
            JetCode::BAD_LOG_SIGNATURE,
        );
        check(
            &|header| header.update_major = 131.into(),
            JetCode::BAD_LOG_VERSION,
        );
        check(
            &|header| header.update_minor = 281.into(),
            JetCode::BAD_LOG_VERSION,
        );
        check(
            &|header| header.previous_created.second ^= 1,
            JetCode::INVALID_LOG_SEQUENCE,
        );
        check(&|header| header.file_type = 2.into(), JetCode::FILE_INVALID_TYPE);
        let error = check(
            &|header| header.previous_checksum = 7.into(),
            JetCode::LOG_SEQUENCE_CHECKSUM_MISMATCH,
        );
        let text = error.to_string();
        assert!(text.contains("generation 0x"), "{text}");
    }
}

#[test]
fn a_damaged_closed_log() {
    for (offset, code) in [
        (100, JetCode::LOG_FILE_CORRUPT),
        (20000, JetCode::LOG_FILE_CORRUPT),
    ] {
        let fs = corrupted(&[("edb00000002.log", offset)]);
        assert_refused(&fs, &recovery(&fs), code);
    }
}

#[test]
fn without_undo() {
    let fs = file_system(files());
    let recovery = recovery(&fs).without_undo();
    let report = recovery.run(&mut |_| {}).unwrap();
    assert_eq!(recovery.code(&report), JetCode::RECOVERED_WITHOUT_UNDO);
    // Nothing was undone, and a whole recovery can follow.
    recover(&fs).unwrap();
    assert_recovered(&fs, DATABASE);
    let report = recovery.run(&mut |_| {}).unwrap();
    assert_eq!(
        recovery.code(&report),
        JetCode::RECOVERED_WITHOUT_UNDO_DATABASES_CONSISTENT
    );
    assert_recovered(&fs, DATABASE);
}

#[test]
fn after_the_end_neither_the_checkpoint_nor_its_place_matter() {
    let fs = file_system(files());
    recover(&fs).unwrap();
    let done = fs.files().unwrap();
    let old = files().into_iter().find(|(name, _)| name == "edb.chk").unwrap().1;
    for checkpoint in [None, Some(old)] {
        let mut files: Vec<_> = done.clone().into_iter().collect();
        files.retain(|(path, _)| !path.ends_with("edb.chk"));
        files.extend(checkpoint.map(|bytes| ("/set/edb.chk".into(), bytes)));
        let fs = SimFs::from_files(files);
        let report = recover(&fs).unwrap();
        assert!(report.ended_well);
        assert_recovered(&fs, DATABASE);
    }
}

/// The log creates the database, and a file of that name is something else: it is no header that was damaged.
#[test]
fn a_file_that_is_no_database_is_not_replaced() {
    let mut files = files();
    let database = &mut files.iter_mut().find(|(name, _)| name == "corpus.edb").unwrap().1;
    *database = b"letters to a friend".repeat(1000);
    let fs = file_system(files);
    assert_refused(&fs, &recovery(&fs), JetCode::DATABASE_CORRUPTED);
}

#[test]
fn a_creation_that_a_crash_cut_off_begins_anew() {
    for len in [0, 4096, 1 << 20] {
        let mut files = files();
        files.iter_mut().find(|(name, _)| name == "corpus.edb").unwrap().1 = vec![0; len];
        let fs = file_system(files);
        recover(&fs).unwrap();
        assert_recovered(&fs, DATABASE);
    }
}

#[test]
fn a_database_in_use_is_left_alone() {
    let fs = file_system(files());
    let file = fs.open(DATABASE.as_ref(), OpenMode::ReadWrite).unwrap();
    file.try_lock(LockKind::Exclusive).unwrap();
    assert_refused(&fs, &recovery(&fs), JetCode::FILE_ACCESS_DENIED);
    drop(file);
    recover(&fs).unwrap();
    assert_recovered(&fs, DATABASE);
}
