//! The header at the start of every page: 40 bytes, on pages of 16 and 32 KiB followed by 40 more.

use core::mem::{offset_of, size_of};

use zerocopy::little_endian::{U16, U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::{Dbtime, Objid, PageFlags, Pgno};

/// The 40-byte header at the start of every page.
///
/// Layout: little-endian; offsets in bytes from the page start. Source: `docs/format/page.md`; ESE `PGHDR`.
#[derive(Clone, Debug, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub struct PageHeader {
    /// Checksum of the page, of its first quarter on large pages; see [`crate::checksum`].
    pub checksum: U64,
    /// Database time of the last change; redo skips a record that is not newer.
    pub dbtime: U64,
    /// Left sibling, 0 for none; internal pages have no siblings.
    pub pgno_prev: U32,
    /// Right sibling, 0 for none.
    pub pgno_next: U32,
    /// The tree that the page belongs to.
    pub objid: U32,
    /// Bytes not in use, in one piece or scattered.
    pub free_bytes: U16,
    /// Part of `free_bytes` that a rollback may need back; 0 in clean files.
    pub uncommitted_free_bytes: U16,
    /// Offset, from the end of the header, behind the highest byte that a node uses.
    pub free_offset: U16,
    /// Number of tags in the low 12 bits; number of reserved tags above, where 0 means 1.
    pub tag_state: U16,
    /// See [`PageFlags`].
    pub flags: U32,
}

const _: () = {
    assert!(size_of::<PageHeader>() == 40);
    assert!(offset_of!(PageHeader, objid) == 24);
    assert!(offset_of!(PageHeader, tag_state) == 34);
    assert!(offset_of!(PageHeader, flags) == 36);
};

impl PageHeader {
    /// Tags of the page, that of the external header included.
    pub fn tag_count(&self) -> usize {
        usize::from(self.tag_state.get() & 0x0fff)
    }

    /// Tags before the first node: 1, unless a later format reserved more.
    pub fn reserved_tags(&self) -> usize {
        usize::from(self.tag_state.get() >> 12).max(1)
    }

    /// The flags as a type.
    pub fn page_flags(&self) -> PageFlags {
        PageFlags::from_bits(self.flags.get())
    }

    /// The tree that the page belongs to.
    pub fn tree(&self) -> Objid {
        Objid(self.objid.get())
    }

    /// Left sibling.
    pub fn prev(&self) -> Pgno {
        Pgno(self.pgno_prev.get())
    }

    /// Right sibling.
    pub fn next(&self) -> Pgno {
        Pgno(self.pgno_next.get())
    }

    /// Database time of the last change.
    pub fn changed_at(&self) -> Dbtime {
        Dbtime(self.dbtime.get())
    }
}

/// What follows [`PageHeader`] on pages of 16 and 32 KiB. ESE `PGHDR2`.
#[derive(Clone, Debug, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub struct LargePageHeader {
    /// Checksums of the second, third and fourth quarter.
    pub checksums: [U64; 3],
    /// The page's own number.
    pub pgno: U32,
    /// Zero.
    pub reserved: [u8; 12],
}

const _: () = {
    assert!(size_of::<LargePageHeader>() == 40);
    assert!(offset_of!(LargePageHeader, pgno) == 24);
};
