//! Writing of plain bytes by the LZ77 decoders: a buffer of known size, literals and matches.
//!
//! Invariant: `at` never exceeds the length of the buffer; every write is checked against it first.

use super::CompressError;

/// A fixed piece of output that fills from the front.
pub(super) struct Output<'a> {
    plain: &'a mut [u8],
    at: usize,
}

/// Short matches are copied as one block of this size, when source and room allow it.
const BLOCK: usize = 16;

impl<'a> Output<'a> {
    /// Starts behind the first `at` bytes of `plain`, which matches may reach back to.
    pub(super) fn new(plain: &'a mut [u8], at: usize) -> Self {
        let at = at.min(plain.len());
        Self { plain, at }
    }

    /// Bytes that still fit.
    pub(super) fn room(&self) -> usize {
        self.plain.len() - self.at
    }

    /// Appends bytes; false when they do not fit.
    #[inline]
    pub(super) fn literals(&mut self, bytes: &[u8]) -> bool {
        let Some(to) = self
            .plain
            .get_mut(self.at..)
            .and_then(|rest| rest.get_mut(..bytes.len()))
        else {
            return false;
        };
        to.copy_from_slice(bytes);
        self.at += bytes.len();
        true
    }

    /// Appends one byte; false when the output is full.
    #[inline]
    pub(super) fn literal(&mut self, byte: u8) -> bool {
        let Some(to) = self.plain.get_mut(self.at) else {
            return false;
        };
        *to = byte;
        self.at += 1;
        true
    }

    /// Appends `length` bytes from `distance` bytes back; source and target may overlap.
    ///
    /// # Errors
    /// [`CompressError::BadDistance`] when the match starts before the output, [`CompressError::BadLength`] when
    /// it goes past its end. `offset` is the place in the stream that the error names.
    #[inline]
    pub(super) fn copy(
        &mut self,
        distance: usize,
        length: usize,
        offset: usize,
    ) -> Result<(), CompressError> {
        let produced = self.at;
        let from = produced.checked_sub(distance).filter(|_| distance > 0);
        let from = from.ok_or(CompressError::BadDistance {
            offset,
            distance,
            produced,
        })?;
        if length > self.room() {
            return Err(CompressError::BadLength { offset, length });
        }
        self.at += length;
        if distance >= BLOCK && length <= BLOCK && self.copy_block(from, produced) {
            return Ok(());
        }
        if distance == 1 {
            let byte = self.plain.get(from).copied().unwrap_or_default();
            self.plain
                .get_mut(produced..self.at)
                .unwrap_or_default()
                .fill(byte);
            return Ok(());
        }
        // What stands between `from` and the end repeats every `distance` bytes, so each step may copy all of it.
        let mut done = 0;
        while done < length {
            let step = (distance + done).min(length - done);
            self.plain.copy_within(from..from + step, produced + done);
            done += step;
        }
        Ok(())
    }

    /// Copies a whole block, also past the end of the match: those bytes are written again later, since nothing
    /// is taken from the output before it is complete. False when the block does not fit.
    #[inline]
    fn copy_block(&mut self, from: usize, to: usize) -> bool {
        let Some((written, rest)) = self.plain.split_at_mut_checked(to) else {
            return false;
        };
        let source = written.get(from..).and_then(|bytes| bytes.first_chunk::<BLOCK>());
        let (Some(source), Some(target)) = (source, rest.first_chunk_mut::<BLOCK>()) else {
            return false;
        };
        *target = *source;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_like_byte_by_byte() {
        for distance in 1..40_usize {
            for length in 0..100_usize {
                let mut wanted: Vec<u8> = (0..40).collect();
                for _ in 0..length {
                    wanted.push(wanted[wanted.len() - distance]);
                }
                for room in [length, length + 5, length + 40] {
                    let mut plain: Vec<u8> = (0..40).collect();
                    plain.resize(40 + room, 0);
                    let mut output = Output::new(&mut plain, 40);
                    output.copy(distance, length, 0).unwrap();
                    assert_eq!(output.room(), room - length);
                    assert_eq!(
                        plain[..wanted.len()],
                        wanted,
                        "distance {distance} length {length}"
                    );
                }
            }
        }
    }

    #[test]
    fn refuses_matches_outside() {
        let mut plain = [0; 8];
        let mut output = Output::new(&mut plain, 4);
        let distance = |distance| CompressError::BadDistance {
            offset: 7,
            distance,
            produced: 4,
        };
        assert_eq!(output.copy(5, 1, 7), Err(distance(5)));
        assert_eq!(output.copy(0, 1, 7), Err(distance(0)));
        assert_eq!(
            output.copy(4, 5, 7),
            Err(CompressError::BadLength { offset: 7, length: 5 })
        );
        assert!(!output.literals(&[0; 5]));
        assert!(output.literals(&[0; 4]));
        assert!(!output.literal(0));
        assert_eq!(output.room(), 0);
    }
}
