//! What tests of the writer share: a stream in memory, records of any length, and a file system that stops.

#![allow(dead_code, reason = "each test uses a part")]

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jet_io::{
    DirEntry, File, FileSystem, IoError, IoErrorKind, LockKind, MemFs, Metadata, OpenMode, Operation, SimFs,
};
use jet_log::names::LogNames;
use jet_log::outside::SteppingClock;
use jet_log::params::InstanceParams;
use jet_log::record::instance::Ignored;
use jet_log::{
    Expected, Generation, Lgpos, Log, LogEngine, LogFile, LogFolder, LogPhase, LogSet, LogVersion,
    LogWriteError, LogWriter, NewStream, Record, RollInfo, RollState, Rolling,
};
use jet_pages::PageSize;
use jet_pages::dbheader::{LogTime, Signature};
use zerocopy::FromZeros;

pub(crate) const SECTORS: u16 = 16;
pub(crate) const SECTOR: usize = 4096;

pub(crate) fn memory() -> MemFs {
    let fs = MemFs::new();
    fs.create_dir_all(Path::new("/logs")).unwrap();
    fs
}

pub(crate) fn folder(fs: &(impl FileSystem + Clone + 'static)) -> LogFolder {
    LogFolder {
        fs: Arc::new(fs.clone()),
        clock: Arc::new(SteppingClock::new(1_700_000_000_000, 7)),
        path: PathBuf::from("/logs"),
        names: LogNames {
            base: "edb".into(),
            has_old_extensions: true,
            has_five_digits: true,
        },
    }
}

pub(crate) fn create(
    fs: &(impl FileSystem + Clone + 'static),
    file_sectors: u16,
) -> Result<LogWriter, LogWriteError> {
    let params = InstanceParams::new_zeroed();
    let created = LogTime::from_unix_milliseconds(1_600_000_000_000);
    let stream = NewStream {
        signature: Signature::new(77, created),
        created,
        page_size: PageSize::K4,
        file_sectors,
        version: LogVersion::COMMON,
        params: &params,
        engine_format_max: 8920,
    };
    LogWriter::create(folder(fs), &stream)
}

pub(crate) const fn roll_info() -> RollInfo<'static> {
    RollInfo {
        created: LogTime {
            second: 1,
            minute: 2,
            hour: 3,
            day: 4,
            month: 5,
            year: 126,
            low_milliseconds: 1,
            high_milliseconds: 0,
        },
        attachments: &[],
        checkpoint: Lgpos::NONE,
    }
}

/// The log that a stream ends with.
pub(crate) fn last_log(fs: &dyn FileSystem) -> LogFile {
    let sets = LogSet::find(fs, Path::new("/logs")).unwrap();
    let (_, path) = sets[0].logs().last().unwrap();
    LogFile::open(fs, path).unwrap()
}

pub(crate) fn resume(fs: &(impl FileSystem + Clone + 'static)) -> Result<LogWriter, LogWriteError> {
    let last = last_log(fs);
    LogWriter::resume(
        folder(fs),
        &last,
        LogEngine::in_phase(LogPhase::Recovering),
        &roll_info(),
    )
}

/// Bytes of the head of [`filler`].
pub(crate) const HEAD: usize = 5;

/// The body of a record of `len` bytes, told from others by `seed`; it ends in zeros, as real ones may.
pub(crate) fn body(len: usize, seed: u8) -> Vec<u8> {
    let byte = |index: usize| u8::try_from((index + usize::from(seed)) % 255).unwrap() + 1;
    let body = len - HEAD;
    let zeros = usize::from(seed) % 40;
    (0..body)
        .map(|index| if index + zeros < body { byte(index) } else { 0 })
        .collect()
}

/// A record that is no filler to the reader, but means nothing.
pub(crate) fn record(body: &[u8]) -> Record<'_> {
    Record::Ignored9(Ignored { body })
}

/// Appends a record of `len` bytes, in the next generation when there is no room.
pub(crate) fn append(writer: &mut LogWriter, len: usize, seed: u8) -> Result<Lgpos, LogWriteError> {
    let body = body(len, seed);
    match writer.append(&record(&body)) {
        Err(LogWriteError::Full { .. }) => {
            writer.roll(&roll_info())?;
            writer.append(&record(&body))
        }
        done => done,
    }
}

/// Position and body of the records of a stream that are no fillers, with every check.
pub(crate) fn read(fs: &dyn FileSystem) -> Vec<(Lgpos, Vec<u8>)> {
    let sets = LogSet::find(fs, Path::new("/logs")).unwrap();
    let mut stream = sets[0].stream(fs, Expected::default());
    let mut found = Vec::new();
    while let Some(entry) = stream.next().unwrap() {
        if let Record::Ignored9(Ignored { body }) = entry.record {
            found.push((entry.lgpos, body.to_vec()));
        }
    }
    found
}

pub(crate) const fn at(generation: u32, sector: u16, byte: u16) -> Lgpos {
    Lgpos {
        generation: Generation(generation),
        sector,
        byte,
    }
}

pub(crate) fn contents(fs: &MemFs, name: &str) -> Vec<u8> {
    fs.contents(&Path::new("/logs").join(name)).unwrap()
}

/// Changes bytes of a file.
pub(crate) fn change(fs: &MemFs, name: &str, change: impl FnOnce(&mut Vec<u8>)) {
    let path = Path::new("/logs").join(name);
    let mut bytes = fs.contents(&path).unwrap();
    change(&mut bytes);
    let file = fs.open(&path, OpenMode::ReadWrite).unwrap();
    file.write_at(&bytes, 0).unwrap();
}

/// Files in memory whose changes fail from the n-th on, the first of them, when it is a write, after a part of it.
#[derive(Clone, Debug)]
pub(crate) struct StoppingFs {
    pub(crate) inner: MemFs,
    /// Changes that still succeed.
    left: Arc<AtomicUsize>,
    /// Bytes written of the write that fails first.
    torn_bytes: usize,
    kind: IoErrorKind,
    /// How long a sync takes.
    pub(crate) sync_time: Duration,
}

impl StoppingFs {
    pub(crate) fn new(changes: usize, torn_bytes: usize, kind: IoErrorKind) -> Self {
        Self {
            inner: memory(),
            left: Arc::new(AtomicUsize::new(changes)),
            torn_bytes,
            kind,
            sync_time: Duration::ZERO,
        }
    }

    /// Changes that still succeed.
    pub(crate) fn left(&self) -> usize {
        self.left.load(Ordering::Relaxed)
    }

    /// Lets so many more changes succeed.
    pub(crate) fn allow(&self, changes: usize) {
        self.left.store(changes, Ordering::Relaxed);
    }

    fn change(&self, path: &Path, operation: Operation) -> Result<(), IoError> {
        let down = |left: usize| left.checked_sub(1);
        match self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, down) {
            Ok(_) => Ok(()),
            Err(_) => Err(IoError::of_kind(path, operation, self.kind)),
        }
    }
}

impl FileSystem for StoppingFs {
    fn open(&self, path: &Path, mode: OpenMode) -> Result<Arc<dyn File>, IoError> {
        if matches!(mode, OpenMode::CreateNew | OpenMode::CreateOrReplace) {
            self.change(path, Operation::Open)?;
        }
        let file = self.inner.open(path, mode)?;
        Ok(Arc::new(StoppingFile {
            file,
            fs: self.clone(),
        }))
    }

    fn metadata(&self, path: &Path) -> Result<Metadata, IoError> {
        self.inner.metadata(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<(), IoError> {
        self.change(from, Operation::Rename)?;
        self.inner.rename(from, to)
    }

    fn remove(&self, path: &Path) -> Result<(), IoError> {
        self.change(path, Operation::Remove)?;
        self.inner.remove(path)
    }

    fn remove_dir(&self, path: &Path) -> Result<(), IoError> {
        self.change(path, Operation::Remove)?;
        self.inner.remove_dir(path)
    }

    fn create_dir_all(&self, path: &Path) -> Result<(), IoError> {
        self.inner.create_dir_all(path)
    }

    fn list(&self, dir: &Path) -> Result<Vec<DirEntry>, IoError> {
        self.inner.list(dir)
    }

    fn sync_dir(&self, dir: &Path) -> Result<(), IoError> {
        self.change(dir, Operation::SyncDir)?;
        std::thread::sleep(self.sync_time);
        self.inner.sync_dir(dir)
    }

    fn full_path(&self, path: &Path) -> Result<PathBuf, IoError> {
        self.inner.full_path(path)
    }
}

#[derive(Debug)]
struct StoppingFile {
    file: Arc<dyn File>,
    fs: StoppingFs,
}

impl File for StoppingFile {
    fn path(&self) -> &Path {
        self.file.path()
    }

    fn read_at(&self, buf: &mut [u8], offset: u64) -> Result<usize, IoError> {
        self.file.read_at(buf, offset)
    }

    fn write_at(&self, data: &[u8], offset: u64) -> Result<(), IoError> {
        let allowed = self.fs.change(self.path(), Operation::Write);
        if allowed.is_err() {
            let torn = self.fs.torn_bytes.min(data.len());
            self.file.write_at(&data[..torn], offset)?;
        }
        allowed?;
        self.file.write_at(data, offset)
    }

    fn len(&self) -> Result<u64, IoError> {
        self.file.len()
    }

    fn set_len(&self, len: u64) -> Result<(), IoError> {
        self.fs.change(self.path(), Operation::SetLen)?;
        self.file.set_len(len)
    }

    fn sync_data(&self) -> Result<(), IoError> {
        self.fs.change(self.path(), Operation::Sync)?;
        std::thread::sleep(self.fs.sync_time);
        self.file.sync_data()
    }

    fn sync_all(&self) -> Result<(), IoError> {
        self.fs.change(self.path(), Operation::Sync)?;
        self.file.sync_all()
    }

    fn try_lock(&self, kind: LockKind) -> Result<(), IoError> {
        self.file.try_lock(kind)
    }
}

/// An engine without databases; it remembers the generations that began.
#[derive(Debug, Default)]
pub(crate) struct Engine {
    pub(crate) begun: Mutex<Vec<Generation>>,
}

impl Rolling for Engine {
    fn state(&self) -> RollState {
        RollState {
            created: roll_info().created,
            attachments: Vec::new(),
            checkpoint: Lgpos::NONE,
        }
    }

    fn begun(&self, generation: Generation, _: LogTime) {
        self.begun.lock().unwrap().push(generation);
    }
}

/// The log of a new stream.
pub(crate) fn log_on(fs: &(impl FileSystem + Clone + 'static)) -> Result<Log, LogWriteError> {
    Ok(Log::new(create(fs, SECTORS)?, Arc::new(Engine::default())))
}

pub(crate) fn simulated() -> SimFs {
    let fs = SimFs::new();
    fs.create_dir_all(Path::new("/logs")).unwrap();
    fs.sync_dir(Path::new("/")).unwrap();
    fs
}

/// Names in the folder of the stream.
pub(crate) fn names(fs: &dyn FileSystem) -> Vec<String> {
    let entries = fs.list(Path::new("/logs")).unwrap();
    entries
        .into_iter()
        .map(|entry| entry.name.into_string().unwrap())
        .collect()
}
