//! How generations of a stream begin and end, and what is refused.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

mod support;

use std::path::Path;

use jet_io::{FileSystem, OpenMode};
use jet_log::attach::Attachment;
use jet_log::record::instance::Mark;
use jet_log::segment::SEGMENT_DATA_BYTES;
use jet_log::{
    Generation, Lgpos, LogEngine, LogFile, LogPhase, LogVersion, LogWriteError, LogWriter, Record, RollInfo,
};
use jet_pages::dbheader::{LogTime, Signature};
use jet_pages::{Dbtime, Objid};
use support::{
    HEAD, SECTOR, SECTORS, append, at, body, change, contents, create, folder, last_log, memory, read,
    record, resume, roll_info,
};

#[test]
fn generations_follow_one_another() {
    let fs = memory();
    let mut writer = create(&fs, SECTORS).unwrap();
    let attachment = Attachment {
        dbid: 1,
        is_sparse: true,
        dbtime: Dbtime(0x40),
        objid_last: Objid(20),
        pages_max: 0,
        attached: at(1, 1, 0),
        consistent: Lgpos::NONE,
        signature: Signature::new(5, LogTime::from_unix_milliseconds(9)),
        path: "/data/a.edb".to_owned(),
    };
    let (checkpoint, created) = (at(1, 2, 3), LogTime::from_unix_milliseconds(1_700_000_000_000));
    let info = RollInfo {
        created,
        attachments: std::slice::from_ref(&attachment),
        checkpoint,
    };
    append(&mut writer, 100, 1).unwrap();
    writer.roll(&info).unwrap();
    assert_eq!((writer.position(), writer.durable()), (at(2, 1, 0), at(2, 1, 0)));
    // A log without records is a log, too.
    writer.roll(&info).unwrap();
    append(&mut writer, 100, 2).unwrap();
    writer.flush().unwrap();
    assert_eq!(writer.generation(), Generation(3));
    let expected = [(at(1, 1, 0), body(100, 1)), (at(3, 1, 0), body(100, 2))];
    assert_eq!(read(&fs), expected);
    let log = last_log(&fs);
    assert_eq!(log.header().created.canonical(), created.canonical());
    assert_eq!(log.header().checkpoint(), checkpoint);
    assert_eq!(log.header().attachments().unwrap()[0].path, attachment.path);
    assert_eq!(writer.header().version(), LogVersion::COMMON);
    let names: Vec<_> = fs.list(Path::new("/logs")).unwrap();
    let names: Vec<_> = names.iter().map(|entry| entry.name.to_string_lossy()).collect();
    assert_eq!(names, ["edb.log", "edb00001.log", "edb00002.log"]);
    assert_eq!(contents(&fs, "edb.log").len(), usize::from(SECTORS) * SECTOR);
}

#[test]
fn the_version_of_a_stream_never_goes_down() {
    let fs = memory();
    let mut writer = create(&fs, SECTORS).unwrap();
    let mut roll_to = |update_major, update_minor| {
        let version = LogVersion {
            update_major,
            update_minor,
            ..LogVersion::COMMON
        };
        writer.set_engine(LogEngine {
            version: Some(version),
            ..LogEngine::in_phase(LogPhase::Running)
        });
        writer.roll(&roll_info()).unwrap();
        let found = writer.header().version();
        (found.update_major, found.update_minor)
    };
    assert_eq!(roll_to(4, 3), (5, 16));
    assert_eq!(roll_to(90, 200), (90, 200));
    assert_eq!(roll_to(60, 240), (90, 240));
    assert!(read(&fs).is_empty());
}

#[test]
fn a_full_generation_refuses_records_and_stays_as_it_is() {
    let fs = memory();
    let mut writer = create(&fs, SECTORS).unwrap();
    // The last segment that holds records, all but one byte.
    for seed in 1..14 {
        append(&mut writer, 10, seed).unwrap();
        writer.flush().unwrap();
    }
    assert_eq!(writer.position(), at(1, 14, 0));
    let most = SEGMENT_DATA_BYTES - 1;
    assert!(writer.needs_roll(&[most + 1]) && writer.needs_roll(&[most, 1]) && !writer.needs_roll(&[most]));
    let too_long = body(most + 1, 14);
    let refused = writer.append(&record(&too_long));
    assert!(
        matches!(refused, Err(LogWriteError::Full { len, generation: Generation(1) }) if len == most + 1)
    );
    let mark = Record::ShutDownMark(Mark {});
    let (ten, rest) = (body(10, 14), body(most - 10, 15));
    let refused = writer.append_together(&[record(&ten), record(&rest), mark]);
    assert!(matches!(refused, Err(LogWriteError::Full { .. })));
    assert_eq!(writer.position(), at(1, 14, 0));
    let first = writer
        .append_together(&[record(&ten), record(&rest)])
        .unwrap()
        .first;
    assert_eq!(first, at(1, 14, 0));
    // The byte stays free: the segment is written, and nothing has room any more.
    assert_eq!(writer.flush().unwrap(), at(2, 1, 0));
    assert!(matches!(writer.append(&mark), Err(LogWriteError::Full { .. })));
    writer.roll(&roll_info()).unwrap();
    assert_eq!(writer.append(&mark).unwrap(), at(2, 1, 0));
    writer.flush().unwrap();
    assert_eq!(read(&fs).len(), 15);
}

#[test]
fn records_that_no_file_has_room_for_are_refused() {
    let mut writer = create(&memory(), SECTORS).unwrap();
    let batch = |len: usize| vec![9_u8; len - HEAD];
    // Eleven of the fourteen segments; the first piece has a head of 7 bytes, each other one of 3.
    let most = 11 * SEGMENT_DATA_BYTES - 7 - 10 * 3 - 1;
    assert!(writer.append(&record(&batch(most))).is_ok());
    let refused = writer.append(&record(&batch(most + 1)));
    assert!(matches!(refused, Err(LogWriteError::TooLarge { len, file_bytes: 65536 }) if len == most + 1));
    assert!(append(&mut writer, 10, 1).is_ok());
}

#[test]
fn a_full_log_is_closed_when_it_is_continued() {
    let fs = memory();
    let mut writer = create(&fs, SECTORS).unwrap();
    for seed in 0..14 {
        append(&mut writer, 10, seed).unwrap();
        writer.flush().unwrap();
    }
    let writer = resume(&fs).unwrap();
    assert_eq!(writer.position(), at(2, 1, 0));
    assert_eq!(writer.durable(), at(2, 1, 0));
    assert_eq!(read(&fs).len(), 14);
}

#[test]
fn a_missing_current_log_is_made_anew() {
    let fs = memory();
    let mut writer = create(&fs, SECTORS).unwrap();
    append(&mut writer, 100, 1).unwrap();
    writer.write_lazily().unwrap();
    // As a crash between two renames leaves it, with a next log that holds anything.
    let (current, closed) = (Path::new("/logs/edb.log"), Path::new("/logs/edb00001.log"));
    fs.rename(current, closed).unwrap();
    let junk = fs
        .open(Path::new("/logs/edbtmp.log"), OpenMode::CreateNew)
        .unwrap();
    junk.write_at(&[7; 200_000], 0).unwrap();
    let last = LogFile::open(&fs, closed).unwrap();
    let engine = LogEngine::in_phase(LogPhase::Recovering);
    let mut writer = LogWriter::resume(folder(&fs), &last, engine.clone(), &roll_info()).unwrap();
    assert_eq!(append(&mut writer, 100, 2).unwrap(), at(2, 1, 0));
    writer.flush().unwrap();
    assert_eq!(contents(&fs, "edb.log").len(), usize::from(SECTORS) * SECTOR);
    let expected = [(at(1, 1, 0), body(100, 1)), (at(2, 1, 0), body(100, 2))];
    assert_eq!(read(&fs), expected);

    // A closed log is not continued over a current one.
    let again = LogWriter::resume(folder(&fs), &last, engine, &roll_info());
    assert!(matches!(again, Err(LogWriteError::Exists { path }) if path == current));
}

#[test]
fn no_log_is_replaced() {
    let fs = memory();
    let mut writer = create(&fs, SECTORS).unwrap();
    assert!(matches!(create(&fs, SECTORS), Err(LogWriteError::Exists { .. })));
    let closed = Path::new("/logs/edb00001.log");
    fs.open(closed, OpenMode::CreateNew).unwrap();
    append(&mut writer, 100, 1).unwrap();
    assert!(matches!(writer.roll(&roll_info()), Err(LogWriteError::Exists { path }) if path == closed));
    // Nothing was lost by that.
    fs.remove(closed).unwrap();
    writer.roll(&roll_info()).unwrap();
    assert_eq!(read(&fs).len(), 1);
}

#[test]
fn generations_end_somewhere() {
    let fs = memory();
    create(&fs, SECTORS).unwrap();
    let number = |generation: u32| {
        change(&fs, "edb.log", |bytes| {
            bytes[4..8].copy_from_slice(&generation.to_le_bytes());
            let sum = jet_pages::checksum::xor::header_checksum(&bytes[..SECTOR]);
            bytes[..4].copy_from_slice(&sum.to_le_bytes());
        });
    };
    number(0x7fff_f7ff);
    let mut writer = resume(&fs).unwrap();
    writer.set_engine(LogEngine::in_phase(LogPhase::Running));
    writer.roll(&roll_info()).unwrap();
    let refused = writer.roll(&roll_info());
    let highest = Generation(0x7fff_f800);
    assert!(matches!(refused, Err(LogWriteError::SequenceEnd { highest: found }) if found == highest));
    // Recovery has some more.
    writer.set_engine(LogEngine::in_phase(LogPhase::Recovering));
    writer.roll(&roll_info()).unwrap();
    number(0x7fff_fa00);
    let refused = resume(&fs).unwrap().roll(&roll_info());
    assert!(matches!(refused, Err(LogWriteError::SequenceEnd { .. })));
}

#[test]
fn other_files_are_not_continued() {
    let fs = memory();
    create(&fs, SECTORS).unwrap();
    fs.rename(Path::new("/logs/edb.log"), Path::new("/logs/edbtmp.log"))
        .unwrap();
    let last = LogFile::open(&fs, Path::new("/logs/edbtmp.log")).unwrap();
    let engine = LogEngine::in_phase(LogPhase::Recovering);
    let refused = LogWriter::resume(folder(&fs), &last, engine, &roll_info());
    assert!(matches!(refused, Err(LogWriteError::Name { .. })));
    let refused = create(&memory(), 15);
    assert!(matches!(
        refused,
        Err(LogWriteError::FileSize { file_sectors: 15 })
    ));
}
