//! What killed processes of the open-source engine left: recovery comes to the rows that it came to itself.

use jet_test::logs::{self, LogFixture};

use crate::rows::{assert_sound, recorded, tables};
use crate::sets::{file_system, files_in, recover};

/// Sets with what the engine made of them; those in the repository, and more beside it.
pub(crate) fn sets() -> impl Iterator<Item = &'static LogFixture> {
    let all = logs::all().iter();
    all.filter(|set| set.files().keys().any(|path| path.ends_with("/recovered.json")))
}

#[test]
fn every_crashed_set_gives_the_rows_that_the_engine_gave() {
    let mut count = 0;
    let mut failed = Vec::new();
    for set in sets() {
        count += 1;
        let run = || {
            let files = files_in(set, &set.name);
            let expected = files
                .iter()
                .find(|(name, _)| name == "recovered.json")
                .unwrap()
                .1
                .clone();
            let fs = file_system(files);
            let report = recover(&fs).unwrap_or_else(|error| panic!("{}: {error}", set.name));
            println!(
                "{}: {} logs, {} records, undone {:?}",
                set.name, report.logs, report.records, report.undone
            );
            assert!(!report.was_ended);
            assert_sound(&fs, "/set/corpus.edb");
            let (found, expected) = (tables(&fs, "/set/corpus.edb"), recorded(&expected));
            assert_eq!(
                found.keys().collect::<Vec<_>>(),
                expected.keys().collect::<Vec<_>>()
            );
            for (name, rows) in &expected {
                assert_eq!(found[name].len(), rows.len(), "rows of {name}");
                for (found, row) in found[name].iter().zip(rows) {
                    assert_eq!(found, row, "{name}");
                }
            }
            let before = fs.files().unwrap();
            let again = recover(&fs).unwrap_or_else(|error| panic!("again: {error}"));
            assert!(again.was_ended);
            assert!(
                fs.files().unwrap() == before,
                "the second recovery changed something"
            );
        };
        if std::panic::catch_unwind(run).is_err() {
            failed.push(&set.name);
        }
    }
    assert!(failed.is_empty(), "{failed:?}");
    assert!(count >= 8, "{count} sets");
}
