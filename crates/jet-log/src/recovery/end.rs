//! The end of redo: is everything there that the databases need?

use super::RecoveryError;
use super::databases::{Databases, SlotState};
use super::error::{Deferral, LogsGot};
use super::redo::{Last, Need};
use crate::record::RecordKind;
use crate::{Generation, LogHeader};

impl Databases<'_> {
    /// What the attached databases need of logs above `generation`.
    pub(super) fn need_above(&self, generation: Generation) -> Need {
        let mut need = Need::Nothing;
        for (_, _, attached) in self.attached() {
            if attached.required > generation {
                return Need::Required;
            }
            if attached.committed > generation {
                need = Need::Committed;
            }
        }
        need
    }

    /// Refuses to go on without logs of committed transactions.
    pub(super) fn committed_missing<E>(&self, reached: Generation) -> Result<(), RecoveryError<E>> {
        let missing = self
            .attached()
            .find(|(.., attached)| attached.committed > reached);
        match missing {
            Some((.., attached)) => Err(RecoveryError::CommittedLogsMissing {
                database: attached.file.path().to_owned(),
                last: attached.committed,
                reached,
            }),
            None => Ok(()),
        }
    }

    /// Whether every attached database got the logs without which it is not usable. `last`: header of the last log.
    pub(super) fn check_required<E>(
        &self,
        reached: Generation,
        last: Option<&LogHeader>,
    ) -> Result<(), RecoveryError<E>> {
        for (_, _, attached) in self.attached() {
            let got = match last {
                _ if attached.required > reached => LogsGot::Until(reached),
                Some(last)
                    if attached.required == reached
                        && attached.required_created.is_set()
                        && attached.required_created.canonical() != last.created.canonical() =>
                {
                    LogsGot::Other(reached)
                }
                _ => continue,
            };
            let header = attached.file.header();
            return Err(RecoveryError::RequiredLogsMissing {
                database: attached.file.path().to_owned(),
                first: Generation(header.generation_min_required.get()),
                last: attached.required,
                got,
            });
        }
        Ok(())
    }

    /// Whether a database that the log told of was found in the end. A log that ends with the mark that all pages are on
    /// the disk asks for none.
    pub(super) fn check_found<E>(&self, last: &Last, ignore_missing: bool) -> Result<(), RecoveryError<E>> {
        if ignore_missing || last.kind == RecordKind::ShutDownMark {
            return Ok(());
        }
        let lost = self.slots().find_map(|slot| match slot.state {
            SlotState::Deferred(Deferral::Newer | Deferral::AttachedLater) => None,
            SlotState::Deferred(why) => Some((slot.logged.clone(), why)),
            _ => None,
        });
        match lost {
            Some((logged, why)) => Err(RecoveryError::NotAttached { logged, why }),
            None => Ok(()),
        }
    }
}
