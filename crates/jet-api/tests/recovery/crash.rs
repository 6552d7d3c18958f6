//! Recovery that does not come to its end: the next one ends in the same database.
//!
//! `JET_CASE=SET:OPERATION` runs one case.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use jet_api::recover::Report;
use jet_api::{JetCode, JetError};
use jet_io::fs_sim::Failure;
use jet_io::{CrashModel, Faults, SimFs, Tear};
use jet_test::logs::LogFixture;

use crate::golden::sets;
use crate::rows::{Tables, assert_sound, recorded, tables};
use crate::sets::{file_system, files_in, recovery};

const DATABASE: &str = "/set/corpus.edb";

/// So little memory that pages are written long before the end.
const CACHE_BYTES: usize = 512 << 10;

fn recover(fs: &SimFs) -> Result<Report, JetError> {
    recovery(fs).cache_bytes(CACHE_BYTES).run(&mut |_| {})
}

/// A set, and what recovery must come to.
struct Set {
    name: &'static str,
    fs: SimFs,
    expected: Tables,
    operations: u64,
}

impl Set {
    fn new(fixture: &'static LogFixture) -> Self {
        let files = files_in(fixture, &fixture.name);
        let json = files
            .iter()
            .find(|(name, _)| name == "recovered.json")
            .unwrap()
            .1
            .clone();
        let fs = file_system(files);
        let whole = fs.fork();
        recover(&whole).unwrap();
        Self {
            name: &fixture.name,
            fs,
            expected: recorded(&json),
            operations: whole.operations(),
        }
    }

    /// Recovers what is there now, and compares.
    fn assert_recovers(&self, fs: &SimFs, case: &str) {
        recover(fs).unwrap_or_else(|error| panic!("{case}: {error}"));
        self.assert_recovered(fs, case);
    }

    fn assert_recovered(&self, fs: &SimFs, case: &str) {
        assert_sound(fs, DATABASE);
        assert!(tables(fs, DATABASE) == self.expected, "{case}: other rows");
    }
}

/// Runs `check` on every set and operation, and fails with all cases that failed.
fn on_every_operation(check: impl Fn(&Set, u64) + Sync) {
    let fixtures = Mutex::new(sets());
    let failed = Mutex::new(Vec::new());
    let only = std::env::var("JET_CASE").ok();
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let Some(fixture) = fixtures.lock().unwrap().next() else {
                        break;
                    };
                    let set = Set::new(fixture);
                    for operation in 0..set.operations {
                        let case = format!("{}:{operation}", set.name);
                        if only.as_ref().is_some_and(|only| *only != case) {
                            continue;
                        }
                        let run = std::panic::AssertUnwindSafe(|| check(&set, operation));
                        if std::panic::catch_unwind(run).is_err() {
                            failed.lock().unwrap().push(case);
                        }
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    assert!(
        failed.is_empty(),
        "replay one with JET_CASE={}: {failed:?}",
        failed[0]
    );
}

/// Cuts the power at an operation of a recovery.
fn cut(set: &Set, operation: u64, tear: Tear) -> SimFs {
    let fs = set.fs.fork();
    fs.set_faults(Faults::new(operation).power_loss_at(operation).tear(tear));
    assert!(recover(&fs).is_err(), "operation {operation} is not made");
    assert!(fs.is_off());
    fs
}

#[test]
fn a_power_loss_at_any_write_or_sync_changes_nothing_in_the_end() {
    on_every_operation(|set, operation| {
        let fs = cut(set, operation, Tear::Never);
        for seed in 0..2 {
            let image = fs.crash_image_by(CrashModel::tearing(Tear::Never), seed);
            set.assert_recovers(&image, &format!("seed {seed}"));
        }
        set.assert_recovers(&fs.durable_image(), "all that was not synced is lost");
        set.assert_recovers(&fs.written_image(), "nothing is lost");
    });
}

#[test]
fn a_power_loss_during_the_recovery_from_one_changes_nothing_either() {
    on_every_operation(|set, operation| {
        let first = cut(set, operation, Tear::Never);
        let image = first.crash_image_by(CrashModel::tearing(Tear::Never), operation);
        let whole = image.fork();
        recover(&whole).unwrap();
        if whole.operations() == 0 {
            return;
        }
        // Anywhere in the second one, another place for each place in the first.
        let again = operation * 7919 % whole.operations();
        image.set_faults(Faults::new(again).power_loss_at(again).tear(Tear::Never));
        assert!(recover(&image).is_err());
        let last = image.crash_image_by(CrashModel::tearing(Tear::Never), again);
        set.assert_recovers(&last, &format!("then at {again}"));
    });
}

/// A write of several sectors that came to the disk in part: pages are recovered or named. What recovery itself had
/// logged it does without, if it may.
#[test]
fn torn_pages_are_recovered_or_named() {
    on_every_operation(|set, operation| {
        let fs = cut(set, operation, Tear::Sectors);
        let model = CrashModel {
            tear: Tear::Sectors,
            keeps_growth: true,
        };
        let image = fs.crash_image_by(model, operation);
        match recover(&image).map_err(|error| (error.code(), error)) {
            Ok(_) => set.assert_recovered(&image, "recovered"),
            Err((JetCode::READ_VERIFY_FAILURE, error)) => {
                let page = error.location().and_then(|place| place.pgno);
                assert!(page.is_some(), "{error}");
            }
            Err((JetCode::LOG_FILE_CORRUPT, _)) => {
                recovery(&image).allow_loss().run(&mut |_| {}).unwrap();
                set.assert_recovered(&image, "allowed to do without");
            }
            Err((_, error)) => panic!("{error}"),
        }
    });
}

#[test]
fn a_full_disk_or_a_failing_one_is_told_and_the_next_recovery_succeeds() {
    let told = AtomicUsize::new(0);
    on_every_operation(|set, operation| {
        for failure in [Failure::DiskFull, Failure::Device] {
            let fs = set.fs.fork();
            let faults = Faults::new(operation).fail_from(operation, failure);
            fs.set_faults(faults.tear(Tear::Never));
            let codes: &[JetCode] = match failure {
                Failure::DiskFull => &[JetCode::DISK_FULL, JetCode::LOG_DISK_FULL],
                Failure::Device => &[JetCode::DISK_IO, JetCode::LOG_WRITE_FAIL],
            };
            match recover(&fs) {
                Err(error) => {
                    assert!(codes.contains(&error.code()), "{failure:?}: {error}");
                    told.fetch_add(1, Ordering::Relaxed);
                }
                // Nothing had to grow any more.
                Ok(_) => assert_eq!(failure, Failure::DiskFull),
            }
            fs.set_faults(Faults::new(0));
            set.assert_recovers(&fs, &format!("after {failure:?}"));
        }
    });
    assert!(told.into_inner() > 100);
}
