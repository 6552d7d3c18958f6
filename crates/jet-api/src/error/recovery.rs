//! Errors of recovery with their code, place and advice.

use jet_btree::edit::ApplyError;
use jet_btree::redo::{Missing, RedoError};
use jet_io::IoError;
use jet_log::recovery::RecoveryError;
use jet_log::writer::LogWriteError;
use jet_pages::checksum::ChecksumError;
use jet_pages::dbheader::DbState;

use super::{JetCode, JetError, Location, map};

impl From<RecoveryError<RedoError>> for JetError {
    fn from(error: RecoveryError<RedoError>) -> Self {
        let error = match error {
            RecoveryError::Log(error) => return error.into(),
            RecoveryError::Io(error) => return of_io(error),
            other => other,
        };
        let told = Self::new(code(&error), "recovering databases from their logs");
        let told = match location(&error) {
            Some(location) => told.at(location),
            None => told,
        };
        let told = match hint(&error) {
            Some(hint) => told.with_hint(hint),
            None => told,
        };
        told.with_source(error)
    }
}

fn of_io(error: IoError) -> JetError {
    let location = match error.offset {
        Some(offset) => Location::offset(&error.path, offset),
        None => Location::file(&error.path),
    };
    JetError::new(map::io(&error.kind), "recovering databases from their logs")
        .at(location)
        .with_source(error)
}

pub(super) fn code(error: &RecoveryError<RedoError>) -> JetCode {
    match error {
        RecoveryError::Io(error) => map::io(&error.kind),
        RecoveryError::Log(error) => map::log(error),
        RecoveryError::Write(error) => log_write(error),
        RecoveryError::Target(error) => redo(error),
        RecoveryError::NoLogs { .. } | RecoveryError::NoCurrentLog { .. } | RecoveryError::NoStart { .. } => {
            JetCode::MISSING_LOG_FILE
        }
        RecoveryError::Gap { .. } => JetCode::INVALID_LOG_SEQUENCE,
        RecoveryError::RequiredLogsMissing { .. } => JetCode::REQUIRED_LOG_FILES_MISSING,
        RecoveryError::CommittedLogsMissing { .. } => JetCode::COMMITTED_LOG_FILES_MISSING,
        RecoveryError::CommittedLogDamaged { .. } => JetCode::COMMITTED_LOG_FILE_CORRUPT,
        RecoveryError::Mismatch { why, .. } => match why {
            jet_log::recovery::Mismatch::Attached { .. } => JetCode::ATTACHED_DATABASE_MISMATCH,
            jet_log::recovery::Mismatch::Consistent { .. } => JetCode::CONSISTENT_TIME_MISMATCH,
        },
        RecoveryError::NotAttached { .. } => JetCode::ATTACHED_DATABASE_MISMATCH,
        RecoveryError::Header { source, .. } => map::header(source),
        RecoveryError::State { state, .. } => match state {
            DbState::IncrementalReseedInProgress => JetCode::DATABASE_INCOMPLETE_INCREMENTAL_RESEED,
            DbState::RevertInProgress => JetCode::DATABASE_INCOMPLETE_REVERT,
            _ => JetCode::DATABASE_CORRUPTED,
        },
        RecoveryError::Backup { .. } => JetCode::SOFT_RECOVERY_ON_BACKUP_DATABASE,
        RecoveryError::PageSize { .. } => JetCode::PAGE_SIZE_MISMATCH,
        RecoveryError::CreateVersion { .. } => JetCode::INVALID_CREATE_DB_VERSION,
        RecoveryError::Attachments { .. } => JetCode::LOG_FILE_CORRUPT,
        RecoveryError::Options(_) => JetCode::INVALID_PARAMETER,
        RecoveryError::LogSize { .. } => JetCode::LOG_FILE_SIZE_MISMATCH_DATABASES_CONSISTENT,
    }
}

fn redo(error: &RedoError) -> JetCode {
    match error {
        RedoError::In { source, .. } => redo(source),
        RedoError::Cache(_) => JetCode::OUT_OF_MEMORY,
        RedoError::Io { source, .. } | RedoError::File(source) => map::io(&source.kind),
        RedoError::Flush(error) => map::io(&error.clone().into_io().kind),
        RedoError::CacheExhausted { .. } => JetCode::OUT_OF_BUFFERS,
        RedoError::NoPage | RedoError::Macro { .. } | RedoError::Image { .. } => JetCode::LOG_FILE_CORRUPT,
        RedoError::Checksum(error) => map::checksum(error),
        RedoError::Unsound { .. } | RedoError::NoNode { .. } | RedoError::TooDeep { .. } => {
            JetCode::DATABASE_CORRUPTED
        }
        RedoError::Missing { why, .. } => match why {
            Missing::BeyondEnd => JetCode::FILE_IO_BEYOND_EOF,
            Missing::Zero => JetCode::PAGE_NOT_INITIALIZED,
            Missing::GivenUp => JetCode::RECOVERY_VERIFY_FAILURE,
        },
        RedoError::TooOld { .. } => JetCode::DB_TIME_TOO_OLD,
        RedoError::TooNew { .. } | RedoError::BeyondMarks { .. } => JetCode::DB_TIME_TOO_NEW,
        RedoError::BeyondNewest { .. } => JetCode::DB_TIME_BEYOND_MAX_REQUIRED,
        RedoError::Apply { source, .. } => match source {
            ApplyError::Record { .. } => JetCode::LOG_FILE_CORRUPT,
            ApplyError::Edit(_) | ApplyError::Difference { .. } | ApplyError::Offset { .. } => {
                JetCode::DATABASE_CORRUPTED
            }
        },
        RedoError::NoOldData { .. } | RedoError::NotUndone { .. } => JetCode::LOG_FILE_CORRUPT,
        RedoError::Log(error) => log_write(error),
    }
}

pub(super) fn log_write(error: &LogWriteError) -> JetCode {
    match error {
        LogWriteError::Io(_) if error.is_disk_full() => JetCode::LOG_DISK_FULL,
        LogWriteError::Io(_) | LogWriteError::Down => JetCode::LOG_WRITE_FAIL,
        LogWriteError::Full { .. } | LogWriteError::TooLarge { .. } | LogWriteError::Record(_) => {
            JetCode::LOG_BUFFER_TOO_SMALL
        }
        LogWriteError::Attachments(_) => JetCode::TOO_MANY_ATTACHED_DATABASES,
        LogWriteError::SequenceEnd { .. } => JetCode::LOG_SEQUENCE_END,
        LogWriteError::Exists { .. } => JetCode::FILE_ACCESS_DENIED,
        LogWriteError::FileSize { .. } => JetCode::INVALID_SETTINGS,
        LogWriteError::Name { .. } => JetCode::LOG_GENERATION_MISMATCH,
        LogWriteError::Log(error) => map::log(error),
    }
}

fn location(error: &RecoveryError<RedoError>) -> Option<Location> {
    match error {
        RecoveryError::NoLogs { folder, .. }
        | RecoveryError::NoStart { folder, .. }
        | RecoveryError::Gap { folder, .. } => Some(Location::file(folder)),
        RecoveryError::NoCurrentLog { path, .. } => Some(Location::file(path)),
        RecoveryError::RequiredLogsMissing { database, .. }
        | RecoveryError::CommittedLogsMissing { database, .. }
        | RecoveryError::Mismatch { database, .. }
        | RecoveryError::Header { database, .. }
        | RecoveryError::State { database, .. }
        | RecoveryError::Backup { database, .. }
        | RecoveryError::PageSize { database, .. } => Some(Location::file(database)),
        RecoveryError::Target(RedoError::In { path, page, .. }) => Some(match page {
            Some((pgno, offset)) => Location::page(path, pgno.0, *offset),
            None => Location::file(path),
        }),
        _ => None,
    }
}

/// What to do next, where this place knows more than the advice of the code.
fn hint(error: &RecoveryError<RedoError>) -> Option<String> {
    match error {
        RecoveryError::NoCurrentLog { path, .. } => Some(format!(
            "find {} and put it beside the other logs; without it, committed transactions may be lost: --allow-loss accepts that",
            path.display()
        )),
        RecoveryError::NoStart { generation, .. } => Some(format!(
            "find the log of generation {generation}, or take the checkpoint away if all changes from before are in the databases"
        )),
        RecoveryError::Gap { missing, .. } => Some(format!("find the log of generation {missing}")),
        RecoveryError::RequiredLogsMissing { first, last, .. } => Some(format!(
            "put the logs of generations {first} to {last} beside the others, or name their folder with --logs; without them only a repair is possible"
        )),
        RecoveryError::CommittedLogsMissing { last, reached, .. } => Some(format!(
            "find the logs behind generation {reached}, up to {last}; --allow-loss goes on without them, and what was committed there is lost"
        )),
        RecoveryError::CommittedLogDamaged { generation, .. } => Some(format!(
            "find a sound copy of the log of generation {generation}; --allow-loss goes on without it, and what was committed there is lost"
        )),
        RecoveryError::Mismatch { at, why, .. } => Some(match why.is_older() {
            true => format!(
                "the logs begin too late for this copy of the database: put those before generation {} beside the others, or take a newer copy",
                at.generation
            ),
            false => "take an older copy of the database, or the one that belongs to these logs".to_owned(),
        }),
        RecoveryError::NotAttached { logged, .. } => Some(format!(
            "put the database {logged:?} beside the logs, or say where it lies"
        )),
        RecoveryError::Options(_) => {
            Some("name an output folder (--out), or the base name of the stream (--base)".to_owned())
        }
        RecoveryError::Target(RedoError::In { source, .. }) => redo_hint(source),
        _ => None,
    }
}

fn redo_hint(error: &RedoError) -> Option<String> {
    match error {
        RedoError::Checksum(ChecksumError::BitFlip { .. }) => Some(
            "one flipped bit would explain it, and so can a write that a crash tore: restore the page or the file from a \
             backup; --mend-bits takes it for a flipped bit and goes on"
                .to_owned(),
        ),
        RedoError::CacheExhausted { .. } => Some("give the recovery more memory: --cache".to_owned()),
        _ => None,
    }
}
