//! What became of each database of a [`FileRecovery`](super::FileRecovery).

use std::path::{Path, PathBuf};

use jet_io::FileSystem;
use jet_log::recovery::{Deferral, Ended, Report};
use jet_pages::dbheader::DbState;

use super::candidate::Candidate;
use super::files::{Survey, Surveyed};
use crate::{JetCode, JetError, Location};

/// What a recovery delivered.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// What there was to recover.
    pub survey: Survey,
    /// What redo and undo did; `None`: there were no logs, and none was needed.
    pub report: Option<Report>,
    /// What became of the databases.
    pub databases: Vec<Delivered>,
}

impl Delivery {
    /// Whether every database that was asked for is there.
    pub fn is_complete(&self) -> bool {
        let is_bad = |database: &Delivered| {
            let is_missing = match database.outcome {
                Outcome::Recovered(_) | Outcome::Unchanged => false,
                Outcome::NotRecovered(why) => why != NotRecovered::NotThere,
            };
            database.is_wanted && is_missing
        };
        !self.databases.iter().any(is_bad)
    }
}

/// A database of a [`Delivery`].
#[derive(Clone, Debug)]
pub struct Delivered {
    /// Its path in the log, the last one of several; `None`: no log tells of it.
    pub logged: Option<String>,
    /// The file it comes from; `None`: the log created it, or there is none.
    pub source: Option<PathBuf>,
    /// Where it is now; `None`: nowhere.
    pub path: Option<PathBuf>,
    /// Whether it was asked for.
    pub is_wanted: bool,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Redo brought it up to the end.
    Recovered(Ended),
    /// It is complete, and the logs have nothing more for it.
    Unchanged,
    /// It is as it was before, and not complete; or it is not there.
    NotRecovered(NotRecovered),
}

/// Why a database was not recovered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotRecovered {
    /// The log tells of it, but the file does not fit, or there is none.
    Deferred(Deferral),
    /// It needs logs, and those that are there do not tell of it.
    NotTold,
    /// Its file does not exist, and need not: where redo ended it was not created, or no longer in use.
    NotThere,
    /// Nobody asked for it.
    NotAsked,
}

impl core::fmt::Display for NotRecovered {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Deferred(why) => why.fmt(f),
            Self::NotTold => f.write_str("it needs logs, and those here do not tell of it"),
            Self::NotThere => f.write_str("where redo ended it was not created, or no longer in use"),
            Self::NotAsked => f.write_str("another database was asked for"),
        }
    }
}

/// Finds out what became of a database whose file is at `path` now. `ends_early`: redo ended before the log did.
pub(super) fn outcome(
    fs: &dyn FileSystem,
    database: &Surveyed,
    path: &Path,
    report: Option<&Report>,
    ends_early: bool,
) -> Outcome {
    let told = || report.iter().flat_map(|report| &report.databases);
    let ended = told().find(|told| told.path.as_deref() == Some(path));
    if let Some(Ok(ended)) = ended.map(|told| told.outcome) {
        return Outcome::Recovered(ended);
    }
    let is_its = |logged: &str| database.paths().any(|path| path.eq_ignore_ascii_case(logged));
    let deferral = told()
        .filter(|told| is_its(&told.logged))
        .find_map(|told| told.outcome.err());
    let state = Candidate::read(fs, path).ok().and_then(|file| file.state());
    let has_all = matches!(deferral, None | Some(Deferral::Newer | Deferral::AttachedLater));
    match (state, deferral) {
        (Some(DbState::CleanShutdown), None) => Outcome::Unchanged,
        (Some(DbState::CleanShutdown), _) if has_all && !ends_early => Outcome::Unchanged,
        (_, Some(why)) => Outcome::NotRecovered(NotRecovered::Deferred(why)),
        (Some(_), None) => Outcome::NotRecovered(NotRecovered::NotTold),
        (None, None) => Outcome::NotRecovered(NotRecovered::NotThere),
    }
}

/// The error of a recovery after which nothing that was asked for is there.
pub(super) fn nothing_recovered(survey: &Survey, databases: &[Delivered]) -> Option<JetError> {
    let wanted = || databases.iter().filter(|database| database.is_wanted);
    let all = wanted().all(|database| matches!(database.outcome, Outcome::NotRecovered(_)));
    let (database, surveyed) = databases
        .iter()
        .zip(&survey.databases)
        .find(|(database, _)| database.is_wanted)
        .filter(|_| all)?;
    let Outcome::NotRecovered(why) = database.outcome else {
        return None;
    };
    let path = database.source.as_deref().unwrap_or(&survey.logs);
    let mismatch = |hint: &'static str| {
        JetError::new(
            JetCode::ATTACHED_DATABASE_MISMATCH,
            "recovering databases from their logs",
        )
        .at(Location::file(path))
        .with_source(std::io::Error::other(why.to_string()))
        .with_hint(hint)
    };
    Some(match why {
        NotRecovered::NotTold => {
            let stream = survey.plan.as_ref().map(|plan| plan.set.base.as_str());
            surveyed.not_told(&survey.logs, stream)
        }
        NotRecovered::Deferred(Deferral::Newer | Deferral::AttachedLater) => mismatch(
            "take an older copy of the database: logs lead forward only, and this copy is beyond the place where redo was to end",
        ),
        _ => mismatch("take the database that belongs to these logs, or the logs that belong to it"),
    })
}
