//! Space headers and the nodes of space trees: which pages a tree owns and which of them are free.
//!
//! A small tree owns one extent that starts at its root, and a bitmap of the free pages behind it. A larger one has two
//! trees of extents, keyed by the last page of each: owned extents at `pgno_owned`, available ones at the page behind.
//! Source: `docs/format/btree.md`.

use alloc::vec::Vec;

use zerocopy::little_endian::U32;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::{Node, Pgno};

/// Length of the split buffer at the start of tag 0 in the root of a space tree.
pub const SPLIT_BUFFER_BYTES: usize = 16;

/// The space header as stored in tag 0 of a root page. ESE `SPACE_HEADER`.
#[derive(Clone, Debug, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub struct RawSpaceHeader {
    /// Pages of the first extent, or of the one granted last (flag `V2`).
    pub page_count: U32,
    /// Root of the tree that this one took its space from; 0 for the database root.
    pub pgno_parent: U32,
    /// [`MULTIPLE_EXTENTS`], [`NON_UNIQUE`], [`V2`].
    pub flags: U32,
    /// Bitmap of free pages, or the root of the tree of owned extents.
    pub bitmap_or_pgno: U32,
}

const _: () = assert!(size_of::<RawSpaceHeader>() == 16);

/// The tree has two space trees instead of a bitmap.
pub const MULTIPLE_EXTENTS: u32 = 1;
/// The tree allows equal keys.
pub const NON_UNIQUE: u32 = 2;
/// `page_count` is the size of the extent granted last.
pub const V2: u32 = 4;

/// How a tree keeps its space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpaceLayout {
    /// One extent of `page_count` pages that starts at the root; bit *i* set: page root + 1 + *i* is free, and so is
    /// every page beyond the 32 that the bitmap can tell of.
    Single {
        /// Pages of the extent, the root included.
        page_count: u32,
        /// Free pages behind the root.
        free_bitmap: u32,
    },
    /// Two space trees.
    Multiple {
        /// Root of the owned extents.
        pgno_owned: Pgno,
        /// Root of the available extents: always the page behind.
        pgno_avail: Pgno,
    },
}

/// The external header of a tree's root page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExternalHeader {
    /// First field as stored: size of the first extent, or of the last one granted.
    pub page_count: u32,
    /// Root of the tree that this one took its space from; 0 for the database root.
    pub parent: Pgno,
    /// Stored flags.
    pub flags: u32,
    /// Owned and free pages.
    pub layout: SpaceLayout,
    /// Reserved high-water mark of the table's auto-increment column, where the file keeps it here.
    pub auto_increment: Option<u64>,
}

/// Why an external header cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpaceError {
    /// The external header has no space header in it.
    #[error("the external header of {len} bytes holds no space header")]
    NoSpaceHeader {
        /// Its length.
        len: usize,
    },
    /// A field that its first byte announces is cut off, or more follows than announced.
    #[error("the external header of {len} bytes does not have the fields {fields:#04x} that it announces")]
    Malformed {
        /// Its length.
        len: usize,
        /// Bits of the fields announced.
        fields: u8,
    },
    /// A node of a space tree is not an extent.
    #[error("a node with a key of {key_len} and data of {data_len} bytes is no extent")]
    NotAnExtent {
        /// Length of its key.
        key_len: usize,
        /// Length of its data.
        data_len: usize,
    },
    /// An extent that ends before it begins.
    #[error("an extent of {count} pages cannot end at page {last}")]
    ExtentTooLong {
        /// Last page.
        last: Pgno,
        /// Number of pages.
        count: u32,
    },
}

impl ExternalHeader {
    /// Reads the external header of a root page: 16 bytes, or a byte of field bits and the fields that it announces.
    ///
    /// # Errors
    /// [`SpaceError::NoSpaceHeader`], [`SpaceError::Malformed`].
    pub fn parse(bytes: &[u8]) -> Result<Self, SpaceError> {
        if let Ok(raw) = RawSpaceHeader::ref_from_bytes(bytes) {
            return Ok(Self::from_raw(raw, None));
        }
        let len = bytes.len();
        let (&fields, rest) = bytes.split_first().ok_or(SpaceError::NoSpaceHeader { len })?;
        if fields & 1 == 0 {
            return Err(SpaceError::NoSpaceHeader { len });
        }
        let malformed = SpaceError::Malformed { len, fields };
        let (raw, rest) = RawSpaceHeader::ref_from_prefix(rest).map_err(|_| malformed)?;
        let (auto_increment, rest) = match rest.split_first_chunk() {
            Some((eight, rest)) if fields & 2 != 0 => (Some(u64::from_le_bytes(*eight)), rest),
            _ if fields & 2 != 0 => return Err(malformed),
            _ => (None, rest),
        };
        if fields & !3 == 0 && !rest.is_empty() {
            return Err(malformed);
        }
        Ok(Self::from_raw(raw, auto_increment))
    }

    /// The external header `stored` with another space header; every other field in it stays as it is.
    ///
    /// # Errors
    /// As [`ExternalHeader::parse`].
    pub fn change_space(
        stored: &[u8],
        change: impl FnOnce(&mut RawSpaceHeader),
    ) -> Result<Vec<u8>, SpaceError> {
        Self::parse(stored)?;
        let at = usize::from(stored.len() != size_of::<RawSpaceHeader>());
        let mut bytes = stored.to_vec();
        if let Some(Ok((raw, _))) = bytes.get_mut(at..).map(RawSpaceHeader::mut_from_prefix) {
            change(raw);
        }
        Ok(bytes)
    }

    fn from_raw(raw: &RawSpaceHeader, auto_increment: Option<u64>) -> Self {
        let (flags, last) = (raw.flags.get(), raw.bitmap_or_pgno.get());
        let layout = if flags & MULTIPLE_EXTENTS != 0 {
            SpaceLayout::Multiple {
                pgno_owned: Pgno(last),
                pgno_avail: Pgno(last.saturating_add(1)),
            }
        } else {
            SpaceLayout::Single {
                page_count: raw.page_count.get(),
                free_bitmap: last,
            }
        };
        let (page_count, parent) = (raw.page_count.get(), Pgno(raw.pgno_parent.get()));
        Self {
            page_count,
            parent,
            flags,
            layout,
            auto_increment,
        }
    }

    /// The external header as a root page stores it: the short form unless there is more than the space header.
    pub fn to_bytes(&self) -> Vec<u8> {
        let raw = RawSpaceHeader {
            page_count: self.page_count.into(),
            pgno_parent: self.parent.0.into(),
            flags: self.flags.into(),
            bitmap_or_pgno: match self.layout {
                SpaceLayout::Single { free_bitmap, .. } => free_bitmap.into(),
                SpaceLayout::Multiple { pgno_owned, .. } => pgno_owned.0.into(),
            },
        };
        match self.auto_increment {
            None => raw.as_bytes().to_vec(),
            Some(maximum) => [&[3][..], raw.as_bytes(), &maximum.to_le_bytes()].concat(),
        }
    }

    /// Whether the tree allows equal keys.
    pub const fn is_non_unique(&self) -> bool {
        self.flags & NON_UNIQUE != 0
    }
}

/// A run of pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Extent {
    /// First page; meaningless when `count` is 0.
    pub first: Pgno,
    /// Number of pages; 0 only for markers in pools.
    pub count: u32,
}

impl Extent {
    /// The run that ends with page `last`.
    ///
    /// # Errors
    /// [`SpaceError::ExtentTooLong`] when it would begin before page 1.
    pub const fn ending_at(last: Pgno, count: u32) -> Result<Self, SpaceError> {
        match last.0.checked_sub(count) {
            Some(before) if last.0 < u32::MAX => Ok(Self {
                first: Pgno(before + 1),
                count,
            }),
            _ => Err(SpaceError::ExtentTooLong { last, count }),
        }
    }

    /// Last page; the one before `first` when `count` is 0.
    pub const fn last(&self) -> Pgno {
        Pgno(self.first.0.wrapping_add(self.count).wrapping_sub(1))
    }

    /// Whether `pgno` lies in the run.
    pub const fn contains(&self, pgno: Pgno) -> bool {
        pgno.0 >= self.first.0 && pgno.0 - self.first.0 < self.count
    }

    /// The pages of the run.
    pub fn pages(&self) -> impl Iterator<Item = Pgno> + use<> {
        (self.first.0..self.first.0.saturating_add(self.count)).map(Pgno)
    }
}

/// An entry of a space tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpaceNode {
    /// The run of pages.
    pub extent: Extent,
    /// Pool of an available extent: 0 general, 1 continuous, 2 shelved.
    pub pool: u8,
}

impl SpaceNode {
    /// Reads a node of a space tree: the last page as a big-endian key, with a pool byte before it if there are five.
    ///
    /// # Errors
    /// [`SpaceError::NotAnExtent`], [`SpaceError::ExtentTooLong`].
    pub fn parse(node: &Node<'_>) -> Result<Self, SpaceError> {
        let not_an_extent = SpaceError::NotAnExtent {
            key_len: node.key.len(),
            data_len: node.data.len(),
        };
        let mut key = [0_u8; 5];
        let pool_bytes = match node.key.len() {
            4 => 0,
            5 => 1,
            _ => return Err(not_an_extent),
        };
        for (target, byte) in key.iter_mut().skip(1 - pool_bytes).zip(node.key.bytes()) {
            *target = byte;
        }
        let [pool, last @ ..] = key;
        let count = node.data.first_chunk().ok_or(not_an_extent)?;
        if node.data.len() != 4 || (pool_bytes == 1 && pool & 0x80 == 0) {
            return Err(not_an_extent);
        }
        let extent = Extent::ending_at(Pgno(u32::from_be_bytes(last)), u32::from_le_bytes(*count))?;
        Ok(Self {
            extent,
            pool: pool & 0x7f,
        })
    }

    /// Key and data of the node as a space tree stores them.
    pub fn to_bytes(&self) -> (Vec<u8>, [u8; 4]) {
        let last = self.extent.last().0.to_be_bytes();
        let key = match self.pool {
            0 => last.to_vec(),
            pool => [&[0x80 | pool], &last[..]].concat(),
        };
        (key, self.extent.count.to_le_bytes())
    }
}

/// The pages that a space tree keeps for splits of its own, at most two runs. ESE `SPLIT_BUFFER`.
///
/// # Errors
/// [`SpaceError::ExtentTooLong`].
pub fn split_buffers(external_header: &[u8]) -> Result<[Option<Extent>; 2], SpaceError> {
    let mut runs = [None; 2];
    let (pairs, _) = external_header
        .get(..SPLIT_BUFFER_BYTES)
        .unwrap_or_default()
        .as_chunks::<8>();
    for (run, [a, b, c, d, e, f, g, h]) in runs.iter_mut().zip(pairs) {
        let last = Pgno(u32::from_le_bytes([*a, *b, *c, *d]));
        let count = u32::from_le_bytes([*e, *f, *g, *h]);
        if count != 0 {
            *run = Some(Extent::ending_at(last, count)?);
        }
    }
    Ok(runs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Key, NodeFlags};

    #[test]
    fn both_forms_of_the_external_header() {
        // Root of a fresh 254-page database, then the same with a field byte and an auto-increment maximum.
        let plain = [254, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0];
        let header = ExternalHeader::parse(&plain).unwrap();
        assert_eq!(
            header.layout,
            SpaceLayout::Multiple {
                pgno_owned: Pgno(2),
                pgno_avail: Pgno(3)
            }
        );
        let long = [&[3][..], &plain, &77_u64.to_le_bytes()].concat();
        assert_eq!(
            ExternalHeader::parse(&long).unwrap(),
            ExternalHeader {
                auto_increment: Some(77),
                ..header
            }
        );
        assert_eq!(ExternalHeader::parse(&plain).unwrap().to_bytes(), plain);
        assert_eq!(ExternalHeader::parse(&long).unwrap().to_bytes(), long);
        assert_eq!(
            ExternalHeader::parse(&[]),
            Err(SpaceError::NoSpaceHeader { len: 0 })
        );
        assert_eq!(
            ExternalHeader::parse(&long[..20]),
            Err(SpaceError::Malformed { len: 20, fields: 3 })
        );
        assert_eq!(
            ExternalHeader::parse(&[1, 2, 3]),
            Err(SpaceError::Malformed { len: 3, fields: 1 })
        );
    }

    #[test]
    fn extents_of_both_key_lengths() {
        let node = |key, data| Node {
            flags: NodeFlags(0),
            key: Key::whole(key),
            data,
        };
        let parsed = SpaceNode::parse(&node(&[0, 0, 0, 23], &[20, 0, 0, 0])).unwrap();
        assert_eq!(
            parsed,
            SpaceNode {
                extent: Extent {
                    first: Pgno(4),
                    count: 20
                },
                pool: 0
            }
        );
        assert_eq!(parsed.extent.last(), Pgno(23));
        assert_eq!(parsed.to_bytes(), ([0, 0, 0, 23].to_vec(), [20, 0, 0, 0]));
        let marker = SpaceNode::parse(&node(&[0x81, 0, 0, 0, 23], &[0, 0, 0, 0])).unwrap();
        assert_eq!(marker.to_bytes(), ([0x81, 0, 0, 0, 23].to_vec(), [0, 0, 0, 0]));
        let shelved = SpaceNode::parse(&node(&[0x82, 0, 0, 0, 23], &[1, 0, 0, 0])).unwrap();
        assert_eq!(
            shelved,
            SpaceNode {
                extent: Extent {
                    first: Pgno(23),
                    count: 1
                },
                pool: 2
            }
        );
        assert_eq!(shelved.to_bytes(), ([0x82, 0, 0, 0, 23].to_vec(), [1, 0, 0, 0]));
        let too_long = SpaceNode::parse(&node(&[0, 0, 0, 3], &[4, 0, 0, 0]));
        assert_eq!(
            too_long,
            Err(SpaceError::ExtentTooLong {
                last: Pgno(3),
                count: 4
            })
        );
        assert!(SpaceNode::parse(&node(&[0, 0, 3], &[1, 0, 0, 0])).is_err());
        assert!(SpaceNode::parse(&node(&[0, 0, 0, 3], &[1, 0, 0])).is_err());
    }
}
