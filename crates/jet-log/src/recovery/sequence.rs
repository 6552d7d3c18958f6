//! The logs one after the other, each checked before its records are used.

use jet_io::FileSystem;

use super::RecoveryError;
use super::plan::Plan;
use crate::chain::{check_link, check_name};
use crate::{Expected, Generation, LogError, LogFile};

/// The logs from the start of redo on.
#[derive(Debug)]
pub(super) struct Sequence<'p> {
    fs: &'p dyn FileSystem,
    plan: &'p Plan,
    expected: Expected,
    before: Option<LogFile>,
}

/// What comes next.
#[derive(Debug)]
pub(super) enum Next {
    /// A log.
    Log(Box<LogFile>),
    /// No log: the one before was the last.
    End,
    /// A log that cannot be used; nothing behind it can.
    Unusable {
        /// Its generation.
        generation: Generation,
        /// Why.
        why: Unusable,
    },
}

/// Why a log cannot be used.
#[derive(Debug)]
pub(super) enum Unusable {
    /// It is damaged, foreign, or does not follow the one before.
    Log(LogError),
    /// It is missing, but a later one is there.
    Gap(Generation),
}

impl<'p> Sequence<'p> {
    pub(super) fn new(fs: &'p dyn FileSystem, plan: &'p Plan, expected: Expected) -> Self {
        let expected = Expected {
            signature: Some(plan.signature),
            file_bytes: None,
            ..expected
        };
        Self {
            fs,
            plan,
            expected,
            before: None,
        }
    }

    /// The next log. Damage behind its first sectors is no reason to leave it out: its records end there.
    pub(super) fn next<E>(&mut self) -> Result<Next, RecoveryError<E>> {
        let generation = match &self.before {
            None => self.plan.start.generation,
            Some(before) => match before.generation().next() {
                Some(next) => next,
                None => return Ok(Next::End),
            },
        };
        let Some(path) = self.plan.log_of(generation) else {
            return Ok(match self.plan.next_above(generation) {
                Some(found) => Next::Unusable {
                    generation,
                    why: Unusable::Gap(found),
                },
                None => Next::End,
            });
        };
        let opened = LogFile::open(self.fs, path).and_then(|file| {
            self.check(&file)?;
            Ok(file)
        });
        Ok(match opened {
            Ok(file) => Next::Log(Box::new(file)),
            Err(LogError::Io(error)) => return Err(error.into()),
            Err(error) => Next::Unusable {
                generation,
                why: Unusable::Log(error),
            },
        })
    }

    /// Gives a log back whose records are done: the next one must follow it.
    pub(super) fn done(&mut self, file: LogFile) {
        self.before = Some(file);
    }

    /// The last log whose records are done.
    pub(super) fn into_last(self) -> Option<LogFile> {
        self.before
    }

    fn check(&self, file: &LogFile) -> Result<(), LogError> {
        let (path, generation) = (file.path(), file.generation());
        let chain = |source| LogError::Chain {
            path: path.to_owned(),
            source,
        };
        file.header()
            .check_stream(&self.expected, file.file_bytes())
            .map_err(|source| LogError::Stream {
                path: path.to_owned(),
                generation,
                source,
            })?;
        let named = self
            .plan
            .set
            .closed
            .iter()
            .find(|(_, closed)| closed == path)
            .map(|(number, _)| *number);
        check_name(named, file).map_err(chain)?;
        match &self.before {
            Some(before) => check_link(before, file).map_err(chain),
            None => Ok(()),
        }
    }
}
