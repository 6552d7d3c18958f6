//! The simulated file system: what a crash keeps of bytes and names.

#![cfg(not(loom))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use jet_io::{CrashModel, File, FileSystem, IoErrorKind, LockKind, OpenMode, SimFs, Tear};

const PAGE: usize = 4096;
const SEEDS: u64 = 300;

fn open(fs: &SimFs, path: &str) -> Arc<dyn File> {
    fs.open(path.as_ref(), OpenMode::ReadWrite).unwrap()
}

fn create(fs: &SimFs, path: &str, bytes: &[u8]) -> Arc<dyn File> {
    let file = fs.open(path.as_ref(), OpenMode::CreateNew).unwrap();
    file.write_at(bytes, 0).unwrap();
    file
}

fn contents(fs: &SimFs, path: &str) -> Vec<u8> {
    fs.contents(path.as_ref()).unwrap()
}

/// A file of zeros, all durable.
fn zeros(pages: usize) -> SimFs {
    SimFs::from_files([("a.edb", vec![0; pages * PAGE])])
}

/// First bytes of the pages of `a.edb` in every image; pages are asserted to be of one byte throughout.
fn page_images(fs: &SimFs) -> BTreeSet<Vec<u8>> {
    let image = |seed| {
        let bytes = contents(&fs.crash_image(seed), "a.edb");
        for page in bytes.chunks(PAGE) {
            assert!(page.iter().all(|byte| *byte == page[0]), "torn page, seed {seed}");
        }
        bytes.chunks(PAGE).map(|page| page[0]).collect()
    };
    (0..SEEDS).map(image).collect()
}

/// Full paths of every image.
fn name_images(fs: &SimFs) -> BTreeSet<Vec<String>> {
    let names = |image: SimFs| {
        let files = image.files().unwrap();
        files.keys().map(|path| path.display().to_string()).collect()
    };
    (0..SEEDS).map(|seed| names(fs.crash_image(seed))).collect()
}

fn lists<const N: usize>(lists: [&[&str]; N]) -> BTreeSet<Vec<String>> {
    let owned = |list: &[&str]| list.iter().map(|name| (*name).to_string()).collect();
    lists.into_iter().map(owned).collect()
}

#[test]
fn a_write_is_kept_lost_or_torn_by_the_seed() {
    let fs = zeros(4);
    open(&fs, "a.edb").write_at(&[7; 2 * PAGE], PAGE as u64).unwrap();
    let images = page_images(&fs);
    let all = [[0, 0, 0, 0], [0, 7, 0, 0], [0, 0, 7, 0], [0, 7, 7, 0]];
    assert_eq!(images, all.map(|image| image.to_vec()).into());
    assert_eq!(contents(&fs.durable_image(), "a.edb"), vec![0; 4 * PAGE]);
    assert_eq!(contents(&fs.written_image(), "a.edb"), contents(&fs, "a.edb"));
}

#[test]
fn writes_survive_independently_of_their_order() {
    let fs = zeros(3);
    let file = open(&fs, "a.edb");
    for pgno in 0..3_u8 {
        file.write_at(&[pgno + 1; PAGE], u64::from(pgno) * PAGE as u64)
            .unwrap();
    }
    assert_eq!(page_images(&fs).len(), 8);
}

#[test]
fn a_kept_write_covers_an_earlier_one() {
    let fs = zeros(1);
    let file = open(&fs, "a.edb");
    file.write_at(&[1; PAGE], 0).unwrap();
    file.write_at(&[2; PAGE], 0).unwrap();
    assert_eq!(page_images(&fs), [vec![0], vec![1], vec![2]].into());
}

#[test]
fn models_tear_at_their_blocks() {
    let fs = zeros(1);
    open(&fs, "a.edb").write_at(&[7; PAGE], 0).unwrap();
    for (tear, block) in [
        (Tear::Sectors, 512),
        (Tear::Blocks(100), 100),
        (Tear::Blocks(0), 1),
    ] {
        let model = CrashModel::tearing(tear);
        let mut torn = 0;
        for seed in 0..SEEDS {
            let bytes = contents(&fs.crash_image_by(model, seed), "a.edb");
            for part in bytes.chunks(block) {
                assert!(part.iter().all(|byte| *byte == part[0]), "{model}, seed {seed}");
            }
            torn += usize::from(bytes.contains(&0) && bytes.contains(&7));
        }
        assert!(torn > 20, "{model}: {torn} torn images");
    }
    open(&fs, "a.edb").write_at(&[9; 3 * PAGE], 0).unwrap();
    for seed in 0..SEEDS {
        let model = CrashModel::tearing(Tear::Never);
        let bytes = contents(&fs.crash_image_by(model, seed), "a.edb");
        assert!(bytes.iter().all(|byte| *byte == bytes[0]), "seed {seed}");
    }
}

#[test]
fn what_is_synced_through_any_handle_survives() {
    let fs = zeros(2);
    let (one, two) = (open(&fs, "a.edb"), open(&fs, "a.edb"));
    one.write_at(&[1; PAGE], 0).unwrap();
    one.set_len(3 * PAGE as u64).unwrap();
    two.sync_data().unwrap();
    assert_eq!(page_images(&fs), [vec![1, 0, 0]].into());
    two.write_at(&[2; PAGE], PAGE as u64).unwrap();
    fs.open("a.edb".as_ref(), OpenMode::Read)
        .unwrap()
        .sync_all()
        .unwrap();
    assert_eq!(page_images(&fs), [vec![1, 2, 0]].into());
}

#[test]
fn a_kept_write_beyond_lost_growth_leaves_a_gap_of_zeros() {
    let fs = zeros(1);
    let file = open(&fs, "a.edb");
    file.write_at(&[1; PAGE], PAGE as u64).unwrap();
    file.write_at(&[2; PAGE], 2 * PAGE as u64).unwrap();
    let all: [&[u8]; 4] = [&[0], &[0, 1], &[0, 0, 2], &[0, 1, 2]];
    assert_eq!(page_images(&fs), all.map(<[u8]>::to_vec).into());
}

#[test]
fn lengths_are_kept_or_lost_like_writes() {
    let fs = SimFs::from_files([("a.edb", [[3; PAGE], [4; PAGE]].concat())]);
    let file = open(&fs, "a.edb");
    file.set_len(PAGE as u64).unwrap();
    file.set_len(3 * PAGE as u64).unwrap();
    let all: [&[u8]; 4] = [&[3, 4], &[3], &[3, 4, 0], &[3, 0, 0]];
    assert_eq!(page_images(&fs), all.map(<[u8]>::to_vec).into());
}

#[test]
fn growth_outlives_lost_bytes_where_the_model_says_so() {
    let fs = zeros(1);
    open(&fs, "a.edb").write_at(&[7; PAGE], PAGE as u64).unwrap();
    let model = CrashModel {
        keeps_growth: true,
        ..CrashModel::default()
    };
    let first_of_second = |seed| {
        contents(&fs.crash_image_by(model, seed), "a.edb")
            .get(PAGE)
            .copied()
    };
    let seen: BTreeSet<Option<u8>> = (0..SEEDS).map(first_of_second).collect();
    assert_eq!(seen, [None, Some(0), Some(7)].into());
}

#[test]
fn emptying_a_file_is_a_change_of_its_length() {
    let fs = SimFs::from_files([("a.edb", vec![3; PAGE])]);
    let file = fs.open("a.edb".as_ref(), OpenMode::CreateOrReplace).unwrap();
    assert_eq!(page_images(&fs), [vec![], vec![3]].into());
    file.sync_all().unwrap();
    assert_eq!(page_images(&fs), [vec![]].into());
}

#[test]
fn names_of_a_directory_survive_as_a_prefix() {
    let fs = SimFs::from_files([("/old", vec![])]);
    create(&fs, "/b", b"");
    fs.remove("/old".as_ref()).unwrap();
    create(&fs, "/a", b"");
    let all: [&[&str]; 4] = [&["/old"], &["/b", "/old"], &["/b"], &["/a", "/b"]];
    assert_eq!(name_images(&fs), lists(all));
    fs.sync_dir("/".as_ref()).unwrap();
    assert_eq!(name_images(&fs), lists([&["/a", "/b"]]));
}

#[test]
fn names_and_bytes_need_a_sync_each() {
    let fs = SimFs::new();
    fs.create_dir_all("/d".as_ref()).unwrap();
    let file = create(&fs, "/a", b"bytes");
    create(&fs, "/d/a", b"");
    file.sync_all().unwrap();
    fs.sync_dir("/d".as_ref()).unwrap();
    let all: [&[&str]; 3] = [&[], &["/d/a"], &["/a", "/d/a"]];
    assert_eq!(name_images(&fs), lists(all), "the name is not synced by its file");
    assert_eq!(contents(&fs.written_image(), "/a"), b"bytes");

    let fs = SimFs::new();
    create(&fs, "/a", b"bytes");
    fs.sync_dir("/".as_ref()).unwrap();
    let seen: BTreeSet<Vec<u8>> = (0..SEEDS)
        .map(|seed| contents(&fs.crash_image(seed), "/a"))
        .collect();
    assert_eq!(seen, [b"".to_vec(), b"bytes".to_vec()].into());
}

#[test]
fn a_lost_directory_takes_its_files_along() {
    let fs = SimFs::new();
    fs.create_dir_all("/d/e".as_ref()).unwrap();
    create(&fs, "/d/e/a", b"");
    fs.sync_dir("/d/e".as_ref()).unwrap();
    fs.sync_dir("/d".as_ref()).unwrap();
    assert!(!fs.durable_image().exists("/d".as_ref()).unwrap());
    assert_eq!(name_images(&fs), lists([&[], &["/d/e/a"]]));
}

#[test]
fn a_replaced_file_is_the_old_or_the_new_one() {
    let fs = SimFs::from_files([("/a", b"old".to_vec())]);
    create(&fs, "/new", b"new").sync_all().unwrap();
    fs.rename("/new".as_ref(), "/a".as_ref()).unwrap();
    let seen: BTreeSet<Vec<Vec<u8>>> = (0..SEEDS)
        .map(|seed| fs.crash_image(seed).files().unwrap().into_values().collect())
        .collect();
    let (old, new) = (b"old".to_vec(), b"new".to_vec());
    assert_eq!(
        seen,
        [vec![old.clone()], vec![old, new.clone()], vec![new]].into()
    );
}

#[test]
fn content_follows_a_renamed_file_and_comes_back_with_a_removed_one() {
    let fs = SimFs::from_files([("/a", b"a".to_vec()), ("/b", b"b".to_vec())]);
    let file = open(&fs, "/a");
    fs.rename("/a".as_ref(), "/c".as_ref()).unwrap();
    file.write_at(b"A", 0).unwrap();
    file.sync_data().unwrap();
    fs.remove("/b".as_ref()).unwrap();
    for seed in 0..SEEDS {
        let image = fs.crash_image(seed);
        let renamed = image.exists("/c".as_ref()).unwrap();
        assert_eq!(contents(&image, if renamed { "/c" } else { "/a" }), b"A");
        if !renamed {
            assert_eq!(contents(&image, "/b"), b"b");
        }
    }
}

#[test]
fn a_rename_between_directories_happens_in_both_or_in_neither() {
    let moved = || {
        let fs = SimFs::from_files([("/x/a", vec![]), ("/y/b", vec![])]);
        create(&fs, "/y/c", b"");
        fs.rename("/x/a".as_ref(), "/y/a".as_ref()).unwrap();
        create(&fs, "/x/d", b"");
        fs
    };
    let fs = moved();
    let all: [&[&str]; 4] = [
        &["/x/a", "/y/b"],
        &["/x/a", "/y/b", "/y/c"],
        &["/y/a", "/y/b", "/y/c"],
        &["/x/d", "/y/a", "/y/b", "/y/c"],
    ];
    assert_eq!(name_images(&fs), lists(all));
    fs.sync_dir("/y".as_ref()).unwrap();
    assert_eq!(name_images(&fs), lists([all[2], all[3]]));
    let fs = moved();
    fs.sync_dir("/x".as_ref()).unwrap();
    assert_eq!(name_images(&fs), lists([all[3]]));
}

#[test]
fn one_seed_gives_one_image() {
    let fs = zeros(64);
    let file = open(&fs, "a.edb");
    for pgno in 0..64_u8 {
        file.write_at(&[pgno; PAGE], u64::from(pgno) * PAGE as u64)
            .unwrap();
    }
    create(&fs, "b", b"b");
    let image = |fs: &SimFs, seed| fs.crash_image(seed).files().unwrap();
    assert_eq!(image(&fs, 5), image(&fs, 5));
    assert_eq!(image(&fs, 5), image(&fs.fork(), 5));
    assert_ne!(image(&fs, 5), image(&fs, 6));
}

#[test]
fn an_image_starts_anew() {
    let fs = zeros(1);
    let file = open(&fs, "a.edb");
    file.try_lock(LockKind::Exclusive).unwrap();
    file.write_at(&[1; PAGE], 0).unwrap();
    create(&fs, "b", b"b");
    fs.cut_power();
    for image in [fs.crash_image(3), fs.durable_image(), fs.written_image()] {
        assert_eq!((image.operations(), image.reads(), image.is_off()), (0, 0, false));
        let before = image.files().unwrap();
        open(&image, "a.edb").try_lock(LockKind::Exclusive).unwrap();
        for again in [image.durable_image(), image.crash_image(1), image.written_image()] {
            assert_eq!(again.files().unwrap(), before, "an image has nothing pending");
        }
        image.remove("a.edb".as_ref()).unwrap();
    }
    assert_eq!(contents(&fs, "a.edb"), vec![1; PAGE], "images are apart");
}

#[test]
fn a_fork_goes_its_own_way_from_the_same_state() {
    let fs = zeros(2);
    let file = open(&fs, "a.edb");
    file.try_lock(LockKind::Exclusive).unwrap();
    file.write_at(&[1; PAGE], 0).unwrap();
    let fork = fs.fork();
    assert_eq!((fork.operations(), fs.operations()), (0, 1));
    assert_eq!(page_images(&fork), page_images(&fs));
    let other = open(&fork, "a.edb");
    other.try_lock(LockKind::Exclusive).unwrap();
    other.write_at(&[2; PAGE], PAGE as u64).unwrap();
    other.sync_all().unwrap();
    assert_eq!(page_images(&fork), [vec![1, 2]].into());
    assert_eq!(page_images(&fs), [vec![0, 0], vec![1, 0]].into());
}

#[test]
fn clones_share_the_state() {
    let fs = SimFs::new();
    create(&fs.clone(), "a", b"a");
    assert_eq!((contents(&fs, "a"), fs.operations()), (b"a".to_vec(), 2));
}

#[test]
fn damage_is_durable_and_reaches_what_is_pending() {
    let fs = SimFs::from_files([("a", vec![0; 10])]);
    let path = Path::new("a");
    let file = open(&fs, "a");
    file.write_at(&[16; 4], 0).unwrap();
    fs.flip_bit(path, 1, 3).unwrap();
    fs.corrupt(path, 2, &[1, 0, 2]).unwrap();
    fs.truncate(path, 6).unwrap();
    fs.truncate(path, 8).unwrap();
    assert_eq!(fs.operations(), 1);
    assert_eq!(contents(&fs.durable_image(), "a"), [0, 8, 1, 0, 2, 0]);
    assert_eq!(contents(&fs.written_image(), "a"), [16, 24, 17, 16, 2, 0]);
    let images: BTreeSet<Vec<u8>> = (0..SEEDS)
        .map(|seed| contents(&fs.crash_image(seed), "a"))
        .collect();
    assert_eq!(images.len(), 2);
    file.sync_data().unwrap();
    assert_eq!(contents(&fs.durable_image(), "a"), [16, 24, 17, 16, 2, 0]);
    assert_eq!(
        fs.corrupt(path, 5, &[1, 1]).unwrap_err().kind,
        IoErrorKind::ShortRead { got: 1 }
    );
    assert_eq!(
        fs.truncate("b".as_ref(), 0).unwrap_err().kind,
        IoErrorKind::NotFound
    );
}

#[test]
fn damage_of_lost_growth_does_not_grow_the_file() {
    let fs = SimFs::from_files([("a", vec![1; 4])]);
    open(&fs, "a").write_at(&[2; 4], 4).unwrap();
    fs.corrupt("a".as_ref(), 2, &[0xFF; 4]).unwrap();
    fs.truncate("a".as_ref(), 7).unwrap();
    assert_eq!(contents(&fs.durable_image(), "a"), [1, 1, 254, 254]);
    assert_eq!(contents(&fs, "a"), [1, 1, 254, 254, 253, 253, 2]);
}

#[test]
fn a_file_without_a_name_lives_as_long_as_its_handle() {
    let fs = SimFs::from_files([("a", b"bytes".to_vec())]);
    let file = open(&fs, "a");
    fs.remove("a".as_ref()).unwrap();
    fs.sync_dir("".as_ref()).unwrap();
    let mut bytes = [0; 5];
    file.read_exact_at(&mut bytes, 0).unwrap();
    assert_eq!(&bytes, b"bytes");
    file.write_at(b"B", 0).unwrap();
    file.sync_all().unwrap();
    assert!(fs.written_image().files().unwrap().is_empty());
}

#[test]
fn a_long_file_of_zeros_needs_no_memory() {
    let fs = SimFs::new();
    let file = create(&fs, "a", b"start");
    file.set_len(1 << 50).unwrap();
    file.write_at(b"end", (1 << 50) - 3).unwrap();
    file.sync_all().unwrap();
    fs.sync_dir("".as_ref()).unwrap();
    let copy = open(&fs.crash_image(1), "a");
    let mut bytes = [9; 6];
    copy.read_exact_at(&mut bytes, (1 << 50) - 6).unwrap();
    assert_eq!(&bytes, b"\0\0\0end");
}

#[test]
fn a_model_says_all_that_a_replay_needs() {
    let model = CrashModel {
        tear: Tear::Sectors,
        keeps_growth: true,
    };
    assert_eq!(
        model.to_string(),
        "writes tear at multiples of 512 bytes, lost ones may leave the file longer"
    );
    assert_eq!(
        CrashModel::default().to_string(),
        "writes tear at multiples of 4096 bytes, lost ones leave the length alone"
    );
}
