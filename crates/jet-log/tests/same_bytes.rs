//! Our bytes equal theirs: the records of every log of the fixtures are appended anew, durable where the genuine engine
//! waited for them and begun anew where it was, and give the same positions, segments and headers.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use jet_io::MemFs;
use jet_log::names::LogNames;
use jet_log::outside::Clock;
use jet_log::pack::{self, Place};
use jet_log::segment::{SEGMENT_BYTES, SEGMENT_HEADER_BYTES, Sector};
use jet_log::{
    Lgpos, LogEngine, LogFile, LogFolder, LogHeader, LogPhase, LogWriter, PassedOver, RecordKind, RollInfo,
    attach,
};
use jet_pages::dbheader::LogTime;
use jet_test::logs::{self, LogFixture};
use zerocopy::IntoBytes;

/// Says the times at which the segments of a real log were begun, one after the other.
#[derive(Debug)]
struct RecordedClock(Mutex<VecDeque<LogTime>>);

impl Clock for RecordedClock {
    fn unix_milliseconds(&self) -> u64 {
        unreachable!("segments are begun by the time in the form of headers")
    }

    fn now(&self) -> LogTime {
        self.0.lock().unwrap().pop_front().unwrap()
    }
}

/// A writer that goes on where `real` has its segment `sector`, behind the real segments before it.
fn resumed(real: &LogFile, bytes: &[u8], sector: u16) -> (MemFs, LogWriter) {
    let mut image = bytes[..usize::from(sector) * SEGMENT_BYTES].to_vec();
    image.resize(bytes.len(), 0);
    let fs = MemFs::from_files([("/logs/edb.log", image)]);
    let last = LogFile::open(&fs, Path::new("/logs/edb.log")).unwrap();
    assert_eq!(last.scan().last_segment, sector - 1);
    let times = (sector..=real.scan().last_segment)
        .map(|sector| real.segment_header(sector).unwrap().started)
        .collect();
    let folder = LogFolder {
        fs: Arc::new(fs.clone()),
        clock: Arc::new(RecordedClock(Mutex::new(times))),
        path: PathBuf::from("/logs"),
        names: LogNames {
            base: "edb".into(),
            has_old_extensions: true,
            has_five_digits: true,
        },
    };
    let engine = LogEngine::in_phase(LogPhase::Recovering);
    let unused = RollInfo {
        created: LogTime::default(),
        attachments: &[],
        checkpoint: Lgpos::NONE,
    };
    let writer = LogWriter::resume(folder, &last, engine, &unused).unwrap();
    (fs, writer)
}

/// What was met in the real logs.
#[derive(Debug, Default)]
struct Met {
    records: usize,
    in_pieces: usize,
    fillers: usize,
    restarts: usize,
    cut_off: usize,
    shadows: usize,
    headers: usize,
}

/// Where the bytes of a record of `len` bytes will begin in the file.
fn predicted(writer: &LogWriter, len: usize) -> u64 {
    let Lgpos { sector, byte, .. } = writer.position();
    let first = pack::pieces(Place { sector, byte }, len).next().unwrap();
    u64::from(first.sector) * SEGMENT_BYTES as u64 + first.byte as u64
}

/// Appends the records of `real`; returns the writer behind the last of them, and the last segment that has no piece of
/// a record that a crash cut off.
fn append_all(real: &LogFile, bytes: &[u8], met: &mut Met) -> (MemFs, LogWriter, u16) {
    let (mut fs, mut writer) = resumed(real, bytes, 1);
    let mut records = real.records();
    let (mut cut_off, mut is_first) = (0, true);
    while let Some(entry) = records.next().unwrap() {
        let (lgpos, offset, len) = (entry.lgpos, entry.offset, entry.bytes.len());
        if !is_first && offset != predicted(&writer, len) {
            // The engine began anew in the next segment.
            assert_eq!(offset % SEGMENT_BYTES as u64, SEGMENT_HEADER_BYTES as u64);
            let sector = (offset / SEGMENT_BYTES as u64) as u16;
            writer.write_lazily().unwrap();
            let passed_over = passed_over_before(real, lgpos);
            let cut_off_at = passed_over
                .last_cut_off
                .filter(|_| passed_over.cut_off_records > cut_off);
            compare(
                &fs,
                "edb.log",
                bytes,
                cut_off_at.map_or(sector, |at| at.sector) - 1,
            );
            cut_off = passed_over.cut_off_records;
            (fs, writer) = resumed(real, bytes, sector);
            met.restarts += 1;
        }
        is_first = false;
        met.records += 1;
        assert_eq!(writer.position(), lgpos);
        if entry.record.kind() == RecordKind::Nop2 {
            writer.flush().unwrap();
            let behind = writer.position();
            assert_eq!((behind.sector, behind.byte), (lgpos.sector + 1, 0));
            met.fillers += 1;
            continue;
        }
        assert_eq!(writer.append(&entry.record).unwrap(), lgpos);
        if offset % SEGMENT_BYTES as u64 + len as u64 > SEGMENT_BYTES as u64 {
            met.in_pieces += 1;
        }
    }
    met.cut_off += records.passed_over().cut_off_records;
    let is_cut_off = records.passed_over().cut_off_records > cut_off;
    let cut_off_at = records.passed_over().last_cut_off.filter(|_| is_cut_off);
    let last = cut_off_at.map_or(real.scan().last_segment, |at| at.sector - 1);
    (fs, writer, last)
}

/// What a reader has passed over when it finds the record at `lgpos`.
fn passed_over_before(real: &LogFile, lgpos: Lgpos) -> PassedOver {
    let mut records = real.records();
    while records.next().unwrap().is_some_and(|entry| entry.lgpos < lgpos) {}
    *records.passed_over()
}

/// Compares whole segments, header and checksum included.
fn compare(fs: &MemFs, name: &str, bytes: &[u8], last_segment: u16) {
    let own = fs.contents(&Path::new("/logs").join(name)).unwrap();
    assert_eq!(own.len(), bytes.len());
    for sector in 1..=usize::from(last_segment) {
        let at = sector * SEGMENT_BYTES..(sector + 1) * SEGMENT_BYTES;
        let pairs = own[at.clone()].iter().zip(&bytes[at]).enumerate();
        // Whatever differs also changes the checksum.
        let differing: Vec<_> = pairs.filter(|(_, (a, b))| a != b).skip(1).take(99).collect();
        assert!(differing.is_empty(), "segment {sector}: {differing:?}");
    }
}

/// Segments at the end that hold nothing: an engine that closes a log behind a full segment adds one.
fn empty_at_end(real: &LogFile) -> u16 {
    let last = real.scan().last_segment;
    let is_empty = |sector: &u16| real.sector(*sector).unwrap()[SEGMENT_HEADER_BYTES..] == [0; 4056];
    (1..=last).rev().take_while(is_empty).count() as u16
}

fn check_file(real: &LogFile, bytes: &[u8], next: Option<&LogHeader>, met: &mut Met) {
    let (fs, mut writer, end) = append_all(real, bytes, met);
    let last = real.scan().last_segment;
    let end = end.min(last - empty_at_end(real));
    writer.write_lazily().unwrap();
    compare(&fs, "edb.log", bytes, end);
    let own = LogFile::open(&fs, Path::new("/logs/edb.log")).unwrap();
    let is_whole = end == last;
    if is_whole {
        assert_eq!(own.scan().last_segment, last);
        assert_eq!(own.scan().accumulated_checksum, real.scan().accumulated_checksum);
    }
    let has_shadow = |log: &LogFile| log.scan().behind == Some(Sector::Shadow);
    if is_whole && has_shadow(&own) && has_shadow(real) {
        assert_eq!(own.sector(last + 1), real.sector(last + 1));
        met.shadows += 1;
    }
    if let Some(next) = next {
        let info = RollInfo {
            created: next.created,
            attachments: &next.attachments().unwrap(),
            checkpoint: next.checkpoint(),
        };
        writer.set_engine(LogEngine {
            phase: LogPhase::Running,
            params: Some(Box::new(next.params.clone())),
            version: Some(next.version()),
        });
        writer.roll(&info).unwrap();
        let closed = format!("edb{:05X}.log", real.generation().0);
        compare(&fs, &closed, bytes, end);
        compare_headers(&fs.contents(Path::new("/logs/edb.log")).unwrap(), next, is_whole);
        met.headers += 1;
    }
}

/// Compares the header that the writer made with the real one, but for what tells about the program that wrote it.
fn compare_headers(own: &[u8], real: &LogHeader, with_checksum: bool) {
    let mut own = LogHeader::read(own).unwrap().clone();
    own.engine_format_max = real.engine_format_max;
    if !with_checksum {
        own.previous_checksum = real.previous_checksum;
    }
    let pairs = own.as_bytes().iter().zip(real.as_bytes()).enumerate();
    let differing: Vec<_> = pairs.skip(4).filter(|(_, (a, b))| a != b).collect();
    assert!(differing.is_empty(), "{differing:?}");
}

fn files_of(fixture: &LogFixture) -> Vec<(LogFile, &[u8])> {
    let in_use = fixture
        .logs()
        .filter(|(name, bytes)| !name.ends_with("tmp.log") && !bytes.is_empty());
    let mut files: Vec<_> = in_use
        .map(|(name, bytes)| (LogFile::from_bytes(Path::new(name), bytes).unwrap(), bytes))
        .collect();
    files.sort_by_key(|(file, _)| file.generation());
    files
}

#[test]
fn appended_anew_every_log_has_the_same_bytes() {
    let mut met = Met::default();
    for fixture in logs::all() {
        let files = files_of(fixture);
        for (index, (file, bytes)) in files.iter().enumerate() {
            println!("{}: {}", fixture.name, file.path().display());
            let next = files.get(index + 1).map(|(next, _)| next.header());
            let next = next.filter(|next| Some(next.generation()) == file.generation().next());
            if file.scan().last_segment > 0 {
                check_file(file, bytes, next, &mut met);
            }
        }
    }
    println!("{met:?}");
    assert!(
        met.records > 1000 && met.in_pieces > 50 && met.fillers > 20,
        "{met:?}"
    );
    assert!(met.restarts > 0 && met.shadows > 0 && met.headers >= 3, "{met:?}");
}

#[test]
fn lists_of_attached_databases_are_written_as_they_were() {
    let mut count = 0;
    for fixture in logs::all() {
        for (file, _) in files_of(fixture) {
            let header = file.header();
            let attachments = header.attachments().unwrap();
            let written = attach::write_list(&attachments).unwrap();
            assert!(written == header.attachments, "{}", file.path().display());
            count += attachments.len();
        }
    }
    assert!(count >= 2, "{count}");
}
