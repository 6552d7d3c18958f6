//! Several databases in one stream: each comes to its own end, whatever the state of the others.

use jet_api::JetCode;
use jet_api::recover::{Deferral, Ended, Generation, Lgpos, Report, Until};
use jet_io::SimFs;

use crate::doubled::{OTHER, doubled, second_start};
use crate::rows::assert_sound;
use crate::sets::{Files, file_system, recover, recovery};
use crate::windows::{differing_pages, server_2022};

const FIRST: &str = "SRUDB.dat";

/// In the second run of the instance.
const AMID: Lgpos = Lgpos {
    generation: Generation(3),
    sector: 4,
    byte: 0,
};

/// The state of both databases at some place of the stream.
struct States {
    /// The doubled stream.
    logs: Files,
    /// A database at the end of the first run of the instance, complete.
    between: SimFs,
    /// In the second run, in need of logs.
    amid: SimFs,
    /// At the end.
    end: SimFs,
    /// The only database of the stream that was doubled, at its end.
    single: Vec<u8>,
}

fn contents(fs: &SimFs, name: &str) -> Vec<u8> {
    fs.contents(format!("/set/{name}").as_ref()).unwrap()
}

impl States {
    fn new() -> Self {
        let logs = doubled(&server_2022(1..=5), false);
        let until = |until| {
            let fs = file_system(logs.clone());
            recovery(&fs)
                .without_undo()
                .until(until)
                .run(&mut |_| {})
                .unwrap();
            fs
        };
        let restart = second_start(&logs);
        let between = until(Until::Position(restart));
        let amid = until(Until::Position(AMID));
        let end = file_system(logs.clone());
        recover(&end).unwrap();
        let single = file_system(server_2022(1..=5));
        recover(&single).unwrap();
        Self {
            between,
            amid,
            end,
            single: contents(&single, FIRST),
            logs,
        }
    }

    /// The logs from `first` on, and the databases in these states.
    fn files(&self, first: u32, databases: &[(&str, &SimFs)]) -> SimFs {
        let skipped: Vec<String> = (1..first)
            .map(|generation| format!("SRU{generation:05X}.log"))
            .collect();
        let mut files = self.logs.clone();
        files.retain(|(name, _)| !skipped.contains(name));
        files.extend(
            databases
                .iter()
                .map(|&(name, fs)| (name.to_owned(), contents(fs, name))),
        );
        file_system(files)
    }

    fn assert_whole(&self, fs: &SimFs, name: &str) {
        let made = contents(fs, name);
        let (differing, more) = differing_pages(&made, &self.single);
        assert_eq!((differing, more.len()), (Vec::new(), 0), "{name}");
        assert_sound(fs, &format!("/set/{name}"));
    }
}

fn outcome(report: &Report, name: &str) -> Result<Ended, Deferral> {
    let found = report
        .databases
        .iter()
        .find(|database| database.logged.ends_with(name));
    found.unwrap().outcome
}

#[test]
fn both_databases_of_a_stream_are_recovered_whatever_state_each_is_in() {
    let states = States::new();
    let all = [None, Some(&states.between), Some(&states.amid), Some(&states.end)];
    for first in all {
        for other in all {
            let found = [(FIRST, first), (OTHER, other)];
            let found = found.into_iter().filter_map(|(name, fs)| Some((name, fs?)));
            let fs = states.files(1, &found.collect::<Vec<_>>());
            let report = recover(&fs).unwrap();
            assert_eq!((report.logs, report.ended_well), (5, true));
            for name in [FIRST, OTHER] {
                states.assert_whole(&fs, name);
            }
        }
    }
}

#[test]
fn a_database_that_is_missing_is_an_error_or_left_out() {
    let states = States::new();
    let first = second_start(&states.logs).generation.0;
    let fs = states.files(first, &[(FIRST, &states.between)]);
    let until = || recovery(&fs).without_undo().until(Until::Position(AMID));
    let error = until().run(&mut |_| {}).unwrap_err();
    assert_eq!(error.code(), JetCode::ATTACHED_DATABASE_MISMATCH, "{error}");
    assert!(error.to_string().contains(OTHER), "{error}");
    let report = until().ignore_missing().run(&mut |_| {}).unwrap();
    assert_eq!(outcome(&report, OTHER), Err(Deferral::Missing));
    assert_eq!(outcome(&report, FIRST), Ok(Ended::NeedsLogs));
    // Where the instance ended well, nobody needs the logs for it.
    let report = recover(&fs).unwrap();
    assert_eq!(outcome(&report, FIRST), Ok(Ended::Clean));
    states.assert_whole(&fs, FIRST);
    // Both there: the same logs are enough.
    let fs = states.files(first, &[(FIRST, &states.between), (OTHER, &states.between)]);
    recover(&fs).unwrap();
    states.assert_whole(&fs, FIRST);
    states.assert_whole(&fs, OTHER);
}

#[test]
fn a_database_that_was_detached_stays_as_it_was_then() {
    let states = States::new();
    let fs = file_system(doubled(&server_2022(1..=5), true));
    let report = recover(&fs).unwrap();
    assert_eq!(
        (outcome(&report, FIRST), outcome(&report, OTHER)),
        (Ok(Ended::Clean), Ok(Ended::Clean))
    );
    states.assert_whole(&fs, FIRST);
    let (made, expected) = (contents(&fs, OTHER), contents(&states.between, OTHER));
    let (differing, more) = differing_pages(&made, &expected);
    assert_eq!((differing, more.len()), (Vec::new(), 0));
    assert_sound(&fs, &format!("/set/{OTHER}"));
    assert!(recover(&fs).unwrap().was_ended);
}
