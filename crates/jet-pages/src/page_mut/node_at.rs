//! Changes of a node that stays where it is in the order: its data and flags.
//!
//! [`PageMut::node_at`] reads a node once; what it finds serves every step of a change, so that a change touches the
//! tag and the node, and nothing else of the page but its header.

use super::{EditError, PageMut};
use crate::tag::TAG_BYTES;
use crate::{Key, Node, NodeFlags, PageError};

/// Where a node lies in its page, and what it is made of. True until the page is changed.
#[derive(Clone, Copy, Debug)]
pub struct NodeAt {
    index: usize,
    tag: usize,
    /// Of the whole node, from the end of the page header.
    offset: usize,
    size: usize,
    flags: NodeFlags,
    prefix_len: usize,
    /// From the start of the node, as `data`.
    suffix: usize,
    data: usize,
}

impl NodeAt {
    /// Number of the node, from 0.
    pub const fn index(&self) -> usize {
        self.index
    }

    /// The flags.
    pub const fn flags(&self) -> NodeFlags {
        self.flags
    }

    /// `flags` with the compressed bit of the node, and nothing but flags.
    fn kept(&self, flags: NodeFlags) -> NodeFlags {
        let keep = NodeFlags::COMPRESSED.0;
        NodeFlags(self.flags.0 & keep | flags.0 & !keep & 7)
    }
}

impl PageMut<'_> {
    /// Finds node `index`, from 0.
    ///
    /// # Errors
    /// [`PageError::NoSuchNode`], [`PageError::TagOutOfBounds`], [`PageError::NodeMalformed`].
    pub fn node_at(&self, index: usize) -> Result<NodeAt, PageError> {
        let (tag, is_large) = (self.tag_of(index)?, self.size.is_large());
        let stored = self.tag(tag);
        let (offset, size) = (stored.offset(is_large), stored.size(is_large));
        if offset + size > self.nodes_limit() {
            return Err(PageError::TagOutOfBounds {
                pgno: self.pgno,
                tag,
                offset,
                size,
            });
        }
        let bytes = self.piece(offset, size);
        let word = |at: usize| {
            let two = bytes.get(at..).and_then(|rest| rest.first_chunk());
            two.map(|two| u16::from_le_bytes(*two))
        };
        let first = word(0).unwrap_or_default();
        let flags = match is_large {
            true => NodeFlags((first >> 13).to_le_bytes()[0]),
            false => NodeFlags(stored.small_page_flags()),
        };
        let length = |stored: u16| usize::from(stored & 0x1fff);
        let (prefix_len, suffix_len, suffix) = match flags.is_compressed() {
            true => (length(first), length(word(2).unwrap_or_default()), 4),
            false => (0, length(first), 2),
        };
        let data = suffix + suffix_len;
        if data > size {
            return Err(PageError::NodeMalformed {
                pgno: self.pgno,
                index,
                prefix: prefix_len,
                suffix: suffix_len,
            });
        }
        Ok(NodeAt {
            index,
            tag,
            offset,
            size,
            flags,
            prefix_len,
            suffix,
            data,
        })
    }

    /// The node that was found at `at`.
    ///
    /// # Errors
    /// [`PageError::NodeMalformed`] when the page's prefix key is shorter than the node says; what [`PageMut::view`] gives.
    pub fn node(&self, at: &NodeAt) -> Result<Node<'_>, PageError> {
        let suffix = self.piece(at.offset + at.suffix, at.data - at.suffix);
        let prefix = match at.prefix_len {
            0 => &[],
            len => (self.view()?.prefix_key().get(..len)).ok_or(PageError::NodeMalformed {
                pgno: self.pgno,
                index: at.index,
                prefix: len,
                suffix: suffix.len(),
            })?,
        };
        Ok(Node {
            flags: at.flags,
            key: Key { prefix, suffix },
            data: self.data(at),
        })
    }

    /// The data of the node at `at`.
    pub fn data(&self, at: &NodeAt) -> &[u8] {
        self.piece(at.offset + at.data, at.size - at.data)
    }

    /// The data of node `index`, to be changed in place.
    ///
    /// # Errors
    /// As [`PageMut::node_at`].
    pub fn data_mut(&mut self, index: usize) -> Result<&mut [u8], EditError> {
        let at = self.node_at(index)?;
        Ok(self.data_at_mut(&at))
    }

    /// The data of the node at `at`, to be changed in place.
    pub fn data_at_mut(&mut self, at: &NodeAt) -> &mut [u8] {
        let start = self.size.header_bytes() + at.offset + at.data;
        self.bytes_at(start, at.size - at.data)
    }

    /// Replaces the data of node `index`; its key and flags stay.
    ///
    /// # Errors
    /// [`EditError::NoRoom`], [`EditError::NoData`], as [`PageMut::node_at`].
    pub fn replace_data(&mut self, index: usize, data: &[u8]) -> Result<(), EditError> {
        let at = self.node_at(index)?;
        self.replace_data_at(&at, data, at.flags)
    }

    /// Replaces data and flags of the node at `at`; its key stays, and the compressed bit as in
    /// [`PageMut::set_node_flags`].
    ///
    /// # Errors
    /// [`EditError::NoRoom`], [`EditError::NoData`].
    pub fn replace_data_at(&mut self, at: &NodeAt, data: &[u8], flags: NodeFlags) -> Result<(), EditError> {
        if data.is_empty() {
            return Err(EditError::NoData {
                pgno: self.pgno,
                index: at.index,
            });
        }
        let flags = at.kept(flags);
        let offset = self.replace_tail(at.tag, at.data, data, flags.0)?;
        if self.size.is_large() && flags != at.flags {
            self.put_flags(at.tag, offset, flags);
        }
        Ok(())
    }

    /// The flags of node `index`.
    ///
    /// # Errors
    /// As [`PageMut::node_at`].
    pub fn node_flags(&self, index: usize) -> Result<NodeFlags, PageError> {
        self.node_at(index).map(|at| at.flags)
    }

    /// Sets the flags of node `index`; the compressed bit says how the node is stored and stays.
    ///
    /// # Errors
    /// As [`PageMut::node_at`].
    pub fn set_node_flags(&mut self, index: usize, flags: NodeFlags) -> Result<(), EditError> {
        let at = self.node_at(index)?;
        self.set_flags_at(&at, flags);
        Ok(())
    }

    /// As [`PageMut::set_node_flags`], for the node at `at`.
    pub fn set_flags_at(&mut self, at: &NodeAt, flags: NodeFlags) {
        let flags = at.kept(flags);
        if flags != at.flags {
            self.put_flags(at.tag, at.offset, flags);
        }
    }

    /// On large pages the flags are the top bits of the node's first length, on small ones those of the tag's offset.
    fn put_flags(&mut self, tag: usize, offset: usize, flags: NodeFlags) {
        let at = if self.size.is_large() {
            self.size.header_bytes() + offset
        } else {
            self.size.bytes() - TAG_BYTES * (tag + 1) + 2
        };
        if let [_, high] = self.bytes_at(at, 2) {
            *high = *high & 0x1f | flags.0 << 5;
        }
    }
}
