//! Numbers of transactions, and which of them are open.

use core::sync::atomic::{AtomicU32, Ordering};
use std::collections::BTreeMap;
use std::sync::Arc;

use jet_log::record::{SessionId, TrxTime};
use parking_lot::Mutex;

use super::{Fate, TransactionState};

/// Gives transactions their numbers and knows which are open.
///
/// Numbers of those that may write are four apart; one that only reads gets a number between two of them, and changes
/// nothing that others count with. Numbers start again at 0 some day: they are compared by their difference.
#[derive(Debug)]
pub struct Clock {
    newest: AtomicU32,
    open: Mutex<Open>,
}

/// The open transactions. Numbers are counted without end here, so that they have an order.
#[derive(Debug)]
struct Open {
    /// How many have each begin.
    begins: BTreeMap<u64, usize>,
    /// The highest number met so far.
    newest: u64,
}

/// Steps between the numbers of transactions that may write.
const STEP: u32 = 4;

/// What a transaction sees.
#[derive(Clone, Debug)]
pub struct View {
    /// What committed before this time.
    pub at: TrxTime,
    /// And its own changes.
    pub own: Option<Arc<TransactionState>>,
}

impl View {
    /// Whether what a transaction did is seen.
    pub fn sees(&self, state: &Arc<TransactionState>) -> bool {
        let is_own = self.own.as_ref().is_some_and(|own| Arc::ptr_eq(own, state));
        is_own
            || match state.fate() {
                Fate::Open => false,
                Fate::Committed(time) => is_before(time, self.at),
            }
    }
}

/// An open transaction in the books of the [`Clock`]; handed back with [`Clock::end`].
#[derive(Debug)]
pub struct Begun {
    /// Session, number and fate.
    pub state: Arc<TransactionState>,
    place: u64,
}

impl Clock {
    /// Goes on behind `newest`, the highest number that the log shows.
    pub fn new(newest: TrxTime) -> Self {
        let newest = newest.0.wrapping_add(STEP) & !(STEP - 1);
        Self {
            newest: AtomicU32::new(newest),
            open: Mutex::new(Open {
                begins: BTreeMap::new(),
                newest: 1 << 32 | u64::from(newest),
            }),
        }
    }

    /// A new number.
    pub fn next(&self) -> TrxTime {
        TrxTime(self.newest.fetch_add(STEP, Ordering::SeqCst).wrapping_add(STEP))
    }

    /// Begins a transaction.
    pub fn begin(&self, session: SessionId, is_read_only: bool) -> Begun {
        let mut open = self.open.lock();
        // In the books before anybody can ask for the oldest: the number is drawn under the lock.
        let number = if is_read_only {
            self.newest.load(Ordering::SeqCst).wrapping_add(STEP / 2)
        } else {
            self.next().0
        };
        let place = open.place_of(number);
        *open.begins.entry(place).or_insert(0) += 1;
        Begun {
            state: Arc::new(TransactionState::new(session, TrxTime(number))),
            place,
        }
    }

    /// Commits a transaction that changed something: from now on those that begin see its changes.
    pub fn commit(&self, state: &TransactionState) -> TrxTime {
        state.commit(|| self.next())
    }

    /// A transaction is over, well or not.
    pub fn end(&self, begun: &Begun) {
        let mut open = self.open.lock();
        if let Some(count) = open.begins.get_mut(&begun.place) {
            *count -= 1;
            if *count == 0 {
                open.begins.remove(&begun.place);
            }
        }
    }

    /// Everybody who is there, and everybody who will come, sees what committed before this time.
    pub fn oldest(&self) -> TrxTime {
        let mut open = self.open.lock();
        // Whoever begins now gets a number behind this one.
        let newest = self.newest.load(Ordering::SeqCst);
        let next = open.place_of(newest) + 1;
        let oldest = open.begins.first_key_value().map_or(next, |(&oldest, _)| oldest);
        let behind = u32::try_from(next.saturating_sub(oldest)).unwrap_or(u32::MAX);
        TrxTime(newest.wrapping_add(1).wrapping_sub(behind))
    }

    /// How many transactions are open.
    pub fn open_count(&self) -> usize {
        self.open.lock().begins.values().sum()
    }

    /// What a call outside of transactions sees.
    pub fn now(&self) -> View {
        View {
            at: TrxTime(self.newest.load(Ordering::SeqCst).wrapping_add(STEP / 2)),
            own: None,
        }
    }
}

impl Open {
    /// A number, counted without end: numbers are at most half the range apart.
    fn place_of(&mut self, number: u32) -> u64 {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the lower half is what is compared"
        )]
        let ahead = number.wrapping_sub(self.newest as u32).cast_signed();
        let place = self.newest.saturating_add_signed(ahead.into());
        self.newest = self.newest.max(place);
        place
    }
}

/// Whether `time` is before `other`.
pub(crate) const fn is_before(time: TrxTime, other: TrxTime) -> bool {
    time.0.wrapping_sub(other.0).cast_signed() < 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_only_reads_stands_between_two_who_write() {
        let clock = Clock::new(TrxTime(10));
        let first = clock.begin(SessionId(1), false);
        let reader = clock.begin(SessionId(2), true);
        let second = clock.begin(SessionId(3), false);
        let numbers = [&first, &reader, &second].map(|begun| begun.state.begun().0);
        assert_eq!(numbers, [16, 18, 20]);
    }

    #[test]
    fn the_oldest_open_transaction_holds_the_time() {
        let clock = Clock::new(TrxTime(0));
        let first = clock.begin(SessionId(1), false);
        let second = clock.begin(SessionId(2), false);
        let same = clock.begin(SessionId(3), true);
        let again = clock.begin(SessionId(4), true);
        assert_eq!(clock.oldest(), first.state.begun());
        clock.end(&first);
        assert_eq!(clock.oldest(), second.state.begun());
        clock.end(&second);
        let third = clock.begin(SessionId(5), false);
        clock.end(&same);
        assert_eq!(clock.oldest(), again.state.begun());
        clock.end(&again);
        clock.end(&third);
        assert_eq!((clock.oldest(), clock.open_count()), (TrxTime(17), 0));
    }

    #[test]
    fn numbers_go_on_behind_the_last_one() {
        let clock = Clock::new(TrxTime(u32::MAX - 20));
        let mut old = clock.begin(SessionId(1), false);
        for _ in 0..20 {
            let new = clock.begin(SessionId(1), false);
            assert!(is_before(old.state.begun(), new.state.begun()));
            assert_eq!(clock.oldest(), old.state.begun());
            clock.end(&old);
            old = new;
        }
    }
}
