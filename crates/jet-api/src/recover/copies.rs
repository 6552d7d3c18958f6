//! The two ways of a [`FileRecovery`]: copies in another folder, or the files where they lie.
//!
//! Copies: nothing at the source changes. Until everything is done they lie in a folder of work; then they get their names,
//! or, if anything failed, they go, and the output folder is as it was.

use std::path::{Path, PathBuf};

use jet_io::FileSystem;
use jet_log::recovery::{DatabaseMap, Mapped, Places, Plan, Progress, RecoveryError, Report, file_name};

use super::files::{FileRecovery, Survey, Surveyed, folder_of};
use super::outcome::{Delivered, Delivery, NotRecovered, Outcome, nothing_recovered, outcome};
use super::work::{WorkFolder, copy_file};
use super::{Recovery, io_error};
use crate::{JetCode, JetError, Location};

/// How far a [`FileRecovery`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Databases are copied.
    Copy {
        /// Bytes copied.
        done: u64,
        /// Bytes of all databases to copy.
        total: u64,
    },
    /// The recovery itself.
    Recovery(Progress),
}

/// A database and the name that it is delivered under.
struct Target<'s> {
    database: &'s Surveyed,
    name: String,
}

impl FileRecovery {
    /// Recovers copies of the databases and delivers them in the folder `out`, each under the name of its file, or under
    /// that in the log if the log creates it. Neither databases nor logs at the source change. After an error `out` is as
    /// it was.
    ///
    /// # Errors
    /// As [`FileRecovery::survey`] and [`Recovery::run`]; `JET_errFileAlreadyExists` before anything is done when `out` has
    /// a file of such a name; `JET_errDatabaseDirtyShutdown` for a file that needs logs of which there are none.
    pub fn run_into(&self, out: &Path, progress: &mut dyn FnMut(Step)) -> Result<Delivery, JetError> {
        let fs = &*self.recovery.around.fs;
        let survey = self.survey()?;
        survey.check()?;
        let targets = targets(&survey);
        check_free(fs, out, &targets)?;
        let number = self.recovery.around.random.next_u32();
        let work = WorkFolder::create(fs, out, number).map_err(io_error)?;
        let done = self
            .recover_copies(&survey, &targets, work.path(), progress)
            .and_then(|report| {
                let databases = self.deliver(&survey, &targets, report.as_ref(), &work, out)?;
                Ok((report, databases))
            });
        match done {
            Ok((report, databases)) => Ok(Delivery {
                survey,
                report,
                databases,
            }),
            Err(error) => {
                work.discard();
                Err(error)
            }
        }
    }

    /// Recovers the databases where they lie, and ends their log stream well. Every database of the stream that is found
    /// is recovered with the one that was named.
    ///
    /// # Errors
    /// As [`FileRecovery::survey`] and [`Recovery::run`]; `JET_errDatabaseDirtyShutdown` for a file that needs logs of which
    /// there are none.
    pub fn run_in_place(&self, progress: &mut dyn FnMut(Step)) -> Result<Delivery, JetError> {
        let fs = &*self.recovery.around.fs;
        let survey = self.survey()?;
        survey.check()?;
        let map = map_in_place(&survey);
        let report = match &survey.plan {
            Some(plan) => {
                let recovery = self.prepared(&survey, plan, map.clone());
                Some(recovery.run(&mut |at| progress(Step::Recovery(at)))?)
            }
            None => None,
        };
        let ends_early = self.recovery.options.until.is_some();
        let databases = survey.databases.iter().map(|database| {
            let path = match (&database.file, &database.logged) {
                (Some(file), _) => file.clone(),
                (None, logged) => match map.find(fs, logged.as_deref().unwrap_or_default()) {
                    Mapped::File(path) => path,
                    Mapped::LeftAlone => PathBuf::new(),
                },
            };
            let outcome = outcome(fs, database, &path, report.as_ref(), ends_early);
            let is_there = !matches!(outcome, Outcome::NotRecovered(_));
            delivered(database, is_there.then_some(path), outcome)
        });
        let databases: Vec<Delivered> = databases.collect();
        match nothing_recovered(&survey, &databases) {
            Some(error) => Err(error),
            None => Ok(Delivery {
                survey,
                report,
                databases,
            }),
        }
    }

    /// Copies the databases to the folder of work and recovers them there. `None`: there are no logs.
    fn recover_copies(
        &self,
        survey: &Survey,
        targets: &[Target<'_>],
        work: &Path,
        progress: &mut dyn FnMut(Step),
    ) -> Result<Option<Report>, JetError> {
        let fs = &*self.recovery.around.fs;
        let sources = || {
            targets
                .iter()
                .filter_map(|target| Some((target.database.file.as_deref()?, &target.name)))
        };
        let total = sources()
            .map(|(path, _)| fs.metadata(path).map_or(0, |found| found.len))
            .sum();
        let mut done = 0;
        for (path, name) in sources() {
            copy_file(fs, path, &work.join(name), |bytes| {
                done += bytes;
                progress(Step::Copy { done, total });
            })
            .map_err(io_error)?;
        }
        let Some(plan) = &survey.plan else {
            return Ok(None);
        };
        let of_target = |target: &Target<'_>| entries(target.database, &work.join(&target.name));
        let map = DatabaseMap {
            entries: targets.iter().flat_map(of_target).collect(),
            folders: Vec::new(),
            only_entries: true,
        };
        let mut recovery = self.prepared(survey, plan, map);
        work.clone_into(&mut recovery.places.output);
        // One that is missing does not keep the others from being recovered; it is told of.
        let is_missing = |target: &Target<'_>| target.database.file.is_none() && !target.database.is_created;
        if targets.iter().any(is_missing) && !targets.iter().all(is_missing) {
            recovery.options.ignore_missing = true;
        }
        recovery
            .replay(&mut |at| progress(Step::Recovery(at)))
            .map(Some)
            .map_err(|mut error| {
                let database = match &mut error {
                    RecoveryError::Target(error) => error.database_mut(),
                    other => other.database_mut(),
                };
                if let Some(database) = database {
                    name_source(database, targets, work);
                }
                error.into()
            })
    }

    /// The recovery that the survey found, of the databases in `map`.
    fn prepared(&self, survey: &Survey, plan: &Plan, map: DatabaseMap) -> Recovery {
        let mut recovery = self.recovery.clone();
        recovery.places = Places {
            base: Some(plan.set.base.clone()),
            ..Places::in_folder(&survey.logs)
        };
        recovery.options.databases = map;
        recovery.options.ignore_checkpoint = survey.earlier.is_some();
        recovery
    }

    /// Gives the recovered databases their names in the output folder, and removes the folder of work.
    fn deliver(
        &self,
        survey: &Survey,
        targets: &[Target<'_>],
        report: Option<&Report>,
        work: &WorkFolder<'_>,
        out: &Path,
    ) -> Result<Vec<Delivered>, JetError> {
        let fs = &*self.recovery.around.fs;
        let ends_early = self.recovery.options.until.is_some();
        let mut databases = Vec::new();
        let mut moves = Vec::new();
        for database in &survey.databases {
            let target = targets
                .iter()
                .find(|target| std::ptr::eq(target.database, database));
            databases.push(match target {
                None => delivered(database, None, Outcome::NotRecovered(NotRecovered::NotAsked)),
                Some(target) => {
                    let from = work.path().join(&target.name);
                    let outcome = outcome(fs, database, &from, report, ends_early);
                    let is_there = !matches!(outcome, Outcome::NotRecovered(_));
                    let to = is_there.then(|| out.join(&target.name));
                    moves.extend(to.clone().map(|to| (from, to)));
                    delivered(database, to, outcome)
                }
            });
        }
        if let Some(error) = nothing_recovered(survey, &databases) {
            return Err(error);
        }
        check_free(fs, out, targets)?;
        move_all(fs, &moves).map_err(io_error)?;
        work.remove().and_then(|()| work.sync_out(out)).map_err(|error| {
            // What is not sure to stay is taken back, so that a next attempt finds the folder as it was.
            moves.iter().for_each(|(_, to)| _ = fs.remove(to));
            io_error(error)
        })?;
        Ok(databases)
    }
}

/// Databases where they were found; others are looked for beside them, then beside the logs.
fn map_in_place(survey: &Survey) -> DatabaseMap {
    let files = || {
        survey
            .databases
            .iter()
            .filter_map(|database| Some((database, database.file.as_deref()?)))
    };
    let mut folders: Vec<PathBuf> = files().map(|(_, file)| folder_of(file)).collect();
    folders.push(survey.logs.clone());
    DatabaseMap {
        entries: files()
            .flat_map(|(database, file)| entries(database, file))
            .collect(),
        folders,
        only_entries: false,
    }
}

/// The paths that a log has for a database, each leading to `path`.
fn entries(database: &Surveyed, path: &Path) -> Vec<(String, PathBuf)> {
    database
        .paths()
        .map(|logged| (logged.to_owned(), path.to_owned()))
        .collect()
}

/// Puts the file in the place of its copy, which nobody will find when they read the error.
fn name_source(database: &mut PathBuf, targets: &[Target<'_>], work: &Path) {
    let target = targets.iter().find(|target| work.join(&target.name) == *database);
    if let Some(file) = target.and_then(|target| target.database.file.as_ref()) {
        file.clone_into(database);
    }
}

fn delivered(database: &Surveyed, path: Option<PathBuf>, outcome: Outcome) -> Delivered {
    Delivered {
        logged: database.logged.clone(),
        source: database.file.clone(),
        path,
        is_wanted: database.is_wanted,
        outcome,
    }
}

/// Renames all files or none.
fn move_all(fs: &dyn FileSystem, moves: &[(PathBuf, PathBuf)]) -> Result<(), jet_io::IoError> {
    for (index, (from, to)) in moves.iter().enumerate() {
        if let Err(error) = fs.rename(from, to) {
            moves.iter().take(index).for_each(|(_, to)| _ = fs.remove(to));
            return Err(error);
        }
    }
    Ok(())
}

/// The databases that are asked for, each with a name that no other one has.
fn targets(survey: &Survey) -> Vec<Target<'_>> {
    let mut targets: Vec<Target<'_>> = Vec::new();
    for database in survey.databases.iter().filter(|database| database.is_wanted) {
        let wanted = name_of(database);
        let is_taken = |name: &str| {
            targets
                .iter()
                .any(|other| other.name.to_lowercase() == name.to_lowercase())
        };
        let numbered = |number: u32| match (number, wanted.rsplit_once('.')) {
            (1, _) => wanted.clone(),
            (number, Some((stem, extension))) => format!("{stem}-{number}.{extension}"),
            (number, None) => format!("{wanted}-{number}"),
        };
        if let Some(name) = (1..).map(numbered).find(|name| !is_taken(name)) {
            targets.push(Target { database, name });
        }
    }
    targets
}

/// The name of the file, or that in the log.
fn name_of(database: &Surveyed) -> String {
    let of_file = database.file.as_deref().and_then(Path::file_name);
    match (of_file, &database.logged) {
        (Some(name), _) => name.to_string_lossy().into_owned(),
        (None, Some(logged)) => file_name(logged).to_owned(),
        (None, None) => "recovered.edb".to_owned(),
    }
}

/// Refuses to overwrite what is there.
fn check_free(fs: &dyn FileSystem, out: &Path, targets: &[Target<'_>]) -> Result<(), JetError> {
    for target in targets {
        let path = out.join(&target.name);
        if fs.exists(&path).map_err(io_error)? {
            return Err(JetError::new(
                JetCode::FILE_ALREADY_EXISTS,
                "looking for room for the recovered databases",
            )
            .at(Location::file(&path))
            .with_hint("name another folder, or take the file away; nothing was changed"));
        }
    }
    Ok(())
}
