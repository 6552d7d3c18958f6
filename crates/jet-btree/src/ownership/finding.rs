//! What can be wrong with the space of a database.

use jet_pages::space::Extent;
use jet_pages::{Objid, Pgno};

use crate::TreeError;

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
    /// Extents of one tree share pages.
    #[error("tree {objid} has pages {} to {} twice among its {} extents", extent.first, extent.last(),
        if *is_free { "free" } else { "owned" })]
    Overlap {
        /// The tree.
        objid: Objid,
        /// The pages that two extents share.
        extent: Extent,
        /// Whether they are extents of free pages.
        is_free: bool,
    },
    /// Two trees that take their space from one parent own one page.
    #[error("trees {objid} and {other} both own pages {} to {}", extent.first, extent.last())]
    OwnedByTwo {
        /// The tree.
        objid: Objid,
        /// The other tree.
        other: Objid,
        /// The pages.
        extent: Extent,
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
            Self::Overlap { .. } => "space-overlap",
            Self::OwnedByTwo { .. } => "space-owned-by-two",
            Self::DoublyOwned { .. } => "space-doubly-owned",
            Self::NotOwned { .. } => "space-not-owned",
            Self::OutsideParent { .. } => "space-outside-parent",
            Self::NoParent { .. } => "space-no-parent",
            Self::BeyondFile { .. } => "space-beyond-file",
            Self::Leaked { .. } => "space-leaked",
        }
    }

    /// The tree that the finding is about, the first of several.
    pub fn objid(&self) -> Option<Objid> {
        match self {
            Self::Unreadable { objid, .. }
            | Self::NotOwned { objid, .. }
            | Self::OutsideParent { objid, .. }
            | Self::NoParent { objid, .. }
            | Self::BeyondFile { objid, .. }
            | Self::Overlap { objid, .. }
            | Self::OwnedByTwo { objid, .. }
            | Self::Leaked { objid, .. } => Some(*objid),
            Self::DoublyOwned { owners, .. } => owners.first().map(|(objid, _)| *objid),
        }
    }

    /// The page that the finding is about, the first of several.
    pub const fn pgno(&self) -> Pgno {
        match self {
            Self::Unreadable { source, .. } => source.pgno(),
            Self::DoublyOwned { pgno, .. } | Self::NotOwned { pgno, .. } => *pgno,
            Self::OutsideParent { extent, .. }
            | Self::Overlap { extent, .. }
            | Self::OwnedByTwo { extent, .. }
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
