//! What opening a file answers, and what it leaves as it was.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::fs::{self, File, FileTimes};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use jet_api::{Database, JetCode, JetError};
use jet_io::MemFs;
use jet_test::fixtures;

fn open_error(bytes: Vec<u8>) -> JetError {
    let fs = Arc::new(MemFs::from_files([("a.edb", bytes)]));
    Database::options().file_system(fs).open("a.edb").unwrap_err()
}

#[test]
fn neither_bytes_nor_times_of_a_file_change() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dirty.mdb");
    let fixture = fixtures::named("ual-hyperv-Current.mdb");
    fs::write(&path, fixture.bytes()).unwrap();
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    let times = FileTimes::new().set_accessed(long_ago).set_modified(long_ago);
    File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .set_times(times)
        .unwrap();

    let db = Database::open(&path).unwrap();
    let mut rows = 0;
    for def in db.tables() {
        let table = db.open_table(&def.name).unwrap();
        let mut all = table.rows();
        while let Some(row) = all.next() {
            row.unwrap().values().unwrap();
            rows += 1;
        }
    }
    assert!(rows > 1000, "{rows} rows were read");

    let now = fs::metadata(&path).unwrap();
    assert_eq!(now.modified().unwrap(), long_ago);
    if cfg!(target_os = "linux") {
        assert_eq!(now.accessed().unwrap(), long_ago);
    }
    assert_eq!(fs::read(&path).unwrap(), fixture.bytes());
    let beside: Vec<PathBuf> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(beside, [path], "nothing is written beside the file");
}

#[test]
fn what_is_no_database_is_refused_by_name() {
    let missing = Database::open("no/such/file.edb").unwrap_err();
    assert_eq!(missing.code(), JetCode::FILE_NOT_FOUND);
    let folder = Database::open(env!("CARGO_MANIFEST_DIR")).unwrap_err();
    assert_eq!(folder.code(), JetCode::INVALID_PATH);
    assert_eq!(open_error(Vec::new()).code(), JetCode::FILE_IO_BEYOND_EOF);
    assert_eq!(open_error(vec![7; 100]).code(), JetCode::DATABASE_CORRUPTED);
    assert_eq!(open_error(vec![0; 1 << 20]).code(), JetCode::DATABASE_CORRUPTED);
}

#[test]
fn an_error_names_file_page_and_offset() {
    let mut bytes = fixtures::named("alltypes.edb").bytes().to_vec();
    // Both catalogs: one root stands in for the other.
    for page in [4, 24] {
        bytes[(page + 1) * 4096 + 200..][..64].fill(0xa5);
    }
    let error = open_error(bytes);
    assert_eq!(error.code(), JetCode::READ_VERIFY_FAILURE);
    let place = error.location().unwrap();
    assert_eq!(
        (place.path.as_path(), place.pgno, place.offset),
        (Path::new("a.edb"), Some(4), Some(20480))
    );
    let text = error.to_string();
    assert!(text.contains("JET_errReadVerifyFailure (-1018)"), "{text}");
    assert!(text.contains("a.edb, page 4 at offset 20480"), "{text}");
    assert!(text.contains("what to do:"), "{text}");
}

#[test]
fn either_copy_of_header_and_catalog_is_enough() {
    let whole = fixtures::named("alltypes.edb").bytes();
    for damaged in [0, 4096, 5 * 4096] {
        let mut bytes = whole.to_vec();
        bytes[damaged + 100..][..300].fill(0x5a);
        let fs = Arc::new(MemFs::from_files([("a.edb", bytes)]));
        let db = Database::options().file_system(fs).open("a.edb").unwrap();
        let table = db.open_table("TestTable").unwrap();
        assert!(table.rows().next().unwrap().unwrap().values().unwrap().len() > 10);
        assert_eq!(db.catalog_problems().is_empty(), damaged != 5 * 4096);
    }
}

#[test]
fn names_are_found_without_regard_to_case() {
    let fs = Arc::new(MemFs::from_files([(
        "a.edb",
        fixtures::named("alltypes.edb").bytes().to_vec(),
    )]));
    let db = Database::options().file_system(fs).open("a.edb").unwrap();
    assert_eq!(db.open_table("TESTTABLE").unwrap().name(), "TestTable");
    assert_eq!(
        db.open_table("nothing").unwrap_err().code(),
        JetCode::OBJECT_NOT_FOUND
    );
    let table = db.open_table("testtable").unwrap();
    assert_eq!(
        table.cursor(Some("nothing")).unwrap_err().code(),
        JetCode::INDEX_NOT_FOUND
    );
    assert_eq!(
        table.column("nothing").unwrap_err().code(),
        JetCode::COLUMN_NOT_FOUND
    );
}

#[test]
fn a_value_whose_tree_is_damaged_says_which_page() {
    let mut bytes = fixtures::named("alltypes.edb").bytes().to_vec();
    let open = |bytes: Vec<u8>| {
        let fs = Arc::new(MemFs::from_files([("a.edb", bytes)]));
        Database::options().file_system(fs).open("a.edb").unwrap()
    };
    let tree = open(bytes.clone())
        .open_table("TestTable")
        .unwrap()
        .def()
        .long_values
        .unwrap();
    bytes[(tree.root.0 as usize + 1) * 4096 + 100..][..64].fill(0xa5);
    let db = open(bytes);
    let table = db.open_table("TestTable").unwrap();
    let mut rows = table.rows();
    let error = rows.next().unwrap().unwrap().values().unwrap_err();
    assert_eq!(error.code(), JetCode::READ_VERIFY_FAILURE);
    assert_eq!(error.location().unwrap().pgno, Some(tree.root.0));
}
