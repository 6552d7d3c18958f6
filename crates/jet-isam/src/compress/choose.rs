//! Which scheme a writer uses for a value, if any: the engine's own order of attempts.
//!
//! Only 7-bit and XPRESS are written; XPRESS9, XPRESS10 and LZ4 never.
//!
//! Source: `docs/format/compression.md`, "Choosing".

use super::seven_bit::{encode_ascii, encode_unicode, stream_len};
use super::xpress_encode::encode_xpress;

/// Values shorter than this are not tried with XPRESS, unless the instance parameter says otherwise.
pub const DEFAULT_XPRESS_MIN_BYTES: usize = 1024;

/// From this size on a value is first asked whether it looks random.
const RANDOM_TEST_MIN_BYTES: usize = 128;
/// The bytes looked at for that.
const RANDOM_TEST_MAX_BYTES: usize = 1024;
/// A chi-square statistic below is taken for random data.
const RANDOM_CHI_SQUARE: u64 = 500;

/// Where the value will be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the record. A value must not be stored shorter than a long-value id of the database format.
    Intrinsic {
        /// 4, or 8 from format revision 70 on.
        lid_bytes: usize,
    },
    /// A chunk of a separated long value.
    Chunk,
}

/// The limits a value is compressed under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Where the value goes.
    pub place: Place,
    /// The shortest value to try XPRESS with, [`DEFAULT_XPRESS_MIN_BYTES`] by default.
    pub xpress_min_bytes: usize,
}

impl Rules {
    /// The rules of a place with default parameters.
    #[must_use]
    pub const fn new(place: Place) -> Self {
        Self {
            place,
            xpress_min_bytes: DEFAULT_XPRESS_MIN_BYTES,
        }
    }

    /// Whether a stream of this size is stored in place of `plain_bytes` plain ones.
    fn keep(&self, stream_bytes: usize, plain_bytes: usize) -> bool {
        let long_enough = match self.place {
            Place::Intrinsic { lid_bytes } => stream_bytes >= lid_bytes,
            Place::Chunk => true,
        };
        long_enough && stream_bytes < plain_bytes
    }
}

/// The stream to store for `plain`, or `None` to store it as it is.
///
/// `plain` is a whole value in the record, or one chunk. The caller asks only for columns that are marked as
/// compressed, and of several values in one column only for the first.
#[must_use]
pub fn choose(plain: &[u8], rules: &Rules) -> Option<Vec<u8>> {
    if looks_random(plain) {
        return None;
    }
    let mut stream = None;
    if plain.len() >= rules.xpress_min_bytes {
        stream = encode_xpress(plain);
    }
    // Good enough when 7-bit text could not be smaller, whether or not this is text.
    let text_bytes = stream_len(plain.len() / 2);
    if stream.as_ref().is_none_or(|stream| stream.len() > text_bytes) {
        stream = encode_unicode(plain).or(stream).or_else(|| encode_ascii(plain));
    }
    stream.filter(|stream| rules.keep(stream.len(), plain.len()))
}

/// Whether the first bytes are spread so evenly over all values that no scheme will shrink them: chi-square of
/// the byte counts against equal ones.
fn looks_random(plain: &[u8]) -> bool {
    if plain.len() < RANDOM_TEST_MIN_BYTES {
        return false;
    }
    let sample = plain.get(..RANDOM_TEST_MAX_BYTES).unwrap_or(plain);
    let mut counts = [0_u16; 256];
    for &byte in sample {
        if let Some(count) = counts.get_mut(usize::from(byte)) {
            *count += 1;
        }
    }
    // With n bytes, e = n / 256 expected each: sum((c - e)^2 / e) = 256 * sum(c^2) / n - n.
    let size = super::as_u64(sample.len());
    let squares: u64 = counts
        .iter()
        .map(|&count| u64::from(count) * u64::from(count))
        .sum();
    256 * squares < (RANDOM_CHI_SQUARE + size) * size
}

#[cfg(test)]
mod tests {
    use super::super::{Scheme, scheme};
    use super::*;

    const CHUNK: Rules = Rules::new(Place::Chunk);
    const RECORD4: Rules = Rules::new(Place::Intrinsic { lid_bytes: 4 });
    const RECORD8: Rules = Rules::new(Place::Intrinsic { lid_bytes: 8 });

    fn wide(text: &str) -> Vec<u8> {
        text.bytes().flat_map(|byte| [byte, 0]).collect()
    }

    fn scheme_of(plain: &[u8], rules: &Rules) -> Option<Scheme> {
        choose(plain, rules).map(|stream| scheme(&stream).unwrap())
    }

    /// Bytes without pattern, from a linear congruence.
    fn noise(count: usize) -> Vec<u8> {
        let mut seed = 1_u64;
        let step = |_| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            seed.to_le_bytes()[6]
        };
        (0..count).map(step).collect()
    }

    #[test]
    fn a_value_in_the_record_is_not_shorter_than_an_id() {
        // 7 characters: 1 + 7 bytes; 6 characters: 1 + 6.
        assert_eq!(choose(&wide("abcdefg"), &RECORD8).unwrap().len(), 8);
        assert_eq!(choose(&wide("abcdef"), &RECORD8), None);
        assert_eq!(choose(&wide("abcdef"), &RECORD4).unwrap().len(), 7);
        assert_eq!(choose(&wide("ab"), &RECORD4), None);
        assert_eq!(choose(&wide("ab"), &CHUNK).unwrap().len(), 3);
    }

    #[test]
    fn text_is_packed_by_its_width() {
        assert_eq!(scheme_of(&wide("hello, world"), &RECORD8), Some(Scheme::Unicode7));
        assert_eq!(
            scheme_of(b"hello, worlds of bytes", &RECORD8),
            Some(Scheme::Ascii7)
        );
        assert_eq!(scheme_of(b"hello, \x80orlds of bytes", &RECORD8), None);
        assert_eq!(choose(b"", &CHUNK), None);
    }

    #[test]
    fn xpress_is_for_long_values_and_yields_to_smaller_text() {
        let repeated = wide("again and ").repeat(60);
        assert_eq!(scheme_of(&repeated, &CHUNK), Some(Scheme::Xpress));
        assert_eq!(scheme_of(&repeated[..1022], &CHUNK), Some(Scheme::Unicode7));
        let early = Rules {
            xpress_min_bytes: 64,
            ..CHUNK
        };
        assert_eq!(scheme_of(&repeated[..1022], &early), Some(Scheme::Xpress));
        // Text without repetition: XPRESS shrinks it, 7-bit shrinks it more.
        let letters: Vec<u8> = noise(1024).iter().flat_map(|&byte| [byte & 0x7F, 0]).collect();
        assert!(encode_xpress(&letters).is_some_and(|stream| stream.len() > 897));
        assert_eq!(scheme_of(&letters, &CHUNK), Some(Scheme::Unicode7));
    }

    #[test]
    fn random_data_stays_plain() {
        assert!(looks_random(&noise(2048)));
        assert!(!looks_random(&noise(127)));
        assert!(!looks_random(&wide(
            "some text of at least a hundred and twenty-eight bytes, it says here."
        )));
        // Random at the start hides what follows.
        let mut plain = noise(1024);
        plain.resize(4000, 0);
        assert_eq!(choose(&plain, &CHUNK), None);
    }
}
