//! What a start does with what it finds: databases in other places than the log says, logs of another size.
//!
//! Where a database lies: where the caller says; else in the folder for recovery, if there is one; else where the log says;
//! else, when nothing is there, beside the logs.

use std::path::{Path, PathBuf};

use jet_btree::redo::RedoError;
use jet_io::{IoError, IoErrorKind};
use jet_log::recovery::{DatabaseMap, Mapped, Options, Places, Plan, RecoveryError, file_name};
use jet_log::{LogError, LogFile, LogSet};

use super::{Setup, StorageError};

/// What a start does with what it finds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FoundRules {
    /// Databases that the log tells of and that are not found are no error.
    pub ignores_missing: bool,
    /// Databases that lie elsewhere now: the path, or the name alone, that the log knows, and the file.
    pub moved: Vec<(String, PathBuf)>,
    /// Folder in which all other databases of the log lie now.
    pub recovery_folder: Option<PathBuf>,
    /// Logs of another size than new ones.
    pub other_log_size: OtherLogSize,
}

/// What becomes of logs of another size than new ones are to have, once all databases are recovered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OtherLogSize {
    /// They are continued in their size.
    #[default]
    Kept,
    /// The engine does not start.
    Refused,
    /// They are removed, and a new stream begins. Nothing can be restored with them any more.
    Replaced,
}

/// Where the databases lie that the log tells of.
pub(super) fn database_places(
    setup: &Setup,
    options: &Options,
    places: &Places,
) -> Result<Vec<(String, PathBuf)>, RecoveryError<RedoError>> {
    let fs = &*setup.around.fs;
    let plan = Plan::make(fs, places, options)?;
    let mut found = setup.found.moved.clone();
    let by_caller = DatabaseMap {
        entries: found.clone(),
        only_entries: true,
        ..DatabaseMap::default()
    };
    for told in plan.told_databases(fs, plan.start.generation) {
        let place = match by_caller.find(fs, &told.logged) {
            Mapped::File(place) => Some(place),
            Mapped::LeftAlone => place_of(setup, &told.logged)?,
        };
        found.extend(place.map(|place| (told.logged.clone(), place)));
    }
    Ok(found)
}

/// None: beside the logs.
fn place_of(setup: &Setup, logged: &str) -> Result<Option<PathBuf>, IoError> {
    if let Some(folder) = &setup.found.recovery_folder {
        return Ok(Some(folder.join(file_name(logged))));
    }
    let fs = &setup.around.fs;
    let path = Path::new(logged);
    let beside = setup.log_folder.join(file_name(logged));
    let is_there = path.is_absolute() && (fs.exists(path)? || !fs.exists(&beside)?);
    Ok(is_there.then(|| path.to_owned()))
}

/// The databases beside the logs, and those in the folder for recovery.
pub(super) fn folders(setup: &Setup) -> DatabaseMap {
    let mut map = DatabaseMap::in_folder(&setup.log_folder);
    if let Some(folder) = &setup.found.recovery_folder {
        map.folders.insert(0, folder.clone());
    }
    map
}

/// Whether the log whose end was recovered is continued: not when its size is another one, and it may be removed for that.
pub(super) fn is_continued(setup: &Setup, last: &LogFile) -> Result<bool, StorageError> {
    let (found, expected) = (last.header().file_sectors.get(), setup.log_sectors);
    match setup.found.other_log_size {
        _ if found == expected => Ok(true),
        OtherLogSize::Kept => Ok(true),
        OtherLogSize::Refused => Err(StorageError::LogSize {
            path: last.path().to_owned(),
            found,
            expected,
        }),
        OtherLogSize::Replaced => Ok(false),
    }
}

/// Removes the logs of the instance, whose databases are all complete without them: from the oldest up, so that after a crash
/// the next recovery finds the end of the log, where its checkpoint points, or none.
pub(super) fn remove_logs(setup: &Setup) -> Result<(), StorageError> {
    let fs = &*setup.around.fs;
    let Some(set) = own_logs(setup)? else {
        return Ok(());
    };
    let closed = set.closed.iter().map(|(_, path)| path);
    for path in closed.chain(&set.temporary).chain(&set.current) {
        fs.remove(path)?;
        fs.sync_dir(&setup.log_folder)?;
    }
    Ok(())
}

/// The logs that are there.
pub(super) fn own_logs(setup: &Setup) -> Result<Option<LogSet>, StorageError> {
    let sets = match LogSet::find(&*setup.around.fs, &setup.log_folder) {
        Err(LogError::Io(error)) if error.kind == IoErrorKind::NotFound => return Ok(None),
        found => found?,
    };
    let mut own = sets.into_iter().filter(|set| set.base == setup.names.base);
    Ok(own.find(LogSet::has_logs))
}
