//! Flag words of pages, nodes and space headers.

use core::fmt;
use core::ops::{BitAnd, BitOr};

/// Flags in the header of a page. Source: `docs/format/page.md`.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct PageFlags(u32);

impl PageFlags {
    /// Root page of a tree, of space trees too.
    pub const ROOT: Self = Self(0x1);
    /// Holds rows, not child pointers.
    pub const LEAF: Self = Self(0x2);
    /// Internal page whose children are leaves.
    pub const PARENT_OF_LEAF: Self = Self(0x4);
    /// Emptied and given back to the free space; its content means nothing.
    pub const EMPTY: Self = Self(0x8);
    /// Belongs to a tree of owned or available extents.
    pub const SPACE_TREE: Self = Self(0x20);
    /// Belongs to a secondary index.
    pub const INDEX: Self = Self(0x40);
    /// Belongs to a long-value tree.
    pub const LONG_VALUE: Self = Self(0x80);
    /// The tree allows equal keys; the data of a node is then part of its order.
    pub const NON_UNIQUE: Self = Self(0x400);
    /// The records on the page have the form in use since Windows 2000; set on every page of such files.
    pub const NEW_RECORD_FORMAT: Self = Self(0x800);
    /// Checksum in the form that mends single bits.
    pub const NEW_CHECKSUM: Self = Self(0x2000);
    /// Deleted rows were overwritten.
    pub const SCRUBBED: Self = Self(0x4000);
    /// The two bits of [`PageFlags::flush_type`].
    pub const FLUSH_TYPE: Self = Self(0x18000);
    /// Reserved for a new tree page but not formatted yet.
    pub const PRE_INIT: Self = Self(0x20000);

    const NAMES: [(Self, &'static str); 18] = [
        (Self::ROOT, "root"),
        (Self::LEAF, "leaf"),
        (Self::PARENT_OF_LEAF, "parent-of-leaf"),
        (Self::EMPTY, "empty"),
        (Self(0x10), "repair"),
        (Self::SPACE_TREE, "space-tree"),
        (Self::INDEX, "index"),
        (Self::LONG_VALUE, "long-value"),
        (Self(0x100), "streaming-avail"),
        (Self(0x200), "streaming-map"),
        (Self::NON_UNIQUE, "non-unique"),
        (Self::NEW_RECORD_FORMAT, "new-record-format"),
        (Self::NEW_CHECKSUM, "new-checksum"),
        (Self::SCRUBBED, "scrubbed"),
        (Self(0x8000), "flush-type-low"),
        (Self(0x10000), "flush-type-high"),
        (Self::PRE_INIT, "pre-init"),
        (Self(0x40000), "root-deleted"),
    ];

    /// The flags of a stored word.
    pub const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// The stored word.
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// Whether all of `other` are set.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// These flags without those of `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The flush type, 0 (unknown) to 3; changes whenever the page is written.
    pub const fn flush_type(self) -> u32 {
        self.0 >> 15 & 3
    }

    /// Names of the flags that are set, the two bits of the flush type left out.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::NAMES
            .into_iter()
            .filter(move |(flag, _)| flag.0 & 0x18000 == 0 && self.contains(*flag))
            .map(|(_, name)| name)
    }
}

impl BitOr for PageFlags {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitAnd for PageFlags {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl fmt::Debug for PageFlags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}", self.0)?;
        self.names().try_for_each(|name| write!(f, " {name}"))
    }
}

/// The three flag bits of a node. Source: `docs/format/page.md`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct NodeFlags(pub u8);

impl NodeFlags {
    /// The node may have versions in memory; stale in a file, and no sign of anything.
    pub const VERSIONED: Self = Self(1);
    /// The row is gone; readers skip the node.
    pub const DELETED: Self = Self(2);
    /// The key starts with bytes of the page's prefix key.
    pub const COMPRESSED: Self = Self(4);

    /// Whether the node may have versions.
    pub const fn is_versioned(self) -> bool {
        self.0 & Self::VERSIONED.0 != 0
    }

    /// Whether the node is flag-deleted.
    pub const fn is_deleted(self) -> bool {
        self.0 & Self::DELETED.0 != 0
    }

    /// Whether the node has a prefix length.
    pub const fn is_compressed(self) -> bool {
        self.0 & Self::COMPRESSED.0 != 0
    }
}
