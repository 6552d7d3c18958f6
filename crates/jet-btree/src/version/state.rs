//! One transaction as all its versions share it.

use core::hint::spin_loop;
use core::sync::atomic::{AtomicU64, Ordering};

use jet_log::record::{SessionId, TrxTime};

/// What became of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is open: only it sees its changes.
    Open,
    /// It committed at this time: those that begin later see its changes.
    Committed(TrxTime),
}

/// Session, begin and fate of a transaction.
///
/// Committing sets all versions of the transaction free in one instant, since they all look here. The number of the commit
/// is drawn while the state says "committing": whoever draws a later number, and so must see the changes, waits for it.
#[derive(Debug)]
pub struct TransactionState {
    session: SessionId,
    begun: TrxTime,
    fate: AtomicU64,
}

const OPEN: u64 = 0;
const COMMITTING: u64 = 1;
/// The number stands in the upper half.
const COMMITTED: u64 = 2;

impl TransactionState {
    /// An open transaction.
    pub const fn new(session: SessionId, begun: TrxTime) -> Self {
        Self {
            session,
            begun,
            fate: AtomicU64::new(OPEN),
        }
    }

    /// Whose it is.
    pub const fn session(&self) -> SessionId {
        self.session
    }

    /// Its number.
    pub const fn begun(&self) -> TrxTime {
        self.begun
    }

    /// What became of it. Waits, shortly, while it is being decided.
    pub fn fate(&self) -> Fate {
        loop {
            match self.fate.load(Ordering::Acquire) {
                OPEN => return Fate::Open,
                COMMITTING => spin_loop(),
                committed => return Fate::Committed(TrxTime(number_of(committed))),
            }
        }
    }

    /// Commits it at the time that `draw` gives; returns the time.
    pub(super) fn commit(&self, draw: impl FnOnce() -> TrxTime) -> TrxTime {
        // Sequentially consistent with the counter that `draw` raises: who gets a later number finds this mark.
        self.fate.store(COMMITTING, Ordering::SeqCst);
        let time = draw();
        self.fate
            .store(u64::from(time.0) << 32 | COMMITTED, Ordering::Release);
        time
    }
}

const fn number_of(committed: u64) -> u32 {
    (committed >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transaction_is_open_until_it_commits() {
        let state = TransactionState::new(SessionId(3), TrxTime(8));
        assert_eq!(state.fate(), Fate::Open);
        assert_eq!(state.commit(|| TrxTime(u32::MAX)), TrxTime(u32::MAX));
        assert_eq!(state.fate(), Fate::Committed(TrxTime(u32::MAX)));
        assert_eq!((state.session(), state.begun()), (SessionId(3), TrxTime(8)));
    }
}
