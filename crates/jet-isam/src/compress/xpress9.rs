//! XPRESS9 decoder: first byte, CRC-32C of the plain data, then blocks of LZ77 with two prefix codes.
//!
//! Each block has a checked header, a state (recent distances), two code tables and the symbols. Matches may reach
//! back into earlier blocks of the same stream. Never written here.
//!
//! Source: `docs/format/compression.md`, "XPRESS9".

use core::mem::size_of;

use zerocopy::little_endian::U32;
use zerocopy::{FromBytes, Immutable, KnownLayout, Unaligned};

use super::bits::BitReader;
use super::code_table::{Alphabet, CodeTable, read_table};
use super::lz::Output;
use super::{CompressError, as_u64};

/// First byte and checksum.
const HEADER_BYTES: usize = 5;
/// Bits of a block header, which the compressed size counts too.
const BLOCK_HEADER_BITS: u32 = 256;
/// Marks a block.
const BLOCK_MAGIC: u32 = 0x4E86_D72A;
/// Symbols below are literals.
const LITERALS: u16 = 256;
/// A match symbol's length field when the length follows as a symbol of its own.
const LENGTH_FOLLOWS: u16 = 15;
/// From here on a length symbol tells how many bits of length follow.
const LENGTH_BITS_FOLLOW: u16 = 232;

/// Parts of a block that can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockField {
    /// The mark at its start.
    Magic,
    /// The compressed size in bits: below the header's, or not what decoding used.
    CompressedBits,
    /// The parameters, or bits that are always zero.
    Flags,
    /// The field that is always zero.
    Reserved,
    /// The session signature differs from the first block's.
    Session,
    /// The block's number.
    Index,
    /// The checksum of the header.
    Checksum,
    /// The size of state and code tables.
    TableBits,
}

/// Header of a block, 32 bytes, little-endian.
#[derive(FromBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
struct BlockHeader {
    magic: U32,
    plain_bytes: U32,
    /// With the header's own 256.
    compressed_bits: U32,
    flags: U32,
    reserved: U32,
    session: U32,
    index: U32,
    /// CRC-32C of the 28 bytes before.
    checksum: U32,
}
const _: () = assert!(size_of::<BlockHeader>() == 32);

/// What the flags of a block say.
#[derive(Clone, Copy)]
struct Parameters {
    table_bits: usize,
    /// Recent distances kept: 0, 2 or 4.
    recent_count: usize,
    min_match: usize,
    min_recent_match: usize,
}

impl Parameters {
    fn of_flags(flags: u32) -> Option<Self> {
        let recent_count = [0, 2, 4].get(usize::try_from((flags >> 16) & 3).ok()?).copied()?;
        (flags >> 20 == 0).then_some(Self {
            table_bits: usize::try_from(flags & 0x1FFF).ok()?,
            recent_count,
            min_match: if flags >> 18 & 1 == 1 { 4 } else { 3 },
            min_recent_match: if flags >> 19 & 1 == 1 { 3 } else { 2 },
        })
    }
}

/// A block of the stream: its header and the bytes behind it.
struct Block<'a> {
    header: &'a BlockHeader,
    parameters: Parameters,
    body: &'a [u8],
    /// Start of the block in the stream.
    offset: usize,
}

impl<'a> Block<'a> {
    /// The block at `offset`, with a header that checks; `index` is its number.
    fn read(stream: &'a [u8], offset: usize, index: u32) -> Result<Self, CompressError> {
        let bad = |field| CompressError::BadBlock { offset, field };
        let truncated = CompressError::Truncated { offset: stream.len() };
        let bytes = stream.get(offset..).unwrap_or_default();
        let (header, body) = BlockHeader::ref_from_prefix(bytes).map_err(|_| truncated)?;
        let summed = bytes.first_chunk::<28>().ok_or(truncated)?;
        if header.magic.get() != BLOCK_MAGIC {
            return Err(bad(BlockField::Magic));
        }
        if header.checksum.get() != crc32c::crc32c(summed) {
            return Err(bad(BlockField::Checksum));
        }
        if header.reserved.get() != 0 {
            return Err(bad(BlockField::Reserved));
        }
        if header.index.get() != index {
            return Err(bad(BlockField::Index));
        }
        let parameters = Parameters::of_flags(header.flags.get()).ok_or(bad(BlockField::Flags))?;
        let bits = header.compressed_bits.get().checked_sub(BLOCK_HEADER_BITS);
        let bits = bits.ok_or(bad(BlockField::CompressedBits))?;
        let body_bytes = usize::try_from(bits.div_ceil(8)).map_err(|_| truncated)?;
        let body = body.get(..body_bytes).ok_or(truncated)?;
        Ok(Self {
            header,
            parameters,
            body,
            offset,
        })
    }

    fn plain_bytes(&self) -> u64 {
        u64::from(self.header.plain_bytes.get())
    }

    fn body_bits(&self) -> usize {
        usize::try_from(self.header.compressed_bits.get() - BLOCK_HEADER_BITS).unwrap_or(usize::MAX)
    }

    fn end(&self) -> usize {
        self.offset + size_of::<BlockHeader>() + self.body.len()
    }

    /// Decodes into `output`, whose room is the plain size of the block.
    fn decode(&self, output: &mut Output<'_>) -> Result<(), CompressError> {
        let bad = |field| CompressError::BadBlock {
            offset: self.offset,
            field,
        };
        let base = self.offset + size_of::<BlockHeader>();
        let mut bits = BitReader::new(self.body, self.body_bits(), base);
        let mut state = State::read(&mut bits, self.parameters)?;
        let main = read_table(&mut bits, Alphabet::Main)?;
        let length = read_table(&mut bits, Alphabet::Length)?;
        if bits.consumed() != self.parameters.table_bits {
            return Err(bad(BlockField::TableBits));
        }
        while output.room() > 0 {
            let symbol = main.decode(&mut bits)?;
            if let Ok(byte) = u8::try_from(symbol) {
                output.literal(byte);
                state.after_match = false;
            } else {
                state.copy(symbol - LITERALS, &length, &mut bits, output)?;
            }
        }
        if bits.consumed() != self.body_bits() {
            return Err(bad(BlockField::CompressedBits));
        }
        Ok(())
    }
}

/// What a symbol's meaning depends on besides the tables.
struct State {
    parameters: Parameters,
    /// Most recent distances first; only the first `recent_count` are used.
    recent: [u32; 4],
    /// The symbol before was a match.
    after_match: bool,
}

impl State {
    fn read(bits: &mut BitReader<'_>, parameters: Parameters) -> Result<Self, CompressError> {
        let mut state = Self {
            parameters,
            recent: [0; 4],
            after_match: false,
        };
        if parameters.recent_count > 0 {
            state.after_match = bits.take(1)? == 1;
        }
        for distance in state.recent.iter_mut().take(parameters.recent_count) {
            let width = bits.take(5)?;
            *distance = bits.take_with_top(width)?;
        }
        Ok(state)
    }

    /// Carries out a match: `symbol` counts from the first match symbol.
    fn copy(
        &mut self,
        symbol: u16,
        lengths: &CodeTable,
        bits: &mut BitReader<'_>,
        output: &mut Output<'_>,
    ) -> Result<(), CompressError> {
        let mut length = match symbol & 15 {
            LENGTH_FOLLOWS => long_length(lengths, bits)?,
            short => usize::from(short),
        };
        let kind = usize::from(symbol >> 4);
        let distance = if let Some(width) = kind.checked_sub(self.parameters.recent_count) {
            length += self.parameters.min_match;
            let distance = bits.take_with_top(u32::try_from(width).unwrap_or_default())?;
            self.remember(distance);
            distance
        } else {
            length += self.parameters.min_recent_match;
            // Right after a match its own distance would have made that match longer, so it is left out.
            let index = kind + usize::from(self.after_match);
            self.recall(index).ok_or(CompressError::BadSymbol {
                offset: bits.offset(),
            })?
        };
        self.after_match = true;
        output.copy(
            usize::try_from(distance).unwrap_or(usize::MAX),
            length,
            bits.offset(),
        )
    }

    /// Puts a new distance in front; the oldest one falls out.
    fn remember(&mut self, distance: u32) {
        let recent = self
            .recent
            .get_mut(..self.parameters.recent_count)
            .unwrap_or_default();
        if let Some(oldest) = recent.last_mut() {
            *oldest = distance;
            recent.rotate_right(1);
        }
    }

    /// The distance at `index`, moved to the front.
    fn recall(&mut self, index: usize) -> Option<u32> {
        let recent = self.recent.get_mut(..self.parameters.recent_count)?;
        let moved = recent.get_mut(..=index)?;
        moved.rotate_right(1);
        moved.first().copied()
    }
}

/// The part of a match length that its symbol has no room for, with the 15 it starts from.
fn long_length(lengths: &CodeTable, bits: &mut BitReader<'_>) -> Result<usize, CompressError> {
    let symbol = lengths.decode(bits)?;
    let extra = match symbol.checked_sub(LENGTH_BITS_FOLLOW) {
        None => u32::from(symbol),
        Some(width) => bits.take_with_top(u32::from(width))? + u32::from(LENGTH_BITS_FOLLOW) - 1,
    };
    Ok(usize::try_from(extra).unwrap_or(usize::MAX >> 1) + usize::from(LENGTH_FOLLOWS))
}

/// Decodes an XPRESS9 stream.
pub(super) fn decode(stream: &[u8], max_plain: usize, out: &mut Vec<u8>) -> Result<(), CompressError> {
    let truncated = CompressError::Truncated { offset: stream.len() };
    let stored = stream
        .get(1..)
        .and_then(|rest| rest.first_chunk::<4>())
        .ok_or(truncated)?;
    let stored = u32::from_le_bytes(*stored);
    let start = out.len();
    let (mut offset, mut index, mut session) = (HEADER_BYTES, 0, None);
    while index == 0 || offset < stream.len() {
        let block = Block::read(stream, offset, index)?;
        if *session.get_or_insert(block.header.session.get()) != block.header.session.get() {
            return Err(CompressError::BadBlock {
                offset,
                field: BlockField::Session,
            });
        }
        let before = out.len() - start;
        let claimed = as_u64(before) + block.plain_bytes();
        let total = usize::try_from(claimed).ok().filter(|&total| total <= max_plain);
        let total = total.ok_or(CompressError::TooLong { claimed, max_plain })?;
        out.resize(start + total, 0);
        block.decode(&mut Output::new(out.get_mut(start..).unwrap_or_default(), before))?;
        offset = block.end();
        index += 1;
    }
    let computed = crc32c::crc32c(out.get(start..).unwrap_or_default());
    if computed != stored {
        return Err(CompressError::ChecksumMismatch { stored, computed });
    }
    Ok(())
}

/// The plain size that the block headers claim together.
pub(super) fn plain_len(stream: &[u8]) -> Result<u64, CompressError> {
    let (mut offset, mut index, mut total) = (HEADER_BYTES, 0, 0);
    while index == 0 || offset < stream.len() {
        let block = Block::read(stream, offset, index)?;
        total += block.plain_bytes();
        offset = block.end();
        index += 1;
    }
    Ok(total)
}

#[cfg(test)]
mod tests;
