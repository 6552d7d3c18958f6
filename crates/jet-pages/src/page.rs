//! A read-only view of one page.
//!
//! Making a view costs a few comparisons; everything else is checked when it is asked for, so a damaged tag spoils
//! its own node only. The view trusts no length: whatever the bytes say, the answer is a slice inside the page or a
//! [`PageError`].

use zerocopy::FromBytes;

use crate::header::{LargePageHeader, PageHeader};
use crate::space::{ExternalHeader, SpaceError};
use crate::tag::{RawTag, TAG_BYTES};
use crate::{Key, Node, NodeFlags, PageFlags, PageSize, Pgno};

/// What is wrong with the bytes of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    /// The slice is not as long as a page.
    #[error("page {pgno} has {len} bytes instead of {expected}")]
    Truncated {
        /// The page.
        pgno: Pgno,
        /// Bytes given.
        len: usize,
        /// Bytes of a page.
        expected: usize,
    },
    /// The page was never written, or is empty, where a tree page was expected.
    #[error("page {pgno} is not initialised")]
    NotInitialized {
        /// The page.
        pgno: Pgno,
    },
    /// The page says that it has no tags, or more than fit.
    #[error("page {pgno} claims {tag_count} tags, {reserved} of them reserved")]
    TagCount {
        /// The page.
        pgno: Pgno,
        /// Tags claimed.
        tag_count: usize,
        /// Tags before the first node.
        reserved: usize,
    },
    /// A tag points outside the page.
    #[error("tag {tag} of page {pgno} claims {size} bytes at offset {offset}, outside the page")]
    TagOutOfBounds {
        /// The page.
        pgno: Pgno,
        /// The tag.
        tag: usize,
        /// Its offset from the end of the page header.
        offset: usize,
        /// Its size.
        size: usize,
    },
    /// A node number beyond the last one.
    #[error("page {pgno} has no node {index}, it has {count}")]
    NoSuchNode {
        /// The page.
        pgno: Pgno,
        /// Node asked for, from 0.
        index: usize,
        /// Nodes of the page.
        count: usize,
    },
    /// The lengths inside a node do not fit its size, or its prefix is longer than the page's prefix key.
    #[error("node {index} of page {pgno}: prefix of {prefix} and suffix of {suffix} bytes do not fit")]
    NodeMalformed {
        /// The page.
        pgno: Pgno,
        /// The node, from 0.
        index: usize,
        /// Stored prefix length.
        prefix: usize,
        /// Stored suffix length.
        suffix: usize,
    },
    /// A node of an internal page whose data is not a page number.
    #[error("node {index} of page {pgno} holds no child page number")]
    NoChild {
        /// The page.
        pgno: Pgno,
        /// The node, from 0.
        index: usize,
    },
    /// The external header of a root page cannot be read.
    #[error("root page {pgno}: {source}")]
    Space {
        /// The page.
        pgno: Pgno,
        /// Why.
        source: SpaceError,
    },
}

/// View of a page whose checksum was verified.
#[derive(Clone, Copy, Debug)]
pub struct Page<'p> {
    bytes: &'p [u8],
    header: &'p PageHeader,
    pgno: Pgno,
    is_large: bool,
    first_node_tag: usize,
    node_count: usize,
}

impl<'p> Page<'p> {
    /// Views again bytes that were viewed as page `pgno` before, and have not changed since, without the checks. Other bytes
    /// give a view that may be wrong and no more: whatever is asked for is checked as always. None when there are not enough bytes.
    #[inline]
    pub fn again(bytes: &'p [u8], pgno: Pgno, size: PageSize) -> Option<Self> {
        let (header, _) = PageHeader::ref_from_prefix(bytes).ok()?;
        let first_node_tag = header.reserved_tags();
        let node_count = header.tag_count().checked_sub(first_node_tag)?;
        if TAG_BYTES * (first_node_tag + node_count) > bytes.len() {
            return None;
        }
        Some(Self {
            bytes,
            header,
            pgno,
            is_large: size.is_large(),
            first_node_tag,
            node_count,
        })
    }

    /// Views `bytes` as page `pgno`.
    ///
    /// # Errors
    /// [`PageError::Truncated`], [`PageError::NotInitialized`] (flags and tags all zero), [`PageError::TagCount`] and,
    /// when tag 0 leaves the page, [`PageError::TagOutOfBounds`].
    #[inline]
    pub fn new(bytes: &'p [u8], pgno: Pgno, size: PageSize) -> Result<Self, PageError> {
        if bytes.len() != size.bytes() {
            return Err(PageError::Truncated {
                pgno,
                len: bytes.len(),
                expected: size.bytes(),
            });
        }
        let truncated = PageError::Truncated {
            pgno,
            len: bytes.len(),
            expected: size.bytes(),
        };
        let (header, _) = PageHeader::ref_from_prefix(bytes).map_err(|_| truncated)?;
        let (tag_count, reserved) = (header.tag_count(), header.reserved_tags());
        if tag_count == 0 && (header.flags.get() == 0 || header.page_flags().contains(PageFlags::PRE_INIT)) {
            return Err(PageError::NotInitialized { pgno });
        }
        if tag_count < reserved || tag_count * TAG_BYTES > size.bytes() - size.header_bytes() {
            return Err(PageError::TagCount {
                pgno,
                tag_count,
                reserved,
            });
        }
        let page = Self {
            bytes,
            header,
            pgno,
            is_large: size.is_large(),
            first_node_tag: reserved,
            node_count: tag_count - reserved,
        };
        page.find_prefix_key()?;
        Ok(page)
    }

    /// The page's number.
    pub const fn pgno(&self) -> Pgno {
        self.pgno
    }

    /// The header.
    pub const fn header(&self) -> &'p PageHeader {
        self.header
    }

    /// The header's second half, on large pages only.
    pub fn large_header(&self) -> Option<&'p LargePageHeader> {
        let rest = self.bytes.get(size_of::<PageHeader>()..)?;
        self.is_large
            .then(|| LargePageHeader::ref_from_prefix(rest).ok())
            .flatten()
            .map(|(large, _)| large)
    }

    /// The flags.
    pub fn flags(&self) -> PageFlags {
        self.header.page_flags()
    }

    /// Whether the page holds rows (or extents, or pieces of long values), not children.
    pub fn is_leaf(&self) -> bool {
        self.flags().contains(PageFlags::LEAF)
    }

    /// Whether the page is the root of a tree.
    pub fn is_root(&self) -> bool {
        self.flags().contains(PageFlags::ROOT)
    }

    /// Nodes on the page, deleted ones included.
    pub const fn node_count(&self) -> usize {
        self.node_count
    }

    /// Whether this is a page of 16 or 32 KiB: header, tags and records have another form there.
    pub const fn is_large(&self) -> bool {
        self.is_large
    }

    /// All bytes of the page.
    pub const fn bytes(&self) -> &'p [u8] {
        self.bytes
    }

    /// The bytes that compressed nodes of this page begin with.
    #[inline]
    pub fn prefix_key(&self) -> &'p [u8] {
        // Looked at when the page was first viewed.
        self.find_prefix_key().unwrap_or_default()
    }

    /// The bytes of tag 0: the prefix key, and before it, on root pages, the space header or the split buffer.
    ///
    /// # Errors
    /// [`PageError::TagOutOfBounds`].
    pub fn external_header(&self) -> Result<&'p [u8], PageError> {
        self.tag_bytes(0)
    }

    /// The external header of a tree's root page, read.
    ///
    /// # Errors
    /// [`PageError::Space`] when it is not of a known form.
    pub fn root_header(&self) -> Result<ExternalHeader, PageError> {
        ExternalHeader::parse(self.external_header()?).map_err(|source| PageError::Space {
            pgno: self.pgno,
            source,
        })
    }

    /// Size, offset and content of tag `index`, from 0, as stored.
    ///
    /// # Errors
    /// [`PageError::TagOutOfBounds`] when the tag points outside the page.
    #[inline]
    pub fn tag_bytes(&self, index: usize) -> Result<&'p [u8], PageError> {
        let tag = self.raw_tag(index);
        let (offset, size) = (tag.offset(self.is_large), tag.size(self.is_large));
        if size == 0 {
            // The offset of an empty piece is stale on emptied pages.
            return Ok(&[]);
        }
        let start = self.header_bytes() + offset;
        let end = self.bytes.len() - TAG_BYTES * (self.first_node_tag + self.node_count);
        match self.bytes.get(start..start + size) {
            Some(bytes) if start + size <= end => Ok(bytes),
            _ => Err(PageError::TagOutOfBounds {
                pgno: self.pgno,
                tag: index,
                offset,
                size,
            }),
        }
    }

    /// Size and offset of tag `index` as stored, unchecked; zero beyond the page.
    pub fn tag_extent(&self, index: usize) -> (usize, usize) {
        let tag = self.raw_tag(index);
        (tag.size(self.is_large), tag.offset(self.is_large))
    }

    /// Number of the tag that holds node `index`.
    pub const fn tag_of_node(&self, index: usize) -> usize {
        self.first_node_tag + index
    }

    /// Node `index`, from 0, in key order.
    ///
    /// # Errors
    /// [`PageError::NoSuchNode`], [`PageError::TagOutOfBounds`], [`PageError::NodeMalformed`].
    #[inline]
    pub fn node(&self, index: usize) -> Result<Node<'p>, PageError> {
        if index >= self.node_count {
            return Err(PageError::NoSuchNode {
                pgno: self.pgno,
                index,
                count: self.node_count,
            });
        }
        let tag = self.first_node_tag + index;
        let bytes = self.tag_bytes(tag)?;
        let malformed = |prefix, suffix| PageError::NodeMalformed {
            pgno: self.pgno,
            index,
            prefix,
            suffix,
        };
        let (first, rest) = split_u16(bytes).ok_or(malformed(0, 0))?;
        let flags = match self.is_large {
            true => NodeFlags((first >> 13).to_le_bytes()[0]),
            false => NodeFlags(self.raw_tag(tag).small_page_flags()),
        };
        let (prefix_len, suffix_len, rest) = if flags.is_compressed() {
            let (second, rest) = split_u16(rest).ok_or(malformed(length(first), 0))?;
            (length(first), length(second), rest)
        } else {
            (0, length(first), rest)
        };
        let prefix = match prefix_len {
            0 => &[],
            _ => {
                let prefix = self.prefix_key().get(..prefix_len);
                prefix.ok_or(malformed(prefix_len, suffix_len))?
            }
        };
        let (suffix, data) = rest
            .split_at_checked(suffix_len)
            .ok_or(malformed(prefix_len, suffix_len))?;
        Ok(Node {
            flags,
            key: Key { prefix, suffix },
            data,
        })
    }

    /// Every node in order.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = Result<Node<'p>, PageError>> + use<'p> {
        let page = *self;
        (0..page.node_count).map(move |index| page.node(index))
    }

    /// Child page of node `index` of an internal page.
    ///
    /// # Errors
    /// As [`Page::node`], and [`PageError::NoChild`].
    pub fn child(&self, index: usize) -> Result<Pgno, PageError> {
        self.node(index)?.child().ok_or(PageError::NoChild {
            pgno: self.pgno,
            index,
        })
    }

    fn header_bytes(&self) -> usize {
        if self.is_large { 80 } else { 40 }
    }

    #[inline]
    fn raw_tag(&self, index: usize) -> RawTag {
        let at = self.bytes.len().checked_sub(TAG_BYTES * (index + 1));
        at.and_then(|at| RawTag::read_from_prefix(self.bytes.get(at..)?).ok())
            .map_or(RawTag::new(0, 0, 0, false), |(tag, _)| tag)
    }

    /// Root pages of ordinary trees have no prefix key; those of space trees have it behind the split buffer.
    #[inline]
    fn find_prefix_key(&self) -> Result<&'p [u8], PageError> {
        let external = self.tag_bytes(0)?;
        Ok(if !self.is_root() {
            external
        } else if self.flags().contains(PageFlags::SPACE_TREE) {
            external
                .get(crate::space::SPLIT_BUFFER_BYTES..)
                .unwrap_or_default()
        } else {
            &[]
        })
    }
}

/// The high three bits of a length are flags on large pages and unused on small ones.
fn length(stored: u16) -> usize {
    usize::from(stored & 0x1fff)
}

fn split_u16(bytes: &[u8]) -> Option<(u16, &[u8])> {
    bytes
        .split_first_chunk()
        .map(|(two, rest)| (u16::from_le_bytes(*two), rest))
}
