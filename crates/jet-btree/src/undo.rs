//! What the open transactions changed, newest last, with what is needed to undo it. A rollback and the end of a recovery
//! work it off in the same way.
//!
//! Keys and old data of a transaction lie one after the other in one buffer, so a change costs no allocation of its own.

use core::ops::Range;

use jet_log::record::{Dbid, SessionId, TrxTime};
use jet_pages::{Objid, Pgno};

use crate::edit::node::Undoing;

/// A change of a node that may have to be undone. ESE `RCE`.
#[derive(Clone, Debug)]
pub struct Change {
    /// Number of its version; higher is newer.
    pub version: u32,
    /// Level of the transaction that it belongs to.
    pub level: u8,
    /// The database.
    pub database: Dbid,
    /// Root of the tree.
    pub root: Pgno,
    /// The tree.
    pub tree: Objid,
    /// Whether the key alone names the node.
    pub is_unique: bool,
    /// The page that must not be written before the change is at its end, since only there the old data can be found
    /// again.
    pub held: Option<Pgno>,
    /// What undoes it.
    pub undoing: Undoing<Bytes>,
    key: Bytes,
    bookmark_data: Bytes,
}

/// A place in the buffer of a [`Changes`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bytes {
    start: usize,
    end: usize,
}

impl Bytes {
    fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

/// What a change is about, for [`Changes::add`].
#[derive(Clone, Copy, Debug)]
pub struct Subject<'k> {
    /// Number of its version.
    pub version: u32,
    /// Level of the transaction.
    pub level: u8,
    /// The database.
    pub database: Dbid,
    /// Root of the tree.
    pub root: Pgno,
    /// The tree.
    pub tree: Objid,
    /// Whether the key alone names the node.
    pub is_unique: bool,
    /// Key of the node in two pieces.
    pub key: (&'k [u8], &'k [u8]),
    /// Its data where the tree is not unique.
    pub bookmark_data: &'k [u8],
}

/// The changes of all open transactions, by session. A session without changes has none.
///
/// What a transaction leaves of memory is used by the next one of its session.
#[derive(Debug, Default)]
pub struct Transactions {
    sessions: Vec<Changes>,
}

impl Transactions {
    /// Those of a session, to be added to.
    pub fn of(&mut self, session: SessionId) -> &mut Changes {
        let place = usize::from(session.0);
        if self.sessions.len() <= place {
            self.sessions.resize_with(place + 1, Changes::default);
        }
        #[expect(clippy::indexing_slicing, reason = "made long enough just now")]
        &mut self.sessions[place]
    }

    /// Those of a session, if it had any so far.
    pub fn get(&self, session: SessionId) -> Option<&Changes> {
        self.sessions.get(usize::from(session.0))
    }

    /// Those of a session, if it had any so far.
    pub fn get_mut(&mut self, session: SessionId) -> Option<&mut Changes> {
        self.sessions.get_mut(usize::from(session.0))
    }
}

/// The changes of one transaction, in the order of their versions.
#[derive(Debug, Default)]
pub struct Changes {
    changes: Vec<Change>,
    buffer: Vec<u8>,
    /// Number of the transaction.
    pub begun: TrxTime,
}

impl Changes {
    /// Adds a change. `held`: see [`Change::held`].
    pub fn add(&mut self, subject: &Subject<'_>, undoing: Undoing<&[u8]>, held: Option<Pgno>) {
        let key = self.keep(&[subject.key.0, subject.key.1]);
        let bookmark_data = if subject.is_unique {
            Bytes::default()
        } else {
            self.keep(&[subject.bookmark_data])
        };
        let undoing = match undoing {
            Undoing::Replace(old) => Undoing::Replace(self.keep(&[old])),
            Undoing::Insert => Undoing::Insert,
            Undoing::FlagDelete => Undoing::FlagDelete,
            Undoing::Delta { offset, delta } => Undoing::Delta { offset, delta },
            Undoing::Delta64 { offset, delta } => Undoing::Delta64 { offset, delta },
        };
        let change = Change {
            version: subject.version,
            level: subject.level,
            database: subject.database,
            root: subject.root,
            tree: subject.tree,
            is_unique: subject.is_unique,
            held,
            undoing,
            key,
            bookmark_data,
        };
        // Versions come in ascending order, but for a before-image that was logged late.
        let later = self
            .changes
            .iter()
            .rev()
            .take_while(|other| is_newer(other.version, change.version));
        let at = self.changes.len() - later.count();
        self.changes.insert(at, change);
    }

    /// The change with this version.
    pub fn find(&self, version: u32) -> Option<&Change> {
        self.position(version).and_then(|at| self.changes.get(at))
    }

    /// Takes out the change with this version.
    pub fn remove(&mut self, version: u32) -> Option<Change> {
        self.position(version).map(|at| self.changes.remove(at))
    }

    /// The newest change.
    pub fn newest(&self) -> Option<&Change> {
        self.changes.last()
    }

    /// All changes, oldest first.
    pub fn iter_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut Change> {
        self.changes.iter_mut()
    }

    /// Takes out all changes.
    pub fn drain(&mut self) -> impl Iterator<Item = Change> + '_ {
        self.buffer.clear();
        self.buffer.shrink_to(KEPT_BYTES_MAX);
        self.changes.drain(..)
    }

    /// Lets what levels above `to` changed belong to level `to`.
    pub fn commit_to(&mut self, to: u8) {
        for change in self.changes.iter_mut().rev() {
            change.level = change.level.min(to);
        }
    }

    /// Whether a level above `to` has changes.
    pub fn has_above(&self, to: u8) -> Option<&Change> {
        self.changes.iter().rev().find(|change| change.level > to)
    }

    /// Number of changes.
    pub const fn len(&self) -> usize {
        self.changes.len()
    }

    /// Whether there is no change.
    pub const fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Key of the node of a change.
    pub fn key(&self, change: &Change) -> &[u8] {
        self.bytes(change.key)
    }

    /// Its data where the tree is not unique, else nothing.
    pub fn bookmark_data(&self, change: &Change) -> &[u8] {
        self.bytes(change.bookmark_data)
    }

    /// What undoes a change, with the old data.
    pub fn undoing(&self, change: &Change) -> Undoing<&[u8]> {
        match change.undoing {
            Undoing::Replace(old) => Undoing::Replace(self.bytes(old)),
            Undoing::Insert => Undoing::Insert,
            Undoing::FlagDelete => Undoing::FlagDelete,
            Undoing::Delta { offset, delta } => Undoing::Delta { offset, delta },
            Undoing::Delta64 { offset, delta } => Undoing::Delta64 { offset, delta },
        }
    }

    fn position(&self, version: u32) -> Option<usize> {
        self.changes.iter().rposition(|change| change.version == version)
    }

    fn keep(&mut self, pieces: &[&[u8]]) -> Bytes {
        let start = self.buffer.len();
        for piece in pieces {
            self.buffer.extend_from_slice(piece);
        }
        let end = self.buffer.len();
        Bytes { start, end }
    }

    fn bytes(&self, bytes: Bytes) -> &[u8] {
        self.buffer.get(bytes.range()).unwrap_or_default()
    }
}

/// Of the buffer of a transaction that is over, at most so much is kept for the next one.
const KEPT_BYTES_MAX: usize = 1 << 18;

/// Version numbers start again at 1 some day.
const fn is_newer(version: u32, other: u32) -> bool {
    version.wrapping_sub(other).cast_signed() > 0
}
