//! The check of one tree: every page of it, the order across pages, siblings, separators and levels.

use jet_pages::findings::{self, PageFinding};
use jet_pages::{Node, Page, PageFlags, Pgno};

use crate::tree::LEVELS_MAX;
use crate::{PageRef, Tree, TreeError};

/// Something about a tree that should not be.
#[derive(Debug, thiserror::Error)]
pub enum TreeFinding {
    /// A page cannot be read, so what hangs below it is not checked.
    #[error("{0}")]
    Unreadable(TreeError),
    /// The page itself is wrong.
    #[error("{0}")]
    Page(PageFinding),
    /// Two ways lead to the page.
    #[error("page {pgno} is reached by two ways")]
    ReachedTwice {
        /// The page.
        pgno: Pgno,
    },
    /// A leaf on another level than the others, or a page whose flags do not fit its place.
    #[error("the page lies on level {level}, its flags {flags:?} do not fit there")]
    Level {
        /// Level, the root being 1.
        level: usize,
        /// Its flags.
        flags: PageFlags,
    },
    /// The kind of tree in the flags differs from the root's: index, long value, space, non-unique.
    #[error("the page flags {flags:?} are of another kind of tree than those of the root")]
    OtherKind {
        /// Its flags.
        flags: PageFlags,
    },
    /// A page below the root that is flagged as a root: repair by Windows leaves such pages, and they can be read.
    #[error("the page is flagged as a root, but lies below one")]
    RootBelow,
    /// A key is smaller than what the parent's separators allow.
    #[error("node {node} is smaller than the separator to the left of the page")]
    BelowRange {
        /// The node, from 0.
        node: usize,
    },
    /// A key is not smaller than the parent's separator.
    #[error("node {node} is not smaller than the separator of the page")]
    AboveRange {
        /// The node, from 0.
        node: usize,
    },
    /// The last separator of the rightmost page of a level is not "greater than everything".
    #[error("the last separator of the rightmost internal page is not the empty key")]
    NoInfinity,
    /// A link to a sibling that is not the neighbour by way of the parents.
    #[error("the page names {stored} as its {side} sibling, the parents name {expected}")]
    Sibling {
        /// "left" or "right".
        side: &'static str,
        /// As stored.
        stored: Pgno,
        /// By way of the parents; 0 for none.
        expected: Pgno,
    },
    /// A leaf other than the root without a node.
    #[error("the leaf has no nodes")]
    EmptyLeaf,
}

impl TreeFinding {
    /// Stable identifier of this kind of finding.
    pub const fn id(&self) -> &'static str {
        match self {
            Self::Unreadable(error) => match error {
                TreeError::Checksum(_) => "page-checksum",
                TreeError::BeyondFile { .. } => "tree-link-beyond-file",
                TreeError::OtherTree { .. } => "tree-foreign-page",
                TreeError::TooDeep { .. } | TreeError::Circle { .. } => "tree-circle",
                _ => "tree-page-unreadable",
            },
            Self::Page(finding) => finding.id(),
            Self::ReachedTwice { .. } => "tree-page-reached-twice",
            Self::Level { .. } => "tree-level",
            Self::OtherKind { .. } => "tree-flags",
            Self::RootBelow => "tree-root-below",
            Self::BelowRange { .. } | Self::AboveRange { .. } => "tree-separator",
            Self::NoInfinity => "tree-no-infinity",
            Self::Sibling { .. } => "tree-sibling",
            Self::EmptyLeaf => "tree-empty-leaf",
        }
    }
}

/// What a tree consists of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TreeStats {
    /// Levels; 1 when the root is a leaf.
    pub depth: usize,
    /// Pages that are no leaves.
    pub internal_pages: u64,
    /// Pages that hold rows.
    pub leaf_pages: u64,
    /// Rows.
    pub nodes: u64,
    /// Nodes of rows that are gone.
    pub deleted_nodes: u64,
    /// Bytes of keys (as stored) and data in leaves.
    pub data_bytes: u64,
    /// Free bytes in leaves.
    pub free_bytes: u64,
    /// Links to children that could not be followed and may hide pages of the tree: what is missing from the numbers.
    pub lost_links: u64,
}

/// Checks `tree` and everything below its root.
///
/// `visit` is told each page and says whether it is new: a page that is not is reported and not entered again.
/// `report` is given each finding with the page that it is about.
pub fn check_tree(
    tree: Tree<'_>,
    visit: &mut dyn FnMut(Pgno) -> bool,
    report: &mut dyn FnMut(Pgno, TreeFinding),
) -> TreeStats {
    let mut check = Check {
        tree,
        visit,
        report,
        stats: TreeStats::default(),
        left: Left::Nothing,
        kind: None,
    };
    check.enter(
        tree.root(),
        1,
        &Range {
            leaves: None,
            low: None,
            high: None,
        },
    );
    if let Left::Leaf { pgno, next } = check.left {
        check.compare_sibling(pgno, "right", next, Pgno::NONE);
    }
    check.stats
}

/// Bits of the flags that all pages of a tree share.
const KIND: u32 = PageFlags::SPACE_TREE.bits()
    | PageFlags::INDEX.bits()
    | PageFlags::LONG_VALUE.bits()
    | PageFlags::NON_UNIQUE.bits();

/// What must lie below a child: keys from `low` on, and less than `high`.
struct Range {
    /// Whether the children are leaves; `None` above the root.
    leaves: Option<bool>,
    low: Option<Vec<u8>>,
    high: Option<Vec<u8>>,
}

/// What lies to the left of the next leaf.
enum Left {
    /// It is the first one.
    Nothing,
    /// A leaf, which names `next` as its right sibling.
    Leaf { pgno: Pgno, next: Pgno },
    /// Pages that could not be read.
    Unknown,
}

struct Check<'c, 'f> {
    tree: Tree<'c>,
    visit: &'f mut dyn FnMut(Pgno) -> bool,
    report: &'f mut dyn FnMut(Pgno, TreeFinding),
    stats: TreeStats,
    left: Left,
    kind: Option<u32>,
}

impl<'c> Check<'c, '_> {
    fn enter(&mut self, pgno: Pgno, level: usize, range: &Range) {
        let guard = match self.open(pgno, level) {
            Ok(guard) => guard,
            Err(finding) => {
                // A leaf that is damaged where it lies is known to be a page of the tree; anything else hides pages.
                if is_damaged(&finding) {
                    (self.visit)(pgno);
                }
                if !is_damaged(&finding) || range.leaves != Some(true) {
                    self.stats.lost_links += 1;
                }
                (self.report)(pgno, finding);
                self.left = Left::Unknown;
                return;
            }
        };
        let page = guard.view();
        for finding in findings::check(&page) {
            (self.report)(pgno, TreeFinding::Page(finding));
        }
        self.check_flags(&page, level, range.leaves);
        self.check_range(&page, range);
        if page.is_leaf() {
            self.leaf(&page, level);
        } else {
            self.stats.internal_pages += 1;
            self.children(&page, level, range);
        }
    }

    fn open(&mut self, pgno: Pgno, level: usize) -> Result<PageRef<'c>, TreeFinding> {
        if level > LEVELS_MAX {
            let error = TreeError::TooDeep {
                root: self.tree.root(),
                levels: LEVELS_MAX,
            };
            return Err(TreeFinding::Unreadable(error));
        }
        let guard = match level {
            1 => self.tree.pages().read(pgno),
            _ => self.tree.read_page(pgno),
        };
        let guard = guard.map_err(TreeFinding::Unreadable)?;
        // Asked only now: a page of another tree, reached by a wrong link, is no page of this one.
        if (self.visit)(pgno) {
            Ok(guard)
        } else {
            Err(TreeFinding::ReachedTwice { pgno })
        }
    }

    /// `below`: whether the parent says that its children are leaves; `None` for the root.
    fn check_flags(&mut self, page: &Page<'_>, level: usize, below: Option<bool>) {
        let flags = page.flags();
        let kind = flags.bits() & KIND;
        if *self.kind.get_or_insert(kind) != kind {
            (self.report)(page.pgno(), TreeFinding::OtherKind { flags });
        }
        if page.is_root() && level > 1 {
            (self.report)(page.pgno(), TreeFinding::RootBelow);
        }
        // The first leaf reached tells the depth; every other leaf must lie there. What a parent says of its children
        // tells the rest.
        let is_on_level = !page.is_leaf() || self.stats.depth == 0 || self.stats.depth == level;
        let fits = is_on_level && below.is_none_or(|parent| parent == page.is_leaf());
        if !fits {
            (self.report)(page.pgno(), TreeFinding::Level { level, flags });
        }
    }

    fn check_range(&mut self, page: &Page<'_>, range: &Range) {
        let with_data = page.is_leaf() && !self.tree.is_unique();
        let order = |node: &Node<'_>, bound: &[u8]| {
            let data = if with_data { node.data } else { &[] };
            node.key.cmp_with_data(data, bound)
        };
        let count = page.node_count();
        if let (Some(low), Some(Ok(first))) = (&range.low, (count > 0).then(|| page.node(0)))
            && (page.is_leaf() || !first.key.is_empty())
            && order(&first, low).is_lt()
        {
            (self.report)(page.pgno(), TreeFinding::BelowRange { node: 0 });
        }
        let Some(Ok(last)) = count.checked_sub(1).map(|last| page.node(last)) else {
            return;
        };
        let is_infinity = !page.is_leaf() && last.key.is_empty();
        match &range.high {
            None if !page.is_leaf() && !is_infinity => (self.report)(page.pgno(), TreeFinding::NoInfinity),
            // The last separator of an internal page may be that of the page itself.
            Some(high)
                if is_infinity
                    || (page.is_leaf() && order(&last, high).is_ge())
                    || order(&last, high).is_gt() =>
            {
                (self.report)(page.pgno(), TreeFinding::AboveRange { node: count - 1 });
            }
            _ => {}
        }
    }

    fn children(&mut self, page: &Page<'_>, level: usize, range: &Range) {
        let mut low = range.low.clone();
        for (index, node) in page.nodes().enumerate() {
            // Nodes that cannot be read were reported with the page.
            let Ok(node) = node else {
                self.stats.lost_links += 1;
                self.left = Left::Unknown;
                continue;
            };
            let high = if node.key.is_empty() {
                range.high.clone()
            } else {
                Some(node.key.to_vec())
            };
            let below = Range {
                leaves: Some(page.flags().contains(PageFlags::PARENT_OF_LEAF)),
                low: low.take(),
                high,
            };
            match page.child(index) {
                Ok(child) => self.enter(child, level + 1, &below),
                Err(_) => {
                    self.stats.lost_links += 1;
                    self.left = Left::Unknown;
                }
            }
            low = below.high;
        }
    }

    fn leaf(&mut self, page: &Page<'_>, level: usize) {
        let stats = &mut self.stats;
        stats.depth = if stats.depth == 0 { level } else { stats.depth };
        stats.leaf_pages += 1;
        stats.free_bytes += u64::from(page.header().free_bytes.get());
        for node in page.nodes().flatten() {
            let count = if node.flags.is_deleted() {
                &mut stats.deleted_nodes
            } else {
                &mut stats.nodes
            };
            *count += 1;
            stats.data_bytes += (node.key.suffix.len() + node.data.len()) as u64;
        }
        if page.node_count() == 0 && !page.is_root() {
            (self.report)(page.pgno(), TreeFinding::EmptyLeaf);
        }
        self.check_siblings(page);
    }

    fn check_siblings(&mut self, page: &Page<'_>) {
        let (pgno, prev) = (page.pgno(), page.header().prev());
        let next = page.header().next();
        let expected = match core::mem::replace(&mut self.left, Left::Leaf { pgno, next }) {
            Left::Unknown => return,
            Left::Nothing => Pgno::NONE,
            Left::Leaf { pgno: left, next } => {
                self.compare_sibling(left, "right", next, pgno);
                left
            }
        };
        self.compare_sibling(pgno, "left", prev, expected);
    }

    fn compare_sibling(&mut self, pgno: Pgno, side: &'static str, stored: Pgno, expected: Pgno) {
        if stored != expected {
            let finding = TreeFinding::Sibling {
                side,
                stored,
                expected,
            };
            (self.report)(pgno, finding);
        }
    }
}

/// Whether the page itself is unreadable, and not the link to it wrong.
fn is_damaged(finding: &TreeFinding) -> bool {
    use TreeError::{Checksum, Io, Page};
    matches!(
        finding,
        TreeFinding::Unreadable(Checksum(_) | Io { .. } | Page(_))
    )
}
