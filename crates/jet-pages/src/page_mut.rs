//! Changes inside one page: inserting, replacing and deleting nodes, and keeping the account of free bytes.
//!
//! Placement follows the genuine engine, so that equal operations give equal bytes: a new node goes behind the highest
//! used byte, a page is compacted only when the room is there but scattered, freed bytes are not erased.
//! Source: `docs/format/page.md`.

use alloc::vec::Vec;

use zerocopy::{FromBytes, IntoBytes};

use crate::findings::{self, PageFinding};
use crate::header::PageHeader;
use crate::tag::{RawTag, TAG_BYTES};
use crate::{NodeFlags, Objid, Page, PageError, PageFlags, PageSize, Pgno, checksum};

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
        if bytes.len() != size.bytes() {
            return Err(PageError::Truncated {
                pgno,
                len: bytes.len(),
                expected: size.bytes(),
            });
        }
        bytes.fill(0);
        let mut page = Self { bytes, pgno, size };
        let room = size.bytes() - size.header_bytes() - TAG_BYTES;
        page.header_mut().objid = objid.0.into();
        page.header_mut().flags = (flags | PageFlags::NEW_CHECKSUM).bits().into();
        page.header_mut().tag_state = 1.into();
        page.set_free_bytes(room);
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
        let page = Page::new(bytes, pgno, size).map_err(PageFinding::Unreadable)?;
        let mut found = Vec::new();
        findings::check_room(&page, &mut found);
        if let Some(first) = found.into_iter().next() {
            return Err(first);
        }
        for node in page.nodes() {
            node.map_err(PageFinding::Unreadable)?;
        }
        Ok(Self { bytes, pgno, size })
    }

    /// Reads the page as it is now.
    ///
    /// # Errors
    /// As [`Page::new`].
    pub fn view(&self) -> Result<Page<'_>, PageError> {
        Page::new(self.bytes, self.pgno, self.size)
    }

    /// The header, to be changed: siblings, dbtime, flags.
    pub fn header_mut(&mut self) -> &mut PageHeader {
        #[expect(clippy::expect_used, reason = "both constructors made sure of a whole page")]
        let (header, _) = PageHeader::mut_from_prefix(self.bytes).expect("a page is longer than its header");
        header
    }

    /// Replaces the external header (tag 0).
    ///
    /// # Errors
    /// [`NoRoom`].
    ///
    /// # Panics
    /// When nodes of the page take bytes from a prefix key that would become shorter or another one.
    pub fn set_external_header(&mut self, bytes: &[u8]) -> Result<(), NoRoom> {
        let used = self.used_prefix().to_vec();
        self.resize_tag(0, 0, bytes)?;
        let page = self.sound_view();
        assert!(
            page.prefix_key().starts_with(&used),
            "nodes of page {} lean on its prefix key",
            self.pgno
        );
        Ok(())
    }

    /// How many bytes of `key` a new node should take from the page's prefix key: 0 unless that saves more than the two
    /// bytes that it costs.
    pub fn prefix_for(&self, key: &[u8]) -> usize {
        let prefix = self.sound_view().prefix_key();
        let common = prefix.iter().zip(key).take_while(|(a, b)| a == b).count();
        if common > 2 { common } else { 0 }
    }

    /// Inserts a node before node `index`. `prefix_len` bytes of `key` come from the page's prefix key, see
    /// [`PageMut::prefix_for`]; 0 stores the key whole.
    ///
    /// # Errors
    /// [`NoRoom`]; nothing is changed then.
    ///
    /// # Panics
    /// When `index` is beyond the last node, `key` does not begin as the prefix key does, or is longer than a node can
    /// say, or `data` is empty.
    pub fn insert(
        &mut self,
        index: usize,
        flags: NodeFlags,
        key: &[u8],
        prefix_len: usize,
        data: &[u8],
    ) -> Result<(), NoRoom> {
        let reserved = self.header_mut().reserved_tags();
        let tag_count = self.header_mut().tag_count();
        let tag = reserved + index;
        assert!(
            tag <= tag_count,
            "insert at node {index} of {}",
            tag_count - reserved
        );
        assert!(!data.is_empty(), "a node has data");
        assert!(
            self.sound_view()
                .prefix_key()
                .get(..prefix_len)
                .is_some_and(|prefix| key.starts_with(prefix)),
            "a prefix of {prefix_len} bytes is not that of page {}",
            self.pgno
        );
        let lengths = NodeLengths::new(flags, key.len(), prefix_len, self.size.is_large());
        let suffix = key.get(prefix_len..).unwrap_or_default();
        let pieces = [lengths.bytes(), suffix, data];
        let len: usize = pieces.iter().map(|piece| piece.len()).sum();
        self.make_room(len + TAG_BYTES)?;
        self.shift_tags(tag, tag_count, tag + 1);
        self.header_mut().tag_state = (self.header_mut().tag_state.get() + 1).into();
        let free = self.free_bytes();
        self.set_free_bytes(free - TAG_BYTES);
        self.put_tag(tag, RawTag::new(0, 0, 0, self.size.is_large()));
        self.append(tag, &pieces, lengths.flags);
        Ok(())
    }

    /// Removes node `index`.
    ///
    /// # Panics
    /// When there is no such node.
    pub fn delete(&mut self, index: usize) {
        let tag = self.header_mut().reserved_tags() + index;
        let tag_count = self.header_mut().tag_count();
        assert!(tag < tag_count, "delete of node {index}");
        self.release(tag);
        self.shift_tags(tag + 1, tag_count, tag);
        self.header_mut().tag_state = (self.header_mut().tag_state.get() - 1).into();
        let free = self.free_bytes();
        self.set_free_bytes(free + TAG_BYTES);
    }

    /// Replaces the data of node `index`; its key and flags stay.
    ///
    /// # Errors
    /// [`NoRoom`]; nothing is changed then.
    ///
    /// # Panics
    /// When there is no such node, or `data` is empty.
    pub fn replace_data(&mut self, index: usize, data: &[u8]) -> Result<(), NoRoom> {
        assert!(!data.is_empty(), "a node has data");
        let page = self.sound_view();
        #[expect(
            clippy::expect_used,
            reason = "documented: the caller names a node of the page"
        )]
        let old = page.node(index).expect("a node of the page");
        let (tag, old_data) = (page.tag_of_node(index), old.data.len());
        let keep = page.tag_extent(tag).0 - old_data;
        self.resize_tag(tag, keep, data)
    }

    /// Sets the flags of node `index`; the compressed bit says how the node is stored and stays.
    ///
    /// # Panics
    /// When there is no such node.
    pub fn set_node_flags(&mut self, index: usize, flags: NodeFlags) {
        let tag = self.header_mut().reserved_tags() + index;
        assert!(tag < self.header_mut().tag_count(), "flags of node {index}");
        let keep = NodeFlags::COMPRESSED.0;
        // On large pages the flags are the top bits of the node's first length, on small ones those of the offset.
        let at = if self.size.is_large() {
            self.size.header_bytes() + self.tag(tag).offset(true)
        } else {
            self.size.bytes() - TAG_BYTES * (tag + 1) + 2
        };
        let [_, high] = self.bytes_at(at, 2) else { return };
        let old = *high >> 5;
        *high = *high & 0x1f | (old & keep | flags.0 & !keep & 7) << 5;
    }

    /// Stores the checksum; the page may be written now.
    pub fn finish(self) {
        checksum::update(self.bytes, self.pgno, self.size);
    }

    /// The view of a page that `format` or `open` has vouched for and every change keeps sound.
    fn sound_view(&self) -> Page<'_> {
        #[expect(clippy::expect_used, reason = "both constructors viewed the page")]
        self.view().expect("a page that was viewed before")
    }

    /// The longest piece of the prefix key that a node leans on.
    fn used_prefix(&self) -> &[u8] {
        let page = self.sound_view();
        let longest = page.nodes().flatten().map(|node| node.key.prefix.len()).max();
        page.prefix_key().get(..longest.unwrap_or(0)).unwrap_or_default()
    }

    /// Gives tag `tag` the content of its first `keep` bytes and `tail`: in place when it shrinks, or grows as the last
    /// one with room behind it; else behind the highest used byte.
    fn resize_tag(&mut self, tag: usize, keep: usize, tail: &[u8]) -> Result<(), NoRoom> {
        let is_large = self.size.is_large();
        let old = self.tag(tag);
        let (old_len, offset) = (old.size(is_large), old.offset(is_large));
        let (len, free) = (keep + tail.len(), self.free_bytes());
        if len > old_len + free {
            return Err(NoRoom {
                pgno: self.pgno,
                needed: len - old_len,
                free,
            });
        }
        let is_last = old_len != 0 && offset + old_len == self.free_offset();
        if len != 0 && old_len != 0 && (len <= old_len || (is_last && offset + len <= self.nodes_limit())) {
            let at = self.size.header_bytes() + offset + keep;
            self.bytes_at(at, tail.len()).copy_from_slice(tail);
            let flags = old.small_page_flags();
            self.put_tag(tag, RawTag::new(narrow(len), narrow(offset), flags, is_large));
            if is_last {
                self.set_free_offset(offset + len);
            }
            self.set_free_bytes(free + old_len - len);
            return Ok(());
        }
        let at = self.size.header_bytes() + offset;
        let head = self.bytes.get(at..at + keep).unwrap_or_default().to_vec();
        self.release(tag);
        self.make_room(len)?;
        self.append(tag, &[&head, tail], old.small_page_flags());
        Ok(())
    }

    /// Moves the tags `from..end` so that the first of them becomes tag `to`.
    fn shift_tags(&mut self, from: usize, end: usize, to: usize) {
        let at = |tag: usize| self.size.bytes() - TAG_BYTES * tag;
        let target = at(end - from + to);
        self.bytes.copy_within(at(end)..at(from), target);
    }

    /// Writes the pieces behind the highest used byte; the room is there.
    fn append(&mut self, tag: usize, pieces: &[&[u8]], flags: u8) {
        let start = self.free_offset();
        let mut at = start;
        for piece in pieces {
            let header = self.size.header_bytes();
            self.bytes_at(header + at, piece.len()).copy_from_slice(piece);
            at += piece.len();
        }
        let stored = RawTag::new(narrow(at - start), narrow(start), flags, self.size.is_large());
        self.put_tag(tag, stored);
        self.set_free_offset(at);
        let free = self.free_bytes();
        self.set_free_bytes(free - (at - start));
    }

    /// Gives up the bytes of a tag; the tag is empty afterwards.
    fn release(&mut self, tag: usize) {
        let is_large = self.size.is_large();
        let old = self.tag(tag);
        let (offset, len) = (old.offset(is_large), old.size(is_large));
        if len != 0 && offset + len == self.free_offset() {
            self.set_free_offset(offset);
        }
        self.put_tag(tag, RawTag::new(0, 0, 0, is_large));
        let free = self.free_bytes();
        self.set_free_bytes(free + len);
    }

    fn make_room(&mut self, needed: usize) -> Result<(), NoRoom> {
        let free = self.free_bytes();
        if needed > free {
            return Err(NoRoom {
                pgno: self.pgno,
                needed,
                free,
            });
        }
        if self.nodes_limit() - self.free_offset() < needed {
            self.compact();
        }
        Ok(())
    }

    /// Where the tag array begins, from the end of the header.
    fn nodes_limit(&mut self) -> usize {
        self.size.bytes() - self.size.header_bytes() - TAG_BYTES * self.header_mut().tag_count()
    }

    /// Moves all pieces down, in the order in which they lie, until no hole is left.
    fn compact(&mut self) {
        let is_large = self.size.is_large();
        let header = self.size.header_bytes();
        let tag_count = self.header_mut().tag_count();
        let mut tags: Vec<usize> = (0..tag_count)
            .filter(|&tag| self.tag(tag).size(is_large) != 0)
            .collect();
        tags.sort_unstable_by_key(|&tag| self.tag(tag).offset(is_large));
        let mut at = 0;
        for tag in tags {
            let old = self.tag(tag);
            let (offset, len) = (old.offset(is_large), old.size(is_large));
            self.bytes
                .copy_within(header + offset..header + offset + len, header + at);
            let flags = if is_large { 0 } else { old.small_page_flags() };
            self.put_tag(tag, RawTag::new(narrow(len), narrow(at), flags, is_large));
            at += len;
        }
        self.set_free_offset(at);
    }

    fn tag(&self, tag: usize) -> RawTag {
        let at = self.size.bytes() - TAG_BYTES * (tag + 1);
        let four = self.bytes.get(at..at + TAG_BYTES).unwrap_or_default();
        RawTag::read_from_bytes(four).unwrap_or(RawTag::new(0, 0, 0, false))
    }

    fn put_tag(&mut self, tag: usize, stored: RawTag) {
        let at = self.size.bytes() - TAG_BYTES * (tag + 1);
        self.bytes_at(at, TAG_BYTES).copy_from_slice(stored.as_bytes());
    }

    fn bytes_at(&mut self, at: usize, len: usize) -> &mut [u8] {
        #[expect(
            clippy::expect_used,
            reason = "every caller computed the place from checked lengths"
        )]
        self.bytes.get_mut(at..at + len).expect("a place inside the page")
    }

    fn free_bytes(&mut self) -> usize {
        usize::from(self.header_mut().free_bytes.get())
    }

    fn set_free_bytes(&mut self, free: usize) {
        self.header_mut().free_bytes = narrow(free).into();
    }

    fn free_offset(&mut self) -> usize {
        usize::from(self.header_mut().free_offset.get())
    }

    fn set_free_offset(&mut self, offset: usize) {
        self.header_mut().free_offset = narrow(offset).into();
    }
}

/// The one or two lengths at the start of a node, with the flags where they lie on large pages.
struct NodeLengths {
    stored: [u8; 4],
    len: usize,
    flags: u8,
}

impl NodeLengths {
    fn new(flags: NodeFlags, key_len: usize, prefix_len: usize, is_large: bool) -> Self {
        let compressed = if prefix_len > 0 {
            NodeFlags::COMPRESSED.0
        } else {
            0
        };
        let flags = flags.0 & !NodeFlags::COMPRESSED.0 & 7 | compressed;
        let high = if is_large { u16::from(flags) << 13 } else { 0 };
        let [prefix, suffix] = [prefix_len, key_len - prefix_len].map(narrow);
        assert!(prefix <= 0x1fff && suffix <= 0x1fff, "a key fits a page");
        let (first, second, len) = if prefix_len > 0 {
            (prefix, suffix, 4)
        } else {
            (suffix, 0, 2)
        };
        let ([a, b], [c, d]) = ((first | high).to_le_bytes(), second.to_le_bytes());
        Self {
            stored: [a, b, c, d],
            len,
            flags,
        }
    }

    fn bytes(&self) -> &[u8] {
        self.stored.get(..self.len).unwrap_or_default()
    }
}

/// Offsets and lengths within a page of at most 32 KiB.
fn narrow(n: usize) -> u16 {
    #[expect(clippy::expect_used, reason = "no page is longer than 32 KiB")]
    u16::try_from(n).expect("an offset within a page")
}
