//! `scan_speed FILE [RUNS]`: how fast the pages of a file are copied, read and verified, as one line of JSON.
//!
//! All rates are bytes per second, one entry per run. The file is read once before, so that the system has it in memory:
//! `copied` is memory to memory in pieces of 1 MiB, which no reader can beat; `read` goes through the file system without
//! looking at the bytes; `verified` also computes every checksum. The last two: with one thread and with all cores.

#![forbid(unsafe_code)]

use std::convert::Infallible;
use std::env;
use std::error::Error;
use std::hint::black_box;
use std::path::PathBuf;
use std::thread::available_parallelism;
use std::time::Instant;

use jet_io::{FileSystem, OpenMode, OsFs, ScanChunk, ScanReader};
use jet_pages::{Pgno, checksum, dbheader};

const PIECE_BYTES: usize = 1 << 20;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args_os().skip(1);
    let path = PathBuf::from(arguments.next().ok_or("no file is named")?);
    let runs: usize = arguments
        .next()
        .map_or(Ok(1), |runs| runs.to_string_lossy().parse())?;
    let file = OsFs.open(&path, OpenMode::Read)?;
    let mut start = vec![0; 65_536];
    let got = file.read_at(&mut start, 0)?;
    start.truncate(got);
    let size = dbheader::read_header(&start)?.page_size;
    let scan = ScanReader::new(file, size)?;
    let bytes = u64::from(scan.page_count()) * u64::from(size.bytes_u32());
    let cores = available_parallelism()?.get();

    let read = |workers| {
        let look = |(): &mut (), chunk: ScanChunk<'_>| {
            black_box(chunk.bytes);
            Ok::<(), Infallible>(())
        };
        scan.run(workers, || (), look)
            .map(|_| ())
            .map_err(|error| error.to_string())
    };
    let verify = |workers| {
        let check = |sound: &mut u32, mut chunk: ScanChunk<'_>| {
            for (pgno, page) in chunk.pages() {
                *sound += u32::from(checksum::verify(page, pgno, size).is_ok());
            }
            Ok::<(), Infallible>(())
        };
        let sound: u32 = scan
            .run(workers, || 0, check)
            .map_err(|error| error.to_string())?
            .iter()
            .sum();
        if sound == scan.page_count() {
            Ok(())
        } else {
            Err(format!("{} of {} pages are sound", sound, scan.page_count()))
        }
    };
    read(1)?;
    let rates = |once: &dyn Fn() -> Result<(), String>| -> Result<Vec<f64>, String> {
        (0..runs).map(|_| timed(bytes, once)).collect()
    };
    let (from, mut to) = (vec![1_u8; PIECE_BYTES], vec![0_u8; PIECE_BYTES]);
    let mut copied = Vec::new();
    for _ in 0..runs {
        let begin = Instant::now();
        for _ in 0..bytes.div_ceil(PIECE_BYTES as u64) {
            to.copy_from_slice(black_box(&from));
            black_box(&mut to);
        }
        copied.push(rate(bytes, begin));
    }
    println!(
        "{}",
        serde_json::json!({
            "bytes": bytes, "page_size": size.bytes(), "cores": cores, "copied": copied,
            "read_1": rates(&|| read(1))?, "verified_1": rates(&|| verify(1))?,
            "read_all": rates(&|| read(cores))?, "verified_all": rates(&|| verify(cores))?,
            "last_page": Pgno(scan.page_count()).0,
        })
    );
    Ok(())
}

fn timed(bytes: u64, once: &dyn Fn() -> Result<(), String>) -> Result<f64, String> {
    let begin = Instant::now();
    once()?;
    Ok(rate(bytes, begin))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a rate needs no more than the 52 bits of a double"
)]
fn rate(bytes: u64, begin: Instant) -> f64 {
    bytes as f64 / begin.elapsed().as_secs_f64()
}
