//! The sectors of a log file: header, checksum, and what a sector turns out to hold.
//!
//! A sector ("segment") has 4096 bytes: 40 of header, the rest records. Its checksum is that of a small database page,
//! with the sector number in the place of the page number; so a copy that stands one sector too high (a shadow) is
//! told from a segment of that number, and a single flipped bit is mended. Source: `docs/format/log-file.md`.

use jet_pages::Pgno;
use jet_pages::checksum::ecc::{self, BlockError};
use jet_pages::dbheader::{LogTime, RawLgpos};
use zerocopy::little_endian::{U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::{Generation, Lgpos};

/// Bytes of a sector, whatever the disk's sectors are.
pub const SEGMENT_BYTES: usize = 4096;
/// Bytes of its header; records begin behind it.
pub const SEGMENT_HEADER_BYTES: usize = 40;
/// Bytes of records in a segment.
pub const SEGMENT_DATA_BYTES: usize = SEGMENT_BYTES - SEGMENT_HEADER_BYTES;

/// Header of a segment. ESE `LGSEGHDR`.
#[derive(Clone, Debug, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub struct SegmentHeader {
    /// See [`checksum`].
    pub checksum: U64,
    /// Own generation and sector, byte 0.
    pub lgpos: RawLgpos,
    /// When the first record was put into the segment.
    pub started: LogTime,
    /// Zero.
    pub reserved: [u8; 12],
    /// [`FLAG_NEW_CHECKSUM`].
    pub flags: U32,
}

/// The only flag of a segment: its checksum mends single bits.
pub const FLAG_NEW_CHECKSUM: u32 = 0x2000;

const _: () = {
    assert!(size_of::<SegmentHeader>() == SEGMENT_HEADER_BYTES);
    assert!(core::mem::offset_of!(SegmentHeader, started) == 16);
    assert!(core::mem::offset_of!(SegmentHeader, flags) == 36);
};

/// Checksum of the segment with number `sector`, whose first eight bytes (the stored checksum) count as zero.
pub fn checksum(segment: &[u8; SEGMENT_BYTES], sector: u16) -> u64 {
    ecc::block_checksum(segment, Pgno(u32::from(sector)), true)
}

/// What a sector holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sector {
    /// Records of this generation.
    Data {
        /// The flipped bit, counted from the start of the sector, that must be flipped back.
        flipped_bit: Option<u32>,
    },
    /// Copy of the segment before; the log ended there.
    Shadow,
    /// Left over from an older generation of the recycled file.
    Recycled {
        /// That generation.
        generation: Generation,
    },
    /// Nothing but zeros.
    Zero,
    /// None of these.
    Damaged(SectorDamage),
}

/// What is wrong with a sector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SectorDamage {
    /// More than one bit is wrong.
    #[error("its checksum is {stored:#018x} but should be {computed:#018x}")]
    Checksum {
        /// Checksum in the sector.
        stored: u64,
        /// Checksum of its bytes.
        computed: u64,
    },
    /// Sound, but it says that it belongs elsewhere.
    #[error("it is sound but holds the segment of {found}")]
    Misplaced {
        /// Where it says it belongs.
        found: Lgpos,
    },
    /// Sound, but there is an empty sector before it.
    #[error("it holds records although an empty sector comes before it")]
    BehindGap,
    /// The file ends inside the sector or before it.
    #[error("the file ends before it")]
    Missing,
}

/// Says what the sector with number `sector` of the log file of `generation` holds.
pub fn classify(bytes: &[u8; SEGMENT_BYTES], sector: u16, generation: Generation) -> Sector {
    if is_zero(bytes) {
        return Sector::Zero;
    }
    let stored = header_of(bytes).checksum.get();
    let computed = checksum(bytes, sector);
    if let Some(flipped_bit) = agrees(stored, computed) {
        return placed(bytes, flipped_bit, sector, generation);
    }
    // The number goes into the sum by XOR, so the sum under the number of a shadow costs nothing.
    let before = sector.saturating_sub(1);
    let as_shadow = computed ^ u64::from(sector) ^ u64::from(before);
    if let Some(flipped_bit) = agrees(stored, as_shadow) {
        return match placed(bytes, flipped_bit, before, generation) {
            Sector::Data { .. } => Sector::Shadow,
            other => other,
        };
    }
    Sector::Damaged(SectorDamage::Checksum { stored, computed })
}

/// `Some` when the checksums agree, with the bit that must be flipped for it.
fn agrees(stored: u64, computed: u64) -> Option<Option<u32>> {
    if stored == computed {
        return Some(None);
    }
    match ecc::locate(stored, computed, SEGMENT_BYTES, true) {
        BlockError::Bit(bit) => Some(Some(bit)),
        BlockError::OtherPage(_) | BlockError::Many => None,
    }
}

/// Judges a sound segment by the position in its header.
fn placed(
    bytes: &[u8; SEGMENT_BYTES],
    flipped_bit: Option<u32>,
    sector: u16,
    generation: Generation,
) -> Sector {
    let found = match flipped_bit {
        Some(bit) => {
            let mut mended = *bytes;
            flip(&mut mended, bit);
            Lgpos::from(header_of(&mended).lgpos)
        }
        None => Lgpos::from(header_of(bytes).lgpos),
    };
    let own = Lgpos {
        generation,
        sector,
        byte: 0,
    };
    if found == own {
        Sector::Data { flipped_bit }
    } else if found < own && found.generation < generation {
        Sector::Recycled {
            generation: found.generation,
        }
    } else {
        Sector::Damaged(SectorDamage::Misplaced { found })
    }
}

/// Flips a bit, counted from the start of the segment.
pub(crate) fn flip(bytes: &mut [u8; SEGMENT_BYTES], bit: u32) {
    if let Some(byte) = bytes.get_mut(bit as usize / 8) {
        *byte ^= 1 << (bit % 8);
    }
}

/// The header of a segment.
pub fn header_of(bytes: &[u8; SEGMENT_BYTES]) -> &SegmentHeader {
    let (header, _) = bytes
        .split_first_chunk::<SEGMENT_HEADER_BYTES>()
        .unwrap_or((&[0; SEGMENT_HEADER_BYTES], &[]));
    zerocopy::transmute_ref!(header)
}

fn is_zero(bytes: &[u8; SEGMENT_BYTES]) -> bool {
    bytes
        .chunks(64)
        .all(|part| part.iter().fold(0, |any, byte| any | byte) == 0)
}

/// A segment without records.
pub(crate) fn started(time: LogTime) -> [u8; SEGMENT_BYTES] {
    let mut bytes = [0; SEGMENT_BYTES];
    if let Ok((header, _)) = SegmentHeader::mut_from_prefix(&mut bytes) {
        header.started = time;
    }
    bytes
}

/// Where the sector with number `sector` begins in its file.
pub(crate) fn offset_of(sector: u16) -> u64 {
    u64::from(sector) * SEGMENT_BYTES as u64
}

/// Puts position, flag and checksum into a segment whose records are in place.
pub fn seal(bytes: &mut [u8; SEGMENT_BYTES], sector: u16, generation: Generation) {
    let own = Lgpos {
        generation,
        sector,
        byte: 0,
    };
    if let Ok((header, _)) = SegmentHeader::mut_from_prefix(bytes) {
        header.lgpos = own.to_raw();
        header.flags = FLAG_NEW_CHECKSUM.into();
    }
    let sum = checksum(bytes, sector);
    if let Ok((header, _)) = SegmentHeader::mut_from_prefix(bytes) {
        header.checksum = sum.into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(sector: u16, generation: u32) -> [u8; SEGMENT_BYTES] {
        let mut bytes = [0; SEGMENT_BYTES];
        for (index, byte) in bytes.iter_mut().enumerate().skip(SEGMENT_HEADER_BYTES) {
            *byte = u8::try_from(index * 7 % 251).unwrap();
        }
        seal(&mut bytes, sector, Generation(generation));
        bytes
    }

    #[test]
    fn a_sector_is_known_by_checksum_and_position() {
        let segment = sealed(5, 9);
        let data = Sector::Data { flipped_bit: None };
        assert_eq!(classify(&segment, 5, Generation(9)), data);
        assert_eq!(classify(&segment, 6, Generation(9)), Sector::Shadow);
        let recycled = Sector::Recycled {
            generation: Generation(9),
        };
        assert_eq!(classify(&segment, 5, Generation(10)), recycled);
        assert_eq!(classify(&segment, 6, Generation(10)), recycled);
        assert!(matches!(
            classify(&segment, 5, Generation(8)),
            Sector::Damaged(SectorDamage::Misplaced { found }) if found.generation == Generation(9)
        ));
        assert!(matches!(
            classify(&segment, 4, Generation(9)),
            Sector::Damaged(SectorDamage::Checksum { .. })
        ));
        assert_eq!(classify(&[0; SEGMENT_BYTES], 4, Generation(9)), Sector::Zero);
    }

    #[test]
    fn a_flipped_bit_is_named_wherever_it_is() {
        // The stored checksum itself cannot be mended.
        for bit in (64..8 * 4096).step_by(61) {
            let mut segment = sealed(1279, 74565);
            flip(&mut segment, bit);
            let found = classify(&segment, 1279, Generation(74565));
            assert_eq!(
                found,
                Sector::Data {
                    flipped_bit: Some(bit)
                }
            );
        }
        let mut segment = sealed(3, 1);
        flip(&mut segment, 1000);
        flip(&mut segment, 9000);
        assert!(matches!(classify(&segment, 3, Generation(1)), Sector::Damaged(_)));
    }
}
