//! Refusals of the rules of instances and sessions with their code.

use jet_session::SessionError;

use super::{JetError, map};

impl From<SessionError> for JetError {
    fn from(error: SessionError) -> Self {
        Self::new(map::session(&error), "entering a call").with_source(error)
    }
}

#[cfg(test)]
mod tests {
    use jet_session::{Argument, DatabaseError, Fatal, PathRole};

    use super::*;

    /// Numbers as the reference has them.
    #[test]
    fn refusals_have_the_numbers_of_the_reference() {
        for (error, number) in [
            (SessionError::InvalidParameter(Argument::Output), -1003),
            (SessionError::InvalidOptions, -900),
            (SessionError::InvalidSession, -1104),
            (SessionError::InvalidInstance, -1115),
            (SessionError::SingleInstanceMode, -1080),
            (SessionError::MultiInstanceMode, -1081),
            (SessionError::NameInUse, -1086),
            (SessionError::TooManyInstances { limit: 16 }, -1214),
            (SessionError::PathInUse(PathRole::System), -1083),
            (SessionError::PathInUse(PathRole::Log), -1084),
            (SessionError::PathInUse(PathRole::Temp), -1085),
            (SessionError::NotInitialized, -1029),
            (SessionError::AlreadyInitialized, -1030),
            (SessionError::InitInProgress, -1031),
            (SessionError::TermInProgress, -1000),
            (SessionError::RestoreInProgress, -506),
            (SessionError::ServiceStopped, -1329),
            (SessionError::Unavailable(Fatal::Failure), -1090),
            (SessionError::Unavailable(Fatal::LogDiskFull), -1092),
            (SessionError::TooManyActiveUsers, -1059),
            (SessionError::DirtyShutdown, -1116),
            (SessionError::OutOfSessions { limit: 16 }, -1101),
            (SessionError::OutOfMemory, -1011),
            (SessionError::SharingViolation, -1910),
            (SessionError::SessionInUse, -1914),
            (SessionError::ContextAlreadySet, -1912),
            (SessionError::ContextNotSetByThisThread, -1913),
            (SessionError::NotInTransaction, -1054),
            (SessionError::TransactionTooDeep, -1103),
            (SessionError::TransactionReadOnly, -1110),
            (SessionError::MustRollback, -1057),
            (SessionError::RollbackFailed, -1917),
            (SessionError::InvalidSessionParameter, -1093),
            (SessionError::InvalidBufferSize { expected: 4 }, -1047),
            (SessionError::BufferTooSmall { needed: 4 }, -1038),
            (SessionError::NotAvailable, -1001),
            (SessionError::Database(DatabaseError::InvalidPath), -1217),
            (SessionError::Database(DatabaseError::InvalidPages), -1205),
            (SessionError::Database(DatabaseError::NeedsVersions), -1208),
            (SessionError::Database(DatabaseError::NotAttached), -1203),
            (SessionError::Database(DatabaseError::NotOpen), -1010),
            (SessionError::Database(DatabaseError::OnePerSession), -1916),
            (SessionError::Database(DatabaseError::Locked), -1207),
            (SessionError::Database(DatabaseError::InUse), -1202),
            (SessionError::Database(DatabaseError::ReadOnly), -1008),
            (SessionError::FormatVersionTooLow(1), -619),
            (SessionError::FormatVersionTooHigh(1), -620),
        ] {
            assert_eq!(JetError::from(error).code().number(), number, "{error}");
        }
    }
}
