//! The protocol of the log under the model checker: every order of steps of a few threads, up to a bound.
//!
//! Run by `RUSTFLAGS="--cfg loom" cargo test -p jet-log --release --lib loom`. The file system is a simulated one, so what
//! is on the disk when a flush returns is known.

#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, AtomicU64, Ordering};

use jet_io::fs_sim::Failure;
use jet_io::{Faults, FileSystem, SimFs};
use jet_pages::PageSize;
use jet_pages::dbheader::{LogTime, Signature};
use loom::thread;
use zerocopy::FromZeros;

use super::{Log, LogState, RollState, Rolling};
use crate::names::LogNames;
use crate::outside::SteppingClock;
use crate::params::InstanceParams;
use crate::record::Record;
use crate::record::SessionId;
use crate::record::transaction::SessionMark;
use crate::writer::{LogFolder, LogWriteError, LogWriter, NewStream};
use crate::{Expected, Generation, Lgpos, LogSet, LogVersion};

#[derive(Debug)]
struct Alone;

impl Rolling for Alone {
    fn state(&self) -> RollState {
        RollState {
            created: LogTime::default(),
            attachments: Vec::new(),
            checkpoint: Lgpos::NONE,
        }
    }

    fn begun(&self, _: Generation, _: LogTime) {}
}

/// A new stream of files with 14 segments.
fn stream() -> (SimFs, Arc<Log>) {
    let fs = SimFs::new();
    fs.create_dir_all(Path::new("/logs")).unwrap();
    fs.sync_dir(Path::new("/")).unwrap();
    let folder = LogFolder {
        fs: Arc::new(fs.clone()),
        clock: Arc::new(SteppingClock::new(0, 0)),
        path: PathBuf::from("/logs"),
        names: LogNames {
            base: "edb".into(),
            has_old_extensions: true,
            has_five_digits: true,
        },
    };
    let params = InstanceParams::new_zeroed();
    let stream = NewStream {
        signature: Signature::new(7, LogTime::default()),
        created: LogTime::default(),
        page_size: PageSize::K4,
        file_sectors: 16,
        version: LogVersion::COMMON,
        params: &params,
        engine_format_max: 8920,
    };
    let writer = LogWriter::create(folder, &stream).unwrap();
    (fs, Arc::new(Log::new(writer, Arc::new(Alone))))
}

const fn mark(session: u16) -> Record<'static> {
    Record::ForceWriteLog(SessionMark {
        session: SessionId(session),
    })
}

/// The sessions of the marks in a stream, in order.
fn sessions(fs: &SimFs) -> Vec<u16> {
    let sets = LogSet::find(fs, Path::new("/logs")).unwrap();
    let mut stream = sets.first().unwrap().stream(fs, Expected::default());
    let mut found = Vec::new();
    while let Some(entry) = stream.next().unwrap() {
        if let Record::ForceWriteLog(SessionMark { session }) = entry.record {
            found.push(session.0);
        }
    }
    found
}

fn check(model: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(3);
    builder.check(model);
}

/// Appends a mark and waits; it must be on the disk then.
fn commit(fs: &SimFs, log: &Log, session: u16) {
    let appended = log.append(&[mark(session)]).unwrap();
    log.flush(appended.end).unwrap();
    assert!(log.durable() >= appended.end);
    assert!(sessions(&fs.durable_image()).contains(&session));
}

#[test]
fn loom_commits_are_durable_when_they_return_and_share_syncs() {
    // Operations of the order that needs most, and of that which needs fewest.
    static MOST: AtomicU64 = AtomicU64::new(0);
    static FEWEST: AtomicU64 = AtomicU64::new(u64::MAX);
    check(|| {
        let (fs, log) = stream();
        let before = fs.operations();
        let others = [1, 2].map(|session| {
            let (fs, log) = (fs.clone(), Arc::clone(&log));
            thread::spawn(move || commit(&fs, &log, session))
        });
        commit(&fs, &log, 3);
        others.map(|other| other.join().unwrap());
        let mut found = sessions(&fs.durable_image());
        found.sort_unstable();
        assert_eq!(found, [1, 2, 3]);
        let operations = fs.operations() - before;
        MOST.fetch_max(operations, Ordering::Relaxed);
        FEWEST.fetch_min(operations, Ordering::Relaxed);
    });
    // A flush is a write and a sync. One may serve all, and none is in vain.
    assert_eq!(FEWEST.load(Ordering::Relaxed), 2);
    assert_eq!(MOST.load(Ordering::Relaxed), 6);
}

#[test]
fn loom_numbers_ascend_across_generations() {
    check(|| {
        let (fs, log) = stream();
        // One segment is left.
        for _ in 0..13 {
            let end = log.append(&[mark(0)]).unwrap().end;
            log.flush(end).unwrap();
        }
        let next = Arc::new(AtomicU16::new(1));
        let work = |log: Arc<Log>, next: Arc<AtomicU16>| {
            move || {
                let mut make = || mark(next.fetch_add(1, Ordering::Relaxed));
                let end = log.append_made(&mut make).unwrap().end;
                log.flush(end).unwrap();
            }
        };
        let other = thread::spawn(work(Arc::clone(&log), Arc::clone(&next)));
        work(Arc::clone(&log), next)();
        // The segment may be closed by now, and then this begins a generation.
        log.append(&[mark(9)]).unwrap();
        other.join().unwrap();
        let end = log.position();
        log.flush(end).unwrap();
        let found: Vec<_> = sessions(&fs.durable_image()).split_off(13);
        let numbers: Vec<_> = found.iter().filter(|number| **number != 9).collect();
        assert_eq!(numbers, [&1, &2]);
        assert_eq!(found.len(), 3);
    });
}

#[test]
fn loom_everybody_learns_of_a_failure() {
    check(|| {
        let (fs, log) = stream();
        fs.set_faults(Faults::new(0).fail_from(fs.operations() + 1, Failure::Device));
        let work = |log: Arc<Log>| {
            move || {
                let appended = log.append(&[mark(1)]);
                let flushed = appended.and_then(|appended| log.flush(appended.end));
                assert!(matches!(flushed, Err(LogWriteError::Io(_))));
            }
        };
        let other = thread::spawn(work(Arc::clone(&log)));
        work(Arc::clone(&log))();
        other.join().unwrap();
        assert!(matches!(log.state(), LogState::Down(_)));
        assert!(sessions(&fs.durable_image()).is_empty());
    });
}
