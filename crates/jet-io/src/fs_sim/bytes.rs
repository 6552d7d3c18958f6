//! The bytes of a file in shared chunks: a copy costs nothing, a change copies the chunks that it touches.
//!
//! Invariants:
//! - A chunk that is not there reads as zeros, so a long file of zeros needs no memory.
//! - Bytes of a chunk beyond the length are zero, so growth has nothing to clear.

use std::collections::{BTreeMap, TryReserveError};
use std::sync::Arc;

/// Length and chunks of a file.
#[derive(Clone, Debug, Default)]
pub(super) struct Bytes {
    len: u64,
    chunks: Arc<BTreeMap<u64, Arc<Chunk>>>,
}

type Chunk = [u8; CHUNK_BYTES];

impl Bytes {
    /// The file with these bytes.
    pub(super) fn of(bytes: &[u8]) -> Self {
        let mut file = Self::default();
        file.write(bytes, 0);
        file
    }

    /// Length in bytes.
    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// Fills `buf` from `offset` as far as the file goes; returns how many bytes there were.
    pub(super) fn read(&self, buf: &mut [u8], offset: u64) -> usize {
        let there = self.len.saturating_sub(offset);
        let count = usize::try_from(there).map_or(buf.len(), |there| there.min(buf.len()));
        let mut rest = buf.get_mut(..count).unwrap_or_default();
        let mut position = offset;
        while !rest.is_empty() {
            let (number, start) = place(position);
            let step = rest.len().min(CHUNK_BYTES - start);
            let (piece, later) = rest.split_at_mut(step);
            let chunk = self.chunks.get(&number);
            match chunk.and_then(|chunk| chunk.get(start..start + step)) {
                Some(bytes) => piece.copy_from_slice(bytes),
                None => piece.fill(0),
            }
            rest = later;
            position += step as u64;
        }
        count
    }

    /// Writes `data` at `offset`, growing the file where needed.
    pub(super) fn write(&mut self, data: &[u8], offset: u64) {
        if !data.is_empty() {
            self.len = self.len.max(offset.saturating_add(data.len() as u64));
            self.update(data, offset, <[u8]>::copy_from_slice);
        }
    }

    /// Inverts the bits of `mask` at `offset`, as far as the file goes.
    pub(super) fn flip(&mut self, mask: &[u8], offset: u64) {
        let there = usize::try_from(self.len.saturating_sub(offset)).unwrap_or(usize::MAX);
        let mask = mask.get(..there).unwrap_or(mask);
        self.update(mask, offset, |bytes, mask| {
            for (byte, mask) in bytes.iter_mut().zip(mask) {
                *byte ^= mask;
            }
        });
    }

    /// Cuts the file, or grows it by zeros.
    pub(super) fn set_len(&mut self, len: u64) {
        if len < self.len {
            let (number, start) = place(len);
            let chunks = Arc::make_mut(&mut self.chunks);
            chunks.split_off(&if start == 0 { number } else { number + 1 });
            if let Some(chunk) = chunks.get_mut(&number)
                && let Some(cut) = Arc::make_mut(chunk).get_mut(start..)
            {
                cut.fill(0);
            }
        }
        self.len = len;
    }

    /// A copy of all bytes.
    pub(super) fn to_vec(&self) -> Result<Vec<u8>, TryReserveError> {
        let len = usize::try_from(self.len).unwrap_or(usize::MAX);
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(len)?;
        bytes.resize(len, 0);
        self.read(&mut bytes, 0);
        Ok(bytes)
    }

    /// Applies `data` to the chunks from `offset` on, piece by piece.
    fn update(&mut self, data: &[u8], offset: u64, apply: impl Fn(&mut [u8], &[u8])) {
        let chunks = Arc::make_mut(&mut self.chunks);
        let mut rest = data;
        let mut position = offset;
        while !rest.is_empty() {
            let (number, start) = place(position);
            let step = rest.len().min(CHUNK_BYTES - start);
            let (piece, later) = rest.split_at(step);
            let chunk = chunks.entry(number).or_insert_with(|| Arc::new([0; CHUNK_BYTES]));
            if let Some(bytes) = Arc::make_mut(chunk).get_mut(start..start + step) {
                apply(bytes, piece);
            }
            rest = later;
            position += step as u64;
        }
    }
}

/// Number of the chunk that holds `offset`, and the offset in it.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the remainder is smaller than a chunk"
)]
fn place(offset: u64) -> (u64, usize) {
    let chunk_bytes = CHUNK_BYTES as u64;
    (offset / chunk_bytes, (offset % chunk_bytes) as usize)
}

/// Large enough that few are needed, small enough that copying one for a page is cheap.
const CHUNK_BYTES: usize = 16384;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_chunks_read_back_as_one() {
        let mut bytes = Bytes::default();
        let data: Vec<u8> = (0..40_000_u32).map(|n| n.to_le_bytes()[0] | 1).collect();
        bytes.write(&data, 10_000);
        assert_eq!(bytes.len(), 50_000);
        let before = bytes.clone();
        bytes.flip(&[0xFF; 100], 49_950);
        bytes.set_len(20_000);
        bytes.set_len(1 << 40);
        let mut read = vec![7; 30_000];
        assert_eq!(bytes.read(&mut read, 5_000), 30_000);
        assert_eq!(read[..5_000], [0; 5_000]);
        assert_eq!(read[5_000..15_000], data[..10_000]);
        assert_eq!(read[15_000..], [0; 15_000]);
        let whole = before.to_vec().unwrap();
        assert_eq!(whole[10_000..], data);
        assert_eq!(bytes.read(&mut read, 1 << 40), 0);
    }

    #[test]
    fn bits_beyond_the_end_are_not_flipped() {
        let mut bytes = Bytes::of(b"abc");
        bytes.flip(&[1; 4], 1);
        bytes.flip(&[1; 4], 9);
        bytes.set_len(6);
        assert_eq!(bytes.to_vec().unwrap(), b"acb\0\0\0");
    }
}
