//! New databases.

use std::path::Path;
use std::sync::Arc;

use jet_api::Database;
use jet_api::verify::{NoProgress, Verifier};
use jet_io::SimFs;
use jet_pages::PageSize;
use jet_session::storage::Storage;

use crate::world::{DATABASE, SESSION, create, disk, setup};

pub(crate) fn assert_sound(fs: &SimFs, path: &str) {
    let mut found = Vec::new();
    let options = Database::options().file_system(Arc::new(fs.clone()));
    let report = Verifier::new(options)
        .run(
            Path::new(path),
            &mut |finding| found.push(finding.to_json().to_string()),
            &mut NoProgress,
        )
        .unwrap_or_else(|error| panic!("{error}"));
    assert!(report.is_sound() && report.is_clean, "{}", found.join("\n"));
    assert!(found.is_empty(), "{}", found.join("\n"));
}

fn system_tables(fs: &SimFs) -> Vec<String> {
    let db = Database::options()
        .file_system(Arc::new(fs.clone()))
        .open(DATABASE)
        .unwrap();
    let mut names: Vec<_> = db.tables().map(|table| table.name.clone()).collect();
    names.sort();
    names
}

#[test]
fn a_new_database_is_sound_and_has_its_catalog() {
    for page_size in [PageSize::K4, PageSize::K8, PageSize::K16, PageSize::K32] {
        let fs = disk();
        let (storage, _) = create(&fs, page_size);
        storage.stop().unwrap();
        drop(storage);
        assert_sound(&fs, DATABASE);
        assert_eq!(
            system_tables(&fs),
            ["MSysLocales", "MSysObjects", "MSysObjectsShadow", "MSysObjids"]
        );
    }
}

#[test]
fn a_database_that_was_created_before_a_crash_is_recovered() {
    let fs = disk();
    let (storage, _) = create(&fs, PageSize::K4);
    let image = fs.durable_image();
    drop(storage);
    let storage = Storage::start(setup(&image, PageSize::K4), &mut |_| {})
        .unwrap()
        .engine;
    storage.attach(SESSION, Path::new(DATABASE), 0).unwrap();
    storage.stop().unwrap();
    drop(storage);
    assert_sound(&image, DATABASE);
    assert_eq!(system_tables(&image).len(), 4);
}
