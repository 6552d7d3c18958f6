//! Recovery of database files as one finds them: under some name, in some folder, with the logs beside them or elsewhere,
//! and perhaps older than the checkpoint.
//!
//! [`FileRecovery::survey`] finds out which file is which database of the log, and from where redo must start for them.

use std::path::{Path, PathBuf};

use jet_io::FileKind;
use jet_log::recovery::{DatabaseMap, Places, Plan, RecoveryError, ToldDatabase};
use jet_log::{Generation, LogFile, LogSet};
use jet_pages::dbheader::{DbState, Signature};

use super::candidate::Candidate;
use super::{Recovery, io_error};
use crate::{JetCode, JetError, Location};

/// A recovery of a database file, or of all databases in a folder.
///
/// ```no_run
/// use jet_api::recover::FileRecovery;
///
/// // Copies are recovered; neither the database nor a log changes.
/// let delivery = FileRecovery::new("evidence/SRUDB.dat").run_into("recovered".as_ref(), &mut |_| {})?;
/// for database in &delivery.databases {
///     println!("{:?}: {:?}", database.path, database.outcome);
/// }
/// # Ok::<(), jet_api::JetError>(())
/// ```
#[derive(Clone, Debug)]
pub struct FileRecovery {
    path: PathBuf,
    logs: Option<PathBuf>,
    base: Option<String>,
    pub(super) recovery: Recovery,
}

/// What there is to recover.
#[derive(Clone, Debug)]
pub struct Survey {
    /// What redo would do; `None`: there are no logs.
    pub plan: Option<Plan>,
    /// Folder of the logs.
    pub logs: PathBuf,
    /// The databases that the logs tell of from the start of redo on, and those files that belong to the stream besides.
    pub databases: Vec<Surveyed>,
    /// Why redo does not start where the checkpoint says, if so.
    pub earlier: Option<EarlierStart>,
}

/// A database of a [`Survey`].
#[derive(Clone, Debug)]
pub struct Surveyed {
    /// Its path in the log; `None`: no log tells of it.
    pub logged: Option<String>,
    /// Other paths that it had in the log.
    pub aliases: Vec<String>,
    /// Its identity, as far as the log or a header tells.
    pub identity: Option<Signature>,
    /// The file; `None`: there is none.
    pub file: Option<PathBuf>,
    /// State by the header of the file; `None` without a file, or when the header cannot be read.
    pub state: Option<DbState>,
    /// First and last generation that the file needs to be usable.
    pub required: Option<(Generation, Generation)>,
    /// A record of the logs creates it, so that it comes back without a file.
    pub is_created: bool,
    /// Whether it was asked for.
    pub is_wanted: bool,
}

/// Why redo starts with the oldest log, and not where the checkpoint says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EarlierStart {
    /// This file is older than the checkpoint.
    OlderFile(PathBuf),
    /// There is no file of any database: only their creation brings them back.
    NoFile,
    /// Redo is to end earlier than the log does.
    EarlierEnd,
}

impl FileRecovery {
    /// `path`: a database file, or a folder of them.
    pub fn new(path: impl AsRef<Path>) -> Self {
        Self {
            path: path.as_ref().to_owned(),
            logs: None,
            base: None,
            recovery: Recovery::new(Places::in_folder(Path::new("")), DatabaseMap::default()),
        }
    }

    /// Folder of the logs and the checkpoint, unless they lie beside the databases.
    #[must_use]
    pub fn logs(mut self, folder: impl AsRef<Path>) -> Self {
        self.logs = Some(folder.as_ref().to_owned());
        self
    }

    /// The stream with this base name, where there are several.
    #[must_use]
    pub fn base(mut self, base: impl Into<String>) -> Self {
        self.base = Some(base.into());
        self
    }

    /// Changes the other options: where redo ends, what may be lost, memory, surroundings.
    #[must_use]
    pub fn options(mut self, change: impl FnOnce(Recovery) -> Recovery) -> Self {
        self.recovery = change(self.recovery);
        self
    }

    /// Finds out what there is to recover. Changes nothing. Reads the logs from the start of redo on.
    ///
    /// # Errors
    /// As [`Recovery::plan`], except that missing logs are none; what reading the file gives when one was named.
    pub fn survey(&self) -> Result<Survey, JetError> {
        let fs = &*self.recovery.around.fs;
        let is_folder = fs.metadata(&self.path).map_err(io_error)?.kind == FileKind::Directory;
        let found = match is_folder {
            true => Candidate::in_folder(fs, &self.path)?,
            false => vec![Candidate::read(fs, &self.path)?],
        };
        let mut search = Search {
            recovery: self.placed(is_folder, &found)?,
            is_folder,
            found,
        };
        let logs = search.recovery.places.logs.clone();
        let Some(plan) = search.plan()? else {
            let databases = search.without_logs();
            let (plan, earlier) = (None, None);
            return Ok(Survey {
                plan,
                logs,
                databases,
                earlier,
            });
        };
        let earlier = search.earlier_start(&plan);
        let plan = match &earlier {
            None => plan,
            Some(_) => {
                search.recovery.options.ignore_checkpoint = true;
                search.plan()?.unwrap_or(plan)
            }
        };
        let databases = search.match_files(&plan);
        Ok(Survey {
            plan: Some(plan),
            logs,
            databases,
            earlier,
        })
    }

    /// The recovery with its places; what becomes of the databases is still to be said.
    fn placed(&self, is_folder: bool, found: &[Candidate]) -> Result<Recovery, JetError> {
        let logs = self.logs_folder(is_folder);
        let base = match (&self.base, found) {
            (None, [database]) if !is_folder => self.base_of(&logs, database)?,
            (base, _) => base.clone(),
        };
        let mut recovery = self.recovery.clone();
        recovery.places = Places {
            base,
            ..Places::in_folder(&logs)
        };
        Ok(recovery)
    }

    /// Where the logs lie: as told, else beside the databases.
    fn logs_folder(&self, is_folder: bool) -> PathBuf {
        match (&self.logs, is_folder) {
            (Some(logs), _) => logs.clone(),
            (None, true) => self.path.clone(),
            (None, false) => folder_of(&self.path),
        }
    }

    /// Base name of the stream that a file belongs to, where there are several.
    fn base_of(&self, logs: &Path, database: &Candidate) -> Result<Option<String>, JetError> {
        let fs = &*self.recovery.around.fs;
        let sets = LogSet::find(fs, logs)?;
        let is_its = |set: &LogSet| {
            let first = set.logs().next().map(|(_, path)| LogFile::open(fs, path));
            matches!(first, Some(Ok(file)) if database.is_of_stream(&file.header().signature))
        };
        Ok(match sets.as_slice() {
            [] | [_] => None,
            sets => sets.iter().find(|set| is_its(set)).map(|set| set.base.clone()),
        })
    }
}

/// A survey under way.
struct Search {
    recovery: Recovery,
    is_folder: bool,
    found: Vec<Candidate>,
}

impl Search {
    /// `None`: there are no logs.
    fn plan(&self) -> Result<Option<Plan>, JetError> {
        let recovery = &self.recovery;
        match Plan::make(&*recovery.around.fs, &recovery.places, &recovery.options) {
            Ok(plan) => Ok(Some(plan)),
            Err(RecoveryError::NoLogs { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether redo must start before the checkpoint, and why.
    fn earlier_start(&self, plan: &Plan) -> Option<EarlierStart> {
        plan.checkpoint.as_ref()?;
        if self.recovery.options.until.is_some() {
            return Some(EarlierStart::EarlierEnd);
        }
        let lacking = self.found.iter().filter_map(Candidate::lacks_from);
        let from = lacking.fold(plan.start.generation, Generation::min);
        let told = plan.told_databases(&*self.recovery.around.fs, from);
        let mut theirs = self.found.iter().filter(|found| self.is_ours(found, plan, &told));
        match theirs.clone().find(|found| found.is_behind(plan, &told)) {
            Some(behind) => Some(EarlierStart::OlderFile(behind.path.clone())),
            None if theirs.next().is_none() && self.is_folder => Some(EarlierStart::NoFile),
            None => None,
        }
    }

    /// Whether a file is a database of the stream.
    fn is_ours(&self, file: &Candidate, plan: &Plan, told: &[ToldDatabase]) -> bool {
        let is_told = |told: &ToldDatabase| {
            file.is_database(&told.signature) || file.header.is_none() && file.is_named(&told.logged)
        };
        !self.is_folder || file.is_of_stream(&plan.signature) || told.iter().any(is_told)
    }

    /// Which file is which database of the log.
    fn match_files(&self, plan: &Plan) -> Vec<Surveyed> {
        let mut told = plan.told_databases(&*self.recovery.around.fs, plan.start.generation);
        // What was attached last counts where a path or a database comes twice.
        told.sort_by_key(|told| std::cmp::Reverse(told.attached));
        let mut databases: Vec<Surveyed> = Vec::new();
        let mut is_used = vec![false; self.found.len()];
        for database in &told {
            if let Some(known) = databases.iter_mut().find(|known| known.is(&database.signature)) {
                known.aliases.push(database.logged.clone());
                known.is_created |= database.created.is_some();
                continue;
            }
            let index = self.file_of(database, &told);
            if let Some(used) = index.and_then(|index| is_used.get_mut(index)) {
                *used = true;
            }
            let file = index.and_then(|index| self.found.get(index));
            // Where all ended well, nothing comes back without its file.
            if file.is_some() || !plan.is_ended {
                databases.push(self.surveyed(Some(database), file));
            }
        }
        let unused = self.found.iter().zip(is_used).filter(|(_, is_used)| !is_used);
        for (file, _) in unused {
            let is_temporary = file.state() == Some(DbState::JustCreated);
            let is_ours = file.is_of_stream(&plan.signature) && !is_temporary;
            if is_ours || !self.is_folder {
                databases.push(self.surveyed(None, Some(file)));
            }
        }
        databases
    }

    /// Number of the file that is this database: the one with its name and identity, else with its identity, else with
    /// its name, else the only one of the only one.
    fn file_of(&self, database: &ToldDatabase, all: &[ToldDatabase]) -> Option<usize> {
        let position = |is_it: &dyn Fn(&Candidate) -> bool| self.found.iter().position(is_it);
        let is_named = |file: &Candidate| file.is_named(&database.logged);
        let is_database = |file: &Candidate| file.is_database(&database.signature);
        let is_other = |file: &Candidate| {
            let others = all
                .iter()
                .filter(|other| !other.signature.matches(&database.signature));
            others.clone().any(|other| file.is_database(&other.signature))
        };
        position(&|file| is_named(file) && is_database(file))
            .or_else(|| position(&is_database))
            .or_else(|| position(&|file| is_named(file) && !is_other(file)))
            .or_else(|| (!self.is_folder && all.len() == 1).then_some(0))
    }

    /// Files without any log: complete, or beyond help.
    fn without_logs(&self) -> Vec<Surveyed> {
        let readable = self.found.iter().filter(|file| file.header.is_some());
        readable.map(|file| self.surveyed(None, Some(file))).collect()
    }

    fn surveyed(&self, told: Option<&ToldDatabase>, file: Option<&Candidate>) -> Surveyed {
        Surveyed {
            logged: told.map(|told| told.logged.clone()),
            aliases: Vec::new(),
            identity: told.map(|told| told.signature).or_else(|| {
                let header = file.and_then(|file| file.header.as_ref());
                header.map(|header| header.db_signature)
            }),
            file: file.map(|file| file.path.clone()),
            state: file.and_then(Candidate::state),
            required: file.and_then(Candidate::required),
            is_created: told.is_some_and(|told| told.created.is_some()),
            is_wanted: self.is_folder || file.is_some(),
        }
    }
}

impl Survey {
    /// Whether anything can be recovered at all.
    ///
    /// # Errors
    /// `JET_errMissingLogFile` where there is nothing, `JET_errDatabaseDirtyShutdown` for a file that needs logs of which
    /// there are none.
    pub fn check(&self) -> Result<(), JetError> {
        let stream = self.plan.as_ref().map(|plan| plan.set.base.as_str());
        if self.databases.iter().all(|database| !database.is_wanted) {
            return Err(
                JetError::new(JetCode::MISSING_LOG_FILE, "looking for databases and their logs")
                    .at(Location::file(&self.logs))
                    .with_hint("name a database file, or the folder that holds databases and logs; --logs names another folder of logs"),
            );
        }
        let wanted = || self.databases.iter().filter(|database| database.is_wanted);
        let is_hopeless = |database: &&Surveyed| {
            database.logged.is_none() && database.state != Some(DbState::CleanShutdown)
        };
        match wanted().find(is_hopeless) {
            Some(database) if wanted().all(|database| is_hopeless(&database)) => {
                Err(database.not_told(&self.logs, stream))
            }
            _ => Ok(()),
        }
    }
}

impl Surveyed {
    fn is(&self, identity: &Signature) -> bool {
        self.identity.is_some_and(|own| own.matches(identity))
    }

    /// Its paths in the log, the last one first.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.logged.iter().chain(&self.aliases).map(String::as_str)
    }

    /// The error of a file that needs logs of which none is there.
    pub(super) fn not_told(&self, logs: &Path, stream: Option<&str>) -> JetError {
        let needed = match self.required {
            Some((first, last)) if first == last => format!("the log of generation {first}"),
            Some((first, last)) => format!("the logs of generations {first} to {last}"),
            None => "its logs".to_owned(),
        };
        let what = match stream {
            Some(base) => format!("the logs {base}*.log there are of another database or another time; "),
            None => String::new(),
        };
        let hint = format!(
            "{what}put {needed} into {}, or name the folder that has them with --logs; without them only a repair is possible",
            logs.display()
        );
        let path = self.file.as_deref().unwrap_or(logs);
        JetError::new(
            JetCode::DATABASE_DIRTY_SHUTDOWN,
            "looking for the logs that the database needs",
        )
        .at(Location::file(path))
        .with_hint(hint)
    }
}

/// The folder that a file lies in.
pub(super) fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}
