//! The checksum of a block of 2 to 8 KiB that also tells which single bit is wrong.
//!
//! Number the bits of the block `k = 8 * byte + bit`. The upper half of the 64-bit result holds the XOR of the
//! numbers of all bits that are set (16 bits) and the XOR of their complements (16 bits); the lower half is the XOR
//! of all 32-bit words, mixed with the page number. A single flipped bit changes the numbers by its own number.
//!
//! [`block_checksum`] does not look at single bits: rows of 32 bytes are folded in a tree, so that a row costs some
//! three vector XORs, and what the compiler makes of it runs at the speed of memory. [`scalar`] is the definition,
//! bit by bit, to test against. Source: `docs/format/page.md`.

use crate::Pgno;

const ROW_BYTES: usize = 32;
const GROUP_BYTES: usize = 8 * ROW_BYTES;
/// Bits of a bit's number that tell its place within a row of 256 bits.
const ROW_BITS: u32 = 8;
/// Rows of the largest block (8 KiB) in groups of eight: 32 groups, 5 bits.
const GROUP_INDEX_BITS: usize = 5;

type Row = [u64; 4];

/// Checksum of `block`, a power of two from 256 to 8192 bytes, mixed with the number of the page it lies in.
///
/// `is_first`: the block starts with the stored checksum, whose 8 bytes count as zero.
pub fn block_checksum(block: &[u8], pgno: Pgno, is_first: bool) -> u64 {
    let (groups, _) = block.as_chunks::<GROUP_BYTES>();
    let mut all: Row = [0; 4];
    let mut by_row_bit: [Row; 3] = [[0; 4]; 3];
    let mut by_group_bit: [Row; GROUP_INDEX_BITS] = [[0; 4]; GROUP_INDEX_BITS];
    for (index, group) in groups.iter().enumerate() {
        let sum = fold_group(group, &mut by_row_bit);
        all = xor(all, sum);
        for (bit, acc) in by_group_bit.iter_mut().enumerate() {
            let mask = 0_u64.wrapping_sub((index as u64 >> bit) & 1);
            *acc = xor(*acc, sum.map(|lane| lane & mask));
        }
    }
    if is_first {
        // The first eight bytes lie in row 0, whose number has no bit set: only the sum of all rows holds them.
        let stored = block
            .first_chunk::<8>()
            .map_or(0, |eight| u64::from_le_bytes(*eight));
        let [first, ..] = &mut all;
        *first ^= stored;
    }
    let row_bits = by_row_bit.iter().chain(&by_group_bit);
    finish(&all, row_bits, bit_number_mask(block.len()), pgno)
}

/// Folds eight rows into one, and adds to `acc[k]` those rows whose number has bit `k`.
#[inline(always)]
fn fold_group(group: &[u8; GROUP_BYTES], acc: &mut [Row; 3]) -> Row {
    let (rows, _) = group.as_chunks::<ROW_BYTES>();
    let mut row: [Row; 8] = [[0; 4]; 8];
    for (target, bytes) in row.iter_mut().zip(rows) {
        let (lanes, _) = bytes.as_chunks::<8>();
        for (lane, eight) in target.iter_mut().zip(lanes) {
            *lane = u64::from_le_bytes(*eight);
        }
    }
    let [r0, r1, r2, r3, r4, r5, r6, r7] = row;
    let [bit0, bit1, bit2] = acc;
    *bit0 = xor(*bit0, xor(xor(r1, r3), xor(r5, r7)));
    let (r01, r23, r45, r67) = (xor(r0, r1), xor(r2, r3), xor(r4, r5), xor(r6, r7));
    *bit1 = xor(*bit1, xor(r23, r67));
    let upper = xor(r45, r67);
    *bit2 = xor(*bit2, upper);
    xor(xor(r01, r23), upper)
}

#[inline(always)]
fn xor(a: Row, b: Row) -> Row {
    let ([a0, a1, a2, a3], [b0, b1, b2, b3]) = (a, b);
    [a0 ^ b0, a1 ^ b1, a2 ^ b2, a3 ^ b3]
}

/// Bit `k` of a bit's number is set in the XOR over all set bits if an odd number of set bits has it.
fn finish<'a>(all: &Row, by_row: impl Iterator<Item = &'a Row>, mask: u32, pgno: Pgno) -> u64 {
    const WITHIN_LANE: [u64; 6] = [
        0xaaaa_aaaa_aaaa_aaaa,
        0xcccc_cccc_cccc_cccc,
        0xf0f0_f0f0_f0f0_f0f0,
        0xff00_ff00_ff00_ff00,
        0xffff_0000_ffff_0000,
        0xffff_ffff_0000_0000,
    ];
    let [l0, l1, l2, l3] = *all;
    let column = l0 ^ l1 ^ l2 ^ l3;
    let mut number = 0;
    for (bit, pattern) in WITHIN_LANE.iter().enumerate() {
        number |= parity(column & pattern) << bit;
    }
    number |= parity(l1 ^ l3) << 6;
    number |= parity(l2 ^ l3) << 7;
    for (bit, [a, b, c, d]) in (ROW_BITS..).zip(by_row) {
        number |= parity(a ^ b ^ c ^ d) << bit;
    }
    number &= mask;
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
        prop::sample::select(alloc::vec![2048_usize, 4096, 8192])
            .prop_flat_map(|len| prop::collection::vec(any::<u8>(), len))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn folded_equals_bit_by_bit(block in block(), pgno: u32, is_first: bool) {
            prop_assert_eq!(block_checksum(&block, Pgno(pgno), is_first), scalar(&block, Pgno(pgno), is_first));
        }

        #[test]
        fn one_flip_is_located(block in block(), bit in 64_u32..2048 * 8) {
            let stored = block_checksum(&block, Pgno(1), true);
            let mut damaged = block.clone();
            damaged[bit as usize / 8] ^= 1 << (bit % 8);
            let computed = block_checksum(&damaged, Pgno(1), true);
            prop_assert_eq!(locate(stored, computed, block.len(), true), BlockError::Bit(bit));
        }
    }
}
