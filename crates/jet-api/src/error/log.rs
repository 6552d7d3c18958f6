//! Errors of logs and checkpoints with their code and place.

use std::path::Path;

use jet_log::LogError;

use super::{JetError, Location, map};

impl From<LogError> for JetError {
    fn from(error: LogError) -> Self {
        let (code, location) = (map::log(&error), location(&error));
        Self::new(code, "reading a log").at(location).with_source(error)
    }
}

fn location(error: &LogError) -> Location {
    match error {
        LogError::Io(error) => place(&error.path, error.offset),
        LogError::Sector { path, offset, .. }
        | LogError::Record { path, offset, .. }
        | LogError::Fragment { path, offset, .. } => Location::offset(path, *offset),
        LogError::Header { path, .. } => Location::offset(path, 0),
        LogError::Stream { path, .. } | LogError::Chain { path, .. } | LogError::Checkpoint { path, .. } => {
            Location::file(path)
        }
    }
}

fn place(path: &Path, offset: Option<u64>) -> Location {
    match offset {
        Some(offset) => Location::offset(path, offset),
        None => Location::file(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::JetCode;
    use jet_log::LogFile;

    #[test]
    fn a_short_file_is_a_corrupt_log_at_its_start() {
        let error = JetError::from(LogFile::from_bytes(Path::new("edb.log"), b"short").unwrap_err());
        assert_eq!(error.code(), JetCode::LOG_FILE_CORRUPT);
        assert_eq!(error.location(), Some(&Location::offset(Path::new("edb.log"), 0)));
        assert!(error.to_string().contains("it has 5 bytes"), "{error}");
    }
}
