//! The files beside the current log: made ahead, recycled, removed, and kept for a full disk.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

mod support;

use std::path::Path;
use std::sync::Arc;

use jet_io::{Faults, FileSystem, OpenMode, SimFs};
use jet_log::record::SessionId;
use jet_log::{Generation, Log, LogState, LogWriteError, RESERVE_LOGS};
use support::{
    Engine, SECTOR, SECTORS, body, contents, create, last_log, log_on, memory, names, read, record, resume,
    simulated,
};

const LOG_BYTES: u64 = SECTORS as u64 * SECTOR as u64;

/// Appends one record and begins a generation.
fn fill(log: &Log, seed: u8) -> Result<(), LogWriteError> {
    let bytes = body(500, seed);
    log.append(&[record(&bytes)])?;
    log.force_new_generation(SessionId(1), "")?;
    Ok(())
}

#[test]
fn a_generation_made_ahead_only_needs_its_name() {
    let fs = simulated();
    let log = log_on(&fs).unwrap();
    let roll = || {
        let before = fs.operations();
        fill(&log, 1).unwrap();
        fs.operations() - before
    };
    let without = roll();
    log.prepare_next().unwrap();
    assert_eq!(names(&fs), ["edb.log", "edb00001.log", "edbtmp.log"]);
    let prepared = fs.operations();
    log.prepare_next().unwrap();
    assert_eq!(fs.operations(), prepared);
    // Two writes and syncs of records; header, sync; two renames, each made sure of.
    assert_eq!(roll(), 10);
    assert!(without > 10);
    assert_eq!(names(&fs), ["edb.log", "edb00001.log", "edb00002.log"]);
    assert_eq!(read(&fs.durable_image()).len(), 2);
}

#[test]
fn old_logs_go_and_one_becomes_the_next() {
    let fs = memory();
    let log = log_on(&fs).unwrap();
    for seed in 0..5 {
        fill(&log, seed).unwrap();
    }
    // A log of another stream is not taken: what is in it could be newer.
    let stranger = fs
        .open(Path::new("/logs/edb00001.log"), OpenMode::ReadWrite)
        .unwrap();
    stranger.write_at(&[9; 100], 0).unwrap();
    assert_eq!(log.remove_before(Generation(4)).unwrap(), 3);
    assert_eq!(
        names(&fs),
        ["edb.log", "edb00004.log", "edb00005.log", "edbtmp.log"]
    );
    let recycled = contents(&fs, "edbtmp.log");
    assert_eq!(recycled[4], 2, "the oldest that is one");
    assert_eq!(log.remove_before(Generation(4)).unwrap(), 0);
    // Its old records are no part of the new generation.
    fill(&log, 7).unwrap();
    assert_eq!(log.generation(), Generation(7));
    assert!(last_log(&fs).scan().damage.is_none());
    assert_eq!(read(&fs).len(), 3);
    // The current log stays, whoever asks.
    assert_eq!(log.remove_before(Generation(99)).unwrap(), 3);
    assert_eq!(names(&fs), ["edb.log", "edbtmp.log"]);
    fill(&log, 8).unwrap();
    let log = Log::new(resume(&fs).unwrap(), Arc::new(Engine::default()));
    fill(&log, 9).unwrap();
    assert_eq!(read(&fs).len(), 2);
}

#[test]
fn a_log_of_another_size_is_not_recycled() {
    let fs = memory();
    let log = log_on(&fs).unwrap();
    fill(&log, 1).unwrap();
    let file = fs
        .open(Path::new("/logs/edb00001.log"), OpenMode::ReadWrite)
        .unwrap();
    file.set_len(LOG_BYTES * 2).unwrap();
    assert_eq!(log.remove_before(Generation(2)).unwrap(), 1);
    assert_eq!(names(&fs), ["edb.log"]);
}

/// A stream on a disk with room for `logs` files of its size.
fn on_disk(logs: u64) -> (SimFs, Log) {
    let fs = simulated();
    fs.set_faults(Faults::new(0).capacity(logs * LOG_BYTES));
    let log = log_on(&fs).unwrap();
    (fs, log)
}

#[test]
fn reserve_logs_are_used_when_the_disk_is_full() {
    let (fs, log) = on_disk(4);
    assert_eq!(log.make_reserves(RESERVE_LOGS).unwrap(), 2);
    assert_eq!(names(&fs), ["edb.log", "edbres00001.jrs", "edbres00002.jrs"]);
    fill(&log, 1).unwrap();
    assert_eq!(log.state(), LogState::Running);
    // The highest number first.
    fill(&log, 2).unwrap();
    assert_eq!(log.state(), LogState::DiskFull);
    assert_eq!(last_log(&fs).header().flags & 1, 1);
    assert!(!names(&fs).contains(&"edbres00002.jrs".to_owned()));
    fill(&log, 3).unwrap();
    assert!(!names(&fs).iter().any(|name| name.ends_with("jrs")));
    // None is left. Nothing breaks: what has room is still logged.
    let refused = fill(&log, 4).unwrap_err();
    assert!(refused.is_disk_full());
    assert_eq!(
        (log.state(), log.generation()),
        (LogState::DiskFull, Generation(4))
    );
    let bytes = body(100, 5);
    let end = log.append(&[record(&bytes)]).unwrap().end;
    log.flush(end).unwrap();
    assert_eq!(log.restore_reserves().unwrap(), LogState::DiskFull);
    // With room for the reserve logs everything is as before.
    fs.set_faults(Faults::new(0).capacity(7 * LOG_BYTES));
    assert_eq!(log.restore_reserves().unwrap(), LogState::Running);
    fill(&log, 6).unwrap();
    assert_eq!(last_log(&fs).header().flags & 1, 0);
    assert_eq!(read(&fs.durable_image()).len(), 6);
}

#[test]
fn a_full_disk_is_no_failure_of_making_ahead() {
    let (fs, log) = on_disk(1);
    assert_eq!(log.make_reserves(RESERVE_LOGS).unwrap(), 0);
    assert!(log.prepare_next().is_err());
    assert_eq!(
        (log.state(), names(&fs)),
        (LogState::Running, vec!["edb.log".to_owned()])
    );
    fs.set_faults(Faults::default());
    fill(&log, 1).unwrap();
}

#[test]
fn reserve_logs_of_another_engine_are_put_right() {
    let fs = memory();
    for (name, len) in [
        ("edbres00001.jrs", LOG_BYTES),
        ("edbres00002.jrs", 99),
        ("edbres0000A.jrs", LOG_BYTES),
    ] {
        let file = fs
            .open(&Path::new("/logs").join(name), OpenMode::CreateNew)
            .unwrap();
        file.set_len(len).unwrap();
        file.write_at(&[7; 50], 20).unwrap();
    }
    let log = log_on(&fs).unwrap();
    assert_eq!(log.make_reserves(2).unwrap(), 2);
    assert_eq!(names(&fs), ["edb.log", "edbres00001.jrs", "edbres00002.jrs"]);
    assert_eq!(contents(&fs, "edbres00001.jrs")[20..70], [7; 50]);
    assert_eq!(contents(&fs, "edbres00002.jrs"), vec![0; LOG_BYTES as usize]);
}

#[test]
fn what_is_in_a_reserve_log_is_never_read() {
    let (fs, log) = on_disk(2);
    // A log of a later generation, as somebody could have left it.
    let path = Path::new("/logs/edbres00001.jrs");
    let other = memory();
    let later = Log::new(create(&other, SECTORS).unwrap(), Arc::new(Engine::default()));
    for seed in 0..9 {
        fill(&later, seed).unwrap();
    }
    let bytes = contents(&other, "edb00009.log");
    fs.open(path, OpenMode::CreateNew)
        .unwrap()
        .write_at(&bytes, 0)
        .unwrap();
    assert_eq!(log.make_reserves(1).unwrap(), 1);
    fill(&log, 1).unwrap();
    assert_eq!(log.state(), LogState::DiskFull);
    assert_eq!(read(&fs).len(), 1);
    assert!(last_log(&fs).scan().damage.is_none());
}

#[test]
fn the_end_of_the_numbers_is_told_before_it_comes() {
    let fs = memory();
    create(&fs, SECTORS).unwrap();
    support::change(&fs, "edb.log", |bytes| {
        bytes[4..8].copy_from_slice(&0x7fff_f7ee_u32.to_le_bytes());
        let sum = jet_pages::checksum::xor::header_checksum(&bytes[..SECTOR]);
        bytes[..4].copy_from_slice(&sum.to_le_bytes());
    });
    let mut writer = resume(&fs).unwrap();
    writer.set_engine(jet_log::LogEngine::in_phase(jet_log::LogPhase::Running));
    let log = Log::new(writer, Arc::new(Engine::default()));
    fill(&log, 1).unwrap();
    assert_eq!(log.state(), LogState::Running);
    for seed in 2..19 {
        fill(&log, seed).unwrap();
        assert_eq!(log.state(), LogState::SequenceEnd);
    }
    assert!(matches!(fill(&log, 19), Err(LogWriteError::SequenceEnd { .. })));
    // The log is not down: what was appended is kept.
    log.flush(log.position()).unwrap();
    assert_eq!(log.state(), LogState::SequenceEnd);
}
