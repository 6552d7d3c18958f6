//! The XOR checksum of header pages (database, flush map) and of data pages in very old files.

const SEED: u32 = 0x89ab_cdef;

/// XOR of all little-endian 32-bit words of `page` from byte 4 on, and of a fixed seed; bytes 0 to 3 hold the result.
///
/// `page` is a whole page; a rest of less than four bytes is not looked at. Source: `docs/format/file-header.md`.
pub fn header_checksum(page: &[u8]) -> u32 {
    let (words, _) = page.as_chunks::<4>();
    words
        .iter()
        .skip(1)
        .fold(SEED, |sum, word| sum ^ u32::from_le_bytes(*word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stored_sum_is_left_out() {
        assert_eq!(header_checksum(&[1, 2, 3, 4]), SEED);
        assert_eq!(header_checksum(&[1, 2, 3, 4, 0xef, 0xcd, 0xab, 0x89]), 0);
    }
}
