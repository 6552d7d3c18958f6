//! Compression of column values and long-value chunks: a value is one stream whose first byte names the scheme.
//!
//! Source: `docs/format/compression.md`.

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
}

/// The scheme `stream` is written in; `None` when it is empty or names no known scheme.
#[must_use]
pub fn scheme(stream: &[u8]) -> Option<Scheme> {
    stream.first().copied().and_then(Scheme::of_first_byte)
}
