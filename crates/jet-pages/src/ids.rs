//! Numbers that name things in a database file, each in a type of its own, so that a page number is never
//! taken for an object id.

use core::fmt;

/// Number of a database page, counted from 1. 0 stands for "no page".
///
/// Page *n* lies at file offset `(n + 1) * page_size`: the file header and its shadow precede page 1.
/// Source: `docs/format/file-header.md`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pgno(pub u32);

impl Pgno {
    /// "No page": the end of a sibling chain.
    pub const NONE: Self = Self(0);

    /// The root of the database's own space tree.
    pub const DATABASE_ROOT: Self = Self(1);

    /// Whether this names a page at all.
    pub const fn is_some(self) -> bool {
        self.0 != 0
    }

    /// Byte offset of the page in its file.
    pub const fn file_offset(self, page_size: PageSize) -> u64 {
        (self.0 as u64 + 1) * page_size.bytes() as u64
    }
}

impl fmt::Display for Pgno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Identity of a tree (table, secondary index or long-value tree) within a database; never reused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Objid(pub u32);

impl Objid {
    /// The database's own space tree.
    pub const DATABASE: Self = Self(1);
}

impl fmt::Display for Objid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Counter of page modifications in a database; every change stamps the pages that it touches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Dbtime(pub u64);

impl fmt::Display for Dbtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Size of every page of a database: 2, 4, 8, 16 or 32 KiB.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PageSize(u32);

impl PageSize {
    /// 2 KiB: obsolete, only read.
    pub const K2: Self = Self(2048);
    /// 4 KiB: the default.
    pub const K4: Self = Self(4096);
    /// 8 KiB.
    pub const K8: Self = Self(8192);
    /// 16 KiB.
    pub const K16: Self = Self(16384);
    /// 32 KiB.
    pub const K32: Self = Self(32768);
    /// Every size of the format, ascending.
    pub const ALL: [Self; 5] = [Self::K2, Self::K4, Self::K8, Self::K16, Self::K32];

    /// The size of `bytes` bytes, if the format has it.
    pub const fn from_bytes(bytes: u32) -> Option<Self> {
        match bytes {
            2048 | 4096 | 8192 | 16384 | 32768 => Some(Self(bytes)),
            _ => None,
        }
    }

    /// The size in bytes.
    pub const fn bytes(self) -> usize {
        self.0 as usize
    }

    /// The size in bytes, in the width that the file header stores.
    pub const fn bytes_u32(self) -> u32 {
        self.0
    }

    /// 16 and 32 KiB pages have the long page header, four checksums and wide tags.
    pub const fn is_large(self) -> bool {
        self.0 > 8192
    }

    /// Length of the page header; node offsets count from its end.
    pub const fn header_bytes(self) -> usize {
        if self.is_large() { 80 } else { 40 }
    }
}

impl fmt::Display for PageSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
