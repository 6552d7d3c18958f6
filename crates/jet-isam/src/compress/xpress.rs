//! XPRESS decoder: first byte, 16-bit plain size, then literals and matches announced by flag bits.
//!
//! Flag words are 32 bits, taken from the most significant bit, read where they are first needed. The plain data
//! ends with one more set flag that has no match behind it.
//!
//! Source: `docs/format/compression.md`, "XPRESS"; the "plain LZ77" variant of [MS-XCA].

use super::lz::Output;
use super::{CompressError, grow, size16};

/// Bytes before the compressed data.
pub(super) const HEADER_BYTES: usize = 3;
/// The shortest match.
pub(super) const MIN_MATCH: usize = 3;

/// Decodes an XPRESS stream.
///
/// Bytes behind the end mark are not looked at: what follows it has no meaning.
pub(super) fn decode(stream: &[u8], max_plain: usize, out: &mut Vec<u8>) -> Result<(), CompressError> {
    let plain_bytes = size16(stream)?;
    let plain = grow(out, plain_bytes, max_plain)?;
    let mut output = Output::new(plain, 0);
    let mut input = Input {
        stream,
        at: HEADER_BYTES,
        nibble_at: None,
    };
    loop {
        let mut flags = input.u32()?;
        let mut left = u32::BITS;
        while left > 0 {
            let run = flags.leading_zeros().min(left);
            if run > 0 {
                input.literals(run, &mut output)?;
                left -= run;
                if left == 0 {
                    break;
                }
                flags <<= run;
            }
            if output.room() == 0 {
                return Ok(());
            }
            flags <<= 1;
            left -= 1;
            let (distance, length) = input.pointer()?;
            output.copy(distance, length, input.at)?;
        }
    }
}

/// A place in the stream, and the length byte whose upper half is not used yet.
struct Input<'a> {
    stream: &'a [u8],
    at: usize,
    nibble_at: Option<usize>,
}

impl Input<'_> {
    #[inline]
    fn take<const N: usize>(&mut self) -> Result<[u8; N], CompressError> {
        let bytes = self
            .stream
            .get(self.at..)
            .and_then(|rest| rest.first_chunk::<N>());
        let bytes = *bytes.ok_or(CompressError::Truncated {
            offset: self.stream.len(),
        })?;
        self.at += N;
        Ok(bytes)
    }

    #[inline]
    fn u32(&mut self) -> Result<u32, CompressError> {
        self.take().map(u32::from_le_bytes)
    }

    /// Copies `run` literals, at most 32.
    #[inline]
    fn literals(&mut self, run: u32, output: &mut Output<'_>) -> Result<(), CompressError> {
        let run = usize::try_from(run).unwrap_or_default();
        if run > output.room() {
            return Err(CompressError::MissingEnd {
                offset: self.at + output.room(),
            });
        }
        let bytes = self.stream.get(self.at..).and_then(|rest| rest.get(..run));
        output.literals(bytes.ok_or(CompressError::Truncated {
            offset: self.stream.len(),
        })?);
        self.at += run;
        Ok(())
    }

    /// Distance and length of a match: 13 + 3 bits, then the longer length forms.
    #[inline]
    fn pointer(&mut self) -> Result<(usize, usize), CompressError> {
        let word = usize::from(u16::from_le_bytes(self.take()?));
        let distance = (word >> 3) + 1;
        let length = word & 7;
        let length = if length < 7 { length } else { self.long_length()? };
        Ok((distance, length + MIN_MATCH))
    }

    /// A length of 7 or more: a nibble, a byte or a 16-bit word.
    fn long_length(&mut self) -> Result<usize, CompressError> {
        let nibble = match self.nibble_at.take() {
            Some(place) => self.stream.get(place).copied().unwrap_or_default() >> 4,
            None => {
                self.nibble_at = Some(self.at);
                u8::from_le_bytes(self.take()?) & 0x0F
            }
        };
        if nibble < 15 {
            return Ok(7 + usize::from(nibble));
        }
        let byte = u8::from_le_bytes(self.take()?);
        if byte < 255 {
            return Ok(22 + usize::from(byte));
        }
        let length = usize::from(u16::from_le_bytes(self.take()?));
        if length < 22 {
            // Less than the nibble alone would have said.
            return Err(CompressError::BadLength {
                offset: self.at,
                length,
            });
        }
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(stream: &[u8]) -> Result<Vec<u8>, CompressError> {
        let mut out = Vec::new();
        decode(stream, 65_535, &mut out).map(|()| out)
    }

    #[test]
    fn decodes_the_smallest_streams() {
        assert_eq!(decoded(&[0x18, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]).unwrap(), b"");
        assert_eq!(
            decoded(&[0x18, 2, 0, 0xFF, 0xFF, 0xFF, 0x3F, b'a', b'b']).unwrap(),
            b"ab"
        );
        // One literal, one match of 4 from 1 back, the end.
        assert_eq!(
            decoded(&[0x18, 5, 0, 0xFF, 0xFF, 0xFF, 0x7F, b'a', 1, 0]).unwrap(),
            b"aaaaa"
        );
    }

    #[test]
    fn the_end_flag_may_need_a_word_of_its_own() {
        let mut stream = vec![0x18, 32, 0, 0, 0, 0, 0];
        stream.extend([b'x'; 32]);
        let offset = stream.len();
        assert_eq!(decoded(&stream), Err(CompressError::Truncated { offset }));
        stream.extend([0xFF; 4]);
        assert_eq!(decoded(&stream).unwrap(), [b'x'; 32]);
    }

    #[test]
    fn names_what_is_wrong() {
        let no_end = decoded(&[0x18, 2, 0, 0xFF, 0xFF, 0xFF, 0x1F, b'a', b'b', b'c']);
        assert_eq!(no_end, Err(CompressError::MissingEnd { offset: 9 }));
        let before = decoded(&[0x18, 5, 0, 0xFF, 0xFF, 0xFF, 0x7F, b'a', 9, 0]);
        assert_eq!(
            before,
            Err(CompressError::BadDistance {
                offset: 10,
                distance: 2,
                produced: 1
            })
        );
        let past = decoded(&[0x18, 4, 0, 0xFF, 0xFF, 0xFF, 0x7F, b'a', 1, 0]);
        assert_eq!(
            past,
            Err(CompressError::BadLength {
                offset: 10,
                length: 4
            })
        );
        let word = decoded(&[0x18, 99, 0, 0xFF, 0xFF, 0xFF, 0x7F, b'a', 7, 0, 0x0F, 255, 21, 0]);
        assert_eq!(
            word,
            Err(CompressError::BadLength {
                offset: 14,
                length: 21
            })
        );
    }
}
