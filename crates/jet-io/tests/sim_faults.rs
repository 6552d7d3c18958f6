//! The simulated file system: operations fail where the plan says, and nowhere else.

#![cfg(not(loom))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use jet_io::fs_sim::{Failure, Outcome, ReadFailure, SimOperationKind as Kind, SimulatedFault};
use jet_io::{Faults, File, FileSystem, IoError, IoErrorKind, LockKind, OpenMode, SimFs, Tear};

const PAGE: usize = 4096;

fn open(fs: &SimFs, path: &str) -> Arc<dyn File> {
    fs.open(path.as_ref(), OpenMode::ReadWrite).unwrap()
}

fn contents(fs: &SimFs, path: &str) -> Vec<u8> {
    fs.contents(path.as_ref()).unwrap()
}

/// One operation of each kind.
fn workload(fs: &SimFs) -> Result<(), IoError> {
    fs.create_dir_all("/d".as_ref())?;
    let file = fs.open("/d/a".as_ref(), OpenMode::CreateNew)?;
    file.write_at(&[1; 3 * PAGE], 0)?;
    file.set_len(PAGE as u64)?;
    file.sync_data()?;
    file.sync_all()?;
    fs.rename("/d/a".as_ref(), "/d/b".as_ref())?;
    fs.sync_dir("/d".as_ref())?;
    fs.remove("/d/b".as_ref())
}

const WORKLOAD: [Kind; 9] = [
    Kind::CreateDir,
    Kind::Create,
    Kind::Write,
    Kind::SetLen,
    Kind::SyncData,
    Kind::SyncAll,
    Kind::Rename,
    Kind::SyncDir,
    Kind::Remove,
];

fn planned(faults: Faults) -> SimFs {
    let fs = SimFs::new();
    fs.set_faults(faults);
    fs
}

#[test]
fn operations_that_change_something_are_counted_and_listed() {
    let fs = SimFs::new();
    workload(&fs).unwrap();
    let kinds: Vec<Kind> = fs.trace().iter().map(|operation| operation.kind).collect();
    assert_eq!(kinds, WORKLOAD);
    assert_eq!((fs.operations(), fs.reads()), (9, 0));
    let write = &fs.trace()[2];
    assert_eq!(
        (&*write.path, write.offset, write.len, write.outcome),
        (Path::new("/d/a"), 0, 3 * PAGE as u64, Outcome::Done)
    );
    let lines: Vec<String> = fs.trace().iter().map(ToString::to_string).collect();
    assert_eq!(lines[2], "write /d/a, 12288 bytes at 0");
    assert_eq!(lines[3], "set length of /d/a to 4096 bytes");
    assert_eq!(lines[6], "rename /d/a to /d/b");
}

#[test]
fn what_changes_nothing_is_not_counted() {
    let fs = SimFs::from_files([("/d/a", b"a".to_vec())]);
    let file = open(&fs, "/d/a");
    file.write_at(b"", 5).unwrap();
    file.len().unwrap();
    file.try_lock(LockKind::Shared).unwrap();
    fs.create_dir_all("/d".as_ref()).unwrap();
    fs.rename("/d/a".as_ref(), "/d/./a".as_ref()).unwrap();
    fs.remove("/d/b".as_ref()).unwrap_err();
    fs.rename("/d/b".as_ref(), "/d/c".as_ref()).unwrap_err();
    fs.open("/e/a".as_ref(), OpenMode::CreateNew).unwrap_err();
    fs.open("/d/a".as_ref(), OpenMode::CreateNew).unwrap_err();
    fs.sync_dir("/e".as_ref()).unwrap_err();
    file.set_len(u64::MAX).unwrap_err();
    let reader = fs.open("/d/a".as_ref(), OpenMode::Read).unwrap();
    reader.write_at(b"x", 0).unwrap_err();
    assert_eq!((fs.operations(), fs.reads()), (0, 0));
    file.read_at(&mut [0; 4], 0).unwrap();
    assert_eq!((fs.operations(), fs.reads()), (0, 1));
}

#[test]
fn power_loss_stops_everything_at_its_operation() {
    for n in 0..9 {
        let fs = planned(Faults::new(1).power_loss_at(n));
        let error = workload(&fs).unwrap_err();
        assert!(error.is_power_loss(), "{n}: {error}");
        assert!(error.to_string().contains("simulated power"), "{error}");
        assert!(fs.is_off());
        let trace = fs.trace();
        assert_eq!(trace.len() as u64, n + 1);
        assert_eq!(trace.last().unwrap().outcome, Outcome::PowerLost);
        for error in [
            fs.open("/x".as_ref(), OpenMode::CreateNew).unwrap_err(),
            fs.metadata("/".as_ref()).unwrap_err(),
            fs.exists("/".as_ref()).unwrap_err(),
            fs.list("/".as_ref()).unwrap_err(),
            fs.full_path("/x".as_ref()).unwrap_err(),
            fs.sync_dir("/".as_ref()).unwrap_err(),
            fs.create_dir_all("/x".as_ref()).unwrap_err(),
            fs.remove("/x".as_ref()).unwrap_err(),
            fs.rename("/x".as_ref(), "/y".as_ref()).unwrap_err(),
        ] {
            assert!(error.is_power_loss(), "{error}");
        }
        assert_eq!(fs.operations(), n + 1, "nothing is counted without power");
    }
    let fs = planned(Faults::new(1).power_loss_at(9));
    workload(&fs).unwrap();
}

#[test]
fn handles_lose_their_power_too() {
    let fs = SimFs::from_files([("a", b"a".to_vec())]);
    let file = open(&fs, "a");
    fs.cut_power();
    for error in [
        file.read_at(&mut [0], 0).unwrap_err(),
        file.write_at(b"x", 0).unwrap_err(),
        file.len().unwrap_err(),
        file.set_len(0).unwrap_err(),
        file.sync_data().unwrap_err(),
        file.sync_all().unwrap_err(),
        file.try_lock(LockKind::Shared).unwrap_err(),
    ] {
        assert!(error.is_power_loss(), "{error}");
    }
    assert_eq!((contents(&fs, "a"), fs.reads()), (b"a".to_vec(), 0));
}

#[test]
fn a_write_that_loses_power_is_pending_in_whole_blocks() {
    let parts = |tear| -> BTreeSet<usize> {
        let part = |seed| {
            let fs = SimFs::from_files([("a", vec![0; 2 * PAGE])]);
            fs.set_faults(Faults::new(seed).tear(tear).power_loss_at(0));
            let file = open(&fs, "a");
            file.write_at(&[1; PAGE + 500], 100).unwrap_err();
            assert_eq!(contents(&fs.durable_image(), "a"), vec![0; 2 * PAGE]);
            let written = contents(&fs.written_image(), "a");
            let count = written.iter().filter(|byte| **byte == 1).count();
            assert_eq!(written[100..100 + count], vec![1; count], "a prefix");
            count
        };
        (0..100).map(part).collect()
    };
    assert_eq!(parts(Tear::default()), [0, PAGE - 100, PAGE + 500].into());
    assert_eq!(parts(Tear::Never), [0, PAGE + 500].into());
    assert_eq!(parts(Tear::Blocks(4000)), [0, 3900, PAGE + 500].into());
}

#[test]
fn every_operation_fails_once_and_works_again() {
    for n in 0..9 {
        let fs = planned(Faults::new(1).fail_at(n, Failure::Device));
        let error = workload(&fs).unwrap_err();
        assert_eq!(error.simulated_fault(), Some(SimulatedFault::Device), "{n}");
        assert_eq!((error.kind, error.is_power_loss()), (IoErrorKind::Other, false));
        assert_eq!(fs.trace().last().unwrap().outcome, Outcome::DeviceFailed);
        fs.create_dir_all("/e".as_ref()).unwrap();
    }
}

#[test]
fn a_failed_change_of_names_or_length_changes_nothing() {
    let fs = SimFs::from_files([("a", b"abc".to_vec())]);
    let before = fs.files().unwrap();
    let file = open(&fs, "a");
    fs.set_faults(Faults::new(1).fail_from(0, Failure::Device));
    file.set_len(1).unwrap_err();
    fs.open("b".as_ref(), OpenMode::CreateNew).unwrap_err();
    fs.open("a".as_ref(), OpenMode::CreateOrReplace).unwrap_err();
    fs.rename("a".as_ref(), "b".as_ref()).unwrap_err();
    fs.remove("a".as_ref()).unwrap_err();
    fs.create_dir_all("d".as_ref()).unwrap_err();
    assert_eq!(fs.operations(), 6);
    fs.set_faults(Faults::default());
    assert!(!fs.exists("d".as_ref()).unwrap());
    assert_eq!(fs.files().unwrap(), before);
    assert_eq!(fs.crash_image(1).files().unwrap(), before);
}

#[test]
fn a_full_disk_fails_only_what_needs_space() {
    for n in 0..9 {
        let fs = planned(Faults::new(1).fail_at(n, Failure::DiskFull));
        match workload(&fs) {
            Err(error) => assert_eq!((error.kind, n < 3), (IoErrorKind::DiskFull, true), "{n}"),
            Ok(()) => assert!(n >= 3, "{n}"),
        }
    }
    let fs = SimFs::from_files([("a", vec![0; PAGE])]);
    fs.set_faults(Faults::new(1).fail_from(0, Failure::DiskFull));
    let file = open(&fs, "a");
    file.write_at(&[1; PAGE], 0).unwrap();
    file.set_len(10).unwrap();
    file.sync_all().unwrap();
    fs.open("a".as_ref(), OpenMode::CreateOrReplace).unwrap();
    assert_eq!(file.set_len(1).unwrap_err().kind, IoErrorKind::DiskFull);
    let error = file.write_at(b"12", 0).unwrap_err();
    assert_eq!(
        (error.kind, error.offset, error.len),
        (IoErrorKind::DiskFull, Some(0), Some(2))
    );
}

#[test]
fn growth_ends_at_the_capacity() {
    let fs = SimFs::from_files([("a", vec![0; 100]), ("b", vec![0; 100])]);
    fs.set_faults(Faults::new(3).tear(Tear::Blocks(10)).capacity(250));
    let file = open(&fs, "a");
    file.set_len(150).unwrap();
    assert_eq!(file.set_len(151).unwrap_err().kind, IoErrorKind::DiskFull);
    file.write_at(&[1; 20], 130).unwrap();
    assert_eq!(
        file.write_at(&[2; 20], 140).unwrap_err().kind,
        IoErrorKind::DiskFull
    );
    assert_eq!(contents(&fs, "a").len(), 150);
    let other = open(&fs, "b");
    fs.remove("b".as_ref()).unwrap();
    assert!(file.set_len(151).is_err(), "the handle keeps the space");
    drop(other);
    file.set_len(250).unwrap();
}

#[test]
fn a_failed_write_leaves_its_first_blocks() {
    let mut seen = BTreeSet::new();
    for seed in 0..100 {
        let fs = SimFs::from_files([("a", vec![0; 3 * PAGE])]);
        fs.set_faults(Faults::new(seed).fail_at(0, Failure::Device));
        let file = open(&fs, "a");
        file.write_at(&[1; 3 * PAGE], 0).unwrap_err();
        file.sync_data().unwrap();
        let bytes = contents(&fs.durable_image(), "a");
        let count = bytes.iter().filter(|byte| **byte == 1).count();
        assert_eq!(bytes[..count], vec![1; count]);
        seen.insert(count / PAGE);
        assert_eq!(count % PAGE, 0);
    }
    assert_eq!(seen, [0, 1, 2, 3].into());
}

#[test]
fn after_a_failed_sync_another_one_proves_nothing() {
    let fs = SimFs::from_files([("a", vec![0; 3 * PAGE])]);
    let file = open(&fs, "a");
    file.write_at(&[1; 2 * PAGE], 0).unwrap();
    fs.set_faults(Faults::new(1).fail_at(1, Failure::Device));
    file.sync_data().unwrap_err();
    file.write_at(&[2; 2 * PAGE], PAGE as u64).unwrap();
    file.sync_data().unwrap();
    assert_eq!(
        contents(&fs, "a"),
        [[1; PAGE], [2; PAGE], [2; PAGE]].concat(),
        "readers see all"
    );
    let firsts = |seed| -> Vec<u8> {
        let bytes = contents(&fs.crash_image(seed), "a");
        bytes.chunks(PAGE).map(|page| page[0]).collect()
    };
    let images: BTreeSet<Vec<u8>> = (0..100).map(firsts).collect();
    assert_eq!(images, [vec![0, 2, 2], vec![1, 2, 2]].into());
}

#[test]
fn a_failed_sync_of_a_directory_leaves_its_names_pending() {
    let fs = SimFs::new();
    fs.open("a".as_ref(), OpenMode::CreateNew).unwrap();
    fs.set_faults(Faults::new(1).fail_at(1, Failure::Device));
    fs.sync_dir("".as_ref()).unwrap_err();
    assert!(fs.durable_image().files().unwrap().is_empty());
    fs.sync_dir("".as_ref()).unwrap();
    assert_eq!(fs.durable_image().files().unwrap().len(), 1);
}

#[test]
fn reads_fail_by_their_own_count() {
    let fs = SimFs::from_files([("a", vec![0; 64])]);
    let file = open(&fs, "a");
    fs.set_faults(
        Faults::new(4)
            .fail_read_at(1, ReadFailure::Device)
            .fail_read_at(2, ReadFailure::Short)
            .fail_read_at(3, ReadFailure::FlipBit)
            .fail_read_from(5, ReadFailure::Device),
    );
    let read = || {
        let mut bytes = [7; 64];
        let count = file.read_at(&mut bytes, 0)?;
        Ok::<_, IoError>(bytes[..count].to_vec())
    };
    assert_eq!(read().unwrap(), [0; 64]);
    let error = read().unwrap_err();
    assert_eq!(
        (error.simulated_fault(), error.offset, error.len),
        (Some(SimulatedFault::Device), Some(0), Some(64))
    );
    let short = read().unwrap();
    assert!(short.len() < 64 && short.iter().all(|byte| *byte == 0));
    let flipped: u32 = read().unwrap().iter().map(|byte| byte.count_ones()).sum();
    assert_eq!(flipped, 1);
    assert_eq!(read().unwrap(), [0; 64], "the file itself is sound");
    assert!(read().is_err() && read().is_err());
    assert_eq!((fs.reads(), fs.operations()), (7, 0));
    assert_eq!(contents(&fs, "a"), [0; 64]);
}

#[test]
fn short_reads_are_seen_as_the_end_of_the_file() {
    let fs = SimFs::from_files([("a", vec![0; 64])]);
    fs.set_faults(Faults::new(4).fail_read_from(0, ReadFailure::Short));
    let error = open(&fs, "a").read_exact_at(&mut [0; 64], 0).unwrap_err();
    assert!(
        matches!(error.kind, IoErrorKind::ShortRead { got: 0..64 }),
        "{error}"
    );
}

#[test]
fn one_plan_gives_one_run() {
    let run = || {
        let fs = SimFs::from_files([("a", vec![0; 64])]);
        fs.set_faults(
            Faults::new(9)
                .tear(Tear::Blocks(1))
                .fail_at(0, Failure::Device)
                .fail_read_at(0, ReadFailure::FlipBit),
        );
        let file = open(&fs, "a");
        file.write_at(&[1; 64], 0).unwrap_err();
        let mut bytes = [0; 64];
        file.read_exact_at(&mut bytes, 0).unwrap();
        bytes
    };
    assert_eq!(run(), run());
}
