//! Long values: what a record names by a number lies in a tree of its own, in chunks.
//!
//! The node of a value's root has the number as its key and holds reference count and length; the chunks follow it in
//! the tree, keyed by number and offset in the plain value. A chunk is compressed when it is shorter than the piece of
//! the value that it stands for. Source: `docs/format/long-values.md`.

use jet_btree::{Cursor, Seek, SeekTarget, Tree, TreeError};
use jet_pages::PageSize;

use crate::compress::{self, CompressError};
use crate::encrypt::{self, ColumnKey, EncryptError};
use crate::record::LongValueId;

/// Why a long value cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LongValueError {
    /// The tree cannot be read.
    #[error("{0}")]
    Tree(#[from] TreeError),
    /// The table has no long-value tree.
    #[error("the record names long value {id:?}, but the table has no long-value tree that can be read")]
    NoTree {
        /// The number.
        id: LongValueId,
    },
    /// The tree has no such value.
    #[error("long value {id:?} is missing")]
    Missing {
        /// The number.
        id: LongValueId,
    },
    /// The root of the value is too short.
    #[error("the root of long value {id:?} has {len} bytes")]
    Root {
        /// The number.
        id: LongValueId,
        /// Its length.
        len: usize,
    },
    /// A chunk is missing, or lies at an offset where none should.
    #[error("long value {id:?} of {size} bytes lacks its bytes from {offset} on")]
    Gap {
        /// The number.
        id: LongValueId,
        /// Length of the whole value.
        size: u32,
        /// Bytes found before the gap.
        offset: u32,
    },
    /// A chunk is longer than its piece of the value.
    #[error("a chunk of long value {id:?} at {offset} has {len} bytes for a piece of {expected}")]
    ChunkTooLong {
        /// The number.
        id: LongValueId,
        /// Offset in the value.
        offset: u32,
        /// Stored length.
        len: usize,
        /// Length of its piece.
        expected: usize,
    },
    /// A compressed chunk holds less than its piece of the value.
    #[error("a compressed chunk of long value {id:?} at {offset} holds {len} bytes of a piece of {expected}")]
    ChunkTooShort {
        /// The number.
        id: LongValueId,
        /// Offset in the value.
        offset: u32,
        /// Plain length.
        len: usize,
        /// Length of its piece.
        expected: usize,
    },
    /// A chunk does not decompress.
    #[error("the chunk of long value {id:?} at {offset}: {source}")]
    Compressed {
        /// The number.
        id: LongValueId,
        /// Offset in the value.
        offset: u32,
        /// Why.
        source: CompressError,
    },
    /// The value is encrypted, and no key was given.
    #[error("long value {id:?} is encrypted, and no key was given")]
    NoKey {
        /// The number.
        id: LongValueId,
    },
    /// A chunk does not decrypt.
    #[error("the chunk of long value {id:?} at {offset}: {source}")]
    Encrypted {
        /// The number.
        id: LongValueId,
        /// Offset in the value.
        offset: u32,
        /// Why.
        source: EncryptError,
    },
}

/// Root of a long value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LongValueRoot {
    /// Columns of records that name the value.
    pub reference_count: u32,
    /// Length in bytes, plain.
    pub size: u32,
    /// Whether the chunks are encrypted.
    pub is_encrypted: bool,
}

impl LongValueRoot {
    /// Reads the data of a root node; `None` when it is too short.
    pub fn parse(data: &[u8]) -> Option<Self> {
        let (count, rest) = data.split_first_chunk()?;
        let (size, rest) = rest.split_first_chunk()?;
        let flags = rest.first().copied().unwrap_or(0);
        Some(Self {
            reference_count: u32::from_le_bytes(*count),
            size: u32::from_le_bytes(*size),
            is_encrypted: flags & 1 != 0,
        })
    }
}

/// What the key of a node in a long-value tree names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LongValueKey {
    /// The root of a value.
    Root(LongValueId),
    /// The piece of a value from an offset on.
    Chunk(LongValueId, u32),
}

impl LongValueKey {
    /// Reads a key; `None` when it has no length that keys of these trees have.
    pub fn parse(key: &[u8]) -> Option<Self> {
        match *key {
            [a, b, c, d] => Some(Self::Root(LongValueId::Narrow(u32::from_be_bytes([a, b, c, d])))),
            // Eight bytes are a wide number if the top bit is set, else a narrow one and an offset.
            [a, b, c, d, e, f, g, h] if a & 0x80 != 0 => {
                Some(Self::Root(LongValueId::Wide(u64::from_be_bytes([
                    a, b, c, d, e, f, g, h,
                ]))))
            }
            [a, b, c, d, e, f, g, h] => Some(Self::Chunk(
                LongValueId::Narrow(u32::from_be_bytes([a, b, c, d])),
                u32::from_be_bytes([e, f, g, h]),
            )),
            [a, b, c, d, e, f, g, h, i, j, k, l] => Some(Self::Chunk(
                LongValueId::Wide(u64::from_be_bytes([a, b, c, d, e, f, g, h])),
                u32::from_be_bytes([i, j, k, l]),
            )),
            _ => None,
        }
    }
}

/// The number of a value as keys hold it: 4 or 8 bytes, big-endian.
pub fn key_bytes(id: LongValueId) -> Vec<u8> {
    match id {
        LongValueId::Narrow(id) => id.to_be_bytes().to_vec(),
        LongValueId::Wide(id) => id.to_be_bytes().to_vec(),
    }
}

/// Appends the key of the root of a value, or of its chunk at an offset.
pub(crate) fn append_key(id: LongValueId, offset: Option<u32>, out: &mut Vec<u8>) {
    match id {
        LongValueId::Narrow(id) => out.extend_from_slice(&id.to_be_bytes()),
        LongValueId::Wide(id) => out.extend_from_slice(&id.to_be_bytes()),
    }
    if let Some(offset) = offset {
        out.extend_from_slice(&offset.to_be_bytes());
    }
}

/// Length of the piece of a value that a chunk stands for, unless the table has a size of its own.
pub const fn chunk_bytes(size: PageSize) -> u32 {
    match size {
        PageSize::K16 => 4050,
        PageSize::K32 => 8150,
        _ => size.bytes_u32() - 82,
    }
}

/// The long values of one table.
#[derive(Clone, Copy, Debug)]
pub struct LongValues<'c> {
    tree: Tree<'c>,
    chunk_bytes: u32,
}

impl<'c> LongValues<'c> {
    /// `chunk_max`: the size that the table's catalog row states, if it does.
    pub fn new(tree: Tree<'c>, chunk_max: Option<u32>) -> Self {
        let chunk_bytes = chunk_max.unwrap_or(chunk_bytes(tree.pages().size())).max(1);
        Self { tree, chunk_bytes }
    }

    /// The tree.
    pub const fn tree(&self) -> Tree<'c> {
        self.tree
    }

    /// Length of the piece that a full chunk stands for.
    pub const fn chunk_bytes(&self) -> u32 {
        self.chunk_bytes
    }

    /// Reads the root of a value.
    ///
    /// # Errors
    /// [`LongValueError::Missing`], [`LongValueError::Root`], and what reading the tree gives.
    pub fn root(&self, id: LongValueId) -> Result<LongValueRoot, LongValueError> {
        self.open(id).map(|(root, _)| root)
    }

    /// Appends the plain bytes of a value to `out`, at most `limit` of them.
    ///
    /// # Errors
    /// [`LongValueError`]; what was read before the error stays in `out`.
    pub fn read(
        &self,
        id: LongValueId,
        limit: usize,
        key: Option<&ColumnKey>,
        out: &mut Vec<u8>,
    ) -> Result<(), LongValueError> {
        let mut left = limit;
        self.chunks(id, key, &mut |piece| {
            let taken = piece.len().min(left);
            out.extend(piece.iter().take(taken));
            left -= taken;
            left > 0
        })
    }

    /// Hands the plain bytes of a value to `take`, piece by piece, until it says false. Memory: one chunk.
    ///
    /// # Errors
    /// [`LongValueError`].
    pub fn chunks(
        &self,
        id: LongValueId,
        key: Option<&ColumnKey>,
        take: &mut dyn FnMut(&[u8]) -> bool,
    ) -> Result<(), LongValueError> {
        let (root, mut cursor) = self.open(id)?;
        let key = match (root.is_encrypted, key) {
            (false, _) => None,
            (true, Some(key)) => Some(key),
            (true, None) => return Err(LongValueError::NoKey { id }),
        };
        let prefix = key_bytes(id);
        let mut plain = Vec::new();
        let mut offset = 0;
        while offset < root.size {
            let gap = LongValueError::Gap {
                id,
                size: root.size,
                offset,
            };
            if !cursor.next()? {
                return Err(gap);
            }
            let Some(node) = cursor.node()? else {
                return Err(gap);
            };
            let expected_key = [&prefix[..], &offset.to_be_bytes()].concat();
            if node.key.cmp_bytes(&expected_key).is_ne() {
                return Err(gap);
            }
            let expected = self.chunk_bytes.min(root.size - offset);
            let chunk = Chunk {
                id,
                offset,
                expected: expected as usize,
            };
            let piece = chunk.plain(node.data, key, &mut plain)?;
            if !take(piece) {
                return Ok(());
            }
            offset += expected;
        }
        Ok(())
    }

    /// The plain bytes of one chunk: where they lie, or in `buffer`, which is overwritten. `offset`: of the chunk in the
    /// value, less than its size.
    ///
    /// # Errors
    /// [`LongValueError`] when the stored bytes are not those of the piece; [`LongValueError::NoKey`].
    pub fn decode_chunk<'a>(
        &self,
        id: LongValueId,
        root: &LongValueRoot,
        offset: u32,
        stored: &'a [u8],
        key: Option<&ColumnKey>,
        buffer: &'a mut Vec<u8>,
    ) -> Result<&'a [u8], LongValueError> {
        let key = match (root.is_encrypted, key) {
            (false, _) => None,
            (true, Some(key)) => Some(key),
            (true, None) => return Err(LongValueError::NoKey { id }),
        };
        let expected = self.chunk_bytes.min(root.size.saturating_sub(offset)) as usize;
        Chunk { id, offset, expected }.plain(stored, key, buffer)
    }

    fn open(&self, id: LongValueId) -> Result<(LongValueRoot, Cursor<'c>), LongValueError> {
        let mut cursor = Cursor::new(self.tree);
        if cursor.seek(&key_bytes(id), SeekTarget::Equal)? != Seek::Exact {
            return Err(LongValueError::Missing { id });
        }
        let Some(node) = cursor.node()? else {
            return Err(LongValueError::Missing { id });
        };
        let len = node.data.len();
        let root = LongValueRoot::parse(node.data).ok_or(LongValueError::Root { id, len })?;
        Ok((root, cursor))
    }
}

/// Where a chunk stands.
pub(crate) struct Chunk {
    pub(crate) id: LongValueId,
    /// Offset in the value.
    pub(crate) offset: u32,
    /// Length of its piece.
    pub(crate) expected: usize,
}

impl Chunk {
    /// The plain bytes: where they lie, or in `buffer`. `key`: of an encrypted value.
    pub(crate) fn plain<'a>(
        &self,
        stored: &'a [u8],
        key: Option<&ColumnKey>,
        buffer: &'a mut Vec<u8>,
    ) -> Result<&'a [u8], LongValueError> {
        buffer.clear();
        let Some(key) = key else {
            return if self.is_plain(stored)? {
                Ok(stored)
            } else {
                self.decompress(stored, buffer)
            };
        };
        let (id, offset) = (self.id, self.offset);
        encrypt::decrypt(stored, key, buffer).map_err(|source| LongValueError::Encrypted {
            id,
            offset,
            source,
        })?;
        if self.is_plain(buffer)? {
            return Ok(buffer);
        }
        let stream = core::mem::take(buffer);
        self.decompress(&stream, buffer)
    }

    /// A chunk that is as long as its piece is the piece; a shorter one is compressed.
    fn is_plain(&self, stored: &[u8]) -> Result<bool, LongValueError> {
        let (id, offset, expected) = (self.id, self.offset, self.expected);
        if stored.len() > expected {
            return Err(LongValueError::ChunkTooLong {
                id,
                offset,
                len: stored.len(),
                expected,
            });
        }
        Ok(stored.len() == expected)
    }

    fn decompress<'a>(&self, stream: &[u8], buffer: &'a mut Vec<u8>) -> Result<&'a [u8], LongValueError> {
        let (id, offset, expected) = (self.id, self.offset, self.expected);
        compress::decompress(stream, expected, buffer).map_err(|source| LongValueError::Compressed {
            id,
            offset,
            source,
        })?;
        if buffer.len() != expected {
            return Err(LongValueError::ChunkTooShort {
                id,
                offset,
                len: buffer.len(),
                expected,
            });
        }
        Ok(buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_both_widths() {
        let narrow = LongValueId::Narrow(7);
        let wide = LongValueId::Wide(0x8000_0000_8000_0001);
        assert_eq!(
            LongValueKey::parse(&key_bytes(narrow)),
            Some(LongValueKey::Root(narrow))
        );
        assert_eq!(
            LongValueKey::parse(&key_bytes(wide)),
            Some(LongValueKey::Root(wide))
        );
        let chunk = |id| [&key_bytes(id)[..], &4014_u32.to_be_bytes()].concat();
        assert_eq!(
            LongValueKey::parse(&chunk(narrow)),
            Some(LongValueKey::Chunk(narrow, 4014))
        );
        assert_eq!(
            LongValueKey::parse(&chunk(wide)),
            Some(LongValueKey::Chunk(wide, 4014))
        );
        assert_eq!(LongValueKey::parse(&[1, 2, 3]), None);
    }
}
