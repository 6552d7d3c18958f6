//! The check of space: every page that the database owns is in exactly one place.
//!
//! A page within the extents of the database root is a page of some tree, a page of some space tree, free in exactly one
//! tree, or kept in a split buffer. What a tree uses or calls free lies within what it owns, and what it owns lies within
//! what its parent owns and does not call free. Pages that nobody knows are leaked: real files have them (a table
//! creation that was undone), and they do no harm. Source: `docs/format/btree.md`.
//!
//! Memory: one bit per page of the file, and the extents of all trees.

mod extents;
mod finding;
mod page_set;

use std::collections::BTreeMap;

use jet_pages::space::{Extent, SpaceLayout};
use jet_pages::{Objid, Pgno};

use extents::{covers, disjoint, holds, overlaps, shared};
pub use finding::{SpaceFinding, Use};
use page_set::PageSet;

use crate::check::{TreeFinding, TreeStats, check_tree};
use crate::space::TreeSpace;
use crate::{Pages, Tree};

/// Pages that two owners have are named with their owners, up to this many.
const DOUBLE_MAX: usize = 1000;

/// The check of all trees of a database: add each, then ask for what is left over.
#[derive(Debug)]
pub struct Ownership<'c> {
    pages: &'c Pages,
    claimed: PageSet,
    /// Pages reached on the walk through one tree.
    visited: PageSet,
    spaces: BTreeMap<Pgno, Owner>,
    doubled: BTreeMap<Pgno, Vec<(Objid, Use)>>,
    /// Damage hides pages of some tree, so a page that nobody has may be one of them.
    is_incomplete: bool,
}

/// A tree and its space, `None` when that cannot be read.
#[derive(Debug)]
struct Owner {
    objid: Objid,
    space: Option<TreeSpace>,
}

impl<'c> Ownership<'c> {
    /// Nothing is claimed yet.
    pub fn new(pages: &'c Pages) -> Self {
        let last = Pgno(pages.count());
        Self {
            pages,
            claimed: PageSet::new(last),
            visited: PageSet::new(last),
            spaces: BTreeMap::new(),
            doubled: BTreeMap::new(),
            is_incomplete: false,
        }
    }

    /// Checks `tree` and its space trees, and claims their pages and what is free in them.
    ///
    /// What cannot be told once a part is damaged is not guessed: when the space of the tree cannot be read, its pages
    /// are not compared with what it owns.
    pub fn add(
        &mut self,
        tree: Tree<'c>,
        report: &mut dyn FnMut(Pgno, TreeFinding),
        report_space: &mut dyn FnMut(SpaceFinding),
    ) -> TreeStats {
        let objid = tree.objid();
        let space = TreeSpace::read(tree)
            .map_err(|source| report_space(SpaceFinding::Unreadable { objid, source }))
            .ok();
        let mut outside = Vec::new();
        let mut claim = |claimed: &mut Self, pgno: Pgno, used_as: Use| {
            if let Some(space) = &space
                && !holds(&space.owned, pgno)
            {
                outside.push((pgno, used_as));
            }
            claimed.claim(pgno);
        };
        let stats = self.walk(tree, report, &mut |this, pgno| claim(this, pgno, Use::Tree));
        for root in space_trees(tree) {
            self.walk(root, report, &mut |this, pgno| claim(this, pgno, Use::SpaceTree));
        }
        if let Some(space) = &space {
            let last = Pgno(self.pages.count());
            let free: Vec<Extent> = space.available.iter().map(|node| node.extent).collect();
            for (extents, used_as) in [(&free, Use::Available), (&space.split_buffers, Use::SplitBuffer)] {
                for pgno in disjoint(extents)
                    .iter()
                    .flat_map(Extent::pages)
                    .take_while(|&pgno| pgno <= last)
                {
                    claim(self, pgno, used_as);
                }
            }
            let beyond = space.owned.iter().filter(|extent| extent.last() > last);
            beyond.for_each(|&extent| report_space(SpaceFinding::BeyondFile { objid, extent, last }));
            for (extents, is_free) in [(&space.owned, false), (&free, true)] {
                overlaps(extents).into_iter().for_each(|extent| {
                    report_space(SpaceFinding::Overlap {
                        objid,
                        extent,
                        is_free,
                    })
                });
            }
        }
        for (pgno, used_as) in outside {
            report_space(SpaceFinding::NotOwned { objid, pgno, used_as });
        }
        self.spaces.insert(tree.root(), Owner { objid, space });
        stats
    }

    /// Takes note of a tree that exists but whose root page cannot be read: what it owns and uses is not known, so
    /// pages that nobody else has are not called leaked.
    pub fn add_unreadable(&mut self, root: Pgno, objid: Objid) {
        self.spaces.insert(root, Owner { objid, space: None });
    }

    /// Compares the trees with each other; all of them must have been added. `trees`: the same trees again, to find
    /// the owners of pages that have several.
    pub fn finish(mut self, trees: &[Tree<'c>], report: &mut dyn FnMut(SpaceFinding)) {
        self.check_parents(report);
        self.check_children(report);
        self.check_leaks(report);
        if !self.doubled.is_empty() {
            self.name_owners(trees);
            for (pgno, mut owners) in core::mem::take(&mut self.doubled) {
                owners.sort_unstable();
                report(SpaceFinding::DoublyOwned { pgno, owners });
            }
        }
    }

    /// Checks one tree; `take` is given each of its pages once.
    fn walk(
        &mut self,
        tree: Tree<'c>,
        report: &mut dyn FnMut(Pgno, TreeFinding),
        take: &mut dyn FnMut(&mut Self, Pgno),
    ) -> TreeStats {
        self.visited.clear();
        let mut visit = |pgno| {
            let is_new = self.visited.insert(pgno);
            if is_new {
                take(self, pgno);
            }
            is_new
        };
        let stats = check_tree(tree, &mut visit, report);
        self.is_incomplete |= stats.lost_links > 0;
        stats
    }

    fn known(&self) -> impl Iterator<Item = (Objid, &TreeSpace)> {
        self.spaces
            .values()
            .filter_map(|owner| Some((owner.objid, owner.space.as_ref()?)))
    }

    /// What a tree owns lies within what its parent owns and does not call free.
    fn check_parents(&self, report: &mut dyn FnMut(SpaceFinding)) {
        for (objid, space) in self.known() {
            let parent = space.parent;
            if objid == Objid::DATABASE || space.owned.is_empty() {
                continue;
            }
            let Some(above) = self.spaces.get(&parent) else {
                report(SpaceFinding::NoParent { objid, parent });
                continue;
            };
            let Some(above) = &above.space else { continue };
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

    /// Trees with one parent own different pages.
    fn check_children(&self, report: &mut dyn FnMut(SpaceFinding)) {
        let mut children: BTreeMap<Pgno, Vec<(Extent, Objid)>> = BTreeMap::new();
        for (objid, space) in self.known().filter(|(objid, _)| *objid != Objid::DATABASE) {
            let own = disjoint(&space.owned).into_iter().map(|extent| (extent, objid));
            children.entry(space.parent).or_default().extend(own);
        }
        for extents in children.values_mut() {
            extents.sort_unstable();
            let mut furthest: Option<(Extent, Objid)> = None;
            for &(extent, objid) in extents.iter() {
                if let Some((before, other)) = furthest
                    && let Some(extent) = shared(before, extent)
                {
                    report(SpaceFinding::OwnedByTwo { objid, other, extent });
                }
                if furthest.is_none_or(|(before, _)| before.last() < extent.last()) {
                    furthest = Some((extent, objid));
                }
            }
        }
    }

    fn check_leaks(&self, report: &mut dyn FnMut(SpaceFinding)) {
        let Some(root) = self
            .spaces
            .get(&Pgno::DATABASE_ROOT)
            .and_then(|owner| owner.space.as_ref())
        else {
            return;
        };
        if self.is_incomplete || self.spaces.values().any(|owner| owner.space.is_none()) {
            return;
        }
        let last = Pgno(self.pages.count());
        let owned = disjoint(&root.owned);
        let unclaimed = owned
            .iter()
            .flat_map(Extent::pages)
            .take_while(|&pgno| pgno <= last)
            .filter(|&pgno| !self.claimed.contains(pgno));
        let borders = self.borders();
        let mut run: Option<(Objid, Extent)> = None;
        for pgno in unclaimed {
            // The owner changes at borders of extents only.
            let is_border = || borders.binary_search(&pgno).is_ok();
            let owner = match run {
                Some((owner, extent)) if extent.last().0 + 1 == pgno.0 && !is_border() => owner,
                _ => self.lowest_owner(pgno),
            };
            match &mut run {
                Some((objid, extent)) if *objid == owner && extent.last().0 + 1 == pgno.0 => {
                    extent.count += 1
                }
                _ => {
                    let begun = run.replace((
                        owner,
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

    /// First pages of all extents owned and the pages behind them, ascending.
    fn borders(&self) -> Vec<Pgno> {
        let extents = self.known().flat_map(|(_, space)| &space.owned);
        let mut borders: Vec<Pgno> = extents
            .flat_map(|extent| [extent.first, Pgno(extent.last().0.saturating_add(1))])
            .collect();
        borders.sort_unstable();
        borders
    }

    /// The tree with the smallest extent around the page.
    fn lowest_owner(&self, pgno: Pgno) -> Objid {
        let owners = self.known().flat_map(|(objid, space)| {
            let around = space.owned.iter().filter(|extent| extent.contains(pgno));
            around.map(move |extent| (extent.count, objid))
        });
        owners
            .min_by_key(|(count, objid)| (*count, core::cmp::Reverse(*objid)))
            .map_or(Objid::DATABASE, |(_, objid)| objid)
    }

    fn claim(&mut self, pgno: Pgno) {
        if !self.claimed.insert(pgno) && self.doubled.len() < DOUBLE_MAX {
            self.doubled.entry(pgno).or_default();
        }
    }

    /// A second look at every tree, for the owners of the pages that have several.
    fn name_owners(&mut self, trees: &[Tree<'c>]) {
        let note = |this: &mut Self, pgno: Pgno, objid: Objid, used_as: Use| {
            if let Some(owners) = this.doubled.get_mut(&pgno) {
                owners.push((objid, used_as));
            }
        };
        for &tree in trees {
            let objid = tree.objid();
            let ignore = &mut |_, _| {};
            self.walk(tree, ignore, &mut |this, pgno| note(this, pgno, objid, Use::Tree));
            for root in space_trees(tree) {
                self.walk(root, ignore, &mut |this, pgno| {
                    note(this, pgno, objid, Use::SpaceTree)
                });
            }
        }
        for owner in self.spaces.values() {
            let Some(space) = &owner.space else { continue };
            let free: Vec<Extent> = space.available.iter().map(|node| node.extent).collect();
            for (extents, used_as) in [(&free, Use::Available), (&space.split_buffers, Use::SplitBuffer)] {
                for extent in disjoint(extents) {
                    for (_, owners) in self.doubled.range_mut(extent.first..=extent.last()) {
                        owners.push((owner.objid, used_as));
                    }
                }
            }
        }
    }
}

/// The space trees of `tree` that can be opened.
fn space_trees(tree: Tree<'_>) -> impl Iterator<Item = Tree<'_>> {
    let roots = match tree.root_header().map(|header| header.layout) {
        Ok(SpaceLayout::Multiple {
            pgno_owned,
            pgno_avail,
        }) => vec![pgno_owned, pgno_avail],
        _ => Vec::new(),
    };
    let open = move |root| Tree::open(tree.pages(), root, Some(tree.objid())).ok();
    roots.into_iter().filter_map(open)
}
