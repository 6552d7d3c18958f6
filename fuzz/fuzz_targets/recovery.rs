//! A whole recovery of what a crash left, with changes in its logs, its database and its checkpoint behind right checksums:
//! it comes to an end, writes no closed log, and what it says to have recovered needs no second recovery.
//!
//! Input: which stream, then changes of nine bytes, see `jet_test::storm`.
#![no_main]

use std::path::Path;
use std::sync::{Arc, LazyLock};

use jet_api::recover::Recovery;
use jet_io::fs_sim::SimOperationKind;
use jet_io::{Faults, FileSystem, SimFs};
use jet_log::names::{self, FileRole};
use jet_log::outside::{SeededRandom, SteppingClock};
use jet_test::logs;
use jet_test::storm::Stream;
use libfuzzer_sys::fuzz_target;

/// Far more operations than any of the streams needs; one that goes on for ever comes to it.
const OPERATIONS_MAX: u64 = 50_000;

/// Crashes of small instances, with pages of 4, 8 and 32 KiB.
const NAMES: [&str; 4] = ["c101_p4096", "c102_p8192", "c103_p32768", "c108_p4096"];

static STREAMS: LazyLock<Vec<Stream>> = LazyLock::new(|| {
    let streams = NAMES.iter().map(|name| {
        let files = logs::named(name).in_folder(name);
        let wanted = files.filter(|(name, _)| !name.ends_with(".json") && !name.ends_with(".txt"));
        Stream::new(wanted.map(|(name, bytes)| (name.to_owned(), bytes.to_vec())))
    });
    streams.collect()
});

fuzz_target!(|input: &[u8]| {
    let Some((&number, changes)) = input.split_first() else {
        return;
    };
    let mut stream = STREAMS[usize::from(number) % STREAMS.len()].clone();
    stream.change(changes);
    let files = stream.into_files().into_iter();
    let fs = SimFs::from_files(files.map(|(name, bytes)| (Path::new("/set").join(name), bytes)));
    let first = recovers(&fs);
    let second = recovers(&fs.written_image());
    assert!(second || !first, "only the first recovery succeeded");
});

fn recovers(fs: &SimFs) -> bool {
    fs.set_faults(Faults::new(1).power_loss_at(OPERATIONS_MAX));
    let recovery = Recovery::in_folder("/set").cache_bytes(1 << 20).surroundings(
        Arc::new(fs.clone()) as Arc<dyn FileSystem>,
        Arc::new(SteppingClock::new(1_767_225_600_000, 10)),
        Arc::new(SeededRandom::new(7)),
    );
    let is_done = recovery.run(&mut |_| {}).is_ok();
    assert!(!fs.is_off(), "no end after {OPERATIONS_MAX} operations");
    for operation in fs.trace() {
        let name = operation.path.file_name().unwrap_or_default().to_string_lossy();
        let is_closed = matches!(
            names::parse(&name),
            Some((_, FileRole::Closed(_) | FileRole::Reserve(_)))
        );
        let is_change = matches!(
            operation.kind,
            SimOperationKind::Write | SimOperationKind::SetLen | SimOperationKind::Create
        );
        assert!(
            operation.path.starts_with("/set") && !(is_closed && is_change),
            "{operation}"
        );
    }
    is_done
}
