//! Binary values in keys.

use super::normalise::{DATA, Fit, SegmentLimits};

/// Data bytes of one chunk.
const CHUNK: usize = 8;
/// Data bytes and the count byte.
const CODED_CHUNK: usize = CHUNK + 1;
/// Count of a full chunk that is not the last.
const MORE: u8 = 9;

/// A value of a fixed column: the bytes as they are.
pub(super) fn append_fixed(value: &[u8], limits: &SegmentLimits, out: &mut Vec<u8>) -> Fit {
    let (len, fit) = limits.fit(1 + value.len());
    out.push(DATA);
    out.extend(value.iter().take(len.saturating_sub(1)));
    fit
}

/// A value of varying length: chunks of 8 bytes, filled up with 0x00, each followed by the number of bytes in it,
/// or 9 when another follows. A segment without room for all chunks ends with as many bytes as there is room for.
pub(super) fn append_chunks(value: &[u8], limits: &SegmentLimits, out: &mut Vec<u8>) -> Fit {
    let (len, fit) = limits.fit(1 + value.len().div_ceil(CHUNK) * CODED_CHUNK);
    let end = out.len() + len;
    out.push(DATA);
    let mut rest = value;
    while !rest.is_empty() && out.len() < end {
        let (chunk, after) = rest.split_at_checked(CHUNK).unwrap_or((rest, &[]));
        out.extend_from_slice(chunk);
        out.extend(std::iter::repeat_n(0, CHUNK - chunk.len()));
        // A chunk is at most 8 bytes long.
        out.push(if after.is_empty() {
            u8::try_from(chunk.len()).unwrap_or(MORE)
        } else {
            MORE
        });
        rest = after;
    }
    out.truncate(end);
    fit
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunks(value: &[u8], room: usize, segment_most: Option<usize>) -> (Vec<u8>, Fit) {
        let mut out = vec![1, 2];
        let limits = SegmentLimits {
            room,
            key_most: 255,
            segment_most,
        };
        let fit = append_chunks(value, &limits, &mut out);
        (out.split_off(2), fit)
    }

    #[test]
    fn chunks_tell_their_length() {
        assert_eq!(
            chunks(b"abc", 99, None),
            (b"\x7Fabc\0\0\0\0\0\x03".to_vec(), Fit::Whole)
        );
        assert_eq!(
            chunks(b"abcdefgh", 10, None),
            (b"\x7Fabcdefgh\x08".to_vec(), Fit::Whole)
        );
        assert_eq!(
            chunks(b"abcdefghi", 99, None),
            (b"\x7Fabcdefgh\x09i\0\0\0\0\0\0\0\x01".to_vec(), Fit::Whole)
        );
    }

    #[test]
    fn a_cut_segment_fills_its_room() {
        assert_eq!(
            chunks(b"abcdefghi", 18, None),
            (b"\x7Fabcdefgh\x09i\0\0\0\0\0\0\0".to_vec(), Fit::Cut)
        );
        assert_eq!(
            chunks(b"abcdefghi", 10, None),
            (b"\x7Fabcdefgh\x09".to_vec(), Fit::Cut)
        );
        assert_eq!(chunks(b"abcdefgh", 9, None), (b"\x7Fabcdefgh".to_vec(), Fit::Cut));
        assert_eq!(
            chunks(b"abcdefghijk", 13, None),
            (b"\x7Fabcdefgh\x09ijk".to_vec(), Fit::Cut)
        );
        assert_eq!(chunks(b"a", 1, None), (b"\x7F".to_vec(), Fit::Cut));
    }

    #[test]
    fn a_segment_limit_cuts_on_purpose() {
        assert_eq!(chunks(b"abcdef", 99, Some(5)), (b"\x7Fabcd".to_vec(), Fit::Whole));
        assert_eq!(chunks(b"abcdef", 4, Some(5)), (b"\x7Fabc".to_vec(), Fit::Cut));
    }
}
