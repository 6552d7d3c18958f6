//! Writing JSON into a byte buffer, without a tree of values in between.

use jet_api::Value;

/// A JSON string: quote, backslash and control characters escaped, all else as it is.
pub(crate) fn string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let mut rest = text.as_bytes();
    // Runs without anything to escape go over in one piece.
    loop {
        let (plain, tail) = rest.split_at_checked(plain_len(rest)).unwrap_or((rest, &[]));
        out.extend_from_slice(plain);
        let Some((&byte, tail)) = tail.split_first() else {
            break;
        };
        match byte {
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0x08 => out.extend_from_slice(b"\\b"),
            0x0c => out.extend_from_slice(b"\\f"),
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            _ => {
                out.extend_from_slice(b"\\u00");
                hex(out, &[byte]);
            }
        }
        rest = tail;
    }
    out.push(b'"');
}

/// Bytes before the first one that must be escaped. Eight are looked at in one step.
fn plain_len(bytes: &[u8]) -> usize {
    let must_escape = |&byte: &u8| byte < b' ' || byte == b'"' || byte == b'\\';
    let (eights, _) = bytes.as_chunks::<8>();
    let is_plain = |eight: &&[u8; 8]| !has_special(u64::from_le_bytes(**eight));
    let whole = 8 * eights.iter().take_while(is_plain).count();
    let tail = bytes.get(whole..).unwrap_or_default();
    whole + tail.iter().position(must_escape).unwrap_or(tail.len())
}

/// Whether one of eight bytes must be escaped.
///
/// Subtracting from every byte at once borrows into its top bit where the byte was smaller; a borrow from a lower byte can
/// only say "yes" wrongly behind a byte for which it is right. Bytes from 0x80 on are never special.
const fn has_special(eight: u64) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const TOP_BITS: u64 = 0x8080_8080_8080_8080;
    let below_blank = eight.wrapping_sub(ONES * b' ' as u64);
    let quote = (eight ^ (ONES * b'"' as u64)).wrapping_sub(ONES);
    let backslash = (eight ^ (ONES * b'\\' as u64)).wrapping_sub(ONES);
    (below_blank | quote | backslash) & !eight & TOP_BITS != 0
}

/// Bytes as lower-case hexadecimal, without quotes.
pub(crate) fn hex(out: &mut Vec<u8>, bytes: &[u8]) {
    let start = out.len();
    out.resize(start + 2 * bytes.len(), 0);
    let (pairs, _) = out.get_mut(start..).unwrap_or_default().as_chunks_mut::<2>();
    for (pair, &byte) in pairs.iter_mut().zip(bytes) {
        *pair = HEX_PAIRS.get(usize::from(byte)).copied().unwrap_or_default();
    }
}

/// The two digits of every byte: one load instead of two computations.
#[expect(
    clippy::indexing_slicing,
    reason = "computed by the compiler, which would refuse an index outside"
)]
const HEX_PAIRS: [[u8; 2]; 256] = {
    const DIGITS: [u8; 16] = *b"0123456789abcdef";
    let mut pairs = [[0; 2]; 256];
    let mut byte = 0;
    while byte < 256 {
        pairs[byte] = [DIGITS[byte >> 4], DIGITS[byte & 15]];
        byte += 1;
    }
    pairs
};

/// A value as the format "ese-dump-1" writes it.
pub(crate) fn value(out: &mut Vec<u8>, value: &Value<'_>) {
    match value {
        Value::Bit(true) => out.extend_from_slice(b"true"),
        Value::Bit(false) => out.extend_from_slice(b"false"),
        Value::U8(n) => integer(out, *n),
        Value::I16(n) => integer(out, *n),
        Value::U16(n) => integer(out, *n),
        Value::I32(n) => integer(out, *n),
        Value::U32(n) => integer(out, *n),
        Value::I64(n) => integer(out, *n),
        Value::U64(n) => integer(out, *n),
        Value::F32(n) if n.is_finite() => float(out, *n),
        Value::F64(n) if n.is_finite() => float(out, *n),
        Value::F32(n) => special(out, f64::from(*n)),
        Value::F64(n) => special(out, *n),
        Value::DateTime(bits) => quoted_hex(out, &bits.to_le_bytes()),
        Value::Guid(guid) => string(out, &guid.to_string()),
        Value::Text(text) => string(out, text),
        Value::Bytes(bytes) => quoted_hex(out, bytes),
        Value::Malformed(bytes) => {
            out.extend_from_slice(b"{\"hex\":");
            quoted_hex(out, bytes);
            out.push(b'}');
        }
    }
}

/// A number without a fraction.
pub(crate) fn integer(out: &mut Vec<u8>, number: impl itoa::Integer) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

fn float(out: &mut Vec<u8>, number: impl ryu::Float) {
    out.extend_from_slice(ryu::Buffer::new().format(number).as_bytes());
}

fn special(out: &mut Vec<u8>, number: f64) {
    let name: &[u8] = match number {
        n if n.is_nan() => b"\"NaN\"",
        n if n > 0.0 => b"\"Infinity\"",
        _ => b"\"-Infinity\"",
    };
    out.extend_from_slice(name);
}

fn quoted_hex(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(b'"');
    hex(out, bytes);
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn strings_parse_back() {
        for sample in [
            "",
            "plain",
            "a\"b\\c\n\r\t\u{8}\u{c}\u{1}\u{1f}\u{7f}",
            "ü 🦀 \u{2028}",
        ] {
            let parsed: String = serde_json::from_str(&text(|out| string(out, sample))).unwrap();
            assert_eq!(parsed, sample);
        }
    }

    #[test]
    fn every_byte_is_escaped_at_every_place_where_it_must_be() {
        for byte in 0..0x80_u8 {
            for place in 0..20 {
                let mut sample = "abcdefghijklmnopqrst".to_owned();
                sample.replace_range(place..=place, &char::from(byte).to_string());
                let written = text(|out| string(out, &sample));
                assert!(!written.bytes().any(|byte| byte < b' '), "{written:?}");
                assert_eq!(serde_json::from_str::<String>(&written).unwrap(), sample);
            }
        }
    }

    #[test]
    fn bytes_are_two_digits_each() {
        let bytes: Vec<u8> = (0..=255).collect();
        for len in [0, 1, 15, 16, 17, 33, 256] {
            let sample = bytes.get(..len).unwrap();
            let expected: String = sample.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(text(|out| hex(out, sample)), expected);
        }
    }

    #[test]
    fn floats_are_short_and_whole() {
        assert_eq!(text(|out| value(out, &Value::F32(0.1))), "0.1");
        assert_eq!(text(|out| value(out, &Value::F64(-0.0))), "-0.0");
        assert_eq!(text(|out| value(out, &Value::F64(f64::NAN))), "\"NaN\"");
        assert_eq!(
            text(|out| value(out, &Value::F32(f32::NEG_INFINITY))),
            "\"-Infinity\""
        );
        let huge: f64 = serde_json::from_str(&text(|out| value(out, &Value::F64(f64::MAX)))).unwrap();
        assert_eq!(huge.to_bits(), f64::MAX.to_bits());
    }
}
