//! XPRESS encoder: LZ77 with hash chains over the last 8192 bytes and one byte of look-ahead for a longer match.
//!
//! Its streams need not be those Windows writes for the same data; any parse decodes to the same plain bytes.
//! Like Windows' encoder it starts no match in the last eight bytes.
//!
//! Source: `docs/format/compression.md`, "XPRESS".

use super::Scheme;
use super::xpress::{HEADER_BYTES, MIN_MATCH};

/// The farthest a match reaches back.
const WINDOW: usize = 8192;
/// The longest match that can be written.
const MAX_MATCH: usize = 0xFFFF + MIN_MATCH;
/// No match starts in this many bytes at the end.
const TAIL: usize = 8;
/// Candidates tried per position. With twelve, chunks of real databases get a quarter smaller than Windows made them;
/// with 32 a twelfth smaller again, in more than half as much time again.
const CHAIN: usize = 12;
/// A match this long is taken without looking further.
const LONG_ENOUGH: usize = 128;
const HASH_BITS: u32 = 12;

/// Plain sizes that XPRESS takes, and the smallest compressed data it may give.
const PLAIN_MIN: usize = 9;
const COMPRESSED_MIN: usize = 8;

/// Compresses `plain` as XPRESS; `None` when it has no more than 8 or more than 65,535 bytes, or when the stream
/// would not be smaller.
#[must_use]
pub fn encode_xpress(plain: &[u8]) -> Option<Vec<u8>> {
    let plain_size = u16::try_from(plain.len()).ok()?;
    if plain.len() < PLAIN_MIN {
        return None;
    }
    let mut writer = Writer::new(plain_size);
    let mut matcher = Matcher::new(plain);
    let mut at = 0;
    let mut found = matcher.find(0);
    while let Some(&byte) = plain.get(at) {
        if writer.stream.len() >= plain.len() {
            return None;
        }
        let Some(this) = found else {
            writer.literal(byte);
            at += 1;
            found = matcher.find(at);
            continue;
        };
        if this.length < LONG_ENOUGH {
            let next = matcher.find(at + 1);
            if next.is_some_and(|next| next.length > this.length) {
                writer.literal(byte);
                at += 1;
                found = next;
                continue;
            }
        }
        writer.pointer(this);
        at += this.length;
        found = matcher.find(at);
    }
    let stream = writer.finish();
    let compressed = stream.len() - HEADER_BYTES;
    (compressed >= COMPRESSED_MIN && stream.len() < plain.len()).then_some(stream)
}

/// A match: how far back, how many bytes.
#[derive(Clone, Copy)]
struct Match {
    distance: usize,
    length: usize,
}

/// Finds earlier occurrences: per hash of three bytes a chain of places, newest first.
struct Matcher<'a> {
    plain: &'a [u8],
    /// Place + 1 of the newest occurrence, 0 = none.
    heads: Vec<u16>,
    /// Per place the place + 1 of the one before with the same hash.
    before: Vec<u16>,
    /// Places entered into the chains.
    entered: usize,
}

impl<'a> Matcher<'a> {
    /// `plain` has at most 65,535 bytes.
    fn new(plain: &'a [u8]) -> Self {
        Self {
            plain,
            heads: vec![0; 1 << HASH_BITS],
            before: vec![0; plain.len()],
            entered: 0,
        }
    }

    /// The longest match that starts at `at`, the nearest one when several are equally long.
    fn find(&mut self, at: usize) -> Option<Match> {
        if at + TAIL >= self.plain.len() {
            return None;
        }
        self.enter_before(at);
        let mut best: Option<Match> = None;
        let mut place = self.newest(at);
        for _ in 0..CHAIN {
            let Some(candidate) = usize::from(place).checked_sub(1).filter(|&c| at - c <= WINDOW) else {
                break;
            };
            let beaten = best.map_or(MIN_MATCH - 1, |best| best.length);
            if self.byte(candidate + beaten) == self.byte(at + beaten) {
                let length = self.common(candidate, at);
                if length > beaten {
                    best = Some(Match {
                        distance: at - candidate,
                        length,
                    });
                }
                if length >= LONG_ENOUGH {
                    break;
                }
            }
            place = self.before.get(candidate).copied().unwrap_or_default();
        }
        best
    }

    /// Enters all places before `at` that are not in the chains yet.
    fn enter_before(&mut self, at: usize) {
        while self.entered < at {
            let place = self.entered;
            self.entered += 1;
            let Some(hash) = self.hash(place) else { continue };
            let (Some(head), Some(before)) = (self.heads.get_mut(hash), self.before.get_mut(place)) else {
                continue;
            };
            *before = *head;
            *head = u16::try_from(place + 1).unwrap_or_default();
        }
    }

    fn newest(&self, at: usize) -> u16 {
        self.hash(at)
            .and_then(|hash| self.heads.get(hash))
            .copied()
            .unwrap_or_default()
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.plain.get(at).copied()
    }

    fn hash(&self, at: usize) -> Option<usize> {
        let &[a, b, c] = self.plain.get(at..)?.first_chunk::<3>()?;
        let key = u32::from_le_bytes([a, b, c, 0]);
        usize::try_from(key.wrapping_mul(0x9E37_79B1) >> (32 - HASH_BITS)).ok()
    }

    /// How many bytes from `earlier` and from `later` on are equal.
    fn common(&self, earlier: usize, later: usize) -> usize {
        let rest = |from| self.plain.get(from..).unwrap_or_default();
        let (earlier, later) = (rest(earlier), rest(later));
        let (words, other_words) = (later.as_chunks::<8>().0, earlier.as_chunks::<8>().0);
        let mut equal = 0;
        for (word, other) in words.iter().zip(other_words) {
            let differing = u64::from_le_bytes(*word) ^ u64::from_le_bytes(*other);
            if differing != 0 {
                let same_bytes = usize::try_from(differing.trailing_zeros() / 8).unwrap_or_default();
                return (equal + same_bytes).min(MAX_MATCH);
            }
            equal += 8;
        }
        let tail = rest_of(later, equal).iter().zip(rest_of(earlier, equal));
        (equal + tail.take_while(|(a, b)| a == b).count()).min(MAX_MATCH)
    }
}

fn rest_of(bytes: &[u8], from: usize) -> &[u8] {
    bytes.get(from..).unwrap_or_default()
}

/// Writes flags, literals and matches in the order a decoder needs them.
struct Writer {
    stream: Vec<u8>,
    /// Where the current flag word stands, its flags so far, and how many it still takes.
    flags_at: usize,
    flags: u32,
    flags_left: u32,
    /// A length byte whose upper half is still free.
    nibble_at: Option<usize>,
}

impl Writer {
    fn new(plain_size: u16) -> Self {
        let mut stream = Vec::with_capacity(usize::from(plain_size) + 16);
        stream.push(Scheme::Xpress.first_byte());
        stream.extend_from_slice(&plain_size.to_le_bytes());
        Self {
            stream,
            flags_at: 0,
            flags: 0,
            flags_left: 0,
            nibble_at: None,
        }
    }

    /// Adds a flag; a full word makes room for the next one right here.
    fn flag(&mut self, flag: bool) {
        if self.flags_left == 0 {
            self.store_flags();
            self.flags_at = self.stream.len();
            self.flags_left = u32::BITS;
            self.stream.extend_from_slice(&[0; 4]);
        }
        self.flags = (self.flags << 1) | u32::from(flag);
        self.flags_left -= 1;
    }

    fn store_flags(&mut self) {
        let place = self
            .stream
            .get_mut(self.flags_at..)
            .and_then(|rest| rest.first_chunk_mut::<4>());
        // Before the first word there is none to store, and no four bytes behind the place either.
        if let Some(place) = place {
            *place = self.flags.to_le_bytes();
        }
    }

    fn literal(&mut self, byte: u8) {
        self.flag(false);
        self.stream.push(byte);
    }

    /// Writes a match with the shortest length form; see the decoder for the forms.
    fn pointer(&mut self, Match { distance, length }: Match) {
        self.flag(true);
        let length = length - MIN_MATCH;
        let word = u16::try_from(((distance - 1) << 3) | length.min(7)).unwrap_or(u16::MAX);
        self.stream.extend_from_slice(&word.to_le_bytes());
        if length < 7 {
            return;
        }
        let nibble = u8::try_from((length - 7).min(15)).unwrap_or(15);
        match self.nibble_at.take() {
            None => {
                self.nibble_at = Some(self.stream.len());
                self.stream.push(nibble);
            }
            Some(place) => {
                if let Some(byte) = self.stream.get_mut(place) {
                    *byte |= nibble << 4;
                }
            }
        }
        if nibble < 15 {
            return;
        }
        match u8::try_from(length - 22) {
            Ok(byte) if byte < 255 => self.stream.push(byte),
            _ => {
                let length = u16::try_from(length).unwrap_or(u16::MAX);
                self.stream.push(255);
                self.stream.extend_from_slice(&length.to_le_bytes());
            }
        }
    }

    /// Sets the flag that ends the stream and all left in its word.
    fn finish(mut self) -> Vec<u8> {
        self.flag(true);
        while self.flags_left > 0 {
            self.flag(true);
        }
        self.store_flags();
        self.stream
    }
}

#[cfg(test)]
mod tests {
    use super::super::{CompressError, decompress};
    use super::*;

    fn decoded(stream: &[u8]) -> Result<Vec<u8>, CompressError> {
        let mut out = Vec::new();
        decompress(stream, 65_535, &mut out).map(|()| out)
    }

    #[test]
    fn every_length_form_comes_back() {
        for length in (3..60).chain(250..320).chain([1000, 8000, 32_000]) {
            let mut plain = b"qwertyuiopasdfghjkl".to_vec();
            for _ in 0..2 {
                plain.extend(std::iter::repeat_n(b'z', length));
                plain.extend(b"0123456789");
            }
            if let Some(stream) = encode_xpress(&plain) {
                assert_eq!(decoded(&stream).unwrap(), plain, "length {length}");
            } else {
                assert!(length < 20, "length {length} did not shrink");
            }
        }
    }

    #[test]
    fn a_run_becomes_a_few_bytes() {
        let stream = encode_xpress(&[0; 65_535]).unwrap();
        assert!(stream.len() <= 16, "{} bytes", stream.len());
        assert_eq!(decoded(&stream).unwrap(), [0; 65_535]);
    }

    #[test]
    fn refuses_sizes_outside_its_range() {
        assert_eq!(encode_xpress(&[0; 8]), None);
        assert_eq!(encode_xpress(&[0; 65_536]), None);
        let distinct: Vec<u8> = (0..=255).collect();
        assert_eq!(encode_xpress(&distinct), None);
    }
}
