//! The databases of the log at a place in it: attached, put off, or left alone.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use jet_io::IoErrorKind;
use jet_pages::dbheader::{DbState, HeaderRead, LogTime, Signature};
use jet_pages::{Dbtime, Objid, PageSize};

use super::error::{Deferral, LogsGot};
use super::identity::{self, Told, Verdict};
use super::options::{Mapped, Options, Surroundings};
use super::target::{Barrier, Marks, Target, TargetFile};
use super::{RecoveryError, SharedWriter};
use crate::attach::Attachment;
use crate::dbfile::{self, DatabaseFile, Found, OpenDatabaseError};
use crate::names;
use crate::record::Dbid;
use crate::record::database::{AttachDatabase, CreateDatabase, FLAG_SPARSE};
use crate::{Generation, Lgpos};

/// All databases that the log told of so far.
#[derive(Debug)]
pub(super) struct Databases<'o> {
    options: &'o Options,
    around: &'o Surroundings,
    stream: Signature,
    page_size: PageSize,
    generation: (Generation, LogTime),
    slots: BTreeMap<Dbid, Slot>,
    /// Databases that were brought to a good end, by path, for the report.
    pub(super) ended: BTreeMap<PathBuf, (String, Ended)>,
}

/// One database.
#[derive(Debug)]
pub(super) struct Slot {
    /// Its path in the log.
    pub(super) logged: String,
    /// The entry that names it in headers of logs.
    listed: Attachment,
    pub(super) state: SlotState,
}

/// What became of a database.
#[derive(Debug)]
pub(super) enum SlotState {
    /// Redo works on it.
    Attached(Box<AttachedDatabase>),
    /// It is not the one, or not yet.
    Deferred(Deferral),
    /// Nobody asked for it.
    LeftAlone,
}

/// A database that redo works on.
#[derive(Debug)]
pub(super) struct AttachedDatabase {
    pub(super) file: Arc<DatabaseFile>,
    /// Generations by its header when it was attached: last required, last committed, and when the former was created.
    pub(super) required: Generation,
    pub(super) committed: Generation,
    pub(super) required_created: LogTime,
    /// Its creation is under way.
    is_new: bool,
}

/// How a database ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Complete without logs.
    Clean,
    /// Brought up to the end of redo; needs the logs that come.
    NeedsLogs,
}

/// What a log header would say of a database that a record names; the record knows the rest.
fn entry(number: Dbid, flags: u8, at: Lgpos, signature: Signature, path: String) -> Attachment {
    Attachment {
        dbid: number.0,
        is_sparse: flags & FLAG_SPARSE != 0,
        dbtime: Dbtime::default(),
        objid_last: Objid::default(),
        pages_max: 0,
        attached: at,
        consistent: Lgpos::NONE,
        signature,
        path,
    }
}

impl<'o> Databases<'o> {
    pub(super) fn new(
        options: &'o Options,
        around: &'o Surroundings,
        stream: Signature,
        page_size: PageSize,
    ) -> Self {
        Self {
            options,
            around,
            stream,
            page_size,
            generation: (Generation(0), LogTime::default()),
            slots: BTreeMap::new(),
            ended: BTreeMap::new(),
        }
    }

    /// Redo enters a generation.
    pub(super) fn enter<T: Target>(
        &mut self,
        generation: Generation,
        created: LogTime,
        target: &mut T,
    ) -> Result<(), RecoveryError<T::Error>> {
        self.generation = (generation, created);
        for (_, _, attached) in self.attached() {
            attached.file.enter(generation, created);
        }
        target.reached(generation).map_err(RecoveryError::Target)
    }

    /// The databases in the list where redo starts.
    pub(super) fn attach_listed<T: Target>(
        &mut self,
        list: &[Attachment],
        at: Lgpos,
        target: &mut T,
    ) -> Result<(), RecoveryError<T::Error>> {
        for listed in list {
            let told = Told {
                signature: listed.signature,
                attached: listed.attached,
                consistent: listed.consistent,
                consistent_stream: None,
                at,
            };
            let marks = Marks {
                dbtime: listed.dbtime,
                objid: listed.objid_last,
            };
            self.consider(listed.clone(), &told, marks, target)?;
        }
        Ok(())
    }

    /// A record attaches a database.
    pub(super) fn attach<T: Target>(
        &mut self,
        record: &AttachDatabase<'_>,
        at: Lgpos,
        target: &mut T,
    ) -> Result<(), RecoveryError<T::Error>> {
        let told = Told {
            signature: record.signature,
            attached: at,
            consistent: record.consistent,
            consistent_stream: Some(record.consistent_stream),
            at,
        };
        let listed = Attachment {
            pages_max: record.pages_max,
            consistent: record.consistent,
            ..entry(
                record.database,
                record.database_flags,
                at,
                record.signature,
                record.path.text(),
            )
        };
        self.consider(listed, &told, Marks::default(), target)
    }

    fn consider<T: Target>(
        &mut self,
        listed: Attachment,
        told: &Told,
        marks: Marks,
        target: &mut T,
    ) -> Result<(), RecoveryError<T::Error>> {
        let state = match self.find(&listed.path)? {
            Whereabouts::LeftAlone => SlotState::LeftAlone,
            Whereabouts::Deferred(why) => SlotState::Deferred(why),
            Whereabouts::Found(path, found) => {
                self.check_state(&path, &found.read)?;
                match identity::compare(&found.read.header, told, &self.stream) {
                    Verdict::Attach => self.take_up(path, found, &listed, marks, None, target)?,
                    Verdict::AttachAnew => {
                        self.take_up(path, found, &listed, marks, Some(told.at), target)?
                    }
                    Verdict::Defer(why) => SlotState::Deferred(why),
                    Verdict::Refuse(_) if self.options.ignore_missing => {
                        SlotState::Deferred(Deferral::OtherDatabase)
                    }
                    Verdict::Refuse(why) => {
                        return Err(RecoveryError::Mismatch {
                            database: path,
                            at: told.at,
                            why,
                        });
                    }
                }
            }
        };
        self.put(listed, state);
        Ok(())
    }

    /// A record creates a database: it is there already, or an empty file is made.
    pub(super) fn create<T: Target>(
        &mut self,
        record: &CreateDatabase<'_>,
        at: Lgpos,
        target: &mut T,
    ) -> Result<(), RecoveryError<T::Error>> {
        if let Some((major, minor)) = version_of(record.version)
            && (major, minor) != (2, 0)
        {
            return Err(RecoveryError::CreateVersion { at, major, minor });
        }
        let listed = Attachment {
            pages_max: record.pages_max,
            ..entry(
                record.database,
                record.database_flags,
                at,
                record.signature,
                record.path.text(),
            )
        };
        let state = match self.find(&listed.path) {
            Ok(Whereabouts::LeftAlone) => SlotState::LeftAlone,
            Ok(Whereabouts::Deferred(Deferral::Missing)) => self.make(&listed, target)?,
            // A creation that a crash cut off, or a header damaged since. Another file of that name stays.
            Err(RecoveryError::Header { database, source }) => {
                if !dbfile::is_replaceable(&*self.around.fs, &database)? {
                    return Err(RecoveryError::Header { database, source });
                }
                self.make(&listed, target)?
            }
            Ok(Whereabouts::Deferred(why)) => SlotState::Deferred(why),
            Ok(Whereabouts::Found(path, found)) => self.recognise(path, found, &listed, target)?,
            Err(error) => return Err(error),
        };
        self.put(listed, state);
        Ok(())
    }

    /// Whether the file there is the database that a record creates.
    fn recognise<T: Target>(
        &mut self,
        path: PathBuf,
        found: Box<Found>,
        listed: &Attachment,
        target: &mut T,
    ) -> Result<SlotState, RecoveryError<T::Error>> {
        let header = &found.read.header;
        if header.db_state() == DbState::JustCreated {
            // Its lock goes with it: the file is made anew.
            drop(found);
            return self.make(listed, target);
        }
        self.check_state(&path, &found.read)?;
        if !header.db_signature.matches(&listed.signature) {
            return Ok(SlotState::Deferred(Deferral::OtherDatabase));
        }
        if !header.log_signature.matches(&self.stream) {
            return Ok(SlotState::Deferred(Deferral::OtherStream));
        }
        let attached = Lgpos::from(header.attach_lgpos);
        if attached == listed.attached && header.db_state() != DbState::CleanShutdown {
            return self.take_up(path, found, listed, Marks::default(), None, target);
        }
        Ok(SlotState::Deferred(if attached > listed.attached {
            Deferral::AttachedLater
        } else {
            Deferral::Newer
        }))
    }

    /// Makes an empty file for a database that a record creates.
    fn make<T: Target>(
        &mut self,
        listed: &Attachment,
        target: &mut T,
    ) -> Result<SlotState, RecoveryError<T::Error>> {
        let Mapped::File(path) = self.options.databases.find(&*self.around.fs, &listed.path) else {
            return Ok(SlotState::LeftAlone);
        };
        let header = dbfile::new_header(self.page_size, listed.signature, &self.stream, listed.dbid);
        let file = DatabaseFile::create(&path, header, self.page_size, self.around)?;
        let marks = Marks {
            dbtime: file.header().dbtime(),
            objid: Objid::default(),
        };
        self.hand_over(file, listed, marks, true, target)
    }

    /// The creation of a database is complete.
    pub(super) fn created(&mut self, number: Dbid) {
        let created = self.generation.1;
        let now = self.around.clock.now();
        if let Some(slot) = self.slots.get_mut(&number)
            && let SlotState::Attached(attached) = &mut slot.state
            && attached.is_new
        {
            attached.is_new = false;
            let at = slot.listed.attached;
            attached
                .file
                .change(|header| dbfile::set_created(header, at, now, created));
        }
    }

    /// A record raises the format version of a database.
    pub(super) fn set_version(&self, number: Dbid, update_major: u32, update_minor: u32) {
        if let Some(attached) = self.get(number) {
            attached.file.change(|header| {
                let found = (header.update_major.get(), header.update_minor.get());
                if found < (update_major, update_minor) {
                    header.update_major = update_major.into();
                    header.update_minor = update_minor.into();
                }
            });
        }
    }

    /// A record detaches a database: it is complete.
    pub(super) fn detach<T: Target>(
        &mut self,
        number: Dbid,
        at: Lgpos,
        target: &mut T,
    ) -> Result<(), RecoveryError<T::Error>> {
        if let Some(slot) = self.slots.remove(&number)
            && let SlotState::Attached(attached) = slot.state
        {
            target.flush(number).map_err(RecoveryError::Target)?;
            let marks = target.marks(number);
            target.detach(number);
            attached.file.end_well(at, marks)?;
            let path = attached.file.path().to_owned();
            self.ended.insert(path, (slot.logged, Ended::Clean));
        }
        Ok(())
    }

    /// The instance or the recovery ended: all databases are complete.
    pub(super) fn detach_all<T: Target>(
        &mut self,
        at: Lgpos,
        target: &mut T,
    ) -> Result<(), RecoveryError<T::Error>> {
        let numbers: Vec<Dbid> = self.slots.keys().copied().collect();
        numbers
            .into_iter()
            .try_for_each(|number| self.detach(number, at, target))
    }

    /// Redo ends here, and the databases stay in need of what comes.
    pub(super) fn leave<T: Target>(&mut self, target: &mut T) -> Result<(), RecoveryError<T::Error>> {
        let numbers: Vec<Dbid> = self.attached().map(|(number, ..)| number).collect();
        for number in numbers {
            target.flush(number).map_err(RecoveryError::Target)?;
            let marks = target.marks(number);
            target.detach(number);
            if let Some(slot) = self.slots.remove(&number)
                && let SlotState::Attached(attached) = slot.state
            {
                attached.file.end_dirty(marks)?;
                let path = attached.file.path().to_owned();
                self.ended.insert(path, (slot.logged, Ended::NeedsLogs));
            }
        }
        Ok(())
    }

    /// Writes all changed pages of all databases.
    pub(super) fn flush<T: Target>(&self, target: &mut T) -> Result<(), RecoveryError<T::Error>> {
        for (number, ..) in self.attached() {
            target.flush(number).map_err(RecoveryError::Target)?;
        }
        Ok(())
    }

    /// Changes in the log of the recovery must be on the disk before pages are.
    pub(super) fn log_to(&self, writer: &SharedWriter) {
        for (_, _, attached) in self.attached() {
            let log = SharedWriter::clone(writer);
            attached.file.log_to(log);
        }
    }

    /// The databases that redo works on.
    pub(super) fn attached(&self) -> impl Iterator<Item = (Dbid, &Slot, &AttachedDatabase)> {
        self.slots.iter().filter_map(|(&number, slot)| match &slot.state {
            SlotState::Attached(attached) => Some((number, slot, &**attached)),
            _ => None,
        })
    }

    /// All databases that the log told of.
    pub(super) fn slots(&self) -> impl Iterator<Item = &Slot> {
        self.slots.values()
    }

    pub(super) fn get(&self, number: Dbid) -> Option<&AttachedDatabase> {
        match &self.slots.get(&number)?.state {
            SlotState::Attached(attached) => Some(attached),
            _ => None,
        }
    }

    /// Removes files of databases whose creation did not come to its end.
    pub(super) fn drop_unfinished<T: Target>(
        &mut self,
        target: &mut T,
    ) -> Result<(), RecoveryError<T::Error>> {
        let unfinished: Vec<Dbid> = self
            .attached()
            .filter(|(_, _, attached)| attached.is_new)
            .map(|(number, ..)| number)
            .collect();
        for number in unfinished {
            target.detach(number);
            if let Some(slot) = self.slots.remove(&number)
                && let SlotState::Attached(attached) = slot.state
            {
                self.around.fs.remove(attached.file.path())?;
            }
        }
        Ok(())
    }

    /// The list of attached databases for headers of logs.
    pub(super) fn list<T: Target>(&self, target: &T) -> Vec<Attachment> {
        self.attached()
            .map(|(number, slot, _)| {
                let marks = target.marks(number);
                Attachment {
                    dbtime: marks.dbtime,
                    objid_last: marks.objid,
                    ..slot.listed.clone()
                }
            })
            .collect()
    }

    fn put(&mut self, listed: Attachment, state: SlotState) {
        let slot = Slot {
            logged: listed.path.clone(),
            state,
            listed,
        };
        self.slots.insert(Dbid(slot.listed.dbid), slot);
    }

    fn find<E>(&self, logged: &str) -> Result<Whereabouts, RecoveryError<E>> {
        let path = match self.options.databases.find(&*self.around.fs, logged) {
            Mapped::File(path) => path,
            Mapped::LeftAlone => return Ok(Whereabouts::LeftAlone),
        };
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if names::parse(&name).is_some() {
            return Ok(Whereabouts::Deferred(Deferral::LogName));
        }
        match dbfile::open(&*self.around.fs, &path) {
            Ok(Some(found)) => Ok(Whereabouts::Found(path, Box::new(found))),
            Ok(None) => Ok(Whereabouts::Deferred(Deferral::Missing)),
            Err(OpenDatabaseError::Io(error)) if error.kind == IoErrorKind::PermissionDenied => {
                Ok(Whereabouts::Deferred(Deferral::AccessDenied))
            }
            Err(error) => Err(error.into()),
        }
    }

    fn check_state<E>(&self, path: &std::path::Path, read: &HeaderRead) -> Result<(), RecoveryError<E>> {
        let state = read.header.db_state();
        let database = || path.to_owned();
        match state {
            DbState::JustCreated
            | DbState::DirtyShutdown
            | DbState::CleanShutdown
            | DbState::DirtyAndPatchedShutdown => {}
            _ => {
                return Err(RecoveryError::State {
                    database: database(),
                    state,
                });
            }
        }
        if read.page_size != self.page_size {
            return Err(RecoveryError::PageSize {
                database: database(),
                found: read.page_size.bytes_u32(),
                expected: self.page_size.bytes_u32(),
            });
        }
        Ok(())
    }

    /// Takes up a database that is the one. `anew`: it was complete, and is attached at this place.
    fn take_up<T: Target>(
        &mut self,
        path: PathBuf,
        found: Box<Found>,
        listed: &Attachment,
        told: Marks,
        anew: Option<Lgpos>,
        target: &mut T,
    ) -> Result<SlotState, RecoveryError<T::Error>> {
        let header = &found.read.header;
        let first = Generation(header.generation_min_required.get());
        let is_patched = header.db_state() == DbState::DirtyAndPatchedShutdown;
        if first.0 != 0 && !is_patched && first < self.generation.0 {
            return Err(RecoveryError::RequiredLogsMissing {
                database: path,
                first,
                last: Generation(header.generation_max_required.get()),
                got: LogsGot::From(self.generation.0),
            });
        }
        let backup = Generation(header.full_backup.generation_low.get());
        if backup.0 != 0 && header.full_backup.generation_high.get() == 0 {
            return Err(RecoveryError::Backup {
                database: path,
                first: backup,
            });
        }
        let marks = Marks {
            dbtime: told.dbtime.max(header.dbtime()),
            objid: told.objid.max(header.last_objid()),
        };
        let file = DatabaseFile::new(&path, *found, self.around);
        if let Some(at) = anew {
            let (stream, created) = (self.stream, self.generation.1);
            let now = self.around.clock.now();
            file.change(|header| dbfile::set_attached(header, at, &stream, now, created));
        }
        self.hand_over(file, listed, marks, false, target)
    }

    fn hand_over<T: Target>(
        &mut self,
        file: DatabaseFile,
        listed: &Attachment,
        marks: Marks,
        is_new: bool,
        target: &mut T,
    ) -> Result<SlotState, RecoveryError<T::Error>> {
        let file = Arc::new(file);
        let header = file.header();
        file.enter(self.generation.0, self.generation.1);
        let attached = Lgpos::from(header.attach_lgpos);
        let newest = Generation(header.generation_max_required.get());
        let handed = TargetFile {
            file: Arc::clone(file.file()),
            page_size: file.page_size(),
            attached,
            resized: Some(Lgpos::from(header.resize_lgpos)).filter(|at| at.is_some()),
            newest,
            marks,
            barrier: Arc::clone(&file) as Arc<dyn Barrier>,
        };
        target
            .attach(Dbid(listed.dbid), handed)
            .map_err(RecoveryError::Target)?;
        Ok(SlotState::Attached(Box::new(AttachedDatabase {
            required: newest,
            committed: Generation(header.generation_max_committed.get()),
            required_created: header.generation_max_required_created,
            file,
            is_new,
        })))
    }
}

/// Where a database that the log tells of is.
enum Whereabouts {
    Found(PathBuf, Box<Found>),
    Deferred(Deferral),
    LeftAlone,
}

/// The two numbers of a version; `None` when there are none.
fn version_of(version: &[u8]) -> Option<(u16, u16)> {
    match *version {
        [a, b, c, d] => Some((u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d]))),
        _ => None,
    }
}
