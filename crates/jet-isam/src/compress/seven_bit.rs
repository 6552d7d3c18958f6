//! 7-bit packing of ASCII bytes and of UTF-16LE text that is all ASCII.
//!
//! Characters are packed seven bits each, least significant bit first, the first character in the lowest bits.
//! The three low bits of the first byte are the number of bits used in the last byte, minus one. Eight characters
//! are exactly seven bytes, so both directions work on groups of eight in one `u64`.
//!
//! Source: `docs/format/compression.md`, "7-bit".

use super::{CompressError, Scheme, grow};

/// Bits of a character.
const CHAR_BITS: usize = 7;
/// Plain characters of a group, and packed bytes of one.
const GROUP_CHARS: usize = 8;
const GROUP_BYTES: usize = 7;

/// How many characters a 7-bit stream holds.
///
/// # Errors
/// [`CompressError::Truncated`] when there is no packed byte, [`CompressError::PartialCharacter`] when the used
/// bits do not divide by seven.
pub(super) fn char_count(stream: &[u8]) -> Result<usize, CompressError> {
    let (Some(&first), Some(full_bytes)) = (stream.first(), stream.len().checked_sub(2)) else {
        return Err(CompressError::Truncated { offset: stream.len() });
    };
    let bits = full_bytes
        .saturating_mul(8)
        .saturating_add(usize::from(first & 7) + 1);
    if !bits.is_multiple_of(CHAR_BITS) {
        return Err(CompressError::PartialCharacter { bits });
    }
    Ok(bits / CHAR_BITS)
}

/// Decodes a 7-bit ASCII stream: one byte per character.
pub(super) fn decode_ascii(stream: &[u8], max_plain: usize, out: &mut Vec<u8>) -> Result<(), CompressError> {
    let count = char_count(stream)?;
    let plain = grow(out, count, max_plain)?;
    let packed = stream.get(1..).unwrap_or_default();
    let (groups, tail) = plain.as_chunks_mut::<GROUP_CHARS>();
    for (index, group) in groups.iter_mut().enumerate() {
        *group = spread(load_group(packed, index)).to_le_bytes();
    }
    let last = spread(load_group(packed, count / GROUP_CHARS)).to_le_bytes();
    tail.iter_mut().zip(last).for_each(|(to, from)| *to = from);
    Ok(())
}

/// Decodes a 7-bit Unicode stream: a zero byte after each character.
pub(super) fn decode_unicode(
    stream: &[u8],
    max_plain: usize,
    out: &mut Vec<u8>,
) -> Result<(), CompressError> {
    let count = char_count(stream)?;
    let plain = grow(out, count.saturating_mul(2), max_plain)?;
    let packed = stream.get(1..).unwrap_or_default();
    let (groups, tail) = plain.as_chunks_mut::<{ GROUP_CHARS * 2 }>();
    for (index, group) in groups.iter_mut().enumerate() {
        *group = widen(spread(load_group(packed, index))).to_le_bytes();
    }
    let last = widen(spread(load_group(packed, count / GROUP_CHARS))).to_le_bytes();
    tail.iter_mut().zip(last).for_each(|(to, from)| *to = from);
    Ok(())
}

/// The 56 bits of group `index`; bytes past the end of the stream count as zero.
fn load_group(packed: &[u8], index: usize) -> u64 {
    let rest = packed.get(index * GROUP_BYTES..).unwrap_or_default();
    if let Some(bytes) = rest.first_chunk::<8>() {
        return u64::from_le_bytes(*bytes);
    }
    let mut bytes = [0; 8];
    bytes.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    u64::from_le_bytes(bytes)
}

/// Spreads the low 56 bits over eight bytes, seven bits each; halves the lanes three times.
const fn spread(bits: u64) -> u64 {
    let bits = (bits & 0x0FFF_FFFF) | ((bits & 0x00FF_FFFF_F000_0000) << 4);
    let bits = (bits & 0x0000_3FFF_0000_3FFF) | ((bits & 0x0FFF_C000_0FFF_C000) << 2);
    (bits & 0x007F_007F_007F_007F) | ((bits & 0x3F80_3F80_3F80_3F80) << 1)
}

/// The inverse of [`spread`] for bytes below 0x80.
const fn gather(bytes: u64) -> u64 {
    let bits = (bytes & 0x007F_007F_007F_007F) | ((bytes & 0x7F00_7F00_7F00_7F00) >> 1);
    let bits = (bits & 0x0000_3FFF_0000_3FFF) | ((bits & 0x3FFF_0000_3FFF_0000) >> 2);
    (bits & 0x0FFF_FFFF) | ((bits & 0x0FFF_FFFF_0000_0000) >> 4)
}

/// Puts a zero byte after each of eight bytes.
fn widen(bytes: u64) -> u128 {
    let bits = u128::from(bytes);
    let bits = (bits | (bits << 32)) & 0x0000_0000_FFFF_FFFF_0000_0000_FFFF_FFFF;
    let bits = (bits | (bits << 16)) & 0x0000_FFFF_0000_FFFF_0000_FFFF_0000_FFFF;
    (bits | (bits << 8)) & 0x00FF_00FF_00FF_00FF_00FF_00FF_00FF_00FF
}

/// Bytes of the stream for `char_count` characters, first byte included.
pub(super) const fn stream_len(char_count: usize) -> usize {
    // Written so that it cannot overflow for any slice length.
    let groups = char_count / GROUP_CHARS;
    let rest = char_count % GROUP_CHARS;
    1 + groups * GROUP_BYTES + (rest * CHAR_BITS).div_ceil(8)
}

/// Packs `plain` as 7-bit ASCII; `None` when a byte is 0x80 or more, or the stream would not be smaller.
#[must_use]
pub fn encode_ascii(plain: &[u8]) -> Option<Vec<u8>> {
    if stream_len(plain.len()) >= plain.len() || !plain.is_ascii() {
        return None;
    }
    Some(pack(
        Scheme::Ascii7,
        plain.len(),
        plain.chunks(GROUP_CHARS).map(group_of),
    ))
}

/// Packs UTF-16LE text as 7-bit Unicode; `None` when the length is odd, a unit is 0x80 or more, or the stream
/// would not be smaller.
#[must_use]
pub fn encode_unicode(plain: &[u8]) -> Option<Vec<u8>> {
    let (units, rest) = plain.as_chunks::<2>();
    let fits = |&[low, high]: &[u8; 2]| (low & 0x80) | high == 0;
    if !rest.is_empty() || stream_len(units.len()) >= plain.len() || !units.iter().all(fits) {
        return None;
    }
    let groups = units.chunks(GROUP_CHARS).map(|chunk| {
        let mut bytes = [0; 8];
        bytes.iter_mut().zip(chunk).for_each(|(to, &[low, _])| *to = low);
        u64::from_le_bytes(bytes)
    });
    Some(pack(Scheme::Unicode7, units.len(), groups))
}

/// Up to eight characters as one number, the missing ones zero.
fn group_of(chunk: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    bytes.iter_mut().zip(chunk).for_each(|(to, from)| *to = *from);
    u64::from_le_bytes(bytes)
}

/// First byte, then the packed groups, cut to the bits in use. `char_count` is not zero.
fn pack(scheme: Scheme, char_count: usize, groups: impl Iterator<Item = u64>) -> Vec<u8> {
    // Of 7n bits the last byte has 7n mod 8 = -n mod 8, and all eight when that is zero; minus one that is !n mod 8.
    let [low, ..] = char_count.to_le_bytes();
    let last_bits = !low & 7;
    let mut stream = Vec::with_capacity(stream_len(char_count) + 8);
    stream.push(scheme.first_byte() | last_bits);
    for group in groups {
        let [packed @ .., _] = gather(group).to_le_bytes();
        stream.extend_from_slice(&packed);
    }
    stream.truncate(stream_len(char_count));
    stream
}

#[cfg(test)]
mod tests {
    #![allow(clippy::cast_possible_truncation)]

    use super::*;

    /// The definition, one bit at a time.
    fn pack_by_bits(scheme: Scheme, chars: &[u8]) -> Vec<u8> {
        let bits = chars.len() * 7;
        let mut stream = vec![0; 1 + bits.div_ceil(8)];
        stream[0] = scheme.first_byte() | ((bits - 1) % 8) as u8;
        for bit in 0..bits {
            stream[1 + bit / 8] |= ((chars[bit / 7] >> (bit % 7)) & 1) << (bit % 8);
        }
        stream
    }

    #[test]
    fn packs_like_the_definition() {
        let text: Vec<u8> = (0..200_u8).map(|i| i.wrapping_mul(37) & 0x7F).collect();
        for count in 1..=text.len() {
            let chars = &text[..count];
            let wide: Vec<u8> = chars.iter().flat_map(|&c| [c, 0]).collect();
            let ascii = pack_by_bits(Scheme::Ascii7, chars);
            let unicode = pack_by_bits(Scheme::Unicode7, chars);
            assert_eq!(ascii.len(), stream_len(count));
            assert_eq!(
                encode_ascii(chars),
                (ascii.len() < count).then_some(ascii.clone())
            );
            assert_eq!(
                encode_unicode(&wide),
                (unicode.len() < wide.len()).then_some(unicode.clone())
            );
            let mut out = Vec::new();
            decode_ascii(&ascii, count, &mut out).unwrap();
            decode_unicode(&unicode, count * 2, &mut out).unwrap();
            assert_eq!(out, [chars, &wide].concat());
        }
    }

    #[test]
    fn refuses_what_does_not_fit_seven_bits() {
        assert_eq!(
            encode_ascii(&[b'a'; 15][..].iter().copied().chain([0x80]).collect::<Vec<_>>()),
            None
        );
        assert_eq!(encode_unicode(b"a\0b\0c\0d\0e"), None);
        assert_eq!(encode_unicode(b"a\0b\0c\0d\0e\x01"), None);
        assert_eq!(encode_unicode(b"a\0b\0c\0d\0\x80\0"), None);
        assert_eq!(encode_ascii(b""), None);
        assert_eq!(encode_unicode(b""), None);
    }

    #[test]
    fn refuses_streams_without_whole_characters() {
        assert_eq!(char_count(&[0x08]), Err(CompressError::Truncated { offset: 1 }));
        assert_eq!(
            char_count(&[0x0D, 0]),
            Err(CompressError::PartialCharacter { bits: 6 })
        );
        assert_eq!(char_count(&[0x0E, 0]), Ok(1));
        let mut out = vec![9];
        let long = decode_unicode(&[0x16, 0x41], 1, &mut out);
        assert_eq!(
            long,
            Err(CompressError::TooLong {
                claimed: 2,
                max_plain: 1
            })
        );
    }
}
