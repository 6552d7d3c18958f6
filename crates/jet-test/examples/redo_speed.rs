//! `redo_speed MIB RUNS PAGE_BYTES DATABASE_MIB`: how fast a log is read and redone, as one line of JSON.
//!
//! The log is made from a seed and lies in memory, as the database does. Processor seconds, one entry per run: `read`, all records of
//! all logs but the first, with the checksums of all sectors; `redo`, the same with every record applied: all pages were made
//! by the first log and are in the cache; `recovery`, a whole recovery with room for all pages, and `small` with room for a
//! quarter of them, both of all logs.

#![forbid(unsafe_code)]

use std::env;
use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jet_btree::redo::{DecompressError, Memory, Redo};
use jet_io::{FileSystem, MemFs};
use jet_log::LogFile;
use jet_log::outside::{SeededRandom, SteppingClock};
use jet_log::recovery::{DatabaseMap, Options, Places, Progress, Surroundings, recover};
use jet_pages::PageSize;
use jet_test::traffic::{self, FOLDER, Traffic};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1).map(|argument| argument.parse::<u32>());
    let mut next = |otherwise| arguments.next().unwrap_or(Ok(otherwise));
    let (mebibytes, runs, page_bytes, database_mebibytes) = (next(100)?, next(5)?, next(4096)?, next(16)?);
    let database_bytes = usize::try_from(database_mebibytes)? << 20;
    let page_size = PageSize::from_bytes(page_bytes).ok_or("no page has this size")?;
    let traffic = traffic::make(&traffic::Options {
        seed: 2026,
        page_size,
        trees: u32::try_from(database_bytes / page_size.bytes())?,
        file_sectors: 1280,
        log_bytes: u64::from(mebibytes) << 20,
    });
    let bytes: usize = traffic.logs.iter().skip(1).map(|(_, bytes)| bytes.len()).sum();
    let records = count_records(&traffic)?;
    let (mut read, mut redo, mut recovery, mut small) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..runs {
        read.push(read_once(&traffic)?);
        let (redone, whole) = recover_once(&traffic, database_bytes * 2)?;
        redo.push(redone);
        recovery.push(whole);
        small.push(recover_once(&traffic, database_bytes / 4)?.1);
    }
    println!(
        "{}",
        serde_json::json!({
            "bytes": bytes, "records": records, "page_size": page_size.bytes(), "pages": traffic.pages.len(),
            "read": read, "redo": redo, "recovery": recovery, "small": small,
        })
    );
    Ok(())
}

/// Records in all logs but the first.
fn count_records(traffic: &Traffic) -> Result<u64, Box<dyn Error>> {
    let mut count = 0;
    for (path, bytes) in traffic.logs.iter().skip(1) {
        let file = LogFile::from_bytes(path, bytes)?;
        let mut records = file.records();
        while let Some(entry) = records.next()? {
            count += u64::from(!entry.record.kind().is_filler());
        }
    }
    Ok(count)
}

/// Seconds to read all records.
fn read_once(traffic: &Traffic) -> Result<f64, Box<dyn Error>> {
    let fs = MemFs::from_files(traffic.logs.iter().cloned());
    let begin = Moment::now();
    for (path, _) in traffic.logs.iter().skip(1) {
        let file = LogFile::open(&fs, path)?;
        let mut records = file.records();
        while let Some(entry) = records.next()? {
            black_box(&entry);
        }
    }
    let seconds = begin.seconds_to(Moment::now());
    Ok(seconds)
}

/// Seconds of redo, and of the whole recovery.
fn recover_once(traffic: &Traffic, cache_bytes: usize) -> Result<(f64, f64), Box<dyn Error>> {
    let fs: Arc<dyn FileSystem> = Arc::new(MemFs::from_files(traffic.logs.iter().cloned()));
    let around = Surroundings {
        fs,
        clock: Arc::new(SteppingClock::new(1_767_225_600_000, 10)),
        random: Arc::new(SeededRandom::new(7)),
    };
    let folder = Path::new(FOLDER);
    let memory = Memory {
        soft_bytes: cache_bytes,
        hard_bytes: 16 * cache_bytes,
    };
    let begin = Moment::now();
    let (mut from, mut to, mut logs) = (begin, begin, 0);
    let mut redo = Redo::new(memory, |_, _| {
        Err(DecompressError("there are no images".to_owned()))
    });
    let report = recover(
        &Places::in_folder(folder),
        &Options::new(DatabaseMap::in_folder(folder)),
        &around,
        &mut redo,
        &mut |progress| match progress {
            // The second log.
            Progress::Redo { .. } if logs == 1 => (from, logs) = (Moment::now(), 2),
            Progress::Redo { .. } => logs += 1,
            Progress::Undo { .. } => to = Moment::now(),
            _ => {}
        },
    )?;
    let whole = begin.seconds_to(Moment::now());
    assert!(report.records >= traffic.records, "records redone");
    Ok((from.seconds_to(to), whole))
}

/// A moment, by the processor time of this thread where the system tells it, since other work disturbs that least.
#[derive(Clone, Copy)]
struct Moment {
    clock: Instant,
    processor: Option<Duration>,
}

impl Moment {
    fn now() -> Self {
        // Linux: nanoseconds on a processor, then what does not matter here.
        let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
        let first = told.as_ref().and_then(|told| told.split(' ').next());
        let nanoseconds = first.and_then(|first| first.parse().ok());
        Self {
            clock: Instant::now(),
            processor: nanoseconds.map(Duration::from_nanos),
        }
    }

    fn seconds_to(self, later: Self) -> f64 {
        let processor = later.processor.zip(self.processor);
        let elapsed = processor.map(|(later, own)| later.saturating_sub(own));
        elapsed.unwrap_or_else(|| later.clock - self.clock).as_secs_f64()
    }
}
