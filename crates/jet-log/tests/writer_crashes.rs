//! A writer that is stopped at any of its changes leaves a stream that has everything durable and can be continued.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

mod support;

use std::path::Path;

use jet_io::{FileSystem, IoErrorKind};
use jet_log::record::instance::{Ignored, RecoveryUndo2};
use jet_log::{Lgpos, LogError, LogSet, LogWriteError, LogWriter, Record, chain};
use jet_pages::dbheader::LogTime;
use support::{SECTORS, StoppingFs, append, create, last_log, read, resume, roll_info};

/// What was appended, and how much of it is durable.
#[derive(Debug, Default)]
struct Done {
    appended: Vec<Lgpos>,
    durable: Lgpos,
}

/// Some of everything, in four generations. Stops at the first error.
fn work(writer: &mut LogWriter, done: &mut Done) -> Result<(), LogWriteError> {
    for step in 0..46_u8 {
        let len = [30, 700, 90, 5300, 4020, 11, 2000][usize::from(step) % 7];
        let appended = append(writer, len, step);
        done.durable = done.durable.max(writer.durable());
        done.appended.push(appended?);
        match step % 5 {
            0 | 3 => _ = writer.flush()?,
            1 | 2 => _ = writer.write_lazily()?,
            _ if step == 29 => writer.roll(&roll_info())?,
            _ => {}
        }
        done.durable = done.durable.max(writer.durable());
    }
    Ok(())
}

/// Positions of the records of a crashed stream; damage at its end is what the crash cut off.
fn read_crashed(fs: &dyn FileSystem) -> Vec<Lgpos> {
    let sets = LogSet::find(fs, Path::new("/logs")).unwrap();
    let mut found = Vec::new();
    let mut before = None;
    let count = sets[0].logs().count();
    for (index, (_, path)) in sets[0].logs().enumerate() {
        let log = jet_log::LogFile::open(fs, path).unwrap();
        if let Some(before) = &before {
            chain::check_link(before, &log).unwrap();
        }
        let mut records = log.records();
        loop {
            match records.next() {
                Ok(Some(entry)) => {
                    if let Record::Ignored9(Ignored { .. }) = entry.record {
                        found.push(entry.lgpos);
                    }
                }
                Ok(None) => break,
                Err(LogError::Sector { is_tail, .. }) if is_tail && index + 1 == count => break,
                Err(error) => panic!("{error}"),
            }
        }
        before = Some(log);
    }
    found
}

fn stop_everywhere(torn_bytes: usize) {
    let (mut stops, mut repairs) = (0, 0);
    for changes in 0.. {
        let fs = StoppingFs::new(changes, torn_bytes, IoErrorKind::Other);
        let mut done = Done::default();
        let outcome = create(&fs, SECTORS).and_then(|mut writer| work(&mut writer, &mut done));
        let is_complete = outcome.is_ok();
        let sets = LogSet::find(&fs.inner, Path::new("/logs")).unwrap();
        if sets.iter().any(LogSet::has_logs) {
            let found = read_crashed(&fs.inner);
            let durable = done
                .appended
                .iter()
                .filter(|lgpos| **lgpos < done.durable)
                .count();
            assert!(
                found.len() >= durable,
                "stop {changes}: {} of {durable}",
                found.len()
            );
            assert!(
                found
                    .iter()
                    .zip(&done.appended)
                    .all(|(found, appended)| found == appended),
                "stop {changes}"
            );
            repairs += last_log(&fs.inner).scan().repairs.len();
            // The stream goes on, and is whole then.
            let mut writer = resume(&fs.inner).unwrap();
            let time = LogTime::default();
            writer
                .append(&Record::RecoveryUndo2(RecoveryUndo2 { time }))
                .unwrap();
            append(&mut writer, 100, 99).unwrap();
            writer.flush().unwrap();
            writer.roll(&roll_info()).unwrap();
            assert_eq!(read(&fs.inner).len(), found.len() + 1);
            stops += 1;
        } else {
            assert!(done.appended.is_empty());
        }
        if is_complete {
            break;
        }
    }
    println!("{stops} stops, {repairs} repairs");
    assert!(stops > 80);
    // Only a rewritten segment that is cut off leaves something to mend.
    assert_eq!(repairs > 0, (1..4096).contains(&torn_bytes));
}

#[test]
fn between_two_changes() {
    stop_everywhere(0);
}

#[test]
fn within_the_first_segment_of_a_write() {
    stop_everywhere(1536);
}

#[test]
fn behind_the_first_segment_of_a_write() {
    stop_everywhere(4096);
}

#[test]
fn within_the_second_segment_of_a_write() {
    stop_everywhere(4096 + 512);
}
