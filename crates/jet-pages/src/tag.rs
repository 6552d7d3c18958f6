//! The tag array at the end of a page: tag *i* is the four bytes at `page_size - 4 * (i + 1)`.
//!
//! A tag holds size and offset of one piece of the page. Tag 0 is the external header, the others are nodes in key
//! order. Unused high bits hold anything in real files, so they are masked and never judged.

use zerocopy::little_endian::U16;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

/// Bytes of a tag.
pub const TAG_BYTES: usize = 4;

/// One stored tag. Source: `docs/format/page.md`; ESE `CPAGE::TAG`.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub struct RawTag {
    size: U16,
    offset: U16,
}

const _: () = assert!(size_of::<RawTag>() == TAG_BYTES);

impl RawTag {
    /// A tag as a writer stores it. `flags`: the three node bits, kept in the tag on small pages only.
    pub(crate) fn new(size: u16, offset: u16, flags: u8, is_large: bool) -> Self {
        let high = if is_large { 0 } else { u16::from(flags & 7) << 13 };
        Self {
            size: U16::new(size),
            offset: U16::new(offset | high),
        }
    }

    /// Length of the piece in bytes.
    pub fn size(self, is_large: bool) -> usize {
        usize::from(self.size.get() & mask(is_large))
    }

    /// Start of the piece, in bytes from the end of the page header.
    pub fn offset(self, is_large: bool) -> usize {
        usize::from(self.offset.get() & mask(is_large))
    }

    /// The node flags that a tag on a small page holds; on large pages they lie in the node.
    pub(crate) fn small_page_flags(self) -> u8 {
        // Three bits fit in any integer.
        (self.offset.get() >> 13).to_le_bytes()[0]
    }
}

fn mask(is_large: bool) -> u16 {
    if is_large { 0x7fff } else { 0x1fff }
}
