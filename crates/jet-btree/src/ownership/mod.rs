//! The check of space: every page that the database owns is in exactly one place.
//!
//! A page within the extents of the database root is a page of some tree, a page of some space tree, free in exactly one
//! tree, or kept in a split buffer. What a tree uses or calls free lies within what it owns, and what it owns lies within
//! what its parent owns and does not call free. Pages that nobody knows are leaked: real files have them (a table
//! creation that was undone), and they do no harm. Source: `docs/format/btree.md`.
//!
//! Memory: one bit per page of the file, and the extents of all trees.

use std::collections::BTreeMap;

use jet_pages::space::Extent;
use jet_pages::{Objid, Pgno};

use crate::check::{TreeFinding, TreeStats, check_tree};
use crate::space::TreeSpace;
use crate::{Pages, Tree, TreeError};

/// Something about the space of a database that should not be.
#[derive(Debug, thiserror::Error)]
pub enum SpaceFinding {
    /// The extents of a tree cannot be read.
    #[error("the space of tree {objid} cannot be read: {source}")]
    Unreadable {
        /// The tree.
        objid: Objid,
        /// Why.
        source: TreeError,
    },
    /// Two owners have one page.
    #[error("page {pgno} has {} owners: {}", owners.len(), owner_list(owners))]
    DoublyOwned {
        /// The page.
        pgno: Pgno,
        /// Who has it, and as what.
        owners: Vec<(Objid, Use)>,
    },
    /// A tree uses, or calls free, a page that it does not own.
    #[error("tree {objid} has page {pgno} as {used_as}, but does not own it")]
    NotOwned {
        /// The tree.
        objid: Objid,
        /// The page.
        pgno: Pgno,
        /// What it has it as.
        used_as: Use,
    },
    /// A tree owns pages that its parent does not own, or calls free.
    #[error("tree {objid} owns pages {} to {}, which its parent at page {parent} {}", extent.first, extent.last(),
        if *is_free { "calls free" } else { "does not own" })]
    OutsideParent {
        /// The tree.
        objid: Objid,
        /// The pages.
        extent: Extent,
        /// Root of the parent.
        parent: Pgno,
        /// Whether the parent owns them but calls them free.
        is_free: bool,
    },
    /// A tree names a parent that is no tree of the database.
    #[error("tree {objid} names page {parent} as the root of its parent, which is none")]
    NoParent {
        /// The tree.
        objid: Objid,
        /// The page named.
        parent: Pgno,
    },
    /// An extent reaches behind the end of the file.
    #[error("tree {objid} owns pages {} to {}, the file ends with page {last}", extent.first, extent.last())]
    BeyondFile {
        /// The tree.
        objid: Objid,
        /// The pages.
        extent: Extent,
        /// Last page of the file.
        last: Pgno,
    },
    /// Pages that are owned but in no use, and not free.
    #[error("pages {} to {} are leaked: owned by tree {objid}, but neither used nor free", extent.first, extent.last())]
    Leaked {
        /// The lowest tree that owns them.
        objid: Objid,
        /// The pages.
        extent: Extent,
    },
}

impl SpaceFinding {
    /// Stable identifier of this kind of finding.
    pub const fn id(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "space-unreadable",
            Self::DoublyOwned { .. } => "space-doubly-owned",
            Self::NotOwned { .. } => "space-not-owned",
            Self::OutsideParent { .. } => "space-outside-parent",
            Self::NoParent { .. } => "space-no-parent",
            Self::BeyondFile { .. } => "space-beyond-file",
            Self::Leaked { .. } => "space-leaked",
        }
    }

    /// The page that the finding is about, the first of several.
    pub const fn pgno(&self) -> Pgno {
        match self {
            Self::Unreadable { source, .. } => source.pgno(),
            Self::DoublyOwned { pgno, .. } | Self::NotOwned { pgno, .. } => *pgno,
            Self::OutsideParent { extent, .. }
            | Self::BeyondFile { extent, .. }
            | Self::Leaked { extent, .. } => extent.first,
            Self::NoParent { parent, .. } => *parent,
        }
    }
}

/// What a tree has a page as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Use {
    /// A page of the tree.
    Tree,
    /// A page of its space trees.
    SpaceTree,
    /// Free.
    Available,
    /// Kept for splits of its space trees.
    SplitBuffer,
}

impl core::fmt::Display for Use {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Tree => "a page of the tree",
            Self::SpaceTree => "a page of its space trees",
            Self::Available => "a free page",
            Self::SplitBuffer => "a page of a split buffer",
        })
    }
}

fn owner_list(owners: &[(Objid, Use)]) -> String {
    owners
        .iter()
        .map(|(objid, used_as)| format!("tree {objid} as {used_as}"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Pages that two owners have are named with their owners, up to this many.
const DOUBLE_MAX: usize = 1000;

/// The check of all trees of a database: add each, then ask for what is left over.
#[derive(Debug)]
pub struct Ownership<'c> {
    pages: &'c Pages,
    claimed: Vec<u64>,
    spaces: BTreeMap<Pgno, (Objid, TreeSpace)>,
    doubled: BTreeMap<Pgno, Vec<(Objid, Use)>>,
}

impl<'c> Ownership<'c> {
    /// Nothing is claimed yet.
    pub fn new(pages: &'c Pages) -> Self {
        let words = pages.count() as usize / 64 + 1;
        Self {
            pages,
            claimed: vec![0; words],
            spaces: BTreeMap::new(),
            doubled: BTreeMap::new(),
        }
    }

    /// Checks `tree` and its space trees, and claims their pages and what is free in them.
    pub fn add(
        &mut self,
        tree: Tree<'c>,
        report: &mut dyn FnMut(Pgno, TreeFinding),
        report_space: &mut dyn FnMut(SpaceFinding),
    ) -> TreeStats {
        let objid = tree.objid();
        let space = TreeSpace::read(tree).unwrap_or_else(|source| {
            report_space(SpaceFinding::Unreadable { objid, source });
            TreeSpace::default()
        });
        let mut outside = Vec::new();
        let mut claims = Claims {
            ownership: self,
            owned: &space.owned,
            outside: &mut outside,
        };
        let stats = claims.tree(tree, Use::Tree, report);
        for root in space.space_trees.into_iter().flatten() {
            match Tree::open(tree.pages(), root, Some(objid)) {
                Ok(space_tree) => _ = claims.tree(space_tree, Use::SpaceTree, report),
                Err(error) => report(root, TreeFinding::Unreadable(error)),
            }
        }
        let last = Pgno(claims.ownership.pages.count());
        for node in &space.available {
            claims.extent(node.extent, Use::Available);
        }
        for extent in &space.split_buffers {
            claims.extent(*extent, Use::SplitBuffer);
        }
        for (pgno, used_as) in outside {
            report_space(SpaceFinding::NotOwned { objid, pgno, used_as });
        }
        for extent in &space.owned {
            if extent.last() > last {
                report_space(SpaceFinding::BeyondFile {
                    objid,
                    extent: *extent,
                    last,
                });
            }
        }
        self.spaces.insert(tree.root(), (objid, space));
        stats
    }

    /// Compares the trees with each other; all of them must have been added. `trees`: the same trees again, to find
    /// the owners of pages that have several.
    pub fn finish(mut self, trees: &[Tree<'c>], report: &mut dyn FnMut(SpaceFinding)) {
        self.check_parents(report);
        self.check_leaks(report);
        if !self.doubled.is_empty() {
            self.name_owners(trees);
            for (pgno, mut owners) in core::mem::take(&mut self.doubled) {
                owners.sort_unstable();
                report(SpaceFinding::DoublyOwned { pgno, owners });
            }
        }
    }

    fn check_parents(&self, report: &mut dyn FnMut(SpaceFinding)) {
        for (objid, space) in self.spaces.values() {
            let (objid, parent) = (*objid, space.parent);
            if objid == Objid::DATABASE || space.owned.is_empty() {
                continue;
            }
            let Some((_, above)) = self.spaces.get(&parent) else {
                report(SpaceFinding::NoParent { objid, parent });
                continue;
            };
            for &extent in &space.owned {
                let behind = above
                    .available
                    .partition_point(|node| node.extent.last() < extent.first);
                let is_free = above
                    .available
                    .get(behind)
                    .is_some_and(|node| node.extent.first <= extent.last());
                if is_free || !covers(&above.owned, extent) {
                    report(SpaceFinding::OutsideParent {
                        objid,
                        extent,
                        parent,
                        is_free,
                    });
                }
            }
        }
    }

    fn check_leaks(&self, report: &mut dyn FnMut(SpaceFinding)) {
        let Some((_, root)) = self.spaces.get(&Pgno::DATABASE_ROOT) else {
            return;
        };
        let mut run: Option<(Objid, Extent)> = None;
        for pgno in root
            .owned
            .iter()
            .flat_map(Extent::pages)
            .take_while(|pgno| pgno.0 <= self.pages.count())
        {
            if self.is_claimed(pgno) {
                continue;
            }
            let objid = self.lowest_owner(pgno);
            match &mut run {
                Some((owner, extent)) if *owner == objid && extent.first.0 + extent.count == pgno.0 => {
                    extent.count += 1;
                }
                _ => {
                    let begun = run.replace((
                        objid,
                        Extent {
                            first: pgno,
                            count: 1,
                        },
                    ));
                    begun
                        .into_iter()
                        .for_each(|(objid, extent)| report(SpaceFinding::Leaked { objid, extent }));
                }
            }
        }
        run.into_iter()
            .for_each(|(objid, extent)| report(SpaceFinding::Leaked { objid, extent }));
    }

    /// The tree with the smallest extent around the page.
    fn lowest_owner(&self, pgno: Pgno) -> Objid {
        let owners = self.spaces.values().flat_map(|(objid, space)| {
            space
                .owned
                .iter()
                .filter(|extent| extent.contains(pgno))
                .map(|extent| (extent.count, *objid))
        });
        owners
            .min_by_key(|(count, objid)| (*count, core::cmp::Reverse(*objid)))
            .map_or(Objid::DATABASE, |(_, objid)| objid)
    }

    fn is_claimed(&self, pgno: Pgno) -> bool {
        let word = self.claimed.get(pgno.0 as usize / 64);
        word.is_some_and(|word| word >> (pgno.0 % 64) & 1 == 1)
    }

    /// True when nobody had the page before.
    fn claim(&mut self, pgno: Pgno) -> bool {
        let Some(word) = self.claimed.get_mut(pgno.0 as usize / 64) else {
            return true;
        };
        let bit = 1 << (pgno.0 % 64);
        let is_new = *word & bit == 0;
        *word |= bit;
        if !is_new && self.doubled.len() < DOUBLE_MAX {
            self.doubled.entry(pgno).or_default();
        }
        is_new
    }

    /// A second look at every tree, for the owners of the pages that have several.
    fn name_owners(&mut self, trees: &[Tree<'c>]) {
        let doubled = &mut self.doubled;
        let mut note = |pgno: Pgno, objid: Objid, used_as: Use| {
            if let Some(owners) = doubled.get_mut(&pgno) {
                owners.push((objid, used_as));
            }
        };
        for tree in trees {
            let objid = tree.objid();
            // Each page once per tree: a circle must end.
            let mut seen = std::collections::HashSet::new();
            let mut once = |pgno| seen.insert(pgno);
            let mut visit = |pgno| {
                note(pgno, objid, Use::Tree);
                once(pgno)
            };
            check_tree(*tree, &mut visit, &mut |_, _| {});
            let Some((_, space)) = self.spaces.get(&tree.root()) else {
                continue;
            };
            for root in space.space_trees.into_iter().flatten() {
                let Ok(space_tree) = Tree::open(tree.pages(), root, Some(objid)) else {
                    continue;
                };
                let mut visit = |pgno| {
                    note(pgno, objid, Use::SpaceTree);
                    once(pgno)
                };
                check_tree(space_tree, &mut visit, &mut |_, _| {});
            }
            let free = space.available.iter().map(|node| (node.extent, Use::Available));
            let kept = space
                .split_buffers
                .iter()
                .map(|extent| (*extent, Use::SplitBuffer));
            for (extent, used_as) in free.chain(kept) {
                extent
                    .pages()
                    .take_while(|pgno| pgno.0 <= self.pages.count())
                    .for_each(|pgno| note(pgno, objid, used_as));
            }
        }
    }
}

/// Pages claimed for one tree.
struct Claims<'a, 'c> {
    ownership: &'a mut Ownership<'c>,
    owned: &'a [Extent],
    outside: &'a mut Vec<(Pgno, Use)>,
}

impl<'c> Claims<'_, 'c> {
    fn tree(&mut self, tree: Tree<'c>, used_as: Use, report: &mut dyn FnMut(Pgno, TreeFinding)) -> TreeStats {
        check_tree(tree, &mut |pgno| self.page(pgno, used_as), report)
    }

    fn extent(&mut self, extent: Extent, used_as: Use) {
        let last = self.ownership.pages.count();
        for pgno in extent.pages().take_while(|pgno| pgno.0 <= last) {
            self.page(pgno, used_as);
        }
    }

    fn page(&mut self, pgno: Pgno, used_as: Use) -> bool {
        if !at_or_behind(self.owned, pgno).is_some_and(|extent| extent.contains(pgno)) {
            self.outside.push((pgno, used_as));
        }
        self.ownership.claim(pgno)
    }
}

/// The first of `extents`, which ascend, that does not end before `pgno`.
fn at_or_behind(extents: &[Extent], pgno: Pgno) -> Option<&Extent> {
    extents.get(extents.partition_point(|extent| extent.last() < pgno))
}

/// Whether `extent` lies in the union of `owned`, ascending runs of which several may adjoin.
fn covers(owned: &[Extent], extent: Extent) -> bool {
    let mut next = extent.first;
    let start = owned.partition_point(|piece| piece.last() < next);
    for piece in owned.iter().skip(start) {
        if !piece.contains(next) {
            return false;
        }
        if piece.last() >= extent.last() {
            return true;
        }
        next = Pgno(piece.last().0 + 1);
    }
    false
}
