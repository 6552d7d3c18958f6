//! Recovery of files that were changed at random, with right checksums: it comes to an end, and keeps to its own files.

use std::path::Path;
use std::sync::LazyLock;

use jet_api::JetError;
use jet_api::recover::Report;
use jet_io::fs_sim::{SimOperation, SimOperationKind};
use jet_io::{Faults, SimFs};
use jet_log::names;
use jet_log::outside::{Random, SystemRandom};
use jet_test::logs;
use jet_test::storm::{CHANGE_BYTES, CHANGES_MAX, Stream};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::sets::{Files, file_system, files_in, recovery};
use crate::windows::server_2022;

/// Far more operations than any of the streams needs; one that goes on for ever comes to it.
const OPERATIONS_MAX: u64 = 50_000;

/// Streams to change.
static STREAMS: LazyLock<Vec<Stream>> = LazyLock::new(|| {
    let crashed = |name| {
        let mut files = files_in(logs::named(name), name);
        files.retain(|(name, _)| !name.ends_with(".json") && !name.ends_with(".txt"));
        files
    };
    let sets: Vec<Files> = vec![
        crashed("c101_p4096"),
        crashed("c102_p8192"),
        crashed("c103_p32768"),
        crashed("c105_p4096"),
        crashed("c108_p4096"),
        server_2022(1..=5),
    ];
    sets.into_iter().map(Stream::new).collect()
});

/// Recovers a changed stream, and what is left of it once more.
fn check(number: usize, input: &[u8]) {
    let mut stream = STREAMS[number % STREAMS.len()].clone();
    stream.change(input);
    let files: Files = stream.into_files().into_iter().collect();
    let fs = file_system(files);
    // What was recovered is whole: there is nothing left to do, or to fail at.
    if let (Ok(_), Err(error)) = (run(&fs), run(&fs.written_image())) {
        panic!("only the first recovery succeeded: {error}");
    }
}

fn run(fs: &SimFs) -> Result<Report, JetError> {
    fs.set_faults(Faults::new(1).power_loss_at(OPERATIONS_MAX));
    let outcome = recovery(fs).cache_bytes(1 << 20).run(&mut |_| {});
    assert!(!fs.is_off(), "no end after {OPERATIONS_MAX} operations");
    for operation in fs.trace() {
        check_operation(&operation);
    }
    outcome
}

/// Closed logs are never written, nor anything outside the folder. A database may have got another name by the changes.
fn check_operation(operation: &SimOperation) {
    use SimOperationKind::{SyncAll, SyncData, SyncDir};
    if matches!(operation.kind, SyncAll | SyncData | SyncDir) {
        return;
    }
    assert!(operation.path.starts_with("/set"), "{operation}");
    let name = operation
        .path
        .strip_prefix(Path::new("/set"))
        .unwrap()
        .to_string_lossy();
    match names::parse(&name) {
        Some((_, names::FileRole::Closed(_) | names::FileRole::Reserve(_))) => panic!("{operation}"),
        Some(_) => {}
        None => {
            let is_here = !name.contains(['/', '\\']) && name != "..";
            assert!(is_here, "{operation}");
        }
    }
}

/// Cases of a run, always the same ones; `JET_STORM_CASES` asks for so many others instead.
fn cases() -> (u32, TestRng) {
    let asked = std::env::var("JET_STORM_CASES").ok();
    match asked.and_then(|text| text.parse().ok()) {
        Some(count) => (count, TestRng::from_seed(RngAlgorithm::ChaCha, &new_seed())),
        None => (150, TestRng::deterministic_rng(RngAlgorithm::ChaCha)),
    }
}

/// Differs from run to run.
fn new_seed() -> [u8; 32] {
    let mut seed = [0; 32];
    for four in seed.chunks_mut(4) {
        four.copy_from_slice(&SystemRandom.next_u32().to_le_bytes());
    }
    seed
}

/// Nothing is attached at the end of a stream that was ended well, so a list of attached databases that cannot be read is no
/// reason to refuse it.
#[test]
fn a_list_of_databases_that_nobody_needs_is_not_read() {
    check(4, &[0xfa, 0x43, 0, 0, 0xc2, 0xb4, 0, 0, 0]);
}

/// The file that a record creates would take the place of the log that has the record.
#[test]
fn a_database_with_the_name_of_a_log_is_not_made() {
    let mut stream = STREAMS[0].clone();
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    let (old, new) = ("corpus.edb", "../edb.log");
    stream.replace(old.as_bytes(), new.as_bytes());
    stream.replace(&wide(old), &wide(new));
    let mut files = stream.into_files();
    files.remove("corpus.edb").unwrap();
    files.remove("edb.chk").unwrap();
    let fs = file_system(files.into_iter().collect());
    let before = fs.files().unwrap();
    let error = run(&fs).unwrap_err();
    assert!(error.to_string().contains("name is that of a log"), "{error}");
    assert!(fs.files().unwrap() == before, "a file was changed");
}

#[test]
fn changed_streams_are_recovered_or_refused() {
    let (cases, random) = cases();
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    let changes = proptest::collection::vec(any::<[u8; CHANGE_BYTES]>(), 0..=CHANGES_MAX / 4);
    TestRunner::new_with_rng(config, random)
        .run(&(any::<usize>(), changes), |(number, changes)| {
            check(number, changes.as_flattened());
            Ok(())
        })
        .unwrap();
}
