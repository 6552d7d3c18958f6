//! What a transaction does, and what the transactions of a thread leave.

use std::collections::BTreeMap;

use super::Scene;
use crate::random::Random;

/// Rows of a thread.
const SLOTS: u64 = 2500;
/// Data of a row: head, and so many bytes at most.
const FILL_BYTES_MAX: u64 = 400;

/// Transaction `number` of a thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Deed {
    pub(super) steps: Vec<Step>,
    /// Whether its commit waits for the disk.
    pub(super) is_durable: bool,
    /// Whether another one that is rolled back comes before it.
    pub(super) follows_rollback: bool,
}

/// A step of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The row is to be there with the data of this transaction.
    Put { slot: u64 },
    /// The row is not to be there.
    Drop { slot: u64 },
}

/// What transaction `number` does; the first one is number 1.
pub(super) fn deed(scene: &Scene, thread: u8, number: u64) -> Deed {
    let mut random = Random::new(scene.seed ^ u64::from(thread) << 56 ^ number.wrapping_mul(0x2545_f491));
    let steps = (0..1 + random.below(6)).map(|_| {
        let slot = random.below(SLOTS);
        // Now much is deleted, now little, so that the tree grows and shrinks.
        let drops = if (number / 400).is_multiple_of(2) { 8 } else { 2 };
        match random.one_in(drops) {
            true => Step::Drop { slot },
            false => Step::Put { slot },
        }
    });
    Deed {
        steps: steps.collect(),
        is_durable: !random.one_in(3),
        follows_rollback: random.one_in(8),
    }
}

/// The key of a row: neighbours in the tree belong to all threads.
pub(super) fn key(thread: u8, slot: u64) -> Vec<u8> {
    let mut key = vec![1];
    let place = slot.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
    key.extend_from_slice(&place.to_be_bytes()[4..]);
    key.extend_from_slice(&slot.to_be_bytes()[6..]);
    key.push(thread);
    key
}

/// The key of the row in which a thread notes its last transaction.
pub(super) fn key_of_thread(thread: u8) -> Vec<u8> {
    vec![0, thread]
}

/// What transaction `number` puts into a row.
pub(super) fn data(thread: u8, slot: u64, number: u64) -> Vec<u8> {
    let mut random = Random::new(number << 16 ^ slot << 8 ^ u64::from(thread));
    let len = random.below(FILL_BYTES_MAX);
    let mut data = number.to_le_bytes().to_vec();
    let [fill, ..] = random.next().to_le_bytes();
    data.extend((0..len).map(|_| fill));
    data
}

/// What the transactions of a thread leave: for each slot with a row the number of the transaction that put it.
#[derive(Clone, Debug, Default)]
pub(super) struct Rows {
    pub(super) last: u64,
    slots: BTreeMap<u64, u64>,
}

impl Rows {
    /// As they are after transaction `number`, which is none before the last one.
    pub(super) fn advance(&mut self, scene: &Scene, thread: u8, number: u64) {
        while self.last < number {
            self.last += 1;
            for step in deed(scene, thread, self.last).steps {
                match step {
                    Step::Put { slot } => _ = self.slots.insert(slot, self.last),
                    Step::Drop { slot } => _ = self.slots.remove(&slot),
                }
            }
        }
    }

    /// Keys and data, that of the thread included.
    pub(super) fn all(&self, thread: u8) -> impl Iterator<Item = (Vec<u8>, Vec<u8>)> {
        let own = (self.last > 0).then(|| (key_of_thread(thread), self.last.to_le_bytes().to_vec()));
        let rows = self.slots.iter();
        own.into_iter()
            .chain(rows.map(move |(&slot, &number)| (key(thread, slot), data(thread, slot, number))))
    }
}
