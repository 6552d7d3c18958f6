//! The gate of an instance: in which phase it is, and whether a call may pass.
//!
//! Invariants:
//! - a call first says that it is inside and then looks at the phase; who ends the instance first changes the phase and
//!   then looks who is inside. All of it is sequentially consistent, so at least one of the two sees the other
//! - a full stop and a fatal error are never taken back

use core::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering::SeqCst};

use crate::error::{Fatal, SessionError};

/// Where an instance is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Phase {
    /// Made; parameters can be set.
    Allocated,
    /// Being initialised.
    Initializing,
    /// Being restored from a backup.
    Restoring,
    /// In service.
    Running,
    /// Being ended.
    Terminating,
    /// Ended; nothing can be done with it.
    Gone,
}

impl Phase {
    const ALL: [Self; 6] = [
        Self::Allocated,
        Self::Initializing,
        Self::Restoring,
        Self::Running,
        Self::Terminating,
        Self::Gone,
    ];
}

/// How many instances a process has, and how many of them are being ended: a call whose instance shares the fate of
/// all is told the more general reason.
#[derive(Debug, Default)]
pub(crate) struct Census {
    /// Existing ones in the high half, those being ended in the low half: one look sees both.
    counts: AtomicU64,
}

const ONE_EXISTING: u64 = 1 << 32;

impl Census {
    pub(crate) fn add(&self) {
        self.counts.fetch_add(ONE_EXISTING, SeqCst);
    }

    pub(crate) fn remove(&self) {
        self.counts.fetch_sub(ONE_EXISTING, SeqCst);
    }

    pub(crate) fn begin_end(&self) {
        self.counts.fetch_add(1, SeqCst);
    }

    /// The end is over or was refused; comes before the instance is removed.
    pub(crate) fn finish_end(&self) {
        self.counts.fetch_sub(1, SeqCst);
    }

    /// Whether there is an instance, and one that is not being ended.
    fn check(&self) -> Result<(), SessionError> {
        let counts = self.counts.load(SeqCst);
        let (existing, ending) = (counts >> 32, counts & (ONE_EXISTING - 1));
        match existing {
            0 => Err(SessionError::NotInitialized),
            existing if ending >= existing => Err(SessionError::TermInProgress),
            _ => Ok(()),
        }
    }
}

/// Whether a call passes a full stop of service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// It is refused then.
    Service,
    /// It is let through: it closes, undoes or only looks.
    AfterStop,
}

/// See the [module](self).
#[derive(Debug)]
pub(crate) struct Gate {
    phase: AtomicU8,
    is_stopped: AtomicBool,
    /// 0 none, 1 failure, 2 full log disk.
    fatal: AtomicU8,
    /// Calls by instance that are inside.
    calls: AtomicUsize,
}

impl Gate {
    pub(crate) const fn new() -> Self {
        Self {
            phase: AtomicU8::new(Phase::Allocated as u8),
            is_stopped: AtomicBool::new(false),
            fatal: AtomicU8::new(0),
            calls: AtomicUsize::new(0),
        }
    }

    pub(crate) fn phase(&self) -> Phase {
        let number = usize::from(self.phase.load(SeqCst));
        Phase::ALL.get(number).copied().unwrap_or(Phase::Gone)
    }

    /// Goes from one phase to the next unless somebody was faster.
    ///
    /// # Errors
    /// The phase that it is in instead.
    pub(crate) fn advance(&self, from: Phase, to: Phase) -> Result<(), Phase> {
        let moved = self.phase.compare_exchange(from as u8, to as u8, SeqCst, SeqCst);
        moved.map(|_| ()).map_err(|_| self.phase())
    }

    pub(crate) fn stop(&self) {
        self.is_stopped.store(true, SeqCst);
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.is_stopped.load(SeqCst)
    }

    /// The first reason stays.
    pub(crate) fn fail(&self, fatal: Fatal) {
        let number = match fatal {
            Fatal::Failure => 1,
            Fatal::LogDiskFull => 2,
        };
        let _ = self.fatal.compare_exchange(0, number, SeqCst, SeqCst);
    }

    pub(crate) fn fatal(&self) -> Option<Fatal> {
        match self.fatal.load(SeqCst) {
            0 => None,
            1 => Some(Fatal::Failure),
            _ => Some(Fatal::LogDiskFull),
        }
    }

    /// Whether a call by session may pass, by the order of the rules.
    pub(crate) fn check_session(&self, entry: Entry, census: &Census) -> Result<(), SessionError> {
        if self.phase() == Phase::Gone {
            return Err(SessionError::NotInitialized);
        }
        census.check()?;
        self.check(entry)
    }

    /// Whether a call that needs service may pass.
    pub(crate) fn check(&self, entry: Entry) -> Result<(), SessionError> {
        if entry == Entry::Service && self.is_stopped() {
            return Err(SessionError::ServiceStopped);
        }
        if let Some(fatal) = self.fatal() {
            return Err(SessionError::Unavailable(fatal));
        }
        self.check_phase()
    }

    /// Whether the instance is in service.
    pub(crate) fn check_phase(&self) -> Result<(), SessionError> {
        match self.phase() {
            Phase::Running => Ok(()),
            Phase::Terminating => Err(SessionError::TermInProgress),
            Phase::Restoring => Err(SessionError::RestoreInProgress),
            Phase::Allocated | Phase::Initializing | Phase::Gone => Err(SessionError::NotInitialized),
        }
    }

    /// Whether a call may pass that works before the instance is initialised, too.
    pub(crate) fn check_unlocked(&self) -> Result<(), SessionError> {
        match self.phase() {
            Phase::Allocated | Phase::Running => Ok(()),
            Phase::Initializing => Err(SessionError::InitInProgress),
            Phase::Restoring => Err(SessionError::RestoreInProgress),
            Phase::Terminating => Err(SessionError::TermInProgress),
            Phase::Gone => Err(SessionError::NotInitialized),
        }
    }

    /// Says that a call by instance is inside.
    pub(crate) fn enter(&self) {
        self.calls.fetch_add(1, SeqCst);
    }

    /// The call is outside again.
    pub(crate) fn leave(&self) {
        self.calls.fetch_sub(1, SeqCst);
    }

    pub(crate) fn calls(&self) -> usize {
        self.calls.load(SeqCst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate(phase: Phase) -> Gate {
        let gate = Gate::new();
        gate.phase.store(phase as u8, SeqCst);
        gate
    }

    fn census(existing: u64, ending: u64) -> Census {
        Census {
            counts: AtomicU64::new(existing * ONE_EXISTING + ending),
        }
    }

    #[test]
    fn each_phase_has_its_answers() {
        use SessionError::{InitInProgress, NotInitialized, RestoreInProgress, TermInProgress};
        for (phase, service, before) in [
            (Phase::Allocated, Err(NotInitialized), Ok(())),
            (Phase::Initializing, Err(NotInitialized), Err(InitInProgress)),
            (Phase::Restoring, Err(RestoreInProgress), Err(RestoreInProgress)),
            (Phase::Running, Ok(()), Ok(())),
            (Phase::Terminating, Err(TermInProgress), Err(TermInProgress)),
            (Phase::Gone, Err(NotInitialized), Err(NotInitialized)),
        ] {
            let gate = gate(phase);
            assert_eq!(gate.check(Entry::Service), service, "{phase:?}");
            assert_eq!(
                gate.check_session(Entry::Service, &census(2, 1)),
                service,
                "{phase:?}"
            );
            assert_eq!(gate.check_unlocked(), before, "{phase:?}");
        }
    }

    /// What a duplication would be told if a session lived through a restore. None does: an instance under restore has
    /// no sessions.
    #[test]
    fn restore_in_progress_keeps_sessions_out() {
        let answer = gate(Phase::Restoring).check_session(Entry::Service, &census(1, 0));
        assert_eq!(answer, Err(SessionError::RestoreInProgress));
    }

    #[test]
    fn stop_comes_before_fatal_and_fatal_before_the_phase() {
        let gate = gate(Phase::Terminating);
        gate.fail(Fatal::LogDiskFull);
        gate.fail(Fatal::Failure);
        gate.stop();
        let unavailable = Err(SessionError::Unavailable(Fatal::LogDiskFull));
        assert_eq!(gate.check(Entry::Service), Err(SessionError::ServiceStopped));
        assert_eq!(gate.check(Entry::AfterStop), unavailable);
        assert_eq!(
            gate.check_session(Entry::Service, &census(2, 1)),
            Err(SessionError::ServiceStopped)
        );
    }

    #[test]
    fn that_all_instances_end_comes_before_everything() {
        let gate = gate(Phase::Terminating);
        gate.stop();
        let answer = |census| gate.check_session(Entry::Service, &census);
        assert_eq!(answer(census(1, 1)), Err(SessionError::TermInProgress));
        assert_eq!(answer(census(0, 0)), Err(SessionError::NotInitialized));
    }
}
