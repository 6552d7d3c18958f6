//! Reading of a bit stream, least significant bit of each byte first, as XPRESS9 packs it.

use super::CompressError;

/// A position in a bit stream with a bound; bits past the bound are errors, never garbage.
pub(super) struct BitReader<'a> {
    bytes: &'a [u8],
    /// Next bit, counted from the start of `bytes`.
    at: usize,
    /// First bit that does not belong to the stream.
    end: usize,
    /// Where `bytes` starts in the whole stream, for errors.
    base: usize,
}

impl<'a> BitReader<'a> {
    /// Reads the first `end` bits of `bytes`, or all when there are fewer.
    pub(super) fn new(bytes: &'a [u8], end: usize, base: usize) -> Self {
        Self {
            bytes,
            at: 0,
            end: end.min(bytes.len().saturating_mul(8)),
            base,
        }
    }

    /// Bits read so far.
    pub(super) fn consumed(&self) -> usize {
        self.at
    }

    /// The byte of the whole stream that holds the next bit.
    pub(super) fn offset(&self) -> usize {
        self.base + self.at / 8
    }

    /// At least the next 32 bits, without moving; bits past the end of the bytes are zero.
    #[inline]
    pub(super) fn peek(&self) -> u64 {
        let rest = self.bytes.get(self.at / 8..).unwrap_or_default();
        let word = match rest.first_chunk::<8>() {
            Some(bytes) => u64::from_le_bytes(*bytes),
            None => {
                let mut bytes = [0; 8];
                bytes.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
                u64::from_le_bytes(bytes)
            }
        };
        word >> (self.at % 8)
    }

    /// Moves over `count` bits.
    ///
    /// # Errors
    /// [`CompressError::Truncated`] when fewer are left.
    #[inline]
    pub(super) fn skip(&mut self, count: u32) -> Result<(), CompressError> {
        let next = self.at + usize::try_from(count).unwrap_or(usize::MAX - self.at);
        if next > self.end {
            return Err(CompressError::Truncated {
                offset: self.base + self.end.div_ceil(8),
            });
        }
        self.at = next;
        Ok(())
    }

    /// The next `count` bits as a number, at most 32.
    #[inline]
    pub(super) fn take(&mut self, count: u32) -> Result<u32, CompressError> {
        let bits = self.peek() & ((1_u64 << count.min(32)) - 1);
        self.skip(count)?;
        Ok(u32::try_from(bits).unwrap_or(u32::MAX))
    }

    /// A number of `count` bits with the leading one that is not stored: `2^count + bits`, `count` at most 31.
    #[inline]
    pub(super) fn take_with_top(&mut self, count: u32) -> Result<u32, CompressError> {
        Ok(self.take(count)? | (1 << (count & 31)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_low_bits_first_and_stops_at_the_bound() {
        let mut bits = BitReader::new(&[0b1010_0110, 0xFF, 0x01], 17, 100);
        assert_eq!(bits.take(0), Ok(0));
        assert_eq!(bits.take(3), Ok(0b110));
        assert_eq!(bits.take(5), Ok(0b10100));
        assert_eq!(bits.take_with_top(2), Ok(0b111));
        assert_eq!((bits.consumed(), bits.offset()), (10, 101));
        assert_eq!(bits.take(8), Err(CompressError::Truncated { offset: 103 }));
        assert_eq!(bits.take(7), Ok(0x7F));
        assert_eq!(bits.take(1), Err(CompressError::Truncated { offset: 103 }));
    }

    #[test]
    fn the_bound_is_never_past_the_bytes() {
        let mut bits = BitReader::new(&[0xFF; 5], usize::MAX, 0);
        assert_eq!(bits.take(32), Ok(u32::MAX));
        assert_eq!(bits.take(9), Err(CompressError::Truncated { offset: 5 }));
        assert_eq!(bits.take(8), Ok(0xFF));
    }
}
