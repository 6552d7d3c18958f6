//! What the writer does, told by what the reader finds.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

mod support;

use jet_io::{IoErrorKind, MemFs};
use jet_log::record::instance::{Mark, RecoveryUndo2};
use jet_log::segment::{SEGMENT_DATA_BYTES, Sector};
use jet_log::writer::PENDING_BYTES_MAX;
use jet_log::{Expected, Lgpos, LogWriteError, Record, RecordKind};
use jet_pages::dbheader::LogTime;
use proptest::prelude::*;
use support::{
    SECTOR, SECTORS, StoppingFs, append, at, body, change, contents, create, last_log, memory, read, record,
    resume, roll_info,
};

fn undo() -> Record<'static> {
    Record::RecoveryUndo2(RecoveryUndo2 {
        time: LogTime::default(),
    })
}

/// The kinds of the records of the current log, with their positions.
fn kinds(fs: &MemFs) -> Vec<(Lgpos, RecordKind)> {
    let log = last_log(fs);
    let mut records = log.records();
    let mut found = Vec::new();
    while let Some(entry) = records.next().unwrap() {
        found.push((entry.lgpos, entry.record.kind()));
    }
    found
}

#[test]
fn a_flush_fills_its_segment() {
    let fs = memory();
    let mut writer = create(&fs, SECTORS).unwrap();
    assert_eq!((writer.position(), writer.durable()), (at(1, 1, 0), at(1, 1, 0)));
    assert_eq!(append(&mut writer, 100, 1).unwrap(), at(1, 1, 0));
    assert_eq!(
        (writer.position(), writer.durable()),
        (at(1, 1, 140), at(1, 1, 0))
    );
    assert!(kinds(&fs).is_empty());
    assert_eq!(writer.flush().unwrap(), at(1, 2, 0));
    // There is nothing more to do.
    assert_eq!(writer.flush().unwrap(), at(1, 2, 0));
    let expected = [
        (at(1, 1, 0), RecordKind::Ignored9),
        (at(1, 1, 140), RecordKind::Nop2),
    ];
    assert_eq!(kinds(&fs), expected);
    assert_eq!(last_log(&fs).scan().behind, Some(Sector::Zero));
    assert_eq!(append(&mut writer, 100, 2).unwrap(), at(1, 2, 0));
    assert_eq!(writer.durable(), at(1, 2, 0));
}

#[test]
fn the_last_bytes_of_a_segment_give_their_position_to_the_next_record() {
    for free in 0..6 {
        let fs = memory();
        let mut writer = create(&fs, SECTORS).unwrap();
        append(&mut writer, SEGMENT_DATA_BYTES - free, 1).unwrap();
        let end = writer.flush().unwrap();
        assert_eq!(append(&mut writer, 50, 2).unwrap(), end);
        assert_eq!(append(&mut writer, 50, 3).unwrap(), at(1, 2, 90));
        writer.flush().unwrap();
        let positions: Vec<_> = read(&fs).into_iter().map(|(lgpos, _)| lgpos).collect();
        assert_eq!(positions, [at(1, 1, 0), end, at(1, 2, 90)], "{free} bytes free");
        let expected = match free {
            1..5 => at(1, 1, 4096 - free as u16),
            _ => at(1, 2, 0),
        };
        assert_eq!(end, expected);
    }
}

#[test]
fn after_a_restart_the_next_record_has_the_position_that_the_reader_gives_it() {
    for free in 0..40 {
        let fs = memory();
        let mut writer = create(&fs, SECTORS).unwrap();
        append(&mut writer, SEGMENT_DATA_BYTES - free, 39).unwrap();
        writer.write_lazily().unwrap();
        let mut writer = resume(&fs).unwrap();
        assert_eq!(writer.durable(), writer.position());
        let lgpos = append(&mut writer, 9, 2).unwrap();
        writer.flush().unwrap();
        assert_eq!(read(&fs)[1].0, lgpos);
        let expected = match free {
            1..32 => at(1, 1, 4096 - free as u16),
            _ => at(1, 2, 0),
        };
        assert_eq!(lgpos, expected);
    }
}

#[test]
fn a_lazy_write_has_a_copy_until_the_segment_is_complete() {
    let fs = memory();
    let mut writer = create(&fs, SECTORS).unwrap();
    append(&mut writer, 100, 1).unwrap();
    assert_eq!(writer.write_lazily().unwrap(), at(1, 1, 140));
    append(&mut writer, 100, 2).unwrap();
    assert_eq!(writer.write_lazily().unwrap(), at(1, 1, 240));
    let bytes = contents(&fs, "edb.log");
    assert!(bytes[SECTOR..2 * SECTOR] == bytes[2 * SECTOR..3 * SECTOR]);
    assert_eq!(last_log(&fs).scan().behind, Some(Sector::Shadow));
    assert_eq!(read(&fs).len(), 2);

    append(&mut writer, 5000, 3).unwrap();
    writer.flush().unwrap();
    append(&mut writer, 100, 4).unwrap();
    writer.write_lazily().unwrap();
    writer.roll(&roll_info()).unwrap();
    append(&mut writer, 100, 5).unwrap();
    writer.flush().unwrap();
    let bodies: Vec<_> = read(&fs).into_iter().map(|(_, body)| body).collect();
    let lens = [(100, 1), (100, 2), (5000, 3), (100, 4), (100, 5)];
    assert_eq!(bodies, lens.map(|(len, seed)| body(len, seed)));
}

#[test]
fn a_segment_written_twice_outlives_damage_and_is_written_back() {
    // One wrong bit is mended by the checksum, more of them from the copy.
    let damages: [fn(&mut [u8]); 2] = [|bytes| bytes[900] ^= 4, |bytes| bytes[900..3000].fill(0xaa)];
    for damage in damages {
        let fs = memory();
        let mut writer = create(&fs, SECTORS).unwrap();
        append(&mut writer, 3000, 1).unwrap();
        writer.write_lazily().unwrap();
        let sound = contents(&fs, "edb.log");
        change(&fs, "edb.log", |bytes| damage(&mut bytes[SECTOR..]));
        assert_eq!(last_log(&fs).scan().repairs.len(), 1);
        let mut writer = resume(&fs).unwrap();
        assert!(contents(&fs, "edb.log") == sound);
        assert_eq!(writer.position(), at(1, 2, 0));
        append(&mut writer, 100, 2).unwrap();
        writer.flush().unwrap();
        assert!(last_log(&fs).scan().repairs.is_empty());
        assert_eq!(read(&fs).len(), 2);
    }
}

#[test]
fn pieces_that_a_crash_cut_off_stay() {
    let fs = memory();
    let mut writer = create(&fs, SECTORS).unwrap();
    append(&mut writer, 300, 1).unwrap();
    append(&mut writer, 9000, 2).unwrap();
    writer.flush().unwrap();
    change(&fs, "edb.log", |bytes| bytes[3 * SECTOR..].fill(0));
    let mut writer = resume(&fs).unwrap();
    assert_eq!(writer.append(&undo()).unwrap(), at(1, 3, 0));
    assert_eq!(append(&mut writer, 10, 3).unwrap(), at(1, 3, 49));
    writer.flush().unwrap();
    let log = last_log(&fs);
    let mut records = log.records();
    while records.next().unwrap().is_some() {}
    assert_eq!(records.passed_over().cut_off_records, 1);
    let positions: Vec<_> = read(&fs).into_iter().map(|(lgpos, _)| lgpos).collect();
    assert_eq!(positions, [at(1, 1, 0), at(1, 3, 49)]);
}

#[test]
fn what_lies_behind_a_gap_is_cleared() {
    let fs = memory();
    let mut writer = create(&fs, SECTORS).unwrap();
    for seed in 1..6 {
        append(&mut writer, 100, seed).unwrap();
        writer.flush().unwrap();
    }
    // A write of several segments reached the disk in part.
    change(&fs, "edb.log", |bytes| bytes[2 * SECTOR..3 * SECTOR].fill(0));
    assert!(last_log(&fs).check(&Expected::default()).is_err());
    let mut writer = resume(&fs).unwrap();
    append(&mut writer, 100, 9).unwrap();
    writer.flush().unwrap();
    let expected = [(at(1, 1, 0), body(100, 1)), (at(1, 2, 0), body(100, 9))];
    assert_eq!(read(&fs), expected);
}

#[test]
fn after_a_failure_nothing_is_written() {
    let fs = StoppingFs::new(1000, 0, IoErrorKind::DiskFull);
    let mut writer = create(&fs, SECTORS).unwrap();
    append(&mut writer, 100, 1).unwrap();
    writer.flush().unwrap();
    append(&mut writer, 100, 2).unwrap();
    fs.allow(0);
    let failed = writer.flush().unwrap_err();
    assert!(failed.is_disk_full() && writer.is_down());
    fs.allow(1000);
    let mark = Record::ShutDownMark(Mark {});
    let done = [
        writer.append(&mark).err(),
        writer.flush().err(),
        writer.write_lazily().err(),
        writer.roll(&roll_info()).err(),
    ];
    for error in done {
        let error = error.unwrap();
        assert!(
            matches!(error, LogWriteError::Down) && !error.is_disk_full(),
            "{error}"
        );
    }
    assert_eq!(writer.durable(), at(1, 2, 0));
    assert_eq!(read(&fs.inner).len(), 1);
}

#[test]
fn a_failed_sync_makes_nothing_durable() {
    let fs = StoppingFs::new(1000, 0, IoErrorKind::Other);
    let mut writer = create(&fs, SECTORS).unwrap();
    append(&mut writer, 100, 1).unwrap();
    // The write succeeds, the sync does not.
    fs.allow(1);
    assert!(matches!(writer.flush(), Err(LogWriteError::Io(_))));
    assert_eq!(writer.durable(), at(1, 1, 0));
    assert!(matches!(writer.flush(), Err(LogWriteError::Down)));
}

#[test]
fn memory_is_bounded() {
    let fs = memory();
    let mut writer = create(&fs, 1280).unwrap();
    let mut appended = 0;
    while appended < 3 * PENDING_BYTES_MAX {
        append(&mut writer, 4000, 1).unwrap();
        appended += 4000;
    }
    // What was written is synced, so that no later write can reach the disk before it.
    let last = last_log(&fs).scan().last_segment;
    assert_eq!(writer.durable(), at(1, last + 1, 0));
    let written = usize::from(last) * SECTOR;
    assert!(
        appended - written < PENDING_BYTES_MAX + 2 * SECTOR,
        "{written} of {appended}"
    );
    writer.flush().unwrap();
    assert_eq!(read(&fs).len(), appended / 4000);
}

/// What is done with a stream.
#[derive(Clone, Debug)]
enum Op {
    Append(Vec<usize>),
    Flush,
    WriteLazily,
    Roll,
    Restart,
}

fn op() -> impl Strategy<Value = Op> {
    let len = prop_oneof![3 => 5_usize..60, 3 => 60_usize..4100, 1 => 4100_usize..15_000];
    prop_oneof![
        12 => prop::collection::vec(len, 1..4).prop_map(Op::Append),
        3 => Just(Op::Flush),
        3 => Just(Op::WriteLazily),
        1 => Just(Op::Roll),
        1 => Just(Op::Restart),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn whatever_is_appended_is_read_where_it_was_put(ops in prop::collection::vec(op(), 1..60)) {
        let fs = memory();
        let mut writer = create(&fs, SECTORS).unwrap();
        let mut expected = Vec::new();
        for (seed, op) in (0_u8..).zip(ops) {
            match op {
                Op::Append(lens) => {
                    let bodies: Vec<_> = lens.iter().map(|&len| body(len, seed)).collect();
                    let records: Vec<_> = bodies.iter().map(|body| record(body)).collect();
                    if writer.needs_roll(&lens) {
                        writer.roll(&roll_info()).unwrap();
                    }
                    let position = writer.position();
                    let first = writer.append_together(&records).unwrap().first;
                    prop_assert_eq!(first, position);
                    prop_assert_eq!(first.generation, writer.generation());
                    expected.push((Some(first), bodies[0].clone()));
                    expected.extend(bodies[1..].iter().map(|body| (None, body.clone())));
                }
                Op::Flush => {
                    prop_assert_eq!(writer.flush().unwrap(), writer.position());
                }
                Op::WriteLazily => {
                    prop_assert_eq!(writer.write_lazily().unwrap(), writer.position());
                }
                Op::Roll => writer.roll(&roll_info()).unwrap(),
                Op::Restart => {
                    writer.write_lazily().unwrap();
                    writer = resume(&fs).unwrap();
                }
            }
            prop_assert!(writer.durable() <= writer.position());
        }
        writer.write_lazily().unwrap();
        let found = read(&fs);
        prop_assert_eq!(found.len(), expected.len());
        for ((lgpos, found), (position, body)) in found.into_iter().zip(expected) {
            prop_assert_eq!(found, body);
            prop_assert!(position.is_none_or(|position| position == lgpos), "{:?} {}", position, lgpos);
        }
    }
}
