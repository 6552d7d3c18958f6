//! The mapping flags an index may have, and what they leave of the weights.
//!
//! The names are those of the Windows header; a catalog stores their sum as `LCMapFlags`.

use crate::NlsError;

/// Case is ignored. With [`NORM_IGNOREWIDTH`] the whole third level is left out.
pub const NORM_IGNORECASE: u32 = 0x1;
/// Marks and diacritics are ignored: the second level is left out.
pub const NORM_IGNORENONSPACE: u32 = 0x2;
/// Symbols, punctuation, spaces and hyphens are ignored.
pub const NORM_IGNORESYMBOLS: u32 = 0x4;
/// Digits compare as numbers. Refused: no source describes the bytes.
pub const SORT_DIGITSASNUMBERS: u32 = 0x8;
/// Case of letters is ignored the way a language does.
pub const LINGUISTIC_IGNORECASE: u32 = 0x10;
/// Diacritics of letters are ignored the way a language does.
pub const LINGUISTIC_IGNOREDIACRITIC: u32 = 0x20;
/// The key is upper-cased text instead of weights; only alone.
pub const LCMAP_UPPERCASE: u32 = 0x200;
/// The key is a sort key.
pub const LCMAP_SORTKEY: u32 = 0x400;
/// The bytes of each unit change place. Refused: no source describes the bytes.
pub const LCMAP_BYTEREV: u32 = 0x800;
/// Hyphens and apostrophes sort as symbols instead of at the end of the key.
pub const SORT_STRINGSORT: u32 = 0x1000;
/// Hiragana and katakana are alike.
pub const NORM_IGNOREKANATYPE: u32 = 0x1_0000;
/// Half-width and full-width forms are alike.
pub const NORM_IGNOREWIDTH: u32 = 0x2_0000;
/// Casing follows the language (Turkish and Azeri dotted and dotless i).
pub const NORM_LINGUISTIC_CASING: u32 = 0x800_0000;

/// What ESE uses when an index does not say: sort key without case, kana type and width.
pub const DEFAULT_FLAGS: u32 = LCMAP_SORTKEY | NORM_IGNORECASE | NORM_IGNOREKANATYPE | NORM_IGNOREWIDTH;

/// Flags that a sort key can be made with.
const SUPPORTED: u32 = LCMAP_SORTKEY
    | NORM_IGNORECASE
    | NORM_IGNORENONSPACE
    | NORM_IGNORESYMBOLS
    | LINGUISTIC_IGNORECASE
    | LINGUISTIC_IGNOREDIACRITIC
    | SORT_STRINGSORT
    | NORM_IGNOREKANATYPE
    | NORM_IGNOREWIDTH
    | NORM_LINGUISTIC_CASING;

/// The flags of a sort key, checked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeyFlags(u32);

impl KeyFlags {
    /// Takes `flags` when a sort key can be made with all of them.
    pub(crate) fn new(flags: u32) -> Result<Self, NlsError> {
        if flags & LCMAP_SORTKEY == 0 || flags & !SUPPORTED != 0 {
            return Err(NlsError::UnsupportedFlags { flags });
        }
        Ok(Self(flags))
    }

    /// Whether any flag of `mask` is set.
    pub(crate) fn has(self, mask: u32) -> bool {
        self.0 & mask != 0
    }

    /// The bits of a case weight that count.
    pub(crate) fn case_mask(self) -> u8 {
        let mut mask = 0xFF;
        if self.has(NORM_IGNORECASE) {
            mask &= 0xE7;
        }
        if self.has(NORM_IGNOREKANATYPE) {
            mask &= 0xDF;
        }
        if self.has(NORM_IGNOREWIDTH) {
            mask &= 0xFE;
        }
        mask
    }

    /// Whether the third level is written at all.
    ///
    /// Real keys with both flags lack it altogether, also the bits that [`Self::case_mask`] keeps.
    pub(crate) fn writes_case(self) -> bool {
        !(self.has(NORM_IGNORECASE) && self.has(NORM_IGNOREWIDTH))
    }

    /// Whether a flag of the linguistic family rewrites weights.
    pub(crate) fn is_linguistic(self) -> bool {
        self.has(LINGUISTIC_IGNORECASE | LINGUISTIC_IGNOREDIACRITIC)
    }
}
