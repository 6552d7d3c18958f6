//! Prefix codes of XPRESS9: how their lengths are written, and decoding with them.
//!
//! Codes are canonical: ordered by length, then by symbol, counted up from zero; their first bit is the most
//! significant one. Codes of up to [`LOOKUP_BITS`] bits are found with one look-up, longer ones bit by bit.
//!
//! Source: `docs/format/compression.md`, "XPRESS9: code tables".

use super::CompressError;
use super::bits::BitReader;

/// The three tables of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alphabet {
    /// 704 symbols: literals and match forms.
    Main,
    /// 256 symbols: long match lengths.
    Length,
    /// 33 symbols: how the code lengths of the two others are written.
    Table,
}

/// Symbols of [`Alphabet::Main`], the largest one.
pub(super) const MAIN_SYMBOLS: usize = 704;
/// Symbols of [`Alphabet::Length`].
pub(super) const LENGTH_SYMBOLS: usize = 256;
/// Symbols of [`Alphabet::Table`].
const TABLE_SYMBOLS: usize = 33;

/// The longest code.
const MAX_LENGTH: usize = 27;
/// Codes up to this length are in the look-up.
const LOOKUP_BITS: u32 = 10;
const LOOKUP_SIZE: usize = 1 << LOOKUP_BITS;
/// In a look-up entry the length stands above the symbol.
const ENTRY_SYMBOL_BITS: u32 = 10;
const ENTRY_SYMBOL_MASK: u16 = (1 << ENTRY_SYMBOL_BITS) - 1;

/// Code lengths are written in rows of this many symbols.
const ROW: usize = 16;

/// A prefix code ready to decode with.
pub(super) struct CodeTable {
    /// By the next [`LOOKUP_BITS`] bits: code length and symbol, 0 = a longer code or none.
    lookup: [u16; LOOKUP_SIZE],
    /// Symbols in the order of their codes.
    sorted: [u16; MAIN_SYMBOLS],
    /// How many codes have each length.
    counts: [u16; MAX_LENGTH + 1],
    /// A code of one symbol: every bit pattern decodes to it. Symbol and length.
    single: Option<(u16, u32)>,
}

impl CodeTable {
    /// The canonical code of these lengths (0 = symbol not used); `None` when there are too many short codes for
    /// a prefix code. At most [`MAIN_SYMBOLS`] lengths of at most [`MAX_LENGTH`].
    fn new(lengths: &[u8]) -> Option<Self> {
        let mut counts = [0_u16; MAX_LENGTH + 1];
        for &length in lengths.iter().filter(|&&length| length > 0) {
            *counts.get_mut(usize::from(length))? += 1;
        }
        let mut next_code = [0_u32; MAX_LENGTH + 1];
        let mut next_place = [0_u16; MAX_LENGTH + 1];
        let (mut code, mut place) = (0_u32, 0_u16);
        let slots = next_code.iter_mut().zip(&mut next_place);
        for (bits, ((first_code, first_place), &count)) in slots.zip(&counts).enumerate().skip(1) {
            code <<= 1;
            (*first_code, *first_place) = (code, place);
            code += u32::from(count);
            place += count;
            if code > 1 << bits {
                return None;
            }
        }
        let mut table = Self {
            lookup: [0; LOOKUP_SIZE],
            sorted: [0; MAIN_SYMBOLS],
            counts,
            single: None,
        };
        for (symbol, &length) in (0_u16..).zip(lengths).filter(|&(_, &length)| length > 0) {
            let code = next_code.get_mut(usize::from(length))?;
            let slot = next_place.get_mut(usize::from(length))?;
            *table.sorted.get_mut(usize::from(*slot))? = symbol;
            table.fill_lookup(symbol, *code, u32::from(length));
            *code += 1;
            *slot += 1;
            table.single = (place == 1).then_some((symbol, u32::from(length)));
        }
        if table.single.is_some() {
            table.lookup.fill(0);
        }
        Some(table)
    }

    /// Enters a short code under every continuation of its bits.
    fn fill_lookup(&mut self, symbol: u16, code: u32, length: u32) {
        let (Ok(tag), true) = (u16::try_from(length), length <= LOOKUP_BITS) else {
            return;
        };
        let first = usize::try_from(code.reverse_bits() >> (32 - length)).unwrap_or(LOOKUP_SIZE);
        let entry = symbol | (tag << ENTRY_SYMBOL_BITS);
        let places = self.lookup.get_mut(first..).unwrap_or_default();
        places
            .iter_mut()
            .step_by(1 << length)
            .for_each(|place| *place = entry);
    }

    /// The next symbol.
    ///
    /// # Errors
    /// [`CompressError::BadSymbol`] when the bits are no code, [`CompressError::Truncated`] at the end.
    #[inline]
    pub(super) fn decode(&self, bits: &mut BitReader<'_>) -> Result<u16, CompressError> {
        let next = bits.peek();
        let index = usize::try_from(next & ((1 << LOOKUP_BITS) - 1)).unwrap_or_default();
        match self.lookup.get(index).copied().unwrap_or_default() {
            0 => self.decode_long(next, bits),
            entry => {
                bits.skip(u32::from(entry >> ENTRY_SYMBOL_BITS))?;
                Ok(entry & ENTRY_SYMBOL_MASK)
            }
        }
    }

    /// Bit by bit: at each length the codes are a range that follows the shorter ones.
    fn decode_long(&self, mut next: u64, bits: &mut BitReader<'_>) -> Result<u16, CompressError> {
        if let Some((symbol, length)) = self.single {
            bits.skip(length)?;
            return Ok(symbol);
        }
        let bad = CompressError::BadSymbol {
            offset: bits.offset(),
        };
        let (mut code, mut first, mut place) = (0_u32, 0_u32, 0_u32);
        for (length, &count) in (0..).zip(&self.counts).skip(1) {
            code = (code << 1) | u32::from(next & 1 == 1);
            next >>= 1;
            first <<= 1;
            let count = u32::from(count);
            if code - first < count {
                let index = usize::try_from(place + code - first).map_err(|_| bad)?;
                bits.skip(length)?;
                return self.sorted.get(index).copied().ok_or(bad);
            }
            first += count;
            place += count;
        }
        Err(bad)
    }
}

/// Reads the code table of one alphabet.
///
/// # Errors
/// [`CompressError::BadTable`] when it is written wrongly or is no prefix code.
pub(super) fn read_table(bits: &mut BitReader<'_>, alphabet: Alphabet) -> Result<CodeTable, CompressError> {
    let mut space = [0_u8; MAIN_SYMBOLS];
    let lengths = match alphabet {
        Alphabet::Main => &mut space[..],
        Alphabet::Length => space.get_mut(..LENGTH_SYMBOLS).unwrap_or_default(),
        Alphabet::Table => space.get_mut(..TABLE_SYMBOLS).unwrap_or_default(),
    };
    let start = bits.offset();
    match bits.take(3)? {
        0 => flat_lengths(lengths),
        1 => {
            let small = read_small_table(bits)?;
            read_lengths(bits, &small, alphabet, lengths)?;
        }
        _ => {
            return Err(CompressError::BadTable {
                offset: start,
                alphabet,
            });
        }
    }
    CodeTable::new(lengths).ok_or(CompressError::BadTable {
        offset: bits.offset(),
        alphabet,
    })
}

/// The flat table: all codes of the same length, as far as the number of symbols allows.
fn flat_lengths(lengths: &mut [u8]) {
    let short = lengths.len().max(1).ilog2();
    let short_count = (2_usize << short) - lengths.len();
    let short = u8::try_from(short).unwrap_or_default();
    for (symbol, length) in lengths.iter_mut().enumerate() {
        *length = if symbol < short_count { short } else { short + 1 };
    }
}

/// The table that the lengths of a table are written with: 33 lengths, each told by its predecessor.
fn read_small_table(bits: &mut BitReader<'_>) -> Result<CodeTable, CompressError> {
    let mut lengths = [0_u8; TABLE_SYMBOLS];
    let mut previous = 4;
    for length in &mut lengths {
        if bits.take(1)? == 1 {
            let [other, ..] = bits.take(3)?.to_le_bytes();
            previous = if other >= previous { other + 1 } else { other };
        }
        *length = previous;
    }
    let bad = CompressError::BadTable {
        offset: bits.offset(),
        alphabet: Alphabet::Table,
    };
    CodeTable::new(&lengths).ok_or(bad)
}

/// Reads all code lengths of a table with its small table.
fn read_lengths(
    bits: &mut BitReader<'_>,
    small: &CodeTable,
    alphabet: Alphabet,
    lengths: &mut [u8],
) -> Result<(), CompressError> {
    let mut previous = 8;
    let mut at = 0;
    while at < lengths.len() {
        let bad = CompressError::BadTable {
            offset: bits.offset(),
            alphabet,
        };
        let above = || at.checked_sub(ROW).and_then(|index| lengths.get(index)).copied();
        let row_left = ROW - at % ROW;
        let length = match small.decode(bits)? {
            28 => {
                at += row_left;
                continue;
            }
            29 => {
                let run = zero_run(bits)?;
                if run > row_left {
                    return Err(bad);
                }
                at += run;
                continue;
            }
            30 => previous,
            31 => above().filter(|&length| length > 0).ok_or(bad)?,
            32 => above().ok_or(bad)? + 1,
            symbol => symbol.to_le_bytes()[0],
        };
        if usize::from(length) > MAX_LENGTH {
            return Err(bad);
        }
        if length > 0 {
            previous = length;
        }
        *lengths.get_mut(at).ok_or(bad)? = length;
        at += 1;
    }
    Ok(())
}

/// The length of a run of unused symbols; stops once it is longer than any row.
fn zero_run(bits: &mut BitReader<'_>) -> Result<usize, CompressError> {
    let mut run = 5 + bits.take(2)?;
    if run == 8 {
        loop {
            let more = bits.take(3)?;
            run += more;
            if more < 7 || run > 16 {
                break;
            }
        }
    }
    Ok(usize::try_from(run).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::cast_possible_truncation)]

    use super::*;

    /// Code of each symbol as text of bits, made the long way round.
    fn codes(lengths: &[u8]) -> Vec<(u16, String)> {
        let mut order: Vec<(u8, u16)> = lengths
            .iter()
            .enumerate()
            .filter(|(_, l)| **l > 0)
            .map(|(s, l)| (*l, s as u16))
            .collect();
        order.sort_unstable();
        let (mut code, mut last) = (0_u32, order[0].0);
        order
            .iter()
            .map(|&(length, symbol)| {
                code <<= length - last;
                last = length;
                code += 1;
                (
                    symbol,
                    format!("{:0width$b}", code - 1, width = usize::from(length)),
                )
            })
            .collect()
    }

    fn bytes_of(bits: &str) -> Vec<u8> {
        let mut bytes = vec![0; bits.len().div_ceil(8)];
        for (i, _) in bits.bytes().enumerate().filter(|(_, b)| *b == b'1') {
            bytes[i / 8] |= 1 << (i % 8);
        }
        bytes
    }

    fn check(lengths: &[u8]) {
        let table = CodeTable::new(lengths).unwrap();
        for (symbol, code) in codes(lengths) {
            let bytes = bytes_of(&code);
            let mut bits = BitReader::new(&bytes, code.len(), 0);
            assert_eq!(table.decode(&mut bits), Ok(symbol), "code {code}");
            assert_eq!(bits.consumed(), code.len());
        }
    }

    #[test]
    fn decodes_every_code() {
        check(&[2, 1, 0, 3, 3]);
        let deep: Vec<u8> = (1..=27).chain([27]).collect();
        check(&deep);
        let mut flat = [0; MAIN_SYMBOLS];
        flat_lengths(&mut flat);
        assert_eq!((flat[319], flat[320]), (9, 10));
        check(&flat);
        let mut flat = [0; LENGTH_SYMBOLS];
        flat_lengths(&mut flat);
        assert_eq!(flat, [8; LENGTH_SYMBOLS]);
    }

    #[test]
    fn one_symbol_takes_every_pattern() {
        let table = CodeTable::new(&[0, 0, 1]).unwrap();
        let mut bits = BitReader::new(&[0b10], 2, 0);
        assert_eq!((table.decode(&mut bits), table.decode(&mut bits)), (Ok(2), Ok(2)));
        assert_eq!(
            table.decode(&mut bits),
            Err(CompressError::Truncated { offset: 1 })
        );
    }

    #[test]
    fn refuses_what_is_no_code() {
        assert!(CodeTable::new(&[1, 1, 1]).is_none());
        assert!(CodeTable::new(&[1, 2, 2, 27]).is_none());
        let gaps = CodeTable::new(&[2, 2]).unwrap();
        let bad = Err(CompressError::BadSymbol { offset: 0 });
        assert_eq!(gaps.decode(&mut BitReader::new(&[0xFF; 8], 64, 0)), bad);
        let none = CodeTable::new(&[0; 256]).unwrap();
        assert_eq!(none.decode(&mut BitReader::new(&[0; 8], 64, 0)), bad);
    }
}
