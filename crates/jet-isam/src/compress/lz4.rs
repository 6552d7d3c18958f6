//! LZ4: first byte, 16-bit plain size, one LZ4 block.
//!
//! No stored stream was ever seen; the layout is known from the engine's behaviour alone. Never written here.
//!
//! Source: `docs/format/compression.md`, "LZ4".

use super::{CompressError, grow, size16};

/// Bytes before the block.
const HEADER_BYTES: usize = 3;

/// Decodes an LZ4 stream.
pub(super) fn decode(stream: &[u8], max_plain: usize, out: &mut Vec<u8>) -> Result<(), CompressError> {
    let plain_bytes = size16(stream)?;
    let plain = grow(out, plain_bytes, max_plain)?;
    let block = stream.get(HEADER_BYTES..).unwrap_or_default();
    match lz4_flex::block::decompress_into(block, plain) {
        Ok(written) if written == plain_bytes => Ok(()),
        Ok(_) | Err(_) => Err(CompressError::BadLz4),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::cast_possible_truncation)]

    use super::*;

    fn stream_of(plain: &[u8], claimed: u16) -> Vec<u8> {
        let mut stream = vec![0x38];
        stream.extend(claimed.to_le_bytes());
        stream.extend(lz4_flex::block::compress(plain));
        stream
    }

    #[test]
    fn decodes_a_block() {
        let plain = b"abcabcabcabcabcabcabcabcabcabcabcabc, then something else";
        let stream = stream_of(plain, plain.len() as u16);
        let mut out = Vec::new();
        decode(&stream, plain.len(), &mut out).unwrap();
        assert_eq!(out, plain);
    }

    #[test]
    fn refuses_wrong_sizes() {
        let plain = [7; 100];
        for claimed in [0, 99, 101, 5000] {
            let result = decode(&stream_of(&plain, claimed), 65_535, &mut Vec::new());
            assert_eq!(result, Err(CompressError::BadLz4), "claimed {claimed}");
        }
        let long = decode(&stream_of(&plain, 100), 99, &mut Vec::new());
        assert_eq!(
            long,
            Err(CompressError::TooLong {
                claimed: 100,
                max_plain: 99
            })
        );
        let short = decode(&[0x38, 1], 99, &mut Vec::new());
        assert_eq!(short, Err(CompressError::Truncated { offset: 2 }));
    }
}
