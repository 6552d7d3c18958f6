//! Every log and checkpoint of the fixtures: all bytes of all segments are records, records are written back as they
//! were read, and the files of a stream follow one another.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

use std::collections::BTreeMap;
use std::path::Path;

use jet_io::{FileSystem, MemFs, OpenMode};
use jet_log::chain::{ChainError, check_link};
use jet_log::segment::{SEGMENT_DATA_BYTES, Sector};
use jet_log::{Checkpoint, Expected, Generation, LogError, LogFile, LogSet, Record, RecordKind};
use jet_test::logs::{self, LogFixture};

/// Each data byte is a record's, a filler's, or that of a record that a crash cut off.
fn read_all(file: &LogFile, kinds: &mut BTreeMap<RecordKind, usize>) -> usize {
    let mut records = file.records();
    let (mut bytes, mut count) = (0, 0);
    let mut before = None;
    let mut behind = Vec::new();
    while let Some(entry) = records.next().unwrap() {
        assert!(before < Some(entry.lgpos), "{}", entry.lgpos);
        before = Some(entry.lgpos);
        let mut written = Vec::new();
        entry.record.encode(&mut written).unwrap();
        assert_eq!(written, entry.bytes, "{} at {}", entry.record.kind(), entry.lgpos);
        assert_eq!(Record::decode(entry.bytes).unwrap().1, entry.bytes.len());
        // Neither a filler nor a piece lies between the two.
        if behind
            .first()
            .is_some_and(|&number| !matches!(number, 0 | 76 | 77))
        {
            assert!(
                behind.starts_with(entry.bytes),
                "behind the record before {}",
                entry.lgpos
            );
        }
        behind = entry.behind.to_vec();
        bytes += entry.bytes.len() + fragment_bytes(entry.bytes.len(), entry.offset);
        count += 1;
        *kinds.entry(entry.record.kind()).or_default() += 1;
    }
    let passed_over = *records.passed_over();
    assert_eq!(
        bytes + passed_over.filler_bytes + passed_over.cut_off_bytes,
        usize::from(file.scan().last_segment) * SEGMENT_DATA_BYTES,
        "{}",
        file.path().display()
    );
    count
}

/// Bytes that heads of pieces add to a record of `len` bytes at `offset` of its file.
fn fragment_bytes(len: usize, offset: u64) -> usize {
    let left = 4096 - offset as usize % 4096;
    if len <= left {
        return 0;
    }
    let behind = len - (left - 7);
    7 + 3 * behind.div_ceil(SEGMENT_DATA_BYTES - 3)
}

fn files_of(fixture: &LogFixture) -> Vec<LogFile> {
    let in_use = fixture
        .logs()
        .filter(|(name, bytes)| !name.ends_with("tmp.log") && !bytes.is_empty());
    let mut files: Vec<_> = in_use
        .map(|(name, bytes)| LogFile::from_bytes(Path::new(name), bytes).unwrap())
        .collect();
    files.sort_by_key(LogFile::generation);
    files
}

#[test]
fn every_byte_is_a_record() {
    let mut kinds = BTreeMap::new();
    let (mut file_count, mut count) = (0, 0);
    for fixture in logs::all() {
        for file in files_of(fixture) {
            file.check(&Expected::default()).unwrap();
            assert!(file.scan().repairs.is_empty());
            count += read_all(&file, &mut kinds);
            file_count += 1;
        }
    }
    println!("{count} records in {file_count} files: {kinds:?}");
    assert!(file_count >= 6 && count > 1000);
}

#[test]
fn generations_follow_one_another() {
    let mut links = 0;
    for fixture in logs::all() {
        for pair in files_of(fixture).windows(2) {
            check_link(&pair[0], &pair[1]).unwrap();
            links += 1;
        }
    }
    assert!(links >= 3, "{links}");
}

#[test]
fn checkpoints_point_into_their_streams() {
    let mut count = 0;
    for fixture in logs::all() {
        let files = files_of(fixture);
        for (name, bytes) in fixture.checkpoints().filter(|_| !files.is_empty()) {
            let (checkpoint, _) =
                Checkpoint::read(bytes).unwrap_or_else(|error| panic!("{}/{name}: {error}", fixture.name));
            let newest = files.last().unwrap();
            checkpoint.check_stream(&newest.header().signature).unwrap();
            let (redo_from, consistent_from) = (checkpoint.redo_from(), checkpoint.consistent_from());
            assert!(redo_from <= consistent_from);
            assert!(redo_from.generation <= newest.generation());
            checkpoint.attachments().unwrap();
            // A crash right after a change of generation leaves a log without records.
            if let Some((last, kind)) = newest.last_record().unwrap()
                && kind.is_clean_end()
            {
                assert_eq!(last, redo_from, "{}/{name}", fixture.name);
            }
            count += 1;
        }
    }
    assert!(count >= 2, "{count}");
}

fn in_memory(files: &[(&str, Vec<u8>)]) -> MemFs {
    let fs = MemFs::new();
    fs.create_dir_all(Path::new("/logs")).unwrap();
    for (name, bytes) in files {
        let file = fs
            .open(&Path::new("/logs").join(name), OpenMode::CreateNew)
            .unwrap();
        file.write_at(bytes, 0).unwrap();
    }
    fs
}

/// Server 2022, generations 3, 4 and 5, which follow from 1 and 2 of the day before.
fn windows_files() -> Vec<(&'static str, Vec<u8>)> {
    let day2 = logs::named("srum-server2022-day2.SRUDB.dat");
    let names = [
        "SRU00003.log",
        "SRU00004.log",
        "SRU.log",
        "SRUtmp.log",
        "SRU.chk",
        "SRUres00001.jrs",
    ];
    let found = |name: &str| {
        day2.files()
            .iter()
            .find(|(path, _)| path.ends_with(name))
            .unwrap()
            .1
            .clone()
    };
    names.into_iter().map(|name| (name, found(name))).collect()
}

fn read_stream(files: &[(&str, Vec<u8>)]) -> Result<usize, LogError> {
    let fs = in_memory(files);
    let sets = LogSet::find(&fs, Path::new("/logs"))?;
    assert_eq!(sets.len(), 1);
    assert_eq!(sets[0].base, "SRU");
    assert!(sets[0].has_logs());
    let mut stream = sets[0].stream(&fs, Expected::default());
    let mut count = 0;
    let mut before = None;
    while let Some(entry) = stream.next()? {
        assert!(before < Some(entry.lgpos));
        before = Some(entry.lgpos);
        count += 1;
    }
    assert_eq!(stream.file().unwrap().generation(), Generation(5));
    assert_eq!(stream.next()?.map(|entry| entry.lgpos), None);
    Ok(count)
}

fn chain_error(files: &[(&str, Vec<u8>)]) -> ChainError {
    match read_stream(files) {
        Err(LogError::Chain { source, .. }) => source,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_stream_is_read_over_all_its_files() {
    let files = windows_files();
    let alone: usize = files[..3]
        .iter()
        .map(|(name, bytes)| {
            let file = LogFile::from_bytes(Path::new(name), bytes).unwrap();
            read_all(&file, &mut BTreeMap::new())
        })
        .sum();
    assert_eq!(read_stream(&files).unwrap(), alone);
}

#[test]
fn a_broken_chain_is_named() {
    let files = windows_files();
    let mut gap = files.clone();
    gap.remove(1);
    assert!(matches!(
        chain_error(&gap),
        ChainError::Gap {
            before: Generation(3),
            found: Generation(5)
        }
    ));

    let mut misnamed = files.clone();
    misnamed[1].0 = "SRU00005.log";
    assert!(matches!(
        chain_error(&misnamed),
        ChainError::Name {
            named: Generation(5),
            found: Generation(4)
        }
    ));

    let with_header = |change: fn(&mut [u8])| {
        let mut files = files.clone();
        let bytes = &mut files[1].1;
        change(bytes);
        let sum = jet_pages::checksum::xor::header_checksum(&bytes[..4096]);
        bytes[..4].copy_from_slice(&sum.to_le_bytes());
        chain_error(&files)
    };
    let generation = Generation(4);
    assert!(
        matches!(with_header(|bytes| bytes[25] ^= 1), ChainError::PreviousTime { generation: found, .. } if found == generation)
    );
    assert!(
        matches!(with_header(|bytes| bytes[653] ^= 1), ChainError::PreviousChecksum { generation: found, .. } if found == generation)
    );
    assert!(
        matches!(with_header(|bytes| bytes[40] -= 1), ChainError::Version { generation: found, .. } if found == generation)
    );
    let stranger = {
        let mut files = files.clone();
        files[1].1[44] ^= 1;
        let sum = jet_pages::checksum::xor::header_checksum(&files[1].1[..4096]);
        files[1].1[..4].copy_from_slice(&sum.to_le_bytes());
        read_stream(&files).unwrap_err()
    };
    assert!(matches!(stranger, LogError::Stream { generation: found, .. } if found == generation));

    let mut shorter = files.clone();
    shorter[0].1.truncate(15 * 4096);
    assert!(matches!(read_stream(&shorter), Err(LogError::Stream { .. })));
}

#[test]
fn a_recycled_file_is_no_log_of_its_new_generation() {
    let files = windows_files();
    let (_, bytes) = files.iter().find(|(name, _)| *name == "SRUtmp.log").unwrap();
    let mut bytes = bytes.clone();
    // The header of generation 6 on the segments of an older one.
    bytes[4] = 6;
    let sum = jet_pages::checksum::xor::header_checksum(&bytes[..4096]);
    bytes[..4].copy_from_slice(&sum.to_le_bytes());
    let file = LogFile::from_bytes(Path::new("SRU.log"), &bytes).unwrap();
    assert!(matches!(file.scan().behind, Some(Sector::Recycled { .. })));
    assert_eq!(file.scan().last_segment, 0);
    assert!(file.records().next().unwrap().is_none());
    file.check(&Expected::default()).unwrap();
}
