//! The chains of all nodes that have versions, and how much memory they take.

use core::hash::BuildHasher;
use core::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::RandomState;
use jet_log::record::{Dbid, SessionId, TrxTime};
use jet_pages::Pgno;
use parking_lot::Mutex;

use super::chain::{Chain, Change, Conflict, Sight, Version};
use super::{Fate, TransactionState, View};
use crate::edit::node::Undoing;

/// All versions of an instance.
#[derive(Debug)]
pub struct Versions {
    shards: Box<[Mutex<Shard>]>,
    /// How many chains fall into each place by their hash: whoever finds none has no chain, and locks nothing. Both happen
    /// under the latch of the node's leaf.
    occupied: Box<[AtomicU32]>,
    /// All chains.
    chains: AtomicUsize,
    hasher: RandomState,
    next_number: AtomicU32,
    bytes: AtomicUsize,
    bytes_max: usize,
    entry_bytes_max: usize,
}

type Shard = HashMap<Arc<[u8]>, Chain, RandomState>;

/// Chains are parted by the hash of their node, so that threads seldom meet.
const SHARDS: usize = 64;
/// Places by hash.
const PLACES: usize = 1 << 14;
/// What a version takes besides names and data.
const VERSION_BYTES: usize = 96;

/// The name of a node as long as it lives: database, tree and bookmark, wherever splits and merges bring it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NodeName(Arc<[u8]>);

/// What a reader gets of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// The node with the data of the page.
    Page,
    /// The node with these data.
    Old(Vec<u8>),
    /// There is no such node.
    Nothing,
}

/// Why there is no version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VersionError {
    /// Another transaction has changed the node.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// The versions have all the memory that they may have.
    #[error("{bytes} bytes of versions are kept, {bytes_max} are allowed")]
    Full {
        /// Bytes in use.
        bytes: usize,
        /// Bytes allowed.
        bytes_max: usize,
    },
    /// The data to be kept are too long.
    #[error("a version of {bytes} bytes is longer than a part of the version store, {bytes_max} bytes")]
    EntryTooLong {
        /// Bytes of the version.
        bytes: usize,
        /// Bytes allowed.
        bytes_max: usize,
    },
}

/// A version that was entered: what its transaction remembers of it.
#[derive(Clone, Debug)]
pub struct Entered {
    /// The node.
    pub node: NodeName,
    /// Its number.
    pub number: u32,
}

impl NodeName {
    /// The node with this key, and in trees that are not unique these data.
    pub fn new(database: Dbid, root: Pgno, key: &[u8], bookmark_data: &[u8]) -> Self {
        let mut bytes = Vec::with_capacity(NAME_HEAD_BYTES + key.len() + bookmark_data.len());
        push_name(&mut bytes, database, root, key, bookmark_data);
        Self(bytes.into())
    }

    /// The database.
    pub fn database(&self) -> Dbid {
        Dbid(self.0.first().copied().unwrap_or_default())
    }

    /// Root of the tree.
    pub fn root(&self) -> Pgno {
        let number = self.0.get(1..).and_then(|rest| rest.first_chunk());
        Pgno(number.map_or(0, |number| u32::from_le_bytes(*number)))
    }

    /// Key of the node.
    pub fn key(&self) -> &[u8] {
        self.parts().0
    }

    /// Its data where the key alone does not name it.
    pub fn bookmark_data(&self) -> &[u8] {
        self.parts().1
    }

    fn parts(&self) -> (&[u8], &[u8]) {
        let key_bytes = self.0.get(5..).and_then(|rest| rest.first_chunk());
        let key_bytes = key_bytes.map_or(0, |number| usize::from(u16::from_le_bytes(*number)));
        let rest = self.0.get(NAME_HEAD_BYTES..).unwrap_or_default();
        rest.split_at_checked(key_bytes).unwrap_or((rest, &[]))
    }
}

/// Database, root, length of the key.
const NAME_HEAD_BYTES: usize = 7;
/// Names up to this length are put together without memory of their own.
const SHORT_NAME_BYTES: usize = 128;

fn push_name(bytes: &mut Vec<u8>, database: Dbid, root: Pgno, key: &[u8], bookmark_data: &[u8]) {
    bytes.push(database.0);
    bytes.extend_from_slice(&root.0.to_le_bytes());
    // Keys are shorter than a page.
    bytes.extend_from_slice(&u16::try_from(key.len()).unwrap_or(u16::MAX).to_le_bytes());
    bytes.extend_from_slice(key);
    bytes.extend_from_slice(bookmark_data);
}

impl Versions {
    /// Versions in at most `bytes_max` bytes, each in at most `entry_bytes_max`. Their numbers go on behind `last_number`, the
    /// highest that the log shows.
    pub fn new(bytes_max: usize, entry_bytes_max: usize, last_number: u32) -> Self {
        Self {
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            occupied: (0..PLACES).map(|_| AtomicU32::new(0)).collect(),
            chains: AtomicUsize::new(0),
            hasher: RandomState::default(),
            next_number: AtomicU32::new(last_number),
            bytes: AtomicUsize::new(0),
            bytes_max,
            entry_bytes_max,
        }
    }

    /// A number for a version that will be entered; never 0, which says "no version".
    pub fn next_number(&self) -> u32 {
        loop {
            let number = self.next_number.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
            if number != 0 {
                return number;
            }
        }
    }

    /// Whether whoever has `view` may do `change` to a node, whose exclusive latch the caller holds, and there is memory for it.
    ///
    /// # Errors
    /// [`VersionError`].
    pub fn admit(&self, node: &NodeName, view: &View, change: &Change) -> Result<(), VersionError> {
        self.shard(&node.0)
            .lock()
            .get(&node.0)
            .map_or(Ok(()), |chain| chain.admit(view, change))?;
        let bytes = size_of(node, change);
        if bytes > self.entry_bytes_max {
            let bytes_max = self.entry_bytes_max;
            return Err(VersionError::EntryTooLong { bytes, bytes_max });
        }
        let (used, bytes_max) = (self.bytes(), self.bytes_max);
        if used + bytes > bytes_max {
            return Err(VersionError::Full {
                bytes: used,
                bytes_max,
            });
        }
        Ok(())
    }

    /// Enters a version that was admitted under the latch that the caller still holds.
    pub fn enter(
        &self,
        node: NodeName,
        transaction: Arc<TransactionState>,
        number: u32,
        change: Change,
    ) -> Entered {
        self.bytes.fetch_add(size_of(&node, &change), Ordering::Relaxed);
        let version = Version {
            number,
            transaction,
            change,
        };
        let (shard, occupied) = self.place(&node.0);
        let mut shard = shard.lock();
        let chain = shard.entry(Arc::clone(&node.0)).or_default();
        if chain.versions.is_empty() {
            occupied.fetch_add(1, Ordering::Relaxed);
            self.chains.fetch_add(1, Ordering::Relaxed);
        }
        chain.versions.push(version);
        Entered { node, number }
    }

    /// How many versions in a database belong to transactions that are open. Looks at all there are.
    pub fn undecided_in(&self, database: Dbid) -> usize {
        let in_shard = |shard: &Mutex<Shard>| {
            let shard = shard.lock();
            let chains = shard.iter().filter(|(name, _)| name.first() == Some(&database.0));
            let versions = chains.flat_map(|(_, chain)| &chain.versions);
            versions
                .filter(|version| version.transaction.fate() == Fate::Open)
                .count()
        };
        self.shards.iter().map(in_shard).sum()
    }

    /// What was done, as long as the version is there.
    pub fn change(&self, entered: &Entered) -> Option<Change> {
        let shard = self.shard(&entered.node.0).lock();
        let chain = shard.get(&entered.node.0)?;
        let mut versions = chain.versions.iter().rev();
        let version = versions.find(|version| version.number == entered.number)?;
        Some(version.change.clone())
    }

    /// Takes a version out: its change was undone under the latch that the caller holds, or everybody sees it.
    pub fn remove(&self, entered: &Entered) {
        let (shard, occupied) = self.place(&entered.node.0);
        let mut shard = shard.lock();
        let Some(chain) = shard.get_mut(&entered.node.0) else {
            return;
        };
        let mut versions = chain.versions.iter();
        let Some(at) = versions.rposition(|version| version.number == entered.number) else {
            return;
        };
        let version = chain.versions.remove(at);
        if chain.versions.is_empty() {
            shard.remove(&entered.node.0);
            occupied.fetch_sub(1, Ordering::Relaxed);
            self.chains.fetch_sub(1, Ordering::Relaxed);
        }
        self.bytes
            .fetch_sub(size_of(&entered.node, &version.change), Ordering::Relaxed);
    }

    /// What a view gets of a node that has, or had, versions. The caller holds the latch of its leaf; `data`: the data on the
    /// page, `is_deleted`: what the page says.
    pub fn see(&self, node: NodeRef<'_>, view: &View, data: &[u8], is_deleted: bool) -> Seen {
        if self.chains.load(Ordering::Relaxed) == 0 {
            return if is_deleted { Seen::Nothing } else { Seen::Page };
        }
        let sight = node.with_name(|name| {
            let (shard, occupied) = self.place(name);
            if occupied.load(Ordering::Relaxed) == 0 {
                return None;
            }
            shard.lock().get(name).map(|chain| chain.sight(view))
        });
        let Sight {
            is_there,
            data: old,
            deltas,
        } = sight.unwrap_or_default();
        if !is_there.unwrap_or(!is_deleted) {
            return Seen::Nothing;
        }
        if old.is_none() && deltas.is_empty() {
            return Seen::Page;
        }
        let mut data = old.as_deref().unwrap_or(data).to_vec();
        deltas.iter().for_each(|delta| take_away(&mut data, delta));
        Seen::Old(data)
    }

    /// As [`Versions::see`] for a name that is at hand.
    pub(crate) fn see_name(&self, node: &NodeName, view: &View, data: &[u8], is_deleted: bool) -> Seen {
        let node = NodeRef {
            database: node.database(),
            root: node.root(),
            key: jet_pages::Key::whole(node.key()),
            bookmark_data: node.bookmark_data(),
        };
        self.see(node, view, data, is_deleted)
    }

    /// Length of the longest data that undoing may bring back, without those of version `but`; 0: none.
    pub(crate) fn longest(&self, node: &NodeName, but: Option<u32>) -> usize {
        let shard = self.shard(&node.0).lock();
        let versions = shard.get(&node.0).map_or(&[][..], |chain| &chain.versions);
        let open = versions
            .iter()
            .filter(|version| version.is_open() && Some(version.number) != but);
        open.filter_map(|version| match &version.change {
            Change::Node(Undoing::Replace(old)) => Some(old.len()),
            _ => None,
        })
        .max()
        .unwrap_or(0)
    }

    /// Whose undecided change of a node is the last one.
    pub fn changer(&self, node: NodeRef<'_>) -> Option<SessionId> {
        node.with_name(|name| {
            let shard = self.shard(name).lock();
            let versions = shard.get(name).map_or(&[][..], |chain| &chain.versions);
            let changes = versions
                .iter()
                .filter(|version| matches!(version.change, Change::Node(_)));
            let mut open = changes.filter(|version| version.is_open());
            open.next_back().map(|version| version.transaction.session())
        })
    }

    /// Whether a node has versions.
    pub fn has(&self, node: NodeRef<'_>) -> bool {
        node.with_name(|name| self.shard(name).lock().contains_key(name))
    }

    /// Whether another transaction than the one of `view` has the newest version of the node, and is open.
    pub fn is_changed_by_other(&self, node: NodeRef<'_>, view: &View) -> bool {
        node.with_name(|name| {
            let shard = self.shard(name).lock();
            let newest = shard.get(name).and_then(|chain| chain.versions.last());
            newest.is_some_and(|newest| newest.is_open() && !newest.is_seen_by(view))
        })
    }

    /// Bytes that a node must be able to grow by, so that what open transactions did to it can be undone: its data on the page
    /// are `data_bytes` long.
    pub fn reserved(&self, node: NodeRef<'_>, data_bytes: usize) -> usize {
        node.with_name(|name| {
            let shard = self.shard(name).lock();
            let versions = shard.get(name).map_or(&[][..], |chain| &chain.versions);
            let longest = versions.iter().filter_map(|version| match &version.change {
                Change::Node(Undoing::Replace(old)) if version.is_open() => Some(old.len()),
                _ => None,
            });
            longest
                .max()
                .map_or(0, |longest| longest.saturating_sub(data_bytes))
        })
    }

    /// Whether everybody whose view is at or behind `oldest` sees a version; so does a version that is not there any more.
    pub fn is_seen_by_all(&self, entered: &Entered, oldest: TrxTime) -> bool {
        let shard = self.shard(&entered.node.0).lock();
        let chain = shard.get(&entered.node.0);
        let mut versions = chain.map_or(&[][..], |chain| &chain.versions).iter();
        versions
            .rfind(|version| version.number == entered.number)
            .is_none_or(|version| version.is_committed_before(oldest))
    }

    /// Memory in use.
    pub fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }

    fn shard(&self, name: &[u8]) -> &Mutex<Shard> {
        self.place(name).0
    }

    /// The shard that a chain belongs to, and the count of those of its place.
    fn place(&self, name: &[u8]) -> (&Mutex<Shard>, &AtomicU32) {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the lower bits of a hash are as good as all"
        )]
        let place = self.hasher.hash_one(name) as usize % PLACES;
        #[expect(
            clippy::indexing_slicing,
            reason = "a rest of a division by the number of places, which shards divide"
        )]
        (&self.shards[place % SHARDS], &self.occupied[place])
    }
}

/// A node by its name in pieces, for looking it up.
#[derive(Clone, Copy, Debug)]
pub struct NodeRef<'k> {
    /// The database.
    pub database: Dbid,
    /// Root of the tree.
    pub root: Pgno,
    /// Its key.
    pub key: jet_pages::Key<'k>,
    /// Its data where the key alone does not name it, else nothing.
    pub bookmark_data: &'k [u8],
}

impl NodeRef<'_> {
    fn with_name<T>(&self, look: impl FnOnce(&[u8]) -> T) -> T {
        let pieces = [self.key.prefix, self.key.suffix, self.bookmark_data];
        let key_bytes = self.key.len();
        let len = NAME_HEAD_BYTES + key_bytes + self.bookmark_data.len();
        let (mut short, mut long) = ([0; SHORT_NAME_BYTES], Vec::new());
        let name = match short.get_mut(..len) {
            Some(name) => name,
            None => {
                long.resize(len, 0);
                &mut long[..]
            }
        };
        let head = name.split_first_chunk_mut::<NAME_HEAD_BYTES>();
        let Some((head, mut rest)) = head else {
            return look(&[]);
        };
        let [a, b, c, d] = self.root.0.to_le_bytes();
        let [e, f] = u16::try_from(key_bytes).unwrap_or(u16::MAX).to_le_bytes();
        *head = [self.database.0, a, b, c, d, e, f];
        for piece in pieces {
            let (place, behind) = rest.split_at_mut(piece.len());
            place.copy_from_slice(piece);
            rest = behind;
        }
        look(name)
    }

    /// The name as something to keep.
    pub fn to_name(&self) -> NodeName {
        self.with_name(|name| NodeName(name.into()))
    }
}

fn size_of(node: &NodeName, change: &Change) -> usize {
    let kept = match change {
        Change::Node(Undoing::Replace(old)) => old.len(),
        _ => 0,
    };
    VERSION_BYTES + node.0.len() + kept
}

/// Takes an addition away from the number that it was made to.
fn take_away(data: &mut [u8], delta: &Undoing<Arc<[u8]>>) {
    match delta {
        Undoing::Delta { offset, delta } => {
            let place = data.get_mut(usize::from(*offset)..);
            if let Some(number) = place.and_then(|rest| rest.first_chunk_mut()) {
                *number = i32::from_le_bytes(*number).wrapping_sub(*delta).to_le_bytes();
            }
        }
        Undoing::Delta64 { offset, delta } => {
            let place = data.get_mut(usize::from(*offset)..);
            if let Some(number) = place.and_then(|rest| rest.first_chunk_mut()) {
                *number = i64::from_le_bytes(*number).wrapping_sub(*delta).to_le_bytes();
            }
        }
        Undoing::Insert | Undoing::Replace(_) | Undoing::FlagDelete => {}
    }
}

#[cfg(test)]
mod tests {
    use jet_log::record::SessionId;
    use jet_pages::Key;

    use super::super::Clock;
    use super::*;

    const ROOT: Pgno = Pgno(40);

    fn node(key: &[u8]) -> NodeRef<'_> {
        NodeRef {
            database: Dbid(1),
            root: ROOT,
            key: Key::whole(key),
            bookmark_data: b"x",
        }
    }

    #[test]
    fn a_name_tells_its_parts() {
        let name = NodeName::new(Dbid(3), Pgno(70_000), b"key", b"data");
        assert_eq!((name.database(), name.root()), (Dbid(3), Pgno(70_000)));
        assert_eq!((name.key(), name.bookmark_data()), (&b"key"[..], &b"data"[..]));
        let key = Key {
            prefix: b"k",
            suffix: b"ey",
        };
        let looked_up = NodeRef {
            database: Dbid(3),
            root: Pgno(70_000),
            key,
            bookmark_data: b"data",
        };
        assert_eq!(looked_up.to_name(), name);
        // Where the key ends makes a difference.
        assert_ne!(NodeName::new(Dbid(3), Pgno(70_000), b"keyd", b"ata"), name);
    }

    #[test]
    fn versions_come_go_and_give_their_memory_back() {
        let (clock, versions) = (Clock::new(TrxTime(0)), Versions::new(10_000, 1000, 7));
        let writer = clock.begin(SessionId(1), false).state;
        let view = View {
            at: writer.begun(),
            own: Some(Arc::clone(&writer)),
        };
        let change = Change::Node(Undoing::Replace(b"old data"[..].into()));
        let name = node(b"a").to_name();
        versions.admit(&name, &view, &change).unwrap();
        let number = versions.next_number();
        assert_eq!(number, 8);
        let entered = versions.enter(name, Arc::clone(&writer), number, change.clone());
        assert_eq!(versions.change(&entered), Some(change));
        assert_eq!(versions.reserved(node(b"a"), 3), 5);
        assert_eq!(versions.see(node(b"a"), &view, b"new", false), Seen::Page);
        let others = versions.see(node(b"a"), &clock.now(), b"new", false);
        assert_eq!(others, Seen::Old(b"old data".to_vec()));
        assert!(!versions.is_seen_by_all(&entered, clock.oldest()));
        clock.commit(&writer);
        assert_eq!(versions.reserved(node(b"a"), 3), 0);
        assert!(versions.is_seen_by_all(&entered, TrxTime(1000)));
        versions.remove(&entered);
        assert_eq!((versions.bytes(), versions.has(node(b"a"))), (0, false));
    }

    #[test]
    fn numbers_in_data_are_shown_without_what_others_added() {
        let (clock, versions) = (Clock::new(TrxTime(0)), Versions::new(10_000, 1000, 0));
        let writer = clock.begin(SessionId(1), false).state;
        let add = |offset, delta| Change::Node(Undoing::Delta { offset, delta });
        for (number, change) in [add(0, 5), add(4, -3)].into_iter().enumerate() {
            let number = u32::try_from(number).unwrap();
            versions.enter(node(b"n").to_name(), Arc::clone(&writer), number, change);
        }
        let page = [105_i32.to_le_bytes(), 97_i32.to_le_bytes()].concat();
        let before = [100_i32.to_le_bytes(); 2].concat();
        assert_eq!(
            versions.see(node(b"n"), &clock.now(), &page, false),
            Seen::Old(before)
        );
    }

    #[test]
    fn memory_and_the_length_of_one_version_are_limited() {
        let (clock, versions) = (Clock::new(TrxTime(0)), Versions::new(500, 300, 0));
        let writer = clock.begin(SessionId(1), false).state;
        let view = View {
            at: writer.begun(),
            own: Some(Arc::clone(&writer)),
        };
        let long = Change::Node(Undoing::Replace([0; 400][..].into()));
        let refused = versions.admit(&node(b"a").to_name(), &view, &long);
        assert!(
            matches!(refused, Err(VersionError::EntryTooLong { .. })),
            "{refused:?}"
        );
        let mut count = 0;
        let refused = loop {
            let change = Change::Node(Undoing::Insert);
            let name = node(&[count]).to_name();
            if let Err(refused) = versions.admit(&name, &view, &change) {
                break refused;
            }
            versions.enter(name, Arc::clone(&writer), versions.next_number(), change);
            count += 1;
        };
        assert!(matches!(refused, VersionError::Full { .. }), "{refused:?}");
        assert_eq!(count, 4);
    }
}
