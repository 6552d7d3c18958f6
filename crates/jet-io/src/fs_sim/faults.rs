//! The plan of what goes wrong, and when.
//!
//! Invariants:
//! - Operations and reads are counted from 0, so fault `n` hits what [`SimFs::trace`](super::SimFs::trace)
//!   lists at `n`.
//! - The plan and the operations decide alone: the same run with the same plan goes wrong in the same way.

use std::ops::RangeInclusive;

use super::crash::Tear;
use super::rng::Rng;
use super::trace::Outcome;

/// What goes wrong in a simulated file system. `Debug` shows all that is needed to replay it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    seed: u64,
    tear: Tear,
    power_loss: Option<u64>,
    capacity: Option<u64>,
    operations: Vec<(RangeInclusive<u64>, Failure)>,
    reads: Vec<(RangeInclusive<u64>, ReadFailure)>,
}

/// How an operation fails that changes something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Failure {
    /// The device reports an error (EIO).
    Device,
    /// No space is left (ENOSPC). Only what needs space can fail so: a file that is created, a write or a new
    /// length beyond the end. Anything else goes through.
    DiskFull,
}

/// How a read fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReadFailure {
    /// The device reports an error (EIO).
    Device,
    /// The file seems to end within the bytes asked for.
    Short,
    /// One bit of the bytes returned is wrong; the file is as it was.
    FlipBit,
}

/// What a simulated file system reports as the source of an [`IoError`](crate::IoError).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum SimulatedFault {
    /// The power is off: nothing works any more.
    #[error("the simulated power is off")]
    PowerLoss,
    /// The device failed once, or fails for good.
    #[error("the simulated device failed")]
    Device,
}

impl Faults {
    /// A plan without faults; `seed` decides what the faults of the plan leave open.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            ..Self::default()
        }
    }

    /// The power goes off at operation `n`: it fails, and so does everything after it, reads too. A write may
    /// have got to some of its blocks.
    #[must_use]
    pub fn power_loss_at(mut self, n: u64) -> Self {
        self.power_loss = Some(n);
        self
    }

    /// Operation `n` fails.
    #[must_use]
    pub fn fail_at(mut self, n: u64, failure: Failure) -> Self {
        self.operations.push((n..=n, failure));
        self
    }

    /// Operation `n` fails, and all after it.
    #[must_use]
    pub fn fail_from(mut self, n: u64, failure: Failure) -> Self {
        self.operations.push((n..=u64::MAX, failure));
        self
    }

    /// Read `n` fails.
    #[must_use]
    pub fn fail_read_at(mut self, n: u64, failure: ReadFailure) -> Self {
        self.reads.push((n..=n, failure));
        self
    }

    /// Read `n` fails, and all after it.
    #[must_use]
    pub fn fail_read_from(mut self, n: u64, failure: ReadFailure) -> Self {
        self.reads.push((n..=u64::MAX, failure));
        self
    }

    /// The lengths of all files together may grow to `bytes`; beyond that the disk is full.
    #[must_use]
    pub fn capacity(mut self, bytes: u64) -> Self {
        self.capacity = Some(bytes);
        self
    }

    /// A write that fails may have written its first blocks; `tear` says how large these are.
    #[must_use]
    pub fn tear(mut self, tear: Tear) -> Self {
        self.tear = tear;
        self
    }

    pub(super) fn capacity_bytes(&self) -> Option<u64> {
        self.capacity
    }

    /// What becomes of operation `n`.
    pub(super) fn on_operation(&self, n: u64, needs_space: bool) -> Outcome {
        if self.power_loss.is_some_and(|at| n >= at) {
            return Outcome::PowerLost;
        }
        let hits = self.operations.iter().filter(|(range, _)| range.contains(&n));
        let mut outcomes = hits.filter_map(|(_, failure)| match failure {
            Failure::Device => Some(Outcome::DeviceFailed),
            Failure::DiskFull => needs_space.then_some(Outcome::DiskFull),
        });
        outcomes.next().unwrap_or(Outcome::Done)
    }

    /// What becomes of read `n`.
    pub(super) fn on_read(&self, n: u64) -> Option<ReadFailure> {
        let mut hits = self.reads.iter().filter(|(range, _)| range.contains(&n));
        hits.next().map(|(_, failure)| *failure)
    }

    /// How many of `len` bytes at `offset` operation `n` has written although it failed: whole blocks.
    pub(super) fn part(&self, n: u64, offset: u64, len: usize) -> usize {
        let pieces = self.tear.pieces(offset, len);
        let count = Rng::stream(self.seed, n).up_to_count(pieces.clone().count());
        pieces.take(count).map(|piece| piece.len()).sum()
    }

    /// What is open about read `n`.
    pub(super) fn read_rng(&self, n: u64) -> Rng {
        Rng::stream(!self.seed, n)
    }
}
