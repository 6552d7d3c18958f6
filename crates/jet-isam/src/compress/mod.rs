//! Compression of column values and long-value chunks.
//!
//! A compressed value is one stream: its first byte names the [`Scheme`], the rest belongs to the scheme. Each
//! scheme has its file here; [`choose()`] decides what a writer stores.
//!
//! Invariants:
//! * decoding produces at most `max_plain` bytes and allocates no more than that for the result, whatever a stream claims;
//! * work is linear in the length of the stream plus the plain bytes;
//! * after an error the output is as it was before.
//!
//! Left to callers: whether a value is compressed at all (a header bit of the field for values in the record,
//! the stored length for chunks), and how long the plain value must be.
//!
//! Source: `docs/format/compression.md`.

mod bits;
mod choose;
mod code_table;
mod lz;
mod lz4;
mod seven_bit;
mod xpress;
mod xpress9;
mod xpress_encode;

pub use choose::{DEFAULT_XPRESS_MIN_BYTES, Place, Rules, choose};
pub use code_table::Alphabet;
pub use seven_bit::{encode_ascii, encode_unicode};
pub use xpress_encode::encode_xpress;
pub use xpress9::BlockField;

/// The compression scheme a stream names in the upper five bits of its first byte.
///
/// Source: `docs/format/compression.md`, "First byte".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// Seven bits per byte (1).
    Ascii7,
    /// Seven bits per UTF-16LE unit (2).
    Unicode7,
    /// XPRESS, plain LZ77 (3).
    Xpress,
    /// Erased data, only a fill pattern (4).
    Scrub,
    /// XPRESS9, LZ77 with Huffman codes (5).
    Xpress9,
    /// XPRESS10, a hardware format (6).
    Xpress10,
    /// LZ4 block (7).
    Lz4,
}

impl Scheme {
    /// The scheme of a stream's first byte; `None` for 0 ("none") and the values no version uses.
    #[must_use]
    pub const fn of_first_byte(byte: u8) -> Option<Self> {
        match byte >> 3 {
            1 => Some(Self::Ascii7),
            2 => Some(Self::Unicode7),
            3 => Some(Self::Xpress),
            4 => Some(Self::Scrub),
            5 => Some(Self::Xpress9),
            6 => Some(Self::Xpress10),
            7 => Some(Self::Lz4),
            _ => None,
        }
    }

    /// The first byte of a stream of this scheme, its three low bits zero.
    #[must_use]
    pub const fn first_byte(self) -> u8 {
        let number = match self {
            Self::Ascii7 => 1,
            Self::Unicode7 => 2,
            Self::Xpress => 3,
            Self::Scrub => 4,
            Self::Xpress9 => 5,
            Self::Xpress10 => 6,
            Self::Lz4 => 7,
        };
        number << 3
    }
}

/// Why a stream could not be decoded. Offsets are in bytes from the start of the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CompressError {
    /// The first byte names no scheme.
    #[error("first byte {first_byte:#04x} names no compression scheme")]
    UnknownScheme {
        /// The byte at offset 0.
        first_byte: u8,
    },
    /// The value was erased on purpose; there is nothing left to decode.
    #[error("the value was erased (scrubbed)")]
    Scrubbed,
    /// The scheme is known, its body is not.
    #[error("{scheme:?} is not supported")]
    Unsupported {
        /// The scheme the stream names.
        scheme: Scheme,
    },
    /// The stream ends where more bytes are needed.
    #[error("stream ends at offset {offset}, more bytes are needed")]
    Truncated {
        /// Where the missing byte would be.
        offset: usize,
    },
    /// The stream claims or produces more plain bytes than the caller allows.
    #[error("stream holds at least {claimed} plain bytes, {max_plain} are allowed")]
    TooLong {
        /// What the stream claims (a lower bound when it has several blocks).
        claimed: u64,
        /// The caller's bound.
        max_plain: usize,
    },
    /// 7-bit: the used bits are no whole number of characters.
    #[error("{bits} bits are no whole number of 7-bit characters")]
    PartialCharacter {
        /// Used bits of the stream.
        bits: usize,
    },
    /// A match reaches back before the start of the plain data.
    #[error("match at offset {offset} reaches back {distance} bytes, only {produced} were produced")]
    BadDistance {
        /// Just after the match in the stream.
        offset: usize,
        /// How far back it points.
        distance: usize,
        /// Plain bytes produced before it.
        produced: usize,
    },
    /// A match length that its encoding does not allow, or that goes past the plain size.
    #[error("match length {length} at offset {offset} is not possible")]
    BadLength {
        /// Just after the match in the stream.
        offset: usize,
        /// The length read.
        length: usize,
    },
    /// XPRESS: the plain size is reached and the flag that ends the stream is missing.
    #[error("no end mark at offset {offset}")]
    MissingEnd {
        /// Where decoding stopped.
        offset: usize,
    },
    /// XPRESS9: a field of a block header has a value that it cannot have.
    #[error("block at offset {offset}: bad {field:?}")]
    BadBlock {
        /// Start of the block.
        offset: usize,
        /// Which field.
        field: BlockField,
    },
    /// XPRESS9: a code table that is no prefix code, or is written wrongly.
    #[error("bad code table of {alphabet:?} at offset {offset}")]
    BadTable {
        /// Byte of the stream near which the table broke.
        offset: usize,
        /// Which table.
        alphabet: Alphabet,
    },
    /// XPRESS9: bits that are no code of the table, or a reference out of its list.
    #[error("bad symbol at offset {offset}")]
    BadSymbol {
        /// Byte of the stream near which it stands.
        offset: usize,
    },
    /// LZ4: the block decodes to another size than the header says, or is no LZ4 block.
    #[error("bad LZ4 block")]
    BadLz4,
    /// The checksum of the plain data is not the stored one.
    #[error("CRC-32C of the plain data is {computed:#010x}, stored {stored:#010x}")]
    ChecksumMismatch {
        /// From the stream.
        stored: u32,
        /// Over what was decoded.
        computed: u32,
    },
}

/// The scheme `stream` is written in; `None` when it is empty or names no known scheme.
#[must_use]
pub fn scheme(stream: &[u8]) -> Option<Scheme> {
    stream.first().copied().and_then(Scheme::of_first_byte)
}

/// Appends the plain bytes of `stream` to `out`, at most `max_plain` of them.
///
/// # Errors
/// A [`CompressError`] when the stream is damaged, not supported or longer than allowed; `out` is then unchanged.
pub fn decompress(stream: &[u8], max_plain: usize, out: &mut Vec<u8>) -> Result<(), CompressError> {
    let &first_byte = stream.first().ok_or(CompressError::Truncated { offset: 0 })?;
    let scheme = Scheme::of_first_byte(first_byte).ok_or(CompressError::UnknownScheme { first_byte })?;
    let start = out.len();
    let result = match scheme {
        Scheme::Ascii7 => seven_bit::decode_ascii(stream, max_plain, out),
        Scheme::Unicode7 => seven_bit::decode_unicode(stream, max_plain, out),
        Scheme::Xpress => xpress::decode(stream, max_plain, out),
        Scheme::Xpress9 => xpress9::decode(stream, max_plain, out),
        Scheme::Lz4 => lz4::decode(stream, max_plain, out),
        Scheme::Scrub => Err(CompressError::Scrubbed),
        Scheme::Xpress10 => Err(CompressError::Unsupported { scheme }),
    };
    if result.is_err() {
        out.truncate(start);
    }
    result
}

/// How many plain bytes `stream` says it has, without decoding it.
///
/// `None` when the stream is too short, names no known scheme or was erased. The number is a claim: only
/// [`decompress`] tells whether the stream keeps it.
#[must_use]
pub fn plain_len(stream: &[u8]) -> Option<u64> {
    match scheme(stream)? {
        Scheme::Ascii7 => seven_bit::char_count(stream).ok().map(as_u64),
        Scheme::Unicode7 => seven_bit::char_count(stream).ok().map(|count| as_u64(count) * 2),
        Scheme::Xpress | Scheme::Lz4 | Scheme::Xpress10 => size16(stream).ok().map(as_u64),
        Scheme::Xpress9 => xpress9::plain_len(stream).ok(),
        Scheme::Scrub => None,
    }
}

/// The 16-bit plain size behind the first byte, in XPRESS, XPRESS10 and LZ4 streams.
fn size16(stream: &[u8]) -> Result<usize, CompressError> {
    let truncated = CompressError::Truncated { offset: stream.len() };
    let bytes = stream
        .get(1..)
        .and_then(|rest| rest.first_chunk::<2>())
        .ok_or(truncated)?;
    Ok(usize::from(u16::from_le_bytes(*bytes)))
}

/// Appends `plain_bytes` zero bytes to `out` and hands them back to be written over.
fn grow(out: &mut Vec<u8>, plain_bytes: usize, max_plain: usize) -> Result<&mut [u8], CompressError> {
    if plain_bytes > max_plain {
        return Err(CompressError::TooLong {
            claimed: as_u64(plain_bytes),
            max_plain,
        });
    }
    let start = out.len();
    out.resize(start + plain_bytes, 0);
    Ok(out.get_mut(start..).unwrap_or_default())
}

/// `usize` has at most 64 bits on every platform Rust knows.
fn as_u64(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
