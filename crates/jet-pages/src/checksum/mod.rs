//! Page and header checksums: computing, verifying and mending single flipped bits.
//!
//! Three forms exist (`docs/format/page.md`):
//!
//! * header pages: [`xor::header_checksum`];
//! * data pages with the flag [`PageFlags::NEW_CHECKSUM`](crate::PageFlags::NEW_CHECKSUM): one or four [`ecc`] blocks;
//! * data pages of old files without that flag: the XOR of headers plus the page number.
//!
//! A page of nothing but zeros was never written and has no checksum.

pub mod ecc;
pub mod xor;

use crate::{PageFlags, PageSize, Pgno};
use ecc::BlockError;

/// What verification found in a page that may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageState {
    /// The checksum agrees.
    Valid,
    /// Every byte is zero: the page was never written (or trimmed away).
    Uninitialized,
    /// One bit was wrong and has been flipped back in memory; the file still holds it wrong.
    Corrected {
        /// The flipped bit, counted from the start of the page: byte offset times 8, plus the bit's place.
        bit: u32,
    },
}

/// Why a page may not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChecksumError {
    /// The slice is not as long as a page.
    #[error("page {pgno} has {len} bytes instead of {expected}: the file ends inside it")]
    Truncated {
        /// The page asked for.
        pgno: Pgno,
        /// Bytes given.
        len: usize,
        /// Bytes of a page.
        expected: usize,
    },
    /// The content is whole, but it is that of another page.
    #[error("the content of page {pgno} is that of page {found}")]
    Misplaced {
        /// The page asked for.
        pgno: Pgno,
        /// The page whose content it is.
        found: Pgno,
    },
    /// More than one bit is wrong.
    #[error(
        "checksum of page {pgno}, bytes {offset} to {end}, is {stored:#018x} but should be {computed:#018x}",
        end = offset + len - 1
    )]
    Mismatch {
        /// The page asked for.
        pgno: Pgno,
        /// Start of the damaged block in the page.
        offset: usize,
        /// Length of the damaged block.
        len: usize,
        /// Checksum in the page.
        stored: u64,
        /// Checksum of the bytes.
        computed: u64,
    },
    /// Exactly one bit is wrong and the page was to be left as it is.
    #[error("bit {bit} of page {pgno} is flipped (byte {}, bit {})", bit / 8, bit % 8)]
    BitFlip {
        /// The page asked for.
        pgno: Pgno,
        /// The flipped bit, counted from the start of the page.
        bit: u32,
    },
}

impl ChecksumError {
    /// The page that the error is about.
    pub const fn pgno(&self) -> Pgno {
        match self {
            Self::Truncated { pgno, .. }
            | Self::Misplaced { pgno, .. }
            | Self::Mismatch { pgno, .. }
            | Self::BitFlip { pgno, .. } => *pgno,
        }
    }
}

/// Verifies page `pgno`; `page` is left as it is.
///
/// # Errors
/// [`ChecksumError::BitFlip`] where [`verify_or_correct`] would mend the page, else what that returns.
pub fn verify(page: &[u8], pgno: Pgno, size: PageSize) -> Result<PageState, ChecksumError> {
    match first_bad_block(page, pgno, size)? {
        Found::Good => Ok(PageState::Valid),
        Found::Zero => Ok(PageState::Uninitialized),
        Found::Bit(bit) => Err(ChecksumError::BitFlip { pgno, bit }),
    }
}

/// Verifies page `pgno` and flips a single wrong bit back, in `page` only.
///
/// On large pages each of the four blocks may hold one wrong bit; the last one mended is reported. When a later block
/// cannot be mended, `page` stays with the bits mended so far.
///
/// # Errors
/// [`ChecksumError::Mismatch`] or [`ChecksumError::Misplaced`] when the page cannot be used, and
/// [`ChecksumError::Truncated`] when `page` is not `size` bytes long.
pub fn verify_or_correct(page: &mut [u8], pgno: Pgno, size: PageSize) -> Result<PageState, ChecksumError> {
    let mut state = PageState::Valid;
    // One pass per block and one to confirm: a mended bit changes what the next block is compared with.
    for _ in 0..=BLOCKS_MAX {
        match first_bad_block(page, pgno, size)? {
            Found::Good => return Ok(state),
            Found::Zero => return Ok(PageState::Uninitialized),
            Found::Bit(bit) => {
                if let Some(byte) = page.get_mut(bit as usize / 8) {
                    *byte ^= 1 << (bit % 8);
                }
                state = PageState::Corrected { bit };
            }
        }
    }
    Ok(state)
}

/// Stores the checksum (all of them on large pages) in a page that was changed.
///
/// The page number and flags must already be in the page, since the checksum covers them.
///
/// # Panics
/// When `page` is not `size` bytes long.
pub fn update(page: &mut [u8], pgno: Pgno, size: PageSize) {
    assert_eq!(page.len(), size.bytes(), "a whole page");
    if !has_new_checksum(page) {
        put(page, 4, &pgno.0.to_le_bytes());
        let sum = xor::header_checksum(page);
        put(page, 0, &sum.to_le_bytes());
        return;
    }
    // Block 0 covers the checksums of the others, so it comes last.
    for block in blocks(size).rev() {
        if let Some(bytes) = page.get(block.start..block.start + block.len) {
            let sum = ecc::block_checksum(bytes, pgno, block.start == 0);
            put(page, block.stored_at, &sum.to_le_bytes());
        }
    }
}

const BLOCKS_MAX: usize = 4;

/// One block of a page that has a checksum of its own.
#[derive(Clone, Copy)]
struct Block {
    start: usize,
    len: usize,
    stored_at: usize,
}

fn blocks(size: PageSize) -> impl DoubleEndedIterator<Item = Block> {
    let (count, len) = if size.is_large() {
        (4, size.bytes() / 4)
    } else {
        (1, size.bytes())
    };
    (0..count).map(move |index| Block {
        start: index * len,
        len,
        stored_at: if index == 0 { 0 } else { 32 + 8 * index },
    })
}

enum Found {
    Good,
    Zero,
    Bit(u32),
}

fn first_bad_block(page: &[u8], pgno: Pgno, size: PageSize) -> Result<Found, ChecksumError> {
    if page.len() != size.bytes() {
        return Err(ChecksumError::Truncated {
            pgno,
            len: page.len(),
            expected: size.bytes(),
        });
    }
    if is_all_zero(page) {
        return Ok(Found::Zero);
    }
    if !has_new_checksum(page) {
        return verify_legacy(page, pgno);
    }
    for block in blocks(size) {
        let stored = u64_at(page, block.stored_at);
        let bytes = page.get(block.start..block.start + block.len).unwrap_or_default();
        let computed = ecc::block_checksum(bytes, pgno, block.start == 0);
        if stored == computed {
            continue;
        }
        return match ecc::locate(stored, computed, block.len, block.start == 0) {
            BlockError::Bit(bit) => Ok(Found::Bit(
                u32::try_from(block.start * 8)
                    .unwrap_or(u32::MAX)
                    .saturating_add(bit),
            )),
            BlockError::OtherPage(mix) => Err(ChecksumError::Misplaced {
                pgno,
                found: Pgno(pgno.0 ^ mix),
            }),
            BlockError::Many => Err(ChecksumError::Mismatch {
                pgno,
                offset: block.start,
                len: block.len,
                stored,
                computed,
            }),
        };
    }
    Ok(Found::Good)
}

/// The header of an initialised page is never all zero, so this leaves most pages at their first bytes.
fn is_all_zero(page: &[u8]) -> bool {
    let (blocks, rest) = page.as_chunks::<64>();
    let is_zero = |bytes: &[u8]| bytes.iter().fold(0, |any, byte| any | byte) == 0;
    blocks.iter().all(|block| is_zero(block)) && is_zero(rest)
}

fn verify_legacy(page: &[u8], pgno: Pgno) -> Result<Found, ChecksumError> {
    let stored = u64_at(page, 0);
    let computed = u64::from(xor::header_checksum(page)) | u64::from(pgno.0) << 32;
    // The page number itself lies under the sum, so a sum that agrees means a whole page of another number.
    if stored == computed {
        Ok(Found::Good)
    } else if stored & 0xffff_ffff == computed & 0xffff_ffff {
        Err(ChecksumError::Misplaced {
            pgno,
            found: Pgno(u32_at(page, 4)),
        })
    } else {
        Err(ChecksumError::Mismatch {
            pgno,
            offset: 0,
            len: page.len(),
            stored,
            computed,
        })
    }
}

/// Whether the flags of the page name the ECC form; they must be looked at before anything is verified.
fn has_new_checksum(page: &[u8]) -> bool {
    u32_at(page, 36) & PageFlags::NEW_CHECKSUM.bits() != 0
}

fn u64_at(page: &[u8], offset: usize) -> u64 {
    u64::from(u32_at(page, offset)) | u64::from(u32_at(page, offset + 4)) << 32
}

fn u32_at(page: &[u8], offset: usize) -> u32 {
    page.get(offset..)
        .and_then(|rest| rest.first_chunk())
        .map_or(0, |four| u32::from_le_bytes(*four))
}

fn put(page: &mut [u8], offset: usize, bytes: &[u8]) {
    if let Some(target) = page.get_mut(offset..offset + bytes.len()) {
        target.copy_from_slice(bytes);
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::cast_possible_truncation, reason = "small numbers")]

    use super::*;
    use alloc::vec;
    use alloc::vec::Vec;

    fn sample(size: PageSize, pgno: Pgno) -> Vec<u8> {
        let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
        let mut page = vec![0_u8; size.bytes()];
        for byte in &mut page {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            *byte = seed as u8;
        }
        page[36..40].copy_from_slice(&0x2802_u32.to_le_bytes());
        update(&mut page, pgno, size);
        page
    }

    #[test]
    fn every_size_verifies_and_other_places_are_named() {
        for size in PageSize::ALL {
            let mut page = sample(size, Pgno(7));
            assert_eq!(verify(&page, Pgno(7), size), Ok(PageState::Valid));
            assert_eq!(
                verify(&page, Pgno(9), size),
                Err(ChecksumError::Misplaced {
                    pgno: Pgno(9),
                    found: Pgno(7)
                })
            );
            page.fill(0);
            assert_eq!(verify(&page, Pgno(7), size), Ok(PageState::Uninitialized));
            assert!(matches!(
                verify(&page[1..], Pgno(7), size),
                Err(ChecksumError::Truncated { .. })
            ));
        }
    }

    #[test]
    fn any_single_bit_is_named_and_mended() {
        for size in PageSize::ALL {
            let good = sample(size, Pgno(3));
            // Bits of the stored checksum of block 0 and of the flag that names the form cannot be mended.
            for bit in (64..size.bytes() as u32 * 8)
                .step_by(97)
                .filter(|&bit| bit != 36 * 8 + 13)
            {
                let mut page = good.clone();
                page[bit as usize / 8] ^= 1 << (bit % 8);
                assert_eq!(
                    verify(&page, Pgno(3), size),
                    Err(ChecksumError::BitFlip { pgno: Pgno(3), bit })
                );
                let state = verify_or_correct(&mut page, Pgno(3), size);
                assert_eq!(state, Ok(PageState::Corrected { bit }));
                assert_eq!(page, good);
            }
        }
    }

    #[test]
    fn two_bits_are_refused() {
        let mut page = sample(PageSize::K4, Pgno(3));
        page[100] ^= 1;
        page[2000] ^= 4;
        let before = page.clone();
        let error = verify_or_correct(&mut page, Pgno(3), PageSize::K4);
        assert!(matches!(error, Err(ChecksumError::Mismatch { .. })), "{error:?}");
        assert_eq!(page, before);
    }

    #[test]
    fn one_bit_in_each_block_of_a_large_page_is_mended() {
        let good = sample(PageSize::K32, Pgno(3));
        let mut page = good.clone();
        for block in 0..4 {
            page[block * 8192 + 500] ^= 0x10;
        }
        assert!(matches!(
            verify_or_correct(&mut page, Pgno(3), PageSize::K32),
            Ok(PageState::Corrected { .. })
        ));
        assert_eq!(page, good);
    }

    #[test]
    fn pages_of_old_files_carry_their_number() {
        let mut page = sample(PageSize::K4, Pgno(5));
        page[36..40].copy_from_slice(&0x802_u32.to_le_bytes());
        update(&mut page, Pgno(5), PageSize::K4);
        assert_eq!(verify(&page, Pgno(5), PageSize::K4), Ok(PageState::Valid));
        assert_eq!(
            verify(&page, Pgno(6), PageSize::K4),
            Err(ChecksumError::Misplaced {
                pgno: Pgno(6),
                found: Pgno(5)
            })
        );
        page[1000] ^= 1;
        assert!(matches!(
            verify(&page, Pgno(5), PageSize::K4),
            Err(ChecksumError::Mismatch { .. })
        ));
    }
}
