//! Copies are recovered into another folder: whatever fails, the source stays as it is, and the output folder holds all or
//! nothing.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jet_api::JetError;
use jet_api::recover::{Delivery, FileRecovery, Outcome};
use jet_io::fs_sim::Failure;
use jet_io::{Faults, FileSystem as _, SimFs};
use jet_test::{fixtures, logs};

use crate::sets::{file_system, files_in, surrounded};

const DAY1: &str = "srum-server2022-day1.SRUDB.dat";

/// The stream of the first day, generations 1 and 2, without its checkpoint, and its database under another name.
fn day1() -> SimFs {
    let mut files = files_in(logs::named(DAY1), "");
    files.retain(|(name, _)| name.ends_with(".log"));
    file_system(files)
}

fn recover(fs: &SimFs, path: &str) -> Result<Delivery, JetError> {
    FileRecovery::new(path)
        .logs("/set")
        .options(|recovery| surrounded(recovery, fs))
        .run_into("/out/here".as_ref(), &mut |_| {})
}

/// Files outside the output folder.
fn source(fs: &SimFs) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = fs.files().unwrap();
    files.retain(|path, _| !path.starts_with("/out"));
    files
}

#[test]
fn whatever_fails_leaves_no_trace() {
    let before = day1().files().unwrap();
    let whole = day1();
    recover(&whole, "/set").unwrap();
    let expected = whole.contents("/out/here/SRUDB.dat".as_ref()).unwrap();
    let operations = whole.operations();
    assert!(operations > 5);
    for n in 0..operations {
        let fs = day1();
        fs.set_faults(Faults::new(n).fail_at(n, Failure::Device));
        match recover(&fs, "/set") {
            Err(_) => {
                assert_eq!(fs.files().unwrap(), before, "operation {n}");
                assert!(!fs.exists("/out".as_ref()).unwrap(), "operation {n}");
            }
            // What fails while a failure is cleaned up, or where it does not matter.
            Ok(_) => assert!(
                fs.contents("/out/here/SRUDB.dat".as_ref()).unwrap() == expected,
                "operation {n}"
            ),
        }
    }
}

#[test]
fn a_power_loss_leaves_all_or_nothing_under_the_name() {
    let before = day1().files().unwrap();
    let whole = day1();
    recover(&whole, "/set").unwrap();
    let expected = whole.contents("/out/here/SRUDB.dat".as_ref()).unwrap();
    for n in 0..whole.operations() {
        let fs = day1();
        fs.set_faults(Faults::new(n).power_loss_at(n));
        assert!(recover(&fs, "/set").is_err(), "operation {n}");
        for seed in 0..4 {
            let image = fs.crash_image(seed);
            assert_eq!(source(&image), before, "operation {n}, seed {seed}");
            if let Ok(found) = image.contents("/out/here/SRUDB.dat".as_ref()) {
                assert!(found == expected, "operation {n}, seed {seed}");
            }
        }
    }
    let image = whole.durable_image();
    assert!(image.contents("/out/here/SRUDB.dat".as_ref()).unwrap() == expected);
}

#[test]
fn files_are_known_by_their_identity() {
    let mut files = files_in(logs::named(DAY1), "");
    files.retain(|(name, _)| name.ends_with(".log"));
    // The database has another name here, and another database has its name.
    files.push(("renamed.dat".to_owned(), fixtures::named(DAY1).bytes().to_vec()));
    files.push((
        "SRUDB.dat".to_owned(),
        fixtures::named("srum-win10.SRUDB.dat").bytes().to_vec(),
    ));
    let fs = file_system(files);
    let delivery = recover(&fs, "/set").unwrap();
    let database = &delivery.databases[0];
    assert_eq!(database.source.as_deref(), Some("/set/renamed.dat".as_ref()));
    assert!(
        !matches!(database.outcome, Outcome::NotRecovered(_)),
        "{database:?}"
    );
    assert_eq!((delivery.databases.len(), delivery.is_complete()), (1, true));
    let names: Vec<_> = fs
        .list("/out/here".as_ref())
        .unwrap()
        .into_iter()
        .map(|entry| entry.name)
        .collect();
    assert_eq!(names, ["renamed.dat"]);
}
