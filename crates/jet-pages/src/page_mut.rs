//! Changes inside one page: inserting, replacing and deleting nodes, and keeping the account of free bytes.
//!
//! Placement follows the genuine engine, so that equal operations give equal bytes: a new node goes behind the highest
//! used byte, a page is compacted only when the room is there but scattered, freed bytes are not erased.
//! A change that the page cannot take is an [`EditError`] and leaves the page as it was, unless said otherwise.
//! Source: `docs/format/page.md`.

mod node_at;
mod room;

use zerocopy::FromBytes;

pub use self::node_at::NodeAt;
use self::room::narrow;
use crate::findings::{self, PageFinding};
use crate::header::PageHeader;
use crate::tag::TAG_BYTES;
use crate::{Dbtime, Key, NodeFlags, Objid, Page, PageError, PageFlags, PageSize, Pgno, checksum};

/// Why a page cannot be changed so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The page has less room than the change needs.
    #[error(transparent)]
    NoRoom(#[from] NoRoom),
    /// The page, or the node that is to change, cannot be read.
    #[error(transparent)]
    Page(#[from] PageError),
    /// The key does not begin as the page's prefix key does.
    #[error("node {index} of page {pgno} cannot take {prefix_len} bytes from the page's prefix key")]
    Prefix {
        /// The page.
        pgno: Pgno,
        /// The node, from 0.
        index: usize,
        /// Bytes that it should take.
        prefix_len: usize,
    },
    /// No node is without data.
    #[error("node {index} of page {pgno} would have no data")]
    NoData {
        /// The page.
        pgno: Pgno,
        /// The node, from 0.
        index: usize,
    },
    /// The key is longer than a node can say.
    #[error("a key of {len} bytes is too long for a node of page {pgno}")]
    KeyTooLong {
        /// The page.
        pgno: Pgno,
        /// Bytes of the key.
        len: usize,
    },
}

/// The page has less room than a change needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("page {pgno} has {free} free bytes, {needed} are needed")]
pub struct NoRoom {
    /// The page.
    pub pgno: Pgno,
    /// Bytes that the change needs.
    pub needed: usize,
    /// Bytes that are free.
    pub free: usize,
}

/// A page that is being changed. The checksum is stored by [`PageMut::finish`], not before.
#[derive(Debug)]
pub struct PageMut<'p> {
    bytes: &'p mut [u8],
    pgno: Pgno,
    size: PageSize,
}

impl<'p> PageMut<'p> {
    /// Makes an empty page with an empty external header out of `bytes`, whatever they held.
    ///
    /// # Errors
    /// [`PageError::Truncated`] when `bytes` is not a page long.
    pub fn format(
        bytes: &'p mut [u8],
        pgno: Pgno,
        size: PageSize,
        objid: Objid,
        flags: PageFlags,
    ) -> Result<Self, PageError> {
        let mut page = Self::blank(bytes, pgno, size)?;
        let room = size.bytes() - size.header_bytes() - TAG_BYTES;
        page.header_mut().objid = objid.0.into();
        page.header_mut().flags = (flags | PageFlags::NEW_CHECKSUM).bits().into();
        page.header_mut().tag_state = 1.into();
        page.set_free_bytes(room);
        Ok(page)
    }

    /// Makes a page out of `bytes` that is reserved for a tree but not formatted yet: it has no tags.
    ///
    /// # Errors
    /// [`PageError::Truncated`] when `bytes` is not a page long.
    pub fn reserve(
        bytes: &'p mut [u8],
        pgno: Pgno,
        size: PageSize,
        objid: Objid,
        dbtime: Dbtime,
    ) -> Result<Self, PageError> {
        let mut page = Self::blank(bytes, pgno, size)?;
        let flags = PageFlags::PRE_INIT | PageFlags::NEW_RECORD_FORMAT | PageFlags::NEW_CHECKSUM;
        page.header_mut().objid = objid.0.into();
        page.header_mut().dbtime = dbtime.0.into();
        page.header_mut().flags = flags.bits().into();
        page.set_free_bytes(size.bytes() - size.header_bytes());
        Ok(page)
    }

    fn blank(bytes: &'p mut [u8], pgno: Pgno, size: PageSize) -> Result<Self, PageError> {
        if bytes.len() != size.bytes() {
            return Err(PageError::Truncated {
                pgno,
                len: bytes.len(),
                expected: size.bytes(),
            });
        }
        bytes.fill(0);
        let mut page = Self { bytes, pgno, size };
        if size.is_large() {
            page.bytes_at(64, 4).copy_from_slice(&pgno.0.to_le_bytes());
        }
        Ok(page)
    }

    /// Takes up a page to change it.
    ///
    /// # Errors
    /// The first finding about its tags, nodes or free bytes: nothing is changed on a page whose account is wrong, since
    /// the change could destroy what is still readable.
    pub fn open(bytes: &'p mut [u8], pgno: Pgno, size: PageSize) -> Result<Self, PageFinding> {
        Self::check(bytes, pgno, size)?;
        Ok(Self { bytes, pgno, size })
    }

    /// Says whether [`PageMut::open`] would take up a page.
    ///
    /// # Errors
    /// As [`PageMut::open`].
    pub fn check(bytes: &[u8], pgno: Pgno, size: PageSize) -> Result<(), PageFinding> {
        let page = Page::new(bytes, pgno, size).map_err(PageFinding::Unreadable)?;
        let mut found = alloc::vec::Vec::new();
        findings::check_room(&page, &mut found);
        if let Some(first) = found.into_iter().next() {
            return Err(first);
        }
        page.nodes()
            .try_for_each(|node| node.map(|_| ()).map_err(PageFinding::Unreadable))
    }

    /// Takes up a page again that was opened before, and changed since by nothing but this type: what [`PageMut::open`]
    /// checks holds for it, and is not looked at again.
    ///
    /// # Errors
    /// [`PageError::Truncated`], and [`PageError::NotInitialized`] for a page that was only reserved, or never formatted.
    ///
    /// # Panics
    /// Changes may panic when the page is not as promised.
    #[inline]
    pub fn resume(bytes: &'p mut [u8], pgno: Pgno, size: PageSize) -> Result<Self, PageError> {
        if bytes.len() != size.bytes() {
            return Err(PageError::Truncated {
                pgno,
                len: bytes.len(),
                expected: size.bytes(),
            });
        }
        let page = Self { bytes, pgno, size };
        if page.header().tag_count() < page.header().reserved_tags() {
            return Err(PageError::NotInitialized { pgno });
        }
        Ok(page)
    }

    /// Number of the page.
    pub const fn pgno(&self) -> Pgno {
        self.pgno
    }

    /// Reads the page as it is now.
    ///
    /// # Errors
    /// As [`Page::new`].
    pub fn view(&self) -> Result<Page<'_>, PageError> {
        Page::new(self.bytes, self.pgno, self.size)
    }

    /// The header.
    pub fn header(&self) -> &PageHeader {
        #[expect(clippy::expect_used, reason = "both constructors made sure of a whole page")]
        let (header, _) = PageHeader::ref_from_prefix(self.bytes).expect("a page is longer than its header");
        header
    }

    /// The header, to be changed: siblings, dbtime, flags.
    pub fn header_mut(&mut self) -> &mut PageHeader {
        #[expect(clippy::expect_used, reason = "both constructors made sure of a whole page")]
        let (header, _) = PageHeader::mut_from_prefix(self.bytes).expect("a page is longer than its header");
        header
    }

    /// Nodes on the page, deleted ones included.
    pub fn node_count(&self) -> usize {
        self.header()
            .tag_count()
            .saturating_sub(self.header().reserved_tags())
    }

    /// Sets the page flags; flush type and form of the checksum stay, since writing the page decides on them.
    pub fn set_flags(&mut self, flags: PageFlags) {
        let kept = PageFlags::FLUSH_TYPE | PageFlags::NEW_CHECKSUM;
        let flags = flags.without(kept) | (self.header().page_flags() & kept);
        self.header_mut().flags = flags.bits().into();
    }

    /// Marks the page as changed at `dbtime`. That its unused bytes were overwritten is true no more.
    pub fn stamp(&mut self, dbtime: Dbtime) {
        let flags = self.header().page_flags().without(PageFlags::SCRUBBED);
        self.header_mut().flags = flags.bits().into();
        self.header_mut().dbtime = dbtime.0.into();
    }

    /// Sets how many of the free bytes a rollback may need back.
    pub fn set_uncommitted_free(&mut self, bytes: usize) {
        let bytes = bytes.min(self.free_bytes());
        self.header_mut().uncommitted_free_bytes = narrow(bytes).into();
    }

    /// Replaces the external header (tag 0).
    ///
    /// # Errors
    /// [`EditError::NoRoom`], and [`EditError::Prefix`] when nodes of the page take bytes from a prefix key that would
    /// become shorter or another one.
    pub fn set_external_header(&mut self, bytes: &[u8]) -> Result<(), EditError> {
        if let Some((index, used)) = self.used_prefix()? {
            let is_space = self.header().page_flags().contains(PageFlags::SPACE_TREE);
            let is_root = self.header().page_flags().contains(PageFlags::ROOT);
            let prefix = match (is_root, is_space) {
                (false, _) => bytes,
                (true, true) => bytes.get(crate::space::SPLIT_BUFFER_BYTES..).unwrap_or_default(),
                (true, false) => &[],
            };
            if !prefix.starts_with(used) {
                return Err(EditError::Prefix {
                    pgno: self.pgno,
                    index,
                    prefix_len: used.len(),
                });
            }
        }
        Ok(self.rewrite_tag(0, &[bytes], 0)?)
    }

    /// How many bytes of `key` a new node should take from the page's prefix key: 0 unless that saves more than the two
    /// bytes that it costs.
    pub fn prefix_for<'k>(&self, key: impl Into<Key<'k>>) -> usize {
        let prefix = self.view().map_or(&[][..], |page| page.prefix_key());
        key.into().useful_prefix(prefix)
    }

    /// Inserts a node before node `index`. `prefix_len` bytes of `key` come from the page's prefix key, see
    /// [`PageMut::prefix_for`]; 0 stores the key whole.
    ///
    /// # Errors
    /// Every [`EditError`]; [`PageError::NoSuchNode`] when `index` is beyond the last node.
    pub fn insert<'k>(
        &mut self,
        index: usize,
        flags: NodeFlags,
        key: impl Into<Key<'k>>,
        prefix_len: usize,
        data: &[u8],
    ) -> Result<(), EditError> {
        let (key, count) = (key.into(), self.node_count());
        if index > count {
            return Err(self.no_such_node(index).into());
        }
        if data.is_empty() {
            return Err(EditError::NoData {
                pgno: self.pgno,
                index,
            });
        }
        let fits = prefix_len == 0
            || (self.view()?.prefix_key().get(..prefix_len)).is_some_and(|prefix| key.starts_with(prefix));
        if !fits {
            return Err(EditError::Prefix {
                pgno: self.pgno,
                index,
                prefix_len,
            });
        }
        let lengths = self.lengths(flags, key.len(), prefix_len)?;
        let (first, second) = key.behind(prefix_len);
        let tag = self.header().reserved_tags() + index;
        Ok(self.insert_tag(tag, &[lengths.bytes(), first, second, data], lengths.flags)?)
    }

    /// Removes node `index`.
    ///
    /// # Errors
    /// [`PageError::NoSuchNode`].
    pub fn delete(&mut self, index: usize) -> Result<(), EditError> {
        let tag = self.tag_of(index)?;
        self.remove_tag(tag);
        Ok(())
    }

    /// Removes node `index` and all behind it.
    pub fn delete_from(&mut self, index: usize) {
        let reserved = self.header().reserved_tags();
        for index in (index..self.node_count()).rev() {
            self.remove_tag(reserved + index);
        }
    }

    /// Removes the prefix key, unless the page is a root, and all nodes.
    ///
    /// # Errors
    /// None that a page which was opened gives.
    pub fn clear(&mut self) -> Result<(), EditError> {
        // The prefix key goes first, as in the genuine engine: the order decides where the last used byte lies.
        if !self.header().page_flags().contains(PageFlags::ROOT) {
            self.rewrite_tag(0, &[&[]], 0)?;
        }
        self.delete_from(0);
        Ok(())
    }

    /// Gives the page another prefix key, and every node as much of it as [`Key::useful_prefix`] says. Pages below a
    /// root only; the nodes keep their keys.
    ///
    /// The order of steps is that of the genuine engine, so that the nodes come to lie where it puts them: the old prefix
    /// key goes, nodes that shrink are rewritten, then those that grow, then the new prefix key comes.
    ///
    /// # Errors
    /// [`EditError::NoRoom`]; the page is not usable then.
    pub fn change_prefix(&mut self, prefix: &[u8]) -> Result<(), EditError> {
        let old = self.view()?.prefix_key().to_vec();
        let mut wanted = alloc::vec::Vec::with_capacity(self.node_count());
        for node in self.view()?.nodes() {
            let node = node?;
            wanted.push((node.key.prefix.len(), node.key.useful_prefix(prefix)));
        }
        if !old.is_empty() {
            self.rewrite_tag(0, &[&[]], 0)?;
        }
        for (index, &(has, wants)) in wanted.iter().enumerate().filter(|(_, (has, wants))| wants > has) {
            self.rewrite_prefix(index, &old, has, wants)?;
        }
        for (index, &(has, wants)) in wanted.iter().enumerate().filter(|(_, (has, wants))| wants < has) {
            self.rewrite_prefix(index, &old, has, wants)?;
        }
        Ok(self.rewrite_tag(0, &[prefix], 0)?)
    }

    /// Stores the node `index`, which takes `has` bytes from the prefix key `old`, so that it takes `wants`.
    fn rewrite_prefix(
        &mut self,
        index: usize,
        old: &[u8],
        has: usize,
        wants: usize,
    ) -> Result<(), EditError> {
        let tag = self.tag_of(index)?;
        let is_large = self.size.is_large();
        let stored = self.tag(tag);
        let bytes = self
            .piece(stored.offset(is_large), stored.size(is_large))
            .to_vec();
        let (first, suffix_at) = (
            bytes.first_chunk().copied().unwrap_or([0; 2]),
            if has > 0 { 4 } else { 2 },
        );
        let length_at = |at: usize| {
            let two = bytes.get(at..at + 2).and_then(|two| two.first_chunk());
            usize::from(u16::from_le_bytes(two.copied().unwrap_or([0; 2])) & 0x1fff)
        };
        let suffix_len = length_at(suffix_at - 2);
        let flags = if is_large {
            NodeFlags(first.last().copied().unwrap_or(0) >> 5)
        } else {
            NodeFlags(stored.small_page_flags())
        };
        let (suffix, data) = bytes
            .get(suffix_at..)
            .and_then(|rest| rest.split_at_checked(suffix_len))
            .unwrap_or_default();
        let key = Key {
            prefix: old.get(..has).unwrap_or_default(),
            suffix,
        };
        let lengths = self.lengths(flags, key.len(), wants)?;
        let (first, second) = key.behind(wants);
        Ok(self.rewrite_tag(tag, &[lengths.bytes(), first, second, data], lengths.flags)?)
    }

    /// Overwrites every byte that no node and no header uses.
    pub fn overwrite_unused(&mut self, byte: u8) {
        self.fill_unused(byte);
    }

    /// Stores the checksum; the page may be written now.
    pub fn finish(self) {
        checksum::update(self.bytes, self.pgno, self.size);
    }

    /// The longest piece of the prefix key that a node takes, and the first node that takes so much.
    fn used_prefix(&self) -> Result<Option<(usize, &[u8])>, EditError> {
        let page = self.view()?;
        if page.prefix_key().is_empty() {
            return Ok(None);
        }
        let mut longest: Option<(usize, &[u8])> = None;
        for (index, node) in page.nodes().enumerate() {
            let prefix = node?.key.prefix;
            if prefix.len() > longest.map_or(0, |(_, prefix)| prefix.len()) {
                longest = Some((index, prefix));
            }
        }
        Ok(longest)
    }

    fn tag_of(&self, index: usize) -> Result<usize, PageError> {
        if index < self.node_count() {
            Ok(self.header().reserved_tags() + index)
        } else {
            Err(self.no_such_node(index))
        }
    }

    fn no_such_node(&self, index: usize) -> PageError {
        PageError::NoSuchNode {
            pgno: self.pgno,
            index,
            count: self.node_count(),
        }
    }

    fn lengths(&self, flags: NodeFlags, key_len: usize, prefix_len: usize) -> Result<NodeLengths, EditError> {
        NodeLengths::new(flags, key_len, prefix_len, self.size.is_large()).ok_or(EditError::KeyTooLong {
            pgno: self.pgno,
            len: key_len,
        })
    }
}

/// The one or two lengths at the start of a node, with the flags where they lie on large pages.
struct NodeLengths {
    stored: [u8; 4],
    len: usize,
    flags: u8,
}

impl NodeLengths {
    /// `None`: a length is more than its thirteen bits can say.
    fn new(flags: NodeFlags, key_len: usize, prefix_len: usize, is_large: bool) -> Option<Self> {
        let compressed = if prefix_len > 0 {
            NodeFlags::COMPRESSED.0
        } else {
            0
        };
        let flags = flags.0 & !NodeFlags::COMPRESSED.0 & 7 | compressed;
        let high = if is_large { u16::from(flags) << 13 } else { 0 };
        let stored = |len: usize| u16::try_from(len).ok().filter(|&len| len <= 0x1fff);
        let (prefix, suffix) = (stored(prefix_len)?, stored(key_len.checked_sub(prefix_len)?)?);
        let (first, second, len) = if prefix_len > 0 {
            (prefix, suffix, 4)
        } else {
            (suffix, 0, 2)
        };
        let ([a, b], [c, d]) = ((first | high).to_le_bytes(), second.to_le_bytes());
        Some(Self {
            stored: [a, b, c, d],
            len,
            flags,
        })
    }

    fn bytes(&self) -> &[u8] {
        self.stored.get(..self.len).unwrap_or_default()
    }
}
