//! Text in keys: single-byte text by a rule of this format, Unicode text by a collation.

use super::KEY_MOST_DEFAULT;
use super::normalise::{DATA, Fit, NormaliseError, SegmentLimits};

/// Text that a collation has no certain sort key for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no certain sort key for this text")]
pub struct UnsupportedText;

/// The order of Unicode text for one locale, set of flags and sort version.
pub trait TextCollation {
    /// Appends the key of `text`, UTF-16LE without terminator: all levels of the sort key and the final 0x00; or, where
    /// the index's mapping flags ask for upper-case text instead, that in big-endian units and a final NUL unit.
    ///
    /// # Errors
    /// [`UnsupportedText`]; `out` may have grown.
    fn append_sort_key(&self, text: &[u8], out: &mut Vec<u8>) -> Result<(), UnsupportedText>;
}

/// How the key of Unicode text is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UnicodeForm {
    SortKey,
    UpperCase,
}

impl UnicodeForm {
    /// The mapping flag for upper case; alone, it replaces the sort key.
    const LCMAP_UPPERCASE: u32 = 0x200;

    pub(super) const fn of_flags(lcmap_flags: u32) -> Self {
        if lcmap_flags == Self::LCMAP_UPPERCASE {
            Self::UpperCase
        } else {
            Self::SortKey
        }
    }
}

/// Single-byte text: up to the first NUL, a-z as A-Z, then 0x00.
///
/// When the terminator has no room, the last byte of the segment is the byte of the text there less 0x20, a letter
/// or not.
pub(super) fn append_ansi(text: &[u8], limits: &SegmentLimits, out: &mut Vec<u8>) -> Fit {
    let text = if limits.key_most == KEY_MOST_DEFAULT {
        first(text, KEY_MOST_DEFAULT)
    } else {
        text
    };
    let room = limits.segment_room();
    out.push(DATA);
    let Some(before_last) = room.checked_sub(1) else {
        return Fit::Whole;
    };
    let kept = first(text, before_last);
    let end = kept.iter().position(|byte| *byte == 0);
    let kept = end.map_or(kept, |end| first(kept, end));
    out.extend(kept.iter().map(u8::to_ascii_uppercase));
    match text.get(before_last) {
        Some(last) if end.is_none() && *last != 0 => {
            out.push(last.wrapping_sub(0x20));
            limits.cut(room)
        }
        _ => {
            out.push(0);
            Fit::Whole
        }
    }
}

/// UTF-16LE text by `collation`. An odd last byte does not count.
pub(super) fn append_unicode(
    text: &[u8],
    form: UnicodeForm,
    collation: Option<&dyn TextCollation>,
    limits: &SegmentLimits,
    out: &mut Vec<u8>,
) -> Result<Fit, NormaliseError> {
    const UNIT: usize = 2;
    let text = first(text, text.len() - text.len() % UNIT);
    let text = if limits.key_most == KEY_MOST_DEFAULT {
        first(text, KEY_MOST_DEFAULT.next_multiple_of(UNIT))
    } else {
        text
    };
    if text.is_empty() {
        return Err(NormaliseError::HalfCharacter);
    }
    let collation = collation.ok_or(UnsupportedText)?;
    let room = limits.segment_room();
    out.push(DATA);
    let start = out.len();
    collation.append_sort_key(text, out)?;
    let needed = out.len() - start;
    if needed <= room {
        return Ok(Fit::Whole);
    }
    match form {
        UnicodeForm::SortKey => {
            out.truncate(start + room);
            Ok(limits.cut(room))
        }
        UnicodeForm::UpperCase => Err(NormaliseError::UpperCaseRoom { needed, room }),
    }
}

fn first(bytes: &[u8], len: usize) -> &[u8] {
    bytes.get(..len).unwrap_or(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ansi(text: &[u8], room: usize, key_most: usize, segment_most: Option<usize>) -> (Vec<u8>, Fit) {
        let mut out = Vec::new();
        let limits = SegmentLimits {
            room,
            key_most,
            segment_most,
        };
        let fit = append_ansi(text, &limits, &mut out);
        (out, fit)
    }

    #[test]
    fn letters_fold_and_nul_ends() {
        assert_eq!(
            ansi(b"aZ[z\xE4", 255, 255, None),
            (b"\x7FAZ[Z\xE4\0".to_vec(), Fit::Whole)
        );
        assert_eq!(
            ansi(b"ab\0cd", 255, 255, None),
            (b"\x7FAB\0".to_vec(), Fit::Whole)
        );
    }

    #[test]
    fn the_last_byte_of_a_cut_segment_loses_32() {
        assert_eq!(ansi(b"abcd", 5, 255, None), (b"\x7FABCD".to_vec(), Fit::Cut));
        assert_eq!(ansi(b"abcD", 5, 255, None), (b"\x7FABC\x24".to_vec(), Fit::Cut));
        assert_eq!(
            ansi(b"abc\x05e", 5, 255, None),
            (b"\x7FABC\xE5".to_vec(), Fit::Cut)
        );
        assert_eq!(ansi(b"abc", 5, 255, None), (b"\x7FABC\0".to_vec(), Fit::Whole));
        assert_eq!(ansi(b"abc\0e", 5, 255, None), (b"\x7FABC\0".to_vec(), Fit::Whole));
        assert_eq!(ansi(b"a\0cde", 5, 255, None), (b"\x7FA\0".to_vec(), Fit::Whole));
    }

    #[test]
    fn room_for_the_first_byte_alone_is_no_cut() {
        assert_eq!(ansi(b"abc", 1, 255, None), (b"\x7F".to_vec(), Fit::Whole));
    }

    #[test]
    fn a_segment_limit_cuts_on_purpose() {
        assert_eq!(
            ansi(b"abcdef", 100, 255, Some(5)),
            (b"\x7FABCD".to_vec(), Fit::Whole)
        );
        assert_eq!(ansi(b"abcdef", 4, 255, Some(5)), (b"\x7FABC".to_vec(), Fit::Cut));
    }

    struct Swap;

    impl TextCollation for Swap {
        fn append_sort_key(&self, text: &[u8], out: &mut Vec<u8>) -> Result<(), UnsupportedText> {
            out.extend(text.iter().rev());
            out.push(0);
            Ok(())
        }
    }

    fn unicode(text: &[u8], form: UnicodeForm, room: usize) -> Result<(Vec<u8>, Fit), NormaliseError> {
        let mut out = Vec::new();
        let limits = SegmentLimits {
            room,
            key_most: 255,
            segment_most: None,
        };
        let fit = append_unicode(text, form, Some(&Swap), &limits, &mut out)?;
        Ok((out, fit))
    }

    #[test]
    fn sort_keys_are_placed_and_cut() {
        let key = |room| unicode(b"a\0b\0c", UnicodeForm::SortKey, room);
        assert_eq!(key(20), Ok((b"\x7F\0b\0a\0".to_vec(), Fit::Whole)));
        assert_eq!(key(4), Ok((b"\x7F\0b\0".to_vec(), Fit::Cut)));
        assert_eq!(
            unicode(b"a", UnicodeForm::SortKey, 20),
            Err(NormaliseError::HalfCharacter)
        );
        let long = unicode(&[b'a'; 600], UnicodeForm::SortKey, 2000).unwrap();
        assert_eq!(
            long.0.len(),
            1 + 256 + 1,
            "only the first 256 bytes count in a key of 255"
        );
    }

    #[test]
    fn upper_case_is_never_cut() {
        let key = |room| unicode(b"a\0b\0", UnicodeForm::UpperCase, room);
        assert_eq!(key(6), Ok((b"\x7F\0b\0a\0".to_vec(), Fit::Whole)));
        assert_eq!(key(5), Err(NormaliseError::UpperCaseRoom { needed: 5, room: 4 }));
    }
}
