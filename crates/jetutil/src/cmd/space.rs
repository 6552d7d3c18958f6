//! `jetutil space`: where the pages of a file are: tree by tree, each under the one that it takes its space from.
//!
//! Every page of every tree is read and checked on the way, so that what is leaked or owned twice shows too.

mod text;

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;

use jet_btree::check::{TreeStats, check_tree};
use jet_btree::ownership::{Ownership, SpaceFinding};
use jet_btree::space::TreeSpace;
use jet_btree::{Tree, TreeError};
use jet_pages::space::Extent;
use jet_pages::{Objid, Pgno};
use serde::Serialize;

use crate::args::Args;
use crate::inspect::{Inspected, Owner, Problem};
use crate::{Outcome, render};

/// Show the space of a file tree by tree: pages owned, used and free, levels, rows, fill.
///
/// A tree's owned pages include what its children own. Leaked pages are owned but in no use; they do no harm.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  jetutil space SRUDB.dat\n  jetutil space --extents --json SRUDB.dat")]
pub(crate) struct Space {
    /// The database file.
    file: PathBuf,

    /// List the runs of pages that each tree owns and has free.
    #[arg(long)]
    extents: bool,
}

pub(crate) fn run(space: &Space, args: &Args) -> anyhow::Result<Outcome> {
    let file = Inspected::open(args.open_options(), &space.file)?;
    let report = Report::of(&file, space.extents);
    if args.json {
        render::print_json(&report)?;
    } else {
        render::print(&report.text())?;
    }
    Ok(match report.problems.is_empty() {
        true => Outcome::Sound,
        false => Outcome::Findings,
    })
}

#[derive(Debug, Serialize)]
struct Report {
    page_size: usize,
    /// Pages of the file behind the two headers.
    file_pages: u32,
    /// Pages behind the last one that the database owns: they mean nothing.
    pages_beyond_owned: u32,
    total: Total,
    /// Parents before children.
    trees: Vec<TreeReport>,
    leaked: Vec<Leak>,
    problems: Vec<Problem>,
}

/// Sums over all trees.
#[derive(Debug, Default, Serialize)]
struct Total {
    owned_pages: u64,
    tree_pages: u64,
    space_tree_pages: u64,
    free_pages: u64,
    leaked_pages: u64,
    rows: u64,
    data_bytes: u64,
}

#[derive(Debug, Serialize)]
struct TreeReport {
    #[serde(flatten)]
    owner: Owner,
    root: u32,
    /// Root of the tree that it takes its space from; none for the database root.
    parent: Option<u32>,
    /// Steps from the database root.
    nesting: usize,
    owned_pages: u64,
    free_pages: u64,
    internal_pages: u64,
    leaf_pages: u64,
    space_tree_pages: u64,
    depth: usize,
    rows: u64,
    deleted_rows: u64,
    data_bytes: u64,
    /// Part of the leaves' room that is in use, in percent; none without leaves.
    fill_percent: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    extents: Option<Extents>,
}

#[derive(Debug, Serialize)]
struct Extents {
    owned: Vec<Run>,
    free: Vec<Run>,
    kept_for_splits: Vec<Run>,
}

#[derive(Debug, Serialize)]
struct Run {
    first: u32,
    last: u32,
    /// Pool of a free run: 0 general, 1 continuous, 2 shelved.
    #[serde(skip_serializing_if = "is_zero")]
    pool: u8,
}

#[derive(Debug, Serialize)]
struct Leak {
    objid: u32,
    first: u32,
    last: u32,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the serialiser hands out references"
)]
fn is_zero(pool: &u8) -> bool {
    *pool == 0
}

impl Run {
    fn of(extent: Extent, pool: u8) -> Self {
        Self {
            first: extent.first.0,
            last: extent.last().0,
            pool,
        }
    }
}

/// Findings of one kind are listed up to this many; behind that a damaged file says nothing new.
const PROBLEMS_MAX: usize = 200;

impl Report {
    fn of(file: &Inspected, with_extents: bool) -> Self {
        let pages = file.raw.pages();
        let mut report = Self {
            page_size: pages.size().bytes(),
            file_pages: pages.count(),
            pages_beyond_owned: 0,
            total: Total::default(),
            trees: Vec::new(),
            leaked: Vec::new(),
            problems: file.catalog_problems(),
        };
        let mut ownership = Ownership::new(pages);
        let mut opened = Vec::new();
        let mut seen = HashSet::new();
        for (objid, root, kind) in file.trees().filter(|(objid, ..)| seen.insert(*objid)) {
            let owner = kind.owner(objid);
            match file.open_tree(objid, root) {
                Ok(tree) => {
                    let stats = report.check(&owner, tree, &mut ownership);
                    report
                        .trees
                        .push(TreeReport::of(owner, tree, stats, with_extents));
                    opened.push(tree);
                }
                Err(error) => report.tree_problem(&owner, &error),
            }
        }
        let mut findings = Vec::new();
        ownership.finish(&opened, &mut |finding| findings.push(finding));
        for finding in findings {
            report.space_finding(&finding);
        }
        report.sum_up(opened.first().copied());
        nest(&mut report.trees);
        report.problems.truncate(PROBLEMS_MAX);
        report
    }

    fn check<'c>(&mut self, owner: &Owner, tree: Tree<'c>, ownership: &mut Ownership<'c>) -> TreeStats {
        let problems = &mut self.problems;
        let mut space_findings = Vec::new();
        let stats = ownership.add(
            tree,
            &mut |pgno, finding| {
                problems.push(Problem {
                    id: finding.id().into(),
                    message: format!("{owner}, page {pgno}: {finding}"),
                });
            },
            &mut |finding| space_findings.push(finding),
        );
        for finding in space_findings {
            self.space_finding(&finding);
        }
        stats
    }

    fn tree_problem(&mut self, owner: &Owner, error: &TreeError) {
        self.problems.push(Problem {
            id: "tree-unreadable".into(),
            message: format!("{owner}: {error}"),
        });
    }

    fn space_finding(&mut self, finding: &SpaceFinding) {
        match finding {
            SpaceFinding::Leaked { objid, extent } => self.leaked.push(Leak {
                objid: objid.0,
                first: extent.first.0,
                last: extent.last().0,
            }),
            other => self.problems.push(Problem {
                id: other.id().into(),
                message: other.to_string(),
            }),
        }
    }

    fn sum_up(&mut self, root: Option<Tree<'_>>) {
        let total = &mut self.total;
        for tree in &self.trees {
            total.tree_pages += tree.internal_pages + tree.leaf_pages;
            total.space_tree_pages += tree.space_tree_pages;
            total.free_pages += tree.free_pages;
            total.rows += tree.rows;
            total.data_bytes += tree.data_bytes;
        }
        total.leaked_pages = self
            .leaked
            .iter()
            .map(|leak| u64::from(leak.last - leak.first) + 1)
            .sum();
        let space = root
            .filter(|tree| tree.root() == Pgno::DATABASE_ROOT)
            .and_then(|tree| TreeSpace::read(tree).ok())
            .unwrap_or_default();
        total.owned_pages = space.owned_pages();
        let last = space
            .owned
            .last()
            .map_or(self.file_pages, |extent| extent.last().0);
        self.pages_beyond_owned = self.file_pages.saturating_sub(last);
    }
}

impl TreeReport {
    fn of(owner: Owner, tree: Tree<'_>, stats: TreeStats, with_extents: bool) -> Self {
        let size = tree.pages().size();
        // What cannot be read was reported with the tree.
        let space = TreeSpace::read(tree).unwrap_or_default();
        let room = stats.leaf_pages * (size.bytes() - size.header_bytes()) as u64;
        let used = room.saturating_sub(stats.free_bytes);
        Self {
            owner,
            root: tree.root().0,
            parent: space.parent.is_some().then_some(space.parent.0),
            nesting: 0,
            owned_pages: space.owned_pages(),
            free_pages: space.available_pages(),
            internal_pages: stats.internal_pages,
            leaf_pages: stats.leaf_pages,
            space_tree_pages: space_tree_pages(tree, &space),
            depth: stats.depth,
            rows: stats.nodes,
            deleted_rows: stats.deleted_nodes,
            data_bytes: stats.data_bytes,
            fill_percent: (used * 100).checked_div(room),
            extents: with_extents.then(|| Extents::of(&space)),
        }
    }
}

impl Extents {
    fn of(space: &TreeSpace) -> Self {
        let runs = |extents: &[Extent]| extents.iter().map(|extent| Run::of(*extent, 0)).collect();
        Self {
            owned: runs(&space.owned),
            free: space
                .available
                .iter()
                .map(|node| Run::of(node.extent, node.pool))
                .collect(),
            kept_for_splits: runs(&space.split_buffers),
        }
    }
}

fn space_tree_pages(tree: Tree<'_>, space: &TreeSpace) -> u64 {
    let mut seen = HashSet::new();
    for root in space.space_trees.into_iter().flatten() {
        if let Ok(space_tree) = Tree::open(tree.pages(), root, Some(Objid(tree.objid().0))) {
            check_tree(space_tree, &mut |pgno| seen.insert(pgno), &mut |_, _| {});
        }
    }
    seen.len() as u64
}

/// Orders trees so that each follows its parent, and says how deep each lies. Trees without a known parent come last.
fn nest(trees: &mut Vec<TreeReport>) {
    let mut children: BTreeMap<Option<u32>, Vec<TreeReport>> = BTreeMap::new();
    for tree in trees.drain(..) {
        children.entry(tree.parent).or_default().push(tree);
    }
    let mut waiting: Vec<TreeReport> = children.remove(&None).unwrap_or_default();
    waiting.reverse();
    loop {
        while let Some(tree) = waiting.pop() {
            let below = children.remove(&Some(tree.root)).unwrap_or_default();
            let nesting = tree.nesting + 1;
            waiting.extend(
                below
                    .into_iter()
                    .rev()
                    .map(|child| TreeReport { nesting, ..child }),
            );
            trees.push(tree);
        }
        // Parents that are no trees, or a circle of them.
        let Some((_, orphans)) = children.pop_first() else {
            break;
        };
        waiting.extend(orphans.into_iter().rev());
    }
}
