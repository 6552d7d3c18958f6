//! The analysis before redo: which logs there are, whether anything is to be done, where redo starts.

use std::path::{Path, PathBuf};

use jet_io::{FileSystem, IoErrorKind, OpenMode};
use jet_pages::dbheader::Signature;

use super::RecoveryError;
use super::options::{Options, Places};
use crate::attach::Attachment;
use crate::checkpoint::{self, Checkpoint};
use crate::names::LogNames;
use crate::record::RecordKind;
use crate::{Expected, Generation, Lgpos, LogError, LogFile, LogSet, LogVersion};

/// Why redo starts where it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartReason {
    /// The checkpoint says so.
    Checkpoint,
    /// The checkpoint names this generation, whose header has the list of databases.
    CheckpointGeneration,
    /// There is no checkpoint that can be used: this is the oldest log.
    OldestLog,
}

/// What a recovery is going to do.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Folder of the logs.
    pub folder: PathBuf,
    /// The logs.
    pub set: LogSet,
    /// How they are named.
    pub names: LogNames,
    /// Generation of the current log, if it is there.
    pub current: Option<Generation>,
    /// Identity of the stream.
    pub signature: Signature,
    /// Where redo starts.
    pub start: Lgpos,
    /// Why there.
    pub reason: StartReason,
    /// The databases attached there.
    pub attachments: Vec<Attachment>,
    /// The stream was ended well and the checkpoint says so: there is nothing to do.
    pub is_ended: bool,
    /// Bytes of logs to be read.
    pub log_bytes: u64,
    /// The checkpoint file, as a pattern for the next one.
    pub checkpoint: Option<Box<Checkpoint>>,
}

impl Plan {
    /// Finds out what there is to do. Changes nothing.
    ///
    /// # Errors
    /// [`RecoveryError::NoLogs`], [`RecoveryError::NoCurrentLog`], [`RecoveryError::NoStart`], [`RecoveryError::Log`] for
    /// a current log that cannot be used, or a log in which redo would start.
    pub fn make<E>(
        fs: &dyn FileSystem,
        places: &Places,
        options: &Options,
    ) -> Result<Self, RecoveryError<E>> {
        let set = find_set(fs, places)?;
        let names = names_of(&set);
        let expected = Expected {
            page_size: options.page_size,
            ..Expected::default()
        };
        let current = match &set.current {
            Some(path) => Some(open_checked(fs, path, &expected)?),
            None => {
                check_no_current(&set, &names, places, options)?;
                None
            }
        };
        let signature = match (&current, set.closed.first()) {
            (Some(file), _) => file.header().signature,
            (None, Some((_, path))) => LogFile::open(fs, path)?.header().signature,
            (None, None) => Signature::default(),
        };
        let checkpoint = match options.ignore_checkpoint {
            true => None,
            false => read_checkpoint(fs, places, &set, &names, &signature),
        };
        let mut plan = Self {
            folder: places.logs.clone(),
            current: current.as_ref().map(LogFile::generation),
            names,
            signature,
            start: Lgpos::NONE,
            reason: StartReason::OldestLog,
            attachments: Vec::new(),
            is_ended: false,
            log_bytes: 0,
            checkpoint,
            set,
        };
        plan.is_ended = plan.is_well_ended(current.as_ref())?;
        match &plan.checkpoint {
            // Nothing is attached there, whatever the header of that generation lists.
            Some(checkpoint) if plan.is_ended => {
                (plan.start, plan.reason) = (checkpoint.redo_from(), StartReason::Checkpoint);
            }
            _ => plan.find_start(fs, current.as_ref())?,
        }
        plan.log_bytes = plan.count_bytes(fs);
        Ok(plan)
    }

    /// Path of the log of a generation, if there is one. The number in the header of the current log counts.
    pub fn log_of(&self, generation: Generation) -> Option<&Path> {
        let closed = self.set.closed.iter().find(|(number, _)| *number == generation);
        match closed {
            Some((_, path)) => Some(path),
            None if self.current == Some(generation) => self.set.current.as_deref(),
            None => None,
        }
    }

    /// The lowest generation above `generation` of which there is a log.
    pub fn next_above(&self, generation: Generation) -> Option<Generation> {
        let closed = self.set.closed.iter().map(|(number, _)| *number);
        closed
            .chain(self.current)
            .filter(|number| *number > generation)
            .min()
    }

    /// Whether the last record ends the stream well and the checkpoint points at it.
    fn is_well_ended<E>(&self, current: Option<&LogFile>) -> Result<bool, RecoveryError<E>> {
        let (Some(file), Some(checkpoint)) = (current, &self.checkpoint) else {
            return Ok(false);
        };
        if file.scan().damage.is_some() {
            return Ok(false);
        }
        let last = file.last_record()?;
        Ok(last.is_some_and(|(at, kind)| {
            kind.is_clean_end()
                && kind != RecordKind::RecoveryQuitKeepAttachments
                && checkpoint.redo_from() == at
        }))
    }

    fn find_start<E>(
        &mut self,
        fs: &dyn FileSystem,
        current: Option<&LogFile>,
    ) -> Result<(), RecoveryError<E>> {
        let from = self.checkpoint.as_ref().map(|checkpoint| checkpoint.redo_from());
        let generation = match from.filter(|from| from.is_some()) {
            Some(from) => {
                self.reason = StartReason::CheckpointGeneration;
                from.generation
            }
            None => self.oldest(),
        };
        let opened;
        let file = match (self.log_of(generation), current) {
            (_, Some(file)) if file.generation() == generation => file,
            (Some(path), _) => {
                opened = LogFile::open(fs, path)?;
                &opened
            }
            (None, _) => {
                let folder = self.folder.clone();
                return Err(RecoveryError::NoStart { generation, folder });
            }
        };
        let unreadable = |source| RecoveryError::Attachments { generation, source };
        let listed = match &self.checkpoint {
            Some(checkpoint) if file.header().version() >= LogVersion::CHECKPOINT_ATTACHMENTS => {
                checkpoint.attachments().map_err(unreadable)?
            }
            _ => None,
        };
        self.start = Lgpos {
            generation,
            sector: 1,
            byte: 0,
        };
        match (listed, from) {
            (Some(listed), Some(from)) => {
                (self.attachments, self.start, self.reason) = (listed, from, StartReason::Checkpoint);
            }
            _ => self.attachments = file.header().attachments().map_err(unreadable)?,
        }
        Ok(())
    }

    fn oldest(&self) -> Generation {
        let closed = self.set.closed.first().map(|(number, _)| *number);
        closed.or(self.current).unwrap_or(Generation::FIRST)
    }

    fn count_bytes(&self, fs: &dyn FileSystem) -> u64 {
        let mut generation = Some(self.start.generation);
        let mut bytes = 0;
        while let Some(path) = generation.and_then(|generation| self.log_of(generation)) {
            bytes += fs.metadata(path).map_or(0, |found| found.len);
            generation = generation.and_then(|generation| self.next_above(generation));
        }
        bytes
    }
}

fn find_set<E>(fs: &dyn FileSystem, places: &Places) -> Result<LogSet, RecoveryError<E>> {
    let mut sets = LogSet::find(fs, &places.logs)?;
    sets.retain(|set| set.has_logs() || set.temporary.is_some());
    let wanted = |set: &LogSet| {
        let base = places.base.as_ref();
        base.is_none_or(|base| set.base.eq_ignore_ascii_case(base))
    };
    let mut found = sets.into_iter().filter(wanted);
    match (found.next(), found.next()) {
        (Some(set), None) if set.has_logs() => Ok(set),
        (Some(_), Some(_)) => Err(RecoveryError::Options(
            "there are logs of several streams here: say which base name is meant",
        )),
        _ => Err(RecoveryError::NoLogs {
            folder: places.logs.clone(),
            base: places.base.clone().unwrap_or_else(|| "edb".to_owned()),
        }),
    }
}

/// How the files of a stream are named that is to be continued.
fn names_of(set: &LogSet) -> LogNames {
    let logs = || set.closed.iter().map(|(_, path)| path).chain(set.current.iter());
    let is_old = |path: &PathBuf| {
        let extension = path.extension().unwrap_or_default();
        extension.eq_ignore_ascii_case("log")
    };
    let digits = |path: &PathBuf| path.file_stem().map_or(0, |stem| stem.len()) - set.base.len();
    LogNames {
        base: set.base.clone(),
        has_old_extensions: logs().next().is_none_or(is_old),
        has_five_digits: set.closed.first().is_none_or(|(_, path)| digits(path) == 5),
    }
}

fn open_checked<E>(
    fs: &dyn FileSystem,
    path: &Path,
    expected: &Expected,
) -> Result<LogFile, RecoveryError<E>> {
    let file = LogFile::open(fs, path)?;
    let stream = |source| LogError::Stream {
        path: path.to_owned(),
        generation: file.generation(),
        source,
    };
    file.header()
        .check_stream(expected, file.file_bytes())
        .map_err(stream)?;
    Ok(file)
}

fn check_no_current<E>(
    set: &LogSet,
    names: &LogNames,
    places: &Places,
    options: &Options,
) -> Result<(), RecoveryError<E>> {
    let is_allowed = set.temporary.is_some()
        || options.allow_no_current
        || options.allow_loss
        || options.without_undo
        || options.until.is_some();
    match set.closed.last() {
        Some((newest, _)) if !is_allowed => Err(RecoveryError::NoCurrentLog {
            path: places.logs.join(names.current()),
            newest: *newest,
        }),
        _ => Ok(()),
    }
}

/// The checkpoint, if there is one that can be used: without it recovery takes longer and is as good.
fn read_checkpoint(
    fs: &dyn FileSystem,
    places: &Places,
    set: &LogSet,
    names: &LogNames,
    stream: &Signature,
) -> Option<Box<Checkpoint>> {
    let named = || places.checkpoint.join(names.checkpoint());
    let path = match &set.checkpoint {
        Some(path) if places.checkpoint == places.logs => path.clone(),
        _ => named(),
    };
    let bytes = match fs.open(&path, OpenMode::Read) {
        Ok(file) => {
            let mut bytes = vec![0; checkpoint::FILE_BYTES];
            let got = file.read_at(&mut bytes, 0).unwrap_or(0);
            bytes.truncate(got);
            bytes
        }
        Err(error) => {
            if error.kind != IoErrorKind::NotFound {
                tracing::warn!(target: "jet::log::recovery", %error, "the checkpoint cannot be read");
            }
            return None;
        }
    };
    match Checkpoint::read(&bytes) {
        Ok((checkpoint, _)) => match checkpoint.check_stream(stream) {
            Ok(()) => Some(Box::new(checkpoint.clone())),
            Err(error) => {
                tracing::warn!(target: "jet::log::recovery", path = %path.display(), %error, "redo starts with the oldest log");
                None
            }
        },
        Err(error) => {
            tracing::warn!(target: "jet::log::recovery", path = %path.display(), %error, "redo starts with the oldest log");
            None
        }
    }
}
