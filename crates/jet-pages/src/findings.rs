//! Every check on one page that needs nothing but the page, as a list of findings.
//!
//! Each kind of finding has a stable identifier, see [`PageFinding::id`].

use core::cmp::Ordering;

use alloc::vec::Vec;

use crate::space::SpaceNode;
use crate::{Node, Page, PageError, PageFlags, Pgno};

/// Something about a page that should not be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PageFinding {
    /// A part of the page cannot be read.
    #[error("{0}")]
    Unreadable(PageError),
    /// A large page names another page number.
    #[error("the page says that it is page {found}")]
    OtherPgno {
        /// Number in the page.
        found: Pgno,
    },
    /// The flags contradict each other, as leaf and parent of leaves.
    #[error("the page flags {flags:?} contradict each other")]
    Flags {
        /// The flags.
        flags: PageFlags,
    },
    /// The count of free bytes is not what sizes and tags leave.
    #[error("the page says that {stored} bytes are free, its tags leave {computed}")]
    FreeBytes {
        /// As stored.
        stored: usize,
        /// As computed; negative when the pieces are longer than the page.
        computed: i64,
    },
    /// More uncommitted free bytes than free bytes.
    #[error("{uncommitted} uncommitted free bytes are more than {free} free bytes")]
    UncommittedFree {
        /// Uncommitted free bytes.
        uncommitted: usize,
        /// Free bytes.
        free: usize,
    },
    /// A piece ends behind the end of the used bytes, or that lies in the tag array.
    #[error("used bytes end at {free_offset}, but tags reach to {used} and the tag array begins at {limit}")]
    FreeOffset {
        /// As stored.
        free_offset: usize,
        /// End of the highest piece.
        used: usize,
        /// Start of the tag array, from the end of the header.
        limit: usize,
    },
    /// Two pieces share bytes.
    #[error("tags {first} and {second} overlap")]
    Overlap {
        /// The one that begins first.
        first: usize,
        /// The other one.
        second: usize,
    },
    /// A node does not come after the one before it.
    #[error("node {node} is not greater than the node before it")]
    KeyOrder {
        /// The node, from 0.
        node: usize,
    },
    /// A node without a key, other than the last one of an internal page.
    #[error("node {node} has an empty key")]
    EmptyKey {
        /// The node, from 0.
        node: usize,
    },
    /// A node without data.
    #[error("node {node} has no data")]
    NoData {
        /// The node, from 0.
        node: usize,
    },
    /// A deleted node on an internal page, which readers would still follow.
    #[error("node {node} of an internal page is flag-deleted")]
    DeletedChild {
        /// The node, from 0.
        node: usize,
    },
    /// An internal page without children.
    #[error("the internal page has no children")]
    NoChildren,
    /// An internal page with siblings.
    #[error("the internal page names siblings {prev} and {next}")]
    InternalSiblings {
        /// Left sibling.
        prev: Pgno,
        /// Right sibling.
        next: Pgno,
    },
    /// A node of a space tree that is no extent.
    #[error("node {node} of a space tree is no extent")]
    NotAnExtent {
        /// The node, from 0.
        node: usize,
    },
}

impl PageFinding {
    /// Stable identifier of this kind of finding.
    pub const fn id(&self) -> &'static str {
        match self {
            Self::Unreadable(PageError::NotInitialized { .. }) => "page-not-initialized",
            Self::Unreadable(PageError::TagCount { .. }) => "page-tag-count",
            Self::Unreadable(PageError::TagOutOfBounds { .. }) => "page-tag-out-of-bounds",
            Self::Unreadable(PageError::NoChild { .. }) => "page-child-malformed",
            Self::Unreadable(PageError::Space { .. }) => "page-space-header",
            Self::Unreadable(PageError::Truncated { .. }) => "page-truncated",
            Self::Unreadable(PageError::NodeMalformed { .. } | PageError::NoSuchNode { .. }) => {
                "page-node-malformed"
            }
            Self::OtherPgno { .. } => "page-wrong-number",
            Self::Flags { .. } => "page-flags",
            Self::FreeBytes { .. } => "page-free-bytes",
            Self::UncommittedFree { .. } => "page-uncommitted-free",
            Self::FreeOffset { .. } => "page-free-offset",
            Self::Overlap { .. } => "page-overlap",
            Self::KeyOrder { .. } => "page-key-order",
            Self::EmptyKey { .. } => "page-empty-key",
            Self::NoData { .. } => "page-no-data",
            Self::DeletedChild { .. } => "page-deleted-child",
            Self::NoChildren => "page-no-children",
            Self::InternalSiblings { .. } => "page-internal-siblings",
            Self::NotAnExtent { .. } => "page-not-an-extent",
        }
    }
}

/// Checks everything about an initialised page that can be told without looking at another one.
///
/// The checksum is not looked at: that is done whenever a page is read.
pub fn check(page: &Page<'_>) -> Vec<PageFinding> {
    let mut findings = Vec::new();
    if let Some(large) = page.large_header()
        && large.pgno.get() != page.pgno().0
    {
        findings.push(PageFinding::OtherPgno {
            found: Pgno(large.pgno.get()),
        });
    }
    check_room(page, &mut findings);
    if page.flags().contains(PageFlags::EMPTY) {
        return findings; // its nodes mean nothing any more
    }
    check_kind(page, &mut findings);
    check_nodes(page, &mut findings);
    findings
}

/// Free bytes, end of used bytes, overlaps.
pub(crate) fn check_room(page: &Page<'_>, findings: &mut Vec<PageFinding>) {
    let header = page.header();
    let tag_count = header.tag_count();
    let room = page.bytes().len() - if page.is_large() { 80 } else { 40 };
    let mut pieces: Vec<(usize, usize, usize)> = Vec::with_capacity(tag_count);
    for tag in 0..tag_count {
        let (size, offset) = page.tag_extent(tag);
        match page.tag_bytes(tag) {
            Ok(_) if size != 0 => pieces.push((offset, size, tag)),
            Ok(_) => {}
            Err(error) => findings.push(PageFinding::Unreadable(error)),
        }
    }
    let sum: usize = pieces.iter().map(|(_, size, _)| size).sum();
    let limit = room - 4 * tag_count;
    let free = usize::from(header.free_bytes.get());
    let computed = i64::try_from(limit).unwrap_or(0) - i64::try_from(sum).unwrap_or(i64::MAX);
    if computed != i64::try_from(free).unwrap_or(0) {
        findings.push(PageFinding::FreeBytes {
            stored: free,
            computed,
        });
    }
    let uncommitted = usize::from(header.uncommitted_free_bytes.get());
    if uncommitted > free {
        findings.push(PageFinding::UncommittedFree { uncommitted, free });
    }
    let used = pieces
        .iter()
        .map(|(offset, size, _)| offset + size)
        .max()
        .unwrap_or(0);
    let free_offset = usize::from(header.free_offset.get());
    if used > free_offset || free_offset > limit {
        findings.push(PageFinding::FreeOffset {
            free_offset,
            used,
            limit,
        });
    }
    pieces.sort_unstable();
    for pair in pieces.windows(2) {
        if let [(offset, size, first), (next, _, second)] = *pair
            && offset + size > next
        {
            findings.push(PageFinding::Overlap { first, second });
        }
    }
}

fn check_kind(page: &Page<'_>, findings: &mut Vec<PageFinding>) {
    let flags = page.flags();
    if flags.contains(PageFlags::LEAF) && flags.contains(PageFlags::PARENT_OF_LEAF) {
        findings.push(PageFinding::Flags { flags });
    }
    if page.is_leaf() {
        return;
    }
    let (prev, next) = (page.header().prev(), page.header().next());
    if prev.is_some() || next.is_some() {
        findings.push(PageFinding::InternalSiblings { prev, next });
    }
    if page.node_count() == 0 {
        findings.push(PageFinding::NoChildren);
    }
}

fn check_nodes(page: &Page<'_>, findings: &mut Vec<PageFinding>) {
    let mut before: Option<Node<'_>> = None;
    let last = page.node_count().wrapping_sub(1);
    for (index, node) in page.nodes().enumerate() {
        let node = match node {
            Ok(node) => node,
            // A tag outside the page was reported with the others.
            Err(PageError::TagOutOfBounds { .. }) => continue,
            Err(error) => {
                findings.push(PageFinding::Unreadable(error));
                continue;
            }
        };
        let is_infinity = !page.is_leaf() && index == last && node.key.is_empty();
        if node.key.is_empty() && !is_infinity {
            findings.push(PageFinding::EmptyKey { node: index });
        }
        if !is_infinity && before.is_some_and(|before| order(page, &before, &node) != Ordering::Less) {
            findings.push(PageFinding::KeyOrder { node: index });
        }
        check_data(page, index, &node, findings);
        before = Some(node);
    }
}

fn check_data(page: &Page<'_>, index: usize, node: &Node<'_>, findings: &mut Vec<PageFinding>) {
    if node.data.is_empty() {
        findings.push(PageFinding::NoData { node: index });
    } else if !page.is_leaf() {
        if node.child().is_none() {
            findings.push(PageFinding::Unreadable(PageError::NoChild {
                pgno: page.pgno(),
                index,
            }));
        }
        if node.flags.is_deleted() {
            findings.push(PageFinding::DeletedChild { node: index });
        }
    } else if page.flags().contains(PageFlags::SPACE_TREE)
        && !node.flags.is_deleted()
        && SpaceNode::parse(node).is_err()
    {
        findings.push(PageFinding::NotAnExtent { node: index });
    }
}

/// Order of two nodes: by key, and in leaves of non-unique trees by data where keys are equal. The space trees of a
/// non-unique tree bear its flag, but no two of their entries have one key.
fn order(page: &Page<'_>, a: &Node<'_>, b: &Node<'_>) -> Ordering {
    let keys = a.key.cmp_key(b.key);
    let flags = page.flags();
    let has_equal_keys = flags.contains(PageFlags::NON_UNIQUE) && !flags.contains(PageFlags::SPACE_TREE);
    if page.is_leaf() && has_equal_keys {
        keys.then_with(|| a.data.cmp(b.data))
    } else {
        keys
    }
}
