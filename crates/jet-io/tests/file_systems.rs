//! All file systems keep the promises of the traits: each test runs on real files, in memory and simulated.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

use std::io::{IoSlice, IoSliceMut};
use std::path::{Path, PathBuf};

use jet_io::{
    Advice, FileKind, FileSystem, IoErrorKind, LockKind, MemFs, OpenMode, Operation, OsFs, SimFs, open_input,
};

/// Runs `test` on an empty directory of each file system.
fn on_each(test: impl Fn(&dyn FileSystem, &Path)) {
    let dir = tempfile::tempdir().unwrap();
    test(&OsFs, dir.path());
    let in_memory: [&dyn FileSystem; 2] = [&MemFs::new(), &SimFs::new()];
    for fs in in_memory {
        fs.create_dir_all("/work".as_ref()).unwrap();
        test(fs, "/work".as_ref());
    }
}

fn write(fs: &dyn FileSystem, path: &Path, bytes: &[u8]) {
    fs.open(path, OpenMode::CreateOrReplace)
        .unwrap()
        .write_at(bytes, 0)
        .unwrap();
}

fn read(fs: &dyn FileSystem, path: &Path) -> Vec<u8> {
    let file = fs.open(path, OpenMode::Read).unwrap();
    let mut bytes = vec![0; file.len().unwrap() as usize];
    file.read_exact_at(&mut bytes, 0).unwrap();
    bytes
}

#[test]
fn reads_are_short_only_at_the_end() {
    on_each(|fs, dir| {
        let path = dir.join("a.edb");
        write(fs, &path, b"0123456789");
        let file = fs.open(&path, OpenMode::Read).unwrap();
        assert_eq!(file.path(), path);
        let mut buf = [0; 4];
        assert_eq!(file.read_at(&mut buf, 3).unwrap(), 4);
        assert_eq!(&buf, b"3456");
        assert_eq!(file.read_at(&mut buf, 8).unwrap(), 2);
        assert_eq!(&buf[..2], b"89");
        assert_eq!(file.read_at(&mut buf, 10).unwrap(), 0);
        assert_eq!(file.read_at(&mut buf, 1 << 40).unwrap(), 0);
        let error = file.read_exact_at(&mut buf, 8).unwrap_err();
        assert_eq!(error.kind, IoErrorKind::ShortRead { got: 2 });
        assert_eq!(
            (error.operation, error.offset, error.len),
            (Operation::Read, Some(8), Some(4))
        );
        assert!(error.to_string().contains("4 bytes at offset 8"), "{error}");
    });
}

#[test]
fn vectored_reads_fill_buffer_after_buffer() {
    on_each(|fs, dir| {
        let path = dir.join("a.edb");
        let bytes: Vec<u8> = (0..5000_u32).map(|n| n as u8).collect();
        write(fs, &path, &bytes);
        let file = fs.open(&path, OpenMode::Read).unwrap();
        // More buffers than one system call takes, and one of them empty.
        let mut parts = vec![[0_u8; 3]; 1400];
        let mut bufs: Vec<IoSliceMut<'_>> = parts.iter_mut().map(|part| IoSliceMut::new(part)).collect();
        bufs.insert(7, IoSliceMut::new(&mut []));
        assert_eq!(file.read_vectored_at(&mut bufs, 10).unwrap(), 4200);
        assert_eq!(parts.concat(), bytes[10..4210]);
        let mut parts = [[0_u8; 4]; 3];
        let mut bufs: Vec<IoSliceMut<'_>> = parts.iter_mut().map(|part| IoSliceMut::new(part)).collect();
        assert_eq!(file.read_vectored_at(&mut bufs, 4994).unwrap(), 6);
        assert_eq!(parts.concat()[..6], bytes[4994..]);
    });
}

#[test]
fn writes_grow_the_file_by_zeros() {
    on_each(|fs, dir| {
        let path = dir.join("a.edb");
        let file = fs.open(&path, OpenMode::CreateNew).unwrap();
        assert!(file.is_empty().unwrap());
        file.write_at(b"xy", 5).unwrap();
        file.write_at(b"", 1 << 40).unwrap();
        assert_eq!(read(fs, &path), b"\0\0\0\0\0xy");
        file.set_len(9).unwrap();
        file.set_len(6).unwrap();
        file.set_len(8).unwrap();
        file.sync_data().unwrap();
        file.sync_all().unwrap();
        fs.sync_dir(dir).unwrap();
        assert_eq!(read(fs, &path), b"\0\0\0\0\0x\0\0");
    });
}

/// Pages of `page_bytes`, each filled with its number, in memory aligned like the frames of a cache.
fn pages(page_bytes: usize, numbers: std::ops::Range<u8>) -> (Vec<u8>, usize) {
    let mut memory = vec![0; (numbers.len() + 1) * page_bytes.max(4096)];
    let start = memory.as_ptr().align_offset(4096);
    for (number, page) in numbers.zip(memory[start..].chunks_exact_mut(page_bytes)) {
        page.fill(number);
    }
    (memory, start)
}

#[test]
fn pages_of_any_size_are_written_one_behind_the_other() {
    on_each(|fs, dir| {
        for page_bytes in [2048, 4096, 8192, 16_384, 32_768] {
            let path = dir.join(format!("{page_bytes}.edb"));
            let file = fs.open(&path, OpenMode::CreateNew).unwrap();
            let size = page_bytes as u64;
            // A header before, read once, so that the system has it in memory, and the room for pages.
            file.write_at(&vec![1; page_bytes], 0).unwrap();
            file.set_len(6 * size).unwrap();
            assert_eq!(read(fs, &path)[page_bytes..], vec![0; 5 * page_bytes]);
            for (numbers, first) in [(2..6, 1), (7..8, 3), (8..10, 7)] {
                let (memory, start) = pages(page_bytes, numbers.clone());
                let part = &memory[start..start + numbers.len() * page_bytes];
                let mut slices: Vec<_> = part.chunks(page_bytes).map(IoSlice::new).collect();
                file.write_pages_at(&mut slices, first * size).unwrap();
                // Others see it at once, without a sync.
                assert_eq!(
                    read(fs, &path)[first as usize * page_bytes..][..part.len()],
                    *part
                );
            }
            file.write_at(&vec![11; page_bytes], 0).unwrap();
            file.sync_data().unwrap();
            let found = read(fs, &path);
            let firsts: Vec<u8> = found.chunks(page_bytes).map(|page| page[0]).collect();
            assert_eq!(firsts, [11, 2, 3, 7, 5, 0, 0, 8, 9]);
            assert!(
                found
                    .chunks(page_bytes)
                    .all(|page| page.iter().all(|&byte| byte == page[0]))
            );
        }
    });
}

#[test]
fn pages_are_written_from_unaligned_memory_and_by_the_thousand() {
    on_each(|fs, dir| {
        let path = dir.join("a.edb");
        let file = fs.open(&path, OpenMode::CreateNew).unwrap();
        let bytes: Vec<u8> = (0..8192_u32 * 3 + 1).map(|n| n as u8).collect();
        let mut slices: Vec<_> = bytes[1..].chunks(8192).map(IoSlice::new).collect();
        file.write_pages_at(&mut slices, 8192).unwrap();
        assert_eq!(read(fs, &path)[8192..], bytes[1..]);
        // More than one system call takes, and none at all.
        let mut slices: Vec<_> = bytes[..4200].chunks(3).map(IoSlice::new).collect();
        file.write_pages_at(&mut slices, 5).unwrap();
        file.write_pages_at(&mut [], 1 << 40).unwrap();
        assert_eq!(read(fs, &path)[5..4205], bytes[..4200]);
        assert_eq!(file.len().unwrap(), 4 * 8192);
    });
}

#[test]
fn read_only_handles_refuse_changes() {
    on_each(|fs, dir| {
        let path = dir.join("a.edb");
        write(fs, &path, b"abc");
        let file = fs.open(&path, OpenMode::Read).unwrap();
        assert_eq!(file.write_at(b"x", 0).unwrap_err().kind, IoErrorKind::ReadOnly);
        let mut pages = [IoSlice::new(b"x"), IoSlice::new(b"yz")];
        let error = file.write_pages_at(&mut pages, 7).unwrap_err();
        assert_eq!(
            (error.kind, error.operation, error.offset, error.len),
            (IoErrorKind::ReadOnly, Operation::Write, Some(7), Some(3))
        );
        assert_eq!(file.set_len(0).unwrap_err().kind, IoErrorKind::ReadOnly);
        file.advise(Advice::Sequential, 0, 0);
        file.advise(Advice::WillNeed, 0, 3);
        assert_eq!(read(fs, &path), b"abc");
    });
}

#[test]
fn opening_what_is_no_file_tells_why() {
    on_each(|fs, dir| {
        for mode in [OpenMode::Read, OpenMode::ReadWrite, OpenMode::CreateOrReplace] {
            assert_eq!(fs.open(dir, mode).unwrap_err().kind, IoErrorKind::IsDirectory);
        }
        let missing = dir.join("missing.edb");
        let error = fs.open(&missing, OpenMode::Read).unwrap_err();
        assert_eq!(
            (error.kind, error.operation),
            (IoErrorKind::NotFound, Operation::Open)
        );
        assert_eq!(*error.path, *missing);
        assert_eq!(
            fs.open(&missing, OpenMode::ReadWrite).unwrap_err().kind,
            IoErrorKind::NotFound
        );
        let lost = dir.join("nowhere/a.edb");
        assert_eq!(
            fs.open(&lost, OpenMode::CreateNew).unwrap_err().kind,
            IoErrorKind::NotFound
        );
        assert!(!fs.exists(&lost).unwrap());
        let empty = dir.join("empty.edb");
        write(fs, &empty, b"");
        assert_eq!(
            open_input(fs, &empty, OpenMode::Read).unwrap_err().kind,
            IoErrorKind::Empty
        );
        assert_eq!(
            fs.open(&empty, OpenMode::CreateNew).unwrap_err().kind,
            IoErrorKind::AlreadyExists
        );
        write(fs, &empty, b"no longer");
        assert_eq!(open_input(fs, &empty, OpenMode::Read).unwrap().len().unwrap(), 9);
    });
}

#[test]
fn rename_replaces_and_remove_leaves_open_handles_good() {
    on_each(|fs, dir| {
        let (one, two) = (dir.join("one"), dir.join("two"));
        write(fs, &one, b"1");
        write(fs, &two, b"2");
        let old_two = fs.open(&two, OpenMode::Read).unwrap();
        fs.rename(&one, &two).unwrap();
        assert!(!fs.exists(&one).unwrap());
        assert_eq!(read(fs, &two), b"1");
        let mut byte = [0];
        old_two.read_exact_at(&mut byte, 0).unwrap();
        assert_eq!(&byte, b"2");
        fs.rename(&two, &two).unwrap();
        assert_eq!(read(fs, &two), b"1");
        assert_eq!(fs.rename(&one, &two).unwrap_err().kind, IoErrorKind::NotFound);
        assert_eq!(
            fs.rename(&two, &dir.join("nowhere/x")).unwrap_err().kind,
            IoErrorKind::NotFound
        );
        assert_eq!(fs.rename(&two, dir).unwrap_err().kind, IoErrorKind::IsDirectory);
        fs.remove(&two).unwrap();
        assert_eq!(fs.remove(&two).unwrap_err().kind, IoErrorKind::NotFound);
        assert_eq!(fs.remove(dir).unwrap_err().kind, IoErrorKind::IsDirectory);
    });
}

#[test]
fn directories_list_their_entries_in_order() {
    on_each(|fs, dir| {
        fs.create_dir_all(&dir.join("sub/deep")).unwrap();
        fs.create_dir_all(&dir.join("sub")).unwrap();
        write(fs, &dir.join("b.log"), b"12345");
        write(fs, &dir.join("a.log"), b"");
        write(fs, &dir.join("sub/hidden"), b"");
        let names: Vec<(String, bool)> = fs
            .list(dir)
            .unwrap()
            .into_iter()
            .map(|e| (e.name.into_string().unwrap(), e.is_dir))
            .collect();
        assert_eq!(
            names,
            [
                ("a.log".into(), false),
                ("b.log".into(), false),
                ("sub".into(), true)
            ]
        );
        assert_eq!(fs.metadata(&dir.join("b.log")).unwrap().len, 5);
        assert_eq!(fs.metadata(&dir.join("sub")).unwrap().kind, FileKind::Directory);
        assert_eq!(
            fs.list(&dir.join("b.log")).unwrap_err().kind,
            IoErrorKind::NotADirectory
        );
        assert_eq!(
            fs.list(&dir.join("none")).unwrap_err().kind,
            IoErrorKind::NotFound
        );
        assert_eq!(
            fs.remove_dir(&dir.join("b.log")).unwrap_err().kind,
            IoErrorKind::NotADirectory
        );
        assert_eq!(
            fs.remove_dir(&dir.join("none")).unwrap_err().kind,
            IoErrorKind::NotFound
        );
        assert!(fs.remove_dir(&dir.join("sub")).is_err(), "something is in it");
        fs.remove_dir(&dir.join("sub/deep")).unwrap();
        fs.remove(&dir.join("sub/hidden")).unwrap();
        fs.remove_dir(&dir.join("sub")).unwrap();
        assert!(!fs.exists(&dir.join("sub")).unwrap());
        assert!(fs.create_dir_all(&dir.join("b.log")).is_err());
        assert!(fs.create_dir_all(&dir.join("b.log/under")).is_err());
        assert_eq!(
            fs.sync_dir(&dir.join("b.log")).unwrap_err().kind,
            IoErrorKind::NotADirectory
        );
    });
}

#[test]
fn locks_exclude_other_handles_and_end_with_theirs() {
    on_each(|fs, dir| {
        let path = dir.join("a.edb");
        write(fs, &path, b"x");
        let open = || fs.open(&path, OpenMode::ReadWrite).unwrap();
        let (one, two, three) = (open(), open(), open());
        one.try_lock(LockKind::Shared).unwrap();
        two.try_lock(LockKind::Shared).unwrap();
        assert_eq!(
            three.try_lock(LockKind::Exclusive).unwrap_err().kind,
            IoErrorKind::Locked
        );
        drop((one, two));
        three.try_lock(LockKind::Exclusive).unwrap();
        assert_eq!(
            open().try_lock(LockKind::Shared).unwrap_err().kind,
            IoErrorKind::Locked
        );
        three.try_lock(LockKind::Shared).unwrap();
        open().try_lock(LockKind::Shared).unwrap();
    });
}

#[test]
fn full_paths_of_one_file_are_equal() {
    on_each(|fs, dir| {
        write(fs, &dir.join("a.edb"), b"");
        fs.create_dir_all(&dir.join("sub")).unwrap();
        let full = |path: PathBuf| fs.full_path(&path).unwrap();
        assert_eq!(full(dir.join("a.edb")), full(dir.join("sub/../a.edb")));
        assert_eq!(full(dir.join("new.edb")), full(dir.join("./sub/../new.edb")));
        assert!(full(dir.join("new.edb")).is_absolute());
        assert_eq!(
            fs.full_path(&dir.join("none/new.edb")).unwrap_err().kind,
            IoErrorKind::NotFound
        );
    });
}

#[cfg(target_os = "linux")]
#[test]
fn reading_leaves_every_time_of_a_file_alone() {
    use std::os::unix::fs::MetadataExt;
    use std::time::{Duration, SystemTime};
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.edb");
    write(&OsFs, &path, b"evidence");
    // An access time older than a day would be renewed by a plain read even under `relatime`.
    let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    let times = std::fs::FileTimes::new().set_accessed(old).set_modified(old);
    std::fs::File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .set_times(times)
        .unwrap();
    let before = std::fs::metadata(&path).unwrap();
    assert_eq!(read(&OsFs, &path), b"evidence");
    let after = std::fs::metadata(&path).unwrap();
    assert_eq!(
        (
            before.atime(),
            before.mtime(),
            before.ctime(),
            before.ctime_nsec()
        ),
        (after.atime(), after.mtime(), after.ctime(), after.ctime_nsec())
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_device_without_an_end_is_no_file() {
    let error = OsFs.open("/dev/zero".as_ref(), OpenMode::Read).unwrap_err();
    assert_eq!(error.kind, IoErrorKind::NotAFile);
}

#[test]
fn a_length_beyond_memory_is_a_full_disk() {
    let in_memory: [&dyn FileSystem; 2] = [&MemFs::new(), &SimFs::new()];
    for fs in in_memory {
        let file = fs.open("a".as_ref(), OpenMode::CreateNew).unwrap();
        let error = file.set_len(u64::MAX).unwrap_err();
        assert_eq!(
            (error.kind, error.offset),
            (IoErrorKind::DiskFull, Some(u64::MAX))
        );
        assert_eq!(
            file.write_at(b"x", u64::MAX).unwrap_err().kind,
            IoErrorKind::DiskFull
        );
        assert_eq!(read(fs, "a".as_ref()), b"");
    }
}
