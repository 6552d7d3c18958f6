//! The checksum of a block of 2 to 8 KiB that also tells which single bit is wrong.
//!
//! Number the bits of the block `k = 8 * byte + bit`. The upper half of the 64-bit result holds the XOR of the
//! numbers of all bits that are set (16 bits) and the XOR of their complements (16 bits); the lower half is the XOR
//! of all 32-bit words, mixed with the page number. A single flipped bit changes the numbers by its own number.
//!
//! [`block_checksum`] does not look at single bits. It cuts the block into eight parts and folds them into one, word by
//! word; a word's part is the upper three bits of its number, and which bits of the number an odd number of set bits has
//! follows from the XOR of four parts each. What is left is folded again. The loop has one simple step over eight
//! streams, which compilers turn into vector instructions by themselves. [`scalar`] is the definition, bit by bit, to test
//! against. Source: `docs/format/page.md`.

use crate::Pgno;

/// 64 bits as they lie in the page.
type Word = [u8; 8];

/// Bits of a bit's number that tell its place within a word.
const WORD_BITS: u32 = 6;
/// Words of the largest block (8 KiB), folded once and twice.
const FOLDED_ONCE_MAX: usize = 128;
const FOLDED_TWICE_MAX: usize = 16;

/// Checksum of `block`, a power of two from 256 to 8192 bytes, mixed with the number of the page it lies in.
///
/// `is_first`: the block starts with the stored checksum, whose 8 bytes count as zero.
pub fn block_checksum(block: &[u8], pgno: Pgno, is_first: bool) -> u64 {
    let (words, _) = block.as_chunks::<8>();
    let (mut once, mut twice) = ([[0; 8]; FOLDED_ONCE_MAX], [[0; 8]; FOLDED_TWICE_MAX]);
    let (mut folded, mut number) = fold(words, &mut once);
    if folded.len() > FOLDED_TWICE_MAX {
        let (rest, lower) = fold(folded, &mut twice);
        number |= lower;
        folded = rest;
    }
    let stored = match (is_first, words) {
        (true, [first, ..]) => u64::from_le_bytes(*first),
        _ => 0,
    };
    let mut column = 0;
    for (index, word) in (0_u32..).zip(folded) {
        // The first word lies under number 0 in every fold: only this sum holds it.
        let word = u64::from_le_bytes(*word) ^ if index == 0 { stored } else { 0 };
        column ^= word;
        number ^= (parity(word) * index) << WORD_BITS;
    }
    finish(column, number, bit_number_mask(block.len()), pgno)
}

/// Folds eight parts of `words` into one, which comes back out of `sums` together with the upper three bits of the XOR of
/// the numbers of all set bits, in their place.
fn fold<'s>(words: &[Word], sums: &'s mut [Word]) -> (&'s [Word], u32) {
    let len = words.len() / 8;
    let part = |index| {
        words
            .get(index * len..(index + 1) * len)
            .unwrap_or_default()
            .iter()
    };
    let lower = part(0).zip(part(1)).zip(part(2).zip(part(3)));
    let upper = part(4).zip(part(5)).zip(part(6).zip(part(7)));
    let [mut bit0, mut bit1, mut bit2] = [0; 3];
    for (sum, (((w0, w1), (w2, w3)), ((w4, w5), (w6, w7)))) in sums.iter_mut().zip(lower.zip(upper)) {
        let [w0, w1, w2, w3] = [w0, w1, w2, w3].map(|word| u64::from_le_bytes(*word));
        let [w4, w5, w6, w7] = [w4, w5, w6, w7].map(|word| u64::from_le_bytes(*word));
        let (w23, w45, w67) = (w2 ^ w3, w4 ^ w5, w6 ^ w7);
        bit0 ^= w1 ^ w3 ^ w5 ^ w7;
        bit1 ^= w23 ^ w67;
        bit2 ^= w45 ^ w67;
        *sum = (w0 ^ w1 ^ w23 ^ w45 ^ w67).to_le_bytes();
    }
    let number = parity(bit0) | parity(bit1) << 1 | parity(bit2) << 2;
    let place = len.checked_ilog2().unwrap_or(0) + WORD_BITS;
    (sums.get(..len).unwrap_or_default(), number << place)
}

/// Puts the result together. `column`: XOR of all words; `number`: XOR of the numbers of all set bits, without the bits that
/// tell the place within a word.
fn finish(column: u64, number: u32, mask: u32, pgno: Pgno) -> u64 {
    const WITHIN_WORD: [u64; WORD_BITS as usize] = [
        0xaaaa_aaaa_aaaa_aaaa,
        0xcccc_cccc_cccc_cccc,
        0xf0f0_f0f0_f0f0_f0f0,
        0xff00_ff00_ff00_ff00,
        0xffff_0000_ffff_0000,
        0xffff_ffff_0000_0000,
    ];
    let within = WITHIN_WORD.iter().enumerate().fold(0, |within, (bit, pattern)| {
        within | parity(column & pattern) << bit
    });
    let number = (number | within) & mask;
    let complement = if parity(column) == 0 {
        number
    } else {
        number ^ mask
    };
    let words = ((column >> 32) ^ (column & 0xffff_ffff)) ^ u64::from(pgno.0);
    u64::from(complement << 16 | number) << 32 | words
}

fn parity(bits: u64) -> u32 {
    bits.count_ones() & 1
}

/// All ones in as many bits as numbers of bits in a block of `len` bytes need.
fn bit_number_mask(len: usize) -> u32 {
    u32::try_from(len * 8 - 1).unwrap_or(u32::MAX) & 0xffff
}

/// The definition of the checksum, bit by bit: slow, and the measure of [`block_checksum`].
pub fn scalar(block: &[u8], pgno: Pgno, is_first: bool) -> u64 {
    let mask = bit_number_mask(block.len());
    let (mut words, mut numbers, mut complements) = (pgno.0, 0_u32, 0_u32);
    for (offset, &byte) in block.iter().enumerate().skip(if is_first { 8 } else { 0 }) {
        words ^= u32::from(byte) << (8 * (offset % 4));
        for bit in (0..8).filter(|bit| byte >> bit & 1 == 1) {
            let number = u32::try_from(8 * offset + bit).unwrap_or(u32::MAX);
            numbers ^= number & mask;
            complements ^= (number ^ mask) & mask;
        }
    }
    u64::from(complements << 16 | numbers) << 32 | u64::from(words)
}

/// What the difference between two checksums of one block means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockError {
    /// This bit of the block is flipped.
    Bit(u32),
    /// The block is whole but mixed with another page number: the XOR of the two numbers.
    OtherPage(u32),
    /// More than one bit is wrong, or the stored checksum itself.
    Many,
}

/// Reads the difference between the `stored` and the `computed` checksum of a block of `len` bytes.
///
/// The two must differ. `is_first`: the block starts with its own checksum, whose bits cannot be mended.
pub fn locate(stored: u64, computed: u64, len: usize, is_first: bool) -> BlockError {
    let difference = stored ^ computed;
    let words = difference & 0xffff_ffff;
    let numbers = (difference >> 32) & 0xffff;
    let complements = difference >> 48;
    let mask = u64::from(bit_number_mask(len));
    if numbers == 0 && complements == 0 {
        return u32::try_from(words).map_or(BlockError::Many, BlockError::OtherPage);
    }
    let one_bit = (numbers ^ complements) & mask == mask && words.is_power_of_two();
    let fits = numbers < 8 * len as u64 && u64::from(words.trailing_zeros()) == numbers % 32;
    match u32::try_from(numbers) {
        Ok(bit) if one_bit && fits && !(is_first && bit < 64) => BlockError::Bit(bit),
        _ => BlockError::Many,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    fn block() -> impl Strategy<Value = Vec<u8>> {
        prop::sample::select(alloc::vec![256_usize, 512, 1024, 2048, 4096, 8192])
            .prop_flat_map(|len| prop::collection::vec(any::<u8>(), len))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn folded_equals_bit_by_bit(block in block(), pgno: u32, is_first: bool) {
            prop_assert_eq!(block_checksum(&block, Pgno(pgno), is_first), scalar(&block, Pgno(pgno), is_first));
        }

        #[test]
        fn one_flip_is_located(block in block(), bit in 64_u32..256 * 8) {
            let stored = block_checksum(&block, Pgno(1), true);
            let mut damaged = block.clone();
            damaged[bit as usize / 8] ^= 1 << (bit % 8);
            let computed = block_checksum(&damaged, Pgno(1), true);
            prop_assert_eq!(locate(stored, computed, block.len(), true), BlockError::Bit(bit));
        }
    }
}
