//! Text as files store it: Windows-1252 bytes or UTF-16LE units.

use std::borrow::Cow;

/// Bytes 0x80 to 0x9F of Windows-1252. The five that Windows leaves undefined map to the control of the same number.
const C1: [char; 32] = [
    '\u{20ac}', '\u{81}', '\u{201a}', '\u{192}', '\u{201e}', '\u{2026}', '\u{2020}', '\u{2021}', '\u{2c6}',
    '\u{2030}', '\u{160}', '\u{2039}', '\u{152}', '\u{8d}', '\u{17d}', '\u{8f}', '\u{90}', '\u{2018}',
    '\u{2019}', '\u{201c}', '\u{201d}', '\u{2022}', '\u{2013}', '\u{2014}', '\u{2dc}', '\u{2122}', '\u{161}',
    '\u{203a}', '\u{153}', '\u{9d}', '\u{17e}', '\u{178}',
];

/// Text of code page 1252; every byte is a character.
pub fn from_ansi(bytes: &[u8]) -> String {
    decode_ansi(bytes).into_owned()
}

/// Text of code page 1252, borrowed where it is ASCII only.
pub fn decode_ansi(bytes: &[u8]) -> Cow<'_, str> {
    match str::from_utf8(bytes) {
        Ok(text) if bytes.is_ascii() => Cow::Borrowed(text),
        _ => bytes
            .iter()
            .map(|&byte| ansi_char(byte))
            .collect::<String>()
            .into(),
    }
}

/// Text in UTF-16LE, `None` when the length is odd or a surrogate stands alone.
pub fn decode_utf16(bytes: &[u8]) -> Option<String> {
    let mut text = String::with_capacity(bytes.len() / 2);
    append_utf16(bytes, &mut text).then_some(text)
}

/// Appends UTF-16LE text to `out`; false, with `out` as it was, when the length is odd or a surrogate stands alone.
pub fn append_utf16(bytes: &[u8], out: &mut String) -> bool {
    let (units, rest) = bytes.as_chunks::<2>();
    let start = out.len();
    // Nearly all text in real files is ASCII: units whose upper byte is zero need no decoding.
    let ascii = units
        .iter()
        .take_while(|[low, high]| *high == 0 && low.is_ascii())
        .count();
    let (plain, other) = units.split_at_checked(ascii).unwrap_or((units, &[]));
    out.extend(plain.iter().map(|[low, _]| char::from(*low)));
    for unit in char::decode_utf16(other.iter().map(|unit| u16::from_le_bytes(*unit))) {
        match unit {
            Ok(character) => out.push(character),
            Err(_) => {
                out.truncate(start);
                return false;
            }
        }
    }
    if !rest.is_empty() {
        out.truncate(start);
    }
    rest.is_empty()
}

/// The byte of a character in code page 1252, if it has one.
pub fn ansi_byte(character: char) -> Option<u8> {
    match u8::try_from(u32::from(character)) {
        Ok(byte) if !(0x80..=0x9f).contains(&byte) => Some(byte),
        _ => C1
            .iter()
            .position(|c| *c == character)
            .and_then(|at| u8::try_from(at + 0x80).ok()),
    }
}

fn ansi_char(byte: u8) -> char {
    match byte {
        0x80..=0x9f => C1
            .get(usize::from(byte - 0x80))
            .copied()
            .unwrap_or(char::from(byte)),
        _ => char::from(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn undefined_bytes_of_1252_stay_controls() {
        assert_eq!(decode_ansi(b"a\x80\x81\xff"), "a\u{20ac}\u{81}\u{ff}");
        assert!(matches!(decode_ansi(b"plain"), Cow::Borrowed("plain")));
    }

    #[test]
    fn every_byte_of_1252_comes_back() {
        for byte in 0..=255 {
            assert_eq!(ansi_byte(ansi_char(byte)), Some(byte));
        }
        assert_eq!(ansi_byte('\u{100}'), None);
    }

    #[test]
    fn broken_utf16_is_refused_whole() {
        let mut out = String::from("before");
        assert!(!append_utf16(&[0x61, 0, 0x3e, 0xd8], &mut out));
        assert!(!append_utf16(&[0x61, 0, 0x62], &mut out));
        assert_eq!(out, "before");
    }

    proptest! {
        #[test]
        fn utf16_reads_back(text: String) {
            let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            prop_assert_eq!(decode_utf16(&bytes), Some(text));
        }
    }
}
