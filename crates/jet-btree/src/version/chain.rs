//! The versions of one node, oldest first: who sees what, and who may change it.
//!
//! Invariants:
//! - at most one transaction that is open has versions in a chain, unless all of the open ones commute
//! - a version is in the chain before the page shows its change, as far as anybody can tell: both happen under one latch
//! - what was rolled back is not in the chain

use std::sync::Arc;

use jet_log::record::TrxTime;

use super::clock::{View, is_before};
use super::{Fate, TransactionState};
use crate::edit::node::Undoing;

/// What a transaction did to a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It changed the node, which this undoes. The data of a node before it was deleted are on the page.
    Node(Undoing<Arc<[u8]>>),
    /// It reserved the right to read: others may do so too, nobody may change.
    ReadLock,
    /// It reserved the right to change.
    WriteLock,
}

/// A change that may have to be undone, or that others do not see.
#[derive(Clone, Debug)]
pub struct Version {
    /// Its number; higher is newer.
    pub number: u32,
    /// Who made it.
    pub transaction: Arc<TransactionState>,
    /// What was done.
    pub change: Change,
}

/// Another transaction changed the node, and the own one does not see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "session {session} changed this node in a transaction that is open, or committed later than the own one began"
)]
pub struct Conflict {
    /// Whose change it is.
    pub session: jet_log::record::SessionId,
}

/// What a reader gets of a node instead of what the page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sight {
    /// Whether the node is there; `None`: unless the page says that it is deleted.
    pub(super) is_there: Option<bool>,
    /// Its data; `None`: those of the page.
    pub(super) data: Option<Arc<[u8]>>,
    /// What was added to numbers in these data, and must be taken away again.
    pub(super) deltas: Vec<Undoing<Arc<[u8]>>>,
}

/// The versions of one node.
#[derive(Debug, Default)]
pub(super) struct Chain {
    pub(super) versions: Vec<Version>,
}

impl Version {
    /// Whether the view has it.
    pub(super) fn is_seen_by(&self, view: &View) -> bool {
        let is_own = view
            .own
            .as_ref()
            .is_some_and(|own| Arc::ptr_eq(own, &self.transaction));
        is_own || self.is_committed_before(view.at)
    }

    /// Whether its transaction is open.
    pub(super) fn is_open(&self) -> bool {
        self.transaction.fate() == Fate::Open
    }

    /// Whether everybody whose view is not older has it.
    pub(super) fn is_committed_before(&self, time: TrxTime) -> bool {
        match self.transaction.fate() {
            Fate::Open => false,
            Fate::Committed(committed) => is_before(committed, time),
        }
    }
}

impl Change {
    /// Whether two of them may stand side by side, whoever made them.
    const fn commutes_with(&self, other: &Self) -> bool {
        matches!(
            (self, other),
            (Self::ReadLock, Self::ReadLock)
                | (
                    Self::Node(Undoing::Delta { .. }),
                    Self::Node(Undoing::Delta { .. })
                )
                | (
                    Self::Node(Undoing::Delta64 { .. }),
                    Self::Node(Undoing::Delta64 { .. })
                )
        )
    }

    /// Whether its author saw all that was there before: then whoever sees it does, too.
    const fn tells_all(&self) -> bool {
        matches!(
            self,
            Self::Node(Undoing::Insert | Undoing::Replace(_) | Undoing::FlagDelete)
        )
    }
}

impl Chain {
    /// What a view gets of the node: from the newest version down, what it does not see is taken away.
    pub(super) fn sight(&self, view: &View) -> Sight {
        let mut sight = Sight::default();
        for version in self.versions.iter().rev() {
            if version.is_seen_by(view) {
                if version.change.tells_all() {
                    break;
                }
                continue;
            }
            match &version.change {
                Change::Node(Undoing::Insert) => sight.is_there = Some(false),
                Change::Node(Undoing::FlagDelete) => sight.is_there = Some(true),
                Change::Node(Undoing::Replace(old)) => {
                    sight.data = Some(Arc::clone(old));
                    sight.deltas.clear();
                }
                Change::Node(delta) => sight.deltas.push(delta.clone()),
                Change::ReadLock | Change::WriteLock => {}
            }
        }
        sight
    }

    /// Whether whoever has `view` may do `change` to the node.
    pub(super) fn admit(&self, view: &View, change: &Change) -> Result<(), Conflict> {
        for version in self.versions.iter().rev() {
            let is_seen = version.is_seen_by(view);
            if is_seen && version.change.tells_all() {
                break;
            }
            if !is_seen && !version.change.commutes_with(change) {
                let session = version.transaction.session();
                return Err(Conflict { session });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use jet_log::record::SessionId;

    use super::super::Clock;
    use super::*;

    /// Two transactions and what each does, in order.
    struct Scene {
        clock: Clock,
        chain: Chain,
    }

    impl Scene {
        fn new() -> Self {
            Self {
                clock: Clock::new(TrxTime(0)),
                chain: Chain::default(),
            }
        }

        fn begin(&self, session: u16) -> View {
            let state = self.clock.begin(SessionId(session), false).state;
            View {
                at: state.begun(),
                own: Some(state),
            }
        }

        fn change(&mut self, view: &View, change: Change) -> Result<(), Conflict> {
            self.chain.admit(view, &change)?;
            self.chain.versions.push(Version {
                number: 1,
                transaction: Arc::clone(view.own.as_ref().unwrap()),
                change,
            });
            Ok(())
        }

        fn commit(&self, view: &View) {
            self.clock.commit(view.own.as_ref().unwrap());
        }
    }

    fn replace(old: &[u8]) -> Change {
        Change::Node(Undoing::Replace(old.into()))
    }

    fn delta(delta: i32) -> Change {
        Change::Node(Undoing::Delta { offset: 4, delta })
    }

    const INSERT: Change = Change::Node(Undoing::Insert);
    const DELETE: Change = Change::Node(Undoing::FlagDelete);

    #[test]
    fn only_the_own_transaction_and_later_ones_see_an_insertion() {
        let mut scene = Scene::new();
        let (writer, before) = (scene.begin(1), scene.begin(2));
        scene.change(&writer, INSERT).unwrap();
        assert_eq!(scene.chain.sight(&writer), Sight::default());
        assert_eq!(scene.chain.sight(&before).is_there, Some(false));
        scene.commit(&writer);
        assert_eq!(scene.chain.sight(&before).is_there, Some(false));
        assert_eq!(scene.chain.sight(&scene.begin(3)), Sight::default());
        assert_eq!(scene.chain.sight(&scene.clock.now()), Sight::default());
    }

    #[test]
    fn a_snapshot_keeps_the_oldest_data_that_later_ones_replaced() {
        let mut scene = Scene::new();
        let reader = scene.begin(9);
        for (session, old) in [(1, b"a"), (2, b"b"), (3, b"c")] {
            let writer = scene.begin(session);
            scene.change(&writer, replace(old)).unwrap();
            scene.commit(&writer);
        }
        assert_eq!(scene.chain.sight(&reader).data.as_deref(), Some(&b"a"[..]));
        let refused = scene.change(&reader, DELETE);
        assert_eq!(
            refused,
            Err(Conflict {
                session: SessionId(3)
            })
        );
    }

    #[test]
    fn what_was_deleted_and_inserted_again_is_what_it_was_to_others() {
        let mut scene = Scene::new();
        let (writer, reader) = (scene.begin(1), scene.begin(2));
        scene.change(&writer, DELETE).unwrap();
        assert_eq!(scene.chain.sight(&reader).is_there, Some(true));
        scene.change(&writer, replace(b"old")).unwrap();
        scene.change(&writer, INSERT).unwrap();
        let sight = scene.chain.sight(&reader);
        assert_eq!(
            (sight.is_there, sight.data.as_deref()),
            (Some(true), Some(&b"old"[..]))
        );
        assert_eq!(scene.chain.sight(&writer), Sight::default());
    }

    #[test]
    fn sums_of_several_stand_side_by_side_and_everybody_sees_his_own() {
        let mut scene = Scene::new();
        let (one, two, reader) = (scene.begin(1), scene.begin(2), scene.begin(3));
        scene.change(&one, delta(5)).unwrap();
        scene.change(&two, delta(7)).unwrap();
        let deltas = |view: &View| -> Vec<_> {
            let unseen = scene.chain.sight(view).deltas;
            unseen
                .iter()
                .map(|delta| match delta {
                    Undoing::Delta { delta, .. } => *delta,
                    other => panic!("{other:?}"),
                })
                .collect()
        };
        assert_eq!(
            (deltas(&one), deltas(&two), deltas(&reader)),
            (vec![7], vec![5], vec![7, 5])
        );
        // A replacement would lose the sum of the other.
        assert!(scene.chain.admit(&one, &replace(b"")).is_err());
        scene.commit(&two);
        assert!(scene.chain.admit(&one, &replace(b"")).is_err());
        assert!(scene.chain.admit(&one, &delta(1)).is_ok());
    }

    #[test]
    fn locks_to_read_bear_each_other_and_no_change() {
        let mut scene = Scene::new();
        let (one, two) = (scene.begin(1), scene.begin(2));
        scene.change(&one, Change::ReadLock).unwrap();
        scene.change(&two, Change::ReadLock).unwrap();
        assert!(scene.chain.admit(&one, &Change::WriteLock).is_err());
        assert!(scene.chain.admit(&one, &DELETE).is_err());
        let mut scene = Scene::new();
        let (one, two) = (scene.begin(1), scene.begin(2));
        scene.change(&one, Change::WriteLock).unwrap();
        assert!(scene.chain.admit(&two, &Change::ReadLock).is_err());
        assert!(scene.chain.admit(&one, &DELETE).is_ok());
        assert_eq!(scene.chain.sight(&two), Sight::default());
    }
}
