//! The bytes of a long value as a transaction sees them.

use jet_btree::store::{OpenTree, Store};
use jet_btree::transaction::{Reader, Trees};
use jet_btree::version::View;

use crate::error::Result;
use crate::long_value::{Chunk, LongValueError, LongValueRoot, append_key};
use crate::record::LongValueId;

/// Reads the long values of a table as a view sees them.
pub(crate) struct LongReader<'s> {
    reader: Reader<'s>,
    piece_bytes: u32,
    key: Vec<u8>,
    buffer: Vec<u8>,
}

impl<'s> LongReader<'s> {
    /// A reader of the values in `tree`. `piece_bytes`: what a chunk stands for.
    ///
    /// # Errors
    /// What opening the tree gives.
    pub(crate) fn new(
        trees: &'s Trees,
        store: &'s Store,
        tree: &OpenTree,
        view: View,
        piece_bytes: u32,
    ) -> Result<Self> {
        Ok(Self {
            reader: Reader::new(trees, store, tree, view)?,
            piece_bytes,
            key: Vec::new(),
            buffer: Vec::new(),
        })
    }

    /// The root of a value.
    ///
    /// # Errors
    /// [`LongValueError::Missing`], [`LongValueError::Root`], and what reading the tree gives.
    pub(crate) fn root(&mut self, id: LongValueId) -> Result<LongValueRoot> {
        self.key.clear();
        append_key(id, None, &mut self.key);
        if !self.reader.seek_row(&self.key, &[])? {
            return Err(LongValueError::Missing { id }.into());
        }
        let data = self.reader.row()?.map_or(&[][..], |row| row.1);
        let len = data.len();
        let root = LongValueRoot::parse(data);
        root.ok_or_else(|| LongValueError::Root { id, len }.into())
    }

    /// Hands the bytes of a value from `offset` on to `take`, piece by piece, until it says false.
    ///
    /// # Errors
    /// [`LongValueError`], and what reading the tree gives.
    pub(crate) fn pieces(
        &mut self,
        id: LongValueId,
        offset: u32,
        mut take: impl FnMut(&[u8]) -> bool,
    ) -> Result<()> {
        let root = self.root(id)?;
        if root.is_encrypted {
            return Err(LongValueError::NoKey { id }.into());
        }
        let mut at = offset - offset % self.piece_bytes;
        while at < root.size {
            let expected = self.piece_bytes.min(root.size - at);
            self.key.clear();
            append_key(id, Some(at), &mut self.key);
            if !self.reader.seek_row(&self.key, &[])? {
                let size = root.size;
                return Err(LongValueError::Gap { id, size, offset: at }.into());
            }
            let stored = self.reader.row()?.map_or(&[][..], |row| row.1);
            let chunk = Chunk {
                id,
                offset: at,
                expected: usize::try_from(expected).unwrap_or(usize::MAX),
            };
            let piece = chunk.plain(stored, None, &mut self.buffer)?;
            let skipped = usize::try_from(offset.saturating_sub(at)).unwrap_or(usize::MAX);
            if !take(piece.get(skipped..).unwrap_or_default()) {
                return Ok(());
            }
            at += expected;
        }
        Ok(())
    }

    /// Bytes of a value as they are stored, and in how many chunks.
    ///
    /// # Errors
    /// [`LongValueError`], and what reading the tree gives.
    pub(crate) fn stored(&mut self, id: LongValueId) -> Result<(u64, u64)> {
        let root = self.root(id)?;
        let (mut bytes, mut chunks) = (0, 0);
        let mut at = 0;
        while at < root.size {
            self.key.clear();
            append_key(id, Some(at), &mut self.key);
            if !self.reader.seek_row(&self.key, &[])? {
                let size = root.size;
                return Err(LongValueError::Gap { id, size, offset: at }.into());
            }
            let len = self.reader.row()?.map_or(0, |row| row.1.len());
            bytes += u64::try_from(len).unwrap_or(u64::MAX);
            chunks += 1;
            at = at.saturating_add(self.piece_bytes);
        }
        Ok((bytes, chunks))
    }

    /// Appends at most `most` bytes of a value, from `offset` on.
    ///
    /// # Errors
    /// As [`LongReader::pieces`].
    pub(crate) fn append(
        &mut self,
        id: LongValueId,
        offset: u32,
        most: usize,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        let mut left = most;
        if left == 0 {
            return Ok(());
        }
        self.pieces(id, offset, |piece| {
            let piece = piece.get(..left).unwrap_or(piece);
            out.extend_from_slice(piece);
            left -= piece.len();
            left > 0
        })
    }
}
