//! Files that are no log yet, or not needed any more: the next log made ahead, reserve logs, old logs.
//!
//! Invariants:
//! - what has the temporary name is made, synced and has the size of a log whenever `is_ready`
//! - the current log and those behind a limit are never touched; old ones go from the oldest up, so that no gap comes
//!   about whatever reaches the disk first
//!
//! A reserve log is room on the disk under a name of its own. When there is no other room, the one with the highest number
//! becomes the next log, as in the genuine engine.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use jet_io::{IoError, IoErrorKind, OpenMode};
use jet_pages::dbheader::Signature;

use super::Log;
use super::shared::LogState;
use crate::header::HEADER_BYTES;
use crate::names::{self, FileRole};
use crate::sync::lock;
use crate::writer::{FLAG_RESERVE, LogFolder};
use crate::{Generation, LogHeader};

/// How many reserve logs an engine has.
pub const RESERVE_LOGS: u32 = 2;
/// How many it has when it begins generations early (JET_paramAggressiveLogRollover).
pub const RESERVE_LOGS_AGGRESSIVE: u32 = 10;

/// What is known of the files beside the current log.
#[derive(Debug)]
pub(super) struct Files {
    folder: LogFolder,
    file_bytes: u64,
    signature: Signature,
    /// The next log is made, but for its header.
    is_ready: bool,
    /// How many reserve logs there should be.
    reserves_wanted: u32,
    /// Reserve logs 1 to this one are there.
    reserves: u32,
}

impl Log {
    /// Makes the file of the next generation ahead, unless it is there: a roll then only has to name it. For maintenance;
    /// nobody waits for it who appends in this generation.
    ///
    /// # Errors
    /// When there is no space, or the system refuses something. Nothing is lost: the roll tries again.
    pub fn prepare_next(&self) -> Result<(), IoError> {
        lock(&self.files).make_ready()
    }

    /// Makes `count` reserve logs (as a rule [`RESERVE_LOGS`]), for the start of an engine; returns how many there are, fewer
    /// when the disk is full. Those of another size, or beyond this number, are removed.
    ///
    /// # Errors
    /// When the system refuses something else.
    pub fn make_reserves(&self, count: u32) -> Result<u32, IoError> {
        let mut files = lock(&self.files);
        files.reserves_wanted = count;
        files.clear_reserves()?;
        files.make_reserves()
    }

    /// Tries to make the reserve logs anew that were used. When all are there the disk is not full any more:
    /// [`Log::state`] says so. To be asked before a transaction is refused.
    ///
    /// # Errors
    /// When the system refuses something else than space.
    pub fn restore_reserves(&self) -> Result<LogState, IoError> {
        let mut files = lock(&self.files);
        let is_restored = files.make_reserves()? == files.reserves_wanted;
        let mut shared = self.lock();
        if is_restored && shared.shortage == Some(LogState::DiskFull) {
            shared.shortage = None;
        }
        Ok(shared.state())
    }

    /// Removes the closed logs before `generation`, from the oldest up; one becomes the file of the next generation if that
    /// is not made yet. The current log stays whatever `generation` is. Returns how many logs are gone.
    ///
    /// Nobody may need them: neither the checkpoint, nor a backup, nor a database.
    ///
    /// # Errors
    /// When the system refuses something; the oldest logs may be gone then.
    pub fn remove_before(&self, generation: Generation) -> Result<usize, IoError> {
        let current = self.generation();
        lock(&self.files).remove_before(generation.min(current))
    }
}

impl Files {
    /// Beside a current log with this header.
    pub(super) fn new(folder: LogFolder, header: &LogHeader) -> Self {
        Self {
            folder,
            file_bytes: header.file_bytes(),
            signature: header.signature,
            is_ready: false,
            reserves_wanted: 0,
            reserves: 0,
        }
    }

    /// Makes a log with this header under the temporary name; returns whether it took a reserve log.
    pub(super) fn make_next(&mut self, header: &mut LogHeader) -> Result<bool, IoError> {
        let is_reserve = match self.make_ready() {
            Err(cause) if is_full(&cause) => {
                if !self.use_reserve()? {
                    return Err(cause);
                }
                header.flags |= FLAG_RESERVE;
                true
            }
            made => made.map(|()| false)?,
        };
        self.is_ready = false;
        self.folder.put_header(header)?;
        Ok(is_reserve)
    }

    fn make_ready(&mut self) -> Result<(), IoError> {
        if !self.is_ready {
            let made = self.folder.make_room(self.file_bytes, OpenMode::CreateOrReplace);
            if made.is_err() {
                self.drop_temporary();
            }
            made?;
            self.is_ready = true;
        }
        Ok(())
    }

    /// Room that a file takes which cannot be used.
    fn drop_temporary(&self) {
        let path = self.folder.file(self.folder.names.temporary());
        // It is made anew whenever a file is needed: that it is in the way does no harm.
        _ = self.folder.fs.remove(&path);
    }

    /// Gives a reserve log the temporary name; `false` when none is left.
    fn use_reserve(&mut self) -> Result<bool, IoError> {
        let temporary = self.folder.file(self.folder.names.temporary());
        while self.reserves > 0 {
            let path = self.reserve(self.reserves);
            self.reserves -= 1;
            match self.folder.fs.rename(&path, &temporary) {
                Err(cause) if cause.kind == IoErrorKind::NotFound => continue,
                renamed => renamed?,
            }
            // Nothing says what an earlier engine put into it.
            match self.folder.make_room(self.file_bytes, OpenMode::ReadWrite) {
                Err(cause) if is_full(&cause) => self.drop_temporary(),
                made => return made.map(|()| true),
            }
        }
        Ok(false)
    }

    /// Makes the reserve logs that are missing; returns how many there are.
    fn make_reserves(&mut self) -> Result<u32, IoError> {
        while self.reserves < self.reserves_wanted {
            let path = self.reserve(self.reserves + 1);
            let is_there = match self.folder.fs.metadata(&path) {
                Ok(found) => found.len == self.file_bytes,
                Err(cause) if cause.kind == IoErrorKind::NotFound => false,
                Err(cause) => return Err(cause),
            };
            if !is_there {
                match self
                    .folder
                    .make_zeros(&path, self.file_bytes, OpenMode::CreateOrReplace)
                {
                    Err(cause) if is_full(&cause) => {
                        // A part of one is of no use.
                        _ = self.folder.fs.remove(&path);
                        break;
                    }
                    made => made?,
                }
            }
            self.reserves += 1;
        }
        Ok(self.reserves)
    }

    /// Removes reserve logs of another size, and those that are too many.
    fn clear_reserves(&mut self) -> Result<(), IoError> {
        self.reserves = 0;
        let mut is_changed = false;
        for (role, path) in self.list()? {
            let FileRole::Reserve(number) = role else {
                continue;
            };
            let is_wanted = (1..=self.reserves_wanted).contains(&number);
            if !is_wanted || self.folder.fs.metadata(&path)?.len != self.file_bytes {
                self.folder.fs.remove(&path)?;
                is_changed = true;
            }
        }
        self.sync(is_changed)
    }

    fn remove_before(&mut self, generation: Generation) -> Result<usize, IoError> {
        let mut old = Vec::new();
        for (role, path) in self.list()? {
            match role {
                FileRole::Closed(closed) if closed < generation => old.push((closed, path)),
                _ => {}
            }
        }
        old.sort();
        for (closed, path) in &old {
            if !self.is_ready && self.is_own(*closed, path) {
                let temporary = self.folder.file(self.folder.names.temporary());
                self.folder.fs.rename(path, &temporary)?;
                self.is_ready = true;
            } else {
                self.folder.fs.remove(path)?;
            }
        }
        self.sync(!old.is_empty())?;
        Ok(old.len())
    }

    /// Whether a file is a log of this stream and its size: only then what is left in it is known as older than all to come.
    fn is_own(&self, generation: Generation, path: &Path) -> bool {
        let read = || {
            let file = self.folder.fs.open(path, OpenMode::Read)?;
            let mut bytes = vec![0; HEADER_BYTES];
            file.read_exact_at(&mut bytes, 0)?;
            Ok::<_, IoError>((file.len()?, bytes))
        };
        read().is_ok_and(|(len, bytes)| {
            let header = LogHeader::read(&bytes);
            len == self.file_bytes
                && header.is_ok_and(|header| {
                    header.generation() == generation && self.signature.matches(&header.signature)
                })
        })
    }

    /// The files of the stream, by the names in the folder.
    fn list(&self) -> Result<Vec<(FileRole, PathBuf)>, IoError> {
        let base = &self.folder.names.base;
        let role = |name: &OsStr| {
            let (found, role) = names::parse(name.to_str()?)?;
            found.eq_ignore_ascii_case(base).then_some(role)
        };
        let entries = self.folder.fs.list(&self.folder.path)?;
        let files = entries.into_iter().filter(|entry| !entry.is_dir);
        let roles = files.filter_map(|entry| Some((role(&entry.name)?, self.folder.path.join(&entry.name))));
        Ok(roles.collect())
    }

    fn reserve(&self, number: u32) -> PathBuf {
        self.folder.file(self.folder.names.reserve(number))
    }

    fn sync(&self, is_changed: bool) -> Result<(), IoError> {
        if is_changed {
            self.folder.fs.sync_dir(&self.folder.path)?;
        }
        Ok(())
    }
}

fn is_full(cause: &IoError) -> bool {
    cause.kind == IoErrorKind::DiskFull
}
