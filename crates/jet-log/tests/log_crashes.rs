//! The power goes off, or the disk fails, at any operation of an engine's log: everything that a flush returned for is
//! read back, what else is there is a part of what was appended, in order, and the stream can be continued.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

mod support;

use std::path::Path;
use std::sync::Arc;

use jet_io::fs_sim::Failure;
use jet_io::{CrashModel, Faults, FileSystem, SimFs, Tear};
use jet_log::record::SessionId;
use jet_log::record::instance::{Ignored, RecoveryUndo2};
use jet_log::segment::SectorDamage;
use jet_log::{Generation, Lgpos, Log, LogError, LogFile, LogSet, LogState, LogWriteError, Record, chain};
use jet_pages::dbheader::LogTime;
use support::{Engine, body, log_on, read, record, resume, simulated};

/// What was appended, how much of it a flush returned for, and which logs may be gone.
#[derive(Debug, Default)]
struct Done {
    appended: Vec<Lgpos>,
    durable: Lgpos,
    removed_before: Generation,
}

/// Some of everything, in several generations. Goes on after errors, as threads of an engine would.
fn work(log: &Log, done: &mut Done) -> Result<(), LogWriteError> {
    _ = log.make_reserves(2);
    let mut failed = Ok(());
    for step in 0..60_u8 {
        let len = [30, 700, 90, 5300, 4020, 11, 20_000][usize::from(step) % 7];
        let bytes = body(len, step);
        let appended = log.append(&[record(&bytes)]);
        let outcome = appended.and_then(|appended| {
            done.appended.push(appended.first);
            match step % 8 {
                0 | 3 => log.flush(appended.end)?,
                1 => _ = log.force_write(SessionId(1))?,
                4 => log.prepare_next()?,
                6 if step > 30 => {
                    let limit = Generation(log.generation().0 - 1);
                    // The checkpoint would be there, and made sure of.
                    log.flush(log.position())?;
                    done.durable = log.durable();
                    done.removed_before = limit;
                    log.remove_before(limit)?;
                }
                5 if step == 29 => _ = log.force_new_generation(SessionId(1), "")?,
                _ => {}
            }
            Ok(())
        });
        done.durable = done.durable.max(log.durable());
        failed = failed.and(outcome);
    }
    failed
}

/// What a crash left of the records, and what the log ends with if that is no clean end.
fn read_crashed(fs: &dyn FileSystem) -> (Vec<Lgpos>, Option<SectorDamage>) {
    let sets = LogSet::find(fs, Path::new("/logs")).unwrap();
    let mut found = Vec::new();
    let mut before = None;
    let count = sets[0].logs().count();
    for (index, (_, path)) in sets[0].logs().enumerate() {
        let log = LogFile::open(fs, path).unwrap();
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
                // A crash damages nothing but the end of the last log.
                Err(LogError::Sector { source, is_tail, .. }) if index + 1 == count => {
                    assert!(is_tail, "{source}");
                    return (found, Some(source));
                }
                Err(error) => panic!("{error}"),
            }
        }
        before = Some(log);
    }
    (found, None)
}

/// Checks what is left of a stream, and goes on with it. Returns the damage at its end.
fn check(image: &SimFs, done: &Done, what: &str) -> Option<SectorDamage> {
    let sets = LogSet::find(image, Path::new("/logs")).unwrap();
    if !sets.iter().any(LogSet::has_logs) {
        assert!(done.appended.is_empty(), "{what}");
        return None;
    }
    let (_, oldest) = sets[0].logs().next().unwrap();
    let oldest = LogFile::open(image, oldest).unwrap().generation();
    assert!(oldest <= done.removed_before.max(Generation(1)), "{what}");
    let (found, damage) = read_crashed(image);
    let expected: Vec<_> = done
        .appended
        .iter()
        .filter(|lgpos| lgpos.generation >= oldest)
        .collect();
    let durable = expected.iter().filter(|lgpos| ***lgpos < done.durable).count();
    assert!(found.len() >= durable, "{what}: {} of {durable}", found.len());
    assert!(found.iter().eq(expected.into_iter().take(found.len())), "{what}");

    let log = Log::new(resume(image).unwrap(), Arc::new(Engine::default()));
    let time = LogTime::default();
    log.append(&[Record::RecoveryUndo2(RecoveryUndo2 { time })])
        .unwrap();
    let bytes = body(100, 99);
    log.append(&[record(&bytes)]).unwrap();
    log.force_new_generation(SessionId(1), "").unwrap();
    assert_eq!(read(image).len(), found.len() + 1, "{what}");
    damage
}

/// Number of operations of a run without faults.
fn operations() -> u64 {
    let fs = simulated();
    let log = log_on(&fs).unwrap();
    work(&log, &mut Done::default()).unwrap();
    assert!(log.generation() > Generation(5));
    fs.operations()
}

/// A run with faults.
fn run(faults: Faults) -> (SimFs, Done, Option<LogState>) {
    let fs = simulated();
    fs.set_faults(faults);
    let mut done = Done::default();
    let log = log_on(&fs).ok();
    if let Some(log) = &log {
        _ = work(log, &mut done);
    }
    (fs, done, log.map(|log| log.state()))
}

/// Cuts the power at each operation; `tear`: how the write breaks that it hits, and those that wait in the disk.
fn cut_everywhere(tear: Tear) -> Vec<SectorDamage> {
    let mut damages = Vec::new();
    for n in 2..operations() {
        for seed in 0..4 {
            let (fs, done, _) = run(Faults::new(seed).power_loss_at(n).tear(tear));
            let image = fs.crash_image_by(CrashModel::tearing(tear), seed);
            damages.extend(check(&image, &done, &format!("operation {n}, seed {seed}")));
        }
    }
    damages
}

#[test]
fn lost_and_reordered_writes_leave_a_log_without_a_gap() {
    assert!(cut_everywhere(Tear::Never).is_empty());
}

#[test]
fn writes_torn_between_segments_lose_nothing_durable() {
    let damages = cut_everywhere(Tear::Blocks(4096));
    println!("{} gaps", damages.len());
    // A disk that writes a part of one write before another part of it leaves a gap there, and nowhere else.
    assert!(
        damages
            .iter()
            .all(|damage| matches!(damage, SectorDamage::BehindGap))
    );
}

#[test]
fn writes_torn_within_segments_lose_nothing_durable() {
    let damages = cut_everywhere(Tear::Sectors);
    assert!(
        damages
            .iter()
            .any(|damage| matches!(damage, SectorDamage::Checksum { .. }))
    );
}

#[test]
fn a_disk_that_fails_anywhere_takes_the_log_down_and_loses_nothing_durable() {
    let mut downs = 0;
    for n in 2..operations() {
        let (fs, done, state) = run(Faults::new(n).fail_at(n, Failure::Device));
        downs += u32::from(matches!(state, Some(LogState::Down(_))));
        for image in [
            fs.written_image(),
            fs.crash_image_by(CrashModel::tearing(Tear::Never), n),
        ] {
            check(&image, &done, &format!("operation {n}"));
        }
    }
    assert!(downs > 60, "{downs}");
}

#[test]
fn a_disk_that_is_full_anywhere_loses_nothing_durable() {
    for n in 2..operations() {
        let (fs, done, state) = run(Faults::new(n).fail_from(n, Failure::DiskFull));
        // Records have room in the current log whatever the disk has left.
        assert!(!matches!(state, Some(LogState::Down(_))), "operation {n}");
        let image = fs.crash_image_by(CrashModel::tearing(Tear::Never), n);
        check(&image, &done, &format!("operation {n}"));
    }
}
