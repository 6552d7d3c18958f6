//! The kill loop, a few rounds of it.

#![allow(clippy::unwrap_used)]

use std::path::PathBuf;

use jet_sim::kill::{Plan, run};

#[test]
fn what_was_acknowledged_is_there_after_each_kill() {
    // Temporary files may lie in memory, where a kill can tear pages.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let plan = Plan {
        program: PathBuf::from(env!("CARGO_BIN_EXE_jet-kill")),
        folder: folder.path().to_owned(),
        seed: 7,
        rounds: 12,
        threads: 3,
        page_bytes: vec![4096, 8192, 32_768],
    };
    let killed = run(&plan, &mut |_| {}).unwrap();
    assert_eq!(killed.rounds, 12);
    assert!(
        killed.durable > 10 && killed.commits > killed.durable,
        "{killed:?}"
    );
}

#[test]
fn a_worker_that_ends_by_itself_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let plan = Plan {
        // Its arguments are none that this program knows.
        program: PathBuf::from(env!("CARGO_BIN_EXE_jet-sim")),
        folder: folder.path().to_owned(),
        seed: 7,
        rounds: 1,
        threads: 1,
        page_bytes: vec![4096],
    };
    assert!(run(&plan, &mut |_| {}).is_err());
}
