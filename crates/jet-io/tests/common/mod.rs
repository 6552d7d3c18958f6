//! Pages that tell their number, a check for them, and a file that can be watched.

#![allow(dead_code, reason = "no test file uses all of it")]

use std::io::IoSliceMut;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Barrier, Mutex};

use jet_io::{
    Cache, CachedFile, File, FileSystem, IoError, LockKind, LogPosition, MemFs, OpenMode, Operation,
    PageCheck, PageState, Stamp, WriteGate,
};
use jet_pages::{PageSize, Pgno};

pub(crate) const SIZE: PageSize = PageSize::K2;

/// A page: its number and a byte for its file, the rest derived from both.
pub(crate) fn page_bytes(pgno: u32, salt: u8) -> Vec<u8> {
    let mut page = vec![(pgno * 31) as u8 ^ salt; SIZE.bytes()];
    page[..4].copy_from_slice(&pgno.to_le_bytes());
    page[4] = salt;
    page
}

pub(crate) fn file_bytes(page_count: u32, salt: u8) -> Vec<u8> {
    let mut bytes = vec![0xEE; 2 * SIZE.bytes()];
    (1..=page_count).for_each(|pgno| bytes.extend(page_bytes(pgno, salt)));
    bytes
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("page {pgno} has number {found}")]
pub(crate) struct WrongNumber {
    pub(crate) pgno: u32,
    pub(crate) found: u32,
}

/// Verifies the number of a page; a set high bit of it counts as a correctable error.
#[derive(Clone, Default)]
pub(crate) struct Numbered {
    pub(crate) checks: Arc<AtomicU32>,
}

impl PageCheck for Numbered {
    type Error = WrongNumber;

    fn check(&self, pgno: Pgno, page: &mut [u8]) -> Result<PageState, WrongNumber> {
        self.checks.fetch_add(1, Ordering::Relaxed);
        let found = u32::from_le_bytes(page[..4].try_into().unwrap());
        if found == pgno.0 {
            Ok(PageState::Sound)
        } else if found == pgno.0 | 1 << 31 {
            page[3] &= 0x7F;
            Ok(PageState::Corrected)
        } else {
            Err(WrongNumber { pgno: pgno.0, found })
        }
    }
}

pub(crate) fn mem_file(bytes: Vec<u8>) -> Arc<dyn File> {
    MemFs::from_files([("a.edb", bytes)])
        .open("a.edb".as_ref(), OpenMode::ReadWrite)
        .unwrap()
}

pub(crate) fn cache(frame_count: usize) -> Cache {
    Cache::new(SIZE, frame_count * SIZE.bytes()).unwrap()
}

pub(crate) fn attach(cache: &Cache, bytes: Vec<u8>) -> (CachedFile<Numbered>, Arc<AtomicU32>) {
    let check = Numbered::default();
    let checks = Arc::clone(&check.checks);
    (cache.attach(mem_file(bytes), check), checks)
}

/// A file that passes on reads, can make them slow or fail, and counts them.
#[derive(Debug)]
pub(crate) struct Watched {
    pub(crate) inner: Arc<dyn File>,
    pub(crate) reads: AtomicU32,
    pub(crate) fails: AtomicBool,
    /// Reads wait here, when given.
    pub(crate) gate: Option<Barrier>,
    pub(crate) writes_fail: AtomicBool,
    /// Offset and length of each write that succeeded.
    pub(crate) writes: Mutex<Vec<(u64, usize)>>,
}

impl Watched {
    pub(crate) fn new(inner: Arc<dyn File>, gate: Option<Barrier>) -> Arc<Self> {
        Arc::new(Self {
            inner,
            reads: AtomicU32::new(0),
            fails: AtomicBool::new(false),
            gate,
            writes_fail: AtomicBool::new(false),
            writes: Mutex::default(),
        })
    }
}

impl Watched {
    /// Cuts the file behind its first `count` pages.
    pub(crate) fn set_len_of_pages(&self, count: u32) {
        self.inner.set_len(Pgno(count + 1).file_offset(SIZE)).unwrap();
    }
}

impl File for Watched {
    fn path(&self) -> &Path {
        self.inner.path()
    }
    fn read_at(&self, buf: &mut [u8], offset: u64) -> Result<usize, IoError> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        if let Some(gate) = &self.gate {
            gate.wait();
        }
        if self.fails.load(Ordering::Relaxed) {
            let error = std::io::Error::other("broken disk");
            return Err(IoError::new(self.path(), Operation::Read, error).at(offset, buf.len()));
        }
        self.inner.read_at(buf, offset)
    }
    fn read_vectored_at(&self, bufs: &mut [IoSliceMut<'_>], offset: u64) -> Result<usize, IoError> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        if self.fails.load(Ordering::Relaxed) {
            return Err(IoError::new(
                self.path(),
                Operation::Read,
                std::io::Error::other("broken disk"),
            ));
        }
        self.inner.read_vectored_at(bufs, offset)
    }
    fn write_at(&self, data: &[u8], offset: u64) -> Result<(), IoError> {
        if self.writes_fail.load(Ordering::Relaxed) {
            let error = std::io::Error::other("broken disk");
            return Err(IoError::new(self.path(), Operation::Write, error).at(offset, data.len()));
        }
        self.writes.lock().unwrap().push((offset, data.len()));
        self.inner.write_at(data, offset)
    }
    fn len(&self) -> Result<u64, IoError> {
        self.inner.len()
    }
    fn set_len(&self, len: u64) -> Result<(), IoError> {
        self.inner.set_len(len)
    }
    fn sync_data(&self) -> Result<(), IoError> {
        self.inner.sync_data()
    }
    fn sync_all(&self) -> Result<(), IoError> {
        self.inner.sync_all()
    }
    fn try_lock(&self, kind: LockKind) -> Result<(), IoError> {
        self.inner.try_lock(kind)
    }
}

/// A gate that notes how far the log was brought, can refuse, and seals pages by counting in byte 8.
#[derive(Debug, Default)]
pub(crate) struct Log {
    pub(crate) reached: AtomicU64,
    pub(crate) calls: AtomicU32,
    pub(crate) refuses: AtomicBool,
}

impl WriteGate for Log {
    fn before_write(&self, modified: LogPosition) -> Result<(), IoError> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        if self.refuses.load(Ordering::Relaxed) {
            let error = std::io::Error::other("broken log");
            return Err(IoError::new("a.log".as_ref(), Operation::Sync, error));
        }
        self.reached.fetch_max(modified.0, Ordering::SeqCst);
        Ok(())
    }

    fn seal(&self, _: Pgno, page: &mut [u8]) {
        page[8] = page[8].wrapping_add(1);
    }
}

pub(crate) fn stamp(modified: u64, begun: u64) -> Stamp {
    Stamp {
        modified: LogPosition(modified),
        begun: LogPosition(begun),
    }
}

/// A writable file of `page_count` pages, what lies under it, and its gate.
pub(crate) fn attach_writable(
    cache: &Cache,
    page_count: u32,
) -> (CachedFile<Numbered>, Arc<Watched>, Arc<Log>) {
    let watched = Watched::new(mem_file(file_bytes(page_count, 0)), None);
    let log = Arc::new(Log::default());
    let file = cache.attach_writable(watched.clone(), Numbered::default(), log.clone());
    (file, watched, log)
}

/// A page as the file has it.
pub(crate) fn in_file(file: &dyn File, pgno: u32) -> Vec<u8> {
    let mut page = vec![0; SIZE.bytes()];
    file.read_exact_at(&mut page, Pgno(pgno).file_offset(SIZE))
        .unwrap();
    page
}

/// Byte 24 of a page that must not be written.
pub(crate) const HELD: u8 = 0xA5;

/// A file that looks whether the log was brought so far for every page written. A page has the position of its newest
/// change in bytes 16 to 24, and may say in byte 24 that it must not be written. Broken, it takes the first half of the pages.
#[derive(Debug)]
pub(crate) struct Judge {
    pub(crate) inner: Arc<dyn File>,
    pub(crate) log: Arc<Log>,
    pub(crate) fails: AtomicBool,
}

impl Judge {
    pub(crate) fn new(inner: Arc<dyn File>, log: Arc<Log>) -> Arc<Self> {
        Arc::new(Self {
            inner,
            log,
            fails: AtomicBool::new(false),
        })
    }
}

impl File for Judge {
    fn path(&self) -> &Path {
        self.inner.path()
    }
    fn read_at(&self, buf: &mut [u8], offset: u64) -> Result<usize, IoError> {
        self.inner.read_at(buf, offset)
    }
    fn write_at(&self, data: &[u8], offset: u64) -> Result<(), IoError> {
        for page in data.chunks(SIZE.bytes()) {
            let modified = u64::from_le_bytes(page[16..24].try_into().unwrap());
            assert!(
                modified <= self.log.reached.load(Ordering::SeqCst),
                "a page went before its log record"
            );
            assert_ne!(page[24], HELD, "a held page was written");
        }
        if self.fails.load(Ordering::Relaxed) {
            self.inner
                .write_at(&data[..data.len() / SIZE.bytes() / 2 * SIZE.bytes()], offset)?;
            let error = std::io::Error::other("broken disk");
            return Err(IoError::new(self.path(), Operation::Write, error).at(offset, data.len()));
        }
        self.inner.write_at(data, offset)
    }
    fn len(&self) -> Result<u64, IoError> {
        self.inner.len()
    }
    fn set_len(&self, len: u64) -> Result<(), IoError> {
        self.inner.set_len(len)
    }
    fn sync_data(&self) -> Result<(), IoError> {
        self.inner.sync_data()
    }
    fn sync_all(&self) -> Result<(), IoError> {
        self.inner.sync_all()
    }
    fn try_lock(&self, kind: LockKind) -> Result<(), IoError> {
        self.inner.try_lock(kind)
    }
}
