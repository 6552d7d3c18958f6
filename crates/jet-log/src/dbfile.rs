//! The file of one database that is being changed: its header, and the order of header, log and pages.
//!
//! - Before a page with a change of a generation goes to the file, the header on the disk names a generation at least as
//!   high as needed, and no flush map of before counts any more.
//! - Both copies of the header are written one after the other with a sync between, so one of them is sound at any moment.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jet_io::{File, FileSystem, IoError, IoErrorKind, LockKind, OpenMode, Operation};
use jet_pages::dbheader::{self, CopyError, DbHeader, DbState, HeaderError, HeaderRead, LogTime, Signature};
use jet_pages::{PageSize, checksum::xor};
use parking_lot::Mutex;
use zerocopy::IntoBytes;

use crate::recovery::{Barrier, Marks, Surroundings};
use crate::writer::{LogWriteError, LogWriter};
use crate::{Generation, Lgpos, Log};

/// Bytes from the start of a file in which both copies of a header lie, whatever the page size.
const HEADERS_BYTES: usize = 65_536;

/// What must be durable before pages are: a log.
pub trait DurableLog: core::fmt::Debug + Send + Sync {
    /// Returns when the record at `at` outlives a crash.
    ///
    /// # Errors
    /// [`LogWriteError`] when it cannot be made durable.
    fn make_durable(&self, at: Lgpos) -> Result<(), LogWriteError>;
}

impl DurableLog for Mutex<LogWriter> {
    fn make_durable(&self, at: Lgpos) -> Result<(), LogWriteError> {
        let mut writer = self.lock();
        if writer.durable() <= at {
            writer.flush()?;
        }
        Ok(())
    }
}

impl DurableLog for Log {
    fn make_durable(&self, at: Lgpos) -> Result<(), LogWriteError> {
        if self.durable() <= at {
            self.flush(self.position())?;
        }
        Ok(())
    }
}

/// A database file that is open for this instance alone, and its header.
#[derive(Debug)]
pub struct DatabaseFile {
    path: PathBuf,
    file: Arc<dyn File>,
    page_size: PageSize,
    around: Surroundings,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    header: DbHeader,
    /// The header on the disk says that a recovery is under way.
    is_marked: bool,
    /// The generation at hand and when it was created.
    generation: (Generation, LogTime),
    /// The log that is being written, once there is one.
    log: Option<Arc<dyn DurableLog>>,
}

/// A header as it lies in the file, and the file.
#[derive(Debug)]
pub struct Found {
    /// The file, locked.
    pub file: Arc<dyn File>,
    /// Its header.
    pub read: HeaderRead,
}

/// Why a database file cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenDatabaseError {
    /// The system refused, or another process has the file.
    #[error(transparent)]
    Io(#[from] IoError),
    /// Neither copy of the header can be read.
    #[error("{} has no usable header", database.display())]
    Header {
        /// The file.
        database: PathBuf,
        /// What is wrong with each copy.
        source: HeaderError,
    },
}

/// Opens a database for this instance alone and reads its header. `None`: there is no such file.
///
/// # Errors
/// [`OpenDatabaseError`].
pub fn open(fs: &dyn FileSystem, path: &Path) -> Result<Option<Found>, OpenDatabaseError> {
    let file = match fs.open(path, OpenMode::ReadWrite) {
        Ok(file) => file,
        Err(error) if matches!(error.kind, IoErrorKind::NotFound | IoErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(error.into()),
    };
    file.try_lock(LockKind::Exclusive)?;
    let start = read_start(&*file)?;
    match dbheader::read_header(&start) {
        Ok(read) => Ok(Some(Found { file, read })),
        Err(source) => Err(OpenDatabaseError::Header {
            database: path.to_owned(),
            source,
        }),
    }
}

fn read_start(file: &dyn File) -> Result<Vec<u8>, IoError> {
    let mut start = vec![0; HEADERS_BYTES];
    let got = file.read_at(&mut start, 0)?;
    start.truncate(got);
    Ok(start)
}

/// Whether a file without a usable header may be made anew: it was a database, or nothing was written to it yet.
///
/// # Errors
/// When the file cannot be read.
pub fn is_replaceable(fs: &dyn FileSystem, path: &Path) -> Result<bool, IoError> {
    let start = read_start(&*fs.open(path, OpenMode::Read)?)?;
    let is_empty = start.iter().all(|&byte| byte == 0);
    let damaged = |copy: &CopyError| matches!(copy, CopyError::Checksum);
    Ok(is_empty
        || dbheader::read_header(&start)
            .is_err_and(|error| damaged(&error.primary) || damaged(&error.shadow)))
}

impl DatabaseFile {
    /// A file that was opened.
    pub fn new(path: &Path, found: Found, around: &Surroundings) -> Self {
        Self {
            path: path.to_owned(),
            file: found.file,
            page_size: found.read.page_size,
            around: around.clone(),
            state: Mutex::new(State {
                header: found.read.header,
                is_marked: false,
                generation: (Generation(0), LogTime::default()),
                log: None,
            }),
        }
    }

    /// Makes a file that holds nothing but headers. Whatever has its name is replaced.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn create(
        path: &Path,
        header: DbHeader,
        page_size: PageSize,
        around: &Surroundings,
    ) -> Result<Self, IoError> {
        let file = around.fs.open(path, OpenMode::CreateOrReplace)?;
        file.try_lock(LockKind::Exclusive)?;
        let database = Self::new(
            path,
            Found {
                file,
                read: HeaderRead {
                    header,
                    page_size,
                    source: dbheader::HeaderSource::Both,
                },
            },
            around,
        );
        database.write_header()?;
        if let Some(folder) = path.parent() {
            around.fs.sync_dir(folder)?;
        }
        Ok(database)
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file.
    pub fn file(&self) -> &Arc<dyn File> {
        &self.file
    }

    /// Size of its pages.
    pub const fn page_size(&self) -> PageSize {
        self.page_size
    }

    /// The header as it should be.
    pub fn header(&self) -> DbHeader {
        self.state.lock().header.clone()
    }

    /// Changes the header in memory; it goes to the disk before the next page does, or with [`DatabaseFile::end_well`].
    pub fn change(&self, change: impl FnOnce(&mut DbHeader)) {
        let mut state = self.state.lock();
        change(&mut state.header);
        state.is_marked = false;
    }

    /// This generation is being read, or written, now.
    pub fn enter(&self, generation: Generation, created: LogTime) {
        self.state.lock().generation = (generation, created);
    }

    /// From now on `log` must be on the disk before pages with changes in it.
    pub fn log_to(&self, log: Arc<dyn DurableLog>) {
        self.state.lock().log = Some(log);
    }

    /// The database is complete without logs: detached at `at`.
    ///
    /// # Errors
    /// When the header cannot be written.
    pub fn end_well(&self, at: Lgpos, marks: Marks) -> Result<(), IoError> {
        let now = self.around.clock.now();
        {
            let mut state = self.state.lock();
            set_clean(&mut state.header, at, now, marks);
            state.is_marked = false;
        }
        self.write_header()
    }

    /// The database needs the logs from `from` on, and was brought up to the generation at hand.
    ///
    /// # Errors
    /// When the header cannot be written.
    pub fn end_dirty(&self, marks: Marks) -> Result<(), IoError> {
        {
            let mut state = self.state.lock();
            let (generation, created) = state.generation;
            raise(&mut state.header, generation, created);
            state.header.dbtime_dirtied = marks.dbtime.0.into();
            state.header.objid_last = marks.objid.0.into();
        }
        self.write_header()
    }

    /// The checkpoint moves up: all changes of transactions begun before `required` are in the file, and all changes logged
    /// before `consistent`; the caller has synced the pages. The header is written only if it says less so far.
    ///
    /// # Errors
    /// When the header cannot be written.
    pub fn advance(&self, required: Generation, consistent: Generation) -> Result<(), IoError> {
        let mut state = self.state.lock();
        let (generation, created) = state.generation;
        let header = &mut state.header;
        let before = header.as_bytes().to_vec();
        raise(header, generation, created);
        for (field, value) in [
            (&mut header.generation_min_required, required),
            (&mut header.generation_min_consistent, consistent),
        ] {
            *field = field.get().max(value.0).into();
        }
        if header.as_bytes() == before {
            return Ok(());
        }
        self.write_locked(&mut state)
    }

    /// Writes both copies of the header, each synced before the other is touched.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn write_header(&self) -> Result<(), IoError> {
        let mut state = self.state.lock();
        self.write_locked(&mut state)
    }

    fn write_locked(&self, state: &mut State) -> Result<(), IoError> {
        let now = self.around.clock.now();
        state.header.header_flush_signature = Signature::new(self.around.random.next_u32(), now);
        state.header.flush_map_signature = Signature::default();
        let mut page = vec![0; self.page_size.bytes()];
        if let Some(start) = page.get_mut(..size_of::<DbHeader>()) {
            start.copy_from_slice(state.header.as_bytes());
        }
        let sum = xor::header_checksum(&page).to_le_bytes();
        if let Some(place) = page.get_mut(..sum.len()) {
            place.copy_from_slice(&sum);
        }
        state.header.checksum = u32::from_le_bytes(sum).into();
        for copy in 0..2 {
            self.file.write_at(&page, copy * self.page_size.bytes() as u64)?;
            self.file.sync_data()?;
        }
        state.is_marked = true;
        Ok(())
    }
}

impl Barrier for DatabaseFile {
    fn before_write(&self, modified: Lgpos) -> Result<(), IoError> {
        let log = self.state.lock().log.clone();
        if let Some(log) = log {
            log.make_durable(modified).map_err(|error| match error {
                LogWriteError::Io(error) => error,
                other => IoError::new(&self.path, Operation::Write, std::io::Error::other(other)),
            })?;
        }
        let mut state = self.state.lock();
        let (generation, created) = state.generation;
        let needed = state.header.generation_max_required.get() < modified.generation.0;
        if needed || !state.is_marked {
            if needed {
                raise(&mut state.header, generation, created);
            }
            state.header.generation_recovering = generation.0.into();
            self.write_locked(&mut state)?;
        }
        Ok(())
    }

    fn resized(&self, at: Lgpos) -> Result<(), IoError> {
        let mut state = self.state.lock();
        // A recovery must not cut a file that has grown again: headers of this revision tell it.
        if state.header.update_major.get() >= REVISION_OF_RESIZE {
            state.header.resize_lgpos = at.to_raw();
            self.write_locked(&mut state)?;
        }
        Ok(())
    }
}

/// Lets a header say that pages may have changes of `generation`.
fn raise(header: &mut DbHeader, generation: Generation, created: LogTime) {
    let set = |field: &mut zerocopy::little_endian::U32| {
        if field.get() < generation.0 {
            *field = generation.0.into();
        }
    };
    header.state = DbState::DirtyShutdown.number().into();
    if header.generation_min_required.get() == 0 {
        set(&mut header.generation_min_required);
        set(&mut header.generation_min_consistent);
    }
    if header.generation_max_required.get() < generation.0 {
        header.generation_max_required_created = created;
    }
    set(&mut header.generation_max_required);
    if header.generation_max_committed.get() <= generation.0 {
        header.generation_max_created = created;
    }
    set(&mut header.generation_max_committed);
}

/// A database that was complete is in use from `at` on.
pub fn set_attached(header: &mut DbHeader, at: Lgpos, stream: &Signature, now: LogTime, created: LogTime) {
    if !header.log_signature.matches(stream) {
        header.consistent_lgpos = Lgpos::NONE.to_raw();
        header.resize_lgpos = Lgpos::NONE.to_raw();
        header.generation_pre_redo_min_consistent = 0.into();
        header.generation_pre_redo_min_required = 0.into();
        header.log_signature = *stream;
    }
    header.attach_lgpos = at.to_raw();
    header.attach_time = now;
    header.detach_lgpos = Lgpos::NONE.to_raw();
    header.detach_time = LogTime::default();
    header.reattach_lgpos = Lgpos::NONE.to_raw();
    header.reattach_time = LogTime::default();
    raise(header, at.generation, created);
}

/// A database whose creation is complete: in use from `at` on.
pub fn set_created(header: &mut DbHeader, at: Lgpos, now: LogTime, created: LogTime) {
    header.attach_lgpos = at.to_raw();
    header.attach_time = now;
    raise(header, at.generation, created);
}

/// Every change is in the file.
fn set_clean(header: &mut DbHeader, at: Lgpos, now: LogTime, marks: Marks) {
    header.state = DbState::CleanShutdown.number().into();
    header.dbtime_dirtied = marks.dbtime.0.max(header.dbtime_dirtied.get()).into();
    header.objid_last = marks.objid.0.max(header.objid_last.get()).into();
    header.consistent_lgpos = at.to_raw();
    header.consistent_time = now;
    header.detach_lgpos = at.to_raw();
    header.detach_time = now;
    if header.update_major.get() >= REVISION_OF_RESIZE {
        header.resize_lgpos = at.to_raw();
    }
    for field in [
        &mut header.generation_min_required,
        &mut header.generation_max_required,
        &mut header.generation_max_committed,
        &mut header.generation_min_consistent,
        &mut header.generation_pre_redo_min_consistent,
        &mut header.generation_pre_redo_min_required,
        &mut header.generation_recovering,
    ] {
        *field = 0.into();
    }
    header.generation_max_created = LogTime::default();
    header.generation_max_required_created = LogTime::default();
    header.snapshot_backup = zerocopy::FromZeros::new_zeroed();
}

/// From this format revision on headers know where the length of the file was changed last.
const REVISION_OF_RESIZE: u32 = 110;

/// The header of a database that is being created.
pub fn new_header(page_size: PageSize, signature: Signature, stream: &Signature, dbid: u8) -> DbHeader {
    let mut header: DbHeader = zerocopy::FromZeros::new_zeroed();
    header.magic = dbheader::MAGIC.into();
    header.version = dbheader::FORMAT_VERSION.into();
    header.update_major = FIRST_REVISION.into();
    header.create_version = dbheader::FORMAT_VERSION.into();
    header.create_update = FIRST_REVISION.into();
    header.page_size = page_size.bytes_u32().into();
    header.file_type = 1.into();
    header.state = DbState::JustCreated.number().into();
    header.dbtime_dirtied = FIRST_DBTIME.into();
    header.db_signature = signature;
    header.log_signature = *stream;
    header.sort_version = u64::MAX.into();
    header.dbid = u32::from(dbid).into();
    header
}

/// Format revision of a new database before its log raises it.
const FIRST_REVISION: u32 = 0x14;
/// Database time of a new database.
const FIRST_DBTIME: u64 = 64;
