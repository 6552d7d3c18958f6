//! One file: what a reader sees, what is durable, and the changes between the two.
//!
//! Invariants:
//! - Applying all changes in order to the durable bytes gives the bytes that a reader sees.
//! - Without a change the two are the same.
//! - After a sync that failed nothing is known of the changes before it: they may be kept or lost for good,
//!   whatever a later sync says. So they stay in the list, and what is synced later stays behind them.

use std::sync::Arc;

use super::bytes::Bytes;
use crate::fs_names::Locks;

/// A file, with or without a name.
#[derive(Clone, Debug, Default)]
pub(super) struct Content {
    now: Bytes,
    durable: Bytes,
    changes: Vec<(Change, Fate)>,
    pub(super) locks: Locks,
    /// Handles that are open.
    pub(super) handle_count: usize,
}

/// A change of bytes or length.
#[derive(Clone, Debug)]
pub(super) enum Change {
    Write {
        offset: u64,
        data: Arc<[u8]>,
    },
    SetLen(u64),
    /// As `SetLen`, but never longer.
    Cut(u64),
    Flip {
        offset: u64,
        mask: Arc<[u8]>,
    },
}

/// What a crash does with a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// Kept or lost; the next sync makes it durable.
    Pending,
    /// Kept or lost for good, since a sync of it failed.
    Doubtful,
    /// Always kept: it is listed for its place behind a doubtful one alone.
    Durable,
}

impl Content {
    /// A file all of which is durable.
    pub(super) fn durable(bytes: Bytes) -> Self {
        Self {
            now: bytes.clone(),
            durable: bytes,
            ..Self::default()
        }
    }

    /// The file as another run starts with it: nobody holds it open.
    pub(super) fn without_handles(&self) -> Self {
        Self {
            locks: Locks::default(),
            handle_count: 0,
            ..self.clone()
        }
    }

    /// The bytes that a reader sees.
    pub(super) fn now(&self) -> &Bytes {
        &self.now
    }

    /// Applies a change for readers, to be pending.
    pub(super) fn change(&mut self, change: Change) {
        change.apply(&mut self.now);
        self.changes.push((change, Fate::Pending));
    }

    /// Applies damage: a change that is durable at once.
    pub(super) fn damage(&mut self, change: Change) {
        change.apply(&mut self.now);
        if self.changes.is_empty() {
            self.durable = self.now.clone();
        } else {
            self.changes.push((change, Fate::Durable));
        }
    }

    /// Makes all pending changes durable.
    pub(super) fn sync(&mut self) {
        self.settle(Fate::Durable);
        if self.changes.iter().all(|(_, fate)| *fate == Fate::Durable) {
            self.changes.clear();
            self.durable = self.now.clone();
        }
    }

    /// A sync that reported an error.
    pub(super) fn sync_failed(&mut self) {
        self.settle(Fate::Doubtful);
    }

    /// The bytes after a crash: `survive` applies what it wants of each change that may be lost.
    pub(super) fn image(&self, mut survive: impl FnMut(&Change, &mut Bytes)) -> Bytes {
        let mut bytes = self.durable.clone();
        for (change, fate) in &self.changes {
            match fate {
                Fate::Durable => change.apply(&mut bytes),
                Fate::Pending | Fate::Doubtful => survive(change, &mut bytes),
            }
        }
        bytes
    }

    fn settle(&mut self, settled: Fate) {
        for (_, fate) in &mut self.changes {
            if *fate == Fate::Pending {
                *fate = settled;
            }
        }
    }
}

impl Change {
    /// Applies the whole change.
    pub(super) fn apply(&self, bytes: &mut Bytes) {
        match self {
            Self::Write { offset, data } => bytes.write(data, *offset),
            Self::SetLen(len) => bytes.set_len(*len),
            Self::Cut(len) => bytes.set_len(bytes.len().min(*len)),
            Self::Flip { offset, mask } => bytes.flip(mask, *offset),
        }
    }
}
